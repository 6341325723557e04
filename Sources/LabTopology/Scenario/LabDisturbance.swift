// SPDX-License-Identifier: Apache-2.0

internal import Addressing

/// What is done to a lab that is up, besides what its file says: links and nodes fail and heal, links are impaired.
///
/// Only the kernel's state changes: the next `up` brings it back to what the file says.
public struct LabDisturbance {
    private let lab: Lab
    private let site: LabSite
    private let desired: LabState
    private let processes: any LabProcesses

    /// Disturbs a lab at its place.
    public init(_ lab: Lab, at site: LabSite, processes: any LabProcesses) {
        (self.lab, self.site, self.processes) = (lab, site, processes)
        desired = LabState(of: lab)
    }

    /// The target that a text of the command line names: nodes, or links with `--` between their ends.
    public static func target(_ text: String, in lab: Lab) throws(LabFailure) -> ScenarioTarget {
        var index = NodeIndex()
        for node in lab.nodes { index.add(node.name, groups: node.groups) }
        var diagnostics = Diagnostics()
        let located = Located(text, at: SourceSpan(line: 1, column: 1, length: text.count))
        let target = lab.target(located, in: index, &diagnostics)
        guard let target, !diagnostics.hasErrors else {
            let first = diagnostics.all.first
            throw LabFailure("cannot find '\(text)'", reason: first?.message ?? "there is nothing", hint: first?.hint)
        }
        return target
    }

    /// The impairment that words of the command line name: `delay=20ms`, `loss=1%`.
    public static func impairment(_ words: [String]) throws(LabFailure) -> ImpairmentSetting {
        var entries: [YAMLNode.Entry] = []
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1)
            let span = SourceSpan(line: 1, column: 1, length: word.count)
            guard parts.count == 2 else {
                throw LabFailure(
                    "cannot read '\(word)'", reason: "it is not of the form KEY=VALUE", hint: "write delay=20ms")
            }
            entries.append(
                YAMLNode.Entry(
                    key: YAMLNode(.scalar(String(parts[0]), isPlain: true), span),
                    value: YAMLNode(.scalar(String(parts[1]), isPlain: true), span)))
        }
        var diagnostics = Diagnostics()
        let node = YAMLNode(.mapping(entries), SourceSpan(line: 1, column: 1, length: 1))
        let setting = ImpairmentSetting(node, &diagnostics)
        if let first = diagnostics.all.first {
            throw LabFailure("cannot impair", reason: first.message, hint: first.hint)
        }
        return setting
    }

    /// Carries out what an event of a scenario says, but for commands.
    ///
    /// - Returns: how many steps it took.
    @discardableResult
    public func carryOut(_ action: ScenarioEvent.Action) throws(LabFailure) -> Int {
        let live = try site.state(for: desired)
        var wanted = live
        switch action {
        case .fail(let target): for port in ports(of: target) { set(port, in: &wanted) { $0.isUp = false } }
        case .heal(let target):
            for port in ports(of: target) {
                guard let own = desired.link(port) else { continue }
                set(port, in: &wanted) { link in
                    (link.isUp, link.impairment) = (own.isUp, own.impairment)
                    // The kernel drops the IPv6 addresses of a link that goes down, and all routes over it.
                    link.addresses.formUnion(own.addresses)
                }
            }
            for node in wanted.nodes.keys { wanted.nodes[node]?.routes.formUnion(desired.nodes[node]?.routes ?? []) }
        case .impair(let target, let setting):
            for number in links(of: target) {
                for (end, impairment) in [setting.forward, setting.reverse].enumerated() {
                    guard let port = reference(lab.links[number].ends[end]) else { continue }
                    set(port, in: &wanted) { $0.impairment = impairment }
                }
            }
        case .command: return 0
        }
        let plan = LabPlan(from: live, to: wanted)
        var execution = LabExecution(at: site, processes: processes)
        try execution.run(plan)
        return plan.changes.count
    }

    private func set(_ port: PortReference, in state: inout LabState, _ body: (inout LinkState) -> Void) {
        guard var link = state.link(port) else { return }
        body(&link)
        state.nodes[port.node]?.links[port.interface] = link
    }

    private func links(of target: ScenarioTarget) -> [Int] {
        switch target {
        case .links(let links): links
        case .nodes(let nodes):
            lab.links.indices.filter { lab.links[$0].ends.contains { end in end.node.map(nodes.contains) ?? false } }
        }
    }

    /// The ends that go down or come up: both of a link, all of a node's own.
    private func ports(of target: ScenarioTarget) -> [PortReference] {
        switch target {
        case .links(let links): return links.flatMap { lab.links[$0].ends.compactMap(reference) }
        case .nodes(let nodes):
            let links = lab.links.flatMap(\.ends)
            let members = lab.segments.flatMap(\.members).map(\.port)
            return (links + members).filter { $0.node.map(nodes.contains) ?? false }.compactMap(reference)
        }
    }

    private func reference(_ port: LabPort) -> PortReference? {
        port.interface.map { PortReference(port.node.map { lab.nodes[$0].name } ?? LabState.host, $0) }
    }
}

extension Lab {
    /// Links with `--` between their ends, else nodes; nil after a complaint.
    func target(_ text: Located<String>, in index: NodeIndex, _ diagnostics: inout Diagnostics) -> ScenarioTarget? {
        guard let separator = text.value.firstRange(of: "--") else {
            let nodes = Selector.resolve(text.value, at: text.span, in: index, &diagnostics).map(\.node)
            return nodes.isEmpty ? nil : .nodes(nodes)
        }
        func side(_ part: Substring) -> [Int] {
            Selector.resolve(String(part), at: text.span, in: index, &diagnostics).map(\.node)
        }
        let left = side(text.value[..<separator.lowerBound])
        let right = side(text.value[separator.upperBound...])
        guard !left.isEmpty, !right.isEmpty else { return nil }
        let found = links.indices.filter { number in
            guard let first = links[number].ends[0].node, let second = links[number].ends[1].node else { return false }
            return left.contains(first) && right.contains(second) || left.contains(second) && right.contains(first)
        }
        if found.isEmpty {
            diagnostics.error(.unknownName, "there is no link '\(text.value)'", at: text.span)
            return nil
        }
        return .links(found)
    }
}
