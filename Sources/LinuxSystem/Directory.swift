// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// The names in a directory, without `.` and `..`, in the order of readdir(3).
///
/// Names are bytes to the kernel; one that is not UTF-8 is given back with its
/// bytes kept, so that it can be shown and opened all the same.
///
/// - Throws: the `Errno` of opendir(3) or readdir(3).
public func directoryEntries(_ path: some SystemPath) throws(Errno) -> [DirectoryEntry] {
    guard let stream = path.withSystemPath({ opendir($0) }) else { throw Errno(rawValue: Glibc.errno) }
    defer { closedir(stream) }
    var entries: [DirectoryEntry] = []
    while true {
        Glibc.errno = 0
        guard let entry = readdir(stream) else {
            let number = Glibc.errno
            guard number == 0 else { throw Errno(rawValue: number) }
            return entries
        }
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            Array(bytes.prefix { $0 != 0 })
        }
        if name == [0x2e] || name == [0x2e, 0x2e] { continue }
        entries.append(DirectoryEntry(bytes: name, type: entry.pointee.d_type, inode: UInt64(entry.pointee.d_ino)))
    }
}

/// One entry of a directory.
public struct DirectoryEntry: Sendable {
    /// The name as the kernel keeps it.
    public let bytes: [UInt8]
    /// The `DT_…` type of readdir(3); `DT_UNKNOWN` where the file system does not tell.
    public let type: UInt8
    /// The inode of the entry itself, not of what is mounted on it.
    public let inode: UInt64

    /// The name as text; bytes that are no UTF-8 are written `\xff`.
    public var name: String { String(escaping: bytes) }
    /// Whether the entry itself is a symbolic link.
    public var isSymbolicLink: Bool { type == UInt8(DT_LNK) }
    /// Whether the entry is a directory.
    public var isDirectory: Bool { type == UInt8(DT_DIR) }
}
