// SPDX-License-Identifier: Apache-2.0

/// The name of a network namespace: one file name below /run/netns.
public struct NamespaceName: Hashable, Sendable, CustomStringConvertible {
    /// The greatest length in bytes, `NAME_MAX`.
    public static let maximumLength = 255

    /// The name itself.
    public let description: String

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
        let plain = text.utf8.allSatisfy { byte in
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
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw .invalidName(text, reason: "it holds a control character")
        }
    }

    /// Takes whatever can be the name of a file: other tools may have made it.
    public init(existing text: String) throws(NamespaceError) {
        guard !text.isEmpty else { throw .invalidName(text, reason: "it is empty") }
        guard text != ".", text != ".." else { throw .invalidName(text, reason: "it names a directory") }
        guard !text.utf8.contains(UInt8(ascii: "/")) else { throw .invalidName(text, reason: "it holds a '/'") }
        guard !text.utf8.contains(0) else { throw .invalidName(text, reason: "it holds a NUL") }
        guard text.utf8.count <= Self.maximumLength else {
            throw .invalidName(text, reason: "it has \(text.utf8.count) bytes, \(Self.maximumLength) is the most")
        }
        description = text
    }
}

extension NamespaceName: Comparable {
    /// By bytes, as `LC_ALL=C sort` does.
    public static func < (left: NamespaceName, right: NamespaceName) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}
