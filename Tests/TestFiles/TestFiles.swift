// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// A directory of a test's own, removed with everything in it at the end.
package final class TemporaryDirectory {
    /// Where it is.
    package let path: String

    /// Makes it.
    package init() throws {
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

/// Makes a file with a text.
package func makeFile(_ path: String, _ text: String) throws {
    let file = try OwnedDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
    try writeAll(Array(text.utf8), to: file.rawValue)
}

/// Makes a file with a text, and the directories that lead to it.
package func makeFile(_ path: String, in directory: TemporaryDirectory, _ text: String) throws {
    var place = directory.path
    for component in path.split(separator: "/").dropLast() {
        place += "/\(component)"
        try makeDirectory(place)
    }
    try makeFile("\(directory.path)/\(path)", text)
}
