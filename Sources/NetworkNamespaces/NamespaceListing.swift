// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
public import RouteNetlink
public import SystemPackage

/// A name that stands for a network namespace.
public struct NamedNamespace: Sendable, Equatable {
    /// The name.
    public var name: NamespaceName
    /// Which namespace it is.
    public var identity: NamespaceIdentity
    /// The id that the caller's namespace has given to it, its nsid.
    public var id: Int32?
}

/// All that can be said of one name.
public struct NamespaceDetails: Sendable {
    /// The name, and the path of its file.
    public var name: NamespaceName, path: FilePath
    /// What is behind it.
    public var state: NamespaceDirectory.EntryState
    /// Its identity; nil when it is no namespace.
    public var identity: NamespaceIdentity?
    /// The nsid in the caller's namespace.
    public var namespaceID: Int32?
    /// The 64-bit id that is never reused; nil before Linux 6.18.
    public var id: UInt64?
    /// How many processes have their main thread inside.
    public var processes: Int?
    /// How many links there are, lo among them.
    public var links: Int?
    /// The addresses inside, without those of lo and the link-local ones.
    public var addresses: [String] = []
    /// The uid that made the owning user namespace.
    public var owner: UInt32?

    /// The inode of the namespace's file.
    public var inode: UInt64? { identity?.inode }
}

extension NamespaceDirectory {
    /// The names that stand for network namespaces, sorted; a half-made, stale or foreign one is left out.
    ///
    /// - Parameter withIDs: whether the kernel is asked for their nsids.
    public func namedNamespaces(withIDs: Bool = false) throws(NamespaceError) -> [NamedNamespace] {
        guard withIDs else { return try openEach { _ throws(NamespaceError) in nil } }
        var socket = try converse(try RouteSocket())
        return try namedNamespaces(withIDsOf: &socket)
    }

    /// The same, with the nsids that the namespace of the socket has given.
    public func namedNamespaces(withIDsOf socket: inout RouteSocket) throws(NamespaceError) -> [NamedNamespace] {
        try openEach { descriptor throws(NamespaceError) in
            try converse(try socket.namespaceID(ofDescriptor: descriptor))
        }
    }

    private func openEach(
        id: (_ descriptor: Int32) throws(NamespaceError) -> Int32?
    ) throws(NamespaceError) -> [NamedNamespace] {
        let names = try names()
        var namespaces: [NamedNamespace] = []
        namespaces.reserveCapacity(names.count)
        for name in names {
            guard let namespace = try? NetworkNamespace.open(path: path(of: name)) else { continue }
            let id = try id(namespace.descriptor.rawValue)
            namespaces.append(NamedNamespace(name: name, identity: namespace.identity, id: id))
        }
        return namespaces
    }

    /// The names that stand for the namespace with this identity, sorted.
    public func names(of identity: NamespaceIdentity) throws(NamespaceError) -> [NamespaceName] {
        try names().filter { name in
            (try? FileStatus(of: path(of: name))).map { NamespaceIdentity(of: $0) } == identity
        }
    }

    /// Everything about every name, sorted, whatever it stands for.
    public func details() throws(NamespaceError) -> [NamespaceDetails] {
        let names = try names()
        guard !names.isEmpty else { return [] }
        let processes = processCounts()
        var socket = try converse(try RouteSocket())
        return names.compactMap { name in
            guard let state = try? state(of: name) else { return nil }
            var details = NamespaceDetails(name: name, path: path(of: name), state: state)
            guard state == .ok, let namespace = try? NetworkNamespace.open(path: path(of: name)) else { return details }
            details.identity = namespace.identity
            details.namespaceID = (try? socket.namespaceID(ofDescriptor: namespace.descriptor.rawValue)) ?? nil
            details.id = namespace.id
            details.owner = namespace.owner
            details.processes = processes[namespace.identity, default: 0]
            guard var inside = try? namespace.openRouteSocket(), let links = try? inside.links() else { return details }
            details.links = links.count
            let loopbacks = Set(links.filter { $0.flags.contains(.loopback) }.map(\.index))
            details.addresses = ((try? inside.addresses()) ?? [])
                .filter { !loopbacks.contains($0.index) && !$0.local.isLinkLocal }.map(\.text)
            return details
        }
    }
}
