// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
internal import Netlink

/// What a lightweight tunnel puts around the packets of a route. Sources: linux/lwtunnel.h, linux/mpls_iptunnel.h,
/// linux/seg6_iptunnel.h, linux/seg6_local.h, ip-route(8).
public enum RouteTunnel: Hashable, Sendable {
    /// `LWTUNNEL_ENCAP_MPLS`
    case mpls(MPLSTunnel)
    /// `LWTUNNEL_ENCAP_IP` and `LWTUNNEL_ENCAP_IP6`, for a device that takes its tunnel from the route.
    case ip(IPRouteTunnel)
    /// `LWTUNNEL_ENCAP_SEG6_LOCAL`
    case segmentEndpoint(SegmentEndpoint)
    /// `LWTUNNEL_ENCAP_SEG6`
    case segmentRouting(SegmentRouting)

    /// Reads a tunnel; nil for a kind that this package does not know or an encapsulation that is not of its form.
    public init?(_ encapsulation: RouteEncapsulation) {
        let bytes = encapsulation.attributes
        switch encapsulation.type {
        case UInt16(LWTUNNEL_ENCAP_MPLS.rawValue):
            guard let tunnel = try? MPLSTunnel(decoding: bytes.span.bytes) else { return nil }
            self = .mpls(tunnel)
        case UInt16(LWTUNNEL_ENCAP_IP.rawValue), UInt16(LWTUNNEL_ENCAP_IP6.rawValue):
            let family: AddressFamily =
                encapsulation.type == UInt16(LWTUNNEL_ENCAP_IP.rawValue) ? .ipv4 : .ipv6
            guard let tunnel = try? IPRouteTunnel(decoding: bytes.span.bytes, family) else { return nil }
            self = .ip(tunnel)
        case UInt16(LWTUNNEL_ENCAP_SEG6.rawValue):
            guard let tunnel = try? SegmentRouting(decoding: bytes.span.bytes) else { return nil }
            self = .segmentRouting(tunnel)
        case UInt16(LWTUNNEL_ENCAP_SEG6_LOCAL.rawValue):
            guard let endpoint = try? SegmentEndpoint(decoding: bytes.span.bytes) else { return nil }
            self = .segmentEndpoint(endpoint)
        default: return nil
        }
    }

    /// The tunnel as a route has it.
    public var encapsulation: RouteEncapsulation {
        switch self {
        case .mpls(let tunnel):
            RouteEncapsulation(type: UInt16(LWTUNNEL_ENCAP_MPLS.rawValue), attributes: tunnel.attributes)
        case .ip(let tunnel):
            RouteEncapsulation(
                type: UInt16((tunnel.family == .ipv4 ? LWTUNNEL_ENCAP_IP : LWTUNNEL_ENCAP_IP6).rawValue),
                attributes: tunnel.attributes)
        case .segmentEndpoint(let endpoint):
            RouteEncapsulation(type: UInt16(LWTUNNEL_ENCAP_SEG6_LOCAL.rawValue), attributes: endpoint.attributes)
        case .segmentRouting(let tunnel):
            RouteEncapsulation(type: UInt16(LWTUNNEL_ENCAP_SEG6.rawValue), attributes: tunnel.attributes)
        }
    }
}

/// Labels in front of packets: `LWTUNNEL_ENCAP_MPLS`.
public struct MPLSTunnel: Hashable, Sendable {
    /// The labels, 0…1048575, the outermost first.
    public var labels: [UInt32]
    /// Their time to live; nil takes that of the packet, or the system's.
    public var ttl: UInt8?

    /// A stack of labels.
    public init(labels: [UInt32], ttl: UInt8? = nil) {
        self.labels = labels
        self.ttl = ttl
    }

    fileprivate init(decoding bytes: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<MPLSTunnelScope>(bytes)
        guard let stack = try attributes.value(.stack) else { throw MalformedReply("MPLS_IPTUNNEL_DST is missing") }
        labels = stack.labels
        ttl = try attributes.value(.ttl)
    }

    fileprivate var attributes: [UInt8] {
        attribute(UInt16(MPLS_IPTUNNEL_DST), LabelStack(labels).bytes)
            + (ttl.map { attribute(UInt16(MPLS_IPTUNNEL_TTL), [$0]) } ?? [])
    }
}

/// What a tunnel device that is told by routes sends a route's packets with.
public struct IPRouteTunnel: Hashable, Sendable {
    /// The family of the tunnel's own packets.
    public var family: AddressFamily
    /// The tunnel's id: the key of GRE, the network identifier of VXLAN.
    public var id: UInt64?
    /// Where the tunnel ends.
    public var destination: IPAddress?
    /// Where it begins; the kernel's choice without.
    public var source: IPAddress?
    /// The hop limit; 0 is the kernel's choice.
    public var hopLimit: UInt8?
    /// The type of service, or the traffic class.
    public var trafficClass: UInt8?
    /// `TUNNEL_…`
    public var flags: Flags = []

    /// `TUNNEL_…` of linux/if_tunnel.h, in the machine's order.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The kernel's bits.
        public let rawValue: UInt16
        /// Takes the kernel's bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// `TUNNEL_CSUM`: packets have a checksum.
        public static let checksum = Flags(rawValue: 0x01)
        /// `TUNNEL_KEY`: packets have the id.
        public static let key = Flags(rawValue: 0x04)
        /// `TUNNEL_SEQ`: packets are numbered.
        public static let sequence = Flags(rawValue: 0x08)
    }

    /// A tunnel of a family.
    public init(_ family: AddressFamily) { self.family = family }

    fileprivate init(decoding bytes: RawSpan, _ family: AddressFamily) throws(MalformedReply) {
        self.init(family)
        let attributes = try Attributes<IPRouteTunnelScope>(bytes)
        id = try attributes.value(.id)?.value
        destination = try attributes.address(.destination, family)
        source = try attributes.address(.source, family)
        hopLimit = try attributes.value(.hopLimit)
        trafficClass = try attributes.value(.trafficClass)
        flags = Flags(rawValue: try attributes.value(.flags)?.value ?? 0)
    }

    // The numbers of both families are the same: `LWTUNNEL_IP_…`, `LWTUNNEL_IP6_…`.
    fileprivate var attributes: [UInt8] {
        var bytes: [UInt8] = []
        if let id {
            bytes += withWireBytes(of: id.bigEndian) {
                attribute(UInt16(LWTUNNEL_IP_ID.rawValue), Array($0))
            }
        }
        if let source { bytes += attribute(UInt16(LWTUNNEL_IP_SRC.rawValue), source.bytes) }
        if let destination { bytes += attribute(UInt16(LWTUNNEL_IP_DST.rawValue), destination.bytes) }
        if let trafficClass { bytes += attribute(UInt16(LWTUNNEL_IP_TOS.rawValue), [trafficClass]) }
        if let hopLimit { bytes += attribute(UInt16(LWTUNNEL_IP_TTL.rawValue), [hopLimit]) }
        if !flags.isEmpty {
            bytes += withWireBytes(of: flags.rawValue.bigEndian) {
                attribute(UInt16(LWTUNNEL_IP_FLAGS.rawValue), Array($0))
            }
        }
        return bytes
    }
}

/// One attribute with its head and its padding, for what is inside `RTA_ENCAP`.
func attribute(_ number: UInt16, _ payload: [UInt8]) -> [UInt8] {
    let head = withWireBytes(of: UInt16(truncatingIfNeeded: payload.count + 4)) { Array($0) }
    let type = withWireBytes(of: number) { Array($0) }
    return head + type + payload + [UInt8](repeating: 0, count: -payload.count & 3)
}

// MARK: Keys

enum MPLSTunnelScope {}
enum IPRouteTunnelScope {}

extension AttributeKey where Scope == MPLSTunnelScope, Value == LabelStack {
    static var stack: Self { Self(MPLS_IPTUNNEL_DST, "MPLS_IPTUNNEL_DST") }
}
extension AttributeKey where Scope == MPLSTunnelScope, Value == UInt8 {
    static var ttl: Self { Self(MPLS_IPTUNNEL_TTL, "MPLS_IPTUNNEL_TTL") }
}
extension AttributeKey where Scope == IPRouteTunnelScope, Value == NetworkOrder<UInt64> {
    static var id: Self { Self(LWTUNNEL_IP_ID.rawValue, "LWTUNNEL_IP_ID") }
}
extension AttributeKey where Scope == IPRouteTunnelScope, Value == IPAddress {
    static var destination: Self { Self(LWTUNNEL_IP_DST.rawValue, "LWTUNNEL_IP_DST") }
    static var source: Self { Self(LWTUNNEL_IP_SRC.rawValue, "LWTUNNEL_IP_SRC") }
}
extension AttributeKey where Scope == IPRouteTunnelScope, Value == UInt8 {
    static var hopLimit: Self { Self(LWTUNNEL_IP_TTL.rawValue, "LWTUNNEL_IP_TTL") }
    static var trafficClass: Self { Self(LWTUNNEL_IP_TOS.rawValue, "LWTUNNEL_IP_TOS") }
}
extension AttributeKey where Scope == IPRouteTunnelScope, Value == NetworkOrder<UInt16> {
    static var flags: Self { Self(LWTUNNEL_IP_FLAGS.rawValue, "LWTUNNEL_IP_FLAGS") }
}
