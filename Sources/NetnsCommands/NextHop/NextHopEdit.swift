// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Adds or replaces a next-hop object.
struct NextHopEdit: SharingOperation {
    enum Verb: String { case add, replace }

    var verb: Verb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var family: AddressFamily?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "nexthop \(verb.rawValue)")
        let words = try NextHopWords(&parser)
        // Everything but the device's number is known and checked before the kernel is asked.
        var nextHop = try words.nextHop(parser, family: family, mayLackID: verb == .add)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        nextHop.encapsulation = try words.tunnel?.encapsulation(&session)
        if let device = words.device { nextHop.outputInterface = try session.index(of: device) }
        try session.change { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addNextHop(nextHop, device: words.device)
            case .replace: try socket.replaceNextHop(nextHop, device: words.device)
            }
        }
    }
}

/// Deletes a next-hop object.
struct NextHopDeletion: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "nexthop delete")
        let id = try parser.onlyNextHopID()
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        try session.change { (socket) throws(NetlinkError) in try socket.deleteNextHop(id: id) }
    }
}

/// What the words of `nexthop add` and `nexthop replace` say. The device is not looked up yet.
struct NextHopWords {
    private var id: UInt32?
    private var gateway: IPAddress?
    private(set) var device: String?
    private var isOnLink = false, isBlackhole = false, isForForwarding = false
    private var members: [NextHopObject.Member] = []
    private var isResilient: Bool?
    private var resilience = NextHopObject.Resilience()
    /// The words that only a resilient group takes.
    private var resilienceWords: [String] = []
    private var origin: RouteProtocol?
    private(set) var tunnel: TunnelWords?

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
    }

    static let table = WordTable<NextHopWords>([
        Word("id") { words, hop throws(CommandFailure) in hop.id = try words.number(1...UInt32.max) },
        Word("via") { words, hop throws(CommandFailure) in
            let family: AddressFamily? = words.take("inet6") ? .ipv6 : words.take("inet") ? .ipv4 : nil
            let gateway = try words.address()
            guard family == nil || family == gateway.family else {
                throw words.usage("'\(gateway)' is not an address of the family that is said")
            }
            hop.gateway = gateway
        },
        Word("dev") { words, hop throws(CommandFailure) in hop.device = try words.deviceName() },
        Word("encap") { words, hop throws(CommandFailure) in hop.tunnel = try words.routeTunnel() },
        Word("onlink") { _, hop throws(CommandFailure) in hop.isOnLink = true },
        Word("blackhole") { _, hop throws(CommandFailure) in hop.isBlackhole = true },
        Word("fdb") { _, hop throws(CommandFailure) in hop.isForForwarding = true },
        Word("group") { words, hop throws(CommandFailure) in hop.members = try words.nextHopMembers() },
        Word("type") { words, hop throws(CommandFailure) in
            hop.isResilient = try words.choice([("mpath", false), ("resilient", true)])
        },
        Word("buckets") { words, hop throws(CommandFailure) in
            hop.resilience.buckets = try words.number(1...UInt16.max)
            hop.resilienceWords.append("buckets")
        },
        Word("idle_timer") { words, hop throws(CommandFailure) in
            hop.resilience.idleTimer = try words.number(0...UInt32.max / 100) * 100
            hop.resilienceWords.append("idle_timer")
        },
        Word("unbalanced_timer") { words, hop throws(CommandFailure) in
            hop.resilience.unbalancedTimer = try words.number(0...UInt32.max / 100) * 100
            hop.resilienceWords.append("unbalanced_timer")
        },
        Word("protocol", "proto") { words, hop throws(CommandFailure) in hop.origin = try words.routeProtocol() },
    ])

    /// The object that the words describe, but for its device.
    func nextHop(
        _ words: WordParser, family wanted: AddressFamily?, mayLackID: Bool
    ) throws(CommandFailure) -> NextHopObject {
        guard mayLackID || id != nil else { throw words.usage("the id is missing: 'id ID'") }
        if let wanted, let gateway, gateway.family != wanted {
            throw words.usage("'\(gateway)' is not of the family of '-4' or '-6'")
        }
        guard members.isEmpty else { return try group(words) }
        if let word = resilienceWords.first ?? isResilient.map({ _ in "type" }) {
            throw words.usage("only groups take '\(word)'")
        }
        guard gateway != nil || device != nil || isBlackhole else {
            throw words.usage("the way is missing: 'via ADDRESS', 'dev DEVICE', 'blackhole' or 'group'")
        }
        if isBlackhole, gateway != nil || device != nil || isForForwarding {
            throw words.usage("'blackhole' excludes 'via', 'dev' and 'fdb'")
        }
        if isForForwarding, device != nil { throw words.usage("'fdb' and 'dev' exclude each other") }
        var hop = NextHopObject(id: id ?? 0, gateway?.family ?? wanted ?? .ipv4, via: gateway)
        hop.isBlackhole = isBlackhole
        hop.isForForwarding = isForForwarding
        if isOnLink { hop.flags = .onlink }
        if let origin { hop.origin = origin }
        return hop
    }

    private func group(_ words: WordParser) throws(CommandFailure) -> NextHopObject {
        if gateway != nil || device != nil || isBlackhole || isOnLink || tunnel != nil {
            throw words.usage("'group' excludes 'via', 'dev', 'onlink', 'encap' and 'blackhole'")
        }
        let isResilient = isResilient ?? false
        if !isResilient, let word = resilienceWords.first {
            throw words.usage("only groups of the type 'resilient' take '\(word)'")
        }
        var hop = NextHopObject(id: id ?? 0, group: members, resilience: isResilient ? resilience : nil)
        hop.isForForwarding = isForForwarding
        if let origin { hop.origin = origin }
        return hop
    }
}

// MARK: Values

extension WordParser {
    /// The ways of a group with their weights: `1,3/2`.
    mutating func nextHopMembers() throws(CommandFailure) -> [NextHopObject.Member] {
        let text = try value("group")
        var members: [NextHopObject.Member] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            let numbers = part.split(separator: ",", omittingEmptySubsequences: false)
            guard numbers.count <= 2, let id: UInt32 = decimal(numbers[0]), id > 0,
                let weight: UInt16 = numbers.count > 1 ? decimal(numbers[1]) : 1, (1...256).contains(weight)
            else {
                throw badValue(
                    "\(quoted(text)) is not ID or ID,WEIGHT, with '/' between several; a weight is from 1 to 256")
            }
            members.append(NextHopObject.Member(id: id, weight: weight))
        }
        return members
    }

    /// `id ID` and nothing else.
    mutating func onlyNextHopID() throws(CommandFailure) -> UInt32 {
        guard take("id") else {
            guard next == nil else { throw unknownWord(among: ["id"]) }
            throw usage("the id is missing: 'id ID'")
        }
        let id: UInt32 = try number(1...UInt32.max)
        try expectEnd()
        return id
    }
}
