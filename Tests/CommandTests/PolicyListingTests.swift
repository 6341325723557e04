// SPDX-License-Identifier: Apache-2.0

import Testing

/// What netns shows of rules and neighbours, beside what ip(8) shows of the same.
@Suite(.enabled(if: Sandbox.isAvailable))
struct PolicyListingTests {
    private static let network = """
        ip netns add red
        for kind in all default; do echo 0 > /proc/sys/net/ipv6/conf/$kind/accept_dad; done
        ip link set lo up
        ip link add v0 address 02:00:00:00:00:01 type veth peer name w0 address 02:00:00:00:00:02
        ip link add br0 type bridge
        ip link set w0 master br0
        for link in v0 w0 br0; do ip link set $link up; done
        ip addr add 10.0.0.1/24 dev v0
        ip addr add 10.1.0.1/24 dev br0
        ip addr add 2001:db8::1/64 dev v0
        """

    /// One rule of each selector and each action.
    private static let rules = [
        "from 10.0.0.0/8 table 100", "to 10.1.0.0/16 lookup 1000 priority 50", "from 10.2.0.1 to 10.3.0.0/24",
        "iif v0 oif w0 table 100", "iif nosuch prohibit", "oif nosuch prohibit", "fwmark 0x10/0xff table 100",
        "fwmark 5 table 100", "fwmark 0/0xff table 100", "tos 0x10 table 100", "tos 4 table 100",
        "not from 10.0.0.1 uidrange 100-200 table 100", "ipproto tcp sport 1000-2000 dport 80 table 100",
        "ipproto 200 dport 53 table 100", "priority 77 l3mdev", "tun_id 12 table 5", "priority 10 goto 20",
        "priority 20 nop", "priority 21 goto 500", "blackhole from 10.4.0.0/16", "unreachable to 10.5.0.0/16",
        "type prohibit iif lo", "table main suppress_prefixlength 0", "table main suppress_ifgroup 5",
        "table local suppress_ifgroup default suppress_prefixlength 8", "from 10.6.0.0/16 realms 3/4 table 100",
        "from 10.7.0.0/16 realms 9 table 100", "from 10.8.0.0/16 protocol static", "protocol 77 from 10.9.0.0/16",
    ]
    private static let rulesOfIPv6 = [
        "from 2001:db8::/32 to 2001:db8:1::/48 table 100", "from 2001:db8::1 table 1000", "ipproto ipv6-icmp prohibit",
        "fwmark 7 not iif lo table 100", "table main suppress_prefixlength 64",
    ]
    private static let neighbors = [
        "10.0.0.5 lladdr 02:00:00:00:00:05 dev v0", "10.0.0.7 lladdr 02:00:00:00:00:07 dev v0 nud stale router",
        "10.0.0.13 lladdr 02:00:00:00:00:13 dev v0 protocol zebra", "10.0.0.14 dev v0 nud none",
        "10.0.0.15 lladdr 02:00:00:00:00:15 dev v0 nud noarp", "10.1.0.13 lladdr 02:00:00:00:00:13 dev br0",
        "2001:db8::5 lladdr 02:00:00:00:00:05 dev v0 router extern_learn",
        "2001:db8::6 lladdr 02:00:00:00:00:06 dev v0 nud stale", "proxy 10.0.0.12 dev v0",
        "proxy 2001:db8::12 dev v0 protocol static",
    ]

    /// The network with all of it, made by ip or by netns.
    private func box(madeBy tool: String = "ip") throws -> Sandbox {
        let box = try Sandbox()
        let lines =
            Self.rules.map { "\(tool) rule add \($0)" } + Self.rulesOfIPv6.map { "\(tool) -6 rule add \($0)" }
            + Self.neighbors.map { "\(tool) neigh add \($0)" }
        try box.shell(([Self.network] + lines).joined(separator: "\n"))
        return box
    }

    private static let listings = [
        "rule", "-6 rule", "rule show table 100", "rule list from 10.0.0.0/8", "rule show iif v0", "rule show fwmark 5",
        "rule show tos 4", "rule show priority 50", "rule show l3mdev", "rule show to 10.3.0.0/16",
        "rule show from all", "-6 rule show table 1000", "neigh", "-4 neigh", "-6 neigh", "neigh show dev v0",
        "neigh show proxy", "neigh show nud permanent", "neigh show nud stale nud noarp dev v0",
        "neigh show to 10.0.0.4/30", "neigh show 10.0.0.0/24 nomaster",
    ]

    @Test("JSON has every key of ip -j -d, with its value and type, in its order")
    func json() throws {
        let box = try box()
        for line in Self.listings {
            let expected = try JSON(box.shell("ip -j -d \(line)").output)
            let shown = try JSON(box.netns("\(line) --json").output)
            #expect(expected.missing(from: shown) == [], "netns \(line)")
            #expect(!expected.elements.isEmpty, "ip \(line)")
            for (left, right) in zip(expected.elements, shown.elements) {
                #expect(left.keys == right.keys, "netns \(line)")
            }
        }
        // The ages go on between the two.
        #expect(
            try waitUntil {
                let expected = try JSON(box.shell("ip -j -s neigh").output)
                return expected.missing(from: try JSON(box.netns("neigh -s --json").output)).isEmpty
            })
    }

    @Test("text is that of ip, octet by octet")
    func text() throws {
        let box = try box()
        for line in Self.listings + [
            "-d rule", "-d -6 rule", "neigh get 10.0.0.5 dev v0", "neigh get proxy 10.0.0.12 dev v0",
        ] {
            let expected = try box.shell("ip \(line)").output
            let shown = try box.netns(line)
            #expect(shown.output == expected, "netns \(line)")
            #expect(shown.status == 0 && !expected.isEmpty, "netns \(line)")
        }
        let used = #/used [0-9/]+/#
        let expected = try box.shell("ip -s neigh").output.replacing(used, with: "")
        #expect(try box.netns("-s neigh").output.replacing(used, with: "") == expected)
    }

    @Test("what netns makes is what ip makes of the same words")
    func making() throws {
        let (made, expected) = (try box(madeBy: "netns"), try box())
        for line in ["rule", "-6 rule", "-s neigh show nud all dev v0", "neigh show proxy"] {
            let times = #/used [0-9/]+/#
            let script = "ip -d \(line) | grep -v 'ff02::' | sort"
            #expect(
                try made.shell(script).output.replacing(times, with: "")
                    == expected.shell(script).output.replacing(times, with: ""), "ip \(line)")
        }
    }

    @Test("a rule for a DSCP is shown as it was made", .enabled(if: kernelHasRuleDSCP, "this kernel has no FRA_DSCP"))
    func dscp() throws {
        let box = try Sandbox()
        try box.shell("netns rule add dscp 11 table 100 priority 5")
        #expect(try box.netns("rule show dscp 0x0b").output == "5:\tfrom all dscp 0x0b lookup 100\n")
        try box.shell("netns rule delete dscp 0xb")
        #expect(try box.netns("rule show table 100").output == "")
    }

    @Test("rules with masks are shown as they were made", .enabled(if: kernelHasRuleMasks, "Linux 6.16 has them"))
    func masks() throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns rule add dscp 10/0xf table 100 priority 5
            netns rule add sport 0x50/0xfff0 dport 53/255 table 100 priority 6
            netns rule add sport 80/0xffff table 100 priority 7
            netns -6 rule add flowlabel 0x11/0xff table 100 priority 5
            netns -6 rule add flowlabel 0x12345 table 100 priority 6
            """)
        #expect(
            try box.netns("rule show table 100").output == """
                5:\tfrom all dscp 0xa/0xf lookup 100
                6:\tfrom all sport 0x50/0xfff0 dport 0x35/0xff lookup 100
                7:\tfrom all sport 80 lookup 100

                """)
        #expect(
            try box.netns("-6 rule show table 100").output == """
                5:\tfrom all flowlabel 0x11/0xff lookup 100
                6:\tfrom all flowlabel 0x12345 lookup 100

                """)
        let rules = try JSON(box.netns("rule show table 100 --json").output).elements
        #expect(rules.map { $0["dscp_mask"] } == [.string("0xf"), nil, nil])
        #expect(rules.map { $0["sport_mask"] } == [nil, .string("0xfff0"), nil])
        #expect(rules.map { $0["dport_mask"] } == [nil, .string("0xff"), nil])
        let labels = try JSON(box.netns("-6 rule show table 100 --json").output).elements
        #expect(labels.map { $0["flowlabel"] } == [.string("0x11"), .string("0x12345")])
        #expect(labels.map { $0["flowlabel_mask"] } == [.string("0xff"), .string("0xfffff")])
        // They choose and delete by their masks, too.
        #expect(try box.netns("rule show dscp 10").output == "")
        #expect(try box.netns("rule show sport 80").output == "7:\tfrom all sport 80 lookup 100\n")
        try box.shell(
            """
            netns rule delete dscp 10/0xf
            netns rule delete sport 0x50/0xfff0 dport 53/255
            netns -6 rule delete flowlabel 0x11/0xff
            """)
        #expect(try box.netns("rule show table 100").output == "7:\tfrom all sport 80 lookup 100\n")
        #expect(try box.netns("-6 rule show table 100").output == "6:\tfrom all flowlabel 0x12345 lookup 100\n")
    }

    @Test("rules are deleted as described, and flushed by the words of show")
    func ruleDeletion() throws {
        let box = try Sandbox()
        try box.shell(
            """
            for table in 100 200; do for net in 1 2 3; do
                netns rule add from 10.$net.0.0/16 table $table protocol static
            done; done
            netns rule del from 10.1.0.0/16 table 200
            netns rule flush table 100 from 10.0.0.0/8
            """)
        #expect(
            try box.shell("ip rule").output == """
                0:\tfrom all lookup local
                32760:\tfrom 10.3.0.0/16 lookup 200 proto static
                32761:\tfrom 10.2.0.0/16 lookup 200 proto static
                32766:\tfrom all lookup main
                32767:\tfrom all lookup default

                """)
        try box.shell("netns rule flush")
        #expect(try box.shell("ip rule").output == "0:\tfrom all lookup local\n")
        #expect(try box.shell("ip -6 rule | wc -l").output == "2\n")
    }

    @Test("neighbours are changed, replaced, deleted and flushed")
    func neighborLife() throws {
        let box = try box()
        try box.shell(
            """
            netns neighbor replace 10.0.0.5 lladdr 02:00:00:00:00:55 dev v0 nud stale
            netns neighbour change 10.0.0.7 lladdr 02:00:00:00:00:77 dev v0
            netns n del 10.0.0.13 dev v0
            netns neigh del proxy 10.0.0.12 dev v0
            """)
        #expect(
            try box.shell("ip -4 neigh | sort").output == """
                10.0.0.5 dev v0 lladdr 02:00:00:00:00:55 STALE\u{20}
                10.0.0.7 dev v0 lladdr 02:00:00:00:00:77 PERMANENT\u{20}
                10.1.0.13 dev br0 lladdr 02:00:00:00:00:13 PERMANENT\u{20}

                """)
        try box.shell("netns neighbor flush dev v0")
        #expect(
            try box.shell("ip neigh show dev v0 nud stale; ip neigh show dev v0 nud permanent").output.hasPrefix(
                "10.0.0.7 lladdr"))
        try box.shell("netns neighbor flush nud permanent; netns neighbor flush proxy")
        #expect(try box.shell("ip neigh show nud permanent; ip neigh show proxy").output == "")
        try box.shell("netns neighbor flush all")
    }

    @Test("all namespaces are shown at once")
    func allNamespaces() throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip netns add red
            ip -n red rule add from 10.5.5.5 table 9 priority 7
            ip -n red link add v0 up type veth peer name v1
            ip -n red neigh add 10.0.0.5 lladdr 02:00:00:00:00:05 dev v0
            """)
        #expect(
            try box.netns("rule show priority 7 --all-namespaces").output
                == "\nnetns: red\n7:\tfrom 10.5.5.5 lookup 9\n")
        let shown = try JSON(box.netns("neighbor show dev v0 --all-namespaces --json").output).elements
        #expect(shown.map { $0["netns"] } == [.string("red")])
        #expect(shown.first?["dst"] == .string("10.0.0.5"))
    }

    @Test("a bad word is refused on one line that says what is wrong, and changes nothing")
    func refusals() throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip link add v0 type veth peer name v1
            for link in v0 v1; do ip link set $link addrgenmode none up; done
            ip addr add 10.0.0.1/24 dev v0
            ip rule add from 10.1.0.0/16 table 9 priority 30
            """)
        try box.expect([
            Refusal("rule add", 2, "rule add: it must be said which packets the rule is for"),
            Refusal("rule delete", 2, "rule delete: it must be said which packets the rule is for"),
            Refusal("rule add from", 2, "'from' lacks its prefix"),
            Refusal("rule add from 10.0.0.0/33", 2, "'33' is greater than 32"),
            Refusal("rule add from 10.0.0.1/24", 2, "'10.0.0.1/24' has host bits: the network is '10.0.0.0/24'"),
            Refusal("rule add from 10.0.0.1 to 2001:db8::1", 2, "the prefixes are of different families"),
            Refusal("rule add from 10.0.0.1 -6", 2, "the prefixes are of different families, or not of that"),
            Refusal("rule add from 10.0.0.1 from 10.0.0.2", 2, "'from' is given twice"),
            Refusal("rule add from 10.0.0.1 pref 5 order 6", 2, "'priority' is given twice"),
            Refusal("rule add form 10.0.0.1", 2, "unknown word 'form'; hint: did you mean 'from'?"),
            Refusal("rule add iif averyverylongname", 2, "the kernel takes 15 at most"),
            Refusal("rule add fwmark 0x10/", 2, "'0x10/' is not a mark, or MARK/MASK"),
            Refusal("rule add fwmark 010", 2, "'010' is not a mark, or MARK/MASK"),
            Refusal("rule add tos 5 dscp 5", 2, "'tos' and 'dscp' exclude each other"),
            Refusal("rule add dscp 64", 2, "'64' is no DSCP, or DSCP/MASK: a number up to 63"),
            Refusal("rule add dscp 5/64", 2, "'5/64' is no DSCP"),
            Refusal("rule add flowlabel 5 table 1", 2, "only rules of IPv6 take 'flowlabel'"),
            Refusal("-6 rule add flowlabel 0x100000 table 1", 2, "'0x100000' is not a label, or LABEL/MASK"),
            Refusal("rule add sport 5/0 table 1", 2, "a port is from 1 to 65534, and its mask is not 0"),
            Refusal("rule add dport 5/65536 table 1", 2, "'5/65536' is not a port, or PORT/MASK"),
            Refusal("rule add uidrange 5-2", 2, "the smaller one first"),
            Refusal("rule add uidrange 5-6-7", 2, "'5-6-7' is neither a decimal number"),
            Refusal("rule add sport 0", 2, "'0' is neither a decimal number from 1 to 65534"),
            Refusal("rule add dport 80-65535", 2, "'80-65535' is neither a decimal number from 1 to 65534"),
            Refusal("rule add ipproto tpc", 2, "'tpc' is no protocol: a decimal number up to 255"),
            Refusal("rule add ipproto 256", 2, "'256' is no protocol"),
            Refusal("rule add table 0", 2, "there is no table 0"),
            Refusal("rule add l3mdev table 5", 2, "'l3mdev' and 'table' exclude each other"),
            Refusal("rule add goto 5 blackhole", 2, "'goto' and 'blackhole' exclude each other"),
            Refusal("rule add prohibit table 5", 2, "'prohibit' and 'table' exclude each other"),
            Refusal("rule add nop suppress_prefixlength 5", 2, "'nop' and 'suppress_prefixlength' exclude"),
            Refusal("rule add suppress_prefixlength 33", 2, "'suppress_prefixlength' is at most 32 for inet"),
            Refusal("-6 rule add realms 5", 2, "only rules of IPv4 take 'realms'"),
            Refusal("rule add priority 10 goto 5", 1, "cannot add rule of priority '10': "),
            Refusal(
                "rule add from 10.1.0.0/16 table 9 priority 30", 1,
                "cannot add rule of priority '30' from '10.1.0.0/16': File exists (EEXIST)"),
            Refusal("rule delete priority 31", 1, "cannot delete rule of priority '31': No such file or directory"),
            Refusal("rule show nat", 2, "rule show: unknown word 'nat'"),
            Refusal("rule frob", 2, "there is no verb 'frob' of 'netns rule'"),
            Refusal("neighbor add", 2, "neighbor add: the address is missing"),
            Refusal("neighbor add 10.0.0.9", 2, "the device is missing: 'dev DEVICE'"),
            Refusal("neighbor add 10.0.0.9/24 dev v0", 2, "'10.0.0.9/24'"),
            Refusal("neighbor add 10.0.0.9 10.0.0.8 dev v0", 2, "the address is given twice"),
            Refusal("neighbor add 10.0.0.9 proxy 10.0.0.8 dev v0", 2, "the address is given twice"),
            Refusal("neighbor add 10.0.0.9 dev nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
            Refusal(
                "neighbor add 10.0.0.9 dev v0", 1,
                "cannot add neighbour '10.0.0.9' on 'v0': No link layer address given"),
            Refusal(
                "neighbor add 10.0.0.9 lladdr 02:00:00:00:00 dev v0", 1, "cannot add neighbour '10.0.0.9' on 'v0': "),
            Refusal("neighbor add 10.0.0.9 lladr 02:00:00:00:00:01 dev v0", 2, "hint: did you mean 'lladdr'?"),
            Refusal("neighbor add 10.0.0.9 nud odd dev v0", 2, "'odd' is not 'incomplete', "),
            Refusal("neighbor add 10.0.0.9 protocol 256 dev v0", 2, "'256' is no protocol"),
            Refusal("neighbor delete 10.0.0.99 dev v0", 1, "cannot delete neighbour '10.0.0.99' on 'v0': "),
            Refusal("neighbor change 10.0.0.99 lladdr 02:00:00:00:00:01 dev v0", 1, "(ENOENT)"),
            Refusal("neighbor get 10.0.0.99 dev v0", 1, "cannot get neighbour '10.0.0.99' on 'v0': "),
            Refusal("neighbor get 10.0.0.9 lladdr 02:00:00:00:00:01", 2, "unknown word 'lladdr'"),
            Refusal("neighbor show master v0 nomaster", 2, "'master' and 'nomaster' exclude each other"),
            Refusal("neighbor show 10.0.0.0/24 -6", 2, "'10.0.0.0/24' is not of the family of '-4' or '-6'"),
            Refusal("neighbor show nud al", 2, "hint: did you mean 'all'?"),
            Refusal("neighbor show dev nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
            Refusal("neighbor flush", 2, "it must be said which neighbours to delete"),
            Refusal("neighbor flush all dev v0", 2, "unexpected 'dev'"),
            Refusal("neighbor frob", 2, "there is no verb 'frob' of 'netns neighbor'"),
        ])
    }
}

/// Whether the kernel has `FRA_DSCP_MASK` (Linux 6.16), and so the masks of ports and labels.
private let kernelHasRuleMasks: Bool = {
    guard Sandbox.isAvailable, let box = try? Sandbox() else { return false }
    let made = try? box.shell("netns rule add dscp 1/3 table 100; netns rule show dscp 1/3", mayFail: true)
    return made?.output.contains("dscp 0x1/0x3") ?? false
}()

/// Whether the kernel has `FRA_DSCP` (Linux 6.13): older ones pass it over, or refuse it.
private let kernelHasRuleDSCP: Bool = {
    guard Sandbox.isAvailable, let box = try? Sandbox() else { return false }
    let made = try? box.shell("netns rule add dscp 1 table 100; netns rule show dscp 1", mayFail: true)
    return made?.output.contains("dscp") ?? false
}()
