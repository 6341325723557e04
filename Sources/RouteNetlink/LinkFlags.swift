// SPDX-License-Identifier: Apache-2.0

/// The `IFF_…` flags of a link. Source: linux/if.h, netdevice(7).
public struct LinkFlags: OptionSet, Hashable, Sendable {
    /// The bits as the kernel numbers them.
    public let rawValue: UInt32
    /// Takes bits of the kernel's.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `IFF_UP`: set by the administrator.
    public static let up = LinkFlags(rawValue: 1 << 0)
    /// `IFF_BROADCAST`
    public static let broadcast = LinkFlags(rawValue: 1 << 1)
    /// `IFF_DEBUG`
    public static let debug = LinkFlags(rawValue: 1 << 2)
    /// `IFF_LOOPBACK`
    public static let loopback = LinkFlags(rawValue: 1 << 3)
    /// `IFF_POINTOPOINT`
    public static let pointToPoint = LinkFlags(rawValue: 1 << 4)
    /// `IFF_NOTRAILERS`, which bridges and others use for their own ends.
    public static let noTrailers = LinkFlags(rawValue: 1 << 5)
    /// `IFF_RUNNING`: resources are there; operational state up or unknown.
    public static let running = LinkFlags(rawValue: 1 << 6)
    /// `IFF_NOARP`
    public static let noARP = LinkFlags(rawValue: 1 << 7)
    /// `IFF_PROMISC`
    public static let promiscuous = LinkFlags(rawValue: 1 << 8)
    /// `IFF_ALLMULTI`
    public static let allMulticast = LinkFlags(rawValue: 1 << 9)
    /// `IFF_MASTER`
    public static let master = LinkFlags(rawValue: 1 << 10)
    /// `IFF_SLAVE`
    public static let slave = LinkFlags(rawValue: 1 << 11)
    /// `IFF_MULTICAST`
    public static let multicast = LinkFlags(rawValue: 1 << 12)
    /// `IFF_DYNAMIC`
    public static let dynamic = LinkFlags(rawValue: 1 << 15)
    /// `IFF_LOWER_UP`: the carrier is there.
    public static let lowerUp = LinkFlags(rawValue: 1 << 16)
    /// `IFF_DORMANT`
    public static let dormant = LinkFlags(rawValue: 1 << 17)
    /// `IFF_ECHO`
    public static let echo = LinkFlags(rawValue: 1 << 18)

    /// The words that ip(8) shows, in its order. `NO-CARRIER` comes first for a
    /// link that is up without `IFF_RUNNING`.
    public var names: [String] {
        var names: [String] = []
        if contains(.up), !contains(.running) { names.append("NO-CARRIER") }
        var rest = subtracting(.running)
        for (flag, name) in Self.shown where rest.contains(flag) {
            names.append(name)
            rest.remove(flag)
        }
        if !rest.isEmpty { names.append(String(rest.rawValue, radix: 16)) }
        return names
    }

    private static let shown: [(LinkFlags, String)] = [
        (.loopback, "LOOPBACK"), (.broadcast, "BROADCAST"), (.pointToPoint, "POINTOPOINT"), (.multicast, "MULTICAST"),
        (.noARP, "NOARP"), (.allMulticast, "ALLMULTI"), (.promiscuous, "PROMISC"), (.master, "MASTER"),
        (.slave, "SLAVE"), (.debug, "DEBUG"), (.dynamic, "DYNAMIC"), (LinkFlags(rawValue: 1 << 14), "AUTOMEDIA"),
        (LinkFlags(rawValue: 1 << 13), "PORTSEL"), (.noTrailers, "NOTRAILERS"), (.up, "UP"), (.lowerUp, "LOWER_UP"),
        (.dormant, "DORMANT"), (.echo, "ECHO"),
    ]
}

/// `IFLA_OPERSTATE`, the operational state by RFC 2863. Source: linux/if.h, `IF_OPER_…`.
public enum OperationalState: UInt8, Sendable, CaseIterable {
    /// The driver does not tell.
    case unknown
    /// A component is missing.
    case notPresent
    /// Not able to pass packets.
    case down
    /// Waits for the link below it.
    case lowerLayerDown
    /// In a test mode.
    case testing
    /// Waits for an external event, such as 802.1X.
    case dormant
    /// Able to pass packets.
    case up

    /// The word that ip(8) shows.
    public var name: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .notPresent: "NOTPRESENT"
        case .down: "DOWN"
        case .lowerLayerDown: "LOWERLAYERDOWN"
        case .testing: "TESTING"
        case .dormant: "DORMANT"
        case .up: "UP"
        }
    }
}

/// How a link makes its IPv6 link-local address: `IFLA_INET6_ADDR_GEN_MODE`. Source: linux/if_link.h.
public enum AddressGenerationMode: UInt8, Sendable, CaseIterable {
    /// From the hardware address.
    case eui64
    /// Not at all.
    case none
    /// From a secret, RFC 7217.
    case stablePrivacy
    /// From a random secret, RFC 7217.
    case random

    /// The word that ip(8) takes and shows.
    public var name: String {
        switch self {
        case .eui64: "eui64"
        case .none: "none"
        case .stablePrivacy: "stable_secret"
        case .random: "random"
        }
    }
}
