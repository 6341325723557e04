// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem
internal import SystemPackage

/// What a program sees when it is run in a network namespace: the view that ip-netns(8)
/// gives it, with every mount below /sys kept.
public struct NamespaceEnvironment: Sendable {
    /// Name servers for a resolv.conf of the program's own.
    public var nameServers: [IPAddress]
    /// Whose files below /etc are taken: `/etc/netns/NAME`. A namespace without a name has none.
    public var name: NamespaceName?
    /// How messages call the namespace.
    private var title: String
    /// Where those files are.
    public var configuration: String

    /// The usual view.
    public init(name: NamespaceName, nameServers: [IPAddress] = [], configuration: String = "/etc/netns") {
        self.init(.name(name), nameServers: nameServers, configuration: configuration)
    }

    /// The usual view of any namespace.
    public init(
        _ selector: NamespaceSelector, nameServers: [IPAddress] = [], configuration: String = "/etc/netns"
    ) {
        if case .name(let name) = selector { self.name = name }
        title = selector.description
        self.nameServers = nameServers
        self.configuration = configuration
    }

    /// Moves the calling thread into the namespace, with a mount namespace of its own in which /sys
    /// shows the namespace's devices and its files cover those of /etc.
    ///
    /// Call it on a disposable thread, or before the process is replaced. Needs `CAP_SYS_ADMIN`.
    ///
    /// - Returns: what could not be set up and is no reason to stop, a sentence each.
    public func enter(_ namespace: borrowing NetworkNamespace) throws(NamespaceError) -> [String] {
        try attempt("enter namespace \(quoted(title))", try enterNetworkNamespace(namespace.descriptor))
        try attempt("make a mount namespace", try unshareMounts())
        // What is mounted from here on stays here; what the host mounts still arrives.
        try attempt("stop mount propagation", try setPropagation(.slave, of: "/", recursive: true))
        var warnings: [String] = []
        if let warning = showDevices() { warnings.append(warning) }
        warnings += coverConfiguration()
        if !nameServers.isEmpty { try attempt("give the program name servers", try coverNameServers()) }
        return warnings
    }

    // MARK: /sys

    /// Mounts the sysfs of the namespace on /sys and puts back what was mounted below: control
    /// groups, bpf, debugfs, tracing and the like.
    private func showDevices() -> String? {
        let mounts = ((try? mountTable(at: "/sys")) ?? [])
        let isReadOnly = mounts.last { $0.target == "/sys" }?.isReadOnly ?? false
        let below = topmostMounts(mounts, below: "/sys")
        let kept: [(target: FilePath, copy: Int32)] = below.compactMap { target in
            guard let copy = try? cloneMount(target).release() else { return nil }
            return (target, copy)
        }
        var old = try? cloneMount("/sys")
        // Where that is refused, as in a user namespace, the old one stays where it is.
        if (try? detachMount("/sys")) == nil { old = nil }
        do throws(Errno) {
            try mountFileSystem(
                "sysfs", source: title, at: "/sys", flags: isReadOnly ? readOnlyMount : 0)
        } catch {
            for (_, copy) in kept { _ = OwnedDescriptor(owning: copy) }
            // A sysfs of one's own is refused in some containers: the old one is better than none.
            if let old { try? attachMount(old, at: "/sys") }
            return """
                /sys shows the devices of the caller's namespace, not of \(quoted(title)): \(error.sentence)
                """
        }
        var lost: [FilePath] = []
        for (target, copy) in kept {
            do throws(Errno) { try attachMount(OwnedDescriptor(owning: copy), at: target) } catch {
                lost.append(target)
            }
        }
        lost += below.filter { target in !kept.contains { $0.target == target } }
        return lost.isEmpty ? nil : "these mounts could not be kept: \(lost.map(\.text).joined(separator: ", "))"
    }

    /// The mounts below `directory` that are not below another of them; a copy of one takes along
    /// what is mounted further down.
    private func topmostMounts(_ mounts: [MountEntry], below directory: FilePath) -> [FilePath] {
        var topmost: [FilePath] = []
        for target in mounts.map(\.target).sorted(by: { $0.length < $1.length }) {
            guard target != directory, target.starts(with: directory), !topmost.contains(where: target.starts(with:))
            else { continue }
            topmost.append(target)
        }
        return topmost
    }

    // MARK: /etc

    /// Mounts each file of /etc/netns/NAME over its namesake in /etc.
    private func coverConfiguration() -> [String] {
        guard let name else { return [] }
        let directory = FilePath(configuration).appending(name: name.bytes)
        var warnings: [String] = []
        for entry in (try? directoryEntries(directory)) ?? [] {
            let (source, target) = (
                directory.appending(name: entry.bytes), FilePath("/etc").appending(name: entry.bytes)
            )
            do throws(Errno) { try bindMountCoveringLink(source, at: target) } catch {
                warnings.append("'\(source.text)' can't take the place of '\(target.text)': \(error.sentence)")
            }
        }
        return warnings
    }

    /// Gives the program a resolv.conf with the wanted name servers.
    ///
    /// The file is made on a file system in memory that shows up nowhere else and goes with the
    /// last process that sees it.
    private func coverNameServers() throws(Errno) {
        let text = nameServers.map { "nameserver \($0)\n" }.joined()
        try mountFileSystem("tmpfs", source: "netns-dns", at: "/tmp/", data: "mode=0755,size=64k")
        var failure: Errno?
        do throws(Errno) {
            let file = try OwnedDescriptor(opening: "/tmp/resolv.conf", flags: createForWriting, mode: 0o644)
            try writeAll(Array(text.utf8), to: file.rawValue)
            try bindMountCoveringLink("/tmp/resolv.conf", at: "/etc/resolv.conf")
        } catch { failure = error }
        // With the slash a /tmp that is a symbolic link is followed, to where the mount went.
        try detachMount("/tmp/")
        if let failure { throw failure }
    }
}
