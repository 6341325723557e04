// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// What the kernel assumes of the path behind a route: `RTA_METRICS`. Source: linux/rtnetlink.h, ip-route(8).
public struct RouteMetrics: Hashable, Sendable {
    /// The number of one metric, `RTAX_…`.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The kernel's number.
        public var rawValue: UInt16
        /// Takes the kernel's number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// The path MTU, in bytes.
        public static let mtu = Kind(rawValue: 2)
        /// The greatest window to advertise, in bytes.
        public static let window = Kind(rawValue: 3)
        /// The first estimate of the round trip, in eighths of a millisecond.
        public static let roundTripTime = Kind(rawValue: 4)
        /// The first estimate of its variance, in quarters of a millisecond.
        public static let roundTripVariance = Kind(rawValue: 5)
        /// The first slow-start threshold, in segments.
        public static let slowStartThreshold = Kind(rawValue: 6)
        /// The clamp of the congestion window, in segments; counts only when locked.
        public static let congestionWindow = Kind(rawValue: 7)
        /// The MSS to advertise, in bytes.
        public static let advertisedMSS = Kind(rawValue: 8)
        /// The greatest reordering to expect, in segments.
        public static let reordering = Kind(rawValue: 9)
        /// The hop limit of packets that are sent.
        public static let hopLimit = Kind(rawValue: 10)
        /// The first congestion window, in segments.
        public static let initialCongestionWindow = Kind(rawValue: 11)
        /// Bits: 1 is ECN.
        public static let features = Kind(rawValue: 12)
        /// The least retransmission timeout, in milliseconds; counts only when locked.
        public static let minimumRTO = Kind(rawValue: 13)
        /// The first window to advertise, in segments.
        public static let initialReceiveWindow = Kind(rawValue: 14)
        /// 1 to acknowledge at once.
        public static let quickAck = Kind(rawValue: 15)
        /// 1 to do TCP Fast Open without cookies.
        public static let fastOpenNoCookie = Kind(rawValue: 17)

        private static let names = [
            "", "lock", "mtu", "window", "rtt", "rttvar", "ssthresh", "cwnd", "advmss", "reordering", "hoplimit",
            "initcwnd", "features", "rto_min", "initrwnd", "quickack", "congctl", "fastopen_no_cookie",
        ]

        /// The word that ip(8) shows, or `metric` and the number.
        public var name: String {
            Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : "metric \(rawValue)"
        }
    }

    /// The values, each in its unit; unknown ones are kept.
    public var values: [Kind: UInt32] = [:]
    /// `RTAX_LOCK`: bit *n* fixes metric *n*, so that nothing the kernel learns changes it.
    public var lock: UInt32 = 0
    /// `RTAX_CC_ALGO`: the congestion control of TCP, `cubic`.
    public var congestionControl: String?

    /// No metrics.
    public init() {}

    /// One value; setting nil removes it.
    public subscript(kind: Kind) -> UInt32? {
        get { values[kind] }
        set { values[kind] = newValue }
    }

    /// Whether nothing is said.
    public var isEmpty: Bool { values.isEmpty && lock == 0 && congestionControl == nil }

    /// Whether a metric is fixed.
    public func isLocked(_ kind: Kind) -> Bool { kind.rawValue < 32 && lock & 1 << UInt32(kind.rawValue) != 0 }

    /// Fixes a metric, or lets it go. Metrics beyond 31 can't be fixed.
    public mutating func setLocked(_ isLocked: Bool, _ kind: Kind) {
        guard kind.rawValue < 32 else { return }
        let bit: UInt32 = 1 << UInt32(kind.rawValue)
        if isLocked { lock |= bit } else { lock &= ~bit }
    }

    /// The values by their numbers, as ip(8) shows them.
    public var ordered: [(kind: Kind, value: UInt32)] {
        values.map { ($0, $1) }.sorted { $0.kind.rawValue < $1.kind.rawValue }
    }

    init(decoding attributes: borrowing Attributes<RouteMetricsNest>) throws(MalformedReply) {
        try attributes.forEach { (number, payload) throws(MalformedReply) in
            if number == UInt16(RTAX_CC_ALGO) {
                congestionControl = String(attributePayload: payload)
                return
            }
            guard let value: UInt32 = payload.integer(at: 0) else {
                throw MalformedReply("route metric \(number) has an unexpected form")
            }
            if number == UInt16(RTAX_LOCK) { lock = value } else { values[Kind(rawValue: number)] = value }
        }
    }

    func encode(into writer: AttributeWriter<RouteMetricsNest>) {
        for (kind, value) in ordered where kind.rawValue <= 0x3fff {
            writer.put(AttributeKey(kind.rawValue, "RTA_METRICS"), value)
        }
        if let congestionControl { writer.put(.congestionControl, Array(congestionControl.utf8)) }
        if lock != 0 { writer.put(.lock, lock) }
    }
}
