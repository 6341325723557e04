// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem

/// A namespace of any kind, as a `NamespaceScan` found it.
public struct ScannedNamespace: Sendable {
    /// Which one it is.
    public let identity: NamespaceIdentity
    /// Its kind.
    public let kind: NamespaceKind
    /// The processes whose main thread is inside, ascending.
    public internal(set) var processes: [Int32] = []
    /// What else keeps it alive: threads, open descriptors, names and mounts that the caller sees.
    public internal(set) var otherHolders: [NamespaceHolder] = []
    /// Mounts in other mount namespaces, looked for only where nothing else holds it.
    public internal(set) var foreignMounts: [ForeignMount] = []
    /// Where it is mounted, as the caller sees it; names are among these.
    public internal(set) var mounts: [String] = []
    /// The process with the lowest number inside.
    public internal(set) var lowestProcess: ScannedProcess?
    /// The inode of the user namespace that owns it; for a user namespace that is its parent. Nil when it is out of
    /// the caller's sight, or there is none.
    public internal(set) var owner: UInt64?
    /// The inode of its parent, which namespaces of processes and of users have.
    public internal(set) var parent: UInt64?
    /// The uid that made the owning user namespace, or the user namespace itself.
    public internal(set) var ownerUser: UInt32?
    /// The inodes of the namespaces whose owner or parent it is.
    public internal(set) var dependents: [UInt64] = []
    /// The id that the caller's network namespace has given to it, its nsid.
    public internal(set) var namespaceID: Int32?

    /// The number that `ls -l /proc/PID/ns` shows in brackets.
    public var inode: UInt64 { identity.inode }

    /// The names below /run/netns.
    public var names: [NamespaceName] {
        otherHolders.compactMap { if case .name(let name) = $0 { name } else { nil } }
    }

    init(_ kind: NamespaceKind, _ identity: NamespaceIdentity) { (self.kind, self.identity) = (kind, identity) }
}

/// A mount that only the processes of another mount namespace see.
public struct ForeignMount: Hashable, Sendable {
    /// The lowest process of that mount namespace.
    public var process: Int32
    /// Where it is mounted, as that process sees it.
    public var path: String
}

/// What a scan tells of a process.
public struct ScannedProcess: Sendable, Equatable {
    /// Its number, and that of its parent.
    public var processID: Int32, parent: Int32
    /// The user whose process it is.
    public var user: UInt32
    /// The command line with blanks between its words, or the program's name where there is none.
    public var command: String
}
