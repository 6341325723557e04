// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
internal import SystemPackage

/// The directory that tells of a program in the background: what it is, how far it is, and its log.
public struct ProgramRecord: Sendable, Equatable {
    /// The directory's path, without a `/` at the end.
    public let path: String

    /// The record in a directory, which need not be there.
    public init(path: String) { self.path = path }

    /// The log, unless the program has one elsewhere.
    public var ownLog: String { "\(path)/log" }

    /// The program; nil when there is no record.
    public var program: SupervisedProgram? {
        (try? readFile("\(path)/program")).flatMap(SupervisedProgram.init(decoding:))
    }

    /// What its supervisor last wrote; nil when it has not written yet.
    public var state: ProgramState? { (try? readFile("\(path)/state")).map(ProgramState.init(decoding:)) }

    func write(_ program: SupervisedProgram) throws(Errno) {
        try replaceFile("\(path)/program", with: program.encoded, mode: 0o600)
    }

    func write(_ state: ProgramState) throws(Errno) { try replaceFile("\(path)/state", with: state.encoded) }

    /// Removes the record, and the two directories above it when they are empty.
    func remove() {
        removeTree(path)
        var parent = path[...]
        for _ in 0..<2 {
            guard let slash = parent.lastIndex(of: "/") else { return }
            parent = parent[..<slash]
            guard (try? removeDirectory(String(parent))) != nil else { return }
        }
    }

    func forgetState() { try? removeFile("\(path)/state") }

    /// Whether all is as it was asked for: the supervisor lives, or there is nothing left to do for it.
    public var isInOrder: Bool {
        guard let state else { return false }
        if state.phase == .ended { return state.end == .exited(0) }
        return state.phase != .stopped && state.supervisor?.isRunning == true
    }

    /// Whether anything of it lives.
    public var hasProcesses: Bool { state?.supervisor?.isRunning == true || !orphans().isEmpty }

    /// How the program is, as a person reads it: `running`, `exited 1`, `supervisor lost`.
    public var condition: String {
        guard let state else { return "not started" }
        switch state.phase {
        case .stopped: return "stopped"
        case .ended:
            switch state.end {
            case .exited(let status): return "exited \(status)"
            case .killed(let signal): return "killed \(signal)"
            case nil: return "ended"
            }
        case .running, .waiting:
            guard state.supervisor?.isRunning == true else { return "supervisor lost" }
            return state.phase == .running ? "running" : "waiting to restart"
        }
    }

    /// Processes of the program that live although nobody looks after them any more.
    ///
    /// They are in its network namespace, and in the session that it led or have its variable in their environment.
    public func orphans() -> [ProcessIdentity] {
        guard let state, let program = state.program, state.supervisor?.isRunning != true else { return [] }
        let mark = Array("\(Self.variable)=\(path)".utf8)
        return ProcessStatus.all().compactMap { status in
            // A record of the same path, in another mount namespace, tells of other namespaces.
            guard !status.isZombie, status.startTime >= program.startTime,
                isInNetwork(status.processID, state.network)
            else { return nil }
            let isOfSession = state.leadsSession && status.session == program.processID
            guard isOfSession || has(mark, status.processID) else { return nil }
            return ProcessIdentity(processID: status.processID, startTime: status.startTime)
        }
    }

    /// The variable of a program's environment that names its record.
    static let variable = "NETNS_PROGRAM"

    private func isInNetwork(_ process: Int32, _ inode: UInt64) -> Bool {
        (try? FileStatus(of: "/proc/\(process)/ns/net"))?.inode == inode
    }

    private func has(_ variable: [UInt8], _ process: Int32) -> Bool {
        guard let bytes = try? readFile("/proc/\(process)/environ") else { return false }
        return bytes.split(separator: 0).contains { $0.elementsEqual(variable) }
    }

    /// Ends the program, its descendants and its supervisor; those that do not heed `SIGTERM` are killed.
    ///
    /// What has ended, or never was, is fine.
    ///
    /// - Parameter keepsRecord: whether the log and what it was stay.
    public func stop(keepsRecord: Bool = false) throws(ProgramError) {
        // In the foreground the caller has looked after it, and there is nothing left.
        if let supervisor = state?.supervisor, supervisor.processID != currentProcessID() {
            _ = try ProgramSupervisor.end(supervisor)
        }
        try endOrphans()
        if let file = program?.processFile, ownsProcessFile(file) { try? removeFile(file) }
        if !keepsRecord { remove() }
    }

    private func endOrphans() throws(ProgramError) {
        for number in [SignalNumber.terminate, SignalNumber.kill] {
            let orphans = orphans()
            if orphans.isEmpty { return }
            for orphan in orphans { if let process = orphan.open() { try? process.send(signal: number) } }
            let limit = ContinuousClock.now + ProgramSupervisor.patience
            while ContinuousClock.now < limit, orphans.contains(where: \.isRunning) { sleep(.milliseconds(10)) }
        }
        if let rest = orphans().first {
            throw ProgramError("cannot end process \(rest.processID), which it has left behind")
        }
    }

    private func ownsProcessFile(_ file: String) -> Bool {
        guard let number = state?.supervisor?.processID, let bytes = try? readFile(file) else { return false }
        return String(decoding: bytes, as: UTF8.self) == "\(number)\n"
    }

    /// The last lines of the log, from a position on, on one line.
    ///
    /// - Parameter start: the size that the log had when the program was started.
    public func logTail(from start: Int64 = 0) -> String? {
        guard let program, let bytes = try? readFile(program.logPath) else { return nil }
        let new = bytes.dropFirst(Int(clamping: start)).suffix(400)
        let lines = new.split(separator: UInt8(ascii: "\n")).suffix(4).map { line in
            String(escaping: Array(line))
        }
        return lines.isEmpty ? nil : lines.joined(separator: " / ")
    }
}
