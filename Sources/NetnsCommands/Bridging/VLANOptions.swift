// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

/// Changes options of VLANs that a port or a bridge has.
struct VLANOptionEdit: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "vlan set")
        let words = try VLANOptionWords(&parser)
        guard let ids = words.ids else { throw parser.usage("the VLAN is missing: 'vid ID'") }
        guard words.state != nil || words.multicastRouter != nil else {
            throw parser.usage("there is nothing to change", hint: "it takes 'state' and 'mcast_router'")
        }
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        let device = words.device
        var change = VLANOptionChange(ids, index: try session.index(of: device))
        change.state = words.state
        change.multicastRouter = words.multicastRouter
        try session.change { (socket) throws(NetlinkError) in try socket.setVLANOptions(change, device: device) }
    }
}

/// What the words of `vlan set` say. The device is not looked up yet.
struct VLANOptionWords {
    private(set) var ids: ClosedRange<UInt16>?
    private(set) var device = ""
    private(set) var state: BridgePortState?
    private(set) var multicastRouter: MulticastRouter?

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
        guard !device.isEmpty else { throw words.usage("the device is missing: 'dev DEVICE'") }
    }

    static let table = WordTable<VLANOptionWords>([
        Word("vid") { words, vlan throws(CommandFailure) in vlan.ids = try words.range(1...4094) },
        Word("dev") { words, vlan throws(CommandFailure) in vlan.device = try words.deviceName() },
        Word("state") { words, vlan throws(CommandFailure) in
            let names = BridgePortOptions.stateNames.enumerated()
                .map { ($0.element, BridgePortState(rawValue: UInt8($0.offset))) }
            vlan.state = try words.choice(names + names.map { (String($0.1.rawValue), $0.1) })
        },
        Word("mcast_router") { words, vlan throws(CommandFailure) in
            vlan.multicastRouter = MulticastRouter(rawValue: try words.number(0...2))
        },
    ])
}

/// Changes options of VLANs of a whole bridge.
struct GlobalVLANEdit: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "vlan global set")
        let words = try GlobalVLANWords(&parser)
        guard let ids = words.ids else { throw parser.usage("the VLAN is missing: 'vid ID'") }
        guard parser.hasMet(anyBut: "vid", "dev") else { throw parser.usage("there is nothing to change") }
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        let device = words.device
        var options = words.options
        options.ids = ids
        options.index = try session.index(of: device)
        let change = options
        try session.change { (socket) throws(NetlinkError) in
            try socket.setGlobalVLANOptions(change, device: device)
        }
    }
}

/// What the words of `vlan global set` say. The device is not looked up yet.
struct GlobalVLANWords {
    private(set) var ids: ClosedRange<UInt16>?
    private(set) var device = ""
    /// The options, but for the VLANs and the device.
    private(set) var options = GlobalVLANOptions(1...1, index: 0)

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
        guard !device.isEmpty else { throw words.usage("the device is missing: 'dev BRIDGE'") }
    }

    static let table = WordTable<GlobalVLANWords>([
        Word("vid") { words, vlan throws(CommandFailure) in vlan.ids = try words.range(1...4094) },
        Word("dev") { words, vlan throws(CommandFailure) in vlan.device = try words.deviceName() },
        Word("mcast_snooping") { words, vlan throws(CommandFailure) in
            vlan.options.snooping = try words.number(0...1)
        },
        Word("mcast_querier") { words, vlan throws(CommandFailure) in
            vlan.options.querier = try words.number(0...1)
        },
        Word("mcast_igmp_version") { words, vlan throws(CommandFailure) in
            vlan.options.igmpVersion = try words.number(2...3)
        },
        Word("mcast_mld_version") { words, vlan throws(CommandFailure) in
            vlan.options.mldVersion = try words.number(1...2)
        },
        Word("mcast_last_member_count") { words, vlan throws(CommandFailure) in
            vlan.options.lastMemberCount = try words.number()
        },
        Word("mcast_last_member_interval") { words, vlan throws(CommandFailure) in
            vlan.options.lastMemberInterval = try words.number()
        },
        Word("mcast_startup_query_count") { words, vlan throws(CommandFailure) in
            vlan.options.startupQueryCount = try words.number()
        },
        Word("mcast_startup_query_interval") { words, vlan throws(CommandFailure) in
            vlan.options.startupQueryInterval = try words.number()
        },
        Word("mcast_membership_interval") { words, vlan throws(CommandFailure) in
            vlan.options.membershipInterval = try words.number()
        },
        Word("mcast_querier_interval") { words, vlan throws(CommandFailure) in
            vlan.options.querierInterval = try words.number()
        },
        Word("mcast_query_interval") { words, vlan throws(CommandFailure) in
            vlan.options.queryInterval = try words.number()
        },
        Word("mcast_query_response_interval") { words, vlan throws(CommandFailure) in
            vlan.options.queryResponseInterval = try words.number()
        },
    ])
}
