// SPDX-License-Identifier: Apache-2.0

import CHeaderProbe
@testable import Netlink
import Testing

/// The literals of the Swift side against the C compiler's reading of the kernel's headers.
@Suite struct HeaderTests {
    /// Every fact that the probe tells.
    private let facts: [String: Int64] = {
        var facts: [String: Int64] = [:]
        var fact = header_facts()
        while let current = fact, let expression = current.pointee.expression {
            facts[String(cString: expression)] = current.pointee.value
            fact = current + 1
        }
        return facts
    }()

    @Test func layoutsThatTheParserReads() {
        let layouts: [String: Int64] = [
            "sizeof(struct nlmsghdr)": 16,
            "offsetof(struct nlmsghdr, nlmsg_len)": 0,
            "offsetof(struct nlmsghdr, nlmsg_type)": 4,
            "offsetof(struct nlmsghdr, nlmsg_flags)": 6,
            "offsetof(struct nlmsghdr, nlmsg_seq)": 8,
            "offsetof(struct nlmsghdr, nlmsg_pid)": 12,
            "NLMSG_ALIGNTO": 4,
            "sizeof(struct nlmsgerr)": 20,
            "offsetof(struct nlmsgerr, error)": 0,
            "offsetof(struct nlmsgerr, msg)": 4,
            "sizeof(struct nlattr)": 4,
            "offsetof(struct nlattr, nla_len)": 0,
            "offsetof(struct nlattr, nla_type)": 2,
            "NLA_ALIGNTO": 4,
            "(unsigned short)NLA_TYPE_MASK": 0x3fff,
            "NLA_F_NESTED": 0x8000,
            "NLM_F_REQUEST": 1,
        ]
        for (expression, value) in layouts { #expect(facts[expression] == value, "\(expression)") }
    }

    @Test func requestFlags() {
        let flags: [String: RequestFlags] = [
            "NLM_F_ACK": .acknowledge, "NLM_F_ECHO": .echo, "NLM_F_REPLACE": .replace, "NLM_F_EXCL": .exclusive,
            "NLM_F_CREATE": .create, "NLM_F_APPEND": .append, "NLM_F_DUMP": .dump,
        ]
        for (name, flag) in flags { #expect(facts[name] == Int64(flag.rawValue), "\(name)") }
    }

    @Test func attributesOfAcknowledgements() {
        let message: AttributeKey<AcknowledgementScope, String> = .message
        #expect(facts["\(message.name)"] == Int64(message.number))
        for key: AttributeKey<AcknowledgementScope, UInt32> in [.offset, .missingType] {
            #expect(facts["\(key.name)"] == Int64(key.number), "\(key.name)")
        }
    }

    @Test func controlMessages() {
        func header(_ name: String) -> MessageHeader {
            MessageHeader(type: UInt16(facts[name] ?? 0), flags: 0, sequence: 0, port: 0)
        }
        #expect(header("NLMSG_NOOP").isNoop)
        #expect(header("NLMSG_ERROR").isError)
        #expect(header("NLMSG_DONE").isDone)
        #expect(header("NLMSG_OVERRUN").isOverrun)
        let flags = UInt16(facts["NLM_F_DUMP_INTR"] ?? 0)
        #expect(MessageHeader(type: 16, flags: flags, sequence: 0, port: 0).isInterrupted)
    }

    @Test func protocols() {
        #expect(facts["NETLINK_ROUTE"] == Int64(NetlinkFamily.route.rawValue))
        #expect(facts["NETLINK_GENERIC"] == Int64(NetlinkFamily.generic.rawValue))
    }
}
