// SPDX-License-Identifier: Apache-2.0

internal import Addressing

extension LabGraph {
    /// The graph as trees for a terminal: every link is shown once, and one that closes a circle ends with `^` and
    /// what is shown above.
    public func text(_ detail: Detail) -> String {
        var tree = TextTree(graph: self, detail: detail)
        return tree.draw()
    }

    /// The graph in the language of Graphviz.
    public func dot(_ detail: Detail) -> String {
        var text = "graph \(Self.quoted(name)) {\n  layout=neato; overlap=false; splines=true;\n"
        text += "  node [fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=8];\n"
        for (number, vertex) in vertices.enumerated() {
            let shape =
                switch vertex.kind {
                case .node: "box, style=rounded"
                case .segment: "ellipse"
                case .machine: "box3d"
                }
            var label = vertex.name
            if detail.showsAddresses {
                for address in vertex.addresses { label += "\n\(address)" }
            }
            text += "  n\(number) [label=\(Self.quoted(label)), shape=\(shape)];\n"
        }
        for edge in edges {
            var attributes: [String] = []
            let (tail, head) = (edge.first.label(detail), edge.second.label(detail))
            if !tail.isEmpty { attributes.append("taillabel=\(Self.quoted(tail))") }
            if !head.isEmpty { attributes.append("headlabel=\(Self.quoted(head))") }
            if edge.isImpaired { attributes.append("style=dashed") }
            text += "  n\(edge.first.vertex) -- n\(edge.second.vertex)"
            text += attributes.isEmpty ? ";\n" : " [\(attributes.joined(separator: ", "))];\n"
        }
        return text + "}\n"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            switch character {
            case "\"", "\\": result += "\\\(character)"
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
        return result + "\""
    }

    /// The graph as Mermaid reads it.
    public func mermaid(_ detail: Detail) -> String {
        var text = "graph TD\n"
        func quoted(_ text: String) -> String {
            var result = "\""
            for character in text {
                // Mermaid has entities in place of escapes.
                switch character {
                case "\"": result += "#quot;"
                case "#": result += "#35;"
                case "\n": result += "<br/>"
                default: result.append(character)
                }
            }
            return result + "\""
        }
        for (number, vertex) in vertices.enumerated() {
            var label = vertex.name
            if detail.showsAddresses {
                for address in vertex.addresses { label += "\n\(address)" }
            }
            switch vertex.kind {
            case .node: text += "  n\(number)[\(quoted(label))]\n"
            case .segment: text += "  n\(number)([\(quoted(label))])\n"
            case .machine: text += "  n\(number)[[\(quoted(label))]]\n"
            }
        }
        for edge in edges {
            let labels = [edge.first.label(detail), edge.second.label(detail)].filter { !$0.isEmpty }
            let line = edge.isImpaired ? "-.-" : "---"
            let label = labels.isEmpty ? "" : "|\(quoted(labels.joined(separator: " – ")))|"
            text += "  n\(edge.first.vertex) \(line)\(label) n\(edge.second.vertex)\n"
        }
        return text
    }
}

/// Trees that span a graph, from the vertex in its middle.
private struct TextTree {
    let graph: LabGraph
    let detail: LabGraph.Detail
    private let edges: [[Int]]
    /// The edges to draw below each vertex, and whether one leads to what is drawn elsewhere.
    private var children: [[(edge: Int, isClosing: Bool)]]
    private var lines = ""

    init(graph: LabGraph, detail: LabGraph.Detail) {
        (self.graph, self.detail) = (graph, detail)
        edges = graph.edgesByVertex
        children = Array(repeating: [], count: graph.vertices.count)
    }

    mutating func draw() -> String {
        var isMet = Array(repeating: false, count: graph.vertices.count)
        // A vertex with many neighbours in the middle makes a broad and shallow tree.
        let order = graph.vertices.indices.sorted { (-edges[$0].count, $0) < (-edges[$1].count, $1) }
        lines = "\(graph.name)\n"
        var roots: [Int] = []
        for root in order where !isMet[root] {
            roots.append(root)
            span(from: root, &isMet)
        }
        for (position, root) in roots.enumerated() {
            let isLast = position == roots.count - 1
            lines += "\(isLast ? "└─ " : "├─ ")\(title(root))\n"
            drawChildren(of: root, indent: isLast ? "   " : "│  ")
        }
        return lines
    }

    /// Breadth first.
    private mutating func span(from root: Int, _ isMet: inout [Bool]) {
        var isDrawn = Set<Int>()
        var queue = [root]
        isMet[root] = true
        var position = 0
        while position < queue.count {
            let vertex = queue[position]
            position += 1
            for edge in edges[vertex] where isDrawn.insert(edge).inserted {
                let other = graph.edges[edge].other(than: vertex).vertex
                children[vertex].append((edge, isMet[other]))
                if !isMet[other] {
                    isMet[other] = true
                    queue.append(other)
                }
            }
        }
    }

    private mutating func drawChildren(of vertex: Int, indent: String) {
        for (position, child) in children[vertex].enumerated() {
            let isLast = position == children[vertex].count - 1
            let edge = graph.edges[child.edge]
            let other = edge.other(than: vertex)
            let labels = [edge.end(at: vertex).label(detail), other.label(detail)].filter { !$0.isEmpty }
            lines += indent + (isLast ? "└─ " : "├─ ")
            if !labels.isEmpty { lines += labels.joined(separator: " – ") + " – " }
            lines += child.isClosing ? "^ \(graph.vertices[other.vertex].name)\n" : "\(title(other.vertex))\n"
            if !child.isClosing { drawChildren(of: other.vertex, indent: indent + (isLast ? "   " : "│  ")) }
        }
    }

    private func title(_ number: Int) -> String {
        let vertex = graph.vertices[number]
        var text =
            switch vertex.kind {
            case .node: vertex.name
            case .segment: "(\(vertex.name))"
            case .machine: "[\(vertex.name)]"
            }
        if detail.showsAddresses, !vertex.addresses.isEmpty {
            text += " \(vertex.addresses.map(\.description).joined(separator: " "))"
        }
        return text
    }
}
