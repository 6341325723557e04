// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import Netlink
public import RouteNetlink
internal import SystemPackage

extension NamespaceDirectory {
    /// Makes a network namespace and gives it a name.
    ///
    /// Needs `CAP_SYS_ADMIN`. When anything fails nothing is left behind. The loopback device
    /// is up before the name can be seen.
    ///
    /// - Parameter loopbackUp: whether lo is brought up; ip(8) leaves it down.
    /// - Throws: `.alreadyExists`, `.notANamespace` when another kind of file is in the way.
    @discardableResult
    public func create(_ name: NamespaceName, loopbackUp: Bool = true) throws(NamespaceError) -> NetworkNamespace {
        try onDisposableThread { () throws(NamespaceError) in
            try makeHere(name, loopbackUp: loopbackUp).takeNamespace()
        }
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
        try onDisposableThread { () throws(NamespaceError) in
            for name in names {
                var fresh = try makeHere(name, loopbackUp: loopbackUp)
                try body(fresh.namespace, &fresh.inside)
            }
        }
    }

    /// A namespace that was just made.
    private struct FreshNamespace: ~Copyable {
        let namespace: NetworkNamespace
        var inside: RouteSocket

        /// Keeps the namespace and closes the socket.
        consuming func takeNamespace() -> NetworkNamespace { namespace }
    }

    /// Makes a namespace, into which the calling thread moves, and names it.
    private func makeHere(_ name: NamespaceName, loopbackUp: Bool) throws(NamespaceError) -> FreshNamespace {
        // A cheap look first: making a namespace costs 0.4 ms. The name is claimed with O_EXCL below.
        if isTaken(name) { throw .alreadyExists(name) }
        try attempt("make a network namespace for \(name)", try unshareThreadNetwork())
        var inside = try converse(try RouteSocket())
        if loopbackUp { try converse(try inside.setUp(index: loopbackIndex, displayName: "lo")) }
        let descriptor = try attempt("open the new network namespace", try openThreadNetworkNamespace())
        let namespace = try NetworkNamespace(descriptor, shownAs: name.description)
        try publish(namespace.descriptor, as: name)
        return FreshNamespace(namespace: namespace, inside: inside)
    }

    /// Gives a name to a namespace that exists, for example that of a process.
    ///
    /// The namespace is held by its descriptor, so that it can't be exchanged for another.
    public func attach(_ namespace: borrowing NetworkNamespace, as name: NamespaceName) throws(NamespaceError) {
        try publish(namespace.descriptor, as: name)
    }

    private func isTaken(_ name: NamespaceName) -> Bool {
        (try? NetworkNamespace.open(path: path(of: name))) != nil
    }

    /// Makes the file of the name and mounts the namespace on it.
    ///
    /// A name left stale by a process that was killed half-way is taken over: under the lock no
    /// other netns process can be in the middle of making it.
    private func publish(_ namespace: borrowing OwnedDescriptor, as name: NamespaceName) throws(NamespaceError) {
        let path = path(of: name)
        let lock = try prepare()
        defer { withExtendedLifetime(lock) {} }
        do throws(Errno) { try makePlaceholder(path) } catch {
            guard error == .fileExists else { throw .system(operation: "make '\(path)'", error) }
            try claim(name)
        }
        do throws(Errno) { try bindMount(namespace.procPath, at: path) } catch {
            try? removeFile(path)
            throw .system(operation: "mount the namespace on '\(path)'", error)
        }
    }

    /// Makes sure that the file in the way is a stale name, which may be mounted on.
    private func claim(_ name: NamespaceName) throws(NamespaceError) {
        // ip(8) takes a fraction of a millisecond from the file to the mount, and takes no lock.
        for _ in 0..<50 {
            if isTaken(name) { throw .alreadyExists(name) }
            guard let status = try? FileStatus(of: path(of: name), followingLinks: false) else { break }
            guard status.isPlaceholder else { throw .notANamespace(path(of: name)) }
            if !(0..<1.0).contains(status.age) { return }
            sleep(.milliseconds(1))
        }
    }
}

/// lo is the first device of every network namespace, `LOOPBACK_IFINDEX` of the kernel.
public let loopbackIndex: Int32 = 1
