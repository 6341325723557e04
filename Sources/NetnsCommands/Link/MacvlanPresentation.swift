// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension MacvlanOptions: LinkKindPresentation {
    static let fields: [OptionField<MacvlanOptions>] = [
        OptionField(
            "mode", \.mode,
            .choice([
                ("private", .private), ("vepa", .vepa), ("bridge", .bridge), ("passthru", .passthru),
                ("source", .source),
            ])),
        OptionField(
            word: Word("flag") { words, target throws(CommandFailure) in
                target.options.flags = try words.choice([
                    ("null", []), ("nopromisc", .noPromiscuity), ("nodst", .noDestination),
                ])
            }),
        .flag("nopromisc", .noPromiscuity), .flag("nodst", .noDestination),
        OptionField("bcqueuelen", \.broadcastQueueLength, .number),
        .shown("usedbcqueuelen", \.usedBroadcastQueueLength, .number),
        OptionField("bclim", \.broadcastCutoff, .signedNumber),
        OptionField(
            word: Word("macaddr", mayRepeat: true) { words, target throws(CommandFailure) in
                guard target.options.sourceChange == nil else { throw words.usage("'macaddr' is given twice") }
                target.options.sourceChange = try words.sourceChange()
            },
            writeJSON: { options, json, _ in
                guard options.mode == .source, let count = options.sourceCount else { return }
                json.member("macaddr_count", count)
                if !options.sources.isEmpty { json.member("macaddr_data", options.sources.map(\.description)) }
            },
            writeText: { options, text, _ in
                guard options.mode == .source, let count = options.sourceCount else { return }
                text += "remotes (\(count)) " + options.sources.map { "\($0) " }.joined()
            }),
    ]
}

extension OptionField<MacvlanOptions> {
    fileprivate static func flag(_ name: String, _ flag: MacvlanFlags) -> Self {
        Self(
            word: Word(name) { _, target throws(CommandFailure) in
                target.options.flags = (target.options.flags ?? []).union(flag)
            },
            writeJSON: { options, json, _ in
                if options.flags?.contains(flag) == true { json.member(name, true) }
            },
            writeText: { options, text, _ in
                if options.flags?.contains(flag) == true { text += "\(name) " }
            })
    }
}

extension OptionForm where Value == Int32 {
    /// A decimal number, with a sign if it is negative.
    fileprivate static var signedNumber: Self {
        Self(
            read: { words throws(CommandFailure) in
                let text = try words.value("number")
                let digits: Int32? = text.hasPrefix("-") ? decimal(text.dropFirst()).map { 0 - $0 } : decimal(text)
                guard let digits else { throw words.badValue("\(quoted(text)) is not a decimal number") }
                return digits
            },
            writeJSON: { $1.value($0) }, text: { String($0) })
    }
}

extension WordParser {
    /// `add` or `del` with an address, `set` with any number of them, or `flush`.
    fileprivate mutating func sourceChange() throws(CommandFailure) -> MacvlanSourceChange {
        let change: UInt8 = try choice([("add", 0), ("del", 1), ("set", 2), ("flush", 3)])
        switch change {
        case 0: return .add(try hardwareAddress())
        case 1: return .remove(try hardwareAddress())
        case 2:
            var addresses: [MACAddress] = []
            while let word = next, (try? MACAddress(parsing: word)) != nil { addresses.append(try hardwareAddress()) }
            return .replace(addresses)
        default: return .removeAll
        }
    }

    private mutating func hardwareAddress() throws(CommandFailure) -> MACAddress {
        try parsed("address") { text throws(AddressingError) in try MACAddress(parsing: text) }
    }
}
