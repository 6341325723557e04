// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
internal import Netlink

/// A virtual function of a network card: a device of its own that a guest may be given, told of by the link of the
/// card. Source: `IFLA_VF_…` of linux/if_link.h.
public struct VirtualFunction: Equatable, Sendable {
    /// Its number on the card, from 0.
    public var number: UInt32
    /// `IFLA_VF_MAC`, `IFLA_VF_BROADCAST`: hardware addresses, as long as those of the card's kind of link.
    public var address: LinkLayerAddress?, broadcast: LinkLayerAddress?
    /// `IFLA_VF_VLAN`: the tag that its packets get.
    public var vlan: VLAN?
    /// `IFLA_VF_VLAN_LIST`: its tags, where the kernel tells of protocols; then `vlan` is the first of them.
    public var vlans: [VLAN]?
    /// `IFLA_VF_TX_RATE`: the most that it sends, in Mbit/s; 0 for any rate.
    public var transmitRate: UInt32?
    /// `IFLA_VF_RATE`, in Mbit/s; 0 for any rate.
    public var rates: Rates?
    /// `IFLA_VF_SPOOFCHK`, `IFLA_VF_TRUST`, `IFLA_VF_RSS_QUERY_EN`; nil where the driver does not tell.
    public var checksSpoofing: Bool?, isTrusted: Bool?, allowsRSSQuery: Bool?
    /// `IFLA_VF_LINK_STATE`
    public var linkState: LinkState?
    /// `IFLA_VF_IB_NODE_GUID`, `IFLA_VF_IB_PORT_GUID`, of InfiniBand.
    public var nodeGUID: UInt64?, portGUID: UInt64?
    /// `IFLA_VF_STATS`, unless the request left statistics out.
    public var statistics: Statistics?

    /// One of which nothing is said yet.
    public init(number: UInt32) { self.number = number }

    /// The tag of packets.
    public struct VLAN: Equatable, Sendable {
        /// The VLAN, 1 to 4095; 0 is none.
        public var id: UInt32
        /// The priority.
        public var priority: UInt32
        /// `802.1Q` (0x8100) or `802.1ad` (0x88a8), in the machine's order; nil is the first.
        public var etherType: UInt16?

        /// A tag.
        public init(id: UInt32, priority: UInt32 = 0, etherType: UInt16? = nil) {
            (self.id, self.priority, self.etherType) = (id, priority, etherType)
        }
    }

    /// The least and the most that it sends, in Mbit/s; 0 for no limit.
    public struct Rates: Equatable, Sendable {
        /// `min_tx_rate`, `max_tx_rate`
        public var minimum: UInt32, maximum: UInt32

        /// Both limits.
        public init(minimum: UInt32, maximum: UInt32) { (self.minimum, self.maximum) = (minimum, maximum) }
    }

    /// What the guest sees of the link's state: `IFLA_VF_LINK_STATE_…`; raw, since kernels may add states.
    public struct LinkState: RawRepresentable, Equatable, Sendable {
        /// The kernel's number.
        public var rawValue: UInt32
        /// Takes the kernel's number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// That of the card.
        public static let auto = LinkState(rawValue: 0)
        /// Always up.
        public static let enable = LinkState(rawValue: 1)
        /// Always down.
        public static let disable = LinkState(rawValue: 2)
    }

    /// The counters: `IFLA_VF_STATS_…`.
    public struct Statistics: Equatable, Sendable {
        /// What the guest received and sent.
        public var receivedPackets: UInt64 = 0, sentPackets: UInt64 = 0
        public var receivedBytes: UInt64 = 0, sentBytes: UInt64 = 0
        public var broadcast: UInt64 = 0, multicast: UInt64 = 0
        /// What was dropped; nil from a kernel before 4.19.
        public var receiveDropped: UInt64?, sendDropped: UInt64?

        /// All zero.
        public init() {}
    }
}

// MARK: Reading

extension VirtualFunction {
    /// Reads `IFLA_VFINFO_LIST` of a link; none where it was not sent.
    static func list(
        of link: borrowing Attributes<LinkScope>, hardwareType: UInt16
    ) throws(MalformedReply) -> [VirtualFunction] {
        guard let list = try link.nested(.virtualFunctions) else { return [] }
        var functions: [VirtualFunction] = []
        try list.forEach { number, payload throws(MalformedReply) in
            guard number == UInt16(IFLA_VF_INFO) else { return }
            let attributes = try Attributes<VirtualFunctionScope>(payload)
            if let function = try VirtualFunction(attributes, hardwareType: hardwareType) { functions.append(function) }
        }
        return functions
    }

    /// Nil for one without its number, which the address brings along.
    private init?(
        _ attributes: borrowing Attributes<VirtualFunctionScope>, hardwareType: UInt16
    ) throws(MalformedReply) {
        guard let mac = attributes.payload(UInt16(IFLA_VF_MAC)), let number: UInt32 = mac.integer(at: 0) else {
            return nil
        }
        self.init(number: number)
        // The kernel always sends 32 bytes and no count. Source: rtnl_fill_vfinfo of net/core/rtnetlink.c.
        let count = hardwareType == 1 ? 6 : 20
        address = Self.address(mac, at: 4, count)
        if let bytes = attributes.payload(UInt16(IFLA_VF_BROADCAST)) { broadcast = Self.address(bytes, at: 0, count) }
        transmitRate = attributes.word(IFLA_VF_TX_RATE)
        if let rate = attributes.payload(UInt16(IFLA_VF_RATE)), let minimum: UInt32 = rate.integer(at: 4),
            let maximum: UInt32 = rate.integer(at: 8)
        {
            rates = Rates(minimum: minimum, maximum: maximum)
        }
        checksSpoofing = attributes.setting(IFLA_VF_SPOOFCHK)
        isTrusted = attributes.setting(IFLA_VF_TRUST)
        allowsRSSQuery = attributes.setting(IFLA_VF_RSS_QUERY_EN)
        linkState = attributes.word(IFLA_VF_LINK_STATE).map(LinkState.init)
        nodeGUID = attributes.payload(UInt16(IFLA_VF_IB_NODE_GUID))?.integer(at: 8)
        portGUID = attributes.payload(UInt16(IFLA_VF_IB_PORT_GUID))?.integer(at: 8)
        if let tag = attributes.payload(UInt16(IFLA_VF_VLAN)) { vlan = VLAN(tag, hasProtocol: false) }
        try readVLANs(attributes)
        if let counters = try attributes.nested(.statistics) { statistics = Statistics(counters) }
    }

    private mutating func readVLANs(_ attributes: borrowing Attributes<VirtualFunctionScope>) throws(MalformedReply) {
        guard let list = try attributes.nested(.vlans) else { return }
        var tags: [VLAN] = []
        list.forEach { _, payload in if let tag = VLAN(payload, hasProtocol: true) { tags.append(tag) } }
        vlans = tags
    }

    private static func address(_ payload: RawSpan, at offset: Int, _ count: Int) -> LinkLayerAddress? {
        guard payload.byteCount >= offset + count else { return nil }
        return LinkLayerAddress(bytes: payload.extracting(offset..<offset + count).bytes)
    }
}

extension VirtualFunction.VLAN {
    /// Reads `struct ifla_vf_vlan` or `ifla_vf_vlan_info`, which has the protocol behind it.
    fileprivate init?(_ payload: RawSpan, hasProtocol: Bool) {
        guard let id: UInt32 = payload.integer(at: 4), let priority: UInt32 = payload.integer(at: 8) else { return nil }
        self.init(id: id, priority: priority)
        guard hasProtocol, let etherType: UInt16 = payload.integer(at: 12), etherType != 0 else { return }
        self.etherType = UInt16(bigEndian: etherType)
    }
}

extension VirtualFunction.Statistics {
    fileprivate init(_ counters: borrowing Attributes<VirtualFunctionStatisticsScope>) {
        receivedPackets = counters.counter(IFLA_VF_STATS_RX_PACKETS) ?? 0
        sentPackets = counters.counter(IFLA_VF_STATS_TX_PACKETS) ?? 0
        receivedBytes = counters.counter(IFLA_VF_STATS_RX_BYTES) ?? 0
        sentBytes = counters.counter(IFLA_VF_STATS_TX_BYTES) ?? 0
        broadcast = counters.counter(IFLA_VF_STATS_BROADCAST) ?? 0
        multicast = counters.counter(IFLA_VF_STATS_MULTICAST) ?? 0
        receiveDropped = counters.counter(IFLA_VF_STATS_RX_DROPPED)
        sendDropped = counters.counter(IFLA_VF_STATS_TX_DROPPED)
    }
}

extension Attributes where Scope == VirtualFunctionStatisticsScope {
    fileprivate func counter(_ number: Int) -> UInt64? { payload(UInt16(number))?.integer(at: 0) }
}

extension Attributes where Scope == VirtualFunctionScope {
    /// The word behind the function's number.
    fileprivate func word(_ number: Int) -> UInt32? { payload(UInt16(number))?.integer(at: 4) }

    /// A switch; the kernel sends -1 where the driver does not tell.
    fileprivate func setting(_ number: Int) -> Bool? { word(number).flatMap { $0 == .max ? nil : $0 != 0 } }
}

// MARK: Writing

extension VirtualFunction {
    /// Puts what is not nil, as a change of that function; the statistics and the broadcast address can't be set.
    func encode(into list: AttributeWriter<VirtualFunctionListScope>) {
        list.nest(.function) { function in
            func put(_ key: AttributeKey<VirtualFunctionScope, [UInt8]>, _ words: UInt32...) {
                function.put(key, ([number] + words).flatMap(bytes))
            }
            if let address {
                let padding = [UInt8](repeating: 0, count: LinkLayerAddress.maximumCount - address.count)
                function.put(.address, bytes(of: number) + address.bytes + padding)
            }
            if let vlan {
                // A request of the older form means 802.1Q, and every driver takes it.
                if let etherType = vlan.etherType, etherType != 0x8100 {
                    let tag =
                        [number, vlan.id, vlan.priority].flatMap(bytes) + bytes(of: etherType.bigEndian) + [0, 0]
                    function.nest(.vlans) { $0.put(.tag, tag) }
                } else {
                    put(.vlan, vlan.id, vlan.priority)
                }
            }
            if let transmitRate { put(.transmitRate, transmitRate) }
            if let rates { put(.rates, rates.minimum, rates.maximum) }
            if let checksSpoofing { put(.spoofCheck, checksSpoofing ? 1 : 0) }
            if let allowsRSSQuery { put(.rssQuery, allowsRSSQuery ? 1 : 0) }
            if let linkState { put(.linkState, linkState.rawValue) }
            if let isTrusted { put(.trust, isTrusted ? 1 : 0) }
            // struct ifla_vf_guid has a hole in front of its 64 bits.
            if let nodeGUID { function.put(.nodeGUID, bytes(of: number) + [0, 0, 0, 0] + bytes(of: nodeGUID)) }
            if let portGUID { function.put(.portGUID, bytes(of: number) + [0, 0, 0, 0] + bytes(of: portGUID)) }
        }
    }
}

private func bytes(of value: some AttributeValue) -> [UInt8] {
    var bytes: [UInt8] = []
    value.withAttributePayload { bytes = Array($0) }
    return bytes
}

/// Attributes inside `IFLA_VFINFO_LIST`.
enum VirtualFunctionListScope {}
/// Attributes inside `IFLA_VF_INFO`.
enum VirtualFunctionScope {}
/// Attributes inside `IFLA_VF_VLAN_LIST`.
private enum VirtualFunctionVLANScope {}
/// Attributes inside `IFLA_VF_STATS`.
private enum VirtualFunctionStatisticsScope {}

extension AttributeKey where Scope == LinkScope, Value == Nest<VirtualFunctionListScope> {
    static var virtualFunctions: Self { Self(IFLA_VFINFO_LIST, "IFLA_VFINFO_LIST") }
}
extension AttributeKey where Scope == VirtualFunctionListScope, Value == Nest<VirtualFunctionScope> {
    fileprivate static var function: Self { Self(IFLA_VF_INFO, "IFLA_VF_INFO") }
}
extension AttributeKey where Scope == VirtualFunctionScope, Value == [UInt8] {
    fileprivate static var address: Self { Self(IFLA_VF_MAC, "IFLA_VF_MAC") }
    fileprivate static var vlan: Self { Self(IFLA_VF_VLAN, "IFLA_VF_VLAN") }
    fileprivate static var transmitRate: Self { Self(IFLA_VF_TX_RATE, "IFLA_VF_TX_RATE") }
    fileprivate static var rates: Self { Self(IFLA_VF_RATE, "IFLA_VF_RATE") }
    fileprivate static var spoofCheck: Self { Self(IFLA_VF_SPOOFCHK, "IFLA_VF_SPOOFCHK") }
    fileprivate static var rssQuery: Self { Self(IFLA_VF_RSS_QUERY_EN, "IFLA_VF_RSS_QUERY_EN") }
    fileprivate static var linkState: Self { Self(IFLA_VF_LINK_STATE, "IFLA_VF_LINK_STATE") }
    fileprivate static var trust: Self { Self(IFLA_VF_TRUST, "IFLA_VF_TRUST") }
    fileprivate static var nodeGUID: Self { Self(IFLA_VF_IB_NODE_GUID, "IFLA_VF_IB_NODE_GUID") }
    fileprivate static var portGUID: Self { Self(IFLA_VF_IB_PORT_GUID, "IFLA_VF_IB_PORT_GUID") }
}
extension AttributeKey where Scope == VirtualFunctionScope, Value == Nest<VirtualFunctionVLANScope> {
    fileprivate static var vlans: Self { Self(IFLA_VF_VLAN_LIST, "IFLA_VF_VLAN_LIST") }
}
extension AttributeKey where Scope == VirtualFunctionScope, Value == Nest<VirtualFunctionStatisticsScope> {
    fileprivate static var statistics: Self { Self(IFLA_VF_STATS, "IFLA_VF_STATS") }
}
extension AttributeKey where Scope == VirtualFunctionVLANScope, Value == [UInt8] {
    fileprivate static var tag: Self { Self(IFLA_VF_VLAN_INFO, "IFLA_VF_VLAN_INFO") }
}
