// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// A link with IP addresses of its own and the hardware address of the link below, `IFLA_INFO_DATA` with
/// `IFLA_IPVLAN_…`; an ipvtap is the same with a character device to it.
///
/// Sources: linux/if_link.h, Documentation/networking/ipvlan.rst of the kernel.
public struct IpvlanOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the first of the two kinds.
    public static let kind = "ipvlan"
    /// The kernel's name of the kind with a character device.
    public static let tapKind = "ipvtap"

    /// `ipvlan` or `ipvtap`.
    public let kind: String
    /// `IFLA_IPVLAN_MODE`: l3, unless said. It is that of all links on the same link below.
    public var mode: IpvlanMode?
    /// `IFLA_IPVLAN_FLAGS`: bridge, unless said.
    public var reach: IpvlanReach?

    /// Options of which nothing is said yet.
    public init(kind: String = Self.kind) { self.kind = kind }

    /// Reads `IFLA_INFO_DATA` of an ipvlan.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        try self.init(decoding: payload, kind: Self.kind)
    }

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan, kind: String) throws(MalformedReply) {
        self.init(kind: kind)
        let attributes = try Attributes<IpvlanScope>(payload)
        mode = try attributes.value(.mode)
        reach = try attributes.value(.reach)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != IpvlanOptions(kind: kind) else { return }
        info.nest(.ipvlan) { data in
            data.put(.mode, ifPresent: mode)
            data.put(.reach, ifPresent: reach)
        }
    }
}

/// In which layer an ipvlan works: `IPVLAN_MODE_…` of linux/if_link.h.
public struct IpvlanMode: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt16
    /// Takes the kernel's number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// It takes part in ARP and in broadcasts.
    public static let layer2 = IpvlanMode(rawValue: 0)
    /// The namespace of the link below routes.
    public static let layer3 = IpvlanMode(rawValue: 1)
    /// The same, and packets pass netfilter there.
    public static let layer3Symmetric = IpvlanMode(rawValue: 2)
}

/// Whom an ipvlan reaches: `IPVLAN_F_…` of linux/if_link.h.
public struct IpvlanReach: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt16
    /// Takes the kernel's number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Others on the same link below.
    public static let bridge = IpvlanReach(rawValue: 0)
    /// Nobody there.
    public static let `private` = IpvlanReach(rawValue: 1)
    /// Others by way of a switch outside.
    public static let vepa = IpvlanReach(rawValue: 2)
}

/// Attributes inside `IFLA_INFO_DATA` of an ipvlan.
private enum IpvlanScope {}

extension AttributeKey where Scope == LinkInfoScope, Value == Nest<IpvlanScope> {
    fileprivate static var ipvlan: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == IpvlanScope, Value == IpvlanMode {
    fileprivate static var mode: Self { Self(IFLA_IPVLAN_MODE, "IFLA_IPVLAN_MODE") }
}
extension AttributeKey where Scope == IpvlanScope, Value == IpvlanReach {
    fileprivate static var reach: Self { Self(IFLA_IPVLAN_FLAGS, "IFLA_IPVLAN_FLAGS") }
}
