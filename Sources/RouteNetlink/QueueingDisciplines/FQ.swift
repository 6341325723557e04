// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Each flow has its turn, at the pace that its sender asks for. Source: linux/pkt_sched.h, tc-fq(8).
public struct FQOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "fq"

    /// `TCA_FQ_PLIMIT`, `TCA_FQ_FLOW_PLIMIT`: how many packets wait at most, and of one flow.
    public var limit: UInt32?, flowLimit: UInt32?
    /// `TCA_FQ_QUANTUM`, `TCA_FQ_INITIAL_QUANTUM`: how many bytes a flow has each turn, and the first.
    public var quantum: UInt32?, initialQuantum: UInt32?
    /// `TCA_FQ_RATE_ENABLE`: whether the pace of senders is heeded.
    public var pacing: Bool?
    /// `TCA_FQ_FLOW_MAX_RATE`: of one flow, in bytes a second; `UInt32.max` for none.
    public var maximumRate: UInt32?
    /// `TCA_FQ_BUCKETS_LOG`: the size of the table of flows, as a power of 2.
    public var bucketsLog: UInt32?
    /// `TCA_FQ_FLOW_REFILL_DELAY`, in microseconds: after so long a pause a flow is new.
    public var refillDelay: UInt32?
    /// `TCA_FQ_ORPHAN_MASK`: over how many flows packets without a socket are spread.
    public var orphanMask: UInt32?
    /// `TCA_FQ_LOW_RATE_THRESHOLD`, in bytes a second: slower flows are paced packet by packet.
    public var lowRateThreshold: UInt32?
    /// `TCA_FQ_CE_THRESHOLD`, in microseconds: packets that waited longer are marked; `UInt32.max` for none.
    public var congestionThreshold: UInt32?
    /// `TCA_FQ_TIMER_SLACK`, in nanoseconds.
    public var timerSlack: UInt32?
    /// `TCA_FQ_HORIZON`, in microseconds: for packets that are to go still later, see `dropsBeyondHorizon`.
    public var horizon: UInt32?
    /// `TCA_FQ_HORIZON_DROP`: whether they are dropped, or sent when the horizon is reached.
    public var dropsBeyondHorizon: Bool?
    /// `TCA_FQ_FLOW_DEFAULT_RATE`, in bytes a second: obsolete, and without effect since Linux 4.1.
    public var defaultRate: UInt32?
    /// `TCA_FQ_PRIOMAP`: the band of each of the 16 priorities of packets, 0 to 2. Since Linux 6.7.
    public var bands: [UInt8]?
    /// `TCA_FQ_WEIGHTS`: how many bytes each of the 3 bands has a turn. Since Linux 6.7.
    public var weights: [Int32]?
    /// `TCA_FQ_OFFLOAD_HORIZON`, in microseconds: packets that are to go sooner are left to the device. Since Linux
    /// 6.13.
    public var offloadHorizon: UInt32?

    /// `FQ_BANDS`
    public static let bandCount = 3

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<FQScope>(payload)
        limit = try attributes.value(.limit)
        flowLimit = try attributes.value(.flowLimit)
        quantum = try attributes.value(.quantum)
        initialQuantum = try attributes.value(.initialQuantum)
        if let enabled = try attributes.value(.pacing) { pacing = enabled != 0 }
        maximumRate = try attributes.value(.maximumRate)
        bucketsLog = try attributes.value(.bucketsLog)
        refillDelay = try attributes.value(.refillDelay)
        orphanMask = try attributes.value(.orphanMask)
        lowRateThreshold = try attributes.value(.lowRateThreshold)
        congestionThreshold = try attributes.value(.congestionThreshold)
        timerSlack = try attributes.value(.timerSlack)
        horizon = try attributes.value(.horizon)
        dropsBeyondHorizon = try attributes.value(.dropsBeyondHorizon)
        defaultRate = try attributes.value(.defaultRate)
        offloadHorizon = try attributes.value(.offloadHorizon)
        if let map = attributes.payload(AttributeKey<FQScope, [UInt8]>.bands.number) {
            guard map.byteCount >= 4 + PriorityOptions.mapCount else {
                throw MalformedReply("TCA_FQ_PRIOMAP is too short")
            }
            bands = map.extracting(4..<4 + PriorityOptions.mapCount).bytes
        }
        if let list = attributes.payload(AttributeKey<FQScope, [UInt8]>.weights.number) {
            weights = (0..<Self.bandCount).compactMap { list.integer(at: 4 * $0) }
        }
    }

    /// Puts `TCA_OPTIONS`.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.fq, nestedFlag: false) { data in
            data.put(.limit, ifPresent: limit)
            data.put(.flowLimit, ifPresent: flowLimit)
            data.put(.quantum, ifPresent: quantum)
            data.put(.initialQuantum, ifPresent: initialQuantum)
            data.put(.pacing, ifPresent: pacing.map { $0 ? 1 : 0 })
            data.put(.maximumRate, ifPresent: maximumRate)
            data.put(.bucketsLog, ifPresent: bucketsLog)
            data.put(.refillDelay, ifPresent: refillDelay)
            data.put(.orphanMask, ifPresent: orphanMask)
            data.put(.lowRateThreshold, ifPresent: lowRateThreshold)
            data.put(.congestionThreshold, ifPresent: congestionThreshold)
            data.put(.timerSlack, ifPresent: timerSlack)
            data.put(.horizon, ifPresent: horizon)
            data.put(.dropsBeyondHorizon, ifPresent: dropsBeyondHorizon)
            data.put(.defaultRate, ifPresent: defaultRate)
            data.put(.offloadHorizon, ifPresent: offloadHorizon)
            if let bands { data.put(.bands, withWireBytes(of: Int32(Self.bandCount)) { Array($0) } + bands) }
            if let weights { data.put(.weights, weights.withUnsafeBytes { Array($0) }) }
        }
    }
}

/// Attributes inside `TCA_OPTIONS` of fq: `TCA_FQ_…` of linux/pkt_sched.h.
private enum FQScope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<FQScope> {
    fileprivate static var fq: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == FQScope, Value == UInt32 {
    fileprivate static var limit: Self { Self(TCA_FQ_PLIMIT, "TCA_FQ_PLIMIT") }
    fileprivate static var flowLimit: Self { Self(TCA_FQ_FLOW_PLIMIT, "TCA_FQ_FLOW_PLIMIT") }
    fileprivate static var quantum: Self { Self(TCA_FQ_QUANTUM, "TCA_FQ_QUANTUM") }
    fileprivate static var initialQuantum: Self { Self(TCA_FQ_INITIAL_QUANTUM, "TCA_FQ_INITIAL_QUANTUM") }
    fileprivate static var pacing: Self { Self(TCA_FQ_RATE_ENABLE, "TCA_FQ_RATE_ENABLE") }
    fileprivate static var maximumRate: Self { Self(TCA_FQ_FLOW_MAX_RATE, "TCA_FQ_FLOW_MAX_RATE") }
    fileprivate static var bucketsLog: Self { Self(TCA_FQ_BUCKETS_LOG, "TCA_FQ_BUCKETS_LOG") }
    fileprivate static var refillDelay: Self { Self(TCA_FQ_FLOW_REFILL_DELAY, "TCA_FQ_FLOW_REFILL_DELAY") }
    fileprivate static var orphanMask: Self { Self(TCA_FQ_ORPHAN_MASK, "TCA_FQ_ORPHAN_MASK") }
    fileprivate static var lowRateThreshold: Self { Self(TCA_FQ_LOW_RATE_THRESHOLD, "TCA_FQ_LOW_RATE_THRESHOLD") }
    fileprivate static var congestionThreshold: Self { Self(TCA_FQ_CE_THRESHOLD, "TCA_FQ_CE_THRESHOLD") }
    fileprivate static var timerSlack: Self { Self(TCA_FQ_TIMER_SLACK, "TCA_FQ_TIMER_SLACK") }
    fileprivate static var horizon: Self { Self(TCA_FQ_HORIZON, "TCA_FQ_HORIZON") }
    fileprivate static var defaultRate: Self { Self(TCA_FQ_FLOW_DEFAULT_RATE, "TCA_FQ_FLOW_DEFAULT_RATE") }
    // Not in the headers of Linux 6.1.
    fileprivate static var offloadHorizon: Self { Self(18, "TCA_FQ_OFFLOAD_HORIZON") }
}
extension AttributeKey where Scope == FQScope, Value == [UInt8] {
    // Not in the headers of Linux 6.1.
    fileprivate static var bands: Self { Self(16, "TCA_FQ_PRIOMAP") }
    fileprivate static var weights: Self { Self(17, "TCA_FQ_WEIGHTS") }
}
extension AttributeKey where Scope == FQScope, Value == Bool {
    fileprivate static var dropsBeyondHorizon: Self { Self(TCA_FQ_HORIZON_DROP, "TCA_FQ_HORIZON_DROP") }
}
