// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
public import Netlink
internal import SystemPackage

/// The NETLINK_ROUTE conversation with one network namespace.
///
/// It speaks to the namespace in which it was opened, from whatever thread it is used.
public struct RouteSocket: ~Copyable {
    /// The socket below, for packing requests of one's own into `transact`.
    public var socket: NetlinkSocket

    /// Opens a socket in the calling thread's network namespace.
    public init(receiveBufferBytes: Int32? = nil) throws(NetlinkError) {
        socket = try NetlinkSocket(.route, receiveBufferBytes: receiveBufferBytes)
    }

    /// Takes over an open socket of the family `route`.
    public init(_ socket: consuming NetlinkSocket) { self.socket = socket }

    /// Opens a socket in the network namespace at `namespace`. Needs `CAP_SYS_ADMIN` over it.
    public static func open(
        in namespace: borrowing OwnedDescriptor, receiveBufferBytes: Int32? = nil
    ) throws(NetlinkError) -> RouteSocket {
        RouteSocket(try NetlinkSocket.open(.route, in: namespace, receiveBufferBytes: receiveBufferBytes))
    }

    /// What the kernel had to say about the requests that it carried out since the last call.
    public mutating func takeWarnings() -> [KernelWarning] { socket.takeWarnings() }

    /// Sends requests packed together; nil or the refusal for each, in order.
    public mutating func transact(_ requests: [ErasedRequest]) throws(NetlinkError) -> [KernelError?] {
        try socket.transact(requests)
    }

    /// Sends requests packed together and throws the first refusal, after all were tried.
    public mutating func perform(_ requests: [ErasedRequest]) throws(NetlinkError) {
        if let refusal = try socket.transact(requests).compactMap(\.self).first { throw .kernel(refusal) }
    }
}

// MARK: Links

extension RouteSocket {
    /// Makes a link. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `EEXIST` for a taken name, `EOPNOTSUPP` for a kind that the kernel lacks.
    public mutating func add(_ link: LinkSpec) throws(NetlinkError) {
        try socket.acknowledge(link.addRequest())
    }

    /// Makes a link that has a name, and returns it as it was made: with its index and, for a veth, that of
    /// the peer. Needs `CAP_NET_ADMIN`.
    ///
    /// One message, where the kernel echoes what it made (Linux 6.2); a question more before that.
    ///
    /// - Returns: nil when the link was made and has gone again since.
    /// - Throws: as `add`; there is no link then.
    public mutating func addAndReturn(_ link: LinkSpec) throws(NetlinkError) -> Link? {
        do throws(NetlinkError) {
            return try socket.get(link.addRequest(echoed: true)) { (_, payload) throws(MalformedReply) in
                try Link(decoding: payload)
            }
        } catch {
            // Without an echo there is nothing but the acknowledgement, and the link is there.
            guard case .malformed = error, let name = link.name else { throw error }
            do throws(NetlinkError) { return try self.link(.name("\(name)")) } catch {
                // Whoever gets no index could not take the link back.
                try? delete(.name("\(name)"))
                throw error
            }
        }
    }

    /// Changes a link. Needs `CAP_NET_ADMIN`.
    public mutating func change(index: Int32, displayName: String, _ link: LinkSpec) throws(NetlinkError) {
        try socket.acknowledge(link.changeRequest(index: index, displayName: displayName))
    }

    /// Sets a link up or down.
    public mutating func setUp(_ isUp: Bool = true, index: Int32, displayName: String) throws(NetlinkError) {
        var spec = LinkSpec()
        spec.isUp = isUp
        try change(index: index, displayName: displayName, spec)
    }

    /// Deletes one link, or all of a group.
    ///
    /// - Parameter namespaceID: the namespace that the link is in, by its id here; nil is the socket's own. Needs
    ///   `CAP_NET_ADMIN` over it.
    /// - Throws: `.kernel` with `ENODEV` when there is none, `EOPNOTSUPP` for hardware and lo.
    public mutating func delete(_ selector: LinkSelector, namespaceID: Int32? = nil) throws(NetlinkError) {
        try socket.acknowledge(deleteLinkRequest(selector, namespaceID: namespaceID))
    }

    /// One link; nil when there is none.
    ///
    /// - Parameters:
    ///   - virtualFunctions: whether those of the link are wanted, if it is a network card.
    ///   - namespaceID: the namespace that the link is in, by its id here; nil is the socket's own. Needs
    ///     `CAP_NET_ADMIN` over it.
    public mutating func link(
        _ selector: LinkSelector, statistics: Bool = false, virtualFunctions: Bool = false, namespaceID: Int32? = nil
    ) throws(NetlinkError) -> Link? {
        let request = getLinkRequest(
            selector, statistics: statistics, virtualFunctions: virtualFunctions, namespaceID: namespaceID)
        do throws(NetlinkError) {
            return try socket.get(request) { (_, payload) throws(MalformedReply) in try Link(decoding: payload) }
        } catch {
            if error.errno == .operationNotSupportedByDevice { return nil }
            throw error
        }
    }

    /// All links that pass the filter, in the order of their index.
    public mutating func links(_ filter: LinkFilter = LinkFilter()) throws(NetlinkError) -> [Link] {
        var links: [Link] = []
        try socket.dump(filter.request(), restart: { links.removeAll() }) { (_, payload) throws(MalformedReply) in
            links.append(try Link(decoding: payload))
        }
        return links
    }
}
