// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// Waits until one of the descriptors can be read. Source: poll(2).
///
/// - Parameter timeout: how long to wait; nil waits for ever.
/// - Returns: which of them are readable, by position; empty when the time ran out.
public func waitReadable(_ descriptors: [Int32], timeout: Duration?) throws(Errno) -> [Int] {
    // More than a century is for ever, and keeps the arithmetic below far from its limits.
    let deadline = timeout.map { ContinuousClock.now + min(max($0, .zero), .seconds(1 << 32)) }
    var items = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
        var milliseconds: Int32 = -1
        if let deadline {
            let (seconds, attoseconds) = (deadline - .now).components
            // Rounded up, so that the last wait does not spin.
            let rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1
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
