// SPDX-License-Identifier: Apache-2.0

// The small numbers of addresses and routes. They are structures, not enumerations: an administrator
// names numbers of his own in /etc/iproute2, and a kernel may have more than this package knows.

/// How far an address or a route's destination is: `rtm_scope`, `ifa_scope`. Source: rtnetlink(7).
public struct RouteScope: RawRepresentable, Hashable, Sendable {
    /// The kernel's number; the greater, the nearer.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `RT_SCOPE_UNIVERSE`: anywhere.
    public static let global = RouteScope(rawValue: 0)
    /// `RT_SCOPE_SITE`: within a site.
    public static let site = RouteScope(rawValue: 200)
    /// `RT_SCOPE_LINK`: on a link that this host is attached to.
    public static let link = RouteScope(rawValue: 253)
    /// `RT_SCOPE_HOST`: on this host.
    public static let host = RouteScope(rawValue: 254)
    /// `RT_SCOPE_NOWHERE`: nowhere; in a deletion: of any scope.
    public static let nowhere = RouteScope(rawValue: 255)

    /// A scope by its name in `NameTable.scopes`, or its decimal number.
    public init?(name: String) {
        guard let number = NameTable.scopes.number(of: name), let value = UInt8(exactly: number) else { return nil }
        self.init(rawValue: value)
    }

    /// The name, or the decimal number.
    public var name: String { NameTable.scopes.text(of: UInt32(rawValue)) }
}

/// Who made a route: `rtm_protocol`. Source: rtnetlink(7).
public struct RouteProtocol: RawRepresentable, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `RTPROT_UNSPEC`; in a deletion or a filter: of any origin.
    public static let unspecified = RouteProtocol(rawValue: 0)
    /// `RTPROT_REDIRECT`: an ICMP redirect.
    public static let redirect = RouteProtocol(rawValue: 1)
    /// `RTPROT_KERNEL`: the kernel, for an address.
    public static let kernel = RouteProtocol(rawValue: 2)
    /// `RTPROT_BOOT`: what ip(8) gives a route unless told.
    public static let boot = RouteProtocol(rawValue: 3)
    /// `RTPROT_STATIC`: the administrator.
    public static let `static` = RouteProtocol(rawValue: 4)
    /// `RTPROT_RA`: a router advertisement.
    public static let routerAdvertisement = RouteProtocol(rawValue: 9)
    /// `RTPROT_DHCP`
    public static let dhcp = RouteProtocol(rawValue: 16)

    /// A protocol by its name in `NameTable.protocols`, or its decimal number.
    public init?(name: String) {
        guard let number = NameTable.protocols.number(of: name), let value = UInt8(exactly: number) else { return nil }
        self.init(rawValue: value)
    }

    /// The name, or the decimal number.
    public var name: String { NameTable.protocols.text(of: UInt32(rawValue)) }
}

/// A routing table: `rtm_table`, or `RTA_TABLE` beyond 255. Source: rtnetlink(7).
public struct RouteTable: RawRepresentable, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `RT_TABLE_UNSPEC`; in a filter: all tables.
    public static let unspecified = RouteTable(rawValue: 0)
    /// `RT_TABLE_DEFAULT`
    public static let `default` = RouteTable(rawValue: 253)
    /// `RT_TABLE_MAIN`: where routes go unless told.
    public static let main = RouteTable(rawValue: 254)
    /// `RT_TABLE_LOCAL`: the kernel's own, for addresses of this host and broadcast addresses.
    public static let local = RouteTable(rawValue: 255)

    /// A table by its name in `NameTable.tables`, or its decimal number.
    public init?(name: String) {
        guard let number = NameTable.tables.number(of: name) else { return nil }
        self.init(rawValue: number)
    }

    /// The name, or the decimal number.
    public var name: String { NameTable.tables.text(of: rawValue) }
}

/// What becomes of a packet: `rtm_type`. Source: rtnetlink(7), linux/rtnetlink.h.
public struct RouteType: RawRepresentable, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `RTN_UNSPEC`; in a deletion or a filter: of any type.
    public static let unspecified = RouteType(rawValue: 0)
    /// `RTN_UNICAST`: it goes to a gateway or a neighbour.
    public static let unicast = RouteType(rawValue: 1)
    /// `RTN_LOCAL`: it is for this host.
    public static let local = RouteType(rawValue: 2)
    /// `RTN_BROADCAST`: it is for this host, and goes out as a link-layer broadcast.
    public static let broadcast = RouteType(rawValue: 3)
    /// `RTN_ANYCAST`: it is for this host, but goes out as unicast.
    public static let anycast = RouteType(rawValue: 4)
    /// `RTN_MULTICAST`
    public static let multicast = RouteType(rawValue: 5)
    /// `RTN_BLACKHOLE`: dropped in silence; local senders get EINVAL.
    public static let blackhole = RouteType(rawValue: 6)
    /// `RTN_UNREACHABLE`: answered with ICMP host unreachable; local senders get EHOSTUNREACH.
    public static let unreachable = RouteType(rawValue: 7)
    /// `RTN_PROHIBIT`: answered with ICMP administratively prohibited; local senders get EACCES.
    public static let prohibit = RouteType(rawValue: 8)
    /// `RTN_THROW`: the lookup goes on in the next rule's table.
    public static let `throw` = RouteType(rawValue: 9)
    /// `RTN_NAT`, which kernels since 2.6 refuse.
    public static let nat = RouteType(rawValue: 10)
    /// `RTN_XRESOLVE`, which no kernel has.
    public static let externalResolver = RouteType(rawValue: 11)

    private static let names = [
        "unspec", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable", "prohibit",
        "throw", "nat", "xresolve",
    ]

    /// A type by its name, or its decimal number.
    public init?(name: String) {
        guard let value = Self.names.firstIndex(of: name).map(UInt8.init) ?? UInt8(name) else { return nil }
        self.init(rawValue: value)
    }

    /// The word that ip(8) shows, or the decimal number.
    public var name: String {
        Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : String(rawValue)
    }
}

/// How a router's route compares with others: `RTA_PREF`, RFC 4191.
public struct RoutePreference: RawRepresentable, Hashable, Sendable {
    /// The two bits of RFC 4191.
    public var rawValue: UInt8
    /// Takes the two bits of RFC 4191.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The preference of a route of which nothing is said.
    public static let medium = RoutePreference(rawValue: 0)
    /// Before others.
    public static let high = RoutePreference(rawValue: 1)
    /// After others.
    public static let low = RoutePreference(rawValue: 3)

    /// A preference by its name.
    public init?(name: String) {
        switch name {
        case "medium": self = .medium
        case "high": self = .high
        case "low": self = .low
        default: return nil
        }
    }

    /// The word that ip(8) shows, or the decimal number.
    public var name: String {
        switch self {
        case .medium: "medium"
        case .high: "high"
        case .low: "low"
        default: String(rawValue)
        }
    }
}

/// The flags of a route: `RTM_F_…`, and `RTNH_F_…` of its only next hop. Source: linux/rtnetlink.h.
public struct RouteFlags: OptionSet, Hashable, Sendable {
    /// The kernel's bits: `rtm_flags`, or `rtnh_flags` in the low eight.
    public let rawValue: UInt32
    /// Takes the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `RTNH_F_DEAD`: the device is down.
    public static let dead = RouteFlags(rawValue: 1 << 0)
    /// `RTNH_F_PERVASIVE`: the gateway is looked up recursively.
    public static let pervasive = RouteFlags(rawValue: 1 << 1)
    /// `RTNH_F_ONLINK`: the gateway is taken to be on the link, whatever its address.
    public static let onlink = RouteFlags(rawValue: 1 << 2)
    /// `RTNH_F_OFFLOAD`: hardware forwards to the next hop.
    public static let offload = RouteFlags(rawValue: 1 << 3)
    /// `RTNH_F_LINKDOWN`: the device has no carrier.
    public static let linkDown = RouteFlags(rawValue: 1 << 4)
    /// `RTNH_F_UNRESOLVED`: a multicast entry that waits for its daemon.
    public static let unresolved = RouteFlags(rawValue: 1 << 5)
    /// `RTNH_F_TRAP`: hardware hands the packets to the kernel.
    public static let trap = RouteFlags(rawValue: 1 << 6)
    /// `RTM_F_NOTIFY`
    public static let notify = RouteFlags(rawValue: 0x100)
    /// `RTM_F_CLONED`: an entry of the cache.
    public static let cloned = RouteFlags(rawValue: 0x200)
    /// `RTM_F_PREFIX`: IPv6, from a prefix of a router advertisement.
    public static let prefix = RouteFlags(rawValue: 0x800)
    /// `RTM_F_LOOKUP_TABLE`: the answer to a lookup names the table.
    public static let lookupTable = RouteFlags(rawValue: 0x1000)
    /// `RTM_F_FIB_MATCH`: a lookup returns the route itself.
    public static let fibMatch = RouteFlags(rawValue: 0x2000)
    /// `RTM_F_OFFLOAD`: the route is in hardware.
    public static let routeOffload = RouteFlags(rawValue: 0x4000)
    /// `RTM_F_TRAP`: the route traps packets in hardware.
    public static let routeTrap = RouteFlags(rawValue: 0x8000)
    /// `RTM_F_OFFLOAD_FAILED`: hardware refused the route.
    public static let routeOffloadFailed = RouteFlags(rawValue: 0x2000_0000)

    /// What a request may ask for; the kernel decides on the others and refuses some of them.
    public static let settable: RouteFlags = [.onlink, .pervasive]

    /// The words that ip(8) shows, in its order.
    public var names: [String] { Self.shown.filter { contains($0.0) }.map(\.1) }

    private static let shown: [(RouteFlags, String)] = [
        (.dead, "dead"), (.onlink, "onlink"), (.pervasive, "pervasive"), (.offload, "offload"), (.trap, "trap"),
        (.notify, "notify"), (.linkDown, "linkdown"), (.unresolved, "unresolved"), (.routeOffload, "rt_offload"),
        (.routeTrap, "rt_trap"), (.routeOffloadFailed, "rt_offload_failed"),
    ]
}
