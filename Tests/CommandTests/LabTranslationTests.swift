// SPDX-License-Identifier: Apache-2.0

import Testing

/// Labs that the machine leads out, with other addresses.
@Suite(.enabled(if: LabSandbox.isAvailable, "no namespaces, or no /etc/netns"))
struct LabTranslationTests {
    static let file = """
        lab: home
        nodes:
          r1: {forward: true}
          h1..2:
          far:
        segments:
          lan:
            subnet: [10.77.0.0/24, "fd00:77::/64"]
            members: "h1..2, r1"
            host: {nat: true}
        links:
          - r1 -- far: {ipv4: 10.78.0.0/24, ipv6: none}
        routing: static
        """

    /// A sandbox with a namespace that plays the world outside: 198.51.100.2, at the machine's 198.51.100.1. It knows
    /// no route to a lab.
    private func makeMachine() throws -> LabSandbox {
        let lab = try LabSandbox()
        try lab.box.shell(
            """
            netns add outside
            ip link add wan type veth peer name eth0 netns outside
            ip addr add 198.51.100.1/24 dev wan; ip addr add 2001:db8::1/64 dev wan nodad; ip link set wan up
            ip -n outside addr add 198.51.100.2/24 dev eth0; ip -n outside addr add 2001:db8::2/64 dev eth0 nodad
            ip -n outside link set eth0 up
            sleep 1; while ip addr | grep -q tentative || ip -n outside addr | grep -q tentative; do sleep 0.1; done
            nft 'table ip filter { chain mine { type filter hook forward priority 0; policy accept; counter; }; }'
            """)
        if try lab.box.shell(
            "nft 'table ip probe { chain c { type nat hook postrouting priority 0; masquerade; }; }'", mayFail: true
        )
        .status != 0 {
            Issue.record("this kernel has no NAT", severity: .warning)
            try Test.cancel("this kernel has no NAT")
        }
        try lab.box.shell("nft delete table ip probe")
        return lab
    }

    /// All rules, without how many packets they have counted, and what is forwarded.
    private func rules(_ lab: LabSandbox) throws -> String {
        try lab.box.shell(
            """
            nft -s -j list ruleset | jq -S 'del(.. | .handle?, .counter?)'
            cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
            """
        ).output
    }

    @Test("what the nodes send out comes from the machine's address, and nothing is left of it")
    func life() throws {
        let lab = try makeMachine()
        try lab.write(Self.file)
        let (before, machine) = (try rules(lab), try lab.snapshot())
        let plan = try lab.lab("plan /run/lab/test.lab.yaml").output
        for network in ["10.77.0.0/24", "10.78.0.0/24", "fd00:77::/64"] {
            #expect(plan.contains("+ nat of \(network) for lan\n"), "\(plan)")
        }
        try lab.up()
        let listed = try JSON(lab.box.shell("nft -j list set inet netns masquerade4").output)
        let elements = listed["nftables"]?.elements.last?["set"]?["elem"]?.elements ?? []
        #expect(elements.compactMap { $0["elem"]?["comment"]?.text } == ["lab:home/lan", "lab:home/lan"])
        #expect(elements.compactMap { $0["elem"]?["val"]?["prefix"]?["addr"]?.text } == ["10.77.0.0", "10.78.0.0"])

        let server = try lab.box.start([
            "ip", "netns", "exec", "outside", "python3", "-c",
            """
            import socket
            listener = socket.create_server(("::", 7000), family=socket.AF_INET6, dualstack_ipv6=True)
            open("/run/lab/ready", "w").close()
            for _ in range(3):
                connection, peer = listener.accept()
                print(peer[0].replace("::ffff:", ""), connection.recv(100).decode(), flush=True)
                connection.close()
            """,
        ])
        #expect(try waitUntil { try lab.box.shell("test -e /run/lab/ready", mayFail: true).status == 0 })
        for (node, target) in [("h1", "198.51.100.2"), ("far", "198.51.100.2"), ("h2", "2001:db8::2")] {
            #expect(try lab.reaches("home-\(node)", target), "\(node)")
            _ = try lab.box.run([
                "ip", "netns", "exec", "home-\(node)", "python3", "-c",
                "import socket; socket.create_connection(('\(target)', 7000)).sendall(b'\(node)')",
            ])
        }
        #expect(try server.wait().output == "198.51.100.1 h1\n198.51.100.1 far\n2001:db8::1 h2\n")
        // By the shortest way, which is not the same for the world and for what lies behind a member.
        let routes = try lab.box.shell("ip -n home-h1 route show proto 78").lines.map {
            $0.split(separator: " ").prefix(3)
        }
        #expect(routes == [["default", "via", "10.77.0.1"], ["10.78.0.0/24", "via", "10.77.0.4"]])
        // Among themselves nothing is translated.
        #expect(try lab.reaches("home-h1", "h2"))
        #expect(try lab.reaches("home-far", "10.77.0.1"))
        #expect(try lab.box.shell("nft list chain inet netns postrouting").output.contains("counter packets"))

        #expect(try lab.lab("up /run/lab/test.lab.yaml").output == "home: nothing to do\n")
        #expect(try lab.lab("status home").status == 0)
        let status = try JSON(lab.lab("status home --json").output)
        #expect(
            status["nat"]?.elements.compactMap { $0["subnet"]?.text } == [
                "10.77.0.0/24", "10.78.0.0/24", "fd00:77::/64",
            ])
        #expect(try lab.lab("down home") == CommandResult(status: 0, output: "home: down\n", errors: ""))
        #expect(try rules(lab) == before)
        #expect(try lab.snapshot() == machine)
    }

    @Test("down finds what it has translated without its record, and leaves that of others")
    func unrecorded() throws {
        let lab = try makeMachine()
        try lab.write(Self.file)
        try lab.write(
            "lab: other\nnodes: [x]\nsegments: {s: {subnet: 10.79.0.0/24, ipv6: none, members: x, host: {nat: true}}}",
            as: "other.lab.yaml")
        let before = try rules(lab)
        try lab.up("/run/lab/other.lab.yaml")
        let other = try rules(lab)
        try lab.up()
        try lab.box.shell("rm -rf /run/netns-lab/home")
        #expect(try lab.lab("down home").status == 0)
        // The part for ports was never made; that of the other lab works on, also after the family that only the first had.
        let list = try JSON(lab.box.shell("netns nat list --json").output).elements
        #expect(list.compactMap { $0["owner"]?.text } == ["lab:other/s"])
        #expect(list.compactMap { $0["subnet"]?.text } == ["10.79.0.0/24"])
        #expect(list.compactMap { $0["effective"] } == [.bool(true)])
        #expect(try rules(lab).contains("10.79.0.0"))
        #expect(other.contains("10.79.0.0"))
        #expect(try lab.lab("down other").status == 0)
        #expect(try rules(lab) == before)
    }

    @Test("what somebody has flushed is seen, and comes back")
    func flushed() throws {
        let lab = try makeMachine()
        try lab.write(Self.file)
        try lab.up()
        try lab.box.shell("nft flush chain inet netns postrouting")
        let status = try lab.lab("status home")
        #expect(status.status == 3)
        #expect(status.output.contains("+ nat of 10.77.0.0/24 for lan\n"), "\(status.output)")
        #expect(try lab.box.shell("netns nat list").output.contains("(without effect)"))
        try lab.up()
        #expect(try lab.reaches("home-h1", "198.51.100.2"))
        try lab.box.shell("nft flush ruleset; echo 0 > /proc/sys/net/ipv4/ip_forward")
        try lab.up()
        #expect(try lab.reaches("home-h1", "198.51.100.2"))
        #expect(try lab.lab("up /run/lab/test.lab.yaml").output == "home: nothing to do\n")
        #expect(try lab.lab("down home").status == 0)
        #expect(try lab.box.shell("nft list ruleset").output == "")
    }

    @Test("a changed file changes what is translated, and one without it ends it")
    func changed() throws {
        let lab = try makeMachine()
        try lab.write(Self.file)
        let before = try rules(lab)
        try lab.up()
        try lab.write(Self.file.replacing("10.77.", with: "10.80."), as: "moved.lab.yaml")
        try lab.up("/run/lab/moved.lab.yaml")
        let list = try JSON(lab.box.shell("netns nat list --json").output).elements
        #expect(list.compactMap { $0["subnet"]?.text } == ["10.78.0.0/24", "10.80.0.0/24", "fd00:77::/64"])
        #expect(try lab.reaches("home-h1", "198.51.100.2"))
        try lab.write(Self.file.replacing("{nat: true}", with: "true"), as: "closed.lab.yaml")
        try lab.up("/run/lab/closed.lab.yaml")
        #expect(try rules(lab) == before)
        #expect(try lab.lab("up /run/lab/closed.lab.yaml").output == "home: nothing to do\n")
        #expect(try lab.lab("down home").status == 0)
    }

    @Test("another's network is in the way: told at the file's line, and all is taken back")
    func taken() throws {
        let lab = try makeMachine()
        try lab.write(
            "lab: other\nnodes: [x]\nsegments: {s: {subnet: 10.76.0.0/15, ipv6: none, members: x, host: {nat: true}}}",
            as: "other.lab.yaml")
        try lab.up("/run/lab/other.lab.yaml")
        try lab.box.shell("sleep 1; while ip addr | grep -q tentative; do sleep 0.1; done")
        let (before, machine) = (try rules(lab), try lab.snapshot())
        try lab.write(Self.file)
        let result = try lab.lab("up /run/lab/test.lab.yaml")
        #expect(result.status == 1)
        #expect(result.errors.contains("/run/lab/test.lab.yaml:10:"), "\(result.errors)")
        #expect(
            result.errors.contains("masquerading of 10.76.0.0/15 is there already, for 'lab:other/s'"),
            "\(result.errors)")
        #expect(!result.errors.contains("could not be taken back"), "\(result.errors)")
        #expect(try rules(lab) == before)
        #expect(try lab.snapshot() == machine)
        #expect(try lab.lab("down other").status == 0)
    }

    @Test("doctor says that others' rules stop what the machine passes on")
    func doctor() throws {
        let lab = try makeMachine()
        try lab.write(Self.file)
        let fine = try lab.lab("doctor /run/lab/test.lab.yaml")
        #expect(fine.status == 0, "\(fine)")
        #expect(fine.output.contains("ok       nf_tables with masquerading"))
        #expect(fine.output.contains("ok       forwarding"))
        try lab.box.shell(
            "nft 'table ip docker { chain FORWARD { type filter hook forward priority 0; policy drop; }; }'")
        let stopped = try lab.lab("doctor /run/lab/test.lab.yaml")
        #expect(stopped.status == 1)
        #expect(stopped.output.contains("MISSING  forwarding, for lan: the machine's FORWARD rules drop"), "\(stopped)")
        #expect(stopped.output.contains("(line 7)"), "\(stopped)")
    }
}
