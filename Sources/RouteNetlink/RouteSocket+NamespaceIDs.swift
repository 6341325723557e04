// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink
internal import SystemPackage

extension RouteSocket {
    /// The id that a namespace has here, or in the namespace with the id `target`; nil when it has none.
    ///
    /// - Parameter displayName: how errors call the namespace.
    /// - Throws: `.kernel` with `EINVAL` for a target that does not exist.
    public mutating func namespaceID(
        ofDescriptor descriptor: Int32, target: Int32? = nil, displayName: String? = nil
    ) throws(NetlinkError) -> Int32? {
        try namespaceID(.descriptor(descriptor), target: target, displayName: displayName).id
    }

    /// The id that the namespace of a process has here, or in `target`; nil when it has none.
    public mutating func namespaceID(ofProcess process: Int32, target: Int32? = nil) throws(NetlinkError) -> Int32? {
        try namespaceID(.process(process), target: target).id
    }

    /// The ids of one namespace: in `target` and here.
    ///
    /// - Throws: `.kernel` with `ENOENT` for an id that no namespace has.
    public mutating func namespaceID(
        _ subject: NamespaceIDSubject, target: Int32? = nil, displayName: String? = nil
    ) throws(NetlinkError) -> NamespaceID {
        let request = getNamespaceIDRequest(subject, target: target, displayName: displayName)
        return try socket.get(request) { (_, payload) throws(MalformedReply) in try NamespaceID(decoding: payload) }
    }

    /// Gives a namespace an id here, for as long as both live; nil takes one that is free. Needs
    /// `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `EEXIST` when it has an id already, or the id is another's.
    public mutating func setNamespaceID(
        _ id: Int32?, ofDescriptor descriptor: Int32, displayName: String? = nil
    ) throws(NetlinkError) {
        try socket.acknowledge(setNamespaceIDRequest(id, of: .descriptor(descriptor), displayName: displayName))
    }

    /// Finds out whether `setNamespaceID` could do its work, and changes nothing. No capability is needed.
    ///
    /// - Throws: `.kernel` with what the kernel would answer.
    public mutating func checkNamespaceID(
        _ id: Int32?, forDescriptor descriptor: Int32, displayName: String? = nil
    ) throws(NetlinkError) {
        let operation = setNamespaceIDRequest(id, of: .descriptor(descriptor), displayName: displayName).operation
        guard try namespaceID(ofDescriptor: descriptor, displayName: displayName) == nil else {
            throw .kernel(
                KernelError(
                    operation, .fileExists, kernelMessage: "Peer netns already has a nsid assigned",
                    attribute: "NETNSA_FD"))
        }
        guard let id else { return }
        do throws(NetlinkError) { _ = try namespaceID(.id(id)) } catch {
            // No namespace has it.
            if error.errno == .noSuchFileOrDirectory { return }
            throw error
        }
        throw .kernel(
            KernelError(
                operation, .fileExists, kernelMessage: "The specified nsid is already used", attribute: "NETNSA_NSID"))
    }

    /// Hands each namespace that has an id here, or in the namespace with the id `target`, to `body`.
    ///
    /// - Parameter restart: called before all are handed out anew.
    public mutating func forEachNamespaceID(
        target: Int32? = nil, restart: () -> Void, _ body: (NamespaceID) -> Void
    ) throws(NetlinkError) {
        let request = listNamespaceIDsRequest(target: target)
        try socket.dump(request, restart: restart) { (_, payload) throws(MalformedReply) in
            body(try NamespaceID(decoding: payload))
        }
    }

    /// All namespaces that have an id here, or in the namespace with the id `target`.
    public mutating func namespaceIDs(target: Int32? = nil) throws(NetlinkError) -> [NamespaceID] {
        var ids: [NamespaceID] = []
        try forEachNamespaceID(target: target, restart: { ids.removeAll() }) { ids.append($0) }
        return ids
    }
}

/// The group whose members hear of ids given and freed, `RTNLGRP_NSID`.
public let namespaceIDGroup: UInt32 = RTNLGRP_NSID.rawValue

extension RouteSocket {
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
