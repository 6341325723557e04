// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink

/// `-M`: routes for labels, not for addresses.
struct MPLSOption: ParsableArguments {
    @Flag(name: .customShort("M"), help: "Routes of MPLS: for labels, not for addresses.")
    var isMPLS = false
}

/// Adds, changes or deletes an MPLS route.
struct MPLSRouteEdit: Operation {
    var verb: RouteEdit.Verb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "route \(verb.rawValue) -M")
        guard verb != .append else { throw parser.usage("a label has one route: use 'nexthop' for several ways") }
        let words = try MPLSRouteWords(&parser)
        let draft = try words.route(parser, mayLackWay: verb == .delete)
        var session = try RouteSession(namespace: namespace)
        let route = try words.withDevices(draft, &session)
        try session.ask { (socket) throws(NetlinkError) in
            let request =
                switch verb {
                case .add, .append: route.addRequest(device: words.device)
                case .replace: route.replaceRequest(device: words.device)
                case .change: route.changeRequest(device: words.device)
                case .delete: route.deleteRequest()
                }
            try socket.changeMPLSRoute(request)
        }
    }
}

/// Shows the MPLS routes that the words choose, or deletes them.
struct MPLSRouteShow: Operation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "route show -M")
        let selection = try MPLSRouteSelection(&parser)
        try request.showRows(
            { session, world in
                if request.passesOver(&session, without: [selection.device].compactMap(\.self)) { return [] }
                try world.noteAll(&session)
                return try selection.routes(&session)
            },
            json: { $0.members(of: $1, $2) },
            text: { $0.route($1, $2, details: request.details, isDeviceSaid: selection.device != nil) })
    }
}

/// Shows the MPLS route for one label.
struct MPLSRouteLookup: Operation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "route get -M")
        guard !parser.isAtEnd else { throw parser.usage("the label is missing") }
        let label = try parser.label()
        try parser.expectEnd()
        try request.showRows(
            { session, world in
                try world.noteAll(&session)
                return [try session.ask { (socket) throws(NetlinkError) in try socket.mplsRoute(label) }]
            },
            json: { $0.members(of: $1, $2) },
            text: { $0.route($1, $2, details: request.details) })
    }
}

/// Deletes the MPLS routes that the words choose.
struct MPLSRouteFlush: Operation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "route flush -M")
        guard !parser.isAtEnd else { throw parser.usage("it must be said which routes to delete") }
        let selection = try MPLSRouteSelection(&parser)
        var session = try RouteSession(namespace: namespace)
        for route in try selection.routes(&session) {
            try session.ask { (socket) throws(NetlinkError) in try socket.changeMPLSRoute(route.deleteRequest()) }
        }
    }
}

/// Which MPLS routes a listing shows or `flush` deletes.
struct MPLSRouteSelection {
    private(set) var device: String?
    private var label: UInt32?
    private var origin: RouteProtocol?

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while let word = words.next {
            if try Self.table.read(&words, into: &self) { continue }
            guard label == nil, word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw words.unknownWord(among: Self.table.names)
            }
            label = try words.label()
        }
    }

    static let table = WordTable<MPLSRouteSelection>([
        Word("to") { words, selection throws(CommandFailure) in selection.label = try words.label() },
        Word("dev", "oif") { words, selection throws(CommandFailure) in selection.device = try words.deviceName() },
        Word("proto", "protocol") { words, selection throws(CommandFailure) in
            selection.origin = try words.routeProtocol()
        },
    ])

    /// The routes that are meant. A device means those that have no way but over it, as for other families.
    func routes(_ session: inout RouteSession) throws(CommandFailure) -> [MPLSRoute] {
        let index = try device.map { name throws(CommandFailure) in try session.index(of: name) }
        return try session.ask { (socket) throws(NetlinkError) in try socket.mplsRoutes(device: index) }
            .filter { index == nil || $0.ways.map(\.outputInterface) == [index] }
            .filter { (label == nil || label == $0.label) && (origin == nil || origin == $0.origin) }
    }
}

extension JSONWriter {
    /// The members of an MPLS route, with the keys of `ip -j -d -M route show`.
    fileprivate mutating func members(of route: MPLSRoute, _ world: LinkWorld) {
        member("type", route.type.name)
        member("dst", "\(route.label)")
        if route.ways.count == 1 { wayMembers(route.ways[0], world) }
        member("protocol", route.origin.name)
        member("scope", RouteScope.global.name)
        member("flags", route.flags.names)
        member("ttl-propogate", route.propagatesTTL)
        guard route.ways.count > 1 else { return }
        key("nexthops")
        beginArray()
        for way in route.ways {
            beginObject()
            wayMembers(way, world)
            member("flags", way.flags.names)
            endObject()
        }
        endArray()
    }

    private mutating func wayMembers(_ way: MPLSRoute.Way, _ world: LinkWorld) {
        if !way.labels.isEmpty { member("to", way.labelText) }
        if let gateway = way.gateway {
            key("via")
            object {
                $0.member("family", gateway.family.description)
                $0.member("host", gateway.description)
            }
        }
        member("dev", way.outputInterface.map(world.name(of:)))
    }
}

extension TextWriter {
    /// An MPLS route as `ip -M route show` prints it, which leaves out the device that it was asked for.
    fileprivate mutating func route(
        _ route: MPLSRoute, _ world: LinkWorld, details: Bool, isDeviceSaid: Bool = false
    ) {
        if route.type != .unicast || details { write("\(route.type.name) ") }
        write("\(route.label) ")
        if route.ways.count == 1 { way(route.ways[0], world, isDeviceSaid: isDeviceSaid) }
        if route.origin != .boot || details { word("proto", route.origin.name) }
        if details { word("scope", RouteScope.global.name) }
        for name in route.flags.names { write("\(name) ") }
        if let isOn = route.propagatesTTL { write("ttl-propogate \(isOn ? "enabled" : "disabled")") }
        if route.ways.count > 1 {
            for way in route.ways {
                write("\n\tnexthop ")
                self.way(way, world)
                for name in way.flags.names { write("\(name) ") }
            }
        }
        write("\n")
    }

    private mutating func way(_ way: MPLSRoute.Way, _ world: LinkWorld, isDeviceSaid: Bool = false) {
        if !way.labels.isEmpty { word("as to", way.labelText) }
        if let gateway = way.gateway { word("via \(gateway.family)", gateway.description) }
        if !isDeviceSaid { word("dev", way.outputInterface.map(world.name(of:))) }
    }
}

extension MPLSRoute.Way {
    fileprivate var labelText: String { labels.map { "\($0)" }.joined(separator: "/") }
}
