// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// Bytes that nobody can guess, fit for keys. Waits, early after the machine started, until the kernel has enough of
/// them. Source: getrandom(2).
///
/// - Throws: the `Errno` of getrandom(2).
public func randomBytes(_ count: Int) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
        filled += try systemCall {
            bytes.withUnsafeMutableBytes { getrandom($0.baseAddress?.advanced(by: filled), count - filled, 0) }
        }
    }
    return bytes
}
