// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Packets are dropped the more likely the longer the queue is on average; only shown here.
/// Source: linux/pkt_sched.h, tc-red(8).
public struct REDOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "red"

    /// How many bytes wait at most.
    public var limit: UInt32
    /// The average length from which packets are dropped, and that from which all are, in bytes.
    public var minimum: UInt32, maximum: UInt32
    /// The weight of the present length in the average, as a negative power of 2.
    public var weightLog: UInt8
    /// How fast the average falls while nothing comes.
    public var cellLog: UInt8
    /// Whether packets are marked that bear it, dropped beyond `maximum` all the same, dropped with a likelihood
    /// that is adapted, and never dropped early.
    public var marksCongestion: Bool, dropsHard: Bool, isAdaptive: Bool, neverDrops: Bool
    /// `TCA_RED_MAX_P`: how likely a packet is dropped at the maximum; nil before Linux 3.3.
    public var maximumProbability: Probability?

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<REDScope>(payload)
        guard let parameters = attributes.payload(AttributeKey<REDScope, [UInt8]>.parameters.number) else {
            throw MalformedReply("TCA_RED_PARMS is missing")
        }
        var reader = StructureReader(parameters)
        limit = try reader.require("tc_red_qopt")
        minimum = try reader.require("tc_red_qopt")
        maximum = try reader.require("tc_red_qopt")
        weightLog = try reader.require("tc_red_qopt")
        let _: UInt8 = try reader.require("tc_red_qopt")
        cellLog = try reader.require("tc_red_qopt")
        var flags = Int32(try reader.require("tc_red_qopt") as UInt8)
        // struct nla_bitfield32: what the structure has not room for.
        if let newer: UInt32 = attributes.payload(AttributeKey<REDScope, [UInt8]>.flags.number)?.integer(at: 0) {
            flags |= Int32(bitPattern: newer)
        }
        marksCongestion = flags & TC_RED_ECN != 0
        dropsHard = flags & TC_RED_HARDDROP != 0
        isAdaptive = flags & TC_RED_ADAPTATIVE != 0
        neverDrops = flags & TC_RED_NODROP != 0
        maximumProbability = try attributes.value(.maximumProbability)
    }

    /// Puts nothing: a discipline of this kind is made without options, which the kernel refuses.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {}
}

/// What red has done, `struct tc_red_xstats`.
public struct REDStatistics: Equatable, Sendable {
    /// Packets dropped early, for the limit, and for other reasons.
    public var earlyDrops: UInt32, limitDrops: UInt32, otherDrops: UInt32
    /// Packets that were marked.
    public var marks: UInt32

    init(decoding payload: RawSpan) throws(MalformedReply) {
        var reader = StructureReader(payload)
        earlyDrops = try reader.require("tc_red_xstats")
        limitDrops = try reader.require("tc_red_xstats")
        otherDrops = try reader.require("tc_red_xstats")
        marks = try reader.require("tc_red_xstats")
    }
}

/// Attributes inside `TCA_OPTIONS` of red: `TCA_RED_…` of linux/pkt_sched.h.
private enum REDScope {}
extension AttributeKey where Scope == REDScope, Value == [UInt8] {
    fileprivate static var parameters: Self { Self(TCA_RED_PARMS, "TCA_RED_PARMS") }
    fileprivate static var flags: Self { Self(TCA_RED_FLAGS, "TCA_RED_FLAGS") }
}
extension AttributeKey where Scope == REDScope, Value == Probability {
    fileprivate static var maximumProbability: Self { Self(TCA_RED_MAX_P, "TCA_RED_MAX_P") }
}
