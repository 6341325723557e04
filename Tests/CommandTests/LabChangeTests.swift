// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// Labs that are changed while they are used, and labs that are taken down beside what is not theirs.
@Suite(.enabled(if: LabSandbox.isAvailable, "no namespaces, or no /etc/netns"))
struct LabChangeTests {
    static let file = """
        lab: test
        groups:
          router: {forward: true, loopback: auto}
        nodes:
          r1..3: {groups: [router]}
          h1..3:
          gone:
        links:
          - r1..3: {pattern: ring}
          - r1..3 -- h1..3: {pattern: pair}
          - gone -- r3
        routing: static
        """

    /// One link's MTU, one node more and one less.
    static let changed = """
        lab: test
        groups:
          router: {forward: true, loopback: auto}
        nodes:
          new:
          r1..3: {groups: [router]}
          h1..3:
        links:
          - new -- r3
          - r1..3: {pattern: ring}
          - r1..2 -- h1..2: {pattern: pair}
          - r3 -- h3: {mtu: 1400}
        routing: static
        """

    @Test(
        "the machine's ports of all hosts are deleted in one message",
        .enabled(if: canInjectFaults, "strace is not installed"))
    func portsAtOnce() throws {
        let lab = try LabSandbox()
        try lab.write(
            """
            lab: test
            nodes: {h1..20: {}}
            segments: {lan: {subnet: 10.7.0.0/24, members: h1..20, host: true}}
            """)
        try lab.up()
        #expect(try lab.box.shell("ip -o link show type veth | wc -l").output == "20\n")
        try lab.box.shell("strace -f -o /run/calls -e trace=sendmsg -e abbrev=none netns lab down test")
        // The other is the bridge's.
        #expect(
            try lab.box.shell("grep -o 'RTM_DELLINK, nlmsg_flags=NLM_F_REQUEST' /run/calls | wc -l").output == "2\n")
        #expect(try lab.box.shell("ip -o link show type veth; ip -o link show type bridge").output == "")
    }

    @Test("a server is reached that listens at addresses of one family only, and none where there is none")
    func oneFamily() throws {
        let lab = try LabSandbox()
        try lab.write(
            """
            lab: test
            nodes:
              a: {}
              b: {run: [{cmd: [python3, -m, http.server, --bind, 0.0.0.0, '80'], ready: 'tcp:80'}]}
            links: [a -- b]
            checks:
              - {from: a, to: 'tcp:b:80'}
              - {from: a, to: 'tcp:b:81', expect: unreachable, within: 100ms}
            """)
        try lab.up()
        let check = try lab.lab("check test")
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        try lab.write("lab: test\nnodes: [a, b]\nlinks: [a -- b]\nchecks: [{from: a, to: 'tcp:b:80', within: 100ms}]")
        try lab.up()
        let failed = try lab.lab("check test")
        #expect(
            failed.status != 0 && failed.output.contains("a does not reach: Connection refused: b"), "\(failed.output)")
        #expect(try lab.lab("down test").status == 0)
    }

    @Test("a scenario that is interrupted ends with the status of that, and the file holds again")
    func interrupted() throws {
        let lab = try LabSandbox()
        try lab.write(
            """
            lab: test
            nodes: [a, b]
            links: [a -- b]
            scenario: [{at: 0s, fail: a -- b}, {at: 1h, heal: a -- b}]
            """)
        try lab.up()
        let run = try lab.box.start(["netns", "lab", "run", "test"])
        #expect(try waitUntil { try lab.box.shell("ip -n test-a -o link show eth0").output.contains("state DOWN") })
        run.signal(SIGINT)
        #expect(try run.wait().status == 130)
        #expect(try lab.lab("plan test").status == 0)
        #expect(try lab.lab("down test").status == 0)
    }

    @Test("a parameter that leaves the file is again what the kernel begins with")
    func parameters() throws {
        let lab = try LabSandbox()
        try lab.write(
            """
            lab: test
            nodes:
              a: {forward: true, sysctls: {net.ipv4.ip_default_ttl: 33, net.ipv4.conf.eth0.proxy_arp: 1}}
              b: {}
            links: [a -- b]
            """)
        try lab.up()
        let look = """
            ip netns exec test-a sh -c 'cd /proc/sys/net/ipv4; cat ip_default_ttl ip_forward conf/eth0/proxy_arp' | tr '\\n' ' '
            """
        #expect(try lab.box.shell(look).output == "33 1 1 ")
        try lab.write("lab: test\nnodes: [a, b]\nlinks: [a -- b]")
        #expect(try lab.lab("plan /run/lab/test.lab.yaml").output.contains("ip_default_ttl in a: 33 -> default"))
        try lab.up()
        #expect(try lab.box.shell(look).output == "64 0 0 ")
        #expect(try lab.lab("plan /run/lab/test.lab.yaml").status == 0)
    }

    @Test("what is not concerned loses no packet, keeps its connections, and has its addresses")
    func undisturbed() throws {
        let lab = try LabSandbox()
        try lab.write(Self.file)
        try lab.write(Self.changed, as: "changed.lab.yaml")
        try lab.up()
        let addresses = try addresses(lab)
        #expect(try lab.reaches("test-h1", "h2"))

        let ping = try lab.box.start(["ip", "netns", "exec", "test-h1", "ping", "-q", "-i", "0.01", "h2"])
        let stream = try TCPStream(lab, from: "test-h1", to: "test-h2", host: "h2")
        #expect(
            try waitUntil { try lab.box.shell("test $(wc -c < /run/lab/stream) -gt 100000", mayFail: true).status == 0 }
        )
        let plan = try lab.lab("plan /run/lab/changed.lab.yaml")
        for node in ["h1 ", "h2 ", "r1 -- h1", "r2 -- h2"] {
            #expect(!plan.output.contains("link \(node)"), "\(plan.output)")
        }
        try lab.up("/run/lab/changed.lab.yaml")
        usleep(200_000)
        ping.signal(SIGINT)
        let result = try ping.wait()
        #expect(result.output.contains(" 0% packet loss"), "\(result.output)\(result.errors)")
        #expect(try stream.end() == "whole\n")

        let after = try self.addresses(lab)
        for (node, own) in addresses where node != "test-gone" {
            #expect(own.isSubset(of: after[node] ?? []) || node == "test-r3", "\(node)")
        }
        #expect(after["test-gone"] == nil)
        #expect(try lab.reaches("test-new", "h1"))
        #expect(try lab.box.shell("ip -n test-h3 -o link show eth0").output.contains("mtu 1400"))
        #expect(try lab.lab("up /run/lab/changed.lab.yaml").output == "test: nothing to do\n")
        #expect(try lab.lab("down test").status == 0)
    }

    /// The addresses of each namespace, as ip(8) tells them.
    private func addresses(_ lab: LabSandbox) throws -> [String: Set<String>] {
        var addresses: [String: Set<String>] = [:]
        for name in try lab.box.shell("ls /run/netns").lines {
            addresses[name] = Set(
                try lab.box.shell("ip -n \(name) -o addr show scope global | awk '{ print $2, $4 }'").lines)
        }
        return addresses
    }

    /// A connection over which numbers are sent until it is ended; python3 holds both ends.
    private final class TCPStream {
        private let server: ChildProcess
        private let client: ChildProcess
        private let box: Sandbox

        init(_ lab: LabSandbox, from: String, to: String, host: String) throws {
            box = lab.box
            server = try lab.box.start(
                [
                    "ip", "netns", "exec", to, "python3", "-c",
                    """
                    import socket
                    listener = socket.create_server(("", 7000))
                    open("/run/lab/ready", "w").close()
                    connection = listener.accept()[0]
                    expected = 0
                    rest = b""
                    log = open("/run/lab/stream", "wb", 0)
                    while True:
                        data = connection.recv(65536)
                        if not data: break
                        log.write(data)
                        lines = (rest + data).split(b"\\n")
                        rest = lines.pop()
                        for line in lines:
                            if int(line) != expected: raise SystemExit("%d in place of %d" % (int(line), expected))
                            expected += 1
                    print("whole")
                    """,
                ])
            let client = try lab.box.start(
                [
                    "sh", "-c",
                    """
                    until [ -e /run/lab/ready ]; do sleep 0.01; done; exec ip netns exec \(from) python3 -c '
                    import os, socket, time
                    connection = socket.create_connection(("\(host)", 7000))
                    number = 0
                    while not os.path.exists("/run/lab/enough"):
                        connection.sendall(b"%d\\n" % number)
                        number += 1
                        if number % 1000 == 0: time.sleep(0.001)
                    connection.close()
                    '
                    """,
                ])
            self.client = client
        }

        /// Ends it, and says what the receiver says.
        func end() throws -> String {
            try box.shell("touch /run/lab/enough")
            let sent = try client.wait()
            guard sent.status == 0 else { return sent.errors }
            let received = try server.wait()
            return received.output + received.errors
        }
    }

    // MARK: What is whose

    @Test("down works from the marks alone, whatever the namespaces are called", arguments: ["", "prefix: \"x.\"\n"])
    func unrecorded(prefix: String) throws {
        let lab = try LabSandbox()
        try lab.write(prefix + LabKillTests.file)
        let before = try lab.snapshot()
        try lab.up()
        try lab.box.shell("rm -rf /run/netns-lab")
        #expect(try lab.lab("down test") == CommandResult(status: 0, output: "test: down\n", errors: ""))
        #expect(try lab.snapshot() == before)
    }

    @Test("what bears no mark of the lab is left alone by down", arguments: [false, true])
    func foreign(losesRecord: Bool) throws {
        let lab = try LabSandbox()
        try lab.box.shell(
            """
            netns add web; netns add test-other
            ip link add test9 type veth peer name eth9 netns web
            ip -n web addr add 192.0.2.1/24 dev eth9; ip -n web link set eth9 up
            ip -n web route add 198.51.100.0/24 via 192.0.2.2
            ip link add nl0 type veth peer name br9; mkdir -p /etc/netns/test-other; echo mine > /etc/netns/test-other/hosts
            """)
        try lab.write("lab: tes\nnodes: [x]\nsegments: {left: {members: x, host: true}}", as: "tes.lab.yaml")
        try lab.up("/run/lab/tes.lab.yaml")
        try lab.box.shell("sleep 1; while ip addr | grep -q tentative; do sleep 0.1; done")
        let before = try lab.snapshot()
        try lab.write(
            """
            lab: test
            nodes:
              web: {attach: "netns:web", routes: [{to: 203.0.113.0/24, via: 10.9.0.2}]}
              h1..2:
            links:
              - web -- h1: {ipv4: 10.9.0.0/24, impair: {rate: 1mbit}}
              - "host:test0 -- h2"
            segments:
              right: {members: "web, h1..2", host: true}
            routing: static
            """)
        try lab.up()
        if losesRecord { try lab.box.shell("rm -rf /run/netns-lab/test") }
        #expect(try lab.lab("down test").status == 0)
        if losesRecord {
            // Nothing says any more that the namespace was attached: what is in it goes with the other end, if at all.
            #expect(try !lab.box.shell("ls /run/netns").output.contains("test-h"))
            #expect(try !lab.box.shell("ip -o link").output.contains("lab:test/"))
        } else {
            #expect(try lab.snapshot() == before)
        }
        for foreign in ["ip link show test9", "ip link show nl0", "ip link show left", "ip -n web link show eth9"] {
            #expect(try lab.box.shell(foreign, mayFail: true).status == 0, "\(foreign)")
        }
        #expect(try lab.box.shell("ls /run/netns").lines.sorted() == ["tes-x", "test-other", "web"])
        #expect(try lab.lab("down tes").status == 0)
    }

    @Test("another prefix is refused while the namespaces have the old one")
    func prefix() throws {
        let lab = try LabSandbox()
        let path = try lab.write("lab: p\nprefix: a-\nnodes: [n]")
        try lab.box.shell("netns lab up \(path)")
        try lab.write("lab: p\nprefix: b-\nnodes: [n]")
        for verb in ["up", "plan"] {
            let refusal = try lab.box.netns("lab \(verb) \(path)")
            #expect(refusal.status == 1 && refusal.errors.contains("it is up with the prefix 'a-'"))
        }
        #expect(try lab.box.shell("ls /run/netns").lines == ["a-n"])
        try lab.box.shell("netns lab down \(path); netns lab up \(path)")
        #expect(try lab.box.shell("ls /run/netns").lines == ["b-n"])
        try lab.box.shell("netns lab down p")
    }

    @Test("what the command of a check writes is told when it fails, and JSON stays JSON")
    func checkOutput() throws {
        let lab = try LabSandbox()
        let path = try lab.write(
            """
            lab: c
            nodes: [n]
            checks:
              - {run: 'echo fine', from: n}
              - {run: 'echo broken; exit 3', from: n, within: 300ms}
            """)
        try lab.box.shell("netns lab up \(path)")
        let text = try lab.box.netns("lab check c")
        #expect(text.status == 4 && !text.output.contains("fine\n") && text.output.contains("  broken\n"))
        let results = try JSON(try lab.box.netns("lab check c --json").output).elements
        #expect(results.map { $0["holds"] } == [.bool(true), .bool(false)])
        #expect(results.last?["details"]?.elements.last == .string("broken"))
        try lab.box.shell("netns lab down c")
    }
}
