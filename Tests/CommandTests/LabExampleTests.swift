// SPDX-License-Identifier: Apache-2.0

import KernelGates
import LinuxSystem
import Testing

/// The labs of Examples/, each brought up, looked at with other tools, and taken down.
@Suite(.enabled(if: LabSandbox.isAvailable, "no namespaces, or no /etc/netns"))
struct LabExampleTests {
    /// A lab, and who must reach whom, as ping(8) says.
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var pings: [(from: String, to: String)]
        /// What must stand before it is brought up.
        var preparation = ""
        var testDescription: String { name }
        var path: String { "\(repository)/Examples/\(name)/\(name).lab.yaml" }
    }

    static let examples = [
        Example(
            name: "container", pings: [("container-client", "10.50.0.2"), ("container-gw", "10.50.0.2")],
            preparation: """
                unshare --net sleep 600 >/dev/null 2>&1 & echo $! > /run/web.pid
                here=$(readlink /proc/self/ns/net)
                while [ "$(readlink /proc/$!/ns/net)" = "$here" ]; do sleep 0.01; done
                """),
        Example(
            name: "dual-stack",
            pings: [
                ("dual-stack-a1", "b3"), ("dual-stack-a1", "-6 b3"), ("dual-stack-old", "a2"), ("dual-stack-new", "b2"),
            ]
        ),
        Example(
            name: "leaf-spine",
            pings: [("leaf-spine-h1", "h32"), ("leaf-spine-h9", "-6 h17"), ("leaf-spine-h1", "spine2")]),
        Example(name: "nat-uplink", pings: [("nat-uplink-h1", "h3"), ("nat-uplink-h2", "10.77.0.1")]),
        Example(name: "ospf", pings: [("ospf-h1", "h3")]),
        Example(name: "rate-limits", pings: [("rate-limits-fast1", "slow1"), ("rate-limits-slow1", "-6 fast1")]),
        Example(
            name: "three-routers",
            pings: [("three-routers-h1", "h3"), ("three-routers-h2", "-6 h3"), ("three-routers-h1", "r2")]),
        Example(name: "two-hosts", pings: [("two-hosts-left", "right"), ("two-hosts-right", "-6 left")]),
        Example(name: "vlans", pings: [("vlans-red1", "10.10.0.12"), ("vlans-red1", "10.20.0.11")]),
        Example(name: "wan", pings: [("wan-west", "east")]),
    ]

    @Test("each is up after up, up again after another, and gone after down", arguments: examples)
    func life(_ example: Example) throws {
        let lab = try LabSandbox()
        try requireWhatItNeeds(example, lab)
        try lab.box.shell(example.preparation)
        let before = try lab.snapshot()

        let plan = try lab.lab("plan \(example.path)")
        #expect(plan.status == 3, "\(plan.errors)")
        #expect(try lab.snapshot() == before)

        try lab.up(example.path)
        for (from, target) in example.pings {
            let reached = try waitUntil(timeout: .seconds(example.name == "ospf" ? 60 : 5)) {
                try lab.box.shell("ip netns exec \(from) ping -q -c 1 -W 1 \(target)", mayFail: true).status == 0
            }
            #expect(reached, "\(from) does not reach \(target)")
        }
        let checks = try lab.lab("check \(example.name)")
        #expect(checks.status == 0 && checks.errors == "", "\(checks.output)\(checks.errors)")
        #expect(!checks.lines.isEmpty && checks.lines.allSatisfy { $0.hasPrefix("ok") }, "\(checks.output)")

        let up = try lab.configuration()
        let again = try lab.lab("up \(example.path)")
        #expect(again == CommandResult(status: 0, output: "\(example.name): nothing to do\n", errors: ""))
        #expect(try lab.configuration() == up)
        #expect(try lab.lab("plan \(example.name)").status == 0)

        let down = try lab.lab("down \(example.name)")
        #expect(down == CommandResult(status: 0, output: "\(example.name): down\n", errors: ""))
        #expect(try lab.snapshot() == before)
        #expect(try lab.lab("down \(example.path)").output == "\(example.name): nothing to do\n")
    }

    /// Cancels the case of an example that this machine can't have, and says why.
    private func requireWhatItNeeds(_ example: Example, _ lab: LabSandbox) throws {
        func cancel(_ reason: String) throws {
            Issue.record("\(reason), which Examples/\(example.name) needs", severity: .warning)
            try Test.cancel("\(reason)")
        }
        switch example.name {
        case "ospf" where !isInstalled("/usr/lib/frr/ospfd"): try cancel("FRR is not installed")
        case "wan" where !kernelHas(queueingDiscipline: "netem"): try cancel("this kernel has no netem")
        case "rate-limits" where !kernelHas(queueingDiscipline: "tbf"): try cancel("this kernel has no tbf")
        case "vlans" where !hasVLANFiltering(lab): try cancel("this kernel's bridges have no VLANs")
        default: break
        }
    }

    private func hasVLANFiltering(_ lab: LabSandbox) -> Bool {
        (try? lab.box.shell("ip link add name probe type bridge vlan_filtering 1; ip link delete probe")) != nil
    }

    @Test("where bridges have no VLANs the lab with VLANs is refused at its line, and nothing is left")
    func refusal() throws {
        let lab = try LabSandbox()
        if hasVLANFiltering(lab) { try Test.cancel("this kernel's bridges have VLANs") }
        let example = try #require(Self.examples.first { $0.name == "vlans" })
        let before = try lab.snapshot()
        let result = try lab.lab("up \(example.path)")
        #expect(result.status == 2)
        #expect(result.errors.contains("vlans.lab.yaml:18:3: "), "\(result.errors)")
        #expect(try lab.snapshot() == before)
    }

    @Test("each has an explanation, whose commands are of the lab")
    func explanations() throws {
        let tree = try CommandTree.load()
        let names = try directoryEntries("\(repository)/Examples").filter(\.isDirectory).map(\.name)
        #expect(names.sorted() == Self.examples.map(\.name))
        for name in names {
            let text = try repositoryText("Examples/\(name)/README.md")
            #expect(text.contains("netns lab up "), "\(name)")
            for line in text.split(separator: "\n") where line.hasPrefix("netns ") {
                checkCommand(line, tree, "Examples/\(name)/README.md")
                #expect(line.contains(name), "\(name): \(line)")
            }
        }
    }

    @Test(
        "each is what the schema allows",
        .enabled(
            if: (try? ChildProcess(["python3", "-c", "import jsonschema, yaml"]).wait().status) == 0,
            "python3 has no jsonschema and yaml"))
    func schema() throws {
        let script = """
            import json, jsonschema, sys, yaml
            validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
            for path in sys.argv[2:]:
                for error in validator.iter_errors(yaml.safe_load(open(path))):
                    print(path, list(error.absolute_path), error.message)
            """
        let result = try ChildProcess(
            ["python3", "-W", "ignore", "-c", script, "\(repository)/Examples/netns-lab.schema.json"]
                + Self.examples.map(\.path)
        ).wait()
        #expect(result == CommandResult(status: 0, output: "", errors: ""))
    }
}
