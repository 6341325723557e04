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
    public init(opening path: String, flags: Int32 = 0, mode: UInt32 = 0) throws(Errno) {
        self.init(owning: try systemCall { Glibc.open(path, flags | O_CLOEXEC, mode) })
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

/// What stat(2) tells of a file, as far as this project asks.
public struct FileStatus: Sendable, Equatable {
    /// The file's identity: the device that holds it, and its number there.
    public var device: UInt64, inode: UInt64
    /// `S_IF…` type and permission bits.
    public var mode: UInt32
    /// The owning user.
    public var owner: UInt32

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        mode = status.st_mode
        owner = status.st_uid
    }

    /// Whether the file is a regular one.
    public var isRegularFile: Bool { mode & UInt32(Glibc.S_IFMT) == UInt32(Glibc.S_IFREG) }
    /// Whether the file is a symbolic link.
    public var isSymbolicLink: Bool { mode & UInt32(Glibc.S_IFMT) == UInt32(Glibc.S_IFLNK) }
    /// Whether the file is a directory.
    public var isDirectory: Bool { mode & UInt32(Glibc.S_IFMT) == UInt32(Glibc.S_IFDIR) }

    /// Asks about `path`. Source: stat(2), or lstat(2) when links are not followed.
    public init(of path: String, followingLinks: Bool = true) throws(Errno) {
        var status = stat()
        try systemCall { followingLinks ? stat(path, &status) : lstat(path, &status) }
        self.init(status)
    }
}
