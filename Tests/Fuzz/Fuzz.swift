// SPDX-License-Identifier: Apache-2.0

@testable import GenericNetlink
@testable import NFTables
@testable import Netlink
@testable import RouteNetlink

/// A reader of bytes from outside. It throws or returns; what it does is of no interest here.
private typealias Reader = @Sendable (RawSpan) throws -> Void

/// Every reader of what follows a `nlmsghdr`: a new one is a line here.
///
/// The options of each kind of link are read by `Link`, those of qdiscs by `QueueingDiscipline`. What can be asked
/// for again as it was reported is encoded, too.
private let readers: [Reader] = [
    { _ = try Acknowledgement(done: $0, flags: 0x200) },
    { _ = try Acknowledgement(error: $0, flags: 0x200) },
    { _ = try Acknowledgement(error: $0, flags: 0x300) },
    { payload in
        guard let entry = try ForwardingEntry(decoding: payload) else { return }
        _ = entry.addRequest().bytes
    },
    { _ = try Chain.decode($0) },
    { _ = try SetElement.decode($0).prefixes },
    { _ = try Table(decodingTable: $0) },
    { _ = try GenericFamily(decoding: $0) },
    { payload in
        guard let address = try InterfaceAddress(decoding: payload) else { return }
        _ = address.addRequest(displayName: "v0").bytes
    },
    { _ = try Link(decoding: $0) },
    { payload in
        var database = MulticastDatabase()
        try database.add(decoding: payload)
        for entry in database.entries { _ = entry.addRequest().bytes }
    },
    { payload in
        guard let route = try MPLSRoute(decoding: payload) else { return }
        _ = route.addRequest().bytes
    },
    { _ = try NamespaceID(decoding: $0) },
    { payload in
        guard let neighbor = try Neighbor(decoding: payload) else { return }
        _ = neighbor.addRequest(device: "v0").bytes
    },
    { _ = try NextHopBucket(decoding: $0) },
    { payload in
        let hop = try NextHopObject(decoding: payload)
        _ = hop.encapsulation.flatMap(RouteTunnel.init)?.encapsulation
        _ = hop.addRequest().bytes
    },
    { _ = try PortVLANs(decoding: $0) },
    { _ = try QueueingDiscipline(decoding: $0) },
    { payload in
        guard let route = try Route(decoding: payload) else { return }
        for encapsulation in [route.encapsulation] + route.nextHops.map(\.encapsulation) {
            _ = encapsulation.flatMap(RouteTunnel.init)?.encapsulation
        }
        _ = route.addRequest().bytes
    },
    { payload in
        guard let rule = try Rule(decoding: payload) else { return }
        _ = rule.addRequest().bytes
    },
    { _ = try TrafficClass(decoding: $0) },
    { payload in
        var device = WireGuardDevice()
        try device.merge(payload)
    },
    { try readAttributes($0, depth: 0) },
]

/// What libFuzzer, which has `main`, calls with one input: a datagram. Built and run by scripts/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
public func readDatagram(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let datagram = Array(UnsafeBufferPointer(start: start, count: count))
    var state = RouteState()
    try? forEachMessage(in: datagram.span.bytes) { (header, payload) throws(NetlinkError) in
        for read in readers { try? read(payload) }
        guard let event = try? RouteEvent(decoding: header, payload) else { return }
        _ = state.apply(event)
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
