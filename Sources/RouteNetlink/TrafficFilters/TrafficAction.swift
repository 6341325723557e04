// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// What becomes of a packet, one of the actions of a filter. Source: linux/pkt_cls.h.
public struct TrafficAction: Equatable, Sendable {
    /// Its place among the filter's actions, from 1.
    public var order: Int
    /// `TCA_ACT_KIND`
    public var kind: String
    /// Of `mirred`; of actions of other kinds no more is known here than the kind.
    public var mirroring: MirroredAction?
    /// Of `mirred`: what all kinds have in common.
    public var common: Common?

    /// `tc_gen` of linux/pkt_cls.h.
    public struct Common: Equatable, Sendable {
        /// The action's number among those of its kind.
        public var index: UInt32
        /// What happens to the packet next.
        public var verdict: TrafficVerdict
        /// How often the action is referred to, and by how many filters.
        public var references: Int32, bindings: Int32

        init?(_ parameters: RawSpan) {
            guard let index: UInt32 = parameters.integer(at: 0), let verdict: Int32 = parameters.integer(at: 8),
                let references: Int32 = parameters.integer(at: 12), let bindings: Int32 = parameters.integer(at: 16)
            else { return nil }
            (self.index, self.verdict) = (index, TrafficVerdict(rawValue: verdict))
            (self.references, self.bindings) = (references, bindings)
        }
    }

    init(_ order: UInt16, decoding action: borrowing Attributes<TrafficActionScope>) throws(MalformedReply) {
        self.order = Int(order)
        kind = try action.value(.kind) ?? ""
        guard kind == MirroredAction.kind else { return }
        mirroring = try MirroredAction(decoding: action)
        common = try MirroredAction.common(decoding: action)
    }
}

/// What happens to a packet past an action: `TC_ACT_…` of linux/pkt_cls.h.
public struct TrafficVerdict: RawRepresentable, Equatable, Sendable {
    /// The kernel's number.
    public var rawValue: Int32
    /// Takes the kernel's number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// `TC_ACT_UNSPEC`: the next filter is tried.
    public static let unspecified = TrafficVerdict(rawValue: TC_ACT_UNSPEC)
    /// `TC_ACT_OK`: it goes on.
    public static let ok = TrafficVerdict(rawValue: TC_ACT_OK)
    /// `TC_ACT_RECLASSIFY`: the filters are tried anew.
    public static let reclassify = TrafficVerdict(rawValue: TC_ACT_RECLASSIFY)
    /// `TC_ACT_SHOT`: it is dropped.
    public static let shot = TrafficVerdict(rawValue: TC_ACT_SHOT)
    /// `TC_ACT_PIPE`: the next action follows.
    public static let pipe = TrafficVerdict(rawValue: TC_ACT_PIPE)
    /// `TC_ACT_STOLEN`: the action has taken it.
    public static let stolen = TrafficVerdict(rawValue: TC_ACT_STOLEN)
    /// `TC_ACT_TRAP`: hardware hands it to the kernel.
    public static let trap = TrafficVerdict(rawValue: TC_ACT_TRAP)

    /// `TC_ACT_GOTO_CHAIN`: the chain whose filters are tried next; nil for another verdict.
    public var chain: UInt32? {
        // The kind of verdict is in the upper four bits, and 2 is this one.
        let bits = UInt32(bitPattern: rawValue)
        return bits >> 28 == 2 ? bits & 0x0fff_ffff : nil
    }
}

/// Attributes of a list of actions, numbered by their order from 1.
enum TrafficActionList {}
/// Attributes of one action: `TCA_ACT_…` of linux/pkt_cls.h.
enum TrafficActionScope {}

extension AttributeKey where Scope == TrafficActionList, Value == Nest<TrafficActionScope> {
    /// The action at a place, counted from 1.
    static func action(_ order: Int) -> Self { Self(order, "the action") }
}
extension AttributeKey where Scope == TrafficActionScope, Value == String {
    static var kind: Self { Self(TCA_ACT_KIND, "TCA_ACT_KIND") }
}

extension AttributeWriter where Scope == TrafficActionList {
    /// Puts what becomes of packets, in order.
    func put(_ actions: [MirroredAction]) {
        for (position, action) in actions.enumerated() {
            nest(.action(position + 1), nestedFlag: false) { data in
                data.put(.kind, MirroredAction.kind)
                action.encode(into: data)
            }
        }
    }
}

extension Attributes where Scope == TrafficActionList {
    /// The actions, in order.
    func actions() throws(MalformedReply) -> [TrafficAction] {
        var actions: [TrafficAction] = []
        try forEach { (number, payload) throws(MalformedReply) in
            actions.append(try TrafficAction(number, decoding: Attributes<TrafficActionScope>(payload)))
        }
        return actions
    }
}
