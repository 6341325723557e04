// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// The words for what is assumed of the path behind a route, as a part of the table of another verb.
///
/// Most take `lock` in front of the value. Source: ip-route(8).
func metricWords<Target>(
    of part:
        @escaping @Sendable (
            inout Target, (inout RouteMetrics) throws(CommandFailure) -> Void
        ) throws(CommandFailure) -> Void
) -> [Word<Target>] {
    entries.map { $0.lifted(part) }
}

private let entries: [Word<RouteMetrics>] = [
    number("mtu", .mtu), number("window", .window), number("ssthresh", .slowStartThreshold),
    number("cwnd", .congestionWindow), number("advmss", .advertisedMSS), number("reordering", .reordering),
    number("hoplimit", .hopLimit, 0...255), number("initcwnd", .initialCongestionWindow),
    number("initrwnd", .initialReceiveWindow), number("quickack", .quickAck, 0...1),
    number("fastopen_no_cookie", .fastOpenNoCookie, 0...1),
    time("rtt", .roundTripTime, unitsPerMillisecond: 8), time("rttvar", .roundTripVariance, unitsPerMillisecond: 4),
    Word("rto_min") { words, metrics throws(CommandFailure) in
        _ = words.take(lockWord: "rto_min")
        metrics[.minimumRTO] = try words.time(unitsPerMillisecond: 1)
        // The kernel heeds it only when it is fixed.
        metrics.setLocked(true, .minimumRTO)
    },
    Word("features") { words, metrics throws(CommandFailure) in
        metrics[.features] = try words.choice([("ecn", 1)])
    },
    Word("congctl") { words, metrics throws(CommandFailure) in
        if words.take(lockWord: "congctl") { metrics.setLocked(true, RouteMetrics.Kind(rawValue: 16)) }
        let name = try words.value("algorithm")
        // TCP_CA_NAME_MAX of the kernel counts the NUL.
        guard (1...15).contains(name.utf8.count) else { throw words.badValue("a name has 1 to 15 bytes") }
        metrics.congestionControl = name
    },
]

private func number(
    _ name: String, _ kind: RouteMetrics.Kind, _ range: ClosedRange<UInt32> = 0...UInt32.max
) -> Word<RouteMetrics> {
    Word(name) { words, metrics throws(CommandFailure) in
        if words.take(lockWord: name) { metrics.setLocked(true, kind) }
        metrics[kind] = try words.number(range)
    }
}

private func time(_ name: String, _ kind: RouteMetrics.Kind, unitsPerMillisecond: UInt32) -> Word<RouteMetrics> {
    Word(name) { words, metrics throws(CommandFailure) in
        if words.take(lockWord: name) { metrics.setLocked(true, kind) }
        metrics[kind] = try words.time(unitsPerMillisecond: unitsPerMillisecond)
    }
}

extension WordParser {
    /// Takes `lock` in front of the value of `word`.
    fileprivate mutating func take(lockWord word: String) -> Bool {
        guard next == "lock" else { return false }
        _ = take()
        return true
    }

    /// A time with its unit, `30ms` or `5s`; a bare number is in the kernel's own unit.
    fileprivate mutating func time(unitsPerMillisecond: UInt32) throws(CommandFailure) -> UInt32 {
        let text = try value("time")
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factor: UInt32? =
            switch text.dropFirst(digits.count) {
            case "": 1
            case "ms", "msec", "msecs": unitsPerMillisecond
            case "s", "sec", "secs": unitsPerMillisecond * 1000
            default: nil
            }
        guard let factor, let number: UInt32 = decimal(digits) else {
            throw badValue("\(quoted(text)) is not a time such as '30ms' or '5s'")
        }
        let (product, overflows) = number.multipliedReportingOverflow(by: factor)
        guard !overflows else { throw badValue("\(quoted(text)) is too long a time") }
        return product
    }
}
