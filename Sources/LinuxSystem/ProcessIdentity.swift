// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// What /proc says of a process. Source: proc_pid_stat(5).
public struct ProcessStatus: Sendable, Equatable {
    /// The process's number.
    public var processID: Int32
    /// The number of its parent, its process group and its session.
    public var parent: Int32, group: Int32, session: Int32
    /// When it was started, in clock ticks after boot.
    public var startTime: UInt64
    /// Whether it has ended, and nobody has asked how yet.
    public var isZombie: Bool

    /// Nil when there is no such process.
    public init?(of processID: Int32) {
        guard let bytes = try? readFile("/proc/\(processID)/stat") else { return nil }
        // The program's name stands in parentheses and may hold anything, parentheses too.
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let parent = Int32(fields[1]), let group = Int32(fields[2]),
            let session = Int32(fields[3]), let startTime = UInt64(fields[19])
        else { return nil }
        (self.processID, self.parent, self.group, self.session) = (processID, parent, group, session)
        self.startTime = startTime
        isZombie = fields[0] == "Z" || fields[0] == "X"
    }

    /// The processes of this program that were started with a word of its own in front of the others.
    ///
    /// - Returns: each with the words behind that one.
    public static func all(startedWith word: String) -> [(status: ProcessStatus, words: [String])] {
        ((try? directoryEntries("/proc")) ?? []).compactMap { entry in
            guard let processID = Int32(entry.name), let line = try? readFile("/proc/\(processID)/cmdline") else {
                return nil
            }
            let words = line.split(separator: 0)
            guard words.count > 1, words[1].elementsEqual(word.utf8), let status = ProcessStatus(of: processID) else {
                return nil
            }
            return (status, words.dropFirst(2).map { String(decoding: $0, as: UTF8.self) })
        }
    }

    /// All processes that /proc shows.
    public static func all() -> [ProcessStatus] {
        ((try? directoryEntries("/proc")) ?? []).compactMap { entry in
            Int32(entry.name).flatMap(ProcessStatus.init(of:))
        }
    }
}

/// A process that can't be mistaken for a successor with the same number: number and time of its start.
public struct ProcessIdentity: Sendable, Hashable {
    /// The process's number.
    public var processID: Int32
    /// When it was started, in clock ticks after boot.
    public var startTime: UInt64

    /// By its numbers.
    public init(processID: Int32, startTime: UInt64) {
        (self.processID, self.startTime) = (processID, startTime)
    }

    /// That of a process; nil when there is none of that number.
    public init?(of processID: Int32) {
        guard let status = ProcessStatus(of: processID) else { return nil }
        self.init(processID: processID, startTime: status.startTime)
    }

    /// Whether it is still there, and no zombie.
    public var isRunning: Bool {
        guard let status = ProcessStatus(of: processID) else { return false }
        return status.startTime == startTime && !status.isZombie
    }

    /// Takes hold of the process; nil when it has ended.
    public func open() -> ProcessDescriptor? {
        let process: ProcessDescriptor
        do throws(Errno) { process = try ProcessDescriptor(processID) } catch { return nil }
        // Looked at after it was opened: the one that is held is the one that was meant.
        guard isRunning else { return nil }
        return process
    }
}

/// Sends a signal to all processes of a group whose leader is a child of the caller. Source: kill(2).
public func signalGroup(_ leader: Int32, _ number: Int32) {
    guard leader > 1 else { return }
    kill(-leader, number)
}

/// Sends a signal to a child of the caller, which nobody else can have reaped. Source: kill(2).
public func signalChild(_ child: Int32, _ number: Int32) {
    guard child > 1 else { return }
    kill(child, number)
}

/// A child that has ended, and how. Source: waitpid(2).
public struct EndedChild: Sendable {
    /// Its number.
    public var processID: Int32
    /// How it ended.
    public var end: ProcessEnd
}

/// Takes note of a child that has ended; does not wait.
///
/// - Returns: nil when none has.
/// - Throws: `ECHILD` when there are no children.
public func reapChild() throws(Errno) -> EndedChild? {
    var status: Int32 = 0
    let child = try systemCall { waitpid(-1, &status, WNOHANG) }
    return child == 0 ? nil : EndedChild(processID: child, end: ProcessEnd(waitStatus: status))
}

/// Waits for a child to end.
public func waitForChild(_ child: Int32) throws(Errno) -> ProcessEnd {
    var status: Int32 = 0
    try systemCall { waitpid(child, &status, 0) }
    return ProcessEnd(waitStatus: status)
}

extension ProcessEnd {
    init(waitStatus status: Int32) {
        self =
            clinux_exited(status) != 0
            ? .exited(clinux_exit_status(status)) : .killed(signal: clinux_termination_signal(status))
    }
}

/// Lets orphans among the descendants of this process become its children. Source: prctl(2), `PR_SET_CHILD_SUBREAPER`.
public func adoptOrphans() { _ = clinux_adopt_orphans() }

/// Ends this process when the thread that started it does.
///
/// It outlives execve(2), but no change of the user: call it after that. Source: prctl(2), `PR_SET_PDEATHSIG`.
///
/// - Returns: false when `parent` had ended before.
public func endWithParent(_ parent: Int32) -> Bool {
    _ = clinux_set_parent_death_signal(SIGKILL)
    return getppid() == parent
}
