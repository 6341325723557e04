// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// How a command ended, and what it wrote.
struct CommandResult: Equatable {
    /// The exit status; 128 and the number for a signal.
    var status: Int32
    /// Standard output.
    var output: String
    /// Standard error.
    var errors: String

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// Why a test could not run a command at all.
struct SandboxFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// A command under way. Its output goes to files, so that no reader is needed while it runs,
/// and what it leaves running in the background holds nobody up.
final class ChildProcess {
    let processID: Int32
    private let output: OwnedDescriptor
    private let errors: OwnedDescriptor
    private var status: Int32?

    /// Starts a program that is found as the shell finds it.
    ///
    /// - Parameters:
    ///   - input: the descriptor that becomes standard input; nil is /dev/null.
    ///   - environment: what is set beside the test's own environment.
    init(_ words: [String], input: Int32? = nil, environment: [String: String] = [:]) throws {
        output = try Self.scratchFile()
        errors = try Self.scratchFile()
        let nothing = try OwnedDescriptor(opening: "/dev/null")

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input ?? nothing.rawValue, 0)
        posix_spawn_file_actions_adddup2(&actions, output.rawValue, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.rawValue, 2)

        // The test library may have blocked signals, and a shell would hand that on.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var variables = currentEnvironment()
        for (name, value) in environment { variables[name] = value }
        let arguments = words.map { strdup($0) } + [nil]
        let settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + settings).forEach { free($0) } }
        guard let program = words.first else { throw SandboxFailure("no program to start") }
        var processID: pid_t = 0
        let refusal = posix_spawnp(&processID, program, &actions, &attributes, arguments, settings)
        guard refusal == 0 else {
            throw SandboxFailure("cannot start '\(program)': \(Errno(rawValue: refusal).sentence)")
        }
        self.processID = processID
    }

    deinit {
        guard status == nil else { return }
        kill(processID, SIGKILL)
        var status: Int32 = 0
        _ = try? systemCall { waitpid(processID, &status, 0) }
    }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(processID, number) }

    /// Waits for the end.
    ///
    /// - Parameter timeout: on a processor that is none, as much longer as `patience` says.
    /// - Throws: when it has not ended after `timeout`; it is killed then.
    func wait(timeout: Duration = .seconds(60)) throws -> CommandResult {
        let timeout = timeout * patience
        if status == nil {
            let watch = OwnedDescriptor(owning: try systemCall { clinux_pidfd_open(processID, 0) })
            guard try !waitReadable([watch.rawValue], timeout: timeout).isEmpty else {
                throw SandboxFailure(
                    "a command ran longer than \(timeout); output: \(try currentOutput()), errors: \(try currentErrors())"
                )
            }
            var raw: Int32 = 0
            try systemCall { waitpid(processID, &raw, 0) }
            status = clinux_exited(raw) != 0 ? clinux_exit_status(raw) : 128 + clinux_termination_signal(raw)
        }
        return CommandResult(status: status ?? -1, output: try currentOutput(), errors: try currentErrors())
    }

    /// What it has written so far.
    func currentOutput() throws -> String { try Self.text(of: output) }
    func currentErrors() throws -> String { try Self.text(of: errors) }

    /// Waits until the output so far is what `condition` looks for; false when the time ran out.
    func waitForOutput(timeout: Duration = .seconds(10), _ condition: (String) -> Bool) throws -> Bool {
        let deadline = ContinuousClock.now + timeout * patience
        while try !condition(currentOutput()) {
            guard ContinuousClock.now < deadline else { return false }
            usleep(2_000)
        }
        return true
    }

    private static func scratchFile() throws -> OwnedDescriptor {
        let directory = currentEnvironment()["TMPDIR"] ?? "/tmp"
        let path = "\(directory)/netns-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let file = try OwnedDescriptor(opening: path, flags: O_RDWR | O_CREAT | O_EXCL | O_APPEND, mode: 0o600)
        unlink(path)
        return file
    }

    private static func text(of file: borrowing OwnedDescriptor) throws -> String {
        let descriptor = file.rawValue
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let offset = bytes.count
            let count = try systemCall { pread(descriptor, &chunk, chunk.count, offset) }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}

/// The environment of this process.
func currentEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    // The C library's array is reached through /proc: `environ` is a global that Swift can't share safely.
    guard let bytes = try? readFile("/proc/self/environ") else { return variables }
    for entry in bytes.split(separator: 0) {
        guard let sign = entry.firstIndex(of: 0x3d) else { continue }
        variables[String(decoding: entry[..<sign], as: UTF8.self)] =
            String(decoding: entry[entry.index(after: sign)...], as: UTF8.self)
    }
    return variables
}

/// Whether a program is there.
func isInstalled(_ program: String) -> Bool {
    (try? ChildProcess(["sh", "-c", "command -v \(program)"]).wait().status) == 0
}
