// SPDX-License-Identifier: Apache-2.0

public import Addressing

/// The `IFA_F_…` flags of an address. Source: linux/if_addr.h.
public struct AddressFlags: OptionSet, Hashable, Sendable {
    /// The kernel's bits: `IFA_FLAGS`.
    public let rawValue: UInt32
    /// Takes the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `IFA_F_SECONDARY` of IPv4: a further address of a network that has a primary one.
    /// Deleting the primary deletes it too, unless `promote_secondaries` is set.
    public static let secondary = AddressFlags(rawValue: 0x01)
    /// `IFA_F_TEMPORARY` of IPv6, the same bit: a privacy address of RFC 8981.
    public static let temporary = AddressFlags(rawValue: 0x01)
    /// `IFA_F_NODAD`: IPv6, used without duplicate address detection.
    public static let noDAD = AddressFlags(rawValue: 0x02)
    /// `IFA_F_OPTIMISTIC`: IPv6, used while duplicates are looked for (RFC 4429).
    public static let optimistic = AddressFlags(rawValue: 0x04)
    /// `IFA_F_DADFAILED`: IPv6, a duplicate was found; the address is not used.
    public static let dadFailed = AddressFlags(rawValue: 0x08)
    /// `IFA_F_HOMEADDRESS`: IPv6, the home address of Mobile IPv6 (RFC 6275).
    public static let homeAddress = AddressFlags(rawValue: 0x10)
    /// `IFA_F_DEPRECATED`: beyond its preferred lifetime; not chosen for new connections.
    public static let deprecated = AddressFlags(rawValue: 0x20)
    /// `IFA_F_TENTATIVE`: IPv6, duplicates are still looked for.
    public static let tentative = AddressFlags(rawValue: 0x40)
    /// `IFA_F_PERMANENT`: without a lifetime. The absence is what ip(8) shows as `dynamic`.
    public static let permanent = AddressFlags(rawValue: 0x80)
    /// `IFA_F_MANAGETEMPADDR`: IPv6, the template of temporary addresses.
    public static let manageTemporary = AddressFlags(rawValue: 0x100)
    /// `IFA_F_NOPREFIXROUTE`: no route to the address's network is made.
    public static let noPrefixRoute = AddressFlags(rawValue: 0x200)
    /// `IFA_F_MCAUTOJOIN`: a multicast address whose group the kernel joins.
    public static let autoJoin = AddressFlags(rawValue: 0x400)
    /// `IFA_F_STABLE_PRIVACY`: IPv6, made by RFC 7217.
    public static let stablePrivacy = AddressFlags(rawValue: 0x800)

    /// What a request may ask for; the kernel decides on the others.
    public static let settable: AddressFlags = [
        .noDAD, .optimistic, .homeAddress, .manageTemporary, .noPrefixRoute, .autoJoin,
    ]

    /// The words that ip(8) shows, in its order; `dynamic` stands for the absence of ``permanent``.
    public func names(_ family: AddressFamily) -> [String] {
        var names: [String] = []
        var rest = self
        for (flag, name) in Self.shown {
            if flag == .permanent {
                if !rest.contains(flag) { names.append("dynamic") }
            } else if rest.contains(flag) {
                names.append(flag == .secondary && family == .ipv6 ? "temporary" : name)
            }
            rest.remove(flag)
        }
        if !rest.isEmpty { names.append(String(rest.rawValue, radix: 16)) }
        return names
    }

    private static let shown: [(AddressFlags, String)] = [
        (.secondary, "secondary"), (.noDAD, "nodad"), (.optimistic, "optimistic"), (.dadFailed, "dadfailed"),
        (.homeAddress, "home"), (.deprecated, "deprecated"), (.tentative, "tentative"), (.permanent, "permanent"),
        (.manageTemporary, "mngtmpaddr"), (.noPrefixRoute, "noprefixroute"), (.autoJoin, "autojoin"),
        (.stablePrivacy, "stable-privacy"),
    ]
}

/// How long an address is used: `struct ifa_cacheinfo` of linux/if_addr.h.
public struct AddressLifetimes: Hashable, Sendable {
    /// A lifetime without end, in either field.
    public static var forever: UInt32 { .max }

    /// Seconds for which new connections may use the address; 0 deprecates it at once.
    public var preferred: UInt32
    /// Seconds after which the address is removed; never 0 in a request (EINVAL), nor below ``preferred``.
    public var valid: UInt32

    /// Lifetimes in seconds; both are without end unless said.
    public init(preferred: UInt32 = .max, valid: UInt32 = .max) {
        self.preferred = preferred
        self.valid = valid
    }
}
