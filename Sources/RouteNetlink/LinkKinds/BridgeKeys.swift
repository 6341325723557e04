// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import CMnl
internal import Netlink

/// Attributes inside `IFLA_INFO_DATA` of a bridge: `IFLA_BR_…` of linux/if_link.h.
enum BridgeScope {}
/// Attributes of a bridge's port, inside `IFLA_INFO_SLAVE_DATA` or `IFLA_PROTINFO`: `IFLA_BRPORT_…`.
enum BridgePortScope {}
/// Attributes inside `IFLA_BR_MCAST_QUERIER_STATE`: `BRIDGE_QUERIER_…` of linux/if_bridge.h.
enum BridgeQuerierScope {}

extension AttributeKey where Scope == LinkInfoScope, Value == Nest<BridgeScope> {
    static var bridge: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<BridgePortScope> {
    static var bridgePort: Self { Self(IFLA_INFO_SLAVE_DATA, "IFLA_INFO_SLAVE_DATA") }
}

// MARK: The bridge

extension AttributeKey where Scope == BridgeScope, Value == ClockTicks<UInt32> {
    static var forwardDelay: Self { Self(IFLA_BR_FORWARD_DELAY, "IFLA_BR_FORWARD_DELAY") }
    static var helloTime: Self { Self(IFLA_BR_HELLO_TIME, "IFLA_BR_HELLO_TIME") }
    static var maximumAge: Self { Self(IFLA_BR_MAX_AGE, "IFLA_BR_MAX_AGE") }
    static var ageingTime: Self { Self(IFLA_BR_AGEING_TIME, "IFLA_BR_AGEING_TIME") }
}
extension AttributeKey where Scope == BridgeScope, Value == ClockTicks<UInt64> {
    static var helloTimer: Self { Self(IFLA_BR_HELLO_TIMER, "IFLA_BR_HELLO_TIMER") }
    static var notificationTimer: Self { Self(IFLA_BR_TCN_TIMER, "IFLA_BR_TCN_TIMER") }
    static var topologyChangeTimer: Self { Self(IFLA_BR_TOPOLOGY_CHANGE_TIMER, "IFLA_BR_TOPOLOGY_CHANGE_TIMER") }
    static var cleanupTimer: Self { Self(IFLA_BR_GC_TIMER, "IFLA_BR_GC_TIMER") }
    static var lastMemberInterval: Self { Self(IFLA_BR_MCAST_LAST_MEMBER_INTVL, "IFLA_BR_MCAST_LAST_MEMBER_INTVL") }
    static var membershipInterval: Self { Self(IFLA_BR_MCAST_MEMBERSHIP_INTVL, "IFLA_BR_MCAST_MEMBERSHIP_INTVL") }
    static var querierInterval: Self { Self(IFLA_BR_MCAST_QUERIER_INTVL, "IFLA_BR_MCAST_QUERIER_INTVL") }
    static var queryInterval: Self { Self(IFLA_BR_MCAST_QUERY_INTVL, "IFLA_BR_MCAST_QUERY_INTVL") }
    static var queryResponseInterval: Self {
        Self(IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, "IFLA_BR_MCAST_QUERY_RESPONSE_INTVL")
    }
    static var startupQueryInterval: Self {
        Self(IFLA_BR_MCAST_STARTUP_QUERY_INTVL, "IFLA_BR_MCAST_STARTUP_QUERY_INTVL")
    }
}
extension AttributeKey where Scope == BridgeScope, Value == SpanningTreeState {
    static var spanningTree: Self { Self(IFLA_BR_STP_STATE, "IFLA_BR_STP_STATE") }
}
extension AttributeKey where Scope == BridgeScope, Value == SpanningTreeMode {
    // Younger than 6.18.
    static var spanningTreeMode: Self { Self(50, "IFLA_BR_STP_MODE") }
}
extension AttributeKey where Scope == BridgeScope, Value == BridgeIdentifier {
    static var root: Self { Self(IFLA_BR_ROOT_ID, "IFLA_BR_ROOT_ID") }
    static var identifier: Self { Self(IFLA_BR_BRIDGE_ID, "IFLA_BR_BRIDGE_ID") }
}
extension AttributeKey where Scope == BridgeScope, Value == UInt16 {
    static var priority: Self { Self(IFLA_BR_PRIORITY, "IFLA_BR_PRIORITY") }
    static var rootPort: Self { Self(IFLA_BR_ROOT_PORT, "IFLA_BR_ROOT_PORT") }
    static var groupForwardMask: Self { Self(IFLA_BR_GROUP_FWD_MASK, "IFLA_BR_GROUP_FWD_MASK") }
    static var defaultVLAN: Self { Self(IFLA_BR_VLAN_DEFAULT_PVID, "IFLA_BR_VLAN_DEFAULT_PVID") }
}
extension AttributeKey where Scope == BridgeScope, Value == UInt32 {
    static var rootPathCost: Self { Self(IFLA_BR_ROOT_PATH_COST, "IFLA_BR_ROOT_PATH_COST") }
    static var multicastHashElasticity: Self {
        Self(IFLA_BR_MCAST_HASH_ELASTICITY, "IFLA_BR_MCAST_HASH_ELASTICITY")
    }
    static var multicastHashMaximum: Self { Self(IFLA_BR_MCAST_HASH_MAX, "IFLA_BR_MCAST_HASH_MAX") }
    static var lastMemberCount: Self { Self(IFLA_BR_MCAST_LAST_MEMBER_CNT, "IFLA_BR_MCAST_LAST_MEMBER_CNT") }
    static var startupQueryCount: Self { Self(IFLA_BR_MCAST_STARTUP_QUERY_CNT, "IFLA_BR_MCAST_STARTUP_QUERY_CNT") }
    // Both since 6.7.
    static var learnedAddresses: Self { Self(48, "IFLA_BR_FDB_N_LEARNED") }
    static var maximumLearnedAddresses: Self { Self(49, "IFLA_BR_FDB_MAX_LEARNED") }
}
extension AttributeKey where Scope == BridgeScope, Value == UInt8 {
    static var igmpVersion: Self { Self(IFLA_BR_MCAST_IGMP_VERSION, "IFLA_BR_MCAST_IGMP_VERSION") }
    static var mldVersion: Self { Self(IFLA_BR_MCAST_MLD_VERSION, "IFLA_BR_MCAST_MLD_VERSION") }
}
extension AttributeKey where Scope == BridgeScope, Value == Bool {
    static var topologyChange: Self { Self(IFLA_BR_TOPOLOGY_CHANGE, "IFLA_BR_TOPOLOGY_CHANGE") }
    static var topologyChangeDetected: Self {
        Self(IFLA_BR_TOPOLOGY_CHANGE_DETECTED, "IFLA_BR_TOPOLOGY_CHANGE_DETECTED")
    }
    static var vlanFiltering: Self { Self(IFLA_BR_VLAN_FILTERING, "IFLA_BR_VLAN_FILTERING") }
    static var vlanStatistics: Self { Self(IFLA_BR_VLAN_STATS_ENABLED, "IFLA_BR_VLAN_STATS_ENABLED") }
    static var vlanStatisticsPerPort: Self { Self(IFLA_BR_VLAN_STATS_PER_PORT, "IFLA_BR_VLAN_STATS_PER_PORT") }
    static var multicastSnooping: Self { Self(IFLA_BR_MCAST_SNOOPING, "IFLA_BR_MCAST_SNOOPING") }
    static var multicastQuerier: Self { Self(IFLA_BR_MCAST_QUERIER, "IFLA_BR_MCAST_QUERIER") }
    static var queriesFromOwnAddress: Self {
        Self(IFLA_BR_MCAST_QUERY_USE_IFADDR, "IFLA_BR_MCAST_QUERY_USE_IFADDR")
    }
    static var multicastStatistics: Self { Self(IFLA_BR_MCAST_STATS_ENABLED, "IFLA_BR_MCAST_STATS_ENABLED") }
    static var callsIPTables: Self { Self(IFLA_BR_NF_CALL_IPTABLES, "IFLA_BR_NF_CALL_IPTABLES") }
    static var callsIP6Tables: Self { Self(IFLA_BR_NF_CALL_IP6TABLES, "IFLA_BR_NF_CALL_IP6TABLES") }
    static var callsARPTables: Self { Self(IFLA_BR_NF_CALL_ARPTABLES, "IFLA_BR_NF_CALL_ARPTABLES") }
}
extension AttributeKey where Scope == BridgeScope, Value == VLANProtocol {
    static var vlanProtocol: Self { Self(IFLA_BR_VLAN_PROTOCOL, "IFLA_BR_VLAN_PROTOCOL") }
}
extension AttributeKey where Scope == BridgeScope, Value == MACAddress {
    static var groupAddress: Self { Self(IFLA_BR_GROUP_ADDR, "IFLA_BR_GROUP_ADDR") }
}
extension AttributeKey where Scope == BridgeScope, Value == MulticastRouter {
    static var multicastRouter: Self { Self(IFLA_BR_MCAST_ROUTER, "IFLA_BR_MCAST_ROUTER") }
}
extension AttributeKey where Scope == BridgeScope, Value == BridgeSwitches {
    static var switches: Self { Self(IFLA_BR_MULTI_BOOLOPT, "IFLA_BR_MULTI_BOOLOPT") }
}
extension AttributeKey where Scope == BridgeScope, Value == PresenceFlag {
    static var flush: Self { Self(IFLA_BR_FDB_FLUSH, "IFLA_BR_FDB_FLUSH") }
}
extension AttributeKey where Scope == BridgeScope, Value == Nest<BridgeQuerierScope> {
    static var queriers: Self { Self(IFLA_BR_MCAST_QUERIER_STATE, "IFLA_BR_MCAST_QUERIER_STATE") }
}

extension AttributeKey where Scope == BridgeQuerierScope, Value == IPAddress {
    static var ipv4Address: Self { Self(BRIDGE_QUERIER_IP_ADDRESS, "BRIDGE_QUERIER_IP_ADDRESS") }
    static var ipv6Address: Self { Self(BRIDGE_QUERIER_IPV6_ADDRESS, "BRIDGE_QUERIER_IPV6_ADDRESS") }
}
extension AttributeKey where Scope == BridgeQuerierScope, Value == Int32 {
    static var ipv4Port: Self { Self(BRIDGE_QUERIER_IP_PORT, "BRIDGE_QUERIER_IP_PORT") }
    static var ipv6Port: Self { Self(BRIDGE_QUERIER_IPV6_PORT, "BRIDGE_QUERIER_IPV6_PORT") }
}
extension AttributeKey where Scope == BridgeQuerierScope, Value == ClockTicks<UInt64> {
    static var ipv4Timer: Self { Self(BRIDGE_QUERIER_IP_OTHER_TIMER, "BRIDGE_QUERIER_IP_OTHER_TIMER") }
    static var ipv6Timer: Self { Self(BRIDGE_QUERIER_IPV6_OTHER_TIMER, "BRIDGE_QUERIER_IPV6_OTHER_TIMER") }
}

// MARK: The port

extension AttributeKey where Scope == BridgePortScope, Value == BridgePortState {
    static var state: Self { Self(IFLA_BRPORT_STATE, "IFLA_BRPORT_STATE") }
}
extension AttributeKey where Scope == BridgePortScope, Value == UInt16 {
    static var priority: Self { Self(IFLA_BRPORT_PRIORITY, "IFLA_BRPORT_PRIORITY") }
    static var designatedPort: Self { Self(IFLA_BRPORT_DESIGNATED_PORT, "IFLA_BRPORT_DESIGNATED_PORT") }
    static var designatedCost: Self { Self(IFLA_BRPORT_DESIGNATED_COST, "IFLA_BRPORT_DESIGNATED_COST") }
    static var identifier: Self { Self(IFLA_BRPORT_ID, "IFLA_BRPORT_ID") }
    static var number: Self { Self(IFLA_BRPORT_NO, "IFLA_BRPORT_NO") }
    static var groupForwardMask: Self { Self(IFLA_BRPORT_GROUP_FWD_MASK, "IFLA_BRPORT_GROUP_FWD_MASK") }
}
extension AttributeKey where Scope == BridgePortScope, Value == UInt32 {
    static var cost: Self { Self(IFLA_BRPORT_COST, "IFLA_BRPORT_COST") }
    static var multicastHostsLimit: Self {
        Self(IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT, "IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT")
    }
    static var multicastHosts: Self { Self(IFLA_BRPORT_MCAST_EHT_HOSTS_CNT, "IFLA_BRPORT_MCAST_EHT_HOSTS_CNT") }
    // Both since 6.3.
    static var multicastGroups: Self { Self(41, "IFLA_BRPORT_MCAST_N_GROUPS") }
    static var multicastGroupsLimit: Self { Self(42, "IFLA_BRPORT_MCAST_MAX_GROUPS") }
    // Since 6.6.
    static var backupNexthop: Self { Self(44, "IFLA_BRPORT_BACKUP_NHID") }
}
extension AttributeKey where Scope == BridgePortScope, Value == Int32 {
    static var backupPort: Self { Self(IFLA_BRPORT_BACKUP_PORT, "IFLA_BRPORT_BACKUP_PORT") }
}
extension AttributeKey where Scope == BridgePortScope, Value == BridgeIdentifier {
    static var designatedRoot: Self { Self(IFLA_BRPORT_ROOT_ID, "IFLA_BRPORT_ROOT_ID") }
    static var designatedBridge: Self { Self(IFLA_BRPORT_BRIDGE_ID, "IFLA_BRPORT_BRIDGE_ID") }
}
extension AttributeKey where Scope == BridgePortScope, Value == ClockTicks<UInt64> {
    static var messageAgeTimer: Self { Self(IFLA_BRPORT_MESSAGE_AGE_TIMER, "IFLA_BRPORT_MESSAGE_AGE_TIMER") }
    static var forwardDelayTimer: Self { Self(IFLA_BRPORT_FORWARD_DELAY_TIMER, "IFLA_BRPORT_FORWARD_DELAY_TIMER") }
    static var holdTimer: Self { Self(IFLA_BRPORT_HOLD_TIMER, "IFLA_BRPORT_HOLD_TIMER") }
}
extension AttributeKey where Scope == BridgePortScope, Value == MulticastRouter {
    static var multicastRouter: Self { Self(IFLA_BRPORT_MULTICAST_ROUTER, "IFLA_BRPORT_MULTICAST_ROUTER") }
}
extension AttributeKey where Scope == BridgePortScope, Value == Bool {
    static var hairpin: Self { Self(IFLA_BRPORT_MODE, "IFLA_BRPORT_MODE") }
    static var bpduGuard: Self { Self(IFLA_BRPORT_GUARD, "IFLA_BRPORT_GUARD") }
    static var rootBlock: Self { Self(IFLA_BRPORT_PROTECT, "IFLA_BRPORT_PROTECT") }
    static var fastLeave: Self { Self(IFLA_BRPORT_FAST_LEAVE, "IFLA_BRPORT_FAST_LEAVE") }
    static var learning: Self { Self(IFLA_BRPORT_LEARNING, "IFLA_BRPORT_LEARNING") }
    static var learningSync: Self { Self(IFLA_BRPORT_LEARNING_SYNC, "IFLA_BRPORT_LEARNING_SYNC") }
    static var unicastFlood: Self { Self(IFLA_BRPORT_UNICAST_FLOOD, "IFLA_BRPORT_UNICAST_FLOOD") }
    static var multicastFlood: Self { Self(IFLA_BRPORT_MCAST_FLOOD, "IFLA_BRPORT_MCAST_FLOOD") }
    static var broadcastFlood: Self { Self(IFLA_BRPORT_BCAST_FLOOD, "IFLA_BRPORT_BCAST_FLOOD") }
    static var multicastToUnicast: Self { Self(IFLA_BRPORT_MCAST_TO_UCAST, "IFLA_BRPORT_MCAST_TO_UCAST") }
    static var proxyARP: Self { Self(IFLA_BRPORT_PROXYARP, "IFLA_BRPORT_PROXYARP") }
    static var proxyARPWiFi: Self { Self(IFLA_BRPORT_PROXYARP_WIFI, "IFLA_BRPORT_PROXYARP_WIFI") }
    static var topologyChangeAcknowledged: Self {
        Self(IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, "IFLA_BRPORT_TOPOLOGY_CHANGE_ACK")
    }
    static var configurationPending: Self { Self(IFLA_BRPORT_CONFIG_PENDING, "IFLA_BRPORT_CONFIG_PENDING") }
    static var vlanTunnel: Self { Self(IFLA_BRPORT_VLAN_TUNNEL, "IFLA_BRPORT_VLAN_TUNNEL") }
    static var neighborSuppression: Self { Self(IFLA_BRPORT_NEIGH_SUPPRESS, "IFLA_BRPORT_NEIGH_SUPPRESS") }
    // Since 6.4.
    static var neighborSuppressionPerVLAN: Self { Self(43, "IFLA_BRPORT_NEIGH_VLAN_SUPPRESS") }
    static var isolated: Self { Self(IFLA_BRPORT_ISOLATED, "IFLA_BRPORT_ISOLATED") }
    static var locked: Self { Self(IFLA_BRPORT_LOCKED, "IFLA_BRPORT_LOCKED") }
    // Since 6.2.
    static var macAuthenticationBypass: Self { Self(40, "IFLA_BRPORT_MAB") }
    static var mrpRingOpen: Self { Self(IFLA_BRPORT_MRP_RING_OPEN, "IFLA_BRPORT_MRP_RING_OPEN") }
    static var mrpInterconnectOpen: Self { Self(IFLA_BRPORT_MRP_IN_OPEN, "IFLA_BRPORT_MRP_IN_OPEN") }
}
extension AttributeKey where Scope == BridgePortScope, Value == PresenceFlag {
    static var flush: Self { Self(IFLA_BRPORT_FLUSH, "IFLA_BRPORT_FLUSH") }
}
