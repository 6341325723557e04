// SPDX-License-Identifier: Apache-2.0

import MessageMutation
import Netlink
import RouteNetlink
import Testing

@Suite struct VLANDatabaseTests {
    /// A nest in a message of VLANs, in which there are payloads only.
    private static let nests: [UInt16: Message.Nesting] = [1: .attributes, 2: .attributes]

    /// What Linux 6.1 reports, asked for statistics, of a port with 1 untagged, with 21 listening and behind it a router.
    private static let statistics = """
        0700000002000000
        500001800800010004000100050003000300000005000600010000003400058 0
        0c00010000000000000000000c00020000000000000000000c00030050000000000000000c0004000200000000000000
        5000018008000100000015000500030001000000050006000200000034000580
        0c00010000000000000000000c00020000000000000000000c00030000000000000000000c0004000000000000000000
        """

    /// The same of a bridge's VLAN 20 with a querier and 21 with a router behind port 2.
    private static let global = """
        0700000006000000
        8c0002800600010014000000050003000100000005000400030000000800060003000000080007000200000005000f00010000000c000800
        96000000000000000c000a0090650000000000000c000b009c630000000000000c000c00d4300000000000000c000d00e8030000000000000c00
        0e00340c00000000000005000500010000000600120000000000
        """

    @Test(arguments: vlanOptionCaptures) func requestIsWhatBridgeSends(_ capture: Capture) throws {
        // In a dump's request the number of a nest is that of the flags.
        let nests = capture.command.hasSuffix("show") || capture.command.contains("show vid") ? [:] : Self.nests
        #expect(
            Message(try capture.request(), headerSize: 8, nests: nests)
                == Message(capture.bytes, headerSize: 8, nests: nests))
    }

    @Test(arguments: forwardingQueryCaptures) func forwardingRequestIsWhatBridgeSends(_ capture: Capture) throws {
        #expect(Message(try capture.request(), headerSize: 12) == Message(capture.bytes, headerSize: 12))
    }

    @Test func statisticsOfPorts() throws {
        let port = try PortVLANs(decodingDatabase: [UInt8](hex: Self.statistics).span.bytes)
        var (first, second) = (PortVLAN(1...1, isUntagged: true), PortVLAN(21...21))
        var statistics = VLANStatistics()
        (statistics.sentBytes, statistics.sentPackets) = (80, 2)
        (first.state, first.multicastRouter, first.statistics) = (.forwarding, .automatic, statistics)
        (second.state, second.multicastRouter, second.statistics) = (.listening, .permanent, VLANStatistics())
        #expect(port.index == 2 && port.vlans == [first, second])
    }

    @Test func rangesOfPorts() throws {
        // 22-23 of w0 in a dump without statistics.
        let range = "0700000002000000 240001800800010000001600060002001700000005000300030000000500060001000000"
        let port = try PortVLANs(decodingDatabase: [UInt8](hex: range).span.bytes)
        #expect(port.vlans.map(\.ids) == [22...23] && port.vlans.first?.statistics == nil)
        let backwards = "0700000002000000 14000180080001000000170006000200160000"
        #expect(throws: MalformedReply.self) {
            try PortVLANs(decodingDatabase: [UInt8](hex: backwards + "00").span.bytes)
        }
    }

    @Test func optionsOfBridges() throws {
        let vlan = try #require(try GlobalVLANOptions.decode([UInt8](hex: Self.global).span.bytes).first)
        #expect(vlan.index == 6 && vlan.ids == 20...20 && vlan.snooping == 1 && vlan.querier == 1)
        #expect(vlan.igmpVersion == 3 && vlan.mldVersion == 1 && vlan.lastMemberCount == 3)
        #expect(vlan.lastMemberInterval == 150 && vlan.membershipInterval == 26000 && vlan.routerPorts == [])
        #expect(vlan.startupQueryInterval == 3124 && vlan.queryResponseInterval == 1000)
    }

    @Test(arguments: vlanOptionCaptures.filter { $0.command.contains("global set") })
    func globalRequestReadsBack(_ capture: Capture) throws {
        let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
        let again = try #require(try GlobalVLANOptions.decode(payload).first).request().bytes
        #expect(
            Message(again, headerSize: 8, nests: Self.nests) == Message(capture.bytes, headerSize: 8, nests: Self.nests)
        )
    }

    @Test func operationsNameTheirObjects() throws {
        #expect(VLANOptionChange(5...5, index: 3).request(device: "v0").operation == "set options of VLAN '5' on 'v0'")
        #expect(
            GlobalVLANOptions(5...7, index: 3).request(device: "br0").operation
                == "set global options of VLANs '5-7' on 'br0'")
        #expect(ForwardingDeletion(index: 3).request(device: "br0").operation == "flush forwarding entries of 'br0'")
    }

    @Test func mutatedReportsThrowOrParse() {
        mutate([UInt8](hex: Self.statistics)) { _ = try? PortVLANs(decodingDatabase: $0) }
        mutate([UInt8](hex: Self.global)) { bytes in
            for vlan in (try? GlobalVLANOptions.decode(bytes)) ?? [] { _ = vlan.request().bytes }
        }
    }
}
