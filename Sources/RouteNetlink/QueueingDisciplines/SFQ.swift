// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Queues for flows, which take turns. Source: linux/pkt_sched.h, tc-sfq(8).
public struct SFQOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "sfq"

    /// How many bytes a flow has each turn; 0 is one packet of the device's MTU.
    public var quantum: UInt32 = 0
    /// After how many seconds flows are spread anew; 0 never.
    public var perturbation: Int32 = 0
    /// How many packets wait at most, in how many flows, and of one flow; 0 leaves it to the kernel.
    public var limit: UInt32 = 0, flows: UInt32 = 0, depth: UInt32 = 0
    /// The size of the table of flows, a power of 2.
    public var divisor: UInt32 = 0
    /// Whether the oldest packet of a flow is dropped, not the newest.
    public var dropsHead = false
    /// Early drops of each flow, if there are such. Read only.
    public var early: Early?

    /// The early drops of the flows.
    public struct Early: Equatable, Sendable {
        /// The average length from which packets of a flow are dropped, and that from which all are, in bytes.
        public var minimum: UInt32, maximum: UInt32
        /// The weight of the present length in the average, as a negative power of 2.
        public var weightLog: UInt8
        /// `TC_RED_…`
        public var flags: UInt8
        /// How likely a packet is dropped at the maximum.
        public var maximumProbability: Probability
        /// Packets dropped by chance, and beyond the maximum.
        public var drops: UInt32, forcedDrops: UInt32
        /// Packets marked by chance and beyond the maximum, when they came, and as the oldest ones.
        public var marks: UInt32, forcedMarks: UInt32, headMarks: UInt32, forcedHeadMarks: UInt32
    }

    /// What the kernel takes by itself.
    public init() {}

    /// Reads `TCA_OPTIONS`, `struct tc_sfq_qopt_v1` and before Linux 3.3 its first part.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        var reader = StructureReader(payload)
        quantum = try reader.require("tc_sfq_qopt")
        perturbation = try reader.require("tc_sfq_qopt")
        limit = try reader.require("tc_sfq_qopt")
        divisor = try reader.require("tc_sfq_qopt")
        flows = try reader.require("tc_sfq_qopt")
        guard let depth: UInt32 = reader.next() else { return }
        self.depth = depth
        dropsHead = try reader.require("tc_sfq_qopt_v1") as UInt32 != 0
        let _: UInt32 = try reader.require("tc_sfq_qopt_v1")
        let minimum: UInt32 = try reader.require("tc_sfq_qopt_v1")
        let maximum: UInt32 = try reader.require("tc_sfq_qopt_v1")
        let weightLog: UInt8 = try reader.require("tc_sfq_qopt_v1")
        let _: UInt16 = try reader.require("tc_sfq_qopt_v1")
        let flags: UInt8 = try reader.require("tc_sfq_qopt_v1")
        let probability = Probability(rawValue: try reader.require("tc_sfq_qopt_v1"))
        var early = Early(
            minimum: minimum, maximum: maximum, weightLog: weightLog, flags: flags, maximumProbability: probability,
            drops: 0, forcedDrops: 0, marks: 0, forcedMarks: 0, headMarks: 0, forcedHeadMarks: 0)
        early.drops = try reader.require("tc_sfq_qopt_v1")
        early.forcedDrops = try reader.require("tc_sfq_qopt_v1")
        early.marks = try reader.require("tc_sfq_qopt_v1")
        early.forcedMarks = try reader.require("tc_sfq_qopt_v1")
        early.headMarks = try reader.require("tc_sfq_qopt_v1")
        early.forcedHeadMarks = try reader.require("tc_sfq_qopt_v1")
        if maximum > 0 { self.early = early }
    }

    /// Puts `TCA_OPTIONS`; nothing if nothing is said.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        guard self != SFQOptions() else { return }
        var structure = tc_sfq_qopt_v1()
        structure.v0 = tc_sfq_qopt(
            quantum: quantum, perturb_period: perturbation, limit: limit, divisor: divisor, flows: flows)
        structure.depth = depth
        structure.headdrop = dropsHead ? 1 : 0
        message.put(.options, withWireBytes(of: structure) { Array($0) })
    }
}
