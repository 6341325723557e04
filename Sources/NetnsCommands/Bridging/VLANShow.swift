// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

/// Shows VLANs, or the tunnels that carry them, port by port.
struct VLANShow: Operation {
    var request: ShowRequest
    var showsTunnels: Bool
    /// Whether VLANs that are alike come as one range.
    var inRanges: Bool
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "vlan \(showsTunnels ? "tunnelshow" : "show")")
        let selection = try VLANSelection(&parser)
        if request.json == nil { try VLANTable(showsTunnels: showsTunnels).writeHeading() }
        try request.showRows(
            { session, world in try ports(selection, &session, &world) },
            json: { json, port, world in
                json.member("ifname", world.name(of: port.index))
                if showsTunnels { json.tunnelsMember(of: port) } else { json.vlansMember(of: port) }
            },
            text: { text, port, world in
                let table = VLANTable(showsTunnels: showsTunnels)
                text.vlans(of: port, name: world.name(of: port.index), table)
            })
    }

    /// The bridges and ports that have what is shown.
    private func ports(
        _ selection: VLANSelection, _ session: inout RouteSession, _ world: inout LinkWorld
    ) throws(CommandFailure) -> [PortVLANs] {
        if request.passesOver(&session, without: [selection.device].compactMap(\.self)) { return [] }
        try world.noteAll(&session)
        let index = try selection.device.map { name throws(CommandFailure) in try session.index(of: name) }
        let ports = try session.ask { (socket) throws(NetlinkError) in try socket.portVLANs(inRanges: inRanges) }
        return ports.filter { index == nil || $0.index == index }.map(selection.narrow)
            .filter { showsTunnels ? !$0.tunnels.isEmpty : !$0.vlans.isEmpty }
    }
}

/// Which VLANs a listing shows, in the words of `vlan show`.
struct VLANSelection {
    private(set) var device: String?
    private var id: UInt16?

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
    }

    static let table = WordTable<VLANSelection>([
        Word("dev") { words, selection throws(CommandFailure) in selection.device = try words.deviceName() },
        Word("vid") { words, selection throws(CommandFailure) in selection.id = try words.number(1...4094) },
    ])

    /// The port with what is meant of its VLANs.
    func narrow(_ port: PortVLANs) -> PortVLANs {
        guard let id else { return port }
        var port = port
        port.vlans.removeAll { !$0.ids.contains(id) }
        port.tunnels.removeAll { !$0.ids.contains(id) }
        return port
    }
}

/// The columns of the listing, which are those of bridge(8).
struct VLANTable {
    var showsTunnels: Bool

    fileprivate var portWidth: Int { 18 }
    fileprivate var idWidth: Int { 11 }

    func writeHeading() throws {
        try printOutput(showsTunnels ? "port              vlan-id    tunnel-id\n" : "port              vlan-id  \n")
    }
}

extension JSONWriter {
    /// `vlans` of `bridge -j vlan show`.
    fileprivate mutating func vlansMember(of port: PortVLANs) {
        key("vlans")
        beginArray()
        for vlan in port.vlans {
            beginObject()
            idMembers(vlan.ids)
            // bridge(8) leaves the key out for a single VLAN without flags.
            if vlan.ids.count > 1 || !vlan.flagNames.isEmpty { member("flags", vlan.flagNames) }
            endObject()
        }
        endArray()
    }

    /// `tunnels` of `bridge -j vlan tunnelshow`.
    fileprivate mutating func tunnelsMember(of port: PortVLANs) {
        key("tunnels")
        beginArray()
        for tunnel in port.tunnels {
            beginObject()
            idMembers(tunnel.ids)
            member("tunid", tunnel.tunnelIDs.lowerBound)
            if tunnel.tunnelIDs.count > 1 { member("tunidEnd", tunnel.tunnelIDs.upperBound) }
            endObject()
        }
        endArray()
    }

    private mutating func idMembers(_ ids: ClosedRange<UInt16>) {
        member("vlan", ids.lowerBound)
        if ids.count > 1 { member("vlanEnd", ids.upperBound) }
    }
}

extension TextWriter {
    /// A port's lines in `bridge vlan show` or `bridge vlan tunnelshow`; the first has its name.
    fileprivate mutating func vlans(of port: PortVLANs, name: String, _ table: VLANTable) {
        var name = escaped(name)
        if table.showsTunnels {
            for tunnel in port.tunnels {
                write(name, paddedTo: table.portWidth)
                write(text(of: tunnel.ids), paddedTo: table.idWidth)
                write(text(of: tunnel.tunnelIDs))
                write("\n")
                name = ""
            }
        } else {
            for vlan in port.vlans {
                write(name, paddedTo: table.portWidth)
                write(text(of: vlan.ids))
                for flag in vlan.flagNames { write(" \(flag)") }
                write("\n")
                name = ""
            }
        }
    }

    private func text(of range: ClosedRange<some FixedWidthInteger>) -> String {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}

extension PortVLAN {
    /// The words that bridge(8) shows.
    fileprivate var flagNames: [String] {
        (isPVID ? ["PVID"] : []) + (isUntagged ? ["Egress Untagged"] : [])
    }
}
