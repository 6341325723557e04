// SPDX-License-Identifier: Apache-2.0

import CMnl
import KernelGates
@testable import NetnsCommands
import Netlink
import RouteNetlink
import Testing

private func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// A report of a link with these options.
private func report(_ kind: String, _ data: [UInt8]) -> [UInt8] {
    func attribute(_ number: Int, _ payload: [UInt8]) -> [UInt8] {
        let length = payload.count + 4
        return [UInt8(length & 0xff), UInt8(length >> 8), UInt8(number), 0] + payload
            + Array(repeating: 0, count: -length & 3)
    }
    let header: [UInt8] = [0, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    return header + attribute(3, Array("x0\0".utf8))
        + attribute(18, attribute(1, Array("\(kind)\0".utf8)) + attribute(2, data))
}

private func name(_ index: Int32) -> String { index == 1 ? "lo" : "if\(index)" }

@Suite("Kinds of links")
struct KindTests {
    @Test("what is sent is what ip sends for the same words", arguments: kindCaptures + youngerKindCaptures)
    func sent(_ capture: KindCapture) throws {
        let options = try #require(try capture.options())
        #expect(capture.line.hasPrefix(options.kind))
        #expect(try attributes(of: options, isPort: false) == capture.sent)
    }

    /// Dumps, with what ip(8) 6.1 shows of them. That of a kernel may have more.
    static let shown: [(kind: String, data: String, json: String, text: String)] = [
        (
            "vlan",
            """
            06000500 88a8 0000 06000100 fe0f 0000 0c000200 1f0000001f000000 \
            1c000300 0c00010000000000070000000c000100ffffffff01000000 \
            1c000400 0c00010001000000020000000c0001000300000004000000
            """,
            """
            {"protocol":"802.1ad","id":4094,\
            "flags":["REORDER_HDR","GVRP","MVRP","LOOSE_BINDING","BRIDGE_BINDING"],\
            "ingress_qos":[{"from":1,"to":2},{"from":3,"to":4}],\
            "egress_qos":[{"from":0,"to":7},{"from":4294967295,"to":1}]}
            """,
            """
            protocol 802.1ad id 4094 <REORDER_HDR,GVRP,MVRP,LOOSE_BINDING,BRIDGE_BINDING> \n\
                  ingress-qos-map { 1:2 3:4 } \n      egress-qos-map { 0:7 4294967295:1 } \

            """
        ),
        (
            "vlan", "06000500 8100 0000 06000100 0500 0000 0c000200 00000000ffffffff",
            #"{"protocol":"802.1Q","id":5,"flags":[]}"#, "protocol 802.1Q id 5 <> "
        ),
        ("ipvlan", "06000100 0000 0000 06000200 0100 0000", #"{"mode":"l2","private":true}"#, " mode l2 private "),
        ("ipvlan", "06000100 0100 0000 06000200 0000 0000", #"{"mode":"l3","bridge":true}"#, " mode l3 bridge "),
        ("ipvtap", "06000100 0200 0000 06000200 0200 0000", #"{"mode":"l3s","vepa":true}"#, " mode l3s vepa "),
        ("vrf", "08000100 64000000", #"{"table":100}"#, "table 100 "),
        (
            "macvlan",
            """
            08000100 10000000 06000200 0200 0000 08000600 02000000 \
            1c000500 0a00040002000000000100000a0004000200000000020000 08000700 e8030000 08000800 e8030000
            """,
            """
            {"mode":"source","nodst":true,"bcqueuelen":1000,"usedbcqueuelen":1000,"macaddr_count":2,\
            "macaddr_data":["02:00:00:00:00:01","02:00:00:00:00:02"]}
            """,
            """
            mode source nodst bcqueuelen 1000 usedbcqueuelen 1000 remotes (2) 02:00:00:00:00:01 02:00:00:00:00:02 \

            """
        ),
        (
            "macvtap", "08000100 08000000 06000200 0300 0000 08000600 00000000",
            #"{"mode":"passthru","nopromisc":true,"nodst":true}"#, "mode passthru nopromisc nodst "
        ),
        (
            "vxlan",
            """
            08000100 2a000000 14001000 ff050000000000000000000000000001 14001100 20010db8000000000000000000000009 \
            08000300 01000000
            """,
            #"{"id":42,"group6":"ff05::1","local6":"2001:db8::9","link":"lo"}"#,
            "id 42 group ff05::1 local 2001:db8::9 dev lo "
        ),
        (
            "vxlan",
            """
            08000100 2a000000 08000200 c0000201 08000400 c0000202 05000700 00 000000 05000b00 01 000000 \
            05000c00 01 000000 05000d00 01 000000 05000e00 01 000000 05000500 05 000000 08000800 00000000 \
            08000900 05000000 08000a00 00030009 06000f00 12b5 0000 05001200 00 000000 05001300 01 000000 \
            05001400 01 000000 05001500 01 000000 05001600 01 000000 04001700 05001d00 01 000000 08001a00 00000007
            """,
            """
            {"id":42,"remote":"192.0.2.1","local":"192.0.2.2","port_range":{"low":3,"high":9},"port":4789,\
            "learning":false,"proxy":true,"rsc":true,"l2miss":true,"l3miss":true,"ttl":5,"df":"set","label":"0x7",\
            "ageing":0,"limit":5,"udp_csum":false,"udp_zero_csum6_tx":true,"udp_zero_csum6_rx":true,\
            "remcsum_tx":true,"remcsum_rx":true,"gbp":true}
            """,
            """
            id 42 remote 192.0.2.1 local 192.0.2.2 srcport 3 9 dstport 4789 nolearning proxy rsc l2miss l3miss ttl 5 \
            df set flowlabel 0x7 ageing none maxaddr 5 noudpcsum udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx gbp \

            """
        ),
        (
            "vxlan", "05000600 01 000000 05000500 00 000000 05001c00 01 000000 08000900 00000000",
            #"{"tos":"0x1"}"#, "tos inherit ttl inherit "
        ),
    ]

    @Test("JSON and text are ip's", arguments: shown.indices)
    func listing(_ index: Int) throws {
        let (kind, data, json, text) = Self.shown[index]
        let link = try Link(decoding: report(kind, bytes(data)).span.bytes)
        #expect(link.options?.kind == kind)
        var writer = JSONWriter()
        writer.object { link.writeKind(into: &$0, deviceName: name) }
        let shown = try JSON(String(decoding: writer.bytes, as: UTF8.self))
        #expect(shown["info_data"] == (try JSON(json)))
        #expect(link.kindText(deviceName: name) == "\n    \(kind) \(text)")
    }

    @Test("a damaged dump throws or parses", arguments: shown.indices)
    func mutations(_ index: Int) {
        let message = report(Self.shown[index].kind, bytes(Self.shown[index].data))
        for position in message.indices {
            _ = try? Link(decoding: message.span.extracting(first: position).bytes)
            for change: UInt8 in [0x01, 0x02, 0x04, 0x80, 0xff] {
                var copy = message
                copy[position] ^= change
                _ = try? Link(decoding: copy.span.bytes)
            }
        }
    }

    @Test(
        "a wrong word or value is a usage error that names it",
        arguments: [
            ("vlan", "id 4095", "bad value of 'id': '4095' is not a decimal number from 0 to 4094"),
            ("vlan", "gvrp 1", "bad value of 'gvrp': '1' is not 'on' or 'off'"),
            ("vlan", "ingress-qos-map 1", "bad value of 'ingress-qos-map': '1' is not two decimal numbers"),
            ("vxlan", "dstport 4789", "a vxlan needs its 'id', or 'external'"),
            ("vxlan", "id 1 external", "'id' and 'external' exclude each other"),
            ("vxlan", "id 1 learning nolearning", "'learning' is given twice"),
            ("vxlan", "id 1 group 192.0.2.1", "bad value of 'group': '192.0.2.1' is no multicast address"),
            ("vxlan", "id 1 remote ::", "bad value of 'remote': '::' is no address"),
            ("vxlan", "id 1 srcport 9 3", "bad value of 'srcport': '3' is not a decimal number from 9 to 65535"),
            ("vxlan", "id 1 flowlabel 0x100000", "bad value of 'flowlabel': a flow label is 1048575 at most"),
            ("macvlan", "mode brigde", "bad value of 'mode': 'brigde' is not 'private', "),
            ("macvlan", "macaddr add 02:00", "bad value of 'macaddr': "),
            ("macvlan", "macaddr flush macaddr flush", "'macaddr' is given twice"),
            ("ipvlan", "mode l4", "bad value of 'mode': 'l4' is not 'l2', 'l3' or 'l3s'"),
            ("vrf", "table nothing", "bad value of 'table': 'nothing' is no table"),
            ("netkit", "mode l1", "bad value of 'mode': 'l1' is not 'l3' or 'l2'"),
        ])
    func wrong(kind: String, words: String, message: String) throws {
        do {
            _ = try KindCapture("\(kind) \(words)", sent: "").options()
            Issue.record("'\(words)' was taken")
        } catch let failure as CommandFailure {
            #expect(failure.message.hasPrefix("link add: \(message)"))
            #expect(failure.status == 2)
        }
    }
}

/// Links made by ip(8) in one namespace and by the command in another.
@Suite("Kinds of links in a kernel", .enabled(if: Sandbox.isAvailable))
struct KindKernelTests {
    /// Links that can be made at the same time, on d0.
    static let examples: [(kind: String, lines: String)] = [
        ("dummy", "add x0 address 02:00:00:00:01:01 mtu 1400 type dummy"),
        ("ifb", "add x0 address 02:00:00:00:01:01 numtxqueues 2 type ifb"),
        ("nlmon", "add x0 type nlmon"),
        ("vcan", "add x0 type vcan"),
        ("vxcan", "add x0 type vxcan peer name x1 netns red"),
        (
            "vlan",
            """
            add link d0 name x0 type vlan id 5
            add link d0 name x1 type vlan protocol 802.1ad id 4094 reorder_hdr off loose_binding on
            add link d0 name x2 type vlan id 6 ingress-qos-map 1:2 3:4 egress-qos-map 0:7
            set x0 type vlan egress-qos-map 5:1
            """
        ),
        (
            "vxlan",
            """
            add x0 address 02:00:00:00:01:01 type vxlan id 42 dstport 4789 dev d0 remote 192.0.2.1 local 192.0.2.2 ttl 5 tos inherit
            add x1 address 02:00:00:00:01:02 type vxlan id 43 dstport 4790 group 239.1.1.1 dev d0 nolearning proxy rsc l2miss l3miss
            add x2 address 02:00:00:00:01:03 type vxlan external vnifilter dstport 4791 gpe
            add x3 address 02:00:00:00:01:04 type vxlan id 44 dstport 4792 remote 2001:db8::1 local 2001:db8::2 ttl inherit df set flowlabel 0x7 udp6zerocsumtx udp6zerocsumrx
            add x4 address 02:00:00:00:01:05 type vxlan id 45 dstport 4793 srcport 1000 2000 ageing 60 maxaddress 5 noudpcsum remcsumtx remcsumrx gbp
            add x5 address 02:00:00:00:01:06 netns red type vxlan id 46 dstport 4794 dev d0 group 239.1.1.2
            set x0 type vxlan ageing 7 nolearning
            set x0 type vxlan remote 192.0.2.7
            """
        ),
        (
            "macvlan",
            """
            add link d0 name x0 address 02:00:00:00:01:01 type macvlan mode bridge bcqueuelen 500
            add link d0 name x1 address 02:00:00:00:01:02 type macvlan mode source macaddr set 02:00:00:00:02:01 02:00:00:00:02:02
            add link d0 name x2 address 02:00:00:00:01:03 type macvlan mode private
            add link d0 name x3 address 02:00:00:00:01:04 netns red type macvlan mode vepa
            set x1 type macvlan macaddr del 02:00:00:00:02:01
            set x1 type macvlan macaddr flush
            set x1 type macvlan macaddr add 02:00:00:00:02:03
            set x0 type macvlan mode vepa
            add link d1 name x4 address 02:00:00:00:01:05 type macvlan mode passthru nopromisc
            """
        ),
        ("macvtap", "add link d0 name x0 address 02:00:00:00:01:01 type macvtap mode bridge"),
        (
            "ipvlan",
            """
            add link d0 name x0 type ipvlan mode l2 private
            add link d0 name x1 type ipvlan mode l2
            set x0 type ipvlan mode l3 vepa
            """
        ),
        ("ipvtap", "add link d0 name x0 type ipvtap mode l3s"),
        ("vrf", "add x0 address 02:00:00:00:01:01 type vrf table 100\nset d1 master x0"),
    ]

    @Test("links are as ip makes and shows them", arguments: examples.map(\.kind))
    func links(_ kind: String) throws {
        try requireKernel(linkKind: kind)
        let lines = try #require(Self.examples.first { $0.kind == kind }).lines.split(separator: "\n")
        let (left, right) = (try Sandbox(), try Sandbox())
        for box in [left, right] {
            try box.shell(
                """
                ip netns add red
                ip link add d0 index 5 address 02:00:00:00:00:0a type veth peer d1 index 6 address 02:00:00:00:00:0b
                """)
        }
        for line in lines {
            let (wanted, found) = (
                try left.shell("ip link \(line)", mayFail: true), try right.shell("netns link \(line)", mayFail: true)
            )
            #expect(wanted.status == 0, "ip link \(line): \(wanted.errors)")
            #expect(found.status == 0, "netns link \(line): \(found.errors)")
        }
        for place in ["", "-n red "] {
            let wanted = try JSON(left.shell("ip \(place)-j -d link show").output)
            let same = try JSON(right.shell("ip \(place)-j -d link show").output)
            let shown = try JSON(right.netns("\(place)link show --json").output)
            #expect(wanted.missing(from: same) == [] && same.missing(from: wanted) == [], "\(place)\(kind)")
            #expect(same.missing(from: shown) == [], "\(place)\(kind)")
        }
        let words = try right.shell("ip -d link show").output.split { $0 == " " || $0 == "\n" }
        let text = try right.netns("link show -d").output.split { $0 == " " || $0 == "\n" }
        // ip 6.1 forgets the blank behind this one.
        for word in words where !word.hasPrefix("vnifilter") { #expect(text.contains(word), "\(kind): \(word)") }
    }

    @Test("netkit", .enabled(if: kernelHas(linkKind: "netkit"), "this kernel has no netkit"))
    func netkit() throws {
        let box = try Sandbox()
        try box.shell("netns link add x0 type netkit mode l2 blackhole peer forward x1")
        let link = try #require(try JSON(box.netns("-j link show x0").output).elements.first)
        let data = try #require(link["linkinfo"]?["info_data"])
        #expect(data["mode"] == .string("l2") && data["policy"] == .string("blackhole"))
        #expect(data["type"] == .string("primary"))
    }
}
