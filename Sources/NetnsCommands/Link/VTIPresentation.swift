// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension VTITunnelOptions: LinkKindPresentation {
    static var fields: [OptionField<Self>] {
        OptionField.endpoints
            + OptionField.keys(
                { options, key in options.inputKey = key ?? 0 }, { options, key in options.outputKey = key ?? 0 },
                shown: { options in
                    (options.inputKey.flatMap { $0 == 0 ? nil : $0 }, options.outputKey.flatMap { $0 == 0 ? nil : $0 })
                }) + [.firewallMark]
    }

    static var isChangedAsWhole: Bool { true }

    var forCreation: Self {
        var options = self
        (options.inputKey, options.outputKey, options.firewallMark) = (0, 0, 0)
        return options
    }
}

extension XFRMOptions: LinkKindPresentation {
    static let fields: [OptionField<XFRMOptions>] = [
        OptionField(
            word: Word("external") { _, target in target.options.isExternal = true },
            writeJSON: { options, json, _ in if options.isExternal { json.member("external", true) } },
            writeText: { options, text, _ in if options.isExternal { text += "external " } }),
        OptionField("if_id", \.identifier, .mask),
        // Shown as the link below.
        OptionField(
            word: Word("dev") { words, target throws(CommandFailure) in
                target.devices.append((try words.value("device"), .link, \.lower))
            }),
    ]

    func conclude(creating: Bool, _ words: WordParser) throws(CommandFailure) {
        guard creating else { return }
        guard isExternal || (identifier ?? 0) != 0 else {
            throw words.usage("'if_id' is missing: the number of the policies, 1 or more")
        }
    }
}
