// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// A token bucket: a rate that is not exceeded. Source: linux/pkt_sched.h, tc-tbf(8).
public struct TBFOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "tbf"

    /// The rate, and how packets count against it.
    public var rate: RateSpecification
    /// How many bytes may go at once; at least one packet.
    public var burst: UInt32
    /// How many bytes wait at most.
    public var limit: UInt32
    /// The rate at which a burst goes; nil for none.
    public var peakRate: RateSpecification?
    /// How many bytes may go at once at the peak rate.
    public var peakBurst: UInt32 = 0

    /// A bucket without a peak rate.
    public init(bytesPerSecond: UInt64, burst: UInt32, limit: UInt32) {
        rate = RateSpecification(bytesPerSecond: bytesPerSecond)
        self.burst = burst
        self.limit = limit
    }

    /// How many bytes wait at most for none to wait longer than this.
    public static func limit(
        latency: Duration, bytesPerSecond: UInt64, burst: UInt32, peak: (bytesPerSecond: UInt64, burst: UInt32)? = nil
    ) -> UInt32 {
        func bytes(_ rate: UInt64, _ burst: UInt32) -> Double {
            Double(rate) * Double(latency.wholeMicroseconds) / 1_000_000 + Double(burst)
        }
        let atRate = bytes(bytesPerSecond, burst)
        let atPeak = peak.map { bytes($0.bytesPerSecond, $0.burst) } ?? atRate
        return UInt32(min(atRate, atPeak, Double(UInt32.max)))
    }

    /// How long a packet waits at most; nil when `limit` is less than a burst.
    public var latency: Duration? {
        func wait(_ rate: RateSpecification, _ burst: UInt32) -> Double {
            guard rate.bytesPerSecond > 0 else { return 0 }
            // A burst that was counted back from the kernel's time is up to a byte short.
            let atOnce = (Double(burst) * 1_000_000 / Double(rate.bytesPerSecond) - 1e-6).rounded(.up)
            return 1_000_000 * Double(limit) / Double(rate.bytesPerSecond) - atOnce
        }
        let atRate = wait(rate, burst)
        let longest = peakRate.map { max(atRate, wait($0, peakBurst)) } ?? atRate
        return longest < 0 ? nil : .microseconds(Int64(min(longest, 1e15)))
    }

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<TBFScope>(payload)
        guard let parameters = attributes.payload(AttributeKey<TBFScope, [UInt8]>.parameters.number),
            var rate = RateSpecification(parameters, at: 0), var peak = RateSpecification(parameters, at: 12),
            let limit: UInt32 = parameters.integer(at: 24), let buffer: UInt32 = parameters.integer(at: 28),
            let peakBuffer: UInt32 = parameters.integer(at: 32)
        else { throw MalformedReply("TCA_TBF_PARMS is missing or too short") }
        if let wide = try attributes.value(.wideRate) { rate.bytesPerSecond = wide }
        if let wide = try attributes.value(.widePeakRate) { peak.bytesPerSecond = wide }
        self.rate = rate
        self.limit = limit
        burst = rate.bytes(buffer)
        if peak.bytesPerSecond > 0 {
            peakRate = peak
            peakBurst = peak.bytes(peakBuffer)
        }
    }

    /// Puts `TCA_OPTIONS`.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.tbf, nestedFlag: false) { data in
            var structure = tc_tbf_qopt()
            structure.rate = rate.structure
            structure.limit = limit
            structure.buffer = rate.ticks(UInt64(burst))
            if let peakRate {
                structure.peakrate = peakRate.structure
                structure.mtu = peakRate.ticks(UInt64(peakBurst))
            }
            data.put(.parameters, withWireBytes(of: structure) { Array($0) })
            data.put(.burst, burst)
            data.put(.wideRate, ifPresent: rate.wideRate)
            data.put(.table, rate.table)
            if let peakRate {
                data.put(.widePeakRate, ifPresent: peakRate.wideRate)
                data.put(.peakBurst, peakBurst)
                data.put(.peakTable, peakRate.table)
            }
        }
    }
}

/// Attributes inside `TCA_OPTIONS` of tbf: `TCA_TBF_…` of linux/pkt_sched.h.
private enum TBFScope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<TBFScope> {
    fileprivate static var tbf: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == TBFScope, Value == [UInt8] {
    fileprivate static var parameters: Self { Self(TCA_TBF_PARMS, "TCA_TBF_PARMS") }
    fileprivate static var table: Self { Self(TCA_TBF_RTAB, "TCA_TBF_RTAB") }
    fileprivate static var peakTable: Self { Self(TCA_TBF_PTAB, "TCA_TBF_PTAB") }
}
extension AttributeKey where Scope == TBFScope, Value == UInt64 {
    fileprivate static var wideRate: Self { Self(TCA_TBF_RATE64, "TCA_TBF_RATE64") }
    fileprivate static var widePeakRate: Self { Self(TCA_TBF_PRATE64, "TCA_TBF_PRATE64") }
}
extension AttributeKey where Scope == TBFScope, Value == UInt32 {
    fileprivate static var burst: Self { Self(TCA_TBF_BURST, "TCA_TBF_BURST") }
    fileprivate static var peakBurst: Self { Self(TCA_TBF_PBURST, "TCA_TBF_PBURST") }
}
