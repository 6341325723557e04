// SPDX-License-Identifier: Apache-2.0

import Testing

/// What netns shows of a namespace with everything in it, beside what ip(8) shows of the same.
@Suite(.enabled(if: Sandbox.isAvailable))
struct ListingTests {
    /// lo, veths with their other end here and elsewhere, a bridge with a port, kinds without options,
    /// further names, a group, an alias, and addresses of both families with all that they can have.
    static let network = """
        ip netns add red
        ip link set lo up
        ip link add v0 address 02:00:00:00:00:01 mtu 1400 txqueuelen 55 numtxqueues 2 type veth \
            peer name eth0 address 02:00:00:00:00:02 netns red
        ip link add br0 address 02:00:00:00:00:03 type bridge stp_state 1
        ip link add p0 address 02:00:00:00:00:04 type veth peer name p1 address 02:00:00:00:00:05
        ip link set p0 master br0
        for link in p0 p1 br0 v0; do ip link set $link up; done
        ip -n red link set eth0 up
        ip link set p1 group 7 alias 'hello "world'
        ip link property add dev p1 altname p1long altname p1otherlongername
        ip link add ifb0 address 02:00:00:00:00:07 type ifb
        ip link set v0 promisc on addrgenmode none
        ip link add d0 address 02:00:00:00:00:08 type veth peer name d1 address 02:00:00:00:00:09
        ip link set d0 up
        ip link set ifb0 txqueuelen 0
        ip addr add 10.3.0.3/24 dev v0 valid_lft 5000 preferred_lft 1000 scope link noprefixroute metric 7
        ip addr add 10.0.0.2/24 brd + dev v0 label v0:1
        ip addr add 10.0.0.3/24 dev v0
        ip addr add 10.9.0.1 peer 10.9.0.2/32 dev v0
        ip addr add 2001:db8::1/64 dev v0 nodad home mngtmpaddr
        ip addr add ff05::2/64 dev v0 autojoin nodad
        ip addr add 2001:db8::2/64 dev v0 valid_lft 10000 preferred_lft 0 nodad
        ip addr add 2001:db8::5/64 peer 2001:db8::6 dev v0 nodad
        ip addr add 2001:db8:7::7/64 dev p1 nodad
        ip addr add 10.4.0.1/24 dev d1
        # Duplicate address detection ends meanwhile, so that no flag changes between two looks.
        while ip -6 addr show tentative | grep -q inet6; do sleep 0.1; done
        """

    private func box() throws -> Sandbox {
        let box = try Sandbox()
        try box.shell(Self.network)
        return box
    }

    @Test("JSON has every key of ip -j -d, with its value and type")
    func json() throws {
        let box = try box()
        for (ip, netns) in [
            ("-d link show", "link show"), ("-d addr show", "address show"),
            ("-d link show dev p0", "link show dev p0"), ("-d addr show dev v0", "a s v0"),
            ("-d -s -s link show", "link show -s -s"), ("-d -s addr show", "addr -s"), ("-br link", "l -br"),
            ("-br addr", "addr --brief"), ("-d -n red addr", "-n red addr"),
            ("-d link show type veth", "l sh type veth"),
        ] {
            let expected = try JSON(box.shell("ip -j \(ip)").output)
            let shown = try JSON(box.netns("\(netns) --json").output)
            #expect(expected.missing(from: shown) == [], "netns \(netns)")
            #expect(!expected.elements.isEmpty)
        }
    }

    @Test("JSON keeps the order of ip's keys")
    func order() throws {
        let box = try box()
        for (ip, netns) in [("link", "link"), ("addr", "address")] {
            let expected = try JSON(box.shell("ip -j -d \(ip)").output).elements
            let shown = try JSON(box.netns("\(netns) --json").output).elements
            for (left, right) in zip(expected, shown) {
                #expect(left.keys == right.keys.filter { left.keys.contains($0) })
            }
        }
    }

    @Test("text is that of ip, octet by octet")
    func text() throws {
        let box = try box()
        for (ip, netns) in [
            ("link", "link"), ("-s link show dev d1", "link -s show dev d1"),
            ("-s -s link show lo", "l show lo -s -s"), ("-br link", "link -br"),
            ("link show up", "link show up"), ("link show type bridge_slave", "link show type bridge_slave"),
            ("link show master br0", "link show master br0"), ("link show group 7", "link list group 7"),
            ("link show nomaster", "link show nomaster"), ("link show dev p1long", "link show dev p1long"),
            ("-n red link", "-n red link"), ("addr show dev v0 scope host", "addr show dev v0 scope host"),
            ("-4 addr show dev p1", "-4 addr show dev p1"), ("-br addr", "addr -br"),
            ("addr show permanent", "addr show permanent"), ("-4 addr show permanent", "addr show permanent -4"),
            ("addr show scope link permanent", "addr show scope link permanent"),
            ("addr show to 2001:db8::/64 permanent", "addr show to 2001:db8::/64 permanent"),
            ("addr show primary permanent", "addr show primary permanent"),
            ("addr show secondary", "addr show secondary"), ("addr show home", "addr show home"),
            ("-s addr show dev d1", "-s addr show dev d1"), ("addr show type bridge", "addr show type bridge"),
        ] {
            let expected = try box.shell("ip \(ip)").output
            let shown = try box.netns(netns)
            #expect(shown.output == expected, "netns \(netns)")
            #expect(shown.status == 0)
        }
    }

    @Test("details in text hold the words of ip -d")
    func details() throws {
        let box = try box()
        for (ip, netns) in [("-d link", "link -d"), ("-d addr show permanent", "addr show permanent -d")] {
            let expected = try box.shell("ip \(ip)").lines
            let shown = try box.netns(netns).lines
            #expect(expected.count == shown.count)
            for (left, right) in zip(expected, shown) {
                let known = Set(left.split(separator: " ").filter { !$0.contains(".") })
                #expect(known.isSubset(of: right.split(separator: " ")), "\(left)\n\(right)")
            }
        }
    }

    @Test("all namespaces are shown at once, the caller's own first and without a name")
    func allNamespaces() throws {
        let box = try box()
        try box.shell(
            "ip netns add blue; : > /run/netns/stale; chmod 0 /run/netns/stale; touch -d '1 hour ago' /run/netns/stale")
        let result = try box.netns("link show --all-namespaces --json")
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("netns: 'stale' is a stale name"))
        let shown = try JSON(result.output).elements
        let own = try JSON(box.netns("link -j").output)
        #expect(own.missing(from: .array(shown.filter { $0["netns"] == nil })) == [])
        #expect(shown.compactMap { $0["netns"]?.text } == ["blue", "red", "red"])
        #expect(shown.last?["ifname"] == .string("eth0"))

        let text = try box.netns("addr show type veth --all-namespaces -br").output
        #expect(text.contains("\nnetns: red\neth0@"))
        #expect(!text.contains("netns: blue"))
        #expect(try box.netns("link show eth0 --all-namespaces --json").output.contains(#""netns":"red""#))
        #expect(try box.netns("link -n red --all-namespaces").status == 2)
    }

    @Test("an empty choice is an empty array")
    func empty() throws {
        let box = try Sandbox()
        #expect(try box.netns("link show group 9 -j").output == "[]\n")
        #expect(try box.netns("address show type veth -j").output == "[]\n")
        #expect(try box.netns("link show group 9").output == "")
    }

    @Test("one line for each record, as with ip -o")
    func oneLine() throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip link add v0 alias uplink type veth peer name v1; ip link property add dev v0 altname further
            ip link set v0 up; ip link set v1 up; ip link set lo up
            ip address add 10.0.0.1/24 brd + dev v0; ip address add 10.0.0.2 peer 10.1.0.0/16 dev v1
            ip route add 10.9.0.0/16 nexthop via 10.0.0.7 nexthop dev v1
            """)
        for words in ["link show", "route show", "-4 address show", "address show dev lo"] {
            #expect(try box.netns("-o \(words)").output == box.shell("ip -o \(words)").output, "\(words)")
        }
    }
}
