// SPDX-License-Identifier: Apache-2.0

import Addressing
import MessageMutation
import Netlink
import RouteNetlink
import Testing

/// The kernel's reports of the addresses that were set up with ip(8).
private func reports() throws -> [Report<InterfaceAddress>] {
    func address(
        _ text: String, peer: String? = nil, index: Int32 = 10, _ change: (inout InterfaceAddress) -> Void
    ) throws -> InterfaceAddress {
        var address = InterfaceAddress(
            try IPPrefix(parsing: text), peer: try peer.map { try IPPrefix(parsing: $0) }, index: index)
        address.lifetimes = AddressLifetimes()
        address.flags = .permanent
        change(&address)
        if address.updated == nil { address.updated = address.created }
        return address
    }
    return [
        Report(
            """
            4c0000001400020001000000cc670000 020880fe01000000 080001007f000001 080002007f000001
            070003006c6f0000 0800080080000000 14000600ffffffffffffffff717d0200717d0200
            """,
            try address("127.0.0.1/8", index: 1) { ($0.label, $0.created) = ("lo", 163_185) }),
        // ip address add 10.0.0.2/24 brd + dev v0
        Report(
            """
            540000001400020001000000cc670000 021880000a000000 080001000a000002 080002000a000002 080004000a0000ff
            0700030076300000 0800080080000000 14000600ffffffffffffffff737d0200737d0200
            """,
            try address("10.0.0.2/24") {
                ($0.broadcast, $0.label, $0.created) = ($0.directedBroadcast, "v0", 163_187)
            }),
        // ip address add 10.1.0.1 peer 10.1.0.2/32 dev v0
        Report(
            """
            4c0000001400020001000000cc670000 022080000a000000 080001000a010002 080002000a010001
            0700030076300000 0800080080000000 14000600ffffffffffffffff747d0200747d0200
            """,
            try address("10.1.0.1/32", peer: "10.1.0.2/32") { ($0.label, $0.created) = ("v0", 163_188) }),
        // ip address add 10.2.0.1/24 dev v0 label v0:1 metric 50 valid_lft 3600 preferred_lft 1800
        Report(
            """
            580000001400020001000000cc670000 021800000a000000 080001000a020001 080002000a020001
            0900030076303a3100000000 0800080000000000 0800090032000000 14000600060700000e0e0000757d0200757d0200
            """,
            try address("10.2.0.1/24") {
                ($0.label, $0.metric, $0.created, $0.flags) = ("v0:1", 50, 163_189, [])
                $0.lifetimes = AddressLifetimes(preferred: 1798, valid: 3598)
            }),
        // ip address add 10.0.0.3/24 dev v0
        Report(
            """
            4c0000001400020001000000cc670000 021881000a000000 080001000a000003 080002000a000003
            0700030076300000 0800080081000000 14000600ffffffffffffffff747d0200747d0200
            """,
            try address("10.0.0.3/24") {
                ($0.label, $0.created, $0.flags) = ("v0", 163_188, [.permanent, .secondary])
            }),
        Report(
            """
            500000001400020001000000cc670000 0a8080fe01000000 1400010000000000000000000000000000000001
            14000600ffffffffffffffff717d0200717d0200 0800080080000000 05000b0001000000
            """,
            try address("::1/128", index: 1) { ($0.scope, $0.created, $0.origin) = (.host, 163_185, 1) }),
        // ip address add 2001:db8::3/64 dev v0 mngtmpaddr nodad: the header has no room for mngtmpaddr.
        Report(
            """
            480000001400020001000000cc670000 0a4082000a000000 1400010020010db8000000000000000000000003
            14000600ffffffffffffffff767d0200767d0200 0800080082010000
            """,
            try address("2001:db8::3/64") {
                ($0.created, $0.flags) = (163_190, [.permanent, .noDAD, .manageTemporary])
            }),
        // ip address add 2001:db8::2/64 dev v0 nodad noprefixroute valid_lft 3600 preferred_lft 1800
        Report(
            """
            480000001400020001000000cc670000 0a4002000a000000 1400010020010db8000000000000000000000002
            14000600060700000e0e0000767d0200767d0200 0800080002020000
            """,
            try address("2001:db8::2/64") {
                ($0.created, $0.flags) = (163_190, [.noDAD, .noPrefixRoute])
                $0.lifetimes = AddressLifetimes(preferred: 1798, valid: 3598)
            }),
        Report(
            """
            500000001400020001000000cc670000 0a4080fd0b000000 14000100fe8000000000000050e6d0fffe4082d9
            14000600ffffffffffffffff727d0200727d0200 0800080080000000 05000b0003000000
            """,
            try address("fe80::50e6:d0ff:fe40:82d9/64", index: 11) {
                ($0.scope, $0.created, $0.origin) = (.link, 163_186, 3)
            }),
    ]
}

@Suite struct AddressTests {
    @Test(arguments: addressCaptures) func requestIsWhatIPSends(_ capture: Capture) throws {
        let expected = Message(capture.bytes, headerSize: 8)
        #expect(Message(try capture.request(), headerSize: 8) == expected)
    }

    @Test(arguments: addressCaptures.filter { $0.command.hasPrefix("ip address add") })
    func requestReadsBack(_ capture: Capture) throws {
        let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
        let address = try #require(try InterfaceAddress(decoding: payload))
        let again = address.addRequest(displayName: "v0").bytes
        #expect(Message(again, headerSize: 8) == Message(capture.bytes, headerSize: 8))
    }

    @Test func kernelReports() throws {
        for report in try reports() {
            #expect(try report.withPayload { try InterfaceAddress(decoding: $0) } == report.value)
        }
    }

    @Test func operationsNameTheirObjects() throws {
        let address = InterfaceAddress(try IPPrefix(parsing: "10.0.0.2/24"), index: 3)
        #expect(address.addRequest(displayName: "eth0").operation == "add address '10.0.0.2/24' to 'eth0'")
        #expect(address.replaceRequest(displayName: "eth0").operation == "replace address '10.0.0.2/24' on 'eth0'")
        #expect(address.changeRequest(displayName: "eth0").operation == "change address '10.0.0.2/24' on 'eth0'")
        #expect(address.deleteRequest(displayName: "eth0").operation == "delete address '10.0.0.2/24' from 'eth0'")
    }

    @Test func textShowsThePeer() throws {
        let address = InterfaceAddress(
            try IPPrefix(parsing: "10.0.0.1/32"), peer: try IPPrefix(parsing: "10.0.0.2/30"), index: 3)
        #expect(address.text == "10.0.0.1 peer 10.0.0.2/30")
        #expect(address.directedBroadcast == IPAddress("10.0.0.3"))
    }

    @Test func broadcastAddressOnlyWhereOneExists() throws {
        for (text, broadcast) in [("10.0.0.1/31", nil), ("10.0.0.1/32", nil), ("2001:db8::1/64", nil)]
            + [("10.0.0.1/30", "10.0.0.3"), ("10.0.0.1/8", "10.255.255.255")]
        {
            let address = InterfaceAddress(try IPPrefix(parsing: text), index: 3)
            #expect(address.directedBroadcast == broadcast.flatMap { IPAddress($0) })
        }
    }

    @Test func onlySettableFlagsAreSent() throws {
        var address = InterfaceAddress(try IPPrefix(parsing: "2001:db8::1/64"), index: 3)
        address.flags = [.permanent, .tentative, .dadFailed, .noDAD]
        #expect(address.addRequest(displayName: "eth0").bytes[18] == 2)
    }

    @Test func flagNames() {
        #expect(AddressFlags([.secondary, .permanent]).names(.ipv4) == ["secondary"])
        #expect(AddressFlags([.temporary, .deprecated]).names(.ipv6) == ["temporary", "deprecated", "dynamic"])
        #expect(AddressFlags([.permanent, AddressFlags(rawValue: 0x1000)]).names(.ipv6) == ["1000"])
    }

    @Test func otherFamiliesAreNoAddresses() throws {
        // AF_MCTP
        let message: [UInt8] = [45, 0, 0, 0, 1, 0, 0, 0]
        #expect(try InterfaceAddress(decoding: message.span.bytes) == nil)
    }

    @Test func addressOfZeroIsReadable() throws {
        let message: [UInt8] = [2, 24, 0, 0, 1, 0, 0, 0]
        #expect(try InterfaceAddress(decoding: message.span.bytes)?.text == "0.0.0.0/24")
    }

    @Test(arguments: [
        "02", "0221000001000000", "0a81000001000000",
        // IFA_ADDRESS of sixteen bytes in an IPv4 message, and of five.
        "0218000001000000 1400010020010db8000000000000000000000002", "0218000001000000 090001000a00000100000000",
        // An attribute longer than the message, and one shorter than its header.
        "0218000001000000 ff0001000a000001", "0218000001000000 030001000a000001",
        // IFA_CACHEINFO and IFA_FLAGS too short.
        "0218000001000000 080006000a000001", "0218000001000000 060008000a000000",
    ])
    func malformedReportsThrow(_ hex: String) {
        #expect(throws: MalformedReply.self) { try InterfaceAddress(decoding: [UInt8](hex: hex).span.bytes) }
    }

    @Test func mutatedReportsThrowOrParse() throws {
        for report in try reports() {
            mutate(Array(report.bytes.dropFirst(16))) { _ = try? InterfaceAddress(decoding: $0) }
        }
    }
}
