// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// What the kernel tells of one object: that it is there, or that it has gone.
///
/// Source: rtnetlink(7), `RTM_NEW…` and `RTM_DEL…`.
public struct RouteEvent: Sendable {
    /// The object as it is now, or was last.
    public var object: RouteObject
    /// Whether it has gone.
    public var isDeletion: Bool
    /// `NLM_F_REPLACE`: it took the place of another one, whose end is not told.
    public var isReplacement: Bool

    /// Describes an event.
    public init(_ object: RouteObject, isDeletion: Bool = false, isReplacement: Bool = false) {
        self.object = object
        self.isDeletion = isDeletion
        self.isReplacement = isReplacement
    }

    /// Reads a message of a multicast group.
    ///
    /// - Parameter payload: what follows the `nlmsghdr`.
    /// - Returns: nil for a message of another type; for an object of another family than IP; for what a bridge
    ///   tells of a port (`AF_BRIDGE`), which would be taken for the end of a link; and for an entry of the cache
    ///   of routes.
    /// - Throws: `MalformedReply` as the decoders of the objects do.
    public init?(decoding header: MessageHeader, _ payload: RawSpan) throws(MalformedReply) {
        let object: RouteObject?
        switch Int(header.type) {
        case RTM_NEWLINK, RTM_DELLINK: object = try Self.link(payload)
        case RTM_NEWADDR, RTM_DELADDR: object = try InterfaceAddress(decoding: payload).map(RouteObject.address)
        case RTM_NEWROUTE, RTM_DELROUTE:
            let route = try Route(decoding: payload)
            object = route.flatMap { $0.flags.contains(.cloned) ? nil : .route($0) }
        case RTM_NEWRULE, RTM_DELRULE: object = try Rule(decoding: payload).map(RouteObject.rule)
        case RTM_NEWNEIGH, RTM_DELNEIGH: object = try Neighbor(decoding: payload).map(RouteObject.neighbor)
        case RTM_NEWNSID, RTM_DELNSID: object = .namespaceID(try NamespaceID(decoding: payload))
        default: object = nil
        }
        guard let object else { return nil }
        self.object = object
        // Of each object the numbers are those of its NEW, DEL, GET and SET, in this order.
        isDeletion = header.type & 3 == 1
        isReplacement = !isDeletion && header.flags & RequestFlags.replace.rawValue != 0
    }

    private static func link(_ payload: RawSpan) throws(MalformedReply) -> RouteObject? {
        guard let family: UInt8 = payload.integer(at: 0), family == 0 else { return nil }
        var link = try Link(decoding: payload)
        link.statistics = nil
        return .link(link)
    }
}

extension RouteSocket {
    /// Joins the groups that tell of these objects; take what they tell from `socket.takeEvents`.
    public mutating func join(_ kinds: [RouteObject.Kind]) throws(NetlinkError) {
        for group in kinds.flatMap(\.groups) { try socket.join(group: group) }
    }

    /// Hands the events that have arrived to `body`, without waiting; see `NetlinkSocket.takeEvents`.
    public mutating func takeRouteEvents(
        limit: Int = .max, _ body: (RouteEvent) -> Void
    ) throws(NetlinkError) -> Bool {
        try socket.takeEvents(limit: limit) { (header, payload) throws(NetlinkError) in
            do throws(MalformedReply) {
                if let event = try RouteEvent(decoding: header, payload) { body(event) }
            } catch { throw .malformed(error) }
        }
    }

    /// All objects of a kind, in the kernel's order.
    ///
    /// - Parameter family: only those of this family, if they have one.
    public mutating func objects(
        _ kind: RouteObject.Kind, family: AddressFamily? = nil
    ) throws(NetlinkError) -> [RouteObject] {
        switch kind {
        case .link: try links().map(RouteObject.link)
        case .address: try addresses(AddressFilter(family: family)).map(RouteObject.address)
        case .route: try routes(RouteFilter(family: family)).map(RouteObject.route)
        case .rule: try rules(family).map(RouteObject.rule)
        case .neighbor:
            (try neighbors(NeighborFilter(family: family))
                + neighbors(NeighborFilter(family: family, isProxy: true))).map(RouteObject.neighbor)
        case .nsid: try namespaceIDs().map(RouteObject.namespaceID)
        }
    }
}
