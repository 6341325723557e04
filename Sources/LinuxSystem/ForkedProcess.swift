// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// A copy of this process, which goes on where it was made.
///
/// For what no program started anew can do: a child stands in the new PID namespace, a sibling stays in the old
/// namespaces. Only a process with a single thread is copied: the locks of other threads would stay shut in the copy.
public struct ForkedProcess: Sendable {
    /// Its number, as this process sees it.
    public let processID: Int32

    /// Copies the process. Source: fork(2).
    ///
    /// - Returns: nil in the copy.
    /// - Throws: `EBUSY` in a process with more threads; `ENOMEM` in a PID namespace whose first process has ended.
    public static func make() throws(Errno) -> ForkedProcess? {
        if let threads = try? directoryEntries("/proc/self/task"), threads.count > 1 {
            throw .resourceBusy
        }
        let number = try systemCall { clinux_fork() }
        return number == 0 ? nil : ForkedProcess(processID: number)
    }

    /// Ends the calling process at once, without the duties of exit(3). Source: _exit(2).
    public static func end(_ status: Int32) -> Never { _exit(status) }

    /// Waits for the end.
    public func wait() throws(Errno) -> ProcessEnd { try waitForChild(processID) }

    /// Stands in for the process until it ends, so that whoever started this one sees no difference.
    ///
    /// What the terminal sends (interrupt, quit, stop, a new size) reaches both, which are in one process group.
    /// What another process sends to this one alone, of the signals that end, is passed on. When the other one is
    /// stopped this one stops, and lets it go on when it goes on itself.
    public func standIn(_ signals: PassedSignals) throws(Errno) -> ProcessEnd {
        while true {
            var status: Int32 = 0
            if try systemCall({ waitpid(processID, &status, WNOHANG | WUNTRACED) }) == 0 {
                if let number = signals.next() { kill(processID, number) }
                continue
            }
            if clinux_exited(status) != 0 { return .exited(clinux_exit_status(status)) }
            guard clinux_stopped(status) != 0 else { return .killed(signal: clinux_termination_signal(status)) }
            raise(SIGSTOP)
            kill(processID, SIGCONT)
        }
    }
}

/// Signals that a process which stands in for another takes, rather than end by them.
public struct PassedSignals: Sendable {
    private var taken = sigset_t()
    private var before = sigset_t()

    /// Holds them back from here on; before the fork, so that none is lost.
    public init() {
        // With an inherited SIG_IGN there would be no end to wait for.
        signal(SIGCHLD, SIG_DFL)
        sigemptyset(&taken)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD] { sigaddset(&taken, number) }
        sigprocmask(SIG_BLOCK, &taken, &before)
    }

    /// Lets signals through as it was before. For the copy, and before this process ends itself by one.
    public func restore() {
        var before = before
        sigprocmask(SIG_SETMASK, &before, nil)
    }

    /// Waits for one; nil when it is for this process alone: a child's change, or the terminal's, which sends it to
    /// the whole process group.
    fileprivate func next() -> Int32? {
        var (set, information) = (taken, siginfo_t())
        let number = sigwaitinfo(&set, &information)
        guard number > 0, number != SIGCHLD, information.si_code <= 0 else { return nil }
        return number
    }
}

/// Ends the process as another was ended: by the same signal where there was one.
///
/// - Returns: the status to end with, where no signal has ended it.
public func endAsOther(_ end: ProcessEnd) -> Int32 {
    if case .killed(let number) = end {
        // One memory image is enough, the other's.
        clinux_leave_no_core()
        signal(number, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        sigprocmask(SIG_UNBLOCK, &set, nil)
        raise(number)
    }
    return end.shellStatus
}

/// Lets a signal end this process when its parent ends.
///
/// - Parameter parent: opened before this process was copied: it may have ended already.
/// - Returns: false when it has ended.
public func endWithParent(_ parent: borrowing ProcessDescriptor, by number: Int32) -> Bool {
    clinux_set_parent_death_signal(number) == 0 && parent.isAlive
}
