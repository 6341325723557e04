// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

extension Route {
    /// `RTM_NEWROUTE` that makes the route; one to the same destination with the same metric, table and tos is
    /// an error (EEXIST).
    ///
    /// - Parameter device: how errors call the device.
    public func addRequest(device: String? = nil) -> Request<RouteMessage> {
        request(RTM_NEWROUTE, [.create, .exclusive], "add", device)
    }

    /// `RTM_NEWROUTE` that makes the route or takes the place of the one that is there.
    public func replaceRequest(device: String? = nil) -> Request<RouteMessage> {
        request(RTM_NEWROUTE, [.create, .replace], "replace", device)
    }

    /// `RTM_NEWROUTE` that takes the place of the route that is there; without one it is an error (ENOENT).
    public func changeRequest(device: String? = nil) -> Request<RouteMessage> {
        request(RTM_NEWROUTE, .replace, "change", device)
    }

    /// `RTM_NEWROUTE` that makes the route behind those to the same destination. For IPv6 it adds a way to
    /// the route that is there.
    public func appendRequest(device: String? = nil) -> Request<RouteMessage> {
        request(RTM_NEWROUTE, [.create, .append], "append", device)
    }

    /// `RTM_NEWROUTE` that makes the route before those to the same destination; IPv4 only.
    public func prependRequest(device: String? = nil) -> Request<RouteMessage> {
        request(RTM_NEWROUTE, .create, "prepend", device)
    }

    /// `RTM_DELROUTE` for the first route that has all of this one; see `init(matching:type:)` for wildcards.
    public func deleteRequest(device: String? = nil) -> Request<RouteMessage> {
        request(RTM_DELROUTE, [], "delete", device)
    }

    /// `blackhole route to '10.0.0.0/8' in table '7'`: how errors call the route.
    func subject(device: String?) -> String {
        var text = type == .unicast || type == .unspecified ? "route" : "\(type.name) route"
        text += " to '\(destination.routeText)'"
        if let gateway { text += " via '\(gateway)'" }
        if let device { text += " on '\(device)'" }
        if table != .main, table != .local { text += " in table '\(table.name)'" }
        return text
    }

    private func request(
        _ messageType: Int, _ requestFlags: RequestFlags, _ verb: String, _ device: String?
    ) -> Request<RouteMessage> {
        let request = Request<RouteMessage>(
            messageType, flags: requestFlags, header: header, operation: "\(verb) \(subject(device: device))")
        let writer = request.attributes
        if destination.length > 0 { writer.put(.destination, destination.address) }
        if let source, source.length > 0 { writer.put(.source, source.address) }
        if table.rawValue > UInt32(UInt8.max) { writer.put(.table, table.rawValue) }
        writer.put(.preferredSource, ifPresent: preferredSource)
        writer.put(.metric, ifPresent: metric)
        if let expires, expires > 0 { writer.put(.expires, UInt32(expires)) }
        writer.put(.preference, ifPresent: preference?.rawValue)
        writer.put(.realms, ifPresent: realms)
        writer.put(.ttlPropagation, ifPresent: propagatesTTL.map { $0 ? 1 : 0 })
        if let pathMetrics, !pathMetrics.isEmpty {
            writer.nest(.pathMetrics, nestedFlag: false) { pathMetrics.encode(into: $0) }
        }
        if let nextHopID {
            // The kernel reports the ways of the object along with it, and refuses both in a request.
            writer.put(.nextHopID, nextHopID)
            return request
        }
        if let gateway { writer.put(gateway: gateway, family) }
        writer.put(.outputInterface, ifPresent: outputInterface)
        encapsulation?.encode(into: writer)
        if !nextHops.isEmpty {
            writer.nest(.multipath, nestedFlag: false) { list in
                for nextHop in nextHops { nextHop.encode(into: list, family) }
            }
        }
        return request
    }

    private var header: rtmsg {
        var header = rtmsg()
        header.rtm_family = family.rawValue
        header.rtm_dst_len = UInt8(clamping: destination.length)
        header.rtm_src_len = UInt8(clamping: source?.length ?? 0)
        header.rtm_tos = tos
        // Either here or, when it needs more bits, in RTA_TABLE.
        header.rtm_table = UInt8(exactly: table.rawValue) ?? 0
        header.rtm_protocol = origin.rawValue
        header.rtm_scope = scope.rawValue
        header.rtm_type = type.rawValue
        header.rtm_flags = flags.intersection(.settable).rawValue
        return header
    }
}

/// Which routes a dump returns; the kernel filters (Linux 4.20; older ones are filtered here).
public struct RouteFilter: Sendable {
    /// Only this family.
    public var family: AddressFamily?
    /// Only this table; nil for all. With a family, one that is not there is an error (ENOENT).
    public var table: RouteTable?
    /// Only those by this device.
    public var device: Int32?
    /// Only those of this origin.
    public var origin: RouteProtocol?
    /// Only those of this type.
    public var type: RouteType?
    /// The entries of the cache instead of the routes themselves.
    public var isCache: Bool

    /// The routes of all tables.
    public init(
        family: AddressFamily? = nil, table: RouteTable? = nil, device: Int32? = nil, origin: RouteProtocol? = nil,
        type: RouteType? = nil, isCache: Bool = false
    ) {
        self.family = family
        self.table = table
        self.device = device
        self.origin = origin
        self.type = type
        self.isCache = isCache
    }

    package func request() -> Request<RouteMessage> {
        var header = rtmsg()
        header.rtm_family = family?.rawValue ?? 0
        header.rtm_protocol = origin?.rawValue ?? 0
        header.rtm_type = type?.rawValue ?? 0
        if isCache { header.rtm_flags = RouteFlags.cloned.rawValue }
        let request = Request<RouteMessage>(RTM_GETROUTE, header: header, operation: "list routes")
        request.attributes.put(.table, ifPresent: table?.rawValue)
        request.attributes.put(.outputInterface, ifPresent: device)
        return request
    }

    /// Whether a route passes: for kernels that do not filter, and for events.
    public func matches(_ route: Route) -> Bool {
        (family == nil || family == route.family)
            && (table == nil || table == .unspecified || table == route.table)
            && (device.map(route.uses) ?? true)
            && (origin == nil || origin == .unspecified || origin == route.origin)
            && (type == nil || type == .unspecified || type == route.type)
            && isCache == route.flags.contains(.cloned)
    }
}

/// A packet of which the kernel shall say what becomes of it: `ip route get`.
public struct RouteLookup: Sendable {
    /// Where it goes.
    public var destination: IPAddress
    /// Where it comes from; of the destination's family.
    public var source: IPAddress?
    /// The device that it came in by; then `source` is needed for IPv4.
    public var inputInterface: Int32?
    /// The device that it is bound to.
    public var outputInterface: Int32?
    /// Its type of service.
    public var tos: UInt8 = 0
    /// Its firewall mark.
    public var mark: UInt32?
    /// The user who sends it.
    public var user: UInt32?
    /// The protocol above IP, and its ports.
    public var ipProtocol: UInt8?, sourcePort: UInt16?, destinationPort: UInt16?
    /// Whether the route of the table is wanted, instead of the outcome for this packet (Linux 4.13).
    public var wantsTableEntry = false
    /// Whether the flag is set that once asked for a report of changes; the kernel only hands it back.
    public var wantsNotification = false

    /// A packet of this host to `destination`.
    public init(to destination: IPAddress) { self.destination = destination }

    package func request() -> Request<RouteMessage> {
        var header = rtmsg()
        header.rtm_family = destination.family.rawValue
        header.rtm_dst_len = UInt8(clamping: destination.family.bitCount)
        header.rtm_src_len = UInt8(clamping: source?.family.bitCount ?? 0)
        header.rtm_tos = tos
        // Without this flag IPv4 answers with the table `main`, whatever table the route is in.
        var flags: RouteFlags = destination.family == .ipv4 ? .lookupTable : []
        if wantsTableEntry { flags.insert(.fibMatch) }
        if wantsNotification { flags.insert(.notify) }
        header.rtm_flags = flags.rawValue
        let request = Request<RouteMessage>(
            RTM_GETROUTE, header: header, operation: "look up the route to '\(destination)'")
        let writer = request.attributes
        writer.put(.destination, destination)
        writer.put(.source, ifPresent: source)
        writer.put(.inputInterface, ifPresent: inputInterface)
        writer.put(.outputInterface, ifPresent: outputInterface)
        writer.put(.mark, ifPresent: mark)
        writer.put(.user, ifPresent: user)
        writer.put(.ipProtocol, ifPresent: ipProtocol)
        writer.put(.sourcePort, ifPresent: sourcePort.map(NetworkOrder.init))
        writer.put(.destinationPort, ifPresent: destinationPort.map(NetworkOrder.init))
        return request
    }
}
