// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import Netlink

/// One of several kinds of links that share their options: which it is, and what its addresses are.
public protocol TunnelVariant: Sendable {
    /// The kind as the kernel calls it.
    static var kind: String { get }
    /// The family of the packets that carry the tunnel's.
    static var family: AddressFamily { get }
}

/// What all tunnels between two addresses have.
public protocol TunnelEndpoints: LinkKindOptions {
    /// Which of the kinds it is.
    associatedtype Variant: TunnelVariant
    /// The index of the device through which packets leave; 0 for any.
    var lower: Int32? { get set }
    /// The addresses of the two ends; nil or zero for any.
    var local: IPAddress? { get set }
    /// See `local`.
    var remote: IPAddress? { get set }
    /// The mark that packets have when their route is looked up; 0 for none.
    var firewallMark: UInt32? { get set }
}

/// What tunnels have that write an IP header of their own: `IFLA_GRE_…` and `IFLA_IPTUN_…`.
public protocol IPTunnel: TunnelEndpoints {
    /// The lifetime of packets: 0 takes that of the packet inside.
    var timeToLive: UInt8? { get set }
    /// Over IPv4: the type of service; 1 takes that of the packet inside.
    var typeOfService: UInt8? { get set }
    /// Over IPv4: whether packets say that they must not be fragmented.
    var pathMTUDiscovery: Bool? { get set }
    /// Over IPv6: how often packets may be put into a tunnel again, RFC 2473.
    var encapsulationLimit: UInt8? { get set }
    /// Over IPv6: traffic class and flow label.
    var flowInformation: IPv6FlowInformation? { get set }
    /// Over IPv6: what comes from elsewhere.
    var flags: IP6TunnelFlags? { get set }
    /// UDP around everything.
    var encapsulation: TunnelEncapsulation { get set }
    /// Each packet brings its own addresses (`external`); all else is then left out of a request.
    var isExternal: Bool { get set }
}

/// UDP around a tunnel's packets, so that networks spread and pass them. Source: linux/if_tunnel.h, ip-fou(8).
public struct TunnelEncapsulation: Hashable, Sendable {
    /// `TUNNEL_ENCAP_…`: the header behind UDP.
    public struct Header: RawRepresentable, AttributeValue, Hashable, Sendable {
        /// The kernel's number.
        public var rawValue: UInt16
        /// Takes the kernel's number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// There is no UDP either.
        public static let none = Header(rawValue: 0)
        /// None: foo over UDP.
        public static let foo = Header(rawValue: 1)
        /// Generic UDP encapsulation.
        public static let generic = Header(rawValue: 2)
    }

    /// `TUNNEL_ENCAP_FLAG_…`
    public struct Flags: OptionSet, AttributeValue, Hashable, Sendable {
        /// The kernel's bits.
        public var rawValue: UInt16
        /// Takes the kernel's bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// UDP over IPv4 has a checksum.
        public static let checksum = Flags(rawValue: 1)
        /// UDP over IPv6 has a checksum.
        public static let checksum6 = Flags(rawValue: 2)
        /// The checksum inside is left to the receiver; of generic UDP encapsulation.
        public static let remoteChecksum = Flags(rawValue: 4)
    }

    /// What stands between UDP and the tunnel's header.
    public var header: Header?
    /// Which checksums are made.
    public var flags: Flags?
    /// UDP's ports; a source of 0 is chosen for each flow.
    public var sourcePort: UInt16?, destinationPort: UInt16?

    /// Of which nothing is said yet.
    public init() {}
}

/// `IP6_TNL_F_…` of linux/ip6_tunnel.h.
public struct IP6TunnelFlags: OptionSet, AttributeValue, Hashable, Sendable {
    /// The kernel's bits.
    public var rawValue: UInt32
    /// Takes the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// No limit of encapsulation is written.
    public static let noEncapsulationLimit = IP6TunnelFlags(rawValue: 0x1)
    /// The traffic class is that of the packet inside.
    public static let inheritsTrafficClass = IP6TunnelFlags(rawValue: 0x2)
    /// The flow label is that of the packet inside.
    public static let inheritsFlowLabel = IP6TunnelFlags(rawValue: 0x4)
    /// The DS field of what arrives is put into the packet inside.
    public static let copiesDSCP = IP6TunnelFlags(rawValue: 0x10)
    /// The mark is that of the packet inside.
    public static let inheritsFirewallMark = IP6TunnelFlags(rawValue: 0x20)
    /// The other end may be on this host.
    public static let allowsLocalRemote = IP6TunnelFlags(rawValue: 0x40)
}

/// The first 32 bits of an IPv6 header but for its version: 8 bits of traffic class, 20 of flow label. RFC 8200.
public struct IPv6FlowInformation: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The bits in the machine's order; they travel in network order.
    public var rawValue: UInt32
    /// Takes bits in the machine's order.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bits 20 to 27.
    public var trafficClass: UInt8 {
        get { UInt8(truncatingIfNeeded: rawValue >> 20) }
        set { rawValue = rawValue & 0xf00f_ffff | UInt32(newValue) << 20 }
    }
    /// Bits 0 to 19; higher ones of a new value are dropped.
    public var flowLabel: UInt32 {
        get { rawValue & 0xfffff }
        set { rawValue = rawValue & 0xfff0_0000 | newValue & 0xfffff }
    }

    /// Reads the payload; nil when it is too short.
    public init?(attributePayload payload: RawSpan) {
        guard let bits = NetworkOrder<UInt32>(attributePayload: payload) else { return nil }
        rawValue = bits.value
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        NetworkOrder(rawValue).withAttributePayload(body)
    }
}
