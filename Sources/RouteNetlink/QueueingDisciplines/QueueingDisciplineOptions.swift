// SPDX-License-Identifier: Apache-2.0

public import Netlink

/// The options of one kind of queueing discipline, `TCA_OPTIONS`.
///
/// A new kind is one type in a file of its own here, and a line in `decodeQueueingDisciplineOptions`.
public protocol QueueingDisciplineOptions: Sendable {
    /// The kind as the kernel calls it, `TCA_KIND`; the first one, where several kinds share the options.
    static var kind: String { get }

    /// The kind of which these are the options.
    var kind: String { get }

    /// Reads the payload of the attribute. Options that the kernel did not send stay nil.
    init(decoding payload: RawSpan) throws(MalformedReply)

    /// Puts `TCA_OPTIONS`.
    func encode(into message: AttributeWriter<TrafficControlMessage>)
}

extension QueueingDisciplineOptions {
    /// The kind of which these are the options.
    public var kind: String { Self.kind }
}

/// The typed options of a discipline of this kind; nil when the kind has none or is not known here.
func decodeQueueingDisciplineOptions(
    kind: String, _ payload: RawSpan
) throws(MalformedReply) -> (any QueueingDisciplineOptions)? {
    switch kind {
    case NetemOptions.kind: try NetemOptions(decoding: payload)
    case TBFOptions.kind: try TBFOptions(decoding: payload)
    case HTBOptions.kind: try HTBOptions(decoding: payload)
    case FQOptions.kind: try FQOptions(decoding: payload)
    case FQCoDelOptions.kind: try FQCoDelOptions(decoding: payload)
    case CoDelOptions.kind: try CoDelOptions(decoding: payload)
    case REDOptions.kind: try REDOptions(decoding: payload)
    case SFQOptions.kind: try SFQOptions(decoding: payload)
    case HFSCOptions.kind: try HFSCOptions(decoding: payload)
    case MQPrioOptions.kind: try MQPrioOptions(decoding: payload)
    case CakeOptions.kind: try CakeOptions(decoding: payload)
    case FIFOOptions.Unit.packets.rawValue: try FIFOOptions(decoding: payload, .packets)
    case FIFOOptions.Unit.bytes.rawValue: try FIFOOptions(decoding: payload, .bytes)
    case PriorityOptions.kind, PriorityOptions.fastKind: try PriorityOptions(decoding: payload, kind: kind)
    default: nil
    }
}
