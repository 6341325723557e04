// SPDX-License-Identifier: Apache-2.0

/// The key of a network parameter, or of several: a path below /proc/sys that begins with `net`.
///
/// Source: sysctl(8), proc_sys_net(5).
public struct SysctlKey: Hashable, Sendable {
    /// The names of the directories and of the file.
    public let components: [String]

    /// Takes the names of directories and file as they are.
    package init(components: [String]) { self.components = components }

    /// Reads a key as sysctl(8) takes it: `net.ipv4.ip_forward` or `net/ipv4/ip_forward`.
    ///
    /// Whichever of the two separators comes first separates; the other one stands for itself, turned:
    /// `net.ipv4.conf.eth0/1.forwarding` and `net/ipv4/conf/eth0.1/forwarding` are both of the device `eth0.1`.
    ///
    /// - Throws: `.invalidKey`, also for a key of another part of the kernel, which is of no network namespace.
    public init(parsing text: String) throws(SysctlError) {
        let dot = UInt8(ascii: "."), slash = UInt8(ascii: "/")
        let separator = text.utf8.first { $0 == dot || $0 == slash } ?? dot
        let components = text.split(separator: separator == dot ? "." : "/", omittingEmptySubsequences: false).map {
            separator == dot ? turned($0) : String($0)
        }
        guard !text.isEmpty else { throw .invalidKey(text, reason: "it is empty") }
        for component in components {
            guard !component.isEmpty else { throw .invalidKey(text, reason: "a part of it is empty") }
            guard component != ".", component != ".." else { throw .invalidKey(text, reason: "a part of it is dots") }
            guard !component.utf8.contains(0), !component.utf8.contains(slash) else {
                throw .invalidKey(text, reason: "a part of it can't be the name of a file")
            }
        }
        guard components[0] == "net" else {
            throw .invalidKey(text, reason: "a network namespace has the keys below 'net' alone")
        }
        self.components = components
    }

    /// The file or directory below /proc.
    public var path: String { "/proc/sys/" + components.joined(separator: "/") }

    /// The key of what has this name in the directory.
    func appending(_ name: String) -> SysctlKey { SysctlKey(components: components + [name]) }
}

extension SysctlKey: CustomStringConvertible {
    /// The form with dots, as sysctl(8) prints it.
    public var description: String { components.map(turned).joined(separator: ".") }
}

/// The name with dots for slashes and the other way round.
private func turned(_ name: some StringProtocol) -> String {
    String(
        decoding: name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "."): UInt8(ascii: "/")
            case UInt8(ascii: "/"): UInt8(ascii: ".")
            default: byte
            }
        }, as: UTF8.self)
}

/// What is to become of a key.
public struct SysctlRequest: Equatable, Sendable {
    /// The key; without a value also one above others, which are all read.
    public var key: SysctlKey
    /// The value that it gets; nil reads.
    public var value: String?

    /// A question, or with a value a command.
    public init(_ key: SysctlKey, value: String? = nil) {
        self.key = key
        self.value = value
    }

    /// Reads `KEY` or `KEY=VALUE`, with or without blanks around the `=`.
    public init(parsing text: String) throws(SysctlError) {
        guard let sign = text.firstIndex(of: "=") else {
            try self.init(SysctlKey(parsing: text))
            return
        }
        let blanks: Set<Character> = [" ", "\t"]
        let key = text[..<sign].reversed().drop(while: blanks.contains).reversed()
        let value = String(text[text.index(after: sign)...].drop(while: blanks.contains))
        try self.init(SysctlKey(parsing: String(key)), value: value)
    }
}

/// A key and its value.
public struct SysctlSetting: Equatable, Sendable {
    /// The key.
    public var key: SysctlKey
    /// What was read, without the line feed at its end, or what was written.
    public var value: String
}
