// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension JSONWriter {
    /// The members of a route, with the keys of `ip -j -d route show`.
    ///
    /// - Parameter showsTable: whether the question has left open which table it is.
    mutating func members(of route: Route, _ world: LinkWorld, showsTable: Bool, _ statistics: Int = 0) {
        member("type", route.type.name)
        member("dst", route.destination.routeText)
        member("from", route.source.map { $0.isHost ? $0.address.description : $0.description })
        member("nhid", route.nextHopID)
        encapsulationMembers(
            route.encapsulation, world, taken: showsTable ? ["dst", "table"] : ["dst"], statistics: statistics > 0)
        if route.tos != 0 { member("tos", NameTable.trafficClasses.text(of: UInt32(route.tos))) }
        wayMembers(route.gateway, route.outputInterface, of: route.family, world)
        if showsTable { member("table", route.table.name) }
        if !route.flags.contains(.cloned) || route.family == .ipv6 {
            member("protocol", route.origin.name)
            member("scope", route.scope.name)
        }
        member("prefsrc", route.preferredSource?.description)
        member("metric", route.metric)
        member("flags", route.flags.names)
        if let mark = route.mark, mark != 0 { member("mark", mark) }
        flowMember(route.realms)
        member("uid", route.user)
        if route.flags.contains(.cloned), route.family == .ipv4 { member("cache", route.flags.cacheNames) }
        member("expires", route.expires)
        if let info = route.cacheInfo { cacheMembers(info, statistics > 0) }
        if let metrics = route.pathMetrics { metricsMember(metrics) }
        member("iif", route.inputInterface.map(world.name(of:)))
        member("pref", route.preference?.name)
        if let isOn = route.propagatesTTL { member("ttl-propagate", isOn ? "enabled" : "disabled") }
        if let hop = route.nextHopID.flatMap(world.nextHop) {
            key("nh_info")
            beginObject()
            members(of: hop, world)
            endObject()
        }
        nextHopsMember(of: route, world)
    }

    private mutating func wayMembers(
        _ gateway: IPAddress?, _ device: Int32?, of family: AddressFamily, _ world: LinkWorld
    ) {
        if let gateway {
            if gateway.family == family {
                member("gateway", gateway.description)
            } else {
                key("via")
                beginObject()
                member("family", gateway.family.description)
                member("host", gateway.description)
                endObject()
            }
        }
        member("dev", device.map(world.name(of:)))
    }

    private mutating func flowMember(_ realms: UInt32?) {
        guard let realms else { return }
        key("flow")
        beginObject()
        if realms >> 16 != 0 { member("from", NameTable.realms.text(of: realms >> 16)) }
        member("to", NameTable.realms.text(of: realms & 0xffff))
        endObject()
    }

    private mutating func cacheMembers(_ info: RouteCacheInfo, _ isShown: Bool) {
        if info.error != 0 { member("error", info.error) }
        guard isShown else { return }
        if info.references != 0 { member("users", info.references) }
        if info.used != 0 { member("used", info.used) }
        if info.lastUse != 0 { member("age", info.lastUse / 100) }
    }

    private mutating func metricsMember(_ metrics: RouteMetrics) {
        key("metrics")
        beginArray()
        beginObject()
        for (kind, value) in metrics.ordered {
            if kind == .features, value & 1 != 0 {
                key("ecn")
                null()
            } else {
                member(kind.name, kind.milliseconds(of: value))
            }
        }
        member("congestion", metrics.congestionControl)
        endObject()
        endArray()
    }

    private mutating func nextHopsMember(of route: Route, _ world: LinkWorld) {
        guard !route.nextHops.isEmpty else { return }
        key("nexthops")
        beginArray()
        for nextHop in route.nextHops {
            beginObject()
            encapsulationMembers(nextHop.encapsulation, world)
            wayMembers(nextHop.gateway, nextHop.outputInterface, of: route.family, world)
            flowMember(nextHop.realms)
            member("weight", nextHop.weight)
            member("flags", nextHop.flags.names)
            endObject()
        }
        endArray()
    }
}
