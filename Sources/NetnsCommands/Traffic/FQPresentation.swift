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
        Word("defrate") { words, options throws(CommandFailure) in options.defaultRate = try words.narrowRate() },
        Word("offload_horizon") { words, options throws(CommandFailure) in
            options.offloadHorizon = try words.microseconds()
        },
        Word("bands") { words, _ throws(CommandFailure) in
            let count: Int = try words.number()
            guard count == FQOptions.bandCount else { throw words.badValue("fq has \(FQOptions.bandCount) bands") }
        },
        Word("priomap") { words, options throws(CommandFailure) in
            let last = UInt8(FQOptions.bandCount - 1)
            options.bands = try (0..<PriorityOptions.mapCount).map { (_) throws(CommandFailure) in
                try words.number(0...last)
            }
        },
        Word("weights") { words, options throws(CommandFailure) in
            options.weights = try (0..<FQOptions.bandCount).map { (_) throws(CommandFailure) in
                try words.number(1...Int32.max)
            }
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
        if let bands {
            json.member("bands", Self.bandCount)
            json.member("priomap", array: { json in for band in bands { json.value(band) } })
        }
        if let weights { json.member("weights", array: { json in for weight in weights { json.value(weight) } }) }
        if pacing == false { json.member("pacing", false) }
        json.member("quantum", quantum)
        json.member("initial_quantum", initialQuantum)
        json.member("maxrate", shownMaximumRate)
        if let defaultRate, defaultRate > 0 { json.member("defrate", defaultRate) }
        json.member("low_rate_threshold", shownLowRateThreshold)
        json.member("refill_delay", refillDelay)
        json.member("ce_threshold", shownCongestionThreshold)
        json.member("timer_slack", timerSlack)
        json.member("horizon", horizon)
        json.member("offload_horizon", offloadHorizon)
        if let dropsBeyondHorizon { json.presence(dropsBeyondHorizon ? "horizon_drop" : "horizon_cap") }
    }

    func text(details: Bool) -> String {
        var words: [String] = []
        if let limit { words.append("limit \(limit)p") }
        if let flowLimit { words.append("flow_limit \(flowLimit)p") }
        if let buckets { words.append("buckets \(buckets)") }
        if let orphanMask { words.append("orphan_mask \(orphanMask)") }
        if let bands {
            words.append("bands \(Self.bandCount) priomap " + bands.map(String.init).joined(separator: " "))
        }
        if let weights { words.append("weights " + weights.map(String.init).joined(separator: " ")) }
        if pacing == false { words.append("nopacing") }
        if let quantum { words.append("quantum \(sizeText(quantum))") }
        if let initialQuantum { words.append("initial_quantum \(sizeText(initialQuantum))") }
        if let rate = shownMaximumRate { words.append("maxrate \(rateText(UInt64(rate)))") }
        if let defaultRate, defaultRate > 0 { words.append("defrate \(rateText(UInt64(defaultRate)))") }
        if let rate = shownLowRateThreshold { words.append("low_rate_threshold \(rateText(UInt64(rate)))") }
        if let refillDelay { words.append("refill_delay \(timeText(microseconds: refillDelay))") }
        if let threshold = shownCongestionThreshold {
            words.append("ce_threshold \(timeText(microseconds: threshold))")
        }
        if let timerSlack { words.append("timer_slack \(timeText(.nanoseconds(Int64(timerSlack))))") }
        if let horizon { words.append("horizon \(timeText(microseconds: horizon))") }
        if let offloadHorizon { words.append("offload_horizon \(timeText(microseconds: offloadHorizon))") }
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
