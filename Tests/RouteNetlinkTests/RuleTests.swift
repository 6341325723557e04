// SPDX-License-Identifier: Apache-2.0

import Addressing
import MessageMutation
import Netlink
import RouteNetlink
import Testing

/// The kernel's reports of rules that were set up with ip(8).
private func reports() throws -> [Report<Rule>] {
    func rule(_ family: AddressFamily = .ipv4, _ change: (inout Rule) throws -> Void) throws -> Rule {
        var rule = Rule(family)
        try change(&rule)
        return rule
    }
    return [
        // The kernel's own: FRA_PRIORITY is not there where it is 0.
        Report(
            """
            3400000020000200010000006b100000 02000000ff00000100000000 08000f00ff000000 08000e00ffffffff
            0500150002000000
            """,
            try rule { ($0.table, $0.origin, $0.priority) = (.local, .kernel, 0) }),
        // ip rule add not from 10.0.0.0/8 fwmark 0x10/0xff uidrange 100-200 ipproto tcp sport 1000-2000 dport 80
        //     table 1000 suppress_prefixlength 0 realms 3/4 protocol static priority 9
        Report(
            """
            8800000020000200010000006b100000 02000800fc00000102000000 08000f00e8030000 08000e0000000000
            0500150004000000 0800060009000000 08000a0010000000 08001000ff000000 0c00140064000000c8000000
            08001700e803d007 0800180050005000 06001d00ffff0000 0500160006000000 080002000a000000 08000b0004000300
            """,
            try rule {
                ($0.isInverted, $0.source, $0.mark, $0.markMask) = (true, try prefix("10.0.0.0/8"), 0x10, 0xff)
                ($0.users, $0.ipProtocol, $0.sourcePorts, $0.destinationPorts) = (100...200, 6, 1000...2000, 80...80)
                ($0.table, $0.suppressedPrefixLength, $0.realms) = (RouteTable(rawValue: 1000), 0, 3 << 16 | 4)
                ($0.origin, $0.priority) = (.static, 9)
            }),
        // ip -6 rule add to 2001:db8::/32 l3mdev tun_id 7 priority 9
        Report(
            """
            6400000020000200010000006b100000 0a2000000000000100000000 08000f0000000000 08000e00ffffffff
            0500150000000000 0800060009000000 0c000c000000000000000007 0500130001000000
            1400010020010db8000000000000000000000000
            """,
            try rule(.ipv6) {
                ($0.destination, $0.usesDeviceTable, $0.tunnelID) = (try prefix("2001:db8::/32"), true, 7)
                ($0.table, $0.origin, $0.priority) = (.unspecified, .unspecified, 9)
            }),
    ]
}

private func prefix(_ text: String) throws -> IPPrefix { try IPPrefix(parsing: text) }

@Suite struct RuleTests {
    @Test(arguments: ruleCaptures) func requestIsWhatIPSends(_ capture: Capture) throws {
        #expect(Message(try capture.request(), headerSize: 12) == Message(capture.bytes, headerSize: 12))
    }

    @Test(arguments: ruleCaptures.filter { $0.command.contains("rule add") })
    func requestReadsBack(_ capture: Capture) throws {
        let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
        var rule = try #require(try Rule(decoding: payload))
        // Nothing in a request says that the kernel is to choose it.
        if rule.priority == 0 { rule.priority = nil }
        #expect(Message(rule.addRequest().bytes, headerSize: 12) == Message(capture.bytes, headerSize: 12))
    }

    @Test func kernelReports() throws {
        for report in try reports() {
            #expect(try report.withPayload { try Rule(decoding: $0) } == report.value)
        }
    }

    @Test func whatTheKernelSaysOfTargetsAndDevices() throws {
        // ip rule add priority 10 goto 500
        let jump = [UInt8](hex: "020000000000000204000000 080006000a000000 08000400f4010000")
        let rule = try #require(try Rule(decoding: jump.span.bytes))
        #expect(rule.action == .goto && rule.target == 500 && rule.isUnresolved)
        // ip rule add priority 11 iif nosuch prohibit
        let detached = [UInt8](hex: "020000000000000808000000 0b0003006e6f737563680000 080006000b000000")
        let other = try #require(try Rule(decoding: detached.span.bytes))
        #expect(other.isInputDetached && !other.isOutputDetached && other.inputInterface == InterfaceName("nosuch"))
    }

    @Test func dscpIsOfTheKernelsNumber() throws {
        // What Linux 6.18 reports of a rule with FRA_DSCP 10.
        let message = [UInt8](hex: "020000006400000100000000 08000600fd7f0000 050019000a000000 05001e003f000000")
        let rule = try #require(try Rule(decoding: message.span.bytes))
        #expect(rule.dscp == 10)
        #expect(try Rule(decoding: rule.addRequest().bytes.span.bytes.extracting(droppingFirst: 16))?.dscp == 10)
    }

    @Test func masksAreOfTheKernelsNumbers() throws {
        var rule = Rule(.ipv6, lookup: RouteTable(rawValue: 100))
        (rule.dscp, rule.dscpMask) = (10, 0x0f)
        (rule.flowLabel, rule.flowLabelMask) = (0x11, 0xff)
        (rule.sourcePorts, rule.sourcePortMask) = (80...80, 0xfff0)
        (rule.destinationPorts, rule.destinationPortMask) = (53...53, 0xff)
        let message = [UInt8](
            hex: """
                5c00000020000106 0000000000000000 0a0000006400000100000000 050019000a000000 05001e000f000000
                08001a0000000011 08001b00000000ff 0800170050005000 0800180035003500 06001c00f0ff0000 06001d00ff000000
                """)
        #expect(Message(rule.addRequest().bytes, headerSize: 12) == Message(message, headerSize: 12))
        var read = try #require(try Rule(decoding: message.span.bytes.extracting(droppingFirst: 16)))
        read.priority = nil
        #expect(read == rule)
        // A label's mask is sent whole where none is given, as the kernel takes both or none; and read as none.
        rule.flowLabelMask = nil
        read = try #require(try Rule(decoding: rule.addRequest().bytes.span.bytes.extracting(droppingFirst: 16)))
        #expect(read.flowLabel == 0x11 && read.flowLabelMask == nil)
    }

    @Test func operationsNameTheirObjects() throws {
        var rule = Rule(.ipv4)
        rule.source = try prefix("10.0.0.0/8")
        #expect(rule.addRequest().operation == "add rule from '10.0.0.0/8'")
        rule.priority = 7
        #expect(rule.deleteRequest().operation == "delete rule of priority '7' from '10.0.0.0/8'")
        #expect(Rule(.ipv6).addRequest().operation == "add IPv6 rule")
    }

    @Test func otherFamiliesAreNoRules() throws {
        // RTNL_FAMILY_IPMR
        #expect(try Rule(decoding: ([128] + [UInt8](repeating: 0, count: 11)).span.bytes) == nil)
    }

    @Test(arguments: [
        "02", "022100000000000100000000 080001000a000000", "020021000000000100000000",
        "020000000000000100000000 1400020020010db8000000000000000000000000",
        // Ranges whose end comes first, or that are cut short.
        "020000000000000100000000 0c001400c800000064000000", "020000000000000100000000 060017000100",
    ])
    func malformedReportsThrow(_ hex: String) {
        #expect(throws: MalformedReply.self) { try Rule(decoding: [UInt8](hex: hex).span.bytes) }
    }

    @Test func mutatedReportsThrowOrParse() throws {
        for report in try reports() {
            mutate(Array(report.bytes.dropFirst(16))) { bytes in
                guard let rule = try? Rule(decoding: bytes) else { return }
                _ = rule.deleteRequest().bytes
            }
        }
    }
}
