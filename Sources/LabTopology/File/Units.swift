// SPDX-License-Identifier: Apache-2.0

/// Quantities of the file: a number and its unit, which must be there.
struct Unit {
    /// How a complaint calls what is measured.
    let quantity: String
    /// Each unit and how many of the smallest it has.
    let sizes: [(name: String, size: Double)]
    /// What to write where there is no unit.
    let example: String

    /// In nanoseconds.
    static let duration = Unit(
        quantity: "a time", sizes: [("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)],
        example: "ms")
    /// In bits a second, decimal as everywhere in networking.
    static let rate = Unit(
        quantity: "a rate", sizes: [("bit", 1), ("kbit", 1e3), ("mbit", 1e6), ("gbit", 1e9), ("tbit", 1e12)],
        example: "mbit")
    /// In bytes.
    static let size = Unit(
        quantity: "a size", sizes: [("b", 1), ("kb", 1024), ("mb", 1_048_576), ("gb", 1_073_741_824)], example: "kb")

    /// Reads a quantity.
    func read(_ node: YAMLNode, _ what: String, _ diagnostics: inout Diagnostics) -> Double? {
        guard let located = node.string(what, &diagnostics) else { return nil }
        let text = located.value
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        guard let number = Double(digits), number.isFinite else {
            diagnostics.error(.badValue, "\(what) is \(quantity), and this is '\(text)'", at: node.span)
            return nil
        }
        guard !unit.isEmpty || number == 0 else {
            diagnostics.error(
                .badUnit, "\(what) has no unit", at: node.span, hint: "add the unit, for example \(text)\(example)")
            return nil
        }
        guard let size = sizes.first(where: { $0.name == unit })?.size ?? (unit.isEmpty ? 1 : nil) else {
            diagnostics.error(
                .badUnit, "'\(unit)' is no unit of \(quantity)", at: node.span,
                hint: "the units are \(list(sizes.map(\.name)))")
            return nil
        }
        return number * size
    }
}

extension YAMLNode {
    /// A time; a day at most.
    func duration(_ what: String, _ diagnostics: inout Diagnostics) -> Duration? {
        guard let nanoseconds = Unit.duration.read(self, what, &diagnostics) else { return nil }
        guard nanoseconds <= 86_400e9 else {
            diagnostics.error(.badValue, "\(what) is longer than a day", at: span)
            return nil
        }
        return .nanoseconds(Int64(nanoseconds))
    }

    /// A rate in bytes a second.
    func rate(_ what: String, _ diagnostics: inout Diagnostics) -> UInt64? {
        guard let bits = Unit.rate.read(self, what, &diagnostics) else { return nil }
        guard bits >= 8, bits < 1e18 else {
            diagnostics.error(.badValue, "\(what) is out of reach of the kernel", at: span)
            return nil
        }
        return UInt64(bits / 8)
    }

    /// A size in bytes.
    func size(_ what: String, _ diagnostics: inout Diagnostics) -> UInt32? {
        guard let bytes = Unit.size.read(self, what, &diagnostics) else { return nil }
        guard bytes <= Double(UInt32.max) else {
            diagnostics.error(.badValue, "\(what) is out of reach of the kernel", at: span)
            return nil
        }
        return UInt32(bytes)
    }

    /// A share, as a fraction: `0.1%`.
    func percentage(_ what: String, _ diagnostics: inout Diagnostics) -> Double? {
        guard let located = string(what, &diagnostics) else { return nil }
        guard located.value.hasSuffix("%") else {
            diagnostics.error(.badUnit, "\(what) has no unit", at: span, hint: "write \(located.value)%")
            return nil
        }
        guard let number = Double(located.value.dropLast()), (0...100).contains(number) else {
            diagnostics.error(.badValue, "\(what) is from 0% to 100%, and this is '\(located.value)'", at: span)
            return nil
        }
        return number / 100
    }
}

extension Duration {
    /// A time as lab files have it: a number and its unit, such as `90s`; a day at most.
    public init(labText text: String) throws(LabFailure) {
        var diagnostics = Diagnostics()
        let span = SourceSpan(line: 1, column: 1, length: text.count)
        guard let duration = YAMLNode(.scalar(text, isPlain: true), span).duration("it", &diagnostics) else {
            let first = diagnostics.all.first
            throw LabFailure("'\(text)' is no time", reason: first?.message ?? "it has no number", hint: first?.hint)
        }
        self = duration
    }
}

/// A rate as lab files have it, in the largest unit of which it is a whole number: `10mbit`.
public func labRateText(_ bytesPerSecond: UInt64) -> String {
    let bits = bytesPerSecond * 8
    for (unit, size) in [("gbit", UInt64(1_000_000_000)), ("mbit", 1_000_000), ("kbit", 1000)] where bits % size == 0 {
        return "\(bits / size)\(unit)"
    }
    return "\(bits)bit"
}
