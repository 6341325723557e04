// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
public import Netlink
public import RouteNetlink

extension RouteSocket {
    /// Makes a pair of links, such as a veth, by one message, with the other end straight in another namespace.
    ///
    /// Needs `CAP_NET_ADMIN` here and there.
    ///
    /// - Parameter peerNamespace: where the other end goes.
    /// - Throws: `.meaningless` for a link of a kind that has no other end.
    public mutating func add(_ link: LinkSpec, peerIn peerNamespace: borrowing NetworkNamespace) throws(NetlinkError) {
        guard link.isPair else {
            throw .meaningless(
                operation: "place the peer of link '\(link.name.map { "\($0)" } ?? "")'",
                reason: "a link of kind '\(link.kind ?? "")' has none")
        }
        var link = link
        var peer = link.peer ?? LinkSpec()
        peer.namespace = .descriptor(peerNamespace.descriptor.rawValue)
        link.peer = peer
        try add(link)
    }

    /// Makes a link in `namespace`.
    public mutating func add(_ link: LinkSpec, in namespace: borrowing NetworkNamespace) throws(NetlinkError) {
        var link = link
        link.namespace = .descriptor(namespace.descriptor.rawValue)
        try add(link)
    }

    /// Moves a link to `namespace`, and changes whatever else `change` says on the way.
    public mutating func move(
        index: Int32, displayName: String, to namespace: borrowing NetworkNamespace, _ change: LinkSpec = LinkSpec()
    ) throws(NetlinkError) {
        var change = change
        change.namespace = .descriptor(namespace.descriptor.rawValue)
        try self.change(index: index, displayName: displayName, change)
    }
}
