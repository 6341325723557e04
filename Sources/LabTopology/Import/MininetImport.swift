// SPDX-License-Identifier: Apache-2.0

internal import Addressing

extension ImportedTopology {
    /// What MiniEdit saves, or the calls of a script. Source: mininet's miniedit.py and topo.py.
    mutating func readMininet(_ text: String) throws(ImportFlaw) {
        if text.drop(while: \.isWhitespace).hasPrefix("{") {
            try readMiniEdit(text)
        } else {
            try readScript(text)
        }
        // As mininet does it: 10.0.0.1, 10.0.0.2, … in the order of the hosts, all in one network.
        var number: UInt128 = 0
        let base = ipBase ?? IPPrefix(.v4(IPv4Address(0x0a00_0000)), length: 8)
        for position in nodes.indices where !nodes[position].isSwitch && nodes[position].forwards == false {
            number += 1
            guard !hasAddress(nodes[position].id), let base, let host = base.host(number) else { continue }
            nodes[position].addresses.append((firstPort(of: nodes[position].id), "\(host)/\(base.length)"))
        }
    }

    private func hasAddress(_ id: String) -> Bool { node(id)?.addresses.isEmpty == false }

    /// The interface of a host's first link, which mininet calls after it.
    private func firstPort(of id: String) -> String {
        for link in links {
            for end in [link.first, link.second] where end.node == id { return end.interface ?? "\(id)-eth0" }
        }
        return "\(id)-eth0"
    }

    // MARK: MiniEdit

    private mutating func readMiniEdit(_ text: String) throws(ImportFlaw) {
        // JSON is YAML.
        let root = try Self.readYAML(text)
        if let base = root["application"]?["ipBase"]?.text { ipBase = (try? IPPrefix(parsing: base))?.network }
        for controller in root["controllers"]?.values ?? [] {
            remark("the controller '\(controller["opts"]?["hostname"]?.text ?? "")'")
        }
        for host in root["hosts"]?.values ?? [] {
            guard let name = host["opts"]?["hostname"]?.text else {
                throw ImportFlaw("a host needs 'hostname'", line: host.span.line)
            }
            var options: [(key: String, value: String)] = []
            for entry in host["opts"]?.entries ?? [] {
                if let key = entry.key.text, let value = entry.value.text { options.append((key, value)) }
            }
            addHost(name, options)
        }
        for device in root["switches"]?.values ?? [] {
            guard let name = device["opts"]?["hostname"]?.text else {
                throw ImportFlaw("a switch needs 'hostname'", line: device.span.line)
            }
            var node = Node(id: name, label: name)
            if device["opts"]?["switchType"]?.text == "legacyRouter" {
                node.forwards = true
            } else {
                node.isSwitch = true
            }
            add(node)
        }
        for link in root["links"]?.values ?? [] {
            guard let source = link["src"]?.text, let target = link["dest"]?.text else {
                throw ImportFlaw("a link needs 'src' and 'dest'", line: link.span.line)
            }
            var options: [(key: String, value: String)] = []
            for entry in link["opts"]?.entries ?? [] {
                if let key = entry.key.text, let value = entry.value.text { options.append((key, value)) }
            }
            addMininetLink(source, target, options)
        }
    }

    // MARK: Both

    private mutating func addHost(_ name: String, _ options: [(key: String, value: String)]) {
        var node = Node(id: name, label: name)
        node.forwards = false
        for option in options {
            switch option.key {
            case "hostname", "nodeNum", "cls": break
            case "ip":
                let text = option.value.contains("/") ? option.value : "\(option.value)/\(ipBase?.length ?? 8)"
                if (try? IPPrefix(parsing: text)) != nil { node.addresses.append(("\(name)-eth0", text)) }
            case "defaultRoute":
                let words = option.value.split(separator: " ").map(String.init)
                if words.count == 2, words[0] == "via", IPAddress(words[1]) != nil {
                    node.routes.append([DraftValue.Entry("to", "default"), DraftValue.Entry("via", words[1])])
                } else if words.count == 1, IPAddress(words[0]) != nil {
                    node.routes.append([DraftValue.Entry("to", "default"), DraftValue.Entry("via", words[0])])
                } else {
                    remark("the default route '\(option.value)' of '\(name)'")
                }
            case "sched" where option.value == "host": break
            default: remark("'\(option.key)' of the host '\(name)'")
            }
        }
        add(node)
    }

    private mutating func addMininetLink(
        _ first: String, _ second: String, _ options: [(key: String, value: String)]
    ) {
        var link = Link(first: End(node: first), second: End(node: second))
        for option in options {
            switch option.key {
            case "bw":
                if let rate = Double(option.value), (0.001..<1e6).contains(rate) {
                    link.impairment.append(DraftValue.Entry("rate", DraftValue.rate(UInt64(rate * 125_000))))
                }
            case "delay", "jitter":
                // A number alone is of microseconds, as for tc.
                let isNumber = option.value.allSatisfy { $0.isNumber || $0 == "." }
                guard !option.value.isEmpty else { continue }
                link.impairment.append(
                    DraftValue.Entry(option.key, isNumber ? "\(option.value)us" : option.value))
            case "loss":
                if let share = Double(option.value), (0...100).contains(share), share > 0 {
                    link.impairment.append(DraftValue.Entry("loss", "\(option.value)%"))
                }
            case "max_queue_size":
                if let limit = Int(option.value), limit > 0 {
                    link.impairment.append(DraftValue.Entry(key: "limit", value: .number(limit)))
                }
            case "intfName1": link.first.interface = option.value
            case "intfName2": link.second.interface = option.value
            case "addr1": link.first.macAddress = option.value
            case "addr2": link.second.macAddress = option.value
            case "cls": break
            default: remark("'\(option.key)' of links")
            }
        }
        // A queue's length is one of netem's, and of no other.
        if !link.impairment.contains(where: { ["delay", "loss"].contains($0.key) }) {
            let hasLimit = link.impairment.contains { $0.key == "limit" }
            link.impairment.removeAll { $0.key == "limit" || $0.key == "jitter" }
            if hasLimit { remark("'max_queue_size' of links without delay or loss") }
        }
        if link.first.interface == nil { link.first.interface = nextPort(of: first) }
        if link.second.interface == nil { link.second.interface = nextPort(of: second) }
        add(link)
    }

    /// Hosts count their interfaces from 0, switches from 1.
    private func nextPort(of id: String) -> String {
        let count = links.count { $0.first.node == id } + links.count { $0.second.node == id }
        return "\(id)-eth\(count + (node(id)?.isSwitch == true ? 1 : 0))"
    }

    // MARK: Python

    /// Reads `addHost`, `addSwitch` and `addLink`; names that are computed, as in loops, are listed as not mapped.
    private mutating func readScript(_ text: String) throws(ImportFlaw) {
        var variables: [String: String] = [:]
        var hasCalls = false
        for (position, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let code = Self.withoutComment(line)
            for method in ["addHost", "addSwitch", "addLink", "addRouter", "addNode"] {
                guard let range = code.firstRange(of: "\(method)(") else { continue }
                hasCalls = true
                let place = "line \(position + 1): \(code.drop(while: \.isWhitespace))"
                guard let arguments = Self.arguments(code[range.upperBound...]) else {
                    remark(place)
                    continue
                }
                let plain = arguments.filter { $0.key == nil }.map(\.value)
                let options = arguments.compactMap { argument in
                    argument.key.map { ($0, Self.text(argument.value) ?? argument.value) }
                }
                if method == "addLink" {
                    let ends = plain.prefix(2).map { Self.text($0) ?? variables[$0] }
                    guard ends.count == 2, let first = ends[0], let second = ends[1] else {
                        remark(place)
                        continue
                    }
                    addMininetLink(first, second, options)
                    continue
                }
                guard let first = plain.first, let name = Self.text(first) else {
                    remark(place)
                    continue
                }
                if method == "addSwitch" {
                    var node = Node(id: name, label: name)
                    node.isSwitch = true
                    add(node)
                } else {
                    addHost(name, options)
                }
                if let sign = code.firstIndex(of: "="), sign < range.lowerBound {
                    let variable = code[..<sign].filter { !$0.isWhitespace }
                    variables[variable] = name
                }
            }
        }
        guard hasCalls else { throw ImportFlaw("there are no calls of addHost, addSwitch or addLink in it") }
    }

    private static func withoutComment(_ line: Substring) -> String {
        var quote: Character?
        var result = ""
        for character in line {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "#" {
                break
            }
            result.append(character)
        }
        return result
    }

    /// The arguments up to the closing bracket; nil where the call goes on in the next line.
    private static func arguments(_ text: Substring) -> [(key: String?, value: String)]? {
        var result: [(key: String?, value: String)] = []
        var current = ""
        var depth = 0
        var quote: Character?
        func finish() {
            let trimmed = current.drop(while: \.isWhitespace)
            guard !trimmed.isEmpty else { return }
            if let sign = trimmed.firstIndex(of: "="),
                trimmed[..<sign].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == " " })
            {
                let value = trimmed[trimmed.index(after: sign)...].drop(while: \.isWhitespace)
                result.append((trimmed[..<sign].filter { $0 != " " }, Self.trimmed(value)))
            } else {
                result.append((nil, Self.trimmed(trimmed)))
            }
        }
        for character in text {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if "([{".contains(character) {
                depth += 1
            } else if ")]}".contains(character) {
                if depth == 0 {
                    finish()
                    return result
                }
                depth -= 1
            } else if character == ",", depth == 0 {
                finish()
                current = ""
                continue
            }
            current.append(character)
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// What a literal says; nil for an expression.
    private static func text(_ value: String) -> String? {
        guard let quote = value.first, quote == "\"" || quote == "'", value.count >= 2, value.last == quote,
            !value.dropFirst().dropLast().contains(quote)
        else { return nil }
        return String(value.dropFirst().dropLast())
    }
}
