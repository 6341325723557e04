// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import NetworkNamespaces

/// `netns lab status`.
struct LabStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the nodes of a lab, their interfaces and processes, and what somebody has changed.",
        discussion: """
            What somebody has changed by hand is shown as what 'up' would do about it.

            Exit status: 0 when everything is as the file says, 3 when it is not.

            EXAMPLES
              netns lab status triangle
            """)

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    func run() throws {
        let document = try arguments.document(json: output.writerIfWanted)
        guard let lab = document.lab else { return }
        let prospect: LabLifecycle.Prospect
        do throws(LabFailure) {
            prospect = try LabLifecycle(processes: SupervisedProcesses()).prospect(of: document)
        } catch { throw document.commandFailure(error) }
        if var json = output.writerIfWanted {
            write(lab, prospect, &json)
            try json.flush()
        } else {
            try printOutput(text(lab, prospect))
        }
        if !prospect.plan.isEmpty { throw ExitCode(LabExitStatus.differs) }
    }

    private func text(_ lab: Lab, _ prospect: LabLifecycle.Prospect) -> String {
        var table = Table(columns: ["NODE", "NAMESPACE", "STATE", "INTERFACE", "PEER", "ADDRESSES"])
        for name in names(lab, prospect) {
            let live = prospect.live.nodes[name]
            var first = [name, namespace(name, lab), live == nil ? "missing" : "up"]
            for interface in live.map({ $0.links.keys.sorted() }) ?? [] {
                guard let link = live?.links[interface], link.kind != .loopback || !link.addresses.isEmpty else {
                    continue
                }
                let addresses = link.addresses.sorted().map { "\($0)" }.joined(separator: " ")
                var peer = ""
                if case .veth(let other) = link.kind { peer = other.text }
                table.add(first + ["\(interface)\(link.isUp ? "" : " (down)")", peer, addresses])
                first = ["", "", ""]
            }
            if first[0] == name { table.add(first + ["", "", ""]) }
        }
        var text = table.text
        let masquerades = masquerades(prospect)
        if !masquerades.isEmpty {
            var table = Table(columns: ["SEGMENT", "NAT"])
            for masquerade in masquerades { table.add([masquerade.segment, "\(masquerade.subnet)"]) }
            text += "\n" + table.text
        }
        let processes = processes(of: lab)
        if !processes.isEmpty {
            var table = Table(columns: ["NODE", "PROCESS", "PID", "STATE", "RESTARTS"])
            for process in processes { table.add([process.node] + process.record.cells) }
            text += "\n" + table.text
        }
        if prospect.plan.isEmpty { return text + "\n\(lab.name): as the file says\n" }
        let count = prospect.plan.changes.count
        text += "\n\(lab.name): \(count) \(count == 1 ? "difference" : "differences")\n"
        return text + prospect.plan.changes.prefix(50).map { "\($0.sign) \(escaped($0.text))\n" }.joined()
    }

    /// What the machine translates.
    private func masquerades(_ prospect: LabLifecycle.Prospect) -> [MasqueradeState] {
        prospect.live.nodes.values.flatMap(\.masquerades).sorted()
    }

    /// Those that were started. Of one that could not be there is nothing but a log.
    private func processes(of lab: Lab) -> [SupervisedProcesses.Entry] {
        SupervisedProcesses().entries(of: lab.name).filter { $0.record.state != nil }
    }

    private func names(_ lab: Lab, _ prospect: LabLifecycle.Prospect) -> [String] {
        let own = lab.nodes.map(\.name)
        return own + prospect.desired.nodes.keys.filter { !own.contains($0) }.sorted()
    }

    private func namespace(_ node: String, _ lab: Lab) -> String {
        if node == LabState.host { return "-" }
        return lab.node(named: node)?.settings.attachment == nil ? lab.namespaceName(of: node) : "attached"
    }

    private func write(_ lab: Lab, _ prospect: LabLifecycle.Prospect, _ json: inout JSONWriter) {
        json.object { json in
            json.member("lab", lab.name)
            json.member("rootless", LabHolders.isInside)
            json.member(
                "nodes",
                array: { json in
                    for name in names(lab, prospect) {
                        let live = prospect.live.nodes[name]
                        json.object { json in
                            json.member("node", name == LabState.host ? "host" : name)
                            json.member("namespace", namespace(name, lab))
                            json.member("state", live == nil ? "missing" : "up")
                            json.member(
                                "interfaces",
                                array: { json in
                                    for interface in live.map({ $0.links.keys.sorted() }) ?? [] {
                                        guard let link = live?.links[interface] else { continue }
                                        json.object { json in
                                            json.member("ifname", "\(interface)")
                                            json.member("up", link.isUp)
                                            if case .veth(let peer) = link.kind { json.member("peer", peer.text) }
                                            json.member("mtu", link.mtu)
                                            json.member("addresses", link.addresses.sorted().map { "\($0)" })
                                        }
                                    }
                                })
                        }
                    }
                })
            json.member(
                "nat",
                array: { json in
                    for masquerade in masquerades(prospect) {
                        json.object { json in
                            json.member("segment", masquerade.segment)
                            json.member("subnet", "\(masquerade.subnet)")
                        }
                    }
                })
            json.member(
                "processes",
                array: { json in
                    for process in processes(of: lab) {
                        json.object { json in
                            json.member("node", process.node)
                            json.program(process.record)
                        }
                    }
                })
            json.member(
                "differences",
                array: { json in
                    for change in prospect.plan.changes {
                        json.object { json in
                            json.member("action", ["+": "create", "-": "delete"][change.sign] ?? "change")
                            json.member("what", change.text)
                        }
                    }
                })
        }
    }
}
