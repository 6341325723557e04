// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// The two namespaces of a connection: the one with the interface, and the one with the bridge.
///
/// A routing socket is open in each, so that nothing runs inside a namespace and any number of
/// connections can be made through one value. Needs `CAP_SYS_ADMIN` over the namespace to enter it, and
/// `CAP_NET_ADMIN` in both to change something.
public struct ConnectionSite: ~Copyable {
    /// How the namespace was named.
    public let selector: NamespaceSelector
    let namespace: NetworkNamespace
    /// Where the bridge is.
    var outside: RouteSocket
    /// Where the interface is.
    var inside: RouteSocket

    /// Whether both ends would be in the same namespace: the kernel could do it, and nobody wants it.
    let isOneNamespace: Bool

    /// Opens both ends.
    ///
    /// - Parameters:
    ///   - selector: the namespace with the interface.
    ///   - bridges: the namespace with the bridge; nil is the calling thread's.
    /// - Throws: what `NamespaceSelector.open` throws.
    public static func open(
        _ selector: NamespaceSelector, bridgesIn bridges: NamespaceSelector? = nil,
        directory: NamespaceDirectory = .system
    ) throws(NamespaceError) -> ConnectionSite {
        let namespace = try selector.open(in: directory)
        guard let bridges else {
            return try ConnectionSite(
                selector, namespace, try converse(try RouteSocket()), outsideIdentity: try .ofThread())
        }
        let outside = try bridges.open(in: directory)
        return try ConnectionSite(
            selector, namespace, try outside.openRouteSocket(), outsideIdentity: outside.identity)
    }

    private init(
        _ selector: NamespaceSelector, _ namespace: consuming NetworkNamespace, _ outside: consuming RouteSocket,
        outsideIdentity: NamespaceIdentity
    ) throws(NamespaceError) {
        let inside = try namespace.openRouteSocket(shownAs: selector.description)
        self.selector = selector
        isOneNamespace = outsideIdentity == namespace.identity
        self.namespace = namespace
        self.outside = outside
        self.inside = inside
    }

    // MARK: Looking

    /// What is there of a connection: two messages when there is nothing yet.
    mutating func observe(_ connection: BridgeConnection) throws(NamespaceError) -> ConnectionObservation {
        var observation = ConnectionObservation()
        observation.bridge = try observeBridge(connection)
        if let link = try converse(try inside.link(.name("\(connection.interface)"))) {
            observation.interface = try observeInterface(
                link, bridge: observation.bridge?.index, listsRoutes: !connection.routes.isEmpty)
        }
        return observation
    }

    private mutating func observeBridge(_ connection: BridgeConnection) throws(NamespaceError) -> ObservedBridge? {
        guard let link = try converse(try outside.link(.name("\(connection.bridge)"))) else { return nil }
        var bridge = ObservedBridge(index: link.index)
        bridge.kind = link.kind
        bridge.isUp = link.flags.contains(.up)
        bridge.mtu = link.mtu ?? 1500
        if !connection.bridgeAddresses.isEmpty {
            bridge.addresses = try interfaceAddresses(of: link.index, &outside)
        }
        return bridge
    }

    private mutating func observeInterface(
        _ link: Link, bridge: Int32?, listsRoutes: Bool
    ) throws(NamespaceError) -> ObservedInterface {
        var interface = ObservedInterface(index: link.index)
        interface.kind = link.kind
        interface.isUp = link.flags.contains(.up)
        interface.mtu = link.mtu ?? 1500
        interface.macAddress = link.address.flatMap { MACAddress($0) }
        guard link.kind == "veth", let end = try hostEnd(of: link) else { return interface }
        interface.addresses = try interfaceAddresses(of: link.index, &inside)
        let routes = try converse(
            try inside.routes(RouteFilter(table: listsRoutes ? nil : .main, device: link.index, type: .unicast)))
        interface.gateways = routes.filter { $0.destination.isDefaultRoute && $0.table == .main }.compactMap(\.gateway)
        if listsRoutes { interface.routes = routes }
        var hostEnd = ObservedHostEnd(index: end.index, name: end.name)
        hostEnd.isUp = end.flags.contains(.up)
        hostEnd.master = end.master
        hostEnd.macAddress = end.address.flatMap { MACAddress($0) }
        hostEnd.alias = end.alias
        if let port = end.portOptions as? BridgePortOptions {
            hostEnd.isHairpin = port.hairpin ?? false
            hostEnd.isIsolated = port.isolated ?? false
        }
        if let master = end.master, master != bridge {
            hostEnd.masterName = try converse(try outside.link(.index(master)))?.name
        }
        interface.hostEnd = hostEnd
        return interface
    }

    /// The other end of a veth that is inside, when it is outside.
    ///
    /// An index alone proves nothing: the peer may be in a third namespace that uses the same numbers. The
    /// other end must point back, at this index in this namespace.
    mutating func hostEnd(of link: Link) throws(NamespaceError) -> Link? {
        guard link.kind == "veth", let peer = link.link, peer > 0 else { return nil }
        guard let end = try converse(try outside.link(.index(peer))), end.kind == "veth", end.link == link.index else {
            return nil
        }
        let descriptor = namespace.descriptor.rawValue
        let id = try converse(try outside.namespaceID(ofDescriptor: descriptor, displayName: "\(selector)"))
        guard let id, end.linkNamespaceID == id else { return nil }
        return end
    }
}

private func interfaceAddresses(of index: Int32, _ socket: inout RouteSocket) throws(NamespaceError) -> [IPPrefix] {
    do throws(NetlinkError) {
        return try socket.addresses(AddressFilter(index: index)).compactMap(\.prefix)
    } catch {
        // The device has gone since.
        if error.errno == .operationNotSupportedByDevice { return [] }
        throw .netlink(error)
    }
}

extension NamespaceIdentity {
    /// That of the calling thread's network namespace.
    static func ofThread() throws(NamespaceError) -> NamespaceIdentity {
        NamespaceIdentity(
            of: try attempt("look at the current network namespace", try FileStatus(of: "/proc/thread-self/ns/net")))
    }
}
