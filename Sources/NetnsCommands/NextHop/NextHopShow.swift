// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// Shows the next hops that the words choose.
struct NextHopShow: ShowOperation {
    var request: ShowRequest
    var family: AddressFamily?
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "nexthop show")
        let selection = try NextHopSelection(&parser, family: family)
        try request.showRows(
            { session, world in
                if request.passesOver(&session, without: selection.devices) { return [] }
                try world.noteAll(&session)
                return try selection.nextHops(&session, mayBeMissing: request.allNamespaces)
            },
            json: { $0.members(of: $1, $2) },
            text: { $0.nextHop($1, $2, details: request.details) })
    }
}

/// Shows one next hop.
struct NextHopLookup: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "nexthop get")
        let id = try parser.onlyNextHopID()
        try request.showRows(
            { session, world in
                let hop = try session.ask { (socket) throws(NetlinkError) in try socket.nextHop(id: id) }
                for device in [hop.outputInterface].compactMap(\.self) + (hop.encapsulation?.devices ?? []) {
                    world.lookUp(device, &session)
                }
                return [hop]
            },
            json: { $0.members(of: $1, $2) },
            text: { $0.nextHop($1, $2, details: request.details) })
    }
}

/// Deletes the next hops that the words choose.
struct NextHopFlush: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var family: AddressFamily?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "nexthop flush")
        let selection = try NextHopSelection(&parser, family: family)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        let ids = try selection.nextHops(&session, mayBeMissing: false).map(\.id)
        let refusals = try session.ask { (socket) throws(NetlinkError) in try socket.deleteNextHops(ids: ids) }
        try conclude(refusals.map { session.failure(.kernel($0)) })
    }
}

/// Which next hops a listing shows or `flush` deletes, in the words of `nexthop show`.
struct NextHopSelection {
    private var family: AddressFamily?
    private var id: UInt32?
    private var device: String?, master: String?
    private var isGroup = false, isForForwarding = false
    private var origin: RouteProtocol?

    /// The devices that the words name.
    var devices: [String] { [device, master].compactMap(\.self) }

    /// Reads all words.
    ///
    /// - Parameter family: what `-4` or `-6` says.
    init(_ words: inout WordParser, family: AddressFamily?) throws(CommandFailure) {
        self.family = family
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
    }

    static let table = WordTable<NextHopSelection>([
        Word("id") { words, selection throws(CommandFailure) in selection.id = try words.number(1...UInt32.max) },
        Word("dev") { words, selection throws(CommandFailure) in selection.device = try words.deviceName() },
        Word("master", "vrf") { words, selection throws(CommandFailure) in
            selection.master = try words.deviceName()
        },
        Word("groups") { _, selection throws(CommandFailure) in selection.isGroup = true },
        Word("fdb") { _, selection throws(CommandFailure) in selection.isForForwarding = true },
        Word("protocol", "proto") { words, selection throws(CommandFailure) in
            selection.origin = try words.routeProtocol()
        },
    ])

    /// The next hops that are meant.
    ///
    /// - Parameter mayBeMissing: whether an id that is not there is no failure.
    func nextHops(_ session: inout RouteSession, mayBeMissing: Bool) throws(CommandFailure) -> [NextHopObject] {
        if let id {
            do throws(CommandFailure) {
                return [try session.ask { (socket) throws(NetlinkError) in try socket.nextHop(id: id) }]
            } catch {
                guard mayBeMissing, error.errno == .noSuchFileOrDirectory else { throw error }
                return []
            }
        }
        var filter = NextHopFilter(family: family, isGroup: isGroup, isForForwarding: isForForwarding)
        filter.device = try device.map { name throws(CommandFailure) in try session.index(of: name) }
        filter.master = try master.map { name throws(CommandFailure) in try session.index(of: name) }
        return try session.ask { (socket) throws(NetlinkError) in try socket.nextHops(filter) }
            .filter { origin == nil || $0.origin == origin }
    }
}

extension JSONWriter {
    /// The members of a next hop, with the keys of `ip -j -d nexthop show`.
    mutating func members(of hop: NextHopObject, _ world: LinkWorld) {
        member("id", hop.id)
        if !hop.members.isEmpty {
            key("group")
            beginArray()
            for way in hop.members {
                beginObject()
                member("id", way.id)
                if way.weight > 1 { member("weight", way.weight) }
                endObject()
            }
            endArray()
        }
        if let resilience = hop.resilience {
            member("type", "resilient")
            key("resilient_args")
            beginObject()
            member("buckets", resilience.buckets)
            timeMember("idle_timer", resilience.idleTimer.map(UInt64.init))
            timeMember("unbalanced_timer", resilience.unbalancedTimer.map(UInt64.init))
            timeMember("unbalanced_time", resilience.unbalancedTime)
            endObject()
        }
        encapsulationMembers(hop.encapsulation, world, taken: ["id"])
        member("gateway", hop.gateway?.description)
        member("dev", hop.outputInterface.map(world.name(of:)))
        member("scope", hop.scope.name)
        if hop.isBlackhole { null("blackhole") }
        member("protocol", hop.origin.name)
        member("flags", hop.flags.names)
        if hop.isForForwarding { null("fdb") }
    }

    mutating func timeMember(_ name: String, _ hundredths: UInt64?) {
        guard let hundredths else { return }
        key(name)
        number(secondsText(hundredths))
    }
}

extension TextWriter {
    /// A next hop as `ip nexthop show` prints it.
    mutating func nextHop(_ hop: NextHopObject, _ world: LinkWorld, details: Bool) {
        nextHopFields(hop, world, details: details)
        write("\n")
    }

    /// The words of a next hop, without the end of the line.
    mutating func nextHopFields(_ hop: NextHopObject, _ world: LinkWorld, details: Bool) {
        word("id", hop.id)
        if !hop.members.isEmpty {
            word("group", hop.members.map(\.text).joined(separator: "/"))
        }
        if let resilience = hop.resilience {
            write("type resilient ")
            word("buckets", resilience.buckets)
            word("idle_timer", resilience.idleTimer.map { secondsText(UInt64($0)) })
            word("unbalanced_timer", resilience.unbalancedTimer.map { secondsText(UInt64($0)) })
            word("unbalanced_time", resilience.unbalancedTime.map(secondsText))
        }
        encapsulation(hop.encapsulation, world)
        word("via", hop.gateway?.description)
        word("dev", hop.outputInterface.map(world.name(of:)))
        if hop.scope != .global || details { word("scope", hop.scope.name) }
        if hop.isBlackhole { write("blackhole ") }
        if hop.origin != .unspecified || details { word("proto", hop.origin.name) }
        for name in hop.flags.names { write("\(name) ") }
        if hop.isForForwarding { write("fdb") }
    }
}

extension NextHopObject.Member {
    /// `1`, or `1,4` with a weight.
    fileprivate var text: String { weight > 1 ? "\(id),\(weight)" : "\(id)" }
}

/// Seconds of hundredths, without zeros at the end: `0.7`.
func secondsText(_ hundredths: UInt64) -> String {
    let rest = hundredths % 100
    guard rest > 0 else { return "\(hundredths / 100)" }
    return "\(hundredths / 100)." + (rest % 10 == 0 ? "\(rest / 10)" : (rest < 10 ? "0\(rest)" : "\(rest)"))
}
