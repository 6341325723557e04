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
