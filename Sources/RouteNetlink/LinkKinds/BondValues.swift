// SPDX-License-Identifier: Apache-2.0

public import Netlink

/// How a bond uses its ports: `BOND_MODE_…` of linux/if_bonding.h.
public struct BondMode: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `balance-rr`: each in turn.
    public static let roundRobin = BondMode(rawValue: 0)
    /// `active-backup`: one, until it fails.
    public static let activeBackup = BondMode(rawValue: 1)
    /// `balance-xor`: by a hash of the packet.
    public static let exclusiveOr = BondMode(rawValue: 2)
    /// `broadcast`: all at once.
    public static let broadcast = BondMode(rawValue: 3)
    /// `802.3ad`: those that the other end has joined as well.
    public static let lacp = BondMode(rawValue: 4)
    /// `balance-tlb`: the least busy one sends.
    public static let transmitLoad = BondMode(rawValue: 5)
    /// `balance-alb`: the same for what arrives.
    public static let adaptiveLoad = BondMode(rawValue: 6)
}

/// Which ARP answers count: `BOND_ARP_VALIDATE_…`, `BOND_ARP_FILTER`.
public struct BondARPValidation: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// All packets count.
    public static let none = BondARPValidation(rawValue: 0)
    /// On the active port only answers count.
    public static let active = BondARPValidation(rawValue: 1)
    /// The same for the others.
    public static let backup = BondARPValidation(rawValue: 2)
    /// The same for all.
    public static let all = BondARPValidation(rawValue: 3)
    /// No packets count but ARP.
    public static let filter = BondARPValidation(rawValue: 4)
    /// `filter` and `active`.
    public static let filterActive = BondARPValidation(rawValue: 5)
    /// `filter` and `backup`.
    public static let filterBackup = BondARPValidation(rawValue: 6)
}

/// How many targets must answer: `BOND_ARP_TARGETS_…`.
public struct BondARPTargets: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// One.
    public static let any = BondARPTargets(rawValue: 0)
    /// All.
    public static let all = BondARPTargets(rawValue: 1)
}

/// When the primary port takes over again: `BOND_PRI_RESELECT_…`.
public struct BondPrimaryReselection: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// As soon as it is up.
    public static let always = BondPrimaryReselection(rawValue: 0)
    /// When it is faster than the active one.
    public static let better = BondPrimaryReselection(rawValue: 1)
    /// When the active one fails.
    public static let failure = BondPrimaryReselection(rawValue: 2)
}

/// Whose address the ports have: `BOND_FOM_…`.
public struct BondFailOverMAC: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// All that of the bond.
    public static let none = BondFailOverMAC(rawValue: 0)
    /// The bond that of its active port.
    public static let active = BondFailOverMAC(rawValue: 1)
    /// A port that of the bond once it is the active one.
    public static let follow = BondFailOverMAC(rawValue: 2)
}

/// What is hashed to choose a port: `BOND_XMIT_POLICY_…`.
public struct BondHashPolicy: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// MAC addresses.
    public static let layer2 = BondHashPolicy(rawValue: 0)
    /// IP addresses and ports.
    public static let layer34 = BondHashPolicy(rawValue: 1)
    /// MAC and IP addresses.
    public static let layer23 = BondHashPolicy(rawValue: 2)
    /// The same of what is inside a tunnel.
    public static let encapsulated23 = BondHashPolicy(rawValue: 3)
    /// `layer34` of what is inside a tunnel.
    public static let encapsulated34 = BondHashPolicy(rawValue: 4)
    /// The VLAN and the source's MAC address.
    public static let vlanAndSource = BondHashPolicy(rawValue: 5)
}

/// How often LACP asks the other end to send: `AD_LACP_…` of linux/if_bonding.h.
public struct BondLACPRate: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Every 30 seconds.
    public static let slow = BondLACPRate(rawValue: 0)
    /// Each second.
    public static let fast = BondLACPRate(rawValue: 1)
}

/// Which aggregator is chosen: `BOND_AD_…`.
public struct BondAggregatorSelection: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The fastest, until it fails.
    public static let stable = BondAggregatorSelection(rawValue: 0)
    /// The fastest at any time.
    public static let bandwidth = BondAggregatorSelection(rawValue: 1)
    /// The one of most ports at any time.
    public static let count = BondAggregatorSelection(rawValue: 2)
}

/// What a port does: `BOND_STATE_…`.
public struct BondPortState: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It sends.
    public static let active = BondPortState(rawValue: 0)
    /// It waits.
    public static let backup = BondPortState(rawValue: 1)
}

/// What is known of a port's carrier: `BOND_LINK_…`.
public struct BondPortLink: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It is up.
    public static let up = BondPortLink(rawValue: 0)
    /// It is down, for less than `downDelay`.
    public static let failing = BondPortLink(rawValue: 1)
    /// It is down.
    public static let down = BondPortLink(rawValue: 2)
    /// It is up, for less than `upDelay`.
    public static let back = BondPortLink(rawValue: 3)
}
