// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import NetworkNamespaces
import SystemPackage

/// A directory of a test's own, removed with everything in it at the end.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = "/tmp/netns-unit-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try systemCall { mkdir(path, 0o700) }
    }

    deinit { Self.removeAll(FilePath(path)) }

    private static func removeAll(_ path: FilePath) {
        for entry in (try? directoryEntries(path)) ?? [] {
            let file = path.appending(name: entry.bytes)
            entry.isDirectory ? removeAll(file) : (try? removeFile(file)) ?? ()
        }
        path.withSystemPath { _ = rmdir($0) }
    }
}

extension NamespaceName: ExpressibleByStringLiteral {
    /// A name that a test knows to be one.
    package init(stringLiteral text: String) {
        guard let name = NamespaceName(bytes: Array(text.utf8)) else { preconditionFailure("\(text) is no name") }
        self = name
    }
}

func makeLink(_ path: some SystemPath, to target: String = "/proc/self/ns/net") throws {
    try systemCall { path.withSystemPath { symlink(target, $0) } }
}

func makeFile(_ path: String, _ text: String) throws {
    let file = try OwnedDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
    try writeAll(Array(text.utf8), to: file.rawValue)
}
