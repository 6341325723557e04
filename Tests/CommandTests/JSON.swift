// SPDX-License-Identifier: Apache-2.0

/// A JSON document whose members keep their order and whose numbers keep their spelling, so that
/// two tools can be compared by what they really wrote.
enum JSON: Equatable {
    case object([Member])
    case array([JSON])
    case string(String)
    case number(String)
    case bool(Bool)
    case null

    struct Member: Equatable {
        var key: String
        var value: JSON
    }

    /// Reads a whole document. Source: RFC 8259.
    init(_ text: String) throws {
        var reader = JSONReader(text)
        self = try reader.value()
        try reader.end()
    }

    /// The member of that name, of an object.
    subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The elements of an array; none of anything else.
    var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The keys of an object, in order.
    var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.key)
    }

    /// The text, when it is one.
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// What is in this document and not, or otherwise, in `other`, one line each; what `other` has beyond it is fine.
    ///
    /// - Parameter isAlike: whether two values of a key that differ are as good as equal.
    func missing(
        from other: JSON, at path: String = "", isAlike: (_ key: String, JSON, JSON) -> Bool = isAlikeInTime
    ) -> [String] {
        switch (self, other) {
        case (.object(let members), .object):
            return members.flatMap { member -> [String] in
                let place = "\(path).\(member.key)"
                guard let value = other[member.key] else { return ["\(place): missing, should be \(member.value)"] }
                if isAlike(member.key, member.value, value) { return [] }
                return member.value.missing(from: value, at: place, isAlike: isAlike)
            }
        case (.array(let elements), .array(let others)):
            guard elements.count == others.count else {
                return ["\(path): \(others.count) elements, should be \(elements.count)"]
            }
            return elements.indices.flatMap {
                elements[$0].missing(from: others[$0], at: "\(path)[\($0)]", isAlike: isAlike)
            }
        default:
            return self == other ? [] : ["\(path): \(other), should be \(self)"]
        }
    }
}

/// Whether the key's value runs with time, and both are numbers that are near enough.
func isAlikeInTime(_ key: String, _ left: JSON, _ right: JSON) -> Bool {
    guard case .number(let left) = left, case .number(let right) = right,
        let leftValue = Double(left), let rightValue = Double(right)
    else { return false }
    if ["bytes", "packets", "dropped", "carrier_changes"].contains(key) { return true }
    if key.hasSuffix("_timer") { return left.contains(".") == right.contains(".") }
    return (key.hasSuffix("_life_time") || key == "expires") && abs(leftValue - rightValue) <= 3
}

extension JSON: CustomStringConvertible {
    var description: String {
        switch self {
        case .object(let members): "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(\.description).joined(separator: ",") + "]"
        case .string(let text): "\"\(text)\""
        case .number(let digits): digits
        case .bool(let flag): "\(flag)"
        case .null: "null"
        }
    }
}

private struct JSONReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }

    mutating func value() throws -> JSON {
        skipBlanks()
        switch rest.first {
        case UInt8(ascii: "{"):
            return .object(
                try list(closing: UInt8(ascii: "}")) { (reader) in
                    let key = try reader.string()
                    reader.skipBlanks()
                    try reader.expect(UInt8(ascii: ":"))
                    return JSON.Member(key: key, value: try reader.value())
                })
        case UInt8(ascii: "["): return .array(try list(closing: UInt8(ascii: "]")) { (reader) in try reader.value() })
        case UInt8(ascii: "\""): return .string(try string())
        default: return try word()
        }
    }

    mutating func end() throws {
        skipBlanks()
        guard rest.isEmpty else { throw complaint("text behind the document") }
    }

    private mutating func list<Element>(
        closing: UInt8, _ element: (inout JSONReader) throws -> Element
    ) throws -> [Element] {
        rest.removeFirst()
        var elements: [Element] = []
        skipBlanks()
        if rest.first == closing {
            rest.removeFirst()
            return elements
        }
        while true {
            skipBlanks()
            elements.append(try element(&self))
            skipBlanks()
            guard let separator = rest.popFirst() else { throw complaint("an open list") }
            if separator == closing { return elements }
            guard separator == UInt8(ascii: ",") else { throw complaint("no comma") }
        }
    }

    private mutating func string() throws -> String {
        try expect(UInt8(ascii: "\""))
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
            guard byte >= 0x20 else { throw complaint("a control character in a string") }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            bytes += try escape()
        }
        throw complaint("an open string")
    }

    private mutating func escape() throws -> [UInt8] {
        guard let letter = rest.popFirst() else { throw complaint("an open escape") }
        switch letter {
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "u"):
            let digits = String(decoding: rest.prefix(4), as: UTF8.self)
            guard let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else {
                throw complaint("an escape of no character")
            }
            rest = rest.dropFirst(4)
            return Array(String(Character(scalar)).utf8)
        default: throw complaint("an unknown escape")
        }
    }

    private mutating func word() throws -> JSON {
        let bytes = rest.prefix { byte in
            byte > 0x20 && ![UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(byte)
        }
        rest = rest[bytes.endIndex...]
        let text = String(decoding: bytes, as: UTF8.self)
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default:
            guard Double(text) != nil else { throw complaint("'\(text)' is no value") }
            return .number(text)
        }
    }

    private mutating func expect(_ byte: UInt8) throws {
        guard rest.popFirst() == byte else { throw complaint("no '\(Character(Unicode.Scalar(byte)))'") }
    }

    private mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 } }

    private func complaint(_ reason: String) -> SandboxFailure {
        SandboxFailure("not JSON: \(reason) before '\(String(decoding: rest.prefix(60), as: UTF8.self))'")
    }
}
