// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// An interface of which the frames are captured.
public final class CaptureSource {
    /// `r1:eth0`
    public let name: String
    /// What it leads to.
    public let description: String?
    let index: Int32
    let isEthernet: Bool, isLoopback: Bool
    /// Six bytes.
    let macAddress: [UInt8]?
    let socket: PacketSocket
    /// Whether the namespace is still what it was. The socket would keep alive one that was deleted.
    private let isPresent: () -> Bool

    /// Its number in the capture.
    var number = 0
    /// Whether there is nothing to come from it.
    private(set) var isGone = false

    init(
        name: String, description: String?, index: Int32, isEthernet: Bool, isLoopback: Bool, macAddress: [UInt8]?,
        socket: consuming PacketSocket, isPresent: @escaping () -> Bool
    ) {
        (self.name, self.description, self.index) = (name, description, index)
        (self.isEthernet, self.isLoopback, self.macAddress) = (isEthernet, isLoopback, macAddress)
        self.socket = socket
        self.isPresent = isPresent
    }

    /// Begins to see frames.
    func attach(bufferBytes: Int32) throws(LabFailure) {
        do throws(Errno) { try socket.attach(to: index, bufferBytes: bufferBytes) } catch {
            throw LabFailure("cannot capture at '\(name)'", error)
        }
    }

    /// How many frames are taken from one interface before it is another's turn.
    private static let share = 1024

    /// Takes the frames that have arrived.
    ///
    /// - Returns: nil when these were all; else the time of the last, and there may be more.
    func drain(into queue: inout FrameQueue, _ buffers: PacketBuffers) throws(Errno) -> UInt64? {
        var taken = 0
        var last: UInt64 = 0
        while taken < Self.share {
            let count: Int
            do throws(Errno) {
                count = try socket.receive(into: buffers) { frame in
                    // Of lo each frame is seen when it is sent, and again when it is received.
                    if isLoopback, frame.kind == .outgoing { return }
                    queue.add(frame, ofInterface: number)
                    last = frame.time
                }
            } catch {
                guard error == .networkDown else { throw error }
                // One that went down may come up again.
                if !socket.isAttached { isGone = true }
                return nil
            }
            taken += count
            if count < PacketBuffers.count { return nil }
        }
        return last
    }

    /// Looks whether the namespace is still there.
    func look() { if !isPresent() { isGone = true } }
}

/// Frames of several interfaces, brought into the order of time.
///
/// Interfaces are drained one after another: what one has received meanwhile is older than what comes from the next.
/// So the frames of a round are held back until the next round, in which everything that is older comes in.
struct FrameQueue {
    private var writer = PcapngWriter()
    private var entries: [(time: UInt64, start: Int, end: Int)] = []

    /// Whether there are any.
    var isEmpty: Bool { entries.isEmpty }
    /// The time of the last.
    var latest: UInt64 { entries.reduce(0) { max($0, $1.time) } }

    mutating func add(_ frame: PacketFrame, ofInterface interface: Int) {
        let start = writer.bytes.count
        writer.addPacket(
            interface: UInt32(interface), time: frame.time, length: UInt32(clamping: frame.length),
            flags: frame.kind.packetFlags, frame.bytes)
        entries.append((frame.time, start, writer.bytes.count))
    }

    /// Takes the frames up to that time, so many at most, in order.
    mutating func take(upTo time: UInt64, atMost limit: Int) -> (bytes: [UInt8], count: Int) {
        let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.time <= $1.time }
        if isSorted, entries.count <= limit, entries.last.map({ $0.time <= time }) ?? true {
            defer { entries.removeAll(keepingCapacity: true) }
            return (writer.take(), entries.count)
        }
        if !isSorted { entries.sort { ($0.time, $0.start) < ($1.time, $1.start) } }
        let count = min(entries.prefix { $0.time <= time }.count, limit)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(writer.bytes.count)
        for entry in entries[..<count] { bytes += writer.bytes[entry.start..<entry.end] }
        var rest = FrameQueue()
        for entry in entries[count...] { rest.add(entry.time, writer.bytes[entry.start..<entry.end]) }
        self = rest
        return (bytes, count)
    }

    private mutating func add(_ time: UInt64, _ block: ArraySlice<UInt8>) {
        let start = writer.bytes.count
        writer.add(block: block)
        entries.append((time, start, writer.bytes.count))
    }
}

extension PacketKind {
    /// The bits of `epb_flags`: 1 is received and 2 sent; from bit 2 on 1 is unicast, 2 multicast, 3 broadcast and 4
    /// promiscuous.
    var packetFlags: UInt32 {
        switch self {
        case .host: 1 | 1 << 2
        case .multicast: 1 | 2 << 2
        case .broadcast: 1 | 3 << 2
        case .otherHost: 1 | 4 << 2
        case .outgoing: 2
        }
    }
}
