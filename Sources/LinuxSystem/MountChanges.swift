// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// Notice of mounts that come and go in the mount namespace of the process.
///
/// Which ones they were is not told: look again at what matters. Source: proc_pid_mountinfo(5),
/// proc_mounts(5): the file has `POLLPRI` after each change.
public struct MountChanges: ~Copyable, Sendable {
    private let table: OwnedDescriptor

    /// Begins to watch.
    public init() throws(Errno) { table = try OwnedDescriptor(opening: "/proc/self/mountinfo") }

    /// What poll(2) is given to wait for the next change. A wait that ends with it takes the notice away.
    public var pollItem: PollItem { PollItem(table.rawValue, .urgent) }

    /// Takes away the notice of changes since the last look; false when there were none.
    public borrowing func take() throws(Errno) -> Bool {
        try !wait(for: [pollItem], timeout: .zero).isEmpty
    }
}
