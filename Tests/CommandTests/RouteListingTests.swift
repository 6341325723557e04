// SPDX-License-Identifier: Apache-2.0

import Testing

/// What netns shows of routes, beside what ip(8) shows of the same.
@Suite(.enabled(if: Sandbox.isAvailable))
struct RouteListingTests {
    /// Some 30 kinds of routes: types, tables, metrics of the path, several ways, both families.
    static let network = """
        ip netns add red
        for kind in all default; do echo 0 > /proc/sys/net/ipv6/conf/$kind/accept_dad; done
        ip link set lo up
        ip link add v0 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:02 netns red
        ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04
        ip link set v0 up
        ip -n red link set eth0 up
        ip link set w0 up
        ip addr add 10.0.0.1/24 dev v0
        ip addr add 10.1.0.1/24 dev w0
        ip addr add 2001:db8::1/64 dev v0
        ip route add default via 10.0.0.2
        ip route add default via 10.0.0.3 metric 100
        ip route add 10.2.0.0/16 via 10.0.0.2 dev v0 src 10.0.0.1 metric 5 proto static
        ip route add 10.3.0.0/16 dev v0 scope link
        ip route add 10.3.1.1 dev v0 proto 77
        ip route add blackhole 10.4.0.0/16
        ip route add unreachable 10.5.0.0/16 metric 9
        ip route add prohibit 10.6.0.0/16
        ip route add throw 10.7.0.0/16 table 100
        ip route add 10.8.0.0/16 via 10.9.9.9 dev v0 onlink
        ip route add 10.10.0.0/16 via 10.0.0.2 mtu 1400 advmss lock 1300 initcwnd 10 rto_min 20ms
        ip route add 10.11.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 dev v0 weight 1
        ip route add 10.12.0.0/16 via inet6 2001:db8::9 dev v0
        ip route add 10.13.0.0/16 via 10.0.0.2 table 1000 tos 0x10
        ip route add 10.14.0.0/16 via 10.0.0.2 realm 5/7
        ip route add 10.14.1.0/24 via 10.0.0.2 realm 9
        ip route add 10.15.0.0/16 via 10.0.0.2 window 1000 rtt 30ms rttvar 5s ssthresh 5 cwnd lock 3 \
            hoplimit 9 quickack 1 congctl reno features ecn reordering 8
        ip route add local 10.16.0.1 dev v0
        ip route add broadcast 10.17.255.255 dev v0
        ip route add 10.19.0.0/16 nexthop via 10.0.0.2 dev v0 onlink nexthop dev w0 weight 3
        ip route add 10.21.0.0/16 dev w0 scope 100
        ip route add 2001:db8:1::/48 via 2001:db8::2
        ip route add 2001:db8:2::/48 via fe80::1 dev v0 metric 5 pref high
        ip route add default via 2001:db8::2 expires 5000
        ip route add unreachable 2001:db8:3::/48
        ip route add blackhole 2001:db8:3:1::/64
        ip route add prohibit 2001:db8:3:2::/64 metric 3
        ip route add 2001:db8:4::/48 nexthop via 2001:db8::2 nexthop via 2001:db8::3 weight 4
        ip route add 2001:db8:5::/48 dev v0 mtu 1300
        ip route add 2001:db8:6::/48 via 2001:db8::2 table 100
        # The carrier comes with a delay, and its loss is seen in the flags.
        while [ "$(cat /proc/net/if_inet6 | grep -c fe80)" -lt 1 ]; do sleep 0.1; done
        sleep 1.1
        """

    private func box() throws -> Sandbox {
        let box = try Sandbox()
        try box.shell(Self.network)
        return box
    }

    @Test("JSON has every key of ip -j -d route, with its value and type, in its order")
    func json() throws {
        let box = try box()
        for line in [
            "route show", "-6 route show", "route show table all", "route show table 1000", "-6 route show table all",
            "route show dev v0", "route show proto static", "route show type blackhole", "route show root 10.0.0.0/14",
            "route show match 10.2.3.4", "route show scope link", "route show default", "route get 10.0.0.2",
            "route get 10.10.1.1", "route get 10.0.0.2 from 10.1.0.1 mark 5", "route get 10.0.0.1 from 10.0.0.9 iif v0",
            "route get 2001:db8:1::1", "route get 10.11.0.1 fibmatch", "route get 10.12.0.3", "route get 10.15.0.1",
        ] {
            let expected = try JSON(box.shell("ip -j -d \(line)").output)
            let shown = try JSON(box.netns("\(line) --json").output)
            #expect(expected.missing(from: shown) == [], "netns \(line)")
            #expect(!expected.elements.isEmpty)
            for (left, right) in zip(expected.elements, shown.elements) {
                #expect(left.keys == right.keys.filter { left.keys.contains($0) }, "netns \(line)")
            }
        }
    }

    @Test(
        "text is that of ip, octet by octet",
        arguments: [
            [
                "route", "-d route", "route show table all", "-d route show table local", "route show dev v0",
                "route show proto static", "route show type blackhole", "route show 10.2.0.0/16",
                "route show root 10.0.0.0/14", "route show match 10.2.3.4", "route show via 10.0.0.2",
                "route show scope link", "route show src 10.0.0.1", "route show default", "route show exact default",
                "route show table local dev lo", "route show metric 5", "route show tos 0x10 table 1000",
                "route show via inet6 2001:db8::9", "-6 route show root 2001:db8:3::/48",
                "-6 route show via 2001:db8::2 proto boot table 100", "-6 route show table local",
            ],
            [
                "route get 10.0.0.2", "route get 10.2.3.4", "route get 10.0.0.1", "route get 10.10.1.1",
                "route get 2001:db8:1::1", "route get 10.0.0.2 from 10.1.0.1 mark 5", "route get 10.0.0.2 mark 500",
                "route get 10.0.0.1 from 10.0.0.9 iif v0", "route get 10.11.0.1 oif v0", "route get 8.8.8.8 fibmatch",
                "route get 2001:db8:4::1 fibmatch", "route get 10.12.0.3", "route get 10.0.0.255",
                "route get 224.0.0.1", "route get 10.14.0.1", "route get 10.15.0.1", "route get ::1",
                "route get ff02::1 oif v0", "-d route get 10.2.3.4", "route get 10.0.0.2 ipproto udp sport 5 dport 53",
            ],
        ])
    func text(lines: [String]) throws {
        let box = try box()
        for line in lines {
            let expected = try box.shell("ip \(line)").output.replacing(#/ expires \d+sec/#, with: "")
            let shown = try box.netns(line)
            #expect(shown.output.replacing(#/ expires \d+sec/#, with: "") == expected, "netns \(line)")
            #expect(shown.status == 0)
            #expect(!expected.isEmpty)
        }
    }

    @Test("a big table is shown whole, and takes no memory")
    func bigTable() throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip link set lo up
            seq 0 29999 | awk '{ printf "route add 10.%d.%d.0/24 dev lo table 9\\n", $1 / 256, $1 % 256 }' | ip -batch -
            """)
        let result = try box.shell("ulimit -v 200000; netns route show table 9 --json")
        #expect(try JSON(result.output).elements.count == 30000)
        #expect(try box.netns("route show table 9").output == box.shell("ip route show table 9").output)
    }

    @Test("a table that is not there is refused, and an empty one is empty")
    func missing() throws {
        let box = try Sandbox()
        #expect(try box.netns("route show").output == "")
        #expect(try box.netns("route show --json").output == "[]\n")
        let result = try box.netns("route show table 77")
        #expect(result.status == 1)
        #expect(result.errors == "netns: cannot list routes: the table does not exist (ENOENT)\n")
    }

    @Test("all namespaces are shown at once")
    func allNamespaces() throws {
        let box = try box()
        try box.shell("ip -n red addr add 10.5.5.5/24 dev eth0; ip netns add blue")
        let shown = try JSON(box.netns("route show --all-namespaces --json").output).elements
        #expect(shown.last?["netns"] == .string("red"))
        #expect(shown.last?["dst"] == .string("10.5.5.0/24"))
        let text = try box.netns("route show dev eth0 --all-namespaces").output
        #expect(text == "\nnetns: red\n10.5.5.0/24 proto kernel scope link src 10.5.5.5 \n")
    }
}
