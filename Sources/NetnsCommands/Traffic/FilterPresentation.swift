// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

// MARK: JSON

extension TrafficFilter {
    /// Writes all members; what was asked for is not repeated.
    func writeMembers(into json: inout JSONWriter, _ selection: FilterSelection, _ world: LinkWorld) {
        if selection.parent != place.parent { json.place(place.parent) }
        if selection.protocolNumber == nil, place.protocolNumber != 0 {
            json.member("protocol", ethernetProtocolName(place.protocolNumber))
        }
        if selection.priority == nil, place.priority != 0 { json.member("pref", place.priority) }
        json.member("kind", kind)
        if selection.chain == nil { json.member("chain", chain) }
        guard let options else { return }
        json.member("options", object: { writeOptions(options, into: &$0, world) })
    }

    private func writeOptions(_ options: TrafficFilterOptions, into json: inout JSONWriter, _ world: LinkWorld) {
        writeHandle(options, into: &json)
        json.member(kind == "flower" ? "classid" : "flowid", options.classID.map { "\($0)" })
        if let program = options.program {
            json.member("bpf_name", program.name)
            if program.isDirectAction { json.member("direct-action", true) }
        }
        for word in options.hardwareWords { json.member(word, true) }
        options.selector?.writeMembers(into: &json)
        options.program?.writeCode(into: &json)
        guard !options.actions.isEmpty else { return }
        json.key("actions")
        json.array { json in
            for action in options.actions { json.object { action.writeMembers(into: &$0, world) } }
        }
    }

    /// tc(8) has a form for each kind.
    private func writeHandle(_ options: TrafficFilterOptions, into json: inout JSONWriter) {
        guard kind != U32Classifier.kind else {
            json.member("fh", U32Handle(handle).description)
            json.member("ht_divisor", options.divisor)
            guard let table = options.table else { return }
            json.member("order", U32Handle(handle).node)
            json.member("key_ht", String(U32Handle(table).table, radix: 16))
            json.member("bkt", String(U32Handle(table).bucket, radix: 16))
            return
        }
        guard handle != 0 else { return }
        switch kind {
        case MatchAllClassifier.kind, "flower": json.member("handle", handle)
        case "basic": json.member("handle", String(handle, radix: 16))
        default: json.member("handle", "0x" + String(handle, radix: 16))
        }
    }
}

extension U32Selector {
    /// Writes `match`. tc(8) repeats the member where there are several words, which JSON has no meaning for: they are
    /// in a list here.
    fileprivate func writeMembers(into json: inout JSONWriter) {
        guard let first = keys.first else { return }
        json.key("match")
        if keys.count == 1 { return json.object { first.writeMembers(into: &$0) } }
        json.array { json in for key in keys { json.object { key.writeMembers(into: &$0) } } }
    }
}

extension U32Classifier.Key {
    fileprivate func writeMembers(into json: inout JSONWriter) {
        json.member("value", String(value, radix: 16))
        json.member("mask", String(mask, radix: 16))
        json.member("offmask", "")
        json.member("off", offset)
    }
}

extension BPFClassifierProgram {
    fileprivate func writeCode(into json: inout JSONWriter) {
        guard !instructions.isEmpty else { return }
        json.member(
            "bytecode",
            object: { json in
                json.member("length", instructions.count)
                json.key("insns")
                json.array { json in
                    for instruction in instructions {
                        json.object { json in
                            json.member("code", instruction.code)
                            json.member("jt", instruction.jumpTrue)
                            json.member("jf", instruction.jumpFalse)
                            json.member("k", instruction.value)
                        }
                    }
                }
            })
    }
}

extension TrafficAction {
    fileprivate func writeMembers(into json: inout JSONWriter, _ world: LinkWorld) {
        json.member("order", order)
        json.member("kind", kind)
        guard let mirroring else { return }
        json.member("mirred_action", mirroring.effect.isRedirection ? "redirect" : "mirror")
        json.member("direction", mirroring.effect.isIngress ? "ingress" : "egress")
        json.member("to_dev", world.name(of: mirroring.index))
        guard let common else { return }
        json.member(
            "control_action",
            object: { json in
                json.member("type", common.verdict.name)
                json.member("chain", common.verdict.chain)
            })
        json.member("index", common.index)
        json.member("ref", common.references)
        json.member("bind", common.bindings)
    }
}

// MARK: Text

extension TrafficFilter {
    /// One line for the filter, then what it matches and what becomes of packets, each with its end.
    func text(_ selection: FilterSelection, _ world: LinkWorld) -> String {
        var text = "filter "
        if selection.parent != place.parent, place.parent != .unspecified {
            text += place.parent == .root ? "root " : "parent \(place.parent) "
        }
        if selection.protocolNumber == nil, place.protocolNumber != 0 {
            text += "protocol \(ethernetProtocolName(place.protocolNumber)) "
        }
        if selection.priority == nil, place.priority != 0 { text += "pref \(place.priority) " }
        text += escaped(kind) + " "
        if selection.chain == nil { text += "chain \(chain) " }
        guard let options else { return text + "\n" }
        text += handleText(options) + classText(options)
        if let name = options.program?.name { text += escaped(name) + " " }
        if options.program?.isDirectAction == true { text += "direct-action " }
        for word in options.hardwareWords { text += word + " " }
        if let code = options.program?.instructions, !code.isEmpty {
            let words = code.map { "\($0.code) \($0.jumpTrue) \($0.jumpFalse) \($0.value)" }
            text += "bytecode '\(code.count),\(words.joined(separator: ","))'"
        }
        text += "\n"
        for key in options.selector?.keys ?? [] {
            text += "  match \(eightDigits(key.value))/\(eightDigits(key.mask)) at \(key.offset)\n"
        }
        for action in options.actions { text += action.text(world) }
        return options.actions.isEmpty ? text : text + "\n"
    }

    private func handleText(_ options: TrafficFilterOptions) -> String {
        guard kind == U32Classifier.kind else { return handle == 0 ? "" : "handle 0x\(String(handle, radix: 16)) " }
        let text = "fh \(U32Handle(handle)) "
        if let divisor = options.divisor { return text + "ht divisor \(divisor) " }
        guard let table = options.table else { return text }
        return text + "order \(U32Handle(handle).node) key ht \(String(U32Handle(table).table, radix: 16)) "
            + "bkt \(String(U32Handle(table).bucket, radix: 16)) "
    }

    private func classText(_ options: TrafficFilterOptions) -> String {
        guard let classID = options.classID else {
            return options.selector?.isTerminal == true ? "terminal flowid " : ""
        }
        let star = options.selector?.isTerminal == true ? "*" : ""
        return "\(star)\(kind == "flower" ? "classid" : "flowid") \(classID) "
    }

    private func eightDigits(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}

extension TrafficAction {
    fileprivate func text(_ world: LinkWorld) -> String {
        var text = "\taction order \(order): \(escaped(kind)) "
        if let mirroring {
            text += "(\(mirroring.effect.isIngress ? "Ingress" : "Egress") "
            text += mirroring.effect.isRedirection ? "Redirect" : "Mirror"
            text += " to device \(escaped(world.name(of: mirroring.index))))"
        }
        guard let common else { return text + "\n" }
        text += " \(common.verdict.name)" + (common.verdict.chain.map { " chain \($0)" } ?? "")
        return text + "\n\tindex \(common.index) ref \(common.references) bind \(common.bindings)\n"
    }
}

// MARK: Words

extension TrafficFilterOptions {
    /// What is said of hardware, in tc's order.
    fileprivate var hardwareWords: [String] {
        guard let hardware else { return [] }
        let words: [(TrafficFilterHardware, String)] = [
            (.skipsHardware, "skip_hw"), (.skipsSoftware, "skip_sw"), (.isInHardware, "in_hw"),
            (.isNotInHardware, "not_in_hw"),
        ]
        return words.filter { hardware.contains($0.0) }.map(\.1)
    }
}

extension TrafficVerdict {
    /// As tc(8) calls it; a number where it has no name.
    fileprivate var name: String {
        switch self {
        case .unspecified: "continue"
        case .ok: "pass"
        case .reclassify: "reclassify"
        case .shot: "drop"
        case .pipe: "pipe"
        case .stolen: "stolen"
        case .trap: "trap"
        case _ where chain != nil: "goto"
        default: String(rawValue)
        }
    }
}

/// The handle of u32: a table, a bucket of it and a place there. Source: `TC_U32_…` of linux/pkt_cls.h.
private struct U32Handle: CustomStringConvertible {
    var table: UInt32, bucket: UInt32, node: UInt32

    init(_ handle: UInt32) { (table, bucket, node) = (handle >> 20, handle >> 12 & 0xff, handle & 0xfff) }

    var description: String {
        "\(String(table, radix: 16)):" + (bucket == 0 ? "" : String(bucket, radix: 16))
            + (node == 0 ? "" : ":" + String(node, radix: 16))
    }
}
