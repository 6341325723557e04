// SPDX-License-Identifier: Apache-2.0

public import Netlink
internal import SystemPackage

extension RouteSocket {
    /// Gives a device an address. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter displayName: how errors call the device.
    /// - Throws: `.kernel` with `EEXIST` when the device has it, `ENODEV` without the device.
    public mutating func addAddress(_ address: InterfaceAddress, displayName: String) throws(NetlinkError) {
        try socket.acknowledge(address.addRequest(displayName: displayName))
    }

    /// Gives a device an address, or changes what it has of it. Needs `CAP_NET_ADMIN`.
    public mutating func replaceAddress(_ address: InterfaceAddress, displayName: String) throws(NetlinkError) {
        try socket.acknowledge(address.replaceRequest(displayName: displayName))
    }

    /// Changes an address that a device has. Needs `CAP_NET_ADMIN`.
    public mutating func changeAddress(_ address: InterfaceAddress, displayName: String) throws(NetlinkError) {
        try socket.acknowledge(address.changeRequest(displayName: displayName))
    }

    /// Takes an address from a device. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `EADDRNOTAVAIL` when the device does not have it.
    public mutating func deleteAddress(
        _ address: InterfaceAddress, displayName: String, anyLength: Bool = false
    ) throws(NetlinkError) {
        try socket.acknowledge(address.deleteRequest(displayName: displayName, anyLength: anyLength))
    }

    /// Takes many addresses away, packed into few datagrams. Needs `CAP_NET_ADMIN`.
    ///
    /// One that has gone meanwhile counts as deleted.
    ///
    /// - Parameter displayName: how errors call the device of an address.
    /// - Returns: the refusals.
    public mutating func deleteAddresses(
        _ addresses: [InterfaceAddress], displayName: (InterfaceAddress) -> String
    ) throws(NetlinkError) -> [KernelError] {
        // Backwards: a dump has a primary address before its secondary ones, which would go with it.
        let requests = addresses.reversed().map { $0.deleteRequest(displayName: displayName($0)).erased }
        return try socket.transact(requests).compactMap { refusal in
            refusal?.errno == .addressNotAvailable ? nil : refusal
        }
    }

    /// Hands each address that passes the filter to `body`, without keeping any.
    ///
    /// - Parameter restart: called when the table changed while it was read, before all is handed out anew.
    public mutating func forEachAddress(
        _ filter: AddressFilter = AddressFilter(), restart: () -> Void, _ body: (InterfaceAddress) -> Void
    ) throws(NetlinkError) {
        try socket.dump(filter.request(), restart: restart) { (_, payload) throws(MalformedReply) in
            if let address = try InterfaceAddress(decoding: payload), filter.matches(address) { body(address) }
        }
    }

    /// All addresses that pass the filter, in the kernel's order: IPv4 before IPv6, by device.
    public mutating func addresses(
        _ filter: AddressFilter = AddressFilter()
    ) throws(NetlinkError) -> [InterfaceAddress] {
        var addresses: [InterfaceAddress] = []
        try forEachAddress(filter, restart: { addresses.removeAll() }) { addresses.append($0) }
        return addresses
    }
}
