// SPDX-License-Identifier: Apache-2.0

import MessageMutation
import Netlink
@testable import RouteNetlink
import Testing

/// What ip(8) 6.1 sends for the parts of resilient groups, and our request for the same. Device 3 is v0.
private let captures: [Capture] = [
    Capture(
        "ip nexthop bucket list",
        """
        18000000760001032474056b00000000 0000000000000000
        """
    ) {
        NextHopBucketFilter().request().dumpBytes
    },
    Capture(
        "ip nexthop bucket list id 10 dev v0",
        """
        28000000760001032474056b00000000 0000000000000000
        0800050003000000 080001000a000000
        """
    ) {
        NextHopBucketFilter(group: 10, device: 3).request().dumpBytes
    },
    Capture(
        "ip nexthop bucket list nhid 1",
        """
        24000000760001032474056b00000000 0000000000000000
        0c000d800800030001000000
        """
    ) {
        NextHopBucketFilter(nextHopID: 1).request().dumpBytes
    },
    Capture(
        "ip nexthop bucket list master v0",
        """
        20000000760001032474056b00000000 0000000000000000
        08000a0003000000
        """
    ) {
        NextHopBucketFilter(master: 3).request().dumpBytes
    },
    Capture(
        "ip nexthop bucket get id 10 index 1",
        """
        2c000000760001002474056b00000000 0000000000000000
        080001000a000000 0c000d800600010001000000
        """
    ) {
        NextHopBucket.lookUpRequest(group: 10, index: 1).bytes
    },
]

@Suite struct NextHopBucketTests {
    /// NHA_RES_BUCKET
    private static let nests: [UInt16: Message.Nesting] = [13: .attributes]

    /// What Linux 6.18 says of a part that has had no traffic for 1.5 seconds.
    private static let report = Report(
        """
        3c0000007400020001000000016b0000 0000000000000000 080001000a000000
        20000d80 0600010003000000 0c00020096000000000000000800030002000000
        """,
        NextHopBucket(group: 10, index: 3, nextHopID: 2, idleTime: 150))

    @Test(arguments: captures) func requestIsWhatIPSends(_ capture: Capture) throws {
        #expect(
            Message(try capture.request(), headerSize: 8, nests: Self.nests)
                == Message(capture.bytes, headerSize: 8, nests: Self.nests))
    }

    @Test func kernelReport() throws {
        #expect(try Self.report.withPayload { try NextHopBucket(decoding: $0) } == Self.report.value)
        mutate(Array(Self.report.bytes.dropFirst(16))) { _ = try? NextHopBucket(decoding: $0) }
    }

    @Test(arguments: ["", "00000000", "0000000000000000", "0000000000000000 080001000a000000"])
    func malformedReportsThrow(_ hex: String) {
        #expect(throws: MalformedReply.self) { try NextHopBucket(decoding: [UInt8](hex: hex).span.bytes) }
    }
}
