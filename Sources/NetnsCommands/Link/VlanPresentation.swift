// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension VlanOptions: LinkKindPresentation {
    static let fields: [OptionField<VlanOptions>] = [
        OptionField("protocol", aliases: ["proto"], \.protocol, .vlanProtocol),
        OptionField("id", \.identifier, .number(0...4094)),
        OptionField(
            word: nil,
            writeJSON: { options, json, _ in
                if let names = options.flagNames { json.member("flags", names) }
            },
            writeText: { options, text, _ in
                if let names = options.flagNames { text += "<\(names.joined(separator: ","))> " }
            }),
        .flag("reorder_hdr", .reorderHeader), .flag("gvrp", .gvrp), .flag("mvrp", .mvrp),
        .flag("loose_binding", .looseBinding), .flag("bridge_binding", .bridgeBinding),
        .priorities("ingress_qos", label: "ingress-qos-map", \.ingressPriorities),
        .priorities("egress_qos", label: "egress-qos-map", \.egressPriorities),
    ]

    /// Which flags are set; nil if the kernel did not say.
    private var flagNames: [String]? {
        guard !setFlags.isEmpty || !clearFlags.isEmpty else { return nil }
        let known: [(VlanFlags, String)] = [
            (.reorderHeader, "REORDER_HDR"), (.gvrp, "GVRP"), (.mvrp, "MVRP"), (.looseBinding, "LOOSE_BINDING"),
            (.bridgeBinding, "BRIDGE_BINDING"),
        ]
        var rest = setFlags
        var names: [String] = []
        for (flag, name) in known where rest.remove(flag) != nil { names.append(name) }
        if !rest.isEmpty { names.append(String(rest.rawValue, radix: 16)) }
        return names
    }
}

extension OptionField<VlanOptions> {
    fileprivate static func flag(_ word: String, _ flag: VlanFlags) -> Self {
        Self(
            word: Word(word) { words, target throws(CommandFailure) in
                if try words.isOn() {
                    target.options.setFlags.insert(flag)
                } else {
                    target.options.clearFlags.insert(flag)
                }
            })
    }

    fileprivate static func priorities(
        _ key: String, label: String,
        _ field: any WritableKeyPath<VlanOptions, [VlanOptions.PriorityMapping]> & Sendable
    ) -> Self {
        Self(
            word: Word(label) { words, target throws(CommandFailure) in
                repeat {
                    target.options[keyPath: field].append(try words.priorityMapping())
                } while words.next?.utf8.contains(UInt8(ascii: ":")) == true
            },
            writeJSON: { options, json, _ in
                let mappings = options[keyPath: field]
                guard !mappings.isEmpty else { return }
                json.member(
                    key,
                    array: { json in
                        for mapping in mappings {
                            json.object { json in
                                json.member("from", mapping.from)
                                json.member("to", mapping.to)
                            }
                        }
                    })
            },
            writeText: { options, text, _ in
                let mappings = options[keyPath: field]
                guard !mappings.isEmpty else { return }
                text += "\n      \(label) { \(mappings.map { "\($0.from):\($0.to) " }.joined())} "
            })
    }
}

extension WordParser {
    fileprivate mutating func priorityMapping() throws(CommandFailure) -> VlanOptions.PriorityMapping {
        let text = try value("mapping")
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let from: UInt32 = decimal(parts[0]), let to: UInt32 = decimal(parts[1]) else {
            throw badValue("\(quoted(text)) is not two decimal numbers with a ':' between them")
        }
        return VlanOptions.PriorityMapping(from: from, to: to)
    }
}
