// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// Tells which of many descriptors can be read. Source: epoll(7).
///
/// It is itself readable when one of them is, so that it can be waited for beside others.
public struct Epoll: ~Copyable {
    private let descriptor: OwnedDescriptor

    /// Watches nothing yet.
    public init() throws(Errno) {
        descriptor = OwnedDescriptor(owning: try systemCall { epoll_create1(Int32(EPOLL_CLOEXEC)) })
    }

    /// What poll(2) is given to wait until one of the descriptors can be read.
    public var pollItem: PollItem { PollItem(descriptor.rawValue, .readable) }

    /// Watches a borrowed descriptor until it is closed.
    ///
    /// - Parameter token: what `ready` calls it.
    /// - Throws: `ENOSPC` at the limit of `fs.epoll.max_user_watches`.
    public borrowing func add(_ other: Int32, token: UInt64) throws(Errno) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = token
        let descriptor = descriptor.rawValue
        try systemCall { epoll_ctl(descriptor, EPOLL_CTL_ADD, other, &event) }
    }

    /// The descriptors that can be read now, or have failed; the rest of many in turn at the next calls.
    public borrowing func ready() throws(Errno) -> [UInt64] {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        let descriptor = descriptor.rawValue
        let count = try systemCall { epoll_wait(descriptor, &events, Int32(events.count), 0) }
        return events.prefix(Int(count)).map(\.data.u64)
    }
}
