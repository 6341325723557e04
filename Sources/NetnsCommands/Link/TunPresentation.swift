// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

extension TunOptions: LinkKindPresentation {
    static let fields: [OptionField<TunOptions>] = [
        OptionField(
            word: Word("mode") { words, target throws(CommandFailure) in
                target.options.mode = try words.choice([("tun", .tun), ("tap", .tap)])
            },
            writeJSON: { options, json, _ in json.member("type", options.mode?.name) },
            writeText: { options, text, _ in if let mode = options.mode { text += "type \(mode.name) " } }),
        .flag("pi", "pi", \.packetInformation),
        .flag("vnet_hdr", "vnet_hdr", \.virtioHeader),
        OptionField(
            word: Word("multi_queue") { _, target in target.options.multiQueue = true },
            writeJSON: { options, json, _ in json.member("multi_queue", options.multiQueue == true) },
            writeText: { options, text, _ in if options.multiQueue == true { text += "multi_queue " } }),
        .shown("numqueues", \.queues, .number),
        .shown("numdisabled", \.disabledQueues, .number),
        .shown("persist", \.isPersistent, .onOrOff),
        .account("user", \.owner, read: { UserAccount($0)?.userID }, name: userName),
        .account("group", \.group, read: { groupID(named: $0) ?? decimal($0) }, name: groupName),
        // Without effect since Linux 3.8.
        .command("one_queue") { _ in },
    ]

    func conclude(creating: Bool, _ words: WordParser) throws(CommandFailure) {
        guard creating else { return }
        guard mode != nil else {
            throw words.usage("'mode' is missing: 'tun' for IP packets, 'tap' for Ethernet frames")
        }
    }

    /// What the device is made with.
    var deviceFlags: TunDeviceFlags {
        var flags: TunDeviceFlags = mode == .tap ? .tap : .tun
        if packetInformation != true { flags.insert(.noPacketInformation) }
        if virtioHeader == true { flags.insert(.virtioHeader) }
        if multiQueue == true { flags.insert(.multiQueue) }
        return flags
    }
}

extension TunMode {
    fileprivate var name: String {
        switch self {
        case .tun: "tun"
        case .tap: "tap"
        default: "UNKNOWN:\(rawValue)"
        }
    }
}

extension OptionField where Options == TunOptions {
    /// A word without a value, shown as `on` or `off`.
    fileprivate static func flag(_ word: String, _ key: String, _ field: OptionPath<TunOptions, Bool>) -> Self {
        Self(
            word: Word(word) { _, target in target.options[keyPath: field] = true },
            writeJSON: { options, json, _ in json.member(key, options[keyPath: field]) },
            writeText: { options, text, _ in
                if let isOn = options[keyPath: field] { text += "\(word) \(isOn ? "on" : "off") " }
            })
    }

    /// A user or group: a name, or a number where there is none.
    fileprivate static func account(
        _ key: String, _ field: OptionPath<TunOptions, UInt32>,
        read: @escaping @Sendable (String) -> UInt32?, name: @escaping @Sendable (UInt32) -> String?
    ) -> Self {
        Self(
            word: Word(key) { words, target throws(CommandFailure) in
                let text = try words.value("name")
                // The greatest number is nobody's: the kernel takes it for none.
                guard let id = read(text), id != .max else {
                    throw words.badValue("there is no \(key) \(quoted(text))")
                }
                target.options[keyPath: field] = id
            },
            writeJSON: { options, json, _ in
                guard let id = options[keyPath: field] else { return }
                if let name = name(id) { json.member(key, name) } else { json.member(key, id) }
            },
            writeText: { options, text, _ in
                if let id = options[keyPath: field] { text += "\(key) \(name(id).map(escaped) ?? String(id)) " }
            })
    }
}
