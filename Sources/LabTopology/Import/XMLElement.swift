// SPDX-License-Identifier: Apache-2.0

/// An element of an XML document.
struct XMLElement {
    /// Its name without the prefix of its namespace.
    var name: String
    var attributes: [String: String] = [:]
    var children: [XMLElement] = []
    /// The text directly in it.
    var text = ""
    /// Where it begins.
    var line: Int

    /// The first element of that name, at any depth.
    func first(_ name: String) -> XMLElement? {
        for child in children {
            if child.name == name { return child }
            if let found = child.first(name) { return found }
        }
        return nil
    }

    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// Reads the XML of files that hold graphs: elements, attributes, text, CDATA, comments, the five entities and numbers
/// of characters. Document types are passed over, and what they would define is refused. Source: XML 1.0, 5th edition.
struct XMLReader {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    private static let maximumDepth = 200

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// The root element.
    static func read(_ text: String) throws(ImportFlaw) -> XMLElement {
        var reader = XMLReader(text)
        try reader.passMisc()
        guard reader.peek("<") else { throw reader.flaw("here stands an element") }
        let root = try reader.element(depth: 0)
        try reader.passMisc()
        guard reader.position == reader.bytes.count else { throw reader.flaw("something follows the document") }
        return root
    }

    private func flaw(_ message: String) -> ImportFlaw { ImportFlaw(message, line: line) }

    private func peek(_ text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[position..<position + $0.count]) }
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == 0x0a { line += 1 }
            position += 1
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private mutating func passBlanks() {
        while position < bytes.count, Self.isBlank(bytes[position]) { advance() }
    }

    private mutating func pass(until end: StaticString, _ what: String) throws(ImportFlaw) -> String {
        let start = position
        while !peek(end) {
            guard position < bytes.count else { throw flaw("\(what) does not end") }
            advance()
        }
        defer { advance(end.utf8CodeUnitCount) }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Blanks, comments, instructions and a document type.
    private mutating func passMisc() throws(ImportFlaw) {
        if peek("\u{feff}") { advance(3) }
        while true {
            passBlanks()
            if peek("<!--") {
                _ = try pass(until: "-->", "the comment")
            } else if peek("<?") {
                _ = try pass(until: "?>", "the instruction")
            } else if peek("<!DOCTYPE") {
                let type = try pass(until: ">", "the document type")
                if type.contains("[") { throw flaw("a document type with definitions of its own is not read") }
            } else {
                return
            }
        }
    }

    private mutating func name() throws(ImportFlaw) -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            let isName =
                byte >= 0x80
                || [UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            if !isName { break }
            advance()
        }
        guard position > start else { throw flaw("here stands a name") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func element(depth: Int) throws(ImportFlaw) -> XMLElement {
        guard depth < Self.maximumDepth else { throw flaw("the document is nested too deeply") }
        let start = line
        advance()
        let whole = try name()
        var element = XMLElement(name: Self.local(whole), line: start)
        while true {
            passBlanks()
            if peek("/>") {
                advance(2)
                return element
            }
            if peek(">") {
                advance()
                break
            }
            let key = try name()
            passBlanks()
            guard peek("=") else { throw flaw("the attribute '\(key)' has no value") }
            advance()
            passBlanks()
            guard peek("\"") || peek("'") else { throw flaw("the value of '\(key)' is not in quotes") }
            let quote: StaticString = peek("\"") ? "\"" : "'"
            advance()
            let value = try pass(until: quote, "the value of '\(key)'")
            guard !value.contains("<") else { throw flaw("there is a '<' in the value of '\(key)'") }
            guard element.attributes.updateValue(try unescaped(value), forKey: key) == nil else {
                throw flaw("the attribute '\(key)' is given twice")
            }
        }
        var text = ""
        while true {
            guard position < bytes.count else { throw ImportFlaw("'\(whole)' does not end", line: start) }
            if peek("</") {
                advance(2)
                let end = try name()
                passBlanks()
                guard end == whole, peek(">") else { throw flaw("'\(whole)' of line \(start) ends with '\(end)'") }
                advance()
                element.text = text
                return element
            }
            if peek("<!--") {
                _ = try pass(until: "-->", "the comment")
            } else if peek("<![CDATA[") {
                advance(9)
                text += try pass(until: "]]>", "the CDATA section")
            } else if peek("<?") {
                _ = try pass(until: "?>", "the instruction")
            } else if peek("<") {
                element.children.append(try self.element(depth: depth + 1))
            } else {
                let from = position
                while position < bytes.count, !peek("<") { advance() }
                text += try unescaped(String(decoding: bytes[from..<position], as: UTF8.self))
            }
        }
    }

    private static func local(_ name: String) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    private func unescaped(_ text: String) throws(ImportFlaw) -> String {
        guard text.contains("&") else { return text }
        guard let result = EntityText.unescaped(text, isStrict: true) else { throw flaw("there is a wrong '&'") }
        return result
    }
}

/// Entities of XML, which GML has as well.
enum EntityText {
    private static let named = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

    /// - Parameter isStrict: whether an unknown one makes it nil, instead of standing for itself.
    static func unescaped(_ text: String, isStrict: Bool) -> String? {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[rest.index(after: start)...]
            guard let end = rest.firstIndex(of: ";"), let character = character(rest[..<end]) else {
                if isStrict { return nil }
                result += "&"
                continue
            }
            result += character
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func character(_ name: Substring) -> String? {
        if let known = named[String(name)] { return known }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap { Unicode.Scalar($0) }.map { String(Character($0)) }
    }
}
