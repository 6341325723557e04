// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem
public import NetworkNamespaces
internal import RouteNetlink

/// A container with what its network namespace looks like from the caller's.
public struct ContainerDetails: Sendable {
    /// An interface inside.
    public struct Interface: Sendable, Equatable {
        /// Its name in the container.
        public var name: InterfaceName
        /// The other end of its veth, where that is in the caller's namespace, and the bridge that it is a port of.
        public var hostInterface: InterfaceName?, bridge: InterfaceName?
    }

    /// Which.
    public var container: Container
    /// Its namespace; nil where the caller may not look into it.
    public var identity: NamespaceIdentity?
    /// The names below /run/netns that stand for the namespace.
    public var names: [NamespaceName] = []
    /// Whether it is the namespace of the caller.
    public var usesOwnNetwork = false
    /// The addresses inside, without those of lo and the link-local ones; none of the caller's own namespace.
    public var addresses: [String] = []
    /// The interfaces inside but lo; none of the caller's own namespace.
    public var interfaces: [Interface] = []
}

extension ContainerSearch {
    /// Every container that runs, with what its namespace looks like.
    ///
    /// Needs ptrace access to their processes and `CAP_SYS_ADMIN` over their namespaces; without it no more is told than
    /// the runtimes tell.
    ///
    /// - Returns: the containers, and the places that could not be asked.
    /// - Throws: `NamespaceError` when the caller's own namespace can't be looked at.
    public func details(
        in directory: NamespaceDirectory = .system
    ) throws(NamespaceError) -> (containers: [ContainerDetails], faults: [ContainerFault]) {
        let (containers, faults) = running()
        guard !containers.isEmpty else { return ([], faults) }
        var outside = try Surroundings()
        let names = (try? directory.namedNamespaces()) ?? []
        var details: [ContainerDetails] = []
        for container in containers {
            var entry = ContainerDetails(container: container)
            if let namespace = try? container.openNamespace() {
                entry.identity = namespace.identity
                entry.names = names.filter { $0.identity == namespace.identity }.map(\.name)
                outside.look(into: namespace, for: &entry)
            }
            details.append(entry)
        }
        return (details, faults)
    }
}

/// The namespace that the other ends of veths are looked for in.
private struct Surroundings: ~Copyable {
    private let identity: NamespaceIdentity
    private var socket: RouteSocket
    private let links: [Int32: Link]

    init() throws(NamespaceError) {
        let namespace = try NetworkNamespace.current()
        var socket = try namespace.openRouteSocket()
        let links = (try? socket.links()) ?? []
        self.links = Dictionary(links.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        identity = namespace.identity
        self.socket = socket
    }

    mutating func look(into namespace: borrowing NetworkNamespace, for entry: inout ContainerDetails) {
        guard namespace.identity != identity else {
            entry.usesOwnNetwork = true
            return
        }
        guard var inside = try? namespace.openRouteSocket(), let own = try? inside.links() else { return }
        let id = (try? socket.namespaceID(ofDescriptor: namespace.descriptor.rawValue)) ?? nil
        let loopbacks = Set(own.filter { $0.flags.contains(.loopback) }.map(\.index))
        entry.addresses = ((try? inside.addresses()) ?? [])
            .filter { !loopbacks.contains($0.index) && !$0.local.isLinkLocal }.map(\.text)
        entry.interfaces = own.filter { !loopbacks.contains($0.index) }.map { link in
            let end = hostEnd(of: link, id)
            return ContainerDetails.Interface(
                name: link.name, hostInterface: end?.name, bridge: end?.master.flatMap { links[$0]?.name })
        }
    }

    /// The other end must point back, at this index in this namespace: others use the same numbers.
    private func hostEnd(of link: Link, _ id: Int32?) -> Link? {
        guard link.kind == "veth", let peer = link.link, let end = links[peer], end.kind == "veth",
            end.link == link.index, let id, end.linkNamespaceID == id
        else { return nil }
        return end
    }
}
