// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// An advisory lock on an open file, held for as long as this value lives. Source: flock(2).
public struct FileLock: ~Copyable {
    private let file: OwnedDescriptor

    /// Waits for the lock on the file or directory at `path`.
    public init(exclusiveOn path: String) throws(Errno) {
        let opened = try OwnedDescriptor(opening: path)
        let rawValue = opened.rawValue
        try systemCall { flock(rawValue, LOCK_EX) }
        file = opened
    }

    /// Waits for a lock that other readers may hold as well.
    public init(sharedOn path: String) throws(Errno) {
        let opened = try OwnedDescriptor(opening: path)
        let rawValue = opened.rawValue
        try systemCall { flock(rawValue, LOCK_SH) }
        file = opened
    }
}

/// Whether somebody holds the lock on the file or directory at `path`. It is not kept from anybody.
///
/// Source: flock(2), `LOCK_NB`.
public func isLocked(_ path: String) throws(Errno) -> Bool {
    let file = try OwnedDescriptor(opening: path)
    let rawValue = file.rawValue
    do throws(Errno) { try systemCall { flock(rawValue, LOCK_EX | LOCK_NB) } } catch {
        if error == .wouldBlock { return true }
        throw error
    }
    return false
}
