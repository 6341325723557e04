// SPDX-License-Identifier: Apache-2.0

import KernelGates
import Testing

/// What netns shows of forwarding entries, VLANs, multicast groups and next hops, beside what bridge(8) and ip(8) do.
@Suite(.enabled(if: Sandbox.isAvailable))
struct BridgingListingTests {
    private static let network = """
        for kind in all default; do echo 1 > /proc/sys/net/ipv6/conf/$kind/disable_ipv6; done
        ip link set lo up
        ip link add v0 address 02:00:00:00:00:01 type veth peer name w0 address 02:00:00:00:00:02
        ip link add br0 address 02:00:00:00:00:03 type bridge
        ip link set w0 master br0
        for link in v0 w0 br0; do ip link set $link up; done
        ip addr add 10.0.0.1/24 dev v0
        """

    private static let entries = [
        "add 02:00:00:00:00:0a dev w0 master", "add 02:00:00:00:00:0b dev w0 master static",
        "add 02:00:00:00:00:0c dev w0 master static sticky", "add 02:00:00:00:00:0d dev w0 self",
        "add 02:00:00:00:00:0e dev w0 master extern_learn", "add 02:00:00:00:00:1a dev w0 master temp",
        "replace 02:00:00:00:00:0a dev w0 master static", "add 01:00:5e:00:00:05 dev v0",
    ]
    private static let tunnelEntries = [
        "add 02:00:00:00:00:10 dev vx0 dst 10.0.0.9", "append 00:00:00:00:00:00 dev vx0 dst 10.0.0.10",
        "append 00:00:00:00:00:00 dev vx0 dst 10.0.0.11 port 4444 vni 5 via v0",
        "add 02:00:00:00:00:11 dev vx0 dst 10.0.0.9 vni 200 port 4790 via v0",
        "add 02:00:00:00:00:13 dev vx0 nhid 22", "add 02:00:00:00:00:1b dev vx0 dst 10.0.0.9 router",
    ]
    private static let hops = [
        "id 1 via 10.0.0.2 dev v0", "id 2 dev v0", "id 3 blackhole", "id 4 via 10.9.0.3 dev v0 onlink proto static",
        "id 10 group 1/4", "id 11 group 1,2/4,256 type mpath",
        "id 12 group 1,3/4 type resilient buckets 8 idle_timer 60 unbalanced_timer 300",
        "id 20 via 10.0.0.9 fdb", "id 21 via 10.0.0.10 fdb", "id 22 group 20/21 fdb",
    ]

    private static let hasVXLAN = kernelHas(linkKind: "vxlan")

    /// The network with all of it, made by iproute2 or by netns.
    private func box(netns isNetns: Bool = false) throws -> Sandbox {
        let box = try Sandbox()
        let (ip, bridge) = isNetns ? ("netns", "netns bridge") : ("ip", "bridge")
        var lines = [Self.network] + Self.hops.map { "\(ip) nexthop add \($0)" }
        lines += Self.entries.map { "\(bridge) fdb \($0)" }
        if Self.hasVXLAN {
            lines.append("ip link add vx0 up type vxlan id 100 dstport 4789 local 10.0.0.1 dev v0")
            lines += Self.tunnelEntries.map { "\(bridge) fdb \($0)" }
        }
        lines += ["239.1.1.1 permanent", "239.1.1.3 src 10.0.0.7 permanent", "01:00:5e:00:00:09 permanent"]
            .map { "\(bridge) mdb add dev br0 port w0 grp \($0)" }
        lines.append("ip link set w0 type bridge_slave mcast_router 2")
        try box.shell(lines.joined(separator: "\n"))
        return box
    }

    private func check(_ box: Sandbox, _ tool: String, _ line: String) throws {
        let expected = try JSON(box.shell("\(tool) -j -d \(line)").output)
        let shown = try JSON(box.netns("\(line) --json").output)
        #expect(expected.missing(from: shown) == [], "netns \(line)")
        #expect(!expected.elements.isEmpty, "\(tool) \(line)")
        for (left, right) in zip(expected.elements, shown.elements) {
            #expect(left.keys == right.keys, "netns \(line)")
        }
    }

    @Test("JSON has every key of bridge -j -d and ip -j -d, with its value and type, in its order")
    func json() throws {
        let box = try box()
        for line in [
            "fdb", "fdb show br br0", "fdb show brport w0", "fdb show br br0 brport w0", "fdb show state static",
            "fdb show dynamic", "mdb", "mdb show dev br0",
        ] {
            try check(box, "bridge", line)
        }
        for line in ["nexthop", "nexthop show dev v0", "nexthop show groups", "nexthop show id 12"] {
            try check(box, "ip", line)
        }
        let shown = try JSON(box.netns("nexthop get id 11 --json").output)
        #expect(shown.elements.first?["group"]?.elements.last?["weight"] == .number("256"))
    }

    @Test("text is that of bridge and ip, octet by octet")
    func text() throws {
        let box = try box()
        for line in [
            "fdb show", "fdb show br br0", "fdb show brport w0", "fdb show state permanent", "mdb show", "-d mdb show",
            "mdb show dev br0", "vlan show", "vlan tunnelshow",
        ] {
            let expected = try box.shell("bridge \(line)").output
            #expect(try box.netns(line).output == expected, "netns \(line)")
            #expect(!expected.isEmpty, "bridge \(line)")
        }
        for line in ["nexthop", "-d nexthop", "nexthop show groups", "nexthop get id 12", "nexthop show dev v0"] {
            let time = #/unbalanced_time [0-9.]+/#
            let expected = try box.shell("ip \(line)").output.replacing(time, with: "")
            #expect(try box.netns(line).output.replacing(time, with: "") == expected, "netns \(line)")
            #expect(!expected.isEmpty, "ip \(line)")
        }
    }

    @Test("what netns makes is what bridge and ip make of the same words")
    func making() throws {
        let (made, expected) = (try box(netns: true), try box())
        for script in ["bridge fdb show | sort", "bridge -d mdb show | sort", "ip -d nexthop"] {
            let time = #/unbalanced_time [0-9.]+/#
            #expect(
                try made.shell(script).output.replacing(time, with: "")
                    == expected.shell(script).output.replacing(time, with: ""), "\(script)")
        }
    }

    @Test("entries are deleted, and next hops flushed")
    func deletion() throws {
        let box = try box()
        try box.shell(
            """
            netns fdb del 02:00:00:00:00:0b dev w0 master
            netns -n pid:$$ bridge fdb delete 02:00:00:00:00:0d dev w0
            netns bridge mdb del dev br0 port w0 grp 239.1.1.1
            netns nexthop delete id 10
            netns nh flush protocol static
            """)
        let entries = try box.shell("bridge fdb show brport w0").output
        #expect(!entries.contains("00:0b ") && !entries.contains("00:0d ") && entries.contains("00:0c "))
        #expect(try !box.shell("bridge mdb show").output.contains("239.1.1.1 "))
        let hops = try box.shell("ip nexthop").output
        #expect(!hops.contains("id 10 ") && !hops.contains("id 4 ") && hops.contains("id 1 "))
        try box.shell("netns nexthop flush")
        #expect(try box.shell("ip nexthop").output == "")
    }

    @Test("VLANs of ports", .enabled(if: kernelHasBridgeVLANs, "this kernel's bridges have no VLAN filtering"))
    func vlans() throws {
        let box = try Sandbox()
        try box.shell(
            """
            \(Self.network)
            ip link set br0 type bridge vlan_filtering 1
            netns bridge vlan add vid 10 dev w0 pvid untagged
            netns vlan add vid 100-110 dev w0
            netns vlan add vid 5 dev br0 self
            netns vlan delete vid 105 dev w0
            """)
        for line in ["vlan show", "vlan show dev w0", "vlan show vid 10"] {
            #expect(try box.netns(line).output == box.shell("bridge \(line)").output, "netns \(line)")
            try check(box, "bridge", line)
        }
        #expect(
            try box.netns("vlan show --compressvlans").output == box.shell("bridge -compressvlans vlan show").output)
    }

    @Test(
        "options and statistics of VLANs",
        .enabled(if: kernelHasBridgeVLANs, "this kernel's bridges have no VLAN filtering"))
    func vlanOptions() throws {
        let box = try Sandbox()
        try box.shell(
            """
            \(Self.network)
            # Ports that have VLANs, as all do by default, must not be there when they are to be counted for each.
            ip link set w0 nomaster
            ip link set br0 type bridge vlan_filtering 1 vlan_stats_enabled 1 vlan_stats_per_port 1 mcast_vlan_snooping 1
            ip link set w0 master br0
            bridge vlan add vid 20-24 dev w0
            bridge vlan add vid 20-22 dev br0 self
            netns vlan set vid 21 dev w0 state listening mcast_router 2
            netns bridge vlan set vid 22-23 dev w0 state 4
            netns vlan global set vid 20-21 dev br0 mcast_querier 1 mcast_igmp_version 3 mcast_last_member_interval 150
            """)
        let shown = try box.shell("bridge -d vlan show dev w0").output
        #expect(shown.contains("21\n                    state listening mcast_router 2 \n"))
        #expect(shown.contains("22-23\n                    state blocking mcast_router 1 \n"))
        let global = try box.shell("bridge vlan global show vid 21").output
        #expect(global.contains("mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 1 mcast_last_member_count 2 "))
        for line in [
            "-d vlan show", "-d vlan show dev w0", "-d vlan show vid 21", "-s vlan show", "-s vlan show dev w0",
            "-s -d vlan show", "vlan global show", "vlan global show vid 21", "-s vlan global show dev br0",
        ] {
            #expect(try box.netns(line).output == box.shell("bridge \(line)").output, "netns \(line)")
        }
        for line in ["vlan show", "-s vlan show", "vlan show vid 21", "vlan global show", "-s vlan global"] {
            try check(box, "bridge", line)
        }
    }

    @Test("entries are flushed, and shown one by one")
    func flushing() throws {
        let box = try box()
        for line in [
            "fdb get 02:00:00:00:00:0b br br0", "fdb get 02:00:00:00:00:0b dev w0",
            "fdb get to 02:00:00:00:00:0c brport w0 master", "fdb get 02:00:00:00:00:02 br br0 dynamic",
        ] {
            #expect(try box.netns(line).output == box.shell("bridge \(line)").output, "netns \(line)")
            if !line.hasSuffix("dynamic") { try check(box, "bridge", line) }
        }
        let other = try self.box()
        for words in ["sticky", "brport w0 extern_learn", "static nosticky", "nopermanent", "self"] {
            try box.shell("netns fdb flush dev br0 \(words)")
            try other.shell("bridge fdb flush dev br0 \(words)")
            let entries = "bridge fdb show br br0 brport w0 | sort"
            #expect(try box.shell(entries).output == other.shell(entries).output, "\(words)")
        }
    }

    @Test("a bad word is refused on one line that says what is wrong, and changes nothing")
    func refusals() throws {
        let box = try Sandbox()
        // Down: the state of a port that comes up changes by itself.
        try box.shell(
            """
            ip link add v0 type veth peer name w0
            ip link add br0 type bridge
            ip link set w0 master br0
            """)
        try box.expect([
            Refusal("bridge", 2, "'bridge' lacks its object: 'fdb', 'vlan' or 'mdb'"),
            Refusal("bridge link", 2, "'bridge' lacks its object"),
            Refusal("fdb add", 2, "fdb add: the device is missing: 'dev DEVICE'"),
            Refusal("fdb add dev w0", 2, "fdb add: the address is missing"),
            Refusal("fdb add 02:00:00:00:00 dev w0", 2, "'02:00:00:00:00'"),
            Refusal("fdb add 02:00:00:00:00:0a dev nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
            Refusal("fdb add 02:00:00:00:00:0a dev w0 static dynamic", 2, "'static' and 'dynamic' exclude each other"),
            Refusal("fdb add 02:00:00:00:00:0a dev w0 vlan 4095", 2, "'4095' is not a decimal number from 1 to 4094"),
            Refusal("fdb add 02:00:00:00:00:0a dev w0 nhid 5 dst 10.0.0.9", 2, "'nhid' excludes 'dst'"),
            Refusal("fdb add 02:00:00:00:00:0a dev w0 mastre", 2, "hint: did you mean 'master'?"),
            Refusal(
                "fdb delete 02:00:00:00:00:bb dev w0 master", 1,
                "cannot delete forwarding entry '02:00:00:00:00:bb' on 'w0': "),
            Refusal("fdb show brport nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
            Refusal("fdb show state odd", 2, "'odd' is not 'permanent', "),
            Refusal("fdb flush", 2, "fdb flush: the device is missing: 'dev DEVICE'"),
            Refusal("fdb flush dev br0 static dynamic", 2, "'static' and 'dynamic' exclude each other"),
            Refusal("fdb flush dev br0 nosticky sticky", 2, "'sticky' and 'nosticky' exclude each other"),
            Refusal("fdb flush dev br0 vlan 0", 2, "'0' is not a decimal number from 1 to 4094"),
            Refusal("fdb flush dev v0", 1, "cannot flush forwarding entries of 'v0': "),
            Refusal("fdb get", 2, "fdb get: the address is missing"),
            Refusal("fdb get 02:00:00:00:00:0a", 2, "the device is missing: 'dev DEVICE', or 'br BRIDGE'"),
            Refusal("fdb get 02:00:00:00:00:0a br br0 dev w0", 2, "'br' and 'dev' exclude each other"),
            Refusal("fdb get 02:00:00:00:00:bb br br0", 1, "cannot get forwarding entry '02:00:00:00:00:bb' of "),
            Refusal("fdb frob", 2, "there is no verb 'frob' of 'netns fdb'"),
            Refusal("vlan add vid 10", 2, "vlan add: the device is missing"),
            Refusal("vlan add dev w0", 2, "vlan add: the VLAN is missing: 'vid ID'"),
            Refusal("vlan add vid 20-10 dev w0", 2, "the smaller one first"),
            Refusal("vlan add vid 10-20 dev w0 pvid", 2, "'pvid' is for one VLAN, not for a range"),
            Refusal("vlan add vid 10 dev w0 tunnel_info 5", 2, "'tunnel_info' lacks its 'id ID'"),
            Refusal("vlan add vid 10-12 dev w0 tunnel_info id 5", 2, "ranges of different lengths"),
            Refusal("vlan set vid 10 dev w0", 2, "vlan set: there is nothing to change"),
            Refusal("vlan set dev w0 state 1", 2, "vlan set: the VLAN is missing: 'vid ID'"),
            Refusal("vlan set vid 10 dev w0 state odd", 2, "'odd' is not 'disabled', "),
            Refusal("vlan set vid 10 dev w0 state blocking", 1, "cannot set options of VLAN '10' on 'w0': "),
            Refusal("vlan global set vid 10 dev br0", 2, "vlan global set: there is nothing to change"),
            Refusal("vlan global set vid 10 mcast_querier 1", 2, "the device is missing: 'dev BRIDGE'"),
            Refusal("vlan global set vid 10 dev br0 mcast_querier 2", 2, "'2' is not a decimal number from 0 to 1"),
            Refusal("vlan global set --all-namespaces vid 10", 2, "'--all-namespaces' is for listings"),
            Refusal(
                "vlan global set vid 10 dev br0 mcast_querier 1", 1,
                "cannot set global options of VLAN '10' on 'br0': "),
            Refusal("vlan add vid 10 dev v0", 1, "cannot add VLAN '10' to 'v0': "),
            Refusal("mdb add dev br0 port w0", 2, "the group is missing: 'grp ADDRESS'"),
            Refusal("mdb add port w0 grp 239.1.1.1", 2, "the bridge is missing"),
            Refusal("mdb add dev br0 grp 239.1.1.1", 2, "the port is missing"),
            Refusal("mdb add dev br0 port w0 grp 239.1.1.1 src ::1", 2, "'src' is not of the group's family"),
            Refusal("mdb add dev br0 port w0 grp 10.0.0.1", 1, "cannot add multicast group '10.0.0.1' on 'w0': "),
            Refusal("nexthop add", 2, "nexthop add: the way is missing"),
            Refusal("nexthop replace dev v0", 2, "nexthop replace: the id is missing: 'id ID'"),
            Refusal("nexthop add id 0 blackhole", 2, "'0' is not a decimal number from 1 to 4294967295"),
            Refusal("nexthop add id 1 group 7,300", 2, "a weight is from 1 to 256"),
            Refusal("nexthop add id 1 group 7/8", 1, "cannot add next-hop group '1': "),
            Refusal("nexthop add id 1 group 7 dev v0", 2, "'group' excludes 'via', 'dev'"),
            Refusal("nexthop add id 1 group 7 buckets 8", 2, "only groups of the type 'resilient' take 'buckets'"),
            Refusal("nexthop add id 1 dev v0 type mpath", 2, "only groups take 'type'"),
            Refusal("nexthop add id 1 blackhole dev v0", 2, "'blackhole' excludes 'via', 'dev' and 'fdb'"),
            Refusal("nexthop add id 1 via 10.0.0.2 dev v0 -6", 2, "'10.0.0.2' is not of the family of '-4' or '-6'"),
            Refusal("nexthop get id 99", 1, "cannot get next hop '99': "),
            Refusal("nexthop delete id 99", 1, "cannot delete next hop '99': "),
            Refusal("nexthop delete", 2, "nexthop delete: the id is missing"),
            Refusal("nexthop show id 99", 1, "cannot get next hop '99': "),
            Refusal("nexthop frob", 2, "there is no verb 'frob' of 'netns nexthop'"),
        ])
    }
}

/// Whether bridges keep VLANs (`CONFIG_BRIDGE_VLAN_FILTERING`).
private let kernelHasBridgeVLANs: Bool = {
    guard Sandbox.isAvailable, let box = try? Sandbox() else { return false }
    let made = try? box.shell(
        "ip link add br0 type bridge; bridge vlan add vid 5 dev br0 self", mayFail: true)
    return made?.status == 0
}()
