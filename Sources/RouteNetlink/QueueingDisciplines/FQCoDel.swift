// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Fair queues of which each is kept short. Source: linux/pkt_sched.h, tc-fq_codel(8), RFC 8290.
public struct FQCoDelOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "fq_codel"

    /// `TCA_FQ_CODEL_LIMIT`: how many packets wait at most.
    public var limit: UInt32?
    /// `TCA_FQ_CODEL_FLOWS`: into how many queues they are put. On creation only.
    public var flows: UInt32?
    /// `TCA_FQ_CODEL_TARGET`, `TCA_FQ_CODEL_INTERVAL`, in microseconds: how long packets may wait, and how long
    /// they may exceed it.
    public var target: UInt32?, interval: UInt32?
    /// `TCA_FQ_CODEL_QUANTUM`: how many bytes a queue has each turn.
    public var quantum: UInt32?
    /// `TCA_FQ_CODEL_ECN`: packets that bear it are marked, not dropped.
    public var marksCongestion: Bool?
    /// `TCA_FQ_CODEL_CE_THRESHOLD`, in microseconds: packets that waited longer are marked.
    public var congestionThreshold: UInt32?
    /// `TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR`, `…_MASK`: only packets whose service field has this below the mask.
    public var congestionSelector: UInt8?, congestionMask: UInt8?
    /// `TCA_FQ_CODEL_MEMORY_LIMIT`: how many bytes wait at most.
    public var memoryLimit: UInt32?
    /// `TCA_FQ_CODEL_DROP_BATCH_SIZE`: how many packets are dropped together.
    public var dropBatch: UInt32?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<FQCoDelScope>(payload)
        limit = try attributes.value(.limit)
        flows = try attributes.value(.flows)
        target = try attributes.value(.target)
        interval = try attributes.value(.interval)
        quantum = try attributes.value(.quantum)
        if let marks = try attributes.value(.marksCongestion) { marksCongestion = marks != 0 }
        congestionThreshold = try attributes.value(.congestionThreshold)
        congestionSelector = try attributes.value(.congestionSelector)
        congestionMask = try attributes.value(.congestionMask)
        memoryLimit = try attributes.value(.memoryLimit)
        dropBatch = try attributes.value(.dropBatch)
    }

    /// Puts `TCA_OPTIONS`.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.fqCoDel, nestedFlag: false) { data in
            data.put(.limit, ifPresent: limit)
            data.put(.flows, ifPresent: flows)
            data.put(.target, ifPresent: target)
            data.put(.interval, ifPresent: interval)
            data.put(.quantum, ifPresent: quantum)
            data.put(.marksCongestion, ifPresent: marksCongestion.map { $0 ? 1 : 0 })
            data.put(.congestionThreshold, ifPresent: congestionThreshold)
            data.put(.congestionSelector, ifPresent: congestionSelector)
            data.put(.congestionMask, ifPresent: congestionMask)
            data.put(.memoryLimit, ifPresent: memoryLimit)
            data.put(.dropBatch, ifPresent: dropBatch)
        }
    }
}

/// Attributes inside `TCA_OPTIONS` of fq_codel: `TCA_FQ_CODEL_…` of linux/pkt_sched.h.
private enum FQCoDelScope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<FQCoDelScope> {
    fileprivate static var fqCoDel: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == FQCoDelScope, Value == UInt32 {
    fileprivate static var limit: Self { Self(TCA_FQ_CODEL_LIMIT, "TCA_FQ_CODEL_LIMIT") }
    fileprivate static var flows: Self { Self(TCA_FQ_CODEL_FLOWS, "TCA_FQ_CODEL_FLOWS") }
    fileprivate static var target: Self { Self(TCA_FQ_CODEL_TARGET, "TCA_FQ_CODEL_TARGET") }
    fileprivate static var interval: Self { Self(TCA_FQ_CODEL_INTERVAL, "TCA_FQ_CODEL_INTERVAL") }
    fileprivate static var quantum: Self { Self(TCA_FQ_CODEL_QUANTUM, "TCA_FQ_CODEL_QUANTUM") }
    fileprivate static var marksCongestion: Self { Self(TCA_FQ_CODEL_ECN, "TCA_FQ_CODEL_ECN") }
    fileprivate static var congestionThreshold: Self {
        Self(TCA_FQ_CODEL_CE_THRESHOLD, "TCA_FQ_CODEL_CE_THRESHOLD")
    }
    fileprivate static var memoryLimit: Self { Self(TCA_FQ_CODEL_MEMORY_LIMIT, "TCA_FQ_CODEL_MEMORY_LIMIT") }
    fileprivate static var dropBatch: Self { Self(TCA_FQ_CODEL_DROP_BATCH_SIZE, "TCA_FQ_CODEL_DROP_BATCH_SIZE") }
}
extension AttributeKey where Scope == FQCoDelScope, Value == UInt8 {
    fileprivate static var congestionSelector: Self {
        Self(TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR, "TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR")
    }
    fileprivate static var congestionMask: Self {
        Self(TCA_FQ_CODEL_CE_THRESHOLD_MASK, "TCA_FQ_CODEL_CE_THRESHOLD_MASK")
    }
}
