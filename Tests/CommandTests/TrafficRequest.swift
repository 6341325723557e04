// SPDX-License-Identifier: Apache-2.0

/// A request of traffic control in one line: type, flags, handle, parent, kind, the structure at the beginning of the
/// options, and their attributes by number; then the other attributes, with `@`. Of long ones only the length is told and, for tables of rates, a hash.
struct TrafficRequest: CustomStringConvertible {
    let description: String

    init(_ bytes: [UInt8]) {
        func number(_ offset: Int, count: Int) -> UInt32 {
            (0..<count).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
        }
        func hexadecimal(_ number: UInt32) -> String { String(number, radix: 16) }
        let flags = number(6, count: 2) & ~4
        var words = [
            "\(number(4, count: 2))", hexadecimal(flags), hexadecimal(number(24, count: 4)),
            hexadecimal(number(28, count: 4)),
        ]
        let attributes = Self.attributes(bytes[36...])
        let kind = attributes.first { $0.number == 1 }.map { String(decoding: $0.payload.dropLast(), as: UTF8.self) }
        if let kind { words.append(kind) }
        if let options = attributes.first(where: { $0.number == 2 })?.payload {
            let heads = ["netem": 24, "prio": 20, "pfifo": 4, "bfifo": 4, "sfq": 72]
            let head = heads[kind ?? ""] ?? 0
            words.append(head == 0 ? "{}" : Self.hexadecimal(options.prefix(head)))
            // tc(8) puts an empty nest of the time before 2.6.27 behind the structure of prio.
            let rest = kind == "prio" ? [] : Self.attributes(options.dropFirst(head))
            for (number, payload) in rest.sorted(by: { $0.number < $1.number }) {
                words.append("\(number)=" + Self.text(payload, kind: kind))
            }
        }
        for (number, payload) in attributes.sorted(by: { $0.number < $1.number }) where number > 2 {
            // TCA_STAB
            for (inner, payload) in number == 8 ? Self.attributes(payload) : [] {
                words.append("@8.\(inner)=" + Self.text(payload, kind: kind))
            }
            if number != 8 { words.append("@\(number)=" + Self.text(payload, kind: kind)) }
        }
        description = words.joined(separator: " ")
    }

    private static func attributes(_ bytes: ArraySlice<UInt8>) -> [(number: UInt16, payload: ArraySlice<UInt8>)] {
        var rest = bytes
        var attributes: [(UInt16, ArraySlice<UInt8>)] = []
        while rest.count >= 4 {
            let start = rest.startIndex
            let length = Int(rest[start]) | Int(rest[start + 1]) << 8
            let number = (UInt16(rest[start + 2]) | UInt16(rest[start + 3]) << 8) & 0x3fff
            attributes.append((number, rest[start + 4..<start + length]))
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return attributes
    }

    private static func text(_ payload: ArraySlice<UInt8>, kind: String?) -> String {
        guard payload.count > 64 else { return hexadecimal(payload) }
        guard kind != "netem" else { return "\(payload.count)b" }
        // FNV-1a
        let hash = payload.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(payload.count)b:" + String(hash, radix: 16)
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
