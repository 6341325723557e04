// SPDX-License-Identifier: Apache-2.0

// The reading and writing that all text forms share. Everything works on UTF-8 bytes: it is what
// Swift strings hold and what leaves the process, so that no text is converted on the way.

extension UInt8 {
    static var colon: UInt8 { UInt8(ascii: ":") }
    static var dash: UInt8 { UInt8(ascii: "-") }
    static var dot: UInt8 { UInt8(ascii: ".") }
    static var slash: UInt8 { UInt8(ascii: "/") }
    static var percent: UInt8 { UInt8(ascii: "%") }

    /// The value of this ASCII character as a decimal digit.
    var decimalValue: UInt8? {
        let value = self &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }

    /// The value of this ASCII character as a hexadecimal digit of either case.
    var hexadecimalValue: UInt8? {
        if let decimalValue { return decimalValue }
        let value = (self | 0x20) &- UInt8(ascii: "a")
        return value < 6 ? value + 10 : nil
    }
}

/// The text of `bytes`; what is not UTF-8 is replaced by U+FFFD.
func string(_ bytes: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
}

/// The text that `write` puts into an empty buffer.
func string(capacity: Int, _ write: (inout [UInt8]) -> Void) -> String {
    var buffer: [UInt8] = []
    buffer.reserveCapacity(capacity)
    write(&buffer)
    return String(decoding: buffer, as: UTF8.self)
}

/// Where `byte` stands first in `text`, at `start` or after it.
func firstIndex(of byte: UInt8, in text: Span<UInt8>, from start: Int = 0) -> Int? {
    for index in start..<text.count where text[index] == byte { return index }
    return nil
}

/// Reads a decimal number without sign or leading zero, `limit` at most.
func readDecimal(_ text: Span<UInt8>, limit: Int) throws(Flaw) -> Int {
    guard !text.isEmpty else { throw Flaw("a number is missing") }
    var value = 0
    for index in text.indices {
        guard let digit = text[index].decimalValue else { throw .unexpected(at: index, in: text) }
        // Kept at the first value beyond the limit: no count of digits can overflow.
        if value <= limit { value = value * 10 + Int(digit) }
    }
    // Older tools read a leading zero as octal, so the number is ambiguous.
    guard text.count == 1 || text[0] != UInt8(ascii: "0") else {
        throw Flaw("\(quoted(string(text))) has a leading zero")
    }
    guard value <= limit else { throw Flaw("\(quoted(string(text))) is greater than \(limit)") }
    return value
}

extension [UInt8] {
    mutating func append(decimal value: UInt8) {
        if value >= 100 { append(UInt8(ascii: "0") + value / 100) }
        if value >= 10 { append(UInt8(ascii: "0") + value / 10 % 10) }
        append(UInt8(ascii: "0") + value % 10)
    }

    mutating func append(hexadecimalDigit value: UInt8) {
        append(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value)
    }

    /// Appends the lower-case digits of `value` without leading zeros.
    mutating func append(hexadecimal value: UInt16) {
        var shift = value >= 0x1000 ? 12 : value >= 0x100 ? 8 : value >= 0x10 ? 4 : 0
        while shift >= 0 {
            append(hexadecimalDigit: UInt8(truncatingIfNeeded: value >> UInt16(shift)) & 0xf)
            shift -= 4
        }
    }

    /// Appends exactly two lower-case digits.
    mutating func append(hexadecimalPair value: UInt8) {
        append(hexadecimalDigit: value >> 4)
        append(hexadecimalDigit: value & 0xf)
    }
}
