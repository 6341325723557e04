// SPDX-License-Identifier: Apache-2.0

@testable import GenericNetlink
import Testing

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

@Suite("WireGuard's keys")
struct WireGuardKeyTests {
    /// RFC 7748, section 5.2.
    static let multiples: [(scalar: String, point: String, result: String)] = [
        (
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
        ),
        (
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
            "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
        ),
        // Points of low order, and numbers of the modulus and above, which are reduced.
        (
            String(repeating: "5d", count: 32), "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            String(repeating: "0", count: 64)
        ),
        (
            String(repeating: "5d", count: 32), String(repeating: "0", count: 64), String(repeating: "0", count: 64)
        ),
        (
            String(repeating: "ff", count: 32), String(repeating: "ff", count: 32),
            "96186d56afdbfeda62f0d07168fa8b142b3d8530e9705fd818cfd33591ea927f"
        ),
    ]

    @Test("multiples of points are those of RFC 7748", arguments: multiples.indices)
    func multiple(_ index: Int) {
        let (scalar, point, result) = Self.multiples[index]
        #expect(hexadecimal(x25519(scalar: [UInt8](hex: scalar), point: [UInt8](hex: point))) == result)
    }

    @Test("a multiple of a multiple, time and again, is that of RFC 7748")
    func iterated() {
        var (scalar, point) = (x25519BasePoint, x25519BasePoint)
        for count in 1...1000 {
            (scalar, point) = (x25519(scalar: scalar, point: point), scalar)
            guard count == 1 else { continue }
            #expect(hexadecimal(scalar) == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")
        }
        #expect(hexadecimal(scalar) == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51")
    }

    @Test("two sides agree, by the keys of RFC 7748, section 6.1")
    func agreement() throws {
        let alice = try #require(
            WireGuardSecretKey(
                bytes: [UInt8](hex: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")))
        let bob = try #require(
            WireGuardSecretKey(
                bytes: [UInt8](hex: "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")))
        #expect(
            hexadecimal(alice.publicKey.bytes) == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        #expect(
            hexadecimal(bob.publicKey.bytes) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
        let shared = x25519(scalar: alice.bytes, point: bob.publicKey.bytes)
        #expect(hexadecimal(shared) == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
        #expect(shared == x25519(scalar: bob.bytes, point: alice.publicKey.bytes))
    }

    @Test("new keys differ, and private ones have the form that X25519 gives them")
    func creation() throws {
        var seen: Set<[UInt8]> = []
        for _ in 0..<64 {
            let key = try WireGuardSecretKey.newPrivateKey()
            #expect(key.bytes[0] & 7 == 0 && key.bytes[31] & 0xc0 == 0x40)
            seen.insert(key.bytes)
            seen.insert(try WireGuardSecretKey.newPresharedKey().bytes)
        }
        #expect(seen.count == 128)
    }
}
