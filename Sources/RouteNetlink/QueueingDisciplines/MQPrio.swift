// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// The queues of a device in classes by the priority of packets; only shown here. Source: linux/pkt_sched.h,
/// tc-mqprio(8).
public struct MQPrioOptions: QueueingDisciplineOptions, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "mqprio"

    /// How many classes there are.
    public var classes: UInt8
    /// The class of each of the 16 priorities of packets.
    public var map: [UInt8]
    /// The queues of each class.
    public var queues: [ClosedRange<Int>]

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        // struct tc_mqprio_qopt: TC_QOPT_MAX_QUEUE counts, then as many first queues.
        let (priorities, most) = (16, 16)
        guard let classes: UInt8 = payload.integer(at: 0), payload.byteCount >= 2 + priorities + 4 * most else {
            throw MalformedReply("shorter than struct tc_mqprio_qopt")
        }
        self.classes = classes
        map = payload.extracting(1..<1 + priorities).bytes
        let start = 2 + priorities
        queues = (0..<min(Int(classes), most)).compactMap { position in
            guard let count: UInt16 = payload.integer(at: start + 2 * position), count > 0,
                let first: UInt16 = payload.integer(at: start + 2 * (most + position))
            else { return nil }
            return Int(first)...Int(first) + Int(count) - 1
        }
    }

    /// Puts nothing: a discipline of this kind can't be made here.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {}
}
