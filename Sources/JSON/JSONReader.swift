// SPDX-License-Identifier: Apache-2.0

/// Reads a document, once, from front to back.
struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    /// How deep arrays and objects may stand in each other: each takes room on the stack.
    private static let maximumDepth = 200

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value()
        skipBlanks()
        guard position == bytes.count else { throw complaint("something stands behind the document") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSON {
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return .object(try members())
        case UInt8(ascii: "["): return .array(try elements())
        case UInt8(ascii: "\""): return .string(try text())
        case nil: throw complaint("it ends where a value belongs")
        case let byte?: return byte == UInt8(ascii: "-") || isDigit(byte) ? .number(try number()) : try word()
        }
    }

    // MARK: Lists

    private mutating func members() throws(JSONError) -> [JSON.Member] {
        var members: [JSON.Member] = []
        try list(closing: UInt8(ascii: "}")) { (reader) throws(JSONError) in
            guard reader.peek == UInt8(ascii: "\"") else { throw reader.complaint("a key is missing") }
            let key = try reader.text()
            reader.skipBlanks()
            guard reader.take() == UInt8(ascii: ":") else { throw reader.complaint("a key has no ':'") }
            members.append(JSON.Member(key: key, value: try reader.value()))
        }
        return members
    }

    private mutating func elements() throws(JSONError) -> [JSON] {
        var elements: [JSON] = []
        try list(closing: UInt8(ascii: "]")) { (reader) throws(JSONError) in elements.append(try reader.value()) }
        return elements
    }

    private mutating func list(
        closing: UInt8, _ element: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw complaint("it is nested too deeply") }
        defer { depth -= 1 }
        position += 1
        skipBlanks()
        if peek == closing {
            position += 1
            return
        }
        while true {
            skipBlanks()
            try element(&self)
            skipBlanks()
            switch take() {
            case closing: return
            case UInt8(ascii: ","): continue
            case nil: throw complaint("it ends within a list")
            default: throw complaint("a comma is missing")
            }
        }
    }

    // MARK: Texts

    private mutating func text() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = take() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += Array(String(Character(try escape())).utf8)
            case 0..<0x20: throw complaint("a text holds a control character")
            default: text.append(byte)
            }
        }
        throw complaint("it ends within a text")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        switch take() {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "u"): return try codePoint()
        default: throw complaint("a text holds an unknown escape")
        }
    }

    /// What beyond 16 bits is two escapes; half of one stands for nothing.
    private mutating func codePoint() throws(JSONError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let start = position
        if first < 0xdc00, take() == UInt8(ascii: "\\"), take() == UInt8(ascii: "u") {
            let second = try codeUnit()
            if (0xdc00...0xdfff).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
            {
                return scalar
            }
        }
        position = start
        return "\u{fffd}"
    }

    private mutating func codeUnit() throws(JSONError) -> UInt32 {
        let digits = bytes[position..<min(position + 4, bytes.count)]
        guard digits.count == 4, digits.allSatisfy(isHexadecimal),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw complaint("'\\u' lacks its four digits") }
        position += 4
        return unit
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    // MARK: The others

    /// `-`, an integer without leading zeros, a fraction, an exponent.
    private mutating func number() throws(JSONError) -> String {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if peek == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek, isDigit(byte) { position += 1 }
        guard position > start else { throw complaint("a number lacks a digit") }
    }

    private mutating func word() throws(JSONError) -> JSON {
        let words: [(StaticString, JSON)] = [("true", .bool(true)), ("false", .bool(false)), ("null", .null)]
        for (word, value) in words {
            let end = position + word.utf8CodeUnitCount
            guard end <= bytes.count,
                word.withUTF8Buffer({ bytes[position..<end].elementsEqual($0) })
            else { continue }
            position = end
            return value
        }
        throw complaint("there is no value of that form")
    }

    // MARK: Bytes

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take() -> UInt8? {
        guard let byte = peek else { return nil }
        position += 1
        return byte
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private func complaint(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }
}
