// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// The mount namespace in which a name has to be mounted for the rest of the machine to see it.
///
/// As a rule that is the caller's own. The mounts of a program that was started in a namespace, and of many
/// services, only hear of those elsewhere: what is mounted there is seen by nobody else, for whom the name
/// is an empty file. Then it is that of a process whose mounts they hear of. Source: mount_namespaces(7).
struct PublicMounts: ~Copyable {
    /// Nil for the caller's own.
    private let namespace: OwnedDescriptor?

    /// Finds the mount namespace for the names of a directory, which need not exist yet.
    ///
    /// - Throws: `.mountsOutOfReach` when the directory is the one that PID 1 sees, and no process in sight has the
    ///   mounts that the caller's hear of.
    init(of directory: NamespaceDirectory) throws(NamespaceError) {
        let ofInit = try? readSymbolicLink("/proc/1/ns/mnt")
        guard ofInit != (try? readSymbolicLink("/proc/thread-self/ns/mnt")) else {
            namespace = nil
            return
        }
        let place = (try? FileStatus(of: directory.path)) == nil ? directory.parent : directory.path
        var process: Int32?
        var master = mountEntry(for: place)?.masterGroup
        while let group = master {
            guard let (peer, mount) = peer(in: group, at: place) else {
                guard process != nil || !isSharedWithInit(place) else { throw .mountsOutOfReach(path: directory.path) }
                break
            }
            process = peer
            // Where PID 1 is, names are as public as they can be.
            master = (try? readSymbolicLink("/proc/\(peer)/ns/mnt")) == ofInit ? nil : mount.masterGroup
        }
        namespace = try process.map { (process) throws(NamespaceError) in
            try attempt(
                "open the mount namespace of process \(process)",
                try OwnedDescriptor(opening: "/proc/\(process)/ns/mnt"))
        }
    }

    /// Runs `body` in the mount namespace, on a thread of its own where it is not the caller's.
    ///
    /// Needs `CAP_SYS_ADMIN` and `CAP_SYS_CHROOT` to enter another one.
    borrowing func run(_ body: () throws(NamespaceError) -> Void) throws(NamespaceError) {
        switch namespace {
        case nil: try body()
        case .some(let namespace):
            let rawValue = namespace.rawValue
            try onDisposableThread { () throws(NamespaceError) in
                try attempt("enter the mount namespace of others", try enterMountNamespace(rawValue: rawValue))
                try body()
            }
        }
    }
}

/// A process with a mount of this peer group at a path, and the mount.
private func peer(in group: Int, at path: String) -> (process: Int32, mount: MountEntry)? {
    var seen: [String] = []
    for process in processIDs() {
        guard let namespace = try? readSymbolicLink("/proc/\(process)/ns/mnt"), !seen.contains(namespace) else {
            continue
        }
        seen.append(namespace)
        guard let mount = mountEntry(for: path, of: "\(process)"), mount.peerGroup == group else { continue }
        return (process, mount)
    }
    return nil
}

private func isSharedWithInit(_ path: String) -> Bool {
    guard let own = try? FileStatus(of: path), let other = try? FileStatus(of: "/proc/1/root\(path)") else {
        return false
    }
    return own.device == other.device && own.inode == other.inode
}

extension NamespaceDirectory {
    /// The directory above.
    fileprivate var parent: String {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
