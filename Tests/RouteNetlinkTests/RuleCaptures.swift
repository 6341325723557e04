// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// What ip(8) 6.1 sends for a command line, and our request for the same.
let ruleCaptures: [Capture] = [
    Capture(
        "ip rule add from 10.0.0.0/8 table 100",
        "2400000020000506bd45056b00000000 020008006400000100000000 080002000a000000"
    ) {
        try rule { ($0.source, $0.table) = (try IPPrefix(parsing: "10.0.0.0/8"), .hundred) }
    },
    Capture(
        "ip rule add to 10.1.0.0/16 lookup 1000 priority 50",
        """
        3400000020000506bd45056b00000000 021000000000000100000000 080001000a010000 08000f00e8030000 0800060032000000
        """
    ) {
        try rule {
            ($0.destination, $0.priority) = (try IPPrefix(parsing: "10.1.0.0/16"), 50)
            $0.table = RouteTable(rawValue: 1000)
        }
    },
    Capture(
        "ip rule add iif v0 oif w0 table 100",
        "2c00000020000506bd45056b00000000 020000006400000100000000 0700030076300000 0700110077300000"
    ) {
        try rule {
            ($0.inputInterface, $0.outputInterface, $0.table) = (InterfaceName("v0"), InterfaceName("w0"), .hundred)
        }
    },
    Capture(
        "ip rule add fwmark 0x10/0xff table 100",
        "2c00000020000506bd45056b00000000 020000006400000100000000 08000a0010000000 08001000ff000000"
    ) {
        try rule { ($0.mark, $0.markMask, $0.table) = (0x10, 0xff, .hundred) }
    },
    Capture(
        "ip rule add tos 0x10 table 100",
        "1c00000020000506bd45056b00000000 020000106400000100000000"
    ) {
        try rule { ($0.tos, $0.table) = (0x10, .hundred) }
    },
    Capture(
        "ip rule add not from 10.0.0.1 uidrange 100-200",
        "3000000020000506bd45056b00000000 02002000fe00000102000000 080002000a000001 0c00140064000000c8000000"
    ) {
        try rule { ($0.isInverted, $0.source, $0.users) = (true, try IPPrefix(parsing: "10.0.0.1/32"), 100...200) }
    },
    Capture(
        "ip rule add ipproto tcp sport 1000-2000 dport 80",
        """
        3400000020000506bd45056b00000000 02000000fe00000100000000 0500160006000000 08001700e803d007 0800180050005000
        """
    ) {
        try rule { ($0.ipProtocol, $0.sourcePorts, $0.destinationPorts) = (6, 1000...2000, 80...80) }
    },
    Capture(
        "ip rule add l3mdev priority 77",
        "2c00000020000506bd45056b00000000 020000000000000100000000 0500130001000000 080006004d000000"
    ) {
        try rule { ($0.usesDeviceTable, $0.table, $0.priority) = (true, .unspecified, 77) }
    },
    Capture(
        "ip rule add tun_id 12",
        "2800000020000506bd45056b00000000 02000000fe00000100000000 0c000c00000000000000000c"
    ) {
        try rule { $0.tunnelID = 12 }
    },
    Capture(
        "ip rule add priority 10 goto 20",
        "2c00000020000506bd45056b00000000 020000000000000200000000 080006000a000000 0800040014000000"
    ) {
        try rule(.goto) { ($0.priority, $0.target) = (10, 20) }
    },
    Capture(
        "ip rule add priority 20 nop",
        "2400000020000506bd45056b00000000 020000000000000300000000 0800060014000000"
    ) {
        try rule(.nop) { $0.priority = 20 }
    },
    Capture(
        "ip rule add blackhole from 10.2.0.0/16",
        "2400000020000506bd45056b00000000 020010000000000600000000 080002000a020000"
    ) {
        try rule(.blackhole) { $0.source = try IPPrefix(parsing: "10.2.0.0/16") }
    },
    Capture(
        "ip rule add unreachable to 10.3.0.0/16",
        "2400000020000506bd45056b00000000 021000000000000700000000 080001000a030000"
    ) {
        try rule(.unreachable) { $0.destination = try IPPrefix(parsing: "10.3.0.0/16") }
    },
    Capture(
        "ip rule add prohibit iif lo",
        "2400000020000506bd45056b00000000 020000000000000800000000 070003006c6f0000"
    ) {
        try rule(.prohibit) { $0.inputInterface = InterfaceName("lo") }
    },
    Capture(
        "ip rule add table main suppress_prefixlength 0",
        "2400000020000506bd45056b00000000 02000000fe00000100000000 08000e0000000000"
    ) {
        try rule { $0.suppressedPrefixLength = 0 }
    },
    Capture(
        "ip rule add table main suppress_ifgroup 5",
        "2400000020000506bd45056b00000000 02000000fe00000100000000 08000d0005000000"
    ) {
        try rule { $0.suppressedGroup = 5 }
    },
    Capture(
        "ip rule add from 10.4.0.0/16 realms 3/4 protocol static",
        """
        3400000020000506bd45056b00000000 02001000fe00000100000000 080002000a040000 08000b0004000300 0500150004000000
        """
    ) {
        try rule { ($0.source, $0.realms, $0.origin) = (try IPPrefix(parsing: "10.4.0.0/16"), 3 << 16 | 4, .static) }
    },
    Capture(
        "ip -6 rule add from 2001:db8::/32 to 2001:db8:1::/48",
        """
        4400000020000506bd45056b00000000 0a302000fe00000100000000 1400020020010db8000000000000000000000000
        1400010020010db8000100000000000000000000
        """
    ) {
        try rule(.lookup, .ipv6) {
            ($0.source, $0.destination) = (
                try IPPrefix(parsing: "2001:db8::/32"), try IPPrefix(parsing: "2001:db8:1::/48")
            )
        }
    },
    Capture(
        "ip rule del from 10.0.0.0/8 table 100",
        "2400000021000500bd45056b00000000 020008006400000000000000 080002000a000000"
    ) {
        try pattern { ($0.source, $0.table) = (try IPPrefix(parsing: "10.0.0.0/8"), .hundred) }
    },
    Capture(
        "ip rule del priority 50",
        "2400000021000500bd45056b00000000 020000000000000000000000 0800060032000000"
    ) {
        try pattern { $0.priority = 50 }
    },
    Capture(
        "ip rule del blackhole from 10.2.0.0/16",
        "2400000021000500bd45056b00000000 020010000000000600000000 080002000a020000"
    ) {
        try pattern { ($0.action, $0.source) = (.blackhole, try IPPrefix(parsing: "10.2.0.0/16")) }
    },
    Capture(
        "ip -6 rule del from 2001:db8::/32",
        "3000000021000500be45056b00000000 0a0020000000000000000000 1400020020010db8000000000000000000000000"
    ) {
        try pattern(.ipv6) { $0.source = try IPPrefix(parsing: "2001:db8::/32") }
    },
    Capture(
        "ip rule show",
        "1c00000022000103be45056b00000000 020000000000000000000000"
    ) {
        Rule.listRequest(.ipv4).dumpBytes
    },
    Capture(
        "ip -6 rule show",
        "1c00000022000103be45056b00000000 0a0000000000000000000000"
    ) {
        Rule.listRequest(.ipv6).dumpBytes
    },
]

/// Bytes of a request to make a rule that `ip rule add` starts from.
private func rule(
    _ action: RuleAction = .lookup, _ family: AddressFamily = .ipv4, _ change: (inout Rule) throws -> Void
) throws -> [UInt8] {
    var rule = Rule(family)
    rule.action = action
    if action != .lookup { rule.table = .unspecified }
    try change(&rule)
    return rule.addRequest().bytes
}

private func pattern(
    _ family: AddressFamily = .ipv4, _ change: (inout Rule) throws -> Void
) throws -> [UInt8] {
    var rule = Rule(matching: family)
    try change(&rule)
    return rule.deleteRequest().bytes
}

extension RouteTable {
    fileprivate static let hundred = RouteTable(rawValue: 100)
}
