// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// What ip(8) 6.1 sends for a command line, and our request for the same. Device 10 is v0, 12 br0.
let nextHopCaptures: [Capture] = [
    Capture(
        "ip nexthop add id 1 via 10.0.0.2 dev v0",
        "30000000680005062f4d056b00000000 0200000000000000 0800010001000000 080006000a000002 080005000a000000"
    ) {
        hop(1, via: "10.0.0.2").addRequest().bytes
    },
    Capture(
        "ip nexthop add id 3 blackhole",
        "24000000680005062f4d056b00000000 0200000000000000 0800010003000000 04000400"
    ) {
        hop(3, device: nil) { $0.isBlackhole = true }.addRequest().bytes
    },
    Capture(
        "ip nexthop add id 4 via 10.0.0.3 dev v0 onlink proto static",
        "30000000680005062f4d056b00000000 0200040004000000 0800010004000000 080006000a000003 080005000a000000"
    ) {
        hop(4, via: "10.0.0.3") { ($0.flags, $0.origin) = (.onlink, .static) }.addRequest().bytes
    },
    Capture(
        "ip nexthop add id 5 via 2001:db8::2 dev v0",
        """
        3c000000680005062f4d056b00000000 0a00000000000000 0800010005000000 1400060020010db8000000000000000000000002
        080005000a000000
        """
    ) {
        hop(5, .ipv6, via: "2001:db8::2").addRequest().bytes
    },
    Capture(
        "ip -6 nexthop add id 6 blackhole",
        "24000000680005062f4d056b00000000 0a00000000000000 0800010006000000 04000400"
    ) {
        hop(6, .ipv6, device: nil) { $0.isBlackhole = true }.addRequest().bytes
    },
    Capture(
        "ip nexthop add id 10 group 1/4",
        """
        3400000068000506304d056b00000000 0000000000000000 080001000a000000 1400020001000000000000000400000000000000
        """
    ) {
        NextHopObject(id: 10, group: [way(1), way(4)]).addRequest().bytes
    },
    Capture(
        "ip nexthop add id 12 group 1,2/4,5 type resilient buckets 8 idle_timer 60 unbalanced_timer 300",
        """
        5800000068000506304d056b00000000 0000000000000000 080001000c000000 1400020001000000010000000400000004000000
        1c000c80060001000800000008000200701700000800030030750000 0600030001000000
        """
    ) {
        NextHopObject(
            id: 12, group: [way(1, 2), way(4, 5)],
            resilience: .init(buckets: 8, idleTimer: 6000, unbalancedTimer: 30000)
        ).addRequest().bytes
    },
    Capture(
        "ip nexthop add id 20 via 10.0.0.9 fdb",
        "2c00000068000506304d056b00000000 0200000000000000 0800010014000000 080006000a000009 04000b00"
    ) {
        hop(20, via: "10.0.0.9", device: nil) { $0.isForForwarding = true }.addRequest().bytes
    },
    Capture(
        "ip nexthop add id 30 encap ip id 5 dst 10.9.9.9 via 10.0.0.2 dev v0",
        """
        5000000068000506304d056b00000000 0200000000000000 080001001e000000
        180008800c0001000000000000000005080002000a090909 0600070002000000 080006000a000002 080005000a000000
        """
    ) {
        hop(30, via: "10.0.0.2") { $0.encapsulation = tunnel }.addRequest().bytes
    },
    Capture(
        "ip nexthop add via 10.0.0.4 dev v0",
        "2800000068000506304d056b00000000 0200000000000000 080006000a000004 080005000a000000"
    ) {
        hop(0, via: "10.0.0.4").addRequest().bytes
    },
    Capture(
        "ip nexthop replace id 1 via 10.0.0.5 dev v0",
        "3000000068000505304d056b00000000 0200000000000000 0800010001000000 080006000a000005 080005000a000000"
    ) {
        hop(1, via: "10.0.0.5").replaceRequest().bytes
    },
    Capture(
        "ip nexthop replace id 12 group 1 type resilient idle_timer 10",
        """
        4000000068000505304d056b00000000 0000000000000000 080001000c000000 0c0002000100000000000000
        0c000c8008000200e8030000 0600030001000000
        """
    ) {
        NextHopObject(id: 12, group: [way(1)], resilience: .init(idleTimer: 1000)).replaceRequest().bytes
    },
    Capture(
        "ip nexthop del id 11",
        "2000000069000500304d056b00000000 0000000000000000 080001000b000000"
    ) {
        NextHopObject.deleteRequest(id: 11).bytes
    },
    Capture(
        "ip nexthop show dev v0",
        "200000006a000103304d056b00000000 0000000000000000 080005000a000000"
    ) {
        NextHopFilter(device: 10).request().dumpBytes
    },
    Capture(
        "ip nexthop show groups",
        "1c0000006a000103314d056b00000000 0000000000000000 04000900"
    ) {
        NextHopFilter(isGroup: true).request().dumpBytes
    },
    Capture(
        "ip nexthop show master br0",
        "200000006a000103314d056b00000000 0000000000000000 08000a000c000000"
    ) {
        NextHopFilter(master: 12).request().dumpBytes
    },
]

private func hop(
    _ id: UInt32, _ family: AddressFamily = .ipv4, via gateway: String? = nil, device: Int32? = 10,
    _ change: (inout NextHopObject) -> Void = { _ in }
) -> NextHopObject {
    var hop = NextHopObject(id: id, family, via: gateway.flatMap { IPAddress($0) }, device: device)
    change(&hop)
    return hop
}

private func way(_ id: UInt32, _ weight: UInt16 = 1) -> NextHopObject.Member {
    NextHopObject.Member(id: id, weight: weight)
}

/// `encap ip id 5 dst 10.9.9.9`
private let tunnel = RouteEncapsulation(
    type: 2, attributes: [12, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 5, 8, 0, 2, 0, 10, 9, 9, 9])
