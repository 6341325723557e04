// SPDX-License-Identifier: Apache-2.0

import CMnl
@testable import Netlink
import SystemPackage
import Testing

@Suite struct RequestTests {
    private func emptyRequest() -> Request<AnyScope> { Request(RTM_GETLINK, header: ifinfomsg(), operation: "test") }

    /// What the request has behind `nlmsghdr` and `ifinfomsg`.
    private func attributeBytes(of request: Request<AnyScope>) -> [UInt8] { Array(request.bytes.dropFirst(32)) }

    @Test func buildsWhatTheKernelTook() {
        let request = addLink("a-name-that-is-too-long")
        // The sequence and the wish for an answer are added to what is sent, not to the request.
        var expected = Fixture.addLink.bytes
        expected[6] &= ~UInt8(RequestFlags.acknowledge.rawValue)
        expected[8] = 0
        #expect(request.bytes == expected)
        let head = request.buffer.head(flags: RequestFlags.acknowledge.rawValue, sequence: 1)
        #expect(withUnsafeBytes(of: head) { Array($0) } == Array(Fixture.addLink.bytes[..<16]))
        #expect(request.bytes == expected)
    }

    @Test func headOnly() {
        let request = Request<AnyScope>(RTM_GETNSID, flags: .dump, header: rtgenmsg(rtgen_family: 7), operation: "test")
        let expected: AnnotatedHex = """
            14000000 5a00 0103 00000000 00000000
            07 000000 # rtgenmsg is one byte long
            """
        #expect(request.bytes == expected.bytes)
    }

    @Test(arguments: 0...9) func padsEachAttribute(count: Int) {
        let request = emptyRequest()
        let payload = [UInt8](repeating: 0xaa, count: count)
        request.attributes.put(.bytes(5), payload)
        request.attributes.put(.bytes(6), [1])
        #expect(attributeBytes(of: request) == attribute(5, payload) + attribute(6, [1]))
    }

    @Test func nestsWithAndWithoutTheFlag() {
        let key = AttributeKey<AnyScope, Nest<AnyScope>>(9, "ANY_NEST")
        let request = emptyRequest()
        request.attributes.nest(key) { outer in
            outer.put(.bytes(1), [1, 2, 3])
            outer.nest(key, nestedFlag: false) { $0.put(.bytes(2), []) }
            outer.nest(key) { _ in }
        }
        request.attributes.put(.bytes(3), [4])
        let inner = attribute(1, [1, 2, 3]) + attribute(9, attribute(2, [])) + attribute(0x8009, [])
        #expect(attributeBytes(of: request) == attribute(0x8009, inner) + attribute(3, [4]))
    }

    @Test func structuresInsideNests() {
        let key = AttributeKey<AnyScope, Nest<AnyScope>>(9, "ANY_NEST")
        let request = emptyRequest()
        request.attributes.nest(key) { writer in
            let start = writer.position
            writer.append(UInt8(7))
            writer.put(.bytes(1), [1])
            writer.patch(0x1234, at: start + 2)
            writer.patch(0xffff, at: -1)
            writer.patch(0xffff, at: writer.position - 1)
        }
        #expect(attributeBytes(of: request) == attribute(0x8009, [7, 0, 0x34, 0x12] + attribute(1, [1])))
    }

    @Test func absentValuesAreNotPut() {
        let request = emptyRequest()
        request.attributes.put(.bytes(1), ifPresent: nil)
        #expect(attributeBytes(of: request).isEmpty)
    }

    @Test func overflowIsRemembered() {
        let request = emptyRequest()
        // 16,384 bytes, less the two headers and the attribute's own, just fit.
        request.attributes.put(.bytes(1), [UInt8](repeating: 0, count: 16_384 - 32 - 4))
        #expect(!request.buffer.hasOverflowed)
        let before = request.bytes
        request.attributes.put(.bytes(2), [])
        #expect(request.buffer.hasOverflowed)
        request.attributes.append(UInt8(0))
        request.attributes.nest(AttributeKey<AnyScope, Nest<AnyScope>>(9, "ANY_NEST")) { $0.put(.bytes(3), [1]) }
        #expect(request.bytes == before)
    }

    @Test(arguments: [16_384, 65_528, 65_536, 1 << 20]) func payloadBeyondTheBuffer(count: Int) {
        let request = emptyRequest()
        request.attributes.put(.bytes(1), [UInt8](repeating: 0, count: count))
        #expect(request.buffer.hasOverflowed)
        #expect(attributeBytes(of: request).isEmpty)
    }

    /// Only a buffer larger than requests have can hold a nest whose length needs more than 16 bits.
    @Test(arguments: [(7, false), (8, true)]) func nestBeyondItsLengthField(pieces: Int, overflows: Bool) {
        let buffer = RequestBuffer(type: 16, flags: 0, capacity: 1 << 17)
        buffer.nest(9, name: "ANY_NEST", nestedFlag: true) {
            for _ in 0..<pieces {
                let piece = [UInt8](repeating: 0, count: 8188)
                piece.withUnsafeBytes { buffer.put(1, name: "ANY_BYTES", $0) }
            }
        }
        #expect(buffer.hasOverflowed == overflows)
    }

    @Test func namesTheAttributeAtAnOffset() {
        let key = AttributeKey<AnyScope, Nest<AnyScope>>(9, "OUTER")
        let request = emptyRequest()
        request.attributes.put(AttributeKey<AnyScope, [UInt8]>(1, "FIRST"), [1, 2, 3, 4])
        request.attributes.nest(key) { writer in
            writer.append(UInt64(0))
            writer.put(AttributeKey<AnyScope, [UInt8]>(2, "INNER"), [1])
        }
        request.attributes.put(AttributeKey<AnyScope, [UInt8]>(3, "LAST"), [1])
        let names: [(Int, String?)] = [
            (-1, nil), (0, nil), (16, nil), (31, nil), (32, "FIRST"), (39, "FIRST"), (40, "OUTER"), (44, "OUTER"),
            (52, "INNER"), (59, "INNER"), (60, "LAST"), (67, "LAST"), (68, nil), (Int(UInt32.max), nil),
        ]
        for (offset, name) in names { #expect(request.buffer.name(at: offset) == name, "offset \(offset)") }
    }

    @Test func sentenceOfAnError() {
        let error = KernelError(
            "add link 'v0'", .fileExists, kernelMessage: "Name is taken.", attribute: "IFLA_IFNAME")
        #expect("\(error)" == "cannot add link 'v0': Name is taken (EEXIST at IFLA_IFNAME)")
        #expect("\(KernelError("add link 'v0'", .fileExists))" == "cannot add link 'v0': File exists (EEXIST)")
    }
}
