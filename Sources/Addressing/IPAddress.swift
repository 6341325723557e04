// SPDX-License-Identifier: Apache-2.0

/// An IP address of either family.
public enum IPAddress: Sendable, Hashable {
    /// An IPv4 address.
    case v4(IPv4Address)
    /// An IPv6 address.
    case v6(IPv6Address)

    /// Makes an address of four or sixteen bytes in network order, as the kernel sends them; nil for any other count.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        if let address = IPv4Address(bytes: bytes) {
            self = .v4(address)
        } else if let address = IPv6Address(bytes: bytes) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// Makes the address of `family` whose number is `value`, of which only the family's bits count.
    init(_ family: AddressFamily, _ value: UInt128) {
        switch family {
        case .ipv4: self = .v4(IPv4Address(UInt32(truncatingIfNeeded: value)))
        case .ipv6: self = .v6(IPv6Address(value))
        }
    }

    /// The address with all bits zero: `0.0.0.0` or `::`.
    public static func unspecified(_ family: AddressFamily) -> Self { Self(family, 0) }

    /// Which kind of address this is.
    public var family: AddressFamily {
        switch self {
        case .v4: .ipv4
        case .v6: .ipv6
        }
    }

    /// The address as a number.
    var value: UInt128 {
        switch self {
        case .v4(let address): UInt128(address.value)
        case .v6(let address): address.value
        }
    }

    /// The four or sixteen bytes in network order.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let address): address.bytes
        case .v6(let address): address.bytes
        }
    }

    /// Calls `body` with the four or sixteen bytes in network order, without an allocation.
    public func withBytes<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        switch self {
        case .v4(let address): try address.withBytes(body)
        case .v6(let address): try address.withBytes(body)
        }
    }

    /// Whether all bits are zero.
    public var isUnspecified: Bool {
        switch self {
        case .v4(let address): address.isUnspecified
        case .v6(let address): address.isUnspecified
        }
    }

    /// Whether this is in 127.0.0.0/8, or `::1`.
    public var isLoopback: Bool {
        switch self {
        case .v4(let address): address.isLoopback
        case .v6(let address): address.isLoopback
        }
    }

    /// Whether this is in 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool {
        switch self {
        case .v4(let address): address.isMulticast
        case .v6(let address): address.isMulticast
        }
    }

    /// Whether this is in 169.254.0.0/16 or fe80::/10.
    public var isLinkLocal: Bool {
        switch self {
        case .v4(let address): address.isLinkLocal
        case .v6(let address): address.isLinkLocal
        }
    }
}

extension IPAddress: Comparable {
    /// Orders IPv4 before IPv6, and by number within a family.
    public static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.v4(let left), .v4(let right)): left < right
        case (.v6(let left), .v6(let right)): left < right
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}

extension IPAddress: LosslessStringConvertible {
    /// Reads an address of either family; nil where ``init(parsing:)`` throws.
    public init?(_ description: String) {
        do throws(Flaw) { self = try Self.read(description.utf8Span.span) } catch { return nil }
    }

    /// Reads an address of either family, in the strict forms of ``IPv4Address`` and ``IPv6Address``.
    public init(parsing text: String) throws(AddressingError) {
        do throws(Flaw) { self = try Self.read(text.utf8Span.span) } catch {
            throw AddressingError(Self.subject(of: text), text, error)
        }
    }

    /// What kind of address a wrong text was most likely meant to be.
    private static func subject(of text: String) -> AddressingError.Subject {
        if text.utf8.contains(.colon) { return .ipv6Address }
        return text.utf8.contains(.dot) ? .ipv4Address : .ipAddress
    }

    static func read(_ text: Span<UInt8>) throws(Flaw) -> Self {
        if firstIndex(of: .colon, in: text) != nil {
            return .v6(try IPv6Address.read(text))
        }
        return .v4(try IPv4Address.read(text))
    }

    /// The canonical text, as `inet_ntop` writes it.
    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }

    /// Appends ``description`` in ASCII: the fast way to print many.
    public func append(to buffer: inout [UInt8]) {
        switch self {
        case .v4(let address): address.append(to: &buffer)
        case .v6(let address): address.append(to: &buffer)
        }
    }
}
