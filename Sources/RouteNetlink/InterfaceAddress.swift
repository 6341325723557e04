// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// An address of a network device, as the kernel reports it and as it is asked to make it (`RTM_NEWADDR`).
///
/// The kernel's `IFA_ADDRESS` is *not* the device's address but that of the prefix: on a
/// point-to-point link it is the other end, and `IFA_LOCAL` is the device's own. Elsewhere the two are
/// equal, and for IPv6 only `IFA_ADDRESS` is sent. Here `local` is always the device's own address and
/// `peer` the other end, so that nobody has to remember. Sources: linux/if_addr.h, rtnetlink(7).
public struct InterfaceAddress: Hashable, Sendable {
    /// The device's number, `ifa_index`.
    public var index: Int32
    /// The device's own address.
    public var local: IPAddress
    /// The other end of a point-to-point link; nil elsewhere.
    public var peer: IPAddress?
    /// `ifa_prefixlen`: the network's length. It belongs to `peer` where there is one.
    public var prefixLength: Int
    /// `ifa_scope`: how far the address is valid.
    public var scope: RouteScope
    /// `IFA_FLAGS`
    public var flags: AddressFlags = []
    /// `IFA_BROADCAST`, IPv4 only. Nothing sets it unasked; see ``directedBroadcast``.
    public var broadcast: IPAddress?
    /// `IFA_ANYCAST`
    public var anycast: IPAddress?
    /// `IFA_LABEL`: the alias of old tools, `eth0:1`; IPv4 only, 15 bytes at most.
    public var label: String?
    /// `IFA_CACHEINFO`: nil in a request leaves the address for ever.
    public var lifetimes: AddressLifetimes?
    /// `IFA_CACHEINFO`: when the address was made and last changed, in hundredths of a second since boot.
    public var created: UInt32?, updated: UInt32?
    /// `IFA_PROTO`: who made the address; names in `NameTable.addressProtocols`. Linux 5.18.
    public var origin: UInt8?
    /// `IFA_RT_PRIORITY`: the metric of the route to the address's network.
    public var metric: UInt32?
    /// `IFA_TARGET_NETNSID`: the namespace that the address is in, where one was asked for. Never sent with
    /// a change: the kernel ignores it there and changes the socket's own namespace.
    public var targetNamespaceID: Int32?

    /// An address to be made on the device `index`, as `ip address add` makes it: of scope `host`
    /// in 127.0.0.0/8, else `global`, and without a broadcast address.
    public init(_ address: IPPrefix, peer: IPPrefix? = nil, index: Int32) {
        self.index = index
        local = address.address
        self.peer = peer?.address
        prefixLength = peer?.length ?? address.length
        scope = address.family == .ipv4 && address.address.isLoopback ? .host : .global
    }

    /// The address's family.
    public var family: AddressFamily { local.family }

    /// The device's own address with the length, as ip(8) shows it without a peer.
    public var prefix: IPPrefix? { IPPrefix(local, length: prefixLength) }

    /// The broadcast address of the address's network, which `ip address add … broadcast +` sets; nil for
    /// IPv6, /31 and /32.
    public var directedBroadcast: IPAddress? { IPPrefix(peer ?? local, length: prefixLength)?.broadcast }

    /// `192.0.2.1/24`, or `192.0.2.1 peer 192.0.2.2/32`: the way to write it for ip(8).
    public var text: String {
        if let peer { return "\(local) peer \(peer)/\(prefixLength)" }
        return "\(local)/\(prefixLength)"
    }

    /// Reads what follows the `nlmsghdr` of `RTM_NEWADDR` or `RTM_DELADDR`; unknown attributes are skipped.
    ///
    /// - Returns: nil for an address of another family than IP: a dump of all families has them, too.
    /// - Throws: `MalformedReply` when the message is shorter than it says or an address is of the wrong form.
    public init?(decoding message: RawSpan) throws(MalformedReply) {
        guard let familyNumber: UInt8 = message.integer(at: 0), let length: UInt8 = message.integer(at: 1),
            let lowFlags: UInt8 = message.integer(at: 2), let scope: UInt8 = message.integer(at: 3),
            let index: Int32 = message.integer(at: 4)
        else { throw MalformedReply("an address message is too short") }
        guard let family = AddressFamily(rawValue: familyNumber) else { return nil }
        guard Int(length) <= family.bitCount else { throw MalformedReply("a prefix length of \(length) for \(family)") }
        let attributes = try Attributes<AddressMessage>(message.extracting(droppingFirst: MemoryLayout<ifaddrmsg>.size))
        let address = try attributes.address(.address, family)
        // The kernel leaves an address of zero out altogether.
        let local = try attributes.address(.local, family) ?? address ?? .unspecified(family)
        self.index = index
        self.local = local
        peer = address == local ? nil : address
        prefixLength = Int(length)
        self.scope = RouteScope(rawValue: scope)
        // The header's field has eight bits only; IFA_FLAGS (Linux 3.14) has them all.
        flags = AddressFlags(rawValue: try attributes.value(.flags) ?? UInt32(lowFlags))
        broadcast = try attributes.address(.broadcast, family)
        anycast = try attributes.address(.anycast, family)
        label = try attributes.value(.label)
        origin = try attributes.value(.origin)
        metric = try attributes.value(.metric)
        targetNamespaceID = try attributes.value(.targetNamespaceID)
        if let cacheInfo = try attributes.value(.cacheInfo) {
            lifetimes = cacheInfo.lifetimes
            created = cacheInfo.created
            updated = cacheInfo.updated
        }
    }
}
