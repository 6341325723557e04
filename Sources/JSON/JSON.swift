// SPDX-License-Identifier: Apache-2.0

/// A JSON document. Members keep their order and numbers their spelling. Source: RFC 8259.
public enum JSON: Equatable, Sendable {
    case object([Member])
    case array([JSON])
    case string(String)
    /// As it is written: what it is worth is up to whoever asks.
    case number(String)
    case bool(Bool)
    case null

    /// A key of an object with its value.
    public struct Member: Equatable, Sendable {
        /// The key.
        public var key: String
        /// Its value.
        public var value: JSON

        /// A member.
        public init(key: String, value: JSON) { (self.key, self.value) = (key, value) }
    }

    /// Reads a whole document.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        self = try reader.document()
    }

    /// The member of that name; nil of anything but an object.
    public subscript(key: String) -> JSON? { members.first { $0.key == key }?.value }

    /// The members of an object, in order; none of anything else.
    public var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// The elements of an array; none of anything else.
    public var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The text, when it is one.
    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number, when it is a whole one that fits.
    public func integer<Number: FixedWidthInteger>(as type: Number.Type = Number.self) -> Number? {
        guard case .number(let digits) = self else { return nil }
        return Number(digits)
    }

    /// What is true or false.
    public var flag: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }
}

/// Why a text is not JSON.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A clause: `it ends within a text`.
    public var reason: String
    /// Where, in bytes from the beginning.
    public var offset: Int

    /// One clause with the place.
    public var description: String { "\(reason) (at byte \(offset))" }
}
