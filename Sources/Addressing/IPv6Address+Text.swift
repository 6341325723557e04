// SPDX-License-Identifier: Apache-2.0

extension IPv6Address: LosslessStringConvertible {
    /// Reads an address; nil where ``init(parsing:)`` throws.
    public init?(_ description: String) {
        do throws(Flaw) { self = try Self.read(description.utf8Span.span) } catch { return nil }
    }

    /// Reads any form of RFC 4291, section 2.2: eight groups of one to four hexadecimal digits,
    /// `::` once in place of one or more zero groups, the last two groups as a dotted quad.
    public init(parsing text: String) throws(AddressingError) {
        do throws(Flaw) { self = try Self.read(text.utf8Span.span) } catch {
            throw AddressingError(.ipv6Address, text, error)
        }
    }

    static func read(_ text: Span<UInt8>) throws(Flaw) -> Self {
        var reader = GroupReader()
        try reader.read(text)
        return try reader.address()
    }

    /// The canonical form of RFC 5952, exactly as `inet_ntop` of glibc writes it: lower case, the
    /// first longest run of two or more zero groups as `::`, and a dotted quad after `::ffff:` and
    /// after a `::` of six groups.
    public var description: String {
        string(capacity: 45) { append(to: &$0) }
    }

    /// Appends ``description`` in ASCII: the fast way to print many.
    public func append(to buffer: inout [UInt8]) {
        let gap = longestZeroRun
        let endsInQuad = gap.lowerBound == 0 && (gap.count == 6 || (gap.count == 5 && group(5) == 0xffff))
        var index = 0
        while index < 8 {
            if index == gap.lowerBound, !gap.isEmpty {
                // The colon before the next group, if there is one, makes this a pair.
                buffer.append(.colon)
                index = gap.upperBound
                if index == 8 { buffer.append(.colon) }
                continue
            }
            if index > 0 { buffer.append(.colon) }
            if index == 6, endsInQuad {
                IPv4Address(UInt32(truncatingIfNeeded: low)).append(to: &buffer)
                return
            }
            buffer.append(hexadecimal: group(index))
            index += 1
        }
    }

    /// The groups that `::` stands for; empty when no two zero groups are neighbours.
    private var longestZeroRun: Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0..<8 {
            if group(index) != 0 {
                start = index + 1
            } else if index + 1 - start > max(longest.count, 1) {
                longest = start..<(index + 1)
            }
        }
        return longest
    }
}

/// The groups of an IPv6 address as they are read, with the place of `::` among them.
private struct GroupReader {
    private var groups = InlineArray<8, UInt16>(repeating: 0)
    private var count = 0
    private var gap: Int?

    mutating func read(_ text: Span<UInt8>) throws(Flaw) {
        guard !text.isEmpty else { throw .empty }
        var index = 0
        if text[0] == .colon {
            guard text.count > 1, text[1] == .colon else { throw Flaw("it begins with a single ':'") }
            gap = 0
            index = 2
        }
        while index < text.count {
            let start = index
            let value = try readGroup(text, &index)
            if index < text.count, text[index] == .dot {
                let quad = try IPv4Address.read(text.extracting(start..<text.count))
                try append(UInt16(truncatingIfNeeded: quad.value >> 16))
                try append(UInt16(truncatingIfNeeded: quad.value))
                return
            }
            guard index > start else { throw .unexpected(at: index, in: text) }
            try append(value)
            if index < text.count { try readSeparator(text, &index) }
        }
    }

    private func readGroup(_ text: Span<UInt8>, _ index: inout Int) throws(Flaw) -> UInt16 {
        let start = index
        var value: UInt16 = 0
        while index < text.count, let digit = text[index].hexadecimalValue {
            guard index - start < 4 else { throw Flaw("a group has more than four digits") }
            value = value << 4 | UInt16(digit)
            index += 1
        }
        return value
    }

    private mutating func readSeparator(_ text: Span<UInt8>, _ index: inout Int) throws(Flaw) {
        switch text[index] {
        case .colon: index += 1
        case .percent: throw Flaw("a zone such as '%eth0' has no place here")
        case .slash: throw Flaw("a prefix length has no place here")
        default: throw .unexpected(at: index, in: text)
        }
        guard index < text.count else { throw Flaw("it ends with a single ':'") }
        if text[index] == .colon {
            guard gap == nil else { throw Flaw("'::' occurs twice") }
            gap = count
            index += 1
        }
    }

    private mutating func append(_ group: UInt16) throws(Flaw) {
        guard count < 8 else { throw Flaw("it has more than eight groups") }
        groups[count] = group
        count += 1
    }

    func address() throws(Flaw) -> IPv6Address {
        if gap == nil, count < 8 {
            throw Flaw(count == 1 ? "it has one group, not eight" : "it has \(count) groups, not eight")
        }
        if gap != nil, count == 8 { throw Flaw("'::' stands for no group, since all eight are written") }
        var value: UInt128 = 0
        for index in 0..<count {
            if index == gap { value = value << UInt128(16 * (8 - count)) }
            value = value << 16 | UInt128(groups[index])
        }
        if gap == count { value = value << UInt128(16 * (8 - count)) }
        return IPv6Address(value)
    }
}
