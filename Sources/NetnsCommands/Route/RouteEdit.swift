// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Adds, changes or deletes a route.
struct RouteEdit: SharingOperation {
    enum Verb: String { case add, append, replace, change, delete }

    var verb: Verb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var family: AddressFamily?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "route \(verb.rawValue)")
        let words = try RouteWords(&parser)
        // Everything but the devices' numbers is known and checked before the kernel is asked.
        let draft = try words.route(parser, family: family, isDeletion: verb == .delete)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        let route = try words.withDevices(draft, &session)
        try session.change { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addRoute(route, device: words.device)
            case .append: try socket.appendRoute(route, device: words.device)
            case .replace: try socket.replaceRoute(route, device: words.device)
            case .change: try socket.changeRoute(route, device: words.device)
            case .delete: try socket.deleteRoute(route, device: words.device)
            }
        }
    }
}
