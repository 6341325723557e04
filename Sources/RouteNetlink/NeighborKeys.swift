// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import CMnl
internal import Netlink

/// Attributes that follow `struct ndmsg`: `NDA_…` of linux/neighbour.h.
public enum NeighborMessage {}

extension AttributeKey where Scope == NeighborMessage, Value == IPAddress {
    static var address: Self { Self(NDA_DST, "NDA_DST") }
}
extension AttributeKey where Scope == NeighborMessage, Value == LinkLayerAddress {
    static var linkLayerAddress: Self { Self(NDA_LLADDR, "NDA_LLADDR") }
}
extension AttributeKey where Scope == NeighborMessage, Value == NeighborUsage {
    static var usage: Self { Self(NDA_CACHEINFO, "NDA_CACHEINFO") }
}
extension AttributeKey where Scope == NeighborMessage, Value == UInt32 {
    static var probes: Self { Self(NDA_PROBES, "NDA_PROBES") }
    static var vni: Self { Self(NDA_VNI, "NDA_VNI") }
    static var sourceVNI: Self { Self(NDA_SRC_VNI, "NDA_SRC_VNI") }
    static var nextHopID: Self { Self(NDA_NH_ID, "NDA_NH_ID") }
    static var extendedFlags: Self { Self(NDA_FLAGS_EXT, "NDA_FLAGS_EXT") }
}
extension AttributeKey where Scope == NeighborMessage, Value == Int32 {
    /// In a dump the device that is asked for; of a forwarding entry the one that packets leave by.
    static var device: Self { Self(NDA_IFINDEX, "NDA_IFINDEX") }
    static var master: Self { Self(NDA_MASTER, "NDA_MASTER") }
    static var linkNamespaceID: Self { Self(NDA_LINK_NETNSID, "NDA_LINK_NETNSID") }
}
extension AttributeKey where Scope == NeighborMessage, Value == UInt16 {
    static var vlan: Self { Self(NDA_VLAN, "NDA_VLAN") }
}
extension AttributeKey where Scope == NeighborMessage, Value == NetworkOrder<UInt16> {
    static var port: Self { Self(NDA_PORT, "NDA_PORT") }
}
extension AttributeKey where Scope == NeighborMessage, Value == UInt8 {
    static var origin: Self { Self(NDA_PROTOCOL, "NDA_PROTOCOL") }
}
