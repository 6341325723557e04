// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// How a delay varies: a table from which netem draws, in parts of `NETEM_DIST_SCALE`. Source: linux/pkt_sched.h.
///
/// The kernel draws an entry at random and adds it, times the jitter and divided by 8192, to the delay.
public struct DelayDistribution: Equatable, Sendable {
    /// The entries, in the order of their size.
    public let entries: [Int16]

    /// `NETEM_DIST_SCALE`: an entry of this much is once the jitter.
    public static let scale = 8192
    /// `NETEM_DIST_MAX`: how many entries a table has at most.
    public static let maximumCount = 16_384

    /// Takes entries; nil when there are none or too many.
    public init?(entries: [Int16]) {
        guard (1...Self.maximumCount).contains(entries.count) else { return nil }
        self.entries = entries
    }

    /// Reads the text of a file of iproute2's: numbers between blanks; a line that begins with `#` is a comment.
    public init?(parsing text: some StringProtocol) {
        var entries: [Int16] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            for word in line.split(whereSeparator: \.isWhitespace) {
                guard let entry = Int16(word), entries.count < Self.maximumCount else { return nil }
                entries.append(entry)
            }
        }
        self.init(entries: entries)
    }

    /// The entries as the kernel takes them.
    var payload: [UInt8] { entries.withUnsafeBytes { Array($0) } }
}

// MARK: Tables of our own

extension DelayDistribution {
    /// How many entries the tables have that are computed here.
    private static let computedCount = 4096

    /// What a table of this name is when no file has it: `normal`, `pareto`, `paretonormal` or `uniform`; nil for
    /// any other.
    ///
    /// Each has the mean 0, so that the delay stays what is asked for on average.
    public init?(computing name: String) {
        let quantile: (Double) -> Double
        switch name {
        case "uniform":
            // As netem without a table: evenly between minus and plus the jitter.
            quantile = { 2 * $0 - 1 }
        case "normal": quantile = Self.normalQuantile
        case "pareto": quantile = Self.paretoQuantile
        case "paretonormal":
            quantile = { Self.normalQuantile($0) / 4 + Self.paretoQuantile($0) * 3 / 4 }
        default: return nil
        }
        entries = (0..<Self.computedCount).map { index in
            let value = quantile((Double(index) + 0.5) / Double(Self.computedCount)) * Double(Self.scale)
            return Int16(min(max(value, Double(Int16.min)), Double(Int16.max)).rounded())
        }
    }

    /// Of the shape 3 and the standard deviation 1, moved so that the mean is 0: a long tail of late packets.
    private static func paretoQuantile(_ probability: Double) -> Double {
        let shape = 3.0
        let mean = shape / (shape - 1)
        let deviation = (shape / (shape - 2)).squareRoot() / (shape - 1)
        return (pow(1 - probability, -1 / shape) - mean) / deviation
    }

    /// Of the standard deviation 1: the place where the distribution function has the value, found by halving.
    private static func normalQuantile(_ probability: Double) -> Double {
        var (low, high) = (-8.0, 8.0)
        for _ in 0..<48 {
            let middle = (low + high) / 2
            if erfc(-middle / 2.0.squareRoot()) / 2 < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
