// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import CMnl
internal import Netlink

/// Attributes that follow `struct fib_rule_hdr`: `FRA_…` of linux/fib_rules.h.
public enum RuleMessage {}

extension AttributeKey where Scope == RuleMessage, Value == IPAddress {
    static var destination: Self { Self(FRA_DST, "FRA_DST") }
    static var source: Self { Self(FRA_SRC, "FRA_SRC") }
}
extension AttributeKey where Scope == RuleMessage, Value == InterfaceName {
    static var inputInterface: Self { Self(FRA_IIFNAME, "FRA_IIFNAME") }
    static var outputInterface: Self { Self(FRA_OIFNAME, "FRA_OIFNAME") }
}
extension AttributeKey where Scope == RuleMessage, Value == UInt32 {
    static var target: Self { Self(FRA_GOTO, "FRA_GOTO") }
    static var priority: Self { Self(FRA_PRIORITY, "FRA_PRIORITY") }
    static var mark: Self { Self(FRA_FWMARK, "FRA_FWMARK") }
    static var markMask: Self { Self(FRA_FWMASK, "FRA_FWMASK") }
    static var realms: Self { Self(FRA_FLOW, "FRA_FLOW") }
    static var suppressedGroup: Self { Self(FRA_SUPPRESS_IFGROUP, "FRA_SUPPRESS_IFGROUP") }
    static var suppressedPrefixLength: Self { Self(FRA_SUPPRESS_PREFIXLEN, "FRA_SUPPRESS_PREFIXLEN") }
    static var table: Self { Self(FRA_TABLE, "FRA_TABLE") }
}
extension AttributeKey where Scope == RuleMessage, Value == UInt8 {
    static var deviceTable: Self { Self(FRA_L3MDEV, "FRA_L3MDEV") }
    static var origin: Self { Self(FRA_PROTOCOL, "FRA_PROTOCOL") }
    static var ipProtocol: Self { Self(FRA_IP_PROTO, "FRA_IP_PROTO") }
    // These, and those with numbers below, are younger than the headers that this is built with.
    static var dscp: Self { Self(25, "FRA_DSCP") }
    static var dscpMask: Self { Self(30, "FRA_DSCP_MASK") }
}
extension AttributeKey where Scope == RuleMessage, Value == UInt16 {
    static var sourcePortMask: Self { Self(28, "FRA_SPORT_MASK") }
    static var destinationPortMask: Self { Self(29, "FRA_DPORT_MASK") }
}
extension AttributeKey where Scope == RuleMessage, Value == NetworkOrder<UInt32> {
    static var flowLabel: Self { Self(26, "FRA_FLOWLABEL") }
    static var flowLabelMask: Self { Self(27, "FRA_FLOWLABEL_MASK") }
}
extension AttributeKey where Scope == RuleMessage, Value == NetworkOrder<UInt64> {
    static var tunnelID: Self { Self(FRA_TUN_ID, "FRA_TUN_ID") }
}
extension AttributeKey where Scope == RuleMessage, Value == RangeValue<UInt32> {
    static var users: Self { Self(FRA_UID_RANGE, "FRA_UID_RANGE") }
}
extension AttributeKey where Scope == RuleMessage, Value == RangeValue<UInt16> {
    static var sourcePorts: Self { Self(FRA_SPORT_RANGE, "FRA_SPORT_RANGE") }
    static var destinationPorts: Self { Self(FRA_DPORT_RANGE, "FRA_DPORT_RANGE") }
}

/// Two integers, the first and the last of a range: `struct fib_rule_uid_range`, `struct fib_rule_port_range`.
struct RangeValue<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>: AttributeValue {
    var range: ClosedRange<Integer>

    init(_ range: ClosedRange<Integer>) { self.range = range }

    init?(attributePayload payload: RawSpan) {
        guard let first: Integer = payload.integer(at: 0),
            let last: Integer = payload.integer(at: MemoryLayout<Integer>.size), first <= last
        else { return nil }
        range = first...last
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        [range.lowerBound, range.upperBound].withUnsafeBytes(body)
    }
}
