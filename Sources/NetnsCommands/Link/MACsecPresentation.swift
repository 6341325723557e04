// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension MACsecOptions: LinkKindPresentation {
    static let fields = channelFields + protectionFields + replayFields

    private static let channelFields: [OptionField<MACsecOptions>] = [
        OptionField(
            word: Word("sci") { words, target throws(CommandFailure) in
                target.options.channel = MACsecChannel(rawValue: try words.channel())
            },
            writeJSON: { options, json, _ in json.member("sci", options.channel?.text) },
            writeText: { options, text, _ in if let channel = options.channel { text += "sci \(channel.text) " } }),
        OptionField(
            word: Word("address") { words, target throws(CommandFailure) in
                let address = try words.parsed("address") { text throws(AddressingError) in
                    try MACAddress(parsing: text)
                }
                guard words.take("port") else { throw words.usage("'address' lacks the 'port' that belongs to it") }
                target.options.channel = MACsecChannel(address: address, port: try words.number(1...UInt16.max))
            }),
        OptionField(
            word: Word("port") { words, target throws(CommandFailure) in
                target.options.port = try words.number(1...UInt16.max)
            }),
    ]

    private static let protectionFields: [OptionField<MACsecOptions>] = [
        OptionField("protect", \.protects, .onOrOff),
        OptionField("cipher_suite", label: "cipher", \.cipher, .cipher),
        OptionField("icv_len", label: "icvlen", \.checkValueLength, .number(8...16)),
        OptionField("encoding_sa", label: "encodingsa", \.encodingAssociation, .number(0...3)),
        OptionField(
            "validation", label: "validate", \.validation,
            .choice([("disabled", .disabled), ("check", .check), ("strict", .strict)])),
        OptionField("offload", \.offload, .choice([("off", .off), ("phy", .phy), ("mac", .mac)])),
        OptionField("encrypt", \.encrypts, .onOrOff),
        OptionField("inc_sci", label: "send_sci", \.sendsChannel, .onOrOff),
        OptionField("es", label: "end_station", \.isEndStation, .onOrOff),
        OptionField("scb", \.isSingleCopyBroadcast, .onOrOff),
    ]

    private static let replayFields: [OptionField<MACsecOptions>] = [
        OptionField(
            word: Word("replay") { words, target throws(CommandFailure) in
                let isOn = try words.isOn()
                target.options.replayProtection = isOn
                // The kernel wants a window with either.
                if !isOn, target.options.replayWindow == nil { target.options.replayWindow = .max }
            },
            writeJSON: { options, json, _ in json.member("replay_protect", options.replayProtection) },
            writeText: { options, text, _ in
                if let isOn = options.replayProtection { text += "replay \(isOn ? "on" : "off") " }
            }),
        OptionField("window", \.replayWindow, .signed),
    ]

    func conclude(creating: Bool, _ words: WordParser) throws(CommandFailure) {
        guard creating else { return }
        if replayProtection == true, replayWindow == nil {
            throw words.usage("'replay on' needs 'window': how many frames late one may come")
        }
        if replayProtection == nil, replayWindow != nil {
            throw words.usage("'window' has no effect without 'replay on'")
        }
    }
}

extension OptionForm where Value == MACsecCipher {
    fileprivate static var cipher: Self {
        let names: [(name: String, value: MACsecCipher)] = [
            ("default", .standard), ("gcm-aes-128", .gcmAES128), ("gcm-aes-256", .gcmAES256),
            ("gcm-aes-xpn-128", .gcmAESXPN128), ("gcm-aes-xpn-256", .gcmAESXPN256),
        ]
        return Self(
            read: { words throws(CommandFailure) in
                let shown = names.map { ($0.name.uppercased(), $0.value) }
                return try words.choice(names + shown)
            },
            string: { cipher in
                let cipher = cipher == .standard ? .gcmAES128 : cipher
                return names.first { $0.value == cipher }?.name.uppercased() ?? "(unknown)"
            })
    }
}

extension OptionForm where Value == UInt32 {
    /// Shown as ip(8) does it, with -1 for the highest.
    fileprivate static var signed: Self {
        Self(
            read: { words throws(CommandFailure) in try words.number() },
            writeJSON: { $1.value(Int32(bitPattern: $0)) }, text: { String(Int32(bitPattern: $0)) })
    }
}

extension MACsecChannel {
    /// Sixteen hexadecimal digits.
    fileprivate var text: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension WordParser {
    /// The identifier of a channel, in hexadecimal digits as it is shown; `0x` may stand before them.
    fileprivate mutating func channel() throws(CommandFailure) -> UInt64 {
        let text = try value("identifier")
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
        guard digits.first?.isHexDigit == true, let number = UInt64(digits, radix: 16) else {
            throw badValue("\(quoted(text)) is no identifier: up to 16 hexadecimal digits")
        }
        return number
    }
}
