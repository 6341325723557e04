// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Attributes that follow `struct rtgenmsg` in `RTM_NEWNSID`: `NETNSA_…` of linux/net_namespace.h.
public enum NamespaceIDScope {}

extension AttributeKey where Scope == NamespaceIDScope, Value == Int32 {
    static var id: Self { Self(NETNSA_NSID, "NETNSA_NSID") }
    static var descriptor: Self { Self(NETNSA_FD, "NETNSA_FD") }
    static var target: Self { Self(NETNSA_TARGET_NSID, "NETNSA_TARGET_NSID") }
    static var current: Self { Self(NETNSA_CURRENT_NSID, "NETNSA_CURRENT_NSID") }
}
extension AttributeKey where Scope == NamespaceIDScope, Value == UInt32 {
    static var process: Self { Self(NETNSA_PID, "NETNSA_PID") }
}

/// An id that one network namespace has given to another: its nsid.
///
/// Ids belong to the observer, are never changed once given, and are free again when the
/// other namespace dies. Source: ip-netns(8), linux/net_namespace.h.
public struct NamespaceID: Hashable, Sendable {
    /// The id in the namespace that was asked about; nil when there is none (-1).
    public var id: Int32?
    /// The id of the same namespace in the asker's own namespace, when another one was asked about.
    public var currentID: Int32?

    /// Reads what follows the `nlmsghdr` of `RTM_NEWNSID` or `RTM_DELNSID`.
    public init(decoding message: RawSpan) throws(MalformedReply) {
        // struct rtgenmsg is one byte, padded to four.
        guard message.byteCount >= 4 else { throw MalformedReply("a namespace id message is too short") }
        let attributes = try Attributes<NamespaceIDScope>(message.extracting(droppingFirst: 4))
        id = try attributes.value(.id).flatMap { $0 < 0 ? nil : $0 }
        currentID = try attributes.value(.current).flatMap { $0 < 0 ? nil : $0 }
    }
}

/// The group whose members hear of ids given and freed, `RTNLGRP_NSID`.
public let namespaceIDGroup: UInt32 = RTNLGRP_NSID.rawValue

private func request(
    _ type: some BinaryInteger, _ operation: String, _ body: (AttributeWriter<NamespaceIDScope>) -> Void
) -> Request<NamespaceIDScope> {
    let request = Request<NamespaceIDScope>(type, header: rtgenmsg(), operation: operation)
    body(request.attributes)
    return request
}

/// `RTM_GETNSID` for an open namespace.
public func getNamespaceIDRequest(ofDescriptor descriptor: Int32, target: Int32? = nil) -> Request<NamespaceIDScope> {
    request(RTM_GETNSID, "ask for a namespace's id") { writer in
        writer.put(.descriptor, descriptor)
        writer.put(.target, ifPresent: target)
    }
}

extension RouteSocket {
    /// The id that the socket's namespace has given to the namespace at `descriptor`; nil when none.
    ///
    /// - Parameter target: ask for the id that this other namespace, named by its own id, has given.
    public mutating func namespaceID(
        ofDescriptor descriptor: Int32, target: Int32? = nil
    ) throws(NetlinkError) -> Int32? {
        try socket.get(getNamespaceIDRequest(ofDescriptor: descriptor, target: target)) {
            (_, payload) throws(MalformedReply) in try NamespaceID(decoding: payload).id
        }
    }

    /// What the socket's namespace (and, with `target`, another one) calls the namespace with this id.
    ///
    /// - Throws: `.kernel` with `EINVAL` when the id is not given to any.
    public mutating func namespaceID(_ id: Int32, target: Int32? = nil) throws(NetlinkError) -> NamespaceID {
        try socket.get(
            request(RTM_GETNSID, "ask about namespace id \(id)") { writer in
                writer.put(.id, id)
                writer.put(.target, ifPresent: target)
            }
        ) { (_, payload) throws(MalformedReply) in try NamespaceID(decoding: payload) }
    }

    /// Gives the namespace at `descriptor` an id in the socket's namespace. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter id: nil lets the kernel choose.
    /// - Throws: `.kernel` with `EEXIST` when it has one already, or when another one has this id.
    public mutating func setNamespaceID(_ id: Int32?, ofDescriptor descriptor: Int32) throws(NetlinkError) {
        try socket.acknowledge(
            request(RTM_NEWNSID, "give the namespace the id \(id.map(String.init) ?? "auto")") { writer in
                writer.put(.descriptor, descriptor)
                writer.put(.id, id ?? -1)
            })
    }

    /// All ids that the socket's namespace, or the one with the id `target`, has given.
    public mutating func namespaceIDs(target: Int32? = nil) throws(NetlinkError) -> [NamespaceID] {
        var ids: [NamespaceID] = []
        let request = request(RTM_GETNSID, "list namespace ids") { $0.put(.target, ifPresent: target) }
        try socket.dump(request, restart: { ids.removeAll() }) { (_, payload) throws(MalformedReply) in
            ids.append(try NamespaceID(decoding: payload))
        }
        return ids
    }

    /// Waits until an event says that this id is free again; the socket must have joined `namespaceIDGroup`.
    ///
    /// - Returns: false when the time ran out.
    public mutating func waitForRemoval(
        ofNamespaceID id: Int32, timeLimit: Duration
    ) throws(NetlinkError) -> Bool {
        try socket.receiveEvents(timeout: timeLimit) { (header, payload) throws(NetlinkError) in
            guard header.type == UInt16(RTM_DELNSID) else { return true }
            do throws(MalformedReply) { return try NamespaceID(decoding: payload).id != id } catch {
                throw .malformed(error)
            }
        }
    }
}
