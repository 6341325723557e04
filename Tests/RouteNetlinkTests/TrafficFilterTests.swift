// SPDX-License-Identifier: Apache-2.0

import KernelGates
import LinuxSystem
import MessageMutation
import Netlink
import RouteNetlink
import SystemPackage
import Testing

/// Whether this process may make network namespaces.
private let canMakeNamespaces = (try? makeNetworkNamespace().rawValue) != nil

@Suite("Filters")
struct TrafficFilterTests {
    private static let place = TrafficFilterPlace(index: 3, parent: TrafficHandle(0xffff), priority: 1)

    private static func add(_ classifier: any TrafficClassifier) -> [UInt8] {
        TrafficFilterSpec(place, classifier).addRequest(displayName: "v0").bytes
    }

    /// Of tc of iproute2 6.1, for the device 3; the other one is 4.
    private static let captures: [Capture] = [
        Capture(
            "tc filter add dev v0 parent ffff: protocol all prio 1 u32 match u32 0 0 action mirred egress redirect dev x",
            """
            8c0000002c0005060000000000000000 0000000003000000 00000000 0000ffff 00030100 0800010075333200 60000200
            38000700 34000100 0b0001006d69727265640000 24000280 20000200
            00000000000000000400000000000000000000000100000004000000
            24000500 01000100000000000000000000000000 00000000000000000000000000000000
            """
        ) { add(U32Classifier([.any], [MirroredAction(.redirectToEgress, index: 4)])) },
        Capture(
            "tc filter add dev v0 parent ffff: protocol all prio 1 matchall action mirred egress redirect dev x",
            """
            700000002c0005060000000000000000 0000000003000000 00000000 0000ffff 00030100
            0d0001006d61746368616c6c00000000 3c000200
            38000200 34000100 0b0001006d69727265640000 24000280 20000200
            00000000000000000400000000000000000000000100000004000000
            """
        ) { add(MatchAllClassifier([MirroredAction(.redirectToEgress, index: 4)])) },
        Capture(
            "tc filter add dev v0 ingress protocol ip prio 3 handle 5 matchall action mirred ingress mirror dev x",
            """
            700000002c0005060000000000000000 0000000003000000 05000000 f2ffffff 08000300
            0d0001006d61746368616c6c00000000 3c000200
            38000200 34000100 0b0001006d69727265640000 24000280 20000200
            00000000000000000300000000000000000000000400000002000000
            """
        ) {
            var spec = TrafficFilterSpec(
                TrafficFilterPlace(
                    index: 3, parent: TrafficHandle(0xffff, 0xfff2), priority: 3, protocolNumber: 0x0800),
                MatchAllClassifier([MirroredAction(.mirrorToIngress, index: 2)]))
            spec.handle = 5
            return spec.addRequest(displayName: "v0").bytes
        },
        Capture(
            "tc filter del dev v0 parent ffff: protocol all prio 1",
            "240000002d0005000000000000000000 0000000003000000 00000000 0000ffff 00030100"
        ) { place.deleteRequest(displayName: "v0").bytes },
    ]

    @Test("requests are those of tc", arguments: captures)
    func requests(_ capture: Capture) throws {
        let ours = Message(try capture.request(), headerSize: 20)
        #expect(ours == Message(capture.bytes, headerSize: 20))
    }

    @Test("words that a packet must hold travel in network order")
    func keys() {
        // tc filter add … u32 match ip dst 10.0.0.0/8: at 16, 10.0.0.0 under 255.0.0.0.
        let bytes = Self.add(U32Classifier([U32Classifier.Key(mask: 0xff00_0000, value: 0x0a00_0000, offset: 16)], []))
        #expect(Array(bytes.suffix(16)) == [0xff, 0, 0, 0, 10, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0])
    }

    /// What a kernel 6.18 sends for the first of the captures: the head of the priority, the table, and the filter.
    private static let dump: [[UInt8]] = [
        Array(
            hex: """
                340000002c00020007000000652e0000 00000000030000000000000000 00ffff00030100 0800010075333200
                08000b0000000000
                """),
        Array(
            hex: """
                400000002c00020007000000652e0000 00000000030000000000008000 00ffff00030100 0800010075333200
                08000b0000000000 0c0002000800040001000000
                """),
        Array(
            hex: """
                140100002c00020007000000652e0000 0000000003000000000800800000ffff00030100 0800010075333200
                08000b0000000000 e0000200 24000500 01000100000000000000000000000000 00000000000000000000000000000000
                0800020000000080 08000b0008000000 a8000700 a4000100 0b0001006d69727265640000
                44000400 1400010000000000000000000000000000000000 1400070000000000000000000000000000000000
                180003000000000000000000000000000000000000000000 08000a0000000000
                48000200 20000200 01000000000000000400000001000000010000000100000004000000
                2400010094000000000000009400000000000000 00000000000000000000000000000000
                """),
    ]

    @Test("the kernel's dump is understood")
    func dumps() throws {
        let filters = try Self.dump.map {
            try TrafficFilter(decoding: $0.span.bytes.extracting(droppingFirst: 16))
        }
        #expect(filters.allSatisfy { $0.place == Self.place && $0.kind == "u32" && $0.chain == 0 })
        #expect(filters.map(\.handle) == [0, 0x8000_0000, 0x8000_0800])
        #expect(filters.map(\.mirrorings) == [[], [], [MirroredAction(.redirectToEgress, index: 4)]])
        #expect(filters[0].options == nil && filters[1].options?.divisor == 1)
        let options = try #require(filters[2].options)
        #expect(options.table == 0x8000_0000 && options.selector?.keys == [.any])
        #expect(options.selector?.isTerminal == true && options.hardware == .isNotInHardware)
        let common = try #require(options.actions.first?.common)
        #expect(common.verdict == .stolen && common.verdict.chain == nil && common.bindings == 1)
        #expect(TrafficVerdict(rawValue: 0x2000_0007).chain == 7)
        let bytes = Self.add(MatchAllClassifier([MirroredAction(.mirrorToIngress, index: 2)]))
        let read = try TrafficFilter(decoding: bytes.span.bytes.extracting(droppingFirst: 16))
        #expect(read.kind == "matchall" && read.mirrorings == [MirroredAction(.mirrorToIngress, index: 2)])
    }

    @Test("damaged messages throw or parse")
    func mutations() {
        for bytes in Self.dump { mutate(Array(bytes.dropFirst(16))) { _ = try? TrafficFilter(decoding: $0) } }
    }

    @Test(
        "a kernel takes a filter, shows it and takes it away",
        .enabled(if: canMakeNamespaces, "network namespaces cannot be made here: run scripts/test"),
        .enabled(if: kernelRedirectsIngress, "this kernel has no filter that redirects"))
    func kernel() throws {
        var socket = try RouteSocket.open(in: try makeNetworkNamespace())
        var ingress = QueueingDisciplineSpec(index: 1, parent: .ingress, handle: TrafficHandle(0xffff))
        ingress.kindName = "ingress"
        try socket.addQueueingDiscipline(ingress, displayName: "lo")
        let place = TrafficFilterPlace(index: 1, parent: TrafficHandle(0xffff), priority: 7)
        let action = MirroredAction(.redirectToEgress, index: 1)
        do throws(NetlinkError) {
            try socket.addTrafficFilter(TrafficFilterSpec(place, MatchAllClassifier([action])), displayName: "lo")
        } catch {
            #expect(error.errno == .noSuchFileOrDirectory)
            try socket.addTrafficFilter(TrafficFilterSpec(place, U32Classifier([.any], [action])), displayName: "lo")
        }
        let shown = try socket.trafficFilters(index: 1, parent: TrafficHandle(0xffff))
        #expect(shown.allSatisfy { $0.place == place })
        #expect(shown.flatMap(\.mirrorings) == [action])
        try socket.deleteTrafficFilters(at: place, displayName: "lo")
        #expect(try socket.trafficFilters(index: 1, parent: TrafficHandle(0xffff)) == [])
        #expect(throws: NetlinkError.self) { try socket.deleteTrafficFilters(at: place, displayName: "lo") }
    }
}
