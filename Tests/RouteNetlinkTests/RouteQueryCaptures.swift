// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// What ip(8) 6.1 sends to delete, list and look up routes, and our request for the same. Device 10 is v0.
let routeQueryCaptures: [Capture] = [
    Capture(
        "ip route delete 10.10.0.0/16",
        "2400000019000500200e056b00000000 02100000fe00ff0000000000 080001000a0a0000"
    ) {
        try pattern("10.10.0.0/16").deleteRequest().bytes
    },
    Capture(
        "ip route delete 10.11.0.0/16 dev v0",
        "2c00000019000500200e056b00000000 02100000fe00ff0000000000 080001000a0b0000 080004000a000000"
    ) {
        try pattern("10.11.0.0/16") { $0.outputInterface = 10 }.deleteRequest().bytes
    },
    Capture(
        "ip route delete 10.22.0.0/16 nexthop via 10.0.0.1 weight 3 nexthop via 10.0.0.5 dev v0 weight 1 onlink",
        """
        4800000019000500200e056b00000000 02100000fe00ff0000000000 080001000a160000
        240009001000000200000000080005000a000001100004000a000000080005000a000005
        """
    ) {
        try pattern("10.22.0.0/16") {
            $0.nextHops = [
                NextHop(via: IPAddress("10.0.0.1"), weight: 3),
                NextHop(via: IPAddress("10.0.0.5"), device: 10, flags: .onlink),
            ]
        }.deleteRequest().bytes
    },
    Capture(
        "ip route delete blackhole 10.12.0.0/16",
        "2400000019000500200e056b00000000 02100000fe00ff0600000000 080001000a0c0000"
    ) {
        try pattern("10.12.0.0/16", .blackhole).deleteRequest().bytes
    },
    Capture(
        "ip route delete local 10.16.0.1 dev v0",
        "2c00000019000500200e056b00000000 02200000ff00fe0200000000 080001000a100001 080004000a000000"
    ) {
        try pattern("10.16.0.1/32", .local) { $0.outputInterface = 10 }.deleteRequest().bytes
    },
    Capture(
        "ip route delete throw 10.15.0.0/16 table 1000",
        "2c00000019000500200e056b00000000 021000000000ff0900000000 080001000a0f0000 08000f00e8030000"
    ) {
        try pattern("10.15.0.0/16", .throw) { $0.table = RouteTable(rawValue: 1000) }.deleteRequest().bytes
    },
    Capture(
        "ip route delete 10.18.0.0/16 via 10.0.0.1 protocol static tos 0x10",
        "2c00000019000500200e056b00000000 02100010fe04ff0000000000 080001000a120000 080005000a000001"
    ) {
        try pattern("10.18.0.0/16") {
            ($0.gateway, $0.origin, $0.tos) = (IPAddress("10.0.0.1"), .static, 0x10)
        }.deleteRequest().bytes
    },
    Capture(
        "ip route delete default",
        "1c00000019000500200e056b00000000 02000000fe00ff0000000000"
    ) {
        try pattern("0.0.0.0/0").deleteRequest().bytes
    },
    Capture(
        "ip route delete 2001:db8:1::/48",
        "3000000019000500200e056b00000000 0a300000fe00000000000000 1400010020010db8000100000000000000000000"
    ) {
        try pattern("2001:db8:1::/48").deleteRequest().bytes
    },
    Capture(
        "ip route delete 2001:db8:2::/48 via fe80::1 dev v0 metric 50",
        """
        5400000019000500200e056b00000000 0a300000fe00000000000000 1400010020010db8000200000000000000000000
        14000500fe800000000000000000000000000001 0800060032000000 080004000a000000
        """
    ) {
        try pattern("2001:db8:2::/48") {
            ($0.gateway, $0.outputInterface, $0.metric) = (IPAddress("fe80::1"), 10, 50)
        }.deleteRequest().bytes
    },
    Capture(
        "ip route delete 10.17.0.0/16 scope host",
        "2400000019000500200e056b00000000 02100000fe00fe0000000000 080001000a110000"
    ) {
        try pattern("10.17.0.0/16") { $0.scope = .host }.deleteRequest().bytes
    },
    Capture(
        "ip route show",
        "240000001a000103200e056b00000000 020000000000000000000000 08000f00fe000000"
    ) {
        RouteFilter(family: .ipv4, table: .main).request().dumpBytes
    },
    Capture(
        "ip route show table all",
        "1c0000001a000103200e056b00000000 000000000000000000000000"
    ) {
        RouteFilter().request().dumpBytes
    },
    Capture(
        "ip -6 route show",
        "240000001a000103200e056b00000000 0a0000000000000000000000 08000f00fe000000"
    ) {
        RouteFilter(family: .ipv6, table: .main).request().dumpBytes
    },
    Capture(
        "ip route show table 1000",
        "240000001a000103200e056b00000000 020000000000000000000000 08000f00e8030000"
    ) {
        RouteFilter(family: .ipv4, table: RouteTable(rawValue: 1000)).request().dumpBytes
    },
    Capture(
        "ip route show dev v0",
        "2c0000001a000103200e056b00000000 020000000000000000000000 08000f00fe000000 080004000a000000"
    ) {
        RouteFilter(family: .ipv4, table: .main, device: 10).request().dumpBytes
    },
    Capture(
        "ip route show protocol static",
        "240000001a000103200e056b00000000 020000000004000000000000 08000f00fe000000"
    ) {
        RouteFilter(family: .ipv4, table: .main, origin: .static).request().dumpBytes
    },
    Capture(
        "ip route get 10.10.1.1",
        "240000001a000100200e056b00000000 022000000000000000100000 080001000a0a0101"
    ) {
        try lookup("10.10.1.1").request().bytes
    },
    Capture(
        "ip route get 2001:db8:1::5",
        "300000001a000100200e056b00000000 0a8000000000000000000000 1400010020010db8000100000000000000000005"
    ) {
        try lookup("2001:db8:1::5").request().bytes
    },
    Capture(
        "ip route get 10.10.1.1 from 10.0.0.2 oif v0 mark 7",
        """
        3c0000001a000100200e056b00000000 022020000000000000100000 080001000a0a0101 080002000a000002
        080004000a000000 0800100007000000
        """
    ) {
        try lookup("10.10.1.1") {
            ($0.source, $0.outputInterface, $0.mark) = (IPAddress("10.0.0.2"), 10, 7)
        }.request().bytes
    },
    Capture(
        "ip route get fibmatch 10.10.1.1",
        "240000001a000100200e056b00000000 022000000000000000300000 080001000a0a0101"
    ) {
        try lookup("10.10.1.1") { $0.wantsTableEntry = true }.request().bytes
    },
    Capture(
        "ip route get to 10.0.0.2 from 10.0.0.9 iif v0",
        """
        340000001a000100200e056b00000000 022020000000000000100000 080001000a000002 080002000a000009
        080003000a000000
        """
    ) {
        try lookup("10.0.0.2") { ($0.source, $0.inputInterface) = (IPAddress("10.0.0.9"), 10) }.request().bytes
    },
    Capture(
        "ip route get 10.10.1.1 ipproto tcp sport 80 dport 90",
        """
        3c0000001a000100f20f056b00000000 022000000000000000100000 080001000a0a0101 05001b0006000000
        06001c0000500000 06001d00005a0000
        """
    ) {
        try lookup("10.10.1.1") { ($0.ipProtocol, $0.sourcePort, $0.destinationPort) = (6, 80, 90) }.request().bytes
    },
    Capture(
        "ip route get 10.10.1.1 uid 5",
        "2c0000001a000100f20f056b00000000 022000000000000000100000 080001000a0a0101 0800190005000000"
    ) {
        try lookup("10.10.1.1") { $0.user = 5 }.request().bytes
    },
]

private func pattern(
    _ destination: String, _ type: RouteType = .unspecified, _ change: (inout Route) -> Void = { _ in }
) throws -> Route {
    var route = Route(matching: try IPPrefix(parsing: destination), type: type)
    change(&route)
    return route
}

private func lookup(
    _ destination: String, _ change: (inout RouteLookup) -> Void = { _ in }
) throws -> RouteLookup {
    var lookup = RouteLookup(to: try IPAddress(parsing: destination))
    change(&lookup)
    return lookup
}
