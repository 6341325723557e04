// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// A process that stays in the namespaces which its maker leaves, and does there what it is asked.
struct PartingHelper: ~Copyable {
    /// What it can be asked.
    enum Step: UInt8 {
        /// Map users and groups.
        case maps = 1
        /// Mount namespaces where they are kept.
        case keeps = 2
    }

    private let process: ForkedProcess
    private let requests: OwnedDescriptor
    private let answers: OwnedDescriptor
    private var hasEnded = false

    /// Starts it.
    ///
    /// - Parameters:
    ///   - work: is done in the helper, once for each request.
    ///   - report: tells a failure, in the helper.
    init(
        _ work: (Step) throws(WorldError) -> Void, report: (WorldError) -> Int32
    ) throws(WorldError) {
        let request = try attempting("make a pipe") { () throws(Errno) in try makePipe() }
        let requestEnd = OwnedDescriptor(owning: request.reading)
        let requests = OwnedDescriptor(owning: request.writing)
        let answer = try attempting("make a pipe") { () throws(Errno) in try makePipe() }
        let answers = OwnedDescriptor(owning: answer.reading)
        let answerEnd = OwnedDescriptor(owning: answer.writing)
        guard let process = try attempting("fork", { () throws(Errno) in try ForkedProcess.make() }) else {
            _ = consume requests
            while let byte = (try? readSome(from: requestEnd.rawValue, atMost: 1))?.first,
                let step = Step(rawValue: byte)
            {
                do throws(WorldError) { try work(step) } catch { ForkedProcess.end(report(error)) }
                try? writeAll([byte], to: answerEnd.rawValue)
            }
            ForkedProcess.end(0)
        }
        self.process = process
        self.requests = requests
        self.answers = answers
    }

    /// Has it take a step and waits for that.
    ///
    /// - Throws: `WorldError.told`, when it has failed and said why.
    mutating func ask(_ step: Step) throws(WorldError) {
        try? writeAll([step.rawValue], to: requests.rawValue)
        guard (try? readSome(from: answers.rawValue, atMost: 1)) == [step.rawValue] else {
            let end = try? process.wait()
            hasEnded = true
            throw .told(end?.shellStatus ?? 1)
        }
    }

    /// Lets it end, so that it is no child of the program's.
    mutating func end() {
        guard !hasEnded else { return }
        hasEnded = true
        try? writeAll([0], to: requests.rawValue)
        _ = try? process.wait()
    }

    /// Does something in a child, which may become another program, and waits for it.
    static func inChild(
        _ report: (WorldError) -> Int32, _ work: () throws(WorldError) -> Void
    ) throws(WorldError) {
        guard let child = try attempting("fork", { () throws(Errno) in try ForkedProcess.make() }) else {
            do throws(WorldError) { try work() } catch { ForkedProcess.end(report(error)) }
            ForkedProcess.end(0)
        }
        let end = try attempting("wait for a child") { () throws(Errno) in try child.wait() }
        guard end == .exited(0) else { throw .told(end.shellStatus) }
    }
}

extension WorldError {
    /// A failure of which the user knows already.
    static func told(_ status: Int32) -> WorldError {
        var error = WorldError("")
        error.toldStatus = status
        return error
    }
}
