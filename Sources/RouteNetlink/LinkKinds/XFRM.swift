// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// The options of an `xfrm`, a device for the IPsec policies of one number. Sources: linux/if_link.h, ip-link(8).
public struct XFRMOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "xfrm"

    /// `IFLA_XFRM_LINK`: the index of the device through which packets leave.
    public var lower: Int32?
    /// `IFLA_XFRM_IF_ID`: the number of the policies; not 0. It is never changed.
    public var identifier: UInt32?
    /// `IFLA_XFRM_COLLECT_METADATA`: each packet brings its number, since 6.1.
    public var isExternal = false

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<XFRMScope>(payload)
        lower = try attributes.value(.lower)
        identifier = try attributes.value(.identifier)
        isExternal = attributes.contains(.external)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != XFRMOptions() else { return }
        info.nest(.xfrm) { data in
            data.put(.lower, ifPresent: lower)
            data.put(.identifier, ifPresent: identifier)
            if isExternal { data.put(.external, PresenceFlag()) }
        }
    }
}

/// Attributes inside `IFLA_INFO_DATA` of an xfrm: `IFLA_XFRM_…` of linux/if_link.h.
private enum XFRMScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<XFRMScope> {
    fileprivate static var xfrm: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == XFRMScope, Value == Int32 {
    fileprivate static var lower: Self { Self(IFLA_XFRM_LINK, "IFLA_XFRM_LINK") }
}
extension AttributeKey where Scope == XFRMScope, Value == UInt32 {
    fileprivate static var identifier: Self { Self(IFLA_XFRM_IF_ID, "IFLA_XFRM_IF_ID") }
}
extension AttributeKey where Scope == XFRMScope, Value == PresenceFlag {
    fileprivate static var external: Self { Self(3, "IFLA_XFRM_COLLECT_METADATA") }
}
