// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// What becomes of packets with a label: a route of the family `AF_MPLS`.
///
/// Sources: linux/rtnetlink.h, linux/mpls.h, ip-route(8).
public struct MPLSRoute: Hashable, Sendable {
    /// `AF_MPLS`
    static var family: UInt8 { 28 }

    /// `RTA_DST`: the label with which packets come, 16…1048575; lower ones mean something of their own.
    public var label: UInt32
    /// `rtm_type`
    public var type: RouteType = .unicast
    /// `rtm_protocol`: who made the route.
    public var origin: RouteProtocol = .boot
    /// `rtm_flags`
    public var flags: RouteFlags = []
    /// Where they go: one way, or the several of `RTA_MULTIPATH`.
    public var ways: [Way]
    /// `RTA_TTL_PROPAGATE`: whether the time to live is copied when the last label is taken off.
    public var propagatesTTL: Bool?

    /// One way.
    public struct Way: Hashable, Sendable {
        /// `RTA_NEWDST`: the labels in place of the one that they come with, the outermost first; empty takes it off.
        public var labels: [UInt32]
        /// `RTA_VIA`: the gateway; nil: on the link.
        public var gateway: IPAddress?
        /// `RTA_OIF`: the device; nil lets the kernel find it by the gateway.
        public var outputInterface: Int32?
        /// How much of the traffic goes this way, 1…256; the kernel's `rtnh_hops` is one less, and it passes it over.
        public var weight: UInt16
        /// `rtnh_flags`
        public var flags: RouteFlags

        /// A way to a gateway, or straight to a link.
        public init(
            labels: [UInt32] = [], via gateway: IPAddress? = nil, device: Int32? = nil, weight: UInt16 = 1,
            flags: RouteFlags = []
        ) {
            self.labels = labels
            self.gateway = gateway
            outputInterface = device
            self.weight = weight
            self.flags = flags
        }
    }

    /// A route to be made.
    public init(_ label: UInt32, ways: [Way]) {
        self.label = label
        self.ways = ways
    }

    /// Reads what follows the `nlmsghdr` of `RTM_NEWROUTE`; unknown attributes are skipped.
    ///
    /// - Returns: nil for a route of another family.
    /// - Throws: `MalformedReply` when the message is shorter than it says or an attribute is of the wrong form.
    public init?(decoding message: RawSpan) throws(MalformedReply) {
        guard let family: UInt8 = message.integer(at: 0), let origin: UInt8 = message.integer(at: 5),
            let type: UInt8 = message.integer(at: 7), let flags: UInt32 = message.integer(at: 8)
        else { throw MalformedReply("a route message is too short") }
        guard family == Self.family else { return nil }
        let attributes = try Attributes<RouteMessage>(message.extracting(droppingFirst: MemoryLayout<rtmsg>.size))
        guard let label = try attributes.value(.label)?.labels.first else {
            throw MalformedReply("RTA_DST is missing, or no label")
        }
        self.init(label, ways: [])
        self.type = RouteType(rawValue: type)
        self.origin = RouteProtocol(rawValue: origin)
        self.flags = RouteFlags(rawValue: flags)
        propagatesTTL = try attributes.value(.ttlPropagation).map { $0 != 0 }
        if let list = attributes.payload(UInt16(RTA_MULTIPATH.rawValue)) {
            ways = try Way.list(decoding: list)
        } else {
            ways = [try Way(decoding: attributes)]
        }
    }
}

extension MPLSRoute.Way {
    fileprivate init(decoding attributes: borrowing Attributes<RouteMessage>) throws(MalformedReply) {
        self.init(
            labels: try attributes.value(.newLabels)?.labels ?? [], via: try attributes.value(.via)?.address,
            device: try attributes.value(.outputInterface))
    }

    /// Reads the payload of `RTA_MULTIPATH`, as `NextHop` does.
    fileprivate static func list(decoding bytes: RawSpan) throws(MalformedReply) -> [MPLSRoute.Way] {
        let size = MemoryLayout<rtnexthop>.size
        var ways: [MPLSRoute.Way] = []
        var offset = 0
        while bytes.byteCount - offset >= size {
            guard let length: UInt16 = bytes.integer(at: offset), Int(length) >= size,
                Int(length) <= bytes.byteCount - offset,
                let flags: UInt8 = bytes.integer(at: offset + 2), let hops: UInt8 = bytes.integer(at: offset + 3),
                let index: Int32 = bytes.integer(at: offset + 4)
            else { throw MalformedReply("a next hop's length does not fit", at: offset) }
            var way = try MPLSRoute.Way(
                decoding: Attributes<RouteMessage>(bytes.extracting(offset + size..<offset + Int(length))))
            way.outputInterface = index == 0 ? nil : index
            way.weight = UInt16(hops) + 1
            way.flags = RouteFlags(rawValue: UInt32(flags))
            ways.append(way)
            offset += (Int(length) + 3) & ~3
        }
        return ways
    }

    fileprivate func encode(into writer: AttributeWriter<RouteMessage>) {
        if !labels.isEmpty { writer.put(.newLabels, LabelStack(labels)) }
        if let gateway { writer.put(.via, ViaAddress(gateway)) }
    }
}

// MARK: Requests

extension MPLSRoute {
    /// `RTM_NEWROUTE` that makes the route; one for the same label is an error (EEXIST).
    ///
    /// - Parameter device: how errors call the device.
    public func addRequest(device: String? = nil) -> Request<RouteMessage> {
        request(RTM_NEWROUTE, [.create, .exclusive], "add", device)
    }

    /// `RTM_NEWROUTE` that makes the route or takes the place of the one for the same label.
    public func replaceRequest(device: String? = nil) -> Request<RouteMessage> {
        request(RTM_NEWROUTE, [.create, .replace], "replace", device)
    }

    /// `RTM_NEWROUTE` that takes the place of the route for the same label; without one it is an error (ENOENT).
    public func changeRequest(device: String? = nil) -> Request<RouteMessage> {
        request(RTM_NEWROUTE, .replace, "change", device)
    }

    /// `RTM_DELROUTE` for the route of the label.
    public func deleteRequest() -> Request<RouteMessage> {
        let request = Request<RouteMessage>(
            RTM_DELROUTE, header: header(.unspecified), operation: "delete MPLS route for label '\(label)'")
        request.attributes.put(.label, LabelStack([label]))
        return request
    }

    /// `RTM_GETROUTE` for the route of the label.
    package static func lookUpRequest(_ label: UInt32) -> Request<RouteMessage> {
        var header = rtmsg()
        header.rtm_family = family
        header.rtm_dst_len = 20
        let request = Request<RouteMessage>(
            RTM_GETROUTE, header: header, operation: "look up the MPLS route for label '\(label)'")
        request.attributes.put(.label, LabelStack([label]))
        return request
    }

    /// `RTM_GETROUTE` for all routes, or those by a device.
    package static func listRequest(device: Int32? = nil) -> Request<RouteMessage> {
        var header = rtmsg()
        header.rtm_family = family
        let request = Request<RouteMessage>(RTM_GETROUTE, header: header, operation: "list MPLS routes")
        request.attributes.put(.table, RouteTable.main.rawValue)
        request.attributes.put(.outputInterface, ifPresent: device)
        return request
    }

    private func request(
        _ messageType: Int, _ requestFlags: RequestFlags, _ verb: String, _ device: String?
    ) -> Request<RouteMessage> {
        var subject = "MPLS route for label '\(label)'"
        if ways.count == 1, let gateway = ways[0].gateway { subject += " via '\(gateway)'" }
        if let device { subject += " on '\(device)'" }
        let request = Request<RouteMessage>(
            messageType, flags: requestFlags, header: header(origin), operation: "\(verb) \(subject)")
        let writer = request.attributes
        writer.put(.label, LabelStack([label]))
        writer.put(.ttlPropagation, ifPresent: propagatesTTL.map { $0 ? 1 : 0 })
        if ways.count == 1 {
            ways[0].encode(into: writer)
            writer.put(.outputInterface, ifPresent: ways[0].outputInterface)
            return request
        }
        writer.nest(.multipath, nestedFlag: false) { list in
            for way in ways {
                let start = list.position
                var header = rtnexthop()
                header.rtnh_flags = UInt8(truncatingIfNeeded: way.flags.intersection(.settable).rawValue)
                header.rtnh_hops = UInt8(clamping: Int(way.weight) - 1)
                header.rtnh_ifindex = way.outputInterface ?? 0
                list.append(header)
                way.encode(into: list)
                list.patch(UInt16(truncatingIfNeeded: list.position - start), at: start)
            }
        }
        return request
    }

    private func header(_ origin: RouteProtocol) -> rtmsg {
        var header = rtmsg()
        header.rtm_family = Self.family
        // The kernel's only length.
        header.rtm_dst_len = 20
        header.rtm_table = UInt8(RouteTable.main.rawValue)
        header.rtm_protocol = origin.rawValue
        header.rtm_type = type.rawValue
        return header
    }
}

extension RouteSocket {
    /// Sends a request that makes, changes or deletes a route. Needs `CAP_NET_ADMIN`, and a kernel that routes MPLS
    /// (`mpls_router`) for labels up to `net.mpls.platform_labels`.
    public mutating func changeMPLSRoute(_ request: Request<RouteMessage>) throws(NetlinkError) {
        try socket.acknowledge(request)
    }

    /// The route for a label.
    ///
    /// - Throws: `.kernel` with `ENETUNREACH` when there is none, `EOPNOTSUPP` when the kernel routes no MPLS.
    public mutating func mplsRoute(_ label: UInt32) throws(NetlinkError) -> MPLSRoute {
        let route = try socket.get(MPLSRoute.lookUpRequest(label)) { (_, payload) throws(MalformedReply) in
            try MPLSRoute(decoding: payload)
        }
        guard let route else { throw .malformed(MalformedReply("a route of another family than MPLS")) }
        return route
    }

    /// All routes for labels, or those by a device. A kernel that routes no MPLS has none.
    public mutating func mplsRoutes(device: Int32? = nil) throws(NetlinkError) -> [MPLSRoute] {
        var routes: [MPLSRoute] = []
        try socket.dump(MPLSRoute.listRequest(device: device), restart: { routes.removeAll() }) {
            (_, payload) throws(MalformedReply) in
            // Such a kernel answers with the routes of all other families.
            if let route = try MPLSRoute(decoding: payload) { routes.append(route) }
        }
        return routes.filter { route in device == nil || route.ways.contains { $0.outputInterface == device } }
    }
}

// MARK: Keys

extension AttributeKey where Scope == RouteMessage, Value == LabelStack {
    static var label: Self { Self(RTA_DST.rawValue, "RTA_DST") }
    static var newLabels: Self { Self(RTA_NEWDST.rawValue, "RTA_NEWDST") }
}

/// Labels, the outermost first, four bytes each: `struct mpls_label`.
struct LabelStack: AttributeValue {
    var labels: [UInt32]

    init(_ labels: [UInt32]) { self.labels = labels }

    init?(attributePayload payload: RawSpan) {
        guard payload.byteCount > 0, payload.byteCount % 4 == 0 else { return nil }
        labels = []
        for offset in stride(from: 0, to: payload.byteCount, by: 4) {
            guard let entry: UInt32 = payload.integer(at: offset) else { return nil }
            labels.append(UInt32(bigEndian: entry) >> 12)
        }
    }

    var bytes: [UInt8] {
        var stack: [UInt8] = []
        for (position, label) in labels.enumerated() {
            // The bottom of the stack is marked.
            let entry = label << 12 | (position == labels.count - 1 ? 1 << 8 : 0)
            withWireBytes(of: entry.bigEndian) { stack += $0 }
        }
        return stack
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) { bytes.withUnsafeBytes(body) }
}
