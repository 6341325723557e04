// SPDX-License-Identifier: Apache-2.0

/// The attributes of one message or nest, viewed in place.
///
/// `init` proves every length once; nothing read later can leave the bytes.
/// The first attribute of a number wins, as in iproute2. Unknown ones are kept
/// and can be visited with `forEach`.
public struct Attributes<Scope>: ~Escapable {
    // Inlinable throughout: a dump reads some thirty attributes of each of its messages, and code that is
    // generic at run time takes several times as long over it.

    /// Attribute numbers below this are found without a search.
    @inlinable static var indexed: Int { 80 }
    @inlinable static var typeMask: UInt16 { 0x3fff }

    @usableFromInline let bytes: RawSpan
    /// Offset of the payload of each low-numbered attribute; 0 where there is none,
    /// which no payload can have.
    @usableFromInline var offsets: InlineArray<80, UInt32>

    /// Takes the bytes behind a message's fixed header.
    ///
    /// - Throws: `MalformedReply` when an attribute is shorter than its header or
    ///   longer than what is left.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) throws(MalformedReply) {
        var offsets = InlineArray<80, UInt32>(repeating: 0)
        var offset = 0
        while bytes.byteCount - offset >= 4 {
            guard let length: UInt16 = bytes.integer(at: offset), let type: UInt16 = bytes.integer(at: offset + 2),
                length >= 4, Int(length) <= bytes.byteCount - offset
            else { throw MalformedReply("an attribute's length does not fit", at: offset) }
            let number = Int(type & Self.typeMask)
            if number < Self.indexed, offsets[number] == 0 { offsets[number] = UInt32(truncatingIfNeeded: offset + 4) }
            offset += (Int(length) + 3) & ~3
        }
        self.bytes = bytes
        self.offsets = offsets
    }

    /// The payload of the first attribute with this number.
    @inlinable
    @_lifetime(copy self)
    public func payload(_ number: UInt16) -> RawSpan? {
        var start = 0
        if Int(number) < Self.indexed {
            start = Int(offsets[Int(number)])
        } else {
            var offset = 0
            while let length: UInt16 = bytes.integer(at: offset), let type: UInt16 = bytes.integer(at: offset + 2),
                length >= 4
            {
                if type & Self.typeMask == number {
                    start = offset + 4
                    break
                }
                offset += (Int(length) + 3) & ~3
            }
        }
        guard start > 0, let length: UInt16 = bytes.integer(at: start - 4) else { return nil }
        return bytes.extracting(start..<start + Int(length) - 4)
    }

    /// The value of `key`, or nil when the kernel sent none.
    ///
    /// - Throws: `MalformedReply` when it is there but not of the key's type.
    @inlinable
    public func value<Value: AttributeValue>(_ key: AttributeKey<Scope, Value>) throws(MalformedReply) -> Value? {
        guard let payload = payload(key.number) else { return nil }
        guard let value = Value(attributePayload: payload) else {
            throw MalformedReply(unexpected: key.name)
        }
        return value
    }

    /// Whether the attribute is there at all.
    @inlinable
    public func contains<Value>(_ key: AttributeKey<Scope, Value>) -> Bool { payload(key.number) != nil }

    /// The attributes inside `key`, or nil when the kernel sent none.
    @inlinable
    @_lifetime(copy self)
    public func nested<Inner>(_ key: AttributeKey<Scope, Nest<Inner>>) throws(MalformedReply) -> Attributes<Inner>? {
        guard let payload = payload(key.number) else { return nil }
        return try Attributes<Inner>(payload)
    }

    /// Visits every attribute in the kernel's order, repeated and unknown ones included.
    @inlinable
    public func forEach<Failure: Error>(
        _ body: (_ number: UInt16, _ payload: RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        var offset = 0
        while let length: UInt16 = bytes.integer(at: offset), let type: UInt16 = bytes.integer(at: offset + 2),
            length >= 4
        {
            try body(type & Self.typeMask, bytes.extracting(offset + 4..<offset + Int(length)))
            offset += (Int(length) + 3) & ~3
        }
    }
}

extension MalformedReply {
    /// An attribute whose payload is not of its key's type.
    @usableFromInline
    init(unexpected name: StaticString) { self.init("\(name) has an unexpected form") }
}
