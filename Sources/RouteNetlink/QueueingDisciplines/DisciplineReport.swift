// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// What disciplines of some kinds count beyond ``TrafficStatistics``, `TCA_STATS_APP`.
public enum DisciplineReport: Equatable, Sendable {
    case fq(FQStatistics)
    case fqCoDel(FQCoDelStatistics)
    case cake(CakeStatistics)

    /// Reads the attribute; nil for other kinds, and for what their classes report.
    init?(kind: String, decoding payload: RawSpan) throws(MalformedReply) {
        switch kind {
        case FQOptions.kind: self = .fq(try FQStatistics(decoding: payload))
        case FQCoDelOptions.kind:
            guard let statistics = try FQCoDelStatistics(decoding: payload) else { return nil }
            self = .fqCoDel(statistics)
        case CakeOptions.kind: self = .cake(try CakeStatistics(decoding: payload))
        default: return nil
        }
    }
}

/// What fq has counted, `struct tc_fq_qd_stats`.
public struct FQStatistics: Equatable, Sendable {
    /// Flows that there are, that have nothing to send, and that wait for their time.
    public var flows: UInt32, inactiveFlows: UInt32, waitingFlows: UInt32
    /// How long the next flow that waits has to wait, in nanoseconds; 0 or less when none does.
    public var nextDelay: Int64
    /// Flows that were forgotten, packets of the highest priority, and those sent again.
    public var forgottenFlows: UInt64, urgentPackets: UInt64, retransmissions: UInt64
    /// How often a flow had to wait.
    public var waits: UInt64
    /// How late the last flow that waited was, in nanoseconds.
    public var lateness: UInt32
    /// Packets that were marked, that were too many for their flow, and that were too long.
    public var marks: UInt64, dropsOfFlows: UInt64, tooLong: UInt64
    /// Flows that there was no memory for.
    public var allocationErrors: UInt64
    /// Packets with a time too far ahead that were dropped, and that were sent earlier.
    public var horizonDrops: UInt64, horizonCaps: UInt64

    init(decoding payload: RawSpan) throws(MalformedReply) {
        guard let forgottenFlows: UInt64 = payload.integer(at: 0), let urgentPackets: UInt64 = payload.integer(at: 8),
            let retransmissions: UInt64 = payload.integer(at: 16), let waits: UInt64 = payload.integer(at: 24),
            let dropsOfFlows: UInt64 = payload.integer(at: 32), let tooLong: UInt64 = payload.integer(at: 40),
            let allocationErrors: UInt64 = payload.integer(at: 48), let nextDelay: Int64 = payload.integer(at: 56),
            let flows: UInt32 = payload.integer(at: 64), let inactiveFlows: UInt32 = payload.integer(at: 68),
            let waitingFlows: UInt32 = payload.integer(at: 72), let lateness: UInt32 = payload.integer(at: 76)
        else { throw MalformedReply("shorter than struct tc_fq_qd_stats") }
        (self.forgottenFlows, self.urgentPackets) = (forgottenFlows, urgentPackets)
        (self.retransmissions, self.waits, self.dropsOfFlows) = (retransmissions, waits, dropsOfFlows)
        (self.tooLong, self.allocationErrors, self.nextDelay) = (tooLong, allocationErrors, nextDelay)
        (self.flows, self.inactiveFlows, self.waitingFlows) = (flows, inactiveFlows, waitingFlows)
        self.lateness = lateness
        // Kernels before 5.7 know no marks and no horizon.
        marks = payload.integer(at: 80) ?? 0
        horizonDrops = payload.integer(at: 88) ?? 0
        horizonCaps = payload.integer(at: 96) ?? 0
    }
}

/// What fq_codel has counted, `struct tc_fq_codel_qd_stats`.
public struct FQCoDelStatistics: Equatable, Sendable {
    /// The largest packet, in bytes.
    public var largestPacket: UInt32
    /// Packets that were dropped for the limit of packets, and for that of memory.
    public var limitDrops: UInt32, memoryDrops: UInt32
    /// Packets that were marked instead of dropped, and those beyond the threshold of marking.
    public var marks: UInt32, thresholdMarks: UInt32
    /// Packets that began a flow, and the flows that wait as new and as old ones.
    public var newFlows: UInt32, newFlowsWaiting: UInt32, oldFlowsWaiting: UInt32
    /// Memory in use, in bytes.
    public var memory: UInt32

    /// Nil for what is told of a class.
    init?(decoding payload: RawSpan) throws(MalformedReply) {
        guard let type: UInt32 = payload.integer(at: 0) else { throw MalformedReply("shorter than a number") }
        // TCA_FQ_CODEL_XSTATS_QDISC
        guard type == 0 else { return nil }
        guard let largestPacket: UInt32 = payload.integer(at: 4), let limitDrops: UInt32 = payload.integer(at: 8),
            let marks: UInt32 = payload.integer(at: 12), let newFlows: UInt32 = payload.integer(at: 16),
            let newFlowsWaiting: UInt32 = payload.integer(at: 20), let oldFlowsWaiting: UInt32 = payload.integer(at: 24)
        else { throw MalformedReply("shorter than struct tc_fq_codel_qd_stats") }
        (self.largestPacket, self.limitDrops, self.marks) = (largestPacket, limitDrops, marks)
        (self.newFlows, self.newFlowsWaiting, self.oldFlowsWaiting) = (newFlows, newFlowsWaiting, oldFlowsWaiting)
        // Kernels before 4.7 tell no more.
        thresholdMarks = payload.integer(at: 28) ?? 0
        memory = payload.integer(at: 32) ?? 0
        memoryDrops = payload.integer(at: 36) ?? 0
    }
}

/// What cake has counted, `TCA_CAKE_STATS_…`.
public struct CakeStatistics: Equatable, Sendable {
    /// Memory in use and its limit, in bytes.
    public var memory: UInt32?, memoryLimit: UInt32?
    /// The rate that it takes the way to have, in bytes a second.
    public var capacity: UInt64?
    /// The smallest and the largest packet, in bytes: as the network layer has them, and with what is added.
    public var smallestPacket: UInt32?, largestPacket: UInt32?, smallestAdjusted: UInt32?, largestAdjusted: UInt32?
    /// Where in frames the network layer begins on the average, in bytes.
    public var headerOffset: UInt32?
    /// The tins, of which each has its own share.
    public var tins: [CakeTinStatistics] = []

    init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<CakeStatisticsScope>(payload)
        memory = try attributes.value(.memory)
        memoryLimit = try attributes.value(.memoryLimit)
        capacity = try attributes.value(.capacity)
        smallestPacket = try attributes.value(.smallestPacket)
        largestPacket = try attributes.value(.largestPacket)
        smallestAdjusted = try attributes.value(.smallestAdjusted)
        largestAdjusted = try attributes.value(.largestAdjusted)
        headerOffset = try attributes.value(.headerOffset)
        guard let list = try attributes.nested(.tins) else { return }
        var tins: [CakeTinStatistics] = []
        try list.forEach { (_, payload) throws(MalformedReply) in
            tins.append(try CakeTinStatistics(try Attributes<CakeTinScope>(payload)))
        }
        self.tins = tins
    }
}

/// What one tin of cake has counted, `TCA_CAKE_TIN_STATS_…`.
public struct CakeTinStatistics: Equatable, Sendable {
    /// The rate up to which it goes first, in bytes a second.
    public var threshold: UInt64?
    /// What was sent.
    public var packets: UInt32?, bytes: UInt64?
    /// What waits, in bytes.
    public var backlog: UInt32?
    /// What its queues aim at, and the time that they are watched for, in microseconds.
    public var target: UInt32?, interval: UInt32?
    /// How long packets waited: at most, on the average, and at least, in microseconds.
    public var peakDelay: UInt32?, averageDelay: UInt32?, baseDelay: UInt32?
    /// How often the place of a flow was taken, was new, and had to be shared.
    public var indirectHits: UInt32?, misses: UInt32?, collisions: UInt32?
    /// Packets that were dropped, marked, and left out as acknowledgements.
    public var drops: UInt32?, marks: UInt32?, droppedAcknowledgements: UInt32?
    /// Flows that are sparse, that send much, and that don't heed the marks.
    public var sparseFlows: UInt32?, bulkFlows: UInt32?, unresponsiveFlows: UInt32?
    /// The largest packet, and what a flow may send in its turn, in bytes.
    public var largestPacket: UInt32?, quantum: UInt32?

    fileprivate init(_ attributes: borrowing Attributes<CakeTinScope>) throws(MalformedReply) {
        threshold = try attributes.value(.threshold)
        packets = try attributes.value(.packets)
        bytes = try attributes.value(.bytes)
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
        droppedAcknowledgements = try attributes.value(.droppedAcknowledgements)
        sparseFlows = try attributes.value(.sparseFlows)
        bulkFlows = try attributes.value(.bulkFlows)
        unresponsiveFlows = try attributes.value(.unresponsiveFlows)
        largestPacket = try attributes.value(.largestPacket)
        quantum = try attributes.value(.quantum)
    }
}

/// Attributes inside `TCA_STATS_APP` of cake: `TCA_CAKE_STATS_…` of linux/pkt_sched.h.
private enum CakeStatisticsScope {}
/// Attributes of one tin: `TCA_CAKE_TIN_STATS_…`.
private enum CakeTinScope {}

extension AttributeKey where Scope == CakeStatisticsScope, Value == UInt64 {
    fileprivate static var capacity: Self {
        Self(TCA_CAKE_STATS_CAPACITY_ESTIMATE64, "TCA_CAKE_STATS_CAPACITY_ESTIMATE64")
    }
}
extension AttributeKey where Scope == CakeStatisticsScope, Value == UInt32 {
    fileprivate static var memoryLimit: Self { Self(TCA_CAKE_STATS_MEMORY_LIMIT, "TCA_CAKE_STATS_MEMORY_LIMIT") }
    fileprivate static var memory: Self { Self(TCA_CAKE_STATS_MEMORY_USED, "TCA_CAKE_STATS_MEMORY_USED") }
    fileprivate static var headerOffset: Self { Self(TCA_CAKE_STATS_AVG_NETOFF, "TCA_CAKE_STATS_AVG_NETOFF") }
    fileprivate static var smallestPacket: Self { Self(TCA_CAKE_STATS_MIN_NETLEN, "TCA_CAKE_STATS_MIN_NETLEN") }
    fileprivate static var largestPacket: Self { Self(TCA_CAKE_STATS_MAX_NETLEN, "TCA_CAKE_STATS_MAX_NETLEN") }
    fileprivate static var smallestAdjusted: Self { Self(TCA_CAKE_STATS_MIN_ADJLEN, "TCA_CAKE_STATS_MIN_ADJLEN") }
    fileprivate static var largestAdjusted: Self { Self(TCA_CAKE_STATS_MAX_ADJLEN, "TCA_CAKE_STATS_MAX_ADJLEN") }
}
extension AttributeKey where Scope == CakeStatisticsScope, Value == Nest<CakeTinScope> {
    fileprivate static var tins: Self { Self(TCA_CAKE_STATS_TIN_STATS, "TCA_CAKE_STATS_TIN_STATS") }
}
extension AttributeKey where Scope == CakeTinScope, Value == UInt64 {
    fileprivate static var bytes: Self { Self(TCA_CAKE_TIN_STATS_SENT_BYTES64, "TCA_CAKE_TIN_STATS_SENT_BYTES64") }
    fileprivate static var threshold: Self {
        Self(TCA_CAKE_TIN_STATS_THRESHOLD_RATE64, "TCA_CAKE_TIN_STATS_THRESHOLD_RATE64")
    }
}
extension AttributeKey where Scope == CakeTinScope, Value == UInt32 {
    fileprivate static var packets: Self {
        Self(TCA_CAKE_TIN_STATS_SENT_PACKETS, "TCA_CAKE_TIN_STATS_SENT_PACKETS")
    }
    fileprivate static var drops: Self {
        Self(TCA_CAKE_TIN_STATS_DROPPED_PACKETS, "TCA_CAKE_TIN_STATS_DROPPED_PACKETS")
    }
    fileprivate static var droppedAcknowledgements: Self {
        Self(TCA_CAKE_TIN_STATS_ACKS_DROPPED_PACKETS, "TCA_CAKE_TIN_STATS_ACKS_DROPPED_PACKETS")
    }
    fileprivate static var marks: Self {
        Self(TCA_CAKE_TIN_STATS_ECN_MARKED_PACKETS, "TCA_CAKE_TIN_STATS_ECN_MARKED_PACKETS")
    }
    fileprivate static var backlog: Self { Self(TCA_CAKE_TIN_STATS_BACKLOG_BYTES, "TCA_CAKE_TIN_STATS_BACKLOG_BYTES") }
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
    fileprivate static var largestPacket: Self { Self(TCA_CAKE_TIN_STATS_MAX_SKBLEN, "TCA_CAKE_TIN_STATS_MAX_SKBLEN") }
    fileprivate static var quantum: Self {
        Self(TCA_CAKE_TIN_STATS_FLOW_QUANTUM, "TCA_CAKE_TIN_STATS_FLOW_QUANTUM")
    }
}
