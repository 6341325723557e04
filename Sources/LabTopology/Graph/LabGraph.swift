// SPDX-License-Identifier: Apache-2.0

public import Addressing

/// A lab as a graph: nodes, and segments as hubs, with the links between them.
public struct LabGraph: Sendable {
    /// A node, a segment or the machine itself.
    public struct Vertex: Sendable {
        /// The kinds.
        public enum Kind: String, Sendable {
            /// A node.
            case node
            /// A segment.
            case segment
            /// The machine itself.
            case machine
        }

        /// Its name.
        public var name: String
        /// What it is.
        public var kind: Kind
        /// The groups that it is in.
        public var groups: [String] = []
        /// Addresses of lo, or the networks of a segment.
        public var addresses: [IPPrefix] = []
    }

    /// An end of an edge.
    public struct End: Sendable {
        /// The vertex, by number.
        public var vertex: Int
        /// The interface; nil where there is none, as at a segment.
        public var interface: InterfaceName?
        /// Its addresses.
        public var addresses: [IPPrefix] = []

        /// `eth0 10.0.0.1/24`, as far as it is wished.
        public func label(_ detail: Detail) -> String {
            var words: [String] = []
            if detail.showsPorts, let interface { words.append("\(interface)") }
            if detail.showsAddresses { words += addresses.map(\.description) }
            return words.joined(separator: " ")
        }
    }

    /// A link, or a port of a segment.
    public struct Edge: Sendable {
        /// Both ends.
        public var first: End, second: End
        /// Whether it impairs what passes it.
        public var isImpaired = false

        /// Whether it is at a vertex.
        public func touches(_ vertex: Int) -> Bool { first.vertex == vertex || second.vertex == vertex }

        /// The end that is not there.
        public func other(than vertex: Int) -> End { first.vertex == vertex ? second : first }

        /// The end that is there.
        public func end(at vertex: Int) -> End { first.vertex == vertex ? first : second }
    }

    /// What is shown besides names.
    public struct Detail: Sendable {
        /// The names of interfaces.
        public var showsPorts = false
        /// The addresses of interfaces.
        public var showsAddresses = false

        /// Names alone.
        public init() {}
    }

    /// The lab's name.
    public var name: String
    /// In the order of the file: nodes, segments, the machine.
    public var vertices: [Vertex] = []
    /// In the order of the file.
    public var edges: [Edge] = []

    /// A graph without anything.
    init(name: String) { self.name = name }

    /// The graph of a lab.
    public init(_ lab: Lab) {
        name = lab.name
        for node in lab.nodes {
            vertices.append(
                Vertex(name: node.name, kind: .node, groups: node.groups, addresses: node.loopbackAddresses))
        }
        let firstSegment = vertices.count
        for segment in lab.segments {
            vertices.append(Vertex(name: segment.name, kind: .segment, addresses: segment.subnets))
        }
        let machine = vertices.count
        let hasMachine =
            lab.links.contains { $0.ends.contains { $0.node == nil } } || lab.segments.contains(where: \.isOnHost)
        if hasMachine { vertices.append(Vertex(name: "host", kind: .machine)) }
        for link in lab.links {
            let ends = (0..<2).map { end in
                End(
                    vertex: link.ends[end].node ?? machine, interface: link.ends[end].interface,
                    addresses: link.addresses[end])
            }
            edges.append(
                Edge(first: ends[0], second: ends[1], isImpaired: link.settings.impairment != nil))
        }
        for (number, segment) in lab.segments.enumerated() {
            let hub = End(vertex: firstSegment + number)
            for member in segment.members {
                let port = End(
                    vertex: member.port.node ?? machine, interface: member.port.interface, addresses: member.addresses)
                edges.append(
                    Edge(first: port, second: hub, isImpaired: segment.settings.wire.impairment != nil))
            }
            if segment.hasHost {
                let port = End(vertex: machine, interface: segment.bridge, addresses: segment.hostAddresses)
                edges.append(Edge(first: port, second: hub))
            }
            if let uplink = segment.settings.uplink?.value {
                edges.append(Edge(first: End(vertex: machine, interface: uplink), second: hub))
            }
        }
    }

    /// The edges of each vertex, by number.
    var edgesByVertex: [[Int]] {
        var result = Array(repeating: [Int](), count: vertices.count)
        for (number, edge) in edges.enumerated() {
            result[edge.first.vertex].append(number)
            result[edge.second.vertex].append(number)
        }
        return result
    }

    /// The vertices beside each one, each once, in the order of the edges.
    var neighbors: [[Int]] {
        let edgesByVertex = edgesByVertex
        return vertices.indices.map { vertex in
            var met: [Int] = []
            for number in edgesByVertex[vertex] {
                let other = edges[number].other(than: vertex).vertex
                if other != vertex, !met.contains(other) { met.append(other) }
            }
            return met
        }
    }

    /// The groups in the order in which they are met, for colours.
    var groupNames: [String] {
        var names: [String] = []
        for vertex in vertices { if let group = vertex.groups.first, !names.contains(group) { names.append(group) } }
        return names
    }
}
