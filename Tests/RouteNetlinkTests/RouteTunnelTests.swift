// SPDX-License-Identifier: Apache-2.0

import Addressing
import MessageMutation
import Netlink
import RouteNetlink
import Testing

/// What ip(8) 6.1 sends for a route through a tunnel, and our request for the same.
private let captures: [Capture] = [
    Capture(
        "ip route add 10.30.0.0/16 encap mpls 100 via 10.0.0.2",
        """
        40000000180005064050056b00000000 02100000fe03000100000000 080001000a1e0000 0c0016800800010000064100
        0600150001000000 080005000a000002
        """
    ) {
        try route("10.30.0.0/16", .mpls(MPLSTunnel(labels: [100])))
    },
    Capture(
        "ip route add 10.31.0.0/16 encap mpls 100/200 ttl 64 via 10.0.0.2",
        """
        4c000000180005064050056b00000000 02100000fe03000100000000 080001000a1f0000
        180016800c00010000064000000c81000500020040d00100 0600150001000100 080005000a000002
        """
    ) {
        try route("10.31.0.0/16", .mpls(MPLSTunnel(labels: [100, 200], ttl: 64)))
    },
    Capture(
        "ip route add 10.32.0.0/16 encap ip id 5 dst 10.9.9.9 via 10.0.0.2",
        """
        4c000000180005064050056b00000000 02100000fe03000100000000 080001000a200000
        180016800c0001000000000000000005080002000a090909 0600150002000100 080005000a000002
        """
    ) {
        try route("10.32.0.0/16", .ip(try tunnel("10.9.9.9") { $0.id = 5 }))
    },
    Capture(
        "ip route add 10.33.0.0/16 encap ip id 5 src 10.0.0.1 dst 10.9.9.9 tos 4 ttl 64 key csum via 10.0.0.2",
        """
        6c000000180005064050056b00000000 02100000fe03000100000000 080001000a210000
        380016800c0001000000000000000005080003000a000001080002000a0909090500050004e101000500040040e1010006000600
        00050000
        0600150002000100 080005000a000002
        """
    ) {
        try route(
            "10.33.0.0/16",
            .ip(
                try tunnel("10.9.9.9") {
                    ($0.id, $0.source, $0.trafficClass, $0.hopLimit) = (5, IPAddress("10.0.0.1"), 4, 64)
                    $0.flags = [.key, .checksum]
                }))
    },
    Capture(
        "ip route add 10.35.0.0/16 encap ip6 id 7 src 2001:db8::1 dst 2001:db8::9 tc 4 hoplimit 64 via 10.0.0.2",
        """
        7c000000180005064050056b00000000 02100000fe03000100000000 080001000a230000
        480016800c00010000000000000000071400030020010db80000000000000000000000011400020020010db80000000000000000
        000000090500050004c001000500040040000000
        0600150004000000 080005000a000002
        """
    ) {
        try route(
            "10.35.0.0/16",
            .ip(
                try tunnel("2001:db8::9") {
                    ($0.id, $0.source, $0.trafficClass, $0.hopLimit) = (7, IPAddress("2001:db8::1"), 4, 64)
                }))
    },
    Capture(
        "ip route add 10.36.0.0/16 encap seg6 mode encap segs 2001:db8::5,2001:db8::6 via 10.0.0.2",
        """
        68000000180005064050056b00000000 02100000fe03000100000000 080001000a240000
        340016803000010001000000000404010100000020010db800000000000000000000000620010db8000000000000000000000005
        0600150005000000 080005000a000002
        """
    ) {
        try route(
            "10.36.0.0/16", .segmentRouting(try path(.encapsulated, "2001:db8::5", "2001:db8::6")))
    },
    Capture(
        "ip route add 10.38.0.0/16 encap seg6 mode inline segs 2001:db8::5 via 10.0.0.2",
        """
        68000000180005064050056b00000000 02100000fe03000100000000 080001000a260000
        34001680300001000000000000040401010000000000000000000000000000000000000020010db8000000000000000000000005
        0600150005000000 080005000a000002
        """
    ) {
        try route("10.38.0.0/16", .segmentRouting(try path(.inline, "2001:db8::5", "::")))
    },
    Capture(
        "ip route add 10.39.0.0/16 encap seg6 mode l2encap hmac 5 segs 2001:db8::5 via 10.0.0.2",
        """
        80000000180005064050056b00000000 02100000fe03000100000000 080001000a270000
        4c0016804800010002000000000704000008000020010db800000000000000000000000505260000000000050000000000000000
        000000000000000000000000000000000000000000000000
        0600150005000000 080005000a000002
        """
    ) {
        try route("10.39.0.0/16", .segmentRouting(try path(.frame, "2001:db8::5", hmac: 5)))
    },
]

private func route(_ destination: String, _ tunnel: RouteTunnel) throws -> [UInt8] {
    var route = Route(to: try IPPrefix(parsing: destination), via: IPAddress("10.0.0.2"))
    route.encapsulation = tunnel.encapsulation
    return route.addRequest().bytes
}

private func tunnel(_ destination: String, _ change: (inout IPRouteTunnel) -> Void) throws
    -> IPRouteTunnel
{
    let address = try IPAddress(parsing: destination)
    var tunnel = IPRouteTunnel(address.family)
    tunnel.destination = address
    change(&tunnel)
    return tunnel
}

private func path(_ mode: SegmentRouting.Mode, _ segments: String..., hmac: UInt32? = nil) throws
    -> SegmentRouting
{
    SegmentRouting(mode, segments: try segments.map { try IPAddress(parsing: $0) }, hmacKeyID: hmac)
}

@Suite struct RouteTunnelTests {
    /// RTA_ENCAP
    private static let nests: [UInt16: Message.Nesting] = [22: .attributes]

    @Test(arguments: captures) func requestIsWhatIPSends(_ capture: Capture) throws {
        #expect(
            Message(try capture.request(), headerSize: 12, nests: Self.nests)
                == Message(capture.bytes, headerSize: 12, nests: Self.nests))
    }

    @Test(arguments: captures) func requestReadsBack(_ capture: Capture) throws {
        let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
        let route = try #require(try Route(decoding: payload))
        let encapsulation = try #require(route.encapsulation)
        let tunnel = try #require(RouteTunnel(encapsulation))
        #expect(RouteTunnel(tunnel.encapsulation) == tunnel)
    }

    @Test func otherKindsAreNotRead() {
        // LWTUNNEL_ENCAP_BPF
        #expect(RouteTunnel(RouteEncapsulation(type: 6, attributes: [])) == nil)
        #expect(RouteTunnel(RouteEncapsulation(type: 1, attributes: [])) == nil)
        #expect(RouteTunnel(RouteEncapsulation(type: 5, attributes: [8, 0, 1, 0, 1, 0, 0, 0])) == nil)
    }

    @Test func mutatedTunnelsAreReadOrNot() throws {
        for capture in captures {
            let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
            let route = try #require(try Route(decoding: payload))
            let encapsulation = try #require(route.encapsulation)
            mutate(encapsulation.attributes) { bytes in
                let copy = RouteEncapsulation(type: encapsulation.type, attributes: bytes.bytes)
                _ = RouteTunnel(copy)?.encapsulation
            }
        }
    }
}
