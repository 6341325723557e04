// SPDX-License-Identifier: Apache-2.0

import Testing

/// `netns lab events`.
@Suite(.enabled(if: LabSandbox.isAvailable, "no sandbox for labs can be made here"))
struct LabEventsTests {
    private static let file = """
        lab: t
        nodes:
          r1: {forward: true}
          h1:
          h2: {run: [{name: s, cmd: 'sleep 100', restart: always}]}
        links: [h1 -- r1, h2 -- r1]
        routing: static
        """

    /// What `netns lab events` writes while commands run, up to a line that holds the last word.
    private func events(_ options: String, since first: String, until last: String, _ commands: String) throws
        -> [String]
    {
        let lab = try LabSandbox()
        let path = try lab.write(Self.file)
        try lab.box.shell("netns lab up \(path)")
        let words = "netns lab events t \(options) --snapshot".split(separator: " ").map(String.init)
        let process = try lab.box.start(words)
        #expect(try process.waitForOutput { $0.contains(first) })
        try lab.box.shell(commands)
        #expect(try process.waitForOutput(timeout: .seconds(30)) { $0.contains(last) })
        process.signal(15)
        let result = try process.wait(timeout: .seconds(10))
        try lab.box.shell("netns lab down t || true")
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test("links, addresses, routes and nodes are told of in the lab's words")
    func changes() throws {
        let lines = try events(
            "", since: "= link r1:eth1", until: "- node r1",
            """
            ip -n t-r1 link set eth0 down
            for i in $(seq 500); do ip -n t-h1 link show eth0 | grep -q LOWERLAYERDOWN && break; sleep 0.02; done
            ip -n t-r1 link set eth0 up
            ip -n t-h1 address add 10.9.9.9/24 dev eth0; ip -n t-h1 route add 10.99.0.0/16 via 10.9.9.1
            netns lab down t
            """)
        #expect(lines.contains("= link r1:eth0 -- h1:eth0: up, mtu 1500"))
        #expect(lines.contains("~ link r1:eth0 -- h1:eth0: down, mtu 1500"))
        #expect(lines.contains("~ link h1:eth0 -- r1:eth0: no carrier, mtu 1500"))
        #expect(lines.contains("+ address h1:eth0 10.9.9.9/24"))
        #expect(lines.contains("+ route h1 10.99.0.0/16 via 10.9.9.1 dev eth0"))
        #expect(!lines.contains { $0.contains("table local") })
        for node in ["h1", "h2", "r1"] { #expect(lines.contains("- node \(node)")) }
    }

    @Test("a process that dies and is started again is told of, and one that ends with the lab")
    func processes() throws {
        let lines = try events(
            "h1..2 --only process --only link", since: "= link h2:eth0", until: "- process h2/s",
            """
            program() { awk '$1 == "program" { print $2 }' /run/netns-lab/t/processes/h2/s/state; }
            first=$(program); kill -9 $first
            for i in $(seq 500); do [ "$(program)" != $first ] && break; sleep 0.02; done
            sleep 0.5; netns lab down t
            """)
        #expect(lines.contains("= process h2/s: running"))
        #expect(lines.contains("~ process h2/s: running"))
        #expect(!lines.contains { $0.contains(" address ") || $0.contains("link r1") })
    }

    @Test("JSON names the lab, the node and the other end")
    func json() throws {
        let lines = try events(
            "h1 --only link --json", since: "\"snapshot-done\"", until: "1400",
            "ip -n t-h1 link set eth0 mtu 1400; ip -n t-r1 link set eth1 mtu 1300")
        let objects = try lines.map { try JSON($0) }
        let change = try #require(objects.last { $0["mtu"] == .number("1400") })
        #expect(change["lab"]?.text == "t" && change["node"]?.text == "h1")
        #expect(change["peer"]?.text == "r1:eth0" && change["netns"]?.text == "t-h1")
        #expect(objects.allSatisfy { $0["node"] == nil || $0["node"]?.text == "h1" })
    }

    @Test("what is no node is refused")
    func refusals() throws {
        let lab = try LabSandbox()
        let path = try lab.write(Self.file)
        let unknown = try lab.box.netns("lab events \(path) h7")
        #expect(unknown.status == 1 && unknown.errors.contains("h7"))
        #expect(try lab.box.netns("lab events \(path) --only neighbours").status == 2)
    }
}
