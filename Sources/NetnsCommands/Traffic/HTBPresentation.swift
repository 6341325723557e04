// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension HTBOptions: QdiscPresentation {
    private static let table = WordTable<HTBOptions>([
        Word("default") { words, options throws(CommandFailure) in options.defaultClass = try words.minorNumber() },
        Word("r2q") { words, options throws(CommandFailure) in
            options.rateToQuantum = try words.number(1...UInt32.max)
        },
        Word("direct_qlen") { words, options throws(CommandFailure) in
            options.directQueueLength = try words.number()
        },
        Word("offload") { _, options throws(CommandFailure) in options.isOffloaded = true },
    ])

    static var wordNames: [String] { table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> HTBOptions {
        var options = HTBOptions()
        try table.readAll(&words, into: &options)
        return options
    }

    private var defaultText: String { defaultClass == 0 ? "0" : "0x" + String(defaultClass, radix: 16) }
    private var versionText: String { "\(version >> 16).\(version & 0xffff)" }

    func writeMembers(into json: inout JSONWriter) {
        json.member("r2q", rateToQuantum)
        json.member("default", defaultText)
        json.member("direct_packets_stat", directPackets)
        json.member("ver", versionText)
        json.member("direct_qlen", directQueueLength)
        if isOffloaded { json.presence("offload") }
    }

    func text(details: Bool) -> String {
        var text = "r2q \(rateToQuantum) default \(defaultText) direct_packets_stat \(directPackets) "
        if details { text += "ver \(versionText) " }
        if let directQueueLength { text += "direct_qlen \(directQueueLength) " }
        if isOffloaded { text += "offload " }
        return text
    }
}

extension WordParser {
    /// The minor number of a class, in hexadecimal.
    fileprivate mutating func minorNumber() throws(CommandFailure) -> UInt32 {
        let text = try value("class")
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
        guard !digits.isEmpty, let handle = TrafficHandle(parsing: ":\(digits)") else {
            throw badValue("\(quoted(text)) is not the minor number of a class, in hexadecimal up to ffff")
        }
        return UInt32(handle.minor)
    }
}

/// What the words of a class of htb say.
struct HTBClassWords {
    var rate: UInt64?
    var ceiling: UInt64?
    var burst: (size: UInt32, cellLog: UInt8?)?
    var ceilingBurst: (size: UInt32, cellLog: UInt8?)?
    var mtu: UInt32 = HTBClass.usualMTU
    var minimumPacket: UInt16 = 0
    var overhead: UInt16 = 0
    var linkLayer = LinkLayer.ethernet
    var priority: UInt32 = 0
    var quantum: UInt32 = 0

    static let table = WordTable<HTBClassWords>([
        Word("rate") { words, target throws(CommandFailure) in target.rate = try words.rate() },
        Word("ceil") { words, target throws(CommandFailure) in target.ceiling = try words.rate() },
        Word("burst", "buffer", "maxburst") { words, target throws(CommandFailure) in
            target.burst = try words.sizeAndCell()
        },
        Word("cburst", "cbuffer", "cmaxburst") { words, target throws(CommandFailure) in
            target.ceilingBurst = try words.sizeAndCell()
        },
        Word("mtu") { words, target throws(CommandFailure) in target.mtu = try words.number(1...UInt32.max) },
        Word("mpu") { words, target throws(CommandFailure) in target.minimumPacket = try words.number() },
        Word("overhead") { words, target throws(CommandFailure) in target.overhead = try words.number() },
        Word("linklayer") { words, target throws(CommandFailure) in target.linkLayer = try words.linkLayer() },
        Word("prio") { words, target throws(CommandFailure) in target.priority = try words.number(0...7) },
        Word("quantum") { words, target throws(CommandFailure) in target.quantum = try words.number() },
    ])

    /// The class, when all words have been read.
    func htbClass(_ words: WordParser) throws(CommandFailure) -> HTBClass {
        guard let rate, rate > 0 else { throw words.usage("a class of htb needs 'rate RATE'") }
        let ceiling = ceiling ?? rate
        guard ceiling >= rate else {
            throw words.usage("the ceiling \(rateText(ceiling)) is less than the rate \(rateText(rate))")
        }
        var htb = HTBClass(bytesPerSecond: rate, mtu: mtu)
        htb.rate = specification(rate, burst?.cellLog)
        htb.ceiling = specification(ceiling, ceilingBurst?.cellLog)
        htb.burst = burst?.size ?? HTBClass.leastBurst(bytesPerSecond: rate, mtu: mtu)
        htb.ceilingBurst = ceilingBurst?.size ?? HTBClass.leastBurst(bytesPerSecond: ceiling, mtu: mtu)
        htb.priority = priority
        htb.quantum = quantum
        return htb
    }

    private func specification(_ bytesPerSecond: UInt64, _ cellLog: UInt8?) -> RateSpecification {
        var specification = RateSpecification(bytesPerSecond: bytesPerSecond)
        specification.overhead = overhead
        specification.minimumPacket = minimumPacket
        specification.linkLayer = linkLayer
        specification.cellLog = cellLog ?? RateSpecification.cellLog(mtu: mtu)
        return specification
    }
}

extension HTBClass {
    /// Writes the members that follow those of every class.
    func writeMembers(into json: inout JSONWriter) {
        json.member("prio", level == 0 ? priority : nil)
        json.member("quantum", level == 0 ? quantum : nil)
        json.member("rate", rate.bytesPerSecond)
        if rate.overhead > 0 { json.member("overhead", rate.overhead) }
        json.member("ceil", ceiling.bytesPerSecond)
        json.member("linklayer", rate.linkLayer.name)
        json.member("burst", burst)
        json.member("mpu", rate.minimumPacket)
        json.member("cburst", ceilingBurst)
        json.member("level", level)
    }

    /// The options in text, with a blank behind each.
    func text(details: Bool) -> String {
        var text = ""
        if level == 0 {
            text += "prio \(priority) "
            if details { text += "quantum \(quantum) " }
        }
        text += "rate \(rateText(rate.bytesPerSecond)) "
        if rate.overhead > 0 { text += "overhead \(rate.overhead) " }
        text += "ceil \(rateText(ceiling.bytesPerSecond)) "
        if details || rate.linkLayer == .atm { text += "linklayer \(rate.linkLayer.name) " }
        guard details else { return text + "burst \(sizeText(burst)) cburst \(sizeText(ceilingBurst)) " }
        return text
            + "burst \(sizeText(burst))/\(rate.cell) mpu \(rate.minimumPacket)b "
            + "cburst \(sizeText(ceilingBurst))/\(ceiling.cell) mpu \(ceiling.minimumPacket)b level \(level) "
    }
}
