// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import LabTopology

/// `netns lab plan`.
struct LabPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what 'up' would do, and do nothing.",
        discussion: """
            Exit status: 0 when there is nothing to do, 3 when there is, 2 when the file is wrong.

            EXAMPLES
              netns lab plan triangle.lab.yaml
            """,
        aliases: ["diff"])

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    @Flag(help: "Choose addresses and interfaces anew instead of keeping those of the last run.")
    var renumber = false

    @Flag(help: "Show what 'up --rootless' would do.")
    var rootless = false

    func run() throws {
        try arguments.enter(.prospective, rootless: rootless)
        var document = try arguments.document(forgets: renumber, entry: .none, json: output.writerIfWanted)
        if LabHolders.isInside { document.checkRootless() }
        do throws(LabFailure) { try document.checkKernel() } catch { throw document.commandFailure(error) }
        if document.diagnostics.hasErrors {
            try arguments.show(document.diagnostics, of: document, output.writerIfWanted)
        }
        let prospect: LabLifecycle.Prospect
        do throws(LabFailure) {
            prospect = try LabLifecycle(processes: SupervisedProcesses()).prospect(of: document)
        } catch { throw document.commandFailure(error) }
        if var json = output.writerIfWanted {
            json.plan(prospect.plan, document)
            try json.flush()
        } else {
            let name = document.lab?.name ?? ""
            var text = prospect.plan.changes.map { "\($0.sign) \(escaped($0.text))\n" }.joined()
            text += prospect.plan.isEmpty ? "\(name): nothing to do\n" : "\(name): \(prospect.plan.summary)\n"
            try printOutput(text)
        }
        if !prospect.plan.isEmpty { throw ExitCode(LabExitStatus.differs) }
    }
}

/// `netns lab validate`.
struct LabValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Find every mistake of a file, and look at nothing else.",
        discussion: """
            EXAMPLES
              netns lab validate triangle.lab.yaml
            """)

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    func run() throws {
        let document = try arguments.document(entry: .none, json: output.writerIfWanted)
        guard let lab = document.lab else { return }
        if var json = output.writerIfWanted {
            json.diagnostics(document.diagnostics, document.source)
            try json.flush()
        } else {
            let ports = lab.segments.reduce(0) { $0 + $1.members.count }
            try printOutput(
                "\(lab.name): \(lab.nodes.count) nodes, \(lab.links.count) links, \(lab.segments.count) segments with \(ports) ports\n"
            )
        }
    }
}

extension LabChange {
    /// `+` for what is made, `-` for what goes, `~` for what changes.
    var sign: String {
        switch self {
        case .addNode, .addLink, .addAddress, .addRoute, .addMasquerade, .startProcess, .setFile(_, _, from: nil, _):
            "+"
        case .deleteNode, .deleteLink, .deleteAddress, .deleteRoute, .deleteMasquerade, .stopProcess,
            .setFile(_, _, _, to: nil):
            "-"
        case .setLink, .setSysctl, .setImpairment, .setFile: "~"
        }
    }

    /// What is made, goes or changes.
    var text: String {
        switch self {
        case .addNode(let node), .deleteNode(let node, _): "node \(node)"
        case .addLink(let port, let link, _), .deleteLink(let port, let link, _):
            "\(link.kind.word) \(port.text)\(link.kind.target)"
        case .setLink(let port, let from, let to): "link \(port.text): \(LinkAttributes.text(from, to))"
        case .addAddress(let port, let address), .deleteAddress(let port, let address):
            "address \(address) on \(port.text)"
        case .addRoute(let node, let route), .deleteRoute(let node, let route): "route \(route.text) in \(node)"
        case .addMasquerade(_, let masquerade), .deleteMasquerade(_, let masquerade):
            "nat of \(masquerade.subnet) for \(masquerade.segment)"
        case .setSysctl(let node, let key, let from, let to):
            "sysctl \(key) in \(node): \(from ?? "default") -> \(to ?? "default")"
        case .setImpairment(let port, _, let to): "impairment of \(port.text): \(to.text)"
        case .setFile(let node, let name, _, _): "file \(name) of \(node)"
        case .startProcess(let node, let process), .stopProcess(let node, let process):
            "process \(process.name) in \(node)"
        }
    }
}

extension PortReference {
    /// `r1:eth0`
    var text: String { node == LabState.host ? "host:\(interface)" : "\(node):\(interface)" }
}

extension LinkState.Kind {
    /// The kind's name.
    fileprivate var word: String {
        switch self {
        case .loopback, .present: "link"
        case .veth: "veth"
        case .bridge: "bridge"
        case .device(.vlan): "vlan"
        case .device(.vxlan): "vxlan"
        case .device(.vrf): "vrf"
        case .device(.bridge): "bridge"
        case .device(.other(let kind, _)): kind
        }
    }

    fileprivate var target: String {
        if case .veth(let peer) = self { return " -- \(peer.text)" }
        return ""
    }
}

extension LinkAttributes {
    /// `mtu 1500 -> 9000, up -> down`
    fileprivate static func text(_ from: Self, _ to: Self) -> String {
        var parts: [String] = []
        func add(_ name: String, _ old: String?, _ new: String?) {
            if let new { parts.append("\(name) \(old ?? "?") -> \(new)") }
        }
        add("state", from.isUp.map { $0 ? "up" : "down" }, to.isUp.map { $0 ? "up" : "down" })
        add("mtu", from.mtu.map(String.init), to.mtu.map(String.init))
        add("mac", from.macAddress?.description, to.macAddress?.description)
        add("master", from.master.map { $0?.description ?? "none" }, to.master.map { $0?.description ?? "none" })
        add("stp", from.spanningTree.map { $0 ? "on" : "off" }, to.spanningTree.map { $0 ? "on" : "off" })
        add("vlan_filtering", from.filtersVLANs.map { $0 ? "on" : "off" }, to.filtersVLANs.map { $0 ? "on" : "off" })
        if to.vlans != nil { parts.append("vlans") }
        return parts.joined(separator: ", ")
    }
}

extension RouteState {
    /// `10.0.0.0/24 via 10.1.0.1 dev eth0`
    var text: String {
        var words = type == "unicast" ? "" : "\(type) "
        words += destination.isDefaultRoute ? "default" : "\(destination)"
        for hop in hops {
            if let gateway = hop.gateway { words += " via \(gateway)" }
            if let device = hop.device { words += " dev \(device)" }
        }
        if let metric { words += " metric \(metric)" }
        if let table { words += " table \(table)" }
        return words
    }
}

extension LinkImpairment {
    /// What is impaired; `none`.
    var text: String {
        var parts: [String] = []
        if delay > .zero { parts.append("delay \(delay)") }
        if jitter > .zero { parts.append("jitter \(jitter)") }
        for (name, share) in [("loss", loss), ("duplicate", duplicate), ("corrupt", corrupt), ("reorder", reorder)]
        where share > 0 {
            parts.append("\(name) \(share * 100)%")
        }
        if let rate = bytesPerSecond { parts.append("rate \(labRateText(rate))") }
        return parts.isEmpty ? "none" : parts.joined(separator: " ")
    }
}

extension LabPlan {
    /// `12 to make, 3 to change, 1 to delete`
    var summary: String {
        let counts = [("made", "+"), ("changed", "~"), ("deleted", "-")].map { word, sign in
            (word, changes.count { $0.sign == sign })
        }
        return counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }
}

extension JSONWriter {
    /// The steps as an array of objects.
    mutating func plan(_ plan: LabPlan, _ document: LabDocument) {
        object { json in
            json.member("lab", document.lab?.name)
            json.member("rootless", LabHolders.isInside)
            json.member(
                "changes",
                array: { json in
                    for change in plan.changes {
                        json.object { json in
                            json.member("action", ["+": "create", "-": "delete"][change.sign] ?? "change")
                            json.member("node", change.node == LabState.host ? "host" : change.node)
                            json.member("what", change.text)
                        }
                    }
                })
        }
    }
}
