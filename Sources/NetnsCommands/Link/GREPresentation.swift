// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension GRETunnelOptions: LinkKindPresentation {
    static var fields: [OptionField<Self>] {
        let head = [OptionField<Self>.external] + OptionField.endpoints + [.lifetime]
        let middle = Variant.family == .ipv4 ? ip4Fields : OptionField.ip6Fields
        return head + middle + headerFields + [.mark] + mirrorFields + OptionField.encapsulation
    }

    static var isChangedAsWhole: Bool { true }

    var forCreation: Self {
        var options = self
        options.setDefaults()
        options.inputFlags = []
        options.outputFlags = []
        options.inputKey = 0
        options.outputKey = 0
        if Variant.family == .ipv6 || Variant.kind == ERSPANOptions.kind { options.erspanVersion = 1 }
        return options
    }

    private static var ip4Fields: [OptionField<Self>] {
        [
            .typeOfService,
            OptionField(
                word: Word("pmtudisc") { _, target in target.options.pathMTUDiscovery = true },
                writeJSON: { options, json, _ in json.member("pmtudisc", options.pathMTUDiscovery) },
                writeText: { options, text, _ in if options.pathMTUDiscovery == false { text += "nopmtudisc " } }),
            .command("nopmtudisc") { $0.pathMTUDiscovery = false },
            OptionField(
                word: Word("ignore-df") { _, target in target.options.ignoresDontFragment = true },
                writeJSON: { options, json, _ in
                    if options.ignoresDontFragment == true { json.member("ignore_df", true) }
                },
                writeText: { options, text, _ in if options.ignoresDontFragment == true { text += "ignore-df " } }),
            .command("noignore-df") { $0.ignoresDontFragment = false },
        ]
    }

    // MARK: The header

    private static var headerFields: [OptionField<Self>] {
        OptionField.keys(
            { options, key in
                options.inputKey = key ?? 0
                options.set(.key, key != nil, .input)
            },
            { options, key in
                options.outputKey = key ?? 0
                options.set(.key, key != nil, .output)
            },
            shown: { options in
                (
                    options.inputFlags?.contains(.key) == true ? options.inputKey : nil,
                    options.outputFlags?.contains(.key) == true ? options.outputKey : nil
                )
            }) + flag("seq", .sequence) + flag("csum", .checksum)
    }

    /// `iseq`, `oseq` and `seq` for both, and the same with `no` in front.
    private static func flag(_ name: String, _ flag: GREFlags) -> [OptionField<Self>] {
        [
            shown("i" + name, flag, .input), shown("o" + name, flag, .output),
            .command(name) { $0.set(flag, true, .both) },
            .command("noi" + name) { $0.set(flag, false, .input) },
            .command("noo" + name) { $0.set(flag, false, .output) },
            .command("no" + name) { $0.set(flag, false, .both) },
        ]
    }

    private static func shown(_ name: String, _ flag: GREFlags, _ direction: GREDirection) -> OptionField<Self> {
        OptionField(
            word: Word(name) { _, target in target.options.set(flag, true, direction) },
            writeJSON: { options, json, _ in if options.has(flag, direction) { json.member(name, true) } },
            writeText: { options, text, _ in if options.has(flag, direction) { text += "\(name) " } })
    }

    private func has(_ flag: GREFlags, _ direction: GREDirection) -> Bool {
        (direction == .input ? inputFlags : outputFlags)?.contains(flag) == true
    }

    private mutating func set(_ flag: GREFlags, _ isSet: Bool, _ direction: GREDirection) {
        func changed(_ flags: GREFlags?) -> GREFlags {
            let flags = flags ?? []
            return isSet ? flags.union(flag) : flags.subtracting(flag)
        }
        if direction != .output { inputFlags = changed(inputFlags) }
        if direction != .input { outputFlags = changed(outputFlags) }
    }

    // MARK: Mirrors

    private static var mirrorFields: [OptionField<Self>] {
        [
            OptionField(
                word: Word("erspan", "erspan_index") { words, target throws(CommandFailure) in
                    target.options.erspanIndex = try words.number(0...0xfffff)
                },
                writeJSON: { options, json, _ in json.member("erspan_index", options.erspanIndex) },
                writeText: { options, text, _ in
                    if let index = options.erspanIndex { text += "erspan_index \(index) " }
                }),
            OptionField("erspan_ver", \.erspanVersion, .number(0...2)),
            OptionField("erspan_dir", \.erspanDirection, .choice([("ingress", .ingress), ("egress", .egress)])),
            OptionField("erspan_hwid", \.erspanHardwareID, .mask),
        ]
    }
}

/// Which packets a flag is about.
private enum GREDirection { case input, output, both }
