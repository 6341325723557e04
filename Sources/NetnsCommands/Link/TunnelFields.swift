// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

// What the words and the listings of tunnels have in common.

extension OptionField where Options: TunnelEndpoints {
    /// The two ends and the device below.
    static var endpoints: [Self] {
        [
            address("remote", \.remote), address("local", \.local),
            Self(
                word: Word("dev") { words, target throws(CommandFailure) in
                    target.devices.append((try words.value("device"), .link, \.lower))
                },
                device: { $0.lower },
                writeJSON: { options, json, deviceName in
                    if let index = options.lower, index != 0 { json.member("link", deviceName(index)) }
                },
                writeText: { options, text, deviceName in
                    if let index = options.lower, index != 0 { text += "dev \(escaped(deviceName(index))) " }
                }),
        ]
    }

    /// An address of the tunnel's family, or `any`.
    private static func address(_ key: String, _ field: OptionPath<Options, IPAddress>) -> Self {
        let family = Options.Variant.family
        @Sendable func text(_ options: Options) -> String {
            guard let address = options[keyPath: field], !address.isUnspecified else { return "any" }
            return address.description
        }
        return Self(
            word: Word(key) { words, target throws(CommandFailure) in
                target.options[keyPath: field] = words.next == "any" ? nil : try words.address(of: family)
                if words.next == "any" { _ = words.take() }
            },
            writeJSON: { options, json, _ in json.member(key, text(options)) },
            writeText: { options, output, _ in output += "\(key) \(text(options)) " })
    }

    /// The mark of packets, unless it is none.
    static var firewallMark: Self {
        OptionField("fwmark", \.firewallMark, .mask, where: { $0 != 0 })
    }

    /// `ikey`, `okey` and `key` for both.
    ///
    /// - Parameters:
    ///   - input: notes the key of what arrives, or with nil that there is none.
    ///   - output: the same for what leaves.
    ///   - shown: the keys that there are.
    static func keys(
        _ input: @escaping @Sendable (inout Options, UInt32?) -> Void,
        _ output: @escaping @Sendable (inout Options, UInt32?) -> Void,
        shown: @escaping @Sendable (Options) -> (input: UInt32?, output: UInt32?)
    ) -> [Self] {
        @Sendable func dotted(_ key: UInt32) -> String { IPv4Address(key).description }
        func field(
            _ name: String, _ set: @escaping @Sendable (inout Options, UInt32?) -> Void,
            _ key: @escaping @Sendable (Options) -> UInt32?
        ) -> Self {
            Self(
                word: Word(name) { words, target throws(CommandFailure) in set(&target.options, try words.tunnelKey())
                },
                writeJSON: { options, json, _ in json.member(name, key(options).map(dotted)) },
                writeText: { options, text, _ in if let key = key(options) { text += "\(name) \(dotted(key)) " } })
        }
        return [
            field("ikey", input) { shown($0).input },
            field("okey", output) { shown($0).output },
            Self(
                word: Word("key") { words, target throws(CommandFailure) in
                    let key = try words.tunnelKey()
                    input(&target.options, key)
                    output(&target.options, key)
                }),
            .command("noikey") { input(&$0, nil) },
            .command("nookey") { output(&$0, nil) },
            .command("nokey") {
                input(&$0, nil)
                output(&$0, nil)
            },
        ]
    }
}

extension OptionField where Options: IPTunnel {
    private static var isIPv4: Bool { Options.Variant.family == .ipv4 }

    /// Each packet brings its own addresses.
    static var external: Self {
        Self(
            word: Word("external") { _, target in target.options.isExternal = true },
            writeJSON: { options, json, _ in if options.isExternal { json.member("external", true) } },
            writeText: { options, text, _ in if options.isExternal { text += "external " } })
    }

    /// The lifetime of packets.
    static var lifetime: Self {
        let label = isIPv4 ? "ttl" : "hoplimit"
        return Self(
            word: Word("ttl", "hoplimit", "hlim") { words, target throws(CommandFailure) in
                if words.next == "inherit" {
                    _ = words.take()
                    target.options.timeToLive = 0
                } else {
                    target.options.timeToLive = try words.number()
                }
            },
            writeJSON: { options, json, _ in json.member("ttl", options.timeToLive ?? 0) },
            writeText: { options, text, _ in
                let lifetime = options.timeToLive ?? 0
                text += "\(label) \(lifetime == 0 ? "inherit" : String(lifetime)) "
            })
    }

    /// The type of service over IPv4.
    static var typeOfService: Self {
        Self("tos", aliases: ["tclass", "dsfield"], \.typeOfService, .typeOfService, where: { $0 != 0 })
    }

    /// A bit of `flags`, told by a word with the value `inherit`.
    private static func inherited(
        _ word: String, _ key: String, _ flag: IP6TunnelFlags
    ) -> Self {
        Self(
            word: Word(word) { words, target throws(CommandFailure) in
                target.options.set(flag, try words.choice([("inherit", true)]))
            },
            writeJSON: { options, json, _ in if options.has(flag) { json.member(key, true) } },
            writeText: { options, text, _ in if options.has(flag) { text += "\(word) inherit " } })
    }

    /// What only tunnels over IPv6 have.
    static var ip6Fields: [Self] {
        [
            encapsulationLimit, trafficClass, flowLabel,
            inherited("dscp", "ip6_tnl_f_rcv_dscp_copy", .copiesDSCP),
            Self(
                word: Word("allow-localremote") { _, target in target.options.set(.allowsLocalRemote, true) },
                writeJSON: { options, json, _ in
                    if options.has(.allowsLocalRemote) { json.member("ip6_tnl_f_allow_local_remote", true) }
                },
                writeText: { options, text, _ in
                    if options.has(.allowsLocalRemote) { text += "allow-localremote " }
                }),
            .command("noallow-localremote") { $0.set(.allowsLocalRemote, false) },
        ]
    }

    private static var encapsulationLimit: Self {
        Self(
            word: Word("encaplimit") { words, target throws(CommandFailure) in
                let isNone = words.next == "none"
                target.options.set(.noEncapsulationLimit, isNone)
                if isNone { _ = words.take() } else { target.options.encapsulationLimit = try words.number() }
            },
            writeJSON: { options, json, _ in
                if options.has(.noEncapsulationLimit) {
                    json.member("ip6_tnl_f_ign_encap_limit", true)
                } else {
                    json.member("encap_limit", options.encapsulationLimit)
                }
            },
            writeText: { options, text, _ in
                if options.has(.noEncapsulationLimit) {
                    text += "encaplimit none "
                } else if let limit = options.encapsulationLimit {
                    text += "encaplimit \(limit) "
                }
            })
    }

    private static var trafficClass: Self {
        flowField(
            ["tclass", "tc", "tos", "dsfield"], "ip6_tnl_f_use_orig_tclass", .inheritsTrafficClass,
            read: { (words, flow) throws(CommandFailure) in flow.trafficClass = try words.trafficClass() },
            text: { hexadecimal(UInt32($0.trafficClass), digits: 2) })
    }

    private static var flowLabel: Self {
        flowField(
            ["flowlabel", "fl"], "ip6_tnl_f_use_orig_flowlabel", .inheritsFlowLabel,
            read: { (words, flow) throws(CommandFailure) in flow.flowLabel = try words.flowLabel() },
            text: { hexadecimal($0.flowLabel, digits: 5) })
    }

    /// A part of the flow information, or `inherit`, which is a bit of `flags`.
    private static func flowField(
        _ names: [String], _ inheritKey: String, _ flag: IP6TunnelFlags,
        read: @escaping @Sendable (inout WordParser, inout IPv6FlowInformation) throws(CommandFailure) -> Void,
        text: @escaping @Sendable (IPv6FlowInformation) -> String
    ) -> Self {
        let name = names[0]
        return Self(
            word: Word(names: names) { words, target throws(CommandFailure) in
                let inherits = words.next == "inherit"
                target.options.set(flag, inherits)
                guard !inherits else {
                    _ = words.take()
                    return
                }
                var flow = target.options.flowInformation ?? IPv6FlowInformation(rawValue: 0)
                try read(&words, &flow)
                target.options.flowInformation = flow
            },
            writeJSON: { options, json, _ in
                if options.has(flag) {
                    json.member(inheritKey, true)
                } else {
                    json.member(name, options.flowInformation.map(text))
                }
            },
            writeText: { options, output, _ in
                if options.has(flag) {
                    output += "\(name) inherit "
                } else if let flow = options.flowInformation {
                    output += "\(name) \(text(flow)) "
                }
            })
    }

    /// The mark; over IPv6 it may be that of the packet inside.
    static var mark: Self {
        guard !isIPv4 else { return firewallMark }
        let plain = firewallMark
        return Self(
            word: Word("fwmark") { words, target throws(CommandFailure) in
                let inherits = words.next == "inherit"
                target.options.set(.inheritsFirewallMark, inherits)
                if inherits {
                    _ = words.take()
                    target.options.firewallMark = 0
                } else {
                    target.options.firewallMark = try words.mask()
                }
            },
            writeJSON: { options, json, deviceName in
                if options.has(.inheritsFirewallMark) {
                    json.member("ip6_tnl_f_use_orig_fwmark", true)
                } else {
                    plain.writeJSON(options, &json, deviceName)
                }
            },
            writeText: { options, text, deviceName in
                if options.has(.inheritsFirewallMark) {
                    text += "fwmark inherit "
                } else {
                    plain.writeText(options, &text, deviceName)
                }
            })
    }
}

// MARK: UDP around everything

extension OptionField where Options: IPTunnel {
    /// `encap` and its like; JSON has them in one object.
    static var encapsulation: [Self] {
        [
            Self(
                word: Word("encap") { words, target throws(CommandFailure) in
                    target.options.encapsulation.header = try words.choice([
                        ("fou", .foo), ("gue", .generic), ("none", TunnelEncapsulation.Header.none),
                    ])
                },
                writeJSON: { options, json, _ in options.encapsulation.write(into: &json) },
                writeText: { options, text, _ in text += options.encapsulation.text }),
            .command("noencap") { $0.encapsulation.header = TunnelEncapsulation.Header.none },
            Self(
                word: Word("encap-sport") { words, target throws(CommandFailure) in
                    if words.next == "auto" {
                        _ = words.take()
                        target.options.encapsulation.sourcePort = 0
                    } else {
                        target.options.encapsulation.sourcePort = try words.number()
                    }
                }),
            Self(
                word: Word("encap-dport") { words, target throws(CommandFailure) in
                    target.options.encapsulation.destinationPort = try words.number()
                }),
        ] + flag(["encap-csum"], .checksum) + flag(["encap-csum6", "encap-udp6-csum"], .checksum6)
            + flag(["encap-remcsum"], .remoteChecksum)
    }

    private static func flag(_ names: [String], _ flag: TunnelEncapsulation.Flags) -> [Self] {
        [
            Self(word: Word(names: names) { _, target in target.options.encapsulation.set(flag, true) }),
            Self(
                word: Word(names: names.map { "no" + $0 }) { _, target in
                    target.options.encapsulation.set(flag, false)
                }),
        ]
    }
}

extension TunnelEncapsulation {
    fileprivate mutating func set(_ flag: Flags, _ isSet: Bool) {
        var flags = flags ?? []
        if isSet { flags.insert(flag) } else { flags.remove(flag) }
        self.flags = flags
    }

    private var name: String? {
        switch header {
        case nil, Header.none: nil
        case .foo: "fou"
        case .generic: "gue"
        case let other?: String(other.rawValue)
        }
    }

    private static let switches: [(name: String, flag: Flags)] = [
        ("csum", .checksum), ("csum6", .checksum6), ("remcsum", .remoteChecksum),
    ]

    fileprivate func write(into json: inout JSONWriter) {
        guard let name else { return }
        json.member(
            "encap",
            object: { json in
                json.member("type", name)
                json.member("sport", sourcePort ?? 0)
                json.member("dport", destinationPort ?? 0)
                for (name, flag) in Self.switches { json.member(name, flags?.contains(flag) == true) }
            })
    }

    fileprivate var text: String {
        guard let name else { return "" }
        let source = sourcePort ?? 0
        var text = "encap \(name) encap-sport \(source == 0 ? "auto" : String(source)) "
        text += "encap-dport \(destinationPort ?? 0) "
        for (name, flag) in Self.switches { text += "\(flags?.contains(flag) == true ? "" : "no")encap-\(name) " }
        return text
    }
}

// MARK: What ip(8) sends unasked

extension IPTunnel {
    /// What ip(8) chooses for a new tunnel of which it is told anything.
    mutating func setDefaults() {
        firewallMark = 0
        timeToLive = Variant.family == .ipv4 ? 0 : 64
        encapsulation.header = TunnelEncapsulation.Header.none
        encapsulation.sourcePort = 0
        encapsulation.destinationPort = 0
        if Variant.family == .ipv4 {
            typeOfService = 0
            pathMTUDiscovery = true
            encapsulation.flags = []
        } else {
            encapsulationLimit = 4
            flowInformation = IPv6FlowInformation(rawValue: 0)
            flags = []
            encapsulation.flags = .checksum6
        }
    }

    fileprivate func has(_ flag: IP6TunnelFlags) -> Bool { flags?.contains(flag) == true }

    fileprivate mutating func set(_ flag: IP6TunnelFlags, _ isSet: Bool) {
        var flags = flags ?? []
        if isSet { flags.insert(flag) } else { flags.remove(flag) }
        self.flags = flags
    }
}

// MARK: Values

extension WordParser {
    /// An address of the family.
    mutating func address(of family: AddressFamily) throws(CommandFailure) -> IPAddress {
        let address = try address()
        guard address.family == family else {
            throw badValue("'\(address)' is no address of \(family == .ipv4 ? "IPv4" : "IPv6")")
        }
        return address
    }

    /// A key of 32 bits: a number, or four of them with dots between.
    mutating func tunnelKey() throws(CommandFailure) -> UInt32 {
        if let key = next.flatMap(IPv4Address.init) {
            _ = take()
            return key.value
        }
        return try mask()
    }

    /// A flow label: 20 bits.
    mutating func flowLabel() throws(CommandFailure) -> UInt32 {
        let label: UInt32 = try mask()
        guard label <= 0xfffff else { throw badValue("a flow label has 20 bits, up to 0xfffff") }
        return label
    }
}

/// `0x00012`
private func hexadecimal(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
}
