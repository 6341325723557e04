// SPDX-License-Identifier: Apache-2.0

public import Netlink

/// A key of WireGuard: 32 bytes, which people write as 44 characters of base64. Source: wg(8).
public protocol WireGuardKey: AttributeValue, Hashable, Sendable {
    /// The 32 bytes.
    var bytes: [UInt8] { get }

    /// Makes a key of 32 bytes; nil for any other count.
    init?(bytes: [UInt8])
}

/// The key by which a device is known to its peers.
public struct WireGuardPublicKey: WireGuardKey, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Makes a key of 32 bytes; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == wireGuardKeyLength else { return nil }
        self.bytes = bytes
    }

    /// Takes the result of a computation, which has 32 bytes.
    init(computed bytes: [UInt8]) { self.bytes = bytes }

    /// The key in base64.
    public var description: String { base64 }
}

/// A key that nobody else may know: a private key, or one that two peers share.
///
/// It prints itself as `(hidden)`, wherever it is printed by interpolation, `print` or `dump`; only
/// ``WireGuardKey/base64`` tells it.
public struct WireGuardSecretKey: WireGuardKey, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Makes a key of 32 bytes; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == wireGuardKeyLength else { return nil }
        self.bytes = bytes
    }

    private init() { bytes = [UInt8](repeating: 0, count: wireGuardKeyLength) }

    /// Takes the result of a computation, which has 32 bytes.
    init(computed bytes: [UInt8]) { self.bytes = bytes }

    /// All zeros, which is no key: in a change it takes away the one that is there.
    public static var absent: Self { Self() }

    /// Nil for the key that is absent.
    var orNil: Self? { self == .absent ? nil : self }

    /// `(hidden)`.
    public var description: String { "(hidden)" }
    /// `(hidden)`.
    public var debugDescription: String { description }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// `WG_KEY_LEN`.
private let wireGuardKeyLength = 32

/// A text that is no key. It does not repeat the text, which may be secret.
public struct MalformedKey: Error, Equatable, Sendable, CustomStringConvertible {
    /// A text that is no key.
    public init() {}

    /// `a key has 44 characters of base64, '=' last`
    public var description: String { "a key has 44 characters of base64, '=' last" }
}

extension WireGuardKey {
    /// Reads base64 (RFC 4648, section 4) of exactly 32 bytes.
    public init(parsing text: some StringProtocol) throws(MalformedKey) {
        let digits = Array(text.utf8)
        guard digits.count == 44, digits.last == UInt8(ascii: "=") else { throw MalformedKey() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(wireGuardKeyLength)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for digit in digits.dropLast() {
            guard let value = base64Value(digit) else { throw MalformedKey() }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            bits &= 1 << bitCount - 1
        }
        // Two bits are left over: a key has one spelling only.
        guard bits == 0, let key = Self(bytes: bytes) else { throw MalformedKey() }
        self = key
    }

    /// The key as 44 characters of base64.
    public var base64: String {
        var text: [UInt8] = []
        text.reserveCapacity(44)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(base64Digit(UInt8(truncatingIfNeeded: bits >> bitCount) & 63))
                bits &= 1 << bitCount - 1
            }
        }
        text.append(base64Digit(UInt8(truncatingIfNeeded: bits << (6 - bitCount)) & 63))
        text.append(UInt8(ascii: "="))
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads the payload; nil when it is not as long as a key.
    public init?(attributePayload payload: RawSpan) { self.init(bytes: payload.bytes) }

    /// Calls `body` with the key's bytes.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) { bytes.withAttributePayload(body) }
}

private func base64Value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}

private func base64Digit(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
}
