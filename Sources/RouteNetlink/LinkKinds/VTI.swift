// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// The kinds of virtual tunnel interfaces. Source: ip-link(8).
public enum VTIVariants {
    /// IPsec over IPv4.
    public enum VTI: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "vti" }
        /// The tunnel runs over IPv4.
        public static var family: AddressFamily { .ipv4 }
    }
    /// IPsec over IPv6.
    public enum VTI6: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "vti6" }
        /// The tunnel runs over IPv6.
        public static var family: AddressFamily { .ipv6 }
    }
}

/// The options of a `vti`.
public typealias VTIOptions = VTITunnelOptions<VTIVariants.VTI>
/// The options of a `vti6`.
public typealias VTI6Options = VTITunnelOptions<VTIVariants.VTI6>

/// The options of a device for IPsec's policies, `IFLA_INFO_DATA` with `IFLA_VTI_…`. Source: linux/if_tunnel.h.
///
/// The kernel takes a change as the whole: what is nil becomes zero. Begin with what the link shows.
public struct VTITunnelOptions<Variant: TunnelVariant>: TunnelEndpoints, Equatable {
    /// The kernel's name of the kind.
    public static var kind: String { Variant.kind }

    /// `IFLA_VTI_LINK`
    public var lower: Int32?
    /// `IFLA_VTI_LOCAL`, `IFLA_VTI_REMOTE`
    public var local: IPAddress?, remote: IPAddress?
    /// `IFLA_VTI_IKEY`, `IFLA_VTI_OKEY`: the marks of the policies for what arrives and what leaves.
    public var inputKey: UInt32?, outputKey: UInt32?
    /// `IFLA_VTI_FWMARK`
    public var firewallMark: UInt32?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<VTIScope>(payload)
        lower = try attributes.value(.lower)
        local = try attributes.value(.local)
        remote = try attributes.value(.remote)
        inputKey = try attributes.value(.inputKey)?.value
        outputKey = try attributes.value(.outputKey)?.value
        firewallMark = try attributes.value(.firewallMark)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != Self() else { return }
        info.nest(.vti) { data in
            data.put(.lower, ifPresent: lower)
            data.put(.local, ifPresent: local)
            data.put(.remote, ifPresent: remote)
            data.put(.inputKey, ifPresent: inputKey.map(NetworkOrder.init))
            data.put(.outputKey, ifPresent: outputKey.map(NetworkOrder.init))
            data.put(.firewallMark, ifPresent: firewallMark)
        }
    }
}

/// Attributes inside `IFLA_INFO_DATA` of a virtual tunnel interface: `IFLA_VTI_…` of linux/if_tunnel.h.
private enum VTIScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<VTIScope> {
    fileprivate static var vti: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == VTIScope, Value == Int32 {
    fileprivate static var lower: Self { Self(IFLA_VTI_LINK, "IFLA_VTI_LINK") }
}
extension AttributeKey where Scope == VTIScope, Value == IPAddress {
    fileprivate static var local: Self { Self(IFLA_VTI_LOCAL, "IFLA_VTI_LOCAL") }
    fileprivate static var remote: Self { Self(IFLA_VTI_REMOTE, "IFLA_VTI_REMOTE") }
}
extension AttributeKey where Scope == VTIScope, Value == NetworkOrder<UInt32> {
    fileprivate static var inputKey: Self { Self(IFLA_VTI_IKEY, "IFLA_VTI_IKEY") }
    fileprivate static var outputKey: Self { Self(IFLA_VTI_OKEY, "IFLA_VTI_OKEY") }
}
extension AttributeKey where Scope == VTIScope, Value == UInt32 {
    fileprivate static var firewallMark: Self { Self(IFLA_VTI_FWMARK, "IFLA_VTI_FWMARK") }
}
