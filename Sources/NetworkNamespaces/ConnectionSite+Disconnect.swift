// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// What `disconnect` has found, and removed unless it was only asked.
public struct DisconnectionReport: Equatable, Sendable {
    /// How the namespace was named.
    public var namespace: String
    /// The interface and the host end that went.
    public var interface: InterfaceName, hostInterface: InterfaceName
    /// The bridge.
    public var bridge: InterfaceName
    /// Whether the bridge went, too.
    public var removesBridge: Bool
}

extension ConnectionSite {
    /// Removes the interface of a connection, and with it the host end, its addresses and routes.
    ///
    /// It must be a veth whose other end is a port of the bridge, whoever made it; nothing else is ever removed.
    /// When this returns both ends are gone.
    ///
    /// - Parameters:
    ///   - connection: of which only the names of the interface and the bridge count.
    ///   - removesBridge: whether the bridge goes as well if no port is left. A port that somebody
    ///     adds at the same moment is cut off: the kernel has no way to rule that out.
    ///   - isDry: whether it is only found out what would be removed.
    /// - Throws: `.noBridge`, `.notABridge`, `.notConnected`, or `.step`.
    public mutating func disconnect(
        _ connection: BridgeConnection, removesBridge: Bool = false, isDry: Bool = false
    ) throws(ConnectionError) -> DisconnectionReport {
        do throws(ConnectionFault) {
            return try remove(connection, removesBridge: removesBridge, isDry: isDry)
        } catch { throw ConnectionError(operation("disconnect", connection), error) }
    }

    private mutating func remove(
        _ connection: BridgeConnection, removesBridge: Bool, isDry: Bool
    ) throws(ConnectionFault) -> DisconnectionReport {
        let bridge = try step { (site) throws(NamespaceError) in
            try converse(try site.outside.link(.name("\(connection.bridge)")))
        }
        guard let bridge else { throw .noBridge(connection.bridge) }
        guard bridge.kind == "bridge" else { throw .notABridge(connection.bridge, kind: bridge.kind) }
        let hostEnd = try findHostEnd(connection, bridge: bridge.index)
        var report = DisconnectionReport(
            namespace: "\(selector)", interface: connection.interface, hostInterface: hostEnd.name,
            bridge: connection.bridge, removesBridge: false)
        if !isDry {
            try step { (site) throws(NamespaceError) in
                do throws(NetlinkError) { try site.outside.delete(.index(hostEnd.index)) } catch {
                    // Another run was faster: it is gone, which is what was wanted.
                    if error.errno != .operationNotSupportedByDevice { throw .netlink(error) }
                }
            }
        }
        guard removesBridge else { return report }
        report.removesBridge = try step { (site) throws(NamespaceError) in
            try site.removeBridge(bridge.index, unlessPortsBeside: hostEnd.index, isDry: isDry)
        }
        return report
    }

    private mutating func findHostEnd(
        _ connection: BridgeConnection, bridge: Int32
    ) throws(ConnectionFault) -> Link {
        let name = connection.interface
        let place = "'\(name)' in '\(selector)'"
        let link = try step { (site) throws(NamespaceError) in try converse(try site.inside.link(.name("\(name)"))) }
        guard let link else { throw .notConnected("there is no '\(name)' in '\(selector)'") }
        guard link.kind == "veth" else {
            throw .notConnected("\(place) is \(link.kind.map(withArticle) ?? "a device of its own"), not a veth")
        }
        guard let end = try step({ (site) throws(NamespaceError) in try site.hostEnd(of: link) }) else {
            throw .notConnected("the other end of \(place) is not in the bridge's namespace")
        }
        guard end.master == bridge else {
            let master = try step { (site) throws(NamespaceError) in
                try end.master.flatMap { (index) throws(NamespaceError) in
                    try converse(try site.outside.link(.index(index)))
                }
            }
            let port = master.map { "a port of '\($0.name)'" } ?? "no port of a bridge"
            throw .notConnected("the host end '\(end.name)' of \(place) is \(port)")
        }
        return end
    }

    private mutating func removeBridge(
        _ bridge: Int32, unlessPortsBeside port: Int32, isDry: Bool
    ) throws(NamespaceError) -> Bool {
        let others = try converse(try outside.links(LinkFilter(master: bridge))).filter { $0.index != port }
        guard others.isEmpty else { return false }
        if !isDry {
            do throws(NetlinkError) { try outside.delete(.index(bridge)) } catch {
                if error.errno != .operationNotSupportedByDevice { throw .netlink(error) }
            }
        }
        return true
    }
}
