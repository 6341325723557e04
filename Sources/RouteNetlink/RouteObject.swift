// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
internal import Netlink

/// What a network namespace is configured with, one by one.
public enum RouteObject: Sendable {
    case link(Link)
    case address(InterfaceAddress)
    case route(Route)
    case rule(Rule)
    case neighbor(Neighbor)
    case namespaceID(NamespaceID)

    /// What sort of object it is.
    public enum Kind: String, Sendable, CaseIterable {
        case link, address, route, rule, neighbor, nsid
    }

    /// What sort of object it is.
    public var kind: Kind {
        switch self {
        case .link: .link
        case .address: .address
        case .route: .route
        case .rule: .rule
        case .neighbor: .neighbor
        case .namespaceID: .nsid
        }
    }

    /// The family of IP that it belongs to.
    public var family: AddressFamily? {
        switch self {
        case .link, .namespaceID: nil
        case .address(let address): address.family
        case .route(let route): route.family
        case .rule(let rule): rule.family
        case .neighbor(let neighbor): neighbor.family
        }
    }
}

extension RouteObject.Kind {
    /// The multicast groups that tell of such objects. Source: linux/rtnetlink.h, `RTNLGRP_…`.
    var groups: [UInt32] {
        switch self {
        case .link: [RTNLGRP_LINK.rawValue]
        case .address: [RTNLGRP_IPV4_IFADDR.rawValue, RTNLGRP_IPV6_IFADDR.rawValue]
        case .route: [RTNLGRP_IPV4_ROUTE.rawValue, RTNLGRP_IPV6_ROUTE.rawValue]
        case .rule: [RTNLGRP_IPV4_RULE.rawValue, RTNLGRP_IPV6_RULE.rawValue]
        case .neighbor: [RTNLGRP_NEIGH.rawValue]
        case .nsid: [RTNLGRP_NSID.rawValue]
        }
    }
}

// MARK: Identity

/// By what the kernel tells objects apart, as far as one number or prefix says it.
enum RouteObjectPlace: Hashable, Sendable {
    case link(Int32)
    case address(index: Int32, IPAddress, peer: IPAddress?, prefixLength: Int)
    case route(RouteTable, IPPrefix, source: IPPrefix?, tos: UInt8, metric: UInt32?)
    case rule(AddressFamily, priority: UInt32?)
    case neighbor(index: Int32, IPAddress, isProxy: Bool)
    case namespaceID(Int32?)
}

extension RouteObject {
    /// Where it is. In one place there may be several routes or rules, but one at most of the others.
    var place: RouteObjectPlace {
        switch self {
        case .link(let link): .link(link.index)
        case .address(let address):
            .address(
                index: address.index, address.local, peer: address.peer, prefixLength: address.prefixLength)
        case .route(let route):
            .route(route.table, route.destination, source: route.source, tos: route.tos, metric: route.metric)
        case .rule(let rule): .rule(rule.family, priority: rule.priority)
        case .neighbor(let neighbor):
            .neighbor(index: neighbor.index, neighbor.address, isProxy: neighbor.flags.contains(.proxy))
        case .namespaceID(let id): .namespaceID(id.id)
        }
    }

    /// Whether two in one place are the same object, which may have changed.
    func isSame(as other: RouteObject) -> Bool {
        switch (self, other) {
        case (.route(let route), .route(let other)): route.isSame(as: other)
        case (.rule(let rule), .rule(let other)): rule == other
        default: true
        }
    }

    /// Whether nothing has changed between two reports of one object: counters and times left aside.
    func hasContents(of other: RouteObject) -> Bool {
        switch (self, other) {
        case (.link(let link), .link(let other)): link.hasSettings(of: other)
        case (.address(let address), .address(let other)): address.withoutCountdown == other.withoutCountdown
        case (.route(let route), .route(let other)): route.withoutUsage == other.withoutUsage
        case (.rule, .rule): true
        case (.neighbor(let neighbor), .neighbor(let other)): neighbor.withoutUsage == other.withoutUsage
        case (.namespaceID(let id), .namespaceID(let other)): id.id == other.id
        default: false
        }
    }
}

extension InterfaceAddress {
    /// The address without the seconds that it has left; when it was changed last stays.
    fileprivate var withoutCountdown: InterfaceAddress {
        var address = self
        address.lifetimes = nil
        return address
    }
}

extension Route {
    /// Whether two routes in one place are the same one, which may have changed.
    fileprivate func isSame(as other: Route) -> Bool {
        guard type == other.type, nextHopID == other.nextHopID else { return false }
        // All IPv6 routes by gateways in one place are one route with several next hops.
        if family == .ipv6, hasGateway, other.hasGateway { return true }
        return gateway == other.gateway && outputInterface == other.outputInterface && nextHops == other.nextHops
    }

    private var hasGateway: Bool { gateway != nil || !nextHops.isEmpty }

    /// The route without what packets do to it.
    fileprivate var withoutUsage: Route {
        var route = self
        route.cacheInfo = nil
        route.expires = nil
        return route
    }
}

extension Neighbor {
    /// The neighbour without what packets do to it, its state aside.
    fileprivate var withoutUsage: Neighbor {
        var neighbor = self
        (neighbor.usage, neighbor.probes) = (nil, nil)
        return neighbor
    }
}

extension Link {
    /// Whether all is alike that somebody can set or that says whether it works; timers and counters may differ.
    fileprivate func hasSettings(of other: Link) -> Bool {
        guard index == other.index, name == other.name, kind == other.kind, portKind == other.portKind,
            master == other.master, link == other.link, linkNamespaceID == other.linkNamespaceID,
            group == other.group, alias == other.alias, alternativeNames == other.alternativeNames
        else { return false }
        guard flags == other.flags, operationalState == other.operationalState, linkMode == other.linkMode,
            hasCarrier == other.hasCarrier, isProtocolDown == other.isProtocolDown,
            protocolDownReasons == other.protocolDownReasons, xdp == other.xdp
        else { return false }
        guard mtu == other.mtu, queueingDiscipline == other.queueingDiscipline,
            transmitQueueLength == other.transmitQueueLength, address == other.address,
            broadcast == other.broadcast, addressGenerationMode == other.addressGenerationMode
        else { return false }
        return settings(options) == settings(other.options) && settings(portOptions) == settings(other.portOptions)
    }

    /// The options as a request would set them.
    private func settings(_ options: (any LinkKindOptions)?) -> [UInt8] {
        guard let options else { return [] }
        let request = Request<LinkScope>(RTM_NEWLINK, header: ifinfomsg(), operation: "compare links")
        request.attributes.nest(.info) { options.encode(into: $0) }
        return request.bytes
    }
}
