// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CMnl

/// The fixed head of every netlink message, `struct nlmsghdr`.
public struct MessageHeader: Equatable, Sendable {
    /// Message type: `RTM_NEWLINK` and the like, or one of the control types.
    public var type: UInt16
    /// `NLM_F_…`.
    public var flags: UInt16
    /// The request that it answers; 0 for an event.
    public var sequence: UInt32
    /// The port that asked; 0 for an event of the kernel's own making.
    public var port: UInt32

    var isDone: Bool { type == UInt16(NLMSG_DONE) }
    var isError: Bool { type == UInt16(NLMSG_ERROR) }
    var isNoop: Bool { type == UInt16(NLMSG_NOOP) }
    var isOverrun: Bool { type == UInt16(NLMSG_OVERRUN) }
    var isInterrupted: Bool { flags & UInt16(NLM_F_DUMP_INTR) != 0 }
}

/// Visits the messages of one datagram.
///
/// - Throws: `MalformedReply` for a message that is shorter than its header or
///   longer than the datagram, and whatever `body` throws.
public func forEachMessage(
    in datagram: RawSpan, _ body: (MessageHeader, _ payload: RawSpan) throws(NetlinkError) -> Void
) throws(NetlinkError) {
    var offset = 0
    while datagram.byteCount - offset >= 16 {
        guard let length: UInt32 = datagram.integer(at: offset), length >= 16,
            Int(length) <= datagram.byteCount - offset,
            let type: UInt16 = datagram.integer(at: offset + 4), let flags: UInt16 = datagram.integer(at: offset + 6),
            let sequence: UInt32 = datagram.integer(at: offset + 8),
            let port: UInt32 = datagram.integer(at: offset + 12)
        else { throw .malformed(MalformedReply("a message's length does not fit", at: offset)) }
        let header = MessageHeader(type: type, flags: flags, sequence: sequence, port: port)
        try body(header, datagram.extracting(offset + 16..<offset + Int(length)))
        offset += (Int(length) + 3) & ~3
    }
}

/// What an acknowledgement says: `struct nlmsgerr` and the extended-ack attributes behind it.
///
/// Source: linux/netlink.h, `enum nlmsgerr_attrs`.
public struct Acknowledgement: Equatable, Sendable {
    /// Nil for success.
    public var errno: Errno?
    /// `NLMSGERR_ATTR_MSG`: with success it is a warning.
    public var message: String?
    /// `NLMSGERR_ATTR_OFFS`: the byte of the request that the kernel objects to.
    public var offset: Int?
    /// `NLMSGERR_ATTR_MISS_TYPE`: the number of an attribute that should have been there.
    public var missingType: UInt32?

    /// Reads the payload of `NLMSG_ERROR`.
    init(error payload: RawSpan, flags: UInt16) throws(MalformedReply) {
        guard let code: Int32 = payload.integer(at: 0), let requestLength: UInt32 = payload.integer(at: 4) else {
            throw MalformedReply("an acknowledgement is too short")
        }
        errno = code == 0 ? nil : Errno(rawValue: code == .min ? .max : abs(code))
        guard flags & UInt16(NLM_F_ACK_TLVS) != 0 else { return }
        // With NETLINK_CAP_ACK the kernel repeats only the request's header, never its payload.
        var start = 4 + 16
        if flags & UInt16(NLM_F_CAPPED) == 0, code != 0 { start = 4 + Int((UInt64(max(requestLength, 16)) + 3) & ~3) }
        guard start <= payload.byteCount else { throw MalformedReply("an acknowledgement is cut short") }
        try read(payload.extracting(droppingFirst: start))
    }

    /// Reads the payload of `NLMSG_DONE`, which carries an error number and the same attributes.
    init(done payload: RawSpan, flags: UInt16) throws(MalformedReply) {
        if let code: Int32 = payload.integer(at: 0), code < 0 { errno = Errno(rawValue: code == .min ? .max : -code) }
        guard flags & UInt16(NLM_F_ACK_TLVS) != 0, payload.byteCount >= 4 else { return }
        try read(payload.extracting(droppingFirst: 4))
    }

    private mutating func read(_ bytes: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<AcknowledgementScope>(bytes)
        message = try attributes.value(.message)
        offset = try attributes.value(.offset).map(Int.init)
        missingType = try attributes.value(.missingType)
    }
}

/// The attributes behind an acknowledgement.
enum AcknowledgementScope {}
extension AttributeKey where Scope == AcknowledgementScope, Value == String {
    static var message: Self { Self(1, "NLMSGERR_ATTR_MSG") }
}
extension AttributeKey where Scope == AcknowledgementScope, Value == UInt32 {
    static var offset: Self { Self(2, "NLMSGERR_ATTR_OFFS") }
    static var missingType: Self { Self(5, "NLMSGERR_ATTR_MISS_TYPE") }
}
