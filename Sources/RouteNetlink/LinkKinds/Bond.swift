// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// The options of a bond, `IFLA_INFO_DATA` with `IFLA_BOND_…`.
///
/// Sources: linux/if_link.h, Documentation/networking/bonding.rst of the kernel.
public struct BondOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "bond"

    /// `IFLA_BOND_MODE`: to be set while it has no ports and is down.
    public var mode: BondMode?
    /// `IFLA_BOND_ACTIVE_SLAVE`: an index; 0 for none.
    public var activePort: Int32?
    /// `IFLA_BOND_MIIMON`: how often the ports' carrier is looked at, in milliseconds; 0 for never.
    public var monitoringInterval: UInt32?
    /// `IFLA_BOND_UPDELAY`: how long a port is up before it is used, in milliseconds.
    public var upDelay: UInt32?
    /// `IFLA_BOND_DOWNDELAY`: how long a port is down before it is given up, in milliseconds.
    public var downDelay: UInt32?
    /// `IFLA_BOND_PEER_NOTIF_DELAY`: between announcements after a failover, in milliseconds.
    public var peerNotificationDelay: UInt32?
    /// `IFLA_BOND_USE_CARRIER`: the driver tells the carrier; without effect since 6.18.
    public var usesCarrier: Bool?
    /// `IFLA_BOND_ARP_INTERVAL`: how often the targets are asked, in milliseconds; 0 for never.
    public var arpInterval: UInt32?
    /// `IFLA_BOND_ARP_IP_TARGET`: who is asked, up to 16 addresses of IPv4.
    public var arpTargets: [IPAddress]?
    /// `IFLA_BOND_NS_IP6_TARGET`: the same of IPv6.
    public var neighborTargets: [IPAddress]?
    /// `IFLA_BOND_ARP_VALIDATE`
    public var arpValidation: BondARPValidation?
    /// `IFLA_BOND_ARP_ALL_TARGETS`
    public var arpTargetsNeeded: BondARPTargets?
    /// `IFLA_BOND_MISSED_MAX`: how many answers may be missing.
    public var arpMissedMaximum: UInt8?
    /// `IFLA_BOND_PRIMARY`: the index of the port that is the active one whenever it can be; 0 for none.
    public var primary: Int32?
    /// `IFLA_BOND_PRIMARY_RESELECT`
    public var primaryReselection: BondPrimaryReselection?
    /// `IFLA_BOND_FAIL_OVER_MAC`
    public var failOverMAC: BondFailOverMAC?
    /// `IFLA_BOND_XMIT_HASH_POLICY`
    public var hashPolicy: BondHashPolicy?
    /// `IFLA_BOND_RESEND_IGMP`: how many reports are sent after a failover.
    public var igmpReports: UInt32?
    /// `IFLA_BOND_NUM_PEER_NOTIF`: how many announcements of the bond's addresses are sent after a failover.
    public var peerNotifications: UInt8?
    /// `IFLA_BOND_ALL_SLAVES_ACTIVE`: what arrives at ports that wait is taken.
    public var allPortsActive: Bool?
    /// `IFLA_BOND_MIN_LINKS`: how many ports must be up for the bond to be.
    public var minimumLinks: UInt32?
    /// `IFLA_BOND_LP_INTERVAL`: between packets that teach the switches, in seconds.
    public var learningInterval: UInt32?
    /// `IFLA_BOND_PACKETS_PER_SLAVE`: how many packets one port sends before the next; 0 for a random one.
    public var packetsPerPort: UInt32?
    /// `IFLA_BOND_TLB_DYNAMIC_LB`: flows are spread by the load, not by the hash alone.
    public var dynamicTransmitLoad: Bool?
    /// `IFLA_BOND_AD_LACP_RATE`
    public var lacpRate: BondLACPRate?
    /// `IFLA_BOND_AD_LACP_ACTIVE`: LACP is sent unasked.
    public var lacpActive: Bool?
    /// `IFLA_BOND_AD_SELECT`
    public var aggregatorSelection: BondAggregatorSelection?
    /// `IFLA_BOND_AD_ACTOR_SYS_PRIO`: of this system in LACP, 1 to 65535.
    public var actorSystemPriority: UInt16?
    /// `IFLA_BOND_AD_USER_PORT_KEY`: the upper ten bits of the ports' key in LACP.
    public var userPortKey: UInt16?
    /// `IFLA_BOND_AD_ACTOR_SYSTEM`: of this system in LACP; zero for the bond's own.
    public var actorSystem: MACAddress?
    /// `IFLA_BOND_COUPLED_CONTROL`: collecting and distributing are one state, since 6.9.
    public var coupledControl: Bool?
    /// `IFLA_BOND_BROADCAST_NEIGH`: what finds neighbours goes out at every port, in mode 802.3ad, since 6.17.
    public var broadcastNeighbor: Bool?
    /// `IFLA_BOND_AD_INFO`: what LACP has come to. Read only.
    public var aggregation: BondAggregation?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<BondScope>(payload)
        mode = try attributes.value(.mode)
        activePort = try attributes.value(.activePort)
        monitoringInterval = try attributes.value(.monitoringInterval)
        upDelay = try attributes.value(.upDelay)
        downDelay = try attributes.value(.downDelay)
        peerNotificationDelay = try attributes.value(.peerNotificationDelay)
        usesCarrier = try attributes.value(.usesCarrier)
        arpInterval = try attributes.value(.arpInterval)
        if let list = try attributes.nested(.arpTargets) { arpTargets = try addresses(list) }
        if let list = try attributes.nested(.neighborTargets) { neighborTargets = try addresses(list) }
        arpValidation = try attributes.value(.arpValidation)
        arpTargetsNeeded = try attributes.value(.arpTargetsNeeded)
        arpMissedMaximum = try attributes.value(.arpMissedMaximum)
        primary = try attributes.value(.primary)
        primaryReselection = try attributes.value(.primaryReselection)
        failOverMAC = try attributes.value(.failOverMAC)
        hashPolicy = try attributes.value(.hashPolicy)
        igmpReports = try attributes.value(.igmpReports)
        peerNotifications = try attributes.value(.peerNotifications)
        allPortsActive = try attributes.value(.allPortsActive)
        minimumLinks = try attributes.value(.minimumLinks)
        learningInterval = try attributes.value(.learningInterval)
        packetsPerPort = try attributes.value(.packetsPerPort)
        dynamicTransmitLoad = try attributes.value(.dynamicTransmitLoad)
        lacpRate = try attributes.value(.lacpRate)
        lacpActive = try attributes.value(.lacpActive)
        aggregatorSelection = try attributes.value(.aggregatorSelection)
        actorSystemPriority = try attributes.value(.actorSystemPriority)
        userPortKey = try attributes.value(.userPortKey)
        actorSystem = try attributes.value(.actorSystem)
        coupledControl = try attributes.value(.coupledControl)
        broadcastNeighbor = try attributes.value(.broadcastNeighbor)
        if let nest = try attributes.nested(.aggregation) { aggregation = try BondAggregation(decoding: nest) }
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != BondOptions() else { return }
        info.nest(.bond) { data in
            data.put(.mode, ifPresent: mode)
            data.put(.activePort, ifPresent: activePort)
            data.put(.monitoringInterval, ifPresent: monitoringInterval)
            data.put(.upDelay, ifPresent: upDelay)
            data.put(.downDelay, ifPresent: downDelay)
            data.put(.peerNotificationDelay, ifPresent: peerNotificationDelay)
            data.put(.usesCarrier, ifPresent: usesCarrier)
            data.put(.arpInterval, ifPresent: arpInterval)
            if let arpTargets { data.nest(.arpTargets) { put(arpTargets, into: $0) } }
            if let neighborTargets { data.nest(.neighborTargets) { put(neighborTargets, into: $0) } }
            data.put(.arpValidation, ifPresent: arpValidation)
            data.put(.arpTargetsNeeded, ifPresent: arpTargetsNeeded)
            data.put(.arpMissedMaximum, ifPresent: arpMissedMaximum)
            data.put(.primary, ifPresent: primary)
            data.put(.primaryReselection, ifPresent: primaryReselection)
            data.put(.failOverMAC, ifPresent: failOverMAC)
            data.put(.hashPolicy, ifPresent: hashPolicy)
            data.put(.igmpReports, ifPresent: igmpReports)
            data.put(.peerNotifications, ifPresent: peerNotifications)
            data.put(.allPortsActive, ifPresent: allPortsActive)
            data.put(.minimumLinks, ifPresent: minimumLinks)
            data.put(.learningInterval, ifPresent: learningInterval)
            data.put(.packetsPerPort, ifPresent: packetsPerPort)
            data.put(.dynamicTransmitLoad, ifPresent: dynamicTransmitLoad)
            data.put(.lacpRate, ifPresent: lacpRate)
            data.put(.lacpActive, ifPresent: lacpActive)
            data.put(.aggregatorSelection, ifPresent: aggregatorSelection)
            data.put(.actorSystemPriority, ifPresent: actorSystemPriority)
            data.put(.userPortKey, ifPresent: userPortKey)
            data.put(.actorSystem, ifPresent: actorSystem)
            data.put(.coupledControl, ifPresent: coupledControl)
            data.put(.broadcastNeighbor, ifPresent: broadcastNeighbor)
        }
    }
}

/// What LACP has come to, `IFLA_BOND_AD_INFO_…`.
public struct BondAggregation: Equatable, Sendable {
    /// The number of the aggregator, and of its ports.
    public var aggregator: UInt16?, ports: UInt16?
    /// The keys of the two ends.
    public var actorKey: UInt16?, partnerKey: UInt16?
    /// The address of the other end.
    public var partner: MACAddress?

    /// Reads the nest.
    fileprivate init(decoding attributes: borrowing Attributes<BondAggregationScope>) throws(MalformedReply) {
        aggregator = try attributes.value(.aggregator)
        ports = try attributes.value(.ports)
        actorKey = try attributes.value(.actorKey)
        partnerKey = try attributes.value(.partnerKey)
        partner = try attributes.value(.partner)
    }
}

// MARK: Lists of addresses

private func addresses(_ list: borrowing Attributes<BondTargetScope>) throws(MalformedReply) -> [IPAddress] {
    var addresses: [IPAddress] = []
    try list.forEach { (_, payload) throws(MalformedReply) in
        guard let address = IPAddress(attributePayload: payload) else {
            throw MalformedReply("a target of a bond is no address")
        }
        addresses.append(address)
    }
    return addresses
}

/// Each address has its place in the list as its number.
private func put(_ addresses: [IPAddress], into list: AttributeWriter<BondTargetScope>) {
    for (place, address) in addresses.prefix(1 << 14).enumerated() {
        list.put(AttributeKey(place, "a target of a bond"), address)
    }
}

// MARK: Keys

/// Attributes inside `IFLA_INFO_DATA` of a bond: `IFLA_BOND_…` of linux/if_link.h.
private enum BondScope {}
/// Attributes inside `IFLA_BOND_ARP_IP_TARGET` and `IFLA_BOND_NS_IP6_TARGET`, numbered from 0.
private enum BondTargetScope {}
/// Attributes inside `IFLA_BOND_AD_INFO`.
private enum BondAggregationScope {}

extension AttributeKey where Scope == LinkInfoScope, Value == Nest<BondScope> {
    fileprivate static var bond: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == BondScope, Value == BondMode {
    fileprivate static var mode: Self { Self(IFLA_BOND_MODE, "IFLA_BOND_MODE") }
}
extension AttributeKey where Scope == BondScope, Value == Int32 {
    fileprivate static var activePort: Self { Self(IFLA_BOND_ACTIVE_SLAVE, "IFLA_BOND_ACTIVE_SLAVE") }
    fileprivate static var primary: Self { Self(IFLA_BOND_PRIMARY, "IFLA_BOND_PRIMARY") }
}
extension AttributeKey where Scope == BondScope, Value == UInt32 {
    fileprivate static var monitoringInterval: Self { Self(IFLA_BOND_MIIMON, "IFLA_BOND_MIIMON") }
    fileprivate static var upDelay: Self { Self(IFLA_BOND_UPDELAY, "IFLA_BOND_UPDELAY") }
    fileprivate static var downDelay: Self { Self(IFLA_BOND_DOWNDELAY, "IFLA_BOND_DOWNDELAY") }
    fileprivate static var peerNotificationDelay: Self {
        Self(IFLA_BOND_PEER_NOTIF_DELAY, "IFLA_BOND_PEER_NOTIF_DELAY")
    }
    fileprivate static var arpInterval: Self { Self(IFLA_BOND_ARP_INTERVAL, "IFLA_BOND_ARP_INTERVAL") }
    fileprivate static var igmpReports: Self { Self(IFLA_BOND_RESEND_IGMP, "IFLA_BOND_RESEND_IGMP") }
    fileprivate static var minimumLinks: Self { Self(IFLA_BOND_MIN_LINKS, "IFLA_BOND_MIN_LINKS") }
    fileprivate static var learningInterval: Self { Self(IFLA_BOND_LP_INTERVAL, "IFLA_BOND_LP_INTERVAL") }
    fileprivate static var packetsPerPort: Self { Self(IFLA_BOND_PACKETS_PER_SLAVE, "IFLA_BOND_PACKETS_PER_SLAVE") }
}
extension AttributeKey where Scope == BondScope, Value == Bool {
    fileprivate static var usesCarrier: Self { Self(IFLA_BOND_USE_CARRIER, "IFLA_BOND_USE_CARRIER") }
    fileprivate static var allPortsActive: Self { Self(IFLA_BOND_ALL_SLAVES_ACTIVE, "IFLA_BOND_ALL_SLAVES_ACTIVE") }
    fileprivate static var dynamicTransmitLoad: Self { Self(IFLA_BOND_TLB_DYNAMIC_LB, "IFLA_BOND_TLB_DYNAMIC_LB") }
    fileprivate static var lacpActive: Self { Self(IFLA_BOND_AD_LACP_ACTIVE, "IFLA_BOND_AD_LACP_ACTIVE") }
    // Linux 6.9. Source: include/uapi/linux/if_link.h of Linux 6.18; the headers here are older.
    fileprivate static var coupledControl: Self { Self(32, "IFLA_BOND_COUPLED_CONTROL") }
    fileprivate static var broadcastNeighbor: Self { Self(33, "IFLA_BOND_BROADCAST_NEIGH") }
}
extension AttributeKey where Scope == BondScope, Value == Nest<BondTargetScope> {
    fileprivate static var arpTargets: Self { Self(IFLA_BOND_ARP_IP_TARGET, "IFLA_BOND_ARP_IP_TARGET") }
    fileprivate static var neighborTargets: Self { Self(IFLA_BOND_NS_IP6_TARGET, "IFLA_BOND_NS_IP6_TARGET") }
}
extension AttributeKey where Scope == BondScope, Value == BondARPValidation {
    fileprivate static var arpValidation: Self { Self(IFLA_BOND_ARP_VALIDATE, "IFLA_BOND_ARP_VALIDATE") }
}
extension AttributeKey where Scope == BondScope, Value == BondARPTargets {
    fileprivate static var arpTargetsNeeded: Self { Self(IFLA_BOND_ARP_ALL_TARGETS, "IFLA_BOND_ARP_ALL_TARGETS") }
}
extension AttributeKey where Scope == BondScope, Value == UInt8 {
    fileprivate static var arpMissedMaximum: Self { Self(IFLA_BOND_MISSED_MAX, "IFLA_BOND_MISSED_MAX") }
    fileprivate static var peerNotifications: Self { Self(IFLA_BOND_NUM_PEER_NOTIF, "IFLA_BOND_NUM_PEER_NOTIF") }
}
extension AttributeKey where Scope == BondScope, Value == BondPrimaryReselection {
    fileprivate static var primaryReselection: Self { Self(IFLA_BOND_PRIMARY_RESELECT, "IFLA_BOND_PRIMARY_RESELECT") }
}
extension AttributeKey where Scope == BondScope, Value == BondFailOverMAC {
    fileprivate static var failOverMAC: Self { Self(IFLA_BOND_FAIL_OVER_MAC, "IFLA_BOND_FAIL_OVER_MAC") }
}
extension AttributeKey where Scope == BondScope, Value == BondHashPolicy {
    fileprivate static var hashPolicy: Self { Self(IFLA_BOND_XMIT_HASH_POLICY, "IFLA_BOND_XMIT_HASH_POLICY") }
}
extension AttributeKey where Scope == BondScope, Value == BondLACPRate {
    fileprivate static var lacpRate: Self { Self(IFLA_BOND_AD_LACP_RATE, "IFLA_BOND_AD_LACP_RATE") }
}
extension AttributeKey where Scope == BondScope, Value == BondAggregatorSelection {
    fileprivate static var aggregatorSelection: Self { Self(IFLA_BOND_AD_SELECT, "IFLA_BOND_AD_SELECT") }
}
extension AttributeKey where Scope == BondScope, Value == UInt16 {
    fileprivate static var actorSystemPriority: Self {
        Self(IFLA_BOND_AD_ACTOR_SYS_PRIO, "IFLA_BOND_AD_ACTOR_SYS_PRIO")
    }
    fileprivate static var userPortKey: Self { Self(IFLA_BOND_AD_USER_PORT_KEY, "IFLA_BOND_AD_USER_PORT_KEY") }
}
extension AttributeKey where Scope == BondScope, Value == MACAddress {
    fileprivate static var actorSystem: Self { Self(IFLA_BOND_AD_ACTOR_SYSTEM, "IFLA_BOND_AD_ACTOR_SYSTEM") }
}
extension AttributeKey where Scope == BondScope, Value == Nest<BondAggregationScope> {
    fileprivate static var aggregation: Self { Self(IFLA_BOND_AD_INFO, "IFLA_BOND_AD_INFO") }
}
extension AttributeKey where Scope == BondAggregationScope, Value == UInt16 {
    fileprivate static var aggregator: Self { Self(IFLA_BOND_AD_INFO_AGGREGATOR, "IFLA_BOND_AD_INFO_AGGREGATOR") }
    fileprivate static var ports: Self { Self(IFLA_BOND_AD_INFO_NUM_PORTS, "IFLA_BOND_AD_INFO_NUM_PORTS") }
    fileprivate static var actorKey: Self { Self(IFLA_BOND_AD_INFO_ACTOR_KEY, "IFLA_BOND_AD_INFO_ACTOR_KEY") }
    fileprivate static var partnerKey: Self { Self(IFLA_BOND_AD_INFO_PARTNER_KEY, "IFLA_BOND_AD_INFO_PARTNER_KEY") }
}
extension AttributeKey where Scope == BondAggregationScope, Value == MACAddress {
    fileprivate static var partner: Self { Self(IFLA_BOND_AD_INFO_PARTNER_MAC, "IFLA_BOND_AD_INFO_PARTNER_MAC") }
}
