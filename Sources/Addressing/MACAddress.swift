// SPDX-License-Identifier: Apache-2.0

/// The six-byte link-layer address of an Ethernet-like device (EUI-48).
public struct MACAddress: Sendable, Hashable {
    /// The address as a number below 2⁴⁸: the first byte of the text is the most significant.
    public let value: UInt64

    @usableFromInline
    init(_ value: UInt64) {
        self.value = value
    }

    /// Makes an address of six bytes; nil for any other count.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        var value: UInt64 = 0
        for byte in bytes { value = value << 8 | UInt64(byte) }
        self.init(value & 0xffff_ffff_ffff)
    }

    /// Makes the same address of a link-layer address; nil unless that has six bytes.
    public init?(_ address: LinkLayerAddress) {
        guard address.count == 6 else { return nil }
        self.init(address.firstSix)
    }

    /// `ff:ff:ff:ff:ff:ff`.
    public static var broadcast: Self { Self(0xffff_ffff_ffff) }
    /// `00:00:00:00:00:00`.
    public static var zero: Self { Self(0) }

    /// The six bytes in the order of the text.
    public var bytes: [UInt8] { [byte(0), byte(1), byte(2), byte(3), byte(4), byte(5)] }

    /// Calls `body` with the six bytes, without an allocation.
    public func withBytes<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let bytes: InlineArray<6, UInt8> = [byte(0), byte(1), byte(2), byte(3), byte(4), byte(5)]
        return try body(bytes.span)
    }

    private func byte(_ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value >> (40 - 8 * index)) }

    /// Whether the address is that of a group, the broadcast address included: the lowest bit of its first byte.
    public var isMulticast: Bool { byte(0) & 1 != 0 }
    /// Whether the address was given out locally, not by a manufacturer: the second lowest bit of its first byte.
    public var isLocallyAdministered: Bool { byte(0) & 2 != 0 }
    /// Whether a device may have this address: neither a group nor zero (`is_valid_ether_addr` of the kernel).
    ///
    /// The kernel refuses any other with EADDRNOTAVAIL.
    public var isAssignable: Bool { !isMulticast && value != 0 }
}

extension MACAddress: Comparable {
    /// Orders by bytes.
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

extension MACAddress: LosslessStringConvertible {
    /// Reads an address; nil where ``init(parsing:)`` throws.
    public init?(_ description: String) {
        do throws(Flaw) { self = try Self.read(description.utf8Span.span) } catch { return nil }
    }

    /// Reads six pairs of hexadecimal digits of either case, all separated by `:` or all by `-`.
    public init(parsing text: String) throws(AddressingError) {
        do throws(Flaw) { self = try Self.read(text.utf8Span.span) } catch {
            throw AddressingError(.macAddress, text, error)
        }
    }

    private static func read(_ text: Span<UInt8>) throws(Flaw) -> Self {
        let address = try LinkLayerAddress.read(text)
        guard let result = Self(address) else {
            throw Flaw(address.count == 1 ? "it has one pair, not six" : "it has \(address.count) pairs, not six")
        }
        return result
    }

    /// Six pairs of lower-case hexadecimal digits with `:` between them.
    public var description: String {
        string(capacity: 17) { append(to: &$0) }
    }

    /// Appends ``description`` in ASCII: the fast way to print many.
    public func append(to buffer: inout [UInt8]) {
        for index: UInt64 in 0..<6 {
            if index > 0 { buffer.append(.colon) }
            buffer.append(hexadecimalPair: byte(index))
        }
    }
}
