// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// A rule of policy routing, as the kernel reports it and as it is asked to make it (`RTM_NEWRULE`).
///
/// The kernel goes through the rules of a family by their priorities; the first whose selectors all fit a
/// packet says what becomes of it. A selector that is nil fits every packet.
/// Sources: linux/fib_rules.h, rtnetlink(7), ip-rule(8).
public struct Rule: Hashable, Sendable {
    /// The family whose packets it is for.
    public var family: AddressFamily
    /// `FRA_PRIORITY`: the lower, the earlier. Absent in a request the kernel takes one less than that of the
    /// first rule which has any; in a deletion it is any.
    public var priority: UInt32?
    /// `FIB_RULE_INVERT`: the rule is for the packets that the selectors do *not* fit.
    public var isInverted = false

    /// `FRA_SRC`: where the packets come from.
    public var source: IPPrefix?
    /// `FRA_DST`: where they go.
    public var destination: IPPrefix?
    /// `tos`: their type of service.
    public var tos: UInt8 = 0
    /// `FRA_DSCP`: their DSCP, 0…63, in place of `tos`; Linux 6.13.
    public var dscp: UInt8?
    /// `FRA_DSCP_MASK`: the bits of the DSCP that count; nil for all six. Linux 6.16.
    public var dscpMask: UInt8?
    /// `FRA_FLOWLABEL`: their flow label, 0…1048575; IPv6 only, Linux 6.14.
    public var flowLabel: UInt32?
    /// `FRA_FLOWLABEL_MASK`: the bits of the flow label that count; nil for all twenty.
    public var flowLabelMask: UInt32?
    /// `FRA_FWMARK`: their firewall mark.
    public var mark: UInt32?
    /// `FRA_FWMASK`: the bits of the mark that count; all of them unless said.
    public var markMask: UInt32?
    /// `FRA_IIFNAME`: the device that they came in by; `lo` is for those of this host.
    public var inputInterface: InterfaceName?
    /// `FRA_OIFNAME`: the device that their socket is bound to.
    public var outputInterface: InterfaceName?
    /// `FRA_UID_RANGE`: the users who send them.
    public var users: ClosedRange<UInt32>?
    /// `FRA_IP_PROTO`: the protocol above IP.
    public var ipProtocol: UInt8?
    /// `FRA_SPORT_RANGE` and `FRA_DPORT_RANGE`: their ports.
    public var sourcePorts: ClosedRange<UInt16>?, destinationPorts: ClosedRange<UInt16>?
    /// `FRA_SPORT_MASK` and `FRA_DPORT_MASK`: the bits that count of a single port; nil for all sixteen. Linux 6.15.
    public var sourcePortMask: UInt16?, destinationPortMask: UInt16?
    /// `FRA_TUN_ID`: the id of the tunnel that they came through.
    public var tunnelID: UInt64?
    /// `FRA_L3MDEV`: they belong to a VRF, whose table is looked up.
    public var usesDeviceTable = false

    /// `action`: what becomes of the packets.
    public var action: RuleAction
    /// `FRA_TABLE`: where the action `lookup` looks; unspecified for others.
    public var table: RouteTable
    /// `FRA_GOTO`: the priority of the rule where the action `goto` goes on.
    public var target: UInt32?
    /// `FRA_SUPPRESS_PREFIXLEN`: routes of this length or less do not count.
    public var suppressedPrefixLength: UInt32?
    /// `FRA_SUPPRESS_IFGROUP`: routes by a device of this group do not count.
    public var suppressedGroup: UInt32?
    /// `FRA_FLOW`: the realms, source in the upper half and destination in the lower; IPv4 only.
    public var realms: UInt32?
    /// `FRA_PROTOCOL`: who made the rule.
    public var origin: RouteProtocol?

    /// `FIB_RULE_UNRESOLVED`: no rule has the target's priority.
    public private(set) var isUnresolved = false
    /// `FIB_RULE_IIF_DETACHED` and `FIB_RULE_OIF_DETACHED`: no device has that name now.
    public private(set) var isInputDetached = false, isOutputDetached = false

    /// A rule to be made, with the default of `ip rule add`: every packet, looked up in the table `main`.
    public init(_ family: AddressFamily, lookup table: RouteTable = .main) {
        self.family = family
        self.table = table
        action = .lookup
    }

    /// What a deletion looks for: the kernel deletes the first rule that has whatever is set.
    public init(matching family: AddressFamily) {
        self.family = family
        table = .unspecified
        action = .unspecified
    }
}

/// What becomes of the packets of a rule: `FR_ACT_…` of linux/fib_rules.h.
public struct RuleAction: RawRepresentable, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `FR_ACT_UNSPEC`: in a deletion, any.
    public static let unspecified = RuleAction(rawValue: 0)
    /// `FR_ACT_TO_TBL`: the rule's table is looked up.
    public static let lookup = RuleAction(rawValue: 1)
    /// `FR_ACT_GOTO`: the rules go on at a later one.
    public static let goto = RuleAction(rawValue: 2)
    /// `FR_ACT_NOP`: nothing.
    public static let nop = RuleAction(rawValue: 3)
    /// `FR_ACT_BLACKHOLE`: they are dropped in silence.
    public static let blackhole = RuleAction(rawValue: 6)
    /// `FR_ACT_UNREACHABLE`: they are answered with ICMP network unreachable.
    public static let unreachable = RuleAction(rawValue: 7)
    /// `FR_ACT_PROHIBIT`: they are answered with ICMP administratively prohibited.
    public static let prohibit = RuleAction(rawValue: 8)

    /// The word that ip(8) shows, or the decimal number.
    public var name: String {
        switch self {
        case .lookup: "lookup"
        case .goto: "goto"
        case .nop: "nop"
        default: RouteType(rawValue: rawValue).name
        }
    }
}

extension Rule {
    /// Reads what follows the `nlmsghdr` of `RTM_NEWRULE` or `RTM_DELRULE`; unknown attributes are skipped.
    ///
    /// - Returns: nil for a rule of another family than IP (multicast routing).
    /// - Throws: `MalformedReply` when the message is shorter than it says or an attribute is of the wrong form.
    public init?(decoding message: RawSpan) throws(MalformedReply) {
        guard let familyNumber: UInt8 = message.integer(at: 0), let destinationLength: UInt8 = message.integer(at: 1),
            let sourceLength: UInt8 = message.integer(at: 2), let tos: UInt8 = message.integer(at: 3),
            let table: UInt8 = message.integer(at: 4), let action: UInt8 = message.integer(at: 7),
            let flags: UInt32 = message.integer(at: 8)
        else { throw MalformedReply("a rule message is too short") }
        guard let family = AddressFamily(rawValue: familyNumber) else { return nil }
        let attributes = try Attributes<RuleMessage>(
            message.extracting(droppingFirst: MemoryLayout<fib_rule_hdr>.size))
        self.init(family, lookup: RouteTable(rawValue: try attributes.value(.table) ?? UInt32(table)))
        self.action = RuleAction(rawValue: action)
        self.tos = tos
        isInverted = flags & UInt32(FIB_RULE_INVERT) != 0
        isUnresolved = flags & UInt32(FIB_RULE_UNRESOLVED) != 0
        isInputDetached = flags & UInt32(FIB_RULE_IIF_DETACHED) != 0
        isOutputDetached = flags & UInt32(FIB_RULE_OIF_DETACHED) != 0
        // The kernel leaves the attribute out where it is 0.
        priority = try attributes.value(.priority) ?? 0
        source = try Self.prefix(attributes.address(.source, family), sourceLength, family)
        destination = try Self.prefix(attributes.address(.destination, family), destinationLength, family)
        try decodeSelectors(attributes)
        try decodeRest(attributes)
    }

    /// The mask of a DSCP that has to fit in all bits, and that of a flow label.
    static var wholeDSCP: UInt8 { 0x3f }
    static var wholeFlowLabel: UInt32 { 0xfffff }

    private static func prefix(
        _ address: IPAddress?, _ length: UInt8, _ family: AddressFamily
    ) throws(MalformedReply) -> IPPrefix? {
        guard address != nil || length > 0 else { return nil }
        guard let prefix = IPPrefix(address ?? .unspecified(family), length: Int(length)) else {
            throw MalformedReply("a rule's prefix of \(length) bits for \(family)")
        }
        return prefix
    }

    private mutating func decodeSelectors(_ attributes: borrowing Attributes<RuleMessage>) throws(MalformedReply) {
        dscp = try attributes.value(.dscp)
        // The kernel reports masks that nobody gave, too.
        dscpMask = try attributes.value(.dscpMask).flatMap { $0 == Self.wholeDSCP ? nil : $0 }
        flowLabel = try attributes.value(.flowLabel)?.value
        flowLabelMask = try attributes.value(.flowLabelMask).flatMap {
            $0.value == Self.wholeFlowLabel ? nil : $0.value
        }
        mark = try attributes.value(.mark)
        markMask = try attributes.value(.markMask)
        inputInterface = try attributes.value(.inputInterface)
        outputInterface = try attributes.value(.outputInterface)
        users = try attributes.value(.users)?.range
        ipProtocol = try attributes.value(.ipProtocol)
        sourcePorts = try attributes.value(.sourcePorts)?.range
        destinationPorts = try attributes.value(.destinationPorts)?.range
        sourcePortMask = try attributes.value(.sourcePortMask).flatMap { $0 == .max ? nil : $0 }
        destinationPortMask = try attributes.value(.destinationPortMask).flatMap { $0 == .max ? nil : $0 }
        tunnelID = try attributes.value(.tunnelID)?.value
        usesDeviceTable = try attributes.value(.deviceTable) ?? 0 != 0
    }

    private mutating func decodeRest(_ attributes: borrowing Attributes<RuleMessage>) throws(MalformedReply) {
        target = try attributes.value(.target)
        // All ones is what the kernel says where nothing is suppressed.
        suppressedPrefixLength = try attributes.value(.suppressedPrefixLength).flatMap { $0 == .max ? nil : $0 }
        suppressedGroup = try attributes.value(.suppressedGroup).flatMap { $0 == .max ? nil : $0 }
        realms = try attributes.value(.realms)
        origin = try attributes.value(.origin).map(RouteProtocol.init)
    }
}
