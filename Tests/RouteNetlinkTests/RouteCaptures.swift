// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// What ip(8) 6.1 sends for a command line, and our request for the same. Device 10 is v0.
let routeCaptures: [Capture] = [
    Capture(
        "ip route add 10.10.0.0/16 via 10.0.0.1",
        "2c000000180005061f0e056b00000000 02100000fe03000100000000 080001000a0a0000 080005000a000001"
    ) {
        try route("10.10.0.0/16", via: "10.0.0.1").addRequest().bytes
    },
    Capture(
        "ip route add 10.11.0.0/16 dev v0",
        "2c000000180005061f0e056b00000000 02100000fe03fd0100000000 080001000a0b0000 080004000a000000"
    ) {
        try route("10.11.0.0/16", device: 10).addRequest().bytes
    },
    Capture(
        "ip route add default via 10.0.0.1 dev v0",
        "2c000000180005061f0e056b00000000 02000000fe03000100000000 080005000a000001 080004000a000000"
    ) {
        try route("0.0.0.0/0", via: "10.0.0.1", device: 10).addRequest().bytes
    },
    Capture(
        "ip route add default via 10.0.0.1 metric 200",
        "2c000000180005061f0e056b00000000 02000000fe03000100000000 080005000a000001 08000600c8000000"
    ) {
        try route("0.0.0.0/0", via: "10.0.0.1") { $0.metric = 200 }.addRequest().bytes
    },
    Capture(
        "ip route add blackhole 10.12.0.0/16",
        "24000000180005061f0e056b00000000 02100000fe03000600000000 080001000a0c0000"
    ) {
        try route("10.12.0.0/16", .blackhole).addRequest().bytes
    },
    Capture(
        "ip route add unreachable 10.13.0.0/16 metric 100",
        "2c000000180005061f0e056b00000000 02100000fe03000700000000 080001000a0d0000 0800060064000000"
    ) {
        try route("10.13.0.0/16", .unreachable) { $0.metric = 100 }.addRequest().bytes
    },
    Capture(
        "ip route add prohibit 10.14.0.0/16 table 100",
        "24000000180005061f0e056b00000000 021000006403000800000000 080001000a0e0000"
    ) {
        try route("10.14.0.0/16", .prohibit) { $0.table = RouteTable(rawValue: 100) }.addRequest().bytes
    },
    Capture(
        "ip route add throw 10.15.0.0/16 table 1000",
        "2c000000180005061f0e056b00000000 021000000003000900000000 080001000a0f0000 08000f00e8030000"
    ) {
        try route("10.15.0.0/16", .throw) { $0.table = RouteTable(rawValue: 1000) }.addRequest().bytes
    },
    Capture(
        "ip route add local 10.16.0.1 dev v0",
        "2c000000180005061f0e056b00000000 02200000ff03fe0200000000 080001000a100001 080004000a000000"
    ) {
        try route("10.16.0.1/32", .local, device: 10).addRequest().bytes
    },
    Capture(
        "ip route add broadcast 10.16.0.255 dev v0",
        "2c000000180005061f0e056b00000000 02200000ff03fd0300000000 080001000a1000ff 080004000a000000"
    ) {
        try route("10.16.0.255/32", .broadcast, device: 10).addRequest().bytes
    },
    Capture(
        "ip route add multicast 239.0.0.0/8 dev v0",
        "2c000000180005061f0e056b00000000 02080000fe03fd0500000000 08000100ef000000 080004000a000000"
    ) {
        try route("239.0.0.0/8", .multicast, device: 10).addRequest().bytes
    },
    Capture(
        "ip route add anycast 2001:db8:a::1 dev v0",
        """
        38000000180005061f0e056b00000000 0a800000ff03000400000000 1400010020010db8000a00000000000000000001
        080004000a000000
        """
    ) {
        try route("2001:db8:a::1/128", .anycast, device: 10).addRequest().bytes
    },
    Capture(
        "ip route add unicast 10.17.0.0/16 dev v0 scope host",
        "2c000000180005061f0e056b00000000 02100000fe03fe0100000000 080001000a110000 080004000a000000"
    ) {
        try route("10.17.0.0/16", device: 10) { $0.scope = .host }.addRequest().bytes
    },
    Capture(
        "ip route add 10.18.0.0/16 via 10.0.0.1 src 10.0.0.2 protocol static tos 0x10",
        """
        3400000018000506200e056b00000000 02100010fe04000100000000 080001000a120000 080005000a000001
        080007000a000002
        """
    ) {
        try route("10.18.0.0/16", via: "10.0.0.1") {
            ($0.preferredSource, $0.origin, $0.tos) = (IPAddress("10.0.0.2"), .static, 0x10)
        }.addRequest().bytes
    },
    Capture(
        "ip route add 10.19.0.0/16 via 192.168.7.1 dev v0 onlink",
        """
        3400000018000506200e056b00000000 02100000fe03000104000000 080001000a130000 08000500c0a80701
        080004000a000000
        """
    ) {
        try route("10.19.0.0/16", via: "192.168.7.1", device: 10) { $0.flags = .onlink }.addRequest().bytes
    },
    Capture(
        "ip route add 10.20.0.0/16 via 10.0.0.1 mtu 1400 advmss 1360 window 20000 rtt 120ms",
        """
        5000000018000506200e056b00000000 02100000fe03000100000000 080001000a140000 080005000a000001
        240008000800020078050000080008005005000008000300204e000008000400c0030000
        """
    ) {
        try route("10.20.0.0/16", via: "10.0.0.1") {
            $0.pathMetrics = metrics([.mtu: 1400, .advertisedMSS: 1360, .window: 20000, .roundTripTime: 960])
        }.addRequest().bytes
    },
    Capture(
        "ip route add 10.21.0.0/16 via 10.0.0.1 mtu lock 1400 hoplimit 60 initcwnd 10 initrwnd 20 quickack 1 congctl cubic",
        """
        6c00000018000506200e056b00000000 02100000fe03000100000000 080001000a150000 080005000a000001
        40000800080002007805000008000a003c00000008000b000a00000008000e001400000008000f000100000009001000
        63756269630000000800010004000000
        """
    ) {
        try route("10.21.0.0/16", via: "10.0.0.1") {
            var metrics = metrics([
                .mtu: 1400, .hopLimit: 60, .initialCongestionWindow: 10, .initialReceiveWindow: 20, .quickAck: 1,
            ])
            metrics.congestionControl = "cubic"
            metrics.setLocked(true, .mtu)
            $0.pathMetrics = metrics
        }.addRequest().bytes
    },
    Capture(
        "ip route add 10.22.0.0/16 nexthop via 10.0.0.1 weight 3 nexthop via 10.0.0.5 dev v0 weight 1 onlink",
        """
        4800000018000506200e056b00000000 02100000fe03000100000000 080001000a160000
        240009001000000200000000080005000a000001100004000a000000080005000a000005
        """
    ) {
        try route(
            "10.22.0.0/16",
            nextHops: [
                NextHop(via: IPAddress("10.0.0.1"), weight: 3),
                NextHop(via: IPAddress("10.0.0.5"), device: 10, flags: .onlink),
            ]
        ).addRequest().bytes
    },
    Capture(
        "ip route add 10.23.0.0/16 nexthop dev v0 nexthop dev v1",
        """
        3800000018000506200e056b00000000 02100000fe03000100000000 080001000a170000
        14000900080000000a000000080000000b000000
        """
    ) {
        try route("10.23.0.0/16", nextHops: [NextHop(device: 10), NextHop(device: 11)]).addRequest().bytes
    },
    Capture(
        "ip route add 10.24.0.0/16 via inet6 fe80::1 dev v0",
        """
        4400000018000506200e056b00000000 02100000fe03000100000000 080001000a180000
        160012000a00fe8000000000000000000000000000010000 080004000a000000
        """
    ) {
        try route("10.24.0.0/16", via: "fe80::1", device: 10).addRequest().bytes
    },
    Capture(
        "ip route add 2001:db8:1::/48 via 2001:db8::1",
        """
        4400000018000506200e056b00000000 0a300000fe03000100000000 1400010020010db8000100000000000000000000
        1400050020010db8000000000000000000000001
        """
    ) {
        try route("2001:db8:1::/48", via: "2001:db8::1").addRequest().bytes
    },
    Capture(
        "ip route add 2001:db8:2::/48 via fe80::1 dev v0 metric 50 pref high",
        """
        5c00000018000506200e056b00000000 0a300000fe03000100000000 1400010020010db8000200000000000000000000
        14000500fe800000000000000000000000000001 0800060032000000 0500140001000000 080004000a000000
        """
    ) {
        try route("2001:db8:2::/48", via: "fe80::1", device: 10) { ($0.metric, $0.preference) = (50, .high) }
            .addRequest().bytes
    },
    Capture(
        "ip route add default via fe80::1 dev v0",
        """
        3800000018000506200e056b00000000 0a000000fe03000100000000 14000500fe800000000000000000000000000001
        080004000a000000
        """
    ) {
        try route("::/0", via: "fe80::1", device: 10).addRequest().bytes
    },
    Capture(
        "ip route add 2001:db8:3::/48 dev v0 expires 300",
        """
        4000000018000506200e056b00000000 0a300000fe03000100000000 1400010020010db8000300000000000000000000
        080017002c010000 080004000a000000
        """
    ) {
        try route("2001:db8:3::/48", device: 10) { $0.expires = 300 }.addRequest().bytes
    },
    Capture(
        "ip route add unreachable 2001:db8:4::/48",
        "3000000018000506200e056b00000000 0a300000fe03000700000000 1400010020010db8000400000000000000000000"
    ) {
        try route("2001:db8:4::/48", .unreachable).addRequest().bytes
    },
    Capture(
        "ip route add 2001:db8:5::/48 nexthop via fe80::1 dev v0 weight 2 nexthop via fe80::2 dev v0",
        """
        6c00000018000506200e056b00000000 0a300000fe03000100000000 1400010020010db8000500000000000000000000
        3c0009001c0000010a00000014000500fe8000000000000000000000000000011c0000000a00000014000500fe800000
        000000000000000000000002
        """
    ) {
        try route(
            "2001:db8:5::/48",
            nextHops: [
                NextHop(via: IPAddress("fe80::1"), device: 10, weight: 2),
                NextHop(via: IPAddress("fe80::2"), device: 10),
            ]
        ).addRequest().bytes
    },
    Capture(
        "ip route add 2001:db8:6::/48 from 2001:db8:7::/48 via fe80::1 dev v0",
        """
        6000000018000506200e056b00000000 0a303000fe03000100000000 1400010020010db8000600000000000000000000
        1400020020010db8000700000000000000000000 14000500fe800000000000000000000000000001 080004000a000000
        """
    ) {
        try route("2001:db8:6::/48", via: "fe80::1", device: 10) { $0.source = IPPrefix("2001:db8:7::/48") }
            .addRequest().bytes
    },
    Capture(
        "ip route add 10.25.0.0/16 nhid 7",
        "2c00000018000506200e056b00000000 02100000fe03000100000000 080001000a190000 08001e0007000000"
    ) {
        try route("10.25.0.0/16", nextHopID: 7).addRequest().bytes
    },
    Capture(
        "ip route add 10.26.0.0/16 via 10.0.0.1 realms 5/6",
        """
        3400000018000506200e056b00000000 02100000fe03000100000000 080001000a1a0000 080005000a000001
        08000b0006000500
        """
    ) {
        try route("10.26.0.0/16", via: "10.0.0.1") { $0.realms = 5 << 16 | 6 }.addRequest().bytes
    },
    Capture(
        "ip route add 10.27.0.0/16 encap ip id 5 dst 10.9.9.9 dev v0",
        """
        4c00000018000506f20f056b00000000 02100000fe03fd0100000000 080001000a1b0000
        180016800c0001000000000000000005080002000a090909 0600150002000100 080004000a000000
        """
    ) {
        try route("10.27.0.0/16", device: 10) { $0.encapsulation = tunnel }.addRequest().bytes
    },
    Capture(
        "ip route add 10.28.0.0/16 nexthop encap ip id 5 dst 10.9.9.9 dev v0 nexthop via 10.0.0.1 weight 256",
        """
        6000000018000506f20f056b00000000 02100000fe03000100000000 080001000a1c0000
        3c000900280000000a000000180016800c0001000000000000000005080002000a0909090600150002000100100000ff
        00000000080005000a000001
        """
    ) {
        var first = NextHop(device: 10)
        first.encapsulation = tunnel
        let second = NextHop(via: IPAddress("10.0.0.1"), weight: 256)
        return try route("10.28.0.0/16", nextHops: [first, second]).addRequest().bytes
    },
    Capture(
        "ip route add 10.31.0.0/16 via 10.0.0.1 protocol 77 table 300",
        """
        3400000018000506200e056b00000000 02100000004d000100000000 080001000a1f0000 080005000a000001
        08000f002c010000
        """
    ) {
        try route("10.31.0.0/16", via: "10.0.0.1") {
            ($0.origin, $0.table) = (RouteProtocol(rawValue: 77), RouteTable(rawValue: 300))
        }.addRequest().bytes
    },
    Capture(
        "ip route replace 10.10.0.0/16 via 10.0.0.5",
        "2c00000018000505200e056b00000000 02100000fe03000100000000 080001000a0a0000 080005000a000005"
    ) {
        try route("10.10.0.0/16", via: "10.0.0.5").replaceRequest().bytes
    },
    Capture(
        "ip route change 10.10.0.0/16 via 10.0.0.6",
        "2c00000018000501200e056b00000000 02100000fe03000100000000 080001000a0a0000 080005000a000006"
    ) {
        try route("10.10.0.0/16", via: "10.0.0.6").changeRequest().bytes
    },
    Capture(
        "ip route append 10.10.0.0/16 via 10.0.0.7",
        "2c0000001800050c200e056b00000000 02100000fe03000100000000 080001000a0a0000 080005000a000007"
    ) {
        try route("10.10.0.0/16", via: "10.0.0.7").appendRequest().bytes
    },
    Capture(
        "ip route prepend 10.10.0.0/16 via 10.0.0.8",
        "2c00000018000504200e056b00000000 02100000fe03000100000000 080001000a0a0000 080005000a000008"
    ) {
        try route("10.10.0.0/16", via: "10.0.0.8").prependRequest().bytes
    },
]

private func route(
    _ destination: String, _ type: RouteType = .unicast, via gateway: String? = nil, device: Int32? = nil,
    nextHops: [NextHop] = [], nextHopID: UInt32? = nil, _ change: (inout Route) -> Void = { _ in }
) throws -> Route {
    var route = Route(
        to: try IPPrefix(parsing: destination), type: type, via: try gateway.map { try IPAddress(parsing: $0) },
        device: device, nextHops: nextHops, nextHopID: nextHopID)
    change(&route)
    return route
}

private func metrics(_ values: [RouteMetrics.Kind: UInt32]) -> RouteMetrics {
    var metrics = RouteMetrics()
    metrics.values = values
    return metrics
}

/// `encap ip id 5 dst 10.9.9.9`
private let tunnel = RouteEncapsulation(
    type: 2, attributes: [12, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 5, 8, 0, 2, 0, 10, 9, 9, 9])
