// SPDX-License-Identifier: Apache-2.0

/// An IPv6 address, without a zone: which interface a link-local address belongs to is said elsewhere.
public struct IPv6Address: Sendable, Hashable {
    /// The first eight bytes as a number, most significant byte first.
    public let high: UInt64
    /// The last eight bytes as a number, most significant byte first.
    public let low: UInt64

    /// Makes an address of its two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes the address whose number is `value`: 1 is `::1`.
    public init(_ value: UInt128) {
        self.init(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
    }

    /// Makes an address of sixteen bytes in network order; nil for any other count.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in bytes {
            high = high << 8 | low >> 56
            low = low << 8 | UInt64(byte)
        }
        self.init(high: high, low: low)
    }

    /// `::`.
    public static var unspecified: Self { Self(high: 0, low: 0) }
    /// `::1`.
    public static var loopback: Self { Self(high: 0, low: 1) }

    /// The address as a number.
    public var value: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// The sixteen bytes in network order.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(16)
        for index in 0..<16 { result.append(byte(index)) }
        return result
    }

    /// Calls `body` with the sixteen bytes in network order, without an allocation.
    public func withBytes<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { bytes[index] = byte(index) }
        return try body(bytes.span)
    }

    private func byte(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - 8 * (index & 7)))
    }

    /// One of the eight groups of the text form.
    func group(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)))
    }

    /// Whether this is `::`.
    public var isUnspecified: Bool { high == 0 && low == 0 }
    /// Whether this is `::1`.
    public var isLoopback: Bool { high == 0 && low == 1 }
    /// Whether this is in ff00::/8 (RFC 4291, section 2.7).
    public var isMulticast: Bool { high >> 56 == 0xff }
    /// Whether this is in fe80::/10 (RFC 4291, section 2.5.6).
    public var isLinkLocal: Bool { high >> 54 == 0xfe80 >> 6 }

    /// The IPv4 address inside `::ffff:0:0/96` (RFC 4291, section 2.5.5.2); nil for every other address.
    public var mappedIPv4: IPv4Address? {
        high == 0 && low >> 32 == 0xffff ? IPv4Address(UInt32(truncatingIfNeeded: low)) : nil
    }
}

extension IPv6Address: Comparable {
    /// Orders by number.
    public static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}
