// SPDX-License-Identifier: Apache-2.0

/// The two families of IP addresses, by the kernel's numbers (`AF_INET`, `AF_INET6` of `<linux/socket.h>`).
public enum AddressFamily: UInt8, Sendable, Hashable, CaseIterable {
    /// `AF_INET`.
    case ipv4 = 2
    /// `AF_INET6`.
    case ipv6 = 10

    /// The size of an address in bytes: 4 or 16.
    public var byteCount: Int { self == .ipv4 ? 4 : 16 }

    /// The size of an address in bits, which is also the length of a host prefix: 32 or 128.
    public var bitCount: Int { byteCount * 8 }
}

extension AddressFamily: Comparable {
    /// IPv4 sorts before IPv6.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension AddressFamily: CustomStringConvertible {
    /// `inet` or `inet6`, the words of `ip`.
    public var description: String { self == .ipv4 ? "inet" : "inet6" }
}
