// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension BridgeOptions: LinkKindPresentation {
    static let fields = timeFields + treeFields + addressFields + multicastFields + filterFields

    private static let timeFields: [OptionField<BridgeOptions>] = [
        OptionField("forward_delay", \.forwardDelay, .ticks()),
        OptionField("hello_time", \.helloTime, .ticks()),
        OptionField("max_age", \.maximumAge, .ticks()),
        OptionField("ageing_time", \.ageingTime, .ticks()),
        OptionField("stp_state", \.spanningTree, .spanningTree),
        OptionField(
            "stp_mode", \.spanningTreeMode,
            .choice([("auto", .automatic), ("user", .user), ("kernel", .kernel)])),
        OptionField("priority", \.priority, .number),
        OptionField("vlan_filtering", \.vlanFiltering, .zeroOrOne),
        OptionField("vlan_protocol", \.vlanProtocol, .vlanProtocol),
    ]

    private static let treeFields: [OptionField<BridgeOptions>] = [
        .shown("bridge_id", \.identifier, .bridgeIdentifier),
        .shown("root_id", label: "designated_root", \.root, .bridgeIdentifier),
        .shown("root_port", \.rootPort, .number),
        .shown("root_path_cost", \.rootPathCost, .number),
        .shown("topology_change", \.topologyChange, .zeroOrOne),
        .shown("topology_change_detected", \.topologyChangeDetected, .zeroOrOne),
        OptionField("hello_timer", \.helloTimer, .timer),
        OptionField("tcn_timer", \.notificationTimer, .timer),
        OptionField("topology_change_timer", \.topologyChangeTimer, .timer),
        OptionField("gc_timer", \.cleanupTimer, .timer),
    ]

    private static let addressFields: [OptionField<BridgeOptions>] = [
        .shown("fdb_n_learned", \.learnedAddresses, .number),
        OptionField("fdb_max_learned", \.maximumLearnedAddresses, .number),
        .command("fdb_flush") { $0.flushesAddresses = true },
        OptionField("vlan_default_pvid", \.defaultVLAN, .number(0...4094)),
        OptionField("vlan_stats_enabled", \.vlanStatistics, .zeroOrOne),
        OptionField("vlan_stats_per_port", \.vlanStatisticsPerPort, .zeroOrOne),
        OptionField("group_fwd_mask", \.groupForwardMask, .mask),
        OptionField("group_addr", label: "group_address", \.groupAddress, .macAddress),
    ]

    private static let multicastFields: [OptionField<BridgeOptions>] = [
        OptionField("mcast_snooping", \.multicastSnooping, .zeroOrOne),
        OptionField("no_linklocal_learn", \.ignoresLinkLocalSources, .zeroOrOne),
        OptionField("mcast_vlan_snooping", \.multicastSnoopingPerVLAN, .zeroOrOne),
        OptionField("mst_enabled", \.multipleSpanningTrees, .zeroOrOne),
        OptionField("mdb_offload_fail_notification", \.reportsFailedOffload, .zeroOrOne),
        OptionField("fdb_local_vlan_0", \.localAddressesOnVLANZero, .zeroOrOne),
        OptionField("mcast_router", \.multicastRouter, .number(0...2)),
        OptionField("mcast_query_use_ifaddr", \.queriesFromOwnAddress, .zeroOrOne),
        OptionField("mcast_querier", \.multicastQuerier, .zeroOrOne),
        queriers,
        OptionField("mcast_hash_elasticity", \.multicastHashElasticity, .number),
        OptionField("mcast_hash_max", \.multicastHashMaximum, .number),
        OptionField("mcast_last_member_cnt", label: "mcast_last_member_count", \.lastMemberCount, .number),
        OptionField("mcast_startup_query_cnt", label: "mcast_startup_query_count", \.startupQueryCount, .number),
        OptionField("mcast_last_member_intvl", label: "mcast_last_member_interval", \.lastMemberInterval, .ticks()),
        OptionField("mcast_membership_intvl", label: "mcast_membership_interval", \.membershipInterval, .ticks()),
        OptionField("mcast_querier_intvl", label: "mcast_querier_interval", \.querierInterval, .ticks()),
        OptionField("mcast_query_intvl", label: "mcast_query_interval", \.queryInterval, .ticks()),
        OptionField(
            "mcast_query_response_intvl", label: "mcast_query_response_interval", \.queryResponseInterval, .ticks()),
        OptionField(
            "mcast_startup_query_intvl", label: "mcast_startup_query_interval", \.startupQueryInterval, .ticks()),
        OptionField("mcast_stats_enabled", \.multicastStatistics, .zeroOrOne),
        OptionField("mcast_igmp_version", \.igmpVersion, .number(2...3)),
        OptionField("mcast_mld_version", \.mldVersion, .number(1...2)),
    ]

    private static let filterFields: [OptionField<BridgeOptions>] = [
        OptionField("nf_call_iptables", \.callsIPTables, .zeroOrOne),
        OptionField("nf_call_ip6tables", \.callsIP6Tables, .zeroOrOne),
        OptionField("nf_call_arptables", \.callsARPTables, .zeroOrOne),
    ]

    /// Two objects in JSON, `mcast_querier_state_ipv4` and `…_ipv6`; in text each word with its value.
    private static let queriers = OptionField<BridgeOptions>(
        word: nil,
        writeJSON: { options, json, _ in
            for (family, members) in options.multicastQueriers?.members ?? [] {
                json.member(
                    "mcast_querier_state_\(family)",
                    object: { json in
                        json.member("mcast_querier_\(family)_addr", members.address)
                        json.member("mcast_querier_\(family)_port", members.port)
                        json.member("mcast_querier_\(family)_other_timer", members.timer)
                    })
            }
        },
        writeText: { options, text, _ in
            for (family, members) in options.multicastQueriers?.members ?? [] {
                if let address = members.address { text += "mcast_querier_\(family)_addr \(address) " }
                if let port = members.port { text += "mcast_querier_\(family)_port \(port) " }
                if let timer = members.timer { text += "mcast_querier_\(family)_other_timer \(timer) " }
            }
        })
}

extension MulticastQueriers {
    /// By the family as iproute2's keys call it. Unlike there, the timer is in its true unit: the kernel
    /// counts hundredths of a second, which iproute2 6.16 takes for nanoseconds.
    fileprivate var members: [(family: String, members: (address: String?, port: Int32?, timer: String?))] {
        [
            ("ipv4", (ipv4Address?.description, ipv4Port, ipv4Timer.map { $0.seconds + "s" })),
            ("ipv6", (ipv6Address?.description, ipv6Port, ipv6Timer.map { $0.seconds + "s" })),
        ]
    }
}

// MARK: Forms

extension OptionForm where Value == SpanningTreeState {
    /// Shown as the kernel's number; to be switched on or off.
    static var spanningTree: Self {
        Self(
            read: { words throws(CommandFailure) in
                try words.choice([("0", .off), ("1", .kernel), ("off", .off), ("on", .kernel)])
            },
            writeJSON: { $1.value($0.rawValue) }, text: { String($0.rawValue) })
    }
}

extension OptionForm where Value == VLANProtocol {
    /// `802.1Q` or `802.1ad`; the letters may be of either case.
    static var vlanProtocol: Self {
        Self(
            read: { words throws(CommandFailure) in
                try words.choice([
                    ("802.1Q", .customer), ("802.1ad", .service), ("802.1q", .customer), ("802.1AD", .service),
                ])
            },
            string: { value in
                switch value {
                case .customer: "802.1Q"
                case .service: "802.1ad"
                default: "[\(value.rawValue)]"
                }
            })
    }
}

extension OptionForm where Value == BridgeIdentifier {
    /// `8000.2:0:0:0:0:1`: four digits of priority, and the address without leading zeros, as ether_ntoa(3) has it.
    static var bridgeIdentifier: Self {
        Self(string: { identifier in
            let priority = String(identifier.priority, radix: 16)
            let address = identifier.address.bytes.map { String($0, radix: 16) }.joined(separator: ":")
            return String(repeating: "0", count: 4 - priority.utf8.count) + priority + "." + address
        })
    }
}
