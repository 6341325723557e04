// SPDX-License-Identifier: Apache-2.0

import Addressing
import Testing

@Suite struct IPv6AddressTests {
    @Test func fixturesAreThere() {
        #expect(canonicalIPv6.count == 268)
        #expect(readableIPv6.count == 38)
    }

    @Test(arguments: canonicalIPv6)
    func writesAsTheCLibrary(hexadecimal: String, text: String) throws {
        let address = try #require(IPv6Address(bytes: bytes(hexadecimal: hexadecimal)))
        #expect(address.description == text)
        #expect(written { address.append(to: &$0) } == text)
        #expect(try IPv6Address(parsing: text) == address)
        #expect(address.bytes == bytes(hexadecimal: hexadecimal))
        #expect(IPv6Address(address.value) == address)
    }

    @Test(arguments: readableIPv6)
    func readsAsTheCLibrary(text: String, canonical: String) throws {
        #expect(try IPv6Address(parsing: text).description == canonical)
        #expect(IPv6Address(text) == IPv6Address(canonical))
        #expect(try IPv6Address(parsing: text.uppercased()).description == canonical)
    }

    @Test(arguments: unreadableIPv6)
    func refusesAsTheCLibrary(text: String) throws {
        #expect(IPv6Address(text) == nil)
        let error = try #require(throws: AddressingError.self) { _ = try IPv6Address(parsing: text) }
        #expect(error.text == text)
        #expect(error.subject == .ipv6Address)
    }

    @Test(arguments: [
        ("", "it is empty"), (":1", "it begins with a single ':'"), ("1:2:3:4:5:6:7:", "it ends with a single ':'"),
        (":::", "unexpected ':'"), ("1:2", "it has 2 groups, not eight"), ("1", "it has one group, not eight"),
        ("1:2:3:4:5:6:7:8:9", "it has more than eight groups"), ("1::2::3", "'::' occurs twice"),
        ("1:2:3:4::5:6:7:8", "'::' stands for no group, since all eight are written"),
        ("12345::", "a group has more than four digits"), ("::g", "unexpected 'g'"),
        ("fe80::1%eth0", "a zone such as '%eth0' has no place here"),
        ("::1/64", "a prefix length has no place here"), ("::256.1.1.1", "'256' is greater than 255"),
        ("::01.2.3.4", "'01' has a leading zero"), ("::1.2.3", "it has 3 numbers, not four"),
        ("1:2:3:4:5:6:7:1.2.3.4", "it has more than eight groups"),
    ])
    func says(text: String, reason: String) throws {
        let error = try #require(throws: AddressingError.self) { _ = try IPv6Address(parsing: text) }
        #expect(error.reason == reason)
    }

    @Test func randomAddressesSurviveTheirText() throws {
        var generator = SeededGenerator(seed: 4291)
        for _ in 0..<20_000 {
            // Sparse groups, so that runs of zeros of every length and place are common.
            var value: UInt128 = 0
            for _ in 0..<8 {
                let group =
                    UInt16.random(in: 0 ... .max, using: &generator) >> UInt16.random(in: 0...16, using: &generator)
                value = value << 16 | UInt128(Bool.random(using: &generator) ? group : 0)
            }
            let address = IPv6Address(value)
            #expect(IPv6Address(address.description) == address)
            #expect(IPv6Address(bytes: address.bytes) == address)
        }
    }

    @Test func bytesAreInNetworkOrder() {
        let address = IPv6Address(high: 0x0001_0203_0405_0607, low: 0x0809_0a0b_0c0d_0e0f)
        #expect(address.bytes == Array(0...15))
        #expect(address.withBytes { $0.count == 16 && $0[0] == 0 && $0[15] == 15 })
        #expect(IPv6Address(bytes: Array(repeating: 0, count: 15)) == nil)
        #expect(IPv6Address(bytes: Array(repeating: 0, count: 17)) == nil)
        #expect(IPv6Address(bytes: []) == nil)
    }

    @Test func kinds() throws {
        #expect(IPv6Address.unspecified.isUnspecified)
        #expect(IPv6Address.loopback.isLoopback)
        #expect(!IPv6Address.unspecified.isLoopback)
        #expect(try IPv6Address(parsing: "ff02::1").isMulticast)
        #expect(try IPv6Address(parsing: "fe80::1").isLinkLocal)
        #expect(try IPv6Address(parsing: "febf::1").isLinkLocal)
        #expect(try !IPv6Address(parsing: "fec0::1").isLinkLocal)
        #expect(try IPv6Address(parsing: "::ffff:192.0.2.1").mappedIPv4 == IPv4Address(192, 0, 2, 1))
        #expect(try IPv6Address(parsing: "::192.0.2.1").mappedIPv4 == nil)
    }

    @Test func ordersByNumber() {
        #expect(IPv6Address.unspecified < .loopback)
        #expect(IPv6Address(high: 0, low: .max) < IPv6Address(high: 1, low: 0))
    }
}
