// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
public import SystemPackage

/// Which network namespace somebody means, as it is typed: a name, a process or a file.
public enum NamespaceSelector: Hashable, Sendable {
    /// A name below /run/netns: `red`.
    case name(NamespaceName)
    /// The namespace of a process: `pid:4711`.
    case process(Int32)
    /// A namespace file: anything with a `/` in it, such as `/proc/4711/ns/net`.
    case path(FilePath)
    /// The namespace of a container by what it was called, such as `docker:web`, once its runtime has told its first
    /// process.
    case container(String, ProcessIdentity)

    /// Reads `red`, `pid:4711` or `/proc/4711/ns/net`.
    ///
    /// A name that another tool began with `pid:` is reached by its path. Containers are for their runtimes to find.
    ///
    /// - Throws: `.invalidName` that says what is wrong.
    public init(parsing text: String) throws(NamespaceError) {
        if text.utf8.contains(UInt8(ascii: "/")) {
            guard !text.utf8.contains(0) else { throw .invalidName(text, reason: "it holds a NUL") }
            self = .path(FilePath(bytes: [UInt8](unescaping: text)))
        } else if text.hasPrefix("pid:") {
            let digits = text.dropFirst(4)
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let process = Int32(digits), process > 0
            else {
                throw .invalidName(text, reason: "behind 'pid:' belongs the decimal number of a process")
            }
            self = .process(process)
        } else {
            self = .name(try NamespaceName(existing: text))
        }
    }

    /// Opens the namespace. That of another user's process needs ptrace access to it.
    ///
    /// - Throws: `.notFound`, `.stale`, `.notANamespace`, `.noSuchProcess`, or `.system`.
    public func open(in directory: NamespaceDirectory = .system) throws(NamespaceError) -> NetworkNamespace {
        switch self {
        case .name(let name): try directory.open(name)
        case .process(let process): try .ofProcess(process)
        case .path(let path): try .open(path: path)
        case .container(_, let process): try .ofProcess(process)
        }
    }

    /// What a short name for something of this namespace begins with: the name, the number, the file's own name.
    var stem: String {
        switch self {
        case .name(let name): name.description
        case .process(let process): String(process)
        case .path(let path): path.lastComponent?.string ?? ""
        case .container(let name, _): String(name.split(whereSeparator: { $0 == ":" || $0 == "/" }).last ?? "")
        }
    }
}

extension NamespaceSelector: CustomStringConvertible {
    /// The form in which it was typed.
    public var description: String {
        switch self {
        case .name(let name): name.description
        case .process(let process): "pid:\(process)"
        case .path(let path): path.text
        case .container(let name, _): name
        }
    }
}
