// SPDX-License-Identifier: Apache-2.0

import KernelGates

/// One namespace that has something of everything, for comparisons of whole listings.
///
/// Each line is for `sh`; what it needs of the kernel stands beside it.
enum WholeNamespaceScene {
    /// What a line needs of the kernel.
    enum Need {
        /// Nothing that any kernel lacks.
        case nothing
        /// A kind of links.
        case link(String)
        /// A kind of qdiscs.
        case discipline(String)
        /// A part that can't be asked for but by trying.
        case trial

        /// Whether the kernel has it; true of what has to be tried.
        var isMet: Bool {
            switch self {
            case .nothing, .trial: true
            case .link(let kind): kernelHas(linkKind: kind)
            case .discipline(let kind): kernelHas(queueingDiscipline: kind)
            }
        }
    }

    private static let parts =
        [links, addresses, routes, rules, otherRules, neighbors, forwarding, traffic].flatMap(\.self)

    /// The script that makes it all on this kernel.
    static var script: String {
        let lines = parts.compactMap { need, line in
            guard need.isMet else { return String?.none }
            if case .trial = need { return "{ \(line); } 2>/dev/null || true" }
            return line
        }
        return ([base] + lines).joined(separator: "\n")
    }

    /// Kinds of links in the scene, as `info_kind` has them, that the kernel has or, with `false`, lacks.
    static func kinds(_ isThere: Bool) -> [String] {
        let kinds = links.compactMap { need, _ in
            if case .link(let kind) = need, !kind.hasSuffix("_slave") { kind } else { String?.none }
        }
        return Set(kinds).filter { kernelHas(linkKind: $0) == isThere }.sorted()
    }

    private static let base = """
        for kind in all default; do echo 0 > /proc/sys/net/ipv6/conf/$kind/accept_dad; done
        ip link set lo up
        ip netns add red
        ip link add v0 index 10 address 02:00:00:00:00:01 type veth peer name v1 index 11 address 02:00:00:00:00:02
        ip link add v2 index 12 address 02:00:00:00:00:03 type veth peer name v3 index 13 address 02:00:00:00:00:04
        ip link add v4 index 14 address 02:00:00:00:00:05 type veth peer name v5 index 15 address 02:00:00:00:00:06
        ip link add v6 index 16 address 02:00:00:00:00:07 type veth peer name v7 index 17 address 02:00:00:00:00:08
        ip link add v8 index 18 address 02:00:00:00:00:09 type veth peer name v9 netns red
        ip link set v0 alias 'the "first"' group 7 txqueuelen 77
        ip link property add dev v0 altname the-first altname v0-of-a-longer-name
        ip link set v3 addrgenmode none
        ip link set v8 arp off multicast off
        for link in v0 v1 v2 v3 v4 v5; do ip link set $link up; done
        """

    private static let links: [(Need, String)] = [
        (.link("bridge"), "ip link add br0 up type bridge stp_state 1 mcast_querier 1 ageing_time 1000"),
        (.trial, "ip link set br0 type bridge vlan_filtering 1"),
        (.trial, "ip link set br0 type bridge vlan_stats_enabled 1 mcast_stats_enabled 1"),
        (.nothing, "ip link set v1 master br0; ip link set v1 type bridge_slave isolated on cost 50 mcast_router 2"),
        (.nothing, "ip link set v1 type bridge_slave neigh_suppress on guard on learning off hairpin on"),
        (.link("bridge"), "ip link add br1 up type bridge; ip link set v3 master br1"),
        (.link("amt"), "ip link add amt1 type amt mode gateway local 192.0.2.1 discovery 192.0.2.2 dev v0"),
        (.link("bareudp"), "ip link add bareudp1 type bareudp dstport 6635 ethertype mpls_uc multiproto"),
        (.link("batadv"), "ip link add bat1 type batadv"),
        (
            .link("bond"),
            "ip link add bond1 type bond mode active-backup miimon 100; ip link set v7 down master bond1"
        ),
        (.link("bond"), "ip link add bond2 type bond mode 802.3ad lacp_rate fast ad_select bandwidth min_links 2"),
        (
            .link("bond"),
            "ip link add bond3 type bond mode balance-xor arp_interval 100 arp_ip_target 192.0.2.1,192.0.2.2"
        ),
        (.link("dummy"), "ip link add dummy1 type dummy"),
        (.link("erspan"), "ip link add erspan1 type erspan remote 192.0.2.1 seq key 7 erspan_ver 1 erspan 123"),
        (.link("geneve"), "ip link add geneve1 type geneve id 5 remote 192.0.2.1 ttl 5 tos 0x10 df set udpcsum"),
        (.link("geneve"), "ip link add geneve2 type geneve external dstport 6082"),
        (.link("gre"), "ip link add gre1 type gre remote 192.0.2.1 local 192.0.2.2 dev v0 key 5 csum seq ttl 64"),
        (.link("gre"), "ip link add gre2 type gre external"),
        (.link("gretap"), "ip link add gretap1 type gretap remote 192.0.2.1 ttl inherit nopmtudisc ignore-df"),
        (.link("hsr"), "ip link add hsr1 type hsr slave1 v4 slave2 v5 supervision 45 version 1"),
        (.link("ifb"), "ip link add ifb1 type ifb"),
        (
            .link("ip6erspan"),
            "ip link add ip6erspan1 type ip6erspan remote 2001:db8::1 seq key 7 erspan_ver 2 erspan_hwid 3"
        ),
        (
            .link("ip6gre"),
            "ip link add ip6gre1 type ip6gre remote 2001:db8::1 local 2001:db8::2 tclass 0x12 flowlabel 0x12345 key 7"
        ),
        (.link("ip6gretap"), "ip link add ip6gretap1 type ip6gretap remote 2001:db8::1 tclass inherit encaplimit 7"),
        (
            .link("ip6tnl"),
            "ip link add ip6tnl1 type ip6tnl mode ipip6 remote 2001:db8::1 hoplimit 4 encaplimit none dev v0"
        ),
        (.link("ipip"), "ip link add ipip1 type ipip remote 192.0.2.1 local 192.0.2.2 ttl 3 tos 0x11 fwmark 1"),
        (.link("ipvlan"), "ip link add link v2 name ipvlan1 type ipvlan mode l3 private"),
        (.link("ipvtap"), "ip link add link v2 name ipvtap1 type ipvtap mode l3 private"),
        (
            .link("macsec"),
            "ip link add link v4 name macsec1 type macsec port 11 cipher gcm-aes-256 validate check replay on window 5"
        ),
        (.link("macvlan"), "ip link add link v0 name macvlan1 type macvlan mode bridge bcqueuelen 500"),
        (.link("macvlan"), "ip link add link v0 name macvlan2 type macvlan mode source macaddr add 02:00:00:00:00:99"),
        (.link("macvtap"), "ip link add link v0 name macvtap1 type macvtap mode vepa"),
        (.link("netkit"), "netns link add netkit1 type netkit mode l2 peer name netkit2"),
        (.link("nlmon"), "ip link add nlmon1 type nlmon"),
        (.link("sit"), "ip link add sit1 type sit mode any remote 192.0.2.1 ttl 7"),
        (.link("sit"), "ip link add sit2 type sit 6rd-prefix 2001:db8::/32 6rd-relay_prefix 192.0.2.0/24"),
        (.link("team"), "ip link add team1 type team"),
        (.trial, "ip tuntap add tun1 mode tun; ip tuntap add tap1 mode tap multi_queue vnet_hdr user 7 group 8"),
        (.link("vcan"), "ip link add vcan1 type vcan"),
        (
            .link("vlan"),
            """
            ip link add link v0 name vlan1 type vlan id 5 reorder_hdr off gvrp on ingress-qos-map 1:2 egress-qos-map 5:6
            """
        ),
        (.link("vlan"), "ip link add link v0 name vlan2 type vlan proto 802.1ad id 6 loose_binding on"),
        (.link("vrf"), "ip link add vrf1 type vrf table 100; ip link set v6 master vrf1"),
        (.link("vti"), "ip link add vti1 type vti remote 192.0.2.1 local 192.0.2.2 key 7 dev v0"),
        (.link("vti6"), "ip link add vti61 type vti6 ikey 7 okey 8 remote 2001:db8::1"),
        (.link("vxcan"), "ip link add vxcan1 type vxcan peer name vxcan2"),
        (
            .link("vxlan"),
            """
            ip link add vxlan1 type vxlan id 7 group 239.1.1.1 dev v0 dstport 4789 ttl 4 tos inherit ageing 100 \
            maxaddress 50 srcport 1000 2000 udpcsum l2miss proxy
            """
        ),
        (
            .link("vxlan"),
            """
            ip link add vxlan2 type vxlan id 8 remote 2001:db8::1 local 2001:db8::2 dstport 4790 nolearning \
            udp6zerocsumtx udp6zerocsumrx flowlabel 9
            """
        ),
        (
            .link("vxlan"),
            "ip link add vxlan3 type vxlan external dstport 4791 vnifilter; ip link set vxlan3 master br0"
        ),
        (.link("wireguard"), "ip link add wireguard1 type wireguard"),
        (.link("xfrm"), "ip link add xfrm1 type xfrm dev v0 if_id 0x55"),
    ]

    private static let addresses: [(Need, String)] = [
        "10.0.0.1/24", "10.0.1.1/24 brd + label v0:label metric 70", "10.0.4.1 peer 10.0.4.2 scope link",
        "10.0.8.1/24 valid_lft 5000 preferred_lft 4000 noprefixroute", "2001:db8:5::1/64 nodad",
        "2001:db8:6::4/128 nodad noprefixroute valid_lft 9000 preferred_lft 100", "fd00::1/64 nodad home mngtmpaddr",
        "2001:db8:7::6 peer 2001:db8:7::7 nodad",
    ].map { (.nothing, "ip address add \($0) dev v0") }

    private static let routes: [(Need, String)] = nextHops + plainRoutes + tunnelRoutes

    private static let nextHops: [(Need, String)] = [
        (.nothing, "ip nexthop add id 1 via 10.0.0.2 dev v0"),
        (.nothing, "ip nexthop add id 2 dev v0"),
        (.nothing, "ip nexthop add id 3 blackhole"),
        (.nothing, "ip nexthop add id 4 via 10.0.0.3 dev v0 onlink proto static"),
        (.nothing, "ip nexthop add id 10 group 1/4,4"),
        (.nothing, "ip nexthop add id 12 group 1/4 type resilient buckets 8 idle_timer 60 unbalanced_timer 300"),
        (.nothing, "ip nexthop add id 20 via 10.0.0.9 fdb; ip nexthop add id 21 group 20 fdb"),
        (.nothing, "ip nexthop add id 30 via 2001:db8:5::2 dev v0"),
    ]

    private static let tunnelRoutes: [(Need, String)] = [
        (.link("gre"), "ip link set gre2 up; ip route add 10.22.0.0/16 encap ip id 7 dst 192.0.2.9 ttl 5 dev gre2"),
        (.trial, "ip route add 10.23.0.0/16 encap mpls 100/200 via 10.0.0.2"),
        (.trial, "ip route add 10.24.0.0/16 encap seg6 mode encap segs 2001:db8:5::9,2001:db8:5::8 dev v0"),
        (.trial, "ip route add 2001:db8:9::/48 encap seg6 mode inline segs 2001:db8:5::9 dev v0"),
        (
            .link("ip6gre"),
            "ip link set ip6gre1 up; ip route add 2001:db8:a::/48 encap ip6 id 7 dst 2001:db8::9 dev ip6gre1"
        ),
    ]

    private static let plainRoutes: [(Need, String)] = [
        "default via 10.0.0.2", "default via 10.0.0.3 metric 100",
        "10.2.0.0/16 via 10.0.0.2 dev v0 src 10.0.0.1 metric 5 proto static", "10.3.0.0/16 dev v0 scope link",
        "blackhole 10.4.0.0/16", "unreachable 10.5.0.0/16 metric 9", "prohibit 10.6.0.0/16",
        "throw 10.7.0.0/16 table 100", "10.8.0.0/16 via 10.9.9.9 dev v0 onlink",
        """
        10.10.0.0/16 via 10.0.0.2 mtu 1400 advmss lock 1300 initcwnd 10 initrwnd 20 rto_min 20ms congctl reno \
        features ecn quickack 1 hoplimit 9
        """,
        "10.11.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 dev v0",
        "10.12.0.0/16 via inet6 2001:db8:5::9 dev v0", "10.13.0.0/16 via 10.0.0.2 table 1000 tos 0x10",
        "10.14.0.0/16 via 10.0.0.2 realm 5/7", "local 10.16.0.1 dev v0", "broadcast 10.17.255.255 dev v0",
        "multicast 239.0.0.0/8 dev v0 table 50", "10.20.0.0/16 nhid 10", "10.21.0.0/16 nhid 1",
        "10.25.0.0/16 nhid 12", "10.26.0.0/16 nhid 3", "10.27.0.0/16 nhid 2", "10.28.0.0/16 nhid 10 metric 6",
        "2001:db8:1::/48 via 2001:db8:5::2", "2001:db8:2::/48 via fe80::1 dev v0 metric 5 pref high",
        "2001:db8:8::/48 via 2001:db8:5::2 expires 5000", "unreachable 2001:db8:3::/48",
        "blackhole 2001:db8:3:1::/64", "prohibit 2001:db8:3:2::/64 metric 3",
        "2001:db8:4::/48 nexthop via 2001:db8:5::2 nexthop via 2001:db8:5::3 weight 4",
        "2001:db8:b::/48 nhid 30", "2001:db8:c::/48 dev v0 mtu 1300 table 100",
        "multicast ff05::/16 dev v0 table 60",
    ].map { (.nothing, "ip route add \($0)") }

    private static let rules: [(Need, String)] = [
        "from 10.0.0.0/8 table 100 pref 100", "to 10.1.0.0/16 fwmark 5/0xff lookup 101 pref 101",
        "iif v0 oif v1 lookup main pref 102 suppress_prefixlength 0",
        "not from 10.9.0.0/16 tos 0x10 blackhole pref 103",
        "ipproto tcp sport 100-200 dport 80 uidrange 5-10 prohibit pref 104", "from 10.7.0.0/16 goto 200 pref 105",
        "from 10.7.0.0/16 unreachable pref 200 protocol static", "lookup 7 realms 3/4 pref 106",
        "lookup 8 tun_id 77 pref 107", "from 10.8.0.0/16 goto 999 pref 108",
    ].map { (.nothing, "ip rule add \($0)") }

    private static let otherRules: [(Need, String)] = [
        (.trial, "ip rule add l3mdev pref 1000"),
        (.nothing, "ip -6 rule add from 2001:db8::/32 table 100 pref 100"),
        (.nothing, "ip -6 rule add fwmark 7 goto 300 pref 101"),
        (.nothing, "ip -6 rule add to 2001:db8::/64 prohibit pref 300"),
        (.nothing, "ip -6 rule add lookup 9 suppress_ifgroup 7 pref 301"),
    ]

    private static let neighbors: [(Need, String)] = [
        "10.0.0.2 lladdr 02:00:00:00:00:12 nud permanent", "10.0.0.3 lladdr 02:00:00:00:00:13 nud stale",
        "10.0.0.5 lladdr 02:00:00:00:00:15 nud noarp router",
        "10.0.0.6 lladdr 02:00:00:00:00:16 nud stale extern_learn protocol static",
        "2001:db8:5::2 lladdr 02:00:00:00:00:12 nud permanent router",
        "2001:db8:5::3 lladdr 02:00:00:00:00:13 nud stale", "proxy 10.0.0.77", "proxy 2001:db8:5::77",
    ].map { (.nothing, "ip neighbor add \($0) dev v0") }

    private static let forwarding: [(Need, String)] = [
        (.nothing, "bridge fdb add 02:00:00:00:00:0a dev v1 master"),
        (.nothing, "bridge fdb add 02:00:00:00:00:0b dev v1 master static sticky"),
        (.nothing, "bridge fdb add 02:00:00:00:00:0d dev v1 self"),
        (.nothing, "bridge fdb add 02:00:00:00:00:0e dev v1 master extern_learn"),
        (.nothing, "bridge fdb add 01:00:5e:00:00:05 dev v0"),
        (.trial, "bridge fdb add 02:00:00:00:00:0f dev v1 master vlan 1"),
        (.link("vxlan"), "bridge fdb add 02:00:00:00:00:10 dev vxlan1 dst 10.0.0.9"),
        (.link("vxlan"), "bridge fdb append 00:00:00:00:00:00 dev vxlan1 dst 10.0.0.11 port 4444 vni 5 via v0"),
        (.link("vxlan"), "bridge fdb add 02:00:00:00:00:13 dev vxlan1 nhid 21"),
        (.trial, "bridge fdb add 02:00:00:00:00:22 dev vxlan3 dst 10.0.0.9 src_vni 9"),
        (.trial, "bridge vlan add vid 10 dev v1 pvid untagged"),
        (.trial, "bridge vlan add vid 100-110 dev v1"),
        (.trial, "bridge vlan add vid 5 dev br0 self"),
        (.trial, "ip link set vxlan3 type bridge_slave vlan_tunnel on; bridge vlan add vid 20-22 dev vxlan3"),
        (.trial, "bridge vlan add dev vxlan3 vid 20-22 tunnel_info id 1020-1022"),
        (.nothing, "bridge mdb add dev br0 port v1 grp 239.1.1.1 permanent"),
        (.nothing, "bridge mdb add dev br0 port v1 grp 239.1.1.3 src 10.0.0.7 permanent"),
        (.nothing, "bridge mdb add dev br0 port v1 grp ff05::5 temp"),
        (.nothing, "bridge mdb add dev br0 port v1 grp 01:00:5e:00:00:09 permanent"),
    ]

    private static let traffic: [(Need, String)] = [
        ("htb", "qdisc add dev v0 root handle 1: htb default 10"),
        ("htb", "class add dev v0 parent 1: classid 1:1 htb rate 10mbit"),
        ("htb", "class add dev v0 parent 1:1 classid 1:10 htb rate 1mbit ceil 2mbit burst 15k cburst 16k prio 3"),
        ("htb", "qdisc add dev v0 parent 1:10 handle 20: pfifo limit 5"),
        ("clsact", "qdisc add dev v0 clsact"),
        ("ingress", "qdisc add dev v1 ingress"),
        ("netem", "qdisc add dev v1 root handle 5: netem delay 20ms 2ms 25% loss 1% duplicate 2% corrupt 3%"),
        ("netem", "qdisc add dev v2 root handle 6: netem loss gemodel 1% 10% 70% 0.1%"),
        ("netem", "qdisc add dev br0 root handle 13: netem loss state 1% 20% 30% 40% 5% slot 10ms 20ms packets 5"),
        ("netem", "qdisc add dev br1 root handle 14: netem delay 5ms reorder 5% 50% gap 3 rate 1mbit 5 limit 900"),
        ("fq", "qdisc add dev v3 root handle 7: fq limit 5000 nopacing maxrate 1gbit"),
        ("fq_codel", "qdisc add dev v4 root handle 8: fq_codel limit 1000 target 5ms noecn"),
        ("cake", "qdisc add dev v5 root handle 9: cake bandwidth 20mbit besteffort nat ethernet"),
        ("prio", "qdisc add dev v6 root handle 10: prio bands 4"),
        ("tbf", "qdisc add dev v7 root handle 11: tbf rate 1mbit burst 10kb latency 70ms peakrate 2mbit mtu 1540"),
        ("bfifo", "qdisc add dev v8 root handle 12: bfifo limit 10k"),
    ].map { (.discipline($0), "tc \($1)") }
}
