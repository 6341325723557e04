// SPDX-License-Identifier: Apache-2.0

import Testing

/// The same words, given to ip(8) in one namespace and to netns in another, must do the same.
@Suite(.enabled(if: Sandbox.isAvailable))
struct EffectTests {
    /// Runs each line by both, and compares what ip shows of both namespaces after it.
    private func compare(_ lines: String, after setup: String = "", sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        let (left, right) = (try Sandbox(), try Sandbox())
        // Duplicate address detection takes its time, and in both namespaces another.
        let quiet = "for kind in all default; do echo 0 > /proc/sys/net/ipv6/conf/$kind/accept_dad; done"
        for box in [left, right] {
            try box.shell(
                "ip netns add red; \(quiet); nsenter --net=/run/netns/red sh -c '\(quiet)'; ip link set lo up\n" + setup
            )
        }
        for line in lines.split(separator: "\n").map(String.init) {
            let expected = try left.shell("ip \(line)", mayFail: true)
            let result = try right.shell("netns \(line)", mayFail: true)
            #expect(expected.status == 0, "ip \(line): \(expected.errors)", sourceLocation: sourceLocation)
            #expect(result.status == 0, "netns \(line): \(result.errors)", sourceLocation: sourceLocation)
            #expect(result.output == "", sourceLocation: sourceLocation)
            var differences = try differences(left, right)
            // The carrier of a veth, and the addresses that come with it, take the kernel up to a second.
            for _ in 0..<30 where !differences.isEmpty {
                try await Task.sleep(for: .milliseconds(100))
                differences = try self.differences(left, right)
            }
            #expect(differences == [], "netns \(line)", sourceLocation: sourceLocation)
        }
    }

    /// Where what ip shows of two networks differs.
    private func differences(_ left: Sandbox, _ right: Sandbox) throws -> [String] {
        let look = """
            for name in '' $(ls /run/netns); do
                for what in "link show" "addr show" "-4 route show table all" "-6 route show table all"; do
                    if [ "$name" ]; then ip -n "$name" -j -d $what; else ip -j -d $what; fi
                done
            done
            """
        let (wanted, found) = (try left.shell(look).lines, try right.shell(look).lines)
        guard wanted.count == found.count else { return ["\(wanted.count) and \(found.count) documents"] }
        return try zip(wanted, found).filter { $0 != $1 }.flatMap { wanted, found in
            let (wanted, found) = (try JSON(wanted), try JSON(found))
            return wanted.missing(from: found) + found.missing(from: wanted)
        }
    }

    @Test("links")
    func links() async throws {
        try await compare(
            """
            link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
            link add name w0 address 02:00:00:00:00:03 mtu 1400 type veth peer name eth0 address 02:00:00:00:00:04 netns red
            link add dev x0 address 02:00:00:00:00:05 numtxqueues 3 numrxqueues 2 txqueuelen 77 type veth peer x1 address 02:00:00:00:00:06 mtu 1300
            link add y0 netns red address 02:00:00:00:00:07 type veth peer name y1 address 02:00:00:00:00:08
            link add z0 index 50 group 9 alias zett address 02:00:00:00:00:09 type veth peer name z1 index 51 address 02:00:00:00:00:0a
            link add br0 address 02:00:00:00:00:0b type bridge stp_state 1 ageing_time 1000
            link add br1 address 02:00:00:00:00:0c mtu 1400 type bridge
            link add ifb7 address 02:00:00:00:00:0d type ifb
            link add link w0 name m0 address 02:00:00:00:00:0e type macvlan
            link add u0 up address 02:00:00:00:00:0f type veth peer name u1 address 02:00:00:00:00:10
            link set v0 up
            link set dev v1 up mtu 1450
            l set v0 mtu 1450 txqueuelen 5
            link set v0 master br0
            link set v0 type bridge_slave hairpin on isolated on cost 50
            link set dev v1 group 7
            link set v1 alias "two words"
            link set v1 alias ""
            link set v1 address 02:00:00:00:01:02
            link set v1 arp off multicast off
            link set v1 arp on multicast on allmulticast on promisc on
            link set v1 promisc off allmulticast off
            link set v1 addrgenmode none
            link set v1 addrgenmode random
            link set br0 type bridge stp_state 0 forward_delay 400
            link set br0 up
            link set v1 down
            link set v1 name veth-one
            link set v0 nomaster
            link set v0 master br1
            link set v0 master br0
            link set x0 netns red
            link set x1 name inner netns red
            -n red link set inner up
            -n red link set x0 name x9
            -n red link set eth0 up
            link set group 9 up
            link set group 9 mtu 1350
            link property add dev w0 altname w0-the-long altname w0-the-longer
            link property del dev w0 altname w0-the-longer
            link set w0-the-long mtu 1399
            link set w0 mode dormant
            link set m0 protodown on
            link set m0 protodown off
            link set u0 broadcast 02:ff:ff:ff:ff:ff
            link set z1 down
            link delete m0
            link del dev br1 type bridge
            link delete group 9
            link d u1
            -n red link delete x9
            """)
    }

    @Test("addresses")
    func addresses() async throws {
        try await compare(
            """
            address add 10.0.0.1/24 dev v0
            addr add 10.0.0.2/24 dev v0
            addr add 10.0.1.1/24 broadcast + dev v0
            addr add 10.0.2.1/24 brd 10.0.2.77 dev v0 label v0:label
            addr add 10.0.3.1/24 brd - dev v0 scope link
            addr add local 10.0.4.1 peer 10.0.4.2 dev v0
            addr add 10.0.5.1 peer 10.0.5.2/24 dev v0
            addr add dev v0 10.0.6.1
            addr add 10.0.7.1/24 metric 70 dev v0 noprefixroute
            addr add 10.0.8.1/24 dev v0 valid_lft 5000 preferred_lft 4000
            addr add 10.0.9.1/31 brd + dev v0
            a a 127.0.1.1/8 dev lo
            addr add 224.0.0.9/32 dev v0 autojoin scope host
            addr add 2001:db8::1/64 dev v0 nodad
            addr add 2001:db8::2/64 dev v0 nodad home
            addr add 2001:db8::3/64 nodad mngtmpaddr dev v0
            addr add 2001:db8::4/128 dev v0 nodad noprefixroute valid_lft 9000 preferred_lft 0
            addr add 2001:db8:1::5/64 nodad metric 99 dev v0
            addr add 2001:db8::6 peer 2001:db8::7 dev v0 nodad
            addr add fd00::1/64 dev v0 nodad valid_lft forever preferred_lft forever
            addr add fe80::9/64 dev v0 nodad scope link
            addr replace 10.0.8.1/24 dev v0 valid_lft 9000 preferred_lft 8000
            addr change 2001:db8::1/64 dev v0 nodad valid_lft 9000 preferred_lft 100
            addr replace 10.0.10.1/24 dev v0
            addr replace fd00::2/64 dev v0 nodad
            address delete 10.0.0.2/24 dev v0
            addr del 10.0.7.1/24 dev v0
            a d 2001:db8:1::5/64 dev v0
            addr del 10.0.4.1 peer 10.0.4.2 dev v0
            -n red addr add 10.1.0.1/24 dev eth0
            addr flush dev v0 scope link
            addr flush dev v0 to 10.0.1.0/24
            addr flush label v0:label
            -6 addr flush dev v0 dynamic
            -4 addr flush dev v0
            addr flush dev v0
            -n red addr flush dev eth0
            """,
            after: """
                ip link add v0 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:02 netns red
                ip link set v0 up
                ip -n red link set eth0 up
                """)
    }

    @Test("routes")
    func routes() async throws {
        try await compare(
            """
            route add default via 10.0.0.2
            route add default via 10.0.0.3 metric 100
            route add to 10.2.0.0/16 via 10.0.0.2 dev v0 src 10.0.0.1 metric 5 proto static
            ro add 10.3.0.0/16 dev v0 scope link
            r a 10.3.1.1 dev v0 proto 77
            route add blackhole 10.4.0.0/16
            route add unreachable 10.5.0.0/16 metric 9
            route add prohibit 10.6.0.0/16
            route add throw 10.7.0.0/16 table 100
            route add unicast 10.8.0.0/16 via 10.9.9.9 dev v0 onlink
            route add 10.10.0.0/16 via 10.0.0.2 mtu 1400 advmss lock 1300 initcwnd 10 initrwnd 20 rto_min 20ms
            route add 10.11.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 dev v0
            route add 10.12.0.0/16 via inet6 2001:db8::9 dev v0
            route add 10.13.0.0/16 via 10.0.0.2 table 1000 tos 0x10
            route add 10.14.0.0/16 via 10.0.0.2 realm 5/7
            route add 10.15.0.0/16 via 10.0.0.2 window 1000 rtt 30ms rttvar 5s ssthresh 5 cwnd lock 3 hoplimit 9
            route add 10.15.1.0/24 via 10.0.0.2 quickack 1 congctl reno features ecn reordering 8 mtu lock 1200
            route add local 10.16.0.1 dev v0
            route add broadcast 10.17.255.255 dev v0
            route add 10.19.0.0/16 nexthop via 10.0.0.2 dev v0 onlink nexthop dev v0 weight 3
            route add multicast 239.0.0.0/8 dev v0 table 50
            route append 10.2.0.0/16 via 10.0.0.3 metric 5
            route replace 10.2.0.0/16 via 10.0.0.4 metric 5
            route change 10.3.0.0/16 dev v0 scope link mtu 1300
            route replace 10.20.0.0/16 via 10.0.0.2
            route add 2001:db8:1::/48 via 2001:db8::2
            route add 2001:db8:2::/48 via fe80::1 dev v0 metric 5 pref high
            route add default via 2001:db8::2 expires 5000
            -6 route add default dev v0 metric 9000
            route add unreachable 2001:db8:3::/48
            route add blackhole 2001:db8:3:1::/64
            route add prohibit 2001:db8:3:2::/64 metric 3
            route add 2001:db8:4::/48 nexthop via 2001:db8::2 nexthop via 2001:db8::3 weight 4
            route add 2001:db8:5::/48 dev v0 mtu 1300 table 100
            route append 2001:db8:1::/48 via 2001:db8::5
            route replace 2001:db8:5::/48 via 2001:db8::7 table 100
            route del 10.5.0.0/16
            route del default metric 100
            route delete blackhole 10.4.0.0/16
            route del 10.11.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 dev v0
            route del local 10.16.0.1 dev v0
            r d 2001:db8:1::/48 via 2001:db8::5
            -6 route del default via 2001:db8::2
            -n red route add default dev eth0
            -n red route add 10.9.0.0/16 dev eth0 metric 7
            route flush table 100
            route flush proto static
            route flush root 10.10.0.0/13
            -6 route flush table 100
            -n red route flush dev eth0
            """,
            after: """
                ip link add v0 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:02 netns red
                ip link set v0 up
                ip -n red link set eth0 up
                ip addr add 10.0.0.1/24 dev v0
                ip addr add 2001:db8::1/64 dev v0
                """)
    }

    @Test("a peer that is to be up is brought up in its namespace, which ip can't")
    func peerUp() throws {
        let box = try Sandbox()
        try box.shell("ip netns add red; netns link add v0 up type veth peer name eth0 up netns red")
        // The kernel tells the state of a carrier up to a second late.
        try box.shell(
            "for try in $(seq 50); do ip -n red link show eth0 | grep -q 'state UP' && break; sleep 0.1; done")
        #expect(try JSON(box.netns("-n red -j link show eth0").output).elements.first?["operstate"] == .string("UP"))
    }

    @Test("a link is moved by the number of a process, and renamed on the way")
    func move() throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip link add v0 type veth peer name v1
            unshare -n sleep 60 & process=$!
            while [ "$(readlink /proc/$process/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
            netns link set v1 netns $process name eth0 up
            nsenter -t $process -n ip -br link show eth0
            kill $process
            """)
    }
}
