// SPDX-License-Identifier: Apache-2.0

internal import Addressing

/// Networks that do not overlap, each with where it was asked for.
struct PrefixSet {
    // In order: those that overlap a network are its neighbours.
    private var members: [(prefix: IPPrefix, span: SourceSpan)] = []

    /// Adds a network.
    ///
    /// - Returns: the one in the way; nil when there is none.
    mutating func insert(_ prefix: IPPrefix, at span: SourceSpan) -> (prefix: IPPrefix, span: SourceSpan)? {
        let network = prefix.network
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            if members[middle].prefix < network { low = middle + 1 } else { high = middle }
        }
        if low < members.count, members[low].prefix.overlaps(network) { return members[low] }
        if low > 0, members[low - 1].prefix.overlaps(network) { return members[low - 1] }
        members.insert((network, span), at: low)
        return nil
    }
}
