// SPDX-License-Identifier: Apache-2.0

import Addressing
import MessageMutation
import Netlink
@testable import RouteNetlink
import Testing

/// What ip(8) 6.1 sends for routes of labels, and our request for the same. Device 3 is v0, 2 is w0.
private let captures: [Capture] = [
    Capture(
        "ip -M route add 100 via inet 10.0.0.2",
        """
        30000000180005062374056b00000000 1c140000fe03000100000000
        0800010000064100 0a00120002000a0000020000
        """
    ) {
        MPLSRoute(100, ways: [.init(via: IPAddress("10.0.0.2"))]).addRequest().bytes
    },
    Capture(
        "ip -M route add 100 via inet 10.0.0.2 dev v0",
        """
        38000000180005062374056b00000000 1c140000fe03000100000000
        0800010000064100 0a00120002000a0000020000 0800040003000000
        """
    ) {
        MPLSRoute(100, ways: [.init(via: IPAddress("10.0.0.2"), device: 3)]).addRequest().bytes
    },
    Capture(
        "ip -M route add 101 as 200 via inet6 fd00::2 dev v0",
        """
        4c000000180005062374056b00000000 1c140000fe03000100000000
        0800010000065100 08001300000c8100 160012000a00fd0000000000000000000000000000020000 0800040003000000
        """
    ) {
        MPLSRoute(101, ways: [.init(labels: [200], via: IPAddress("fd00::2"), device: 3)]).addRequest().bytes
    },
    Capture(
        "ip -M route add 102 as to 200/300 via inet 10.0.0.2 dev v0 ttl-propagate enabled",
        """
        4c000000180005062374056b00000000 1c140000fe03000100000000
        0800010000066100 0c001300000c80000012c100 0a00120002000a0000020000 05001a0001000000 0800040003000000
        """
    ) {
        route(102, [.init(labels: [200, 300], via: IPAddress("10.0.0.2"), device: 3)]) { $0.propagatesTTL = true }
            .addRequest().bytes
    },
    Capture(
        "ip -M route add 103 dev v0 proto static",
        """
        2c000000180005062474056b00000000 1c140000fe04000100000000
        0800010000067100 0800040003000000
        """
    ) {
        route(103, [.init(device: 3)]) { $0.origin = .static }.addRequest().bytes
    },
    Capture(
        "ip -M route add 104 nexthop as 400 via inet 10.0.0.2 dev v0 nexthop via inet6 fd00::2 dev w0",
        """
        64000000180005062474056b00000000 1c140000fe03000100000000
        0800010000068100
        400009001c0000000300000008001300001901000a00120002000a00000200002000000002000000160012000a00fd00
        00000000000000000000000000020000
        """
    ) {
        route(
            104,
            [.init(labels: [400], via: IPAddress("10.0.0.2"), device: 3), .init(via: IPAddress("fd00::2"), device: 2)]
        ).addRequest().bytes
    },
    Capture(
        "ip -M route add 104 nexthop as 400 via inet 10.0.0.2 dev v0 weight 3 nexthop dev w0",
        """
        4c000000180005062474056b00000000 1c140000fe03000100000000
        0800010000068100 280009001c0000020300000008001300001901000a00120002000a00000200000800000002000000
        """
    ) {
        route(104, [.init(labels: [400], via: IPAddress("10.0.0.2"), device: 3, weight: 3), .init(device: 2)])
            .addRequest().bytes
    },
    Capture(
        "ip -f mpls route replace 105 via inet 10.0.0.2 ttl-propagate disabled",
        """
        38000000180005052474056b00000000 1c140000fe03000100000000
        0800010000069100 0a00120002000a0000020000 05001a0000000000
        """
    ) {
        route(105, [.init(via: IPAddress("10.0.0.2"))]) { $0.propagatesTTL = false }.replaceRequest().bytes
    },
    Capture(
        "ip -M route change 105 via inet 10.0.0.2",
        """
        30000000180005012474056b00000000 1c140000fe03000100000000
        0800010000069100 0a00120002000a0000020000
        """
    ) {
        route(105, [.init(via: IPAddress("10.0.0.2"))]).changeRequest().bytes
    },
    Capture(
        "ip -M route del 100",
        """
        24000000190005002474056b00000000 1c140000fe00000100000000
        0800010000064100
        """
    ) {
        route(100, []).deleteRequest().bytes
    },
    Capture(
        "ip -M route show",
        """
        240000001a0001032474056b00000000 1c0000000000000000000000
        08000f00fe000000
        """
    ) {
        MPLSRoute.listRequest().dumpBytes
    },
    Capture(
        "ip -M route show dev v0",
        """
        2c0000001a0001032474056b00000000 1c0000000000000000000000
        08000f00fe000000 0800040003000000
        """
    ) {
        MPLSRoute.listRequest(device: 3).dumpBytes
    },
    Capture(
        "ip -M route get 100",
        """
        240000001a0001002474056b00000000 1c1400000000000000000000
        0800010000064100
        """
    ) {
        MPLSRoute.lookUpRequest(100).bytes
    },
]

private func route(
    _ label: UInt32, _ ways: [MPLSRoute.Way], _ change: (inout MPLSRoute) -> Void = { _ in }
) -> MPLSRoute {
    var route = MPLSRoute(label, ways: ways)
    change(&route)
    return route
}

@Suite struct MPLSRouteTests {
    /// RTA_MULTIPATH
    private static let nests: [UInt16: Message.Nesting] = [9: .nextHops]

    @Test(arguments: captures) func requestIsWhatIPSends(_ capture: Capture) throws {
        #expect(
            Message(try capture.request(), headerSize: 12, nests: Self.nests)
                == Message(capture.bytes, headerSize: 12, nests: Self.nests))
    }

    @Test(arguments: captures.filter { $0.command.contains("add") }) func requestReadsBack(_ capture: Capture) throws {
        let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
        let route = try #require(try MPLSRoute(decoding: payload))
        #expect(
            Message(route.addRequest().bytes, headerSize: 12, nests: Self.nests)
                == Message(capture.bytes, headerSize: 12, nests: Self.nests))
        // A route of another family to the readers of routes.
        #expect(try Route(decoding: payload) == nil)
    }

    @Test func otherFamiliesAreNone() throws {
        #expect(try MPLSRoute(decoding: [UInt8](hex: "02180000fe03000100000000").span.bytes) == nil)
    }

    @Test(arguments: ["1c14", "1c140000fe03000100000000", "1c140000fe03000100000000 0600010000060000"])
    func malformedReportsThrow(_ hex: String) {
        #expect(throws: MalformedReply.self) { try MPLSRoute(decoding: [UInt8](hex: hex).span.bytes) }
    }

    @Test func mutatedRoutesAreReadOrNot() {
        for capture in captures {
            mutate(Array(capture.bytes.dropFirst(16))) { bytes in
                guard let route = try? MPLSRoute(decoding: bytes) else { return }
                _ = route.addRequest().bytes
            }
        }
    }
}
