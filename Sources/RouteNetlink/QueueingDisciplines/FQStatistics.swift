// SPDX-License-Identifier: Apache-2.0

internal import Netlink

/// What fq has done, `struct tc_fq_qd_stats`. Source: linux/pkt_sched.h.
public struct FQStatistics: Equatable, Sendable {
    /// Flows that were forgotten, and packets that went ahead of all others.
    public var collectedFlows: UInt64, highPriorityPackets: UInt64
    /// Packets that TCP sent again.
    public var retransmissions: UInt64
    /// How often a flow had to wait for its pace.
    public var throttlings: UInt64
    /// Packets dropped for the limit of their flow, packets too long to be paced, and flows without memory.
    public var flowLimitDrops: UInt64, tooLongPackets: UInt64, allocationErrors: UInt64
    /// When the next flow that waits may send, in nanoseconds from now.
    public var nextDelayedFlow: Int64
    /// How many flows there are, how many of them have nothing to send, and how many wait for their pace.
    public var flows: UInt32, inactiveFlows: UInt32, throttledFlows: UInt32
    /// How late flows are let go, in nanoseconds.
    public var unthrottleLatency: UInt32
    /// Packets marked, dropped for the horizon, and brought forward to it; 0 before Linux 5.7.
    public var congestionMarks: UInt64, horizonDrops: UInt64, horizonCaps: UInt64

    init(decoding payload: RawSpan) throws(MalformedReply) {
        var reader = StructureReader(payload)
        collectedFlows = try reader.require("tc_fq_qd_stats")
        highPriorityPackets = try reader.require("tc_fq_qd_stats")
        retransmissions = try reader.require("tc_fq_qd_stats")
        throttlings = try reader.require("tc_fq_qd_stats")
        flowLimitDrops = try reader.require("tc_fq_qd_stats")
        tooLongPackets = try reader.require("tc_fq_qd_stats")
        allocationErrors = try reader.require("tc_fq_qd_stats")
        nextDelayedFlow = try reader.require("tc_fq_qd_stats")
        flows = try reader.require("tc_fq_qd_stats")
        inactiveFlows = try reader.require("tc_fq_qd_stats")
        throttledFlows = try reader.require("tc_fq_qd_stats")
        unthrottleLatency = try reader.require("tc_fq_qd_stats")
        congestionMarks = reader.next() ?? 0
        horizonDrops = reader.next() ?? 0
        horizonCaps = reader.next() ?? 0
    }
}
