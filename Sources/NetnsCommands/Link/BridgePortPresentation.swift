// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension BridgePortOptions: LinkKindPresentation {
    static let fields = treeFields + stateFields + forwardingFields + rareFields

    private static let treeFields: [OptionField<BridgePortOptions>] = [
        state,
        OptionField("priority", \.priority, .number(0...63)),
        OptionField("cost", \.cost, .number(1...65_535)),
        OptionField("hairpin", \.hairpin, .onOrOff),
        OptionField("guard", \.bpduGuard, .onOrOff),
        OptionField("root_block", \.rootBlock, .onOrOff),
        OptionField("fastleave", \.fastLeave, .onOrOff),
        OptionField("learning", \.learning, .onOrOff),
        OptionField("flood", \.unicastFlood, .onOrOff),
    ]

    private static let stateFields: [OptionField<BridgePortOptions>] = [
        .shown("id", label: "port_id", \.identifier, .hexadecimal),
        .shown("no", label: "port_no", \.number, .hexadecimal),
        .shown("designated_port", \.designatedPort, .number),
        .shown("designated_cost", \.designatedCost, .number),
        .shown("bridge_id", label: "designated_bridge", \.designatedBridge, .bridgeIdentifier),
        .shown("root_id", label: "designated_root", \.designatedRoot, .bridgeIdentifier),
        OptionField("hold_timer", \.holdTimer, .timer),
        OptionField("message_age_timer", \.messageAgeTimer, .timer),
        OptionField("forward_delay_timer", \.forwardDelayTimer, .timer),
        .shown("topology_change_ack", \.topologyChangeAcknowledged, .zeroOrOne),
        .shown("config_pending", \.configurationPending, .zeroOrOne),
    ]

    private static let forwardingFields: [OptionField<BridgePortOptions>] = [
        OptionField("proxy_arp", \.proxyARP, .onOrOff),
        OptionField("proxy_arp_wifi", \.proxyARPWiFi, .onOrOff),
        OptionField("multicast_router", label: "mcast_router", \.multicastRouter, .number(0...3)),
        .synonym("mcast_fast_leave", \.fastLeave, .onOrOff),
        OptionField("mcast_flood", \.multicastFlood, .onOrOff),
        OptionField("bcast_flood", \.broadcastFlood, .onOrOff),
        OptionField("mcast_to_unicast", \.multicastToUnicast, .onOrOff),
        OptionField("neigh_suppress", \.neighborSuppression, .onOrOff),
        OptionField("neigh_vlan_suppress", \.neighborSuppressionPerVLAN, .onOrOff),
        OptionField("group_fwd_mask", \.groupForwardMask, .mask),
        .shown("group_fwd_mask_str", \.groupForwardMask, .groupNames),
        OptionField("vlan_tunnel", \.vlanTunnel, .onOrOff),
        OptionField("isolated", \.isolated, .onOrOff),
        OptionField("locked", \.locked, .onOrOff),
        OptionField("mab", \.macAuthenticationBypass, .onOrOff),
        .device("backup_port", \.backupPort, in: .link),
        .command("nobackup_port") { $0.backupPort = 0 },
        OptionField("backup_nhid", \.backupNexthop, .number),
        .command("fdb_flush") { $0.flushesAddresses = true },
    ]

    /// What ip(8) has no words for. It is shown only where it is not the kernel's default, so that
    /// other ports look as they do there.
    private static let rareFields: [OptionField<BridgePortOptions>] = [
        OptionField("mcast_max_groups", \.multicastGroupsLimit, .number, where: { $0 != 0 }),
        OptionField("mcast_eht_hosts_limit", \.multicastHostsLimit, .number, where: { $0 != 512 }),
        OptionField("learning_sync", \.learningSync, .onOrOff, where: { $0 }),
    ]

    static let stateNames = ["disabled", "listening", "learning", "forwarding", "blocking"]

    /// A name; a number is understood, and shown for a state that has no name.
    private static let state = OptionField<BridgePortOptions>(
        word: Word("state") { words, port throws(CommandFailure) in
            let names = stateNames.enumerated().map { ($0.element, BridgePortState(rawValue: UInt8($0.offset))) }
            let numbers = names.map { (String($0.1.rawValue), $0.1) }
            port.options.state = try words.choice(names + numbers)
        },
        writeJSON: { options, json, _ in
            guard let state = options.state else { return }
            if stateNames.indices.contains(Int(state.rawValue)) {
                json.member("state", stateNames[Int(state.rawValue)])
            } else {
                json.member("state_index", state.rawValue)
            }
        },
        writeText: { options, text, _ in
            guard let state = options.state?.rawValue else { return }
            text += "state \(stateNames.indices.contains(Int(state)) ? stateNames[Int(state)] : "(\(state))") "
        })
}

extension OptionForm where Value == UInt16 {
    /// The protocols whose frames a mask lets through, by the last digit of 01:80:c2:00:00:0X.
    fileprivate static var groupNames: Self {
        Self(string: { mask in
            let names = (0..<16).filter { mask & 1 << $0 != 0 }.map { bit in
                switch bit {
                case 0: "stp"
                case 2: "lacp"
                case 14: "lldp"
                default: "0x" + String(1 << bit, radix: 16)
                }
            }
            return names.isEmpty ? "0x0" : names.joined(separator: ",")
        })
    }
}
