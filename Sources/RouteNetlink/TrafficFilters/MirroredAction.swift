// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// Packets are sent to another device, or copies of them: `mirred`. Source: linux/tc_act/tc_mirred.h, tc-mirred(8).
public struct MirroredAction: Equatable, Sendable {
    /// The kind as the kernel calls it.
    public static let kind = "mirred"

    /// What is done.
    public enum Effect: Int32, Sendable {
        /// The other device sends the packet, which is gone from here.
        case redirectToEgress = 1
        /// The other device sends a copy.
        case mirrorToEgress
        /// The packet comes in at the other device, and is gone from here.
        case redirectToIngress
        /// A copy comes in at the other device.
        case mirrorToIngress

        /// Whether the packet itself goes.
        public var isRedirection: Bool { self == .redirectToEgress || self == .redirectToIngress }

        /// Whether it comes in at the other device.
        public var isIngress: Bool { self == .redirectToIngress || self == .mirrorToIngress }
    }

    /// What is done.
    public var effect: Effect
    /// The other device's index.
    public var index: Int32

    /// Takes what is done and the other device's index.
    public init(_ effect: Effect, index: Int32) { (self.effect, self.index) = (effect, index) }

    init(decoding action: borrowing Attributes<TrafficActionScope>) throws(MalformedReply) {
        guard let options = try action.nested(.mirred),
            let parameters = options.payload(AttributeKey<MirroredScope, [UInt8]>.parameters.number),
            let effect: Int32 = parameters.integer(at: 20), let index: Int32 = parameters.integer(at: 24)
        else { throw MalformedReply("TCA_MIRRED_PARMS is missing or too short") }
        guard let effect = Effect(rawValue: effect) else { throw MalformedReply("TCA_MIRRED_PARMS is not understood") }
        self.init(effect, index: index)
    }

    static func common(
        decoding action: borrowing Attributes<TrafficActionScope>
    ) throws(MalformedReply) -> TrafficAction.Common? {
        guard let options = try action.nested(.mirred),
            let parameters = options.payload(AttributeKey<MirroredScope, [UInt8]>.parameters.number)
        else { return nil }
        return TrafficAction.Common(parameters)
    }

    func encode(into action: AttributeWriter<TrafficActionScope>) {
        action.nest(.mirred) { options in
            var parameters = tc_mirred()
            // What is left of the packet: nothing here, or it goes on past the action.
            parameters.action = effect.isRedirection ? TC_ACT_STOLEN : TC_ACT_PIPE
            parameters.eaction = effect.rawValue
            parameters.ifindex = UInt32(bitPattern: index)
            options.put(.parameters, withWireBytes(of: parameters) { Array($0) })
        }
    }
}

/// Attributes inside `TCA_ACT_OPTIONS` of mirred: `TCA_MIRRED_…` of linux/tc_act/tc_mirred.h.
private enum MirroredScope {}
extension AttributeKey where Scope == TrafficActionScope, Value == Nest<MirroredScope> {
    fileprivate static var mirred: Self { Self(TCA_ACT_OPTIONS, "TCA_ACT_OPTIONS") }
}
extension AttributeKey where Scope == MirroredScope, Value == [UInt8] {
    fileprivate static var parameters: Self { Self(TCA_MIRRED_PARMS, "TCA_MIRRED_PARMS") }
}
