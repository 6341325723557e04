// SPDX-License-Identifier: Apache-2.0

import Testing

/// `netns connect` on a real kernel.
@Suite("connect", .enabled(if: Sandbox.isAvailable))
struct ConnectTests {
    private func link(_ box: Sandbox, _ name: String, in namespace: String? = nil) throws -> JSON? {
        let place = namespace.map { "-n \($0) " } ?? ""
        return try JSON(box.shell("ip \(place)-j -d link show").output).elements.first { $0["ifname"]?.text == name }
    }

    private func hasFlag(_ link: JSON?, _ flag: String) -> Bool {
        link?["flags"]?.elements.contains { $0.text == flag } ?? false
    }

    // MARK: What is made

    @Test("one command makes bridge, pair, addresses and routes")
    func wiring() throws {
        let box = try connectionBox("red")
        let result = try box.netns("connect red br0 \(usualConnection) --mtu 1400 --mac 02:00:5e:00:53:01")
        #expect(result == CommandResult(status: 0, output: "", errors: ""))

        let inside = try #require(try link(box, "eth0", in: "red"))
        #expect(inside["linkinfo"]?["info_kind"]?.text == "veth")
        #expect(inside["address"]?.text == "02:00:5e:00:53:01")
        #expect(inside["mtu"] == .number("1400"))
        #expect(hasFlag(inside, "UP"))
        #expect(hasFlag(try link(box, "lo", in: "red"), "UP"))

        let links = try JSON(box.shell("ip -j -d link show master br0").output).elements
        #expect(links.count == 1)
        let outside = try #require(links.first)
        #expect(outside["ifname"]?.text?.hasPrefix("ve-red-") == true)
        #expect(outside["link_netnsid"] != nil)
        #expect(outside["mtu"] == .number("1400"))
        #expect(outside["ifalias"]?.text == "netns: red eth0 br0")
        #expect(hasFlag(outside, "UP"))
        #expect(hasFlag(try link(box, "br0"), "UP"))

        let addresses = try box.shell("ip -n red -br addr show dev eth0; ip -br addr show dev br0").output
        for address in ["10.0.0.2/24", "fd00::2/64", "10.0.0.1/24", "fd00::1/64"] {
            #expect(addresses.contains(" \(address)"))
        }
        #expect(try box.shell("ip -n red -4 route show default").output == "default via 10.0.0.1 dev eth0 \n")
        #expect(try box.shell("ip -n red -6 route show default").output.hasPrefix("default via fd00::1 dev eth0 "))
    }

    @Test("what was connected can talk at once, in both families, to the bridge and to each other")
    func traffic() throws {
        let box = try connectionBox("red", "blue")
        try box.shell(
            """
            netns connect red br0 \(usualConnection)
            netns connect blue br0 --address 10.0.0.3/24 --address fd00::3/64
            nsenter --net=/run/netns/blue ping -q -c1 -W2 10.0.0.2
            nsenter --net=/run/netns/blue ping -q -c1 -W2 fd00::2
            nsenter --net=/run/netns/red ping -q -c1 -W2 10.0.0.1
            nsenter --net=/run/netns/red ping -q -c1 -W2 fd00::1
            """)
        // Beyond the bridge by way of the default route: the other address of this namespace.
        try box.shell(
            """
            ip link set lo up; ip addr add 192.0.2.1/32 dev lo
            nsenter --net=/run/netns/red ping -q -c1 -W2 192.0.2.1
            """)
    }

    @Test("a namespace is also found by a process and by a file")
    func selectors() throws {
        let box = try connectionBox("red")
        try box.shell(
            """
            unshare -n sleep 60 & pid=$!
            while [ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do :; done
            netns connect pid:$pid br0 --create --address 10.0.0.2/24
            netns connect /run/netns/red br0 --address 10.0.0.3/24
            nsenter --net=/run/netns/red ping -q -c1 -W2 10.0.0.2
            ip -d link show | grep "alias netns: pid:$pid eth0 br0"
            ip -d link show | grep "alias netns: /run/netns/red eth0 br0"
            netns disconnect pid:$pid br0
            kill $pid
            """)
    }

    @Test("the bridge may be in another namespace")
    func bridgeElsewhere() throws {
        let box = try connectionBox("switch", "red", "blue")
        let before = try box.shell("ip -j link show").output
        try box.shell(
            """
            netns connect red br0 -n switch --create --address 10.0.0.2/24
            netns connect blue br0 --namespace switch --address 10.0.0.3/24
            nsenter --net=/run/netns/red ping -q -c1 -W2 10.0.0.3
            netns disconnect red br0 -n switch
            """)
        #expect(try box.shell("ip -j link show").output == before)
        #expect(try link(box, "br0", in: "switch") != nil)
        #expect(
            try box.netns("connect red br0 -n red --create").errors.contains("is the namespace that the bridge is in"))
    }

    @Test("an interface has the bridge's MTU unless another is asked for, and the bridge keeps its own")
    func inheritedMTU() throws {
        let box = try connectionBox("red", "blue")
        try box.shell(
            """
            ip link add br0 type bridge; ip link add p0 mtu 9000 type veth peer name p1 mtu 9000
            ip link set p0 master br0 up; ip link set br0 up
            netns connect red br0
            """)
        #expect(try link(box, "eth0", in: "red")?["mtu"] == .number("9000"))
        #expect(try link(box, "br0")?["mtu"] == .number("9000"))
        try box.shell("netns connect blue br0 --mtu 1400")
        #expect(try link(box, "eth0", in: "blue")?["mtu"] == .number("1400"))
    }

    @Test("a bridge that was made keeps its address when ports come and go")
    func bridgeAddress() throws {
        let box = try connectionBox("red", "blue")
        try box.shell("netns connect red br0 --create")
        let address = try #require(try link(box, "br0")?["address"])
        try box.shell("netns connect blue br0; netns disconnect red br0")
        #expect(try link(box, "br0")?["address"] == address)
    }

    @Test("several interfaces of one namespace, with names of one's own")
    func interfaces() throws {
        let box = try connectionBox("red")
        try box.shell(
            """
            netns connect red br0 --create --address 10.0.0.2/24 --host-interface v0
            netns connect red br1 --create --interface eth1 --address 10.0.1.2/24
            """)
        #expect(try link(box, "v0")?["master"]?.text == "br0")
        #expect(try box.shell("ip -br link show master br1 | wc -l").output == "1\n")
        #expect(try link(box, "eth1", in: "red") != nil)
    }

    @Test("--json says what was made, --verbose in one line, --dry-run what would be")
    func output() throws {
        let box = try connectionBox("red")
        let arguments = "red br0 \(usualConnection) --mtu 1400 --mac 02:00:5e:00:53:01"
        let before = try box.snapshot()
        let dry = try box.netns("connect \(arguments) --dry-run")
        #expect(dry.status == 0)
        #expect(dry.lines.first == "would add bridge 'br0' and set it up")
        #expect(dry.lines.count == 11)
        #expect(try JSON(box.netns("connect \(arguments) --dry-run --json").output)["steps"]?.elements.count == 11)
        #expect(try box.snapshot() == before)

        let made = try JSON(box.netns("connect \(arguments) --json").output)
        let host = try #require(made["host_interface"]?.text)
        #expect(try link(box, host)?["master"]?.text == "br0")
        #expect(
            made.description
                == "{\"namespace\":\"red\",\"interface\":\"eth0\",\"host_interface\":\"\(host)\",\"bridge\":\"br0\","
                + "\"addresses\":[\"10.0.0.2/24\",\"fd00::2/64\"],\"gateways\":[\"10.0.0.1\",\"fd00::1\"],"
                + "\"mac\":\"02:00:5e:00:53:01\",\"mtu\":1400,"
                + "\"bridge_addresses\":[\"10.0.0.1/24\",\"fd00::1/64\"],\"changed\":true}")
        #expect(
            try box.netns("connect \(arguments) -v").output
                == "'eth0' in 'red' is connected already to 'br0' through '\(host)'\n")
        #expect(try box.netns("connect \(arguments) --dry-run").output == "")

        // Without a MAC address of one's own, the one that was drawn is told.
        let second = try JSON(box.netns("connect red br0 -i eth1 --json").output)
        #expect(try link(box, "eth1", in: "red")?["address"] == second["mac"])
        #expect(second["mtu"] == .number("1400"))
    }

    @Test("with --dad, IPv6 addresses wait until no duplicate is found")
    func duplicateDetection() throws {
        let box = try connectionBox("red", "blue")
        try box.shell("netns connect red br0 --create --address fd00::2/64")
        #expect(try box.shell("ip -n red addr show dev eth0").output.contains("inet6 fd00::2/64 scope global nodad"))
        try box.shell("netns connect blue br0 --address fd00::3/64 --dad")
        #expect(try !box.shell("ip -n blue addr show dev eth0").output.contains("nodad"))
    }

    @Test("a bridge that is down is left so with a warning, or set up with --create")
    func bridgeDown() throws {
        let box = try connectionBox("red")
        try box.shell("ip link add br0 type bridge")
        let result = try box.netns("connect red br0 --address 10.0.0.2/24")
        #expect(result.status == 0)
        #expect(result.errors == "netns: warning: bridge 'br0' is down; hint: --create sets it up\n")
        #expect(try !hasFlag(link(box, "br0"), "UP"))
        #expect(try box.netns("connect red br0 --create --address 10.0.0.2/24").errors == "")
        #expect(try hasFlag(link(box, "br0"), "UP"))
    }
}
