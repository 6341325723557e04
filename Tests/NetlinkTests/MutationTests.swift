// SPDX-License-Identifier: Apache-2.0

@testable import Netlink
import Testing

/// Whatever bytes arrive, reading them throws or gives values: it never traps and always ends.
@Suite struct MutationTests {
    /// SplitMix64: the same bytes in every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }
    }

    /// Reads the bytes in every way there is.
    ///
    /// - Returns: how many things were read; each takes bytes, so that there can't be many.
    private func readEverything(in bytes: [UInt8]) -> Int {
        var count = readAttributes(bytes.span.bytes, depth: 0)
        count += readAcknowledgements(bytes.span.bytes, flags: 0)
        try? forEachMessage(in: bytes.span.bytes) { (header, payload) throws(NetlinkError) in
            count += 1 + readAcknowledgements(payload, flags: header.flags) + readAttributes(payload, depth: 0)
            for size in [4, 16] where payload.byteCount >= size {
                count += readAttributes(payload.extracting(droppingFirst: size), depth: 0)
            }
        }
        return count
    }

    private func readAttributes(_ bytes: RawSpan, depth: Int) -> Int {
        var count = 0
        do throws(MalformedReply) {
            let attributes = try Attributes<AnyScope>(bytes)
            for number: UInt16 in [0, 1, 79, 80, 0x3fff] {
                guard let payload = attributes.payload(number) else { continue }
                count += payload.byteCount <= bytes.byteCount ? 1 : .max
                _ = String(attributePayload: payload)
                _ = UInt64(attributePayload: payload)
                _ = NetworkOrder<UInt16>(attributePayload: payload)
                _ = Bool(attributePayload: payload)
            }
            attributes.forEach { _, payload in
                count += 1
                if depth < 4 { count += readAttributes(payload, depth: depth + 1) }
            }
            _ = try attributes.nested(AttributeKey<AnyScope, Nest<AnyScope>>(18, "ANY_NEST"))
        } catch {}
        return count
    }

    private func readAcknowledgements(_ payload: RawSpan, flags: UInt16) -> Int {
        var count = 0
        for flags in [flags, 0x200] {
            if (try? Acknowledgement(error: payload, flags: flags)) != nil { count += 1 }
            if (try? Acknowledgement(done: payload, flags: flags)) != nil { count += 1 }
        }
        return count
    }

    /// The most things that so many bytes can hold, read as often as above.
    private func limit(_ bytes: [UInt8]) -> Int { 1000 + bytes.count * 50 }

    @Test(arguments: Fixture.all) func everyPrefix(fixture: AnnotatedHex) {
        for count in 0...fixture.bytes.count {
            let bytes = Array(fixture.bytes[..<count])
            #expect(readEverything(in: bytes) < limit(bytes))
        }
    }

    @Test(arguments: Fixture.all) func everyByteFlipped(fixture: AnnotatedHex) {
        for position in fixture.bytes.indices {
            for mask: UInt8 in [0x01, 0x04, 0x80, 0xff, fixture.bytes[position]] {
                var bytes = fixture.bytes
                bytes[position] ^= mask
                #expect(readEverything(in: bytes) < limit(bytes))
            }
        }
    }

    @Test func randomBytes() {
        var generator = Generator(state: 2026)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...160, using: &generator)
            // Small values make lengths that fit now and then.
            let most: UInt8 = Bool.random(using: &generator) ? 255 : 24
            let bytes = (0..<count).map { index in
                index % 4 < 2
                    ? UInt8.random(in: 0...most, using: &generator) : UInt8.random(in: 0...255, using: &generator)
            }
            if readEverything(in: bytes) >= limit(bytes) { Issue.record("too much in \(bytes)") }
        }
    }

    /// Lengths near 65,536 need buffers of that size.
    @Test func randomLongBytes() {
        var generator = Generator(state: 7)
        for _ in 0..<100 {
            var bytes = [UInt8](repeating: 0, count: 70_000)
            let length = UInt16.random(in: 65_500...65_535, using: &generator)
            bytes.replaceSubrange(..<4, with: attribute(1, [], length: length)[..<4])
            // Behind it only zeroes, whose length is no attribute's.
            #expect(readAttributes(bytes.span.bytes, depth: 4) == 0)
            let next = (Int(length) + 3) & ~3
            #expect(readAttributes(Array(bytes[..<next]).span.bytes, depth: 4) == 2)
        }
    }
}
