// SPDX-License-Identifier: Apache-2.0

/// An address with a prefix length, as `ip address` and `ip route` use it: `192.0.2.1/24`.
///
/// The address keeps its host bits, so one value says both who a host is and which network it is
/// on; ``network`` clears them, and a route's destination must not have any (``hasHostBits``).
public struct IPPrefix: Sendable, Hashable {
    /// The address, host bits included.
    public let address: IPAddress
    /// The number of leading bits that name the network: 0…32 or 0…128.
    public let length: Int

    /// Makes a prefix; nil when `length` is not within the family's size.
    public init?(_ address: IPAddress, length: Int) {
        guard (0...address.family.bitCount).contains(length) else { return nil }
        self.init(unchecked: address, length)
    }

    /// Makes the prefix that holds `address` alone: /32 or /128.
    public init(host address: IPAddress) {
        self.init(unchecked: address, address.family.bitCount)
    }

    init(unchecked address: IPAddress, _ length: Int) {
        self.address = address
        self.length = length
    }

    /// The destination of a default route: `0.0.0.0/0` or `::/0`.
    public static func defaultRoute(_ family: AddressFamily) -> Self {
        Self(unchecked: .unspecified(family), 0)
    }

    /// The family of the address.
    public var family: AddressFamily { address.family }

    /// How many bits follow the prefix.
    private var hostBitCount: Int { family.bitCount - length }

    /// One in each bit that follows the prefix. A shift by 128 yields 0, so /0 of IPv6 wraps to all ones.
    private var hostMask: UInt128 { (UInt128(1) << UInt128(hostBitCount)) &- 1 }

    private var networkValue: UInt128 { address.value & ~hostMask }

    /// The same prefix with its host bits cleared: `192.0.2.0/24` of `192.0.2.1/24`.
    public var network: IPPrefix { Self(unchecked: IPAddress(family, networkValue), length) }

    /// The netmask: `255.255.255.0` of a /24.
    public var netmask: IPAddress { IPAddress(family, ~hostMask) }

    /// The broadcast address, which only IPv4 networks of /30 and shorter have (RFC 3021).
    public var broadcast: IPAddress? {
        guard family == .ipv4, length <= 30 else { return nil }
        return IPAddress(family, networkValue | hostMask)
    }

    /// Whether the prefix is as long as the address, so that it names one host.
    public var isHost: Bool { hostBitCount == 0 }

    /// Whether the prefix has length 0, so that it holds every address of its family.
    public var isDefaultRoute: Bool { length == 0 }

    /// Whether a bit after the prefix is set. The kernel refuses such a route (EINVAL).
    public var hasHostBits: Bool { address.value & hostMask != 0 }

    /// Whether `address` is in the network; false for the other family.
    public func contains(_ address: IPAddress) -> Bool {
        address.family == family && address.value & ~hostMask == networkValue
    }

    /// Whether every address of `other` is in the network; false for the other family.
    public func contains(_ other: IPPrefix) -> Bool {
        other.length >= length && contains(other.address)
    }

    /// Whether some address is in both networks.
    public func overlaps(_ other: IPPrefix) -> Bool {
        contains(other) || other.contains(self)
    }

    /// How many hosts the network has room for.
    ///
    /// Of IPv4, the network and the broadcast address are not hosts; of IPv6, the first address is the
    /// routers' anycast address (RFC 4291, section 2.6.1). With at most one host bit every
    /// address is a host (RFC 3021, RFC 6164).
    public var hostCount: UInt128 {
        if hostBitCount <= 1 { return hostMask + 1 }
        return family == .ipv4 ? hostMask - 1 : hostMask
    }

    /// The host with the given number, counted from 1: `192.0.2.1` is number 1 in 192.0.2.0/24.
    ///
    /// In a network with at most one host bit, number 1 is the first address itself. Nil for 0
    /// and beyond ``hostCount``.
    public func host(_ number: UInt128) -> IPAddress? {
        guard number >= 1, number <= hostCount else { return nil }
        return IPAddress(family, networkValue + (hostBitCount <= 1 ? number - 1 : number))
    }
}

extension IPPrefix: Comparable {
    /// Orders by address, then by length.
    public static func < (left: Self, right: Self) -> Bool {
        (left.address, left.length) < (right.address, right.length)
    }
}
