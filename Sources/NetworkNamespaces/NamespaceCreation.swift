// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import Netlink
internal import RouteNetlink
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
        // A cheap look first: making a namespace costs 0.4 ms. The name is claimed with O_EXCL below.
        if try isTaken(name) { throw .alreadyExists(name) }
        let namespace: OwnedDescriptor = try onDisposableThread { () throws(NamespaceError) in
            try attempt("make a network namespace for \(name)", try unshareThreadNetwork())
            if loopbackUp {
                var socket = try converse(try RouteSocket())
                try converse(try socket.setUp(index: loopbackIndex, displayName: "lo"))
            }
            return try attempt("open the new network namespace", try openThreadNetworkNamespace())
        }
        try publish(namespace, as: name)
        return try NetworkNamespace(namespace, shownAs: name.description)
    }

    /// Gives a name to a namespace that exists, for example that of a process.
    ///
    /// The namespace is held by its descriptor, so that it can't be exchanged for another.
    public func attach(_ namespace: borrowing NetworkNamespace, as name: NamespaceName) throws(NamespaceError) {
        try publish(namespace.descriptor, as: name)
    }

    private func isTaken(_ name: NamespaceName) throws(NamespaceError) -> Bool {
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
            if try isTaken(name) { throw .alreadyExists(name) }
            guard let status = try? FileStatus(of: path(of: name), followingLinks: false) else { break }
            guard status.isPlaceholder else { throw .notANamespace(path(of: name)) }
            if !(0..<1.0).contains(status.age) { return }
            sleep(.milliseconds(1))
        }
    }
}

/// lo is the first device of every network namespace, `LOOPBACK_IFINDEX` of the kernel.
let loopbackIndex: Int32 = 1
