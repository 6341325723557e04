// SPDX-License-Identifier: Apache-2.0

import Testing

/// Routes through tunnels, beside what ip(8) shows and makes of them.
@Suite(
    .enabled(
        if: kernelHasRouteTunnels, "this kernel has no lightweight tunnels of IP and of segment routing"
    ))
struct RouteTunnelListingTests {
    private static let network = """
        ip link set lo up
        ip link add v0 type veth peer name w0
        ip link set v0 addrgenmode none up
        ip link set w0 addrgenmode none up
        ip addr add 10.0.0.1/24 dev v0
        ip addr add 2001:db8::1/64 dev v0 nodad
        """
    private static let routes = [
        "10.32.0.0/16 encap ip id 5 dst 10.9.9.9 via 10.0.0.2",
        "10.33.0.0/16 encap ip id 5 src 10.0.0.1 dst 10.9.9.9 tos 4 ttl 64 key csum via 10.0.0.2",
        "10.34.0.0/16 encap ip6 id 7 dst 2001:db8::9 via 10.0.0.2",
        "10.35.0.0/16 encap ip6 id 7 src 2001:db8::1 dst 2001:db8::9 tc 4 hoplimit 64 dev v0",
        "10.36.0.0/16 encap seg6 mode encap segs 2001:db8::5 dev v0",
        "10.37.0.0/16 nexthop encap ip id 5 dst 10.9.9.9 via 10.0.0.2 nexthop via 10.0.0.3",
        "2001:db8:9::/48 encap seg6 mode encap segs 2001:db8::5,2001:db8::6 dev v0",
        "2001:db8:a::/48 encap seg6 mode inline segs 2001:db8::5 dev v0",
        "2001:db8:b::/48 encap seg6 mode l2encap segs 2001:db8::5 dev v0",
        "2001:db8:10::/48 encap seg6local action End dev v0",
        "2001:db8:11::/48 encap seg6local action End count dev v0",
        "2001:db8:12::/48 encap seg6local action End flavors psp dev v0",
        "2001:db8:13::/48 encap seg6local action End flavors psp,next-csid lblen 48 nflen 24 dev v0",
        "2001:db8:14::/48 encap seg6local action End.X nh6 2001:db8::9 flavors next-csid count dev v0",
        "2001:db8:15::/48 encap seg6local action End.T table 100 dev v0",
        "2001:db8:16::/48 encap seg6local action End.DX2 oif w0 dev v0",
        "2001:db8:17::/48 encap seg6local action End.DX6 nh6 2001:db8::9 dev v0",
        "2001:db8:18::/48 encap seg6local action End.DX4 nh4 10.0.0.9 dev v0",
        "2001:db8:19::/48 encap seg6local action End.DT6 table main dev v0",
        "2001:db8:1a::/48 encap seg6local action End.B6 srh segs 2001:db8::5,2001:db8::6 dev v0",
        "2001:db8:1b::/48 encap seg6local action End.B6.Encaps srh segs 2001:db8::5 hmac 0xbeef dev v0",
    ]

    private func box(madeBy tool: String) throws -> Sandbox {
        let box = try Sandbox()
        let lines =
            Self.routes.filter { kernelHasFlavors || !$0.contains("flavors") }.map { "\(tool) route add \($0)" } + [
                "\(tool) nexthop add id 3 encap ip id 5 dst 10.9.9.9 dev v0"
            ]
        try box.shell(([Self.network] + lines).joined(separator: "\n"))
        return box
    }

    @Test("what netns makes is what ip makes, and both show the same text")
    func text() throws {
        let (made, expected) = (try box(madeBy: "netns"), try box(madeBy: "ip"))
        for line in ["route", "-6 route show root 2001:db8::/32", "-s -d -6 route show root 2001:db8::/32", "nexthop"] {
            let text = try expected.shell("ip \(line)").output
            #expect(try made.shell("ip \(line)").output == text, "ip \(line)")
            #expect(try made.netns(line).output == text, "netns \(line)")
        }
    }

    @Test("JSON has the keys of ip, and none twice")
    func json() throws {
        let box = try box(madeBy: "ip")
        let shown = try JSON(box.netns("route show root 10.32.0.0/15 --json").output).elements
        #expect(shown.map { $0["dst"] } == [.string("10.32.0.0/16"), .string("10.33.0.0/16")])
        #expect(shown.last?["encap"] == .string("ip") && shown.last?["id"] == .number("5"))
        #expect(
            shown.last?["encap_dst"] == .string("10.9.9.9") && shown.last?["src"] == .string("10.0.0.1"))
        #expect(shown.last?["ttl"] == .number("64") && shown.last?["key"] == .bool(true))
        let line = "-s -6 route show root 2001:db8::/32"
        let expected = try JSON(box.shell("ip -j -d \(line)").output)
        let path = try JSON(box.netns("\(line) --json").output)
        #expect(expected.missing(from: path) == [])
        for (left, right) in zip(expected.elements, path.elements) { #expect(left.keys == right.keys) }
    }

    @Test("a bad word is refused on one line that says what is wrong, and changes nothing")
    func refusals() throws {
        let box = try Sandbox()
        try box.shell("ip link add v0 type veth peer name w0")
        try box.expect([
            Refusal("route add 10.9.0.0/16 encap", 2, "'encap' lacks its value"),
            Refusal(
                "route add 10.9.0.0/16 encap gre via 10.0.0.2", 2,
                "'gre' is not 'mpls', 'ip', 'ip6', 'seg6' or 'seg6local'"),
            Refusal(
                "route add 10.9.0.0/16 encap mpls 100//5 dev v0", 2, "'100//5' is not a label up to 1048575"
            ),
            Refusal("route add 10.9.0.0/16 encap mpls 1048576 dev v0", 2, "'1048576' is not a label"),
            Refusal(
                "route add 10.9.0.0/16 encap ip id 5 dev v0", 2, "'encap ip' lacks its 'dst ADDRESS'"),
            Refusal(
                "route add 10.9.0.0/16 encap ip dst ::1 dev v0", 2,
                "'::1' is not of the family of 'encap ip'"),
            Refusal(
                "route add 10.9.0.0/16 encap seg6 segs ::1 dev v0", 2, "'encap seg6' lacks its 'mode MODE'"),
            Refusal(
                "route add 10.9.0.0/16 encap seg6 mode encap dev v0", 2, "lacks its 'segs ADDRESS,...'"),
            Refusal(
                "route add 10.9.0.0/16 encap seg6 mode encap segs ::1,x dev v0", 2,
                "'::1,x' is not an address"),
            Refusal("route add fd01::/64 encap seg6local dev v0", 2, "'encap seg6local' lacks its 'action ACTION'"),
            Refusal("route add fd01::/64 encap seg6local action End.Y dev v0", 2, "'End.Y' is not 'End', 'End.X'"),
            Refusal("route add fd01::/64 encap seg6local action End.X dev v0", 2, "'End.X' lacks its 'nh6 ADDRESS'"),
            Refusal(
                "route add fd01::/64 encap seg6local action End.DT46 dev v0", 2, "'End.DT46' lacks its 'vrftable TABLE'"
            ),
            Refusal(
                "route add fd01::/64 encap seg6local action End lblen 8 dev v0", 2,
                "only 'flavors next-csid' takes 'lblen' and 'nflen'"),
            Refusal(
                "route add fd01::/64 encap seg6local action End flavors psp,x dev v0", 2,
                "'psp,x' is not 'psp', 'usp', 'usd' or 'next-csid'"),
            Refusal(
                "route add fd01::/64 encap seg6local action End.DX2 oif nosuch dev v0", 1,
                "cannot find device 'nosuch' (ENODEV)"),
            Refusal(
                "route add fd01::/64 encap seg6local action End.BPF endpoint x dev v0", 2,
                "its program can't be loaded here"),
        ])
    }
}

private let kernelHasRouteTunnels: Bool = {
    guard Sandbox.isAvailable, let box = try? Sandbox() else { return false }
    let made = try? box.shell(
        """
        ip link add v0 up type veth peer name w0
        ip route add 10.9.0.0/16 encap ip id 5 dst 10.9.9.9 dev v0
        ip route add 10.10.0.0/16 encap seg6 mode encap segs 2001:db8::5 dev v0
        ip route add 2001:db8:14::/48 encap seg6local action End.X nh6 2001:db8::9 flavors next-csid count dev v0
        """, mayFail: true)
    return made?.status == 0
}()

/// Whether behaviours of segment routing have flavors: PSP since Linux 6.3, NEXT-C-SID of End.X since 6.6.
private let kernelHasFlavors: Bool = {
    guard Sandbox.isAvailable, let box = try? Sandbox() else { return false }
    let made = try? box.shell(
        """
        ip link add v0 up type veth peer name w0
        ip route add 2001:db8:12::/48 encap seg6local action End flavors psp dev v0
        """, mayFail: true)
    return made?.status == 0
}()
