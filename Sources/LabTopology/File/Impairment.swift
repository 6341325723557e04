// SPDX-License-Identifier: Apache-2.0

/// How a link harms what passes it in one direction.
public struct LinkImpairment: Hashable, Sendable {
    /// How long each packet is held, and how much that varies.
    public var delay: Duration = .zero, jitter: Duration = .zero
    /// How the delay varies: `normal`, `pareto`, `paretonormal`; nil is evenly.
    public var distribution: String?
    /// Shares from 0 to 1.
    public var loss = 0.0, duplicate = 0.0, corrupt = 0.0, reorder = 0.0
    /// How much a loss goes with the one before, from 0 to 1.
    public var lossCorrelation = 0.0
    /// In bytes a second.
    public var bytesPerSecond: UInt64?
    /// Bytes that may go at once.
    public var burst: UInt32?
    /// Packets that wait at most.
    public var limit: UInt32?
    /// Where chance starts; Linux 6.7.
    public var seed: UInt64?

    /// None.
    public init() {}

    /// Whether nothing is impaired.
    public var isNone: Bool { self == LinkImpairment() }

    /// Whether a token bucket will do, which needs no netem.
    public var isRateAlone: Bool {
        var other = self
        (other.bytesPerSecond, other.burst, other.limit) = (nil, nil, nil)
        return bytesPerSecond != nil && other.isNone
    }
}

/// The impairments of both directions.
public struct ImpairmentSetting: Hashable, Sendable {
    /// From the first end to the second, and back.
    public var forward: LinkImpairment, reverse: LinkImpairment

    static let keys = [
        "delay", "jitter", "distribution", "loss", "loss_correlation", "duplicate", "corrupt", "reorder", "rate",
        "burst", "limit", "seed", "rtt", "forward", "reverse",
    ]
    static let aliases: KeyValuePairs = [
        "latency": "delay", "packet-loss": "loss", "packet_loss": "loss", "bandwidth": "rate", "bw": "rate",
        "corruption": "corrupt", "duplication": "duplicate",
    ]

    /// Reads the map.
    init(_ node: YAMLNode, _ diagnostics: inout Diagnostics) {
        let map = MapReader(node, "an impairment", keys: Self.keys, aliases: Self.aliases, &diagnostics)
        var both = LinkImpairment()
        both.read(map, &diagnostics)
        if let rtt = map["rtt"], let time = rtt.duration("'rtt'", &diagnostics) {
            if map["delay"] != nil {
                diagnostics.error(.badValue, "'rtt' and 'delay' say the same", at: rtt.span, hint: "keep one of them")
            }
            both.delay = time / 2
        }
        (forward, reverse) = (both, both)
        if let one = map["forward"] { forward.read(direction: one, &diagnostics) }
        if let other = map["reverse"] { reverse.read(direction: other, &diagnostics) }
    }
}

extension LinkImpairment {
    private static let directionKeys = ImpairmentSetting.keys.filter { !["rtt", "forward", "reverse"].contains($0) }

    /// Reads `forward:` or `reverse:` over what holds for both.
    fileprivate mutating func read(direction node: YAMLNode, _ diagnostics: inout Diagnostics) {
        read(
            MapReader(
                node, "an impairment of one direction", keys: Self.directionKeys, aliases: ImpairmentSetting.aliases,
                &diagnostics), &diagnostics)
    }

    fileprivate mutating func read(_ map: MapReader, _ diagnostics: inout Diagnostics) {
        if let node = map["delay"] { delay = node.duration("'delay'", &diagnostics) ?? delay }
        if let node = map["jitter"] {
            jitter = node.duration("'jitter'", &diagnostics) ?? jitter
            if jitter > delay, map["delay"] != nil {
                diagnostics.error(.badValue, "the jitter is larger than the delay", at: node.span)
            }
        }
        if let node = map["distribution"] {
            distribution = node.word("'distribution'", ["normal", "pareto", "paretonormal"], &diagnostics)?.value
        }
        if let node = map["loss"] { loss = node.percentage("'loss'", &diagnostics) ?? loss }
        if let node = map["loss_correlation"] {
            lossCorrelation = node.percentage("'loss_correlation'", &diagnostics) ?? lossCorrelation
        }
        if let node = map["duplicate"] { duplicate = node.percentage("'duplicate'", &diagnostics) ?? duplicate }
        if let node = map["corrupt"] { corrupt = node.percentage("'corrupt'", &diagnostics) ?? corrupt }
        if let node = map["reorder"] {
            reorder = node.percentage("'reorder'", &diagnostics) ?? reorder
            if reorder > 0, delay == .zero, map["rtt"] == nil {
                diagnostics.error(
                    .badValue, "packets can only be reordered while others are held", at: node.span, hint: "add 'delay'"
                )
            }
        }
        if let node = map["rate"] { bytesPerSecond = node.rate("'rate'", &diagnostics) ?? bytesPerSecond }
        if let node = map["burst"] {
            burst = node.size("'burst'", &diagnostics) ?? burst
            if bytesPerSecond == nil {
                diagnostics.error(
                    .badValue, "'burst' is of a rate, and there is none", at: node.span, hint: "add 'rate'")
            }
        }
        if let node = map["limit"] { limit = node.number("'limit'", 1...UInt32.max, &diagnostics)?.value ?? limit }
        if let node = map["seed"] { seed = node.number("'seed'", 0...UInt64(Int.max), &diagnostics)?.value ?? seed }
    }
}
