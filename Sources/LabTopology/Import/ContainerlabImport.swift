// SPDX-License-Identifier: Apache-2.0

internal import Addressing

extension ImportedTopology {
    /// Source: containerlab.dev/manual/topo-def-file and /manual/links.
    mutating func readContainerlab(_ text: String) throws(ImportFlaw) {
        let root = try Self.readYAML(text)
        name = root["name"]?.text
        guard let topology = root["topology"], topology.entries != nil else {
            throw ImportFlaw("there is no 'topology' in it", line: root.span.line)
        }
        for entry in root.entries ?? [] {
            if let key = entry.key.text, !["name", "topology", "prefix"].contains(key) { remark("'\(key)'") }
        }
        for entry in topology.entries ?? [] {
            if let key = entry.key.text, !["nodes", "links"].contains(key) { remark("'topology.\(key)'") }
        }
        for entry in topology["nodes"]?.entries ?? [] {
            guard let id = entry.key.text else { continue }
            readContainerlabNode(id, entry.value)
        }
        for link in topology["links"]?.values ?? [] { try readContainerlabLink(link) }
    }

    static func readYAML(_ text: String) throws(ImportFlaw) -> YAMLNode {
        var diagnostics = Diagnostics()
        let root = YAMLReader.read(text, file: 0, &diagnostics)
        if let flaw = diagnostics.sorted.first(where: { $0.severity == .error }) {
            throw ImportFlaw(flaw.message, line: flaw.span?.line)
        }
        guard let root, root.entries != nil else { throw ImportFlaw("it is no map") }
        return root
    }

    private mutating func readContainerlabNode(_ id: String, _ settings: YAMLNode) {
        var node = Node(id: id, label: id)
        let kind = settings["kind"]?.text
        if let kind, ["bridge", "ovs-bridge"].contains(kind) {
            node.isSegment = true
        } else if kind == "host" {
            remark("the node '\(id)', which is the machine itself")
        }
        for entry in settings.entries ?? [] {
            guard let key = entry.key.text else { continue }
            switch key {
            case "kind": break
            case "labels":
                for label in entry.value.entries ?? [] {
                    if let name = label.key.text, let value = label.value.text {
                        node.labels.append(DraftValue.Entry(name, value))
                    }
                }
            case "exec":
                for command in entry.value.oneOrMore {
                    if let text = command.text, !readCommand(text, &node) {
                        remark("the command '\(text)' of '\(id)'")
                    }
                }
            default: remark("'\(key)' of the node '\(id)'")
            }
        }
        add(node)
    }

    /// Takes `ip address add` and `ip route add` for what they say; false for everything else.
    private func readCommand(_ text: String, _ node: inout Node) -> Bool {
        var words = text.split(separator: " ").map(String.init)
        guard words.first == "ip" else { return text.hasPrefix("sysctl -w net.ipv4.ip_forward=1") }
        words.removeFirst()
        words.removeAll { $0 == "-4" || $0 == "-6" }
        guard words.count >= 3, ["add", "replace"].contains(words[1]) else {
            return words.count == 4 && words[0] == "link" && words[1] == "set" && words[3] == "up"
        }
        func value(_ key: String) -> String? {
            guard let position = words.firstIndex(of: key), position + 1 < words.count else { return nil }
            return words[position + 1]
        }
        if "address".hasPrefix(words[0]), words[0].hasPrefix("a"), words.count == 5, let device = value("dev"),
            (try? IPPrefix(parsing: words[2])) != nil
        {
            node.addresses.append((device, words[2]))
            return true
        }
        guard "route".hasPrefix(words[0]), words[0].hasPrefix("r"), words[0] != "rule", let gateway = value("via"),
            IPAddress(gateway) != nil, words[2] == "default" || (try? IPPrefix(parsing: words[2])) != nil
        else { return false }
        var route = [DraftValue.Entry("to", words[2]), DraftValue.Entry("via", gateway)]
        if let device = value("dev") { route.append(DraftValue.Entry("dev", device)) }
        guard words.count == (value("dev") == nil ? 5 : 7) else { return false }
        node.routes.append(route)
        return true
    }

    private mutating func readContainerlabLink(_ link: YAMLNode) throws(ImportFlaw) {
        if let type = link["type"]?.text, type != "veth" {
            return remark("a link of the type '\(type)' (line \(link.span.line))")
        }
        let ends = link["endpoints"]?.values ?? []
        guard ends.count == 2 else { throw ImportFlaw("a link has two endpoints", line: link.span.line) }
        var read: [End] = []
        for end in ends {
            if let text = end.text {
                let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
                if ["macvlan", "mgmt-net"].contains(parts[0]) { return remark("a link to '\(text)'") }
                read.append(End(node: parts[0], interface: parts.count > 1 ? parts[1] : nil))
            } else if let node = end["node"]?.text {
                var result = End(node: node, interface: end["interface"]?.text)
                result.macAddress = end["mac"]?.text
                for key in ["ipv4", "ipv6"] {
                    guard let prefix = end[key]?.text, let interface = result.interface else { continue }
                    change(node) { $0.addresses.append((interface, prefix)) }
                }
                read.append(result)
            } else {
                throw ImportFlaw("an endpoint is NODE:INTERFACE", line: end.span.line)
            }
        }
        var result = Link(first: read[0], second: read[1])
        result.mtu = link["mtu"]?.text.flatMap { Int($0) }
        for key in ["vars", "labels"] where link[key] != nil { remark("'\(key)' of links") }
        add(result)
    }
}
