// SPDX-License-Identifier: Apache-2.0

public import Netlink

/// What a bridge keeps for one port, `IFLA_INFO_SLAVE_DATA` with `IFLA_BRPORT_…`. Sources: linux/if_link.h,
/// ip-link(8), bridge(8).
///
/// The kernel heeds them only for a link that is a port already: in the message that makes the link they
/// are ignored, and in the one that puts it into the bridge refused with `EOPNOTSUPP`. What is marked
/// "read only" is not sent.
public struct BridgePortOptions: LinkKindOptions, Equatable {
    /// The kind of the master.
    public static let kind = "bridge"

    // MARK: Spanning tree

    /// `IFLA_BRPORT_STATE`. To be set only while the kernel does not run the protocol itself, else `EBUSY`.
    public var state: BridgePortState?
    /// `IFLA_BRPORT_PRIORITY`, 0 to 63, and `IFLA_BRPORT_COST`, 1 to 65535: the lower, the sooner it is used.
    public var priority: UInt16?, cost: UInt32?
    /// `IFLA_BRPORT_GUARD`: messages of the protocol are dropped.
    public var bpduGuard: Bool?
    /// `IFLA_BRPORT_PROTECT`: no root is accepted from behind it.
    public var rootBlock: Bool?
    /// `IFLA_BRPORT_ID`, priority and number together, and `IFLA_BRPORT_NO`. Read only.
    public var identifier: UInt16?, number: UInt16?
    /// `IFLA_BRPORT_BRIDGE_ID`, `IFLA_BRPORT_ROOT_ID`: who forwards from this segment, and its root. Read only.
    public var designatedBridge: BridgeIdentifier?, designatedRoot: BridgeIdentifier?
    /// `IFLA_BRPORT_DESIGNATED_PORT`, `IFLA_BRPORT_DESIGNATED_COST`: by which port, at what cost. Read only.
    public var designatedPort: UInt16?, designatedCost: UInt16?
    /// `IFLA_BRPORT_TOPOLOGY_CHANGE_ACK`, `IFLA_BRPORT_CONFIG_PENDING`. Read only.
    public var topologyChangeAcknowledged: Bool?, configurationPending: Bool?
    /// `IFLA_BRPORT_MESSAGE_AGE_TIMER` and its like: what is left. Read only.
    public var messageAgeTimer: ClockTicks<UInt64>?, forwardDelayTimer: ClockTicks<UInt64>?
    /// `IFLA_BRPORT_HOLD_TIMER`. Read only.
    public var holdTimer: ClockTicks<UInt64>?

    // MARK: Addresses and access

    /// `IFLA_BRPORT_LEARNING`: source addresses are remembered.
    public var learning: Bool?
    /// `IFLA_BRPORT_LEARNING_SYNC`: those that the hardware learned, too. Only some drivers know it.
    public var learningSync: Bool?
    /// `IFLA_BRPORT_LOCKED`: only known sources may send, IEEE 802.1X.
    public var locked: Bool?
    /// `IFLA_BRPORT_MAB`, since 6.2: on a locked port, others are noted for a daemon to admit. Needs `learning`.
    public var macAuthenticationBypass: Bool?
    /// `IFLA_BRPORT_ISOLATED`: nothing passes between this port and others that are isolated.
    public var isolated: Bool?
    /// `IFLA_BRPORT_FLUSH`: the addresses behind it are forgotten at once. Write only.
    public var flushesAddresses = false

    // MARK: Forwarding

    /// `IFLA_BRPORT_MODE`: frames may go back out where they came in.
    public var hairpin: Bool?
    /// `IFLA_BRPORT_UNICAST_FLOOD`, `IFLA_BRPORT_MCAST_FLOOD`, `IFLA_BRPORT_BCAST_FLOOD`: unknown ones come here.
    public var unicastFlood: Bool?, multicastFlood: Bool?, broadcastFlood: Bool?
    /// `IFLA_BRPORT_GROUP_FWD_MASK`: which of the frames to 01:80:c2:00:00:0X are forwarded, one bit for each X.
    public var groupForwardMask: UInt16?
    /// `IFLA_BRPORT_BACKUP_PORT`: the index of the port used while this one has no carrier; 0 takes it away.
    public var backupPort: Int32?
    /// `IFLA_BRPORT_BACKUP_NHID`, since 6.6: a nexthop for what is sent to the backup port; 0 for none.
    public var backupNexthop: UInt32?
    /// `IFLA_BRPORT_VLAN_TUNNEL`: VLANs are mapped to tunnels.
    public var vlanTunnel: Bool?

    // MARK: Neighbours

    /// `IFLA_BRPORT_PROXYARP`, `IFLA_BRPORT_PROXYARP_WIFI`: the bridge answers ARP for hosts that it knows.
    public var proxyARP: Bool?, proxyARPWiFi: Bool?
    /// `IFLA_BRPORT_NEIGH_SUPPRESS`, `IFLA_BRPORT_NEIGH_VLAN_SUPPRESS` (since 6.4): ARP and ND are not flooded here.
    public var neighborSuppression: Bool?, neighborSuppressionPerVLAN: Bool?

    // MARK: Multicast

    /// `IFLA_BRPORT_MULTICAST_ROUTER`
    public var multicastRouter: MulticastRouter?
    /// `IFLA_BRPORT_FAST_LEAVE`: a leave counts at once.
    public var fastLeave: Bool?
    /// `IFLA_BRPORT_MCAST_TO_UCAST`: each listener gets a copy of its own.
    public var multicastToUnicast: Bool?
    /// `IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT`, and `IFLA_BRPORT_MCAST_EHT_HOSTS_CNT`, which is read only.
    public var multicastHostsLimit: UInt32?, multicastHosts: UInt32?
    /// `IFLA_BRPORT_MCAST_MAX_GROUPS` (0 for any number), and `IFLA_BRPORT_MCAST_N_GROUPS`, which is read only.
    /// Since 6.3.
    public var multicastGroupsLimit: UInt32?, multicastGroups: UInt32?

    // MARK: Media redundancy

    /// `IFLA_BRPORT_MRP_RING_OPEN`, `IFLA_BRPORT_MRP_IN_OPEN`: the ring or interconnection is broken. Read only.
    public var mrpRingOpen: Bool?, mrpInterconnectOpen: Bool?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_SLAVE_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<BridgePortScope>(payload)
        try decodeSpanningTree(attributes)
        try decodeForwarding(attributes)
        try decodeMulticast(attributes)
        learning = try attributes.value(.learning)
        learningSync = try attributes.value(.learningSync)
        locked = try attributes.value(.locked)
        macAuthenticationBypass = try attributes.value(.macAuthenticationBypass)
        isolated = try attributes.value(.isolated)
        proxyARP = try attributes.value(.proxyARP)
        proxyARPWiFi = try attributes.value(.proxyARPWiFi)
        neighborSuppression = try attributes.value(.neighborSuppression)
        neighborSuppressionPerVLAN = try attributes.value(.neighborSuppressionPerVLAN)
        mrpRingOpen = try attributes.value(.mrpRingOpen)
        mrpInterconnectOpen = try attributes.value(.mrpInterconnectOpen)
    }

    private mutating func decodeSpanningTree(
        _ attributes: borrowing Attributes<BridgePortScope>
    ) throws(MalformedReply) {
        state = try attributes.value(.state)
        priority = try attributes.value(.priority)
        cost = try attributes.value(.cost)
        bpduGuard = try attributes.value(.bpduGuard)
        rootBlock = try attributes.value(.rootBlock)
        identifier = try attributes.value(.identifier)
        number = try attributes.value(.number)
        designatedBridge = try attributes.value(.designatedBridge)
        designatedRoot = try attributes.value(.designatedRoot)
        designatedPort = try attributes.value(.designatedPort)
        designatedCost = try attributes.value(.designatedCost)
        topologyChangeAcknowledged = try attributes.value(.topologyChangeAcknowledged)
        configurationPending = try attributes.value(.configurationPending)
        messageAgeTimer = try attributes.value(.messageAgeTimer)
        forwardDelayTimer = try attributes.value(.forwardDelayTimer)
        holdTimer = try attributes.value(.holdTimer)
    }

    private mutating func decodeForwarding(_ attributes: borrowing Attributes<BridgePortScope>) throws(MalformedReply) {
        hairpin = try attributes.value(.hairpin)
        unicastFlood = try attributes.value(.unicastFlood)
        multicastFlood = try attributes.value(.multicastFlood)
        broadcastFlood = try attributes.value(.broadcastFlood)
        groupForwardMask = try attributes.value(.groupForwardMask)
        backupPort = try attributes.value(.backupPort)
        backupNexthop = try attributes.value(.backupNexthop)
        vlanTunnel = try attributes.value(.vlanTunnel)
    }

    private mutating func decodeMulticast(_ attributes: borrowing Attributes<BridgePortScope>) throws(MalformedReply) {
        multicastRouter = try attributes.value(.multicastRouter)
        fastLeave = try attributes.value(.fastLeave)
        multicastToUnicast = try attributes.value(.multicastToUnicast)
        multicastHostsLimit = try attributes.value(.multicastHostsLimit)
        multicastHosts = try attributes.value(.multicastHosts)
        multicastGroupsLimit = try attributes.value(.multicastGroupsLimit)
        multicastGroups = try attributes.value(.multicastGroups)
    }

    /// Puts `IFLA_INFO_SLAVE_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != BridgePortOptions() else { return }
        info.nest(.bridgePort) { data in
            data.put(.state, ifPresent: state)
            data.put(.priority, ifPresent: priority)
            data.put(.cost, ifPresent: cost)
            data.put(.bpduGuard, ifPresent: bpduGuard)
            data.put(.rootBlock, ifPresent: rootBlock)
            data.put(.learning, ifPresent: learning)
            data.put(.learningSync, ifPresent: learningSync)
            data.put(.locked, ifPresent: locked)
            data.put(.macAuthenticationBypass, ifPresent: macAuthenticationBypass)
            data.put(.isolated, ifPresent: isolated)
            encodeForwarding(into: data)
            data.put(.proxyARP, ifPresent: proxyARP)
            data.put(.proxyARPWiFi, ifPresent: proxyARPWiFi)
            data.put(.neighborSuppression, ifPresent: neighborSuppression)
            data.put(.neighborSuppressionPerVLAN, ifPresent: neighborSuppressionPerVLAN)
            data.put(.multicastRouter, ifPresent: multicastRouter)
            data.put(.fastLeave, ifPresent: fastLeave)
            data.put(.multicastToUnicast, ifPresent: multicastToUnicast)
            data.put(.multicastHostsLimit, ifPresent: multicastHostsLimit)
            data.put(.multicastGroupsLimit, ifPresent: multicastGroupsLimit)
            if flushesAddresses { data.put(.flush, PresenceFlag()) }
        }
    }

    private func encodeForwarding(into data: AttributeWriter<BridgePortScope>) {
        data.put(.hairpin, ifPresent: hairpin)
        data.put(.unicastFlood, ifPresent: unicastFlood)
        data.put(.multicastFlood, ifPresent: multicastFlood)
        data.put(.broadcastFlood, ifPresent: broadcastFlood)
        data.put(.groupForwardMask, ifPresent: groupForwardMask)
        data.put(.backupPort, ifPresent: backupPort)
        data.put(.backupNexthop, ifPresent: backupNexthop)
        data.put(.vlanTunnel, ifPresent: vlanTunnel)
    }
}
