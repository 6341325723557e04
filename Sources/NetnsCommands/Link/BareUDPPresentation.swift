// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension BareUDPOptions: LinkKindPresentation {
    static let fields: [OptionField<BareUDPOptions>] = [
        OptionField("dstport", \.port, .number(1...UInt16.max)),
        OptionField(
            "ethertype", \.protocolNumber,
            OptionForm(
                read: { words throws(CommandFailure) in try words.ethernetProtocol() },
                string: { ethernetProtocolName($0) })),
        OptionField("srcportmin", \.minimumSourcePort, .number(1...UInt16.max)),
        OptionField(
            word: Word("multiproto") { _, target in target.options.isMultiprotocol = true },
            writeJSON: { options, json, _ in json.member("multiproto", options.isMultiprotocol) },
            writeText: { options, text, _ in text += options.isMultiprotocol ? "multiproto " : "nomultiproto " }),
        .command("nomultiproto") { $0.isMultiprotocol = false },
    ]

    func conclude(creating: Bool, _ words: WordParser) throws(CommandFailure) {
        guard creating else { return }
        if port == nil { throw words.usage("'dstport' is missing: the port of UDP") }
        if protocolNumber == nil { throw words.usage("'ethertype' is missing: the protocol that is carried") }
    }
}
