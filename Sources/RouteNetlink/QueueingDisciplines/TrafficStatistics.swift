// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// What a discipline or class has done so far, `TCA_STATS2`. Source: linux/gen_stats.h.
public struct TrafficStatistics: Equatable, Sendable {
    /// Whether the kernel tells what was sent, and what became of the rest: of some classes it tells neither.
    public var hasSent = false, hasQueue = false
    /// What was sent.
    public var bytes: UInt64 = 0, packets: UInt64 = 0
    /// Packets that were thrown away, that had to wait for the rate, and that were put back.
    public var drops: UInt32 = 0, overlimits: UInt32 = 0, requeues: UInt32 = 0
    /// What waits now, in bytes and in packets.
    public var backlog: UInt32 = 0, queueLength: UInt32 = 0

    /// Nothing done yet.
    public init() {}

    init(decoding attributes: borrowing Attributes<TrafficStatisticsScope>) throws(MalformedReply) {
        if let basic = attributes.payload(AttributeKey<TrafficStatisticsScope, [UInt8]>.basic.number) {
            guard let bytes: UInt64 = basic.integer(at: 0), let packets: UInt32 = basic.integer(at: 8) else {
                throw MalformedReply("TCA_STATS_BASIC is too short")
            }
            hasSent = true
            self.bytes = bytes
            // Where 32 bits are too few the kernel adds all 64.
            self.packets = try attributes.value(.packets) ?? UInt64(packets)
        }
        if let queue = attributes.payload(AttributeKey<TrafficStatisticsScope, [UInt8]>.queue.number) {
            guard let queueLength: UInt32 = queue.integer(at: 0), let backlog: UInt32 = queue.integer(at: 4),
                let drops: UInt32 = queue.integer(at: 8), let requeues: UInt32 = queue.integer(at: 12),
                let overlimits: UInt32 = queue.integer(at: 16)
            else { throw MalformedReply("TCA_STATS_QUEUE is too short") }
            hasQueue = true
            (self.queueLength, self.backlog) = (queueLength, backlog)
            (self.drops, self.requeues, self.overlimits) = (drops, requeues, overlimits)
        }
    }
}
