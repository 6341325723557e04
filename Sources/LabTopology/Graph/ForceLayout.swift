// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Places for any graph: distances on the picture like those in the graph, then everything apart that lies on one
/// another. The same graph always gives the same picture.
struct ForceLayout {
    private let graph: LabGraph
    private let neighbors: [[Int]]
    private var layout: GraphLayout

    /// Where the rounds would take too long a circle has to do.
    private static let maximumCount = 300
    /// Between the middles of two that are linked.
    private let edgeLength: Double
    private static let margin = 10.0

    /// - Parameter labelWidth: what both ends of a line want to say there.
    init(_ graph: LabGraph, sizes: [Box], labelWidth: Double) {
        (self.graph, neighbors) = (graph, graph.neighbors)
        edgeLength = max(120, (sizes.map(\.width).max() ?? 0) + 60) + labelWidth
        layout = GraphLayout(boxes: sizes, lines: [])
    }

    mutating func run() -> GraphLayout {
        guard graph.vertices.count > 1 else {
            layout.drawStraight(graph)
            return layout
        }
        if graph.vertices.count <= Self.maximumCount {
            placeOnCircle(radius: edgeLength * Double(graph.vertices.count).squareRoot())
            balance()
            for _ in 0..<12 {
                separate()
                layout.drawStraight(graph)
                if layout.isClear(graph) { return layout }
                for vertex in layout.boxes.indices { layout.boxes[vertex].center = layout.boxes[vertex].center * 1.15 }
            }
        }
        // Nothing lies between two of a circle that is large enough, but what hangs on one.
        var radius = 60.0 * Double(graph.vertices.count) / Double.pi
        for _ in 0..<40 {
            placeOnCircle(radius: radius)
            layout.drawStraight(graph)
            if graph.vertices.count > Self.maximumCount || layout.isClear(graph) { break }
            radius *= 1.2
        }
        return layout
    }

    private mutating func placeOnCircle(radius: Double) {
        // Depth first, so that neighbours are beside each other.
        var order: [Int] = []
        var isMet = Array(repeating: false, count: graph.vertices.count)
        for start in graph.vertices.indices where !isMet[start] {
            var stack = [start]
            while let vertex = stack.popLast() {
                guard !isMet[vertex] else { continue }
                isMet[vertex] = true
                order.append(vertex)
                stack += neighbors[vertex].reversed().filter { !isMet[$0] }
            }
        }
        for (position, vertex) in order.enumerated() {
            let angle = 2 * Double.pi * Double(position) / Double(order.count) - Double.pi / 2
            layout.boxes[vertex].center = Point(x: radius * cos(angle), y: radius * sin(angle))
        }
    }

    /// The steps between each two; those that are not linked at all are a little farther than the farthest.
    private func distances() -> [[Double]] {
        var farthest = 1
        var result = graph.vertices.indices.map { start in
            var steps = Array(repeating: -1, count: graph.vertices.count)
            steps[start] = 0
            var queue = [start]
            var position = 0
            while position < queue.count {
                let vertex = queue[position]
                position += 1
                for other in neighbors[vertex] where steps[other] < 0 {
                    steps[other] = steps[vertex] + 1
                    farthest = max(farthest, steps[other])
                    queue.append(other)
                }
            }
            return steps.map(Double.init)
        }
        for first in result.indices {
            for second in result.indices where result[first][second] < 0 {
                result[first][second] = min(Double(farthest + 1), 4)
            }
        }
        return result
    }

    /// Majorization of the stress: each vertex goes where the others, weighted by 1/d², would have it.
    private mutating func balance() {
        let distances = distances()
        for _ in 0..<200 {
            for vertex in layout.boxes.indices {
                var sum = Point(x: 0, y: 0)
                var weights = 0.0
                for other in layout.boxes.indices where other != vertex {
                    let steps = distances[vertex][other]
                    let weight = 1 / (steps * steps)
                    let delta = layout.boxes[vertex].center - layout.boxes[other].center
                    let length = max(delta.length, 0.1)
                    let place = layout.boxes[other].center + delta * (steps * edgeLength / length)
                    sum = sum + place * weight
                    weights += weight
                }
                layout.boxes[vertex].center = sum * (1 / weights)
            }
        }
    }

    /// Pushes boxes off each other and off lines, a little at a time.
    private mutating func separate() {
        for _ in 0..<150 {
            var isClear = true
            for first in layout.boxes.indices {
                for second in layout.boxes.indices where second > first {
                    if push(first, second) { isClear = false }
                }
            }
            for edge in graph.edges {
                for vertex in layout.boxes.indices where !edge.touches(vertex) {
                    if push(vertex, off: edge) { isClear = false }
                }
            }
            if isClear { return }
        }
    }

    private mutating func push(_ first: Int, _ second: Int) -> Bool {
        let (one, other) = (layout.boxes[first], layout.boxes[second])
        guard one.overlaps(other, margin: Self.margin) else { return false }
        let delta = other.center - one.center
        let x = (one.width + other.width) / 2 + Self.margin - abs(delta.x)
        let y = (one.height + other.height) / 2 + Self.margin - abs(delta.y)
        // The shorter way.
        let shift =
            x < y
            ? Point(x: (delta.x < 0 ? -1 : 1) * (x / 2 + 0.5), y: 0)
            : Point(x: 0, y: (delta.y < 0 ? -1 : 1) * (y / 2 + 0.5))
        layout.boxes[first].center = one.center - shift
        layout.boxes[second].center = other.center + shift
        return true
    }

    private mutating func push(_ vertex: Int, off edge: LabGraph.Edge) -> Bool {
        let box = layout.boxes[vertex]
        let (start, end) = (layout.boxes[edge.first.vertex].center, layout.boxes[edge.second.vertex].center)
        guard box.isCrossed(from: start, to: end, margin: Self.margin / 2) else { return false }
        let delta = end - start
        guard delta.length > 0 else { return false }
        let normal = Point(x: -delta.y / delta.length, y: delta.x / delta.length)
        let away = box.center - start
        let side = away.x * normal.x + away.y * normal.y < 0 ? -1.0 : 1.0
        let step = normal * (side * 6)
        layout.boxes[vertex].center = box.center + step
        for end in [edge.first.vertex, edge.second.vertex] {
            layout.boxes[end].center = layout.boxes[end].center - step * 0.5
        }
        return true
    }
}
