// SPDX-License-Identifier: Apache-2.0

import Testing

/// The parts of resilient groups, beside what ip(8) shows of the same.
@Suite(.enabled(if: Sandbox.isAvailable))
struct NextHopBucketListingTests {
    private func box() throws -> Sandbox {
        let box = try Sandbox()
        try box.shell(
            """
            ip link add v0 type veth peer name w0
            ip link set v0 up
            ip link set w0 up
            ip addr add 10.0.0.1/24 dev v0
            netns nexthop add id 1 via 10.0.0.2 dev v0
            netns nexthop add id 2 via 10.0.0.3 dev v0
            netns nexthop add id 10 group 1/2,3 type resilient buckets 8 idle_timer 60 unbalanced_timer 120
            netns nexthop add id 11 group 1 type resilient buckets 4
            """)
        return box
    }

    @Test("text and JSON are those of ip, but for how long a part has been idle")
    func listings() throws {
        let box = try box()
        for line in ["list", "list id 10", "list nhid 1", "list dev v0", "get id 10 index 3"] {
            let text = #/idle_time [0-9.]+/#
            let expected = try box.shell("ip nexthop bucket \(line)").output
            #expect(
                try box.netns("nexthop bucket \(line)").output.replacing(text, with: "")
                    == expected.replacing(text, with: ""), "netns nexthop bucket \(line)")
            let json = #/"idle_time":[0-9.]+/#
            let objects = try box.shell("ip -j -d nexthop bucket \(line)").output.trimmed
            #expect(
                try box.netns("nexthop bucket \(line) --json").output.trimmed.replacing(json, with: "")
                    == objects.replacing(json, with: ""), "netns nexthop bucket \(line) --json")
        }
        #expect(try box.netns("nexthop bucket").output.split(separator: "\n").count == 12)
    }

    @Test("a bad word is refused on one line that says what is wrong")
    func refusals() throws {
        let box = try Sandbox()
        try box.expect([
            Refusal("nexthop bucket get id 10", 2, "the index is missing: 'index NUMBER'"),
            Refusal("nexthop bucket get index 10", 2, "the id is missing: 'id ID'"),
            Refusal("nexthop bucket list nhi 10", 2, "did you mean 'nhid'?"),
            Refusal("nexthop bucket get id 10 index 8", 1, "cannot get bucket '8' of next-hop group '10'"),
            Refusal("nexthop bucket list id 77", 1, "cannot list buckets of next-hop groups"),
            Refusal("nexthop bucket list dev nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
        ])
    }
}

extension String {
    fileprivate var trimmed: String { filter { $0 != "\n" } }
}
