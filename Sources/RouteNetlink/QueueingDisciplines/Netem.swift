// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// A network that is worse than it is: delay, loss and more. Source: linux/pkt_sched.h, tc-netem(8).
///
/// When a discipline that is there is changed, what is nil here stays as it was.
public struct NetemOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "netem"

    /// How many packets wait at most.
    public var limit: UInt32 = 1000
    /// How long each packet is held, and how much that varies.
    public var delay: Duration = .zero, jitter: Duration = .zero
    /// How the delay varies, `TCA_NETEM_DELAY_DIST`; nil is evenly. Write only.
    public var distribution: DelayDistribution?
    /// Which packets are lost.
    public var loss = Loss.random(.never)
    /// `TCA_NETEM_ECN`: packets that bear it are marked, not dropped.
    public var marksCongestion: Bool?
    /// How likely a packet is sent twice.
    public var duplication = Probability.never
    /// With which of the packets before the likelihoods go, `TCA_NETEM_CORR`.
    public var correlation: Correlation?
    /// How likely a packet gets a wrong bit, `TCA_NETEM_CORRUPT`.
    public var corruption: Correlated?
    /// How likely a packet is sent at once, before those that are held, `TCA_NETEM_REORDER`.
    public var reordering: Correlated?
    /// Only every packet of so many is reordered; 0 without reordering.
    public var gap: UInt32 = 0
    /// `TCA_NETEM_RATE`
    public var rate: Rate?
    /// `TCA_NETEM_SLOT`
    public var slot: Slot?
    /// How the slots of `Slot.varying` vary, `TCA_NETEM_SLOT_DIST`. Write only.
    public var slotDistribution: DelayDistribution?
    /// `TCA_NETEM_PRNG_SEED`, since 6.7: where chance starts.
    public var seed: UInt64?

    /// No harm done.
    public init() {}
}

extension NetemOptions {
    /// Which packets are lost.
    public enum Loss: Equatable, Sendable {
        /// Each with this likelihood; its correlation is `correlation.loss`.
        case random(Probability)
        /// `NETEM_LOSS_GI`: between four states, from and to the numbers in the names, with these likelihoods.
        case state(p13: Probability, p31: Probability, p32: Probability, p23: Probability, p14: Probability)
        /// `NETEM_LOSS_GE`, Gilbert and Elliott: from good to bad, back, and a loss in bad and in good.
        case burst(p: Probability, r: Probability, lossInBad: Probability, lossInGood: Probability)
    }

    /// `struct tc_netem_corr`
    public struct Correlation: Equatable, Sendable {
        /// Of the delay, of loss and of duplication.
        public var delay = Probability.never, loss = Probability.never, duplication = Probability.never
        /// Of nothing.
        public init() {}
    }

    /// A likelihood that goes with the packet before: `struct tc_netem_reorder`, `struct tc_netem_corrupt`.
    public struct Correlated: Equatable, Sendable {
        /// How likely, and how much it goes with the packet before.
        public var probability: Probability, correlation: Probability
        /// A likelihood that goes by itself, if no more is said.
        public init(_ probability: Probability, correlation: Probability = .never) {
            (self.probability, self.correlation) = (probability, correlation)
        }
    }

    /// `struct tc_netem_rate`
    public struct Rate: Equatable, Sendable {
        /// In bytes a second; 0 for no limit.
        public var bytesPerSecond: UInt64
        /// Bytes that each packet counts more, or less, than it has.
        public var packetOverhead: Int32 = 0
        /// Packets are cut into cells of so many bytes; 0 for none.
        public var cellSize: UInt32 = 0
        /// Bytes that each cell counts more, or less.
        public var cellOverhead: Int32 = 0
        /// A rate without more.
        public init(bytesPerSecond: UInt64) { self.bytesPerSecond = bytesPerSecond }
    }

    /// `struct tc_netem_slot`: packets are sent in bunches.
    public struct Slot: Equatable, Sendable {
        /// The time between two.
        public enum Interval: Equatable, Sendable {
            /// Evenly between these.
            case between(Duration, Duration)
            /// As `slotDistribution` says.
            case varying(Duration, jitter: Duration)
        }
        /// The time between two.
        public var interval: Interval
        /// How much goes in one; 0 for any number.
        public var packets: Int32 = 0, bytes: Int32 = 0
        /// Slots without a limit to what goes in one.
        public init(_ interval: Interval) { self.interval = interval }
    }
}

// MARK: Decoding

extension NetemOptions {
    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        guard let delay: UInt32 = payload.integer(at: 0), let limit: UInt32 = payload.integer(at: 4),
            let loss: UInt32 = payload.integer(at: 8), let gap: UInt32 = payload.integer(at: 12),
            let duplication: UInt32 = payload.integer(at: 16), let jitter: UInt32 = payload.integer(at: 20)
        else { throw MalformedReply("shorter than struct tc_netem_qopt") }
        // As tc(8) reads them: kernels since 4.16 send nanoseconds as well.
        self.delay = .microseconds(Int64(Duration(schedulerTicks: delay).wholeMicroseconds))
        self.jitter = .microseconds(Int64(Duration(schedulerTicks: jitter).wholeMicroseconds))
        self.limit = limit
        self.loss = .random(Probability(rawValue: loss))
        self.gap = gap
        self.duplication = Probability(rawValue: duplication)
        let attributes = try Attributes<NetemScope>(payload.extracting(droppingFirst: 24))
        if let delay = try attributes.value(.wideDelay) { self.delay = .nanoseconds(delay) }
        if let jitter = try attributes.value(.wideJitter) { self.jitter = .nanoseconds(jitter) }
        if let value = try attributes.value(.correlation) { correlation = value.value }
        if let value = try attributes.value(.reordering) { reordering = value.value }
        if let value = try attributes.value(.corruption) { corruption = value.value }
        if let value = try attributes.value(.rate) { rate = value.value }
        if let bytesPerSecond = try attributes.value(.wideRate) { rate?.bytesPerSecond = bytesPerSecond }
        if let marks = try attributes.value(.marksCongestion) { marksCongestion = marks != 0 }
        if let value = try attributes.value(.slot) { slot = value.value }
        seed = try attributes.value(.seed)
        if let models = try attributes.nested(.loss) {
            if let model = try models.value(.state) { self.loss = model.loss }
            if let model = try models.value(.burst) { self.loss = model.loss }
        }
    }
}

// MARK: Encoding

extension NetemOptions {
    /// Puts `TCA_OPTIONS`.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.netem, nestedFlag: false) { data in
            data.append(structure)
            data.put(.correlation, ifPresent: correlation.map(NetemCorrelation.init))
            data.put(.reordering, ifPresent: reordering.map(NetemCorrelated.init))
            data.put(.corruption, ifPresent: corruption.map(NetemCorrelated.init))
            data.put(.rate, ifPresent: rate.map(NetemRate.init))
            if let rate, rate.bytesPerSecond > UInt64(UInt32.max) { data.put(.wideRate, rate.bytesPerSecond) }
            data.put(.marksCongestion, ifPresent: marksCongestion.map { $0 ? 1 : 0 })
            data.put(.slot, ifPresent: slot.map(NetemSlot.init))
            data.put(.distribution, ifPresent: distribution?.payload)
            data.put(.slotDistribution, ifPresent: slotDistribution?.payload)
            data.put(.seed, ifPresent: seed)
            // Four minutes and a half are all that the structure holds.
            if delay.schedulerTicks == .max { data.put(.wideDelay, delay.wholeNanoseconds) }
            if jitter.schedulerTicks == .max { data.put(.wideJitter, jitter.wholeNanoseconds) }
            encodeLossModel(into: data)
        }
    }

    private func encodeLossModel(into data: AttributeWriter<NetemScope>) {
        switch loss {
        case .random: break
        case .state(let p13, let p31, let p32, let p23, let p14):
            data.nest(.loss, nestedFlag: false) {
                $0.put(.state, NetemLossState(p13: p13, p31: p31, p32: p32, p23: p23, p14: p14))
            }
        case .burst(let p, let r, let lossInBad, let lossInGood):
            data.nest(.loss, nestedFlag: false) {
                $0.put(.burst, NetemLossBurst(p: p, r: r, lossInBad: lossInBad, lossInGood: lossInGood))
            }
        }
    }

    private var structure: tc_netem_qopt {
        var structure = tc_netem_qopt()
        structure.latency = delay.schedulerTicks
        structure.limit = limit
        if case .random(let probability) = loss { structure.loss = probability.rawValue }
        structure.gap = gap
        structure.duplicate = duplication.rawValue
        structure.jitter = jitter.schedulerTicks
        return structure
    }
}
