// SPDX-License-Identifier: Apache-2.0

/// Command lines of `tc qdisc add`, and what `tc -j -d qdisc show` of iproute2 6.1 makes of the options that they
/// set: it was given them in a kernel's message, so that none had to have the kind.
let trafficShown: [(line: String, options: String)] = [
    (
        "qdisc add dev v0 root netem delay 10ms",
        #"{"limit":1000,"delay":{"delay":0.01,"jitter":0,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root handle 1: netem limit 500 delay 20ms 2ms 25% distribution normal",
        #"{"limit":500,"delay":{"delay":0.02,"jitter":0.002,"correlation":0.25},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem delay 20ms 2ms",
        #"{"limit":1000,"delay":{"delay":0.02,"jitter":0.002,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem loss 1%",
        #"{"limit":1000,"loss-random":{"loss":0.01,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem loss random 1% 25%",
        #"{"limit":1000,"loss-random":{"loss":0.01,"correlation":0.25},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem loss 5% ecn",
        #"{"limit":1000,"loss-random":{"loss":0.05,"correlation":0},"ecn":true,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem duplicate 1% 10% corrupt 0.5% 5%",
        #"""
        {"limit":1000,"duplicate":{"duplicate":0.01,"correlation":0.1},"corrupt":{"corrupt":0.005,\#
        "correlation":0.05},"ecn":false,"gap":0}
        """#
    ),
    (
        "qdisc add dev v0 root netem delay 10ms reorder 25% 50% gap 5",
        #"""
        {"limit":1000,"delay":{"delay":0.01,"jitter":0,"correlation":0},"reorder":{"reorder":0.25,\#
        "correlation":0.5},"ecn":false,"gap":5}
        """#
    ),
    (
        "qdisc add dev v0 root netem delay 10ms reorder 25%",
        #"""
        {"limit":1000,"delay":{"delay":0.01,"jitter":0,"correlation":0},"reorder":{"reorder":0.25,\#
        "correlation":0},"ecn":false,"gap":1}
        """#
    ),
    (
        "qdisc add dev v0 root netem delay 10ms gap 5 reorder 25%",
        #"""
        {"limit":1000,"delay":{"delay":0.01,"jitter":0,"correlation":0},"reorder":{"reorder":0.25,\#
        "correlation":0},"ecn":false,"gap":5}
        """#
    ),
    (
        "qdisc add dev v0 root netem rate 10mbit",
        #"""
        {"limit":1000,"rate":{"rate":1250000,"packetoverhead":0,"cellsize":0,"celloverhead":0},"ecn":false,\#
        "gap":0}
        """#
    ),
    (
        "qdisc add dev v0 root netem rate 10mbit 14 53 5",
        #"""
        {"limit":1000,"rate":{"rate":1250000,"packetoverhead":14,"cellsize":53,"celloverhead":5},\#
        "ecn":false,"gap":0}
        """#
    ),
    (
        "qdisc add dev v0 root netem rate 40gbit 14 53 -5",
        #"""
        {"limit":1000,"rate":{"rate":5000000000,"packetoverhead":14,"cellsize":53,"celloverhead":-5},\#
        "ecn":false,"gap":0}
        """#
    ),
    (
        "qdisc add dev v0 root netem delay 1ms slot 800us 1000us packets 32 bytes 2kb",
        #"""
        {"limit":1000,"delay":{"delay":0.001,"jitter":0,"correlation":0},"slot":{"min-delay":0.0008,\#
        "max-delay":0.001,"packets":32,"bytes":2048},"ecn":false,"gap":0}
        """#
    ),
    (
        "qdisc add dev v0 root netem slot distribution normal 800us 100us",
        #"{"limit":1000,"slot":{"distribution":0.0008,"jitter":0.0001,"packets":0,"bytes":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem slot 800us",
        #"{"limit":1000,"slot":{"min-delay":0.0008,"max-delay":0.0008,"packets":0,"bytes":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem delay 10s",
        #"{"limit":1000,"delay":{"delay":10,"jitter":0,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem",
        #"{"limit":1000,"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 parent 1:10 handle 20: netem delay 1ms",
        #"{"limit":1000,"delay":{"delay":0.001,"jitter":0,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit burst 32kbit latency 400ms",
        #"{"rate":125000,"burst":"4Kb/8","mpu":0,"lat":400000,"linklayer":"ethernet"}"#
    ),
    (
        "qdisc add dev v0 root handle 1: tbf rate 1mbit burst 10k limit 20k",
        #"{"rate":125000,"burst":"10Kb/8","mpu":0,"lat":81920,"linklayer":"ethernet"}"#
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit burst 10kb latency 70ms peakrate 2mbit minburst 1540",
        #"{"rate":125000,"burst":"10Kb/8","mpu":0,"mtu":"1540b/8","mpu":0,"lat":70000,"linklayer":"ethernet"}"#
    ),
    (
        "qdisc add dev v0 root tbf rate 40gbit burst 1mb latency 10ms",
        #"{"rate":5000000000,"burst":"1215000b/8","mpu":0,"lat":9966,"linklayer":"ethernet"}"#
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit burst 10k/8 limit 20k mpu 64 overhead 4",
        #"{"rate":125000,"burst":"10Kb/8","mpu":64,"lat":81920,"overhead":4,"linklayer":"ethernet"}"#
    ),
    (
        "qdisc add dev v0 root tbf rate 40gbit burst 1mb latency 10ms peakrate 50gbit mtu 9000",
        #"""
        {"rate":5000000000,"burst":"1215000b/64","mpu":0,"mtu":"6250b/64","mpu":0,"lat":9966,\#
        "linklayer":"ethernet"}
        """#
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit burst 10k limit 20k linklayer atm overhead 10",
        #"{"rate":125000,"burst":"10Kb/8","mpu":0,"lat":81920,"overhead":10,"linklayer":"atm"}"#
    ),
    (
        "qdisc add dev v0 root tbf rate 1000bps burst 10k limit 20k",
        #"{"rate":1000,"burst":"10Kb/8","mpu":0,"lat":10240000,"linklayer":"ethernet"}"#
    ),
    (
        "qdisc add dev v0 root htb r2q 20 default 0x20 direct_qlen 100 offload",
        #"{"r2q":20,"default":"0x20","direct_packets_stat":0,"ver":"0.3","direct_qlen":100,"offload":null}"#
    ),
    (
        "qdisc add dev v0 root htb",
        #"{"r2q":10,"default":"0","direct_packets_stat":0,"ver":"0.3"}"#
    ),
    (
        #"""
        qdisc add dev v0 root fq limit 5000 flow_limit 50 quantum 3000 initial_quantum 15000 maxrate 1gbit \#
        nopacing refill_delay 40ms low_rate_threshold 600kbit orphan_mask 511 ce_threshold 10ms buckets 512 \#
        timer_slack 10us horizon 5s horizon_drop
        """#,
        #"""
        {"limit":5000,"flow_limit":50,"buckets":512,"orphan_mask":511,"pacing":false,"quantum":3000,\#
        "initial_quantum":15000,"maxrate":125000000,"low_rate_threshold":75000,"refill_delay":40000,\#
        "ce_threshold":10000,"timer_slack":10000,"horizon":5000000,"horizon_drop":null}
        """#
    ),
    (
        "qdisc add dev v0 root fq pacing horizon_cap",
        #"{"horizon_cap":null}"#
    ),
    (
        "qdisc add dev v0 root fq",
        "{}"
    ),
    (
        "qdisc add dev v0 root fq_codel ecn",
        #"{"ecn":true}"#
    ),
    (
        "qdisc add dev v0 root fq_codel",
        "{}"
    ),
    (
        "qdisc add dev v0 root fq_codel ce_threshold 1ms ce_threshold_selector 0x1/0x3",
        #"{"ce_threshold":1000,"ce_threshold_selector":1,"ce_threshold_mask":3}"#
    ),
    (
        #"""
        qdisc add dev v0 root cake bandwidth 20mbit besteffort dual-srchost nat wash ingress ack-filter rtt \#
        50ms overhead 38 mpu 64 memlimit 4mb fwmark 0xff
        """#,
        #"""
        {"bandwidth":2500000,"diffserv":"besteffort","flowmode":"dual-srchost","nat":true,"wash":true,\#
        "ingress":true,"ack-filter":"enabled","split_gso":false,"rtt":50000,"raw":false,"atm":"noatm",\#
        "overhead":38,"mpu":64,"memlimit":4194304,"fwmark":"0xff"}
        """#
    ),
    (
        #"""
        qdisc add dev v0 root cake unlimited diffserv4 triple-isolate nonat nowash egress no-ack-filter raw \#
        split-gso
        """#,
        #"""
        {"bandwidth":"unlimited","diffserv":"diffserv4","flowmode":"triple-isolate","nat":false,\#
        "wash":false,"ingress":false,"ack-filter":"disabled","split_gso":true,"rtt":0,"raw":true,\#
        "overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake autorate-ingress",
        #"""
        {"autorate":"autorate-ingress","nat":false,"wash":false,"ingress":false,"ack-filter":"disabled",\#
        "split_gso":false,"rtt":0,"raw":false,"atm":"noatm","overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake bandwidth 1gbit datacentre atm",
        #"""
        {"bandwidth":125000000,"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled",\#
        "split_gso":false,"rtt":100,"raw":false,"atm":"atm","overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake ethernet",
        #"""
        {"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled","split_gso":false,"rtt":0,\#
        "raw":false,"atm":"noatm","overhead":38,"mpu":84,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake docsis",
        #"""
        {"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled","split_gso":false,"rtt":0,\#
        "raw":false,"atm":"noatm","overhead":18,"mpu":64,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake conservative",
        #"""
        {"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled","split_gso":false,"rtt":0,\#
        "raw":false,"atm":"atm","overhead":48,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake pppoe-ptm no-split-gso flowblind",
        #"""
        {"flowmode":"flowblind","nat":false,"wash":false,"ingress":false,"ack-filter":"disabled",\#
        "split_gso":false,"rtt":0,"raw":false,"atm":"ptm","overhead":30,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake ack-filter-aggressive diffserv8 hosts",
        #"""
        {"diffserv":"diffserv8","flowmode":"hosts","nat":false,"wash":false,"ingress":false,\#
        "ack-filter":"aggressive","split_gso":false,"rtt":0,"raw":false,"atm":"noatm","overhead":0,\#
        "fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake precedence flows",
        #"""
        {"diffserv":"precedence","flowmode":"flows","nat":false,"wash":false,"ingress":false,\#
        "ack-filter":"disabled","split_gso":false,"rtt":0,"raw":false,"atm":"noatm","overhead":0,\#
        "fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake diffserv3 srchost ptm",
        #"""
        {"diffserv":"diffserv3","flowmode":"srchost","nat":false,"wash":false,"ingress":false,\#
        "ack-filter":"disabled","split_gso":false,"rtt":0,"raw":false,"atm":"ptm","overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake metro dsthost",
        #"""
        {"flowmode":"dsthost","nat":false,"wash":false,"ingress":false,"ack-filter":"disabled",\#
        "split_gso":false,"rtt":10000,"raw":false,"atm":"noatm","overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake dual-dsthost",
        #"""
        {"flowmode":"dual-dsthost","nat":false,"wash":false,"ingress":false,"ack-filter":"disabled",\#
        "split_gso":false,"rtt":0,"raw":false,"atm":"noatm","overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake",
        #"""
        {"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled","split_gso":false,"rtt":0,\#
        "raw":false,"atm":"noatm","overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root pfifo limit 100",
        #"{"limit":100}"#
    ),
    (
        "qdisc add dev v0 root bfifo limit 10k",
        #"{"limit":10240}"#
    ),
    (
        "qdisc add dev v0 root prio",
        #"{"bands":3,"priomap":[1,2,2,2,1,2,0,0,1,1,1,1,1,1,1,1],"multiqueue":false}"#
    ),
    (
        "qdisc add dev v0 root prio bands 4 priomap 0 1 2 3",
        #"{"bands":4,"priomap":[0,1,2,3,1,2,0,0,1,1,1,1,1,1,1,1],"multiqueue":false}"#
    ),
    (
        "qdisc add dev v0 root cake raw",
        #"""
        {"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled","split_gso":false,"rtt":0,\#
        "raw":true,"overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake noatm",
        #"""
        {"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled","split_gso":false,"rtt":0,\#
        "raw":false,"atm":"noatm","overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake ptm",
        #"""
        {"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled","split_gso":false,"rtt":0,\#
        "raw":false,"atm":"ptm","overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake ethernet ether-vlan",
        #"""
        {"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled","split_gso":false,"rtt":0,\#
        "raw":false,"atm":"noatm","overhead":42,"mpu":84,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root cake rtt 0.5ms",
        #"""
        {"nat":false,"wash":false,"ingress":false,"ack-filter":"disabled","split_gso":false,"rtt":500,\#
        "raw":false,"atm":"noatm","overhead":0,"fwmark":"0"}
        """#
    ),
    (
        "qdisc add dev v0 root netem delay 1.5ms",
        #"{"limit":1000,"delay":{"delay":0.001499,"jitter":0,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem delay 1500",
        #"{"limit":1000,"delay":{"delay":0.001499,"jitter":0,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem delay 0.1us",
        #"{"limit":1000,"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem loss 100%",
        #"{"limit":1000,"loss-random":{"loss":1,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem loss 0.0001%",
        #"{"limit":1000,"loss-random":{"loss":1.00001e-06,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem loss 5",
        #"{"limit":1000,"loss-random":{"loss":0.05,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem rate 1.5mbit",
        #"""
        {"limit":1000,"rate":{"rate":187500,"packetoverhead":0,"cellsize":0,"celloverhead":0},"ecn":false,\#
        "gap":0}
        """#
    ),
    (
        "qdisc add dev v0 root netem rate 1000",
        #"{"limit":1000,"rate":{"rate":125,"packetoverhead":0,"cellsize":0,"celloverhead":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem rate 1kibit",
        #"{"limit":1000,"rate":{"rate":128,"packetoverhead":0,"cellsize":0,"celloverhead":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem rate 1KBit",
        #"{"limit":1000,"rate":{"rate":125,"packetoverhead":0,"cellsize":0,"celloverhead":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem rate 1mibps",
        #"""
        {"limit":1000,"rate":{"rate":1048576,"packetoverhead":0,"cellsize":0,"celloverhead":0},"ecn":false,\#
        "gap":0}
        """#
    ),
    (
        "qdisc add dev v0 root netem rate 1tbit",
        #"""
        {"limit":1000,"rate":{"rate":125000000000,"packetoverhead":0,"cellsize":0,"celloverhead":0},\#
        "ecn":false,"gap":0}
        """#
    ),
    (
        "qdisc add dev v0 root netem drop 5%",
        #"{"limit":1000,"loss-random":{"loss":0.05,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem latency 5ms",
        #"{"limit":1000,"delay":{"delay":0.005,"jitter":0,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem corrupt 1%",
        #"{"limit":1000,"corrupt":{"corrupt":0.01,"correlation":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem delay 10ms 0 25%",
        #"{"limit":1000,"delay":{"delay":0.01,"jitter":0,"correlation":0.25},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root bfifo limit 1.5k",
        #"{"limit":1536}"#
    ),
    (
        "qdisc add dev v0 root htb default 0x10",
        #"{"r2q":10,"default":"0x10","direct_packets_stat":0,"ver":"0.3"}"#
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit buffer 10k limit 20k",
        #"{"rate":125000,"burst":"10Kb/8","mpu":0,"lat":81920,"linklayer":"ethernet"}"#
    ),
    (
        "qdisc add dev v0 root tbf rate 1mbit maxburst 10k latency 1s",
        #"{"rate":125000,"burst":"10Kb/8","mpu":0,"lat":1000000,"linklayer":"ethernet"}"#
    ),
    (
        "qdisc add dev v0 root fq maxrate 1gbit buckets 1000",
        #"{"buckets":1024,"maxrate":125000000}"#
    ),
    (
        "qdisc add dev v0 root netem slot 800 900",
        #"{"limit":1000,"slot":{"min-delay":8e-07,"max-delay":9e-07,"packets":0,"bytes":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root netem slot 800ns 900ns",
        #"{"limit":1000,"slot":{"min-delay":8e-07,"max-delay":9e-07,"packets":0,"bytes":0},"ecn":false,"gap":0}"#
    ),
    (
        "qdisc add dev v0 root fq timer_slack 10",
        #"{"timer_slack":10}"#
    ),
    (
        "qdisc add dev v0 root fq buckets 1024 maxrate 1mbit",
        #"{"buckets":1024,"maxrate":125000}"#
    ),
]
