// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// Attributes that follow `struct tcmsg`: `TCA_…` of linux/rtnetlink.h.
public enum TrafficControlMessage {}

/// Attributes inside `TCA_STATS2`: `TCA_STATS_…` of linux/gen_stats.h.
enum TrafficStatisticsScope {}

extension AttributeKey where Scope == TrafficControlMessage, Value == String {
    static var kind: Self { Self(TCA_KIND, "TCA_KIND") }
}
extension AttributeKey where Scope == TrafficControlMessage, Value == [UInt8] {
    static var options: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == TrafficControlMessage, Value == UInt8 {
    static var hardwareOffload: Self { Self(TCA_HW_OFFLOAD, "TCA_HW_OFFLOAD") }
}
extension AttributeKey where Scope == TrafficControlMessage, Value == UInt32 {
    static var ingressBlock: Self { Self(TCA_INGRESS_BLOCK, "TCA_INGRESS_BLOCK") }
    static var egressBlock: Self { Self(TCA_EGRESS_BLOCK, "TCA_EGRESS_BLOCK") }
}
extension AttributeKey where Scope == TrafficControlMessage, Value == PresenceFlag {
    static var showsInvisible: Self { Self(TCA_DUMP_INVISIBLE, "TCA_DUMP_INVISIBLE") }
}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<TrafficStatisticsScope> {
    static var statistics: Self { Self(TCA_STATS2, "TCA_STATS2") }
}

extension AttributeKey where Scope == TrafficStatisticsScope, Value == [UInt8] {
    static var basic: Self { Self(TCA_STATS_BASIC, "TCA_STATS_BASIC") }
    static var queue: Self { Self(TCA_STATS_QUEUE, "TCA_STATS_QUEUE") }
    static var application: Self { Self(TCA_STATS_APP, "TCA_STATS_APP") }
}
extension AttributeKey where Scope == TrafficStatisticsScope, Value == UInt64 {
    static var packets: Self { Self(TCA_STATS_PKT64, "TCA_STATS_PKT64") }
}
