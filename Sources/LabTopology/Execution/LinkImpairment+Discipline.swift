// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension LinkImpairment {
    /// The handle by which `netns impair` and labs know what they have set: "ne" in ASCII.
    static let handle = TrafficHandle(0x6e65)

    /// The discipline that does it; a token bucket where only the rate is limited, which needs no netem.
    ///
    /// - Parameters:
    ///   - mtu: of the device, in bytes: a bucket must hold two packets.
    ///   - previous: what there is in its place.
    func discipline(mtu: UInt32, inPlaceOf previous: LinkImpairment = LinkImpairment()) -> any QueueingDisciplineOptions
    {
        if isRateAlone, let rate = bytesPerSecond {
            let burst = bucketSize(bytesPerSecond: rate, mtu: mtu)
            return TBFOptions(
                bytesPerSecond: rate, burst: burst,
                limit: TBFOptions.limit(latency: .milliseconds(50), bytesPerSecond: rate, burst: burst))
        }
        var netem = NetemOptions()
        (netem.delay, netem.jitter) = (delay, jitter)
        // A netem that is changed keeps its table, which can't be read back and can't be taken away: evenly is one, too.
        let distribution = distribution ?? (previous.jitter > .zero && jitter > .zero ? "uniform" : nil)
        netem.distribution = distribution.flatMap { DelayDistribution(computing: $0) }
        netem.loss = .random(Probability(loss))
        netem.duplication = Probability(duplicate)
        var correlation = NetemOptions.Correlation()
        correlation.loss = Probability(lossCorrelation)
        netem.correlation = correlation
        netem.corruption = NetemOptions.Correlated(Probability(corrupt))
        netem.reordering = NetemOptions.Correlated(Probability(reorder))
        netem.gap = reorder > 0 ? 1 : 0
        netem.rate = NetemOptions.Rate(bytesPerSecond: bytesPerSecond ?? 0)
        if let limit { netem.limit = limit }
        netem.seed = seed
        return netem
    }

    /// How many bytes a token bucket holds: what a hundredth of a second lets pass, and two packets at least.
    func bucketSize(bytesPerSecond rate: UInt64, mtu: UInt32) -> UInt32 {
        max(burst ?? 0, UInt32(clamping: rate / 100), 2 * mtu + 18)
    }

    /// Whether the buckets of two rates are as good as equal: the kernel keeps a size as a time, in steps of 64 ns
    /// (`PSCHED_SHIFT`).
    func hasBucket(of desired: LinkImpairment) -> Bool {
        guard let rate = bytesPerSecond, let burst, rate == desired.bytesPerSecond else { return false }
        let wanted = desired.bucketSize(bytesPerSecond: rate, mtu: 1500)
        return (burst > wanted ? burst - wanted : wanted - burst) <= 1 + rate / 8_000_000
    }

    /// What a discipline of ours does.
    init(_ options: any QueueingDisciplineOptions) {
        self.init()
        switch options {
        case let bucket as TBFOptions:
            (bytesPerSecond, burst) = (bucket.rate.bytesPerSecond, bucket.burst)
        case let netem as NetemOptions:
            (delay, jitter) = (netem.delay, netem.jitter)
            if case .random(let probability) = netem.loss { loss = probability.fraction }
            duplicate = netem.duplication.fraction
            lossCorrelation = netem.correlation?.loss.fraction ?? 0
            corrupt = netem.corruption?.probability.fraction ?? 0
            reorder = netem.reordering?.probability.fraction ?? 0
            if let rate = netem.rate?.bytesPerSecond, rate > 0 { bytesPerSecond = rate }
            limit = netem.limit
            seed = netem.seed
        default: break
        }
    }
}
