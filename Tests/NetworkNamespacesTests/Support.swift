// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// A directory of a test's own, removed with everything in it at the end.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = "/tmp/netns-unit-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try systemCall { mkdir(path, 0o700) }
    }

    deinit { Self.removeAll(path) }

    private static func removeAll(_ path: String) {
        for entry in (try? directoryEntries(path)) ?? [] {
            entry.isDirectory ? removeAll("\(path)/\(entry.name)") : (try? removeFile("\(path)/\(entry.name)")) ?? ()
        }
        rmdir(path)
    }
}

func makeLink(_ path: String, to target: String = "/proc/self/ns/net") throws {
    try systemCall { symlink(target, path) }
}

func makeFile(_ path: String, _ text: String) throws {
    let file = try OwnedDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
    try writeAll(Array(text.utf8), to: file.rawValue)
}
