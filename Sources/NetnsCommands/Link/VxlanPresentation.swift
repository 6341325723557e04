// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension VxlanOptions: LinkKindPresentation {
    static let fields = addressFields + switchFields + headerFields + extensionFields

    private static let addressFields: [OptionField<VxlanOptions>] = [
        .switch("external", \.external), .switch("vnifilter", \.identifierFilter),
        OptionField("id", aliases: ["vni"], \.identifier, .number(0...0xff_ffff)),
        .address(["remote", "group"], \.remote), .address(["local"], \.local),
        .device("link", label: "dev", \.link, in: .request),
        OptionField("port_range", label: "srcport", aliases: ["port"], \.sourcePorts, .portRange),
        OptionField("port", label: "dstport", \.destinationPort, .number),
    ]

    private static let switchFields: [OptionField<VxlanOptions>] = [
        .switch("learning", \.learning, json: [true, false], text: [false]),
        .switch("proxy", \.proxy), .switch("rsc", \.routeShortCircuit),
        .switch("l2miss", \.reportsLayer2Misses), .switch("l3miss", \.reportsLayer3Misses),
    ]

    private static let headerFields: [OptionField<VxlanOptions>] = [
        OptionField("tos", aliases: ["dsfield"], \.tos, .typeOfService, where: { $0 != 0 }),
        ttl,
        OptionField(
            word: OptionField("df", \.fragmentation, fragmentations).word,
            writeJSON: OptionField("df", \.fragmentation, fragmentations).writeJSON,
            writeText: OptionField("df", \.fragmentation, fragmentations, where: { $0 != .unset }).writeText),
        flowLabel,
        OptionField("ageing", \.ageingTime, .numberOrWord("none")),
        OptionField("limit", label: "maxaddress", \.maximumAddresses, .numberOrWord("unlimited"), where: { $0 != 0 })
            .labelled("maxaddr"),
    ]

    private static let extensionFields: [OptionField<VxlanOptions>] = [
        .switch("udpcsum", key: "udp_csum", \.udpChecksum, json: [true, false], text: [true, false]),
        .switch(
            "udp6zerocsumtx", key: "udp_zero_csum6_tx", \.sendsZeroChecksum6, json: [true, false], text: [true, false]),
        .switch(
            "udp6zerocsumrx", key: "udp_zero_csum6_rx", \.acceptsZeroChecksum6, json: [true, false],
            text: [true, false]),
        .switch("remcsumtx", key: "remcsum_tx", \.sendsRemoteChecksum),
        .switch("remcsumrx", key: "remcsum_rx", \.acceptsRemoteChecksum),
        .presence("gbp", \.groupPolicy), .presence("gpe", \.genericProtocol),
        .switch("localbypass", \.localBypass, json: [true, false], text: [false]),
        .switch("mcroute", \.multicastRouting),
        OptionField("reserved_bits", \.reservedBits, .mask),
    ]

    private static let fragmentations: OptionForm<VxlanFragmentation> =
        .choice([("unset", .unset), ("set", .set), ("inherit", .inherit)])

    /// `inherit` is an attribute of its own, beside which the kernel shows 0.
    private static let ttl = OptionField<VxlanOptions>(
        word: Word("ttl", "hoplimit") { words, target throws(CommandFailure) in
            switch words.next {
            case "inherit":
                _ = words.take()
                target.options.inheritsTTL = true
            case "auto":
                _ = words.take()
                target.options.ttl = 0
            default: target.options.ttl = try words.number()
            }
        },
        writeJSON: { options, json, _ in
            if options.inheritsTTL != true { json.member("ttl", options.ttl) }
        },
        writeText: { options, text, _ in
            guard let ttl = options.ttl ?? (options.inheritsTTL == true ? 0 : nil) else { return }
            text += options.inheritsTTL == true ? "ttl inherit " : ttl == 0 ? "ttl auto " : "ttl \(ttl) "
        })

    private static let flowLabel = OptionField<VxlanOptions>(
        word: Word("flowlabel", "label") { words, target throws(CommandFailure) in
            guard words.next != "inherit" else {
                _ = words.take()
                target.options.flowLabelPolicy = .inherit
                return
            }
            let label: UInt32 = try words.mask()
            guard label <= 0xfffff else { throw words.badValue("a flow label is 1048575 at most") }
            target.options.flowLabel = label
        },
        writeJSON: { options, json, _ in
            if options.flowLabelPolicy == .inherit { json.member("label_policy", "inherit") }
            if let label = options.flowLabel, label != 0 { json.member("label", "0x" + String(label, radix: 16)) }
        },
        writeText: { options, text, _ in
            if options.flowLabelPolicy == .inherit { text += "flowlabel inherit " }
            if let label = options.flowLabel, label != 0 { text += "flowlabel 0x\(String(label, radix: 16)) " }
        })

    mutating func conclude(creating: Bool, _ words: WordParser) throws(CommandFailure) {
        guard creating else { return }
        let hasIdentifier = identifier != nil
        guard hasIdentifier || external == true else { throw words.usage("a vxlan needs its 'id', or 'external'") }
        guard !hasIdentifier || external != true else { throw words.usage("'id' and 'external' exclude each other") }
        // As ip(8) sends it; what is external has nothing to learn.
        if learning == nil { learning = external != true }
    }
}

extension OptionField<VxlanOptions> {
    /// A word that switches something on, and one with `no` in front that switches it off.
    ///
    /// - Parameters:
    ///   - json: which values are shown in JSON.
    ///   - text: which are shown in text.
    fileprivate static func `switch`(
        _ name: String, key: String? = nil, _ field: OptionPath<VxlanOptions, Bool>, json shownInJSON: [Bool] = [true],
        text shownInText: [Bool] = [true]
    ) -> Self {
        Self(
            word: Word(name, "no" + name) { words, target throws(CommandFailure) in
                target.options[keyPath: field] = words.current == name
            },
            writeJSON: { options, json, _ in
                if let isOn = options[keyPath: field], shownInJSON.contains(isOn) { json.member(key ?? name, isOn) }
            },
            writeText: { options, text, _ in
                if let isOn = options[keyPath: field], shownInText.contains(isOn) {
                    text += isOn ? "\(name) " : "no\(name) "
                }
            })
    }

    /// A word that can only be said.
    fileprivate static func presence(
        _ name: String, _ field: any WritableKeyPath<VxlanOptions, Bool> & Sendable
    ) -> Self {
        Self(
            word: Word(name) { _, target throws(CommandFailure) in target.options[keyPath: field] = true },
            writeJSON: { options, json, _ in if options[keyPath: field] { json.member(name, true) } },
            writeText: { options, text, _ in if options[keyPath: field] { text += "\(name) " } })
    }

    /// An address; the second name is that of a multicast group. Of IPv6 the key in JSON ends in 6.
    fileprivate static func address(_ names: [String], _ field: OptionPath<VxlanOptions, IPAddress>) -> Self {
        @Sendable func name(_ address: IPAddress) -> String {
            address.isMulticast ? names[names.count - 1] : names[0]
        }
        return Self(
            word: Word(names: names) { words, target throws(CommandFailure) in
                let address = try words.address()
                guard !address.isUnspecified else { throw words.badValue("'\(address)' is no address") }
                if words.current == "group", !address.isMulticast {
                    throw words.badValue("'\(address)' is no multicast address")
                }
                target.options[keyPath: field] = address
            },
            writeJSON: { options, json, _ in
                guard let address = options[keyPath: field], !address.isUnspecified else { return }
                json.member(name(address) + (address.family == .ipv6 ? "6" : ""), address.description)
            },
            writeText: { options, text, _ in
                guard let address = options[keyPath: field], !address.isUnspecified else { return }
                text += "\(name(address)) \(address) "
            })
    }

    /// The same with another label in text.
    fileprivate func labelled(_ label: String) -> Self {
        let old = writeText
        return Self(
            word: word, device: device, writeJSON: writeJSON,
            writeText: { options, text, deviceName in
                var shown = ""
                old(options, &shown, deviceName)
                guard let blank = shown.firstIndex(of: " ") else { return }
                text += label + shown[blank...]
            })
    }
}

extension OptionForm where Value == UInt32 {
    /// A number; zero also by a word, which text shows for it.
    fileprivate static func numberOrWord(_ zero: String) -> Self {
        Self(
            read: { words throws(CommandFailure) in
                guard words.next != zero else {
                    _ = words.take()
                    return 0
                }
                return try words.number()
            },
            writeJSON: { $1.value($0) }, text: { $0 == 0 ? zero : String($0) })
    }
}

extension OptionForm where Value == VxlanPortRange {
    /// Two numbers; an object in JSON.
    fileprivate static var portRange: Self {
        Self(
            read: { words throws(CommandFailure) in
                let low: UInt16 = try words.number()
                return VxlanPortRange(low: low, high: try words.number(low...UInt16.max))
            },
            writeJSON: { range, json in
                json.object { json in
                    json.member("low", range.low)
                    json.member("high", range.high)
                }
            },
            text: { "\($0.low) \($0.high)" })
    }
}
