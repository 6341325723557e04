// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
internal import Netlink

/// What a lightweight tunnel puts around the packets of a route. Sources: linux/lwtunnel.h, linux/mpls_iptunnel.h,
/// linux/seg6_iptunnel.h, ip-route(8).
public enum RouteTunnel: Hashable, Sendable {
    /// `LWTUNNEL_ENCAP_MPLS`
    case mpls(MPLSTunnel)
    /// `LWTUNNEL_ENCAP_IP` and `LWTUNNEL_ENCAP_IP6`, for a device that takes its tunnel from the route.
    case ip(IPRouteTunnel)
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
        guard let stack = try attributes.value(.stack), stack.count % 4 == 0, !stack.isEmpty else {
            throw MalformedReply("MPLS_IPTUNNEL_DST has an unexpected form")
        }
        let span = stack.span.bytes
        labels = []
        for offset in stride(from: 0, to: stack.count, by: 4) {
            if let entry: UInt32 = span.integer(at: offset) {
                labels.append(UInt32(bigEndian: entry) >> 12)
            }
        }
        ttl = try attributes.value(.ttl)
    }

    fileprivate var attributes: [UInt8] {
        var stack: [UInt8] = []
        for (position, label) in labels.enumerated() {
            // The bottom of the stack is marked.
            let entry = label << 12 | (position == labels.count - 1 ? 1 << 8 : 0)
            withUnsafeBytes(of: entry.bigEndian) { stack += $0 }
        }
        return attribute(UInt16(MPLS_IPTUNNEL_DST), stack)
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
            bytes += withUnsafeBytes(of: id.bigEndian) {
                attribute(UInt16(LWTUNNEL_IP_ID.rawValue), Array($0))
            }
        }
        if let source { bytes += attribute(UInt16(LWTUNNEL_IP_SRC.rawValue), source.bytes) }
        if let destination { bytes += attribute(UInt16(LWTUNNEL_IP_DST.rawValue), destination.bytes) }
        if let trafficClass { bytes += attribute(UInt16(LWTUNNEL_IP_TOS.rawValue), [trafficClass]) }
        if let hopLimit { bytes += attribute(UInt16(LWTUNNEL_IP_TTL.rawValue), [hopLimit]) }
        if !flags.isEmpty {
            bytes += withUnsafeBytes(of: flags.rawValue.bigEndian) {
                attribute(UInt16(LWTUNNEL_IP_FLAGS.rawValue), Array($0))
            }
        }
        return bytes
    }
}

/// A path through IPv6 routers: `LWTUNNEL_ENCAP_SEG6`, RFC 8754.
public struct SegmentRouting: Hashable, Sendable {
    /// How the path is put into packets.
    public var mode: Mode
    /// The routers of the path in its order. For `inline` the last is the packet's own destination, `::` here.
    public var segments: [IPAddress]
    /// The id of the key by which the path is signed.
    public var hmacKeyID: UInt32?

    /// `SEG6_IPTUN_MODE_…`
    public struct Mode: RawRepresentable, Hashable, Sendable {
        /// The kernel's number.
        public var rawValue: UInt32
        /// Takes the kernel's number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `SEG6_IPTUN_MODE_INLINE`: into the packet itself.
        public static let inline = Mode(rawValue: 0)
        /// `SEG6_IPTUN_MODE_ENCAP`: into a packet around it.
        public static let encapsulated = Mode(rawValue: 1)
        /// `SEG6_IPTUN_MODE_L2ENCAP`: into a packet around its frame.
        public static let frame = Mode(rawValue: 2)

        /// The modes by the words of ip(8).
        public static let named: [(name: String, value: Mode)] = [
            ("inline", .inline), ("encap", .encapsulated), ("l2encap", .frame),
            ("encap.red", Mode(rawValue: 3)),
            ("l2encap.red", Mode(rawValue: 4)),
        ]
    }

    /// A path; `inline` needs `::` at its end.
    public init(_ mode: Mode, segments: [IPAddress], hmacKeyID: UInt32? = nil) {
        self.mode = mode
        self.segments = segments
        self.hmacKeyID = hmacKeyID
    }

    /// The size of a signature's TLV: type, length, two reserved bytes, the key's id and 32 bytes.
    private static var hmacSize: Int { 40 }

    fileprivate init(decoding bytes: RawSpan) throws(MalformedReply) {
        // `struct seg6_iptunnel_encap`: the mode, then `struct ipv6_sr_hdr` of eight bytes and its segments, last first.
        guard let value = try Attributes<SegmentRoutingScope>(bytes).value(.header), value.count >= 12
        else {
            throw MalformedReply("SEG6_IPTUNNEL_SRH has an unexpected form")
        }
        let header = value.span.bytes
        let count = Int(value[8]) + 1
        guard let mode: UInt32 = header.integer(at: 0), value.count >= 12 + 16 * count else {
            throw MalformedReply("SEG6_IPTUNNEL_SRH has an unexpected form")
        }
        var segments: [IPAddress] = []
        for position in (0..<count).reversed() {
            let start = 12 + 16 * position
            if let address = IPAddress(bytes: value[start..<start + 16]) { segments.append(address) }
        }
        self.init(Mode(rawValue: mode), segments: segments)
        let hmac = 12 + 16 * count
        if value[9] & Self.hasHMAC != 0, let id: UInt32 = header.integer(at: hmac + 4) {
            hmacKeyID = UInt32(bigEndian: id)
        }
    }

    private static var hasHMAC: UInt8 { 1 << 3 }

    fileprivate var attributes: [UInt8] {
        var bytes = withUnsafeBytes(of: mode.rawValue) { Array($0) }
        let length = segments.count * 2 + (hmacKeyID == nil ? 0 : Self.hmacSize / 8)
        let last = UInt8(clamping: segments.count - 1)
        // No next header yet, the length in units of eight bytes, the type, what is left, the last one's number.
        bytes += [0, UInt8(clamping: length), 4, last, last, hmacKeyID == nil ? 0 : Self.hasHMAC, 0, 0]
        for segment in segments.reversed() { bytes += segment.bytes }
        if let hmacKeyID {
            bytes += [5, UInt8(Self.hmacSize - 2), 0, 0]
            withUnsafeBytes(of: hmacKeyID.bigEndian) { bytes += $0 }
            bytes += [UInt8](repeating: 0, count: 32)
        }
        return attribute(UInt16(SEG6_IPTUNNEL_SRH), bytes)
    }
}

/// One attribute with its head and its padding.
private func attribute(_ number: UInt16, _ payload: [UInt8]) -> [UInt8] {
    let head = withUnsafeBytes(of: UInt16(truncatingIfNeeded: payload.count + 4)) { Array($0) }
    let type = withUnsafeBytes(of: number) { Array($0) }
    return head + type + payload + [UInt8](repeating: 0, count: -payload.count & 3)
}

// MARK: Keys

enum MPLSTunnelScope {}
enum IPRouteTunnelScope {}
enum SegmentRoutingScope {}

extension AttributeKey where Scope == MPLSTunnelScope, Value == [UInt8] {
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
extension AttributeKey where Scope == SegmentRoutingScope, Value == [UInt8] {
    static var header: Self { Self(SEG6_IPTUNNEL_SRH, "SEG6_IPTUNNEL_SRH") }
}
