// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// An advisory lock on an open file, held for as long as this value lives. Source: flock(2).
public struct FileLock: ~Copyable {
    private let file: OwnedDescriptor

    /// The locked file. A copy of it, in a program that was started with one too, holds the lock as well.
    public var descriptor: Int32 { file.rawValue }

    /// The longest wait for a lock. Whoever can read a directory can lock it, so that a wait without
    /// end could be forced on everybody; a holder that means well is done in milliseconds.
    public static let timeLimit: Duration = .seconds(10)

    /// Waits for the lock on the file or directory at `path`.
    ///
    /// - Throws: `EAGAIN` when somebody else holds it beyond the time limit.
    public init(exclusiveOn path: String, timeLimit: Duration = Self.timeLimit) throws(Errno) {
        try self.init(path, LOCK_EX, timeLimit)
    }

    /// Waits for a lock that other readers may hold as well.
    public init(sharedOn path: String, timeLimit: Duration = Self.timeLimit) throws(Errno) {
        try self.init(path, LOCK_SH, timeLimit)
    }

    private init(_ path: String, _ kind: Int32, _ timeLimit: Duration) throws(Errno) {
        let opened = try OwnedDescriptor(opening: path)
        let rawValue = opened.rawValue
        let deadline = ContinuousClock.now + timeLimit
        while true {
            do throws(Errno) { try systemCall { flock(rawValue, kind | LOCK_NB) } } catch {
                guard error == .wouldBlock, .now < deadline else { throw error }
                sleep(.microseconds(200))
                continue
            }
            break
        }
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
