// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

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
    /// The actions of a kind that is known here.
    func mirrorings() throws(MalformedReply) -> [MirroredAction] {
        var actions: [MirroredAction] = []
        try forEach { (_, payload) throws(MalformedReply) in
            let action = try Attributes<TrafficActionScope>(payload)
            guard try action.value(.kind) == MirroredAction.kind else { return }
            actions.append(try MirroredAction(decoding: action))
        }
        return actions
    }
}
