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
    /// Needs `CAP_SYS_ADMIN`.
    ///
    /// - Throws: `.notFound`; `.inUse` with `onlyIfUnused`; `.notANamespace` for what is no name, such as a directory
    ///   or a file with contents.
    public func delete(_ name: NamespaceName, _ options: DeletionOptions = DeletionOptions()) throws(NamespaceError) {
        let status = try entryStatus(of: name)
        // Behind a symbolic link is somebody else's namespace: only the link is removed.
        guard !status.isSymbolicLink, let namespace = try? NetworkNamespace.open(path: path(of: name)) else {
            guard try state(of: name) != .foreign else { throw .notANamespace(path(of: name)) }
            return try removeName(name)
        }
        if options.onlyIfUnused { try refuseIfUsed(namespace, name) }
        guard options.waits else { return try removeName(name) }
        var inside = try namespace.openRouteSocket(shownAs: name.description)
        let links = try converse(try inside.links()).filter { !$0.flags.contains(.loopback) }
        var outside = try converse(try RouteSocket())
        let id = try converse(try outside.namespaceID(ofDescriptor: namespace.descriptor.rawValue))
        // Nothing but lo inside and no id outside: there is nothing to take away and to wait for.
        guard !links.isEmpty || id != nil, isLastUse(of: namespace, name) else { return try removeName(name) }
        try clear(links, through: &inside)
        close(inside)
        if let id {
            try removeNameAndWait(name, namespace, id: id, timeLimit: options.timeLimit)
        } else {
            try removeName(name)
        }
    }

    /// Finds out whether a name can be deleted, and changes nothing.
    ///
    /// - Throws: what `delete` would throw, as far as can be seen beforehand.
    public func checkDeletion(of name: NamespaceName, _ options: DeletionOptions) throws(NamespaceError) {
        let state = try state(of: name)
        guard state != .foreign else { throw .notANamespace(path(of: name)) }
        let isLink = (try? FileStatus(of: path(of: name), followingLinks: false))?.isSymbolicLink ?? false
        guard options.onlyIfUnused, state == .ok, !isLink else { return }
        try refuseIfUsed(try NetworkNamespace.open(path: path(of: name)), name)
    }

    private func refuseIfUsed(_ namespace: borrowing NetworkNamespace, _ name: NamespaceName) throws(NamespaceError) {
        let users = holders(of: namespace.identity, in: self, except: name, descriptors: true)
        guard users.isEmpty else { throw .inUse(name, by: summary(of: users)) }
    }

    /// Whether deleting the name ends the namespace, as far as can be seen.
    private func isLastUse(of namespace: borrowing NetworkNamespace, _ name: NamespaceName) -> Bool {
        holders(of: namespace.identity, in: self, except: name, descriptors: true).isEmpty
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
                default: throw .system(operation: "unmount '\(path)'", error)
                }
            }
        }
        do throws(Errno) { try removeFile(path) } catch {
            throw error == .noSuchFileOrDirectory ? .notFound(name) : .system(operation: "remove '\(path)'", error)
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

    private func summary(of holders: [NamespaceHolder]) -> String {
        let words = holders.prefix(3).map { holder in
            switch holder {
            case .process(let process): "process \(process)"
            case .thread(let process, let thread): "thread \(thread) of process \(process)"
            case .descriptor(let process, let number): "descriptor \(number) of process \(process)"
            case .mount(let path): "the mount on '\(path)'"
            case .name(let other): "the name '\(other)'"
            }
        }
        return words.joined(separator: ", ") + (holders.count > 3 ? " and \(holders.count - 3) more" : "")
    }
}
