// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// The kernel's reports of routes that were set up with ip(8). Device 10 is v0.
func routeReports() throws -> [Report<Route>] {
    try ipv4RouteReports() + ipv6RouteReports()
}

private func ipv4RouteReports() throws -> [Report<Route>] {
    [
        // ip route add throw 10.15.0.0/16 table 1000
        Report(
            "2c0000001800220001000000cc670000 02100000fc03000900000000 08000f00e8030000 080001000a0f0000",
            try route("10.15.0.0/16", .throw) { $0.table = RouteTable(rawValue: 1000) }),
        // ip route add default via 10.0.0.1
        Report(
            """
            340000001800220001000000cc670000 02000000fe03000100000000 08000f00fe000000 080005000a000001
            080004000a000000
            """,
            try route("0.0.0.0/0", via: "10.0.0.1")),
        // The kernel made it for 10.0.0.2/24.
        Report(
            """
            3c0000001800220001000000cc670000 02180000fe02fd0100000000 08000f00fe000000 080001000a000000
            080007000a000002 080004000a000000
            """,
            try route("10.0.0.0/24") {
                ($0.origin, $0.scope, $0.preferredSource) = (.kernel, .link, IPAddress("10.0.0.2"))
            }),
        // The kernel made it for 10.2.0.1/24 with metric 50.
        Report(
            """
            440000001800220001000000cc670000 02180000fe02fd0100000000 08000f00fe000000 080001000a020000
            0800060032000000 080007000a020001 080004000a000000
            """,
            try route("10.2.0.0/24") {
                ($0.origin, $0.scope, $0.preferredSource) = (.kernel, .link, IPAddress("10.2.0.1"))
                $0.metric = 50
            }),
        // ip route add 10.10.0.0/16 via 10.0.0.1 src 10.0.0.2 protocol static metric 9
        Report(
            """
            4c0000001800220001000000cc670000 02100000fe04000100000000 08000f00fe000000 080001000a0a0000
            0800060009000000 080007000a000002 080005000a000001 080004000a000000
            """,
            try route("10.10.0.0/16", via: "10.0.0.1") {
                ($0.origin, $0.metric, $0.preferredSource) = (.static, 9, IPAddress("10.0.0.2"))
            }),
        // ip route add blackhole 10.12.0.0/16
        Report(
            "2c0000001800220001000000cc670000 02100000fe03000600000000 08000f00fe000000 080001000a0c0000",
            try route("10.12.0.0/16", .blackhole)),
        // ip route add 10.19.0.0/16 via 192.168.7.1 dev v0 onlink
        Report(
            """
            3c0000001800220001000000cc670000 02100000fe03000104000000 08000f00fe000000 080001000a130000
            08000500c0a80701 080004000a000000
            """,
            try route("10.19.0.0/16", via: "192.168.7.1") { $0.flags = .onlink }),
        // ip route add 10.21.0.0/16 via 10.0.0.1 mtu lock 1400 hoplimit 60 initcwnd 10 rtt 120ms quickack 1 congctl cubic
        Report(
            """
            7c0000001800220001000000cc670000 02100000fe03000100000000 08000f00fe000000 080001000a150000
            400008000800010004000000080002007805000008000400c003000008000a003c00000008000b000a00000008000f00
            010000000a0010006375626963000000 080005000a000001 080004000a000000
            """,
            try route("10.21.0.0/16", via: "10.0.0.1") {
                var metrics = RouteMetrics()
                metrics.values = [
                    .mtu: 1400, .roundTripTime: 960, .hopLimit: 60, .initialCongestionWindow: 10, .quickAck: 1,
                ]
                metrics.congestionControl = "cubic"
                metrics.setLocked(true, .mtu)
                $0.pathMetrics = metrics
            }),
        // ip route add 10.22.0.0/16 nexthop via 10.0.0.1 weight 3 nexthop via 10.0.0.5 dev v0 weight 1 onlink
        Report(
            """
            500000001800220001000000cc670000 02100000fe03000100000000 08000f00fe000000 080001000a160000
            24000900100000020a000000080005000a000001100004000a000000080005000a000005
            """,
            try route("10.22.0.0/16", device: nil) {
                $0.nextHops = [
                    NextHop(via: IPAddress("10.0.0.1"), device: 10, weight: 3),
                    NextHop(via: IPAddress("10.0.0.5"), device: 10, flags: .onlink),
                ]
            }),
        // ip route add 10.24.0.0/16 via inet6 fe80::1 dev v0
        Report(
            """
            4c0000001800220001000000cc670000 02100000fe03000100000000 08000f00fe000000 080001000a180000
            160012000a00fe8000000000000000000000000000010000 080004000a000000
            """,
            try route("10.24.0.0/16", via: "fe80::1")),
        // ip nexthop add id 7 via 10.0.0.1 dev v0; ip route add 10.25.0.0/16 nhid 7
        Report(
            """
            440000001800220001000000cc670000 02100000fe03000100000000 08000f00fe000000 080001000a190000
            08001e0007000000 080005000a000001 080004000a000000
            """,
            try route("10.25.0.0/16", via: "10.0.0.1") { $0.nextHopID = 7 }),
        // ip route add 10.26.0.0/16 via 10.0.0.1 realms 5/6
        Report(
            """
            440000001800220001000000cc670000 02100000fe03000100000000 08000f00fe000000 080001000a1a0000
            080005000a000001 080004000a000000 08000b0006000500
            """,
            try route("10.26.0.0/16", via: "10.0.0.1") { $0.realms = 5 << 16 | 6 }),
        // ip route add 10.27.0.0/16 encap ip id 5 dst 10.9.9.9 dev v0
        Report(
            """
            740000001800220001000000cc670000 02100000fe03fd0100000000 08000f00fe000000 080001000a1b0000
            080004000a000000
            380016000c0001000000000000000005080002000a090909080003000000000005000500000000000500040000000000
            0600060000000000 0600150002000000
            """,
            try route("10.27.0.0/16") {
                $0.scope = .link
                $0.encapsulation = RouteEncapsulation(
                    type: 2,
                    attributes: Array(
                        hex: """
                            0c0001000000000000000005 080002000a090909 0800030000000000 0500050000000000
                            0500040000000000 0600060000000000
                            """))
            }),
        // ip route add 10.40.0.0/16 dev v0 tos 0x10
        Report(
            """
            340000001800220001000000cc670000 02100010fe03fd0100000000 08000f00fe000000 080001000a280000
            080004000a000000
            """,
            try route("10.40.0.0/16") { ($0.scope, $0.tos) = (.link, 0x10) }),
        // ip route add multicast 239.0.0.0/8 dev v0
        Report(
            """
            340000001800220001000000cc670000 02080000fe03fd0500000000 08000f00fe000000 08000100ef000000
            080004000a000000
            """,
            try route("239.0.0.0/8", .multicast) { $0.scope = .link }),
        // The kernel made it for 10.0.0.2.
        Report(
            """
            3c0000001800220001000000cc670000 02200000ff02fe0200000000 08000f00ff000000 080001000a000002
            080007000a000002 080004000a000000
            """,
            try route("10.0.0.2/32", .local) {
                ($0.origin, $0.table, $0.preferredSource) = (.kernel, .local, IPAddress("10.0.0.2"))
                $0.scope = .host
            }),
    ]
}

private func ipv6RouteReports() throws -> [Report<Route>] {
    [
        // ip route add 2001:db8:2::/48 via fe80::1 dev v0 metric 50 pref high
        Report(
            """
            880000001800220001000000cc670000 0a300000fe03000100000000 08000f00fe000000
            1400010020010db8000200000000000000000000 0800060032000000 14000500fe800000000000000000000000000001
            080004000a000000 24000c000000000000000000000000000000000000000000000000000000000000000000
            0500140001000000
            """,
            try route("2001:db8:2::/48", via: "fe80::1") { ($0.metric, $0.preference) = (50, .high) }),
        // ip route add 2001:db8:3::/48 dev v0 expires 300
        Report(
            """
            740000001800220001000000cc670000 0a300000fe03000100000000 08000f00fe000000
            1400010020010db8000300000000000000000000 0800060000040000 080004000a000000
            24000c000000000000000000317400000000000000000000000000000000000000000000 0500140000000000
            """,
            try route("2001:db8:3::/48") {
                ($0.expires, $0.cacheInfo) = (297, RouteCacheInfo(expires: 29_745))
            }),
        // ip route add unreachable 2001:db8:4::/48
        Report(
            """
            740000001800220001000000cc670000 0a300000fe03000700000000 08000f00fe000000
            1400010020010db8000400000000000000000000 0800060000040000 0800040001000000
            24000c000000000000000000000000000000000000000000000000000000000000000000 0500140000000000
            """,
            try route("2001:db8:4::/48", .unreachable, device: 1)),
        // ip route add 2001:db8:5::/48 nexthop via fe80::1 dev v0 weight 2 nexthop via fe80::2 dev v0
        Report(
            """
            a80000001800220001000000cc670000 0a300000fe03000100000000 08000f00fe000000
            1400010020010db8000500000000000000000000 0800060000040000
            3c0009001c0000010a00000014000500fe8000000000000000000000000000011c0000000a00000014000500fe800000
            000000000000000000000002 24000c000000000000000000000000000000000000000000000000000000000000000000
            0500140000000000
            """,
            try route("2001:db8:5::/48", device: nil) {
                $0.nextHops = [
                    NextHop(via: IPAddress("fe80::1"), device: 10, weight: 2),
                    NextHop(via: IPAddress("fe80::2"), device: 10),
                ]
            }),
        // ip route get 10.10.1.1
        Report(
            """
            700000001800000001000000cc670000 02200000fe00000100020000 08000f00fe000000 080001000a0a0101
            080004000a000000 080007000a000002 080005000a000001 0800190000000000
            24000c000200000000000000000000000000000000000000000000000000000000000000
            """,
            try route("10.10.1.1/32", via: "10.0.0.1") {
                ($0.origin, $0.flags, $0.user) = (.unspecified, [.cloned], 0)
                $0.preferredSource = IPAddress("10.0.0.2")
                $0.cacheInfo = RouteCacheInfo(references: 2)
            }),
        // ip route get 2001:db8:5::5
        Report(
            """
            b00000001800000001000000cc670000 0a808000fe03000100000000 08000f00fe000000
            1400010020010db8000500000000000000000005 1400020000000000000000000000000000000000
            1400070020010db8000000000000000000000003 0800060000040000 14000500fe800000000000000000000000000002
            080004000a000000 24000c000200000000000000000000000000000000000000000000000000000000000000
            0500140000000000
            """,
            try route("2001:db8:5::5/128", via: "fe80::2") {
                ($0.source, $0.preferredSource) = (IPPrefix(host: .unspecified(.ipv6)), IPAddress("2001:db8::3"))
                $0.cacheInfo = RouteCacheInfo(references: 2)
            }),
    ]
}

private func route(
    _ destination: String, _ type: RouteType? = nil, via gateway: String? = nil, device: Int32? = 10,
    _ change: (inout Route) -> Void = { _ in }
) throws -> Route {
    var route = Route(to: try IPPrefix(parsing: destination), via: try gateway.map { try IPAddress(parsing: $0) })
    route.scope = .global
    route.outputInterface = device
    if let type {
        route.type = type
        if [.throw, .blackhole].contains(type) { route.outputInterface = nil }
    }
    if route.family == .ipv6 {
        route.metric = 1024
        route.preference = .medium
        route.cacheInfo = RouteCacheInfo()
    }
    change(&route)
    return route
}
