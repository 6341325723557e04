// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Classes with guarantees of rate and delay; only shown here. Source: linux/pkt_sched.h, tc-hfsc(8).
public struct HFSCOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "hfsc"

    /// The minor number of the class of what no filter claims; 0 for none.
    public var defaultClass: UInt16

    /// Reads `TCA_OPTIONS`, `struct tc_hfsc_qopt`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        guard let defaultClass: UInt16 = payload.integer(at: 0) else {
            throw MalformedReply("shorter than struct tc_hfsc_qopt")
        }
        self.defaultClass = defaultClass
    }

    /// Puts nothing: a discipline of this kind is made without options here.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {}
}

/// How much a class of hfsc may send over time: at a first rate for a while, then at a second one.
public struct ServiceCurve: Equatable, Sendable {
    /// Bytes a second, and for how many microseconds that is.
    public var firstRate: UInt32, duration: UInt32
    /// Bytes a second afterwards.
    public var secondRate: UInt32

    /// Reads `struct tc_service_curve`; nil when it is too short.
    init?(_ payload: RawSpan?) {
        guard let payload, let firstRate: UInt32 = payload.integer(at: 0),
            let duration: UInt32 = payload.integer(at: 4),
            let secondRate: UInt32 = payload.integer(at: 8)
        else { return nil }
        (self.firstRate, self.duration, self.secondRate) = (firstRate, duration, secondRate)
    }
}

/// A class of hfsc; only shown here.
public struct HFSCClass: Equatable, Sendable {
    /// `TCA_HFSC_RSC`, `TCA_HFSC_FSC`, `TCA_HFSC_USC`: what it is guaranteed, its share of the rest, and its limit.
    public var realTime: ServiceCurve?, linkShare: ServiceCurve?, upperLimit: ServiceCurve?

    init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<HFSCScope>(payload)
        realTime = ServiceCurve(attributes.payload(AttributeKey<HFSCScope, [UInt8]>.realTime.number))
        linkShare = ServiceCurve(attributes.payload(AttributeKey<HFSCScope, [UInt8]>.linkShare.number))
        upperLimit = ServiceCurve(attributes.payload(AttributeKey<HFSCScope, [UInt8]>.upperLimit.number))
    }
}

/// What a class of hfsc has done, `struct tc_hfsc_stats`.
public struct HFSCClassStatistics: Equatable, Sendable {
    /// Bytes that were sent, and of them those by the guarantee.
    public var work: UInt64, realTimeWork: UInt64
    /// How often it began to send again, and how far it is above the leaves.
    public var period: UInt32, level: UInt32

    init(decoding payload: RawSpan) throws(MalformedReply) {
        var reader = StructureReader(payload)
        work = try reader.require("tc_hfsc_stats")
        realTimeWork = try reader.require("tc_hfsc_stats")
        period = try reader.require("tc_hfsc_stats")
        level = try reader.require("tc_hfsc_stats")
    }
}

/// Attributes inside `TCA_OPTIONS` of classes of hfsc: `TCA_HFSC_…` of linux/pkt_sched.h.
private enum HFSCScope {}
extension AttributeKey where Scope == HFSCScope, Value == [UInt8] {
    fileprivate static var realTime: Self { Self(TCA_HFSC_RSC, "TCA_HFSC_RSC") }
    fileprivate static var linkShare: Self { Self(TCA_HFSC_FSC, "TCA_HFSC_FSC") }
    fileprivate static var upperLimit: Self { Self(TCA_HFSC_USC, "TCA_HFSC_USC") }
}
