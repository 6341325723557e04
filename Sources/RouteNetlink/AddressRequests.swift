// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

extension InterfaceAddress {
    /// `RTM_NEWADDR` that makes the address; one that is there is an error (EEXIST).
    ///
    /// - Parameter displayName: how errors call the device.
    public func addRequest(displayName: String) -> Request<AddressMessage> {
        newRequest([.create, .exclusive], "add address '\(text)' to '\(displayName)'")
    }

    /// `RTM_NEWADDR` that makes the address or changes the one that is there.
    public func replaceRequest(displayName: String) -> Request<AddressMessage> {
        newRequest([.create, .replace], "replace address '\(text)' on '\(displayName)'")
    }

    /// `RTM_NEWADDR` that changes the address. One that is not there is an error for IPv6 (ENOENT);
    /// for IPv4 the kernel makes it.
    public func changeRequest(displayName: String) -> Request<AddressMessage> {
        newRequest(.replace, "change address '\(text)' on '\(displayName)'")
    }

    /// `RTM_DELADDR`.
    ///
    /// - Parameter anyLength: delete an IPv4 address whatever the length of its network, as
    ///   `ip address delete` does when no length is given.
    public func deleteRequest(displayName: String, anyLength: Bool = false) -> Request<AddressMessage> {
        let request = Request<AddressMessage>(
            RTM_DELADDR, header: header(flags: []), operation: "delete address '\(text)' from '\(displayName)'")
        request.attributes.put(.local, local)
        if !anyLength { request.attributes.put(.address, peer ?? local) }
        request.attributes.put(.label, ifPresent: label)
        return request
    }

    private func newRequest(_ requestFlags: RequestFlags, _ operation: String) -> Request<AddressMessage> {
        // What the kernel reported can be sent again; what only it can set is left out.
        let flags = flags.intersection(.settable)
        let request = Request<AddressMessage>(
            RTM_NEWADDR, flags: requestFlags, header: header(flags: flags), operation: operation)
        let writer = request.attributes
        writer.put(.local, local)
        writer.put(.address, peer ?? local)
        writer.put(.broadcast, ifPresent: broadcast)
        writer.put(.anycast, ifPresent: anycast)
        writer.put(.label, ifPresent: label)
        writer.put(.metric, ifPresent: metric)
        writer.put(.origin, ifPresent: origin)
        if flags.rawValue > UInt32(UInt8.max) { writer.put(.flags, flags.rawValue) }
        writer.put(.cacheInfo, ifPresent: lifetimes.map(AddressCacheInfo.init))
        return request
    }

    private func header(flags: AddressFlags) -> ifaddrmsg {
        var header = ifaddrmsg()
        header.ifa_family = family.rawValue
        header.ifa_prefixlen = UInt8(clamping: prefixLength)
        // Either here or, when they need more bits, in IFA_FLAGS.
        header.ifa_flags = UInt8(exactly: flags.rawValue) ?? 0
        header.ifa_scope = scope.rawValue
        header.ifa_index = UInt32(bitPattern: index)
        return header
    }
}

/// Which addresses a dump returns; the kernel filters (Linux 4.20; older ones are filtered here).
public struct AddressFilter: Sendable {
    /// Only this family.
    public var family: AddressFamily?
    /// Only this device. One that is not there is an error (ENODEV).
    public var index: Int32?
    /// The namespace to list, by its id in the socket's own.
    public var namespaceID: Int32?

    /// All addresses of the socket's namespace.
    public init(family: AddressFamily? = nil, index: Int32? = nil, namespaceID: Int32? = nil) {
        self.family = family
        self.index = index
        self.namespaceID = namespaceID
    }

    package func request() -> Request<AddressMessage> {
        var header = ifaddrmsg()
        header.ifa_family = family?.rawValue ?? 0
        header.ifa_index = UInt32(bitPattern: index ?? 0)
        let request = Request<AddressMessage>(RTM_GETADDR, header: header, operation: "list addresses")
        request.attributes.put(.targetNamespaceID, ifPresent: namespaceID)
        return request
    }

    /// Whether an address passes: for kernels that do not filter, and for events.
    public func matches(_ address: InterfaceAddress) -> Bool {
        (family == nil || family == address.family) && (index == nil || index == address.index)
    }
}
