// SPDX-License-Identifier: Apache-2.0

/// Command lines of tc(8), and the request that tc of iproute2 6.1 was seen to send for each, traced with strace(1):
/// type, flags, handle, parent, kind and options, as `TrafficRequest` writes them.
let trafficCaptures: [(line: String, request: String)] = [
    (
        "qdisc add dev v0 root netem delay 10ms",
        "36 601 0 ffffffff netem 5a620200e803000000000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root handle 1: netem limit 500 delay 20ms 2ms 25% distribution normal",
        """
        36 601 10000 ffffffff netem b4c40400f4010000000000000000000000000000127a0000 1=000000400000000000000000 \
        2=8192b
        """
    ),
    (
        "qdisc add dev v0 root netem delay 20ms 2ms",
        "36 601 0 ffffffff netem b4c40400e8030000000000000000000000000000127a0000"
    ),
    ("qdisc add dev v0 root netem loss 1%", "36 601 0 ffffffff netem 00000000e8030000295c8f02000000000000000000000000"),
    (
        "qdisc add dev v0 root netem loss random 1% 25%",
        "36 601 0 ffffffff netem 00000000e8030000295c8f02000000000000000000000000 1=000000000000004000000000"
    ),
    (
        "qdisc add dev v0 root netem loss state 1% 2% 3% 4% 5%",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        5=18000100295c8f0252b81e057b14ae07cdcccc0ca4703d0a
        """
    ),
    (
        "qdisc add dev v0 root netem loss state 1%",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        5=18000100295c8f02d6a370fd0000000000000000ffffffff
        """
    ),
    (
        "qdisc add dev v0 root netem loss gemodel 1% 10% 70% 0.1%",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        5=14000200295c8f029a999919cdcccc4c37894100
        """
    ),
    (
        "qdisc add dev v0 root netem loss gemodel 1%",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        5=14000200295c8f02d6a370fd0000000000000000
        """
    ),
    (
        "qdisc add dev v0 root netem loss gemodel 1% 10% ecn",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        5=14000200295c8f029a9999190000000000000000 7=01000000
        """
    ),
    (
        "qdisc add dev v0 root netem loss 5% ecn",
        "36 601 0 ffffffff netem 00000000e8030000cdcccc0c000000000000000000000000 7=01000000"
    ),
    (
        "qdisc add dev v0 root netem duplicate 1% 10% corrupt 0.5% 5%",
        """
        36 601 0 ffffffff netem 00000000e80300000000000000000000295c8f0200000000 1=00000000000000009a999919 \
        4=14ae4701cdcccc0c
        """
    ),
    (
        "qdisc add dev v0 root netem delay 10ms reorder 25% 50% gap 5",
        """
        36 601 0 ffffffff netem 5a620200e803000000000000050000000000000000000000 1=000000000000000000000000 \
        3=0000004000000080
        """
    ),
    (
        "qdisc add dev v0 root netem delay 10ms reorder 25%",
        "36 601 0 ffffffff netem 5a620200e803000000000000010000000000000000000000 3=0000004000000000"
    ),
    (
        "qdisc add dev v0 root netem delay 10ms gap 5 reorder 25%",
        "36 601 0 ffffffff netem 5a620200e803000000000000050000000000000000000000 3=0000004000000000"
    ),
    (
        "qdisc add dev v0 root netem rate 10mbit",
        "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 6=d0121300000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem rate 10mbit 14 53 5",
        "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 6=d01213000e0000003500000005000000"
    ),
    (
        "qdisc add dev v0 root netem rate 40gbit 14 53 -5",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        6=ffffffff0e00000035000000fbffffff 8=00f2052a01000000
        """
    ),
    (
        "qdisc add dev v0 root netem delay 1ms slot 800us 1000us packets 32 bytes 2kb",
        """
        36 601 0 ffffffff netem 093d0000e803000000000000000000000000000000000000 \
        12=00350c000000000040420f0000000000200000000008000000000000000000000000000000000000
        """
    ),
    (
        "qdisc add dev v0 root netem slot distribution normal 800us 100us",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        12=00000000000000000000000000000000000000000000000000350c0000000000a086010000000000 13=8192b
        """
    ),
    (
        "qdisc add dev v0 root netem slot 800us",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        12=00350c000000000000350c0000000000000000000000000000000000000000000000000000000000
        """
    ),
    (
        "qdisc add dev v0 root netem delay 10s",
        "36 601 0 ffffffff netem 902f5009e803000000000000000000000000000000000000"
    ),
    ("qdisc add dev v0 root netem", "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000"),
    (
        "qdisc change dev v0 root netem delay 10ms",
        "36 1 0 ffffffff netem 5a620200e803000000000000000000000000000000000000"
    ),
    (
        "qdisc replace dev v0 root netem delay 10ms",
        "36 501 0 ffffffff netem 5a620200e803000000000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 parent 1:10 handle 20: netem delay 1ms",
        "36 601 200000 10010 netem 093d0000e803000000000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit burst 32kbit latency 400ms",
        """
        36 601 0 ffffffff tbf {} 1=03010000ffff000048e8010000000000000000000000000050d3000000d0070000000000 \
        2=1024b:94bc813dba97d32f 6=00100000
        """
    ),
    (
        "qdisc add dev v0 root handle 1: tbf rate 1mbit burst 10k limit 20k",
        """
        36 601 10000 ffffffff tbf {} 1=03010000ffff000048e80100000000000000000000000000005000000088130000000000 \
        2=1024b:94bc813dba97d32f 6=00280000
        """
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit burst 10kb latency 70ms peakrate 2mbit minburst 1540",
        """
        36 601 0 ffffffff tbf {} 1=03010000ffff000048e8010003010000ffff000090d003002e4a000000881300fa770100 \
        2=1024b:94bc813dba97d32f 3=1024b:ee9e4ca4a35421b0 6=00280000 7=04060000
        """
    ),
    (
        "qdisc add dev v0 root tbf rate 40gbit burst 1mb latency 10ms",
        """
        36 601 0 ffffffff tbf {} 1=03010000ffff0000ffffffff00000000000000000000000080f00a03e40e000000000000 \
        2=1024b:51d88627df287325 4=00f2052a01000000 6=00001000
        """
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit burst 10k/8 limit 20k mpu 64 overhead 4",
        """
        36 601 0 ffffffff tbf {} 1=03010400ffff400048e80100000000000000000000000000005000000088130000000000 \
        2=1024b:3df305a550b265cf 6=00280000
        """
    ),
    (
        "qdisc add dev v0 root tbf rate 40gbit burst 1mb latency 10ms peakrate 50gbit mtu 9000",
        """
        36 601 0 ffffffff tbf {} 1=06010000ffff0000ffffffff06010000ffff0000ffffffff80f00a03e40e00001f000000 \
        2=1024b:21a5791b408dcb0b 3=1024b:21a5791b408dcb0b 4=00f2052a01000000 5=806e877401000000 6=00001000 \
        7=28230000
        """
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit burst 10k limit 20k linklayer atm overhead 10",
        """
        36 601 0 ffffffff tbf {} 1=03020a00ffff000048e80100000000000000000000000000005000000088130000000000 \
        2=1024b:4e8376131d0269b5 6=00280000
        """
    ),
    (
        "qdisc add dev v0 root tbf rate 1000bps burst 10k limit 20k",
        """
        36 601 0 ffffffff tbf {} 1=03010000ffff0000e8030000000000000000000000000000005000000068890900000000 \
        2=1024b:e892d5b7327473fa 6=00280000
        """
    ),
    (
        "qdisc replace dev v0 root handle 1: htb default 10",
        "36 501 10000 ffffffff htb {} 2=030000000a000000100000000000000000000000"
    ),
    (
        "class add dev v0 parent 1: classid 1:1 htb rate 10mbit",
        """
        40 601 10001 10000 htb {} \
        1=03010000ffff0000d012130003010000ffff0000d0121300204e0000204e0000000000000000000000000000 \
        3=1024b:8af0a05fe9e0f192 4=1024b:8af0a05fe9e0f192
        """
    ),
    (
        "class add dev v0 parent 1:1 classid 1:10 htb rate 1mbit ceil 2mbit burst 15k cburst 16k prio 3 quantum 1600",
        """
        40 601 10010 10001 htb {} \
        1=03010000ffff000048e8010003010000ffff000090d00300004c1d0000a00f00400600000000000003000000 \
        3=1024b:ee9e4ca4a35421b0 4=1024b:94bc813dba97d32f
        """
    ),
    (
        "class add dev v0 parent 1:1 classid 1:11 htb rate 40gbit ceil 50gbit",
        """
        40 601 10011 10001 htb {} \
        1=03010000ffff0000ffffffff03010000ffff0000ffffffff0000000000000000000000000000000000000000 \
        3=1024b:51d88627df287325 4=1024b:51d88627df287325 6=00f2052a01000000 7=806e877401000000
        """
    ),
    (
        "class add dev v0 parent 1:1 classid 1:12 htb rate 1mbit mpu 64 overhead 4 mtu 9000 linklayer adsl",
        """
        40 601 10012 10001 htb {} \
        1=06020400ffff400048e8010006020400ffff400048e80100882a1100882a1100000000000000000000000000 \
        3=1024b:6f78f68800e9ab0 4=1024b:6f78f68800e9ab0
        """
    ),
    (
        "class change dev v0 parent 1:1 classid 1:12 htb rate 2mbit",
        """
        40 1 10012 10001 htb {} \
        1=03010000ffff000090d0030003010000ffff000090d00300a0860100a0860100000000000000000000000000 \
        3=1024b:ee9e4ca4a35421b0 4=1024b:ee9e4ca4a35421b0
        """
    ),
    (
        "class replace dev v0 parent 1:1 classid 1:12 htb rate 2mbit",
        """
        40 401 10012 10001 htb {} \
        1=03010000ffff000090d0030003010000ffff000090d00300a0860100a0860100000000000000000000000000 \
        3=1024b:ee9e4ca4a35421b0 4=1024b:ee9e4ca4a35421b0
        """
    ),
    ("class delete dev v0 classid 1:12", "41 1 10012 0"),
    (
        "qdisc add dev v0 root htb r2q 20 default 0x20 direct_qlen 100 offload",
        "36 601 0 ffffffff htb {} 2=0300000014000000200000000000000000000000 5=64000000 9="
    ),
    ("qdisc add dev v0 root htb", "36 601 0 ffffffff htb {} 2=030000000a000000000000000000000000000000"),
    (
        """
        qdisc add dev v0 root fq limit 5000 flow_limit 50 quantum 3000 initial_quantum 15000 maxrate 1gbit \
        nopacing refill_delay 40ms low_rate_threshold 600kbit orphan_mask 511 ce_threshold 10ms buckets 512 \
        timer_slack 10us horizon 5s horizon_drop
        """,
        """
        36 601 0 ffffffff fq {} 1=88130000 2=32000000 3=b80b0000 4=983a0000 5=00000000 7=40597307 8=09000000 \
        9=409c0000 10=ff010000 11=f8240100 12=10270000 13=10270000 14=404b4c00 15=01
        """
    ),
    ("qdisc add dev v0 root fq pacing horizon_cap", "36 601 0 ffffffff fq {} 5=01000000 15=00"),
    ("qdisc add dev v0 root fq", "36 601 0 ffffffff fq {}"),
    ("qdisc add dev v0 root fq_codel ecn", "36 601 0 ffffffff fq_codel {} 4=01000000"),
    ("qdisc add dev v0 root fq_codel", "36 601 0 ffffffff fq_codel {}"),
    (
        "qdisc add dev v0 root fq_codel ce_threshold 1ms ce_threshold_selector 0x1/0x3",
        "36 601 0 ffffffff fq_codel {} 7=e8030000 10=01 11=03"
    ),
    (
        """
        qdisc add dev v0 root cake bandwidth 20mbit besteffort dual-srchost nat wash ingress ack-filter rtt \
        50ms overhead 38 mpu 64 memlimit 4mb fwmark 0xff
        """,
        """
        36 601 0 ffffffff cake {} 2=a025260000000000 3=03000000 5=05000000 6=26000000 7=50c30000 8=c4090000 \
        9=00000000 10=00004000 11=01000000 13=01000000 14=40000000 15=01000000 16=01000000 18=ff000000
        """
    ),
    (
        """
        qdisc add dev v0 root cake unlimited diffserv4 triple-isolate nonat nowash egress no-ack-filter raw \
        split-gso
        """,
        """
        36 601 0 ffffffff cake {} 2=0000000000000000 3=01000000 4=00000000 5=07000000 6=00000000 9=00000000 \
        11=00000000 12=00000000 13=00000000 15=00000000 16=00000000 17=01000000
        """
    ),
    ("qdisc add dev v0 root cake autorate-ingress", "36 601 0 ffffffff cake {} 9=01000000"),
    (
        "qdisc add dev v0 root cake bandwidth 1gbit datacentre atm",
        "36 601 0 ffffffff cake {} 2=4059730700000000 4=01000000 7=64000000 8=05000000 9=00000000"
    ),
    ("qdisc add dev v0 root cake ethernet", "36 601 0 ffffffff cake {} 6=26000000 14=54000000"),
    ("qdisc add dev v0 root cake docsis", "36 601 0 ffffffff cake {} 4=00000000 6=12000000 14=40000000"),
    ("qdisc add dev v0 root cake conservative", "36 601 0 ffffffff cake {} 4=01000000 6=30000000"),
    (
        "qdisc add dev v0 root cake pppoe-ptm no-split-gso flowblind",
        "36 601 0 ffffffff cake {} 4=02000000 5=00000000 6=1e000000 17=00000000"
    ),
    (
        "qdisc add dev v0 root cake ack-filter-aggressive diffserv8 hosts",
        "36 601 0 ffffffff cake {} 3=02000000 5=03000000 16=02000000"
    ),
    ("qdisc add dev v0 root cake precedence flows", "36 601 0 ffffffff cake {} 3=04000000 5=04000000"),
    ("qdisc add dev v0 root cake diffserv3 srchost ptm", "36 601 0 ffffffff cake {} 3=00000000 4=02000000 5=01000000"),
    ("qdisc add dev v0 root cake metro dsthost", "36 601 0 ffffffff cake {} 5=02000000 7=10270000 8=f4010000"),
    ("qdisc add dev v0 root cake dual-dsthost", "36 601 0 ffffffff cake {} 5=06000000"),
    ("qdisc add dev v0 root cake", "36 601 0 ffffffff cake {}"),
    ("qdisc add dev v0 ingress", "36 601 ffff0000 fffffff1 ingress"),
    ("qdisc add dev v0 handle ffff: ingress", "36 601 ffff0000 fffffff1 ingress"),
    ("qdisc delete dev v0 ingress", "37 1 ffff0000 fffffff1 ingress"),
    ("qdisc add dev v0 clsact", "36 601 ffff0000 fffffff1 clsact"),
    ("qdisc delete dev v0 clsact", "37 1 ffff0000 fffffff1 clsact"),
    ("qdisc add dev v0 root pfifo", "36 601 0 ffffffff pfifo"),
    ("qdisc add dev v0 root pfifo limit 100", "36 601 0 ffffffff pfifo 64000000"),
    ("qdisc add dev v0 root bfifo limit 10k", "36 601 0 ffffffff bfifo 00280000"),
    ("qdisc add dev v0 root pfifo_fast", "36 601 0 ffffffff pfifo_fast"),
    ("qdisc add dev v0 root noqueue", "36 601 0 ffffffff noqueue"),
    ("qdisc add dev v0 root prio", "36 601 0 ffffffff prio 0300000001020202010200000101010101010101"),
    (
        "qdisc add dev v0 root prio bands 4 priomap 0 1 2 3",
        "36 601 0 ffffffff prio 0400000000010203010200000101010101010101"
    ),
    ("qdisc add dev v0 root foo", "36 601 0 ffffffff foo"),
    ("qdisc delete dev v0 root", "37 1 0 ffffffff"),
    ("qdisc delete dev v0 root handle 1:", "37 1 10000 ffffffff"),
    ("qdisc delete dev v0 parent 1:10", "37 1 0 10010"),
    ("qdisc replace dev v0 root handle 1 pfifo limit 10", "36 501 10000 ffffffff pfifo 0a000000"),
    ("qdisc add dev v0 root cake raw", "36 601 0 ffffffff cake {} 4=00000000 6=00000000 12=00000000"),
    ("qdisc add dev v0 root cake noatm", "36 601 0 ffffffff cake {} 4=00000000"),
    ("qdisc add dev v0 root cake ptm", "36 601 0 ffffffff cake {} 4=02000000"),
    ("qdisc add dev v0 root cake pppoa-vcmux", "36 601 0 ffffffff cake {} 4=01000000 6=0a000000"),
    ("qdisc add dev v0 root cake pppoa-llc", "36 601 0 ffffffff cake {} 4=01000000 6=0e000000"),
    ("qdisc add dev v0 root cake pppoe-vcmux", "36 601 0 ffffffff cake {} 4=01000000 6=20000000"),
    ("qdisc add dev v0 root cake pppoe-llcsnap", "36 601 0 ffffffff cake {} 4=01000000 6=28000000"),
    ("qdisc add dev v0 root cake bridged-vcmux", "36 601 0 ffffffff cake {} 4=01000000 6=18000000"),
    ("qdisc add dev v0 root cake bridged-llcsnap", "36 601 0 ffffffff cake {} 4=01000000 6=20000000"),
    ("qdisc add dev v0 root cake ipoa-vcmux", "36 601 0 ffffffff cake {} 4=01000000 6=08000000"),
    ("qdisc add dev v0 root cake ipoa-llcsnap", "36 601 0 ffffffff cake {} 4=01000000 6=10000000"),
    ("qdisc add dev v0 root cake bridged-ptm", "36 601 0 ffffffff cake {} 4=02000000 6=16000000"),
    ("qdisc add dev v0 root cake via-ethernet", "36 601 0 ffffffff cake {}"),
    ("qdisc add dev v0 root cake ether-vlan", "36 601 0 ffffffff cake {} 6=04000000"),
    ("qdisc add dev v0 root cake ethernet ether-vlan", "36 601 0 ffffffff cake {} 6=2a000000 14=54000000"),
    ("qdisc add dev v0 root cake lan", "36 601 0 ffffffff cake {} 7=e8030000 8=32000000"),
    ("qdisc add dev v0 root cake regional", "36 601 0 ffffffff cake {} 7=30750000 8=dc050000"),
    ("qdisc add dev v0 root cake internet", "36 601 0 ffffffff cake {} 7=a0860100 8=88130000"),
    ("qdisc add dev v0 root cake oceanic", "36 601 0 ffffffff cake {} 7=e0930400 8=983a0000"),
    ("qdisc add dev v0 root cake satellite", "36 601 0 ffffffff cake {} 7=40420f00 8=50c30000"),
    ("qdisc add dev v0 root cake interplanetary", "36 601 0 ffffffff cake {} 7=00ca9a3b 8=80f0fa02"),
    ("qdisc add dev v0 root cake nowash ingress", "36 601 0 ffffffff cake {} 13=00000000 15=01000000"),
    ("qdisc add dev v0 root cake rtt 0.5ms", "36 601 0 ffffffff cake {} 7=f4010000 8=19000000"),
    (
        "qdisc add dev v0 root netem delay 1.5ms",
        "36 601 0 ffffffff netem 8d5b0000e803000000000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem delay 1500",
        "36 601 0 ffffffff netem 8d5b0000e803000000000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem delay 0.1us",
        "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem loss 100%",
        "36 601 0 ffffffff netem 00000000e8030000ffffffff000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem loss 0.0001%",
        "36 601 0 ffffffff netem 00000000e8030000c7100000000000000000000000000000"
    ),
    ("qdisc add dev v0 root netem loss 5", "36 601 0 ffffffff netem 00000000e8030000cdcccc0c000000000000000000000000"),
    (
        "qdisc add dev v0 root netem rate 1.5mbit",
        "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 6=6cdc0200000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem rate 1000",
        "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 6=7d000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem rate 1kibit",
        "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 6=80000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem rate 1KBit",
        "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 6=7d000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem rate 1mibps",
        "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 6=00001000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem rate 1tbit",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        6=ffffffff000000000000000000000000 8=00a2941a1d000000
        """
    ),
    ("qdisc add dev v0 root netem drop 5%", "36 601 0 ffffffff netem 00000000e8030000cdcccc0c000000000000000000000000"),
    (
        "qdisc add dev v0 root netem latency 5ms",
        "36 601 0 ffffffff netem 2d310100e803000000000000000000000000000000000000"
    ),
    (
        "qdisc add dev v0 root netem corrupt 1%",
        "36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 4=295c8f0200000000"
    ),
    (
        "qdisc add dev v0 root netem delay 10ms 0 25%",
        "36 601 0 ffffffff netem 5a620200e803000000000000000000000000000000000000 1=000000400000000000000000"
    ),
    ("qdisc add dev v0 root bfifo limit 1.5k", "36 601 0 ffffffff bfifo 00060000"),
    ("qdisc add dev v0 root bfifo limit 1mbit", "36 601 0 ffffffff bfifo 00000200"),
    ("qdisc add dev v0 root bfifo limit 1gb", "36 601 0 ffffffff bfifo 00000040"),
    ("qdisc add dev v0 root bfifo limit 1b", "36 601 0 ffffffff bfifo 01000000"),
    ("qdisc add dev v0 root bfifo limit 1mb", "36 601 0 ffffffff bfifo 00001000"),
    ("qdisc add dev v0 root bfifo limit 1m", "36 601 0 ffffffff bfifo 00001000"),
    ("qdisc add dev v0 root bfifo limit 1g", "36 601 0 ffffffff bfifo 00000040"),
    ("qdisc add dev v0 root bfifo limit 8gbit", "36 601 0 ffffffff bfifo 00000040"),
    ("qdisc add dev v0 root bfifo limit 10KB", "36 601 0 ffffffff bfifo 00280000"),
    ("qdisc add dev v0 root htb default 0x10", "36 601 0 ffffffff htb {} 2=030000000a000000100000000000000000000000"),
    (
        "qdisc add dev v0 root tbf rate 1mbit buffer 10k limit 20k",
        """
        36 601 0 ffffffff tbf {} 1=03010000ffff000048e80100000000000000000000000000005000000088130000000000 \
        2=1024b:94bc813dba97d32f 6=00280000
        """
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit maxburst 10k latency 1s",
        """
        36 601 0 ffffffff tbf {} 1=03010000ffff000048e80100000000000000000000000000481002000088130000000000 \
        2=1024b:94bc813dba97d32f 6=00280000
        """
    ),
    ("qdisc add dev v0 root fq maxrate 1gbit buckets 1000", "36 601 0 ffffffff fq {} 7=40597307 8=0a000000"),
    ("qdisc change dev v0 handle 10: pfifo limit 3", "36 1 100000 0 pfifo 03000000"),
    (
        "class add dev v0 parent 1: htb rate 1mbit",
        """
        40 601 0 10000 htb {} \
        1=03010000ffff000048e8010003010000ffff000048e80100400d0300400d0300000000000000000000000000 \
        3=1024b:94bc813dba97d32f 4=1024b:94bc813dba97d32f
        """
    ),
    (
        "class add dev v0 parent 1: classid 1:1 htb rate 40gbit burst 1mb",
        """
        40 601 10001 10000 htb {} \
        1=03010000ffff0000ffffffff03010000ffff0000ffffffffc10c000000000000000000000000000000000000 \
        3=1024b:51d88627df287325 4=1024b:51d88627df287325 6=00f2052a01000000 7=00f2052a01000000
        """
    ),
    (
        "class add dev v0 parent 1: classid 1:1 htb rate 1mbit burst 10k/16 cburst 10k",
        """
        40 601 10001 10000 htb {} \
        1=04010000ffff000048e8010003010000ffff000048e801000088130000881300000000000000000000000000 \
        3=1024b:94bc813dba97d32f 4=1024b:b838880efa3dd7b5
        """
    ),
    (
        "qdisc add dev v0 root netem slot 800 900",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        12=20030000000000008403000000000000000000000000000000000000000000000000000000000000
        """
    ),
    (
        "qdisc add dev v0 root netem slot 800ns 900ns",
        """
        36 601 0 ffffffff netem 00000000e803000000000000000000000000000000000000 \
        12=20030000000000008403000000000000000000000000000000000000000000000000000000000000
        """
    ),
    ("qdisc add dev v0 root fq timer_slack 10", "36 601 0 ffffffff fq {} 13=0a000000"),
    ("qdisc add dev v0 root fq buckets 1024 maxrate 1mbit", "36 601 0 ffffffff fq {} 7=48e80100 8=0a000000"),
    (
        "class add dev v0 parent 1: classid 1:1 htb rate 1mbit burst 3kb mtu 3000 cburst 5kb/64",
        """
        40 601 10001 10000 htb {} \
        1=04010000ffff000048e8010006010000ffff000048e8010000dc050000c40900000000000000000000000000 \
        3=1024b:b61f95a951ba99ac 4=1024b:b838880efa3dd7b5
        """
    ),
    (
        "qdisc add dev v0 root fq defrate 1mbit",
        "36 601 0 ffffffff fq {} 6=48e80100"
    ),
    (
        "qdisc add dev v0 root codel limit 100 target 4ms interval 50ms ecn ce_threshold 3ms",
        "36 601 0 ffffffff codel {} 1=a00f0000 2=64000000 3=50c30000 4=01000000 5=b80b0000"
    ),
    (
        "qdisc add dev v0 root codel noecn",
        "36 601 0 ffffffff codel {} 4=00000000"
    ),
    (
        "qdisc add dev v0 root codel",
        "36 601 0 ffffffff codel {}"
    ),
    (
        "qdisc add dev v0 root sfq",
        "36 601 0 ffffffff sfq"
    ),
    (
        "qdisc add dev v0 root sfq perturb 10 quantum 3000 limit 100 divisor 512",
        """
        36 601 0 ffffffff sfq b80b00000a00000064000000000200000000000000000000000000000000000000000000000000\
        000000000000000000000000000000000000000000000000000000000000000000
        """
    ),
    (
        "qdisc add dev v0 root sfq flows 20 depth 30 headdrop",
        """
        36 601 0 ffffffff sfq 00000000000000000000000000000000140000001e000000010000000000000000000000000000\
        000000000000000000000000000000000000000000000000000000000000000000
        """
    ),
    (
        "qdisc add dev v0 root stab overhead 18 mpu 64 linklayer ethernet pfifo",
        """
        36 601 0 ffffffff pfifo @8.1=0200ffff120000000100000040000000ff07000000020000 @8.2=1024b:4c386ded4bf\
        beefd
        """
    ),
    (
        "qdisc add dev v0 root stab mtu 2047 tsize 512 mpu 64 overhead 10 linklayer atm pfifo limit 10",
        """
        36 601 0 ffffffff pfifo 0a000000 @8.1=0200ffff0a0000000200000040000000ff07000000020000 @8.2=1024b:1b\
        c270d964961e05
        """
    ),
    (
        "qdisc add dev v0 root handle 1: stab overhead -4 htb",
        """
        36 601 10000 ffffffff htb {} 2=030000000a000000000000000000000000000000 @8.1=00000000fcffffff0000000\
        0000000000000000000000000
        """
    ),
    (
        "qdisc add dev v0 root stab linklayer adsl mtu 65536 tsize 16 pfifo limit 10",
        """
        36 601 0 ffffffff pfifo 0a000000 @8.1=0d02ffff0000000002000000000000000000010010000000 @8.2=d908b311\
        801a5923332c0035d93db346804f59583361006ad972b37b8084598d
        """
    ),
    (
        "qdisc add dev v0 ingress_block 22 ingress",
        "36 601 ffff0000 fffffff1 ingress @13=16000000"
    ),
    (
        "qdisc add dev v0 ingress_block 22 egress_block 23 clsact",
        "36 601 ffff0000 fffffff1 clsact @13=16000000 @14=17000000"
    ),
]
