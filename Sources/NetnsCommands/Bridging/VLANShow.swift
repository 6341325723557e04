// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// Shows VLANs, or the tunnels that carry them, port by port.
struct VLANShow: ShowOperation {
    /// What is shown.
    enum Listing { case vlans, tunnels }

    var request: ShowRequest
    var listing: Listing
    /// Whether VLANs that are alike come as one range.
    var inRanges: Bool
    var words: [String]

    func run() throws {
        let showsTunnels = listing == .tunnels
        var parser = WordParser(words, verb: "vlan \(showsTunnels ? "tunnelshow" : "show")")
        let selection = try VLANSelection(&parser)
        let table = VLANTable(showsTunnels: showsTunnels)
        if request.json == nil { try table.writeHeading(paddingIDs: request.statistics == 0 || request.details) }
        try request.showRows(
            { session, world in try ports(selection, &session, &world) },
            json: { json, port, world in
                json.member("ifname", world.name(of: port.index))
                if listing == .tunnels { json.tunnelsMember(of: port) } else { json.vlansMember(of: port) }
            },
            text: { text, port, world in
                text.vlans(of: port, name: world.name(of: port.index), table, details: request.details)
            })
    }

    /// The bridges and ports that have what is shown.
    private func ports(
        _ selection: VLANSelection, _ session: inout RouteSession, _ world: inout LinkWorld
    ) throws(CommandFailure) -> [PortVLANs] {
        if request.passesOver(&session, without: [selection.device].compactMap(\.self)) { return [] }
        try world.noteAll(&session)
        let index = try selection.device.map { name throws(CommandFailure) in try session.index(of: name) }
        return try allPorts(&session).filter { index == nil || $0.index == index }.map(selection.narrow)
            .filter { listing == .tunnels ? !$0.tunnels.isEmpty : !$0.vlans.isEmpty }
    }

    /// All bridges and ports, with as much of their VLANs as is shown.
    private func allPorts(_ session: inout RouteSession) throws(CommandFailure) -> [PortVLANs] {
        let (hasDetails, hasStatistics) = (request.details || request.json != nil, request.statistics > 0)
        if listing == .vlans, hasDetails || hasStatistics {
            do throws(CommandFailure) {
                let ports = try session.ask { (socket) throws(NetlinkError) in
                    try socket.portVLANOptions(statistics: hasStatistics)
                }
                return hasDetails ? ports : try bridgesFirst(ports, &session)
            } catch {
                // A kernel before 5.6, or one whose bridges have no VLANs.
                guard error.errno == .notSupported else { throw error }
            }
        }
        return try session.ask { (socket) throws(NetlinkError) in try socket.portVLANs(inRanges: inRanges) }
    }

    /// In the order in which bridge(8) lists nothing but statistics.
    private func bridgesFirst(
        _ ports: [PortVLANs], _ session: inout RouteSession
    ) throws(CommandFailure) -> [PortVLANs] {
        let bridges = try session.ask { (socket) throws(NetlinkError) in
            try socket.links(LinkFilter(kind: BridgeOptions.kind))
        }.map(\.index)
        return ports.filter { bridges.contains($0.index) } + ports.filter { !bridges.contains($0.index) }
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

    /// Whether the VLANs are meant, or one of them.
    func isMeant(_ ids: ClosedRange<UInt16>) -> Bool { id.map(ids.contains) ?? true }

    /// The port with what is meant of its VLANs.
    func narrow(_ port: PortVLANs) -> PortVLANs {
        guard id != nil else { return port }
        var port = port
        port.vlans.removeAll { !isMeant($0.ids) }
        port.tunnels.removeAll { !isMeant($0.ids) }
        return port
    }
}

/// The columns of the listing, which are those of bridge(8).
struct VLANTable {
    var showsTunnels: Bool

    var portWidth: Int { 18 }
    fileprivate var idWidth: Int { 11 }
    /// What stands in front of the lines that belong to a VLAN.
    static let indent = String(repeating: " ", count: 20)

    /// - Parameter paddingIDs: whether the column of ids is filled up with blanks, as in most listings of bridge(8).
    func writeHeading(paddingIDs: Bool = true) throws {
        try printOutput(
            showsTunnels
                ? "port              vlan-id    tunnel-id\n" : "port              vlan-id\(paddingIDs ? "  " : "")\n")
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
            // bridge(8) leaves the key out for a VLAN without flags, but for a range whose options are unknown.
            if vlan.ids.count > 1 && vlan.state == nil || !vlan.flagNames.isEmpty {
                member("flags", vlan.flagNames)
            }
            optionMembers(vlan)
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

    private mutating func optionMembers(_ vlan: PortVLAN) {
        if let state = vlan.state?.rawValue {
            if let name = vlan.state?.name { member("state", name) } else { member("state_index", state) }
        }
        member("mcast_router", vlan.multicastRouter?.rawValue)
        guard let statistics = vlan.statistics else { return }
        member("rx_bytes", statistics.receivedBytes)
        member("rx_packets", statistics.receivedPackets)
        member("tx_bytes", statistics.sentBytes)
        member("tx_packets", statistics.sentPackets)
    }

    mutating func idMembers(_ ids: ClosedRange<UInt16>) {
        member("vlan", ids.lowerBound)
        if ids.count > 1 { member("vlanEnd", ids.upperBound) }
    }
}

extension TextWriter {
    /// A port's lines in `bridge vlan show` or `bridge vlan tunnelshow`; the first has its name.
    fileprivate mutating func vlans(of port: PortVLANs, name: String, _ table: VLANTable, details: Bool) {
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
                options(of: vlan, details: details)
                name = ""
            }
        }
    }

    private mutating func options(of vlan: PortVLAN, details: Bool) {
        if details, let state = vlan.state {
            write(VLANTable.indent + "state \(state.name ?? "(\(state.rawValue))") ")
            word("mcast_router", vlan.multicastRouter?.rawValue)
            write("\n")
        }
        guard let statistics = vlan.statistics else { return }
        let (received, sent) = (statistics.receivedBytes, statistics.sentBytes)
        write(VLANTable.indent + "RX: \(received) bytes \(statistics.receivedPackets) packets\n")
        write(VLANTable.indent + "TX: \(sent) bytes \(statistics.sentPackets) packets\n")
    }

    func text(of range: ClosedRange<some FixedWidthInteger>) -> String {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}

extension PortVLAN {
    /// The words that bridge(8) shows.
    fileprivate var flagNames: [String] {
        (isPVID ? ["PVID"] : []) + (isUntagged ? ["Egress Untagged"] : [])
    }
}

extension BridgePortState {
    /// The word that bridge(8) shows; nil for a number without one.
    fileprivate var name: String? {
        let names = BridgePortOptions.stateNames
        return names.indices.contains(Int(rawValue)) ? names[Int(rawValue)] : nil
    }
}
