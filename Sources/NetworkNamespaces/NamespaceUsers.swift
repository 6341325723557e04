// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Something that keeps a network namespace alive.
public enum NamespaceHolder: Hashable, Sendable {
    /// A process whose main thread is inside.
    case process(Int32)
    /// A further thread that is inside, of a process that is not, or not wholly.
    case thread(process: Int32, thread: Int32)
    /// An open namespace file.
    case descriptor(process: Int32, number: Int32)
    /// A mount outside /run/netns, as the calling thread sees it.
    case mount(String)
    /// Another name below /run/netns.
    case name(NamespaceName)
}

/// The processes whose main thread is in the namespace, in the order of their numbers.
///
/// Processes that the caller may not look into (ptrace access) are passed over, as ip(8) does.
public func processes(in namespace: NamespaceIdentity) -> [Int32] {
    processIDs().filter { identity(ofFile: "/proc/\($0)/ns/net") == namespace }
}

/// Everything in sight that keeps the namespace alive, the caller itself apart.
///
/// - Parameters:
///   - directory: whose names count as names rather than as mounts.
///   - name: a name that is not counted, since it is the one asked about.
///   - descriptors: whether every open file of every process is looked at, which takes long on a
///     busy machine.
public func holders(
    of namespace: NamespaceIdentity, in directory: NamespaceDirectory, except name: NamespaceName? = nil,
    descriptors: Bool
) -> [NamespaceHolder] {
    var holders: [NamespaceHolder] = []
    let own = currentProcessID()
    for process in processIDs() {
        var isInside = false
        if identity(ofFile: "/proc/\(process)/ns/net") == namespace {
            holders.append(.process(process))
            isInside = true
        }
        for thread in numericEntries("/proc/\(process)/task") where thread != process && !isInside {
            guard identity(ofFile: "/proc/\(process)/task/\(thread)/ns/net") == namespace else { continue }
            holders.append(.thread(process: process, thread: thread))
        }
        guard descriptors, process != own else { continue }
        for number in numericEntries("/proc/\(process)/fd") where isOpen(namespace, process: process, number: number) {
            holders.append(.descriptor(process: process, number: number))
        }
    }
    if let names = try? directory.names() {
        for other in names where other != name && identity(ofFile: directory.path(of: other)) == namespace {
            holders.append(.name(other))
        }
    }
    return holders + foreignMounts(of: namespace, outside: directory.path).map { .mount($0) }
}

/// Where the namespace is mounted outside `directory`, in the calling thread's mount namespace.
private func foreignMounts(of namespace: NamespaceIdentity, outside directory: String) -> [String] {
    guard let mounts = try? mountTable() else { return [] }
    // The directory may be seen through several mounts: what counts is the file name in it.
    let resolved = (try? FileStatus(of: directory)).map { "\($0.device):\($0.inode)" }
    return mounts.filter { mount in
        guard mount.type == "nsfs", mount.root == "net:[\(namespace.inode)]" else { return false }
        let parent = String(mount.target[..<(mount.target.lastIndex(of: "/") ?? mount.target.startIndex)])
        return (try? FileStatus(of: parent.isEmpty ? "/" : parent)).map { "\($0.device):\($0.inode)" } != resolved
    }.map(\.target)
}

/// Whether a process has the namespace's file open under this number.
///
/// A file that was opened through one of the namespace's names is shown by that path, and not as
/// `net:[…]`. Only what has the inode is asked for its status: that may take long on a network.
private func isOpen(_ namespace: NamespaceIdentity, process: Int32, number: Int32) -> Bool {
    let path = "/proc/\(process)/fd/\(number)"
    guard let target = try? readSymbolicLink(path) else { return false }
    if target != "net:[\(namespace.inode)]" {
        guard target.hasPrefix("/"), hasInode(namespace.inode, process: process, number: number) else { return false }
    }
    return identity(ofFile: path) == namespace
}

/// Whether the open file has this inode, or may have. Source: proc_pid_fdinfo(5), `ino` since Linux 5.14.
private func hasInode(_ inode: UInt64, process: Int32, number: Int32) -> Bool {
    guard let bytes = try? readFile("/proc/\(process)/fdinfo/\(number)") else { return false }
    let fields = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard let label = fields.firstIndex(of: "ino:"), label + 1 < fields.count else { return true }
    return UInt64(fields[label + 1]) == inode
}

func processIDs() -> [Int32] { numericEntries("/proc") }

/// The entries of a directory of /proc that are numbers, sorted; none if it can't be read.
func numericEntries(_ path: String) -> [Int32] {
    ((try? directoryEntries(path)) ?? []).compactMap { Int32($0.name) }.sorted()
}

private func identity(ofFile path: String) -> NamespaceIdentity? {
    (try? FileStatus(of: path)).map { NamespaceIdentity(of: $0) }
}

/// How many processes have their main thread in each network namespace.
func processCounts() -> [NamespaceIdentity: Int] {
    var counts: [NamespaceIdentity: Int] = [:]
    for process in processIDs() {
        guard let identity = identity(ofFile: "/proc/\(process)/ns/net") else { continue }
        counts[identity, default: 0] += 1
    }
    return counts
}
