// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// A process held by a pidfd: its number can be reused, the descriptor can't.
///
/// Source: pidfd_open(2), Linux 5.3.
public struct ProcessDescriptor: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor
    /// The pidfd, valid as long as this value lives.
    var rawValue: Int32 { descriptor.rawValue }
    /// The number that the process had when it was opened.
    public let processID: Int32

    /// Opens the process.
    ///
    /// - Throws: `ESRCH` when there is none; `EINVAL` or, on newer kernels, `ENOENT` when the number
    ///   is that of a thread.
    public init(_ processID: Int32) throws(Errno) {
        descriptor = OwnedDescriptor(owning: try systemCall { clinux_pidfd_open(processID, 0) })
        self.processID = processID
    }

    /// Whether the process is still alive (a zombie is not).
    public var isAlive: Bool {
        var item = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        // Even a poll that doesn't wait is interrupted by a signal.
        return (try? systemCall { poll(&item, 1, 0) }) == 0
    }

    /// Sends a signal to the process, and never to a successor. Source: pidfd_send_signal(2).
    ///
    /// - Throws: `ESRCH` when it has ended.
    public borrowing func send(signal number: Int32) throws(Errno) {
        let descriptor = descriptor.rawValue
        try systemCall { clinux_pidfd_send_signal(descriptor, number) }
    }

    /// Waits until the process has ended.
    ///
    /// - Returns: false when the time ran out.
    public borrowing func waitForEnd(timeout: Duration?) throws(Errno) -> Bool {
        try !waitReadable([descriptor.rawValue], timeout: timeout).isEmpty
    }

    /// Opens the process's network namespace.
    ///
    /// The kernel is asked through the pidfd (Linux 6.11); before that /proc is
    /// read and the process checked afterwards, so that the namespace of a
    /// successor with the same number is never returned.
    ///
    /// - Throws: `ESRCH` when the process has ended; `EACCES`/`EPERM` without ptrace access to it.
    public borrowing func networkNamespace() throws(Errno) -> OwnedDescriptor {
        let direct = clinux_pidfd_network_namespace(descriptor.rawValue)
        if direct >= 0 { return OwnedDescriptor(owning: direct) }
        switch Glibc.errno {
        case ESRCH: throw .noSuchProcess
        case EACCES: throw .permissionDenied
        case EPERM: throw .notPermitted
        default: break
        }
        let namespace: OwnedDescriptor
        do throws(Errno) {
            namespace = try OwnedDescriptor(opening: "/proc/\(processID)/ns/net")
        } catch {
            throw isAlive ? error : .noSuchProcess
        }
        guard isAlive else { throw .noSuchProcess }
        return namespace
    }
}
