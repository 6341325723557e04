// SPDX-License-Identifier: Apache-2.0

public import Netlink

/// How likely something is, in parts of 2³²−1, as disciplines keep it.
public struct Probability: RawRepresentable, Equatable, Sendable, AttributeValue {
    /// The parts.
    public let rawValue: UInt32
    /// Takes parts.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The nearest to a fraction; what is outside 0…1 is cut off.
    public init(_ fraction: Double) {
        rawValue = UInt32((min(max(fraction, 0), 1) * Double(UInt32.max)).rounded(.toNearestOrEven))
    }

    /// From 0 to 1.
    public var fraction: Double { Double(rawValue) / Double(UInt32.max) }
    /// The likelihood of the opposite.
    public var opposite: Probability { Probability(rawValue: .max - rawValue) }

    /// Not once.
    public static let never = Probability(rawValue: 0)
    /// Every time.
    public static let always = Probability(rawValue: .max)

    /// Reads the payload; nil when it is too short.
    public init?(attributePayload payload: RawSpan) {
        guard let rawValue: UInt32 = payload.integer(at: 0) else { return nil }
        self.rawValue = rawValue
    }

    /// Calls `body` with the payload's bytes.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) { rawValue.withAttributePayload(body) }
}

extension Duration {
    /// Whole nanoseconds, cut off at what 64 bits hold.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowsToo) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflows || overflowsToo ? (seconds < 0 ? .min : .max) : sum
    }

    /// Whole microseconds, cut off at what 32 bits hold.
    public var wholeMicroseconds: UInt32 { UInt32(clamping: wholeNanoseconds / 1000) }

    /// The clock of old attributes of packet schedulers, `PSCHED_SHIFT` of the kernel: a tick has 64 ns.
    static let nanosecondsPerTick: Int64 = 64

    /// Ticks of packet schedulers for whole microseconds, as tc(8) counts them; cut off at what 32 bits hold.
    var schedulerTicks: UInt32 {
        let (product, overflows) = (wholeNanoseconds / 1000).multipliedReportingOverflow(by: 1000)
        return overflows ? .max : UInt32(clamping: product / Self.nanosecondsPerTick)
    }

    init(schedulerTicks ticks: UInt32) { self = .nanoseconds(Int64(ticks) * Self.nanosecondsPerTick) }
}

/// Bytes a second that need more than 32 bits are `UInt32.max` in the old attribute, and whole in a new one.
func legacyRate(_ bytesPerSecond: UInt64) -> UInt32 { UInt32(clamping: bytesPerSecond) }
