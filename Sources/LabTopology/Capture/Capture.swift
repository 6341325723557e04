// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem
internal import SystemPackage

/// Captures what interfaces send and receive, as pcapng.
public struct Capture {
    /// How many bytes of each frame are kept at most.
    public var snapLength = Self.maximumSnapLength
    /// Ends it after so many frames.
    public var count: Int?
    /// Ends it after this time.
    public var duration: Duration?
    /// What is said of it in the file: a comment, and what wrote it.
    public var comment: String?, application: String?
    /// How addresses are called.
    public var names: [(address: IPAddress, name: String)] = []
    /// Asked all the time, and ends it.
    public var isInterrupted: () -> Bool = { false }

    /// What no frame is longer than, unless somebody has seen to that.
    public static let maximumSnapLength = 262_144

    /// What became of it.
    public struct Outcome: Sendable {
        /// How many frames were written.
        public var frames = 0
        /// For each interface its name, how many frames it had, and how many of them were dropped by the kernel because
        /// nobody took them in time.
        public var interfaces: [(name: String, received: UInt64, dropped: UInt64)] = []
        /// Whether it ended because nobody reads any more.
        public var isReaderGone = false
    }

    /// Captures everything.
    public init() {}

    /// How much may wait in the kernel, of all interfaces and of one. Memory is taken for what does wait.
    private static let bufferBytes = 128 << 20, maximumBufferBytes = 32 << 20

    /// How long an interruption may go unnoticed.
    private static let slice: Duration = .milliseconds(100)

    /// Captures until one of the limits is reached, the reader has gone, it is interrupted, or all interfaces are gone.
    ///
    /// - Parameters:
    ///   - sources: those that are gone are taken out and closed.
    ///   - output: a borrowed descriptor.
    public func run(_ sources: inout [CaptureSource], to output: Int32) throws(LabFailure) -> Outcome {
        var outcome = Outcome()
        let start = WallClockTime.now.sinceEpoch
        let sink = CaptureOutput(output, isInterrupted)
        let share = Int32(min(Self.bufferBytes / max(1, sources.count), Self.maximumBufferBytes))
        for source in sources { try source.attach(bufferBytes: share) }
        do throws(Errno) {
            try sink.write(beginning(sources, &outcome))
            do throws(Errno) { try follow(&sources, to: sink, &outcome) } catch {
                guard error == .brokenPipe else { throw error }
                outcome.isReaderGone = true
            }
            for source in sources { outcome.count(source) }
            if !outcome.isReaderGone {
                let end = WallClockTime.now.sinceEpoch
                var writer = PcapngWriter()
                for (number, interface) in outcome.interfaces.enumerated() {
                    writer.add(
                        PcapngWriter.Statistics(
                            start: start, end: end, received: interface.received, dropped: interface.dropped),
                        ofInterface: UInt32(number))
                }
                try sink.write(writer.take())
            }
        } catch {
            guard error == .brokenPipe else { throw LabFailure("cannot write the capture", error) }
            outcome.isReaderGone = true
        }
        return outcome
    }

    /// Tells of the sources.
    private func beginning(_ sources: [CaptureSource], _ outcome: inout Outcome) -> [UInt8] {
        var writer = PcapngWriter()
        let release = (try? readFile("/proc/sys/kernel/osrelease")).map { String(decoding: $0, as: UTF8.self) }
        let system = release.map { "Linux \($0.split(separator: "\n").first ?? "")" }
        writer.addSection(comment: comment, system: system, application: application)
        for (number, source) in sources.enumerated() {
            source.number = number
            outcome.interfaces.append((source.name, 0, 0))
            writer.add(
                PcapngWriter.Interface(
                    name: source.name, description: source.description, macAddress: source.macAddress,
                    linkType: source.isEthernet ? .ethernet : .cooked, snapLength: UInt32(snapLength)))
        }
        writer.add(names: names)
        return writer.take()
    }

    private func follow(
        _ sources: inout [CaptureSource], to sink: CaptureOutput, _ outcome: inout Outcome
    ) throws(Errno) {
        let deadline = duration.map { ContinuousClock.now + $0 }
        var nextLook = ContinuousClock.now + .seconds(1)
        let buffers = PacketBuffers(snapLength: snapLength)
        var queue = FrameQueue()
        var isLast = false
        while !isLast {
            let now = ContinuousClock.now
            isLast = isInterrupted() || sources.isEmpty || deadline.map { $0 <= now } ?? false
            var pause = isLast || !queue.isEmpty ? .zero : Self.slice
            if let deadline { pause = min(pause, max(deadline - now, .zero)) }
            let items = sources.map { PollItem($0.socket.descriptor.rawValue, .readable) }
            let ready = try wait(for: items + [PollItem(sink.descriptor, .closed)], timeout: pause)
            // Of a single interface the frames come in order.
            var limit = isLast || sources.count == 1 ? UInt64.max : queue.latest
            for position in ready where position < sources.count {
                if let last = try sources[position].drain(into: &queue, buffers), !isLast { limit = min(limit, last) }
            }
            if ready.contains(sources.count) { throw .brokenPipe }
            let (bytes, taken) = queue.take(upTo: limit, atMost: count.map { $0 - outcome.frames } ?? .max)
            try sink.write(bytes)
            outcome.frames += taken
            if outcome.frames == count { return }
            if now >= nextLook {
                for source in sources { source.look() }
                nextLook = now + .seconds(1)
            }
            if sources.contains(where: \.isGone) {
                for source in sources where source.isGone { outcome.count(source) }
                sources.removeAll { $0.isGone }
            }
        }
    }
}

extension Capture.Outcome {
    /// Adds what the kernel has counted.
    fileprivate mutating func count(_ source: CaptureSource) {
        guard let statistics = try? source.socket.takeStatistics() else { return }
        interfaces[source.number].received += UInt64(statistics.frames)
        interfaces[source.number].dropped += UInt64(statistics.dropped)
    }
}

extension WallClockTime {
    /// In nanoseconds.
    fileprivate var sinceEpoch: UInt64 { UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, nanoseconds)) }
}

/// Where a capture goes.
private struct CaptureOutput {
    let descriptor: Int32
    private let isFile: Bool
    private let isInterrupted: () -> Bool

    init(_ descriptor: Int32, _ isInterrupted: @escaping () -> Bool) {
        (self.descriptor, self.isInterrupted) = (descriptor, isInterrupted)
        isFile = (try? FileStatus(ofDescriptor: descriptor))?.isRegularFile ?? false
    }

    /// What a pipe that has room takes without a wait: `PIPE_BUF`.
    private static let part = 4096

    /// Writes everything. A reader that takes nothing is given up a second after an interruption.
    ///
    /// - Throws: `EPIPE` when the reader has gone, or was given up.
    func write(_ bytes: [UInt8]) throws(Errno) {
        if isFile { return try writeAll(bytes, to: descriptor) }
        var rest = bytes[...]
        var patience = 10
        while !rest.isEmpty {
            if try wait(for: [PollItem(descriptor, .writable)], timeout: .milliseconds(100)).isEmpty {
                if isInterrupted() { patience -= 1 }
                if patience == 0 { throw .brokenPipe }
                continue
            }
            try writeAll(Array(rest.prefix(Self.part)), to: descriptor)
            rest = rest.dropFirst(Self.part)
        }
    }
}
