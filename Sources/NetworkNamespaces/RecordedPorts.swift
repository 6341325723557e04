// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import Netlink
internal import RouteNetlink

/// A port of a bridge that says which connection it is the host end of.
struct RecordedPort {
    /// The port.
    var name: InterfaceName
    /// The bridge that it is a port of.
    var bridge: InterfaceName
    /// What it says of itself.
    var record: ConnectionRecord
    /// The id of the namespace with the other end; nil when it has none here.
    var namespaceID: Int32?
}

extension RouteSocket {
    /// The ports of all bridges that `connect` has made.
    mutating func recordedPorts() throws(NetlinkError) -> [RecordedPort] {
        let links = try links()
        return links.compactMap { link in
            guard let record = link.alias.flatMap({ ConnectionRecord(parsing: $0) }),
                let bridge = links.first(where: { $0.index == link.master })
            else { return nil }
            return RecordedPort(
                name: link.name, bridge: bridge.name, record: record, namespaceID: link.linkNamespaceID)
        }
    }
}

extension ConnectionSite {
    /// The ports of a bridge that say that they are of a connection of a namespace of this name: what remains of it
    /// when the name is gone.
    ///
    /// - Parameter bridges: the namespace with the bridge; nil is the calling thread's.
    public static func ports(
        of name: NamespaceName, on bridge: InterfaceName, bridgesIn bridges: NamespaceSelector? = nil,
        directory: NamespaceDirectory = .system
    ) throws(NamespaceError) -> [InterfaceName] {
        var outside: RouteSocket
        if let bridges {
            outside = try bridges.open(in: directory).openRouteSocket()
        } else {
            outside = try converse(try RouteSocket())
        }
        return try converse(try outside.recordedPorts())
            .filter { $0.bridge == bridge && $0.record.namespace == name.description }.map(\.name)
    }
}
