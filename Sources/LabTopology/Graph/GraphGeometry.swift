// SPDX-License-Identifier: Apache-2.0

/// A place in a picture, in its units, from the upper left.
struct Point: Equatable {
    var x: Double, y: Double

    static func + (left: Point, right: Point) -> Point { Point(x: left.x + right.x, y: left.y + right.y) }
    static func - (left: Point, right: Point) -> Point { Point(x: left.x - right.x, y: left.y - right.y) }
    static func * (point: Point, factor: Double) -> Point { Point(x: point.x * factor, y: point.y * factor) }

    /// The distance from the origin.
    var length: Double { (x * x + y * y).squareRoot() }
}

/// A rectangle by its middle.
struct Box: Equatable {
    var center: Point
    var width: Double, height: Double

    /// Whether the two share a place, with a margin around.
    func overlaps(_ other: Box, margin: Double = 0) -> Bool {
        abs(center.x - other.center.x) < (width + other.width) / 2 + margin
            && abs(center.y - other.center.y) < (height + other.height) / 2 + margin
    }

    /// Whether a straight line passes through it, with a margin around.
    func isCrossed(from start: Point, to end: Point, margin: Double = 0) -> Bool {
        // Liang and Barsky: what is left of the line's parameter between the four sides.
        var (first, last) = (0.0, 1.0)
        let delta = end - start
        let sides = [
            (-delta.x, start.x - (center.x - width / 2 - margin)), (delta.x, center.x + width / 2 + margin - start.x),
            (-delta.y, start.y - (center.y - height / 2 - margin)), (delta.y, center.y + height / 2 + margin - start.y),
        ]
        for (slope, distance) in sides {
            if slope == 0 {
                if distance <= 0 { return false }
            } else if slope < 0 {
                first = max(first, distance / slope)
            } else {
                last = min(last, distance / slope)
            }
        }
        return first < last
    }

    /// Where a line from its middle leaves it.
    func border(towards target: Point) -> Point {
        let delta = target - center
        guard delta.x != 0 || delta.y != 0 else { return center }
        let horizontal = delta.x == 0 ? Double.infinity : width / 2 / abs(delta.x)
        let vertical = delta.y == 0 ? Double.infinity : height / 2 / abs(delta.y)
        return center + delta * min(horizontal, vertical, 1)
    }
}

/// Where everything of a graph is drawn.
struct GraphLayout {
    /// By vertex.
    var boxes: [Box]
    /// The lines of each edge, from its first vertex to its second.
    var lines: [[Point]]
    /// The whole picture.
    var width = 0.0, height = 0.0

    /// Whether no box covers another, and no line passes through a box that it does not end at.
    func isClear(_ graph: LabGraph, margin: Double = 2) -> Bool { overlaps(graph, margin: margin) == 0 }

    /// How many boxes cover another, and how many lines pass through a box.
    func overlaps(_ graph: LabGraph, margin: Double = 2) -> Int {
        var count = 0
        for first in boxes.indices {
            for second in boxes.indices where second > first && boxes[first].overlaps(boxes[second], margin: margin) {
                count += 1
            }
        }
        for (number, edge) in graph.edges.enumerated() {
            for vertex in boxes.indices where !edge.touches(vertex) {
                for (start, end) in zip(lines[number], lines[number].dropFirst())
                where boxes[vertex].isCrossed(from: start, to: end, margin: margin) {
                    count += 1
                }
            }
        }
        return count
    }

    /// Straight lines between the middles.
    mutating func drawStraight(_ graph: LabGraph) {
        lines = graph.edges.map { [boxes[$0.first.vertex].center, boxes[$0.second.vertex].center] }
        separateParallels(graph)
    }

    /// Bends links that have the same two ends apart.
    private mutating func separateParallels(_ graph: LabGraph) {
        var byEnds: [[Int]: [Int]] = [:]
        for (number, edge) in graph.edges.enumerated() {
            byEnds[[edge.first.vertex, edge.second.vertex].sorted(), default: []].append(number)
        }
        for (ends, numbers) in byEnds where numbers.count > 1 {
            let (start, end) = (boxes[ends[0]].center, boxes[ends[1]].center)
            let delta = end - start
            guard delta.length > 0 else { continue }
            let normal = Point(x: -delta.y / delta.length, y: delta.x / delta.length)
            for (position, number) in numbers.enumerated() {
                let offset = (Double(position) - Double(numbers.count - 1) / 2) * 14
                let bend = [start + delta * 0.3 + normal * offset, start + delta * 0.7 + normal * offset]
                let isForward = graph.edges[number].first.vertex == ends[0]
                lines[number] = isForward ? [start] + bend + [end] : [end] + bend.reversed() + [start]
            }
        }
    }

    /// Moves everything so that it begins at the margin.
    mutating func frame(margin: Double) {
        guard !boxes.isEmpty else { return }
        let points = lines.flatMap(\.self)
        let left = min(boxes.map { $0.center.x - $0.width / 2 }.min() ?? 0, points.map(\.x).min() ?? .infinity)
        let top = min(boxes.map { $0.center.y - $0.height / 2 }.min() ?? 0, points.map(\.y).min() ?? .infinity)
        let right = max(boxes.map { $0.center.x + $0.width / 2 }.max() ?? 0, points.map(\.x).max() ?? -.infinity)
        let bottom = max(boxes.map { $0.center.y + $0.height / 2 }.max() ?? 0, points.map(\.y).max() ?? -.infinity)
        let shift = Point(x: margin - left, y: margin - top)
        for number in boxes.indices { boxes[number].center = boxes[number].center + shift }
        for number in lines.indices { lines[number] = lines[number].map { $0 + shift } }
        (width, height) = (right - left + 2 * margin, bottom - top + 2 * margin)
    }
}
