// SPDX-License-Identifier: Apache-2.0

/// The type of a key or value, by which nft(8) knows how to show it; the kernel only keeps it.
///
/// Source: nft(8), DATA TYPES.
public enum ElementType: UInt32, Sendable {
    case ipv4Address = 7
    case ipv6Address = 8
    case layer4Protocol = 12
    case port = 13
    case mark = 19
    case interfaceName = 41

    /// How long a value is, in bytes.
    public var byteCount: Int {
        switch self {
        case .ipv4Address, .mark: 4
        case .ipv6Address, .interfaceName: 16
        case .layer4Protocol: 1
        case .port: 2
        }
    }

    /// Whether numbers are in network byte order, as nft(8) is told: `BYTEORDER_BIG_ENDIAN`.
    var isNetworkOrder: Bool { self != .mark && self != .interfaceName }
}

extension [ElementType] {
    /// Six bits each, the first highest, as nft(8) has it.
    var number: UInt32 { reduce(0) { $0 << 6 | $1.rawValue } }
    /// Of one as it is, of several each aligned to four bytes.
    public var byteCount: Int {
        count == 1 ? self[0].byteCount : reduce(0) { $0 + ($1.byteCount + 3) & ~3 }
    }
    /// The bytes of a key or value of several parts, each aligned to four bytes.
    static func concatenated(_ parts: [[UInt8]]) -> [UInt8] {
        parts.count == 1 ? parts[0] : parts.flatMap { $0 + [UInt8](repeating: 0, count: -$0.count & 3) }
    }
}

/// A named set or map.
public struct NamedSet: Hashable, Sendable {
    /// What a map leads to.
    public enum Content: Hashable, Sendable {
        /// A value of these types.
        case values([ElementType])
        /// What becomes of the packet.
        case verdicts
    }

    /// Its name, of 255 bytes at most.
    public var name: String
    /// The types of the parts of its keys.
    public var key: [ElementType]
    /// What it leads to; nil for a set.
    public var content: Content?
    /// Whether its elements are ranges; see `SetElement.range`.
    public var isInterval: Bool

    /// A set or map.
    public init(_ name: String, key: [ElementType], content: Content? = nil, isInterval: Bool = false) {
        (self.name, self.key, self.content, self.isInterval) = (name, key, content, isInterval)
    }

    /// `NFT_SET_…`
    var flags: UInt32 {
        (isInterval ? 4 : 0) | (content == nil ? 0 : 8) | (isInterval && key.count > 1 ? 128 : 0)
    }
}

/// An element of a set or map, or one end of a range.
public struct SetElement: Hashable, Sendable {
    /// What a map leads to.
    public enum Content: Hashable, Sendable {
        case value([UInt8])
        case verdict(Verdict)
    }

    /// The key's bytes.
    public var key: [UInt8]
    /// The last key of a range, in a set of ranges whose keys have several parts; nil for others.
    public var lastKey: [UInt8]?
    /// Whether the range that began before ends here, without this key (`NFT_SET_ELEM_INTERVAL_END`).
    public var isRangeEnd = false
    /// What it leads to.
    public var content: Content?
    /// What nft(8) shows as its comment, of 127 bytes at most.
    public var comment: String?

    /// An element.
    public init(key: [UInt8], content: Content? = nil, comment: String? = nil) {
        (self.key, self.content, self.comment) = (key, content, comment)
    }

    /// An element whose key, and whose value, have several parts.
    public init(key parts: [[UInt8]], value: [[UInt8]]? = nil, comment: String? = nil) {
        self.init(
            key: [ElementType].concatenated(parts),
            content: value.map { .value([ElementType].concatenated($0)) }, comment: comment)
    }

    /// The element that says a prefix, and one value of each further part, in a set of ranges whose keys have several.
    public static func range(
        prefix: [UInt8], length: Int, and others: [[UInt8]], comment: String? = nil
    ) -> SetElement {
        var (first, last) = (prefix, prefix)
        for bit in length..<max(length, prefix.count * 8) {
            first[bit / 8] &= ~(0x80 >> UInt8(bit % 8))
            last[bit / 8] |= 0x80 >> UInt8(bit % 8)
        }
        var element = SetElement(key: [first] + others, comment: comment)
        element.lastKey = [ElementType].concatenated([last] + others)
        return element
    }

    /// The elements that say a prefix in a set of ranges: its begin, and its end unless nothing comes behind it.
    public static func range(prefix: [UInt8], length: Int, comment: String? = nil) -> [SetElement] {
        var first = prefix
        for bit in length..<max(length, prefix.count * 8) { first[bit / 8] &= ~(0x80 >> UInt8(bit % 8)) }
        let begin = SetElement(key: first, comment: comment)
        var end = SetElement(key: first)
        end.isRangeEnd = true
        // Carries 1 up from the last bit of the prefix.
        var bit = length - 1
        while bit >= 0 {
            let mask: UInt8 = 0x80 >> UInt8(bit % 8)
            end.key[bit / 8] ^= mask
            if end.key[bit / 8] & mask != 0 { return [begin, end] }
            bit -= 1
        }
        return [begin]
    }
}

extension [SetElement] {
    /// The prefixes that the elements of a set of ranges say, with their comments. A range that is no prefix is left
    /// out, and one that began before the first element.
    public var prefixes: [(prefix: [UInt8], length: Int, comment: String?)] {
        let sorted = sorted { left, right in
            left.key == right.key
                ? left.isRangeEnd && !right.isRangeEnd : left.key.lexicographicallyPrecedes(right.key)
        }
        var result: [(prefix: [UInt8], length: Int, comment: String?)] = []
        for (position, element) in sorted.enumerated() where !element.isRangeEnd {
            let next = position + 1 < sorted.count ? sorted[position + 1] : nil
            let ends = next.flatMap { $0.isRangeEnd ? $0.key : nil }
            for length in 0...element.key.count * 8 {
                let range = SetElement.range(prefix: element.key, length: length)
                guard range[0].key == element.key else { continue }
                if (range.count > 1 ? range[1].key : nil) == ends {
                    result.append((element.key, length, element.comment))
                    break
                }
            }
        }
        return result
    }
}
