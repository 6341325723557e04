// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// A shaper with fair queues for the two ends of a slow line. Source: linux/pkt_sched.h, tc-cake(8).
public struct CakeOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "cake"

    /// `TCA_CAKE_BASE_RATE64`: the rate in bytes a second; 0 for no limit.
    public var bandwidth: UInt64?
    /// `TCA_CAKE_AUTORATE`: whether the rate is estimated from what arrives.
    public var estimatesBandwidth: Bool?
    /// `TCA_CAKE_DIFFSERV_MODE`
    public var priorities: Priorities?
    /// `TCA_CAKE_FLOW_MODE`
    public var isolation: Isolation?
    /// `TCA_CAKE_NAT`: hosts are told apart as they are called before address translation.
    public var looksBehindNAT: Bool?
    /// `TCA_CAKE_WASH`: the service field is cleared once it has been heeded.
    public var clearsServiceField: Bool?
    /// `TCA_CAKE_INGRESS`: what is dropped counts too, as it has come down the line.
    public var isIngress: Bool?
    /// `TCA_CAKE_ACK_FILTER`
    public var acknowledgements: AcknowledgementFilter?
    /// `TCA_CAKE_SPLIT_GSO`: large segments are taken apart.
    public var splitsSegments: Bool?
    /// `TCA_CAKE_RTT`, `TCA_CAKE_TARGET`, in microseconds: how long a round trip takes, and how long packets may wait.
    public var roundTrip: UInt32?, target: UInt32?
    /// `TCA_CAKE_RAW`: packets count as the kernel sees them.
    public var isRaw = false
    /// `TCA_CAKE_ATM`
    public var framing: Framing?
    /// `TCA_CAKE_OVERHEAD`, `TCA_CAKE_MPU`: bytes that each packet counts more, and at least.
    public var overhead: Int32?, minimumPacket: UInt32?
    /// `TCA_CAKE_MEMORY`: how many bytes wait at most; 0 lets the kernel reckon it.
    public var memoryLimit: UInt32?
    /// `TCA_CAKE_FWMARK`: the bits of a packet's mark that say its tin.
    public var markMask: UInt32?

    /// How packets are sorted by their service field.
    public enum Priorities: UInt32, Sendable { case diffserv3, diffserv4, diffserv8, bestEffort, precedence }

    /// Between whom the rate is shared.
    public enum Isolation: UInt32, Sendable {
        case blind, source, destination, hosts, flows, dualSource, dualDestination, triple
    }

    /// Which acknowledgements of TCP are dropped as superfluous.
    public enum AcknowledgementFilter: UInt32, Sendable { case off, filter, aggressive }

    /// What the line makes of packets.
    public enum Framing: UInt32, Sendable { case plain, atm, ptm }

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<CakeScope>(payload)
        func flag(_ key: AttributeKey<CakeScope, UInt32>) throws(MalformedReply) -> Bool? {
            try attributes.value(key).map { $0 != 0 }
        }
        bandwidth = try attributes.value(.bandwidth)
        estimatesBandwidth = try flag(.estimatesBandwidth)
        priorities = try attributes.value(.priorities).flatMap(Priorities.init)
        // CAKE_FLOW_NAT_FLAG stands above the mode.
        isolation = try attributes.value(.isolation).flatMap { Isolation(rawValue: $0 & 7) }
        looksBehindNAT = try flag(.looksBehindNAT)
        clearsServiceField = try flag(.clearsServiceField)
        isIngress = try flag(.isIngress)
        acknowledgements = try attributes.value(.acknowledgements).flatMap(AcknowledgementFilter.init)
        splitsSegments = try flag(.splitsSegments)
        roundTrip = try attributes.value(.roundTrip)
        target = try attributes.value(.target)
        isRaw = attributes.contains(AttributeKey<CakeScope, UInt32>.raw)
        framing = try attributes.value(.framing).flatMap(Framing.init)
        overhead = try attributes.value(.overhead)
        minimumPacket = try attributes.value(.minimumPacket)
        memoryLimit = try attributes.value(.memoryLimit)
        markMask = try attributes.value(.markMask)
    }

    /// Puts `TCA_OPTIONS`.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.cake, nestedFlag: false) { data in
            data.put(.bandwidth, ifPresent: bandwidth)
            data.put(.priorities, ifPresent: priorities?.rawValue)
            data.put(.framing, ifPresent: framing?.rawValue)
            data.put(.isolation, ifPresent: isolation?.rawValue)
            data.put(.overhead, ifPresent: overhead)
            if isRaw { data.put(.raw, 0) }
            data.put(.minimumPacket, ifPresent: minimumPacket)
            data.put(.roundTrip, ifPresent: roundTrip)
            data.put(.target, ifPresent: target)
            data.put(.estimatesBandwidth, ifPresent: estimatesBandwidth.map(Self.number))
            data.put(.memoryLimit, ifPresent: memoryLimit)
            data.put(.markMask, ifPresent: markMask)
            data.put(.looksBehindNAT, ifPresent: looksBehindNAT.map(Self.number))
            data.put(.clearsServiceField, ifPresent: clearsServiceField.map(Self.number))
            data.put(.splitsSegments, ifPresent: splitsSegments.map(Self.number))
            data.put(.isIngress, ifPresent: isIngress.map(Self.number))
            data.put(.acknowledgements, ifPresent: acknowledgements?.rawValue)
        }
    }

    private static func number(_ flag: Bool) -> UInt32 { flag ? 1 : 0 }
}

/// Attributes inside `TCA_OPTIONS` of cake: `TCA_CAKE_…` of linux/pkt_sched.h.
private enum CakeScope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<CakeScope> {
    fileprivate static var cake: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == CakeScope, Value == UInt64 {
    fileprivate static var bandwidth: Self { Self(TCA_CAKE_BASE_RATE64, "TCA_CAKE_BASE_RATE64") }
}
extension AttributeKey where Scope == CakeScope, Value == Int32 {
    fileprivate static var overhead: Self { Self(TCA_CAKE_OVERHEAD, "TCA_CAKE_OVERHEAD") }
}
extension AttributeKey where Scope == CakeScope, Value == UInt32 {
    fileprivate static var estimatesBandwidth: Self { Self(TCA_CAKE_AUTORATE, "TCA_CAKE_AUTORATE") }
    fileprivate static var priorities: Self { Self(TCA_CAKE_DIFFSERV_MODE, "TCA_CAKE_DIFFSERV_MODE") }
    fileprivate static var isolation: Self { Self(TCA_CAKE_FLOW_MODE, "TCA_CAKE_FLOW_MODE") }
    fileprivate static var looksBehindNAT: Self { Self(TCA_CAKE_NAT, "TCA_CAKE_NAT") }
    fileprivate static var clearsServiceField: Self { Self(TCA_CAKE_WASH, "TCA_CAKE_WASH") }
    fileprivate static var isIngress: Self { Self(TCA_CAKE_INGRESS, "TCA_CAKE_INGRESS") }
    fileprivate static var acknowledgements: Self { Self(TCA_CAKE_ACK_FILTER, "TCA_CAKE_ACK_FILTER") }
    fileprivate static var splitsSegments: Self { Self(TCA_CAKE_SPLIT_GSO, "TCA_CAKE_SPLIT_GSO") }
    fileprivate static var roundTrip: Self { Self(TCA_CAKE_RTT, "TCA_CAKE_RTT") }
    fileprivate static var target: Self { Self(TCA_CAKE_TARGET, "TCA_CAKE_TARGET") }
    fileprivate static var raw: Self { Self(TCA_CAKE_RAW, "TCA_CAKE_RAW") }
    fileprivate static var framing: Self { Self(TCA_CAKE_ATM, "TCA_CAKE_ATM") }
    fileprivate static var minimumPacket: Self { Self(TCA_CAKE_MPU, "TCA_CAKE_MPU") }
    fileprivate static var memoryLimit: Self { Self(TCA_CAKE_MEMORY, "TCA_CAKE_MEMORY") }
    fileprivate static var markMask: Self { Self(TCA_CAKE_FWMARK, "TCA_CAKE_FWMARK") }
}
