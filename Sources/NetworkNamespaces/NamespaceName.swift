// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// The name of a network namespace: one file name below /run/netns, which to the kernel is bytes.
public struct NamespaceName: Hashable, Sendable {
    /// The greatest length in bytes, `NAME_MAX`.
    public static let maximumLength = 255

    /// The name itself.
    public let bytes: [UInt8]

    /// Takes a name for a namespace to be made: letters, digits, `.`, `_` and `-`, no `-` in front.
    ///
    /// Such a name survives every shell, line parser and option parser.
    ///
    /// - Throws: `.invalidName` that says what is wrong.
    public init(new text: String) throws(NamespaceError) {
        try self.init(existing: text)
        guard !text.hasPrefix("-") else {
            throw .invalidName(text, reason: "it begins with '-'")
        }
        let plain = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard plain else {
            throw .invalidName(text, reason: "only letters, digits, '.', '_' and '-' are taken without --any-name")
        }
    }

    /// Takes any name that can be a file name, as ip(8) does, except one with control
    /// characters: for `--any-name`.
    public init(anyNew text: String) throws(NamespaceError) {
        try self.init(existing: text)
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw .invalidName(text, reason: "it holds a control character")
        }
    }

    /// Takes whatever can be the name of a file: other tools may have made it.
    ///
    /// - Parameter text: the name as `description` writes it.
    public init(existing text: String) throws(NamespaceError) {
        let bytes = [UInt8](unescaping: text)
        if let reason = Self.flaw(of: bytes) { throw .invalidName(text, reason: reason) }
        self.bytes = bytes
    }

    /// Takes the name of a file as a directory holds it; nil for what can't be one.
    public init?(bytes: [UInt8]) {
        guard Self.flaw(of: bytes) == nil else { return nil }
        self.bytes = bytes
    }

    private static func flaw(of bytes: [UInt8]) -> String? {
        if bytes.isEmpty { return "it is empty" }
        if bytes == [0x2e] || bytes == [0x2e, 0x2e] { return "it names a directory" }
        if bytes.contains(UInt8(ascii: "/")) { return "it holds a '/'" }
        if bytes.contains(0) { return "it holds a NUL" }
        if bytes.count > maximumLength { return "it has \(bytes.count) bytes, \(maximumLength) is the most" }
        return nil
    }

    /// Whether the name is text.
    var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }
}

extension NamespaceName: CustomStringConvertible {
    /// The name as text. Bytes that are no UTF-8 are written `\xff`; a name that holds just these four characters
    /// is `\\xff`. So no two names are the same text, which `init(existing:)` takes back.
    public var description: String { String(escaping: bytes) }
}

extension NamespaceName: Comparable {
    /// By bytes, as `LC_ALL=C sort` does.
    public static func < (left: NamespaceName, right: NamespaceName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
