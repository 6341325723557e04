// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension SFQOptions: QdiscPresentation {
    private static let table = WordTable<SFQOptions>([
        Word("quantum") { words, options throws(CommandFailure) in options.quantum = try words.size() },
        Word("perturb") { words, options throws(CommandFailure) in
            options.perturbation = try words.number(0...Int32.max)
        },
        Word("limit") { words, options throws(CommandFailure) in options.limit = try words.number(2...UInt32.max) },
        Word("flows") { words, options throws(CommandFailure) in options.flows = try words.number(1...65_536) },
        Word("depth") { words, options throws(CommandFailure) in options.depth = try words.number(1...UInt32.max) },
        Word("divisor") { words, options throws(CommandFailure) in
            let divisor: UInt32 = try words.number(1...65_536)
            guard divisor & (divisor - 1) == 0 else { throw words.badValue("'\(divisor)' is not a power of 2") }
            options.divisor = divisor
        },
        Word("headdrop") { _, options throws(CommandFailure) in options.dropsHead = true },
    ])

    static var wordNames: [String] { table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> SFQOptions {
        var options = SFQOptions()
        try table.readAll(&words, into: &options)
        return options
    }

    func writeMembers(into json: inout JSONWriter) {
        json.member("limit", limit)
        json.member("quantum", quantum)
        if depth > 0 { json.member("depth", depth) }
        if dropsHead { json.member("headdrop", true) }
        json.member("flows", flows)
        json.member("divisor", divisor)
        if perturbation > 0 { json.member("perturb", perturbation) }
        guard let early else { return }
        json.member("ewma", early.weightLog)
        json.member("min", early.minimum)
        json.member("max", early.maximum)
        json.member("probability", number: shortProbability(early.maximumProbability))
        let flags = REDFlags(rawValue: early.flags)
        flags.writeMembers(into: &json)
        json.member("prob_mark", early.marks)
        json.member("prob_mark_head", early.headMarks)
        json.member("prob_drop", early.drops)
        json.member("forced_mark", early.forcedMarks)
        json.member("forced_mark_head", early.forcedHeadMarks)
        json.member("forced_drop", early.forcedDrops)
    }

    func text(details: Bool) -> String {
        var text = "limit \(limit)p quantum \(sizeText(quantum)) "
        if depth > 0 { text += "depth \(depth) " }
        if dropsHead { text += "headdrop " }
        if details { text += "flows \(flows) " }
        text += "divisor \(divisor) "
        if perturbation > 0 { text += "perturb \(perturbation)sec " }
        guard let early else { return text }
        return text
            + "ewma \(early.weightLog) min \(sizeText(early.minimum)) max \(sizeText(early.maximum)) probability "
            + "\(shortNumber(shortProbability(early.maximumProbability))) " + REDFlags(rawValue: early.flags).text
    }

    /// What the early drops have done, on two lines with their ends; nothing without early drops.
    var statisticsText: String {
        guard let early else { return "" }
        return "  prob_mark \(early.marks) prob_mark_head \(early.headMarks) prob_drop \(early.drops)\n"
            + "  forced_mark \(early.forcedMarks) forced_mark_head \(early.forcedHeadMarks) forced_drop "
            + "\(early.forcedDrops)\n"
    }
}
