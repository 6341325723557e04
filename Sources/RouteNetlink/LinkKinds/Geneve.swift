// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// The options of a `geneve`, `IFLA_INFO_DATA` with `IFLA_GENEVE_…`. Sources: linux/if_link.h, RFC 8926.
///
/// Of what is made, only `timeToLive`, `typeOfService`, `flowLabel`, `dontFragment` and `remote` can be changed.
public struct GeneveOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "geneve"

    /// `IFLA_GENEVE_ID`: the number of the virtual network, 24 bits.
    public var identifier: UInt32?
    /// `IFLA_GENEVE_REMOTE` or `IFLA_GENEVE_REMOTE6`: the other end.
    public var remote: IPAddress?
    /// `IFLA_GENEVE_TTL`: the lifetime of packets; 0 for the system's.
    public var timeToLive: UInt8?
    /// `IFLA_GENEVE_TTL_INHERIT`: the lifetime is that of the packet inside.
    public var inheritsTimeToLive: Bool?
    /// `IFLA_GENEVE_TOS`: the type of service; 1 takes that of the packet inside.
    public var typeOfService: UInt8?
    /// `IFLA_GENEVE_DF`: whether packets say that they must not be fragmented; over IPv4.
    public var dontFragment: DontFragment?
    /// `IFLA_GENEVE_LABEL`: the flow label over IPv6, 20 bits.
    public var flowLabel: UInt32?
    /// `IFLA_GENEVE_PORT`: UDP's destination; 6081 unless said otherwise.
    public var destinationPort: UInt16?
    /// `IFLA_GENEVE_PORT_RANGE`: UDP's sources, chosen for each flow; since 6.15.
    public var sourcePorts: ClosedRange<UInt16>?
    /// `IFLA_GENEVE_COLLECT_METADATA`: each packet brings its own number and addresses.
    public var isExternal = false
    /// `IFLA_GENEVE_UDP_CSUM`: UDP over IPv4 has a checksum.
    public var checksum: Bool?
    /// `IFLA_GENEVE_UDP_ZERO_CSUM6_TX`: UDP over IPv6 is sent without a checksum.
    public var sendsZeroChecksum6: Bool?
    /// `IFLA_GENEVE_UDP_ZERO_CSUM6_RX`: UDP over IPv6 is taken without a checksum.
    public var acceptsZeroChecksum6: Bool?
    /// `IFLA_GENEVE_INNER_PROTO_INHERIT`: packets other than Ethernet frames are carried as what they are.
    public var inheritsInnerProtocol = false

    /// `IFLA_GENEVE_DF`
    public struct DontFragment: RawRepresentable, AttributeValue, Hashable, Sendable {
        /// The kernel's number.
        public var rawValue: UInt8
        /// Takes the kernel's number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// They may be fragmented.
        public static let unset = DontFragment(rawValue: 0)
        /// They must not be.
        public static let set = DontFragment(rawValue: 1)
        /// As the packet inside says.
        public static let inherit = DontFragment(rawValue: 2)
    }

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<GeneveScope>(payload)
        identifier = try attributes.value(.identifier)
        remote = try attributes.value(.remote)
        if remote == nil { remote = try attributes.value(.remote6) }
        timeToLive = try attributes.value(.timeToLive)
        inheritsTimeToLive = try attributes.value(.inheritsTimeToLive)
        typeOfService = try attributes.value(.typeOfService)
        dontFragment = try attributes.value(.dontFragment)
        flowLabel = try attributes.value(.flowLabel)?.value
        destinationPort = try attributes.value(.destinationPort)?.value
        sourcePorts = try attributes.value(.sourcePorts)?.range
        isExternal = attributes.contains(.external)
        checksum = try attributes.value(.checksum)
        sendsZeroChecksum6 = try attributes.value(.sendsZeroChecksum6)
        acceptsZeroChecksum6 = try attributes.value(.acceptsZeroChecksum6)
        inheritsInnerProtocol = attributes.contains(.inheritsInnerProtocol)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != GeneveOptions() else { return }
        info.nest(.geneve) { data in
            data.put(.identifier, ifPresent: identifier)
            if let remote { data.put(remote.family == .ipv4 ? .remote : .remote6, remote) }
            data.put(.timeToLive, ifPresent: timeToLive)
            data.put(.inheritsTimeToLive, ifPresent: inheritsTimeToLive)
            data.put(.typeOfService, ifPresent: typeOfService)
            data.put(.dontFragment, ifPresent: dontFragment)
            data.put(.flowLabel, ifPresent: flowLabel.map(NetworkOrder.init))
            data.put(.destinationPort, ifPresent: destinationPort.map(NetworkOrder.init))
            data.put(.sourcePorts, ifPresent: sourcePorts.map(PortRange.init))
            if isExternal { data.put(.external, PresenceFlag()) }
            data.put(.checksum, ifPresent: checksum)
            data.put(.sendsZeroChecksum6, ifPresent: sendsZeroChecksum6)
            data.put(.acceptsZeroChecksum6, ifPresent: acceptsZeroChecksum6)
            if inheritsInnerProtocol { data.put(.inheritsInnerProtocol, PresenceFlag()) }
        }
    }
}

/// `struct ifla_geneve_port_range`: both ends in network order.
private struct PortRange: AttributeValue {
    let range: ClosedRange<UInt16>
    init(_ range: ClosedRange<UInt16>) { self.range = range }

    init?(attributePayload payload: RawSpan) {
        guard let low: UInt16 = payload.integer(at: 0), let high: UInt16 = payload.integer(at: 2),
            UInt16(bigEndian: low) <= UInt16(bigEndian: high)
        else { return nil }
        range = UInt16(bigEndian: low)...UInt16(bigEndian: high)
    }
    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withWireBytes(of: (range.lowerBound.bigEndian, range.upperBound.bigEndian)) { body($0) }
    }
}

/// Attributes inside `IFLA_INFO_DATA` of a geneve: `IFLA_GENEVE_…` of linux/if_link.h.
private enum GeneveScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<GeneveScope> {
    fileprivate static var geneve: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == GeneveScope, Value == UInt32 {
    fileprivate static var identifier: Self { Self(IFLA_GENEVE_ID, "IFLA_GENEVE_ID") }
}
extension AttributeKey where Scope == GeneveScope, Value == IPAddress {
    fileprivate static var remote: Self { Self(IFLA_GENEVE_REMOTE, "IFLA_GENEVE_REMOTE") }
    fileprivate static var remote6: Self { Self(IFLA_GENEVE_REMOTE6, "IFLA_GENEVE_REMOTE6") }
}
extension AttributeKey where Scope == GeneveScope, Value == UInt8 {
    fileprivate static var timeToLive: Self { Self(IFLA_GENEVE_TTL, "IFLA_GENEVE_TTL") }
    fileprivate static var typeOfService: Self { Self(IFLA_GENEVE_TOS, "IFLA_GENEVE_TOS") }
}
extension AttributeKey where Scope == GeneveScope, Value == GeneveOptions.DontFragment {
    fileprivate static var dontFragment: Self { Self(IFLA_GENEVE_DF, "IFLA_GENEVE_DF") }
}
extension AttributeKey where Scope == GeneveScope, Value == NetworkOrder<UInt32> {
    fileprivate static var flowLabel: Self { Self(IFLA_GENEVE_LABEL, "IFLA_GENEVE_LABEL") }
}
extension AttributeKey where Scope == GeneveScope, Value == NetworkOrder<UInt16> {
    fileprivate static var destinationPort: Self { Self(IFLA_GENEVE_PORT, "IFLA_GENEVE_PORT") }
}
extension AttributeKey where Scope == GeneveScope, Value == PortRange {
    // Linux 6.15, a pair in network order. Source: include/uapi/linux/if_link.h of Linux 6.18.
    fileprivate static var sourcePorts: Self { Self(15, "IFLA_GENEVE_PORT_RANGE") }
}
extension AttributeKey where Scope == GeneveScope, Value == Bool {
    fileprivate static var inheritsTimeToLive: Self { Self(IFLA_GENEVE_TTL_INHERIT, "IFLA_GENEVE_TTL_INHERIT") }
    fileprivate static var checksum: Self { Self(IFLA_GENEVE_UDP_CSUM, "IFLA_GENEVE_UDP_CSUM") }
    fileprivate static var sendsZeroChecksum6: Self {
        Self(IFLA_GENEVE_UDP_ZERO_CSUM6_TX, "IFLA_GENEVE_UDP_ZERO_CSUM6_TX")
    }
    fileprivate static var acceptsZeroChecksum6: Self {
        Self(IFLA_GENEVE_UDP_ZERO_CSUM6_RX, "IFLA_GENEVE_UDP_ZERO_CSUM6_RX")
    }
}
extension AttributeKey where Scope == GeneveScope, Value == PresenceFlag {
    fileprivate static var external: Self { Self(IFLA_GENEVE_COLLECT_METADATA, "IFLA_GENEVE_COLLECT_METADATA") }
    fileprivate static var inheritsInnerProtocol: Self {
        Self(IFLA_GENEVE_INNER_PROTO_INHERIT, "IFLA_GENEVE_INNER_PROTO_INHERIT")
    }
}
