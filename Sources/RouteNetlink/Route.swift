// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// A route, as the kernel reports it and as it is asked to make it (`RTM_NEWROUTE`).
///
/// Sources: linux/rtnetlink.h, rtnetlink(7), ip-route(8).
public struct Route: Hashable, Sendable {
    /// `RTA_DST`: where the packets go.
    public var destination: IPPrefix
    /// `RTA_SRC`: where they come from; IPv6 only, and in the answer to a lookup.
    public var source: IPPrefix?
    /// `rtm_tos`: the packets' type of service; IPv4 only.
    public var tos: UInt8 = 0
    /// `RTA_TABLE`
    public var table: RouteTable
    /// `rtm_protocol`: who made the route.
    public var origin: RouteProtocol
    /// `rtm_scope`: how far the destination is; IPv4 only.
    public var scope: RouteScope
    /// `rtm_type`: what becomes of the packets.
    public var type: RouteType
    /// `rtm_flags`, of the route and of its only next hop.
    public var flags: RouteFlags = []
    /// `RTA_OIF`: the device that they leave by.
    public var outputInterface: Int32?
    /// `RTA_IIF`: the device that they came in by, in the answer to a lookup.
    public var inputInterface: Int32?
    /// `RTA_GATEWAY`, or `RTA_VIA` when it is of another family than the destination.
    public var gateway: IPAddress?
    /// `RTA_PREFSRC`: the source address for packets of this host.
    public var preferredSource: IPAddress?
    /// `RTA_PRIORITY`: of two routes, the lower metric wins. Absent is 0 for IPv4; IPv6 takes 1024.
    public var metric: UInt32?
    /// `RTA_METRICS`: MTU and the like.
    public var pathMetrics: RouteMetrics?
    /// `RTA_MULTIPATH`: several ways, in place of gateway and device.
    public var nextHops: [NextHop] = []
    /// `RTA_NH_ID`: a next-hop object, in place of gateway, device and next hops.
    public var nextHopID: UInt32?
    /// `RTA_PREF`, IPv6 only.
    public var preference: RoutePreference?
    /// Seconds until the route goes by itself: `RTA_EXPIRES` in a request, `RTA_CACHEINFO` in a reply, where
    /// it is negative for a route that is overdue. IPv6 only, and cache entries.
    public var expires: Int32?
    /// `RTA_FLOW`: the realms, source in the upper half and destination in the lower; IPv4 only.
    public var realms: UInt32?
    /// `RTA_ENCAP_TYPE` and `RTA_ENCAP`: a tunnel, as the kernel writes it.
    public var encapsulation: RouteEncapsulation?
    /// `RTA_TTL_PROPAGATE`: whether MPLS copies the hop limit.
    public var propagatesTTL: Bool?
    /// `RTA_MARK` and `RTA_UID`: what the lookup was made for.
    public var mark: UInt32?, user: UInt32?
    /// `RTA_CACHEINFO`: how the route is used.
    public var cacheInfo: RouteCacheInfo?

    /// A route to be made, with the defaults of `ip route add`: protocol `boot`; table `local` for the types
    /// local, broadcast, anycast and nat, else `main`; scope `host` for the types local and nat, `link` for
    /// broadcast, multicast, anycast and for what is on the link, else `global`; for IPv6 always `global`.
    public init(
        to destination: IPPrefix, type: RouteType = .unicast, via gateway: IPAddress? = nil, device: Int32? = nil,
        nextHops: [NextHop] = [], nextHopID: UInt32? = nil
    ) {
        let isOnLink = gateway == nil && nextHops.isEmpty && nextHopID == nil
        self.init(
            destination, type, .boot,
            scope: isOnLink && (type == .unicast || type == .unspecified) ? .link : .global)
        self.gateway = gateway
        outputInterface = device
        self.nextHops = nextHops
        self.nextHopID = nextHopID
    }

    /// What a deletion looks for, with the wildcards of `ip route delete`: any protocol, any scope and, unless
    /// it is given, any type; in the table where `ip` would make the route. The kernel deletes the first
    /// route that has whatever else is set.
    public init(matching destination: IPPrefix, type: RouteType = .unspecified) {
        self.init(destination, type, .unspecified, scope: .nowhere)
    }

    /// - Parameter scope: for the IPv4 types that have no scope of their own.
    private init(_ destination: IPPrefix, _ type: RouteType, _ origin: RouteProtocol, scope: RouteScope) {
        self.destination = destination
        self.type = type
        self.origin = origin
        table = [.local, .broadcast, .anycast, .nat].contains(type) ? .local : .main
        self.scope =
            switch type {
            case _ where destination.family == .ipv6: .global
            case .local, .nat: .host
            case .broadcast, .multicast, .anycast: .link
            default: scope
            }
    }

    /// The family of the destination.
    public var family: AddressFamily { destination.family }

    /// Whether packets leave by the device, in one of the ways that the route has.
    public func uses(device: Int32) -> Bool {
        outputInterface == device || nextHops.contains { $0.outputInterface == device }
    }
}

/// How a route is used: `struct rta_cacheinfo` of linux/rtnetlink.h.
public struct RouteCacheInfo: Hashable, Sendable, AttributeValue {
    /// How many hold it.
    public var references: UInt32
    /// When it was last used, in hundredths of a second ago.
    public var lastUse: UInt32
    /// When it expires, in hundredths of a second from now; 0 for never.
    public var expires: Int32
    /// The error that its packets meet, negative.
    public var error: Int32
    /// How often it was used.
    public var used: UInt32

    /// Zero, unless said.
    public init(references: UInt32 = 0, lastUse: UInt32 = 0, expires: Int32 = 0, error: Int32 = 0, used: UInt32 = 0) {
        self.references = references
        self.lastUse = lastUse
        self.expires = expires
        self.error = error
        self.used = used
    }

    /// Reads `struct rta_cacheinfo`; nil when it is too short.
    public init?(attributePayload payload: RawSpan) {
        guard let references: UInt32 = payload.integer(at: 0), let lastUse: UInt32 = payload.integer(at: 4),
            let expires: Int32 = payload.integer(at: 8), let error: Int32 = payload.integer(at: 12),
            let used: UInt32 = payload.integer(at: 16)
        else { return nil }
        self.references = references
        self.lastUse = lastUse
        self.expires = expires
        self.error = error
        self.used = used
    }

    /// Calls `body` with `struct rta_cacheinfo`.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        let raw = rta_cacheinfo(
            rta_clntref: references, rta_lastuse: lastUse, rta_expires: expires,
            rta_error: UInt32(bitPattern: error), rta_used: used, rta_id: 0, rta_ts: 0, rta_tsage: 0)
        withWireBytes(of: raw, body)
    }
}

extension Route {
    /// Reads what follows the `nlmsghdr` of `RTM_NEWROUTE` or `RTM_DELROUTE`; unknown attributes are skipped.
    ///
    /// - Returns: nil for a route of another family than IP (MPLS, multicast routing): a dump of all families
    ///   has them, too.
    /// - Throws: `MalformedReply` when the message is shorter than it says or an address is of the wrong form.
    public init?(decoding message: RawSpan) throws(MalformedReply) {
        guard let familyNumber: UInt8 = message.integer(at: 0), let destinationLength: UInt8 = message.integer(at: 1),
            let sourceLength: UInt8 = message.integer(at: 2), let tos: UInt8 = message.integer(at: 3),
            let table: UInt8 = message.integer(at: 4), let origin: UInt8 = message.integer(at: 5),
            let scope: UInt8 = message.integer(at: 6), let type: UInt8 = message.integer(at: 7),
            let flags: UInt32 = message.integer(at: 8)
        else { throw MalformedReply("a route message is too short") }
        guard let family = AddressFamily(rawValue: familyNumber) else { return nil }
        let attributes = try Attributes<RouteMessage>(message.extracting(droppingFirst: MemoryLayout<rtmsg>.size))
        guard
            let destination = IPPrefix(
                try attributes.address(.destination, family) ?? .unspecified(family), length: Int(destinationLength))
        else { throw MalformedReply("a destination of \(destinationLength) bits for \(family)") }
        self.destination = destination
        if let source = try attributes.address(.source, family) ?? (sourceLength > 0 ? .unspecified(family) : nil) {
            guard let source = IPPrefix(source, length: Int(sourceLength)) else {
                throw MalformedReply("a source of \(sourceLength) bits for \(family)")
            }
            self.source = source
        }
        self.tos = tos
        self.table = RouteTable(rawValue: try attributes.value(.table) ?? UInt32(table))
        self.origin = RouteProtocol(rawValue: origin)
        self.scope = RouteScope(rawValue: scope)
        self.type = RouteType(rawValue: type)
        self.flags = RouteFlags(rawValue: flags)
        outputInterface = try attributes.value(.outputInterface)
        inputInterface = try attributes.value(.inputInterface)
        gateway = try attributes.anyGateway(family)
        preferredSource = try attributes.address(.preferredSource, family)
        metric = try attributes.value(.metric)
        if let nest = try attributes.nested(.pathMetrics) { pathMetrics = try RouteMetrics(decoding: nest) }
        if let list = attributes.payload(UInt16(RTA_MULTIPATH.rawValue)) {
            nextHops = try NextHop.list(decoding: list, family)
        }
        try decodeRest(attributes)
    }

    private mutating func decodeRest(_ attributes: borrowing Attributes<RouteMessage>) throws(MalformedReply) {
        nextHopID = try attributes.value(.nextHopID)
        preference = try attributes.value(.preference).map(RoutePreference.init)
        realms = try attributes.value(.realms)
        encapsulation = try RouteEncapsulation(decoding: attributes)
        propagatesTTL = try attributes.value(.ttlPropagation).map { $0 != 0 }
        mark = try attributes.value(.mark)
        user = try attributes.value(.user)
        cacheInfo = try attributes.value(.cacheInfo)
        if let seconds = try attributes.value(.expires) {
            expires = Int32(clamping: seconds)
        } else if let ticks = cacheInfo?.expires, ticks != 0 {
            // USER_HZ is 100 on every architecture that Swift runs on.
            expires = ticks / 100
        }
    }
}
