// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// Ethernet in UDP, RFC 7348: `IFLA_INFO_DATA` with `IFLA_VXLAN_…`. Sources: linux/if_link.h, ip-link(8).
///
/// Most options are fixed once the link is made. "Since" names the version of Linux; an older one ignores the option.
public struct VxlanOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "vxlan"

    /// `IFLA_VXLAN_ID`: the network's number, of 24 bits.
    public var identifier: UInt32?
    /// `IFLA_VXLAN_GROUP`, `…_GROUP6`: where frames go for which no entry of the FDB is; a group needs `link`.
    public var remote: IPAddress?
    /// `IFLA_VXLAN_LOCAL`, `…_LOCAL6`: the source address.
    public var local: IPAddress?
    /// `IFLA_VXLAN_LINK`: the index of the link to send by, in the namespace of the request.
    public var link: Int32?
    /// `IFLA_VXLAN_TTL`: 0 leaves it to the route.
    public var ttl: UInt8?
    /// `IFLA_VXLAN_TTL_INHERIT`: it is that of the packet inside.
    public var inheritsTTL: Bool?
    /// `IFLA_VXLAN_TOS`: 1 for that of the packet inside.
    public var tos: UInt8?
    /// `IFLA_VXLAN_DF`: whether IPv4 may fragment on the way.
    public var fragmentation: VxlanFragmentation?
    /// `IFLA_VXLAN_LABEL`: the flow label of IPv6, of 20 bits.
    public var flowLabel: UInt32?
    /// `IFLA_VXLAN_LABEL_POLICY`, since 6.8: whether it is that of the packet inside.
    public var flowLabelPolicy: VxlanFlowLabelPolicy?
    /// `IFLA_VXLAN_AGEING`: when a learned address is forgotten, in seconds; 0 for never.
    public var ageingTime: UInt32?
    /// `IFLA_VXLAN_LIMIT`: how many addresses the FDB has at most; 0 for any number.
    public var maximumAddresses: UInt32?
    /// `IFLA_VXLAN_PORT`: where packets are sent and received; 8472 unless said, where RFC 7348 has 4789.
    public var destinationPort: UInt16?
    /// `IFLA_VXLAN_PORT_RANGE`: from which they are sent; zeros leave it to the kernel.
    public var sourcePorts: VxlanPortRange?
    /// `IFLA_VXLAN_LEARNING`: addresses behind others are learned from their packets.
    public var learning: Bool?
    /// `IFLA_VXLAN_PROXY`: ARP and ND are answered here. `IFLA_VXLAN_RSC`: known routers are short-circuited.
    public var proxy: Bool?, routeShortCircuit: Bool?
    /// `IFLA_VXLAN_L2MISS`, `IFLA_VXLAN_L3MISS`: unknown hardware and IP addresses are reported by netlink.
    public var reportsLayer2Misses: Bool?, reportsLayer3Misses: Bool?
    /// `IFLA_VXLAN_UDP_CSUM`: checksums over IPv4.
    public var udpChecksum: Bool?
    /// `IFLA_VXLAN_UDP_ZERO_CSUM6_TX`, `…_RX`: no checksums over IPv6.
    public var sendsZeroChecksum6: Bool?, acceptsZeroChecksum6: Bool?
    /// `IFLA_VXLAN_REMCSUM_TX`, `…_RX`: remote checksum offload.
    public var sendsRemoteChecksum: Bool?, acceptsRemoteChecksum: Bool?
    /// `IFLA_VXLAN_GBP`: group policy. `IFLA_VXLAN_GPE`: any protocol inside, needs `external`. On creation only.
    public var groupPolicy = false, genericProtocol = false
    /// `IFLA_VXLAN_COLLECT_METADATA`: routes and programs tell id and addresses for each packet.
    public var external: Bool?
    /// `IFLA_VXLAN_VNIFILTER`, since 5.18: only listed networks are received; needs `external`.
    public var identifierFilter: Bool?
    /// `IFLA_VXLAN_LOCALBYPASS`, since 6.5: frames for a network on this host do not go out as packets.
    public var localBypass: Bool?
    /// `IFLA_VXLAN_RESERVED_BITS`, since 6.14: the bits of the header that may be set in packets received.
    public var reservedBits: UInt64?
    /// `IFLA_VXLAN_MC_ROUTE`, since 6.17: packets to a group pass multicast routing.
    public var multicastRouting: Bool?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<VxlanScope>(payload)
        identifier = try attributes.value(.identifier)
        if let address = try attributes.value(.remote4) { remote = address }
        if let address = try attributes.value(.remote6) { remote = address }
        if let address = try attributes.value(.local4) { local = address }
        if let address = try attributes.value(.local6) { local = address }
        link = try attributes.value(.link)
        ttl = try attributes.value(.ttl)
        inheritsTTL = try attributes.value(.ttlInherit)?.isSet
        tos = try attributes.value(.tos)
        fragmentation = try attributes.value(.fragmentation)
        flowLabel = try attributes.value(.flowLabel)?.value
        flowLabelPolicy = try attributes.value(.flowLabelPolicy)
        ageingTime = try attributes.value(.ageingTime)
        maximumAddresses = try attributes.value(.maximumAddresses)
        destinationPort = try attributes.value(.destinationPort)?.value
        sourcePorts = try attributes.value(.sourcePorts)
        reservedBits = try attributes.value(.reservedBits)?.value
        try decodeSwitches(attributes)
    }

    private mutating func decodeSwitches(_ attributes: borrowing Attributes<VxlanScope>) throws(MalformedReply) {
        learning = try attributes.value(.learning)
        proxy = try attributes.value(.proxy)
        routeShortCircuit = try attributes.value(.routeShortCircuit)
        reportsLayer2Misses = try attributes.value(.layer2Misses)
        reportsLayer3Misses = try attributes.value(.layer3Misses)
        udpChecksum = try attributes.value(.udpChecksum)
        sendsZeroChecksum6 = try attributes.value(.sendsZeroChecksum6)
        acceptsZeroChecksum6 = try attributes.value(.acceptsZeroChecksum6)
        sendsRemoteChecksum = try attributes.value(.sendsRemoteChecksum)
        acceptsRemoteChecksum = try attributes.value(.acceptsRemoteChecksum)
        groupPolicy = attributes.contains(.groupPolicy)
        genericProtocol = attributes.contains(.genericProtocol)
        external = try attributes.value(.external)
        identifierFilter = try attributes.value(.identifierFilter)
        localBypass = try attributes.value(.localBypass)
        multicastRouting = try attributes.value(.multicastRouting)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != VxlanOptions() else { return }
        info.nest(.vxlan) { data in
            data.put(.identifier, ifPresent: identifier)
            if let remote { data.put(remote.family == .ipv4 ? .remote4 : .remote6, remote) }
            if let local { data.put(local.family == .ipv4 ? .local4 : .local6, local) }
            data.put(.link, ifPresent: link)
            data.put(.ttl, ifPresent: ttl)
            if inheritsTTL == true { data.put(.ttlInherit, VxlanTTLInherit(isSet: true)) }
            data.put(.tos, ifPresent: tos)
            data.put(.fragmentation, ifPresent: fragmentation)
            data.put(.flowLabel, ifPresent: flowLabel.map { NetworkOrder($0) })
            data.put(.flowLabelPolicy, ifPresent: flowLabelPolicy)
            data.put(.ageingTime, ifPresent: ageingTime)
            data.put(.maximumAddresses, ifPresent: maximumAddresses)
            data.put(.destinationPort, ifPresent: destinationPort.map { NetworkOrder($0) })
            data.put(.sourcePorts, ifPresent: sourcePorts)
            data.put(.reservedBits, ifPresent: reservedBits.map { NetworkOrder($0) })
            encodeSwitches(into: data)
        }
    }

    private func encodeSwitches(into data: AttributeWriter<VxlanScope>) {
        data.put(.learning, ifPresent: learning)
        data.put(.proxy, ifPresent: proxy)
        data.put(.routeShortCircuit, ifPresent: routeShortCircuit)
        data.put(.layer2Misses, ifPresent: reportsLayer2Misses)
        data.put(.layer3Misses, ifPresent: reportsLayer3Misses)
        data.put(.udpChecksum, ifPresent: udpChecksum)
        data.put(.sendsZeroChecksum6, ifPresent: sendsZeroChecksum6)
        data.put(.acceptsZeroChecksum6, ifPresent: acceptsZeroChecksum6)
        data.put(.sendsRemoteChecksum, ifPresent: sendsRemoteChecksum)
        data.put(.acceptsRemoteChecksum, ifPresent: acceptsRemoteChecksum)
        if groupPolicy { data.put(.groupPolicy, PresenceFlag()) }
        if genericProtocol { data.put(.genericProtocol, PresenceFlag()) }
        data.put(.external, ifPresent: external)
        data.put(.identifierFilter, ifPresent: identifierFilter)
        data.put(.localBypass, ifPresent: localBypass)
        data.put(.multicastRouting, ifPresent: multicastRouting)
    }
}

/// Whether packets of a vxlan carry DF: `VXLAN_DF_…` of linux/if_link.h.
public struct VxlanFragmentation: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// They may be fragmented.
    public static let unset = VxlanFragmentation(rawValue: 0)
    /// They may not.
    public static let set = VxlanFragmentation(rawValue: 1)
    /// As the packet inside says.
    public static let inherit = VxlanFragmentation(rawValue: 2)
}

/// Where a vxlan's flow label comes from: `VXLAN_LABEL_…`.
public struct VxlanFlowLabelPolicy: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// It is the one that is set.
    public static let fixed = VxlanFlowLabelPolicy(rawValue: 0)
    /// It is that of the packet inside.
    public static let inherit = VxlanFlowLabelPolicy(rawValue: 1)
}

/// Source ports, `struct ifla_vxlan_port_range`.
public struct VxlanPortRange: AttributeValue, Hashable, Sendable {
    /// The bounds, which belong to it.
    public var low: UInt16, high: UInt16

    /// Composes a range.
    public init(low: UInt16, high: UInt16) {
        self.low = low
        self.high = high
    }
    /// Reads the payload; nil when it is too short.
    public init?(attributePayload payload: RawSpan) {
        guard let low: UInt16 = payload.integer(at: 0), let high: UInt16 = payload.integer(at: 2) else { return nil }
        self.init(low: UInt16(bigEndian: low), high: UInt16(bigEndian: high))
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withWireBytes(of: (low.bigEndian, high.bigEndian)) { body($0) }
    }
}

// MARK: Attributes

/// `IFLA_VXLAN_TTL_INHERIT`: a flag in requests, a byte in replies.
private struct VxlanTTLInherit: AttributeValue {
    var isSet: Bool
    init(isSet: Bool) { self.isSet = isSet }
    init?(attributePayload payload: RawSpan) { isSet = payload.integer(at: 0, as: UInt8.self) != 0 }
    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
}

/// Attributes inside `IFLA_INFO_DATA` of a vxlan.
private enum VxlanScope {}

extension AttributeKey where Scope == LinkInfoScope, Value == Nest<VxlanScope> {
    fileprivate static var vxlan: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == VxlanScope, Value == UInt32 {
    fileprivate static var identifier: Self { Self(IFLA_VXLAN_ID, "IFLA_VXLAN_ID") }
    fileprivate static var ageingTime: Self { Self(IFLA_VXLAN_AGEING, "IFLA_VXLAN_AGEING") }
    fileprivate static var maximumAddresses: Self { Self(IFLA_VXLAN_LIMIT, "IFLA_VXLAN_LIMIT") }
}
extension AttributeKey where Scope == VxlanScope, Value == IPAddress {
    fileprivate static var remote4: Self { Self(IFLA_VXLAN_GROUP, "IFLA_VXLAN_GROUP") }
    fileprivate static var remote6: Self { Self(IFLA_VXLAN_GROUP6, "IFLA_VXLAN_GROUP6") }
    fileprivate static var local4: Self { Self(IFLA_VXLAN_LOCAL, "IFLA_VXLAN_LOCAL") }
    fileprivate static var local6: Self { Self(IFLA_VXLAN_LOCAL6, "IFLA_VXLAN_LOCAL6") }
}
extension AttributeKey where Scope == VxlanScope, Value == Int32 {
    fileprivate static var link: Self { Self(IFLA_VXLAN_LINK, "IFLA_VXLAN_LINK") }
}
extension AttributeKey where Scope == VxlanScope, Value == UInt8 {
    fileprivate static var ttl: Self { Self(IFLA_VXLAN_TTL, "IFLA_VXLAN_TTL") }
    fileprivate static var tos: Self { Self(IFLA_VXLAN_TOS, "IFLA_VXLAN_TOS") }
}
extension AttributeKey where Scope == VxlanScope, Value == VxlanTTLInherit {
    fileprivate static var ttlInherit: Self { Self(IFLA_VXLAN_TTL_INHERIT, "IFLA_VXLAN_TTL_INHERIT") }
}
extension AttributeKey where Scope == VxlanScope, Value == VxlanFragmentation {
    fileprivate static var fragmentation: Self { Self(IFLA_VXLAN_DF, "IFLA_VXLAN_DF") }
}
extension AttributeKey where Scope == VxlanScope, Value == NetworkOrder<UInt32> {
    fileprivate static var flowLabel: Self { Self(IFLA_VXLAN_LABEL, "IFLA_VXLAN_LABEL") }
}
extension AttributeKey where Scope == VxlanScope, Value == VxlanFlowLabelPolicy {
    // This and what else has a number: include/uapi/linux/if_link.h of Linux 6.18.
    fileprivate static var flowLabelPolicy: Self { Self(32, "IFLA_VXLAN_LABEL_POLICY") }
}
extension AttributeKey where Scope == VxlanScope, Value == NetworkOrder<UInt64> {
    fileprivate static var reservedBits: Self { Self(33, "IFLA_VXLAN_RESERVED_BITS") }
}
extension AttributeKey where Scope == VxlanScope, Value == NetworkOrder<UInt16> {
    fileprivate static var destinationPort: Self { Self(IFLA_VXLAN_PORT, "IFLA_VXLAN_PORT") }
}
extension AttributeKey where Scope == VxlanScope, Value == VxlanPortRange {
    fileprivate static var sourcePorts: Self { Self(IFLA_VXLAN_PORT_RANGE, "IFLA_VXLAN_PORT_RANGE") }
}
extension AttributeKey where Scope == VxlanScope, Value == Bool {
    fileprivate static var learning: Self { Self(IFLA_VXLAN_LEARNING, "IFLA_VXLAN_LEARNING") }
    fileprivate static var proxy: Self { Self(IFLA_VXLAN_PROXY, "IFLA_VXLAN_PROXY") }
    fileprivate static var routeShortCircuit: Self { Self(IFLA_VXLAN_RSC, "IFLA_VXLAN_RSC") }
    fileprivate static var layer2Misses: Self { Self(IFLA_VXLAN_L2MISS, "IFLA_VXLAN_L2MISS") }
    fileprivate static var layer3Misses: Self { Self(IFLA_VXLAN_L3MISS, "IFLA_VXLAN_L3MISS") }
    fileprivate static var udpChecksum: Self { Self(IFLA_VXLAN_UDP_CSUM, "IFLA_VXLAN_UDP_CSUM") }
    fileprivate static var sendsZeroChecksum6: Self {
        Self(IFLA_VXLAN_UDP_ZERO_CSUM6_TX, "IFLA_VXLAN_UDP_ZERO_CSUM6_TX")
    }
    fileprivate static var acceptsZeroChecksum6: Self {
        Self(IFLA_VXLAN_UDP_ZERO_CSUM6_RX, "IFLA_VXLAN_UDP_ZERO_CSUM6_RX")
    }
    fileprivate static var sendsRemoteChecksum: Self { Self(IFLA_VXLAN_REMCSUM_TX, "IFLA_VXLAN_REMCSUM_TX") }
    fileprivate static var acceptsRemoteChecksum: Self { Self(IFLA_VXLAN_REMCSUM_RX, "IFLA_VXLAN_REMCSUM_RX") }
    fileprivate static var external: Self { Self(IFLA_VXLAN_COLLECT_METADATA, "IFLA_VXLAN_COLLECT_METADATA") }
    fileprivate static var identifierFilter: Self { Self(30, "IFLA_VXLAN_VNIFILTER") }
    fileprivate static var localBypass: Self { Self(31, "IFLA_VXLAN_LOCALBYPASS") }
    fileprivate static var multicastRouting: Self { Self(34, "IFLA_VXLAN_MC_ROUTE") }
}
extension AttributeKey where Scope == VxlanScope, Value == PresenceFlag {
    fileprivate static var groupPolicy: Self { Self(IFLA_VXLAN_GBP, "IFLA_VXLAN_GBP") }
    fileprivate static var genericProtocol: Self { Self(IFLA_VXLAN_GPE, "IFLA_VXLAN_GPE") }
}
