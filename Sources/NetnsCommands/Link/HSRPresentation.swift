// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension HSROptions: LinkKindPresentation {
    static let fields: [OptionField<HSROptions>] = [
        .port("slave1", \.firstPort), .port("slave2", \.secondPort),
        .device("interlink", \.interlink, in: .request),
        .shown("seq_nr", label: "sequence", \.sequenceNumber, .number),
        OptionField(
            word: Word("supervision") { words, target throws(CommandFailure) in
                target.options.supervisionByte = try words.number()
            },
            writeJSON: { options, json, _ in json.member("supervision_addr", options.supervisionAddress?.description) },
            writeText: { options, text, _ in
                if let address = options.supervisionAddress { text += "supervision \(address) " }
            }),
        // The kernel tells no version.
        OptionField(
            word: Word("version") { words, target throws(CommandFailure) in
                target.options.version = try words.number(0...1)
            }),
        OptionField("proto", \.protocolNumber, .number(0...1)),
    ]
}

extension OptionField where Options == HSROptions {
    /// One of the two ports, which is shown when it has gone, too.
    fileprivate static func port(_ key: String, _ field: OptionPath<HSROptions, Int32>) -> Self {
        Self(
            word: Word(key) { words, target throws(CommandFailure) in
                target.devices.append((try words.value("device"), .request, field))
            },
            device: { $0[keyPath: field] },
            writeJSON: { options, json, deviceName in
                json.key(key)
                if let index = options[keyPath: field] { json.value(deviceName(index)) } else { json.null() }
            },
            writeText: { options, text, deviceName in
                text += "\(key) \(options[keyPath: field].map { escaped(deviceName($0)) } ?? "<none>") "
            })
    }
}
