// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Classes that share a rate and lend each other what they do not use. Source: linux/pkt_sched.h, tc-htb(8).
public struct HTBOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "htb"

    /// The minor number of the class of whatever no filter claims; 0 for none, so that it goes at once.
    public var defaultClass: UInt32 = 0
    /// By what a class's rate in bytes a second is divided to get its quantum.
    public var rateToQuantum: UInt32 = 10
    /// `TCA_HTB_DIRECT_QLEN`: how many packets of no class wait at most.
    public var directQueueLength: UInt32?
    /// `TCA_HTB_OFFLOAD`: the hardware shall do it.
    public var isOffloaded = false
    /// How many packets of no class were sent. Read only.
    public var directPackets: UInt32 = 0
    /// The version of the scheduler, in 16 bits each. Read only.
    public var version: UInt32 = HTBOptions.requestedVersion

    /// The version of the format that the kernel asks for, `HTB_VER` in its upper half.
    private static let requestedVersion: UInt32 = 3

    /// No default class.
    public init() {}

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<HTBScope>(payload)
        guard let global = attributes.payload(AttributeKey<HTBScope, [UInt8]>.global.number),
            let version: UInt32 = global.integer(at: 0), let rateToQuantum: UInt32 = global.integer(at: 4),
            let defaultClass: UInt32 = global.integer(at: 8), let directPackets: UInt32 = global.integer(at: 16)
        else { throw MalformedReply("TCA_HTB_INIT is missing or too short") }
        self.version = version
        self.rateToQuantum = rateToQuantum
        self.defaultClass = defaultClass
        self.directPackets = directPackets
        directQueueLength = try attributes.value(.directQueueLength)
        isOffloaded = attributes.contains(AttributeKey<HTBScope, PresenceFlag>.offload)
    }

    /// Puts `TCA_OPTIONS`.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.htb, nestedFlag: false) { data in
            var global = tc_htb_glob()
            global.version = Self.requestedVersion
            global.rate2quantum = rateToQuantum
            global.defcls = defaultClass
            data.put(.global, withWireBytes(of: global) { Array($0) })
            data.put(.directQueueLength, ifPresent: directQueueLength)
            if isOffloaded { data.put(.offload, PresenceFlag()) }
        }
    }
}

/// A class of htb. Source: linux/pkt_sched.h, tc-htb(8).
public struct HTBClass: Equatable, Sendable {
    /// What the class has for itself, and what it gets at most when others lend; each counts packets in its way.
    public var rate: RateSpecification, ceiling: RateSpecification
    /// How many bytes may go at once at `rate`, and at `ceiling`.
    public var burst: UInt32, ceilingBurst: UInt32
    /// How many bytes go before it is another class's turn; 0 lets the kernel reckon it by `rateToQuantum`.
    public var quantum: UInt32 = 0
    /// Who borrows first: 0 to 7, the lowest.
    public var priority: UInt32 = 0
    /// How far it is above the leaves. Read only.
    public var level: UInt32 = 0

    /// A class that borrows nothing, with the least bursts for packets of `mtu` bytes.
    public init(bytesPerSecond: UInt64, mtu: UInt32 = HTBClass.usualMTU) {
        rate = RateSpecification(bytesPerSecond: bytesPerSecond)
        rate.cellLog = RateSpecification.cellLog(mtu: mtu)
        ceiling = rate
        burst = HTBClass.leastBurst(bytesPerSecond: bytesPerSecond, mtu: mtu)
        ceilingBurst = burst
    }

    /// What tc(8) takes for the size of the largest packet.
    public static let usualMTU: UInt32 = 1600

    /// What must be able to go at once for the rate to be reached: one packet, and what comes together in a tick
    /// of the kernel's clock for packets, which has a nanosecond.
    public static func leastBurst(bytesPerSecond: UInt64, mtu: UInt32 = usualMTU) -> UInt32 {
        UInt32(clamping: bytesPerSecond / 1_000_000_000 + UInt64(mtu))
    }

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<HTBScope>(payload)
        guard let parameters = attributes.payload(AttributeKey<HTBScope, [UInt8]>.parameters.number),
            var rate = RateSpecification(parameters, at: 0), var ceiling = RateSpecification(parameters, at: 12),
            let buffer: UInt32 = parameters.integer(at: 24), let ceilingBuffer: UInt32 = parameters.integer(at: 28),
            let quantum: UInt32 = parameters.integer(at: 32), let level: UInt32 = parameters.integer(at: 36),
            let priority: UInt32 = parameters.integer(at: 40)
        else { throw MalformedReply("TCA_HTB_PARMS is missing or too short") }
        if let wide = try attributes.value(.wideRate) { rate.bytesPerSecond = wide }
        if let wide = try attributes.value(.wideCeiling) { ceiling.bytesPerSecond = wide }
        self.rate = rate
        self.ceiling = ceiling
        burst = rate.bytes(buffer)
        ceilingBurst = ceiling.bytes(ceilingBuffer)
        self.quantum = quantum
        self.level = level
        self.priority = priority
    }

    func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.htb, nestedFlag: false) { data in
            var structure = tc_htb_opt()
            structure.rate = rate.structure
            structure.ceil = ceiling.structure
            structure.buffer = rate.ticks(UInt64(burst), isWide: true)
            structure.cbuffer = ceiling.ticks(UInt64(ceilingBurst), isWide: true)
            structure.quantum = quantum
            structure.prio = priority
            data.put(.wideRate, ifPresent: rate.wideRate)
            data.put(.wideCeiling, ifPresent: ceiling.wideRate)
            data.put(.parameters, withWireBytes(of: structure) { Array($0) })
            data.put(.rateTable, rate.table)
            data.put(.ceilingTable, ceiling.table)
        }
    }
}

/// What a class of htb has done, `struct tc_htb_xstats`.
public struct HTBClassStatistics: Equatable, Sendable {
    /// Packets sent within the rate, with what was borrowed, and larger than the class was made for.
    public var lent: UInt32, borrowed: UInt32, giants: UInt32
    /// What is left to send at once, in ticks of the scheduler of 64 ns; less than 0 when too much went.
    public var tokens: Int32, ceilingTokens: Int32

    init(decoding payload: RawSpan) throws(MalformedReply) {
        guard let lent: UInt32 = payload.integer(at: 0), let borrowed: UInt32 = payload.integer(at: 4),
            let giants: UInt32 = payload.integer(at: 8), let tokens: Int32 = payload.integer(at: 12),
            let ceilingTokens: Int32 = payload.integer(at: 16)
        else { throw MalformedReply("shorter than struct tc_htb_xstats") }
        (self.lent, self.borrowed, self.giants) = (lent, borrowed, giants)
        (self.tokens, self.ceilingTokens) = (tokens, ceilingTokens)
    }
}

/// Attributes inside `TCA_OPTIONS` of htb and its classes: `TCA_HTB_…` of linux/pkt_sched.h.
private enum HTBScope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<HTBScope> {
    fileprivate static var htb: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == HTBScope, Value == [UInt8] {
    fileprivate static var global: Self { Self(TCA_HTB_INIT, "TCA_HTB_INIT") }
    fileprivate static var parameters: Self { Self(TCA_HTB_PARMS, "TCA_HTB_PARMS") }
    fileprivate static var rateTable: Self { Self(TCA_HTB_RTAB, "TCA_HTB_RTAB") }
    fileprivate static var ceilingTable: Self { Self(TCA_HTB_CTAB, "TCA_HTB_CTAB") }
}
extension AttributeKey where Scope == HTBScope, Value == UInt32 {
    fileprivate static var directQueueLength: Self { Self(TCA_HTB_DIRECT_QLEN, "TCA_HTB_DIRECT_QLEN") }
}
extension AttributeKey where Scope == HTBScope, Value == UInt64 {
    fileprivate static var wideRate: Self { Self(TCA_HTB_RATE64, "TCA_HTB_RATE64") }
    fileprivate static var wideCeiling: Self { Self(TCA_HTB_CEIL64, "TCA_HTB_CEIL64") }
}
extension AttributeKey where Scope == HTBScope, Value == PresenceFlag {
    fileprivate static var offload: Self { Self(TCA_HTB_OFFLOAD, "TCA_HTB_OFFLOAD") }
}
