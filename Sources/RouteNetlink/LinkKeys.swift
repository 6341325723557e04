// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import Netlink
internal import CMnl

/// Attributes that follow `struct ifinfomsg`: `IFLA_…` of linux/if_link.h.
public enum LinkScope {}
/// Attributes inside `IFLA_LINKINFO`.
public enum LinkInfoScope {}
/// Attributes inside `IFLA_PROP_LIST`.
public enum LinkPropertyScope {}
/// Attributes inside `IFLA_AF_SPEC`, one nest per address family.
public enum LinkFamilyScope {}
/// Attributes inside `AF_INET6` of `IFLA_AF_SPEC`.
public enum LinkInet6Scope {}
/// Attributes inside `IFLA_PROTO_DOWN_REASON`.
public enum ProtocolDownReasonScope {}

extension AttributeKey where Scope == LinkScope, Value == InterfaceName {
    /// The device's name.
    public static var name: Self { Self(IFLA_IFNAME, "IFLA_IFNAME") }
}
extension AttributeKey where Scope == LinkScope, Value == String {
    static var queueingDiscipline: Self { Self(IFLA_QDISC, "IFLA_QDISC") }
    static var alias: Self { Self(IFLA_IFALIAS, "IFLA_IFALIAS") }
    static var alternativeName: Self { Self(IFLA_ALT_IFNAME, "IFLA_ALT_IFNAME") }
    static var physicalPortName: Self { Self(IFLA_PHYS_PORT_NAME, "IFLA_PHYS_PORT_NAME") }
    static var parentDeviceName: Self { Self(IFLA_PARENT_DEV_NAME, "IFLA_PARENT_DEV_NAME") }
    static var parentDeviceBus: Self { Self(IFLA_PARENT_DEV_BUS_NAME, "IFLA_PARENT_DEV_BUS_NAME") }
}
extension AttributeKey where Scope == LinkScope, Value == LinkLayerAddress {
    static var address: Self { Self(IFLA_ADDRESS, "IFLA_ADDRESS") }
    static var broadcast: Self { Self(IFLA_BROADCAST, "IFLA_BROADCAST") }
    static var permanentAddress: Self { Self(IFLA_PERM_ADDRESS, "IFLA_PERM_ADDRESS") }
}
extension AttributeKey where Scope == LinkScope, Value == UInt32 {
    static var mtu: Self { Self(IFLA_MTU, "IFLA_MTU") }
    static var minimumMTU: Self { Self(IFLA_MIN_MTU, "IFLA_MIN_MTU") }
    static var maximumMTU: Self { Self(IFLA_MAX_MTU, "IFLA_MAX_MTU") }
    static var transmitQueueLength: Self { Self(IFLA_TXQLEN, "IFLA_TXQLEN") }
    static var group: Self { Self(IFLA_GROUP, "IFLA_GROUP") }
    static var promiscuity: Self { Self(IFLA_PROMISCUITY, "IFLA_PROMISCUITY") }
    // 61 in kernels since 6.0; Debian 12's headers have it as well.
    static var allMulticastCount: Self { Self(61, "IFLA_ALLMULTI") }
    static var transmitQueues: Self { Self(IFLA_NUM_TX_QUEUES, "IFLA_NUM_TX_QUEUES") }
    static var receiveQueues: Self { Self(IFLA_NUM_RX_QUEUES, "IFLA_NUM_RX_QUEUES") }
    static var gsoMaximumSize: Self { Self(IFLA_GSO_MAX_SIZE, "IFLA_GSO_MAX_SIZE") }
    static var gsoMaximumSegments: Self { Self(IFLA_GSO_MAX_SEGS, "IFLA_GSO_MAX_SEGS") }
    static var tsoMaximumSize: Self { Self(59, "IFLA_TSO_MAX_SIZE") }
    static var tsoMaximumSegments: Self { Self(60, "IFLA_TSO_MAX_SEGS") }
    static var groMaximumSize: Self { Self(58, "IFLA_GRO_MAX_SIZE") }
    static var gsoIPv4MaximumSize: Self { Self(63, "IFLA_GSO_IPV4_MAX_SIZE") }
    static var groIPv4MaximumSize: Self { Self(64, "IFLA_GRO_IPV4_MAX_SIZE") }
    static var carrierChanges: Self { Self(IFLA_CARRIER_CHANGES, "IFLA_CARRIER_CHANGES") }
    static var carrierUpCount: Self { Self(IFLA_CARRIER_UP_COUNT, "IFLA_CARRIER_UP_COUNT") }
    static var carrierDownCount: Self { Self(IFLA_CARRIER_DOWN_COUNT, "IFLA_CARRIER_DOWN_COUNT") }
    static var filterMask: Self { Self(IFLA_EXT_MASK, "IFLA_EXT_MASK") }
    static var namespaceProcess: Self { Self(IFLA_NET_NS_PID, "IFLA_NET_NS_PID") }
    static var event: Self { Self(IFLA_EVENT, "IFLA_EVENT") }
}
extension AttributeKey where Scope == LinkScope, Value == Int32 {
    /// The link below (`vlan` on what) or the peer of a veth: an index in the namespace of `linkNamespaceID`.
    static var link: Self { Self(IFLA_LINK, "IFLA_LINK") }
    static var master: Self { Self(IFLA_MASTER, "IFLA_MASTER") }
    static var linkNamespaceID: Self { Self(IFLA_LINK_NETNSID, "IFLA_LINK_NETNSID") }
    static var newNamespaceID: Self { Self(IFLA_NEW_NETNSID, "IFLA_NEW_NETNSID") }
    static var newIndex: Self { Self(IFLA_NEW_IFINDEX, "IFLA_NEW_IFINDEX") }
    static var targetNamespaceID: Self { Self(IFLA_TARGET_NETNSID, "IFLA_TARGET_NETNSID") }
    static var namespaceDescriptor: Self { Self(IFLA_NET_NS_FD, "IFLA_NET_NS_FD") }
}
extension AttributeKey where Scope == LinkScope, Value == UInt8 {
    static var operationalState: Self { Self(IFLA_OPERSTATE, "IFLA_OPERSTATE") }
    static var linkMode: Self { Self(IFLA_LINKMODE, "IFLA_LINKMODE") }
}
extension AttributeKey where Scope == LinkScope, Value == Bool {
    static var carrier: Self { Self(IFLA_CARRIER, "IFLA_CARRIER") }
    static var protocolDown: Self { Self(IFLA_PROTO_DOWN, "IFLA_PROTO_DOWN") }
}
extension AttributeKey where Scope == LinkScope, Value == LinkStatistics {
    static var statistics: Self { Self(IFLA_STATS64, "IFLA_STATS64") }
}
extension AttributeKey where Scope == LinkScope, Value == Nest<LinkInfoScope> {
    static var info: Self { Self(IFLA_LINKINFO, "IFLA_LINKINFO") }
}
extension AttributeKey where Scope == LinkScope, Value == Nest<LinkPropertyScope> {
    static var properties: Self { Self(IFLA_PROP_LIST, "IFLA_PROP_LIST") }
}
extension AttributeKey where Scope == LinkScope, Value == Nest<LinkFamilyScope> {
    static var families: Self { Self(IFLA_AF_SPEC, "IFLA_AF_SPEC") }
}
extension AttributeKey where Scope == LinkScope, Value == [UInt8] {
    static var physicalPortID: Self { Self(IFLA_PHYS_PORT_ID, "IFLA_PHYS_PORT_ID") }
    static var physicalSwitchID: Self { Self(IFLA_PHYS_SWITCH_ID, "IFLA_PHYS_SWITCH_ID") }
}
extension AttributeKey where Scope == LinkScope, Value == Nest<ProtocolDownReasonScope> {
    static var protocolDownReason: Self { Self(IFLA_PROTO_DOWN_REASON, "IFLA_PROTO_DOWN_REASON") }
}
extension AttributeKey where Scope == ProtocolDownReasonScope, Value == UInt32 {
    static var mask: Self { Self(IFLA_PROTO_DOWN_REASON_MASK, "IFLA_PROTO_DOWN_REASON_MASK") }
    static var value: Self { Self(IFLA_PROTO_DOWN_REASON_VALUE, "IFLA_PROTO_DOWN_REASON_VALUE") }
}
extension AttributeKey where Scope == LinkPropertyScope, Value == String {
    static var alternativeName: Self { Self(IFLA_ALT_IFNAME, "IFLA_ALT_IFNAME") }
}
extension AttributeKey where Scope == LinkFamilyScope, Value == Nest<LinkInet6Scope> {
    static var inet6: Self { Self(10, "AF_INET6") }
}
extension AttributeKey where Scope == LinkInet6Scope, Value == UInt8 {
    static var addressGenerationMode: Self { Self(IFLA_INET6_ADDR_GEN_MODE, "IFLA_INET6_ADDR_GEN_MODE") }
}
extension AttributeKey where Scope == LinkInfoScope, Value == String {
    /// The link's kind: `veth`, `bridge`, …
    public static var kind: Self { Self(IFLA_INFO_KIND, "IFLA_INFO_KIND") }
    /// The kind of the master, as far as it keeps options per port.
    public static var portKind: Self { Self(IFLA_INFO_SLAVE_KIND, "IFLA_INFO_SLAVE_KIND") }
}
