// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// What to wait for on one descriptor. Source: poll(2).
public struct PollItem: Sendable {
    /// A condition of a descriptor.
    public enum Condition: Sendable {
        /// Something can be read, or it ended or failed.
        case readable
        /// Something exceptional has happened, `POLLPRI`: for example, the mount table changed.
        case urgent
        /// The other end is closed: nobody reads what is written any more.
        case closed
        /// Something can be written; a connection is made or has failed.
        case writable
    }

    fileprivate var item: pollfd

    /// Waits for `condition` on a borrowed descriptor.
    public init(_ descriptor: Int32, _ condition: Condition) {
        let events =
            switch condition {
            case .readable: POLLIN
            case .urgent: POLLPRI
            // An error or a hang-up is always reported, whatever is asked for.
            case .closed: Int32(0)
            case .writable: POLLOUT
            }
        item = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    }
}

/// Waits until one of the descriptors can be read. Source: poll(2).
///
/// - Parameter timeout: how long to wait; nil waits for ever.
/// - Returns: which of them are readable, by position; empty when the time ran out.
public func waitReadable(_ descriptors: [Int32], timeout: Duration?) throws(Errno) -> [Int] {
    try wait(for: descriptors.map { PollItem($0, .readable) }, timeout: timeout)
}

/// Waits until one of the conditions is met. Source: poll(2).
///
/// - Parameter timeout: how long to wait; nil waits for ever.
/// - Returns: which of them are met, by position; empty when the time ran out.
public func wait(for conditions: [PollItem], timeout: Duration?) throws(Errno) -> [Int] {
    // More than a century is for ever, and keeps the arithmetic below far from its limits.
    let deadline = timeout.map { ContinuousClock.now + min(max($0, .zero), .seconds(1 << 32)) }
    var items = conditions.map(\.item)
    while true {
        var milliseconds: Int32 = -1
        if let deadline {
            let (seconds, attoseconds) = (deadline - .now).components
            // Rounded up, so that the last wait does not spin.
            let rest = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
            milliseconds = Int32(clamping: max(0, rest))
        }
        let count = poll(&items, nfds_t(items.count), milliseconds)
        if count > 0 { return items.indices.filter { items[$0].revents != 0 } }
        let number = Glibc.errno
        guard count == 0 || number == EINTR else { throw Errno(rawValue: number) }
        // One poll(2) waits for 24 days at most, and a signal ends it early.
        if let deadline, deadline <= .now { return [] }
    }
}
