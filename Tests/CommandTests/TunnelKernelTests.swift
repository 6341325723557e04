// SPDX-License-Identifier: Apache-2.0

import KernelGates
import Testing

@Suite("Tunnels and bonds in a kernel")
struct TunnelKernelTests {
    /// Lines of which each makes a link, below or beside w0.
    private static let lines = [
        "gre remote 192.0.2.1 local 192.0.2.2 dev w0 key 5 csum seq ttl 64 tos 0x10",
        "gre ikey 1.2.3.4 okey 6 ocsum nopmtudisc ignore-df fwmark 0x10", "gre external",
        "gretap remote 192.0.2.1 local 192.0.2.2 ttl inherit tos inherit nopmtudisc ignore-df",
        "erspan remote 192.0.2.1 seq key 7 erspan_ver 1 erspan 123",
        "ip6gre remote 2001:db8::1 local 2001:db8::2 hoplimit 9 encaplimit none tclass 0x12 flowlabel 0x12345 key 7",
        "ip6gretap remote 2001:db8::1 tclass inherit flowlabel inherit dscp inherit allow-localremote encaplimit 7",
        "ip6erspan remote 2001:db8::1 seq key 7 erspan_ver 2 erspan_dir ingress erspan_hwid 3",
        "ipip remote 192.0.2.1 local 192.0.2.2 ttl 3 tos 0x11 mode any dev w0 fwmark 1", "ipip external",
        "sit mode any remote 192.0.2.1 ttl 7", "sit 6rd-prefix 2001:db8::/32 6rd-relay_prefix 192.0.2.0/24",
        "ip6tnl mode ipip6 remote 2001:db8::1 local 2001:db8::2 hoplimit 4 encaplimit none tclass inherit dev w0",
        "vti remote 192.0.2.1 local 192.0.2.2 key 7 dev w0", "vti6 ikey 7 okey 8 remote 2001:db8::1",
        "xfrm dev w0 if_id 0x55", "geneve id 5 remote 192.0.2.1 ttl 5 tos 0x10 df set udpcsum",
        "geneve id 6 remote 2001:db8::1 flowlabel 7 dstport 6082 udp6zerocsumtx udp6zerocsumrx",
        "geneve external", "macsec port 11 encrypt on cipher gcm-aes-256 validate check replay on window 5",
        "bond mode 802.3ad miimon 100 updelay 200 lacp_rate fast ad_select bandwidth min_links 2",
        "bond mode active-backup arp_interval 100 arp_ip_target 192.0.2.1,192.0.2.2 arp_validate all",
    ]

    @Test("a link is what ip shows of it", arguments: lines)
    func made(_ line: String) throws {
        let kind = Self.kind(of: line)
        try requireKernel(linkKind: kind)
        let box = try Sandbox()
        try box.shell("ip link add w0 type veth peer name w1")
        let lower = line.hasPrefix("macsec ") ? "link w0 " : ""
        let result = try box.netns("link add \(lower)name x0 type \(line)")
        #expect(result.status == 0, "\(result.errors)")
        try expectSame(box, "x0")
        // The same words are a change that changes nothing.
        guard kind != "macsec", !line.contains("external"), !line.hasPrefix("bond") else { return }
        let before = try box.run(["ip", "-j", "-d", "link", "show", "x0"]).output
        // Some kernels refuse that for options that they can't change, to whoever asks.
        let isTaken = try box.shell("ip link set x0 type \(line)", mayFail: true).status == 0
        let changed = try box.netns("link set x0 type \(line)")
        #expect(changed.status == (isTaken ? 0 : 1), "\(changed.errors)")
        #expect(try box.run(["ip", "-j", "-d", "link", "show", "x0"]).output == before)
    }

    @Test(
        "ports of a bond are what ip shows of them",
        .enabled(if: kernelHas(linkKind: "bond"), "this kernel has no bond"))
    func bondPorts() throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip link add w0 type veth peer name w1
            netns link add b0 type bond mode active-backup miimon 100
            netns link set w0 master b0
            netns link set w0 type bond_slave prio 5
            ip link set w1 up; ip link set b0 up
            # Only a port that is seen to be up becomes the active one.
            for try in $(seq 100); do ip -d link show w0 | grep -q 'mii_status UP' && break; sleep 0.1; done
            netns link set b0 type bond primary w0 active_slave w0
            netns link set b0 type bond clear_active_slave
            """)
        try expectSame(box, "b0")
        try expectSame(box, "w0")
    }

    private func expectSame(_ box: Sandbox, _ device: String) throws {
        let ours = try JSON(try box.netns("link show \(device) --json --details").output)
        let theirs = try JSON(try box.run(["ip", "-j", "-d", "link", "show", device]).output)
        #expect(theirs.missing(from: ours) == [])
    }

    private static func kind(of line: String) -> String { String(line.prefix { $0 != " " }) }
}
