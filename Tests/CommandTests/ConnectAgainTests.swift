// SPDX-License-Identifier: Apache-2.0

import Testing

/// `netns connect` where something is there already, is in the way, or goes on at the same time.
@Suite("connect again", .enabled(if: Sandbox.isAvailable))
struct ConnectAgainTests {
    /// Runs a command that must be refused and change nothing.
    private func refuse(
        _ box: Sandbox, _ line: String, status: Int32 = 1, _ expected: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try box.wiring()
        let result = try box.netns(line)
        #expect(
            result == CommandResult(status: status, output: "", errors: "netns: \(expected)\n"),
            sourceLocation: sourceLocation)
        #expect(try box.wiring() == before, sourceLocation: sourceLocation)
    }

    @Test(
        "the same command again does nothing and says nothing",
        arguments: ["--create", usualConnection, usualConnection + " -i eth1 --mac 02:00:5e:00:53:01 --mtu 1400"])
    func idempotence(_ arguments: String) throws {
        let box = try connectionBox("red")
        try box.shell("netns connect red br0 \(arguments)")
        let before = try box.wiring()
        let again = try box.netns("connect red br0 \(arguments)")
        #expect(again == CommandResult(status: 0, output: "", errors: ""))
        #expect(try box.wiring() == before)
        // What one adds by hand is nobody else's business.
        try box.shell("ip -n red addr add 10.7.7.7/24 dev \(arguments.contains("eth1") ? "eth1" : "eth0")")
        #expect(try box.netns("connect red br0 \(arguments)").status == 0)
    }

    @Test("what differs is named, and nothing is changed")
    func conflicts() throws {
        let box = try connectionBox("red")
        try box.shell(
            """
            netns connect red br0 \(usualConnection) --mac 02:00:5e:00:53:01
            ip link add br1 type bridge; ip link set br1 up
            """)
        let host = try #require(
            try JSON(box.netns("connect red br0 --json").output)["host_interface"]?.text)
        let start = "cannot connect 'red' to 'br0': 'eth0' in 'red' differs: "
        let end = "; hint: 'netns disconnect red br0' removes it"
        try refuse(
            box, "connect red br0 --address 10.0.0.3/24",
            start + "it lacks the address 10.0.0.3/24 and has 10.0.0.2/24" + end)
        try refuse(
            box, "connect red br0 --address 10.0.0.2/16 --address fd00::2/48",
            start + "it lacks the address 10.0.0.2/16 and has 10.0.0.2/24, "
                + "it lacks the address fd00::2/48 and has fd00::2/64" + end)
        try refuse(
            box, "connect red br0 --address 10.0.0.2/24 --gateway 10.0.0.9 --mtu 1400 --mac 02:00:5e:00:53:02",
            start + "its MTU is 1500, not 1400, its MAC address is 02:00:5e:00:53:01, not 02:00:5e:00:53:02, "
                + "it lacks the default route via 10.0.0.9 and has one via 10.0.0.1" + end)
        try refuse(box, "connect red br0 --host-interface v0", start + "its host end is '\(host)', not 'v0'" + end)
        try refuse(
            box, "connect red br0 --bridge-address 10.0.0.1/16",
            "cannot connect 'red' to 'br0': the bridge 'br0' has the address 10.0.0.1/24, not 10.0.0.1/16" + end)
        try refuse(
            box, "connect red br1 --bridge-address 10.5.0.1/16",
            "cannot connect 'red' to 'br1': 'eth0' in 'red' differs: its host end '\(host)' is a port of 'br0'")
        try refuse(
            box, "connect red br2 --create",
            "cannot connect 'red' to 'br2': 'eth0' in 'red' differs: its host end '\(host)' is a port of 'br0'")
        try box.shell("ip -n red addr flush dev eth0; ip link set \(host) down")
        try refuse(
            box, "connect red br0 \(usualConnection)",
            start + "its host end '\(host)' is down, it lacks the address 10.0.0.2/24, "
                + "it lacks the address fd00::2/64, it lacks the default route via 10.0.0.1" + end)
        try box.shell("ip link set \(host) nomaster")
        try refuse(
            box, "connect red br0",
            "cannot connect 'red' to 'br0': 'eth0' in 'red' differs: "
                + "its host end '\(host)' is no port of a bridge, its host end '\(host)' is down")
    }

    @Test("an interface of another kind, or of another pair, is left alone")
    func foreign() throws {
        let box = try connectionBox("red", "blue")
        try box.shell("ip link add br0 type bridge; ip link set br0 up; ip -n red link add eth0 type bridge")
        let start = "cannot connect 'red' to 'br0': 'eth0' in 'red' differs: "
        try refuse(box, "connect red br0 --address 10.0.0.2/24", start + "it is a bridge, not a veth")
        try refuse(
            box, "connect red br0 -i lo", start.replacing("eth0", with: "lo") + "it is a device of its own, not a veth")
        // The other end is in blue, with the number of a port here that is a veth as well.
        try box.shell(
            """
            ip link add v0 master br0 type veth peer name v1
            index=$(cat /sys/class/net/v0/ifindex 2>/dev/null || ip -o link show v0 | cut -d: -f1)
            ip -n red link delete eth0
            ip -n blue link add v0 index $index type veth peer name eth0 netns red
            """)
        try refuse(box, "connect red br0", start + "its other end is not in the bridge's namespace")
        try refuse(
            box, "disconnect red br0",
            "cannot disconnect 'red' from 'br0': the other end of 'eth0' in 'red' is not in the bridge's namespace")
    }

    @Test("a bridge must be one, and be there")
    func bridges() throws {
        let box = try connectionBox("red")
        try box.shell("ip link add v0 type veth peer name v1")
        let start = "cannot connect 'red' to "
        try refuse(box, "connect red v0 --create", start + "'v0': 'v0' is a veth, not a bridge")
        try refuse(box, "connect red lo --create", start + "'lo': 'lo' is not a bridge")
        try refuse(
            box, "connect red br0", start + "'br0': there is no bridge 'br0' (ENODEV); hint: --create makes it")
    }

    @Test("an interface that was made by hand is accepted if it is as asked for")
    func byHand() throws {
        let box = try connectionBox("red")
        try box.shell(
            """
            ip link add br0 type bridge; ip link set br0 up
            ip link add v0 master br0 up type veth peer name eth0 netns red
            ip -n red link set eth0 up; ip -n red addr add 10.0.0.2/24 dev eth0
            """)
        #expect(
            try box.netns("connect red br0 --address 10.0.0.2/24") == CommandResult(status: 0, output: "", errors: ""))
        try refuse(
            box, "connect red br0 --address 10.0.0.2/24 --address fd00::2/64",
            "cannot connect 'red' to 'br0': 'eth0' in 'red' differs: it lacks the address fd00::2/64; "
                + "hint: 'netns disconnect red br0' removes it")
    }

    // MARK: Killed half-way

    @Test(
        "a run that was killed anywhere is finished by the same command, and removed by disconnect",
        .enabled(if: canInjectFaults, "strace is not installed"))
    func killed() throws {
        let box = try connectionBox("red")
        let arguments = "red br0 \(usualConnection) --mac 02:00:5e:00:53:01"
        let before = try box.wiring()
        var wasWhole = false
        for call in ["sendmsg", "recvmsg"] {
            wasWhole = false
            for number in 1...40 {
                let killed = try box.run(
                    [
                        "strace", "-f", "-o", "/dev/null", "-e", "inject=\(call):signal=KILL:when=\(number)",
                        Sandbox.command,
                    ]
                        + "connect \(arguments)".split(separator: " ").map(String.init))
                wasWhole = killed.status == 0
                let again = try box.netns("connect \(arguments)")
                #expect(again == CommandResult(status: 0, output: "", errors: ""), "after \(call) \(number)")
                try box.shell(
                    """
                    nsenter --net=/run/netns/red ping -q -c1 -W2 10.0.0.1
                    nsenter --net=/run/netns/red ping -q -c1 -W2 fd00::1
                    ip -d link show master br0 | grep -q 'alias netns: red eth0 br0'
                    """)
                try box.shell("netns disconnect red br0 --remove-bridge")
                #expect(try box.wiring() == before, "after \(call) \(number)")
                if wasWhole { break }
            }
            #expect(wasWhole, "more than 40 calls")
        }
    }

    @Test(
        "the leftover of another request is a conflict, not something to finish",
        .enabled(if: canInjectFaults, "strace is not installed"))
    func killedOther() throws {
        let box = try connectionBox("red")
        // The fourth message is the first behind the pair.
        try box.shell("ip link add br0 type bridge; ip link set br0 up")
        let arguments = ["connect", "red", "br0", "--address", "10.0.0.2/24"]
        _ = try box.run(
            ["strace", "-f", "-o", "/dev/null", "-e", "inject=sendmsg:signal=KILL:when=4", Sandbox.command] + arguments)
        try refuse(
            box, "connect red br0 --address 10.0.0.3/24",
            "cannot connect 'red' to 'br0': 'eth0' in 'red' differs: it is down, it lacks the address 10.0.0.3/24; "
                + "hint: 'netns disconnect red br0' removes it")
        #expect(try box.run(["netns"] + arguments).status == 0)
    }

    // MARK: At the same time

    @Test("64 namespaces are connected at once to a bridge that is not there yet")
    func parallel() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            for i in $(seq 64); do names="$names n$i"; done
            netns add $names
            for i in $(seq 64); do
                netns connect n$i br0 --create --bridge-address 10.0.0.254/24 --address 10.0.0.$i/24 \
                    --gateway 10.0.0.254 & pids="$pids $!"
            done
            for pid in $pids; do wait $pid; done
            ip -o link show master br0 | wc -l
            ip -o addr show dev br0 | grep -c 'inet '
            for i in 1 17 64; do nsenter --net=/run/netns/n$i ping -q -c1 -W2 10.0.0.$((65 - i)) >/dev/null; done
            """, timeout: .seconds(120))
        #expect(result.errors == "")
        #expect(result.lines == ["64", "1"])
        let removed = try box.shell(
            """
            for i in $(seq 64); do netns disconnect n$i br0 --remove-bridge & pids="$pids $!"; done
            for pid in $pids; do wait $pid; done
            ip -o link show | wc -l
            """, timeout: .seconds(120))
        #expect(removed.errors == "")
        #expect(removed.lines == ["1"])
    }

    @Test("the same request many times at once succeeds each time, and is done once")
    func sameRequest() throws {
        let box = try connectionBox("red")
        for _ in 0..<5 {
            let result = try box.shell(
                """
                for i in $(seq 12); do netns connect red br0 \(usualConnection) & pids="$pids $!"; done
                for pid in $pids; do wait $pid; done
                ip -o link show master br0 | wc -l
                nsenter --net=/run/netns/red ping -q -c1 -W2 fd00::1 >/dev/null
                netns connect red br0 \(usualConnection)
                netns disconnect red br0 --remove-bridge
                """)
            #expect(result.errors == "")
            #expect(result.lines == ["1"])
        }
    }

    @Test("of different requests for one interface, one succeeds and keeps what it asked for")
    func rivals() throws {
        let box = try connectionBox("red")
        for _ in 0..<5 {
            let result = try box.shell(
                """
                for i in $(seq 12); do
                    { netns connect red br0 --create --address 10.0.0.$i/24 2>/dev/null && echo $i; } &
                done
                wait
                ip -n red -br addr show dev eth0 | grep -o '10[.]0[.]0[.][0-9]*'
                netns disconnect red br0 --remove-bridge
                """, mayFail: true)
            #expect(result.lines.count == 2, "\(result)")
            #expect(result.lines.last == result.lines.first.map { "10.0.0.\($0)" })
        }
    }
}
