// SPDX-License-Identifier: Apache-2.0

/// A link-layer address of any kind of device: 1 to 32 bytes (`MAX_ADDR_LEN` of `<linux/netdevice.h>`).
///
/// InfiniBand has 20 bytes, an IP tunnel the 4 or 16 bytes of an IP address; for six see ``MACAddress``.
public struct LinkLayerAddress: Sendable, Hashable {
    /// The greatest number of bytes.
    public static var maximumCount: Int { 32 }

    // Four words, most significant byte first and zero beyond `count`: no allocation for an
    // address of each link in a dump, and the order of the words is the order of the bytes.
    private let words: Words
    /// The number of bytes.
    public let count: Int

    @usableFromInline
    struct Words: Sendable, Hashable {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        var fourth: UInt64 = 0

        @usableFromInline
        init() {}

        @usableFromInline
        mutating func set(_ byte: UInt8, at index: Int) {
            let bits = UInt64(byte) << UInt64(56 - 8 * (index & 7))
            switch index >> 3 {
            case 0: first |= bits
            case 1: second |= bits
            case 2: third |= bits
            default: fourth |= bits
            }
        }

        func byte(_ index: Int) -> UInt8 {
            let word =
                switch index >> 3 {
                case 0: first
                case 1: second
                case 2: third
                default: fourth
                }
            return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
        }
    }

    @usableFromInline
    init(_ words: Words, count: Int) {
        self.words = words
        self.count = count
    }

    /// Makes an address of 1 to 32 bytes; nil for any other count.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        var words = Words()
        var count = 0
        for byte in bytes {
            guard count < 32 else { return nil }
            words.set(byte, at: count)
            count += 1
        }
        guard count > 0 else { return nil }
        self.init(words, count: count)
    }

    /// Makes the address of an Ethernet device.
    public init(_ address: MACAddress) {
        var words = Words()
        words.first = address.value << 16
        self.init(words, count: 6)
    }

    /// The bytes in the order of the text.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        for index in 0..<count { result.append(words.byte(index)) }
        return result
    }

    /// Calls `body` with the bytes, without an allocation.
    public func withBytes<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<count { bytes[index] = words.byte(index) }
        return try body(bytes.span.extracting(0..<count))
    }

    /// The first six bytes as a number.
    var firstSix: UInt64 { words.first >> 16 }
}

extension LinkLayerAddress: Comparable {
    /// Orders by bytes, a prefix before what it begins.
    public static func < (left: Self, right: Self) -> Bool {
        (left.words.first, left.words.second, left.words.third, left.words.fourth, left.count)
            < (right.words.first, right.words.second, right.words.third, right.words.fourth, right.count)
    }
}

extension LinkLayerAddress: LosslessStringConvertible {
    /// Reads an address; nil where ``init(parsing:)`` throws.
    public init?(_ description: String) {
        do throws(Flaw) { self = try Self.read(description.utf8Span.span) } catch { return nil }
    }

    /// Reads 1 to 32 pairs of hexadecimal digits of either case, all separated by `:` or all by `-`.
    public init(parsing text: String) throws(AddressingError) {
        do throws(Flaw) { self = try Self.read(text.utf8Span.span) } catch {
            throw AddressingError(.linkLayerAddress, text, error)
        }
    }

    static func read(_ text: Span<UInt8>) throws(Flaw) -> Self {
        guard !text.isEmpty else { throw .empty }
        let separator = text.count > 2 && text[2] == .dash ? UInt8.dash : .colon
        var words = Words()
        var count = 0
        var index = 0
        while true {
            guard index < text.count else { throw Flaw("a pair of digits is missing at the end") }
            guard let high = text[index].hexadecimalValue else { throw .unexpected(at: index, in: text) }
            index += 1
            guard index < text.count, text[index] != separator else {
                throw Flaw("a pair has one digit, not two")
            }
            guard let low = text[index].hexadecimalValue else { throw .unexpected(at: index, in: text) }
            index += 1
            guard count < maximumCount else { throw Flaw("it has more than \(maximumCount) pairs") }
            words.set(high << 4 | low, at: count)
            count += 1
            if index == text.count { return Self(words, count: count) }
            guard text[index].hexadecimalValue == nil else { throw Flaw("a pair has more than two digits") }
            guard text[index] == separator else { throw .unexpected(at: index, in: text) }
            index += 1
        }
    }

    /// Pairs of lower-case hexadecimal digits with `:` between them.
    public var description: String {
        string(capacity: 3 * count) { append(to: &$0) }
    }

    /// Appends ``description`` in ASCII: the fast way to print many.
    public func append(to buffer: inout [UInt8]) {
        for index in 0..<count {
            if index > 0 { buffer.append(.colon) }
            buffer.append(hexadecimalPair: words.byte(index))
        }
    }
}
