// SPDX-License-Identifier: Apache-2.0

internal import Netlink

/// What fq_codel has done, `struct tc_fq_codel_qd_stats`. Source: linux/pkt_sched.h.
public struct FQCoDelStatistics: Equatable, Sendable {
    /// The largest packet, in bytes.
    public var maximumPacket: UInt32
    /// How often the limit was hit, and packets that were marked, not dropped.
    public var limitDrops: UInt32, congestionMarks: UInt32
    /// How often a packet began a flow.
    public var newFlows: UInt32
    /// Flows in the list of new ones, and of old ones.
    public var newListLength: UInt32, oldListLength: UInt32
    /// Packets marked for `congestionThreshold`; 0 before Linux 4.2.
    public var thresholdMarks: UInt32
    /// How many bytes wait, and drops for the limit of memory; 0 before Linux 4.8.
    public var memoryUsed: UInt32, memoryDrops: UInt32

    init(decoding payload: RawSpan) throws(MalformedReply) {
        var reader = StructureReader(payload)
        maximumPacket = try reader.require("tc_fq_codel_qd_stats")
        limitDrops = try reader.require("tc_fq_codel_qd_stats")
        congestionMarks = try reader.require("tc_fq_codel_qd_stats")
        newFlows = try reader.require("tc_fq_codel_qd_stats")
        newListLength = try reader.require("tc_fq_codel_qd_stats")
        oldListLength = try reader.require("tc_fq_codel_qd_stats")
        thresholdMarks = reader.next() ?? 0
        memoryUsed = reader.next() ?? 0
        memoryDrops = reader.next() ?? 0
    }
}

/// What a flow of fq_codel, which is shown as a class, has done: `struct tc_fq_codel_cl_stats`.
public struct FQCoDelFlowStatistics: Equatable, Sendable {
    /// How many bytes it may still send this turn.
    public var deficit: Int32
    /// How long the last packet waited, in microseconds.
    public var lastDelay: UInt32
    /// Drops since it began to drop, and how many those were when it last did.
    public var count: UInt32, lastCount: UInt32
    /// Whether it drops now.
    public var isDropping: Bool
    /// When it drops next, in microseconds from now.
    public var nextDrop: Int32

    init(decoding payload: RawSpan) throws(MalformedReply) {
        var reader = StructureReader(payload)
        deficit = try reader.require("tc_fq_codel_cl_stats")
        lastDelay = try reader.require("tc_fq_codel_cl_stats")
        count = try reader.require("tc_fq_codel_cl_stats")
        lastCount = try reader.require("tc_fq_codel_cl_stats")
        isDropping = try reader.require("tc_fq_codel_cl_stats") as UInt32 != 0
        nextDrop = try reader.require("tc_fq_codel_cl_stats")
    }
}
