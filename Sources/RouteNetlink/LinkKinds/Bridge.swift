// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import Netlink

/// The options of a bridge, `IFLA_INFO_DATA` with `IFLA_BR_…`. Sources: linux/if_link.h, ip-link(8).
///
/// What a kernel does not know or was built without (VLAN filtering, multicast snooping, netfilter)
/// is nil when read, and mostly refused with `EOPNOTSUPP` when set. What is marked "read only" is not sent.
public struct BridgeOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "bridge"

    // MARK: Spanning tree

    /// `IFLA_BR_STP_STATE`
    public var spanningTree: SpanningTreeState?
    /// `IFLA_BR_STP_MODE`; to be set while the protocol is off. Kernels younger than 6.18.
    public var spanningTreeMode: SpanningTreeMode?
    /// `IFLA_BR_PRIORITY`: the bridge with the lowest becomes the root.
    public var priority: UInt16?
    /// `IFLA_BR_FORWARD_DELAY`: how long a port listens and then learns; 2 to 30 seconds while the protocol is on.
    public var forwardDelay: ClockTicks<UInt32>?
    /// `IFLA_BR_HELLO_TIME`: between two messages of the root; 1 to 10 seconds.
    public var helloTime: ClockTicks<UInt32>?
    /// `IFLA_BR_MAX_AGE`: when a silent root counts as gone; 6 to 40 seconds while the protocol is on.
    public var maximumAge: ClockTicks<UInt32>?
    /// `IFLA_BR_BRIDGE_ID`, `IFLA_BR_ROOT_ID`: this bridge and the one that it takes for the root. Read only.
    public var identifier: BridgeIdentifier?, root: BridgeIdentifier?
    /// `IFLA_BR_ROOT_PORT`, `IFLA_BR_ROOT_PATH_COST`: the way to the root; port 0 on the root itself. Read only.
    public var rootPort: UInt16?, rootPathCost: UInt32?
    /// `IFLA_BR_TOPOLOGY_CHANGE`, `IFLA_BR_TOPOLOGY_CHANGE_DETECTED`. Read only.
    public var topologyChange: Bool?, topologyChangeDetected: Bool?
    /// `IFLA_BR_HELLO_TIMER`, `IFLA_BR_TCN_TIMER`, `IFLA_BR_TOPOLOGY_CHANGE_TIMER`: what is left. Read only.
    public var helloTimer: ClockTicks<UInt64>?, notificationTimer: ClockTicks<UInt64>?
    /// See `helloTimer`.
    public var topologyChangeTimer: ClockTicks<UInt64>?
    /// `mst_enabled` of `IFLA_BR_MULTI_BOOLOPT`, since 5.18: one tree per group of VLANs, IEEE 802.1s.
    public var multipleSpanningTrees: Bool?

    // MARK: Addresses

    /// `IFLA_BR_AGEING_TIME`: when a learned address is forgotten.
    public var ageingTime: ClockTicks<UInt32>?
    /// `IFLA_BR_GC_TIMER`: until outdated addresses are next removed. Read only.
    public var cleanupTimer: ClockTicks<UInt64>?
    /// `IFLA_BR_FDB_MAX_LEARNED`, since 6.7: how many addresses are learned at most; 0 for any number.
    public var maximumLearnedAddresses: UInt32?
    /// `IFLA_BR_FDB_N_LEARNED`, since 6.7: how many are learned now. Read only.
    public var learnedAddresses: UInt32?
    /// `IFLA_BR_GROUP_FWD_MASK`: which of the frames to 01:80:c2:00:00:0X are forwarded, one bit for each X.
    public var groupForwardMask: UInt16?
    /// `IFLA_BR_GROUP_ADDR`: where spanning tree messages go; one of 01:80:c2:00:00:0X.
    public var groupAddress: MACAddress?
    /// `no_linklocal_learn` of `IFLA_BR_MULTI_BOOLOPT`, since 5.0: nothing is learned from frames to that group.
    public var ignoresLinkLocalSources: Bool?
    /// `fdb_local_vlan_0` of `IFLA_BR_MULTI_BOOLOPT`, since 6.18: local addresses are kept once, not per VLAN.
    ///
    /// A kernel of that version without VLAN filtering may crash over it.
    public var localAddressesOnVLANZero: Bool?
    /// `IFLA_BR_FDB_FLUSH`: learned addresses are forgotten at once. Write only.
    public var flushesAddresses = false

    // MARK: VLANs

    /// `IFLA_BR_VLAN_FILTERING`
    public var vlanFiltering: Bool?
    /// `IFLA_BR_VLAN_PROTOCOL`
    public var vlanProtocol: VLANProtocol?
    /// `IFLA_BR_VLAN_DEFAULT_PVID`: the VLAN of untagged frames on new ports; 0 for none.
    public var defaultVLAN: UInt16?
    /// `IFLA_BR_VLAN_STATS_ENABLED`, `IFLA_BR_VLAN_STATS_PER_PORT`.
    public var vlanStatistics: Bool?, vlanStatisticsPerPort: Bool?

    // MARK: Multicast

    /// `IFLA_BR_MCAST_SNOOPING`: groups go only where somebody listens.
    public var multicastSnooping: Bool?
    /// `mcast_vlan_snooping` of `IFLA_BR_MULTI_BOOLOPT`, since 5.15: the same for each VLAN by itself.
    public var multicastSnoopingPerVLAN: Bool?
    /// `IFLA_BR_MCAST_ROUTER`
    public var multicastRouter: MulticastRouter?
    /// `IFLA_BR_MCAST_QUERIER`: the bridge asks for listeners where nobody else does.
    public var multicastQuerier: Bool?
    /// `IFLA_BR_MCAST_QUERY_USE_IFADDR`: it asks from its own address, not from 0.0.0.0.
    public var queriesFromOwnAddress: Bool?
    /// `IFLA_BR_MCAST_QUERIER_STATE`: who asks. Read only.
    public var multicastQueriers: MulticastQueriers?
    /// `IFLA_BR_MCAST_HASH_ELASTICITY`; ignored and shown as 16 since 5.0.
    public var multicastHashElasticity: UInt32?
    /// `IFLA_BR_MCAST_HASH_MAX`: how many groups are kept at most.
    public var multicastHashMaximum: UInt32?
    /// `IFLA_BR_MCAST_LAST_MEMBER_CNT`, `IFLA_BR_MCAST_STARTUP_QUERY_CNT`: queries after a leave, and at first.
    public var lastMemberCount: UInt32?, startupQueryCount: UInt32?
    /// `IFLA_BR_MCAST_LAST_MEMBER_INTVL`, `IFLA_BR_MCAST_STARTUP_QUERY_INTVL`: the time between those.
    public var lastMemberInterval: ClockTicks<UInt64>?, startupQueryInterval: ClockTicks<UInt64>?
    /// `IFLA_BR_MCAST_MEMBERSHIP_INTVL`: when a silent listener counts as gone.
    public var membershipInterval: ClockTicks<UInt64>?
    /// `IFLA_BR_MCAST_QUERIER_INTVL`: when another silent querier counts as gone.
    public var querierInterval: ClockTicks<UInt64>?
    /// `IFLA_BR_MCAST_QUERY_INTVL`, `IFLA_BR_MCAST_QUERY_RESPONSE_INTVL`: between queries, and for the answers.
    public var queryInterval: ClockTicks<UInt64>?, queryResponseInterval: ClockTicks<UInt64>?
    /// `IFLA_BR_MCAST_STATS_ENABLED`
    public var multicastStatistics: Bool?
    /// `IFLA_BR_MCAST_IGMP_VERSION` (2 or 3), `IFLA_BR_MCAST_MLD_VERSION` (1 or 2).
    public var igmpVersion: UInt8?, mldVersion: UInt8?
    /// `mdb_offload_fail_notification` of `IFLA_BR_MULTI_BOOLOPT`, since 6.16.
    public var reportsFailedOffload: Bool?

    // MARK: Netfilter

    /// `IFLA_BR_NF_CALL_IPTABLES` and its like: bridged packets pass the tables of the layer above.
    public var callsIPTables: Bool?, callsIP6Tables: Bool?, callsARPTables: Bool?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<BridgeScope>(payload)
        try decodeSpanningTree(attributes)
        try decodeAddresses(attributes)
        try decodeMulticast(attributes)
        vlanFiltering = try attributes.value(.vlanFiltering)
        vlanProtocol = try attributes.value(.vlanProtocol)
        defaultVLAN = try attributes.value(.defaultVLAN)
        vlanStatistics = try attributes.value(.vlanStatistics)
        vlanStatisticsPerPort = try attributes.value(.vlanStatisticsPerPort)
        callsIPTables = try attributes.value(.callsIPTables)
        callsIP6Tables = try attributes.value(.callsIP6Tables)
        callsARPTables = try attributes.value(.callsARPTables)
        if let switches = try attributes.value(.switches) { take(switches) }
    }

    private mutating func decodeSpanningTree(_ attributes: borrowing Attributes<BridgeScope>) throws(MalformedReply) {
        spanningTree = try attributes.value(.spanningTree)
        spanningTreeMode = try attributes.value(.spanningTreeMode)
        priority = try attributes.value(.priority)
        forwardDelay = try attributes.value(.forwardDelay)
        helloTime = try attributes.value(.helloTime)
        maximumAge = try attributes.value(.maximumAge)
        identifier = try attributes.value(.identifier)
        root = try attributes.value(.root)
        rootPort = try attributes.value(.rootPort)
        rootPathCost = try attributes.value(.rootPathCost)
        topologyChange = try attributes.value(.topologyChange)
        topologyChangeDetected = try attributes.value(.topologyChangeDetected)
        helloTimer = try attributes.value(.helloTimer)
        notificationTimer = try attributes.value(.notificationTimer)
        topologyChangeTimer = try attributes.value(.topologyChangeTimer)
    }

    private mutating func decodeAddresses(_ attributes: borrowing Attributes<BridgeScope>) throws(MalformedReply) {
        ageingTime = try attributes.value(.ageingTime)
        cleanupTimer = try attributes.value(.cleanupTimer)
        maximumLearnedAddresses = try attributes.value(.maximumLearnedAddresses)
        learnedAddresses = try attributes.value(.learnedAddresses)
        groupForwardMask = try attributes.value(.groupForwardMask)
        groupAddress = try attributes.value(.groupAddress)
    }

    private mutating func decodeMulticast(_ attributes: borrowing Attributes<BridgeScope>) throws(MalformedReply) {
        multicastSnooping = try attributes.value(.multicastSnooping)
        multicastRouter = try attributes.value(.multicastRouter)
        multicastQuerier = try attributes.value(.multicastQuerier)
        queriesFromOwnAddress = try attributes.value(.queriesFromOwnAddress)
        if let queriers = try attributes.nested(.queriers) {
            multicastQueriers = try MulticastQueriers(decoding: queriers)
        }
        multicastHashElasticity = try attributes.value(.multicastHashElasticity)
        multicastHashMaximum = try attributes.value(.multicastHashMaximum)
        lastMemberCount = try attributes.value(.lastMemberCount)
        startupQueryCount = try attributes.value(.startupQueryCount)
        lastMemberInterval = try attributes.value(.lastMemberInterval)
        startupQueryInterval = try attributes.value(.startupQueryInterval)
        membershipInterval = try attributes.value(.membershipInterval)
        querierInterval = try attributes.value(.querierInterval)
        queryInterval = try attributes.value(.queryInterval)
        queryResponseInterval = try attributes.value(.queryResponseInterval)
        multicastStatistics = try attributes.value(.multicastStatistics)
        igmpVersion = try attributes.value(.igmpVersion)
        mldVersion = try attributes.value(.mldVersion)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != BridgeOptions() else { return }
        info.nest(.bridge) { data in
            encodeSpanningTree(into: data)
            encodeMulticast(into: data)
            data.put(.ageingTime, ifPresent: ageingTime)
            data.put(.maximumLearnedAddresses, ifPresent: maximumLearnedAddresses)
            data.put(.groupForwardMask, ifPresent: groupForwardMask)
            data.put(.groupAddress, ifPresent: groupAddress)
            data.put(.vlanFiltering, ifPresent: vlanFiltering)
            data.put(.vlanProtocol, ifPresent: vlanProtocol)
            data.put(.defaultVLAN, ifPresent: defaultVLAN)
            data.put(.vlanStatistics, ifPresent: vlanStatistics)
            data.put(.vlanStatisticsPerPort, ifPresent: vlanStatisticsPerPort)
            data.put(.callsIPTables, ifPresent: callsIPTables)
            data.put(.callsIP6Tables, ifPresent: callsIP6Tables)
            data.put(.callsARPTables, ifPresent: callsARPTables)
            data.put(.switches, ifPresent: switches)
            if flushesAddresses { data.put(.flush, PresenceFlag()) }
        }
    }

    private func encodeSpanningTree(into data: AttributeWriter<BridgeScope>) {
        data.put(.spanningTreeMode, ifPresent: spanningTreeMode)
        data.put(.spanningTree, ifPresent: spanningTree)
        data.put(.priority, ifPresent: priority)
        data.put(.forwardDelay, ifPresent: forwardDelay)
        data.put(.helloTime, ifPresent: helloTime)
        data.put(.maximumAge, ifPresent: maximumAge)
    }

    private func encodeMulticast(into data: AttributeWriter<BridgeScope>) {
        data.put(.multicastSnooping, ifPresent: multicastSnooping)
        data.put(.multicastRouter, ifPresent: multicastRouter)
        data.put(.multicastQuerier, ifPresent: multicastQuerier)
        data.put(.queriesFromOwnAddress, ifPresent: queriesFromOwnAddress)
        data.put(.multicastHashElasticity, ifPresent: multicastHashElasticity)
        data.put(.multicastHashMaximum, ifPresent: multicastHashMaximum)
        data.put(.lastMemberCount, ifPresent: lastMemberCount)
        data.put(.startupQueryCount, ifPresent: startupQueryCount)
        data.put(.lastMemberInterval, ifPresent: lastMemberInterval)
        data.put(.startupQueryInterval, ifPresent: startupQueryInterval)
        data.put(.membershipInterval, ifPresent: membershipInterval)
        data.put(.querierInterval, ifPresent: querierInterval)
        data.put(.queryInterval, ifPresent: queryInterval)
        data.put(.queryResponseInterval, ifPresent: queryResponseInterval)
        data.put(.multicastStatistics, ifPresent: multicastStatistics)
        data.put(.igmpVersion, ifPresent: igmpVersion)
        data.put(.mldVersion, ifPresent: mldVersion)
    }
}

// MARK: Switches

extension BridgeOptions {
    /// The switches that are said, for `IFLA_BR_MULTI_BOOLOPT`. Bits: `BR_BOOLOPT_…`.
    ///
    /// Spelt out: key paths are made at run time, which takes longer than the whole dump.
    private var switches: BridgeSwitches? {
        var switches = BridgeSwitches()
        switches.set(0, ignoresLinkLocalSources)
        switches.set(1, multicastSnoopingPerVLAN)
        switches.set(2, multipleSpanningTrees)
        switches.set(3, reportsFailedOffload)
        switches.set(4, localAddressesOnVLANZero)
        return switches.mask == 0 ? nil : switches
    }

    private mutating func take(_ switches: BridgeSwitches) {
        ignoresLinkLocalSources = switches[0]
        multicastSnoopingPerVLAN = switches[1]
        multipleSpanningTrees = switches[2]
        reportsFailedOffload = switches[3]
        localAddressesOnVLANZero = switches[4]
    }
}

/// `struct br_boolopt_multi` of linux/if_bridge.h: a bit in `values` counts where `mask` has it too.
struct BridgeSwitches: AttributeValue, Equatable {
    private(set) var values: UInt32 = 0
    private(set) var mask: UInt32 = 0

    init() {}

    mutating func set(_ bit: UInt32, _ value: Bool?) {
        guard let value else { return }
        mask |= 1 << bit
        if value { values |= 1 << bit }
    }

    subscript(bit: UInt32) -> Bool? { mask & 1 << bit == 0 ? nil : values & 1 << bit != 0 }

    init?(attributePayload payload: RawSpan) {
        guard let values: UInt32 = payload.integer(at: 0), let mask: UInt32 = payload.integer(at: 4) else {
            return nil
        }
        self.values = values
        self.mask = mask
    }
    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withWireBytes(of: (values, mask)) { body($0) }
    }
}
