// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// An entry of a forwarding database, a bridge's or a VXLAN device's, as the kernel reports it and as it is
/// asked to make it (`RTM_NEWNEIGH` of the family `AF_BRIDGE`). Sources: linux/neighbour.h, bridge(8).
public struct ForwardingEntry: Hashable, Sendable {
    /// `ndm_ifindex`: the device, a bridge's port or one that forwards by itself.
    public var index: Int32
    /// `NDA_LLADDR`: where the frames go.
    public var address: LinkLayerAddress
    /// `ndm_state`: permanent is an address of this host; of the others `noARP` does not age.
    public var state: NeighborState
    /// `ndm_flags` and `NDA_FLAGS_EXT`: with `master` the entry is the bridge's, with `own` the device's.
    public var flags: NeighborFlags
    /// `NDA_VLAN`: the VLAN in which it counts.
    public var vlan: UInt16?
    /// `NDA_DST`: the tunnel's other end.
    public var destination: IPAddress?
    /// `NDA_PORT`: the UDP port there.
    public var port: UInt16?
    /// `NDA_VNI`: the network identifier to send with.
    public var vni: UInt32?
    /// `NDA_SRC_VNI`: the network identifier in which the entry counts, of a device that has many.
    public var sourceVNI: UInt32?
    /// `NDA_IFINDEX`: the device by which the tunnel's packets leave.
    public var outputInterface: Int32?
    /// `NDA_NH_ID`: a next-hop object, in place of the other end.
    public var nextHopID: UInt32?
    /// `NDA_MASTER`: the bridge of which the device is a port.
    public var master: Int32?
    /// `NDA_LINK_NETNSID`: the namespace of the device by which packets leave, where it is another one.
    public var linkNamespaceID: Int32?
    /// `NDA_CACHEINFO`: how the entry is used.
    public var usage: NeighborUsage?

    /// An entry to be made, with the defaults of `bridge fdb add`: permanent, and the device's own.
    public init(
        _ address: LinkLayerAddress, index: Int32, state: NeighborState = [.permanent, .noARP],
        flags: NeighborFlags = .own
    ) {
        self.address = address
        self.index = index
        self.state = state
        self.flags = flags
    }

    /// Reads what follows the `nlmsghdr` of `RTM_NEWNEIGH` or `RTM_DELNEIGH`; unknown attributes are skipped.
    ///
    /// - Returns: nil for an entry of another family than `AF_BRIDGE`.
    /// - Throws: `MalformedReply` when the message is shorter than it says or lacks the address.
    public init?(decoding message: RawSpan) throws(MalformedReply) {
        let header = try NeighborHeader(decoding: message)
        guard header.family == Self.family else { return nil }
        let attributes = try Attributes<NeighborMessage>(message.extracting(droppingFirst: NeighborHeader.size))
        guard let address = try attributes.value(.linkLayerAddress) else {
            throw MalformedReply("a forwarding entry without NDA_LLADDR")
        }
        self.init(
            address, index: header.index, state: header.state,
            flags: NeighborFlags(header: header.flags, extended: try attributes.value(.extendedFlags)))
        vlan = try attributes.value(.vlan)
        destination = try attributes.value(.address)
        port = try attributes.value(.port)?.value
        vni = try attributes.value(.vni)
        sourceVNI = try attributes.value(.sourceVNI)
        outputInterface = try attributes.value(.device)
        nextHopID = try attributes.value(.nextHopID)
        master = try attributes.value(.master)
        linkNamespaceID = try attributes.value(.linkNamespaceID)
        usage = try attributes.value(.usage)
    }

    /// `AF_BRIDGE`
    static var family: UInt8 { 7 }
}

extension ForwardingEntry {
    /// `RTM_NEWNEIGH` that makes the entry; one that is there is an error (EEXIST).
    ///
    /// - Parameter device: how errors call the device.
    public func addRequest(device: String? = nil) -> Request<NeighborMessage> {
        request(RTM_NEWNEIGH, [.create, .exclusive], "add", device)
    }

    /// `RTM_NEWNEIGH` that adds one more other end to those that the entry has; VXLAN only.
    public func appendRequest(device: String? = nil) -> Request<NeighborMessage> {
        request(RTM_NEWNEIGH, [.create, .append], "append", device)
    }

    /// `RTM_NEWNEIGH` that makes the entry or takes the place of the one that is there.
    public func replaceRequest(device: String? = nil) -> Request<NeighborMessage> {
        request(RTM_NEWNEIGH, [.create, .replace], "replace", device)
    }

    /// `RTM_DELNEIGH`.
    public func deleteRequest(device: String? = nil) -> Request<NeighborMessage> {
        request(RTM_DELNEIGH, [], "delete", device)
    }

    private func request(
        _ messageType: Int, _ requestFlags: RequestFlags, _ verb: String, _ device: String?
    ) -> Request<NeighborMessage> {
        var header = ndmsg()
        header.ndm_family = Self.family
        header.ndm_ifindex = index
        header.ndm_state = state.rawValue
        header.ndm_flags = flags.header
        let place = device.map { " on '\($0)'" } ?? ""
        let request = Request<NeighborMessage>(
            messageType, flags: requestFlags, header: header,
            operation: "\(verb) forwarding entry '\(address)'\(place)")
        let writer = request.attributes
        writer.put(.linkLayerAddress, address)
        writer.put(.address, ifPresent: destination)
        writer.put(.vlan, ifPresent: vlan)
        writer.put(.port, ifPresent: port.map(NetworkOrder.init))
        writer.put(.vni, ifPresent: vni)
        writer.put(.sourceVNI, ifPresent: sourceVNI)
        writer.put(.device, ifPresent: outputInterface)
        writer.put(.nextHopID, ifPresent: nextHopID)
        writer.put(.extendedFlags, ifPresent: flags.extended)
        return request
    }
}

/// Which entries a dump returns; the kernel filters by port and bridge.
public struct ForwardingFilter: Sendable {
    /// Only this device.
    public var index: Int32?
    /// Only this bridge and its ports.
    public var bridge: Int32?

    /// All entries of all devices.
    public init(index: Int32? = nil, bridge: Int32? = nil) {
        self.index = index
        self.bridge = bridge
    }

    package func request() -> Request<NeighborMessage> {
        var header = ndmsg()
        header.ndm_family = ForwardingEntry.family
        header.ndm_ifindex = index ?? 0
        let request = Request<NeighborMessage>(RTM_GETNEIGH, header: header, operation: "list forwarding entries")
        request.attributes.put(.master, ifPresent: bridge)
        return request
    }
}

extension RouteSocket {
    /// Makes an entry. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter device: how errors call the device.
    /// - Throws: `.kernel` with `EEXIST` when there is one, `EOPNOTSUPP` for a device that is no port.
    public mutating func addForwarding(_ entry: ForwardingEntry, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(entry.addRequest(device: device))
    }

    /// Adds one more other end to an entry of a VXLAN device. Needs `CAP_NET_ADMIN`.
    public mutating func appendForwarding(_ entry: ForwardingEntry, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(entry.appendRequest(device: device))
    }

    /// Makes an entry or takes the place of the one that is there. Needs `CAP_NET_ADMIN`.
    public mutating func replaceForwarding(_ entry: ForwardingEntry, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(entry.replaceRequest(device: device))
    }

    /// Deletes an entry. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is none.
    public mutating func deleteForwarding(_ entry: ForwardingEntry, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(entry.deleteRequest(device: device))
    }

    /// All entries that pass the filter, in the kernel's order.
    public mutating func forwardingEntries(
        _ filter: ForwardingFilter = ForwardingFilter()
    ) throws(NetlinkError) -> [ForwardingEntry] {
        var entries: [ForwardingEntry] = []
        try socket.dump(filter.request(), restart: { entries.removeAll() }) { (_, payload) throws(MalformedReply) in
            // Old kernels filter by the bridge alone.
            guard let entry = try ForwardingEntry(decoding: payload), filter.index ?? entry.index == entry.index else {
                return
            }
            entries.append(entry)
        }
        return entries
    }
}
