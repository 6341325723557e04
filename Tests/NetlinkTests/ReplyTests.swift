// SPDX-License-Identifier: Apache-2.0

@testable import Netlink
import SystemPackage
import Testing

@Suite struct ReplyTests {
    /// The messages of a datagram: heads and payloads.
    private func messages(in datagram: [UInt8]) throws(NetlinkError) -> [(header: MessageHeader, payload: [UInt8])] {
        var messages: [(header: MessageHeader, payload: [UInt8])] = []
        try forEachMessage(in: datagram.span.bytes) { (header, payload) throws(NetlinkError) in
            messages.append((header, payload.bytes))
        }
        return messages
    }

    /// The acknowledgement in a datagram of one message.
    private func acknowledgement(in datagram: [UInt8]) throws -> Acknowledgement {
        var answer: Acknowledgement?
        try forEachMessage(in: datagram.span.bytes) { (header, payload) throws(NetlinkError) in
            do throws(MalformedReply) {
                answer =
                    header.isDone
                    ? try Acknowledgement(done: payload, flags: header.flags)
                    : try Acknowledgement(error: payload, flags: header.flags)
            } catch { throw .malformed(error) }
        }
        return try #require(answer)
    }

    @Test func severalMessagesInOneDatagram() throws {
        let messages = try messages(in: Fixture.addresses.bytes)
        #expect(messages.count == 2)
        for message in messages {
            #expect(message.header == MessageHeader(type: 20, flags: 2, sequence: 7, port: 0x978d_1611))
        }
        let addresses = try messages.map { message in
            try Attributes<AnyScope>(Array(message.payload.dropFirst(8)).span.bytes).value(.bytes(1))
        }
        #expect(addresses == [[127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1]])
    }

    @Test(arguments: 0...15) func trailingBytesAreLeftAlone(count: Int) throws {
        let datagram = Fixture.done.bytes + [UInt8](repeating: 0xff, count: count)
        #expect(try messages(in: datagram).count == 1)
    }

    @Test(arguments: [0, 15, 21, 1000, 0x8000_0000, UInt32.max]) func lengthThatDoesNotFit(length: UInt32) {
        var datagram = Fixture.done.bytes
        withUnsafeBytes(of: length) { datagram.replaceSubrange(..<4, with: $0) }
        #expect(throws: NetlinkError.malformed(MalformedReply("a message's length does not fit", at: 0))) {
            try messages(in: datagram)
        }
    }

    @Test func errorsOfTheVisitorPass() {
        let datagram = Fixture.addresses.bytes
        var visits = 0
        do throws(NetlinkError) {
            try forEachMessage(in: datagram.span.bytes) { (_, _) throws(NetlinkError) in
                visits += 1
                throw .overflow
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error == .overflow)
        }
        #expect(visits == 1)
    }

    @Test(arguments: [Fixture.cappedRefusal, Fixture.wholeRefusal]) func refusalWithReasons(reply: AnnotatedHex) throws
    {
        let answer = try acknowledgement(in: reply.bytes)
        #expect(answer.errno == .outOfRange)
        #expect(answer.message == "Attribute failed policy validation")
        #expect(answer.offset == 32)
        #expect(answer.missingType == nil)
    }

    @Test func refusalWithoutReasons() throws {
        let answer = try acknowledgement(in: Fixture.bareRefusal.bytes)
        #expect(answer.errno == .outOfRange)
        #expect(answer.message == nil)
        #expect(answer.offset == nil)
    }

    @Test func success() throws {
        let answer = try acknowledgement(in: Fixture.success.bytes)
        #expect(answer.errno == nil)
        #expect(answer.message == nil)
    }

    /// The kernel can say yes and warn.
    @Test func successWithAWarning() throws {
        var reply = Fixture.success.bytes
        reply[7] |= 0x02
        reply += attribute(1, Array("Careful\0".utf8))
        reply[0] = UInt8(reply.count)
        let answer = try acknowledgement(in: reply)
        #expect(answer.errno == nil)
        #expect(answer.message == "Careful")
    }

    @Test func missingAttribute() throws {
        var reply = Fixture.success.bytes
        (reply[7], reply[16], reply[17], reply[18], reply[19]) = (0x03, 0xea, 0xff, 0xff, 0xff)
        reply += attribute(5, [18, 0, 0, 0])
        reply[0] = UInt8(reply.count)
        #expect(try acknowledgement(in: reply).missingType == 18)
    }

    @Test func endOfADump() throws {
        #expect(try acknowledgement(in: Fixture.done.bytes).errno == nil)
        let answer = try acknowledgement(in: Fixture.refusedDump.bytes)
        #expect(answer.errno == .invalidArgument)
        #expect(answer.message == "Filter by device index not supported for link dumps")
        // A dump may end without any payload.
        #expect(try acknowledgement(in: [16, 0, 0, 0] + Fixture.done.bytes[4..<16]).errno == nil)
    }

    @Test func extremeErrorNumber() throws {
        var reply = Fixture.success.bytes
        reply.replaceSubrange(16..<20, with: [0, 0, 0, 0x80])
        #expect(try acknowledgement(in: reply).errno == Errno(rawValue: .max))
    }

    /// A repeated request shorter than its own head cannot be; what follows is not taken for reasons.
    @Test(arguments: [0, 4, 15, 16, 0xffff_ffff] as [UInt32]) func lyingRequestLength(length: UInt32) throws {
        var reply = Fixture.bareRefusal.bytes
        reply[7] = 0x02
        withUnsafeBytes(of: length) { reply.replaceSubrange(20..<24, with: $0) }
        reply.removeSubrange(36...)
        reply += attribute(1, Array("reason\0".utf8))
        reply[0] = UInt8(reply.count)
        if length > 16 {
            #expect(throws: NetlinkError.self) { try acknowledgement(in: reply) }
        } else {
            #expect(try acknowledgement(in: reply).message == "reason")
        }
    }

    @Test(arguments: 16..<24) func cutAcknowledgement(count: Int) {
        let reply = [UInt8(count)] + Fixture.success.bytes[1..<count]
        #expect(throws: NetlinkError.malformed(MalformedReply("an acknowledgement is too short"))) {
            try acknowledgement(in: reply)
        }
    }
}
