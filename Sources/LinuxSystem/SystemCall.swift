// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// Runs a system call until it is no longer interrupted by a signal.
///
/// The call's -1 becomes the `Errno` it left. `errno` is read in the expression
/// after the call: anything between may overwrite it.
@discardableResult
public func systemCall<Result: FixedWidthInteger & SignedInteger>(
    _ call: () -> Result
) throws(Errno) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        let number = Glibc.errno
        if number != EINTR { throw Errno(rawValue: number) }
    }
}

extension Errno {
    /// The C name, for example `EEXIST`: what a reader searches manual pages for.
    public var name: String {
        guard let text = strerrorname_np(rawValue) else { return "errno \(rawValue)" }
        return String(cString: text)
    }

    /// The text of strerror(3) and the C name: `File exists (EEXIST)`.
    public var sentence: String { "\(description) (\(name))" }
}

/// The id of the calling thread, gettid(2).
public func currentThreadID() -> Int32 { gettid() }

/// Whether the process runs as root of its user namespace, geteuid(2).
public func isSuperuser() -> Bool { geteuid() == 0 }

/// The number of the calling process, getpid(2).
public func currentProcessID() -> Int32 { getpid() }
