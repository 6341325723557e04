// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// What the words of `route add -M` and its like say. Devices are not looked up yet.
struct MPLSRouteWords {
    private var label: UInt32?
    private var way = MPLSWayWords()
    private var ways: [MPLSWayWords] = []
    private var origin: RouteProtocol?
    private var propagatesTTL: Bool?

    /// The device's name, when there is only one way.
    var device: String? { way.device }

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while let word = words.next {
            if word == "nexthop" {
                try words.begin("nexthop", mayRepeat: true)
                let outer = words.beginScope()
                ways.append(try MPLSWayWords(nextHop: &words))
                words.endScope(outer)
                continue
            }
            if try Self.table.read(&words, into: &self) { continue }
            guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw words.unknownWord(among: Self.table.names + ["nexthop"])
            }
            try readLabel(&words)
        }
        guard label != nil else { throw words.usage("the label is missing") }
        guard ways.isEmpty || way.isEmpty else {
            throw words.usage("'nexthop' excludes 'as', 'via' and 'dev' outside of it")
        }
    }

    static let table = WordTable<MPLSRouteWords>(
        MPLSWayWords.entries.map { entry in
            entry.lifted { whole, body throws(CommandFailure) in try body(&whole.way) }
        } + [
            Word("to") { words, route throws(CommandFailure) in try route.readLabel(&words) },
            Word("proto", "protocol") { words, route throws(CommandFailure) in
                route.origin = try words.routeProtocol()
            },
            Word("ttl-propagate") { words, route throws(CommandFailure) in
                route.propagatesTTL = try words.choice([("enabled", true), ("disabled", false)])
            },
        ])

    private mutating func readLabel(_ words: inout WordParser) throws(CommandFailure) {
        guard label == nil else { throw words.usage("the label is given twice") }
        label = try words.label()
    }

    /// The route that the words describe, with the numbers of its devices.
    ///
    /// - Parameter mayLackWay: whether it is one to be deleted.
    func route(_ words: WordParser, mayLackWay: Bool) throws(CommandFailure) -> MPLSRoute {
        guard mayLackWay || !ways.isEmpty || way.isComplete else {
            throw words.usage("the way is missing: 'via ADDRESS' or 'dev DEVICE'")
        }
        var route = MPLSRoute(label ?? 0, ways: ways.isEmpty ? [way.way] : ways.map(\.way))
        if let origin { route.origin = origin }
        route.propagatesTTL = propagatesTTL
        return route
    }

    /// The route with the numbers of its devices.
    func withDevices(_ draft: MPLSRoute, _ session: inout RouteSession) throws(CommandFailure) -> MPLSRoute {
        var route = draft
        for (position, way) in (ways.isEmpty ? [way] : ways).enumerated() {
            if let device = way.device { route.ways[position].outputInterface = try session.index(of: device) }
        }
        return route
    }
}

/// One way of an MPLS route.
struct MPLSWayWords {
    fileprivate(set) var way = MPLSRoute.Way()
    fileprivate(set) var device: String?

    fileprivate init() {}

    var isEmpty: Bool { way == MPLSRoute.Way() && device == nil }
    var isComplete: Bool { way.gateway != nil || device != nil }

    /// Reads the words behind `nexthop`, up to one that is not of a way.
    fileprivate init(nextHop words: inout WordParser) throws(CommandFailure) {
        while words.next != nil, try Self.nextHopTable.read(&words, into: &self) {}
        guard isComplete else { throw words.usage("'nexthop' lacks its way: 'via ADDRESS' or 'dev DEVICE'") }
    }

    static let nextHopTable = WordTable(
        entries + [
            Word("weight") { words, way throws(CommandFailure) in way.way.weight = try words.number(1...256) }
        ])

    fileprivate static let entries: [Word<MPLSWayWords>] = [
        Word("as") { words, way throws(CommandFailure) in
            _ = words.take("to")
            way.way.labels = try words.labelStack()
        },
        Word("via") { words, way throws(CommandFailure) in
            let family: AddressFamily? = words.take("inet6") ? .ipv6 : words.take("inet") ? .ipv4 : nil
            if let family {
                way.way.gateway = try words.address(of: family)
            } else {
                way.way.gateway = try words.address()
            }
        },
        Word("dev", "oif") { words, way throws(CommandFailure) in way.device = try words.deviceName() },
    ]
}

extension WordParser {
    /// One label.
    mutating func label() throws(CommandFailure) -> UInt32 {
        let text = try value("label")
        guard let label: UInt32 = decimal(text), label < 1 << 20 else {
            throw usage("\(quoted(text)) is not a label up to 1048575")
        }
        return label
    }
}
