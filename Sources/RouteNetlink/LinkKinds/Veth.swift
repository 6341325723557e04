// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Attributes inside `IFLA_INFO_DATA` of a veth: `VETH_INFO_…` of linux/veth.h.
private enum VethScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<VethScope> {
    fileprivate static var data: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == VethScope, Value == Nest<LinkScope> {
    fileprivate static var peer: Self { Self(VETH_INFO_PEER, "VETH_INFO_PEER") }
}

/// A pair of links of which each is the other's cable. Source: veth(4).
///
/// The kernel makes both ends in one message; see `LinkSpec.peer`.
public struct VethOptions: LinkKindOptions {
    /// The kind as the kernel calls it.
    public static let kind = "veth"

    /// The MTUs that the kernel takes: `ETH_MIN_MTU` and `ETH_MAX_MTU` of linux/if_ether.h.
    public static let mtuRange: ClosedRange<UInt32> = 68...65_535

    /// The other end; nil lets the kernel choose its name in the same namespace.
    public var peer: LinkSpec?

    /// Describes the other end.
    public init(peer: LinkSpec?) { self.peer = peer }

    /// The kernel never sends the options back: the peer is the link's `IFLA_LINK`.
    public init(decoding payload: RawSpan) throws(MalformedReply) { peer = nil }

    /// Puts the options into `IFLA_LINKINFO`.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard let peer else { return }
        info.nest(.data) { $0.put(.peer, peer: peer) }
    }
}
