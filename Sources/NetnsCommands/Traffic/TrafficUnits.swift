// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Glibc
internal import RouteNetlink

// The units of tc(8). Its letters' case does not count, and a bit more than these were never documented.

private let rateUnits: [(String, Double)] = [
    ("", 1), ("bit", 1), ("kbit", 1e3), ("mbit", 1e6), ("gbit", 1e9), ("tbit", 1e12), ("kibit", 1024),
    ("mibit", 1_048_576), ("gibit", 1_073_741_824), ("tibit", 1_099_511_627_776), ("bps", 8), ("kbps", 8e3),
    ("mbps", 8e6), ("gbps", 8e9), ("tbps", 8e12), ("kibps", 8 * 1024), ("mibps", 8 * 1_048_576),
    ("gibps", 8 * 1_073_741_824), ("tibps", 8 * 1_099_511_627_776),
]

private let sizeUnits: [(String, Double)] = [
    ("", 1), ("b", 1), ("k", 1024), ("kb", 1024), ("m", 1_048_576), ("mb", 1_048_576), ("g", 1_073_741_824),
    ("gb", 1_073_741_824), ("kbit", 128), ("mbit", 131_072), ("gbit", 134_217_728),
]

private let timeUnits: [(String, Double)] = [
    ("s", 1e9), ("sec", 1e9), ("secs", 1e9), ("ms", 1e6), ("msec", 1e6), ("msecs", 1e6), ("us", 1e3), ("usec", 1e3),
    ("usecs", 1e3), ("ns", 1), ("nsec", 1), ("nsecs", 1),
]

/// A decimal number and the unit behind it; nil for a sign, an exponent or another base.
private func measure(_ text: String, _ units: [(String, Double)]) -> Double? {
    let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
    let unit = text.dropFirst(digits.count).lowercased()
    guard digits.first != ".", digits.last != ".", let number = Double(digits),
        let factor = units.first(where: { $0.0 == unit })?.1
    else { return nil }
    return number * factor
}

/// The rate that a text such as `10mbit` means, in bytes a second; nil for none, or one beyond 64 bits.
func trafficRate(_ text: String) -> UInt64? {
    guard let bits = measure(text, rateUnits), bits / 8 < 0x1p64 else { return nil }
    return UInt64(bits / 8)
}

/// The bytes that a text such as `10kb` means; nil for none, or more than 32 bits hold.
func trafficSize(_ text: String) -> UInt32? {
    guard let bytes = measure(text, sizeUnits), bytes < 0x1p32 else { return nil }
    return UInt32(bytes)
}

/// The time that a text such as `20ms` means, in nanoseconds; nil for none. A bare number is in `bareUnit`.
func trafficTime(_ text: String, bareUnit: Double = 1e3) -> Int64? {
    guard let nanoseconds = measure(text, timeUnits + [("", bareUnit)]), nanoseconds < 0x1p63 else { return nil }
    return Int64(nanoseconds)
}

/// The likelihood that a text such as `1%` means; nil for none. The sign may be left out, as for tc(8).
func trafficProbability(_ text: String) -> Probability? {
    guard let hundredths = measure(text, [("", 1), ("%", 1)]), hundredths <= 100 else { return nil }
    return Probability(hundredths / 100)
}

extension WordParser {
    /// A rate, in bytes a second.
    mutating func rate() throws(CommandFailure) -> UInt64 {
        let text = try value("rate")
        guard let rate = trafficRate(text) else {
            throw badValue("\(quoted(text)) is not a rate such as '10mbit' (bits) or '1250kbps' (bytes a second)")
        }
        return rate
    }

    /// A rate of an attribute that holds 32 bits.
    mutating func narrowRate() throws(CommandFailure) -> UInt32 {
        let rate = try rate()
        guard let narrow = UInt32(exactly: rate) else { throw badValue("it is more than 34 Gbit a second") }
        return narrow
    }

    /// A number of bytes.
    mutating func size() throws(CommandFailure) -> UInt32 {
        let text = try value("size")
        guard let size = trafficSize(text) else {
            throw badValue("\(quoted(text)) is not a size such as '1514', '10kb' or '1mbit', less than 4 GB")
        }
        return size
    }

    /// A number of bytes and, behind a `/`, the step of the table for old kernels, as the power of 2 that it is.
    mutating func sizeAndCell() throws(CommandFailure) -> (size: UInt32, cellLog: UInt8?) {
        let text = try value("size")
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let size = trafficSize(String(parts[0])), parts.count < 3 else {
            throw badValue("\(quoted(text)) is not a size such as '1514', '10kb' or '1mbit', less than 4 GB")
        }
        guard parts.count == 2 else { return (size, nil) }
        guard let cell: UInt32 = decimal(parts[1]), cell > 0, cell & (cell - 1) == 0 else {
            throw badValue("\(quoted(String(parts[1]))) is not a power of 2")
        }
        return (size, UInt8(cell.trailingZeroBitCount))
    }

    /// A time; a bare number is in microseconds.
    mutating func time() throws(CommandFailure) -> Duration {
        let text = try value("time")
        guard let nanoseconds = trafficTime(text) else {
            throw badValue("\(quoted(text)) is not a time such as '20ms', '1.5s' or '800us'")
        }
        return .nanoseconds(nanoseconds)
    }

    /// A time of an attribute that holds 32 bits of microseconds.
    mutating func microseconds() throws(CommandFailure) -> UInt32 {
        let time = try time()
        guard time <= .microseconds(Int64(UInt32.max)) else { throw badValue("it is longer than 4294 s") }
        return time.wholeMicroseconds
    }

    /// A likelihood in hundredths.
    mutating func probability() throws(CommandFailure) -> Probability {
        let text = try value("percentage")
        guard let probability = trafficProbability(text) else {
            throw badValue("\(quoted(text)) is not a percentage from '0%' to '100%'")
        }
        return probability
    }

    /// Whether the next word is a value and not the next word of the grammar.
    var nextIsNumber: Bool {
        guard let word = next else { return false }
        let digits = word.hasPrefix("-") ? word.dropFirst() : word[...]
        return digits.first.map { ("0"..."9").contains($0) } ?? false
    }

    /// A handle.
    mutating func handle() throws(CommandFailure) -> TrafficHandle {
        let text = try value("handle")
        guard let handle = TrafficHandle(parsing: text) else {
            throw badValue("\(quoted(text)) is not a handle such as '1:' or '1:10', in hexadecimal up to ffff")
        }
        return handle
    }

    /// The handle of a discipline; its colon may be left out.
    mutating func majorHandle() throws(CommandFailure) -> TrafficHandle {
        let text = try value("handle")
        guard let handle = TrafficHandle(parsing: text.contains(":") ? text : text + ":"), handle.minor == 0,
            handle.major != 0
        else { throw badValue("\(quoted(text)) is not the handle of a qdisc, such as '1:', in hexadecimal up to ffff") }
        return handle
    }

    /// How frames are counted.
    mutating func linkLayer() throws(CommandFailure) -> LinkLayer {
        try choice([("ethernet", .ethernet), ("atm", .atm), ("adsl", .atm)])
    }
}

// MARK: Showing

/// The number with at most so many digits and no zeros behind the point, as `%g` of printf(3).
func shortNumber(_ value: Double, digits: Int32 = 6) -> String {
    var buffer = [CChar](repeating: 0, count: 40)
    let count = withVaList([digits, value]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
    return String(decoding: buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// `10Mbit`, as tc(8) writes it: in the largest unit of which it is a whole number, or a thousand or more.
func rateText(_ bytesPerSecond: UInt64) -> String {
    let (bits, overflows) = bytesPerSecond.multipliedReportingOverflow(by: 8)
    guard !overflows else { return "\(bytesPerSecond)Bps" }
    var number = bits
    var unit = 0
    let units = ["", "K", "M", "G", "T"]
    while unit < units.count - 1, number >= 1000, number % 1000 == 0 || number >= 1_000_000 {
        number /= 1000
        unit += 1
    }
    return "\(number)\(units[unit])bit"
}

/// `10Kb`, as tc(8) writes it: in the largest unit of which it is about a whole number.
func sizeText(_ bytes: UInt32) -> String {
    func isNear(_ unit: Double, within limit: Double) -> Bool {
        Double(bytes) >= unit && abs(unit * (Double(bytes) / unit).rounded(.toNearestOrEven) - Double(bytes)) < limit
    }
    if isNear(1_048_576, within: 1024) { return "\(Int((Double(bytes) / 1_048_576).rounded(.toNearestOrEven)))Mb" }
    if isNear(1024, within: 16) { return "\(Int((Double(bytes) / 1024).rounded(.toNearestOrEven)))Kb" }
    return "\(bytes)b"
}

/// `20ms`, with three digits at most.
func timeText(_ time: Duration) -> String {
    let nanoseconds = time.wholeNanoseconds
    switch nanoseconds {
    case 1_000_000_000...: return shortNumber(Double(nanoseconds) / 1e9, digits: 3) + "s"
    case 1_000_000...: return shortNumber(Double(nanoseconds) / 1e6, digits: 3) + "ms"
    case 1000...: return shortNumber(Double(nanoseconds) / 1e3, digits: 3) + "us"
    case 0: return "0us"
    default: return "\(nanoseconds)ns"
    }
}

/// `20ms`, of microseconds.
func timeText(microseconds: UInt32) -> String { timeText(.microseconds(Int64(microseconds))) }

/// `1%`
func percentText(_ probability: Probability) -> String { shortNumber(probability.fraction * 100) + "%" }

extension LinkLayer {
    /// Its word on the command line.
    var name: String {
        switch self {
        case .unaware: "unspec"
        case .ethernet: "ethernet"
        case .atm: "atm"
        default: "\(rawValue)"
        }
    }
}

extension JSONWriter {
    /// A number with a point.
    mutating func member(_ name: String, number: Double) {
        key(name)
        self.number(shortNumber(number))
    }

    /// Seconds.
    mutating func member(_ name: String, seconds time: Duration) {
        member(name, number: Double(time.wholeNanoseconds) / 1e9)
    }

    /// A part of 1.
    mutating func member(_ name: String, _ probability: Probability) { member(name, number: probability.fraction) }

    /// A word that is there and says all.
    mutating func presence(_ name: String) {
        key(name)
        null()
    }
}
