// SPDX-License-Identifier: Apache-2.0

extension LabGraph {
    /// The places of everything, without overlaps: in rows where the graph has such, else by forces.
    func layout(_ detail: Detail = Detail()) -> GraphLayout {
        let sizes = zip(vertices, wordsInside(detail)).map { vertex, words in
            Box(
                center: Point(x: 0, y: 0),
                width: max(
                    Self.width(of: vertex.name, size: 12) + 18,
                    (words.map { Self.width(of: $0, size: 8) }.max() ?? 0) + 8),
                height: vertex.kind == .segment ? 22 : 26 + Double(words.count) * 9)
        }
        var result: GraphLayout
        if var tiered = TieredLayout(self, sizes: sizes) {
            result = tiered.run()
        } else {
            var force = ForceLayout(
                self, sizes: sizes, labelWidth: detail.showsAddresses ? 60 : detail.showsPorts ? 20 : 0)
            result = force.run()
        }
        result.frame(margin: 24)
        return result
    }

    /// What stands inside each vertex below its name: where there is but one link, its label, which has a place there
    /// also when many such lines share a trunk.
    private func wordsInside(_ detail: Detail) -> [[String]] {
        var words = vertices.map { _ in [String]() }
        var degree = vertices.map { _ in 0 }
        for end in edges.flatMap({ [$0.first, $0.second] }) {
            degree[end.vertex] += 1
            guard vertices[end.vertex].kind != .segment else { continue }
            words[end.vertex] = degree[end.vertex] == 1 ? Self.words(of: end, detail) : []
        }
        return words
    }

    private static func words(of end: End, _ detail: Detail) -> [String] {
        end.label(detail).split(separator: " ").map(String.init)
    }

    /// About how long a text is: a fixed-pitch letter is 0.6 of its height broad.
    private static func width(of text: String, size: Double) -> Double { Double(text.count) * size * 0.62 }

    /// The graph as a picture, laid out here.
    public func svg(_ detail: Detail) -> String {
        let layout = layout(detail)
        let title = 30.0
        let width = max(layout.width, Self.width(of: name, size: 14) + 48)
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.number(width))" \
            height="\(Self.number(layout.height + title))" \
            viewBox="0 \(Self.number(-title)) \(Self.number(width)) \(Self.number(layout.height + title))" \
            font-family="ui-monospace, DejaVu Sans Mono, monospace">
            <rect x="0" y="\(Self.number(-title))" width="100%" height="100%" fill="#ffffff"/>
            <text x="24" y="-6" font-size="14" font-weight="bold" fill="#222222">\(Self.escaped(name))</text>

            """
        text += edgeElements(layout)
        let groups = groupNames
        let inside = wordsInside(detail)
        for (number, vertex) in vertices.enumerated() {
            text += vertexElement(vertex, layout.boxes[number], inside[number], groups)
        }
        if detail.showsPorts || detail.showsAddresses { text += labelElements(layout, detail, inside) }
        return text + "</svg>\n"
    }

    private func edgeElements(_ layout: GraphLayout) -> String {
        var text = "<g fill=\"none\" stroke=\"#7a8794\" stroke-width=\"1.3\">\n"
        var everything = Detail()
        (everything.showsPorts, everything.showsAddresses) = (true, true)
        for (number, edge) in edges.enumerated() {
            let points = layout.lines[number].map { "\(Self.number($0.x)),\(Self.number($0.y))" }
            let ends = [edge.first, edge.second].map { end in
                let label = end.label(everything)
                return vertices[end.vertex].name + (label.isEmpty ? "" : " \(label)")
            }
            text += "<polyline points=\"\(points.joined(separator: " "))\""
            if edge.isImpaired { text += " stroke-dasharray=\"5 3\"" }
            text += "><title>\(Self.escaped(ends.joined(separator: " – ")))</title></polyline>\n"
        }
        return text + "</g>\n"
    }

    private static let colors = [
        "#dbe9f9", "#e2f3dc", "#fdebd0", "#eedff5", "#fbdcdc", "#d8f1f0", "#f1ecd2", "#e6e6ea",
    ]

    private func vertexElement(_ vertex: Vertex, _ box: Box, _ words: [String], _ groups: [String]) -> String {
        let group = vertex.groups.first.flatMap { groups.firstIndex(of: $0) }
        let fill =
            switch vertex.kind {
            case .node: group.map { Self.colors[$0 % Self.colors.count] } ?? "#f6f7f9"
            case .segment: "#fff8c9"
            case .machine: "#d5d9de"
            }
        let radius = vertex.kind == .segment ? box.height / 2 : 4
        var tip = vertex.kind == .segment ? "segment \(vertex.name)" : vertex.name
        if !vertex.groups.isEmpty { tip += " (\(vertex.groups.joined(separator: ", ")))" }
        for address in vertex.addresses { tip += " \(address)" }
        let top = box.center.y - Double(words.count) * 4.5
        var label = ""
        for (row, word) in words.enumerated() {
            label += "<text x=\"\(Self.number(box.center.x))\" y=\"\(Self.number(top + 14 + Double(row) * 9))\" "
            label += "font-size=\"8\" text-anchor=\"middle\" fill=\"#39424c\">\(Self.escaped(word))</text>"
        }
        return """
            <g><title>\(Self.escaped(tip))</title><rect x="\(Self.number(box.center.x - box.width / 2))" \
            y="\(Self.number(box.center.y - box.height / 2))" width="\(Self.number(box.width))" \
            height="\(Self.number(box.height))" rx="\(Self.number(radius))" fill="\(fill)" stroke="#4b5763"/>\
            <text x="\(Self.number(box.center.x))" y="\(Self.number(top + 4))" font-size="12" \
            text-anchor="middle" fill="#1b1f23">\(Self.escaped(vertex.name))</text>\(label)</g>

            """
    }

    /// Labels near the ends, each where it covers no vertex and no other label; the tip of a line has them all.
    private func labelElements(_ layout: GraphLayout, _ detail: Detail, _ inside: [[String]]) -> String {
        var taken: [Box] = layout.boxes
        var text = "<g font-size=\"8\" fill=\"#39424c\" text-anchor=\"middle\">\n"
        for (number, edge) in edges.enumerated() {
            for (end, line) in [
                (edge.first, layout.lines[number]), (edge.second, Array(layout.lines[number].reversed())),
            ] {
                let words = Self.words(of: end, detail)
                guard !words.isEmpty, inside[end.vertex].isEmpty,
                    let box = Self.place(words, from: layout.boxes[end.vertex], along: line, free: taken)
                else { continue }
                taken.append(box)
                text += """
                    <rect x="\(Self.number(box.center.x - box.width / 2))" \
                    y="\(Self.number(box.center.y - box.height / 2))" width="\(Self.number(box.width))" \
                    height="\(Self.number(box.height))" fill="#ffffff" fill-opacity="0.85"/>

                    """
                for (row, word) in words.enumerated() {
                    let y = box.center.y - box.height / 2 + 8 + Double(row) * 9
                    text += "<text x=\"\(Self.number(box.center.x))\" y=\"\(Self.number(y))\">"
                    text += "\(Self.escaped(word))</text>\n"
                }
            }
        }
        return text + "</g>\n"
    }

    /// A free place along a line that begins in a box.
    private static func place(_ words: [String], from start: Box, along line: [Point], free taken: [Box]) -> Box? {
        var box = Box(
            center: start.center, width: (words.map { width(of: $0, size: 8) }.max() ?? 0) + 2,
            height: Double(words.count) * 9 + 1)
        let length = zip(line, line.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length }
        var distance = 14.0
        while distance < max(length - 14, 15) {
            box.center = point(at: distance, of: line)
            if !taken.contains(where: { $0.overlaps(box, margin: 1) }) { return box }
            distance += 4
        }
        return nil
    }

    private static func point(at distance: Double, of line: [Point]) -> Point {
        var rest = distance
        for (start, end) in zip(line, line.dropFirst()) {
            let delta = end - start
            if rest <= delta.length, delta.length > 0 { return start + delta * (rest / delta.length) }
            rest -= delta.length
        }
        return line.last ?? Point(x: 0, y: 0)
    }

    /// A tenth of a unit is fine enough.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
