// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// One queue of limited length, `pfifo` and `bfifo`. Source: linux/pkt_sched.h, tc-pfifo(8).
public struct FIFOOptions: QueueingDisciplineOptions, Equatable {
    /// The kind of the queue that counts packets.
    public static let kind = Unit.packets.rawValue

    /// What is counted, with the kind as the kernel calls it.
    public enum Unit: String, Sendable { case packets = "pfifo", bytes = "bfifo" }

    /// What is counted.
    public var unit: Unit
    /// How many wait at most; nil is what the device's `txqueuelen` says.
    public var limit: UInt32?

    /// A queue of the device's own length, if nothing else is said.
    public init(_ unit: Unit, limit: UInt32? = nil) { (self.unit, self.limit) = (unit, limit) }

    /// The kind of which these are the options.
    public var kind: String { unit.rawValue }

    /// Reads `TCA_OPTIONS` of a `pfifo`.
    public init(decoding payload: RawSpan) throws(MalformedReply) { try self.init(decoding: payload, .packets) }

    /// Reads `TCA_OPTIONS`.
    public init(decoding payload: RawSpan, _ unit: Unit) throws(MalformedReply) {
        self.unit = unit
        guard let limit: UInt32 = payload.integer(at: 0) else {
            throw MalformedReply("shorter than struct tc_fifo_qopt")
        }
        self.limit = limit
    }

    /// Puts `TCA_OPTIONS`; nothing if nothing is said.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.put(.limit, ifPresent: limit)
    }
}

extension AttributeKey where Scope == TrafficControlMessage, Value == UInt32 {
    /// `struct tc_fifo_qopt` has one member.
    fileprivate static var limit: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
