// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// A virtual link on one VLAN of the link below, `IFLA_INFO_DATA` with `IFLA_VLAN_…`.
///
/// Sources: linux/if_link.h, linux/if_vlan.h, ip-link(8).
public struct VlanOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "vlan"

    /// `IFLA_VLAN_PROTOCOL`: the type of the tags.
    public var `protocol`: VLANProtocol?
    /// `IFLA_VLAN_ID`: 0 to 4094; a new link needs it.
    public var identifier: UInt16?
    /// `IFLA_VLAN_FLAGS`: which are set, or to be set, and which are not.
    public var setFlags: VlanFlags = [], clearFlags: VlanFlags = []
    /// `IFLA_VLAN_INGRESS_QOS`: from the priority in the tag, 0 to 7, to that of the packet inside Linux.
    public var ingressPriorities: [PriorityMapping] = []
    /// `IFLA_VLAN_EGRESS_QOS`: from the priority inside Linux to that in the tag.
    public var egressPriorities: [PriorityMapping] = []

    /// `struct ifla_vlan_qos_mapping`.
    public struct PriorityMapping: Hashable, Sendable {
        /// What it stands for, and what it becomes.
        public var from: UInt32, to: UInt32
        /// Maps one priority to another.
        public init(from: UInt32, to: UInt32) {
            self.from = from
            self.to = to
        }
    }

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<VlanScope>(payload)
        `protocol` = try attributes.value(.protocol)
        identifier = try attributes.value(.identifier)
        if let flags = try attributes.value(.flags) {
            setFlags = flags.set.intersection(flags.mask)
            clearFlags = flags.mask.subtracting(flags.set)
        }
        ingressPriorities = try Self.mappings(try attributes.nested(.ingress))
        egressPriorities = try Self.mappings(try attributes.nested(.egress))
    }

    private static func mappings(
        _ nest: borrowing Attributes<VlanPriorityScope>?
    ) throws(MalformedReply) -> [PriorityMapping] {
        var mappings: [PriorityMapping] = []
        switch nest {
        case .some(let nest):
            try nest.forEach { (_, payload) throws(MalformedReply) in
                guard let mapping = PriorityMapping(attributePayload: payload) else {
                    throw MalformedReply("IFLA_VLAN_QOS_MAPPING is too short")
                }
                mappings.append(mapping)
            }
        case .none: break
        }
        return mappings
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != VlanOptions() else { return }
        info.nest(.vlan) { data in
            data.put(.protocol, ifPresent: `protocol`)
            data.put(.identifier, ifPresent: identifier)
            let mask = setFlags.union(clearFlags)
            if !mask.isEmpty { data.put(.flags, VlanFlagChange(set: setFlags, mask: mask)) }
            if !ingressPriorities.isEmpty {
                data.nest(.ingress) { for mapping in ingressPriorities { $0.put(.mapping, mapping) } }
            }
            if !egressPriorities.isEmpty {
                data.nest(.egress) { for mapping in egressPriorities { $0.put(.mapping, mapping) } }
            }
        }
    }
}

/// `VLAN_FLAG_…` of linux/if_vlan.h.
public struct VlanFlags: OptionSet, Hashable, Sendable {
    /// The bits as the kernel numbers them.
    public let rawValue: UInt32
    /// Takes bits of the kernel's.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `VLAN_FLAG_REORDER_HDR`: the tag is not seen by those who look at packets of the link; set by default.
    public static let reorderHeader = VlanFlags(rawValue: 1 << 0)
    /// `VLAN_FLAG_GVRP`: the VLAN is announced to switches by GVRP.
    public static let gvrp = VlanFlags(rawValue: 1 << 1)
    /// `VLAN_FLAG_LOOSE_BINDING`: the link does not follow the state of the one below.
    public static let looseBinding = VlanFlags(rawValue: 1 << 2)
    /// `VLAN_FLAG_MVRP`: the VLAN is announced by MVRP.
    public static let mvrp = VlanFlags(rawValue: 1 << 3)
    /// `VLAN_FLAG_BRIDGE_BINDING`: the link follows the ports of its VLAN, on a bridge.
    public static let bridgeBinding = VlanFlags(rawValue: 1 << 4)
}

// MARK: Attributes

/// Attributes inside `IFLA_INFO_DATA` of a vlan.
private enum VlanScope {}
/// Attributes inside `IFLA_VLAN_INGRESS_QOS` and `IFLA_VLAN_EGRESS_QOS`.
private enum VlanPriorityScope {}

extension AttributeKey where Scope == LinkInfoScope, Value == Nest<VlanScope> {
    fileprivate static var vlan: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == VlanScope, Value == UInt16 {
    fileprivate static var identifier: Self { Self(IFLA_VLAN_ID, "IFLA_VLAN_ID") }
}
extension AttributeKey where Scope == VlanScope, Value == VLANProtocol {
    fileprivate static var `protocol`: Self { Self(IFLA_VLAN_PROTOCOL, "IFLA_VLAN_PROTOCOL") }
}
extension AttributeKey where Scope == VlanScope, Value == VlanFlagChange {
    fileprivate static var flags: Self { Self(IFLA_VLAN_FLAGS, "IFLA_VLAN_FLAGS") }
}
extension AttributeKey where Scope == VlanScope, Value == Nest<VlanPriorityScope> {
    fileprivate static var ingress: Self { Self(IFLA_VLAN_INGRESS_QOS, "IFLA_VLAN_INGRESS_QOS") }
    fileprivate static var egress: Self { Self(IFLA_VLAN_EGRESS_QOS, "IFLA_VLAN_EGRESS_QOS") }
}
extension AttributeKey where Scope == VlanPriorityScope, Value == VlanOptions.PriorityMapping {
    fileprivate static var mapping: Self { Self(IFLA_VLAN_QOS_MAPPING, "IFLA_VLAN_QOS_MAPPING") }
}

/// `struct ifla_vlan_flags`: a flag counts where the mask has it too.
private struct VlanFlagChange: AttributeValue {
    var set: VlanFlags
    var mask: VlanFlags

    init(set: VlanFlags, mask: VlanFlags) {
        self.set = set
        self.mask = mask
    }
    init?(attributePayload payload: RawSpan) {
        guard let set: UInt32 = payload.integer(at: 0), let mask: UInt32 = payload.integer(at: 4) else { return nil }
        self.init(set: VlanFlags(rawValue: set), mask: VlanFlags(rawValue: mask))
    }
    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withWireBytes(of: (set.rawValue, mask.rawValue)) { body($0) }
    }
}

extension VlanOptions.PriorityMapping: AttributeValue {
    /// Reads the payload; nil when it is too short.
    public init?(attributePayload payload: RawSpan) {
        guard let from: UInt32 = payload.integer(at: 0), let to: UInt32 = payload.integer(at: 4) else { return nil }
        self.init(from: from, to: to)
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withWireBytes(of: (from, to)) { body($0) }
    }
}
