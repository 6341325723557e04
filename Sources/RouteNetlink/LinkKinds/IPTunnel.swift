// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// The kinds of tunnels with nothing between the two IP headers. Source: ip-link(8).
public enum IPTunnelVariants {
    /// IPv4 packets and MPLS over IPv4, RFC 2003.
    public enum IPIP: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "ipip" }
        /// The tunnel runs over IPv4.
        public static var family: AddressFamily { .ipv4 }
    }
    /// IPv6 packets, as well as others, over IPv4, RFC 4213.
    public enum SIT: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "sit" }
        /// The tunnel runs over IPv4.
        public static var family: AddressFamily { .ipv4 }
    }
    /// IPv4 and IPv6 packets over IPv6, RFC 2473.
    public enum IP6: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "ip6tnl" }
        /// The tunnel runs over IPv6.
        public static var family: AddressFamily { .ipv6 }
    }
}

/// The options of an `ipip`.
public typealias IPIPOptions = IPTunnelOptions<IPTunnelVariants.IPIP>
/// The options of a `sit`.
public typealias SITOptions = IPTunnelOptions<IPTunnelVariants.SIT>
/// The options of an `ip6tnl`.
public typealias IP6TunnelOptions = IPTunnelOptions<IPTunnelVariants.IP6>

/// The options of an IP tunnel, `IFLA_INFO_DATA` with `IFLA_IPTUN_…`. Sources: linux/if_tunnel.h, ip-link(8).
///
/// The kernel takes a change as the whole: what is nil becomes zero. Begin with what the link shows.
public struct IPTunnelOptions<Variant: TunnelVariant>: IPTunnel, Equatable {
    /// The kernel's name of the kind.
    public static var kind: String { Variant.kind }

    /// `IFLA_IPTUN_LINK`
    public var lower: Int32?
    /// `IFLA_IPTUN_LOCAL`, `IFLA_IPTUN_REMOTE`
    public var local: IPAddress?, remote: IPAddress?
    /// `IFLA_IPTUN_PROTO`: what is carried.
    public var carried: CarriedProtocol?
    /// `IFLA_IPTUN_TTL`
    public var timeToLive: UInt8?
    /// `IFLA_IPTUN_TOS`
    public var typeOfService: UInt8?
    /// `IFLA_IPTUN_PMTUDISC`
    public var pathMTUDiscovery: Bool?
    /// `IFLA_IPTUN_ENCAP_LIMIT`
    public var encapsulationLimit: UInt8?
    /// `IFLA_IPTUN_FLOWINFO`
    public var flowInformation: IPv6FlowInformation?
    /// `IFLA_IPTUN_FLAGS` of an `ip6tnl`
    public var flags: IP6TunnelFlags?
    /// `SIT_ISATAP` in `IFLA_IPTUN_FLAGS` of a `sit`, RFC 5214.
    public var isISATAP: Bool?
    /// `IFLA_IPTUN_6RD_PREFIX` and `IFLA_IPTUN_6RD_PREFIXLEN` of a `sit`: IPv6 addresses that hold those of
    /// IPv4, RFC 5969.
    public var rapidDeploymentPrefix: IPPrefix?
    /// `IFLA_IPTUN_6RD_RELAY_PREFIX` and `IFLA_IPTUN_6RD_RELAY_PREFIXLEN`: what the IPv4 addresses have in common.
    public var rapidDeploymentRelayPrefix: IPPrefix?
    /// `IFLA_IPTUN_ENCAP_…`
    public var encapsulation = TunnelEncapsulation()
    /// `IFLA_IPTUN_COLLECT_METADATA`
    public var isExternal = false
    /// `IFLA_IPTUN_FWMARK`
    public var firewallMark: UInt32?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<IPTunnelScope>(payload)
        lower = try attributes.value(.lower)
        local = try attributes.value(.local)
        remote = try attributes.value(.remote)
        carried = try attributes.value(.carried)
        timeToLive = try attributes.value(.timeToLive)
        typeOfService = try attributes.value(.typeOfService)
        pathMTUDiscovery = try attributes.value(.pathMTUDiscovery)
        encapsulationLimit = try attributes.value(.encapsulationLimit)
        flowInformation = try attributes.value(.flowInformation)
        if Variant.family == .ipv6 {
            flags = try attributes.value(.flags)
        } else {
            isISATAP = try attributes.value(.flagsOfSIT).map { $0 & 1 != 0 }
        }
        rapidDeploymentPrefix = try prefix(
            attributes.value(.rapidDeploymentPrefix), attributes.value(.rapidDeploymentPrefixLength))
        rapidDeploymentRelayPrefix = try prefix(
            attributes.value(.rapidDeploymentRelayPrefix), attributes.value(.rapidDeploymentRelayPrefixLength))
        encapsulation.header = try attributes.value(.encapsulationHeader)
        encapsulation.flags = try attributes.value(.encapsulationFlags)
        encapsulation.sourcePort = try attributes.value(.encapsulationSourcePort)?.value
        encapsulation.destinationPort = try attributes.value(.encapsulationDestinationPort)?.value
        isExternal = attributes.contains(.external)
        firewallMark = try attributes.value(.firewallMark)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != Self() else { return }
        info.nest(.ipTunnel) { data in
            data.put(.carried, ifPresent: carried)
            guard !isExternal else { return data.put(.external, PresenceFlag()) }
            data.put(.lower, ifPresent: lower)
            data.put(.local, ifPresent: local)
            data.put(.remote, ifPresent: remote)
            data.put(.timeToLive, ifPresent: timeToLive)
            data.put(.typeOfService, ifPresent: typeOfService)
            data.put(.pathMTUDiscovery, ifPresent: pathMTUDiscovery)
            data.put(.encapsulationLimit, ifPresent: encapsulationLimit)
            data.put(.flowInformation, ifPresent: flowInformation)
            data.put(.flags, ifPresent: flags)
            data.put(.flagsOfSIT, ifPresent: isISATAP.map { $0 ? 1 : 0 })
            if let prefix = rapidDeploymentPrefix {
                data.put(.rapidDeploymentPrefix, prefix.address)
                data.put(.rapidDeploymentPrefixLength, UInt16(prefix.length))
            }
            if let prefix = rapidDeploymentRelayPrefix {
                data.put(.rapidDeploymentRelayPrefix, prefix.address)
                data.put(.rapidDeploymentRelayPrefixLength, UInt16(prefix.length))
            }
            data.put(.encapsulationHeader, ifPresent: encapsulation.header)
            data.put(.encapsulationFlags, ifPresent: encapsulation.flags)
            data.put(.encapsulationSourcePort, ifPresent: encapsulation.sourcePort.map(NetworkOrder.init))
            data.put(.encapsulationDestinationPort, ifPresent: encapsulation.destinationPort.map(NetworkOrder.init))
            data.put(.firewallMark, ifPresent: firewallMark)
        }
    }
}

/// What an IP tunnel carries: a number of IANA's protocols, 0 for all that it can.
public struct CarriedProtocol: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number, `IPPROTO_…`.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Everything.
    public static let any = CarriedProtocol(rawValue: 0)
    /// `IPPROTO_IPIP`: IPv4.
    public static let ipv4 = CarriedProtocol(rawValue: 4)
    /// `IPPROTO_IPV6`
    public static let ipv6 = CarriedProtocol(rawValue: 41)
    /// `IPPROTO_MPLS`
    public static let mpls = CarriedProtocol(rawValue: 137)
}

private func prefix(_ address: IPAddress?, _ length: UInt16?) throws(MalformedReply) -> IPPrefix? {
    guard let address else { return nil }
    guard let prefix = IPPrefix(address, length: Int(length ?? 0)) else {
        throw MalformedReply("a prefix of IFLA_IPTUN_6RD_… is longer than its address")
    }
    return prefix
}

// MARK: Keys

/// Attributes inside `IFLA_INFO_DATA` of an IP tunnel: `IFLA_IPTUN_…` of linux/if_tunnel.h.
private enum IPTunnelScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<IPTunnelScope> {
    fileprivate static var ipTunnel: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == Int32 {
    fileprivate static var lower: Self { Self(IFLA_IPTUN_LINK, "IFLA_IPTUN_LINK") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == IPAddress {
    fileprivate static var local: Self { Self(IFLA_IPTUN_LOCAL, "IFLA_IPTUN_LOCAL") }
    fileprivate static var remote: Self { Self(IFLA_IPTUN_REMOTE, "IFLA_IPTUN_REMOTE") }
    fileprivate static var rapidDeploymentPrefix: Self { Self(IFLA_IPTUN_6RD_PREFIX, "IFLA_IPTUN_6RD_PREFIX") }
    fileprivate static var rapidDeploymentRelayPrefix: Self {
        Self(IFLA_IPTUN_6RD_RELAY_PREFIX, "IFLA_IPTUN_6RD_RELAY_PREFIX")
    }
}
extension AttributeKey where Scope == IPTunnelScope, Value == UInt16 {
    fileprivate static var rapidDeploymentPrefixLength: Self {
        Self(IFLA_IPTUN_6RD_PREFIXLEN, "IFLA_IPTUN_6RD_PREFIXLEN")
    }
    fileprivate static var rapidDeploymentRelayPrefixLength: Self {
        Self(IFLA_IPTUN_6RD_RELAY_PREFIXLEN, "IFLA_IPTUN_6RD_RELAY_PREFIXLEN")
    }
    fileprivate static var flagsOfSIT: Self { Self(IFLA_IPTUN_FLAGS, "IFLA_IPTUN_FLAGS") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == UInt8 {
    fileprivate static var timeToLive: Self { Self(IFLA_IPTUN_TTL, "IFLA_IPTUN_TTL") }
    fileprivate static var typeOfService: Self { Self(IFLA_IPTUN_TOS, "IFLA_IPTUN_TOS") }
    fileprivate static var encapsulationLimit: Self { Self(IFLA_IPTUN_ENCAP_LIMIT, "IFLA_IPTUN_ENCAP_LIMIT") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == CarriedProtocol {
    fileprivate static var carried: Self { Self(IFLA_IPTUN_PROTO, "IFLA_IPTUN_PROTO") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == Bool {
    fileprivate static var pathMTUDiscovery: Self { Self(IFLA_IPTUN_PMTUDISC, "IFLA_IPTUN_PMTUDISC") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == IPv6FlowInformation {
    fileprivate static var flowInformation: Self { Self(IFLA_IPTUN_FLOWINFO, "IFLA_IPTUN_FLOWINFO") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == IP6TunnelFlags {
    fileprivate static var flags: Self { Self(IFLA_IPTUN_FLAGS, "IFLA_IPTUN_FLAGS") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == TunnelEncapsulation.Header {
    fileprivate static var encapsulationHeader: Self { Self(IFLA_IPTUN_ENCAP_TYPE, "IFLA_IPTUN_ENCAP_TYPE") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == TunnelEncapsulation.Flags {
    fileprivate static var encapsulationFlags: Self { Self(IFLA_IPTUN_ENCAP_FLAGS, "IFLA_IPTUN_ENCAP_FLAGS") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == NetworkOrder<UInt16> {
    fileprivate static var encapsulationSourcePort: Self { Self(IFLA_IPTUN_ENCAP_SPORT, "IFLA_IPTUN_ENCAP_SPORT") }
    fileprivate static var encapsulationDestinationPort: Self {
        Self(IFLA_IPTUN_ENCAP_DPORT, "IFLA_IPTUN_ENCAP_DPORT")
    }
}
extension AttributeKey where Scope == IPTunnelScope, Value == PresenceFlag {
    fileprivate static var external: Self { Self(IFLA_IPTUN_COLLECT_METADATA, "IFLA_IPTUN_COLLECT_METADATA") }
}
extension AttributeKey where Scope == IPTunnelScope, Value == UInt32 {
    fileprivate static var firewallMark: Self { Self(IFLA_IPTUN_FWMARK, "IFLA_IPTUN_FWMARK") }
}
