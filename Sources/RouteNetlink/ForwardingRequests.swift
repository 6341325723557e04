// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// Which forwarding entries are deleted at once: `RTM_DELNEIGH` with `NLM_F_BULK` (Linux 5.19). Sources:
/// linux/neighbour.h, bridge(8).
public struct ForwardingDeletion: Hashable, Sendable {
    /// The bridge, or the device that forwards by itself.
    public var index: Int32
    /// `ndm_flags`: with `own` the device's entries, with `master` those of the bridge of which it is a port; and the
    /// flags that an entry must have.
    public var flags: NeighborFlags
    /// `NDA_NDM_FLAGS_MASK`: the flags that count; those of them that are not in `flags` an entry must lack.
    public var flagMask: NeighborFlags = []
    /// `ndm_state`: the states that an entry must have.
    public var state: NeighborState = []
    /// `NDA_NDM_STATE_MASK`: the states that count; those of them that are not in `state` an entry must lack.
    public var stateMask: NeighborState = []
    /// `NDA_IFINDEX`: only those of this port of the bridge.
    public var port: Int32?
    /// `NDA_VLAN`: only those in this VLAN.
    public var vlan: UInt16?

    /// All entries of a device.
    public init(index: Int32, flags: NeighborFlags = .own) {
        self.index = index
        self.flags = flags
    }

    /// The request.
    ///
    /// - Parameter device: how errors call the device.
    public func request(device: String? = nil) -> Request<NeighborMessage> {
        var header = ndmsg()
        header.ndm_family = ForwardingEntry.family
        header.ndm_ifindex = index
        header.ndm_state = state.rawValue
        header.ndm_flags = flags.header
        let request = Request<NeighborMessage>(
            RTM_DELNEIGH, flags: .bulk, header: header,
            operation: "flush forwarding entries of '\(device ?? "\(index)")'")
        let writer = request.attributes
        writer.put(.device, ifPresent: port)
        writer.put(.vlan, ifPresent: vlan)
        if !flagMask.isEmpty { writer.put(.flagMask, flagMask.header) }
        if !stateMask.isEmpty { writer.put(.stateMask, stateMask.rawValue) }
        return request
    }
}

/// One forwarding entry that is asked for: `RTM_GETNEIGH` (Linux 5.0).
public struct ForwardingQuery: Hashable, Sendable {
    /// The address.
    public var address: LinkLayerAddress
    /// `ndm_ifindex`: the device that has the entry, a port or one that forwards by itself.
    public var index: Int32?
    /// `NDA_MASTER`: the bridge that has it, in place of a device.
    public var bridge: Int32?
    /// `ndm_flags`: whether the device itself is asked, or the bridge of which it is a port, as it is by default.
    public var flags: NeighborFlags = []
    /// `NDA_VLAN`
    public var vlan: UInt16?
    /// `NDA_VNI`
    public var vni: UInt32?

    /// The entry of that address.
    public init(_ address: LinkLayerAddress) { self.address = address }

    /// The request.
    ///
    /// - Parameter device: how errors call the device or the bridge.
    public func request(device: String? = nil) -> Request<NeighborMessage> {
        var header = ndmsg()
        header.ndm_family = ForwardingEntry.family
        header.ndm_ifindex = index ?? 0
        header.ndm_flags = flags.header
        let place = device.map { " of '\($0)'" } ?? ""
        let request = Request<NeighborMessage>(
            RTM_GETNEIGH, header: header, operation: "get forwarding entry '\(address)'\(place)")
        let writer = request.attributes
        writer.put(.linkLayerAddress, address)
        writer.put(.vlan, ifPresent: vlan)
        writer.put(.vni, ifPresent: vni)
        writer.put(.master, ifPresent: bridge)
        return request
    }
}

extension RouteSocket {
    /// Deletes many entries at once. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter device: how errors call the device.
    /// - Throws: `.kernel` with `EOPNOTSUPP` when the device can't, and before Linux 5.19, which takes it for the
    ///   deletion of one entry (EINVAL).
    public mutating func flushForwarding(_ deletion: ForwardingDeletion, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(deletion.request(device: device))
    }

    /// One entry.
    ///
    /// - Parameter device: how errors call the device or the bridge.
    /// - Throws: `.kernel` with `ENOENT` when there is none, `EOPNOTSUPP` when the device can't be asked.
    public mutating func forwardingEntry(
        _ query: ForwardingQuery, device: String? = nil
    ) throws(NetlinkError) -> ForwardingEntry {
        let found = try socket.get(query.request(device: device)) { (_, payload) throws(MalformedReply) in
            try ForwardingEntry(decoding: payload)
        }
        guard let found else { throw .malformed(MalformedReply("a forwarding entry of another family")) }
        return found
    }
}

extension AttributeKey where Scope == NeighborMessage, Value == UInt8 {
    fileprivate static var flagMask: Self { Self(NDA_NDM_FLAGS_MASK, "NDA_NDM_FLAGS_MASK") }
}
extension AttributeKey where Scope == NeighborMessage, Value == UInt16 {
    fileprivate static var stateMask: Self { Self(NDA_NDM_STATE_MASK, "NDA_NDM_STATE_MASK") }
}
