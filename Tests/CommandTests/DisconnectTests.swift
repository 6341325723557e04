// SPDX-License-Identifier: Apache-2.0

import Testing

/// `netns disconnect` on a real kernel.
@Suite("disconnect", .enabled(if: Sandbox.isAvailable))
struct DisconnectTests {
    @Test("nothing is left, and the names can be used again at once")
    func nothingLeft() throws {
        let box = try connectionBox("red", "blue")
        let empty = try box.wiring()
        for _ in 0..<10 {
            try box.shell("netns connect red br0 \(usualConnection); netns disconnect red br0 --remove-bridge")
            #expect(try box.wiring() == empty)
        }
        try box.shell("netns connect red br0 \(usualConnection)")
        let before = try box.wiring()
        try box.shell("netns connect blue br0 --address 10.0.0.3/24; netns disconnect blue br0")
        #expect(try box.wiring() == before)
    }

    @Test("the bridge goes only on request, and only without ports")
    func bridge() throws {
        let box = try connectionBox("red", "blue")
        try box.shell("netns connect red br0 --create; netns connect blue br0")
        #expect(
            try JSON(box.netns("disconnect red br0 --remove-bridge --json").output).elements[0]["bridge_removed"]
                == .bool(false))
        try box.shell("ip link show br0; netns disconnect blue br0; ip link show br0; netns connect red br0")
        #expect(
            try box.netns("disconnect red br0 --remove-bridge --dry-run").output.hasSuffix(" of 'br0' and the bridge\n")
        )
        let result = try box.netns("disconnect red br0 --remove-bridge --verbose")
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("removed 'eth0' in 'red' and 've-red-"))
        #expect(result.output.hasSuffix("' of 'br0' and the bridge\n"))
        #expect(try box.shell("ip -o link show | wc -l").output == "1\n")
    }

    @Test("only a port of that bridge is removed")
    func neverElse() throws {
        let box = try connectionBox("red")
        try box.shell(
            """
            netns connect red br0 --create --host-interface v0; ip link add br1 type bridge
            ip link add p0 type veth peer name p1; ip -n red link add eth2 type bridge
            """)
        let before = try box.wiring()
        let start = "netns: cannot disconnect 'red' from "
        for (line, expected) in [
            ("red br1", "'br1': the host end 'v0' of 'eth0' in 'red' is a port of 'br0'"),
            ("red br2", "'br2': there is no bridge 'br2' (ENODEV)"),
            ("red p0", "'p0': 'p0' is a veth, not a bridge"),
            ("red br0 -i eth1", "'br0': there is no 'eth1' in 'red'"),
            ("red br0 -i eth2", "'br0': 'eth2' in 'red' is a bridge, not a veth"),
            ("red br0 -i lo", "'br0': 'lo' in 'red' is a device of its own, not a veth"),
        ] {
            let result = try box.netns("disconnect \(line)")
            #expect(result == CommandResult(status: 1, output: "", errors: start + expected + "\n"))
        }
        #expect(
            try box.netns("disconnect red br0 --dry-run").output == "would remove 'eth0' in 'red' and 'v0' of 'br0'\n")
        #expect(try box.wiring() == before)
        try box.shell("ip link set v0 nomaster")
        #expect(
            try box.netns("disconnect red br0").errors
                == start + "'br0': the host end 'v0' of 'eth0' in 'red' is no port of a bridge\n")
    }

    @Test("--ignore-missing accepts what is not there, and nothing else")
    func ignoreMissing() throws {
        let box = try connectionBox("red")
        for line in ["red br0", "blue br0", "pid:999999999 br0", "/run/netns/blue br0"] {
            let result = try box.netns("disconnect \(line) --ignore-missing")
            #expect(result == CommandResult(status: 0, output: "", errors: ""))
            #expect(try box.netns("disconnect \(line) --ignore-missing --json").output == "[]\n")
            #expect(try box.netns("disconnect \(line)").status == 1)
        }
        try box.shell("ip link add br0 type bridge; netns disconnect red br0 --ignore-missing")
        try box.shell("ip link add v0 type veth peer name v1")
        #expect(try box.netns("disconnect red v0 --ignore-missing").status == 1)
        #expect(try box.netns("disconnect /dev/null br0 --ignore-missing").status == 1)
    }

    @Test("an interface that was made or renamed by hand goes as well")
    func byHand() throws {
        let box = try connectionBox("red")
        try box.shell(
            """
            ip link add br0 type bridge; ip link add v0 master br0 type veth peer name eth0 netns red
            netns disconnect red br0
            netns connect red br0
            ip -n red link set eth0 down; ip -n red link set eth0 name lan
            netns disconnect red br0 -i lan
            """)
        #expect(try box.shell("ip -o link show | wc -l").output == "2\n")
    }

    @Test("many at once ask for the same, and all are content")
    func parallel() throws {
        let box = try connectionBox("red")
        try box.shell("netns connect red br0 --create")
        let result = try box.shell(
            """
            for i in $(seq 8); do netns disconnect red br0 --ignore-missing & pids="$pids $!"; done
            for pid in $pids; do wait $pid; done
            """)
        #expect(result.errors == "")
        #expect(try box.shell("ip -o link show | wc -l").output == "2\n")
    }

    @Test("what a namespace whose name is gone has left on the bridge is told, by doctor too")
    func namelessPort() throws {
        let box = try connectionBox("red")
        try box.shell("netns connect red br0 --create --host-interface v0")
        #expect(try !box.netns("doctor").output.contains("nameless-port"))
        try box.shell("touch /run/netns/scarlet; mount --bind /run/netns/red /run/netns/scarlet; netns delete red")
        let start = "there is no namespace 'red' (ENOENT), and 'v0' of 'br0' still leads to one that had it"
        let told = "\(start); hint: 'netns link delete v0' cuts it off\n"
        #expect(try box.netns("disconnect red br0") == CommandResult(status: 1, output: "", errors: "netns: \(told)"))
        let ignored = try box.netns("disconnect red br0 --ignore-missing")
        #expect(ignored == CommandResult(status: 0, output: "", errors: "netns: warning: \(told)"))
        // Another name stands for it.
        #expect(try !box.netns("doctor").output.contains("nameless-port"))
        try box.shell("touch /run/kept; mount --bind /run/netns/scarlet /run/kept; netns delete scarlet 2>/dev/null")
        let finding = try box.netns("doctor").lines.first { $0.contains("nameless-port") }
        #expect(
            finding?.contains("v0: is a port of 'br0' that was made for namespace 'red', which lives on") == true)
        try box.shell("netns link delete v0")
        #expect(try !box.netns("doctor").output.contains("nameless-port"))
        #expect(try box.netns("disconnect red br0").errors == "netns: there is no namespace 'red' (ENOENT)\n")
    }
}
