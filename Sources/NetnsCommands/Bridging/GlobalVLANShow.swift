// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

/// Shows options of VLANs of whole bridges.
struct GlobalVLANShow: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "vlan global show")
        let selection = try VLANSelection(&parser)
        if request.json == nil { try VLANTable(showsTunnels: false).writeHeading() }
        let hasStatistics = request.statistics > 0
        try request.showRows(
            { session, world in try bridges(selection, &session, &world) },
            json: { json, vlans, world in json.members(of: vlans, world, statistics: hasStatistics) },
            text: { text, vlans, world in text.lines(of: vlans, world, statistics: hasStatistics) })
    }

    /// The VLANs, bridge by bridge; none of these is empty.
    private func bridges(
        _ selection: VLANSelection, _ session: inout RouteSession, _ world: inout LinkWorld
    ) throws(CommandFailure) -> [[GlobalVLANOptions]] {
        if request.passesOver(&session, without: [selection.device].compactMap(\.self)) { return [] }
        try world.noteAll(&session)
        let index = try selection.device.map { name throws(CommandFailure) in try session.index(of: name) }
        let all = try session.ask { (socket) throws(NetlinkError) in try socket.globalVLANOptions() }
        var bridges: [[GlobalVLANOptions]] = []
        for vlan in all where (index ?? vlan.index) == vlan.index && selection.isMeant(vlan.ids) {
            if bridges.last?.first?.index == vlan.index {
                bridges[bridges.count - 1].append(vlan)
            } else {
                bridges.append([vlan])
            }
        }
        return bridges
    }
}

extension GlobalVLANOptions {
    /// The options that the kernel tells, in the order and with the words of bridge(8).
    fileprivate var named: [(name: String, value: UInt64)] {
        let all: [(String, UInt64?)] = [
            ("mcast_snooping", snooping.map(UInt64.init)), ("mcast_querier", querier.map(UInt64.init)),
            ("mcast_igmp_version", igmpVersion.map(UInt64.init)), ("mcast_mld_version", mldVersion.map(UInt64.init)),
            ("mcast_last_member_count", lastMemberCount.map(UInt64.init)),
            ("mcast_last_member_interval", lastMemberInterval),
            ("mcast_startup_query_count", startupQueryCount.map(UInt64.init)),
            ("mcast_startup_query_interval", startupQueryInterval),
            ("mcast_membership_interval", membershipInterval), ("mcast_querier_interval", querierInterval),
            ("mcast_query_interval", queryInterval), ("mcast_query_response_interval", queryResponseInterval),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }
}

extension JSONWriter {
    /// The VLANs of a bridge, which has one at least.
    mutating func members(of vlans: [GlobalVLANOptions], _ world: LinkWorld, statistics: Bool) {
        member("ifname", world.name(of: vlans[0].index))
        key("vlans")
        beginArray()
        for vlan in vlans {
            beginObject()
            idMembers(vlan.ids)
            for (name, value) in vlan.named { member(name, value) }
            routerPorts(of: vlan, world, statistics: statistics)
            endObject()
        }
        endArray()
    }

    private mutating func routerPorts(of vlan: GlobalVLANOptions, _ world: LinkWorld, statistics: Bool) {
        guard !vlan.routerPorts.isEmpty else { return }
        key("router_ports")
        beginArray()
        for port in vlan.routerPorts {
            beginObject()
            routerPortMembers(of: port, world, statistics: statistics)
            endObject()
        }
        endArray()
    }
}

extension TextWriter {
    /// The lines of a bridge in `bridge vlan global show`.
    mutating func lines(of vlans: [GlobalVLANOptions], _ world: LinkWorld, statistics: Bool) {
        for (position, vlan) in vlans.enumerated() {
            options(of: vlan, name: position == 0 ? world.name(of: vlan.index) : "", world, statistics: statistics)
        }
    }

    private mutating func options(
        of vlan: GlobalVLANOptions, name: String, _ world: LinkWorld, statistics: Bool
    ) {
        write(escaped(name), paddedTo: VLANTable(showsTunnels: false).portWidth)
        write(text(of: vlan.ids) + "\n" + VLANTable.indent)
        for (name, value) in vlan.named { word(name, value) }
        write("\n")
        guard !vlan.routerPorts.isEmpty else { return }
        write(VLANTable.indent + "router ports: ")
        for port in vlan.routerPorts {
            write(escaping: world.name(of: port.port))
            write(" ")
            guard statistics else { continue }
            if let timer = port.timer { write(" \(timerText(timer))") }
            if let type = port.typeName { write(" \(type)") }
        }
        write("\n")
    }
}
