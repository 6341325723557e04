// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

/// What the words of tbf say, before it is known whether they go together.
struct TBFWords {
    var rate: UInt64?
    var burst: (size: UInt32, cellLog: UInt8?)?
    var limit: UInt32?
    var latency: Duration?
    var peakRate: UInt64?
    var mtu: (size: UInt32, cellLog: UInt8?)?
    var minimumPacket: UInt16 = 0
    var overhead: UInt16 = 0
    var linkLayer = LinkLayer.ethernet

    static let table = WordTable<TBFWords>([
        Word("rate") { words, target throws(CommandFailure) in target.rate = try words.rate() },
        Word("burst", "buffer", "maxburst") { words, target throws(CommandFailure) in
            target.burst = try words.sizeAndCell()
        },
        Word("limit") { words, target throws(CommandFailure) in target.limit = try words.size() },
        Word("latency") { words, target throws(CommandFailure) in
            target.latency = .microseconds(Int64(try words.microseconds()))
        },
        Word("peakrate") { words, target throws(CommandFailure) in target.peakRate = try words.rate() },
        Word("mtu", "minburst") { words, target throws(CommandFailure) in target.mtu = try words.sizeAndCell() },
        Word("mpu") { words, target throws(CommandFailure) in target.minimumPacket = try words.number() },
        Word("overhead") { words, target throws(CommandFailure) in target.overhead = try words.number() },
        Word("linklayer") { words, target throws(CommandFailure) in target.linkLayer = try words.linkLayer() },
    ])

    /// The options, when all words have been read.
    func options(_ words: WordParser) throws(CommandFailure) -> TBFOptions {
        guard let rate, rate > 0 else { throw words.usage("tbf needs 'rate RATE'") }
        guard let burst, burst.size > 0 else { throw words.usage("tbf needs 'burst BYTES'") }
        guard limit == nil || latency == nil else { throw words.usage("'limit' and 'latency' exclude each other") }
        guard peakRate == nil || mtu != nil else { throw words.usage("'peakrate' needs 'mtu BYTES'") }
        let wait: UInt32
        if let limit {
            wait = limit
        } else if let latency {
            wait = TBFOptions.limit(
                latency: latency, bytesPerSecond: rate, burst: burst.size,
                peak: peakRate.map { ($0, mtu?.size ?? 0) })
        } else {
            throw words.usage("tbf needs 'limit BYTES' or 'latency TIME'")
        }
        var options = TBFOptions(bytesPerSecond: rate, burst: burst.size, limit: wait)
        options.rate = specification(rate, burst.cellLog)
        if let peakRate {
            options.peakRate = specification(peakRate, mtu?.cellLog)
            options.peakBurst = mtu?.size ?? 0
        }
        return options
    }

    private func specification(_ bytesPerSecond: UInt64, _ cellLog: UInt8?) -> RateSpecification {
        var specification = RateSpecification(bytesPerSecond: bytesPerSecond)
        specification.overhead = overhead
        specification.minimumPacket = minimumPacket
        specification.linkLayer = linkLayer
        specification.cellLog = cellLog ?? RateSpecification.cellLog(mtu: mtu?.size ?? 0)
        return specification
    }
}

extension TBFOptions: QdiscPresentation {
    static var wordNames: [String] { TBFWords.table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> TBFOptions {
        var target = TBFWords()
        try TBFWords.table.readAll(&words, into: &target)
        return try target.options(words)
    }

    func writeMembers(into json: inout JSONWriter) {
        json.member("rate", rate.bytesPerSecond)
        json.member("burst", "\(sizeText(burst))/\(rate.cell)")
        json.member("mpu", rate.minimumPacket)
        if let peakRate {
            // tc(8) leaves it out.
            json.member("peakrate", peakRate.bytesPerSecond)
            json.member("mtu", "\(sizeText(peakBurst))/\(peakRate.cell)")
        }
        if let latency {
            json.member("lat", latency.wholeMicroseconds)
        } else {
            json.member("limit", limit)
        }
        if rate.overhead > 0 { json.member("overhead", rate.overhead) }
        json.member("linklayer", rate.linkLayer.name)
    }

    func text(details: Bool) -> String {
        func burst(_ name: String, _ size: UInt32, _ rate: RateSpecification) -> String {
            guard details else { return "\(name) \(sizeText(size)) " }
            return "\(name) \(sizeText(size))/\(rate.cell) mpu \(rate.minimumPacket)b "
        }
        var text = "rate \(rateText(rate.bytesPerSecond)) " + burst("burst", self.burst, rate)
        if let peakRate { text += "peakrate \(rateText(peakRate.bytesPerSecond)) " + burst("mtu", peakBurst, peakRate) }
        text += latency.map { "lat \(timeText($0)) " } ?? "limit \(sizeText(limit)) "
        if rate.overhead > 0 { text += "overhead \(rate.overhead) " }
        if details || rate.linkLayer == .atm { text += "linklayer \(rate.linkLayer.name) " }
        return text
    }
}

extension RateSpecification {
    /// The step of the table, in bytes.
    var cell: UInt32 { 1 << UInt32(min(cellLog, 31)) }
}
