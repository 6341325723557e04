// SPDX-License-Identifier: Apache-2.0

import Testing

/// What ip(8) 6.1 puts into `IFLA_INFO_DATA` for the words behind `type KIND`, as strace(1) shows it.
/// The device d0 has the number 5.
struct KindCapture: Sendable, CustomTestStringConvertible {
    let verb: String
    let kind: String
    let words: String
    let hexadecimal: String

    init(_ verb: String, _ kind: String, _ words: String, _ hexadecimal: String) {
        self.verb = verb
        self.kind = kind
        self.words = words
        self.hexadecimal = hexadecimal
    }

    var testDescription: String { "link \(verb) … type \(kind) \(words)" }
}

let kindCaptures: [KindCapture] = [
    KindCapture("add", "vlan", "id 5", "06000100 0500 0000"),
    KindCapture("add", "vlan", "proto 802.1ad id 4094", "06000500 88a8 0000 06000100 fe0f 0000"),
    KindCapture("add", "vlan", "protocol 802.1Q id 0", "06000500 8100 0000 06000100 0000 0000"),
    KindCapture("add", "vlan", "id 5 reorder_hdr off", "06000100 0500 0000 0c000200 0000000001000000"),
    KindCapture("add", "vlan", "id 5 gvrp on mvrp off", "06000100 0500 0000 0c000200 020000000a000000"),
    KindCapture(
        "add", "vlan", "id 5 loose_binding on bridge_binding on",
        "06000100 0500 0000 0c000200 1400000014000000"),
    KindCapture(
        "add", "vlan", "id 5 ingress-qos-map 1:2 3:4",
        "06000100 0500 0000 1c000400 0c00010001000000020000000c0001000300000004000000"),
    KindCapture(
        "add", "vlan", "id 5 egress-qos-map 0:7 4294967295:1",
        "06000100 0500 0000 1c000300 0c00010000000000070000000c000100ffffffff01000000"),
    KindCapture(
        "add", "vlan",
        "id 5 ingress-qos-map 1:2 egress-qos-map 3:4 gvrp on",
        """
        06000100 0500 0000 10000400 0c0001000100000002000000 10000300 0c0001000300000004000000 0c000200 \
        0200000002000000
        """),
    KindCapture("set", "vlan", "gvrp off", "0c000200 0000000002000000"),
    KindCapture("add", "vxlan", "id 42", "08000100 2a000000 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 group 239.1.1.1 dev d0",
        "08000300 05000000 08000100 2a000000 08000200 ef010101 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 remote 192.0.2.1", "08000100 2a000000 08000200 c0000201 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 remote 2001:db8::1",
        "08000100 2a000000 14001000 20010db8000000000000000000000001 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 group ff05::1 dev d0",
        "08000300 05000000 08000100 2a000000 14001000 ff050000000000000000000000000001 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 local 192.0.2.9", "08000100 2a000000 08000400 c0000209 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 local 2001:db8::9",
        "08000100 2a000000 14001100 20010db8000000000000000000000009 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 ttl 64", "05000500 40 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 hoplimit 64", "05000500 40 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 ttl 0", "05000500 00 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 ttl inherit", "04001c00 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 ttl auto", "05000500 00 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 tos 0x10", "05000600 10 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 dsfield inherit", "05000600 01 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 df set", "05001d00 01 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 df unset", "05001d00 00 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 df inherit", "05001d00 02 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 flowlabel 0x12345", "08001a00 00012345 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 label 7", "08001a00 00000007 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 ageing 60", "08000800 3c000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 ageing none", "08000800 00000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 maxaddress 100", "08000900 64000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 maxaddress unlimited", "08000900 00000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 port 1000 2000", "08000a00 03e807d0 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 srcport 1000 2000", "08000a00 03e807d0 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 dstport 4789", "08000100 2a000000 05000700 01 000000 06000f00 12b5 0000"),
    KindCapture("add", "vxlan", "id 42 learning", "08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 nolearning", "08000100 2a000000 05000700 00 000000"),
    KindCapture("add", "vxlan", "id 42 proxy", "05000b00 01 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "id 42 noproxy", "05000b00 00 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 rsc l2miss l3miss",
        "05000c00 01 000000 05000d00 01 000000 05000e00 01 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 norsc nol2miss nol3miss",
        "05000c00 00 000000 05000d00 00 000000 05000e00 00 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 udpcsum udp6zerocsumtx udp6zerocsumrx",
        "05001200 01 000000 05001300 01 000000 05001400 01 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 noudpcsum noudp6zerocsumtx noudp6zerocsumrx",
        "05001200 00 000000 05001300 00 000000 05001400 00 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 remcsumtx remcsumrx",
        "05001500 01 000000 05001600 01 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "id 42 noremcsumtx noremcsumrx",
        "05001500 00 000000 05001600 00 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture("add", "vxlan", "external dstport 4789", "05001900 01 000000 05000700 00 000000 06000f00 12b5 0000"),
    KindCapture("add", "vxlan", "noexternal id 42", "05001900 00 000000 08000100 2a000000 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "external vnifilter dstport 4789",
        "05001900 01 000000 05001e00 01 000000 05000700 00 000000 06000f00 12b5 0000"),
    KindCapture(
        "add", "vxlan", "external novnifilter dstport 4789",
        "05001900 01 000000 05001e00 00 000000 05000700 00 000000 06000f00 12b5 0000"),
    KindCapture("add", "vxlan", "id 42 gbp", "04001700 08000100 2a000000 05000700 01 000000"),
    KindCapture(
        "add", "vxlan", "external gpe dstport 4790",
        "05001900 01 000000 04001b00 05000700 00 000000 06000f00 12b6 0000"),
    KindCapture("set", "vxlan", "ageing 7 nolearning", "08000800 07000000 05000700 00 000000"),
    KindCapture("set", "vxlan", "ttl inherit", "04001c00"),
    KindCapture("set", "vxlan", "remote 192.0.2.7", "08000200 c0000207"),
    KindCapture("add", "macvlan", "", ""),
    KindCapture("add", "macvlan", "mode private", "08000100 01000000"),
    KindCapture("add", "macvlan", "mode vepa", "08000100 02000000"),
    KindCapture("add", "macvlan", "mode bridge", "08000100 04000000"),
    KindCapture("add", "macvlan", "mode passthru", "08000100 08000000"),
    KindCapture("add", "macvlan", "mode passthru nopromisc", "08000100 08000000 06000200 0100 0000"),
    KindCapture("add", "macvlan", "mode passthru flag nopromisc", "08000100 08000000 06000200 0100 0000"),
    KindCapture("add", "macvlan", "mode source", "08000100 10000000"),
    KindCapture("add", "macvlan", "mode source flag nodst", "08000100 10000000 06000200 0200 0000"),
    KindCapture("add", "macvlan", "mode source nodst", "08000100 10000000 06000200 0200 0000"),
    KindCapture("add", "macvlan", "mode bridge flag null", "08000100 04000000 06000200 0000 0000"),
    KindCapture(
        "add", "macvlan", "mode source macaddr add 02:00:00:00:00:01",
        "08000300 00000000 0a000400 020000000001 0000 08000100 10000000"),
    KindCapture(
        "add", "macvlan", "mode source macaddr del 02:00:00:00:00:01",
        "08000300 01000000 0a000400 020000000001 0000 08000100 10000000"),
    KindCapture(
        "add", "macvlan", "mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:02",
        "08000300 03000000 1c000500 0a00040002000000000100000a0004000200000000020000 08000100 10000000"),
    KindCapture("add", "macvlan", "mode source macaddr set", "08000300 03000000 04000500 08000100 10000000"),
    KindCapture("add", "macvlan", "mode source macaddr flush", "08000300 02000000 08000100 10000000"),
    KindCapture("add", "macvlan", "mode bridge bcqueuelen 500", "08000700 f4010000 08000100 04000000"),
    KindCapture("set", "macvlan", "macaddr add 02:00:00:00:00:03", "08000300 00000000 0a000400 020000000003 0000"),
    KindCapture("set", "macvlan", "mode bridge", "08000100 04000000"),
    KindCapture("set", "macvlan", "bcqueuelen 5", "08000700 05000000"),
    KindCapture("add", "macvtap", "mode bridge", "08000100 04000000"),
    KindCapture(
        "add", "macvtap", "mode passthru nopromisc bcqueuelen 9",
        "08000700 09000000 08000100 08000000 06000200 0100 0000"),
    KindCapture("add", "ipvlan", "", ""),
    KindCapture("add", "ipvlan", "mode l2", "06000100 0000 0000 06000200 0000 0000"),
    KindCapture("add", "ipvlan", "mode l3", "06000100 0100 0000 06000200 0000 0000"),
    KindCapture("add", "ipvlan", "mode l3s", "06000100 0200 0000 06000200 0000 0000"),
    KindCapture("add", "ipvlan", "bridge", "06000200 0000 0000"),
    KindCapture("add", "ipvlan", "private", "06000200 0100 0000"),
    KindCapture("add", "ipvlan", "mode l2 vepa", "06000100 0000 0000 06000200 0200 0000"),
    KindCapture("set", "ipvlan", "mode l3", "06000100 0100 0000 06000200 0000 0000"),
    KindCapture("add", "ipvtap", "mode l2 bridge", "06000100 0000 0000 06000200 0000 0000"),
    KindCapture("add", "vrf", "table 100", "08000100 64000000"),
    KindCapture("add", "vrf", "table main", "08000100 fe000000"),
    KindCapture("add", "vlan", "id 5", "06000100 0500 0000"),
    KindCapture(
        "add", "vxlan",
        "id 42 dstport 4789 dev d0 remote 192.0.2.1 local 192.0.2.2 ttl 5 tos inherit ageing 60 maxaddress 5 srcport 3 9 nolearning",
        """
        08000300 05000000 05000500 05 000000 05000600 01 000000 08000800 3c000000 08000900 05000000 \
        08000a00 00030009 08000100 2a000000 08000400 c0000202 08000200 c0000201 05000700 00 000000 06000f00 12b5 0000
        """),
]

/// What a dump may hold that Linux 6.1 and ip(8) 6.1 do not know, and the words for it.
let youngerKindCaptures: [KindCapture] = [
    KindCapture("set", "vxlan", "localbypass", "05001f00 01 000000"),
    KindCapture("set", "vxlan", "nolocalbypass", "05001f00 00 000000"),
    KindCapture("set", "vxlan", "flowlabel inherit", "08002000 01000000"),
    KindCapture("set", "vxlan", "reserved_bits 0xf7ffffff000000ff", "0c002100 f7ffffff000000ff"),
    KindCapture("set", "vxlan", "mcroute", "05002200 01 000000"),
    KindCapture("set", "macvlan", "bclim -1", "08000900 ffffffff"),
    KindCapture("set", "macvtap", "bclim 100", "08000900 64000000"),
    KindCapture("add", "netkit", "", ""),
    KindCapture(
        "add", "netkit", "mode l2 blackhole scrub none", "08000500 00000000 08000300 02000000 08000600 00000000"),
    KindCapture(
        "add", "netkit", "mode l3 forward peer blackhole scrub default",
        "08000500 01000000 08000300 00000000 08000400 02000000 08000700 01000000"),
]
