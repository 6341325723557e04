// SPDX-License-Identifier: Apache-2.0

import Addressing
import Testing

@Suite struct MACAddressTests {
    @Test(arguments: [
        ("02:00:5e:00:53:01", "02:00:5e:00:53:01"), ("AA-BB-CC-DD-EE-FF", "aa:bb:cc:dd:ee:ff"),
        ("Aa:bB:0c:D0:ee:09", "aa:bb:0c:d0:ee:09"), ("00:00:00:00:00:00", "00:00:00:00:00:00"),
        ("ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff"),
    ])
    func readsAndWrites(text: String, canonical: String) throws {
        let address = try MACAddress(parsing: text)
        #expect(address.description == canonical)
        #expect(written { address.append(to: &$0) } == canonical)
        #expect(MACAddress(text) == address)
        #expect(MACAddress(bytes: address.bytes) == address)
        #expect(MACAddress(LinkLayerAddress(address)) == address)
        #expect(LinkLayerAddress(address).description == canonical)
    }

    @Test(arguments: [
        ("", "it is empty"), (":", "unexpected ':'"), ("02", "it has one pair, not six"),
        ("02:00:5e:00:53", "it has 5 pairs, not six"), ("02:00:5e:00:53:01:02", "it has 7 pairs, not six"),
        ("02:00:5e:00:53:", "a pair of digits is missing at the end"),
        ("02:00:5e:00:53:1", "a pair has one digit, not two"), ("2:00:5e:00:53:01", "a pair has one digit, not two"),
        ("02:00:5e:00:53:001", "a pair has more than two digits"), ("02005e005301", "a pair has more than two digits"),
        ("0200.5e00.5301", "a pair has more than two digits"), ("02:00-5e:00:53:01", "unexpected '-'"),
        ("02-00:5e-00-53-01", "unexpected ':'"), ("02:00:5e:00:53:0g", "unexpected 'g'"),
        (" 02:00:5e:00:53:01", "unexpected ' '"), ("02:00:5e:00:53:01 ", "unexpected ' '"),
        ("02::5e:00:53:01", "unexpected ':'"), ("02:00:5e:00:53:0é", "unexpected 'é'"),
        ("0x02:00:5e:00:53:01", "unexpected 'x'"), ("192.0.2.1", "a pair has more than two digits"),
    ])
    func refuses(text: String, reason: String) throws {
        #expect(MACAddress(text) == nil)
        let error = try #require(throws: AddressingError.self) { _ = try MACAddress(parsing: text) }
        #expect(error.reason == reason)
        #expect(error.subject == .macAddress)
    }

    @Test func kinds() throws {
        #expect(try MACAddress(parsing: "01:00:5e:00:00:01").isMulticast)
        #expect(MACAddress.broadcast.isMulticast)
        #expect(try !MACAddress(parsing: "02:00:00:00:00:01").isMulticast)
        #expect(try MACAddress(parsing: "02:00:00:00:00:01").isLocallyAdministered)
        #expect(try !MACAddress(parsing: "00:1b:21:00:00:01").isLocallyAdministered)
        #expect(try MACAddress(parsing: "00:1b:21:00:00:01").isAssignable)
        #expect(!MACAddress.zero.isAssignable)
        #expect(!MACAddress.broadcast.isAssignable)
    }

    @Test func bytesAndOrder() throws {
        let address = try #require(MACAddress(bytes: [1, 2, 3, 4, 5, 0xfe]))
        #expect(address.value == 0x0102_0304_05fe)
        #expect(address.withBytes { $0.count == 6 && $0[0] == 1 && $0[5] == 0xfe })
        #expect(MACAddress(bytes: [1, 2, 3, 4, 5]) == nil)
        #expect(MACAddress(bytes: [1, 2, 3, 4, 5, 6, 7]) == nil)
        #expect(MACAddress.zero < address)
        #expect(address < .broadcast)
    }

    @Test func randomAddressesSurviveTheirText() throws {
        var generator = SeededGenerator(seed: 802)
        for _ in 0..<20_000 {
            let bytes = (0..<6).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
            let address = try #require(MACAddress(bytes: bytes))
            #expect(MACAddress(address.description) == address)
            #expect(address.bytes == bytes)
        }
    }
}

@Suite struct LinkLayerAddressTests {
    @Test func everyCountFromOneToThirtyTwo() throws {
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 1) }
            guard let address = LinkLayerAddress(bytes: bytes) else {
                #expect(count == 0 || count > 32)
                continue
            }
            #expect((1...32).contains(count))
            #expect(address.count == count)
            #expect(address.bytes == bytes)
            #expect(address.withBytes { $0.count } == count)
            #expect(address.withBytes { $0[count - 1] } == bytes[count - 1])
            #expect(try LinkLayerAddress(parsing: address.description) == address)
            #expect(written { address.append(to: &$0) } == address.description)
            #expect((MACAddress(address) != nil) == (count == 6))
        }
    }

    @Test func refusesMoreThanTheKernelHolds() throws {
        let text = Array(repeating: "00", count: 33).joined(separator: ":")
        let error = try #require(throws: AddressingError.self) { _ = try LinkLayerAddress(parsing: text) }
        #expect(error.reason == "it has more than 32 pairs")
        #expect(error.subject == .linkLayerAddress)
        #expect(LinkLayerAddress(text) == nil)
    }

    @Test func trailingZerosCount() throws {
        let short = try LinkLayerAddress(parsing: "aa:00")
        let long = try LinkLayerAddress(parsing: "aa:00:00")
        #expect(short != long)
        #expect(short < long)
        #expect(try LinkLayerAddress(parsing: "7f-00-00-01").description == "7f:00:00:01")
    }
}
