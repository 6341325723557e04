// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// How thorough a deletion is.
public struct DeletionOptions: Sendable {
    /// Whether the links inside are removed, and the kernel is waited for, before it returns.
    /// Without that the name goes at once and the rest when the kernel gets to it, as with ip(8).
    public var waits = true
    /// Whether a namespace in use is left alone.
    public var onlyIfUnused = false
    /// Whether it is only found out, as far as can be seen beforehand, what a deletion would come to.
    public var isDry = false
    /// The longest wait for the kernel.
    public var timeLimit: Duration = .seconds(2)

    /// A deletion that is finished when it returns.
    public init() {}
}

extension NamespaceDirectory {
    /// Removes a name, and with the last of its names and users the namespace.
    ///
    /// When it returns, names and links can be made anew: the virtual links inside are gone with
    /// their peers, and physical ones are back in the initial namespace. A namespace that
    /// someone else still uses only loses its name. Every mount stacked on the name is taken off.
    /// A name in the making is waited for. Needs `CAP_SYS_ADMIN`.
    ///
    /// - Returns: what was seen to use a namespace that has lost its last name, and lives on.
    /// - Throws: `.notFound`; `.inUse` with `onlyIfUnused`; `.notANamespace` for what is no name, such as a directory
    ///   or a file with contents.
    @discardableResult
    public func delete(
        _ name: NamespaceName, _ options: DeletionOptions = DeletionOptions()
    ) throws(NamespaceError) -> [NamespaceHolder] {
        var users = UserLookup(directory: self, names: [name])
        return try delete(name, options, &users)
    }

    /// Removes names one after the other, whatever happens to any of them.
    ///
    /// Who uses the namespaces is looked up once for all, when it first matters.
    ///
    /// - Parameter body: is told what became of each, as by `delete(_:_:)` of that name alone.
    public func delete(
        _ names: [NamespaceName], _ options: DeletionOptions = DeletionOptions(),
        _ body: (NamespaceName, Result<[NamespaceHolder], NamespaceError>) -> Void
    ) {
        var users = UserLookup(directory: self, names: names)
        for name in names {
            do throws(NamespaceError) { body(name, .success(try delete(name, options, &users))) } catch {
                body(name, .failure(error))
            }
        }
    }

    private func delete(
        _ name: NamespaceName, _ options: DeletionOptions, _ users: inout UserLookup
    ) throws(NamespaceError) -> [NamespaceHolder] {
        guard let namespace = try namespaceToDelete(name) else {
            if !options.isDry { try removeName(name) }
            return []
        }
        if options.onlyIfUnused {
            let holders = users.holders(of: namespace.identity, except: name)
            guard holders.isEmpty else { throw .inUse(name, by: summary(of: holders)) }
        }
        if options.isDry { return [] }
        guard options.waits else {
            try removeName(name)
            users.forget(name)
            return []
        }
        let remaining = try remove(name, namespace, timeLimit: options.timeLimit, &users)
        users.forget(name)
        return remaining
    }

    /// Removes a name, and its namespace's links if that dies with it; returns who uses it otherwise, without a name.
    private func remove(
        _ name: NamespaceName, _ namespace: consuming NetworkNamespace, timeLimit: Duration, _ users: inout UserLookup
    ) throws(NamespaceError) -> [NamespaceHolder] {
        var inside = try namespace.openRouteSocket(shownAs: name.description)
        let links = try converse(try inside.links()).filter { !$0.flags.contains(.loopback) }
        var outside = try converse(try RouteSocket())
        let id = try converse(try outside.namespaceID(ofDescriptor: namespace.descriptor.rawValue))
        guard !links.isEmpty || id != nil else {
            // There is nothing to take away and to wait for; that processes stay behind is told all the same.
            let processes = users.processes(in: namespace.identity)
            try removeName(name)
            if processes.isEmpty { return [] }
            return try names(of: namespace.identity).isEmpty ? processes : []
        }
        let holders = users.holders(of: namespace.identity, except: name)
        guard holders.isEmpty else {
            try removeName(name)
            return holders.contains(where: \.isName) ? [] : holders
        }
        try clear(links, through: &inside)
        close(inside)
        if let id {
            try removeNameAndWait(name, namespace, id: id, timeLimit: timeLimit)
        } else {
            try removeName(name)
        }
        return []
    }

    /// The namespace that goes with a name; nil where it is a symbolic link, behind which is somebody else's, or stale.
    private func namespaceToDelete(_ name: NamespaceName) throws(NamespaceError) -> NetworkNamespace? {
        if try entryStatus(of: name).isSymbolicLink { return nil }
        if try state(of: name) == .stale { return nil }
        do throws(NamespaceError) { return try open(name) } catch {
            switch error {
            case .stale: return nil
            case .notANamespace: throw .notANamespace(path(of: name).text)
            default: throw error
            }
        }
    }

    /// Takes the links out of a namespace: virtual ones are deleted in one message, by a group that
    /// they are given first (one by one each would wait for an RCU grace period, about 20 ms).
    private func clear(_ links: [Link], through socket: inout RouteSocket) throws(NamespaceError) {
        guard !links.isEmpty else { return }
        let group = unusedGroup(links)
        var grouping = LinkSpec()
        grouping.group = group
        var leaving = LinkSpec()
        leaving.namespace = .process(1)
        let requests = links.map { link in
            (link.kind == nil ? leaving : grouping).changeRequest(index: link.index, displayName: "\(link.name)").erased
        }
        // What the kernel keeps to itself here (fallback tunnels, immutable devices) dies with the namespace.
        let refusals = try converse(try socket.transact(requests))
        guard zip(links, refusals).contains(where: { $0.kind != nil && $1 == nil }) else { return }
        do throws(NetlinkError) { try socket.delete(.group(group)) } catch {
            // One link that can't be deleted makes the kernel refuse the whole group.
            let deletions = links.filter { $0.kind != nil }.map { deleteLinkRequest(.index($0.index)).erased }
            _ = try converse(try socket.transact(deletions))
        }
    }

    private func unusedGroup(_ links: [Link]) -> UInt32 {
        let used = Set(links.compactMap(\.group))
        return (0x6e65_0000...).first { !used.contains($0) } ?? 0x6e65_0000
    }

    /// Takes every mount off the name and removes it.
    private func removeName(_ name: NamespaceName) throws(NamespaceError) {
        let path = path(of: name)
        let lock = try attempt("lock '\(self.path)'", try FileLock(exclusiveOn: self.path))
        defer { withExtendedLifetime(lock) {} }
        detach: while true {
            do throws(Errno) { try detachMount(path) } catch {
                switch error {
                case .invalidArgument: break detach  // nothing is mounted (any more)
                case .noSuchFileOrDirectory: throw .notFound(name)
                default: throw .system(operation: "unmount '\(path.text)'", error)
                }
            }
        }
        do throws(Errno) { try removeFile(path) } catch {
            throw error == .noSuchFileOrDirectory ? .notFound(name) : .system(operation: "remove '\(path.text)'", error)
        }
    }

    /// Removes the name of a namespace that dies with it, and waits until the kernel says that its
    /// id is free again.
    private func removeNameAndWait(
        _ name: NamespaceName, _ namespace: consuming NetworkNamespace, id: Int32, timeLimit: Duration
    ) throws(NamespaceError) {
        var events = try converse(try RouteSocket())
        try converse(try events.socket.join(group: namespaceIDGroup))
        try removeName(name)
        close(namespace)
        // The name is gone: an event that was lost is no reason to fail.
        _ = try? events.waitForRemoval(ofNamespaceID: id, timeLimit: timeLimit)
    }

    private func close(_ socket: consuming RouteSocket) {}
    private func close(_ namespace: consuming NetworkNamespace) {}
}

/// Who uses the namespaces of some names, looked up when it is first asked for, for all of them at once.
private struct UserLookup {
    let directory: NamespaceDirectory
    let names: [NamespaceName]
    private var everything: NamespaceHolders?
    private var mainThreads: NamespaceHolders?

    init(directory: NamespaceDirectory, names: [NamespaceName]) {
        self.directory = directory
        self.names = names
    }

    /// Everything that keeps the namespace alive, but for a name.
    mutating func holders(of namespace: NamespaceIdentity, except name: NamespaceName) -> [NamespaceHolder] {
        let known = everything?.of(namespace)
        if known == nil { everything = look(for: namespace, .everything) }
        return (known ?? everything?.of(namespace) ?? []).filter { $0 != .name(name) }
    }

    /// The processes inside.
    mutating func processes(in namespace: NamespaceIdentity) -> [NamespaceHolder] {
        let known = mainThreads?.of(namespace)
        if known == nil { mainThreads = look(for: namespace, .processes) }
        return known ?? mainThreads?.of(namespace) ?? []
    }

    /// Takes notice that a name is gone.
    mutating func forget(_ name: NamespaceName) { everything?.remove(name) }

    /// Looks at once for the users of what all names stand for now: one may have been made anew since the last look.
    private func look(for namespace: NamespaceIdentity, _ depth: NamespaceHolders.Depth) -> NamespaceHolders {
        let others = names.compactMap { name in
            (try? FileStatus(of: directory.path(of: name))).map { NamespaceIdentity(of: $0) }
        }
        return NamespaceHolders(of: [namespace] + others, in: directory, depth)
    }
}

extension NamespaceHolder {
    fileprivate var isName: Bool {
        if case .name = self { true } else { false }
    }
}
