// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// The namespaces that a rootless lab is in: a user namespace, and in it a mount and a network namespace.
///
/// `/run` and `/etc/netns` are its own there, so that the names and the records of the machine are not in the way, and
/// everything that netns and ip(8) do has the same paths as for root. The process that makes them must have one thread.
enum RootlessNamespaces {
    /// Says of a mount namespace that it is a rootless lab's: the lab's name, or nothing for one that only looks.
    static let mark = "/run/.netns-lab"
    /// Where what was there before is to be found, below a directory that was covered.
    private static let covered = ".host"

    /// Moves the calling process into new ones.
    ///
    /// - Parameters:
    ///   - lab: the lab's name for the mark; nil when it has none.
    ///   - map: says who is who in the user namespace; the caller alone is its root without it.
    static func make(
        for lab: String?, map: ((EffectiveIdentity) throws(LabFailure) -> Void)? = nil
    ) throws(LabFailure) {
        let caller = EffectiveIdentity.current
        // In a user namespace of its own it sees that one's limits, and not those that it may run into.
        let limits = Limits()
        try step("make a user namespace", .user, limits) { () throws(Errno) in try unshareUserNamespace() }
        if let map {
            try map(caller)
        } else {
            try mapCaller(caller)
        }
        try step("make a mount namespace", .mount, limits) { () throws(Errno) in try unshareMounts() }
        try step("make a network namespace", .network, limits) { () throws(Errno) in try unshareThreadNetwork() }
        do throws(Errno) {
            try cover("/run", without: ["netns", "netns-lab"])
            if (try? FileStatus(of: "/etc/netns"))?.isDirectory == true {
                try mountFileSystem("tmpfs", source: "netns-lab", at: "/etc/netns", data: "mode=0755")
            } else {
                try cover("/etc", without: ["netns"])
                try makeDirectory("/etc/netns")
            }
            try replaceFile(mark, with: Array((lab ?? "").utf8))
        } catch { throw refusal("give it a '/run' and an '/etc/netns' of its own", .mount, nil, error) }
        do {
            var socket = try RouteSocket()
            try socket.setUp(index: loopbackIndex, displayName: "lo")
        } catch { throw LabFailure("cannot bring 'lo' up", error) }
    }

    /// Makes the caller root, and nobody else.
    static func mapCaller(_ caller: EffectiveIdentity, groupsAreMapped: Bool = false) throws(LabFailure) {
        try step("become root in a user namespace", .user, nil) { () throws(Errno) in
            try mapToRoot(caller, groupsAreMapped: groupsAreMapped)
        }
    }

    /// Puts a file system in memory over a directory, in which everything but some names leads to what was there.
    private static func cover(_ directory: String, without names: [String]) throws(Errno) {
        let below = "\(directory)/\(covered)"
        let entries = try directoryEntries(directory)
        let old = try cloneMount(directory)
        try mountFileSystem("tmpfs", source: "netns-lab", at: directory, data: "mode=0755")
        try makeDirectory(below)
        try attachMount(old, at: below)
        for entry in entries where !names.contains(entry.name) && entry.name != covered {
            let path = FilePath(directory).appending(name: entry.bytes)
            // A relative link means something else from below.
            if entry.isSymbolicLink, let target = try? readSymbolicLink(FilePath(below).appending(name: entry.bytes)) {
                try makeSymbolicLink(to: target, at: path)
            } else {
                try makeSymbolicLink(to: FilePath(covered).appending(name: entry.bytes), at: path)
            }
        }
    }

    // MARK: Refusals

    /// How many namespaces the caller may have.
    private struct Limits {
        private let values = [NamespaceKind.user, .mount, .network].map { ($0, kernelParameter($0.limit)) }

        subscript(kind: NamespaceKind) -> String? { values.first { $0.0 == kind }?.1 }
    }

    private static func step(
        _ action: String, _ kind: NamespaceKind, _ limits: Limits?, _ body: () throws(Errno) -> Void
    ) throws(LabFailure) {
        do throws(Errno) { try body() } catch { throw refusal(action, kind, limits, error) }
    }

    /// Why not, and which setting of the machine it is.
    private static func refusal(_ action: String, _ kind: NamespaceKind, _ limits: Limits?, _ error: Errno)
        -> LabFailure
    {
        LabFailure("cannot \(action)", reason: error.sentence, hint: hint(kind, limits, error))
    }

    private static func hint(_ kind: NamespaceKind, _ limits: Limits?, _ error: Errno) -> String? {
        let isRefusal = error == .notPermitted || error == .permissionDenied
        switch error {
        case .noSpace, .tooManyUsers:
            return
                "\(kind.limit) is \(limits?[kind] ?? "reached"): 'sysctl -w \(kind.limit)=NUMBER' as root allows more"
        case .invalidArgument where kind == .user, .noFunction where kind == .user:
            return "the kernel has no user namespaces (CONFIG_USER_NS)"
        case _ where isRefusal && kernelParameter("kernel.unprivileged_userns_clone") == "0":
            return turnedOff("kernel.unprivileged_userns_clone", "0", turnOn: "1")
        case _
        where isRefusal && kernelParameter("kernel.apparmor_restrict_unprivileged_userns").map { $0 != "0" } == true:
            return turnedOff("kernel.apparmor_restrict_unprivileged_userns", "1", turnOn: "0")
        case _ where isRefusal && kind == .user:
            return "a container's seccomp profile, a chroot or a security module can be why"
        default: return nil
        }
    }

    private static func turnedOff(_ name: String, _ value: String, turnOn: String) -> String {
        "\(name) is \(value), which keeps user namespaces from ordinary users: 'sysctl -w \(name)=\(turnOn)' as root"
            + " allows them"
    }
}
