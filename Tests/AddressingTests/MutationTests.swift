// SPDX-License-Identifier: Apache-2.0

import Addressing
import Testing

/// Whatever the text: it is refused, or its value writes a text that reads as the same value. Nothing traps.
@Suite struct MutationTests {
    private static let seeds =
        [
            "0.0.0.0", "192.0.2.1", "255.255.255.255", "192.0.2.1/24", "0.0.0.0/0", "192.0.2.0/255.255.255.0", "::/0",
            "2001:db8::1/64", "::ffff:192.0.2.1/96", "1:2:3:4:5:6:7:8/128", "02:00:5e:00:53:01", "02-00-5e-00-53-01",
            "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13", "eth0", "fifteen-bytes-x", "veth%d", "é",
        ] + readableIPv6.map(\.0) + canonicalIPv6.map(\.1)

    @Test func everyPrefixAndSuffix() {
        for seed in Self.seeds {
            let bytes = Array(seed.utf8)
            for count in 0...bytes.count {
                check(bytes.prefix(count))
                check(bytes.suffix(count))
            }
        }
    }

    @Test func everyByteReplaced() {
        // All of ASCII in the place of each byte of the distinct forms; of the rest a part, with the telling ones.
        let telling: [UInt8] = Array("0f1:.-/%g\0 ".utf8) + [0x7f, 0x80, 0xa0, 0xc3, 0xff]
        for (number, seed) in Self.seeds.enumerated() where number < 20 || number % 4 == 0 {
            var bytes = Array(seed.utf8)
            for index in bytes.indices {
                let original = bytes[index]
                for byte in number < 20 ? Array(0...0x7f) + telling.suffix(4) : telling {
                    bytes[index] = byte
                    check(bytes[...])
                }
                bytes[index] = original
            }
        }
    }

    @Test func bytesInsertedRemovedAndDoubled() {
        var generator = SeededGenerator(seed: 7)
        let alphabet: [UInt8] = Array("0123456789abcdefF:::...-/%".utf8)
        for _ in 0..<20_000 {
            var bytes = Array(Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &generator)].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes.insert(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)], at: index)
                case 1 where index < bytes.count: bytes.remove(at: index)
                default: bytes.insert(contentsOf: bytes[..<index], at: index)
                }
            }
            check(bytes[...])
        }
    }

    private func check(_ bytes: ArraySlice<UInt8>) {
        // Invalid UTF-8 cannot be a Swift string; it arrives with replacement characters.
        let text = String(decoding: bytes, as: UTF8.self)
        var failures: [String] = []
        func survives<Value: LosslessStringConvertible & Equatable>(_ type: Value.Type) {
            if let value = Value(text), Value(value.description) != value { failures.append("\(type): \(text)") }
        }
        survives(IPv4Address.self)
        survives(IPv6Address.self)
        survives(IPAddress.self)
        survives(IPPrefix.self)
        survives(MACAddress.self)
        survives(LinkLayerAddress.self)
        if let prefix = try? IPPrefix(parsing: text, bareAddress: .host) {
            if !prefix.contains(prefix.address) || prefix.hostCount == 0 { failures.append("prefix: \(text)") }
        }
        if let name = InterfaceName(text), name.description != text { failures.append("name: \(text)") }
        if let name = InterfaceName(kernel: bytes), name.bytes != Array(bytes.prefix { $0 != 0 }) {
            failures.append("kernel name: \(text)")
        }
        #expect(failures.isEmpty)
    }
}
