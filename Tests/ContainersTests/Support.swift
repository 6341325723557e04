// SPDX-License-Identifier: Apache-2.0

import Glibc
import LinuxSystem
import SystemPackage

/// Whether a program of util-linux runs to its end without complaint.
func succeeds(_ words: [String]) -> Bool {
    guard let child = try? spawnProgram("/usr/bin/\(words[0])", words, newSession: false) else { return false }
    return (try? waitForChild(child)) == .exited(0)
}

/// A program of util-linux that is ended with the value.
struct StartedProgram: ~Copyable {
    let processID: Int32

    init(_ words: [String]) throws {
        processID = try spawnProgram("/usr/bin/\(words[0])", words, newSession: false)
    }

    deinit {
        kill(processID, SIGKILL)
        _ = try? waitForChild(processID)
    }

    /// The process that it has started.
    func child() throws -> Int32 {
        for _ in 0..<2_000 {
            let list = try readFile("/proc/\(processID)/task/\(processID)/children")
            if let child = Int32(String(decoding: list.prefix { $0 > 0x20 }, as: UTF8.self)) { return child }
            sleep(.milliseconds(5))
        }
        throw Errno.timedOut
    }
}
