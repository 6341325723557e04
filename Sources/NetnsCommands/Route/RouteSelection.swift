// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// Which routes a listing shows or `flush` deletes, in the words of `route show`.
struct RouteSelection {
    /// What the words say already, so that ip(8) does not repeat it in each row.
    struct Columns: OptionSet {
        let rawValue: UInt16
        static let device = Columns(rawValue: 1 << 0)
        static let gateway = Columns(rawValue: 1 << 1)
        static let table = Columns(rawValue: 1 << 2)
        static let origin = Columns(rawValue: 1 << 3)
        static let scope = Columns(rawValue: 1 << 4)
        static let source = Columns(rawValue: 1 << 5)
        static let metric = Columns(rawValue: 1 << 6)
        static let tos = Columns(rawValue: 1 << 7)
    }

    /// How a prefix chooses among others.
    private struct Network {
        enum Mode { case exact, root, match }
        var mode: Mode
        var word: DestinationWord

        func contains(_ prefix: IPPrefix) -> Bool {
            guard case .prefix(let network) = word else { return mode == .root || prefix.length == 0 }
            guard network.family == prefix.family else { return false }
            switch mode {
            case .exact: return network == prefix
            case .root: return network.contains(prefix)
            case .match: return prefix.contains(network)
            }
        }
    }

    /// Which columns the words settle.
    private(set) var settled: Columns = []
    /// Whether any word has been said that narrows the choice.
    private(set) var isNarrowed = false
    /// The device by which the routes leave, by name.
    private(set) var device: String?
    /// The device by which packets came in, by name.
    private(set) var inputDevice: String?

    private var family: AddressFamily?
    private var table: RouteTable? = .main
    /// The VRF whose table it is, by name.
    private(set) var vrf: String?
    private var isCache = false
    private var type: RouteType?
    private var origin: RouteProtocol?
    private var scope: RouteScope?
    private var metric: UInt32?
    private var tos: UInt8?
    private var gateway: IPAddress?
    private var preferredSource: IPPrefix?
    private var destination: Network?, source: Network?

    /// Reads all words.
    ///
    /// - Parameter family: what `-4` or `-6` says.
    init(_ words: inout WordParser, family: AddressFamily?) throws(CommandFailure) {
        self.family = family
        while let word = words.next {
            isNarrowed = true
            if try Self.table.read(&words, into: &self) { continue }
            let isPrefix = word.utf8.contains { (0x30...0x3a).contains($0) }
            guard isPrefix || ["root", "match", "exact", "default", "any", "all"].contains(word) else {
                throw words.unknownWord(among: Self.table.names + ["root", "match", "exact", "default"])
            }
            try readDestination(&words)
        }
        guard vrf == nil || table == .main else { throw words.usage("'vrf' and 'table' exclude each other") }
        // As in ip(8): IPv4, but for everything in all tables.
        if self.family == nil, table != nil, !isCache { self.family = .ipv4 }
        if table != nil { settled.insert(.table) }
    }

    static let table = WordTable<RouteSelection>([
        Word("to") { words, selection throws(CommandFailure) in
            try selection.readDestination(&words)
        },
        Word("from") { words, selection throws(CommandFailure) in
            selection.source = try selection.readNetwork(&words)
        },
        Word("table") { words, selection throws(CommandFailure) in
            if words.take("all") {
                selection.table = nil
            } else if words.take("cache") {
                selection.chooseCache()
            } else {
                selection.table = try words.routeTable()
            }
        },
        Word("vrf") { words, selection throws(CommandFailure) in selection.vrf = try words.deviceName() },
        Word("cache", "cached") { _, selection throws(CommandFailure) in selection.chooseCache() },
        Word("dev", "oif") { words, selection throws(CommandFailure) in
            selection.device = try words.deviceName()
            selection.settled.insert(.device)
        },
        Word("iif") { words, selection throws(CommandFailure) in selection.inputDevice = try words.deviceName() },
        Word("via") { words, selection throws(CommandFailure) in
            let isFamilySaid = words.take("inet6") || words.take("inet")
            let gateway = try words.address()
            if !isFamilySaid { try selection.choose(gateway.family, words) }
            selection.gateway = gateway
            selection.settled.insert(.gateway)
        },
        Word("src") { words, selection throws(CommandFailure) in
            let source = try words.prefix()
            try selection.choose(source.family, words)
            selection.preferredSource = source
            if source.isHost { selection.settled.insert(.source) }
        },
        Word("proto", "protocol") { words, selection throws(CommandFailure) in
            guard !words.take("all") else { return }
            selection.origin = try words.routeProtocol()
            selection.settled.insert(.origin)
        },
        Word("scope") { words, selection throws(CommandFailure) in
            guard !words.take("all") else { return }
            selection.scope = try words.scope()
            selection.settled.insert(.scope)
        },
        Word("type") { words, selection throws(CommandFailure) in
            selection.type = try words.choice(routeTypes)
        },
        Word("metric", "priority", "preference") { words, selection throws(CommandFailure) in
            selection.metric = try words.number()
            selection.settled.insert(.metric)
        },
        Word("tos", "dsfield") { words, selection throws(CommandFailure) in
            selection.tos = try words.trafficClass()
            selection.settled.insert(.tos)
        },
    ])

    private mutating func chooseCache() {
        isCache = true
        table = nil
    }

    private mutating func readDestination(_ words: inout WordParser) throws(CommandFailure) {
        guard destination == nil else { throw words.usage("the destination is given twice") }
        destination = try readNetwork(&words)
    }

    private mutating func readNetwork(_ words: inout WordParser) throws(CommandFailure) -> Network {
        let mode: Network.Mode =
            words.take("root") ? .root : words.take("match") ? .match : words.take("exact") ? .exact : .exact
        let word = try DestinationWord.read(&words)
        if let family = word.family { try choose(family, words) }
        if case .prefix(let prefix) = word { return Network(mode: mode, word: .prefix(prefix.network)) }
        return Network(mode: mode, word: word)
    }

    private mutating func choose(_ family: AddressFamily, _ words: WordParser) throws(CommandFailure) {
        guard self.family == nil || self.family == family else {
            throw words.usage("the words name addresses of different families, or not of that of '-4' or '-6'")
        }
        self.family = family
    }

    // MARK: Choosing

    /// Whether the table belongs to every namespace, though the kernel makes it only with its first route.
    var mayLackTable: Bool { table == .main || table == .local || table == .default }

    /// Looks the table of the VRF up, if one is named.
    mutating func findTable(_ session: inout RouteSession) throws(CommandFailure) {
        if let vrf { table = try session.table(ofVRF: vrf) }
    }

    /// What the kernel is asked for.
    ///
    /// - Parameter device: the number of `device`.
    func filter(device: Int32?) -> RouteFilter {
        RouteFilter(family: family, table: table, device: device, origin: origin, type: type, isCache: isCache)
    }

    /// Whether the route, which has passed the filter, is meant.
    func contains(_ route: Route, device: Int32?, inputDevice: Int32?) -> Bool {
        if let device, route.outputInterface != device { return false }
        if let inputDevice, route.inputInterface != inputDevice { return false }
        if let scope, route.scope != scope { return false }
        if let metric, route.metric ?? 0 != metric { return false }
        if let tos, route.tos != tos { return false }
        if let gateway, route.gateway != gateway { return false }
        if let preferredSource {
            guard let source = route.preferredSource, preferredSource.contains(source) else { return false }
        }
        if let destination, !destination.contains(route.destination) { return false }
        if let source, !source.contains(route.source ?? .defaultRoute(route.family)) { return false }
        return true
    }
}
