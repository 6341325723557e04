// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Writes JSON as it goes, in iproute2's compact form: no blanks, keys in the order given.
///
/// A table of any size needs no more memory than one buffer when the caller
/// says `flushIfFull` between its rows.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private var depth = 0
    private var needsComma = false
    private var followsKey = false

    /// - Parameter isPretty: one member a line, indented, for people.
    init(isPretty: Bool = false) {
        self.isPretty = isPretty
        bytes.reserveCapacity(4096)
    }

    // MARK: Structure

    mutating func beginObject() { open(0x7b) }
    mutating func endObject() { close(0x7d) }
    mutating func beginArray() { open(0x5b) }
    mutating func endArray() { close(0x5d) }

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginArray()
        body(&self)
        endArray()
    }

    mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(0x3a)
        if isPretty { bytes.append(0x20) }
        followsKey = true
    }

    // MARK: Values

    mutating func value(_ text: String) {
        separate()
        quote(text)
    }

    mutating func value(_ number: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func value(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    /// A number that is already written out, such as `0.00`.
    mutating func number(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    // MARK: Members

    mutating func member(_ name: String, _ text: String?) {
        guard let text else { return }
        key(name)
        value(text)
    }

    mutating func member(_ name: String, _ number: (some BinaryInteger)?) {
        guard let number else { return }
        key(name)
        value(number)
    }

    mutating func member(_ name: String, _ flag: Bool?) {
        guard let flag else { return }
        key(name)
        value(flag)
    }

    /// A member whose presence is its meaning, for which iproute2 writes null.
    mutating func null(_ name: String) {
        key(name)
        null()
    }

    mutating func member(_ name: String, _ texts: [String]) {
        key(name)
        array { json in
            for text in texts { json.value(text) }
        }
    }

    mutating func member(_ name: String, object body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    mutating func member(_ name: String, array body: (inout JSONWriter) -> Void) {
        key(name)
        array(body)
    }

    // MARK: Where it goes

    /// Writes what there is to standard output, with a line feed behind it when the document has ended.
    mutating func flush() throws(Errno) {
        if depth == 0, !bytes.isEmpty { bytes.append(0x0a) }
        let ready = bytes
        bytes.removeAll(keepingCapacity: true)
        if depth == 0 { needsComma = false }
        try writeAll(ready, to: 1)
    }

    /// Writes what there is once it is worth a system call.
    mutating func flushIfFull() throws(Errno) {
        guard bytes.count >= 1 << 16 else { return }
        let ready = bytes
        bytes.removeAll(keepingCapacity: true)
        try writeAll(ready, to: 1)
    }

    // MARK: Form

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if isPretty, needsComma { breakLine() }
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if followsKey {
            followsKey = false
        } else {
            if needsComma { bytes.append(0x2c) }
            if isPretty, depth > 0 { breakLine() }
        }
        needsComma = true
    }

    private mutating func breakLine() {
        bytes.append(0x0a)
        bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
    }

    /// Source: RFC 8259, section 7.
    private mutating func quote(_ text: String) {
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5c:
                bytes.append(0x5c)
                bytes.append(byte)
            case 0x08: bytes.append(contentsOf: [0x5c, 0x62])
            case 0x09: bytes.append(contentsOf: [0x5c, 0x74])
            case 0x0a: bytes.append(contentsOf: [0x5c, 0x6e])
            case 0x0c: bytes.append(contentsOf: [0x5c, 0x66])
            case 0x0d: bytes.append(contentsOf: [0x5c, 0x72])
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: [0x5c, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}
