// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// Lets writing to a pipe that nobody reads fail with `EPIPE` instead of ending the process.
///
/// Source: pipe(7), `SIGPIPE`. Programs started from here on inherit it.
public func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
}

private let interrupts = Atomic<Int>(0)

/// Counts the signals that ask the process to end, instead of ending it: `SIGINT`, `SIGTERM` and `SIGHUP`.
///
/// For work that has to be taken back. Calls that wait are not broken off (`SA_RESTART`). Source: sigaction(2).
public func countInterrupts() {
    // Made before the first signal: a handler must not be the one that makes it.
    interrupts.store(0, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in interrupts.add(1, ordering: .relaxed) }
    action.sa_flags = SA_RESTART
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaction(number, &action, nil) }
}

/// How many such signals there were since `countInterrupts()`.
public func interruptCount() -> Int { interrupts.load(ordering: .relaxed) }

/// Signals that the calling thread takes one at a time instead of being interrupted by them.
///
/// For a process of one thread. What it starts by `spawnProgram` has none of them blocked. Source: sigtimedwait(2).
public struct AwaitedSignals {
    private var set = sigset_t()

    /// Blocks the signals from here on.
    public init(_ numbers: [Int32]) {
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        sigprocmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for one of the signals.
    ///
    /// - Parameter timeout: how long to wait; nil waits for ever.
    /// - Returns: its number; nil when the time ran out.
    public func next(timeout: Duration?) -> Int32? {
        var set = set
        guard let timeout else {
            while true {
                let number = sigwaitinfo(&set, nil)
                if number > 0 { return number }
            }
        }
        let (seconds, attoseconds) = max(timeout, .zero).components
        var wait = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        let number = sigtimedwait(&set, nil, &wait)
        return number > 0 ? number : nil
    }
}

/// The signals that a program is ended with, told what happens to its children, or asked to read its files again.
public enum SignalNumber {
    /// Source: signal(7).
    public static let interrupt = SIGINT, terminate = SIGTERM, quit = SIGQUIT, hangUp = SIGHUP
    /// Source: signal(7).
    public static let kill = SIGKILL, child = SIGCHLD, user1 = SIGUSR1, user2 = SIGUSR2
}

/// The number of a signal: `KILL`, `SIGKILL` or `9`; nil for what is none.
public func signalNumber(_ text: String) -> Int32? {
    if let number = Int32(text) { return number > 0 && number <= 64 ? number : nil }
    let name = (text.hasPrefix("SIG") ? String(text.dropFirst(3)) : text).uppercased()
    return (1...31).first { number in sigabbrev_np(number).map { String(cString: $0) } == name }
}
