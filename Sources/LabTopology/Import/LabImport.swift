// SPDX-License-Identifier: Apache-2.0

internal import Addressing

/// Makes lab files of the files of other tools: what maps is mapped, what does not is listed.
public enum LabImport {
    /// The languages that are read.
    public enum Format: String, CaseIterable, Sendable {
        /// The XML of graph editors and collections: graphml.graphdrawing.org.
        case graphml
        /// The Topology Zoo's: Himsolt, "GML: A portable graph file format".
        case gml
        /// A topology of containerlab.
        case containerlab
        /// What MiniEdit saves (`.mn`), or the calls of a script in Python.
        case mininet
    }

    /// The format that a file seems to have; nil when it is none of them.
    public static func format(of text: String, path: String) -> Format? {
        let suffixes: [(String, Format)] = [
            (".graphml", .graphml), (".gml", .gml), (".clab.yml", .containerlab), (".clab.yaml", .containerlab),
            (".mn", .mininet), (".py", .mininet),
        ]
        if let known = suffixes.first(where: { path.hasSuffix($0.0) }) { return known.1 }
        let start = text.drop(while: \.isWhitespace)
        if start.hasPrefix("<") { return text.contains("<graphml") ? .graphml : nil }
        if start.hasPrefix("{") { return .mininet }
        if text.contains("addLink(") { return .mininet }
        if text.contains("topology:") { return .containerlab }
        if start.hasPrefix("graph") || start.hasPrefix("Creator") { return .gml }
        return nil
    }

    /// The lab file that says the same.
    ///
    /// - Parameter name: the lab's name; nil takes that of the file.
    /// - Throws: `LabFailure` for a file that can't be read as one of the format.
    public static func draft(
        of text: String, path: String, format: Format, as name: String? = nil
    ) throws(LabFailure) -> LabFileDraft {
        var topology = ImportedTopology(title: "Imported from \(format.rawValue).")
        do throws(ImportFlaw) {
            switch format {
            case .graphml: try topology.readGraphML(text)
            case .gml: try topology.readGML(text)
            case .containerlab: try topology.readContainerlab(text)
            case .mininet: try topology.readMininet(text)
            }
        } catch {
            throw LabFailure(
                "cannot read '\(path)' as \(format.rawValue)",
                reason: error.line.map { "line \($0): \(error.message)" } ?? error.message)
        }
        guard !topology.nodes.isEmpty else {
            throw LabFailure("cannot read '\(path)' as \(format.rawValue)", reason: "there are no nodes in it")
        }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let base = file.split(separator: ".").first.map(String.init) ?? file
        return topology.draft(name: name ?? topology.name ?? base)
    }
}

/// Why a file can't be read.
struct ImportFlaw: Error {
    var message: String
    var line: Int?

    init(_ message: String, line: Int? = nil) { (self.message, self.line) = (message, line) }
}

/// What a file of another tool says, in the terms of labs.
struct ImportedTopology {
    /// A node.
    struct Node {
        /// What the file calls it.
        var id: String
        /// What it is shown as.
        var label: String
        /// Whether it passes on what it gets on one port to the others: it becomes a bridge in a node of its own.
        var isSwitch = false
        /// Whether it becomes a segment.
        var isSegment = false
        /// nil says yes to what has several links.
        var forwards: Bool?
        var loopback = false
        /// Addresses by interface.
        var addresses: [(interface: String, prefix: String)] = []
        var routes: [[DraftValue.Entry]] = []
        var labels: [DraftValue.Entry] = []
    }

    /// An end of a link.
    struct End {
        var node: String
        var interface: String?
        var macAddress: String?
    }

    /// A link.
    struct Link {
        var first: End, second: End
        var mtu: Int?
        /// As the file says them.
        var impairment: [DraftValue.Entry] = []
    }

    let title: String
    var name: String?
    /// The network from which hosts without an address get one.
    var ipBase: IPPrefix?
    var nodes: [Node] = []
    var links: [Link] = []
    /// What does not map, in the order in which it was met.
    private(set) var remarks: [String] = []
    private var numbers: [String: Int] = [:]

    init(title: String) { self.title = title }

    mutating func remark(_ text: String) {
        if !remarks.contains(text) { remarks.append(text) }
    }

    mutating func add(_ node: Node) {
        if numbers[node.id] != nil { return remark("a second node '\(node.id)'") }
        numbers[node.id] = nodes.count
        nodes.append(node)
    }

    func node(_ id: String) -> Node? { numbers[id].map { nodes[$0] } }

    /// Changes a node that is there.
    mutating func change(_ id: String, _ body: (inout Node) -> Void) {
        if let number = numbers[id] { body(&nodes[number]) }
    }

    mutating func add(_ link: Link) {
        for end in [link.first, link.second] where numbers[end.node] == nil && end.node != "host" {
            return remark("a link of '\(end.node)', which is no node")
        }
        if link.first.node == link.second.node { return remark("a link of '\(link.first.node)' with itself") }
        links.append(link)
    }

    // MARK: The lab file

    func draft(name: String) -> LabFileDraft {
        var draft = LabFileDraft(title: title, name: Self.plain(name, atMost: LabFile.maximumNameLength) ?? "imported")
        for remark in remarks { draft.remark(remark) }
        var names = Names()
        for node in nodes {
            let name = names.take(node.label, Self.plain)
            if name != node.label { draft.remark("the name '\(node.label)': it is \(name) here") }
            names.byID[node.id] = name
        }
        let ports = ports(&draft)
        var isBridged = Set<String>()
        for node in nodes where node.isSwitch { isBridged.insert(node.id) }
        // Between bridges there is nothing to compute.
        if isBridged.isEmpty { draft.routing = "static" }
        for node in nodes where !node.isSegment {
            draft.nodes.append(draftNode(node, names.byID[node.id] ?? node.id, ports))
        }
        var members: [String: [(text: String, link: Link)]] = [:]
        for (number, link) in links.enumerated() {
            let ends = [(link.first, ports[number].0), (link.second, ports[number].1)]
            let texts = ends.map { end, port in
                end.node == "host"
                    ? "host:\(port ?? "imported")" : (names.byID[end.node] ?? "") + (port.map { ":\($0)" } ?? "")
            }
            if let hub = ends.firstIndex(where: { node($0.0.node)?.isSegment == true }) {
                let other = ends[1 - hub].0
                if node(other.node)?.isSegment == true || other.node == "host" {
                    draft.remark("the link between \(link.first.node) and \(link.second.node), of a bridge")
                } else {
                    members[ends[hub].0.node, default: []].append((texts[1 - hub], link))
                }
                continue
            }
            var wire = LabFileDraft.Wire(texts.joined(separator: " -- "))
            if isBridged.contains(link.first.node) || isBridged.contains(link.second.node) {
                wire.set("ipv4", .text("none"))
                wire.set("ipv6", .text("none"))
            }
            wire.set("mtu", link.mtu.map { .number($0) })
            if !link.impairment.isEmpty { wire.set("impair", .map(link.impairment)) }
            draft.links.append(wire)
        }
        for node in nodes where node.isSegment {
            var segment = LabFileDraft.Wire(names.byID[node.id] ?? node.id)
            let own = members[node.id] ?? []
            segment.set("members", .list(own.map { .text($0.text) }))
            segment.set("mtu", own.compactMap(\.link.mtu).min().map { .number($0) })
            if own.contains(where: { !$0.link.impairment.isEmpty }) {
                draft.remark("the impairments of the links of the bridge '\(node.label)'")
            }
            draft.segments.append(segment)
        }
        return draft
    }

    private func draftNode(_ node: Node, _ name: String, _ ports: [(String?, String?)]) -> LabFileDraft.Node {
        var result = LabFileDraft.Node(name)
        var own: [(interface: String, mac: String?)] = []
        var degree = 0
        for (number, link) in links.enumerated() {
            for (end, port) in [(link.first, ports[number].0), (link.second, ports[number].1)]
            where end.node == node.id {
                degree += 1
                if let port { own.append((port, end.macAddress)) }
            }
        }
        if node.isSwitch {
            // Switches in a circle would send everything round and round.
            var settings = [
                DraftValue.Entry(key: "interfaces", value: .list(own.map { .text($0.interface) }))
            ]
            if hasCircle { settings.append(DraftValue.Entry(key: "stp", value: .flag(true))) }
            result.set("bridges", .map([DraftValue.Entry(key: "br0", value: .map(settings))]))
            return result
        }
        if node.forwards ?? (degree > 1) { result.set("forward", .flag(true)) }
        if node.loopback { result.set("loopback", .text("auto")) }
        var interfaces: [DraftValue.Entry] = []
        for (interface, mac) in own {
            var settings: [DraftValue.Entry] = []
            let prefixes = node.addresses.filter { Self.interface($0.interface) == interface }.map(\.prefix)
            if let value = DraftValue.oneOrMore(prefixes.filter { !$0.contains(":") }) {
                settings.append(DraftValue.Entry(key: "ipv4", value: value))
            }
            if let value = DraftValue.oneOrMore(prefixes.filter { $0.contains(":") }) {
                settings.append(DraftValue.Entry(key: "ipv6", value: value))
            }
            if let mac { settings.append(DraftValue.Entry("mac", mac)) }
            if !settings.isEmpty { interfaces.append(DraftValue.Entry(key: interface, value: .map(settings))) }
        }
        if !interfaces.isEmpty { result.set("interfaces", .map(interfaces)) }
        if !node.routes.isEmpty { result.set("routes", .list(node.routes.map { .map($0) })) }
        if !node.labels.isEmpty { result.set("labels", .map(node.labels)) }
        return result
    }

    /// The interfaces of each link's ends; of a switch all are named, since its bridge lists them.
    private func ports(_ draft: inout LabFileDraft) -> [(String?, String?)] {
        var taken: [String: Set<String>] = [:]
        for link in links {
            for end in [link.first, link.second] {
                if let name = end.interface { taken[end.node, default: []].insert(Self.interface(name)) }
            }
        }
        var next: [String: Int] = [:]
        func port(_ end: End, _ draft: inout LabFileDraft) -> String? {
            if let name = end.interface {
                let own = Self.interface(name)
                if own != name { draft.remark("the interface '\(name)' of '\(end.node)': it is \(own) here") }
                return own
            }
            guard node(end.node)?.isSwitch == true else { return nil }
            while true {
                let number = next[end.node, default: 0] + 1
                next[end.node] = number
                if taken[end.node, default: []].insert("eth\(number)").inserted { return "eth\(number)" }
            }
        }
        return links.map { (port($0.first, &draft), port($0.second, &draft)) }
    }

    /// Whether some switches are in a circle.
    private var hasCircle: Bool {
        var root: [String: String] = [:]
        func find(_ id: String) -> String {
            var id = id
            while let next = root[id] { id = next }
            return id
        }
        for link in links
        where node(link.first.node)?.isSwitch == true && node(link.second.node)?.isSwitch == true {
            let (first, second) = (find(link.first.node), find(link.second.node))
            if first == second { return true }
            root[first] = second
        }
        return false
    }

    // MARK: Names

    /// Names that were given, each once.
    private struct Names {
        var byID: [String: String] = [:]
        private var taken: Set<String> = [Lab.switchNode]

        mutating func take(_ label: String, _ plain: (String, Int) -> String?) -> String {
            let base = plain(label, LabExpansion.maximumNodeNameLength - 4) ?? "node"
            var name = base
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(base)-\(number)"
                number += 1
            }
            return name
        }
    }

    /// What of a text can be a name; nil when nothing can.
    private static func plain(_ text: String, atMost count: Int) -> String? {
        var name = ""
        for character in text {
            if character.isASCII, character.isLetter || character.isNumber || character == "_" {
                name.append(character)
            } else if !name.isEmpty, !name.hasSuffix("-"), character.isASCII {
                name.append("-")
            }
        }
        name = String(name.prefix(count))
        while name.hasSuffix("-") { name.removeLast() }
        return name.isEmpty ? nil : name
    }

    /// What of a text can be the name of an interface.
    private static func interface(_ text: String) -> String {
        if InterfaceName(text) != nil, !text.contains("--"), !text.contains(" ") { return text }
        let name = String((plain(text, atMost: 64) ?? "port").suffix(InterfaceName.maximumCount))
        return name.hasPrefix("-") ? String(name.dropFirst()) : name
    }
}
