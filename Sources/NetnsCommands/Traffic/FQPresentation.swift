// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension FQOptions: QdiscPresentation {
    private static let table = WordTable<FQOptions>([
        Word("limit") { words, options throws(CommandFailure) in options.limit = try words.number() },
        Word("flow_limit") { words, options throws(CommandFailure) in options.flowLimit = try words.number() },
        Word("quantum") { words, options throws(CommandFailure) in options.quantum = try words.size() },
        Word("initial_quantum") { words, options throws(CommandFailure) in options.initialQuantum = try words.size() },
        Word("maxrate") { words, options throws(CommandFailure) in options.maximumRate = try words.narrowRate() },
        Word("buckets") { words, options throws(CommandFailure) in
            let buckets: UInt32 = try words.number(1...1 << 18)
            // The kernel takes powers of 2: the next one.
            options.bucketsLog = UInt32(UInt32.bitWidth - (buckets - 1).leadingZeroBitCount)
        },
        Word("pacing") { words, options throws(CommandFailure) in try words.note(true, in: &options.pacing) },
        Word("nopacing") { words, options throws(CommandFailure) in try words.note(false, in: &options.pacing) },
        Word("refill_delay") { words, options throws(CommandFailure) in options.refillDelay = try words.microseconds()
        },
        Word("orphan_mask") { words, options throws(CommandFailure) in options.orphanMask = try words.number() },
        Word("low_rate_threshold") { words, options throws(CommandFailure) in
            options.lowRateThreshold = try words.narrowRate()
        },
        Word("ce_threshold") { words, options throws(CommandFailure) in
            options.congestionThreshold = try words.microseconds()
        },
        Word("timer_slack") { words, options throws(CommandFailure) in
            let text = try words.value("time")
            guard let slack = trafficTime(text, bareUnit: 1).flatMap(UInt32.init(exactly:)) else {
                throw words.badValue("\(quoted(text)) is not a time such as '10us', less than 4.3 s")
            }
            options.timerSlack = slack
        },
        Word("horizon") { words, options throws(CommandFailure) in options.horizon = try words.microseconds() },
        Word("horizon_drop") { words, options throws(CommandFailure) in
            try words.note(true, in: &options.dropsBeyondHorizon)
        },
        Word("horizon_cap") { words, options throws(CommandFailure) in
            try words.note(false, in: &options.dropsBeyondHorizon)
        },
    ])

    static var wordNames: [String] { table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> FQOptions {
        var options = FQOptions()
        try table.readAll(&words, into: &options)
        return options
    }

    private var shownMaximumRate: UInt32? { maximumRate == .max ? nil : maximumRate }
    private var shownLowRateThreshold: UInt32? { lowRateThreshold == 0 ? nil : lowRateThreshold }
    private var shownCongestionThreshold: UInt32? { congestionThreshold == .max ? nil : congestionThreshold }
    private var buckets: UInt32? { bucketsLog.map { 1 << min($0, 31) } }

    func writeMembers(into json: inout JSONWriter) {
        json.member("limit", limit)
        json.member("flow_limit", flowLimit)
        json.member("buckets", buckets)
        json.member("orphan_mask", orphanMask)
        if pacing == false { json.member("pacing", false) }
        json.member("quantum", quantum)
        json.member("initial_quantum", initialQuantum)
        json.member("maxrate", shownMaximumRate)
        json.member("low_rate_threshold", shownLowRateThreshold)
        json.member("refill_delay", refillDelay)
        json.member("ce_threshold", shownCongestionThreshold)
        json.member("timer_slack", timerSlack)
        json.member("horizon", horizon)
        if let dropsBeyondHorizon { json.presence(dropsBeyondHorizon ? "horizon_drop" : "horizon_cap") }
    }

    func text(details: Bool) -> String {
        var words: [String] = []
        if let limit { words.append("limit \(limit)p") }
        if let flowLimit { words.append("flow_limit \(flowLimit)p") }
        if let buckets { words.append("buckets \(buckets)") }
        if let orphanMask { words.append("orphan_mask \(orphanMask)") }
        if pacing == false { words.append("nopacing") }
        if let quantum { words.append("quantum \(sizeText(quantum))") }
        if let initialQuantum { words.append("initial_quantum \(sizeText(initialQuantum))") }
        if let rate = shownMaximumRate { words.append("maxrate \(rateText(UInt64(rate)))") }
        if let rate = shownLowRateThreshold { words.append("low_rate_threshold \(rateText(UInt64(rate)))") }
        if let refillDelay { words.append("refill_delay \(timeText(microseconds: refillDelay))") }
        if let threshold = shownCongestionThreshold {
            words.append("ce_threshold \(timeText(microseconds: threshold))")
        }
        if let timerSlack { words.append("timer_slack \(timeText(.nanoseconds(Int64(timerSlack))))") }
        if let horizon { words.append("horizon \(timeText(microseconds: horizon))") }
        if let dropsBeyondHorizon { words.append(dropsBeyondHorizon ? "horizon_drop" : "horizon_cap") }
        return words.map { $0 + " " }.joined()
    }
}

extension WordParser {
    /// Notes what a word without a value says, unless another word has said something else.
    func note<Value: Equatable>(_ value: Value, in option: inout Value?) throws(CommandFailure) {
        guard option == nil || option == value else { throw usage("'\(current)' contradicts a word before it") }
        option = value
    }
}
