// SPDX-License-Identifier: Apache-2.0

@testable import Netlink
import Testing

@Suite struct AttributesTests {
    private func value(_ number: UInt16, in bytes: [UInt8]) throws -> [UInt8]? {
        try Attributes<AnyScope>(bytes.span.bytes).value(.bytes(number))
    }

    /// Numbers and payloads of everything that `forEach` visits.
    private func all(in bytes: [UInt8]) throws -> [(UInt16, [UInt8])] {
        var all: [(UInt16, [UInt8])] = []
        try Attributes<AnyScope>(bytes.span.bytes).forEach { number, payload in all.append((number, payload.bytes)) }
        return all
    }

    @Test(arguments: [0, 1, 79, 80, 81, 300, 0x3fff] as [UInt16]) func findsByNumber(number: UInt16) throws {
        let bytes = attribute(number ^ 2, [9]) + attribute(number, [1, 2, 3, 4, 5]) + attribute(number ^ 4, [8])
        #expect(try value(number, in: bytes) == [1, 2, 3, 4, 5])
        #expect(try value(number ^ 1, in: bytes) == nil)
        #expect(try all(in: bytes).map(\.0) == [number ^ 2, number, number ^ 4])
    }

    @Test(arguments: [7, 107] as [UInt16]) func theFirstOneWins(number: UInt16) throws {
        let bytes = attribute(number, [1]) + attribute(number, [2]) + attribute(number, [3])
        #expect(try value(number, in: bytes) == [1])
        #expect(try all(in: bytes).map(\.1) == [[1], [2], [3]])
    }

    @Test(arguments: [0x8000, 0x4000, 0xc000] as [UInt16]) func flagsAreNotPartOfTheNumber(flag: UInt16) throws {
        #expect(try value(3, in: attribute(flag | 3, [1])) == [1])
        #expect(try value(200, in: attribute(flag | 200, [1])) == [1])
        #expect(try all(in: attribute(flag | 3, [])).map(\.0) == [3])
    }

    @Test func emptyPayload() throws {
        #expect(try value(7, in: attribute(7, [])) == [])
        #expect(try value(107, in: attribute(107, [])) == [])
        let attributes = try Attributes<AnyScope>(attribute(7, []).span.bytes)
        // A view that can't escape is out of reach of the macro.
        let isThere = attributes.contains(AttributeKey<AnyScope, PresenceFlag>(7, "FLAG"))
        let isElsewhere = attributes.contains(AttributeKey<AnyScope, PresenceFlag>(8, "FLAG"))
        #expect(isThere)
        #expect(!isElsewhere)
    }

    @Test(arguments: 0...3) func trailingJunkIsLeftAlone(count: Int) throws {
        let bytes = attribute(7, [1]) + attribute(107, [2]) + [UInt8](repeating: 0xff, count: count)
        #expect(try value(7, in: bytes) == [1])
        #expect(try value(107, in: bytes) == [2])
        #expect(try value(108, in: bytes) == nil)
        #expect(try all(in: bytes).count == 2)
        #expect(try all(in: [UInt8](repeating: 0xff, count: count)).isEmpty)
    }

    /// The last attribute of a message need not be padded.
    @Test(arguments: 1...3) func lastOneWithoutPadding(missing: Int) throws {
        let bytes = Array((attribute(7, [1]) + attribute(107, [2])).dropLast(missing))
        #expect(try value(107, in: bytes) == [2])
        #expect(try all(in: bytes).count == 2)
    }

    @Test(arguments: [0, 1, 2, 3, 9, 255, 65_532, 65_533, 65_534, 65_535] as [UInt16])
    func lengthThatDoesNotFit(length: UInt16) throws {
        for number: UInt16 in [7, 107] {
            let bytes = attribute(1, [1]) + attribute(number, [1, 2, 3, 4], length: length)
            #expect(throws: MalformedReply("an attribute's length does not fit", at: 8)) {
                try self.value(number, in: bytes)
            }
        }
    }

    /// Rounding such a length up to a multiple of four leaves 16 bits.
    @Test(arguments: 65_529...65_535) func longestAttributes(length: Int) throws {
        let payload = [UInt8](repeating: 1, count: length - 4)
        let bytes = attribute(7, payload) + attribute(107, payload) + attribute(8, [3])
        #expect(try value(7, in: bytes) == payload)
        #expect(try value(107, in: bytes) == payload)
        #expect(try value(8, in: bytes) == [3])
        #expect(try all(in: bytes).count == 3)
    }

    @Test func nestedAttributes() throws {
        let key = AttributeKey<AnyScope, Nest<AnyScope>>(9, "ANY_NEST")
        func inner(_ bytes: [UInt8]) throws -> [UInt8]? {
            try Attributes<AnyScope>(bytes.span.bytes).nested(key)?.value(.bytes(1))
        }
        #expect(try inner(attribute(0x8009, attribute(1, [5]))) == [5])
        #expect(try inner(attribute(9, [])) == nil)
        #expect(try inner(attribute(8, [])) == nil)
        // A nest's content is proven when it is opened.
        #expect(throws: MalformedReply.self) { try inner(attribute(9, attribute(1, [5], length: 9))) }
    }

    @Test func integers() throws {
        let bytes = attribute(1, [1, 2, 3, 4, 5, 6, 7, 8]) + attribute(2, [0xfe, 0xff, 0xff, 0xff])
        func read<Value: AttributeValue>(_ number: UInt16, as type: Value.Type) throws -> Value? {
            try Attributes<AnyScope>(bytes.span.bytes).value(AttributeKey<AnyScope, Value>(number, "ANY"))
        }
        #expect(try read(1, as: UInt64.self) == 0x0807_0605_0403_0201)
        #expect(try read(1, as: UInt16.self) == 0x0201)
        #expect(try read(1, as: NetworkOrder<UInt16>.self)?.value == 0x0102)
        #expect(try read(2, as: Int32.self) == -2)
        #expect(try read(1, as: Bool.self) == true)
        #expect(throws: MalformedReply("ANY has an unexpected form")) { try read(2, as: UInt64.self) }
    }

    @Test(arguments: [("a\0", "a"), ("a", "a"), ("", ""), ("\0", ""), ("a\0b\0", "a")])
    func text(payload: String, meant: String) throws {
        let bytes = attribute(1, Array(payload.utf8))
        let text = try Attributes<AnyScope>(bytes.span.bytes).value(AttributeKey<AnyScope, String>(1, "ANY"))
        #expect(text == meant)
    }

    @Test func valuesAreReadAsTheyWereWritten() throws {
        func roundTrip<Value: AttributeValue & Equatable>(_ value: Value) throws -> Bool {
            let key = AttributeKey<AnyScope, Value>(4, "ANY")
            let request = Request<AnyScope>(16, header: UInt32(0), operation: "test")
            request.attributes.put(key, value)
            return try Attributes<AnyScope>(Array(request.bytes.dropFirst(20)).span.bytes).value(key) == value
        }
        #expect(try roundTrip(UInt8.max))
        #expect(try roundTrip(UInt16(0x1234)))
        #expect(try roundTrip(UInt32.max))
        #expect(try roundTrip(UInt64(1) << 63))
        #expect(try roundTrip(Int8.min))
        #expect(try roundTrip(Int32.min))
        #expect(try roundTrip(Int64.min))
        #expect(try roundTrip("ä rather long name, so that it is not small"))
        #expect(try roundTrip(""))
        #expect(try roundTrip([UInt8]()))
        #expect(try roundTrip([1, 2, 3] as [UInt8]))
        #expect(try roundTrip(true))
        #expect(try roundTrip(false))
    }
}
