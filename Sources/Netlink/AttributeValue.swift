// SPDX-License-Identifier: Apache-2.0

/// A type that one attribute can carry.
public protocol AttributeValue {
    /// Reads the payload; nil when it is too short or of another form.
    init?(attributePayload payload: RawSpan)

    /// Calls `body` with the payload's bytes.
    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void)
}

extension RawSpan {
    /// The integer at `offset` in the machine's byte order, which need not be aligned.
    ///
    /// This is the only unaligned load of the package: the bounds are checked here.
    @inlinable
    public func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Integer.Type = Integer.self
    ) -> Integer? {
        guard offset >= 0, byteCount - offset >= MemoryLayout<Integer>.size else { return nil }
        return unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self)
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension AttributeValue where Self: FixedWidthInteger & BitwiseCopyable {
    /// Reads the payload; nil when it is too short or of another form.
    @inlinable
    public init?(attributePayload payload: RawSpan) {
        guard let value: Self = payload.integer(at: 0) else { return nil }
        self = value
    }
    /// Calls `body` with the payload's bytes.
    @inlinable
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeBytes(of: self) { body($0) }
    }
}

extension UInt8: AttributeValue {}
extension UInt16: AttributeValue {}
extension UInt32: AttributeValue {}
extension UInt64: AttributeValue {}
extension Int8: AttributeValue {}
extension Int32: AttributeValue {}
extension Int64: AttributeValue {}

/// An integer that travels in network byte order (`NLA_F_NET_BYTEORDER` or by convention).
public struct NetworkOrder<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>: AttributeValue, Sendable {
    /// The value, in the machine's own order.
    public var value: Integer
    /// Wraps a value of the machine's own order.
    @inlinable
    public init(_ value: Integer) { self.value = value }
    /// Reads the payload; nil when it is too short or of another form.
    @inlinable
    public init?(attributePayload payload: RawSpan) {
        guard let raw: Integer = payload.integer(at: 0) else { return nil }
        value = Integer(bigEndian: raw)
    }
    /// Calls `body` with the payload's bytes.
    @inlinable
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeBytes(of: value.bigEndian) { body($0) }
    }
}

/// Text, which the kernel ends with a NUL (`NLA_NUL_STRING`); reading does without it.
extension String: AttributeValue {
    /// Reads the payload; nil when it is too short or of another form.
    public init?(attributePayload payload: RawSpan) {
        self = payload.withUnsafeBytes { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
    /// Calls `body` with the payload's bytes.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        var copy = self
        copy.append("\0")
        copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}

/// Bytes as they are (`NLA_BINARY`).
extension Array: AttributeValue where Element == UInt8 {
    /// Reads the payload; nil when it is too short or of another form.
    public init?(attributePayload payload: RawSpan) { self = payload.bytes }
    /// Calls `body` with the payload's bytes.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeBytes { body($0) }
    }
}

/// An attribute whose presence is its meaning (`NLA_FLAG`).
public struct PresenceFlag: AttributeValue, Sendable {
    /// The flag set.
    @inlinable
    public init() {}
    /// Reads the payload; nil when it is too short or of another form.
    @inlinable
    public init?(attributePayload payload: RawSpan) {}
    /// Calls `body` with the payload's bytes.
    @inlinable
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
}

/// A boolean that the kernel keeps in one byte, 0 or 1.
extension Bool: AttributeValue {
    /// Reads the payload; nil when it is too short or of another form.
    @inlinable
    public init?(attributePayload payload: RawSpan) {
        guard let byte: UInt8 = payload.integer(at: 0) else { return nil }
        self = byte != 0
    }
    /// Calls `body` with the payload's bytes.
    @inlinable
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        UInt8(self ? 1 : 0).withAttributePayload(body)
    }
}
