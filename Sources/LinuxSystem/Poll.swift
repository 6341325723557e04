// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// Waits until one of the descriptors can be read. Source: poll(2).
///
/// - Parameter timeout: how long to wait; nil waits for ever.
/// - Returns: which of them are readable, by position; empty when the time ran out.
public func waitReadable(_ descriptors: [Int32], timeout: Duration?) throws(Errno) -> [Int] {
    let deadline = timeout.map { ContinuousClock.now + $0 }
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
        if count == 0 { return [] }
        let number = Glibc.errno
        guard number == EINTR else { throw Errno(rawValue: number) }
    }
}
