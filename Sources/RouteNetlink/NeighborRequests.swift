// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink
internal import SystemPackage

extension Neighbor {
    /// `RTM_NEWNEIGH` that makes the entry; one that is there is an error (EEXIST).
    ///
    /// - Parameter device: how errors call the device.
    public func addRequest(device: String? = nil) -> Request<NeighborMessage> {
        request(RTM_NEWNEIGH, [.create, .exclusive], "add", device)
    }

    /// `RTM_NEWNEIGH` that makes the entry or changes the one that is there.
    public func replaceRequest(device: String? = nil) -> Request<NeighborMessage> {
        request(RTM_NEWNEIGH, [.create, .replace], "replace", device)
    }

    /// `RTM_NEWNEIGH` that changes the entry; without one it is an error (ENOENT).
    public func changeRequest(device: String? = nil) -> Request<NeighborMessage> {
        request(RTM_NEWNEIGH, .replace, "change", device)
    }

    /// `RTM_DELNEIGH`.
    public func deleteRequest(device: String? = nil) -> Request<NeighborMessage> {
        request(RTM_DELNEIGH, [], "delete", device)
    }

    /// `RTM_GETNEIGH` for this one entry: address, device and whether it is a proxy's count.
    package func lookUpRequest(device: String? = nil) -> Request<NeighborMessage> {
        var header = header
        header.ndm_state = 0
        header.ndm_flags = flags.intersection(.proxy).header
        let request = Request<NeighborMessage>(RTM_GETNEIGH, header: header, operation: "get \(subject(device))")
        request.attributes.put(.address, address)
        return request
    }

    private func request(
        _ messageType: Int, _ requestFlags: RequestFlags, _ verb: String, _ device: String?
    ) -> Request<NeighborMessage> {
        let request = Request<NeighborMessage>(
            messageType, flags: requestFlags, header: header, operation: "\(verb) \(subject(device))")
        let writer = request.attributes
        writer.put(.address, address)
        writer.put(.linkLayerAddress, ifPresent: linkLayerAddress)
        writer.put(.origin, ifPresent: origin?.rawValue)
        writer.put(.extendedFlags, ifPresent: flags.extended)
        return request
    }

    private var header: ndmsg {
        var header = ndmsg()
        header.ndm_family = family.rawValue
        header.ndm_ifindex = index
        header.ndm_state = state.rawValue
        header.ndm_flags = flags.header
        return header
    }

    private func subject(_ device: String?) -> String {
        "\(flags.contains(.proxy) ? "proxy" : "neighbour") '\(address)'" + (device.map { " on '\($0)'" } ?? "")
    }
}

/// Which entries a dump returns; the kernel filters by device and master (Linux 4.9; older ones are filtered by
/// device here).
public struct NeighborFilter: Sendable {
    /// Only this family.
    public var family: AddressFamily?
    /// Only this device.
    public var index: Int32?
    /// Only devices that have this master; -1 for those without any.
    public var master: Int32?
    /// The addresses for which this host answers, instead of the neighbours.
    public var isProxy: Bool

    /// All neighbours.
    public init(family: AddressFamily? = nil, index: Int32? = nil, master: Int32? = nil, isProxy: Bool = false) {
        self.family = family
        self.index = index
        self.master = master
        self.isProxy = isProxy
    }

    package func request() -> Request<NeighborMessage> {
        var header = ndmsg()
        header.ndm_family = family?.rawValue ?? 0
        header.ndm_flags = isProxy ? NeighborFlags.proxy.header : 0
        let request = Request<NeighborMessage>(RTM_GETNEIGH, header: header, operation: "list neighbours")
        request.attributes.put(.device, ifPresent: index)
        request.attributes.put(.master, ifPresent: master)
        return request
    }

    /// Whether an entry passes, its master aside: for kernels that do not filter, and for events.
    public func matches(_ neighbor: Neighbor) -> Bool {
        (family == nil || family == neighbor.family) && (index == nil || index == neighbor.index)
            && isProxy == neighbor.flags.contains(.proxy)
    }
}

extension RouteSocket {
    /// Makes an entry. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter device: how errors call the device.
    /// - Throws: `.kernel` with `EEXIST` when there is one.
    public mutating func addNeighbor(_ neighbor: Neighbor, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(neighbor.addRequest(device: device))
    }

    /// Makes an entry or changes the one that is there. Needs `CAP_NET_ADMIN`.
    public mutating func replaceNeighbor(_ neighbor: Neighbor, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(neighbor.replaceRequest(device: device))
    }

    /// Changes an entry. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is none.
    public mutating func changeNeighbor(_ neighbor: Neighbor, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(neighbor.changeRequest(device: device))
    }

    /// Deletes an entry. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is none.
    public mutating func deleteNeighbor(_ neighbor: Neighbor, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(neighbor.deleteRequest(device: device))
    }

    /// Deletes many entries, packed into few datagrams. Needs `CAP_NET_ADMIN`.
    ///
    /// One that has gone meanwhile counts as deleted.
    ///
    /// - Parameter device: how errors call the device of an entry.
    /// - Returns: the refusals.
    public mutating func deleteNeighbors(
        _ neighbors: [Neighbor], device: (Neighbor) -> String?
    ) throws(NetlinkError) -> [KernelError] {
        try socket.transact(neighbors.map { $0.deleteRequest(device: device($0)).erased }).compactMap { refusal in
            refusal?.errno == .noSuchFileOrDirectory ? nil : refusal
        }
    }

    /// The entry for an address on a device (Linux 5.0).
    ///
    /// - Parameter neighbor: address, device, and whether it is a proxy's.
    /// - Throws: `.kernel` with `ENOENT` when there is none.
    public mutating func neighbor(_ neighbor: Neighbor, device: String? = nil) throws(NetlinkError) -> Neighbor {
        let found = try socket.get(neighbor.lookUpRequest(device: device)) { (_, payload) throws(MalformedReply) in
            try Neighbor(decoding: payload)
        }
        guard let found else { throw .malformed(MalformedReply("a neighbour of another family")) }
        return found
    }

    /// All entries that pass the filter, in the kernel's order.
    public mutating func neighbors(
        _ filter: NeighborFilter = NeighborFilter()
    ) throws(NetlinkError) -> [Neighbor] {
        var neighbors: [Neighbor] = []
        try socket.dump(filter.request(), restart: { neighbors.removeAll() }) {
            (_, payload) throws(MalformedReply) in
            if let neighbor = try Neighbor(decoding: payload), filter.matches(neighbor) { neighbors.append(neighbor) }
        }
        return neighbors
    }
}
