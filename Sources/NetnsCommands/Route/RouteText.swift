// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// How much of a route a text listing shows.
struct RouteForm {
    var details = false
    var statistics = 0
    /// Columns that the question has settled.
    var settled: RouteSelection.Columns = []
}

extension TextWriter {
    /// A route as `ip route show` prints it.
    mutating func route(_ route: Route, _ world: LinkWorld, _ form: RouteForm) {
        if route.type != .unicast || form.details {
            write(route.type.name)
            write(" ")
        }
        route.destination.appendRouteText(to: &bytes)
        write(" ")
        if let source = route.source {
            write("from ")
            hostOrPrefix(source)
            write(" ")
        }
        if let id = route.nextHopID { word("nhid", id) }
        encapsulation(route.encapsulation, world, statistics: form.statistics > 0)
        if route.tos != 0, !form.settled.contains(.tos) {
            word("tos", NameTable.trafficClasses.text(of: UInt32(route.tos)))
        }
        way(route.gateway, route.outputInterface, of: route.family, world, form.settled)
        if route.table != .main || form.details, !form.settled.contains(.table) { word("table", route.table.name) }
        // Of an entry of the cache these are the kernel's own and say nothing.
        if !route.flags.contains(.cloned) || route.family == .ipv6 { origin(route, form) }
        if let source = route.preferredSource, !form.settled.contains(.source) {
            write("src ")
            source.append(to: &bytes)
            write(" ")
        }
        if !form.settled.contains(.metric) { word("metric", route.metric) }
        flags(route.flags)
        if let mark = route.mark, mark != 0 {
            write(mark < 16 ? "mark \(mark) " : "mark 0x\(String(mark, radix: 16)) ")
        }
        realms(route.realms)
        word("uid", route.user)
        rest(route, world, form)
        write("\n")
    }

    private mutating func way(
        _ gateway: IPAddress?, _ device: Int32?, of family: AddressFamily, _ world: LinkWorld,
        _ settled: RouteSelection.Columns = []
    ) {
        if let gateway, !settled.contains(.gateway) || gateway.family != family {
            write(gateway.family == family ? "via " : "via \(gateway.family) ")
            gateway.append(to: &bytes)
            write(" ")
        }
        if let device, !settled.contains(.device) {
            write("dev ")
            self.device(device, world)
            write(" ")
        }
    }

    private mutating func device(_ index: Int32, _ world: LinkWorld) {
        write(escaping: world.name(of: index))
    }

    private mutating func origin(_ route: Route, _ form: RouteForm) {
        if route.origin != .boot || form.details, !form.settled.contains(.origin) { word("proto", route.origin.name) }
        if route.scope != .global || form.details, !form.settled.contains(.scope) { word("scope", route.scope.name) }
    }

    private mutating func flags(_ flags: RouteFlags) {
        for name in flags.names {
            write(name)
            write(" ")
        }
    }

    private mutating func realms(_ realms: UInt32?) {
        guard let realms else { return }
        write(realms >> 16 == 0 ? "realm " : "realms ")
        if realms >> 16 != 0 {
            write(NameTable.realms.text(of: realms >> 16))
            write("/")
        }
        write(NameTable.realms.text(of: realms & 0xffff))
        write(" ")
    }

    /// What follows the columns: of an entry of the cache on a line of its own.
    private mutating func rest(_ route: Route, _ world: LinkWorld, _ form: RouteForm) {
        if route.flags.contains(.cloned), route.family == .ipv4 {
            write("\n    cache ")
            let names = route.flags.cacheNames
            if !names.isEmpty {
                write("<")
                write(names, separator: ",")
                write("> ")
            }
        }
        if let seconds = route.expires { write("expires \(seconds)sec ") }
        if let info = route.cacheInfo { cacheInfo(info, form.statistics > 0) }
        if let metrics = route.pathMetrics { pathMetrics(metrics) }
        if let input = route.inputInterface {
            write("iif ")
            device(input, world)
            write(" ")
        }
        if let preference = route.preference {
            write("pref ")
            write(preference.name)
        }
        if let isOn = route.propagatesTTL { write("ttl-propagate \(isOn ? "enabled" : "disabled")") }
        if form.details, let hop = route.nextHopID.flatMap(world.nextHop) {
            write("\n\tnh_info ")
            nextHopFields(hop, world, details: true)
        }
        for nextHop in route.nextHops {
            write("\n\tnexthop ")
            encapsulation(nextHop.encapsulation, world)
            way(nextHop.gateway, nextHop.outputInterface, of: route.family, world)
            realms(nextHop.realms)
            word("weight", nextHop.weight)
            flags(nextHop.flags)
        }
    }

    private mutating func cacheInfo(_ info: RouteCacheInfo, _ isShown: Bool) {
        if info.error != 0 { word("error", info.error) }
        guard isShown else { return }
        if info.references != 0 { word("users", info.references) }
        if info.used != 0 { word("used", info.used) }
        if info.lastUse != 0 { write("age \(info.lastUse / 100)sec ") }
    }

    private mutating func pathMetrics(_ metrics: RouteMetrics) {
        for (kind, value) in metrics.ordered {
            write(kind.name)
            write(metrics.isLocked(kind) ? " lock " : " ")
            write(kind.text(of: value))
            write(" ")
        }
        if let algorithm = metrics.congestionControl {
            write("congctl ")
            write(escaping: algorithm)
            write(" ")
        }
    }

    private mutating func hostOrPrefix(_ prefix: IPPrefix) {
        if prefix.isHost { prefix.address.append(to: &bytes) } else { prefix.append(to: &bytes) }
    }
}
