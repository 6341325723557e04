// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

/// What the words of netem say, before it is known whether they go together.
struct NetemWords {
    var options = NetemOptions()
    var hasLoss = false
    var distribution: String?
    var slotDistribution: String?

    /// The correlations, once one is said.
    fileprivate mutating func correlate(
        _ part: WritableKeyPath<NetemOptions.Correlation, Probability>, _ words: inout WordParser
    ) throws(CommandFailure) {
        guard words.nextIsNumber else { return }
        let correlation = try words.probability()
        var all = options.correlation ?? NetemOptions.Correlation()
        all[keyPath: part] = correlation
        options.correlation = all
    }

    /// A likelihood and its correlation. As by tc(8), the other correlations are set to nothing along with it.
    private mutating func correlated(_ words: inout WordParser) throws(CommandFailure) -> NetemOptions.Correlated {
        let probability = try words.probability()
        guard words.nextIsNumber else { return NetemOptions.Correlated(probability) }
        options.correlation = options.correlation ?? NetemOptions.Correlation()
        return NetemOptions.Correlated(probability, correlation: try words.probability())
    }

    static let table = WordTable<NetemWords>([
        Word("limit") { words, target throws(CommandFailure) in target.options.limit = try words.number() },
        Word("delay", "latency") { words, target throws(CommandFailure) in
            target.options.delay = try words.time()
            guard words.nextIsNumber else { return }
            target.options.jitter = try words.time()
            try target.correlate(\.delay, &words)
        },
        Word("distribution") { words, target throws(CommandFailure) in target.distribution = try words.value("name") },
        Word("loss", "drop") { words, target throws(CommandFailure) in try target.readLoss(&words) },
        Word("ecn") { _, target throws(CommandFailure) in target.options.marksCongestion = true },
        Word("duplicate") { words, target throws(CommandFailure) in
            target.options.duplication = try words.probability()
            try target.correlate(\.duplication, &words)
        },
        Word("corrupt") { words, target throws(CommandFailure) in
            target.options.corruption = try target.correlated(&words)
        },
        Word("reorder") { words, target throws(CommandFailure) in
            target.options.reordering = try target.correlated(&words)
        },
        Word("gap") { words, target throws(CommandFailure) in target.options.gap = try words.number() },
        Word("rate") { words, target throws(CommandFailure) in
            var rate = NetemOptions.Rate(bytesPerSecond: try words.rate())
            if words.nextIsNumber { rate.packetOverhead = try words.signedNumber() }
            if words.nextIsNumber { rate.cellSize = try words.number() }
            if words.nextIsNumber { rate.cellOverhead = try words.signedNumber() }
            target.options.rate = rate
        },
        Word("slot") { words, target throws(CommandFailure) in try target.readSlot(&words) },
        Word("seed") { words, target throws(CommandFailure) in target.options.seed = try words.number() },
    ])

    private mutating func readLoss(_ words: inout WordParser) throws(CommandFailure) {
        hasLoss = true
        if words.take("state") {
            let p13 = try words.probability()
            let p31 = words.nextIsNumber ? try words.probability() : p13.opposite
            let p32 = words.nextIsNumber ? try words.probability() : .never
            let p23 = words.nextIsNumber ? try words.probability() : .always
            let p14 = words.nextIsNumber ? try words.probability() : .never
            options.loss = .state(p13: p13, p31: p31, p32: p32, p23: p23, p14: p14)
        } else if words.take("gemodel") {
            let p = try words.probability()
            let r = words.nextIsNumber ? try words.probability() : p.opposite
            let lossInBad = words.nextIsNumber ? try words.probability() : .always
            let lossInGood = words.nextIsNumber ? try words.probability() : .never
            options.loss = .burst(p: p, r: r, lossInBad: lossInBad, lossInGood: lossInGood)
        } else {
            _ = words.take("random")
            let loss = try words.probability()
            options.loss = .random(loss)
            hasLoss = loss != .never
            try correlate(\.loss, &words)
        }
    }

    private mutating func readSlot(_ words: inout WordParser) throws(CommandFailure) {
        if words.take("distribution") {
            slotDistribution = try words.value("name")
            let delay = try words.slotTime()
            options.slot = NetemOptions.Slot(.varying(delay, jitter: try words.slotTime()))
        } else {
            let least = try words.slotTime()
            options.slot = NetemOptions.Slot(.between(least, words.nextIsNumber ? try words.slotTime() : least))
        }
        while true {
            if words.take("packets") {
                options.slot?.packets = try words.number(0...Int32.max)
            } else if words.take("bytes") {
                let size = try words.size()
                guard let bytes = Int32(exactly: size) else { throw words.badValue("it is 2 GB or more") }
                options.slot?.bytes = bytes
            } else {
                return
            }
        }
    }

    /// The options, when all words have been read.
    mutating func conclude(_ words: WordParser) throws(CommandFailure) -> NetemOptions {
        if options.reordering != nil {
            guard options.delay > .zero else {
                throw words.usage("'reorder' needs 'delay': otherwise nothing waits that could be overtaken")
            }
            if options.gap == 0 { options.gap = 1 }
        } else if options.gap > 0 {
            throw words.usage("'gap' needs 'reorder'")
        }
        if options.marksCongestion == true, !hasLoss { throw words.usage("'ecn' needs 'loss'") }
        if let distribution {
            guard options.jitter > .zero else { throw words.usage("'distribution' needs a delay that varies") }
            options.distribution = try table(distribution, words)
        }
        options.slotDistribution = try slotDistribution.map { (name) throws(CommandFailure) in try table(name, words) }
        return options
    }

    /// The table of that name: a file of iproute2's or, without one, of our own.
    private func table(_ name: String, _ words: WordParser) throws(CommandFailure) -> DelayDistribution {
        guard !name.contains("/"), !name.isEmpty else { throw words.usage("\(quoted(name)) is no distribution") }
        for directory in distributionDirectories {
            guard let bytes = try? readFile("\(directory)/\(name).dist") else { continue }
            guard let table = DelayDistribution(parsing: String(decoding: bytes, as: UTF8.self)) else {
                throw words.usage("\(quoted("\(directory)/\(name).dist")) is not a table of at most 16384 numbers")
            }
            return table
        }
        guard let table = DelayDistribution(computing: name) else {
            throw words.usage(
                "there is no distribution \(quoted(name))", hint: suggestion(for: name, among: distributionNames))
        }
        return table
    }
}

/// The distributions that need no file.
let distributionNames = ["normal", "pareto", "paretonormal", "uniform"]

/// Where iproute2 keeps its tables.
private var distributionDirectories: [String] {
    let named = environmentVariable("TC_LIB_DIR").map { [$0] } ?? []
    let triplets = ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/tc" }
    return named + ["/usr/lib/tc"] + triplets + ["/usr/lib64/tc", "/usr/share/tc", "/lib/tc"]
}

extension WordParser {
    /// The time of a slot, of which a bare number is in nanoseconds.
    fileprivate mutating func slotTime() throws(CommandFailure) -> Duration {
        let text = try value("time")
        guard let nanoseconds = trafficTime(text, bareUnit: 1) else {
            throw badValue("\(quoted(text)) is not a time such as '800us'")
        }
        return .nanoseconds(nanoseconds)
    }

    /// A decimal number that may be negative.
    mutating func signedNumber() throws(CommandFailure) -> Int32 {
        let text = try value("number")
        let isNegative = text.hasPrefix("-")
        guard let magnitude: Int32 = decimal(isNegative ? text.dropFirst() : text[...]) else {
            throw badValue("\(quoted(text)) is not a decimal number")
        }
        return isNegative ? -magnitude : magnitude
    }
}

extension NetemOptions: QdiscPresentation {
    static var wordNames: [String] { NetemWords.table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> NetemOptions {
        var target = NetemWords()
        try NetemWords.table.readAll(&words, into: &target)
        return try target.conclude(words)
    }

    func writeMembers(into json: inout JSONWriter) {
        let correlation = correlation ?? Correlation()
        json.member("limit", limit)
        if delay > .zero {
            json.member(
                "delay",
                object: { json in
                    json.member("delay", seconds: delay)
                    json.member("jitter", seconds: jitter)
                    json.member("correlation", correlation.delay)
                })
        }
        writeLoss(correlation.loss, into: &json)
        if duplication != .never {
            json.member(
                "duplicate",
                object: { json in
                    json.member("duplicate", duplication)
                    json.member("correlation", correlation.duplication)
                })
        }
        write(reordering, "reorder", into: &json)
        write(corruption, "corrupt", into: &json)
        if let rate, rate.bytesPerSecond > 0 {
            json.member(
                "rate",
                object: { json in
                    json.member("rate", rate.bytesPerSecond)
                    json.member("packetoverhead", rate.packetOverhead)
                    json.member("cellsize", rate.cellSize)
                    json.member("celloverhead", rate.cellOverhead)
                })
        }
        if let slot { write(slot, into: &json) }
        json.member("ecn", marksCongestion ?? false)
        json.member("gap", gap)
        json.member("seed", seed)
    }

    private func writeLoss(_ correlation: Probability, into json: inout JSONWriter) {
        switch loss {
        case .random(.never): break
        case .random(let probability):
            json.member(
                "loss-random",
                object: { json in
                    json.member("loss", probability)
                    json.member("correlation", correlation)
                })
        case .state(let p13, let p31, let p32, let p23, let p14):
            json.member(
                "loss-state",
                object: { json in
                    for (name, value) in [("p13", p13), ("p31", p31), ("p32", p32), ("p23", p23), ("p14", p14)] {
                        json.member(name, value)
                    }
                })
        case .burst(let p, let r, let lossInBad, let lossInGood):
            json.member(
                "loss-gemodel",
                object: { json in
                    json.member("p", p)
                    json.member("r", r)
                    json.member("1-h", lossInBad)
                    json.member("1-k", lossInGood)
                })
        }
    }

    private func write(_ value: Correlated?, _ name: String, into json: inout JSONWriter) {
        guard let value, value.probability != .never else { return }
        json.member(
            name,
            object: { json in
                json.member(name, value.probability)
                json.member("correlation", value.correlation)
            })
    }

    private func write(_ slot: Slot, into json: inout JSONWriter) {
        json.member(
            "slot",
            object: { json in
                switch slot.interval {
                case .between(let least, let most):
                    json.member("min-delay", seconds: least)
                    json.member("max-delay", seconds: most)
                case .varying(let delay, let jitter):
                    json.member("distribution", seconds: delay)
                    json.member("jitter", seconds: jitter)
                }
                json.member("packets", slot.packets)
                json.member("bytes", slot.bytes)
            })
    }

    func text(details: Bool) -> String {
        let correlation = correlation ?? Correlation()
        var words = ["limit \(limit)"]
        func with(_ text: String, _ correlation: Probability) -> String {
            correlation == .never ? text : "\(text) \(percentText(correlation))"
        }
        if delay > .zero {
            words.append("delay " + timeText(delay))
            if jitter > .zero { words.append(with(timeText(jitter), correlation.delay)) }
        }
        switch loss {
        case .random(.never): break
        case .random(let probability): words.append(with("loss " + percentText(probability), correlation.loss))
        case .state(let p13, let p31, let p32, let p23, let p14):
            let values = [("p13", p13), ("p31", p31), ("p32", p32), ("p23", p23), ("p14", p14)]
            words.append("loss state " + values.map { "\($0.0) \(percentText($0.1))" }.joined(separator: " "))
        case .burst(let p, let r, let lossInBad, let lossInGood):
            let values = [("p", p), ("r", r), ("1-h", lossInBad), ("1-k", lossInGood)]
            words.append("loss gemodel " + values.map { "\($0.0) \(percentText($0.1))" }.joined(separator: " "))
        }
        if duplication != .never {
            words.append(with("duplicate " + percentText(duplication), correlation.duplication))
        }
        for (name, value) in [("reorder", reordering), ("corrupt", corruption)] {
            guard let value, value.probability != .never else { continue }
            words.append(with("\(name) " + percentText(value.probability), value.correlation))
        }
        if let rate, rate.bytesPerSecond > 0 { words.append(text(of: rate)) }
        if let slot { words.append(text(of: slot)) }
        if marksCongestion == true { words.append("ecn") }
        if gap > 0 { words.append("gap \(gap)") }
        if details, let seed { words.append("seed \(seed)") }
        return words.joined(separator: " ") + " "
    }

    private func text(of rate: Rate) -> String {
        var text = "rate " + rateText(rate.bytesPerSecond)
        if rate.packetOverhead != 0 { text += " packetoverhead \(rate.packetOverhead)" }
        if rate.cellSize != 0 { text += " cellsize \(rate.cellSize)" }
        if rate.cellOverhead != 0 { text += " celloverhead \(rate.cellOverhead)" }
        return text
    }

    private func text(of slot: Slot) -> String {
        var text =
            switch slot.interval {
            case .between(let least, let most): "slot \(timeText(least)) \(timeText(most))"
            case .varying(let delay, let jitter): "slot distribution \(timeText(delay)) \(timeText(jitter))"
            }
        if slot.packets > 0 { text += " packets \(slot.packets)" }
        if slot.bytes > 0 { text += " bytes \(slot.bytes)" }
        return text
    }
}
