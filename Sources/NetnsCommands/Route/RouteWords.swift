// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// Where the packets of a route go, in words.
enum DestinationWord {
    case prefix(IPPrefix)
    /// `default`: of a family that other words tell.
    case all

    /// Reads `default` or a prefix.
    static func read(_ words: inout WordParser) throws(CommandFailure) -> DestinationWord {
        let text = try words.value("prefix")
        if text == "default" || text == "any" || text == "all" { return .all }
        do throws(AddressingError) { return .prefix(try IPPrefix(parsing: text, bareAddress: .host)) } catch {
            throw words.usage("\(error)")
        }
    }

    var family: AddressFamily? {
        if case .prefix(let prefix) = self { return prefix.family }
        return nil
    }
}

/// What the words of `route add` and its like say. Devices are not looked up yet.
struct RouteWords {
    var destination: DestinationWord?
    var type: RouteType?
    var source: IPPrefix?
    /// The way, when there is only one.
    var way = WayWords()
    /// The ways behind `nexthop`.
    var ways: [WayWords] = []
    var nextHopID: UInt32?
    var preferredSource: IPAddress?
    var table: RouteTable?
    var origin: RouteProtocol?
    var scope: RouteScope?
    var metric: UInt32?
    var tos: UInt8?
    var preference: RoutePreference?
    var expires: Int32?
    var propagatesTTL: Bool?
    var vrf: String?
    var pathMetrics = RouteMetrics()

    /// The device's name, when there is only one way.
    var device: String? { way.device }

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while let word = words.next {
            if word == "nexthop" {
                try words.begin("nexthop", mayRepeat: true)
                let outer = words.beginScope()
                ways.append(try WayWords(nextHop: &words))
                words.endScope(outer)
                continue
            }
            if try Self.table.read(&words, into: &self) { continue }
            try readDestination(&words)
        }
        guard destination != nil else { throw words.usage("the destination is missing: a prefix, or 'default'") }
    }

    static let table = WordTable<RouteWords>(
        WayWords.words { whole, body throws(CommandFailure) in try body(&whole.way) } + [
            Word("to") { words, route throws(CommandFailure) in try route.readDestination(&words) },
            Word("from") { words, route throws(CommandFailure) in route.source = try words.prefix() },
            Word("nhid") { words, route throws(CommandFailure) in route.nextHopID = try words.number(1...UInt32.max) },
            Word("src") { words, route throws(CommandFailure) in route.preferredSource = try words.address() },
            Word("table") { words, route throws(CommandFailure) in route.table = try words.routeTable() },
            Word("proto", "protocol") { words, route throws(CommandFailure) in
                route.origin = try words.routeProtocol()
            },
            Word("scope") { words, route throws(CommandFailure) in route.scope = try words.scope() },
            Word("metric", "priority", "preference") { words, route throws(CommandFailure) in
                route.metric = try words.number()
            },
            Word("tos", "dsfield") { words, route throws(CommandFailure) in route.tos = try words.trafficClass() },
            Word("pref") { words, route throws(CommandFailure) in
                route.preference = try words.choice([("low", .low), ("medium", .medium), ("high", .high)])
            },
            Word("ttl-propagate") { words, route throws(CommandFailure) in
                route.propagatesTTL = try words.choice([("enabled", true), ("disabled", false)])
            },
            Word("vrf") { words, route throws(CommandFailure) in route.vrf = try words.deviceName() },
            Word("expires") { words, route throws(CommandFailure) in route.expires = try words.number(1...Int32.max) },
        ] + metricWords { whole, body throws(CommandFailure) in try body(&whole.pathMetrics) })

    private mutating func readDestination(_ words: inout WordParser) throws(CommandFailure) {
        var known: [String] { Self.table.names + ["nexthop"] }
        while let word = words.next, let named = routeTypes.first(where: { $0.name == word })?.value {
            guard type == nil else { throw words.usage("the type of the route is given twice") }
            guard destination == nil else {
                throw words.usage("the type '\(word)' belongs in front of the destination")
            }
            type = named
            _ = words.take()
        }
        guard let word = words.next else { throw words.usage("the destination is missing: a prefix, or 'default'") }
        // A misspelt word is no prefix; a prefix has digits, or a colon.
        let isPrefix = word.utf8.contains { (0x30...0x3a).contains($0) }
        guard isPrefix || ["default", "any", "all"].contains(word) else {
            throw words.unknownWord(among: known + routeTypes.map(\.name) + ["default"])
        }
        guard destination == nil else {
            throw words.usage("unexpected \(quoted(word)): the destination is given already")
        }
        destination = try DestinationWord.read(&words)
    }
}

/// The types of routes by name. Source: ip-route(8).
let routeTypes: [(name: String, value: RouteType)] = [
    ("unicast", .unicast), ("local", .local), ("broadcast", .broadcast), ("brd", .broadcast), ("anycast", .anycast),
    ("multicast", .multicast), ("blackhole", .blackhole), ("unreachable", .unreachable), ("prohibit", .prohibit),
    ("throw", .throw),
]

/// One way of a route: through a gateway, or straight to a link.
struct WayWords {
    var gateway: IPAddress?
    /// Whether the gateway's family was said, so that it may differ from the destination's.
    var isFamilySaid = false
    var device: String?
    var weight: UInt16?
    var flags: RouteFlags = []
    var realms: UInt32?
    var tunnel: TunnelWords?

    init() {}

    /// Reads the words behind `nexthop`, up to one that is not of a way.
    init(nextHop words: inout WordParser) throws(CommandFailure) {
        while words.next != nil, try Self.nextHopTable.read(&words, into: &self) {}
        guard gateway != nil || device != nil else {
            if words.next != nil, words.next != "nexthop" { throw words.unknownWord(among: Self.nextHopTable.names) }
            throw words.usage("'nexthop' lacks its way: 'via ADDRESS' or 'dev DEVICE'")
        }
    }

    /// The words, as a part of the table of another verb.
    static func words<Target>(
        of part:
            @escaping @Sendable (
                inout Target, (inout WayWords) throws(CommandFailure) -> Void
            ) throws(CommandFailure) -> Void
    ) -> [Word<Target>] {
        entries.map { $0.lifted(part) }
    }

    static let nextHopTable = WordTable(
        entries + [
            Word("weight") { words, way throws(CommandFailure) in way.weight = try words.number(1...256) }
        ])

    private static let entries: [Word<WayWords>] = [
        Word("via") { words, way throws(CommandFailure) in
            let family: AddressFamily? = words.take("inet6") ? .ipv6 : words.take("inet") ? .ipv4 : nil
            let gateway = try words.address()
            guard family == nil || family == gateway.family else {
                throw words.usage(
                    "'\(gateway)' is not an address of the family '\(gateway.family == .ipv4 ? "inet6" : "inet")'")
            }
            way.gateway = gateway
            way.isFamilySaid = family != nil
        },
        Word("dev", "oif") { words, way throws(CommandFailure) in
            way.device = try words.deviceName()
        },
        Word("encap") { words, way throws(CommandFailure) in way.tunnel = try words.routeTunnel() },
        Word("onlink") { _, way throws(CommandFailure) in way.flags.insert(.onlink) },
        Word("pervasive") { _, way throws(CommandFailure) in way.flags.insert(.pervasive) },
        Word("realms", "realm") { words, way throws(CommandFailure) in way.realms = try words.realms() },
    ]
}

// MARK: Values

extension WordParser {
    /// A table: a name of /etc/iproute2/rt_tables or a number.
    mutating func routeTable() throws(CommandFailure) -> RouteTable {
        let table: RouteTable = try named("table", NameTable.tables, "rt_tables") { RouteTable(rawValue: $0) }
        guard table != .unspecified else { throw badValue("there is no table 0") }
        return table
    }

    /// Who made a route: a name of /etc/iproute2/rt_protos or a number up to 255.
    mutating func routeProtocol() throws(CommandFailure) -> RouteProtocol {
        try named("protocol", NameTable.protocols, "rt_protos") { RouteProtocol(rawValue: $0) }
    }

    /// A type of service: a name of /etc/iproute2/rt_dsfield or a number up to 255, also in hexadecimal.
    mutating func trafficClass() throws(CommandFailure) -> UInt8 {
        try named("type of service", NameTable.trafficClasses, "rt_dsfield") { $0 }
    }

    /// Realms: `TO` or `FROM/TO`, each a name of /etc/iproute2/rt_realms or a number.
    mutating func realms() throws(CommandFailure) -> UInt32 {
        let text = try value("realms")
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        var realms: UInt32 = 0
        for part in parts {
            guard parts.count <= 2, let number = NameTable.realms.number(of: String(part)), number <= UInt16.max else {
                throw badValue(
                    "\(quoted(text)) is not a realm, or two with '/' between them: names or numbers up to 65535")
            }
            realms = realms << 16 | number
        }
        return realms
    }
}
