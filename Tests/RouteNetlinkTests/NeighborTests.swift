// SPDX-License-Identifier: Apache-2.0

import Addressing
import MessageMutation
import Netlink
import RouteNetlink
import Testing

/// The kernel's reports of neighbours that were set up with ip(8).
private func reports() throws -> [Report<Neighbor>] {
    func neighbor(
        _ address: String, _ state: NeighborState, _ change: (inout Neighbor) throws -> Void
    ) throws -> Neighbor {
        var neighbor = Neighbor(try IPAddress(parsing: address), index: 10, state: state)
        try change(&neighbor)
        return neighbor
    }
    return [
        // ip neigh add 10.0.0.9 dev v0 managed
        Report(
            """
            480000001c0002000100000051110000 020000000a00000001000001 080001000a000009 0800040004000000
            14000300c2170000520000005200000001000000 08000f0001000000
            """,
            try neighbor("10.0.0.9", .incomplete) {
                ($0.flags, $0.probes) = (.managed, 4)
                $0.usage = NeighborUsage(confirmed: 0x17c2, used: 82, updated: 82, references: 1)
            }),
        // ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev v0 nud stale router
        Report(
            """
            4c0000001c0002000100000051110000 020000000a00000004008001 080001000a000007 0a0002000200000000070000
            0800040000000000 14000300c2170000520000005200000000000000
            """,
            try neighbor("10.0.0.7", .stale) {
                ($0.flags, $0.probes) = (.router, 0)
                $0.linkLayerAddress = try LinkLayerAddress(parsing: "02:00:00:00:00:07")
                $0.usage = NeighborUsage(confirmed: 0x17c2, used: 82, updated: 82)
            }),
        // ip neigh add 2001:db8::5 lladdr 02:00:00:00:00:05 dev v0 router extern_learn protocol zebra
        Report(
            """
            600000001c00020001000000c9110000 0a0000000a00000080009001 1400010020010db8000000000000000000000005
            0a0002000200000000050000 0800040000000000 1400030092000000920000009200000000000000 05000c000b000000
            """,
            try neighbor("2001:db8::5", .permanent) {
                ($0.flags, $0.probes) = ([.router, .externallyLearned], 0)
                $0.linkLayerAddress = try LinkLayerAddress(parsing: "02:00:00:00:00:05")
                ($0.usage, $0.origin) = (
                    NeighborUsage(confirmed: 146, used: 146, updated: 146), RouteProtocol(rawValue: 11)
                )
            }),
        // ip neigh add proxy 10.0.0.12 dev v0 protocol static
        Report(
            "2c0000001c000200010000001b1f0000 020000000a00000000000801 080001000a00000c 05000c0004000000",
            try neighbor("10.0.0.12", []) { ($0.flags, $0.origin) = (.proxy, .static) }),
    ]
}

@Suite struct NeighborTests {
    @Test(arguments: neighborCaptures) func requestIsWhatIPSends(_ capture: Capture) throws {
        #expect(Message(try capture.request(), headerSize: 12) == Message(capture.bytes, headerSize: 12))
    }

    @Test(arguments: neighborCaptures.filter { $0.command.hasPrefix("ip neigh add") })
    func requestReadsBack(_ capture: Capture) throws {
        let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
        let neighbor = try #require(try Neighbor(decoding: payload))
        #expect(Message(neighbor.addRequest().bytes, headerSize: 12) == Message(capture.bytes, headerSize: 12))
    }

    @Test func kernelReports() throws {
        for report in try reports() {
            #expect(try report.withPayload { try Neighbor(decoding: $0) } == report.value)
        }
    }

    @Test func operationsNameTheirObjects() throws {
        var neighbor = Neighbor(try IPAddress(parsing: "10.0.0.9"), index: 3)
        #expect(neighbor.addRequest(device: "v0").operation == "add neighbour '10.0.0.9' on 'v0'")
        neighbor.flags = .proxy
        #expect(neighbor.deleteRequest().operation == "delete proxy '10.0.0.9'")
    }

    @Test func otherFamiliesAreNoNeighbors() throws {
        // AF_BRIDGE
        let message = [UInt8](hex: "070000000a00000080000001 0a0002000200000000070000")
        #expect(try Neighbor(decoding: message.span.bytes) == nil)
    }

    @Test func emptyLinkLayerAddressIsNone() throws {
        let message = [UInt8](hex: "020000000a00000040000001 080001000a000007 04000200")
        #expect(try Neighbor(decoding: message.span.bytes)?.linkLayerAddress == nil)
    }

    @Test func stateNames() {
        #expect(NeighborState([.stale]).names == ["STALE"])
        #expect(NeighborState([]).names == [])
    }

    @Test(arguments: [
        "02", "020000000a00000080000001", "020000000a00000080000001 1400010020010db8000000000000000000000000",
        "020000000a00000080000001 080001000a000001 060003000000",
    ])
    func malformedReportsThrow(_ hex: String) {
        #expect(throws: MalformedReply.self) { try Neighbor(decoding: [UInt8](hex: hex).span.bytes) }
    }

    @Test func mutatedReportsThrowOrParse() throws {
        for report in try reports() {
            mutate(Array(report.bytes.dropFirst(16))) { bytes in
                guard let neighbor = try? Neighbor(decoding: bytes) else { return }
                _ = neighbor.addRequest().bytes
            }
        }
    }
}
