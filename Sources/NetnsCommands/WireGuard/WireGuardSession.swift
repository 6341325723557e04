// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import GenericNetlink
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink

/// The conversation of one command about the WireGuard devices of one namespace.
struct WireGuardSession: ~Copyable {
    /// What knows the links.
    var links: RouteSession
    private let generic: OpenGenericSocket

    /// Opens the namespace of that name.
    init(named name: NamespaceName) throws {
        let links: RouteSession
        do throws(NamespaceError) {
            let socket = try NamespaceDirectory.system.open(name).openRouteSocket(shownAs: name.description)
            links = RouteSession(socket, namespace: name.description)
        } catch { throw CommandFailure(error) }
        let generic = try links.genericSocket()
        self.init(links, generic)
    }

    /// Opens the namespace that the value of `--namespace` means, or the caller's own.
    ///
    /// - Parameter sockets: where open sockets are found, and left for the next.
    init(namespace: String?, sockets: SharedSockets? = nil) throws {
        let links = try RouteSession(namespace: namespace, sockets: sockets)
        let generic = try links.genericSocket()
        self.init(links, generic)
    }

    private init(_ links: consuming RouteSession, _ generic: OpenGenericSocket) {
        self.links = links
        self.generic = generic
    }

    /// Uses the socket. A refusal is told with the namespace.
    mutating func ask<Value>(
        _ body: (inout GenericNetlinkSocket) throws(NetlinkError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(NetlinkError) { return try body(&generic.socket) } catch { throw links.failure(error) }
    }

    /// The link of that name, which must be of the kind.
    mutating func link(_ name: String) throws(CommandFailure) -> Link {
        let link = try links.device(name)
        guard link.kind == WireGuardDevice.kind else {
            throw CommandFailure("\(quoted(name))\(links.place) is not a wireguard device")
        }
        return link
    }

    /// All links of the kind.
    mutating func allLinks() throws(CommandFailure) -> [Link] {
        try links.ask { (socket) throws(NetlinkError) in
            try socket.links(LinkFilter(kind: WireGuardDevice.kind))
        }.filter { $0.kind == WireGuardDevice.kind }
    }

    /// The name of the device in an endpoint; its number when it is gone.
    mutating func zoneName(_ zone: UInt32) -> String {
        guard zone != 0, let index = Int32(exactly: zone),
            let link = (try? links.ask { (socket) throws(NetlinkError) in try socket.link(.index(index)) }) ?? nil
        else { return String(zone) }
        return link.name.description
    }
}
