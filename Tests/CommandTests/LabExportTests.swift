// SPDX-License-Identifier: Apache-2.0

import KernelGates
import Testing

@Suite("netns lab export", .enabled(if: Sandbox.isAvailable, "no namespaces can be made here"))
struct LabExportTests {
    /// Three namespaces wired by hand: a bridge between two of them, and a link beside it.
    private static let wiring = """
        for n in red blue sw empty; do ip netns add $n; ip -n $n link set lo up; done
        ip -n red link add eth0 type veth peer name p1 netns sw
        ip -n blue link add eth0 type veth peer name p2 netns sw
        ip -n red link add direct mtu 1400 type veth peer name direct0 mtu 1400 netns blue
        ip -n sw link add br0 type bridge
        ip -n sw link set p1 master br0 up
        ip -n sw link set p2 master br0 up
        ip -n sw link set br0 up
        ip -n sw address add 10.5.0.254/24 dev br0
        ip -n red link set eth0 up
        ip -n blue link set eth0 up
        ip -n red link set direct up
        ip -n blue link set direct0 up
        ip -n red address add 10.5.0.1/24 dev eth0
        ip -n red address add fd05::1/64 dev eth0 nodad
        ip -n blue address add 10.5.0.2/24 dev eth0
        ip -n red address add 10.6.0.1/31 dev direct
        ip -n blue address add 10.6.0.0/31 dev direct0
        ip -n red address add 192.0.2.1/32 dev lo
        ip -n red route add default via 10.5.0.2 metric 20
        ip -n red route add 10.9.0.0/16 nexthop via 10.6.0.0 dev direct nexthop via 10.5.0.2 dev eth0
        ip -n blue route add blackhole 10.66.0.0/16
        ip -n blue route add 192.0.2.1 via 10.6.0.1 src 10.5.0.2
        ip -n red -6 route add 2001:db8::/32 via fd05::2
        nsenter --net=/run/netns/blue sh -c '
            echo 1 > /proc/sys/net/ipv4/ip_forward; echo 2 > /proc/sys/net/ipv4/conf/eth0/rp_filter'
        """

    /// What `ip` shows of the four: links and addresses with everything that a lab does not mark, and routes but for
    /// who made them.
    private static let view = """
        for n in red blue sw empty; do
            echo "$n:"
            ip -n $n -br link | sed 's/@[^ ]*//' | tr -s ' ' | sort
            ip -n $n -o link | sed 's/@[^ ]*//; s/^[0-9]*: //; s/altname.*//' | grep -o '^[^ ]* .*mtu [0-9]*\\|master [^ ]*' | sort
            ip -n $n -o address | sed 's/^[0-9]*: //; s/@[^ ]*//; s/ brd [^ ]*//; s/ proto [^ ]*//; s/ nodad//' | tr -s ' ' | sort
            ip -n $n route show table all | sed 's/ proto [a-z0-9]*//' | sort
            ip -n $n -6 route show table all | sed 's/ proto [a-z0-9]*//' | sort
            nsenter --net=/run/netns/$n sh -c '
                cat /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/conf/eth0/rp_filter 2>/dev/null || true'
        done
        """

    private func settledView(_ box: Sandbox) throws -> String {
        // The kernel tells of carriers late, and addresses of IPv6 are tentative for a while: seven will be there.
        try box.shell(
            """
            for i in $(seq 200); do
                count=$(for n in red blue sw; do ip -n $n -6 -o address show scope link -tentative; done | wc -l)
                rest=$(for n in red blue sw; do ip -n $n -br link; done | grep -v '^lo ' | grep -cv ' UP ' || true)
                [ $count = 7 ] && [ $rest = 0 ] && break
                sleep 0.1
            done
            """)
        return try box.shell(Self.view).output
    }

    @Test("What was wired by hand is the same when its file is brought up elsewhere")
    func byHand() throws {
        let first = try Sandbox()
        try first.shell(Self.wiring)
        let before = try settledView(first)
        let result = try first.run(["netns", "lab", "export", "--all", "--name", "wired"])
        #expect(result.status == 0)
        #expect(result.errors == "")
        let second = try Sandbox()
        try second.shell("cat > /run/wired.lab.yaml <<'END'\n\(result.output)\nEND")
        try second.shell("netns lab up /run/wired.lab.yaml")
        let after = try settledView(second)
        #expect(after == before)
        #expect(try second.netns("lab plan /run/wired.lab.yaml").status == 0)
        #expect(try second.netns("lab down wired").status == 0)
        #expect(try second.shell("ls /run/netns").output == "")
    }

    @Test("The file of a lab is the lab: there is nothing to do for it")
    func ofLab() throws {
        let box = try Sandbox()
        try box.shell(
            """
            cat > /run/x.lab.yaml <<'END'
            lab: x
            hosts: none
            groups: {router: {forward: true, loopback: auto}}
            nodes:
              r1..4: {groups: [router]}
              h1..3: {sysctls: {net.ipv4.ip_default_ttl: 32}}
            links:
              - r1..4: {pattern: ring, mtu: 1400}
            segments:
              lan: {members: h1..3, gateway: r1, impair: {rate: 10mbit}}
            routing: static
            END
            netns lab up /run/x.lab.yaml
            netns lab export x --output /run/again.lab.yaml
            """)
        let plan = try box.netns("lab plan /run/again.lab.yaml")
        #expect(plan.status == 0)
        #expect(plan.output == "x: nothing to do\n")
        try box.shell(
            """
            ip netns add there; ip -n there link set lo up; ip -n there link add own type veth peer name own2
            cat > /run/y.lab.yaml <<'END'
            lab: y
            hosts: none
            nodes:
              a:
              b: {attach: "netns:there", sysctls: {net.ipv4.tcp_ecn: 1}}
            links:
              - a -- b: {impair: {forward: {rate: 1mbit}}}
            END
            netns lab up /run/y.lab.yaml
            netns lab export y --output /run/again.y.lab.yaml
            """)
        #expect(try box.netns("lab plan /run/again.y.lab.yaml").output == "y: nothing to do\n")
        try box.shell("ip -n x-h1 link add stray type veth peer name stray2")
        let told = try box.netns("lab save x -o /run/again.lab.yaml")
        #expect(told.errors.contains("not in the file: x-h1: the device 'stray', which is not the lab's\n"))
        #expect(try box.netns("lab plan /run/again.lab.yaml").status == 0)
        #expect(try box.netns("lab down x").status == 0)
    }

    @Test("A bridge of the machine becomes a segment, and what can't be said is told")
    func machine() throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip link add br7 type bridge; ip link set br7 up; ip address add 10.7.0.1/24 dev br7
            for n in one two; do
                ip netns add $n; ip -n $n link set lo up
                ip link add v$n type veth peer name eth0 netns $n
                ip link set v$n master br7 up; ip -n $n link set eth0 up
            done
            ip -n one address add 10.7.0.11/24 dev eth0
            ip -n two address add 10.7.0.12/24 dev eth0
            ip -n one neighbor add 10.7.0.12 lladdr 02:00:00:00:00:09 dev eth0
            ip netns add not.plain
            """)
        let result = try box.netns("lab export one two not.plain --name wired")
        #expect(result.status == 0)
        #expect(result.errors.contains("one: the neighbour 10.7.0.12 of 'eth0'"))
        #expect(result.errors.contains("not.plain: the namespace's name has other characters"))
        #expect(result.output.contains("  br7:\n    ipv4: 10.7.0.0/24\n    ipv6: none\n"))
        #expect(result.output.contains("members: [\"one:eth0\", \"two:eth0\"]"))
        let second = try Sandbox()
        try second.shell("cat > /run/w.lab.yaml <<'END'\n\(result.output)\nEND\nnetns lab up /run/w.lab.yaml")
        #expect(try second.shell("ip -br address show br7 | tr -s ' '").output.contains(" 10.7.0.1/24"))
        #expect(try second.shell("ip -n two -br address show eth0").output.contains("10.7.0.12/24"))
        #expect(try second.netns("lab down wired").status == 0)
    }

    @Test("VLANs, VRFs, dummies and netem are said, too")
    func devices() throws {
        for kind in ["vlan", "vrf", "dummy"] { try requireKernel(linkKind: kind) }
        guard kernelHas(queueingDiscipline: "netem") else { return }
        let first = try Sandbox()
        try first.shell(
            """
            for n in red blue; do ip netns add $n; ip -n $n link set lo up; done
            ip -n red link add eth0 type veth peer name eth0 netns blue
            for n in red blue; do ip -n $n link set eth0 up; done
            ip -n red link add eth0.7 link eth0 type vlan id 7
            ip -n red link add v10 type vrf table 10
            ip -n red link set v10 up
            ip -n red link set eth0.7 master v10 up
            ip -n red address add 10.7.0.1/24 dev eth0.7
            ip -n red route add 10.8.0.0/16 via 10.7.0.2 table 10
            ip -n blue link add d0 type dummy
            ip -n blue address add 192.0.2.9/32 dev d0
            tc -n blue qdisc add dev eth0 root netem delay 5ms 1ms loss 1%
            """)
        let look = """
            for n in red blue; do
                # Until devices that are up know of their carrier.
                for try in $(seq 300); do
                    ip -n $n -o link show up | grep -qE 'state (DOWN|LOWERLAYERDOWN)' || break
                    sleep 0.1
                done
                ip -n $n -d -o link | sed 's/@[^ ]*//; s/^[0-9]*: //; s/altname.*//' |
                    grep -o '^[^ ]* .*mtu [0-9]*\\|master [^ ]*\\|link/[^ ]* [^ ]*\\|vlan .* id 7\\|table 10' | sort
                ip -n $n -br -4 address | sed 's/@[^ ]*//' | tr -s ' ' | sort
                ip -n $n route show table all | sed 's/ proto [a-z0-9]*//' | sort
                tc -n $n qdisc show dev eth0 | sed 's/qdisc netem [0-9a-f]*:/netem/; s/seed [0-9]*//'
            done
            """
        let before = try first.shell(look).output
        let result = try first.run(["netns", "lab", "export", "--all"])
        #expect(result.errors == "")
        let second = try Sandbox()
        try second.shell("cat > /run/w.lab.yaml <<'END'\n\(result.output)\nEND\nnetns lab up /run/w.lab.yaml")
        #expect(try second.shell(look).output == before)
        #expect(try second.netns("lab plan /run/w.lab.yaml").output == "exported: nothing to do\n")
        #expect(try second.netns("lab down exported").status == 0)
    }

    @Test("A link between two bridges is a port of both")
    func bridges() throws {
        let box = try Sandbox()
        try box.shell(
            """
            cat > /run/mn.py <<'END'
            addHost('h1')
            addHost('h2')
            addSwitch('s1')
            addSwitch('s2')
            addLink('h1', 's1', bw=20)
            addLink('h2', 's2')
            addLink('s1', 's2')
            END
            netns lab import /run/mn.py | sed '/^lab:/a hosts: none' > /run/mn.lab.yaml
            netns lab up /run/mn.lab.yaml
            netns lab exec mn h1 -- ping -c1 -W5 10.0.0.2
            """)
        for node in ["s1", "s2"] {
            let ports = try box.shell("ip -n mn-\(node) -br link show master br0").output
            #expect(ports.split(separator: "\n").count == 2, "\(ports)")
        }
        #expect(try box.netns("lab plan /run/mn.lab.yaml").status == 0)
        #expect(try box.netns("lab down mn").status == 0)
    }

    @Test("Names are needed, and must be there")
    func refusals() throws {
        let box = try Sandbox()
        #expect(try box.netns("lab export").status == 2)
        #expect(try box.netns("lab export --all x").status == 2)
        #expect(try box.netns("lab export nothing").status == 1)
        try box.shell("echo nothing > /run/x; printf '<graphml>' > /run/x.graphml")
        #expect(try box.netns("lab import /run/x").status == 2)
        let broken = try box.netns("lab import /run/x.graphml")
        #expect(broken.status == 2)
        #expect(broken.errors.contains("line 1: 'graphml' does not end"))
    }
}
