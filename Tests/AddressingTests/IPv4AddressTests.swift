// SPDX-License-Identifier: Apache-2.0

import Addressing
import Testing

@Suite struct IPv4AddressTests {
    @Test(
        arguments: [
            ("0.0.0.0", 0), ("127.0.0.1", 0x7f00_0001), ("192.0.2.1", 0xc000_0201), ("255.255.255.255", .max),
            ("1.2.3.4", 0x0102_0304), ("10.20.100.9", 0x0a14_6409), ("9.99.100.199", 0x0963_64c7),
        ] as [(String, UInt32)])
    func readsAndWrites(text: String, value: UInt32) throws {
        let address = try IPv4Address(parsing: text)
        #expect(address.value == value)
        #expect(address == IPv4Address(text))
        #expect(address.description == text)
        #expect(written { address.append(to: &$0) } == text)
        #expect(IPv4Address(bytes: address.bytes) == address)
    }

    @Test(arguments: [
        ("", "it is empty"), (".", "a number is missing"), ("...", "a number is missing"),
        ("1", "it has one number, not four"), ("1.2", "it has 2 numbers, not four"),
        ("1.2.3", "it has 3 numbers, not four"), ("1.2.3.4.5", "it has more than four numbers"),
        ("1.2.3.4.", "it has more than four numbers"), (".1.2.3.4", "a number is missing"),
        ("1..2.3", "a number is missing"), ("1.2.3.", "a number is missing"),
        ("256.1.1.1", "'256' is greater than 255"), ("1.1.1.999", "'999' is greater than 255"),
        ("1.1.1.99999999999999999999", "'99999999999999999999' is greater than 255"),
        ("01.2.3.4", "'01' has a leading zero"), ("1.2.3.04", "'04' has a leading zero"),
        ("00.0.0.0", "'00' has a leading zero"), ("0x7f.0.0.1", "unexpected 'x'"), ("1.2.3.4 ", "unexpected ' '"),
        (" 1.2.3.4", "unexpected ' '"), ("1.2.3.4\n", "unexpected '\\u{a}'"), ("-1.2.3.4", "unexpected '-'"),
        ("+1.2.3.4", "unexpected '+'"), ("a.b.c.d", "unexpected 'a'"), ("1,2,3,4", "unexpected ','"),
        ("1.2.3.4/24", "a prefix length has no place here"), ("1.2.3.é", "unexpected 'é'"),
        ("1.2.3.４", "unexpected '４'"), ("1.2.3.4\0", "unexpected '\\u{0}'"),
        ("2130706433", "'2130706433' is greater than 255"),
    ])
    func refuses(text: String, reason: String) throws {
        #expect(IPv4Address(text) == nil)
        let error = try #require(throws: AddressingError.self) { _ = try IPv4Address(parsing: text) }
        #expect(error.text == text)
        #expect(error.reason == reason)
        #expect(error.subject == .ipv4Address)
    }

    @Test func everyOctetInEveryPlace() {
        for octet in UInt8.min...UInt8.max {
            #expect(IPv4Address(octet, 1, 2, 3).description == "\(octet).1.2.3")
            #expect(IPv4Address(1, octet, 2, 3).description == "1.\(octet).2.3")
            #expect(IPv4Address(1, 2, octet, 3).description == "1.2.\(octet).3")
            #expect(IPv4Address(1, 2, 3, octet).description == "1.2.3.\(octet)")
        }
    }

    @Test func randomAddressesSurviveTheirText() {
        var generator = SeededGenerator(seed: 791)
        for _ in 0..<20_000 {
            let address = IPv4Address(UInt32.random(in: 0 ... .max, using: &generator))
            #expect(IPv4Address(address.description) == address)
        }
    }

    @Test func bytesAreInNetworkOrder() {
        let address = IPv4Address(192, 0, 2, 7)
        #expect(address.bytes == [192, 0, 2, 7])
        #expect(address.withBytes { $0.count == 4 && $0[0] == 192 && $0[3] == 7 })
        #expect(IPv4Address(bytes: [1, 2, 3]) == nil)
        #expect(IPv4Address(bytes: [1, 2, 3, 4, 5]) == nil)
    }

    @Test func kinds() {
        #expect(IPv4Address.unspecified.isUnspecified)
        #expect(IPv4Address(127, 255, 255, 255).isLoopback)
        #expect(!IPv4Address(128, 0, 0, 0).isLoopback)
        #expect(IPv4Address(224, 0, 0, 0).isMulticast)
        #expect(IPv4Address(239, 255, 255, 255).isMulticast)
        #expect(!IPv4Address(240, 0, 0, 0).isMulticast)
        #expect(!IPv4Address(223, 255, 255, 255).isMulticast)
        #expect(IPv4Address(169, 254, 0, 1).isLinkLocal)
        #expect(!IPv4Address(169, 253, 0, 1).isLinkLocal)
        #expect(IPv4Address.broadcast.description == "255.255.255.255")
    }

    @Test func ordersByNumber() {
        #expect(IPv4Address(9, 0, 0, 0) < IPv4Address(10, 0, 0, 0))
        #expect(IPv4Address(10, 0, 0, 0) < IPv4Address(200, 0, 0, 0))
    }
}
