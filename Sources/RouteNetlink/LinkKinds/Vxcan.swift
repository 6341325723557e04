// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// A pair of CAN links, `VXCAN_INFO_PEER` of linux/can/vxcan.h.
public struct VxcanOptions: LinkKindOptions {
    /// The kind as the kernel calls it.
    public static let kind = "vxcan"

    /// The other end; nil lets the kernel choose its name in the same namespace.
    public var peer: LinkSpec?

    /// Describes the other end.
    public init(peer: LinkSpec?) { self.peer = peer }

    /// The kernel never sends the options back: the peer is the link's `IFLA_LINK`.
    public init(decoding payload: RawSpan) throws(MalformedReply) { peer = nil }

    /// Puts the options into `IFLA_LINKINFO`.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard let peer else { return }
        info.nest(.vxcan) { $0.put(.peer, peer: peer) }
    }
}

/// Attributes inside `IFLA_INFO_DATA` of a vxcan.
private enum VxcanScope {}

extension AttributeKey where Scope == LinkInfoScope, Value == Nest<VxcanScope> {
    fileprivate static var vxcan: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == VxcanScope, Value == Nest<LinkScope> {
    fileprivate static var peer: Self { Self(1, "VXCAN_INFO_PEER") }
}
