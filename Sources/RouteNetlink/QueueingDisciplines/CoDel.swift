// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// One queue that is kept short. Source: linux/pkt_sched.h, tc-codel(8), RFC 8289.
public struct CoDelOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "codel"

    /// `TCA_CODEL_LIMIT`: how many packets wait at most.
    public var limit: UInt32?
    /// `TCA_CODEL_TARGET`, `TCA_CODEL_INTERVAL`, in microseconds: how long packets may wait, and how long they may
    /// exceed it.
    public var target: UInt32?, interval: UInt32?
    /// `TCA_CODEL_ECN`: packets that bear it are marked, not dropped.
    public var marksCongestion: Bool?
    /// `TCA_CODEL_CE_THRESHOLD`, in microseconds: packets that waited longer are marked.
    public var congestionThreshold: UInt32?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<CoDelScope>(payload)
        limit = try attributes.value(.limit)
        target = try attributes.value(.target)
        interval = try attributes.value(.interval)
        if let marks = try attributes.value(.marksCongestion) { marksCongestion = marks != 0 }
        congestionThreshold = try attributes.value(.congestionThreshold)
    }

    /// Puts `TCA_OPTIONS`.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.coDel, nestedFlag: false) { data in
            data.put(.limit, ifPresent: limit)
            data.put(.interval, ifPresent: interval)
            data.put(.target, ifPresent: target)
            data.put(.marksCongestion, ifPresent: marksCongestion.map { $0 ? 1 : 0 })
            data.put(.congestionThreshold, ifPresent: congestionThreshold)
        }
    }
}

/// What codel has done, `struct tc_codel_xstats`.
public struct CoDelStatistics: Equatable, Sendable {
    /// The largest packet, in bytes.
    public var maximumPacket: UInt32
    /// Drops since it began to drop, and how many those were when it last did.
    public var count: UInt32, lastCount: UInt32
    /// How long the last packet waited, in microseconds.
    public var lastDelay: UInt32
    /// When it drops next, in microseconds from now.
    public var nextDrop: Int32
    /// How often the limit was hit, and packets that were marked, not dropped.
    public var limitDrops: UInt32, congestionMarks: UInt32
    /// Whether it drops now.
    public var isDropping: Bool
    /// Packets marked for `congestionThreshold`; 0 before Linux 4.2.
    public var thresholdMarks: UInt32

    init(decoding payload: RawSpan) throws(MalformedReply) {
        var reader = StructureReader(payload)
        maximumPacket = try reader.require("tc_codel_xstats")
        count = try reader.require("tc_codel_xstats")
        lastCount = try reader.require("tc_codel_xstats")
        lastDelay = try reader.require("tc_codel_xstats")
        nextDrop = try reader.require("tc_codel_xstats")
        limitDrops = try reader.require("tc_codel_xstats")
        congestionMarks = try reader.require("tc_codel_xstats")
        isDropping = try reader.require("tc_codel_xstats") as UInt32 != 0
        thresholdMarks = reader.next() ?? 0
    }
}

/// Attributes inside `TCA_OPTIONS` of codel: `TCA_CODEL_…` of linux/pkt_sched.h.
private enum CoDelScope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<CoDelScope> {
    fileprivate static var coDel: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == CoDelScope, Value == UInt32 {
    fileprivate static var limit: Self { Self(TCA_CODEL_LIMIT, "TCA_CODEL_LIMIT") }
    fileprivate static var target: Self { Self(TCA_CODEL_TARGET, "TCA_CODEL_TARGET") }
    fileprivate static var interval: Self { Self(TCA_CODEL_INTERVAL, "TCA_CODEL_INTERVAL") }
    fileprivate static var marksCongestion: Self { Self(TCA_CODEL_ECN, "TCA_CODEL_ECN") }
    fileprivate static var congestionThreshold: Self { Self(TCA_CODEL_CE_THRESHOLD, "TCA_CODEL_CE_THRESHOLD") }
}
