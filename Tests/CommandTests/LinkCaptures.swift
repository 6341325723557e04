// SPDX-License-Identifier: Apache-2.0

/// What ip(8) 6.1 was seen to send for the words behind `link set d0`, behind the header, and what it shows of replies
/// that were put before it.
enum LinkCaptures {
    /// The device has the number 5.
    static let changes: [(words: String, attributes: String)] = [
        ("protodown on", "05002700 01000000"),
        ("protodown_reason 3 on", "14003780 08000100 08000000 08000200 08000000"),
        ("protodown_reason 3 off", "14003780 08000100 08000000 08000200 00000000"),
        (
            "vf 2 mac 02:00:00:00:00:01",
            """
            30001600 2c000100 28000100 02000000 02000000 00010000 00000000 00000000 00000000 00000000 00000000 00000000
            """
        ),
        ("vf 2 vlan 5", "18001600 14000100 10000200 02000000 05000000 00000000"),
        ("vf 2 vlan 5 qos 3", "18001600 14000100 10000200 02000000 05000000 03000000"),
        (
            "vf 2 vlan 5 qos 3 proto 802.1ad",
            "20001600 1c000100 18000c00 14000100 02000000 05000000 03000000 88a80000"
        ),
        ("vf 2 vlan 5 proto 802.1Q", "18001600 14000100 10000200 02000000 05000000 00000000"),
        ("vf 2 vlan 0", "18001600 14000100 10000200 02000000 00000000 00000000"),
        ("vf 2 rate 100", "14001600 10000100 0c000300 02000000 64000000"),
        ("vf 2 max_tx_rate 200", "18001600 14000100 10000600 02000000 00000000 c8000000"),
        ("vf 2 min_tx_rate 50 max_tx_rate 100", "18001600 14000100 10000600 02000000 32000000 64000000"),
        ("vf 2 min_tx_rate 50", "18001600 14000100 10000600 02000000 32000000 00000000"),
        ("vf 2 spoofchk on", "14001600 10000100 0c000400 02000000 01000000"),
        ("vf 2 spoofchk off", "14001600 10000100 0c000400 02000000 00000000"),
        ("vf 2 query_rss on", "14001600 10000100 0c000700 02000000 01000000"),
        ("vf 2 state auto", "14001600 10000100 0c000500 02000000 00000000"),
        ("vf 2 state enable", "14001600 10000100 0c000500 02000000 01000000"),
        ("vf 2 state disable", "14001600 10000100 0c000500 02000000 02000000"),
        ("vf 2 trust on", "14001600 10000100 0c000900 02000000 01000000"),
        (
            "vf 2 node_guid 00:11:22:33:44:55:66:77",
            "1c001600 18000100 14000a00 02000000 00000000 77665544 33221100"
        ),
        (
            "vf 2 port_guid 00:11:22:33:44:55:66:77",
            "1c001600 18000100 14000b00 02000000 00000000 77665544 33221100"
        ),
        (
            "vf 2 mac 02:00:00:00:00:01 vlan 7 spoofchk off trust on",
            """
            58001600 54000100 28000100 02000000 02000000 00010000 00000000 00000000 00000000 00000000 00000000 00000000 \
            10000200 02000000 07000000 00000000 0c000400 02000000 00000000 0c000900 02000000 01000000
            """
        ),
        ("mtu 1400 vf 2 trust on", "08000400 78050000 14001600 10000100 0c000900 02000000 01000000"),
    ]

    /// Behind `link add`, with the device below by its number 7 and the namespace's id 5; here and below with the NUL
    /// behind the kind, which ip(8) leaves out.
    static let lowerElsewhere =
        "08002500 05000000 08000500 07000000 07000300 6d300000 10001200 0c000100 6d616376 6c616e00"
    /// `link add name m0 parentdev pci0 type dummy`
    static let parentDevice = "09003800 70636930 00000000 07000300 6d300000 10001200 0a000100 64756d6d 79000000"

    /// A network card of three virtual functions, `IFLA_NUM_VF` and its parent device among the attributes.
    static let virtualFunctions = """
        080015000300000090021600c40001002800010000000000020000000001000000000000000000000000000000000000000000000000 \
        000024000d00ffffffffffff000000000000000000000000000000000000000000000000000010000200000000000000000000000000 \
        0c0003000000000000000000100006000000000000000000000000000c00040000000000010000000c00050000000000000000000c00 \
        070000000000000000000c000900000000000000000018000c001400010000000000000000000000000081000000c400010028000100 \
        01000000020000000002000000000000000000000000000000000000000000000000000024000d00ffffffffffff0000000000000000 \
        000000000000000000000000000000000000100002000100000005000000030000000c00030001000000640000001000060001000000 \
        0a000000640000000c00040001000000000000000c00050001000000010000000c00070001000000010000000c000900010000000100 \
        000018000c001400010001000000050000000300000088a8000004010100280001000200000002000000000300000000000000000000 \
        00000000000000000000000000000000100002000200000007000000000000000c00030002000000000000000c00040002000000ffff \
        ffff0c00050002000000020000000c00070002000000ffffffff0c00090002000000ffffffff14000a00020000000000000077665544 \
        3322110014000b000200000000000000ffeeddccbbaa9988640008000c0000000b000000000000000c0001000c000000000000000c00 \
        020014050000000000000c00030078050000000000000c0004000f000000000000000c00050010000000000000000c00070011000000 \
        000000000c000800120000000000000011003800303030303a30313a30302e30000000000800390070636900
        """
    static let virtualFunctionsJSON = """
        [{"vf":0,"link_type":"ether","address":"02:00:00:00:00:01","broadcast":"ff:ff:ff:ff:ff:ff","vlan_list":[{}],\
        "rate":{"max_tx":0,"min_tx":0},"spoofchk":true,"link_state":"auto","trust":false,"query_rss_en":false},\
        {"vf":1,"link_type":"ether","address":"02:00:00:00:00:02","broadcast":"ff:ff:ff:ff:ff:ff",\
        "vlan_list":[{"vlan":5,"qos":3,"protocol":"802.1ad"}],"tx_rate":100,"rate":{"max_tx":100,"min_tx":10},\
        "spoofchk":false,"link_state":"enable","trust":true,"query_rss_en":true},\
        {"vf":2,"link_type":"ether","address":"02:00:00:00:00:03","vlan":7,"node guid":"00:11:22:33:44:55:66:77",\
        "port guid":"88:99:aa:bb:cc:dd:ee:ff","link_state":"disable","stats":{"rx":{"bytes":1300,"packets":11,\
        "multicast":16,"broadcast":15,"dropped":17},"tx":{"tx_bytes":1400,"tx_packets":12,"dropped":18}}}]
        """
    static let virtualFunctionsText = [
        """
            vf 0     link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff, spoof checking on, link-state auto, \
        trust off, query_rss off
        """,
        """
            vf 1     link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff, vlan 5, qos 3, vlan protocol 802.1ad, \
        tx rate 100 (Mbps), max_tx_rate 100Mbps, min_tx_rate 10Mbps, spoof checking off, link-state enable, \
        trust on, query_rss on
        """,
        """
            vf 2     link/ether 02:00:00:00:00:03, vlan 7, NODE_GUID 00:11:22:33:44:55:66:77, \
        PORT_GUID 88:99:aa:bb:cc:dd:ee:ff, link-state disable
        """,
        "    RX: bytes  packets  mcast   bcast   dropped ",
        "          1300       11      16      15       17 ",
        "    TX: bytes  packets   dropped ",
        "          1400       12       18 ",
    ]

    /// XDP programs that no kernel has, so that nothing but their numbers is known: in several places, and in hardware.
    static let programs: [(attributes: String, json: String, word: String, lines: [String])] = [
        (
            "24002b00 05000200 04000000 08000500 01286bee 08000600 02286bee 08000700 03286bee",
            """
            {"mode":4,"attached":[{"mode":2,"prog":{"id":4000000002}},{"mode":1,"prog":{"id":4000000001}},\
            {"mode":3,"prog":{"id":4000000003}}]}
            """,
            "xdpmulti",
            [
                "    prog/xdpgeneric id 4000000002 ", "    prog/xdpdrv id 4000000001 ",
                "    prog/xdpoffload id 4000000003 ",
            ]
        ),
        (
            "1c002b00 05000200 03000000 08000400 03286bee 08000700 03286bee",
            #"{"mode":3,"prog":{"id":4000000003},"attached":[{"mode":3,"prog":{"id":4000000003}}]}"#,
            "xdpoffload", ["    prog/xdp id 4000000003 "]
        ),
    ]

    /// Ids of port and switch, and the cause of an event.
    static let hardware = "09002200 00112233 44000000 07002400 aabbcc00 07002600 70300000 08002c00 03000000"
}
