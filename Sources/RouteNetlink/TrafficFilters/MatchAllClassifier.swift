// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Catches every packet, `matchall`. Source: linux/pkt_cls.h, tc-matchall(8).
public struct MatchAllClassifier: TrafficClassifier, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "matchall"

    /// What becomes of packets, in order.
    public var actions: [MirroredAction]

    /// Takes what becomes of packets.
    public init(_ actions: [MirroredAction]) { self.actions = actions }

    /// Puts `TCA_OPTIONS`.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.matchAll, nestedFlag: false) { data in
            data.nest(.actions, nestedFlag: false) { $0.put(actions) }
        }
    }
}

/// Attributes inside `TCA_OPTIONS` of matchall: `TCA_MATCHALL_…` of linux/pkt_cls.h.
private enum MatchAllScope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<MatchAllScope> {
    fileprivate static var matchAll: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == MatchAllScope, Value == Nest<TrafficActionList> {
    fileprivate static var actions: Self { Self(TCA_MATCHALL_ACT, "TCA_MATCHALL_ACT") }
}
