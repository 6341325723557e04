// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension RouteWords {
    /// The route that the words describe, but for its devices.
    ///
    /// - Parameter family: what `-4` or `-6` says.
    func route(
        _ words: WordParser, family wanted: AddressFamily?, isDeletion: Bool
    ) throws(CommandFailure) -> Route {
        let family = try family(words, wanted)
        let prefix: IPPrefix
        if case .prefix(let given) = destination { prefix = given } else { prefix = .defaultRoute(family) }
        guard !prefix.hasHostBits else {
            throw words.usage("'\(prefix)' is no destination: the network is '\(prefix.network)'")
        }
        try check(family, words)
        guard isDeletion || hasWay || type.map(\.needsNoWay) ?? false else {
            throw words.usage("the way is missing: 'via ADDRESS' or 'dev DEVICE'")
        }

        var route =
            isDeletion
            ? Route(matching: prefix, type: type ?? .unspecified)
            : Route(
                to: prefix, type: type ?? .unicast, via: way.gateway, nextHops: ways.map(\.draft),
                nextHopID: nextHopID)
        route.gateway = way.gateway
        route.nextHops = ways.map(\.draft)
        route.nextHopID = nextHopID
        route.flags = way.flags
        route.realms = way.realms
        route.source = source
        route.preferredSource = preferredSource
        route.metric = metric
        route.preference = preference
        route.expires = expires
        route.propagatesTTL = propagatesTTL
        if let table { route.table = table }
        if let origin { route.origin = origin }
        if let scope { route.scope = scope }
        if let tos { route.tos = tos }
        if !pathMetrics.isEmpty { route.pathMetrics = pathMetrics }
        return route
    }

    /// The route with the numbers of its devices.
    func withDevices(_ draft: Route, _ session: inout RouteSession) throws(CommandFailure) -> Route {
        var route = draft
        if let vrf { route.table = try session.table(ofVRF: vrf) }
        if let device = way.device { route.outputInterface = try session.index(of: device) }
        route.encapsulation = try way.tunnel?.encapsulation(&session)
        for (position, way) in ways.enumerated() {
            route.nextHops[position].encapsulation = try way.tunnel?.encapsulation(&session)
            if let device = way.device { route.nextHops[position].outputInterface = try session.index(of: device) }
        }
        return route
    }

    /// The family: of the prefix or, for `default`, of whatever else has one.
    private func family(_ words: WordParser, _ wanted: AddressFamily?) throws(CommandFailure) -> AddressFamily {
        let hints = ([way] + ways).compactMap { $0.isFamilySaid ? nil : $0.gateway?.family }
        let said = destination?.family ?? wanted ?? source?.family ?? preferredSource?.family ?? hints.first ?? .ipv4
        if let wanted, wanted != said {
            throw words.usage("'-\(wanted == .ipv4 ? 4 : 6)' and the destination's family exclude each other")
        }
        return said
    }

    private var hasWay: Bool { way.gateway != nil || way.device != nil || !ways.isEmpty || nextHopID != nil }

    private func check(_ family: AddressFamily, _ words: WordParser) throws(CommandFailure) {
        for address in [preferredSource, source?.address] where address.map({ $0.family != family }) ?? false {
            throw words.usage("the addresses are of different families")
        }
        for gateway in ([way] + ways).compactMap(\.gateway) where gateway.family != family {
            guard family == .ipv4 else {
                throw words.usage("a route of IPv6 can't go via the IPv4 address '\(gateway)'")
            }
        }
        if vrf != nil, table != nil { throw words.usage("'vrf' and 'table' exclude each other") }
        if family == .ipv4 {
            if preference != nil { throw words.usage("only routes of IPv6 take 'pref'") }
            if expires != nil { throw words.usage("only routes of IPv6 take 'expires'") }
            if source != nil { throw words.usage("only routes of IPv6 take 'from'") }
        } else if tos != nil {
            throw words.usage("only routes of IPv4 take 'tos'")
        }
        guard ways.isEmpty || (way.gateway == nil && way.device == nil && nextHopID == nil) else {
            throw words.usage("'nexthop' excludes 'via', 'dev' and 'nhid' outside of it")
        }
        guard nextHopID == nil || (way.gateway == nil && way.device == nil) else {
            throw words.usage("'nhid' excludes 'via' and 'dev'")
        }
    }
}

extension RouteType {
    /// Whether packets end at the route. Of any other the kernel only says that there is no such device.
    fileprivate var needsNoWay: Bool { [.blackhole, .unreachable, .prohibit, .throw].contains(self) }
}

extension WayWords {
    /// The way, but for its device.
    fileprivate var draft: NextHop {
        var nextHop = NextHop(via: gateway, weight: weight ?? 1, flags: flags)
        nextHop.realms = realms
        return nextHop
    }
}
