// SPDX-License-Identifier: Apache-2.0

import Addressing
import MessageMutation
import Netlink
import RouteNetlink
import Testing

/// `IFLA_AF_SPEC`, and inside it nothing but payloads.
private let vlanNests: [UInt16: Message.Nesting] = [26: .attributes]

@Suite struct ForwardingTests {
    /// What the kernel reports of `bridge fdb add 02:00:00:00:00:0b dev w0 master static`.
    private static let report = """
        4c0000001c00020001000000bd430000 070000000b00000040000000 0a00020002000000000b0000 080009000c000000
        08000f0000000000 1400030000000000380000003800000000000000
        """

    @Test(arguments: forwardingCaptures) func requestIsWhatBridgeSends(_ capture: Capture) throws {
        #expect(Message(try capture.request(), headerSize: 12) == Message(capture.bytes, headerSize: 12))
    }

    @Test(arguments: forwardingCaptures.filter { $0.command.hasPrefix("bridge fdb add") })
    func requestReadsBack(_ capture: Capture) throws {
        let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
        let entry = try #require(try ForwardingEntry(decoding: payload))
        #expect(Message(entry.addRequest().bytes, headerSize: 12) == Message(capture.bytes, headerSize: 12))
    }

    @Test func kernelReport() throws {
        let payload = [UInt8](hex: Self.report).span.bytes.extracting(droppingFirst: 16)
        let entry = try #require(try ForwardingEntry(decoding: payload))
        #expect(entry.address.description == "02:00:00:00:00:0b" && entry.index == 11 && entry.master == 12)
        #expect(entry.state == .noARP && entry.flags == [])
        #expect(entry.usage == NeighborUsage(used: 56, updated: 56))
    }

    @Test func operationsNameTheirObjects() throws {
        let entry = ForwardingEntry(try LinkLayerAddress(parsing: "02:00:00:00:00:0b"), index: 3)
        #expect(entry.addRequest(device: "v0").operation == "add forwarding entry '02:00:00:00:00:0b' on 'v0'")
    }

    @Test func mutatedReportsThrowOrParse() {
        mutate(Array([UInt8](hex: Self.report).dropFirst(16))) { bytes in
            guard let entry = try? ForwardingEntry(decoding: bytes) else { return }
            _ = entry.addRequest().bytes
        }
    }
}

@Suite struct PortVLANTests {
    /// What a kernel with VLAN filtering reports of a port with VLANs 1, 10-20, 30, 40-41, and tunnels for 10 and 20-22.
    private static let report = """
        070001000b0000004310010000000000 070003007730000008000a000c000000
        88001a00 0800020006000100 0800020008000a00 0800020010001400 0800020004001e00 080002000c002800 0800020014002900
        1c00030008000100e8030000060002000a0000000600030000000000
        1c00030008000100d0070000060002001400000006000300 08000000
        1c00030008000100d207000006000200160000000600030010000000
        """

    @Test(arguments: vlanCaptures) func requestIsWhatBridgeSends(_ capture: Capture) throws {
        #expect(
            Message(try capture.request(), headerSize: 16, nests: vlanNests)
                == Message(capture.bytes, headerSize: 16, nests: vlanNests))
    }

    @Test func kernelReport() throws {
        let port = try #require(try PortVLANs(decoding: [UInt8](hex: Self.report).span.bytes))
        #expect(port.index == 11)
        #expect(
            port.vlans == [
                PortVLAN(1...1, isPVID: true, isUntagged: true), PortVLAN(10...20), PortVLAN(30...30, isUntagged: true),
                PortVLAN(40...41, isUntagged: true),
            ])
        #expect(
            port.tunnels == [VLANTunnel(10...10, tunnelIDs: 1000...1000), VLANTunnel(20...22, tunnelIDs: 2000...2002)])
    }

    @Test func operationsNameTheirObjects() {
        let change = VLANChange(.vlan(PortVLAN(10...20)), index: 3)
        #expect(change.addRequest(device: "v0").operation == "add VLANs '10-20' to 'v0'")
        #expect(change.deleteRequest(device: "v0").operation == "delete VLANs '10-20' from 'v0'")
        let tunnel = VLANChange(.tunnel(VLANTunnel(10...10, tunnelIDs: 5...5)), index: 3)
        #expect(tunnel.addRequest(device: "v0").operation == "add the tunnel of VLAN '10' to 'v0'")
    }

    @Test func rangesThatEndBeforeTheyBeginThrow() {
        let message = [UInt8](hex: "070001000b0000004310010000000000 14001a00 0800020008001400 0800020010000a00")
        #expect(throws: MalformedReply.self) { try PortVLANs(decoding: message.span.bytes) }
    }

    @Test func mutatedReportsThrowOrParse() {
        mutate([UInt8](hex: Self.report)) { _ = try? PortVLANs(decoding: $0) }
    }
}

@Suite struct MulticastEntryTests {
    /// What the kernel reports of a bridge with `grp 239.1.1.2 permanent`, `grp 239.1.1.1`, and a router port.
    private static let report = """
        000000000c000000 6c000100
        34000100 30000100 0b00000001000000ef010102000000000000000000000000080000000800010000000000 0500050004000000
        34000100 30000100 0b00000000000000ef0101010000000000000000000000000800000008000100d3640000 0500050004000000
        2c000200 28000100 0b000000 0800010000000000 0500020002000000 0800030000000000 0800040000000000
        """

    @Test func kernelReport() throws {
        var database = MulticastDatabase()
        try database.add(decoding: [UInt8](hex: Self.report).span.bytes)
        var (first, second) = (
            MulticastEntry(.address(try IPAddress(parsing: "239.1.1.2")), port: 11, of: 12),
            MulticastEntry(.address(try IPAddress(parsing: "239.1.1.1")), port: 11, of: 12)
        )
        (first.isPermanent, first.timer, first.origin) = (true, 0, .static)
        (second.timer, second.origin) = (25811, .static)
        #expect(database.entries == [first, second])
        let router = try #require(database.routerPorts.first)
        #expect(router.bridge == 12 && router.port == 11 && router.timer == 0 && router.type == 2)
    }

    @Test(arguments: multicastCaptures) func requestIsWhatBridgeSends(_ capture: Capture) throws {
        #expect(Message(try capture.request(), headerSize: 8) == Message(capture.bytes, headerSize: 8))
    }

    @Test func operationsNameTheirObjects() throws {
        let entry = MulticastEntry(.address(try IPAddress(parsing: "239.1.1.1")), port: 3, of: 4)
        #expect(entry.addRequest(device: "v0").operation == "add multicast group '239.1.1.1' on 'v0'")
    }

    @Test func mutatedReportsThrowOrParse() {
        mutate([UInt8](hex: Self.report)) { bytes in
            var database = MulticastDatabase()
            try? database.add(decoding: bytes)
        }
    }
}

@Suite struct NextHopObjectTests {
    private static let nests: [UInt16: Message.Nesting] = [8: .attributes, 12: .attributes]

    @Test(arguments: nextHopCaptures) func requestIsWhatIPSends(_ capture: Capture) throws {
        #expect(
            Message(try capture.request(), headerSize: 8, nests: Self.nests)
                == Message(capture.bytes, headerSize: 8, nests: Self.nests))
    }

    @Test(arguments: nextHopCaptures.filter { $0.command.contains("nexthop add") })
    func requestReadsBack(_ capture: Capture) throws {
        let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
        let again = try NextHopObject(decoding: payload).addRequest().bytes
        #expect(
            Message(again, headerSize: 8, nests: Self.nests) == Message(capture.bytes, headerSize: 8, nests: Self.nests)
        )
    }

    @Test func operationsNameTheirObjects() throws {
        let hop = NextHopObject(id: 1, .ipv4, via: IPAddress("10.0.0.2"), device: 3)
        #expect(hop.addRequest(device: "v0").operation == "add next hop '1' via '10.0.0.2' on 'v0'")
        let group = NextHopObject(id: 0, group: [NextHopObject.Member(id: 1)])
        #expect(group.replaceRequest().operation == "replace next-hop group")
    }

    @Test func weightsHaveSixteenBits() throws {
        let hop = NextHopObject(id: 1, group: [NextHopObject.Member(id: 2, weight: 1000)])
        let payload = hop.addRequest().bytes.span.bytes.extracting(droppingFirst: 16)
        #expect(try NextHopObject(decoding: payload).members == hop.members)
    }

    @Test func mutatedReportsThrowOrParse() throws {
        for capture in nextHopCaptures {
            mutate(Array(capture.bytes.dropFirst(16))) { bytes in
                guard let hop = try? NextHopObject(decoding: bytes) else { return }
                _ = hop.addRequest().bytes
            }
        }
    }
}
