// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// The options of a bond's port, `IFLA_INFO_SLAVE_DATA` with `IFLA_BOND_SLAVE_…`. Source: linux/if_link.h.
///
/// Only `queue`, `priority` and `actorPortPriority` can be set.
public struct BondPortOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the master's kind.
    public static let kind = "bond"

    /// `IFLA_BOND_SLAVE_STATE`
    public var state: BondPortState?
    /// `IFLA_BOND_SLAVE_MII_STATUS`
    public var link: BondPortLink?
    /// `IFLA_BOND_SLAVE_LINK_FAILURE_COUNT`
    public var failures: UInt32?
    /// `IFLA_BOND_SLAVE_PERM_HWADDR`: the address that the port had, and will have again.
    public var permanentAddress: LinkLayerAddress?
    /// `IFLA_BOND_SLAVE_QUEUE_ID`: the queue of the bond that goes to this port; 0 for none.
    public var queue: UInt16?
    /// `IFLA_BOND_SLAVE_PRIO`: the highest becomes the active port; since 6.0.
    public var priority: Int32?
    /// `IFLA_BOND_SLAVE_AD_AGGREGATOR_ID`
    public var aggregator: UInt16?
    /// `IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE`, `IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE`: LACP's states of
    /// the two ends.
    public var actorState: LACPPortState?, partnerState: LACPPortState?
    /// `IFLA_BOND_SLAVE_ACTOR_PORT_PRIO`: of the port in LACP, since 6.18.
    public var actorPortPriority: UInt16?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_SLAVE_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<BondPortScope>(payload)
        state = try attributes.value(.state)
        link = try attributes.value(.link)
        failures = try attributes.value(.failures)
        permanentAddress = try attributes.value(.permanentAddress)
        queue = try attributes.value(.queue)
        priority = try attributes.value(.priority)
        aggregator = try attributes.value(.aggregator)
        actorState = try attributes.value(.actorState)
        partnerState = try attributes.value(.partnerState).map {
            LACPPortState(rawValue: UInt8(truncatingIfNeeded: $0))
        }
        actorPortPriority = try attributes.value(.actorPortPriority)
    }

    /// Puts `IFLA_INFO_SLAVE_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard queue != nil || priority != nil || actorPortPriority != nil else { return }
        info.nest(.bondPort) { data in
            data.put(.queue, ifPresent: queue)
            data.put(.priority, ifPresent: priority)
            data.put(.actorPortPriority, ifPresent: actorPortPriority)
        }
    }
}

/// The state of a port in LACP, IEEE 802.1AX.
public struct LACPPortState: OptionSet, AttributeValue, Hashable, Sendable {
    /// The bits of the standard.
    public var rawValue: UInt8
    /// Takes the bits of the standard.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// Attributes inside `IFLA_INFO_SLAVE_DATA` of a bond's port: `IFLA_BOND_SLAVE_…` of linux/if_link.h.
private enum BondPortScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<BondPortScope> {
    fileprivate static var bondPort: Self { Self(IFLA_INFO_SLAVE_DATA, "IFLA_INFO_SLAVE_DATA") }
}
extension AttributeKey where Scope == BondPortScope, Value == BondPortState {
    fileprivate static var state: Self { Self(IFLA_BOND_SLAVE_STATE, "IFLA_BOND_SLAVE_STATE") }
}
extension AttributeKey where Scope == BondPortScope, Value == BondPortLink {
    fileprivate static var link: Self { Self(IFLA_BOND_SLAVE_MII_STATUS, "IFLA_BOND_SLAVE_MII_STATUS") }
}
extension AttributeKey where Scope == BondPortScope, Value == UInt32 {
    fileprivate static var failures: Self {
        Self(IFLA_BOND_SLAVE_LINK_FAILURE_COUNT, "IFLA_BOND_SLAVE_LINK_FAILURE_COUNT")
    }
}
extension AttributeKey where Scope == BondPortScope, Value == LinkLayerAddress {
    fileprivate static var permanentAddress: Self { Self(IFLA_BOND_SLAVE_PERM_HWADDR, "IFLA_BOND_SLAVE_PERM_HWADDR") }
}
extension AttributeKey where Scope == BondPortScope, Value == UInt16 {
    fileprivate static var queue: Self { Self(IFLA_BOND_SLAVE_QUEUE_ID, "IFLA_BOND_SLAVE_QUEUE_ID") }
    fileprivate static var aggregator: Self {
        Self(IFLA_BOND_SLAVE_AD_AGGREGATOR_ID, "IFLA_BOND_SLAVE_AD_AGGREGATOR_ID")
    }
    // The kernel sends the byte of this end as two.
    fileprivate static var partnerState: Self {
        Self(IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE, "IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE")
    }
    // Linux 6.18. Source: its include/uapi/linux/if_link.h; the headers here are older.
    fileprivate static var actorPortPriority: Self { Self(10, "IFLA_BOND_SLAVE_ACTOR_PORT_PRIO") }
}
extension AttributeKey where Scope == BondPortScope, Value == LACPPortState {
    fileprivate static var actorState: Self {
        Self(IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, "IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE")
    }
}
extension AttributeKey where Scope == BondPortScope, Value == Int32 {
    // Younger than the oldest headers.
    fileprivate static var priority: Self { Self(9, "IFLA_BOND_SLAVE_PRIO") }
}
