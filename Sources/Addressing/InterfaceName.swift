// SPDX-License-Identifier: Apache-2.0

/// The name of a network device: 1 to 15 bytes (`IFNAMSIZ` of `<linux/if.h>` counts the NUL).
///
/// A text becomes a name by the kernel's rules (`dev_valid_name` of net/core/dev.c) and without the
/// control characters that the kernel lets through. A name that the kernel reports is taken as it is.
public struct InterfaceName: Sendable, Hashable {
    /// The greatest number of bytes.
    public static var maximumCount: Int { 15 }

    // Most significant byte first and zero beyond the end: no allocation for the name of each
    // link in a dump, and the order of the numbers is the order of the bytes.
    private let high: UInt64
    private let low: UInt64

    @usableFromInline
    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// `lo`, the first device of every network namespace.
    public static let loopback = InterfaceName(high: 0x6c6f << 48, low: 0)

    /// Takes a name that the kernel reported, up to the first NUL, even if ``init(parsing:)`` would refuse it.
    ///
    /// Nil only for what cannot be a name at all: nothing before the NUL, or more than 15 bytes.
    @inlinable
    public init?(kernel bytes: some Collection<UInt8>) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0
        for byte in bytes {
            if byte == 0 { break }
            guard count < 15 else { return nil }
            let bits = UInt64(byte) << UInt64(56 - 8 * (count & 7))
            if count < 8 { high |= bits } else { low |= bits }
            count += 1
        }
        guard count > 0 else { return nil }
        self.init(high: high, low: low)
    }

    /// The number of bytes: 1…15.
    public var count: Int {
        low != 0 ? 16 - low.trailingZeroBitCount / 8 : 8 - high.trailingZeroBitCount / 8
    }

    /// The bytes, without a NUL.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        append(to: &result)
        return result
    }

    /// Calls `body` with the bytes, without a NUL and without an allocation.
    public func withBytes<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        let count = count
        for index in 0..<count { bytes[index] = byte(index) }
        return try body(bytes.span.extracting(0..<count))
    }

    private func byte(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - 8 * (index & 7)))
    }

    /// Whether the kernel puts a number in place of `%d` when a device is made or renamed with this name.
    ///
    /// No device is ever called so: its name is known only from the kernel's reply.
    public var isTemplate: Bool {
        for index in 0..<count where byte(index) == .percent { return true }
        return false
    }
}

extension InterfaceName: Comparable {
    /// Orders by bytes.
    public static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

extension InterfaceName: CustomStringConvertible {
    /// Takes a name; nil where ``init(parsing:)`` throws.
    public init?(_ text: String) {
        do throws(Flaw) { try self.init(checking: text) } catch { return nil }
    }

    /// Takes a name that the kernel would accept for a device.
    public init(parsing text: String) throws(AddressingError) {
        do throws(Flaw) { try self.init(checking: text) } catch {
            throw AddressingError(.interfaceName, text, error)
        }
    }

    private init(checking text: String) throws(Flaw) {
        guard text.utf8.count <= Self.maximumCount else {
            throw Flaw("it has \(text.utf8.count) bytes, and the kernel takes \(Self.maximumCount) at most")
        }
        // The kernel makes a directory of each name in /sys/class/net.
        guard text != ".", text != ".." else { throw Flaw("'.' and '..' are no names") }
        for scalar in text.unicodeScalars { try Self.check(scalar) }
        try Self.checkTemplate(text)
        guard let name = Self(kernel: text.utf8) else { throw .empty }
        self = name
    }

    private static func check(_ scalar: Unicode.Scalar) throws(Flaw) {
        guard scalar != "/", scalar != ":" else { throw Flaw("it contains \(quoted(String(scalar)))") }
        // Nearly every name is plain ASCII; the tables of Unicode are slow to ask.
        if ("!"..."~").contains(scalar) { return }
        guard !scalar.properties.isWhitespace else { throw Flaw("it contains whitespace") }
        switch scalar.properties.generalCategory {
        case .control: throw Flaw("it contains the control character \(quoted(String(scalar)))")
        case .format: throw Flaw("it contains the invisible character \(quoted(String(scalar)))")
        default: break
        }
        // The kernel's isspace() goes by bytes and counts 0xa0, the no-break space of Latin-1.
        guard !String(scalar).utf8.contains(0xa0) else {
            throw Flaw("the kernel takes a byte of \(quoted(String(scalar))) for a space")
        }
    }

    /// Refuses a `%` that is not the only one and followed by `d`, as `dev_prep_valid_name` does.
    private static func checkTemplate(_ text: String) throws(Flaw) {
        guard let percent = text.utf8.firstIndex(of: .percent) else { return }
        let rest = text.utf8[percent...].dropFirst()
        guard rest.first == UInt8(ascii: "d"), !rest.contains(.percent) else {
            throw Flaw("'%' may only stand once, before 'd', where the kernel puts a number")
        }
    }

    /// The name as text; bytes that are not UTF-8, which only the kernel can report, become U+FFFD.
    public var description: String {
        string(capacity: 15) { append(to: &$0) }
    }

    /// Appends the bytes of the name as they are.
    public func append(to buffer: inout [UInt8]) {
        for index in 0..<count { buffer.append(byte(index)) }
    }
}
