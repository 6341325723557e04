// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

extension BondOptions: LinkKindPresentation {
    static let fields = modeFields + probeFields + failoverFields + loadFields + lacpFields

    private static let modeFields: [OptionField<BondOptions>] = [
        OptionField(
            "mode", \.mode,
            .named(["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"])
        ),
        .port("active_slave", \.activePort),
        .command("clear_active_slave") { $0.activePort = 0 },
        OptionField("miimon", \.monitoringInterval, .number),
        OptionField("updelay", \.upDelay, .number),
        OptionField("downdelay", \.downDelay, .number),
        OptionField("peer_notify_delay", \.peerNotificationDelay, .number),
        OptionField("use_carrier", \.usesCarrier, .zeroOrOne),
    ]

    private static let probeFields: [OptionField<BondOptions>] = [
        OptionField("arp_interval", \.arpInterval, .number),
        OptionField("arp_missed_max", \.arpMissedMaximum, .number),
        .targets("arp_ip_target", \.arpTargets, .ipv4),
        .targets("ns_ip6_target", \.neighborTargets, .ipv6),
        OptionField("arp_validate", \.arpValidation, .validation),
        OptionField("arp_all_targets", \.arpTargetsNeeded, .named(["any", "all"])),
    ]

    private static let failoverFields: [OptionField<BondOptions>] = [
        .port("primary", \.primary),
        OptionField("primary_reselect", \.primaryReselection, .named(["always", "better", "failure"])),
        OptionField("fail_over_mac", \.failOverMAC, .named(["none", "active", "follow"])),
        OptionField(
            "xmit_hash_policy", \.hashPolicy,
            .named(["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"])),
        OptionField("resend_igmp", \.igmpReports, .number),
        OptionField(
            word: Word("num_grat_arp", "num_unsol_na") { words, target throws(CommandFailure) in
                target.options.peerNotifications = try words.number()
            },
            writeJSON: { options, json, _ in json.member("num_peer_notif", options.peerNotifications) },
            writeText: { options, text, _ in
                if let count = options.peerNotifications { text += "num_grat_arp \(count) " }
            }),
    ]

    private static let loadFields: [OptionField<BondOptions>] = [
        OptionField("all_slaves_active", \.allPortsActive, .zeroOrOne),
        OptionField("min_links", \.minimumLinks, .number),
        OptionField("lp_interval", \.learningInterval, .number),
        OptionField("packets_per_slave", \.packetsPerPort, .number),
    ]

    private static let lacpFields: [OptionField<BondOptions>] = [
        OptionField("ad_lacp_active", label: "lacp_active", \.lacpActive, .onOrOffText),
        OptionField("ad_lacp_rate", label: "lacp_rate", \.lacpRate, .named(["slow", "fast"])),
        OptionField("coupled_control", \.coupledControl, .onOrOffText, where: { !$0 }),
        OptionField("broadcast_neighbor", \.broadcastNeighbor, .onOrOffText),
        OptionField("ad_select", \.aggregatorSelection, .named(["stable", "bandwidth", "count"])),
        aggregation,
        OptionField("ad_actor_sys_prio", \.actorSystemPriority, .number(1...UInt16.max)),
        OptionField("ad_user_port_key", \.userPortKey, .number(0...1023)),
        OptionField("ad_actor_system", \.actorSystem, .macAddress),
        OptionField("tlb_dynamic_lb", \.dynamicTransmitLoad, .zeroOrOne),
    ]

    /// An object in JSON, and words of their own in text.
    private static let aggregation = OptionField<BondOptions>(
        word: nil,
        writeJSON: { options, json, _ in
            guard let aggregation = options.aggregation else { return }
            json.member(
                "ad_info",
                object: { json in
                    json.member("aggregator", aggregation.aggregator)
                    json.member("num_ports", aggregation.ports)
                    json.member("actor_key", aggregation.actorKey)
                    json.member("partner_key", aggregation.partnerKey)
                    json.member("partner_mac", aggregation.partner?.description)
                })
        },
        writeText: { options, text, _ in
            guard let aggregation = options.aggregation else { return }
            if let number = aggregation.aggregator { text += "ad_aggregator \(number) " }
            if let count = aggregation.ports { text += "ad_num_ports \(count) " }
            if let key = aggregation.actorKey { text += "ad_actor_key \(key) " }
            if let key = aggregation.partnerKey { text += "ad_partner_key \(key) " }
            if let partner = aggregation.partner { text += "ad_partner_mac \(partner) " }
        })
}

extension BondPortOptions: LinkKindPresentation {
    static let fields: [OptionField<BondPortOptions>] =
        [
            shownState("state", \.state, ["ACTIVE", "BACKUP"]),
            shownState("mii_status", \.link, ["UP", "GOING_DOWN", "DOWN", "GOING_BACK"]),
            .shown("link_failure_count", \.failures, .number),
            .shown("perm_hwaddr", \.permanentAddress, OptionForm(string: { $0.description })),
            OptionField("queue_id", \.queue, .number),
            OptionField("prio", \.priority, .signedNumber),
            .shown("ad_aggregator_id", \.aggregator, .number),
        ] + stateFields("ad_actor_oper_port_state", \.actorState)
        + stateFields("ad_partner_oper_port_state", \.partnerState)
        + [OptionField("actor_port_prio", \.actorPortPriority, .number, where: { $0 != 255 })]

    /// A state by its name; one without a name is a number under another key.
    private static func shownState<Value: RawRepresentable & SendableMetatype>(
        _ key: String, _ field: OptionPath<BondPortOptions, Value>, _ names: [String]
    ) -> OptionField<BondPortOptions> where Value.RawValue == UInt8 {
        OptionField(
            word: nil,
            writeJSON: { options, json, _ in
                guard let number = options[keyPath: field]?.rawValue else { return }
                if Int(number) < names.count {
                    json.member(key, names[Int(number)])
                } else {
                    json.member(key + "_index", number)
                }
            },
            writeText: { options, text, _ in
                guard let number = options[keyPath: field]?.rawValue else { return }
                text += "\(key) \(Int(number) < names.count ? names[Int(number)] : String(number)) "
            })
    }

    private static func stateFields(
        _ key: String, _ field: OptionPath<BondPortOptions, LACPPortState>
    ) -> [OptionField<BondPortOptions>] {
        [
            .shown(
                key, field,
                OptionForm(writeJSON: { state, json in json.value(state.rawValue) }, text: { String($0.rawValue) })),
            .shown(
                key + "_str", field,
                OptionForm(
                    writeJSON: { state, json in json.array { json in for name in state.names { json.value(name) } } },
                    text: { "<\($0.names.joined(separator: ","))>" })),
        ]
    }
}

extension LACPPortState {
    /// The bits as IEEE 802.1AX calls them.
    fileprivate var names: [String] {
        let names = [
            "active", "short_timeout", "aggregating", "in_sync", "collecting", "distributing", "defaulted", "expired",
        ]
        return names.indices.filter { rawValue & 1 << $0 != 0 }.map { names[$0] }
    }
}

// MARK: Forms

extension OptionField where Options == BondOptions {
    /// A port, by its name; none is not shown.
    fileprivate static func port(_ key: String, _ field: OptionPath<BondOptions, Int32>) -> Self {
        Self(
            word: Word(key) { words, target throws(CommandFailure) in
                target.devices.append((try words.value("device"), .link, field))
            },
            device: { $0[keyPath: field] },
            writeJSON: { options, json, deviceName in
                if let index = options[keyPath: field], index != 0 { json.member(key, deviceName(index)) }
            },
            writeText: { options, text, deviceName in
                if let index = options[keyPath: field], index != 0 { text += "\(key) \(escaped(deviceName(index))) " }
            })
    }

    /// Addresses with commas between; an empty word clears the list.
    fileprivate static func targets(
        _ key: String, _ field: OptionPath<BondOptions, [IPAddress]>, _ family: AddressFamily
    ) -> Self {
        Self(
            word: Word(key) { words, target throws(CommandFailure) in
                target.options[keyPath: field] = try words.addresses(of: family)
            },
            writeJSON: { options, json, _ in
                guard let targets = options[keyPath: field], !targets.isEmpty else { return }
                json.member(key, targets.map(\.description))
            },
            writeText: { options, text, _ in
                guard let targets = options[keyPath: field], !targets.isEmpty else { return }
                text += "\(key) \(targets.map(\.description).joined(separator: ",")) "
            })
    }
}

extension OptionForm where Value: RawRepresentable & Sendable, Value.RawValue: FixedWidthInteger & Sendable {
    /// One of the words, which the kernel numbers from 0; the number is understood as well.
    fileprivate static func named(_ names: [String]) -> Self {
        Self(
            read: { words throws(CommandFailure) in
                let text = try words.value()
                if let number = names.firstIndex(of: text) ?? decimal(text), names.indices.contains(number),
                    let value = Value(rawValue: Value.RawValue(number))
                {
                    return value
                }
                throw words.badValue(
                    "\(quoted(text)) is not \(alternatives(names))", hint: suggestion(for: text, among: names))
            },
            string: { value in
                let number = Int(value.rawValue)
                return names.indices.contains(number) ? names[number] : String(number)
            })
    }
}

extension OptionForm where Value == BondARPValidation {
    /// JSON has null for none, as ip(8) writes it.
    fileprivate static var validation: Self {
        let plain = named(["none", "active", "backup", "all", "filter", "filter_active", "filter_backup"])
        return Self(
            read: plain.read,
            writeJSON: { value, json in if value == .none { json.null() } else { plain.writeJSON(value, &json) } },
            text: plain.text)
    }
}

extension OptionForm where Value == Bool {
    /// `on` or `off`, in JSON as well; 1 and 0 are understood.
    fileprivate static var onOrOffText: Self {
        Self(
            read: { words throws(CommandFailure) in
                try words.choice([("off", false), ("on", true), ("0", false), ("1", true)])
            },
            string: { $0 ? "on" : "off" })
    }
}

extension OptionForm where Value == Int32 {
    /// A decimal number, with a minus sign for one below zero.
    fileprivate static var signedNumber: Self {
        Self(
            read: { words throws(CommandFailure) in
                let text = try words.value("number")
                let isNegative = text.hasPrefix("-")
                guard let magnitude: Int64 = decimal(isNegative ? text.dropFirst() : text[...]),
                    let number = Int32(exactly: isNegative ? -magnitude : magnitude)
                else { throw words.badValue("\(quoted(text)) is not a decimal number of 32 bits") }
                return number
            },
            writeJSON: { $1.value($0) }, text: { String($0) })
    }
}

extension WordParser {
    /// Addresses of the family with commas between them; none for an empty word.
    fileprivate mutating func addresses(of family: AddressFamily) throws(CommandFailure) -> [IPAddress] {
        let text = try value("addresses")
        var addresses: [IPAddress] = []
        for part in text.split(separator: ",") {
            guard let address = IPAddress(String(part)), address.family == family else {
                throw badValue("\(quoted(String(part))) is no address of \(family == .ipv4 ? "IPv4" : "IPv6")")
            }
            addresses.append(address)
        }
        return addresses
    }
}
