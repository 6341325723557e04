// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// What cake has done, `TCA_CAKE_STATS_…`. Source: linux/pkt_sched.h, tc-cake(8).
public struct CakeStatistics: Equatable, Sendable {
    /// How many bytes wait at most, and how many have at once.
    public var memoryUsed: UInt32?, memoryLimit: UInt32?
    /// The rate that the line is reckoned to have, in bytes a second.
    public var estimatedCapacity: UInt64?
    /// The smallest and the largest packet, in bytes, as it came and as it counts.
    public var minimumPacket: UInt32?, maximumPacket: UInt32?, minimumCounted: UInt32?, maximumCounted: UInt32?
    /// Where the network header is on average, in bytes.
    public var averageOffset: UInt32?
    /// The tins, by which packets are sorted.
    public var tins: [Tin] = []

    /// What one tin has done.
    public struct Tin: Equatable, Sendable {
        /// The rate up to which it goes ahead, in bytes a second.
        public var threshold: UInt64?
        /// What was sent, and what waits.
        public var sentBytes: UInt64?, sentPackets: UInt32?, backlog: UInt32?
        /// How long packets may wait, and for how long they may exceed it, in microseconds.
        public var target: UInt32?, interval: UInt32?
        /// How long packets waited at most, on average, and in flows that send little, in microseconds.
        public var peakDelay: UInt32?, averageDelay: UInt32?, baseDelay: UInt32?
        /// Flows that found their queue elsewhere, found a free one, and found none.
        public var indirectHits: UInt32?, misses: UInt32?, collisions: UInt32?
        /// Packets dropped, marked, and acknowledgements dropped.
        public var drops: UInt32?, marks: UInt32?, acknowledgementDrops: UInt32?
        /// Flows that send little, much, and more than they are told to.
        public var sparseFlows: UInt32?, bulkFlows: UInt32?, unresponsiveFlows: UInt32?
        /// The largest packet, and how many bytes a flow has each turn.
        public var maximumPacket: UInt32?, quantum: UInt32?

        init(_ attributes: borrowing Attributes<CakeTinScope>) throws(MalformedReply) {
            threshold = try attributes.value(.threshold)
            sentBytes = try attributes.value(.sentBytes)
            sentPackets = try attributes.value(.sentPackets)
            backlog = try attributes.value(.backlog)
            target = try attributes.value(.target)
            interval = try attributes.value(.interval)
            peakDelay = try attributes.value(.peakDelay)
            averageDelay = try attributes.value(.averageDelay)
            baseDelay = try attributes.value(.baseDelay)
            indirectHits = try attributes.value(.indirectHits)
            misses = try attributes.value(.misses)
            collisions = try attributes.value(.collisions)
            drops = try attributes.value(.drops)
            marks = try attributes.value(.marks)
            acknowledgementDrops = try attributes.value(.acknowledgementDrops)
            sparseFlows = try attributes.value(.sparseFlows)
            bulkFlows = try attributes.value(.bulkFlows)
            unresponsiveFlows = try attributes.value(.unresponsiveFlows)
            maximumPacket = try attributes.value(.maximumPacket)
            quantum = try attributes.value(.quantum)
        }
    }

    init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<CakeStatisticsScope>(payload)
        memoryUsed = try attributes.value(.memoryUsed)
        memoryLimit = try attributes.value(.memoryLimit)
        estimatedCapacity = try attributes.value(.estimatedCapacity)
        minimumPacket = try attributes.value(.minimumPacket)
        maximumPacket = try attributes.value(.maximumPacket)
        minimumCounted = try attributes.value(.minimumCounted)
        maximumCounted = try attributes.value(.maximumCounted)
        averageOffset = try attributes.value(.averageOffset)
        guard let nests = try attributes.nested(.tins) else { return }
        var tins: [Tin] = []
        try nests.forEach { (_, payload) throws(MalformedReply) in
            tins.append(try Tin(try Attributes<CakeTinScope>(payload)))
        }
        self.tins = tins
    }
}

/// What a flow of cake, which is shown as a class, has done.
public struct CakeFlowStatistics: Equatable, Sendable {
    /// How many bytes it may still send this turn.
    public var deficit: Int32?
    /// Drops for waiting, and the likelihood of drops for being full.
    public var count: UInt32?, dropProbability: UInt32?
    /// Whether it drops now; nil when it does not.
    public var isDropping: Bool?
    /// When it drops next, in microseconds from now.
    public var nextDrop: Int32?

    init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<CakeStatisticsScope>(payload)
        deficit = try attributes.value(.deficit)
        count = try attributes.value(.count)
        dropProbability = try attributes.value(.dropProbability)
        if let dropping = try attributes.value(.isDropping) { isDropping = dropping != 0 }
        nextDrop = try attributes.value(.nextDrop)
    }
}

private enum CakeStatisticsScope {}
/// The list of tins, numbered from 1.
private enum CakeTinList {}
/// Attributes of one tin: `TCA_CAKE_TIN_STATS_…`.
enum CakeTinScope {}
extension AttributeKey where Scope == CakeStatisticsScope, Value == Nest<CakeTinList> {
    fileprivate static var tins: Self { Self(TCA_CAKE_STATS_TIN_STATS, "TCA_CAKE_STATS_TIN_STATS") }
}
extension AttributeKey where Scope == CakeStatisticsScope, Value == UInt64 {
    fileprivate static var estimatedCapacity: Self {
        Self(TCA_CAKE_STATS_CAPACITY_ESTIMATE64, "TCA_CAKE_STATS_CAPACITY_ESTIMATE64")
    }
}
extension AttributeKey where Scope == CakeStatisticsScope, Value == Int32 {
    fileprivate static var deficit: Self { Self(TCA_CAKE_STATS_DEFICIT, "TCA_CAKE_STATS_DEFICIT") }
    fileprivate static var nextDrop: Self { Self(TCA_CAKE_STATS_DROP_NEXT_US, "TCA_CAKE_STATS_DROP_NEXT_US") }
}
extension AttributeKey where Scope == CakeStatisticsScope, Value == UInt32 {
    fileprivate static var memoryLimit: Self { Self(TCA_CAKE_STATS_MEMORY_LIMIT, "TCA_CAKE_STATS_MEMORY_LIMIT") }
    fileprivate static var memoryUsed: Self { Self(TCA_CAKE_STATS_MEMORY_USED, "TCA_CAKE_STATS_MEMORY_USED") }
    fileprivate static var averageOffset: Self { Self(TCA_CAKE_STATS_AVG_NETOFF, "TCA_CAKE_STATS_AVG_NETOFF") }
    fileprivate static var minimumPacket: Self { Self(TCA_CAKE_STATS_MIN_NETLEN, "TCA_CAKE_STATS_MIN_NETLEN") }
    fileprivate static var maximumPacket: Self { Self(TCA_CAKE_STATS_MAX_NETLEN, "TCA_CAKE_STATS_MAX_NETLEN") }
    fileprivate static var minimumCounted: Self { Self(TCA_CAKE_STATS_MIN_ADJLEN, "TCA_CAKE_STATS_MIN_ADJLEN") }
    fileprivate static var maximumCounted: Self { Self(TCA_CAKE_STATS_MAX_ADJLEN, "TCA_CAKE_STATS_MAX_ADJLEN") }
    fileprivate static var count: Self { Self(TCA_CAKE_STATS_COBALT_COUNT, "TCA_CAKE_STATS_COBALT_COUNT") }
    fileprivate static var isDropping: Self { Self(TCA_CAKE_STATS_DROPPING, "TCA_CAKE_STATS_DROPPING") }
    fileprivate static var dropProbability: Self { Self(TCA_CAKE_STATS_P_DROP, "TCA_CAKE_STATS_P_DROP") }
}
extension AttributeKey where Scope == CakeTinScope, Value == UInt64 {
    fileprivate static var sentBytes: Self {
        Self(TCA_CAKE_TIN_STATS_SENT_BYTES64, "TCA_CAKE_TIN_STATS_SENT_BYTES64")
    }
    fileprivate static var threshold: Self {
        Self(TCA_CAKE_TIN_STATS_THRESHOLD_RATE64, "TCA_CAKE_TIN_STATS_THRESHOLD_RATE64")
    }
}
extension AttributeKey where Scope == CakeTinScope, Value == UInt32 {
    fileprivate static var sentPackets: Self {
        Self(TCA_CAKE_TIN_STATS_SENT_PACKETS, "TCA_CAKE_TIN_STATS_SENT_PACKETS")
    }
    fileprivate static var drops: Self {
        Self(TCA_CAKE_TIN_STATS_DROPPED_PACKETS, "TCA_CAKE_TIN_STATS_DROPPED_PACKETS")
    }
    fileprivate static var acknowledgementDrops: Self {
        Self(TCA_CAKE_TIN_STATS_ACKS_DROPPED_PACKETS, "TCA_CAKE_TIN_STATS_ACKS_DROPPED_PACKETS")
    }
    fileprivate static var marks: Self {
        Self(TCA_CAKE_TIN_STATS_ECN_MARKED_PACKETS, "TCA_CAKE_TIN_STATS_ECN_MARKED_PACKETS")
    }
    fileprivate static var backlog: Self {
        Self(TCA_CAKE_TIN_STATS_BACKLOG_BYTES, "TCA_CAKE_TIN_STATS_BACKLOG_BYTES")
    }
    fileprivate static var target: Self { Self(TCA_CAKE_TIN_STATS_TARGET_US, "TCA_CAKE_TIN_STATS_TARGET_US") }
    fileprivate static var interval: Self { Self(TCA_CAKE_TIN_STATS_INTERVAL_US, "TCA_CAKE_TIN_STATS_INTERVAL_US") }
    fileprivate static var indirectHits: Self {
        Self(TCA_CAKE_TIN_STATS_WAY_INDIRECT_HITS, "TCA_CAKE_TIN_STATS_WAY_INDIRECT_HITS")
    }
    fileprivate static var misses: Self { Self(TCA_CAKE_TIN_STATS_WAY_MISSES, "TCA_CAKE_TIN_STATS_WAY_MISSES") }
    fileprivate static var collisions: Self {
        Self(TCA_CAKE_TIN_STATS_WAY_COLLISIONS, "TCA_CAKE_TIN_STATS_WAY_COLLISIONS")
    }
    fileprivate static var peakDelay: Self {
        Self(TCA_CAKE_TIN_STATS_PEAK_DELAY_US, "TCA_CAKE_TIN_STATS_PEAK_DELAY_US")
    }
    fileprivate static var averageDelay: Self {
        Self(TCA_CAKE_TIN_STATS_AVG_DELAY_US, "TCA_CAKE_TIN_STATS_AVG_DELAY_US")
    }
    fileprivate static var baseDelay: Self {
        Self(TCA_CAKE_TIN_STATS_BASE_DELAY_US, "TCA_CAKE_TIN_STATS_BASE_DELAY_US")
    }
    fileprivate static var sparseFlows: Self {
        Self(TCA_CAKE_TIN_STATS_SPARSE_FLOWS, "TCA_CAKE_TIN_STATS_SPARSE_FLOWS")
    }
    fileprivate static var bulkFlows: Self { Self(TCA_CAKE_TIN_STATS_BULK_FLOWS, "TCA_CAKE_TIN_STATS_BULK_FLOWS") }
    fileprivate static var unresponsiveFlows: Self {
        Self(TCA_CAKE_TIN_STATS_UNRESPONSIVE_FLOWS, "TCA_CAKE_TIN_STATS_UNRESPONSIVE_FLOWS")
    }
    fileprivate static var maximumPacket: Self { Self(TCA_CAKE_TIN_STATS_MAX_SKBLEN, "TCA_CAKE_TIN_STATS_MAX_SKBLEN") }
    fileprivate static var quantum: Self { Self(TCA_CAKE_TIN_STATS_FLOW_QUANTUM, "TCA_CAKE_TIN_STATS_FLOW_QUANTUM") }
}
