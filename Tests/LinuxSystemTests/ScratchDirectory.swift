// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// A directory of one test's own, which goes when the value does.
struct ScratchDirectory: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/netns-test-XXXXXX".utf8CString)
        path = try template.withUnsafeMutableBufferPointer { template in
            guard let base = template.baseAddress, mkdtemp(base) != nil else { throw Errno(rawValue: Glibc.errno) }
            return String(cString: base)
        }
    }

    deinit {
        for entry in (try? directoryEntries(path)) ?? [] { withPath(of: entry.bytes) { _ = unlink($0) } }
        rmdir(path)
    }

    /// Calls `body` with the path of the entry whose name is `name`, which need not be UTF-8.
    func withPath<Result>(of name: [UInt8], _ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
        let bytes = (Array(path.utf8) + [0x2f] + name + [0]).map { CChar(bitPattern: $0) }
        return try bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { preconditionFailure("the path is never empty") }
            return try body(base)
        }
    }

    /// Makes an empty file.
    func makeFile(_ name: [UInt8]) throws {
        try withPath(of: name) { path in
            let descriptor = try systemCall { open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600) }
            close(descriptor)
        }
    }
}
