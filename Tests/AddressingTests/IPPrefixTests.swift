// SPDX-License-Identifier: Apache-2.0

import Addressing
import Testing

@Suite struct IPPrefixTests {
    private func prefix(_ text: String) throws -> IPPrefix { try IPPrefix(parsing: text) }
    private func address(_ text: String) throws -> IPAddress { try IPAddress(parsing: text) }

    @Test(arguments: [
        ("0.0.0.0/0", "0.0.0.0", 0), ("192.0.2.1/24", "192.0.2.1", 24), ("192.0.2.1/32", "192.0.2.1", 32),
        ("::/0", "::", 0), ("2001:db8::1/64", "2001:db8::1", 64), ("::1/128", "::1", 128),
        ("10.0.0.0/9", "10.0.0.0", 9),
    ])
    func readsAndWrites(text: String, address: String, length: Int) throws {
        for bareAddress in [IPPrefix.BareAddress.refused, .host] {
            let prefix = try IPPrefix(parsing: text, bareAddress: bareAddress)
            #expect(prefix.address.description == address)
            #expect(prefix.length == length)
            #expect(prefix == IPPrefix(text))
            #expect(prefix.description == text)
            #expect(written { prefix.append(to: &$0) } == text)
        }
    }

    @Test func everyLengthOfBothFamilies() throws {
        for family in AddressFamily.allCases {
            for length in 0...family.bitCount {
                let prefix = try #require(IPPrefix(.unspecified(family), length: length))
                #expect(IPPrefix(prefix.description) == prefix)
            }
            #expect(IPPrefix(.unspecified(family), length: family.bitCount + 1) == nil)
            #expect(IPPrefix(.unspecified(family), length: -1) == nil)
            #expect(IPPrefix(.unspecified(family), length: .max) == nil)
        }
    }

    @Test func aBareAddressIsAHostOnlyWhereAllowed() throws {
        #expect(try IPPrefix(parsing: "192.0.2.1", bareAddress: .host).description == "192.0.2.1/32")
        #expect(try IPPrefix(parsing: "2001:db8::1", bareAddress: .host).description == "2001:db8::1/128")
        #expect(IPPrefix("192.0.2.1") == nil)
        #expect(throws: AddressingError.self) { try IPPrefix(parsing: "192.0.2.1") }
        #expect(throws: AddressingError.self) { try IPPrefix(parsing: "192.0.2", bareAddress: .host) }
    }

    @Test(arguments: [
        ("", "it is empty"), ("/", "the address before '/' is missing"), ("/24", "the address before '/' is missing"),
        ("192.0.2.1", "the prefix length is missing"), ("::1", "the prefix length is missing"),
        ("192.0.2.1/", "the prefix length after '/' is missing"),
        ("192.0.2.1/33", "in the prefix length, '33' is greater than 32"),
        ("::/129", "in the prefix length, '129' is greater than 128"),
        ("192.0.2.1/024", "in the prefix length, '024' has a leading zero"),
        ("192.0.2.1/-1", "in the prefix length, unexpected '-'"),
        ("192.0.2.1/+8", "in the prefix length, unexpected '+'"),
        ("192.0.2.1/8 ", "in the prefix length, unexpected ' '"),
        ("192.0.2.1/24/24", "in the prefix length, unexpected '/'"),
        ("192.0.2.1/0x18", "in the prefix length, unexpected 'x'"),
        ("192.0.2.1/99999999999999999999", "in the prefix length, '99999999999999999999' is greater than 32"),
        ("192.0.2.0/255.255.255.0", "the netmask 255.255.255.0 is to be written as /24"),
        ("192.0.2.0/0.0.0.0", "the netmask 0.0.0.0 is to be written as /0"),
        ("192.0.2.0/255.255.255.255", "the netmask 255.255.255.255 is to be written as /32"),
        ("192.0.2.0/255.0.255.0", "255.0.255.0 is no prefix length"),
        ("192.0.2/24", "it has 3 numbers, not four"), ("default", "unexpected 'd'"), ("eth0/24", "unexpected 'e'"),
        ("fe80::1%lo/64", "a zone such as '%eth0' has no place here"),
    ])
    func refuses(text: String, reason: String) throws {
        #expect(IPPrefix(text) == nil)
        let error = try #require(throws: AddressingError.self) { _ = try IPPrefix(parsing: text) }
        #expect(error.reason == reason)
        #expect(error.text == text)
        #expect(error.subject == .prefix)
    }

    @Test(
        arguments: [
            ("192.0.2.77/24", "192.0.2.0/24", "255.255.255.0", "192.0.2.255"),
            ("192.0.2.77/30", "192.0.2.76/30", "255.255.255.252", "192.0.2.79"),
            ("192.0.2.77/31", "192.0.2.76/31", "255.255.255.254", nil),
            ("192.0.2.77/32", "192.0.2.77/32", "255.255.255.255", nil),
            ("192.0.2.77/0", "0.0.0.0/0", "0.0.0.0", "255.255.255.255"),
            ("2001:db8:1:2:3::4/64", "2001:db8:1:2::/64", "ffff:ffff:ffff:ffff::", nil),
            ("2001:db8::4/0", "::/0", "::", nil),
            ("2001:db8::4/128", "2001:db8::4/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil),
            ("ffff::ffff/127", "ffff::fffe/127", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", nil),
        ] as [(String, String, String, String?)])
    func network(text: String, network: String, netmask: String, broadcast: String?) throws {
        let prefix = try prefix(text)
        #expect(prefix.network.description == network)
        #expect(prefix.netmask.description == netmask)
        #expect(prefix.broadcast?.description == broadcast)
        #expect(prefix.hasHostBits == (text != network))
        #expect(!prefix.network.hasHostBits)
    }

    @Test func containment() throws {
        let network = try prefix("192.0.2.128/25")
        #expect(network.contains(try address("192.0.2.128")))
        #expect(network.contains(try address("192.0.2.255")))
        #expect(!network.contains(try address("192.0.2.127")))
        #expect(!network.contains(try address("192.0.3.128")))
        #expect(!network.contains(try address("::192.0.2.128")))
        #expect(try prefix("0.0.0.0/0").contains(try address("203.0.113.9")))
        #expect(try !prefix("0.0.0.0/0").contains(try address("::")))
        #expect(try prefix("::/0").contains(try address("ffff::1")))
        #expect(try prefix("192.0.2.0/24").contains(network))
        #expect(try !network.contains(prefix("192.0.2.0/24")))
        #expect(network.contains(network))
    }

    @Test func overlapIsMutual() throws {
        let pairs: [(String, String, Bool)] = [
            ("192.0.2.0/24", "192.0.2.9/32", true), ("192.0.2.0/25", "192.0.2.128/25", false),
            ("0.0.0.0/0", "192.0.2.1/24", true), ("0.0.0.0/0", "::/0", false),
            ("2001:db8::/32", "2001:db8:9::/48", true),
            ("192.0.2.1/24", "192.0.2.2/24", true), ("2001:db8::/64", "2001:db8:0:1::/64", false),
        ]
        for (left, right, overlap) in pairs {
            #expect(try prefix(left).overlaps(prefix(right)) == overlap)
            #expect(try prefix(right).overlaps(prefix(left)) == overlap)
        }
    }

    @Test func hosts() throws {
        let network = try prefix("192.0.2.77/29")
        #expect(network.hostCount == 6)
        #expect(network.host(0) == nil)
        #expect(network.host(1)?.description == "192.0.2.73")
        #expect(network.host(6)?.description == "192.0.2.78")
        #expect(network.host(7) == nil)

        for text in ["192.0.2.76/31", "2001:db8::76/127"] {
            let pair = try prefix(text)
            #expect(pair.hostCount == 2)
            #expect(pair.host(1) == pair.address)
            #expect(pair.host(2)?.description.hasSuffix("77") == true)
            #expect(pair.host(3) == nil)
        }
        for text in ["192.0.2.77/32", "2001:db8::77/128"] {
            let host = try prefix(text)
            #expect(host.isHost)
            #expect(host.hostCount == 1)
            #expect(host.host(1) == host.address)
            #expect(host.host(2) == nil)
        }
        #expect(try prefix("2001:db8::/64").host(10)?.description == "2001:db8::a")
        #expect(try prefix("2001:db8::/64").hostCount == UInt128(UInt64.max))
        #expect(try prefix("::/0").host(.max)?.description == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
        #expect(try prefix("0.0.0.0/0").host(.max) == nil)
        #expect(try prefix("10.0.0.0/8").host(70_000)?.description == "10.1.17.112")
    }

    @Test func routeText() throws {
        #expect(IPPrefix.defaultRoute(.ipv4).routeText == "default")
        #expect(IPPrefix.defaultRoute(.ipv6).routeText == "default")
        #expect(IPPrefix.defaultRoute(.ipv6).isDefaultRoute)
        #expect(try prefix("192.0.2.1/32").routeText == "192.0.2.1")
        #expect(try prefix("2001:db8::1/128").routeText == "2001:db8::1")
        #expect(try prefix("192.0.2.0/24").routeText == "192.0.2.0/24")
        #expect(IPPrefix(host: try address("::1")).routeText == "::1")
    }

    /// The arithmetic against the plainest definition: comparing bit by bit.
    @Test func randomPrefixesAgreeWithTheirBits() throws {
        var generator = SeededGenerator(seed: 4632)
        for _ in 0..<4_000 {
            let family: AddressFamily = Bool.random(using: &generator) ? .ipv4 : .ipv6
            let left = (0..<family.byteCount).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
            var right = left
            let flipped = Int.random(in: 0..<family.bitCount, using: &generator)
            right[flipped / 8] ^= 0x80 >> UInt8(flipped % 8)
            let length = Int.random(in: 0...family.bitCount, using: &generator)
            let prefix = try #require(IPAddress(bytes: left).flatMap { IPPrefix($0, length: length) })
            let other = try #require(IPAddress(bytes: right))
            #expect(prefix.contains(other) == (flipped >= length))
            #expect(prefix.contains(prefix.address))
            let bits = prefix.network.address.bytes
            for index in 0..<family.bitCount {
                let mask: UInt8 = 0x80 >> UInt8(index % 8)
                let kept: UInt8 = index < length ? left[index / 8] & mask : 0
                #expect(bits[index / 8] & mask == kept)
            }
            #expect(IPPrefix(prefix.description) == prefix)
        }
    }
}
