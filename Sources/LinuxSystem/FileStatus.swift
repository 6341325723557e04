// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// What stat(2) tells of a file, as far as this project asks.
public struct FileStatus: Sendable, Equatable {
    /// The file's identity: the device that holds it, and its number there.
    public var device: UInt64, inode: UInt64
    /// `S_IF…` type and permission bits.
    public var mode: UInt32
    /// The owning user.
    public var owner: UInt32
    /// The size in bytes.
    public var size: Int64
    /// When the inode last changed, in seconds since the epoch.
    public var changeTime: Double

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        mode = status.st_mode
        owner = status.st_uid
        size = Int64(status.st_size)
        changeTime = Double(status.st_ctim.tv_sec) + Double(status.st_ctim.tv_nsec) / 1e9
    }

    /// Whether the file is a regular one.
    public var isRegularFile: Bool { mode & UInt32(Glibc.S_IFMT) == UInt32(Glibc.S_IFREG) }
    /// Whether the file is a symbolic link.
    public var isSymbolicLink: Bool { mode & UInt32(Glibc.S_IFMT) == UInt32(Glibc.S_IFLNK) }
    /// Whether the file is a directory.
    public var isDirectory: Bool { mode & UInt32(Glibc.S_IFMT) == UInt32(Glibc.S_IFDIR) }

    /// Seconds since the inode last changed, by the clock that stamped it.
    public var age: Double {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9 - changeTime
    }

    /// Asks about `path`. Source: stat(2), or lstat(2) when links are not followed.
    public init(of path: some SystemPath, followingLinks: Bool = true) throws(Errno) {
        var status = stat()
        try systemCall { path.withSystemPath { followingLinks ? stat($0, &status) : lstat($0, &status) } }
        self.init(status)
    }

    /// Asks about a borrowed descriptor. Source: fstat(2).
    public init(ofDescriptor descriptor: Int32) throws(Errno) {
        var status = stat()
        try systemCall { fstat(descriptor, &status) }
        self.init(status)
    }
}

extension FileStatus {
    /// The device in its two parts. Source: makedev(3).
    public var deviceNumbers: (major: UInt64, minor: UInt64) {
        ((device >> 8) & 0xfff | (device >> 32) & ~0xfff, device & 0xff | (device >> 12) & ~0xff)
    }
}
