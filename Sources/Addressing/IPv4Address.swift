// SPDX-License-Identifier: Apache-2.0

/// An IPv4 address.
///
/// Its text form is the dotted quad and nothing else: four decimal numbers, no leading zeros, no
/// octal or hexadecimal, no shortened forms such as `10.1`, which tools read differently.
public struct IPv4Address: Sendable, Hashable {
    /// The address as a number: the first byte of the text is the most significant.
    public let value: UInt32

    /// Makes the address whose number is `value`: `0x7f000001` is 127.0.0.1.
    @inlinable
    public init(_ value: UInt32) {
        self.value = value
    }

    /// Makes the address `first.second.third.fourth`.
    public init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        value = UInt32(first) << 24 | UInt32(second) << 16 | UInt32(third) << 8 | UInt32(fourth)
    }

    /// Makes an address of four bytes in network order; nil for any other count.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 else { return nil }
        var value: UInt32 = 0
        for byte in bytes { value = value << 8 | UInt32(byte) }
        self.init(value)
    }

    /// `0.0.0.0`.
    public static var unspecified: Self { Self(0) }
    /// `127.0.0.1`.
    public static var loopback: Self { Self(0x7f00_0001) }
    /// `255.255.255.255`.
    public static var broadcast: Self { Self(.max) }

    /// The four bytes in network order.
    public var bytes: [UInt8] { [byte(0), byte(1), byte(2), byte(3)] }

    /// Calls `body` with the four bytes in network order, without an allocation.
    public func withBytes<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let bytes: InlineArray<4, UInt8> = [byte(0), byte(1), byte(2), byte(3)]
        return try body(bytes.span)
    }

    private func byte(_ index: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value >> (24 - 8 * index)) }

    /// Whether this is `0.0.0.0`.
    public var isUnspecified: Bool { value == 0 }
    /// Whether this is in 127.0.0.0/8 (RFC 1122, section 3.2.1.3).
    public var isLoopback: Bool { value >> 24 == 127 }
    /// Whether this is in 224.0.0.0/4 (RFC 5771).
    public var isMulticast: Bool { value >> 28 == 0xe }
    /// Whether this is in 169.254.0.0/16 (RFC 3927).
    public var isLinkLocal: Bool { value >> 16 == 0xa9fe }
}

extension IPv4Address: Comparable {
    /// Orders by number.
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

extension IPv4Address: LosslessStringConvertible {
    /// Reads a dotted quad; nil where ``init(parsing:)`` throws.
    public init?(_ description: String) {
        do throws(Flaw) { self = try Self.read(description.utf8Span.span) } catch { return nil }
    }

    /// Reads a dotted quad, such as `192.0.2.1`.
    public init(parsing text: String) throws(AddressingError) {
        do throws(Flaw) { self = try Self.read(text.utf8Span.span) } catch {
            throw AddressingError(.ipv4Address, text, error)
        }
    }

    static func read(_ text: Span<UInt8>) throws(Flaw) -> Self {
        guard !text.isEmpty else { throw .empty }
        guard firstIndex(of: .slash, in: text) == nil else { throw Flaw("a prefix length has no place here") }
        var value: UInt32 = 0
        var count = 0
        var start = 0
        while start <= text.count {
            guard count < 4 else { throw Flaw("it has more than four numbers") }
            let end = firstIndex(of: .dot, in: text, from: start) ?? text.count
            value = value << 8 | UInt32(try readDecimal(text.extracting(start..<end), limit: 255))
            count += 1
            start = end + 1
        }
        guard count == 4 else {
            throw Flaw(count == 1 ? "it has one number, not four" : "it has \(count) numbers, not four")
        }
        return Self(value)
    }

    /// The dotted quad.
    public var description: String {
        string(capacity: 15) { append(to: &$0) }
    }

    /// Appends ``description`` in ASCII: the fast way to print many.
    public func append(to buffer: inout [UInt8]) {
        buffer.append(decimal: byte(0))
        buffer.append(.dot)
        buffer.append(decimal: byte(1))
        buffer.append(.dot)
        buffer.append(decimal: byte(2))
        buffer.append(.dot)
        buffer.append(decimal: byte(3))
    }
}
