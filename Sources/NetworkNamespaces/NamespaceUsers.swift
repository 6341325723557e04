// SPDX-License-Identifier: Apache-2.0

internal import Addressing
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
public func holders(
    of namespace: NamespaceIdentity, in directory: NamespaceDirectory, except name: NamespaceName? = nil
) -> [NamespaceHolder] {
    let holders = NamespaceHolders(of: [namespace], in: directory).of(namespace) ?? []
    guard let name else { return holders }
    return holders.filter { $0 != .name(name) }
}

/// The first few holders, as part of a sentence: `process 4711, the name 'red' and 7 more`.
public func summary(of holders: [NamespaceHolder]) -> String {
    let words = holders.prefix(3).map { holder in
        switch holder {
        case .process(let process): "process \(process)"
        case .thread(let process, let thread): "thread \(thread) of process \(process)"
        case .descriptor(let process, let number): "descriptor \(number) of process \(process)"
        case .mount(let path): "the mount on \(quoted(path))"
        case .name(let other): "the name \(quoted(other.description))"
        }
    }
    return words.joined(separator: ", ") + (holders.count > 3 ? " and \(holders.count - 3) more" : "")
}

/// What keeps each of some namespaces alive, found in one pass over /proc, which takes long on a busy machine.
struct NamespaceHolders {
    /// How far to look.
    enum Depth {
        /// Processes whose main thread is inside.
        case processes
        /// Everything in sight.
        case everything
    }

    /// By the namespace's inode, which is cheaper to look up than its identity.
    private var found: [UInt64: [NamespaceHolder]] = [:]
    /// The device that all namespaces are on.
    private let device: UInt64?

    /// Looks for the holders of these namespaces, the caller itself apart.
    init(of namespaces: [NamespaceIdentity], in directory: NamespaceDirectory, _ depth: Depth = .everything) {
        device = namespaces.first?.device
        for namespace in namespaces { found[namespace.inode] = [] }
        for process in processIDs() {
            let inside = identity(ofFile: "/proc/\(process)/ns/net")
            add(.process(process), to: inside)
            guard depth == .everything else { continue }
            for thread in numericEntries("/proc/\(process)/task") where thread != process {
                let own = identity(ofFile: "/proc/\(process)/task/\(thread)/ns/net")
                if own != inside { add(.thread(process: process, thread: thread), to: own) }
            }
            if process != currentProcessID() { addDescriptors(of: process) }
        }
        guard depth == .everything else { return }
        for name in (try? directory.names()) ?? [] { add(.name(name), to: identity(ofFile: directory.path(of: name))) }
        addMounts(outside: directory.path)
    }

    /// The holders of a namespace; nil for one that was not looked for.
    func of(_ namespace: NamespaceIdentity) -> [NamespaceHolder]? {
        namespace.device == device ? found[namespace.inode] : nil
    }

    /// Forgets a name that has been removed.
    mutating func remove(_ name: NamespaceName) {
        for inode in found.keys { found[inode]?.removeAll { $0 == .name(name) } }
    }

    private mutating func add(_ holder: NamespaceHolder, to namespace: NamespaceIdentity?) {
        guard let namespace, namespace.device == device else { return }
        found[namespace.inode]?.append(holder)
    }

    /// A file that was opened through one of the namespace's names is shown by that path, and not as
    /// `net:[…]`. Only what has a wanted inode is asked for its status: that may take long on a network.
    private mutating func addDescriptors(of process: Int32) {
        for number in numericEntries("/proc/\(process)/fd") {
            let path = "/proc/\(process)/fd/\(number)"
            guard let target = try? readSymbolicLink(path) else { continue }
            if target.hasPrefix("/") {
                // Before Linux 5.14 the inode is not told.
                let inode = descriptorNumber("ino:", of: "\(process)", descriptor: number)
                guard inode.map({ found[$0] != nil }) ?? true else { continue }
            } else {
                guard target.hasPrefix("net:[") else { continue }
            }
            add(.descriptor(process: process, number: number), to: identity(ofFile: path))
        }
    }

    /// The mounts outside the directory, in the calling thread's mount namespace.
    private mutating func addMounts(outside directory: String) {
        // The directory may be seen through several mounts: what counts is the file name in it.
        let names = identity(ofFile: directory)
        for mount in (try? mountTable()) ?? [] where mount.isNetworkNamespace {
            guard let inode = UInt64(mount.root.string.dropFirst(5).dropLast()), found[inode] != nil else { continue }
            if identity(ofFile: mount.target.removingLastComponent()) != names {
                found[inode]?.append(.mount(mount.target.text))
            }
        }
    }
}

func processIDs() -> [Int32] { numericEntries("/proc") }

/// The entries of a directory of /proc that are numbers, sorted; none if it can't be read.
func numericEntries(_ path: String) -> [Int32] {
    ((try? directoryEntries(path)) ?? []).compactMap { Int32($0.name) }.sorted()
}

private func identity(ofFile path: some SystemPath) -> NamespaceIdentity? {
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
