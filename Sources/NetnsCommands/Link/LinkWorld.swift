// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink

/// What a listing must know of one namespace beside the links that it shows: the names that numbers stand for.
struct LinkWorld {
    /// The namespace, by the id that it has in the one that is asked; nil is that one.
    var namespaceID: Int32?

    /// A link that another one refers to.
    struct Neighbor {
        var name: InterfaceName
        var isUp: Bool
        var hardwareType: UInt16
    }

    private var neighbors = IndexTable<Neighbor>()
    private var namespaceNames = IndexTable<String>()
    private var nextHops = IndexTable<NextHopObject>()

    /// Notes the links of a dump.
    mutating func note(_ links: [Link]) {
        neighbors.reserveCapacity(links.count)
        for link in links {
            neighbors.set(
                link.index,
                to: Neighbor(name: link.name, isUp: link.flags.contains(.up), hardwareType: link.hardwareType))
        }
    }

    /// Forgets a link that has gone.
    mutating func forget(_ index: Int32) { neighbors.remove(index) }

    /// The link with that number, as far as it has been noted.
    func neighbor(_ index: Int32) -> Neighbor? { neighbors[index] }

    /// The name of a link, or what ip(8) shows for one that has gone.
    func name(of index: Int32) -> String { neighbors[index]?.name.description ?? "if\(index)" }

    /// A hardware address that belongs to what a link reaches.
    func text(of address: LinkLayerAddress, on index: Int32) -> String {
        linkLayerText(address, hardwareType: neighbors[index]?.hardwareType ?? 0)
    }

    /// Looks up what the links refer to and has not been noted: a filtered dump holds not all.
    mutating func complete(for links: [Link], _ session: inout RouteSession) {
        for link in links {
            if let master = link.master { lookUp(master, &session) }
            if let lower = link.link, link.linkNamespaceID == nil { lookUp(lower, &session) }
            for device in link.optionDevices { lookUp(device, &session) }
        }
    }

    /// Notes the link with that number, if there is one.
    mutating func lookUp(_ index: Int32, _ session: inout RouteSession) {
        guard index > 0, neighbors[index] == nil,
            let link = try? session.ask({ (socket) throws(NetlinkError) in
                try socket.link(.index(index), namespaceID: namespaceID)
            })
        else { return }
        note([link])
    }

    // MARK: Next hops

    /// The next-hop object with that id, as far as it has been noted.
    func nextHop(_ id: UInt32) -> NextHopObject? { nextHops[Int32(bitPattern: id)] }

    /// Notes all next-hop objects of the namespace. A kernel without them has none.
    mutating func noteNextHops(_ session: inout RouteSession) {
        guard let hops = try? session.ask({ (socket) throws(NetlinkError) in try socket.nextHops() }) else { return }
        for hop in hops { nextHops.set(Int32(bitPattern: hop.id), to: hop) }
    }

    // MARK: Namespaces

    /// The name of the namespace with that id, if it has one below /run/netns.
    func namespaceName(_ id: Int32) -> String? { namespaceNames[id] }

    /// Finds the names of the namespaces in which the links' other ends are.
    ///
    /// The kernel is asked for the id of each name in turn, until all are found.
    mutating func nameNamespaces(of links: [Link], _ session: inout RouteSession) {
        var wanted: [Int32] = []
        for case let id? in links.map(\.linkNamespaceID) where namespaceNames[id] == nil && !wanted.contains(id) {
            wanted.append(id)
        }
        guard !wanted.isEmpty, let names = try? NamespaceDirectory.system.names() else { return }
        for name in names where !wanted.isEmpty {
            let path = NamespaceDirectory.system.path(of: name)
            guard let namespace = try? NetworkNamespace.open(path: path) else { continue }
            let descriptor = namespace.descriptor.rawValue
            let id = try? session.ask { (socket) throws(NetlinkError) in
                try socket.namespaceID(ofDescriptor: descriptor)
            }
            guard let id = id ?? nil, let position = wanted.firstIndex(of: id) else { continue }
            wanted.remove(at: position)
            namespaceNames.set(id, to: name.description)
        }
    }
}
