// SPDX-License-Identifier: Apache-2.0

public import Netlink
internal import SystemPackage

extension RouteSocket {
    /// Makes a route. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter device: how errors call the device.
    /// - Throws: `.kernel` with `EEXIST` when there is one, `ENETUNREACH` for a gateway that is on no link.
    public mutating func addRoute(_ route: Route, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(route.addRequest(device: device))
    }

    /// Makes a route or takes the place of the one to the same destination. Needs `CAP_NET_ADMIN`.
    public mutating func replaceRoute(_ route: Route, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(route.replaceRequest(device: device))
    }

    /// Takes the place of the route to the same destination. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is none.
    public mutating func changeRoute(_ route: Route, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(route.changeRequest(device: device))
    }

    /// Makes a route behind those to the same destination. Needs `CAP_NET_ADMIN`.
    public mutating func appendRoute(_ route: Route, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(route.appendRequest(device: device))
    }

    /// Makes an IPv4 route before those to the same destination. Needs `CAP_NET_ADMIN`.
    public mutating func prependRoute(_ route: Route, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(route.prependRequest(device: device))
    }

    /// Deletes the first route that has all of `route`, which may have wildcards. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `ESRCH` when there is none.
    public mutating func deleteRoute(_ route: Route, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(route.deleteRequest(device: device))
    }

    /// Deletes many routes, packed into few datagrams. Needs `CAP_NET_ADMIN`.
    ///
    /// One that has gone meanwhile counts as deleted.
    ///
    /// - Returns: the refusals.
    public mutating func deleteRoutes(_ routes: [Route]) throws(NetlinkError) -> [KernelError] {
        try socket.transact(routes.map { $0.deleteRequest().erased }).compactMap { refusal in
            refusal?.errno == .noSuchProcess ? nil : refusal
        }
    }

    /// Hands each route that passes the filter to `body`, without keeping any.
    ///
    /// - Parameter restart: called when the table changed while it was read, before all is handed out anew.
    /// - Throws: `.kernel` with `ENOENT` for a table that is not there.
    public mutating func forEachRoute(
        _ filter: RouteFilter = RouteFilter(), restart: () -> Void, _ body: (Route) -> Void
    ) throws(NetlinkError) {
        try socket.dump(filter.request(), restart: restart) { (_, payload) throws(MalformedReply) in
            if let route = try Route(decoding: payload), filter.matches(route) { body(route) }
        }
    }

    /// All routes that pass the filter, in the kernel's order.
    public mutating func routes(_ filter: RouteFilter = RouteFilter()) throws(NetlinkError) -> [Route] {
        var routes: [Route] = []
        try forEachRoute(filter, restart: { routes.removeAll() }) { routes.append($0) }
        return routes
    }

    /// What the kernel would do with a packet.
    ///
    /// - Throws: `.kernel` with `ENETUNREACH` or `EHOSTUNREACH` without a route; what a route of another type
    ///   than unicast does with packets comes back as its error, too.
    public mutating func lookUpRoute(_ lookup: RouteLookup) throws(NetlinkError) -> Route {
        let route = try socket.get(lookup.request()) { (_, payload) throws(MalformedReply) in
            try Route(decoding: payload)
        }
        guard let route else { throw .malformed(MalformedReply("a route of another family than the packet's")) }
        return route
    }
}
