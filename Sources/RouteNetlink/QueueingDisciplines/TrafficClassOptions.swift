// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// The options of a class, `TCA_OPTIONS`, of the kinds that are known here. Only those of htb can be set.
public enum TrafficClassOptions: Equatable, Sendable {
    case htb(HTBClass)
    case hfsc(HFSCClass)
    /// `TCA_DRR_QUANTUM`: how many bytes it has each turn.
    case drr(quantum: UInt32)
    /// `TCA_QFQ_WEIGHT`, `TCA_QFQ_LMAX`: its share, and the largest packet in bytes.
    case qfq(weight: UInt32, maximumPacket: UInt32)

    /// Reads the payload of the attribute; nil for other kinds.
    static func decode(kind: String, _ payload: RawSpan) throws(MalformedReply) -> TrafficClassOptions? {
        switch kind {
        case HTBOptions.kind: return .htb(try HTBClass(decoding: payload))
        case HFSCOptions.kind: return .hfsc(try HFSCClass(decoding: payload))
        case "drr": return .drr(quantum: try Attributes<RoundRobinScope>(payload).value(.quantum) ?? 0)
        case "qfq":
            let attributes = try Attributes<RoundRobinScope>(payload)
            return .qfq(
                weight: try attributes.value(.weight) ?? 0, maximumPacket: try attributes.value(.maximumPacket) ?? 0)
        default: return nil
        }
    }
}

/// Attributes inside `TCA_OPTIONS` of classes of drr and qfq: `TCA_DRR_…`, `TCA_QFQ_…` of linux/pkt_sched.h.
private enum RoundRobinScope {}
extension AttributeKey where Scope == RoundRobinScope, Value == UInt32 {
    fileprivate static var quantum: Self { Self(TCA_DRR_QUANTUM, "TCA_DRR_QUANTUM") }
    fileprivate static var weight: Self { Self(TCA_QFQ_WEIGHT, "TCA_QFQ_WEIGHT") }
    fileprivate static var maximumPacket: Self { Self(TCA_QFQ_LMAX, "TCA_QFQ_LMAX") }
}
