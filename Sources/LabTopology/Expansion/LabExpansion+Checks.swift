// SPDX-License-Identifier: Apache-2.0

internal import Addressing

extension LabExpansion {
    mutating func readChecks(_ diagnostics: inout Diagnostics) {
        for node in file.checks {
            let map = MapReader(
                node, "a check",
                keys: ["reach", "sample", "from", "to", "run", "expect", "within", "name"],
                aliases: ["timeout": "within", "source": "from", "target": "to", "destination": "to", "cmd": "run"],
                &diagnostics)
            guard let kind = checkKind(map, &diagnostics) else { continue }
            var check = LabCheck(kind: kind.kind, title: kind.title, span: node.span)
            if let value = map["name"]?.string("'name'", &diagnostics) { check.title = value.value }
            if let value = map["within"] { check.limit = value.duration("'within'", &diagnostics) ?? check.limit }
            if let value = map["expect"] {
                check.isUnreachableExpected =
                    value.word("'expect'", ["reachable", "unreachable"], &diagnostics)?.value == "unreachable"
                if check.isUnreachableExpected { check.title += " is not reached" }
            }
            lab.checks.append(check)
        }
    }

    private func checkKind(
        _ map: MapReader, _ diagnostics: inout Diagnostics
    ) -> (kind: LabCheck.Kind, title: String)? {
        if let value = map["reach"] {
            guard let text = value.string("'reach'", &diagnostics) else { return nil }
            let sample = map["sample"]?.number("'sample'", 1...10_000_000, &diagnostics)?.value
            let nodes = text.value == "all" ? Array(lab.nodes.indices) : self.nodes(text, &diagnostics)
            return (.reach(nodes: nodes, sample: sample), "\(text.value) reach each other")
        }
        guard let value = map["from"] else {
            diagnostics.error(
                .missingKey, "a check needs 'reach', or 'from' with 'to' or 'run'", at: map.span)
            return nil
        }
        guard let from = value.string("'from'", &diagnostics) else { return nil }
        let nodes = self.nodes(from, &diagnostics)
        if let value = map["run"] {
            guard let words = commandWords(value, &diagnostics), let node = nodes.first else { return nil }
            return (
                .command(node: node, words: words), "\(from.value) runs '\(value.text ?? words.joined(separator: " "))'"
            )
        }
        guard let value = map.required("to", &diagnostics), let to = value.string("'to'", &diagnostics),
            let target = target(to, &diagnostics)
        else { return nil }
        return (.target(from: nodes, target), "\(from.value) reaches \(to.value)")
    }

    private func nodes(_ text: Located<String>, _ diagnostics: inout Diagnostics) -> [Int] {
        Selector.resolve(text.value, at: text.span, in: index, &diagnostics).map(\.node)
    }

    private func commandWords(_ node: YAMLNode, _ diagnostics: inout Diagnostics) -> [String]? {
        if let values = node.values {
            return values.compactMap { $0.string("a word of a command", &diagnostics)?.value }
        }
        return node.string("a command", &diagnostics).map { ["/bin/sh", "-c", $0.value] }
    }

    /// `web`, `10.0.0.1`, `tcp:web:80`, `tcp:[fd00::1]:80`.
    private func target(_ text: Located<String>, _ diagnostics: inout Diagnostics) -> CheckTarget? {
        guard text.value.hasPrefix("tcp:") else {
            if let address = IPAddress(text.value) { return .address(address) }
            return nodes(text, &diagnostics).first.map { .node($0) }
        }
        let rest = text.value.dropFirst(4)
        guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else {
            diagnostics.error(
                .badValue, "'\(text.value)' names no port", at: text.span, hint: "write tcp:NODE:PORT")
            return nil
        }
        let host = String(rest[..<colon])
        if let address = IPAddress(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host) {
            return .tcpAddress(address, port: port)
        }
        let place = Located(host, at: text.span.part(at: 4, length: host.count))
        return nodes(place, &diagnostics).first.map { .tcp(node: $0, port: port) }
    }

    // MARK: Scenario

    mutating func readScenario(_ diagnostics: inout Diagnostics) {
        for node in file.scenario {
            let known = ["at", "fail", "heal", "impair", "run", "on", "for"]
            let entries = node.entries ?? []
            // An impairment's own settings stand beside 'impair'.
            let impairment = entries.filter { ImpairmentSetting.keys.contains($0.key.text ?? "") }
            let others = YAMLNode(
                .mapping(entries.filter { !ImpairmentSetting.keys.contains($0.key.text ?? "") }), node.span)
            let map = MapReader(
                others, "an event", keys: known, aliases: ["time": "at", "restore": "heal", "during": "for"],
                &diagnostics)
            guard let value = map.required("at", &diagnostics), let time = value.duration("'at'", &diagnostics),
                let (action, title) = action(map, YAMLNode(.mapping(impairment), node.span), &diagnostics)
            else { continue }
            var event = ScenarioEvent(time: time, action: action, title: title, span: node.span)
            if let value = map["for"] { event.duration = value.duration("'for'", &diagnostics) }
            lab.scenario.append(event)
        }
        lab.scenario.sort { $0.time < $1.time }
    }

    private func action(
        _ map: MapReader, _ impairment: YAMLNode, _ diagnostics: inout Diagnostics
    ) -> (ScenarioEvent.Action, String)? {
        for verb in ["fail", "heal", "impair"] {
            guard let value = map[verb], let text = value.string("'\(verb)'", &diagnostics) else { continue }
            guard let target = lab.target(text, in: index, &diagnostics) else { return nil }
            switch verb {
            case "fail": return (.fail(target), "fail \(text.value)")
            case "heal": return (.heal(target), "heal \(text.value)")
            default:
                let setting = ImpairmentSetting(impairment, &diagnostics)
                return (.impair(target, setting), "impair \(text.value)")
            }
        }
        if let value = map["run"] {
            guard let on = map.required("on", &diagnostics)?.string("'on'", &diagnostics),
                let words = commandWords(value, &diagnostics)
            else { return nil }
            return (.command(nodes: nodes(on, &diagnostics), words: words), "run on \(on.value)")
        }
        diagnostics.error(.missingKey, "an event needs 'fail', 'heal', 'impair' or 'run'", at: map.span)
        return nil
    }
}
