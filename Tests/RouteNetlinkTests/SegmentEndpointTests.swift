// SPDX-License-Identifier: Apache-2.0

import Addressing
import MessageMutation
import Netlink
import RouteNetlink
import Testing

/// What ip(8) 6.1 sends for a segment's endpoint, and our request for the same. Device 3 is v0, 2 is w0; what ip
/// leaves in the padding behind attributes is zero here.
private let captures: [Capture] = [
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End dev v0",
        """
        4c000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 0c0016800800010001000000 0600150007000000 0800040003000000
        """
    ) {
        try route("End")
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End count dev v0",
        """
        74000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000
        34001680080001000100000028000a800c00020000000000000000000c00030000000000000000000c00040000000000
        00000000 0600150007000000 0800040003000000
        """
    ) {
        try route("End") { $0.counters = .init() }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End flavors psp,usp,usd dev v0",
        """
        58000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 1800168008000100010000000c000b80080001000e000000
        0600150007000100 0800040003000000
        """
    ) {
        try route("End") { $0.flavors = [.penultimatePop, .ultimatePop, .ultimateDecapsulation] }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End flavors next-csid lblen 48 nflen 24 dev v0",
        """
        68000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000
        2800168008000100010000001c000b80080001001000000005000200300000000500030018000000 0600150007000100
        0800040003000000
        """
    ) {
        try route("End") { ($0.flavors, $0.blockLength, $0.nodeLength) = (.nextCompressed, 48, 24) }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.X nh6 fd00::9 flavors psp count dev v0",
        """
        94000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000
        54001680080001000200000014000500fd0000000000000000000000000000090c000b80080001000200000028000a80
        0c00020000000000000000000c00030000000000000000000c0004000000000000000000 0600150007000000
        0800040003000000
        """
    ) {
        try route("End.X") {
            ($0.ipv6Gateway, $0.flavors, $0.counters) = (IPAddress("fd00::9"), .penultimatePop, .init())
        }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.T table 1000 dev v0",
        """
        54000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 14001680080001000300000008000300e8030000 0600150007000000
        0800040003000000
        """
    ) {
        try route("End.T") { $0.table = RouteTable(rawValue: 1000) }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.DX2 oif v0 dev v0",
        """
        54000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 1400168008000100040000000800070003000000 0600150007000000
        0800040003000000
        """
    ) {
        try route("End.DX2") { $0.outputInterface = 3 }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.DX6 nh6 fd00::9 dev v0",
        """
        60000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000
        20001680080001000500000014000500fd000000000000000000000000000009 0600150007000100 0800040003000000
        """
    ) {
        try route("End.DX6") { $0.ipv6Gateway = IPAddress("fd00::9") }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.DX4 nh4 10.0.0.9 iif w0 dev v0",
        """
        5c000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 1c0016800800010006000000080004000a0000090800060002000000
        0600150007000000 0800040003000000
        """
    ) {
        try route("End.DX4") { ($0.ipv4Gateway, $0.inputInterface) = (IPAddress("10.0.0.9"), 2) }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.DT6 table main dev v0",
        """
        54000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 14001680080001000700000008000300fe000000 0600150007000000
        0800040003000000
        """
    ) {
        try route("End.DT6") { $0.table = .main }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.DT4 vrftable 77 dev v0",
        """
        54000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 140016800800010008000000080009004d000000 0600150007000000
        0800040003000000
        """
    ) {
        try route("End.DT4") { $0.deviceTable = RouteTable(rawValue: 77) }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.DT46 vrftable 77 dev v0",
        """
        54000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 140016800800010010000000080009004d000000 0600150007000000
        0800040003000000
        """
    ) {
        try route("End.DT46") { $0.deviceTable = RouteTable(rawValue: 77) }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.B6 srh segs fd00::5,fd00::6 dev v0",
        """
        88000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000
        4800168008000100090000003c000200000604020200000000000000000000000000000000000000fd00000000000000
        0000000000000006fd000000000000000000000000000005 0600150007000000 0800040003000000
        """
    ) {
        try route("End.B6") { $0.segments = ["fd00::5", "fd00::6", "::"].compactMap { IPAddress($0) } }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.B6.Encaps srh segs fd00::5,fd00::6 hmac 0xbeef dev v0",
        """
        a0000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000
        60001680080001000a000000540002000009040101080000fd000000000000000000000000000006fd00000000000000
        0000000000000005052600000000beef0000000000000000000000000000000000000000000000000000000000000000
        0600150007000000 0800040003000000
        """
    ) {
        try route("End.B6.Encaps") {
            ($0.segments, $0.hmacKeyID) = (["fd00::5", "fd00::6"].compactMap { IPAddress($0) }, 0xbeef)
        }
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.BM dev v0",
        """
        4c000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 0c001680080001000b000000 0600150007000000 0800040003000000
        """
    ) {
        try route("End.BM")
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.S dev v0",
        """
        4c000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 0c001680080001000c000000 0600150007000000 0800040003000000
        """
    ) {
        try route("End.S")
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.AS dev v0",
        """
        4c000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 0c001680080001000d000000 0600150007000000 0800040003000000
        """
    ) {
        try route("End.AS")
    },
    Capture(
        "ip -6 route add fd01::/64 encap seg6local action End.AM dev v0",
        """
        4c000000180005062374056b00000000 0a400000fe03000100000000
        14000100fd010000000000000000000000000000 0c001680080001000e000000 0600150007000000 0800040003000000
        """
    ) {
        try route("End.AM")
    },
]

private func route(_ action: String, _ change: (inout SegmentEndpoint) -> Void = { _ in }) throws -> [UInt8] {
    var endpoint = SegmentEndpoint(try #require(SegmentEndpoint.Action(name: action)))
    change(&endpoint)
    var route = Route(to: try IPPrefix(parsing: "fd01::/64"), device: 3)
    route.encapsulation = RouteTunnel.segmentEndpoint(endpoint).encapsulation
    return route.addRequest().bytes
}

@Suite struct SegmentEndpointTests {
    /// RTA_ENCAP
    private static let nests: [UInt16: Message.Nesting] = [22: .attributes]

    @Test(arguments: captures) func requestIsWhatIPSends(_ capture: Capture) throws {
        #expect(
            Message(try capture.request(), headerSize: 12, nests: Self.nests)
                == Message(capture.bytes, headerSize: 12, nests: Self.nests))
    }

    @Test(arguments: captures) func requestReadsBack(_ capture: Capture) throws {
        let endpoint = try #require(try self.endpoint(of: capture))
        #expect(RouteTunnel(RouteTunnel.segmentEndpoint(endpoint).encapsulation) == .segmentEndpoint(endpoint))
        #expect(capture.command.contains(" \(endpoint.action.name) "))
    }

    @Test func namesAreTheKernelsNumbers() {
        #expect(SegmentEndpoint.Action(name: "End.DT46")?.rawValue == 16)
        #expect(SegmentEndpoint.Action(name: "End.B6.Encaps") == .encapsulation)
        #expect(SegmentEndpoint.Action(name: "End.BPF") == .program)
        #expect(SegmentEndpoint.Action(name: "End.Y") == nil)
        #expect(SegmentEndpoint.Action(rawValue: 0).name == "0" && SegmentEndpoint.Action(rawValue: 17).name == "17")
    }

    @Test func countersAndProgramsAreRead() throws {
        // What Linux 6.18 reports of `action End count`, with counts, and a program's name by its attribute.
        let bytes = [UInt8](
            hex: """
                0800010001000000 28000a00 0c00020005000000000000000c0003000600000000000000 0c0004000700000000000000
                0c000880 0800020070000000
                """)
        let encapsulation = RouteEncapsulation(type: 7, attributes: bytes)
        guard case .segmentEndpoint(let endpoint) = RouteTunnel(encapsulation) else {
            Issue.record("it is not read")
            return
        }
        #expect(endpoint.counters == SegmentEndpoint.Counters(packets: 5, bytes: 6, errors: 7))
        #expect(endpoint.programName == "p")
    }

    @Test func mutatedEndpointsAreReadOrNot() throws {
        for capture in captures {
            let route = try #require(try Route(decoding: capture.bytes.span.bytes.extracting(droppingFirst: 16)))
            mutate(try #require(route.encapsulation).attributes) { bytes in
                _ = RouteTunnel(RouteEncapsulation(type: 7, attributes: bytes.bytes))?.encapsulation
            }
        }
    }

    private func endpoint(of capture: Capture) throws -> SegmentEndpoint? {
        let route = try Route(decoding: capture.bytes.span.bytes.extracting(droppingFirst: 16))
        guard let encapsulation = route?.encapsulation, case .segmentEndpoint(let endpoint) = RouteTunnel(encapsulation)
        else { return nil }
        return endpoint
    }
}
