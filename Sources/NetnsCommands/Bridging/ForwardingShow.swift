// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Shows the forwarding entries that the words choose.
struct ForwardingShow: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "fdb show")
        let selection = try ForwardingSelection(&parser)
        let showsDevice = selection.device == nil
        try request.showRows(
            { session, world in
                if request.passesOver(&session, without: selection.devices) { return [] }
                try world.noteAll(&session)
                return try selection.entries(&session)
            },
            json: { json, entry, world in
                json.members(of: entry, world, showsDevice: showsDevice, statistics: request.statistics > 0)
            },
            text: { text, entry, world in
                text.forwarding(entry, world, showsDevice: showsDevice, statistics: request.statistics > 0)
            })
    }
}

/// Which forwarding entries a listing shows, in the words of `fdb show`.
struct ForwardingSelection {
    private(set) var device: String?
    private var bridge: String?
    private var vlan: UInt16?
    private var state: NeighborState?
    private var isDynamic = false

    /// The devices that the words name.
    var devices: [String] { [device, bridge].compactMap(\.self) }

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
    }

    static let table = WordTable<ForwardingSelection>([
        Word("brport", "dev") { words, selection throws(CommandFailure) in
            selection.device = try words.deviceName()
        },
        Word("br") { words, selection throws(CommandFailure) in selection.bridge = try words.deviceName() },
        Word("vlan") { words, selection throws(CommandFailure) in selection.vlan = try words.number(1...4094) },
        Word("state") { words, selection throws(CommandFailure) in
            selection.state = try words.choice([
                ("permanent", NeighborState.permanent), ("static", .noARP), ("temp", .noARP), ("stale", .stale),
                ("dynamic", .reachable), ("reachable", .reachable), ("use", .reachable),
                ("all", [.permanent, .noARP, .stale, .reachable]),
            ])
        },
        Word("dynamic") { _, selection throws(CommandFailure) in selection.isDynamic = true },
    ])

    /// The entries that are meant.
    func entries(_ session: inout RouteSession) throws(CommandFailure) -> [ForwardingEntry] {
        var filter = ForwardingFilter()
        filter.index = try device.map { name throws(CommandFailure) in try session.index(of: name) }
        filter.bridge = try bridge.map { name throws(CommandFailure) in try session.index(of: name) }
        return try session.ask { (socket) throws(NetlinkError) in try socket.forwardingEntries(filter) }
            .filter(isMeant)
    }

    private func isMeant(_ entry: ForwardingEntry) -> Bool {
        if let vlan, entry.vlan != vlan { return false }
        if let state, entry.state.isDisjoint(with: state) { return false }
        return !isDynamic || !entry.state.contains(.permanent)
    }
}

extension JSONWriter {
    /// The members of a forwarding entry, with the keys of `bridge -j -s fdb show`.
    mutating func members(of entry: ForwardingEntry, _ world: LinkWorld, showsDevice: Bool, statistics: Bool) {
        member("mac", entry.address.description)
        if showsDevice { member("ifname", world.name(of: entry.index)) }
        member("dst", entry.destination?.description)
        member("vlan", entry.vlan)
        member("port", entry.port)
        member("vni", entry.vni)
        member("src_vni", entry.sourceVNI)
        member("viaIf", entry.outputInterface.map(world.name(of:)))
        member("nhid", entry.nextHopID)
        member("linkNetNsId", entry.linkNamespaceID)
        if statistics, let usage = entry.usage {
            member("used", usage.used / 100)
            member("updated", usage.updated / 100)
        }
        member("flags", entry.flags.forwardingNames)
        member("master", entry.master.map(world.name(of:)))
        member("state", entry.state.forwardingName)
    }
}

extension TextWriter {
    /// A forwarding entry as `bridge fdb show` prints it.
    mutating func forwarding(_ entry: ForwardingEntry, _ world: LinkWorld, showsDevice: Bool, statistics: Bool) {
        write("\(entry.address) ")
        if showsDevice { word("dev", world.name(of: entry.index)) }
        word("dst", entry.destination?.description)
        word("vlan", entry.vlan)
        word("port", entry.port)
        word("vni", entry.vni)
        word("src_vni", entry.sourceVNI)
        word("via", entry.outputInterface.map(world.name(of:)))
        word("nhid", entry.nextHopID)
        word("link-netnsid", entry.linkNamespaceID)
        if statistics, let usage = entry.usage { write("used \(usage.used / 100)/\(usage.updated / 100) ") }
        for name in entry.flags.forwardingNames { write("\(name) ") }
        word("master", entry.master.map(world.name(of:)))
        write(entry.state.forwardingName)
        write("\n")
    }
}

extension NeighborFlags {
    /// The words that bridge(8) shows of a forwarding entry, in its order.
    fileprivate var forwardingNames: [String] {
        let terms: [(NeighborFlags, String)] = [
            (.own, "self"), (.router, "router"), (.externallyLearned, "extern_learn"), (.offloaded, "offload"),
            (.master, "master"), (.sticky, "sticky"), (.locked, "locked"),
        ]
        return terms.filter { contains($0.0) }.map(\.1)
    }
}

extension NeighborState {
    /// The word that bridge(8) shows; none for an entry that was learned and is in use.
    fileprivate var forwardingName: String {
        if contains(.permanent) { return "permanent" }
        if contains(.noARP) { return "static" }
        if contains(.stale) { return "stale" }
        return contains(.reachable) ? "" : "state=0x\(String(rawValue, radix: 16))"
    }
}
