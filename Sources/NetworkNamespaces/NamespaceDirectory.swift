// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
public import SystemPackage

/// The directory that holds the names of network namespaces, shared with ip(8).
///
/// Each name is an empty file with the namespace mounted on it. The directory is a
/// shared mount of its own, so that names reach every mount namespace that shares it.
/// Source: ip-netns(8).
public struct NamespaceDirectory: Sendable {
    /// Where the names are.
    public let path: String

    /// The directory that ip(8) uses.
    public static let system = NamespaceDirectory(path: "/run/netns")

    /// Another directory, for tests.
    public init(path: String) { self.path = path }

    /// The path of a name.
    public func path(of name: NamespaceName) -> FilePath { FilePath(path).appending(name: name.bytes) }

    /// Whether anything at all is called so, whatever it stands for.
    public func hasEntry(_ name: NamespaceName) -> Bool {
        (try? FileStatus(of: path(of: name), followingLinks: false)) != nil
    }

    // MARK: Looking

    /// What is behind a name.
    public enum EntryState: String, Sendable {
        /// A network namespace.
        case ok
        /// A name in the making: its namespace is not mounted yet.
        case pending
        /// A name on which nothing is mounted any more.
        case stale
        /// A symbolic link to nothing, or to something that is no network namespace.
        case dangling
        /// A file of another kind, such as a directory, that is no name at all.
        case foreign
    }

    /// Opens what a name leads to, if it is a network namespace.
    ///
    /// A symbolic link is followed only as far as a namespace file: nothing else behind it is
    /// ever opened. A name in the making is waited for, up to a second.
    ///
    /// - Throws: `.notFound`, `.stale`, `.notANamespace`.
    public func open(_ name: NamespaceName) throws(NamespaceError) -> NetworkNamespace {
        let path = path(of: name)
        var patience = Patience()
        while true {
            do throws(NamespaceError) { return try NetworkNamespace.open(path: path) } catch {
                let isMissing = error.errno == .noSuchFileOrDirectory || error.errno == .tooManySymbolicLinkLevels
                if case .notANamespace = error {} else if !isMissing { throw error }
            }
            switch settle(name, &patience) {
            case .again: continue
            case .gone: throw .notFound(name)
            case .is(.stale): throw .stale(name)
            case .is: throw .notANamespace(name.description)
            }
        }
    }

    /// How long a name has been looked at.
    private struct Patience {
        var hasHeldLock = false
        var waits = 0, changes = 0
    }

    private enum Settlement {
        case again, gone
        case `is`(EntryState)
    }

    /// Decides what a name is on which no namespace is mounted.
    ///
    /// Other netns processes hold the directory's lock between making the file and mounting on
    /// it, and between unmounting and removing it; ip(8) does not, so its work is given the time
    /// it takes. A name that stays without a mount is stale.
    private func settle(_ name: NamespaceName, _ patience: inout Patience) -> Settlement {
        guard let status = try? FileStatus(of: path(of: name), followingLinks: false) else { return .gone }
        if status.isSymbolicLink { return .is(.dangling) }
        guard status.isPlaceholder else {
            // Mounted between the two looks, or a namespace of another kind, or no name at all.
            patience.changes += 1
            return status.isNamespaceFile && patience.changes < Self.looks ? .again : .is(.foreign)
        }
        if !patience.hasHeldLock {
            _ = try? FileLock(sharedOn: path)
            patience.hasHeldLock = true
            return .again
        }
        patience.waits += 1
        let isYoung = (0..<1.0).contains(status.age)
        if patience.waits > (isYoung ? 1000 : 100) { return .is(.stale) }
        sleep(.milliseconds(1))
        return .again
    }

    /// What is said of the name's own file, not of what a link leads to.
    func entryStatus(of name: NamespaceName) throws(NamespaceError) -> FileStatus {
        do throws(Errno) { return try FileStatus(of: path(of: name), followingLinks: false) } catch {
            guard error == .noSuchFileOrDirectory || error == .notDirectory else {
                throw .system(operation: "look at '\(path(of: name).text)'", error)
            }
            throw .notFound(name)
        }
    }

    /// How often a name is looked at that may have been mounted between two looks. A name that others
    /// make and delete all the time can change at each.
    private static let looks = 50

    /// Which state a name is in, without waiting for one in the making.
    public func state(of name: NamespaceName) throws(NamespaceError) -> EntryState {
        let path = path(of: name)
        for _ in 0..<Self.looks {
            if (try? NetworkNamespace.open(path: path)) != nil { return .ok }
            let status = try entryStatus(of: name)
            if status.isSymbolicLink { return .dangling }
            if status.isPlaceholder { return (0..<1.0).contains(status.age) ? .pending : .stale }
            // Mounted between the two looks, or a namespace of another kind, or no name at all.
            guard status.isNamespaceFile else { break }
        }
        return .foreign
    }

    /// The names in the directory, sorted; none when there is no directory.
    ///
    /// What stands for no namespace is among them: ask `state`.
    public func names() throws(NamespaceError) -> [NamespaceName] {
        do throws(Errno) {
            return try directoryEntries(path).compactMap { NamespaceName(bytes: $0.bytes) }.sorted()
        } catch {
            if error == .noSuchFileOrDirectory { return [] }
            throw .system(operation: "read '\(path)'", error)
        }
    }

    // MARK: Preparing

    /// Makes the directory a shared mount of its own, as ip(8) does it, under the directory's lock.
    ///
    /// The lock is returned and should be held while a name is published. Needs `CAP_SYS_ADMIN`.
    func prepare() throws(NamespaceError) -> FileLock {
        try attempt("make the directory '\(path)'", try makeDirectory(path))
        let lock = try attempt("lock '\(path)'", try FileLock(exclusiveOn: path))
        do throws(Errno) { try setPropagation(.shared, of: path, recursive: true) } catch {
            // EINVAL: not a mount point yet.
            guard error == .invalidArgument else {
                throw .system(operation: "make '\(path)' a shared mount", error)
            }
            try attempt("mount '\(path)' on itself", try mountOnItself())
        }
        return lock
    }

    /// Mounts the directory on itself, as a shared mount out of the peer group of the one that it is on: in that,
    /// every name would be mounted twice.
    ///
    /// It is attached when all that is done: whoever is killed before leaves nothing behind.
    private func mountOnItself() throws(Errno) {
        do throws(Errno) {
            let mount = try cloneMount(path)
            try setPropagation(.private, of: mount)
            try setPropagation(.shared, of: mount)
            return try attachMount(mount, at: path)
        } catch { guard error == .noFunction else { throw error } }
        // Before Linux 5.12 step by step.
        try bindMount(path, at: path, recursive: true)
        try setPropagation(.private, of: path, recursive: true)
        try setPropagation(.shared, of: path, recursive: true)
    }
}

extension FileStatus {
    /// Whether it is an empty file, such as namespaces are mounted on.
    ///
    /// netns and ip(8) give it no permissions, container runtimes do. A namespace's own file is empty too.
    var isPlaceholder: Bool { isRegularFile && size == 0 && !isNamespaceFile }

    /// Whether it is a namespace's file, of whatever kind.
    var isNamespaceFile: Bool { device == namespaceFileSystemDevice }
}

/// The device of all files of nsfs: the kernel mounts it once.
private let namespaceFileSystemDevice = (try? FileStatus(of: "/proc/thread-self/ns/net"))?.device
