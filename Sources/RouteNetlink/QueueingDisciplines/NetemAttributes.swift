// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// Attributes behind `struct tc_netem_qopt`: `TCA_NETEM_…` of linux/pkt_sched.h.
enum NetemScope {}
/// Attributes inside `TCA_NETEM_LOSS`: `NETEM_LOSS_…`.
enum NetemLossScope {}

extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<NetemScope> {
    static var netem: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == NetemScope, Value == NetemCorrelation {
    static var correlation: Self { Self(TCA_NETEM_CORR, "TCA_NETEM_CORR") }
}
extension AttributeKey where Scope == NetemScope, Value == [UInt8] {
    static var distribution: Self { Self(TCA_NETEM_DELAY_DIST, "TCA_NETEM_DELAY_DIST") }
    static var slotDistribution: Self { Self(TCA_NETEM_SLOT_DIST, "TCA_NETEM_SLOT_DIST") }
}
extension AttributeKey where Scope == NetemScope, Value == NetemCorrelated {
    static var reordering: Self { Self(TCA_NETEM_REORDER, "TCA_NETEM_REORDER") }
    static var corruption: Self { Self(TCA_NETEM_CORRUPT, "TCA_NETEM_CORRUPT") }
}
extension AttributeKey where Scope == NetemScope, Value == NetemRate {
    static var rate: Self { Self(TCA_NETEM_RATE, "TCA_NETEM_RATE") }
}
extension AttributeKey where Scope == NetemScope, Value == NetemSlot {
    static var slot: Self { Self(TCA_NETEM_SLOT, "TCA_NETEM_SLOT") }
}
extension AttributeKey where Scope == NetemScope, Value == UInt32 {
    static var marksCongestion: Self { Self(TCA_NETEM_ECN, "TCA_NETEM_ECN") }
}
extension AttributeKey where Scope == NetemScope, Value == UInt64 {
    static var wideRate: Self { Self(TCA_NETEM_RATE64, "TCA_NETEM_RATE64") }
    // Since 6.7.
    static var seed: Self { Self(14, "TCA_NETEM_PRNG_SEED") }
}
extension AttributeKey where Scope == NetemScope, Value == Int64 {
    static var wideDelay: Self { Self(TCA_NETEM_LATENCY64, "TCA_NETEM_LATENCY64") }
    static var wideJitter: Self { Self(TCA_NETEM_JITTER64, "TCA_NETEM_JITTER64") }
}
extension AttributeKey where Scope == NetemScope, Value == Nest<NetemLossScope> {
    static var loss: Self { Self(TCA_NETEM_LOSS, "TCA_NETEM_LOSS") }
}
extension AttributeKey where Scope == NetemLossScope, Value == NetemLossState {
    static var state: Self { Self(NETEM_LOSS_GI, "NETEM_LOSS_GI") }
}
extension AttributeKey where Scope == NetemLossScope, Value == NetemLossBurst {
    static var burst: Self { Self(NETEM_LOSS_GE, "NETEM_LOSS_GE") }
}

// MARK: Structures as they travel

/// `struct tc_netem_corr`
struct NetemCorrelation: AttributeValue {
    let value: NetemOptions.Correlation

    init(_ value: NetemOptions.Correlation) { self.value = value }

    init?(attributePayload payload: RawSpan) {
        guard let delay: UInt32 = payload.integer(at: 0), let loss: UInt32 = payload.integer(at: 4),
            let duplication: UInt32 = payload.integer(at: 8)
        else { return nil }
        var value = NetemOptions.Correlation()
        value.delay = Probability(rawValue: delay)
        value.loss = Probability(rawValue: loss)
        value.duplication = Probability(rawValue: duplication)
        self.value = value
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        let raw = tc_netem_corr(
            delay_corr: value.delay.rawValue, loss_corr: value.loss.rawValue, dup_corr: value.duplication.rawValue)
        withWireBytes(of: raw, body)
    }
}

/// `struct tc_netem_reorder`, `struct tc_netem_corrupt`
struct NetemCorrelated: AttributeValue {
    let value: NetemOptions.Correlated

    init(_ value: NetemOptions.Correlated) { self.value = value }

    init?(attributePayload payload: RawSpan) {
        guard let probability: UInt32 = payload.integer(at: 0), let correlation: UInt32 = payload.integer(at: 4) else {
            return nil
        }
        value = NetemOptions.Correlated(
            Probability(rawValue: probability), correlation: Probability(rawValue: correlation))
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        let raw = tc_netem_reorder(probability: value.probability.rawValue, correlation: value.correlation.rawValue)
        withWireBytes(of: raw, body)
    }
}

/// `struct tc_netem_rate`
struct NetemRate: AttributeValue {
    let value: NetemOptions.Rate

    init(_ value: NetemOptions.Rate) { self.value = value }

    init?(attributePayload payload: RawSpan) {
        guard let rate: UInt32 = payload.integer(at: 0), let packetOverhead: Int32 = payload.integer(at: 4),
            let cellSize: UInt32 = payload.integer(at: 8), let cellOverhead: Int32 = payload.integer(at: 12)
        else { return nil }
        var value = NetemOptions.Rate(bytesPerSecond: UInt64(rate))
        (value.packetOverhead, value.cellSize, value.cellOverhead) = (packetOverhead, cellSize, cellOverhead)
        self.value = value
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        let raw = tc_netem_rate(
            rate: legacyRate(value.bytesPerSecond), packet_overhead: value.packetOverhead, cell_size: value.cellSize,
            cell_overhead: value.cellOverhead)
        withWireBytes(of: raw, body)
    }
}

/// `struct tc_netem_slot`
struct NetemSlot: AttributeValue {
    let value: NetemOptions.Slot

    init(_ value: NetemOptions.Slot) { self.value = value }

    init?(attributePayload payload: RawSpan) {
        guard let minimum: Int64 = payload.integer(at: 0), let maximum: Int64 = payload.integer(at: 8),
            let packets: Int32 = payload.integer(at: 16), let bytes: Int32 = payload.integer(at: 20),
            let delay: Int64 = payload.integer(at: 24), let jitter: Int64 = payload.integer(at: 32)
        else { return nil }
        var value = NetemOptions.Slot(
            delay == 0 && jitter == 0
                ? .between(.nanoseconds(minimum), .nanoseconds(maximum))
                : .varying(.nanoseconds(delay), jitter: .nanoseconds(jitter)))
        (value.packets, value.bytes) = (packets, bytes)
        self.value = value
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        var raw = tc_netem_slot()
        switch value.interval {
        case .between(let minimum, let maximum):
            (raw.min_delay, raw.max_delay) = (minimum.wholeNanoseconds, maximum.wholeNanoseconds)
        case .varying(let delay, let jitter):
            (raw.dist_delay, raw.dist_jitter) = (delay.wholeNanoseconds, jitter.wholeNanoseconds)
        }
        (raw.max_packets, raw.max_bytes) = (value.packets, value.bytes)
        withWireBytes(of: raw, body)
    }
}

/// `struct tc_netem_gimodel`
struct NetemLossState: AttributeValue {
    var p13: Probability, p31: Probability, p32: Probability, p23: Probability, p14: Probability

    var loss: NetemOptions.Loss { .state(p13: p13, p31: p31, p32: p32, p23: p23, p14: p14) }

    init(p13: Probability, p31: Probability, p32: Probability, p23: Probability, p14: Probability) {
        (self.p13, self.p31, self.p32, self.p23, self.p14) = (p13, p31, p32, p23, p14)
    }

    init?(attributePayload payload: RawSpan) {
        guard let p13: UInt32 = payload.integer(at: 0), let p31: UInt32 = payload.integer(at: 4),
            let p32: UInt32 = payload.integer(at: 8), let p14: UInt32 = payload.integer(at: 12),
            let p23: UInt32 = payload.integer(at: 16)
        else { return nil }
        self.init(
            p13: Probability(rawValue: p13), p31: Probability(rawValue: p31), p32: Probability(rawValue: p32),
            p23: Probability(rawValue: p23), p14: Probability(rawValue: p14))
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        let raw = tc_netem_gimodel(
            p13: p13.rawValue, p31: p31.rawValue, p32: p32.rawValue, p14: p14.rawValue, p23: p23.rawValue)
        withWireBytes(of: raw, body)
    }
}

/// `struct tc_netem_gemodel`
struct NetemLossBurst: AttributeValue {
    var p: Probability, r: Probability, lossInBad: Probability, lossInGood: Probability

    var loss: NetemOptions.Loss { .burst(p: p, r: r, lossInBad: lossInBad, lossInGood: lossInGood) }

    init(p: Probability, r: Probability, lossInBad: Probability, lossInGood: Probability) {
        (self.p, self.r, self.lossInBad, self.lossInGood) = (p, r, lossInBad, lossInGood)
    }

    init?(attributePayload payload: RawSpan) {
        guard let p: UInt32 = payload.integer(at: 0), let r: UInt32 = payload.integer(at: 4),
            let h: UInt32 = payload.integer(at: 8), let k1: UInt32 = payload.integer(at: 12)
        else { return nil }
        // The structure has the likelihood that a packet gets through in bad, and that it is lost in good.
        self.init(
            p: Probability(rawValue: p), r: Probability(rawValue: r),
            lossInBad: Probability(rawValue: h).opposite, lossInGood: Probability(rawValue: k1))
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        let raw = tc_netem_gemodel(
            p: p.rawValue, r: r.rawValue, h: lossInBad.opposite.rawValue, k1: lossInGood.rawValue)
        withWireBytes(of: raw, body)
    }
}
