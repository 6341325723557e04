// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension CakeOptions: QdiscPresentation {
    private static let table = WordTable<CakeOptions>(
        valueWords + flagWords + roundTripWords + priorityWords + isolationWords + framingWords)

    private static let valueWords: [Word<CakeOptions>] = [
        Word("bandwidth") { words, options throws(CommandFailure) in
            options.bandwidth = try words.rate()
            options.estimatesBandwidth = false
        },
        Word("unlimited") { words, options throws(CommandFailure) in
            try words.note(0, in: &options.bandwidth)
            options.estimatesBandwidth = false
        },
        Word("autorate-ingress") { _, options throws(CommandFailure) in options.estimatesBandwidth = true },
        Word("rtt") { words, options throws(CommandFailure) in options.setRoundTrip(try words.microseconds()) },
        Word("overhead") { words, options throws(CommandFailure) in
            let overhead = try words.signedNumber()
            guard (-64...256).contains(overhead) else { throw words.badValue("it is not from -64 to 256") }
            options.overhead = overhead
        },
        Word("mpu") { words, options throws(CommandFailure) in options.minimumPacket = try words.number(0...256) },
        Word("memlimit") { words, options throws(CommandFailure) in options.memoryLimit = try words.size() },
        Word("fwmark") { words, options throws(CommandFailure) in options.markMask = try words.mask() },
    ]

    private static let flagWords: [Word<CakeOptions>] = [
        flag("nat", \.looksBehindNAT, true), flag("nonat", \.looksBehindNAT, false),
        flag("wash", \.clearsServiceField, true), flag("nowash", \.clearsServiceField, false),
        flag("ingress", \.isIngress, true), flag("egress", \.isIngress, false),
        flag("split-gso", \.splitsSegments, true), flag("no-split-gso", \.splitsSegments, false),
        flag("ack-filter", \.acknowledgements, .filter), flag("no-ack-filter", \.acknowledgements, .off),
        flag("ack-filter-aggressive", \.acknowledgements, .aggressive),
    ]

    private static let roundTripWords: [Word<CakeOptions>] = roundTrips.map { name, microseconds in
        Word(name) { _, options throws(CommandFailure) in options.setRoundTrip(microseconds) }
    }

    private static let roundTrips: [(String, UInt32)] = [
        ("datacentre", 100), ("lan", 1000), ("metro", 10_000), ("regional", 30_000), ("internet", 100_000),
        ("oceanic", 300_000), ("satellite", 1_000_000), ("interplanetary", 1_000_000_000),
    ]

    private static let priorityNames: [(name: String, value: Priorities)] = [
        ("diffserv3", .diffserv3), ("diffserv4", .diffserv4), ("diffserv8", .diffserv8), ("besteffort", .bestEffort),
        ("precedence", .precedence),
    ]

    private static let priorityWords: [Word<CakeOptions>] = priorityNames.map { flag($0.name, \.priorities, $0.value) }

    private static let isolationNames: [(name: String, value: Isolation)] = [
        ("flowblind", .blind), ("srchost", .source), ("dsthost", .destination), ("hosts", .hosts), ("flows", .flows),
        ("dual-srchost", .dualSource), ("dual-dsthost", .dualDestination), ("triple-isolate", .triple),
    ]

    private static let isolationWords: [Word<CakeOptions>] = isolationNames.map {
        flag($0.name, \.isolation, $0.value)
    }

    /// What lines of each kind do to a packet, by tc-cake(8).
    private static let framingWords: [Word<CakeOptions>] =
        [
            Word("raw") { _, options throws(CommandFailure) in
                options.isRaw = true
                (options.framing, options.overhead) = (.plain, 0)
            },
            Word("noatm") { _, options throws(CommandFailure) in options.framing = .plain },
            Word("atm") { _, options throws(CommandFailure) in options.framing = .atm },
            Word("ptm") { _, options throws(CommandFailure) in options.framing = .ptm },
            Word("via-ethernet") { _, _ throws(CommandFailure) in },
            Word("ethernet") { _, options throws(CommandFailure) in
                options.overhead = (options.overhead ?? 0) + 38
                options.minimumPacket = 84
            },
            Word("ether-vlan", mayRepeat: true) { _, options throws(CommandFailure) in
                options.overhead = (options.overhead ?? 0) + 4
            },
            line("docsis", .plain, overhead: 18, minimum: 64), line("conservative", .atm, overhead: 48),
        ]
        + [
            ("pppoa-vcmux", 10), ("pppoa-llc", 14), ("pppoe-vcmux", 32), ("pppoe-llcsnap", 40), ("bridged-vcmux", 24),
            ("bridged-llcsnap", 32), ("ipoa-vcmux", 8), ("ipoa-llcsnap", 16),
        ].map { line($0.0, .atm, overhead: $0.1) }
        + [("pppoe-ptm", 30), ("bridged-ptm", 22)].map { line($0.0, .ptm, overhead: $0.1) }

    private static func line(
        _ name: String, _ framing: Framing, overhead: Int32, minimum: UInt32? = nil
    ) -> Word<CakeOptions> {
        Word(name) { _, options throws(CommandFailure) in
            options.framing = framing
            options.overhead = (options.overhead ?? 0) + overhead
            if let minimum { options.minimumPacket = minimum }
        }
    }

    private static func flag<Value: Equatable & Sendable>(
        _ name: String, _ option: any WritableKeyPath<CakeOptions, Value?> & Sendable, _ value: Value
    ) -> Word<CakeOptions> {
        Word(name) { words, options throws(CommandFailure) in try words.note(value, in: &options[keyPath: option]) }
    }

    /// Packets may wait for a twentieth of a round trip.
    private mutating func setRoundTrip(_ microseconds: UInt32) {
        roundTrip = microseconds
        target = max(microseconds / 20, 1)
    }

    static var wordNames: [String] { table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> CakeOptions {
        var options = CakeOptions()
        try table.readAll(&words, into: &options)
        return options
    }

    // MARK: Showing

    private var priorityName: String? { Self.priorityNames.first { $0.value == priorities }?.name }
    private var isolationName: String? { Self.isolationNames.first { $0.value == isolation }?.name }
    private var framingName: String {
        switch framing {
        case .atm: "atm"
        case .ptm: "ptm"
        case .plain, nil: "noatm"
        }
    }

    func writeMembers(into json: inout JSONWriter) {
        if let bandwidth {
            if bandwidth > 0 { json.member("bandwidth", bandwidth) } else { json.member("bandwidth", "unlimited") }
        }
        if estimatesBandwidth == true { json.member("autorate", "autorate-ingress") }
        json.member("diffserv", priorityName)
        json.member("flowmode", isolationName)
        json.member("nat", looksBehindNAT ?? false)
        json.member("wash", clearsServiceField ?? false)
        json.member("ingress", isIngress ?? false)
        let filter =
            switch acknowledgements {
            case .aggressive: "aggressive"
            case .filter: "enabled"
            case .off, nil: "disabled"
            }
        json.member("ack-filter", filter)
        json.member("split_gso", splitsSegments ?? false)
        json.member("rtt", roundTrip ?? 0)
        json.member("raw", isRaw)
        if !isRaw { json.member("atm", framingName) }
        json.member("overhead", overhead ?? 0)
        if let minimumPacket, minimumPacket > 0 { json.member("mpu", minimumPacket) }
        if let memoryLimit, memoryLimit > 0 { json.member("memlimit", memoryLimit) }
        json.member("fwmark", markText)
    }

    private var markText: String {
        guard let markMask, markMask > 0 else { return "0" }
        return "0x" + String(markMask, radix: 16)
    }

    func text(details: Bool) -> String {
        var words: [String] = []
        if let bandwidth { words.append("bandwidth " + (bandwidth > 0 ? rateText(bandwidth) : "unlimited")) }
        if estimatesBandwidth == true { words.append("autorate-ingress") }
        words += [priorityName, isolationName].compactMap(\.self)
        words.append(looksBehindNAT == true ? "nat" : "nonat")
        words.append(clearsServiceField == true ? "wash" : "nowash")
        if isIngress == true { words.append("ingress") }
        switch acknowledgements {
        case .aggressive: words.append("ack-filter-aggressive")
        case .filter: words.append("ack-filter")
        case .off, nil: words.append("no-ack-filter")
        }
        words.append(splitsSegments == true ? "split-gso" : "no-split-gso")
        if let roundTrip, roundTrip > 0 { words.append("rtt \(timeText(microseconds: roundTrip))") }
        words.append(isRaw ? "raw" : framingName)
        words.append("overhead \(overhead ?? 0)")
        if let minimumPacket, minimumPacket > 0 { words.append("mpu \(minimumPacket)") }
        if let memoryLimit, memoryLimit > 0 { words.append("memlimit \(sizeText(memoryLimit))") }
        if markText != "0" { words.append("fwmark \(markText)") }
        return words.map { $0 + " " }.joined()
    }
}
