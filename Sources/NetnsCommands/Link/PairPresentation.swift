// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

// The words behind `peer` are those of a link, and are read as such.

extension VethOptions: LinkKindPresentation {
    /// None: the kernel shows no options.
    static let fields: [OptionField<VethOptions>] = []
}

extension VxcanOptions: LinkKindPresentation {
    /// None: the kernel shows no options.
    static let fields: [OptionField<VxcanOptions>] = []
}

extension NetkitOptions: LinkKindPresentation {
    static let fields: [OptionField<NetkitOptions>] = [
        OptionField("mode", \.mode, .choice([("l3", .layer3), ("l2", .layer2)])),
        OptionField(
            word: nil,
            writeJSON: { options, json, _ in json.member("type", options.isPrimary.map { $0 ? "primary" : "peer" }) },
            writeText: { options, text, _ in
                if let isPrimary = options.isPrimary { text += "type \(isPrimary ? "primary" : "peer") " }
            }),
        .shown("policy", \.policy, .choice([("forward", .forward), ("blackhole", .blackhole)])),
        OptionField(word: policyWord(\.policy)),
        OptionField("scrub", \.scrub, scrubs),
    ]

    /// What may stand between `peer` and the words of a link.
    static let peerWords: [Word<KindWords<NetkitOptions>>] = [
        policyWord(\.peerPolicy),
        OptionField<NetkitOptions>("scrub", \.peerScrub, scrubs).word,
    ].compactMap(\.self)

    private static var scrubs: OptionForm<NetkitScrub> { .choice([("default", .default), ("none", .none)]) }

    private static func policyWord(_ field: OptionPath<NetkitOptions, NetkitPolicy>) -> Word<KindWords<NetkitOptions>> {
        Word("forward", "blackhole") { words, target throws(CommandFailure) in
            target.options[keyPath: field] = words.current == "forward" ? .forward : .blackhole
        }
    }
}
