// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

/// Adds VLANs to a port or a bridge, or deletes them.
struct VLANEdit: SharingOperation {
    enum Verb: String { case add, delete }

    var verb: Verb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "vlan \(verb.rawValue)")
        let words = try VLANWords(&parser)
        var change = try words.change(parser)
        let device = words.device
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        change.index = try session.index(of: device)
        try session.change { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addVLANs(change, device: device)
            case .delete: try socket.deleteVLANs(change, device: device)
            }
        }
    }
}

/// What the words of `vlan add` and `vlan delete` say. The device is not looked up yet.
struct VLANWords {
    private var ids: ClosedRange<UInt16>?
    private(set) var device = ""
    private var isPVID = false, isUntagged = false
    private var isOwn = false, isMasters = false
    private var tunnelIDs: ClosedRange<UInt32>?

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
        guard !device.isEmpty else { throw words.usage("the device is missing: 'dev DEVICE'") }
    }

    static let table = WordTable<VLANWords>([
        Word("vid") { words, vlan throws(CommandFailure) in vlan.ids = try words.range(1...4094) },
        Word("dev") { words, vlan throws(CommandFailure) in vlan.device = try words.deviceName() },
        Word("pvid") { _, vlan throws(CommandFailure) in vlan.isPVID = true },
        Word("untagged") { _, vlan throws(CommandFailure) in vlan.isUntagged = true },
        Word("self") { _, vlan throws(CommandFailure) in vlan.isOwn = true },
        Word("master") { _, vlan throws(CommandFailure) in vlan.isMasters = true },
        Word("tunnel_info") { words, vlan throws(CommandFailure) in
            guard words.take("id") else { throw words.usage("'tunnel_info' lacks its 'id ID'") }
            vlan.tunnelIDs = try words.range(0...0xff_ffff)
        },
    ])

    /// The change, but for its device.
    func change(_ words: WordParser) throws(CommandFailure) -> VLANChange {
        guard let ids else { throw words.usage("the VLAN is missing: 'vid ID'") }
        if isPVID, ids.count > 1 { throw words.usage("'pvid' is for one VLAN, not for a range") }
        var change = VLANChange(.vlan(PortVLAN(ids, isPVID: isPVID, isUntagged: isUntagged)), index: 0)
        if let tunnelIDs {
            guard !isPVID, !isUntagged else {
                throw words.usage("'tunnel_info' excludes 'pvid' and 'untagged'")
            }
            guard tunnelIDs.count == ids.count else {
                throw words.usage("'tunnel_info id' and 'vid' are ranges of different lengths")
            }
            change.content = .tunnel(VLANTunnel(ids, tunnelIDs: tunnelIDs))
        }
        change.isOwn = isOwn
        change.isMasters = isMasters
        return change
    }
}
