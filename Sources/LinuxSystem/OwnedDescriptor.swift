// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// A file descriptor that closes itself, and that no exec passes on.
public struct OwnedDescriptor: ~Copyable, Sendable {
    /// The descriptor's number. It is valid as long as this value lives.
    public let rawValue: Int32

    /// Takes over a descriptor that the caller has just been given.
    public init(owning rawValue: Int32) { self.rawValue = rawValue }

    /// Opens `path`; `O_CLOEXEC` is always added. Source: open(2).
    ///
    /// - Throws: the `Errno` of openat(2).
    public init(opening path: some SystemPath, flags: Int32 = 0, mode: UInt32 = 0) throws(Errno) {
        self.init(owning: try systemCall { path.withSystemPath { Glibc.open($0, flags | O_CLOEXEC, mode) } })
    }

    /// Opens `path` below the directory open at `directory`. Source: openat(2).
    public init(
        opening path: String, below directory: borrowing OwnedDescriptor, flags: Int32 = 0, mode: UInt32 = 0
    ) throws(Errno) {
        let directory = directory.rawValue
        self.init(owning: try systemCall { Glibc.openat(directory, path, flags | O_CLOEXEC, mode) })
    }

    deinit { Glibc.close(rawValue) }

    /// Gives the bare descriptor away; the receiver closes it.
    public consuming func release() -> Int32 {
        let rawValue = rawValue
        discard self
        return rawValue
    }

    /// A second descriptor of the same open file. Source: fcntl(2), `F_DUPFD_CLOEXEC`.
    public borrowing func duplicate() throws(Errno) -> OwnedDescriptor {
        let rawValue = rawValue
        return OwnedDescriptor(owning: try systemCall { Glibc.fcntl(rawValue, F_DUPFD_CLOEXEC, 3) })
    }

    /// What fstat(2) says of the open file.
    public borrowing func status() throws(Errno) -> FileStatus {
        var status = stat()
        let rawValue = rawValue
        try systemCall { fstat(rawValue, &status) }
        return FileStatus(status)
    }

    /// The magic number of the file system that holds the open file. Source: statfs(2).
    public borrowing func fileSystemMagic() throws(Errno) -> Int {
        var status = statfs()
        let rawValue = rawValue
        try systemCall { fstatfs(rawValue, &status) }
        return Int(status.f_type)
    }

    /// A path to the open file that works for mount(2) while this value lives.
    public var procPath: String { "/proc/self/fd/\(rawValue)" }
}
