// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
internal import Netlink

/// One way of several that a route has: an entry of `RTA_MULTIPATH`, `struct rtnexthop`. Source: rtnetlink(7).
public struct NextHop: Hashable, Sendable {
    /// `rtnh_ifindex`: the device; nil lets the kernel find it by the gateway.
    public var outputInterface: Int32?
    /// `RTA_GATEWAY`, or `RTA_VIA` when it is of another family than the route; nil: on the link.
    public var gateway: IPAddress?
    /// How much of the traffic goes this way, 1…256; the kernel's `rtnh_hops` is one less.
    public var weight: UInt16
    /// `rtnh_flags`
    public var flags: RouteFlags
    /// `RTA_FLOW`: the realms, source in the upper half and destination in the lower.
    public var realms: UInt32?
    /// `RTA_ENCAP_TYPE` and `RTA_ENCAP`: a tunnel, as the kernel writes it.
    public var encapsulation: RouteEncapsulation?

    /// A way to a gateway, or straight to a link.
    public init(via gateway: IPAddress? = nil, device: Int32? = nil, weight: UInt16 = 1, flags: RouteFlags = []) {
        outputInterface = device
        self.gateway = gateway
        self.weight = weight
        self.flags = flags
    }
}

/// A lightweight tunnel of a route: `RTA_ENCAP_TYPE` with `RTA_ENCAP`. Source: linux/lwtunnel.h.
public struct RouteEncapsulation: Hashable, Sendable {
    /// `LWTUNNEL_ENCAP_…`
    public var type: UInt16
    /// The attributes inside `RTA_ENCAP`, as they are.
    public var attributes: [UInt8]

    /// A tunnel of the kernel's number `type`.
    public init(type: UInt16, attributes: [UInt8]) {
        self.type = type
        self.attributes = attributes
    }

    init?(decoding attributes: borrowing Attributes<RouteMessage>) throws(MalformedReply) {
        guard let type = try attributes.value(.encapsulationType) else { return nil }
        self.init(type: type, attributes: try attributes.value(.encapsulation) ?? [])
    }

    func encode(into writer: AttributeWriter<RouteMessage>) {
        writer.put(.encapsulation, attributes)
        writer.put(.encapsulationType, type)
    }
}

extension NextHop {
    /// Reads the payload of `RTA_MULTIPATH`: structures, each with its attributes behind it.
    ///
    /// - Throws: `MalformedReply` for an entry that is shorter than its structure or longer than what is left.
    static func list(decoding bytes: RawSpan, _ family: AddressFamily) throws(MalformedReply) -> [NextHop] {
        let size = MemoryLayout<rtnexthop>.size
        var nextHops: [NextHop] = []
        var offset = 0
        while bytes.byteCount - offset >= size {
            guard let length: UInt16 = bytes.integer(at: offset), Int(length) >= size,
                Int(length) <= bytes.byteCount - offset,
                let flags: UInt8 = bytes.integer(at: offset + 2), let hops: UInt8 = bytes.integer(at: offset + 3),
                let index: Int32 = bytes.integer(at: offset + 4)
            else { throw MalformedReply("a next hop's length does not fit", at: offset) }
            let attributes = try Attributes<RouteMessage>(bytes.extracting(offset + size..<offset + Int(length)))
            var nextHop = NextHop(
                via: try attributes.anyGateway(family), device: index == 0 ? nil : index, weight: UInt16(hops) + 1,
                flags: RouteFlags(rawValue: UInt32(flags)))
            nextHop.realms = try attributes.value(.realms)
            nextHop.encapsulation = try RouteEncapsulation(decoding: attributes)
            nextHops.append(nextHop)
            offset += (Int(length) + 3) & ~3
        }
        return nextHops
    }

    func encode(into writer: AttributeWriter<RouteMessage>, _ family: AddressFamily) {
        let start = writer.position
        var header = rtnexthop()
        header.rtnh_flags = UInt8(truncatingIfNeeded: flags.intersection(.settable).rawValue)
        header.rtnh_hops = UInt8(clamping: Int(weight) - 1)
        header.rtnh_ifindex = outputInterface ?? 0
        writer.append(header)
        if let gateway { writer.put(gateway: gateway, family) }
        writer.put(.realms, ifPresent: realms)
        encapsulation?.encode(into: writer)
        writer.patch(UInt16(truncatingIfNeeded: writer.position - start), at: start)
    }
}

extension Attributes where Scope == RouteMessage {
    /// `RTA_GATEWAY`, or `RTA_VIA` in its place.
    func anyGateway(_ family: AddressFamily) throws(MalformedReply) -> IPAddress? {
        if let gateway = try address(.gateway, family) { return gateway }
        return try value(.via)?.address
    }
}

extension AttributeWriter where Scope == RouteMessage {
    /// `RTA_GATEWAY`, or `RTA_VIA` for an address of another family than the route's.
    func put(gateway: IPAddress, _ family: AddressFamily) {
        if gateway.family == family { put(.gateway, gateway) } else { put(.via, ViaAddress(gateway)) }
    }
}
