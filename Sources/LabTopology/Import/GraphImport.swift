// SPDX-License-Identifier: Apache-2.0

extension ImportedTopology {
    // MARK: GraphML

    /// Source: graphml.graphdrawing.org/primer; what yEd adds in its own namespace is used for labels.
    mutating func readGraphML(_ text: String) throws(ImportFlaw) {
        let root = try XMLReader.read(text)
        guard root.name == "graphml" else { throw ImportFlaw("the document is '\(root.name)'", line: root.line) }
        var keys: [String: String] = [:]
        for key in root.all("key") {
            if let id = key.attributes["id"] { keys[id] = key.attributes["attr.name"] ?? key.attributes["yfiles.type"] }
        }
        let graphs = root.all("graph")
        guard let graph = graphs.first else { throw ImportFlaw("there is no graph in it", line: root.line) }
        if graphs.count > 1 { remark("the graphs after the first") }
        let data = data(of: graph, keys)
        name = data["Network"] ?? data["label"] ?? data["name"]
        try readNodes(of: graph, keys)
        for edge in graph.all("edge") {
            guard let source = edge.attributes["source"], let target = edge.attributes["target"] else {
                throw ImportFlaw("an edge needs 'source' and 'target'", line: edge.line)
            }
            addGraphLink(
                End(node: source, interface: edge.attributes["sourceport"]),
                End(node: target, interface: edge.attributes["targetport"]), self.data(of: edge, keys))
        }
        for (number, edge) in graph.all("hyperedge").enumerated() {
            let id = edge.attributes["id"] ?? "segment\(number + 1)"
            var segment = Node(id: "hyperedge \(id)", label: id)
            segment.isSegment = true
            add(segment)
            for end in edge.all("endpoint") {
                guard let node = end.attributes["node"] else { continue }
                add(Link(first: End(node: node, interface: end.attributes["port"]), second: End(node: segment.id)))
            }
        }
    }

    private mutating func readNodes(of graph: XMLElement, _ keys: [String: String]) throws(ImportFlaw) {
        for element in graph.all("node") {
            guard let id = element.attributes["id"] else { throw ImportFlaw("a node needs 'id'", line: element.line) }
            if let inner = element.all("graph").first {
                // A group of an editor: what is in it counts.
                remark("the group '\(id)' around nodes")
                try readNodes(of: inner, keys)
                for edge in inner.all("edge") {
                    if let source = edge.attributes["source"], let target = edge.attributes["target"] {
                        addGraphLink(End(node: source), End(node: target), data(of: edge, keys))
                    }
                }
                continue
            }
            let label = element.first("NodeLabel")?.text
            addGraphNode(id, label, data(of: element, keys))
        }
    }

    private func data(of element: XMLElement, _ keys: [String: String]) -> [String: String] {
        var result: [String: String] = [:]
        for data in element.all("data") {
            guard let key = data.attributes["key"], data.children.isEmpty else { continue }
            result[keys[key] ?? key] = data.text
        }
        return result
    }

    // MARK: GML

    mutating func readGML(_ text: String) throws(ImportFlaw) {
        var reader = GMLReader(text)
        let entries = try reader.list(isOuter: true)
        guard let graph = entries.first(where: { $0.key == "graph" })?.list else {
            throw ImportFlaw("there is no graph in it")
        }
        func data(_ list: [GMLReader.Entry]) -> [String: String] {
            var result: [String: String] = [:]
            for entry in list { if let text = entry.text, result[entry.key] == nil { result[entry.key] = text } }
            return result
        }
        let own = data(graph)
        name = own["Network"] ?? own["label"]
        for entry in graph {
            guard let list = entry.list else { continue }
            let values = data(list)
            if entry.key == "node" {
                guard let id = values["id"] else { throw ImportFlaw("a node needs 'id'", line: entry.line) }
                addGraphNode(id, values["label"] ?? values["name"], values)
            } else if entry.key == "edge" {
                guard let source = values["source"], let target = values["target"] else {
                    throw ImportFlaw("an edge needs 'source' and 'target'", line: entry.line)
                }
                addGraphLink(End(node: source), End(node: target), values)
            }
        }
    }

    // MARK: Both

    private mutating func addGraphNode(_ id: String, _ label: String?, _ data: [String: String]) {
        let text = (label ?? data["label"] ?? data["name"] ?? id).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        var node = Node(id: id, label: text.isEmpty ? id : text)
        (node.forwards, node.loopback) = (true, true)
        for key in ["Latitude", "Longitude", "Country", "type"] {
            if let value = data[key], !value.isEmpty { node.labels.append(DraftValue.Entry(key.lowercased(), value)) }
        }
        let known = ["id", "label", "name", "Latitude", "Longitude", "Country", "type", "x", "y"]
        for key in data.keys.sorted() where !known.contains(key) { remark("'\(key)' of nodes") }
        add(node)
    }

    private mutating func addGraphLink(_ first: End, _ second: End, _ data: [String: String]) {
        var link = Link(first: first, second: second)
        let known = [
            "id", "source", "target", "LinkSpeedRaw", "LinkSpeed", "LinkSpeedUnits", "LinkLabel", "mtu", "delay",
            "latency",
        ]
        if let speed = data["LinkSpeedRaw"].flatMap({ Double($0) }), (8..<1e15).contains(speed) {
            link.impairment.append(DraftValue.Entry("rate", DraftValue.rate(UInt64(speed) / 8)))
        }
        for key in ["delay", "latency"] {
            // A number alone has no unit.
            guard let value = data[key] else { continue }
            if value.hasSuffix("s"), value.first?.isNumber == true {
                link.impairment.append(DraftValue.Entry("delay", value))
            } else {
                remark("'\(key)' of links, which has no unit")
            }
        }
        link.mtu = data["mtu"].flatMap { Int($0) }
        for key in data.keys.sorted() where !known.contains(key) {
            remark("'\(key)' of links")
        }
        add(link)
    }
}

/// Reads GML: keys with numbers, texts or lists in brackets.
struct GMLReader {
    struct Entry {
        var key: String
        /// A number or a text.
        var text: String?
        var list: [Entry]?
        var line: Int
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var depth = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    private mutating func token() throws(ImportFlaw) -> (text: String, isQuoted: Bool)? {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x0a { line += 1 }
            if byte == 0x20 || (0x09...0x0d).contains(byte) {
                position += 1
            } else if byte == UInt8(ascii: "#") {
                while position < bytes.count, bytes[position] != 0x0a { position += 1 }
            } else {
                break
            }
        }
        guard position < bytes.count else { return nil }
        let start = position
        switch bytes[position] {
        case UInt8(ascii: "["), UInt8(ascii: "]"):
            position += 1
            return (String(decoding: bytes[start..<position], as: UTF8.self), false)
        case UInt8(ascii: "\""):
            let first = line
            position += 1
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                if bytes[position] == 0x0a { line += 1 }
                position += 1
            }
            guard position < bytes.count else { throw ImportFlaw("the text does not end", line: first) }
            position += 1
            let text = String(decoding: bytes[(start + 1)..<(position - 1)], as: UTF8.self)
            return (EntityText.unescaped(text, isStrict: false) ?? text, true)
        default:
            while position < bytes.count, bytes[position] > 0x20, bytes[position] != UInt8(ascii: "["),
                bytes[position] != UInt8(ascii: "]"), bytes[position] != UInt8(ascii: "\"")
            {
                position += 1
            }
            return (String(decoding: bytes[start..<position], as: UTF8.self), false)
        }
    }

    /// What stands up to the bracket, or to the end of the file.
    mutating func list(isOuter: Bool) throws(ImportFlaw) -> [Entry] {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw ImportFlaw("the file is nested too deeply", line: line) }
        var entries: [Entry] = []
        while let key = try token() {
            let start = line
            if key.text == "]", !key.isQuoted {
                guard !isOuter else { throw ImportFlaw("a ']' without its '['", line: line) }
                return entries
            }
            guard !key.isQuoted, key.text.first?.isLetter == true || key.text.hasPrefix("_") else {
                throw ImportFlaw("here stands a key, and not '\(key.text)'", line: line)
            }
            guard let value = try token(), value.isQuoted || value.text != "]" else {
                throw ImportFlaw("'\(key.text)' has no value", line: start)
            }
            if value.text == "[", !value.isQuoted {
                entries.append(Entry(key: key.text, list: try list(isOuter: false), line: start))
            } else {
                entries.append(Entry(key: key.text, text: value.text, line: start))
            }
        }
        guard isOuter else { throw ImportFlaw("a ']' is missing", line: line) }
        return entries
    }
}
