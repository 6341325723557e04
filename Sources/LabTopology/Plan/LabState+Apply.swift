// SPDX-License-Identifier: Apache-2.0

internal import Addressing

extension LabState {
    /// What the state is after a change, as the kernel would have it.
    public mutating func apply(_ change: LabChange) {
        switch change {
        case .addNode(let node):
            nodes[node] = NodeState(isOwned: true)
            nodes[node]?.links[.loopback] = LinkState(.loopback)
        case .deleteNode(let node, _):
            // A pair goes with either of its ends.
            for (interface, link) in nodes[node]?.links ?? [:] {
                if case .veth(let peer) = link.kind,
                    self.link(peer)?.kind == .veth(peer: PortReference(node, interface))
                {
                    remove(peer)
                    forgetIfEmpty(peer.node)
                }
            }
            nodes[node] = nil
        case .addLink(let port, let link, let peer):
            insert(port, link)
            if case .veth(let other) = link.kind, let peer { insert(other, peer) }
        case .deleteLink(let port, let link, _):
            remove(port)
            if case .veth(let other) = link.kind {
                remove(other)
                forgetIfEmpty(other.node)
            }
        case .setLink(let port, _, let to): set(port, to)
        case .addAddress(let port, let address): nodes[port.node]?.links[port.interface]?.addresses.insert(address)
        case .deleteAddress(let port, let address): nodes[port.node]?.links[port.interface]?.addresses.remove(address)
        case .addRoute(let node, let route): nodes[node, default: NodeState(isOwned: false)].routes.insert(route)
        case .deleteRoute(let node, let route): nodes[node]?.routes.remove(route)
        case .addMasquerade(let node, let masquerade):
            nodes[node, default: NodeState(isOwned: false)].masquerades.insert(masquerade)
        case .deleteMasquerade(let node, let masquerade): nodes[node]?.masquerades.remove(masquerade)
        case .setSysctl(let node, let key, _, let value):
            nodes[node, default: NodeState(isOwned: false)].sysctls[key] = value
        case .setImpairment(let port, _, let impairment):
            nodes[port.node]?.links[port.interface]?.impairment = impairment
        case .setFile(let node, let name, _, let contents):
            nodes[node, default: NodeState(isOwned: false)].files[name] = contents
        case .startProcess(let node, let process):
            nodes[node, default: NodeState(isOwned: false)].processes[process.name] = process
        case .stopProcess(let node, let process): nodes[node]?.processes[process.name] = nil
        }
        forgetIfEmpty(change.node)
    }

    /// A device takes along the routes over it.
    private mutating func remove(_ port: PortReference) {
        nodes[port.node]?.links[port.interface] = nil
        guard let routes = nodes[port.node]?.routes else { return }
        nodes[port.node]?.routes = routes.filter { !$0.leads(over: [port.interface]) }
    }

    /// A node of which nothing is left, and which is not the lab's, is not in the state.
    private mutating func forgetIfEmpty(_ node: String) {
        if nodes[node] == NodeState(isOwned: false) { nodes[node] = nil }
    }

    /// A new device has no address yet, and harms nothing.
    private mutating func insert(_ port: PortReference, _ link: LinkState) {
        var link = link
        link.addresses = []
        link.impairment = LinkImpairment()
        link.vlans = PortVLANSetting()
        nodes[port.node, default: NodeState(isOwned: false)].links[port.interface] = link
    }

    private mutating func set(_ port: PortReference, _ attributes: LinkAttributes) {
        var link = link(port) ?? LinkState(.present)
        if let isUp = attributes.isUp { link.isUp = isUp }
        if let mtu = attributes.mtu { link.mtu = mtu }
        if let mac = attributes.macAddress { link.macAddress = mac }
        if let master = attributes.master { link.master = master }
        if let vlans = attributes.vlans { link.vlans = vlans }
        if case .bridge(let tree, let filters) = link.kind {
            link.kind = .bridge(
                spanningTree: attributes.spanningTree ?? tree, filtersVLANs: attributes.filtersVLANs ?? filters)
        }
        nodes[port.node, default: NodeState(isOwned: false)].links[port.interface] = link
    }
}
