// SPDX-License-Identifier: Apache-2.0

public import Netlink

/// Counters of a link, `struct rtnl_link_stats64`. Source: linux/if_link.h.
///
/// A kernel that keeps fewer counters sends a shorter structure; the rest is 0.
public struct LinkStatistics: Equatable, Sendable, AttributeValue {
    /// The counters in the order of the structure.
    private var counters: [UInt64]
    private static let count = 25

    /// Reads the payload; nil when it is too short or of another form.
    public init?(attributePayload payload: RawSpan) {
        counters = (0..<Self.count).map { payload.integer(at: $0 * 8) ?? 0 }
    }

    /// Calls `body` with the payload's bytes.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        counters.withUnsafeBytes { body($0) }
    }

    /// Packets received and sent.
    public var receivedPackets: UInt64 { counters[0] }
    /// Packets sent.
    public var sentPackets: UInt64 { counters[1] }
    /// Bytes received.
    public var receivedBytes: UInt64 { counters[2] }
    /// Bytes sent.
    public var sentBytes: UInt64 { counters[3] }
    /// Bad packets received.
    public var receiveErrors: UInt64 { counters[4] }
    /// Packets that could not be sent.
    public var sendErrors: UInt64 { counters[5] }
    /// Received packets that were dropped for want of room.
    public var receiveDropped: UInt64 { counters[6] }
    /// Packets that were dropped on their way out.
    public var sendDropped: UInt64 { counters[7] }
    /// Multicast packets received.
    public var multicast: UInt64 { counters[8] }
    /// Collisions while sending.
    public var collisions: UInt64 { counters[9] }
    /// Received packets of a wrong length.
    public var receiveLengthErrors: UInt64 { counters[10] }
    /// Receiver ring buffer overflows.
    public var receiveOverErrors: UInt64 { counters[11] }
    /// Received packets with a wrong checksum.
    public var receiveCRCErrors: UInt64 { counters[12] }
    /// Received packets with a frame error.
    public var receiveFrameErrors: UInt64 { counters[13] }
    /// Receiver FIFO overruns.
    public var receiveFIFOErrors: UInt64 { counters[14] }
    /// Packets that the receiver missed.
    public var receiveMissedErrors: UInt64 { counters[15] }
    /// Aborted transmissions.
    public var sendAbortedErrors: UInt64 { counters[16] }
    /// Losses of carrier while sending.
    public var sendCarrierErrors: UInt64 { counters[17] }
    /// Sender FIFO underruns.
    public var sendFIFOErrors: UInt64 { counters[18] }
    /// Heartbeat errors.
    public var sendHeartbeatErrors: UInt64 { counters[19] }
    /// Late collisions.
    public var sendWindowErrors: UInt64 { counters[20] }
    /// Compressed packets received.
    public var receivedCompressed: UInt64 { counters[21] }
    /// Compressed packets sent.
    public var sentCompressed: UInt64 { counters[22] }
    /// Packets that no protocol wanted.
    public var receiveNoHandler: UInt64 { counters[23] }
}
