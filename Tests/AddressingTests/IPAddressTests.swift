// SPDX-License-Identifier: Apache-2.0

import Addressing
import Testing

@Suite struct IPAddressTests {
    @Test func familiesHaveTheKernelsNumbers() {
        #expect(AddressFamily.ipv4.rawValue == 2)
        #expect(AddressFamily.ipv6.rawValue == 10)
        #expect(AddressFamily.ipv4.bitCount == 32)
        #expect(AddressFamily.ipv6.bitCount == 128)
        #expect(AddressFamily.allCases.map(\.description) == ["inet", "inet6"])
    }

    @Test func readsBothFamilies() throws {
        #expect(try IPAddress(parsing: "192.0.2.1") == .v4(IPv4Address(192, 0, 2, 1)))
        #expect(try IPAddress(parsing: "::1") == .v6(.loopback))
        #expect(IPAddress("192.0.2.1")?.family == .ipv4)
        #expect(IPAddress("2001:DB8::1")?.description == "2001:db8::1")
        #expect(IPAddress("2001:DB8::1").map { address in written { address.append(to: &$0) } } == "2001:db8::1")
    }

    @Test(
        arguments: [
            ("", .ipAddress), ("eth0", .ipAddress), ("10", .ipAddress), ("default", .ipAddress),
            ("10.0.0.256", .ipv4Address), ("www.example.com", .ipv4Address), ("10.0.0.1/8", .ipv4Address),
            ("fe80::1%lo", .ipv6Address), ("1:2", .ipv6Address), ("::1.2.3", .ipv6Address),
        ] as [(String, AddressingError.Subject)])
    func guessesWhatWasMeant(text: String, subject: AddressingError.Subject) throws {
        #expect(IPAddress(text) == nil)
        let error = try #require(throws: AddressingError.self) { _ = try IPAddress(parsing: text) }
        #expect(error.subject == subject)
        #expect(error.text == text)
    }

    @Test func takesFourOrSixteenBytes() throws {
        for count in 0...40 {
            let bytes = Array(repeating: UInt8(count), count: count)
            let address = IPAddress(bytes: bytes)
            #expect((address != nil) == (count == 4 || count == 16))
            if let address {
                #expect(address.bytes == bytes)
                #expect(address.withBytes { $0.count } == count)
                #expect(address.family.byteCount == count)
            }
        }
    }

    @Test func kindsFollowTheFamily() throws {
        #expect(IPAddress.unspecified(.ipv4).description == "0.0.0.0")
        #expect(IPAddress.unspecified(.ipv6).description == "::")
        for text in ["0.0.0.0", "::"] { #expect(try IPAddress(parsing: text).isUnspecified) }
        for text in ["127.0.0.1", "::1"] { #expect(try IPAddress(parsing: text).isLoopback) }
        for text in ["224.0.0.1", "ff02::1"] { #expect(try IPAddress(parsing: text).isMulticast) }
        for text in ["169.254.1.1", "fe80::1"] { #expect(try IPAddress(parsing: text).isLinkLocal) }
        for text in ["192.0.2.1", "2001:db8::1"] {
            let address = try IPAddress(parsing: text)
            #expect(
                !address.isUnspecified && !address.isLoopback && !address.isMulticast && !address.isLinkLocal)
        }
    }

    @Test func ordersFamiliesThenNumbers() throws {
        let texts = ["0.0.0.0", "9.0.0.0", "10.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::", "ff02::1"]
        let addresses = try texts.map { try IPAddress(parsing: $0) }
        #expect(addresses.reversed().sorted() == addresses)
    }
}
