// SPDX-License-Identifier: Apache-2.0

/// What a kernel 6.1 reported of a discipline or class, and what tc of iproute2 6.1 showed of it with `-d -s`.
struct TrafficReport: Sendable {
    /// What was asked of tc.
    let made: String
    /// The message, in hexadecimal with its `nlmsghdr`.
    let message: String
    /// What `tc -j` showed; empty where that is not JSON.
    let json: String
    /// What tc showed in text.
    let text: String
}

/// Disciplines, after 8 packets of ping(8).
let disciplineReports: [TrafficReport] = [
    TrafficReport(
        made: "fq",
        message: """
            dc0100002400020007000000d2000000000000000200000000000100ffffffff0300000007000100667100007400020008000100
            10270000080002006400000008000300d40b000008000400243b0000080005000100000008000700ffffffff08000900409c0000
            08000a00ff03000008000b008e0c010008000c00ffffffff080008000a00000008000d001027000008000e008096980005000f00
            0100000005000c00000000009c0007006c0004000000000000000000000000000000000000000000000000000000000000000000
            0000000000000000000000000000000000000000000000001777f2d4eaffffff0200000001000000000000000000000000000000
            000000000000000000000000000000000000000014000100fa260000000000000900000000000000180003000000000000000000
            0000000000000000000000002c000300fa2600000000000009000000000000000000000000000000000000000000000000000000
            000000006c0004000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
            0000000000000000000000001777f2d4eaffffff0200000001000000000000000000000000000000000000000000000000000000
            0000000000000000
            """,
        json: #"""
            {"kind":"fq","handle":"1:","root":true,"refcnt":3,"options":{"limit":10000,"flow_limit":100,\#
            "buckets":1024,"orphan_mask":1023,"quantum":3028,"initial_quantum":15140,"low_rate_threshold":68750,\#
            "refill_delay":40000,"timer_slack":10000,"horizon":10000000,"horizon_drop":null},"bytes":9978,\#
            "packets":9,"drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0,"flows":2,"inactive":1,\#
            "throttled":0,"gc":0,"highprio":0}
            """#,
        text: """
            qdisc fq 1: root refcnt 3 limit 10000p flow_limit 100p buckets 1024 orphan_mask 1023 quantum 3028b \
            initial_quantum 15140b low_rate_threshold 550Kbit refill_delay 40ms timer_slack 10us horizon 10s \
            horizon_drop
             Sent 9978 bytes 9 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
              flows 2 (inactive 1 throttled 0)
              gc 0 highprio 0 throttled 0
            """),
    TrafficReport(
        made: "fq_codel",
        message: """
            340100002400020007000000da000000000000000200000000000100ffffffff030000000d00010066715f636f64656c00000000
            4400020008000100871300000800020000280000080003009f860100080004000100000008000600ea0500000800080040000000
            0800090000000002080005000004000005000c00000000005c0007002c0004000000000000000000000000000000000000000000
            000000000000000000000000000000000000000014000100d0260000000000000800000000000000180003000000000000000000
            0000000000000000000000002c000300d02600000000000008000000000000000000000000000000000000000000000000000000
            000000002c00040000000000000000000000000000000000000000000000000000000000000000000000000000000000
            """,
        json: #"""
            {"kind":"fq_codel","handle":"1:","root":true,"refcnt":3,"options":{"limit":10240,"flows":1024,\#
            "quantum":1514,"target":4999,"interval":99999,"memory_limit":33554432,"ecn":true,"drop_batch":64},\#
            "bytes":9936,"packets":8,"drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0,"maxpacket":0,\#
            "drop_overlimit":0,"new_flow_count":0,"ecn_mark":0,"new_flows_len":0,"old_flows_len":0}
            """#,
        text: """
            qdisc fq_codel 1: root refcnt 3 limit 10240p flows 1024 quantum 1514 target 5ms interval 100ms \
            memory_limit 32Mb ecn drop_batch 64
             Sent 9936 bytes 8 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
              maxpacket 0 drop_overlimit 0 new_flow_count 0 ecn_mark 0
              new_flows_len 0 old_flows_len 0
            """),
    TrafficReport(
        made: "cake bandwidth 100mbit",
        message: """
            740300002400020007000000e2000000000000000200000000000100ffffffff030000000900010063616b650000000090000200
            0c00020020bcbe0000000000080005000700000008000700a0860100080008008813000008000a00000000000800090000000000
            08000f0000000000080010000000000008000b0000000000080003000000000008000d0000000000080006000000000008000c00
            00000000080004000000000008000e00000000000800110001000000080012000000000005000c00000000008002070050020400
            0c00020020bcbe000000000008000300404b4c000800040000090000080005000000000008000700da04000008000900da040000
            08000600da04000008000800da04000008020a00ac0001000c000c00c2eb0b00000000000c000300000000000000000008000b00
            0000000008000d008813000008000e00a08601000800020000000000080004000000000008000800000000000800060000000000
            08001200000000000800130000000000080014000000000008000f00000000000800100000000000080011000000000008001500
            00000000080016000000000008001700000000000800180000000000080019002c010000ac0002000c000c0020bcbe0000000000
            0c000300d02600000000000008000b000000000008000d008813000008000e00a086010008000200080000000800040000000000
            080008000000000008000600000000000800120099520000080013004b010000080014004b00000008000f000000000008001000
            01000000080011000000000008001500000000000800160001000000080017000000000008001800da04000008001900ea050000
            ac0003000c000c0008af2f00000000000c000300000000000000000008000b000000000008000d008813000008000e00a0860100
            08000200000000000800040000000000080008000000000008000600000000000800120000000000080013000000000008001400
            0000000008000f000000000008001000000000000800110000000000080015000000000008001600000000000800170000000000
            080018000000000008001900fa02000014000100d026000000000000080000000000000018000300000000000000000000000000
            00000000000000002c000300d0260000000000000800000000000000000000000000000000000000000000000000000000000000
            """,
        json: #"""
            {"kind":"cake","handle":"1:","root":true,"refcnt":3,"options":{"bandwidth":12500000,\#
            "diffserv":"diffserv3","flowmode":"triple-isolate","nat":false,"wash":false,"ingress":false,\#
            "ack-filter":"disabled","split_gso":true,"rtt":100000,"raw":true,"overhead":0,"fwmark":"0"},\#
            "bytes":9936,"packets":8,"drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0,\#
            "memory_used":2304,"memory_limit":5000000,"capacity_estimate":12500000,"min_network_size":1242,\#
            "max_network_size":1242,"min_adj_size":1242,"max_adj_size":1242,"avg_hdr_offset":0,\#
            "tins":[{"threshold_rate":781250,"sent_bytes":0,"backlog_bytes":0,"target_us":5000,\#
            "interval_us":100000,"peak_delay_us":0,"avg_delay_us":0,"base_delay_us":0,"sent_packets":0,\#
            "way_indirect_hits":0,"way_misses":0,"way_collisions":0,"drops":0,"ecn_mark":0,"ack_drops":0,\#
            "sparse_flows":0,"bulk_flows":0,"unresponsive_flows":0,"max_pkt_len":0,"flow_quantum":300},\#
            {"threshold_rate":12500000,"sent_bytes":9936,"backlog_bytes":0,"target_us":5000,\#
            "interval_us":100000,"peak_delay_us":21145,"avg_delay_us":331,"base_delay_us":75,"sent_packets":8,\#
            "way_indirect_hits":0,"way_misses":1,"way_collisions":0,"drops":0,"ecn_mark":0,"ack_drops":0,\#
            "sparse_flows":0,"bulk_flows":1,"unresponsive_flows":0,"max_pkt_len":1242,"flow_quantum":1514},\#
            {"threshold_rate":3125000,"sent_bytes":0,"backlog_bytes":0,"target_us":5000,"interval_us":100000,\#
            "peak_delay_us":0,"avg_delay_us":0,"base_delay_us":0,"sent_packets":0,"way_indirect_hits":0,\#
            "way_misses":0,"way_collisions":0,"drops":0,"ecn_mark":0,"ack_drops":0,"sparse_flows":0,\#
            "bulk_flows":0,"unresponsive_flows":0,"max_pkt_len":0,"flow_quantum":762}]}
            """#,
        text: """
            qdisc cake 1: root refcnt 3 bandwidth 100Mbit diffserv3 triple-isolate nonat nowash no-ack-filter \
            split-gso rtt 100ms raw overhead 0
             Sent 9936 bytes 8 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
             memory used: 2304b of 5000000b
             capacity estimate: 100Mbit
             min/max network layer size:         1242 /    1242
             min/max overhead-adjusted size:     1242 /    1242
             average network hdr offset:            0

                               Bulk  Best Effort        Voice
              thresh       6250Kbit      100Mbit       25Mbit
              target            5ms          5ms          5ms
              interval        100ms        100ms        100ms
              pk_delay          0us       21.1ms          0us
              av_delay          0us        331us          0us
              sp_delay          0us         75us          0us
              backlog            0b           0b           0b
              pkts                0            8            0
              bytes               0         9936            0
              way_inds            0            0            0
              way_miss            0            1            0
              way_cols            0            0            0
              drops               0            0            0
              marks               0            0            0
              ack_drop            0            0            0
              sp_flows            0            0            0
              bk_flows            0            1            0
              un_flows            0            0            0
              max_len             0         1242            0
              quantum           300         1514          762
            """),
    TrafficReport(
        made: "codel ecn ce_threshold 4ms",
        message: """
            100100002400020007000000fa000000000000000200000000000100ffffffff030000000a000100636f64656c0000002c000200
            080001008713000008000200e8030000080003009f8601000800040001000000080005009f0f000005000c000000000058000700
            2800040000000000000000000000000000000000000000000000000000000000000000000000000014000100d026000000000000
            08000000000000001800030000000000000000000000000000000000000000002c000300d0260000000000000800000000000000
            00000000000000000000000000000000000000000000000028000400000000000000000000000000000000000000000000000000
            000000000000000000000000
            """,
        json: #"""
            {"kind":"codel","handle":"1:","root":true,"refcnt":3,"options":{"limit":1000,"target":4999,\#
            "ce_threshold":3999,"interval":99999,"ecn":true},"bytes":9936,"packets":8,"drops":0,"overlimits":0,\#
            "requeues":0,"backlog":0,"qlen":0,"count":0,"lastcount":0,"ldelay":0,"drop_next":0,"maxpacket":0,\#
            "ecn_mark":0,"drop_overlimit":0}
            """#,
        text: """
            qdisc codel 1: root refcnt 3 limit 1000p target 5ms ce_threshold 4ms interval 100ms ecn
             Sent 9936 bytes 8 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
              count 0 lastcount 0 ldelay 0us drop_next 0us
              maxpacket 0 ecn_mark 0 drop_overlimit 0
            """),
    TrafficReport(
        made: "red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn bandwidth 10mbit",
        message: """
            e4000000240002000700000002010000000000000200000000000100ffffffff0300000008000100726564002c00020014000100
            801a060030750000905f010005160f010800030051b81e050c000400010000000f00000005000c00000000004400070014000400
            0000000000000000000000000000000014000100d026000000000000080000000000000018000300000000000000000000000000
            00000000000000002c000300d0260000000000000800000000000000000000000000000000000000000000000000000000000000
            1400040000000000000000000000000000000000
            """,
        json: #"""
            {"kind":"red","handle":"1:","root":true,"refcnt":3,"options":{"limit":400000,"min":30000,\#
            "max":90000,"ecn":true,"harddrop":false,"adaptive":false,"nodrop":false,"ewma":5,"probability":0.02,\#
            "Scell_log":15},"bytes":9936,"packets":8,"drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0,\#
            "marked":0,"early":0,"pdrop":0,"other":0}
            """#,
        text: """
            qdisc red 1: root refcnt 3 limit 400000b min 30000b max 90000b ecn ewma 5 probability 0.02 \
            Scell_log 15
             Sent 9936 bytes 8 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
              marked 0 early 0 pdrop 0 other 0
            """),
    TrafficReport(
        made: "red limit 400000 min 30000 max 90000 avpkt 1000 probability 0.1 harddrop adaptive",
        message: """
            e4000000240002000700000007010000000000000200000000000100ffffffff0300000008000100726564002c00020014000100
            801a060030750000905f010005140f0608000300999999190c000400060000000f00000005000c00000000004400070014000400
            0000000000000000000000000000000014000100d026000000000000080000000000000018000300000000000000000000000000
            00000000000000002c000300d0260000000000000800000000000000000000000000000000000000000000000000000000000000
            1400040000000000000000000000000000000000
            """,
        json: #"""
            {"kind":"red","handle":"1:","root":true,"refcnt":3,"options":{"limit":400000,"min":30000,\#
            "max":90000,"ecn":false,"harddrop":true,"adaptive":true,"nodrop":false,"ewma":5,"probability":0.1,\#
            "Scell_log":15},"bytes":9936,"packets":8,"drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0,\#
            "marked":0,"early":0,"pdrop":0,"other":0}
            """#,
        text: """
            qdisc red 1: root refcnt 3 limit 400000b min 30000b max 90000b harddrop adaptive ewma 5 probability \
            0.1 Scell_log 15
             Sent 9936 bytes 8 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
              marked 0 early 0 pdrop 0 other 0
            """),
    TrafficReport(
        made: "sfq perturb 10",
        message: """
            dc00000024000200070000001a010000000000000200000000000100ffffffff0300000008000100736671004c000200ea050000
            0a0000007f00000000040000800000007f0000000000000000000000000000000000000000000000000000000000000000000000
            0000000000000000000000000000000005000c00000000003000070014000100d026000000000000080000000000000018000300
            00000000000000000000000000000000000000002c000300d0260000000000000800000000000000000000000000000000000000
            000000000000000000000000
            """,
        json: #"""
            {"kind":"sfq","handle":"1:","root":true,"refcnt":3,"options":{"limit":127,"quantum":1514,\#
            "depth":127,"flows":128,"divisor":1024,"perturb":10},"bytes":9936,"packets":8,"drops":0,\#
            "overlimits":0,"requeues":0,"backlog":0,"qlen":0}
            """#,
        text: """
            qdisc sfq 1: root refcnt 3 limit 127p quantum 1514b depth 127 flows 128 divisor 1024 perturb 10sec
             Sent 9936 bytes 8 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            """),
    TrafficReport(
        made: "sfq perturb 10 redflowlimit 100000 min 8000 max 60000 probability 0.20 ecn headdrop",
        message: """
            dc000000240002000700000022010000000000000200000000000100ffffffff0300000008000100736671004c000200ea050000
            0a0000007f00000000040000800000007f0000000100000000000000401f000060ea000006120001333333330000000000000000
            0000000000000000000000000000000005000c00000000003000070014000100d026000000000000080000000000000018000300
            00000000000000000000000000000000000000002c000300d0260000000000000800000000000000000000000000000000000000
            000000000000000000000000
            """,
        json: #"""
            {"kind":"sfq","handle":"1:","root":true,"refcnt":3,"options":{"limit":127,"quantum":1514,\#
            "depth":127,"headdrop":true,"flows":128,"divisor":1024,"perturb":10,"ewma":6,"min":8000,"max":60000,\#
            "probability":0.2,"ecn":true,"harddrop":false,"adaptive":false,"nodrop":false,"prob_mark":0,\#
            "prob_mark_head":0,"prob_drop":0,"forced_mark":0,"forced_mark_head":0,"forced_drop":0},"bytes":9936,\#
            "packets":8,"drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0}
            """#,
        text: """
            qdisc sfq 1: root refcnt 3 limit 127p quantum 1514b depth 127 headdrop flows 128 divisor 1024 \
            perturb 10sec ewma 6 min 8000b max 60000b probability 0.2 ecn
              prob_mark 0 prob_mark_head 0 prob_drop 0
              forced_mark 0 forced_mark_head 0 forced_drop 0
             Sent 9936 bytes 8 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            """),
    TrafficReport(
        made: "prio bands 4",
        message: """
            ac00000024000200070000002a010000000000000200000000000100ffffffff03000000090001007072696f0000000018000200
            040000000102020201020000010101010101010105000c00000000003000070014000100d0260000000000000800000000000000
            1800030000000000000000000000000000000000000000002c000300d02600000000000008000000000000000000000000000000
            00000000000000000000000000000000
            """,
        json: #"""
            {"kind":"prio","handle":"1:","root":true,"refcnt":3,"options":{"bands":4,"priomap":[1,2,2,2,1,2,0,0,\#
            1,1,1,1,1,1,1,1],"multiqueue":false},"bytes":9936,"packets":8,"drops":0,"overlimits":0,"requeues":0,\#
            "backlog":0,"qlen":0}
            """#,
        text: """
            qdisc prio 1: root refcnt 3 bands 4 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1
             Sent 9936 bytes 8 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            """),
    TrafficReport(
        made: "stab overhead 18 mpu 64 linklayer ethernet tbf rate 10mbit burst 10k latency 50ms",
        message: """
            dc000000240002000700000051010000000000000200000000000100ffffffff0300000008000100746266002c00020028000100
            0001000000000000d0121300000000000000000000000000241c010000f401000000000005000c0000000000200008001c000100
            0200ffff120000000100000040000000ff0700000002000030000700140001000000000000000000000000000000000018000300
            00000000000000000000000000000000000000002c00030000000000000000000000000000000000000000000000000000000000
            000000000000000000000000
            """,
        json: #"""
            {"kind":"tbf","handle":"1:","root":true,"refcnt":3,"options":{"rate":1250000,"burst":"10Kb/1",\#
            "mpu":0,"lat":50000,"linklayer":"ethernet"},"stab":{"linklayer":"ethernet","overhead":18,"mpu":64,\#
            "mtu":2047,"tsize":512},"bytes":0,"packets":0,"drops":0,"overlimits":0,"requeues":0,"backlog":0,\#
            "qlen":0}
            """#,
        text: """
            qdisc tbf 1: root refcnt 3 rate 10Mbit burst 10Kb/1 mpu 0b lat 50ms linklayer ethernet
             linklayer ethernet overhead 18 mpu 64 mtu 2047 tsize 512
             Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            """),
    TrafficReport(
        made: "stab mtu 2047 tsize 512 mpu 64 overhead 10 linklayer atm pfifo limit 10",
        message: """
            bc00000024000200070000005c010000000000000200000000000100ffffffff030000000a000100706669666f00000008000200
            0a00000005000c0000000000200008001c0001000200ffff0a0000000200000040000000ff070000000200003000070014000100
            000000000000000000000000000000001800030000000000000000000000000000000000000000002c0003000000000000000000
            0000000000000000000000000000000000000000000000000000000000000000
            """,
        json: #"""
            {"kind":"pfifo","handle":"1:","root":true,"refcnt":3,"options":{"limit":10},\#
            "stab":{"linklayer":"atm","overhead":10,"mpu":64,"mtu":2047,"tsize":512},"bytes":0,"packets":0,\#
            "drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0}
            """#,
        text: """
            qdisc pfifo 1: root refcnt 3 limit 10p
             linklayer atm overhead 10 mpu 64 mtu 2047 tsize 512
             Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            """),
    TrafficReport(
        made: "hfsc default 10",
        message: """
            9c00000024000200070000005f010000000000000200000000000100ffffffff0300000009000100686673630000000006000200
            1000000005000c000000000030000700140001008801000000000000040000000000000018000300000000000000000000000000
            00000000000000002c00030088010000000000000400000000000000000000000000000000000000000000000000000000000000
            """,
        json: "",
        text: """
            qdisc hfsc 1: root refcnt 3 default 10
             Sent 392 bytes 4 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            """),
    TrafficReport(
        made: "ingress_block 22 ingress",
        message: """
            a000000024000200070000008901000000000000020000000000fffff1ffffff010000000c000100696e67726573730008000d00
            160000000400020005000c0000000000300007001400010000000000000000000000000000000000180003000000000000000000
            0000000000000000000000002c000300000000000000000000000000000000000000000000000000000000000000000000000000
            00000000
            """,
        json: #"""
            {"kind":"ingress","handle":"ffff:","parent":"ffff:fff1","ingress_block":22,"options":{},"bytes":0,\#
            "packets":0,"drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0}
            """#,
        text: ""),
    TrafficReport(
        made: "ingress_block 22 egress_block 23 clsact",
        message: """
            a800000024000200070000009001000000000000020000000000fffff1ffffff010000000b000100636c73616374000008000d00
            1600000008000e00170000000400020005000c000000000030000700140001000000000000000000000000000000000018000300
            00000000000000000000000000000000000000002c00030000000000000000000000000000000000000000000000000000000000
            000000000000000000000000
            """,
        json: #"""
            {"kind":"clsact","handle":"ffff:","parent":"ffff:fff1","ingress_block":22,"egress_block":23,\#
            "options":{},"bytes":0,"packets":0,"drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0}
            """#,
        text: ""),
]

/// Classes of one device each, in the order in which tc showed them.
let classReports: [TrafficReport] = [
    TrafficReport(
        made: "hfsc",
        message: """
            e8000000280002000700000065010000000000000200000011000100000001000000000009000100686673630000000024000200
            10000100f04902001027000048e8010010000200000000000000000090d003004c00070014000100000000000000000000000000
            000000001800030000000000000000000000000000000000000000001c0004000000000000000000000000000000000000000000
            000000002c000300000000000000000000000000000000000000000000000000000000000000000000000000000000001c000400
            000000000000000000000000000000000000000000000000c8000000280002000700000065010000000000000200000000000100
            ffffffff00000000090001006866736300000000040002004c000700140001000000000000000000000000000000000018000300
            00000000000000000000000000000000000000001c0004000000000000000000000000000000000000000000010000002c000300
            000000000000000000000000000000000000000000000000000000000000000000000000000000001c0004000000000000000000
            00000000000000000000000001000000f80000002800020007000000650100000000000002000000100001000000010000000000
            090001006866736300000000340002001000010090d003001027000048e801001000020090d003001027000048e8010010000300
            0000000000000000688909004c000700140001008801000000000000040000000000000018000300000000000000000000000000
            00000000000000001c0004008801000000000000880100000000000004000000000000002c000300880100000000000004000000
            000000000000000000000000000000000000000000000000000000001c0004008801000000000000880100000000000004000000
            00000000
            """,
        json: "",
        text: """
            class hfsc 1:11 parent 1: rt m1 1200Kbit d 10ms m2 1Mbit ls m1 0bit d 0us m2 2Mbit
             Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
             period 0 level 0

            class hfsc 1: root
             Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
             period 0 level 1

            class hfsc 1:10 parent 1: sc m1 2Mbit d 10ms m2 1Mbit ul m1 0bit d 0us m2 5Mbit
             Sent 392 bytes 4 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
             period 4 work 392 bytes rtwork 392 bytes level 0
            """),
    TrafficReport(
        made: "drr",
        message: """
            a4000000280002000700000078010000000000000200000010000100ffffffff0000000008000100647272000c00020008000100
            d0070000380007001400010000000000000000000000000000000000180003000000000000000000000000000000000000000000
            08000400000000002c00030000000000000000000000000000000000000000000000000000000000000000000000000000000000
            0800040000000000
            """,
        json: "",
        text: """
            class drr 1:10 root quantum 2000b
             Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
             deficit 0b
            """),
    TrafficReport(
        made: "qfq",
        message: """
            b4000000280002000700000084010000000000000200000010000100ffffffff0000000008000100716671001400020008000100
            0a00000008000200dc0500003c000700140001000000000000000000000000000000000018000300000000000000000000000000
            00000000000000000c0004000a000000dc0500002c00030000000000000000000000000000000000000000000000000000000000
            0000000000000000000000000c0004000a000000dc050000
            """,
        json: "",
        text: """
            class qfq 1:10 root weight 10 maxpkt 1500
             Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            """),
    TrafficReport(
        made: "cake",
        message: """
            9c0000002800020007000000e800000000000000020000008606010000000100000000000900010063616b650000000040000700
            1800030000000000000000000000000000000000000000002400040008000b00acfcffff08000d000000000008000c0000000000
            08000f00000000002c00030000000000000000000000000000000000000000000000000000000000000000000000000000000000
            """,
        json: "",
        text: """
            class cake 1:686 parent 1:
             (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
              deficit -852 count 0 blue_prob 0
            """),
    TrafficReport(
        made: "prio",
        message: """
            8c0000002800020007000000300100000000000002000000010001000000010000000000090001007072696f0000000030000700
            14000100000000000000000000000000000000001800030000000000000000000000000000000000000000002c00030000000000
            0000000000000000000000000000000000000000000000000000000000000000000000008c000000280002000700000030010000
            0000000002000000020001000000010000000000090001007072696f000000003000070014000100d02600000000000008000000
            000000001800030000000000000000000000000000000000000000002c000300d026000000000000080000000000000000000000
            00000000000000000000000000000000000000008c00000028000200070000003001000000000000020000000300010000000100
            00000000090001007072696f00000000300007001400010000000000000000000000000000000000180003000000000000000000
            0000000000000000000000002c000300000000000000000000000000000000000000000000000000000000000000000000000000
            000000008c0000002800020007000000300100000000000002000000040001000000010000000000090001007072696f00000000
            3000070014000100000000000000000000000000000000001800030000000000000000000000000000000000000000002c000300
            00000000000000000000000000000000000000000000000000000000000000000000000000000000
            """,
        json: "",
        text: """
            class prio 1:1 parent 1:
             Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            class prio 1:2 parent 1:
             Sent 9936 bytes 8 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            class prio 1:3 parent 1:
             Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            class prio 1:4 parent 1:
             Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
            """),
    TrafficReport(
        made: "htb",
        message: """
            ec00000028000200070000009f010000000000000200000010000100ffffffff0000000008000100687462003400020030000100
            0001000000000000d01213000001000000000000d0121300204e0000204e000048e8010000000000000000004800070014000100
            b2010000000000000500000000000000180003000000000000000000000000000000000000000000180004000500000000000000
            00000000134c0000134c00002c000300b20100000000000005000000000000000000000000000000000000000000000000000000
            0000000018000400050000000000000000000000134c0000134c0000
            """,
        json: "",
        text: """
            class htb 1:10 root prio 0 quantum 125000 rate 10Mbit ceil 10Mbit linklayer ethernet burst 1600b/1 \
            mpu 0b cburst 1600b/1 mpu 0b level 0
             Sent 434 bytes 5 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0
             lended: 5 borrowed: 0 giants: 0
             tokens: 19475 ctokens: 19475
            """),
]
