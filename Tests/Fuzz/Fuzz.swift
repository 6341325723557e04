// SPDX-License-Identifier: Apache-2.0

@testable import GenericNetlink
@testable import Netlink
@testable import RouteNetlink

/// A reader of bytes from outside. It throws or returns; what it does is of no interest here.
private typealias Reader = @Sendable (RawSpan) throws -> Void

/// Every reader of what follows a `nlmsghdr`: a new one is a line here.
///
/// The options of each kind of link are read by `Link`.
private let readers: [Reader] = [
    { _ = try Link(decoding: $0) },
    { _ = try InterfaceAddress(decoding: $0) },
    { _ = try Route(decoding: $0) },
    { _ = try NamespaceID(decoding: $0) },
    { _ = try GenericFamily(decoding: $0) },
    { payload in
        var device = WireGuardDevice()
        try device.merge(payload)
    },
    { _ = try Acknowledgement(error: $0, flags: 0x200) },
    { _ = try Acknowledgement(error: $0, flags: 0x300) },
    { _ = try Acknowledgement(done: $0, flags: 0x200) },
    { try readAttributes($0, depth: 0) },
]

/// What libFuzzer, which has `main`, calls with one input: a datagram. Built and run by scripts/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
public func readDatagram(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let datagram = Array(UnsafeBufferPointer(start: start, count: count))
    try? forEachMessage(in: datagram.span.bytes) { (_, payload) throws(NetlinkError) in
        for read in readers { try? read(payload) }
    }
    return 0
}

private enum AnyScope {}

/// Attributes of no message in particular, and those inside them.
private func readAttributes(_ bytes: RawSpan, depth: Int) throws(MalformedReply) {
    let attributes = try Attributes<AnyScope>(bytes)
    for number: UInt16 in [1, 79, 80, 0x3fff] { _ = attributes.payload(number) }
    attributes.forEach { _, payload in
        _ = String(attributePayload: payload)
        _ = [UInt8](attributePayload: payload)
        _ = UInt32(attributePayload: payload)
        _ = NetworkOrder<UInt16>(attributePayload: payload)
        _ = Bool(attributePayload: payload)
        if depth < 4 { try? readAttributes(payload, depth: depth + 1) }
    }
}
