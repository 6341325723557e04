// SPDX-License-Identifier: Apache-2.0

import Netlink
import Testing

/// A request that ip(8) was seen to send, traced with strace(1), and how to make ours for the same.
struct Capture: Sendable, CustomTestStringConvertible {
    let command: String
    let bytes: [UInt8]
    let request: @Sendable () throws -> [UInt8]

    init(_ command: String, _ hex: String, request: @escaping @Sendable () throws -> [UInt8]) {
        self.command = command
        bytes = Array(hex: hex)
        self.request = request
    }

    var testDescription: String { command }
}

extension Request {
    /// The bytes with the flags that `NetlinkSocket.dump` sets.
    var dumpBytes: [UInt8] {
        var bytes = bytes
        bytes[7] |= UInt8(truncatingIfNeeded: RequestFlags.dump.rawValue >> 8)
        return bytes
    }
}

extension [UInt8] {
    /// Hexadecimal digits; everything else between them is left out.
    init(hex: String) {
        let digits = hex.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// The integer at `offset`, in the machine's order.
    func integer<Integer: FixedWidthInteger>(at offset: Int, as type: Integer.Type = Integer.self) -> Integer {
        var value: Integer = 0
        Swift.withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: self[offset..<offset + $0.count]) }
        return value
    }
}

/// One message taken apart, so that the order of attributes does not count.
struct Message: Equatable, CustomStringConvertible {
    let type: UInt16
    let flags: UInt16
    let header: [UInt8]
    let attributes: [String]

    /// - Parameters:
    ///   - headerSize: the size of the structure behind `nlmsghdr`.
    ///   - nests: the attributes that are taken apart in their turn.
    init(_ bytes: [UInt8], headerSize: Int, nests: [UInt16: Nesting] = [:]) {
        type = bytes.integer(at: 4)
        // Every request of ours gets NLM_F_ACK when it is sent, as those of ip(8) have it.
        flags = bytes.integer(at: 6) & ~RequestFlags.acknowledge.rawValue
        header = Array(bytes[16..<16 + headerSize])
        let end = Int(bytes.integer(at: 0, as: UInt32.self))
        attributes = Self.attributes(bytes[(16 + headerSize)..<end], nests)
    }

    /// What an attribute holds.
    enum Nesting {
        case attributes, nextHops
    }

    private static func attributes(_ bytes: ArraySlice<UInt8>, _ nests: [UInt16: Nesting]) -> [String] {
        var rest = Array(bytes)
        var attributes: [String] = []
        while rest.count >= 4 {
            let length = Int(rest.integer(at: 0, as: UInt16.self))
            // Whether a nest is flagged as one makes no difference to the kernel.
            let type = rest.integer(at: 2, as: UInt16.self) & 0x3fff
            let payload = rest[4..<length]
            let content =
                switch nests[type] {
                case .attributes: "\(self.attributes(payload, [:]))"
                case .nextHops: "\(nextHops(payload))"
                case nil: hexadecimal(payload)
                }
            attributes.append("\(type): \(content)")
            rest.removeFirst(Swift.min(rest.count, (length + 3) & ~3))
        }
        return attributes.sorted()
    }

    /// Each `struct rtnexthop` with its attributes. Not every tool zeroes the padding between them.
    private static func nextHops(_ bytes: ArraySlice<UInt8>) -> [String] {
        var rest = Array(bytes)
        var nextHops: [String] = []
        while rest.count >= 8 {
            let length = Int(rest.integer(at: 0, as: UInt16.self))
            nextHops.append("\(hexadecimal(rest[..<8])) \(attributes(rest[8..<length], [:]))")
            rest.removeFirst(Swift.min(rest.count, (length + 3) & ~3))
        }
        return nextHops
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    var description: String { "type \(type), flags \(flags), header \(header), attributes \(attributes)" }
}

/// What the kernel reported, in hexadecimal with its `nlmsghdr`, and what it means.
struct Report<Value: Sendable>: Sendable {
    let bytes: [UInt8]
    let value: Value

    init(_ hex: String, _ value: Value) {
        bytes = Array(hex: hex)
        self.value = value
    }

    /// Calls `body` with what follows the `nlmsghdr`.
    func withPayload<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
        try body(bytes.span.bytes.extracting(droppingFirst: 16))
    }
}
