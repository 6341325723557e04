// SPDX-License-Identifier: Apache-2.0

/// Rows of vertices by how far they are from the rim, for graphs whose edges lead from one row to the next alone, such
/// as stars, trees and leaf–spine fabrics. What hangs on one vertex only is drawn as a comb below it.
struct TieredLayout {
    private let graph: LabGraph
    private let neighbors: [[Int]]
    /// How far each vertex is from the nearest that has one neighbour.
    private let tiers: [Int]
    private var layout: GraphLayout

    private static let gap = 26.0, rowGap = 90.0, toothGap = 12.0, trunk = 58.0
    /// How long the two columns of a comb may become before another comb begins.
    private static let maximumTeeth = 8

    /// nil for a graph that has no such rows.
    init?(_ graph: LabGraph, sizes: [Box]) {
        let neighbors = graph.neighbors
        let edgesByVertex = graph.edgesByVertex
        var tiers = Array(repeating: -1, count: graph.vertices.count)
        var queue = graph.vertices.indices.filter { neighbors[$0].count == 1 }
        for vertex in queue { tiers[vertex] = 0 }
        var position = 0
        while position < queue.count {
            let vertex = queue[position]
            position += 1
            for other in neighbors[vertex] where tiers[other] < 0 {
                tiers[other] = tiers[vertex] + 1
                queue.append(other)
            }
        }
        // Links side by side would lie on one another here.
        guard !tiers.contains(-1), (tiers.max() ?? 0) > 0,
            graph.edges.allSatisfy({ abs(tiers[$0.first.vertex] - tiers[$0.second.vertex]) == 1 }),
            neighbors.indices.allSatisfy({ neighbors[$0].count == edgesByVertex[$0].count })
        else { return nil }
        (self.graph, self.neighbors, self.tiers) = (graph, neighbors, tiers)
        layout = GraphLayout(boxes: sizes, lines: Array(repeating: [], count: graph.edges.count))
    }

    mutating func run() -> GraphLayout {
        let top = tiers.max() ?? 1
        var rows = (1...top).map { tier in graph.vertices.indices.filter { tiers[$0] == tier } }
        rows.reverse()
        order(&rows)
        let combs = graph.vertices.indices.map { vertex in
            tiers[vertex] == 1 ? Comb(neighbors[vertex].filter { tiers[$0] == 0 }, layout.boxes) : Comb([], [])
        }
        let widths = graph.vertices.indices.map { max(layout.boxes[$0].width, combs[$0].width) }
        place(rows, widths)
        var y = 0.0
        for row in rows {
            let height = row.map { layout.boxes[$0].height }.max() ?? 0
            for vertex in row { layout.boxes[vertex].center.y = y + height / 2 }
            y += height + Self.rowGap
        }
        layout.drawStraight(graph)
        for row in rows { for vertex in row { combs[vertex].hang(on: vertex, graph, &layout) } }
        return layout
    }

    /// Each vertex near the middle of those that it is linked with, a few times down and up.
    private func order(_ rows: inout [[Int]]) {
        var positions = Array(repeating: 0.0, count: graph.vertices.count)
        func number(_ row: [Int]) {
            for (position, vertex) in row.enumerated() {
                positions[vertex] = (Double(position) + 0.5) / Double(row.count)
            }
        }
        for row in rows { number(row) }
        for round in 0..<8 {
            let numbers = round % 2 == 0 ? Array(rows.indices) : rows.indices.reversed()
            for row in numbers {
                let means = rows[row].map { vertex in
                    let beside = neighbors[vertex].filter {
                        tiers[$0] > 0 && (tiers[$0] > tiers[vertex]) == (round % 2 == 0)
                    }
                    return beside.isEmpty
                        ? positions[vertex] : beside.reduce(0) { $0 + positions[$1] } / Double(beside.count)
                }
                rows[row] = rows[row].indices.sorted { (means[$0], $0) < (means[$1], $1) }.map { rows[row][$0] }
                number(rows[row])
            }
        }
    }

    /// From the lowest row up: each vertex over the middle of those below, and none on another.
    private mutating func place(_ rows: [[Int]], _ widths: [Double]) {
        for row in rows.reversed() {
            var wanted: [Double] = []
            var x = 0.0
            for vertex in row {
                let below = neighbors[vertex].filter { tiers[$0] > 0 && tiers[$0] < tiers[vertex] }
                x += widths[vertex] / 2
                wanted.append(
                    below.isEmpty
                        ? x : below.reduce(0) { $0 + layout.boxes[$1].center.x } / Double(below.count))
                x += widths[vertex] / 2 + Self.gap
            }
            for (vertex, x) in zip(row, Self.spread(wanted, row.map { widths[$0] })) {
                layout.boxes[vertex].center.x = x
            }
        }
    }

    /// Places in the given order near those that are wanted, that keep their distance: blocks of what touches are
    /// moved as one, to the mean of what is wanted in them.
    private static func spread(_ wanted: [Double], _ widths: [Double]) -> [Double] {
        struct Block {
            var first: Int, count: Int
            /// Where its first vertex would be, on average.
            var start: Double
        }
        var offsets: [Double] = [0]
        for number in wanted.indices.dropFirst() {
            offsets.append(offsets[number - 1] + (widths[number - 1] + widths[number]) / 2 + gap)
        }
        var blocks: [Block] = []
        for number in wanted.indices {
            blocks.append(Block(first: number, count: 1, start: wanted[number] - offsets[number]))
            while blocks.count > 1, blocks[blocks.count - 1].start < blocks[blocks.count - 2].start {
                let last = blocks.removeLast()
                var before = blocks.removeLast()
                let count = Double(before.count + last.count)
                before.start = (before.start * Double(before.count) + last.start * Double(last.count)) / count
                before.count += last.count
                blocks.append(before)
            }
        }
        return blocks.flatMap { block in
            (block.first..<block.first + block.count).map { block.start + offsets[$0] }
        }
    }

    /// What hangs on one vertex: a trunk down from it with one on either side at each height, or several such side by
    /// side.
    private struct Comb {
        let teeth: [Int]
        let columns: Int
        let rows: Int
        let toothWidth: Double, toothHeight: Double
        let width: Double

        init(_ teeth: [Int], _ boxes: [Box]) {
            self.teeth = teeth
            toothWidth = teeth.map { boxes[$0].width }.max() ?? 0
            toothHeight = teeth.map { boxes[$0].height }.max() ?? 0
            // About as high as broad.
            var trunks = 1
            while teeth.count > 2 * trunks * max(TieredLayout.maximumTeeth, 2 * trunks) { trunks += 1 }
            columns = trunks
            rows = (teeth.count + 2 * trunks - 1) / (2 * trunks)
            let pair = 2 * toothWidth + TieredLayout.trunk
            width =
                teeth.count == 1
                ? toothWidth : teeth.isEmpty ? 0 : Double(trunks) * pair + Double(trunks - 1) * TieredLayout.toothGap
        }

        func hang(on vertex: Int, _ graph: LabGraph, _ layout: inout GraphLayout) {
            guard !teeth.isEmpty else { return }
            let hub = layout.boxes[vertex]
            let top = hub.center.y + hub.height / 2 + 34
            var places: [Int: (point: Point, trunk: Double)] = [:]
            if teeth.count == 1 {
                places[teeth[0]] = (Point(x: hub.center.x, y: top + toothHeight / 2), hub.center.x)
            } else {
                let pair = 2 * toothWidth + TieredLayout.trunk
                for (position, tooth) in teeth.enumerated() {
                    let row = position % rows
                    let (column, side) = (position / rows / 2, position / rows % 2)
                    let trunk =
                        hub.center.x - width / 2 + pair / 2 + Double(column) * (pair + TieredLayout.toothGap)
                    let distance = (TieredLayout.trunk + toothWidth) / 2
                    places[tooth] = (
                        Point(
                            x: trunk + (side == 0 ? -distance : distance),
                            y: top + toothHeight / 2 + Double(row) * (toothHeight + TieredLayout.toothGap)), trunk
                    )
                }
            }
            for (tooth, place) in places { layout.boxes[tooth].center = place.point }
            for (number, edge) in graph.edges.enumerated() where edge.touches(vertex) {
                let other = edge.other(than: vertex).vertex
                guard let place = places[other] else { continue }
                var line = [hub.center]
                if teeth.count > 1 {
                    let bend = hub.center.y + hub.height / 2 + 16
                    if place.trunk != hub.center.x {
                        line += [Point(x: hub.center.x, y: bend), Point(x: place.trunk, y: bend)]
                    }
                    line.append(Point(x: place.trunk, y: place.point.y))
                }
                line.append(place.point)
                layout.lines[number] = edge.first.vertex == vertex ? line : line.reversed()
            }
        }
    }
}
