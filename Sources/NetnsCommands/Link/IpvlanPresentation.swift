// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension IpvlanOptions: LinkKindPresentation {
    static let fields: [OptionField<IpvlanOptions>] = [
        OptionField(
            // As ip(8) does: to name a mode is to name the default reach, unless another is said.
            word: Word("mode") { words, target throws(CommandFailure) in
                target.options.mode = try words.choice(modes)
                if target.options.reach == nil { target.options.reach = .bridge }
            },
            writeJSON: { options, json, _ in json.member("mode", options.mode?.name) },
            writeText: { options, text, _ in
                if let mode = options.mode { text += " mode \(mode.name) " }
            }),
        .reach("bridge", .bridge), .reach("private", .private), .reach("vepa", .vepa),
    ]

    fileprivate static var modes: [(name: String, value: IpvlanMode)] {
        [("l2", .layer2), ("l3", .layer3), ("l3s", .layer3Symmetric)]
    }
}

extension IpvlanMode {
    fileprivate var name: String { IpvlanOptions.modes.first { $0.value == self }?.name ?? "\(rawValue)" }
}

extension OptionField<IpvlanOptions> {
    fileprivate static func reach(_ name: String, _ reach: IpvlanReach) -> Self {
        Self(
            word: Word(name) { words, target throws(CommandFailure) in target.options.reach = reach },
            writeJSON: { options, json, _ in if options.reach == reach { json.member(name, true) } },
            writeText: { options, text, _ in if options.reach == reach { text += "\(name) " } })
    }
}
