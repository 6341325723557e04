// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
internal import Netlink

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

    init(decoding bytes: RawSpan) throws(MalformedReply) {
        // `struct seg6_iptunnel_encap`: the mode, then `struct ipv6_sr_hdr`.
        guard let value = try Attributes<SegmentRoutingScope>(bytes).value(.header) else {
            throw MalformedReply("SEG6_IPTUNNEL_SRH is missing")
        }
        let span = value.span.bytes
        guard let mode: UInt32 = span.integer(at: 0),
            let header = SegmentRoutingHeader(attributePayload: span.extracting(droppingFirst: 4))
        else { throw MalformedReply("SEG6_IPTUNNEL_SRH has an unexpected form") }
        self.init(Mode(rawValue: mode), segments: header.segments, hmacKeyID: header.hmacKeyID)
    }

    var attributes: [UInt8] {
        let mode = withWireBytes(of: mode.rawValue) { Array($0) }
        return attribute(
            UInt16(SEG6_IPTUNNEL_SRH), mode + SegmentRoutingHeader(segments: segments, hmacKeyID: hmacKeyID).bytes)
    }
}

/// `struct ipv6_sr_hdr` of eight bytes and its segments, last first, with a signature if there is one.
struct SegmentRoutingHeader: AttributeValue {
    var segments: [IPAddress]
    var hmacKeyID: UInt32?

    init(segments: [IPAddress], hmacKeyID: UInt32?) {
        self.segments = segments
        self.hmacKeyID = hmacKeyID
    }

    /// The size of a signature's TLV: type, length, two reserved bytes, the key's id and 32 bytes.
    private static var hmacSize: Int { 40 }
    private static var hasHMAC: UInt8 { 1 << 3 }

    init?(attributePayload payload: RawSpan) {
        let bytes = payload.bytes
        guard bytes.count >= 8 else { return nil }
        let count = Int(bytes[4]) + 1
        guard bytes.count >= 8 + 16 * count else { return nil }
        segments = (0..<count).reversed().compactMap { position in
            let start = 8 + 16 * position
            return IPAddress(bytes: bytes[start..<start + 16])
        }
        if bytes[5] & Self.hasHMAC != 0, let id: UInt32 = payload.integer(at: 8 + 16 * count + 4) {
            hmacKeyID = UInt32(bigEndian: id)
        }
    }

    var bytes: [UInt8] {
        let length = segments.count * 2 + (hmacKeyID == nil ? 0 : Self.hmacSize / 8)
        let last = UInt8(clamping: segments.count - 1)
        // No next header yet, the length in units of eight bytes, the type, what is left, the last one's number.
        var bytes = [0, UInt8(clamping: length), 4, last, last, hmacKeyID == nil ? 0 : Self.hasHMAC, 0, 0]
        for segment in segments.reversed() { bytes += segment.bytes }
        if let hmacKeyID {
            bytes += [5, UInt8(Self.hmacSize - 2), 0, 0]
            withWireBytes(of: hmacKeyID.bigEndian) { bytes += $0 }
            bytes += [UInt8](repeating: 0, count: 32)
        }
        return bytes
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) { bytes.withUnsafeBytes(body) }
}

// MARK: Keys

enum SegmentRoutingScope {}

extension AttributeKey where Scope == SegmentRoutingScope, Value == [UInt8] {
    static var header: Self { Self(SEG6_IPTUNNEL_SRH, "SEG6_IPTUNNEL_SRH") }
}
