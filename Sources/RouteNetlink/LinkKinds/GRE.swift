// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// The kinds of generic routing encapsulation. Source: ip-link(8).
public enum GREVariants {
    /// IP packets and others over IPv4, RFC 2784.
    public enum GRE: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "gre" }
        /// The tunnel runs over IPv4.
        public static var family: AddressFamily { .ipv4 }
    }
    /// Ethernet frames over IPv4.
    public enum GRETap: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "gretap" }
        /// The tunnel runs over IPv4.
        public static var family: AddressFamily { .ipv4 }
    }
    /// Mirrored Ethernet frames over IPv4.
    public enum ERSPAN: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "erspan" }
        /// The tunnel runs over IPv4.
        public static var family: AddressFamily { .ipv4 }
    }
    /// IP packets and others over IPv6.
    public enum IP6GRE: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "ip6gre" }
        /// The tunnel runs over IPv6.
        public static var family: AddressFamily { .ipv6 }
    }
    /// Ethernet frames over IPv6.
    public enum IP6GRETap: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "ip6gretap" }
        /// The tunnel runs over IPv6.
        public static var family: AddressFamily { .ipv6 }
    }
    /// Mirrored Ethernet frames over IPv6.
    public enum IP6ERSPAN: TunnelVariant {
        /// The kernel's name of the kind.
        public static var kind: String { "ip6erspan" }
        /// The tunnel runs over IPv6.
        public static var family: AddressFamily { .ipv6 }
    }
}

/// The options of a `gre`.
public typealias GREOptions = GRETunnelOptions<GREVariants.GRE>
/// The options of a `gretap`.
public typealias GRETapOptions = GRETunnelOptions<GREVariants.GRETap>
/// The options of an `erspan`.
public typealias ERSPANOptions = GRETunnelOptions<GREVariants.ERSPAN>
/// The options of an `ip6gre`.
public typealias IP6GREOptions = GRETunnelOptions<GREVariants.IP6GRE>
/// The options of an `ip6gretap`.
public typealias IP6GRETapOptions = GRETunnelOptions<GREVariants.IP6GRETap>
/// The options of an `ip6erspan`.
public typealias IP6ERSPANOptions = GRETunnelOptions<GREVariants.IP6ERSPAN>

/// What a packet's GRE header has beside the protocol, RFC 2890.
public struct GREFlags: OptionSet, AttributeValue, Hashable, Sendable {
    /// The bits in the machine's order; they travel in network order.
    public var rawValue: UInt16
    /// Takes bits in the machine's order.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `GRE_CSUM`
    public static let checksum = GREFlags(rawValue: 0x8000)
    /// `GRE_KEY`
    public static let key = GREFlags(rawValue: 0x2000)
    /// `GRE_SEQ`
    public static let sequence = GREFlags(rawValue: 0x1000)

    /// Reads the payload; nil when it is too short.
    public init?(attributePayload payload: RawSpan) {
        guard let bits = NetworkOrder<UInt16>(attributePayload: payload) else { return nil }
        rawValue = bits.value
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        NetworkOrder(rawValue).withAttributePayload(body)
    }
}

/// The options of a GRE tunnel, `IFLA_INFO_DATA` with `IFLA_GRE_…`. Sources: linux/if_tunnel.h, ip-link(8).
///
/// The kernel takes a change as the whole: what is nil becomes zero. Begin with what the link shows.
public struct GRETunnelOptions<Variant: TunnelVariant>: IPTunnel, Equatable {
    /// The kernel's name of the kind.
    public static var kind: String { Variant.kind }

    /// `IFLA_GRE_LINK`
    public var lower: Int32?
    /// `IFLA_GRE_LOCAL`, `IFLA_GRE_REMOTE`
    public var local: IPAddress?, remote: IPAddress?
    /// `IFLA_GRE_IFLAGS`, `IFLA_GRE_OFLAGS`: what packets must have that arrive, and what those have that leave.
    public var inputFlags: GREFlags?, outputFlags: GREFlags?
    /// `IFLA_GRE_IKEY`, `IFLA_GRE_OKEY`: they count where the flags say so.
    public var inputKey: UInt32?, outputKey: UInt32?
    /// `IFLA_GRE_TTL`
    public var timeToLive: UInt8?
    /// `IFLA_GRE_TOS`
    public var typeOfService: UInt8?
    /// `IFLA_GRE_PMTUDISC`
    public var pathMTUDiscovery: Bool?
    /// `IFLA_GRE_IGNORE_DF`: packets inside are fragmented even if they say that they must not be.
    public var ignoresDontFragment: Bool?
    /// `IFLA_GRE_ENCAP_LIMIT`
    public var encapsulationLimit: UInt8?
    /// `IFLA_GRE_FLOWINFO`
    public var flowInformation: IPv6FlowInformation?
    /// `IFLA_GRE_FLAGS`
    public var flags: IP6TunnelFlags?
    /// `IFLA_GRE_ENCAP_…`
    public var encapsulation = TunnelEncapsulation()
    /// `IFLA_GRE_COLLECT_METADATA`
    public var isExternal = false
    /// `IFLA_GRE_FWMARK`
    public var firewallMark: UInt32?
    /// `IFLA_GRE_ERSPAN_VER`: 0 to 2.
    public var erspanVersion: UInt8?
    /// `IFLA_GRE_ERSPAN_INDEX`: of version 1, the number of the mirrored port, 20 bits.
    public var erspanIndex: UInt32?
    /// `IFLA_GRE_ERSPAN_DIR`: of version 2, what is mirrored.
    public var erspanDirection: ERSPANDirection?
    /// `IFLA_GRE_ERSPAN_HWID`: of version 2, 6 bits.
    public var erspanHardwareID: UInt16?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<GREScope>(payload)
        lower = try attributes.value(.lower)
        local = try attributes.value(.local)
        remote = try attributes.value(.remote)
        inputFlags = try attributes.value(.inputFlags)
        outputFlags = try attributes.value(.outputFlags)
        inputKey = try attributes.value(.inputKey)?.value
        outputKey = try attributes.value(.outputKey)?.value
        timeToLive = try attributes.value(.timeToLive)
        typeOfService = try attributes.value(.typeOfService)
        pathMTUDiscovery = try attributes.value(.pathMTUDiscovery)
        ignoresDontFragment = try attributes.value(.ignoresDontFragment)
        encapsulationLimit = try attributes.value(.encapsulationLimit)
        flowInformation = try attributes.value(.flowInformation)
        flags = try attributes.value(.flags)
        encapsulation.header = try attributes.value(.encapsulationHeader)
        encapsulation.flags = try attributes.value(.encapsulationFlags)
        encapsulation.sourcePort = try attributes.value(.encapsulationSourcePort)?.value
        encapsulation.destinationPort = try attributes.value(.encapsulationDestinationPort)?.value
        isExternal = attributes.contains(.external)
        firewallMark = try attributes.value(.firewallMark)
        erspanVersion = try attributes.value(.erspanVersion)
        erspanIndex = try attributes.value(.erspanIndex)
        erspanDirection = try attributes.value(.erspanDirection)
        erspanHardwareID = try attributes.value(.erspanHardwareID)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != Self() else { return }
        info.nest(.gre) { data in
            guard !isExternal else { return data.put(.external, PresenceFlag()) }
            data.put(.lower, ifPresent: lower)
            data.put(.local, ifPresent: local)
            data.put(.remote, ifPresent: remote)
            data.put(.inputFlags, ifPresent: inputFlags)
            data.put(.outputFlags, ifPresent: outputFlags)
            data.put(.inputKey, ifPresent: inputKey.map(NetworkOrder.init))
            data.put(.outputKey, ifPresent: outputKey.map(NetworkOrder.init))
            data.put(.timeToLive, ifPresent: timeToLive)
            data.put(.typeOfService, ifPresent: typeOfService)
            data.put(.pathMTUDiscovery, ifPresent: pathMTUDiscovery)
            data.put(.ignoresDontFragment, ifPresent: ignoresDontFragment)
            data.put(.encapsulationLimit, ifPresent: encapsulationLimit)
            data.put(.flowInformation, ifPresent: flowInformation)
            data.put(.flags, ifPresent: flags)
            data.put(.encapsulationHeader, ifPresent: encapsulation.header)
            data.put(.encapsulationFlags, ifPresent: encapsulation.flags)
            data.put(.encapsulationSourcePort, ifPresent: encapsulation.sourcePort.map(NetworkOrder.init))
            data.put(.encapsulationDestinationPort, ifPresent: encapsulation.destinationPort.map(NetworkOrder.init))
            data.put(.firewallMark, ifPresent: firewallMark)
            data.put(.erspanVersion, ifPresent: erspanVersion)
            data.put(.erspanIndex, ifPresent: erspanIndex)
            data.put(.erspanDirection, ifPresent: erspanDirection)
            data.put(.erspanHardwareID, ifPresent: erspanHardwareID)
        }
    }
}

/// Which frames a mirror of ERSPAN version 2 carries, `IFLA_GRE_ERSPAN_DIR`.
public struct ERSPANDirection: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Those that the mirrored port received.
    public static let ingress = ERSPANDirection(rawValue: 0)
    /// Those that it sent.
    public static let egress = ERSPANDirection(rawValue: 1)
}

// MARK: Keys

/// Attributes inside `IFLA_INFO_DATA` of a GRE tunnel: `IFLA_GRE_…` of linux/if_tunnel.h.
private enum GREScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<GREScope> {
    fileprivate static var gre: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == GREScope, Value == Int32 {
    fileprivate static var lower: Self { Self(IFLA_GRE_LINK, "IFLA_GRE_LINK") }
}
extension AttributeKey where Scope == GREScope, Value == GREFlags {
    fileprivate static var inputFlags: Self { Self(IFLA_GRE_IFLAGS, "IFLA_GRE_IFLAGS") }
    fileprivate static var outputFlags: Self { Self(IFLA_GRE_OFLAGS, "IFLA_GRE_OFLAGS") }
}
extension AttributeKey where Scope == GREScope, Value == NetworkOrder<UInt32> {
    fileprivate static var inputKey: Self { Self(IFLA_GRE_IKEY, "IFLA_GRE_IKEY") }
    fileprivate static var outputKey: Self { Self(IFLA_GRE_OKEY, "IFLA_GRE_OKEY") }
}
extension AttributeKey where Scope == GREScope, Value == IPAddress {
    fileprivate static var local: Self { Self(IFLA_GRE_LOCAL, "IFLA_GRE_LOCAL") }
    fileprivate static var remote: Self { Self(IFLA_GRE_REMOTE, "IFLA_GRE_REMOTE") }
}
extension AttributeKey where Scope == GREScope, Value == UInt8 {
    fileprivate static var timeToLive: Self { Self(IFLA_GRE_TTL, "IFLA_GRE_TTL") }
    fileprivate static var typeOfService: Self { Self(IFLA_GRE_TOS, "IFLA_GRE_TOS") }
    fileprivate static var encapsulationLimit: Self { Self(IFLA_GRE_ENCAP_LIMIT, "IFLA_GRE_ENCAP_LIMIT") }
    fileprivate static var erspanVersion: Self { Self(IFLA_GRE_ERSPAN_VER, "IFLA_GRE_ERSPAN_VER") }
}
extension AttributeKey where Scope == GREScope, Value == Bool {
    fileprivate static var pathMTUDiscovery: Self { Self(IFLA_GRE_PMTUDISC, "IFLA_GRE_PMTUDISC") }
    fileprivate static var ignoresDontFragment: Self { Self(IFLA_GRE_IGNORE_DF, "IFLA_GRE_IGNORE_DF") }
}
extension AttributeKey where Scope == GREScope, Value == IPv6FlowInformation {
    fileprivate static var flowInformation: Self { Self(IFLA_GRE_FLOWINFO, "IFLA_GRE_FLOWINFO") }
}
extension AttributeKey where Scope == GREScope, Value == IP6TunnelFlags {
    fileprivate static var flags: Self { Self(IFLA_GRE_FLAGS, "IFLA_GRE_FLAGS") }
}
extension AttributeKey where Scope == GREScope, Value == TunnelEncapsulation.Header {
    fileprivate static var encapsulationHeader: Self { Self(IFLA_GRE_ENCAP_TYPE, "IFLA_GRE_ENCAP_TYPE") }
}
extension AttributeKey where Scope == GREScope, Value == TunnelEncapsulation.Flags {
    fileprivate static var encapsulationFlags: Self { Self(IFLA_GRE_ENCAP_FLAGS, "IFLA_GRE_ENCAP_FLAGS") }
}
extension AttributeKey where Scope == GREScope, Value == NetworkOrder<UInt16> {
    fileprivate static var encapsulationSourcePort: Self { Self(IFLA_GRE_ENCAP_SPORT, "IFLA_GRE_ENCAP_SPORT") }
    fileprivate static var encapsulationDestinationPort: Self { Self(IFLA_GRE_ENCAP_DPORT, "IFLA_GRE_ENCAP_DPORT") }
}
extension AttributeKey where Scope == GREScope, Value == PresenceFlag {
    fileprivate static var external: Self { Self(IFLA_GRE_COLLECT_METADATA, "IFLA_GRE_COLLECT_METADATA") }
}
extension AttributeKey where Scope == GREScope, Value == UInt32 {
    fileprivate static var firewallMark: Self { Self(IFLA_GRE_FWMARK, "IFLA_GRE_FWMARK") }
    fileprivate static var erspanIndex: Self { Self(IFLA_GRE_ERSPAN_INDEX, "IFLA_GRE_ERSPAN_INDEX") }
}
extension AttributeKey where Scope == GREScope, Value == ERSPANDirection {
    fileprivate static var erspanDirection: Self { Self(IFLA_GRE_ERSPAN_DIR, "IFLA_GRE_ERSPAN_DIR") }
}
extension AttributeKey where Scope == GREScope, Value == UInt16 {
    fileprivate static var erspanHardwareID: Self { Self(IFLA_GRE_ERSPAN_HWID, "IFLA_GRE_ERSPAN_HWID") }
}
