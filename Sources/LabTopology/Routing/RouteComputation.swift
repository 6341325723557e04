// SPDX-License-Identifier: Apache-2.0

internal import Addressing

/// The routes of a whole lab: shortest paths by cost, all of equal cost side by side (RFC 2992).
///
/// Only nodes with `forward` pass packets on. One that does not, and has one way out, gets a default route; every
/// other node a route to each network and loopback that is not its own.
struct RouteComputation {
    private let lab: Lab
    private let family: AddressFamily
    /// Nodes come first, then segments, then the machine itself.
    private var edges: [[Edge]]
    /// What lies behind a vertex.
    private var networks: [[IPPrefix]]
    private let firstSegment: Int, host: Int

    /// A step from one vertex to the next.
    private struct Edge {
        var target: Int
        var cost: Int
        /// The interface that a node sends on; nil when leaving a segment.
        var interface: InterfaceName?
        /// The address of the port at the target; nil when the target is a segment.
        var gateway: IPAddress?
    }

    /// A first step: over which interface to which neighbour.
    private struct Hop: Hashable {
        var interface: InterfaceName
        var gateway: IPAddress?
    }

    init(_ lab: Lab, _ family: AddressFamily) {
        (self.lab, self.family) = (lab, family)
        firstSegment = lab.nodes.count
        host = lab.nodes.count + lab.segments.count
        edges = Array(repeating: [], count: host + 1)
        networks = Array(repeating: [], count: host + 1)
        addLinks()
        addSegments()
        for (number, node) in lab.nodes.enumerated() {
            networks[number] += node.loopbackAddresses.filter { $0.family == family }
        }
    }

    private mutating func addLinks() {
        for link in lab.links {
            guard let first = link.ends[0].node, let second = link.ends[1].node,
                let near = link.addresses[0].first(where: { $0.family == family }),
                let far = link.addresses[1].first(where: { $0.family == family })
            else { continue }
            edges[first].append(
                Edge(target: second, cost: link.settings.cost, interface: link.ends[0].interface, gateway: far.address))
            edges[second].append(
                Edge(target: first, cost: link.settings.cost, interface: link.ends[1].interface, gateway: near.address))
            // Between two routers nobody needs the network: they are known by their loopbacks.
            let isTransit = [first, second].allSatisfy {
                lab.nodes[$0].settings.forwards && lab.nodes[$0].loopbackAddresses.contains { $0.family == family }
            }
            if !isTransit, !near.isHost {
                networks[first].append(near.network)
                networks[second].append(near.network)
            }
        }
    }

    private mutating func addSegments() {
        for (number, segment) in lab.segments.enumerated() {
            let vertex = firstSegment + number
            networks[vertex] += segment.subnets.filter { $0.family == family }.map(\.network)
            for member in segment.members {
                guard let node = member.port.node,
                    let address = member.addresses.first(where: { $0.family == family })
                else { continue }
                edges[node].append(
                    Edge(target: vertex, cost: segment.settings.wire.cost, interface: member.port.interface))
                // Nothing goes on over a node that does not forward.
                if lab.nodes[node].settings.forwards || !lab.nodes[node].loopbackAddresses.isEmpty {
                    edges[vertex].append(Edge(target: node, cost: 0, gateway: address.address))
                }
            }
            guard segment.hasHost, let address = segment.hostAddresses.first(where: { $0.family == family }) else {
                continue
            }
            edges[host].append(Edge(target: vertex, cost: segment.settings.wire.cost, interface: segment.bridge))
            if segment.translates {
                edges[vertex].append(Edge(target: host, cost: 0, gateway: address.address))
                if networks[host].isEmpty { networks[host] = [.defaultRoute(family)] }
            }
        }
    }

    private func forwards(_ vertex: Int) -> Bool {
        vertex >= firstSegment || lab.nodes[vertex].settings.forwards
    }

    /// The routes of one node; nil is the machine itself.
    func routes(of node: Int?) -> [RouteState] {
        let source = node ?? host
        if let node, !lab.nodes[node].settings.forwards, let way = soleWayOut(of: node) {
            return [
                RouteState(to: .defaultRoute(family), hops: [RouteHop(gateway: way.gateway, device: way.interface)])
            ]
        }
        let (distances, hops) = shortestPaths(from: source)
        let connected = Set(edges[source].flatMap { networks[$0.target] } + networks[source])
        // The nearest of the vertices behind which a network lies counts.
        var best: [IPPrefix: (distance: Int, hops: Set<Hop>)] = [:]
        var order: [IPPrefix] = []
        for vertex in networks.indices where vertex != source && distances[vertex] < .max {
            for network in networks[vertex] {
                guard !isConnected(network, connected, source, vertex) else { continue }
                if let known = best[network] {
                    if known.distance == distances[vertex] { best[network]?.hops.formUnion(hops[vertex]) }
                    if known.distance <= distances[vertex] { continue }
                } else {
                    order.append(network)
                }
                best[network] = (distances[vertex], hops[vertex])
            }
        }
        // Answers come back to an address that all know.
        let preferred = node.flatMap { lab.nodes[$0].loopbackAddresses.first { $0.family == family }?.address }
        return order.compactMap { network in
            guard let hops = best[network]?.hops, !hops.isEmpty else { return nil }
            let sorted = hops.sorted {
                ($0.interface, $0.gateway?.description ?? "") < ($1.interface, $1.gateway?.description ?? "")
            }
            return RouteState(
                to: network, hops: sorted.map { RouteHop(gateway: $0.gateway, device: $0.interface) }, source: preferred
            )
        }
    }

    /// Whether the kernel has the route by an address of the node itself.
    private func isConnected(_ network: IPPrefix, _ connected: Set<IPPrefix>, _ source: Int, _ vertex: Int) -> Bool {
        guard connected.contains(network) else { return false }
        if networks[source].contains(network) { return true }
        return edges[source].contains { $0.target >= firstSegment && networks[$0.target].contains(network) }
    }

    /// Where everything goes that a node without `forward` sends, if there is just one way.
    private func soleWayOut(of node: Int) -> Hop? {
        var ways: [Int: Hop] = [:]
        for edge in edges[node] {
            guard let interface = edge.interface else { continue }
            if edge.target < firstSegment {
                if lab.nodes[edge.target].settings.forwards {
                    ways[edge.target] = Hop(interface: interface, gateway: edge.gateway)
                }
                continue
            }
            guard edge.target < host else { continue }
            // Two ways lead out: the machine to everywhere, and others to what lies behind them.
            let segment = lab.segments[edge.target - firstSegment]
            if segment.translates, segment.gateways.isEmpty, !forwardingMembers(of: segment, for: node).isEmpty {
                return nil
            }
            guard let gateway = gateway(of: edge.target, for: node) else { continue }
            ways[edge.target] = Hop(interface: interface, gateway: gateway)
        }
        return ways.count == 1 ? ways.first?.value : nil
    }

    /// The way out of a segment: its gateway, any node that forwards, or the machine itself.
    private func gateway(of vertex: Int, for node: Int) -> IPAddress? {
        let segment = lab.segments[vertex - firstSegment]
        let chosen = segment.gateways.map { segment.members[$0] }
        let forwarding = forwardingMembers(of: segment, for: node)
        for member in chosen.isEmpty ? forwarding : chosen where member.port.node != node {
            if let address = member.addresses.first(where: { $0.family == family }) { return address.address }
        }
        guard segment.translates else { return nil }
        return segment.hostAddresses.first { $0.family == family }?.address
    }

    private func forwardingMembers(of segment: LabSegment, for node: Int) -> [LabSegment.Member] {
        segment.members.filter { member in
            member.port.node.map { $0 != node && lab.nodes[$0].settings.forwards } ?? false
        }
    }

    /// Dijkstra; the first steps of all shortest paths are kept.
    private func shortestPaths(from source: Int) -> (distances: [Int], hops: [Set<Hop>]) {
        var distances = Array(repeating: Int.max, count: edges.count)
        var hops = Array(repeating: Set<Hop>(), count: edges.count)
        // The interface by which the source entered a segment, until a gateway on it is known.
        var queue = DistanceQueue()
        distances[source] = 0
        queue.push(source, 0)
        while let (vertex, distance) = queue.pop() {
            guard distance == distances[vertex], vertex == source || (forwards(vertex) && vertex != host) else {
                continue
            }
            for edge in edges[vertex] where edge.target != source {
                let total = distance + edge.cost
                guard total <= distances[edge.target] else { continue }
                if total < distances[edge.target] {
                    distances[edge.target] = total
                    hops[edge.target] = []
                    queue.push(edge.target, total)
                }
                if vertex == source {
                    if let interface = edge.interface {
                        hops[edge.target].insert(Hop(interface: interface, gateway: edge.gateway))
                    }
                } else {
                    for var hop in hops[vertex] {
                        if hop.gateway == nil { hop.gateway = edge.gateway }
                        if hop.gateway != nil || edge.target >= firstSegment { hops[edge.target].insert(hop) }
                    }
                }
            }
        }
        return (distances, hops)
    }
}

/// A binary heap of vertices by distance.
private struct DistanceQueue {
    private var heap: [(vertex: Int, distance: Int)] = []

    mutating func push(_ vertex: Int, _ distance: Int) {
        heap.append((vertex, distance))
        var child = heap.count - 1
        while child > 0, heap[child].distance < heap[(child - 1) / 2].distance {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> (vertex: Int, distance: Int)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].distance < heap[least].distance { least = child }
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

extension LabNode {
    /// The addresses of lo, once they are assigned.
    var loopbackAddresses: [IPPrefix] {
        guard case .addresses(let addresses) = settings.loopback else { return [] }
        return addresses
    }
}
