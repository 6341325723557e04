// SPDX-License-Identifier: Apache-2.0

import CLinux
import KernelGates
import LinuxSystem
import Testing
import XDPProbe

/// Links that reach into other namespaces, and what the kernel knows of links beside their kinds.
@Suite("Links and other namespaces", .enabled(if: Sandbox.isAvailable))
struct LinkPlaceTests {
    /// In red is d0 with the number 7; red has the id 5 here.
    private func sandbox() throws -> Sandbox {
        let box = try Sandbox()
        try box.shell(
            """
            ip netns add red; ip netns set red 5
            ip -n red link add d0 index 7 address 02:00:00:00:00:07 type veth peer d1 index 8 address 02:00:00:00:00:08
            """)
        return box
    }

    @Test(
        "a link stands on one of another namespace, as ip makes it",
        arguments: [
            ("link if7 name m0 address 02:00:00:00:00:01 link-netnsid 5", "link d0 name m0 link-netnsid 5"),
            ("link if7 name m0 address 02:00:00:00:00:01 link-netns red", "link d0 name m0 link-netns red"),
        ])
    func lowerElsewhere(theirs: String, ours: String) throws {
        try requireKernel(linkKind: "macvlan")
        let (left, right) = (try sandbox(), try sandbox())
        try left.shell("ip link add \(theirs) type macvlan mode bridge")
        try right.shell("netns link add \(ours) address 02:00:00:00:00:01 type macvlan mode bridge")
        let wanted = try JSON(left.shell("ip -j -d link show m0").output)
        #expect(wanted == (try JSON(right.shell("ip -j -d link show m0").output)))
        #expect(wanted.missing(from: try JSON(right.netns("-j link show m0").output)) == [])
        #expect(wanted.elements.first?["link_netnsid"] == .number("5"))
        #expect(try right.netns("link show m0").output == right.shell("ip link show m0").output)
    }

    @Test("a namespace without an id gets one when a link is to stand on one of its own")
    func newID() throws {
        try requireKernel(linkKind: "macvlan")
        let box = try Sandbox()
        try box.shell(
            """
            ip netns add red; ip -n red link add d0 type veth peer d1
            netns link add link d0 link-netns red name m0 type macvlan
            """)
        #expect(try box.shell("ip link show m0").output.contains("link-netns red"))
        #expect(try box.netns("list").output == "red (id: 0)\n")
    }

    @Test("a link is made where the id says, and looks up its devices there")
    func target() throws {
        let box = try sandbox()
        try box.shell(
            """
            netns link add b0 target-nsid 5 up type bridge
            netns link add v0 target-nsid 5 master b0 up mtu 1400 type veth peer v1
            """)
        let link = try #require(try JSON(box.shell("ip -n red -j link show v0").output).elements.first)
        #expect(link["master"] == .string("b0") && link["mtu"] == .number("1400"))
        #expect(link["flags"]?.elements.contains(.string("UP")) == true)
        #expect(try box.shell("ip -j link show v1").output.contains(#""link_netnsid":5"#))
        #expect(try box.shell("ip link show v0", mayFail: true).status != 0)
    }

    @Test("links of the namespace with an id are listed, as ip lists them there")
    func targetShown() throws {
        let box = try sandbox()
        try box.shell(
            """
            ip -n red link add b0 index 20 type bridge; ip -n red link add v0 index 21 master b0 type veth peer v1 index 22
            ip -n red link set v1 group 7 up
            # Here the same numbers are others.
            ip link add x0 index 20 type veth peer x1 index 21
            for try in $(seq 100); do ip -n red link show v1 | grep -q LOWERLAYERDOWN && break; sleep 0.1; done
            """)
        for words in ["", "d0", "master b0", "type veth", "group 7", "up", "nomaster", "type bridge_slave"] {
            #expect(
                try box.netns("link show \(words) target-nsid 5").output
                    == box.shell("ip -n red link show \(words)").output, "\(words)")
            // ip 6.1 leaves an empty object in the place of each link that it passes over.
            let wanted = JSON.array(
                try JSON(box.shell("ip -n red -j -d link show \(words)").output).elements.filter { $0["ifname"] != nil }
            )
            #expect(
                wanted.missing(from: try JSON(box.netns("-j link show target-nsid 5 \(words)").output)) == [],
                "\(words)")
        }
        #expect(try box.netns("-br link show target-nsid 5").lines.count == 6)
    }

    @Test("links of the namespace with an id are deleted")
    func targetDeleted() throws {
        let box = try sandbox()
        try box.shell(
            """
            ip link add d0 type veth peer d1
            ip -n red link add b0 group 7 type bridge; ip -n red link add b1 group 7 type bridge
            netns link delete d0 target-nsid 5 type veth
            netns link delete target-nsid 5 group 7
            """)
        #expect(try box.shell("ip -n red -br link show").lines.count == 1)
        #expect(try box.shell("ip -br link show").lines.count == 3)
        try box.expect([
            Refusal("link delete d0 target-nsid 5", 1, "cannot find device 'd0' in the namespace with the id 5"),
            Refusal("link delete lo type veth target-nsid 5", 1, "it is of kind 'loopback', not 'veth'"),
            Refusal("link delete d0 target-nsid 9", 1, "no namespace has the id 9"),
            Refusal("link delete group 7 target-nsid 9", 1, "no namespace has the id 9"),
            Refusal("link show target-nsid 9", 1, "no namespace has the id 9"),
            Refusal("link show d0 target-nsid 9", 1, "no namespace has the id 9"),
            Refusal("link show d0 target-nsid x", 2, "'x' is not a decimal number"),
            Refusal("link show target-nsid 5 --all-namespaces", 2, "exclude each other"),
            Refusal("address show target-nsid 5", 2, "unknown word"),
        ])
    }

    @Test("what can't be is refused, and leaves nothing")
    func refusals() throws {
        let box = try sandbox()
        try box.expect([
            Refusal("link add link d0 name m0 link-netnsid 9 type macvlan", 1, "no namespace has the id 9"),
            Refusal(
                "link add link d9 name m0 link-netnsid 5 type macvlan", 1, "cannot find device 'd9' in the namespace"),
            Refusal(
                "link add link d9 name m0 link-netns red type macvlan", 1, "cannot find device 'd9' in namespace 'red'"),
            Refusal("link add link d0 name m0 link-netns blue type macvlan", 1, "blue"),
            Refusal("link add m0 link-netns red link-netnsid 5 type macvlan", 2, "exclude each other"),
            Refusal("link add m0 link-netnsid x type macvlan", 2, "'x' is not a decimal number"),
            Refusal(
                "link add m0 target-nsid 5 netns red type bridge", 2, "'netns' and 'target-nsid' exclude each other"),
            Refusal("link add m0 target-nsid 9 type bridge", 1, "is there one 9?"),
            Refusal("link add m0 target-nsid 5 master none type bridge", 1, "in the namespace with the id 5"),
            Refusal("link add v0 type veth peer v1 target-nsid 5", 2, "a peer takes no"),
            Refusal("link add t0 target-nsid 5 type tun mode tap", 2, "a tun takes no 'link-netns'"),
            Refusal("link set d0 link-netnsid 5", 2, "unknown word 'link-netnsid'"),
            Refusal("link set lo vrf lo", 1, "'lo' is not a vrf device"),
            Refusal("link set group 7 vf 0 trust on", 2, "virtual functions are of one device"),
            Refusal("link set lo vf 0 trust on", 1, "cannot change link 'lo': Operation not supported"),
        ])
    }

    @Test("a link is a port of a VRF by either word")
    func vrf() throws {
        try requireKernel(linkKind: "vrf")
        let box = try Sandbox()
        try box.shell(
            """
            ip link add r0 type vrf table 100; ip link add v0 type veth peer v1
            netns link set v0 vrf r0; netns link set v1 master r0
            """)
        #expect(try box.shell("ip -br link show master r0").lines.count == 2)
    }

    @Test("a link is kept down for reasons, as ip keeps it")
    func protocolDown() throws {
        try requireKernel(linkKind: "vxlan")
        let (left, right) = (try Sandbox(), try Sandbox())
        for (box, command) in [(left, "ip"), (right, "netns")] {
            try box.shell(
                """
                ip link add x0 address 02:00:00:00:00:01 type vxlan id 4 dstport 4789
                \(command) link set x0 protodown on
                \(command) link set x0 protodown_reason 3 on
                \(command) link set x0 protodown_reason 5 on
                """)
        }
        func compare() throws -> JSON {
            let wanted = try JSON(left.shell("ip -j -d link show x0").output)
            #expect(wanted == (try JSON(right.shell("ip -j -d link show x0").output)))
            #expect(wanted.missing(from: try JSON(right.netns("-j link show x0").output)) == [])
            #expect(try right.netns("link show x0").output == right.shell("ip link show x0").output)
            return try #require(wanted.elements.first)
        }
        let link = try compare()
        #expect(link["proto_down"] == .bool(true))
        #expect(link["proto_down_reason"] == .array([.string("3"), .string("5")]))
        let refused = try right.netns("link set x0 protodown off")
        #expect(refused.status == 1 && refused.errors.contains("active reasons"))
        try left.shell("ip link set x0 protodown_reason 3 off; ip link set x0 protodown_reason 5 off")
        try left.shell("ip link set x0 protodown off")
        try right.shell("netns link set x0 protodown off protodown_reason 3 off protodown_reason 5 off")
        #expect(try compare()["proto_down"] == nil)
        // ip(8) looks at the first eight only.
        try right.shell("netns link set x0 protodown on; netns link set x0 protodown_reason 31 on")
        #expect(try right.netns("link show x0").output.contains("protodown on protodown_reason <31>"))
    }

    @Test("XDP programs are shown as ip shows them", .enabled(if: isSuperuser(), "loading programs needs root"))
    func programs() throws {
        let box = try Sandbox()
        try box.shell("ip link add v0 index 7 type veth peer v1 index 8; ip link add v2 type veth peer v3")
        let namespace = try OwnedDescriptor(opening: "/proc/\(box.keeper)/ns/net")
        let result = try onDisposableThread { () throws -> (Int32, Int32) in
            try enterNetworkNamespace(namespace)
            return (xdp_probe_attach(7, "", 1 << 1), xdp_probe_attach(8, "probe", 1 << 2))
        }
        guard result == (0, 0) else {
            Issue.record("this kernel takes no XDP programs: \(result)", severity: .warning)
            try Test.cancel("this kernel takes no XDP programs")
        }
        for listing in ["link", "addr"] {
            let wanted = try JSON(box.shell("ip -j -d \(listing) show").output)
            #expect(wanted.missing(from: try JSON(box.netns("-j \(listing) show").output)) == [])
            #expect(wanted.elements.filter { $0["xdp"] != nil }.count == 2)
            #expect(try box.netns("\(listing) show").output == box.shell("ip \(listing) show").output)
            let lines = try box.netns("-d \(listing) show").lines.filter { $0.contains("prog/") }
            #expect(try lines == box.shell("ip -d \(listing) show").lines.filter { $0.contains("prog/") })
        }
        try box.shell("ip link set v0 xdpgeneric off")
        #expect(try !box.netns("link show v0").output.contains("xdp"))
    }
}
