// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import Netlink
public import RouteNetlink
internal import SystemPackage

extension NamespaceDirectory {
    /// Makes a network namespace and gives it a name.
    ///
    /// Needs `CAP_SYS_ADMIN`. When anything fails nothing is left behind. The loopback device
    /// is up before the name can be seen. It is seen by the whole machine, even where the caller's
    /// mounts are not.
    ///
    /// - Parameters:
    ///   - loopbackUp: whether lo is brought up; ip(8) leaves it down.
    ///   - movesCaller: whether the calling thread goes into the namespace and stays there. It saves a
    ///     thread where the program is about to end.
    /// - Throws: `.alreadyExists`; `.notANamespace` when another kind of file is in the way;
    ///   `.mountsOutOfReach` when the rest of the machine could not see it.
    @discardableResult
    public func create(
        _ name: NamespaceName, loopbackUp: Bool = true, movesCaller: Bool = false
    ) throws(NamespaceError) -> NetworkNamespace {
        let mounts = try PublicMounts(of: self)
        let prepare = { () throws(NamespaceError) in
            if loopbackUp { try prepareInside(loopbackUp: true) { _ throws(NamespaceError) in } }
        }
        if movesCaller { return try makeHere(name, mounts, prepare) }
        return try onDisposableThread { () throws(NamespaceError) in try makeHere(name, mounts, prepare) }
    }

    /// Makes namespaces one after the other, and hands each to `body` with a socket opened inside.
    ///
    /// One thread makes them all, which is what makes it fast. `body` runs on it: a socket that
    /// it opens itself would be one of the new namespace. When one fails, those before it stay.
    ///
    /// - Parameter loopbackUp: false where `body` brings lo up together with what else it sends.
    public func create(
        _ names: some Sequence<NamespaceName>, loopbackUp: Bool = true,
        _ body: (_ namespace: borrowing NetworkNamespace, _ inside: inout RouteSocket) throws(NamespaceError) -> Void
    ) throws(NamespaceError) {
        try create(handing: names, loopbackUp: loopbackUp) { (namespace, inside) throws(NamespaceError) in
            var inside = inside
            try body(namespace, &inside)
        }
    }

    /// Makes namespaces as `create(_:loopbackUp:_:)` does, and hands over each with a socket, for good.
    ///
    /// - Parameter prepare: is given a socket inside before the name can be seen, so that nobody ever finds it without
    ///   what is done there. When it fails there is no such namespace.
    public func create(
        handing names: some Sequence<NamespaceName>, loopbackUp: Bool = true,
        preparing prepare: (NamespaceName, _ inside: inout RouteSocket) throws(NamespaceError) -> Void = { _, _ in },
        _ body: (_ namespace: consuming NetworkNamespace, _ inside: consuming RouteSocket) throws(NamespaceError) ->
            Void
    ) throws(NamespaceError) {
        let mounts = try PublicMounts(of: self)
        try onDisposableThread { () throws(NamespaceError) in
            for name in names {
                let namespace = try makeHere(name, mounts) { () throws(NamespaceError) in
                    try prepareInside(loopbackUp: loopbackUp) { inside throws(NamespaceError) in
                        try prepare(name, &inside)
                    }
                }
                try body(namespace, try converse(try RouteSocket()))
            }
        }
    }

    /// What is done inside a new namespace before it has a name.
    private func prepareInside(
        loopbackUp: Bool, _ body: (_ inside: inout RouteSocket) throws(NamespaceError) -> Void
    ) throws(NamespaceError) {
        var inside = try converse(try RouteSocket())
        if loopbackUp { try converse(try inside.setUp(index: loopbackIndex, displayName: "lo")) }
        try body(&inside)
    }

    /// Makes a namespace, into which the calling thread moves, and names it once it is prepared.
    private func makeHere(
        _ name: NamespaceName, _ mounts: borrowing PublicMounts, _ prepare: () throws(NamespaceError) -> Void
    ) throws(NamespaceError) -> NetworkNamespace {
        // A cheap look first: making a namespace costs 0.4 ms. The name is claimed with O_EXCL below.
        if isTaken(name) { throw .alreadyExists(name) }
        try attempt("make a network namespace for '\(name)'", try unshareThreadNetwork())
        try prepare()
        let descriptor = try attempt("open the new network namespace", try openThreadNetworkNamespace())
        let namespace = try NetworkNamespace(descriptor, shownAs: name.description)
        try publish(namespace.descriptor, as: name, in: mounts)
        return namespace
    }

    /// Gives a name to a namespace that exists, for example that of a process.
    ///
    /// The namespace is held by its descriptor, so that it can't be exchanged for another.
    public func attach(_ namespace: borrowing NetworkNamespace, as name: NamespaceName) throws(NamespaceError) {
        try publish(namespace.descriptor, as: name, in: try PublicMounts(of: self))
    }

    /// Finds out whether a name can be given, and changes nothing.
    ///
    /// - Throws: what `create` and `attach` would throw, as far as can be seen beforehand.
    public func checkCreation(of name: NamespaceName) throws(NamespaceError) {
        _ = try PublicMounts(of: self)
        if let status = try? FileStatus(of: path), !status.isDirectory {
            throw .system(operation: "make the directory '\(path)'", .notDirectory)
        }
        do throws(NamespaceError) {
            switch try state(of: name) {
            case .stale: return
            case .ok, .pending: throw .alreadyExists(name)
            case .foreign, .dangling: throw .notANamespace(path(of: name).text)
            }
        } catch { guard error == .notFound(name) else { throw error } }
    }

    private func isTaken(_ name: NamespaceName) -> Bool {
        (try? NetworkNamespace.open(path: path(of: name))) != nil
    }

    /// Makes the file of the name and mounts the namespace on it.
    private func publish(
        _ namespace: borrowing OwnedDescriptor, as name: NamespaceName, in mounts: borrowing PublicMounts
    ) throws(NamespaceError) {
        let (path, source) = (path(of: name), namespace.procPath)
        try mounts.run { () throws(NamespaceError) in
            let lock = try prepare()
            defer { withExtendedLifetime(lock) {} }
            try claim(name)
            do throws(Errno) { try bindMount(source, at: path) } catch {
                try? removeFile(path)
                throw .system(operation: "mount the namespace on '\(path.text)'", error)
            }
        }
    }

    /// Makes the file of the name, or takes over a stale one, which a process left that was killed half-way.
    ///
    /// Under the lock no other netns is in the middle of making a name. ip(8) takes no lock: a file that
    /// is young may be its, for a fraction of a millisecond, or longer on a machine with much to do.
    private func claim(_ name: NamespaceName) throws(NamespaceError) {
        for _ in 0..<2000 {
            do throws(Errno) { return try makePlaceholder(path(of: name)) } catch {
                guard error == .fileExists else { throw .system(operation: "make '\(path(of: name).text)'", error) }
            }
            do throws(NamespaceError) {
                switch try state(of: name) {
                case .ok: throw .alreadyExists(name)
                case .stale: return
                case .foreign, .dangling: throw .notANamespace(path(of: name).text)
                case .pending: sleep(.milliseconds(1))
                }
            } catch {
                // Gone meanwhile: it can be made now.
                guard error == .notFound(name) else { throw error }
            }
        }
        throw .alreadyExists(name)
    }
}

/// lo is the first device of every network namespace, `LOOPBACK_IFINDEX` of the kernel.
public let loopbackIndex: Int32 = 1
