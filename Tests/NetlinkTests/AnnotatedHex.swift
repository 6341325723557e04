// SPDX-License-Identifier: Apache-2.0

import Netlink
import Testing

/// Bytes written as annotated hex: pairs of digits, blanks as the reader likes them, and
/// whatever follows a `#` up to the line's end is a note.
struct AnnotatedHex: ExpressibleByStringLiteral, CustomTestStringConvertible {
    let bytes: [UInt8]
    let testDescription: String

    init(stringLiteral text: String) {
        let lines = text.split(separator: "\n")
        testDescription = lines.first.map { String($0.drop { $0 == "#" || $0 == " " }) } ?? "nothing"
        let digits = lines.flatMap { $0.prefix { $0 != "#" } }.filter { !$0.isWhitespace }.map { digit in
            guard let value = digit.hexDigitValue else {
                preconditionFailure("'\(digit)' in a fixture is no hex digit")
            }
            return UInt8(value)
        }
        precondition(digits.count.isMultiple(of: 2), "a fixture ends within a byte")
        bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// One attribute's bytes, padded; `length` overrides the length field.
func attribute(_ number: UInt16, _ payload: [UInt8], length: UInt16? = nil) -> [UInt8] {
    let length = length ?? UInt16(payload.count + 4)
    let padding = [UInt8](repeating: 0, count: (4 - payload.count % 4) % 4)
    return [length, number].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } + payload + padding
}

/// The scope of tests that only care about bytes.
enum AnyScope {}

extension AttributeKey where Scope == AnyScope, Value == [UInt8] {
    /// A binary attribute of any number.
    static func bytes(_ number: UInt16) -> Self { Self(number, "ANY_BYTES") }
}
