// SPDX-License-Identifier: Apache-2.0

/// A text that is not what it should be: which text, what is wrong with it, what was expected.
public struct AddressingError: Error, Hashable, Sendable {
    /// What the text was to be.
    public enum Subject: Sendable, Hashable, CaseIterable {
        /// An address of either family.
        case ipAddress
        /// An address in dotted-quad form.
        case ipv4Address
        /// An address in the form of RFC 4291, section 2.2.
        case ipv6Address
        /// An address with a prefix length.
        case prefix
        /// A six-byte link-layer address.
        case macAddress
        /// A link-layer address of any length.
        case linkLayerAddress
        /// The name of a network device.
        case interfaceName
    }

    /// What the text was to be.
    public let subject: Subject
    /// The text as it was given.
    public let text: String
    /// What is wrong with the text, as a clause: `'300' is greater than 255`. One line, printable.
    public let reason: String

    init(_ subject: Subject, _ text: String, _ flaw: Flaw) {
        self.subject = subject
        self.text = text
        self.reason = flaw.reason
    }
}

extension AddressingError: CustomStringConvertible {
    /// One printable line, whatever the text holds: the offending text is quoted and escaped.
    public var description: String {
        "\(quoted(text)) is not \(subject): \(reason) (expected \(subject.form))"
    }
}

extension AddressingError.Subject: CustomStringConvertible {
    /// The noun with its article: `an IPv4 address`.
    public var description: String {
        switch self {
        case .ipAddress: "an IP address"
        case .ipv4Address: "an IPv4 address"
        case .ipv6Address: "an IPv6 address"
        case .prefix: "an address with prefix length"
        case .macAddress: "a MAC address"
        case .linkLayerAddress: "a link-layer address"
        case .interfaceName: "a device name"
        }
    }

    /// The form that is expected, as it ends an error.
    var form: String {
        switch self {
        case .ipAddress: "an address such as 192.0.2.1 or 2001:db8::1"
        case .ipv4Address: "four numbers from 0 to 255, such as 192.0.2.1"
        case .ipv6Address: "eight groups of hexadecimal digits or '::', such as 2001:db8::1"
        case .prefix: "a form such as 192.0.2.1/24 or 2001:db8::1/64"
        case .macAddress: "six pairs of hexadecimal digits, such as 02:00:5e:00:53:01"
        case .linkLayerAddress: "1 to 32 pairs of hexadecimal digits, such as 02:00:5e:00:53:01"
        case .interfaceName: "1 to 15 bytes without '/', ':', whitespace or control characters"
        }
    }
}

/// What a reader found wrong, before it is known which text it was part of.
struct Flaw: Error {
    var reason: String

    init(_ reason: String) { self.reason = reason }

    static var empty: Flaw { Flaw("it is empty") }

    /// The character that begins at `index`, which no rule allows there.
    static func unexpected(at index: Int, in text: Span<UInt8>) -> Flaw {
        let rest = string(text.extracting(index..<min(index + 4, text.count)))
        let scalar = rest.unicodeScalars.first.map { String($0) } ?? ""
        return Flaw("unexpected \(quoted(scalar))")
    }
}

/// `text` in single quotes, safe to show on a terminal and in a log.
///
/// Control, format and separator characters are written as `\u{…}`, so that no input can break
/// the one line of an error or move the cursor; beyond 80 characters the rest is left out. `\xff`, as which
/// a byte of a file name is shown that is no UTF-8, stays as it can be typed.
package func quoted(_ text: String) -> String {
    var result = "'"
    for (offset, index) in text.unicodeScalars.indices.enumerated() {
        let scalar = text.unicodeScalars[index]
        if offset == 80 {
            result += "…"
            break
        }
        switch scalar {
        case "\\" where isByteEscape(text.utf8[index...]): result += "\\"
        case "'", "\\":
            result += "\\"
            result.unicodeScalars.append(scalar)
        case " "..."~":
            result.unicodeScalars.append(scalar)
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned, .privateUse:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "'"
}

/// Whether this begins with `\x80` to `\xff`, or with more backslashes, which are doubled there already.
private func isByteEscape(_ text: Substring.UTF8View) -> Bool {
    let rest = text.drop { $0 == UInt8(ascii: "\\") }
    guard rest.first == UInt8(ascii: "x") else { return false }
    let digits = rest.dropFirst().prefix(2).compactMap(\.hexadecimalValue)
    return digits.count == 2 && digits[0] >= 8
}
