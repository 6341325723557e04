// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Queues of which the first that holds a packet sends it: `prio`, and `pfifo_fast`, which is only shown.
/// Source: linux/pkt_sched.h, tc-prio(8).
public struct PriorityOptions: QueueingDisciplineOptions, Equatable {
    /// The kind that can be made.
    public static let kind: String = "prio"
    /// The kernel's own default.
    public static let fastKind = "pfifo_fast"

    /// The kind of which these are the options.
    public var kind: String = PriorityOptions.kind
    /// How many queues there are.
    public var bands: Int32 = 3
    /// The queue of each of the 16 priorities of packets.
    public var map: [UInt8] = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]

    /// How many priorities there are: `TC_PRIO_MAX` and 0.
    public static let mapCount = 16

    /// Three queues by the usual map.
    public init() {}

    /// Reads `TCA_OPTIONS` of a `prio`.
    public init(decoding payload: RawSpan) throws(MalformedReply) { try self.init(decoding: payload, kind: Self.kind) }

    init(decoding payload: RawSpan, kind: String) throws(MalformedReply) {
        self.kind = kind
        guard let bands: Int32 = payload.integer(at: 0), payload.byteCount >= 4 + Self.mapCount else {
            throw MalformedReply("shorter than struct tc_prio_qopt")
        }
        self.bands = bands
        map = payload.extracting(4..<4 + Self.mapCount).bytes
    }

    /// Puts `TCA_OPTIONS`; nothing for `pfifo_fast`, which takes none.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        guard kind == Self.kind else { return }
        message.nest(.priority, nestedFlag: false) { data in
            data.append(bands)
            for start in stride(from: 0, to: Self.mapCount, by: 4) {
                var word: UInt32 = 0
                for offset in 0..<4 where start + offset < map.count {
                    word |= UInt32(map[start + offset]) << UInt32(8 * offset)
                }
                data.append(UInt32(littleEndian: word))
            }
        }
    }
}

private enum PriorityScope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<PriorityScope> {
    fileprivate static var priority: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
