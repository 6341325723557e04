// SPDX-License-Identifier: Apache-2.0

import Glibc
import LinuxSystem
import SystemPackage

/// A mount and a network namespace of a test's own, in which it may do what it likes.
///
/// `/run` is an empty tmpfs and the network holds nothing but lo (down), so that neither the
/// names nor the devices of the machine are in sight. One process keeps the namespaces; it ends
/// when its standard input does, so nothing outlives the test, however that ends. Without root
/// it is a user namespace as well.
///
///     let box = try Sandbox()
///     let result = try box.run(["netns", "link", "show"])
///     #expect(result.status == 0)
///     try box.shell("ip link add v0 type veth peer name v1")
final class Sandbox {
    /// The built command.
    static let command = commandPath()

    /// The process that keeps the namespaces alive.
    let keeper: Int32
    private let process: ChildProcess
    private let inputEnd: OwnedDescriptor

    /// Makes the namespaces.
    init() throws {
        var ends: [Int32] = [0, 0]
        // Not a pipe: only socketpair(2) can be asked at once for ends that no other child inherits.
        try systemCall { socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) }
        let input = OwnedDescriptor(owning: ends[0])
        inputEnd = OwnedDescriptor(owning: ends[1])
        process = try ChildProcess(
            ["unshare", Self.namespaceOptions, "sh", "-c", "mount -t tmpfs none /run && echo ready && exec cat"],
            input: input.rawValue)
        guard try process.waitForOutput({ $0.contains("ready") }) else {
            throw SandboxFailure("cannot make namespaces for a test: \(try process.currentErrors())")
        }
        keeper = process.processID
    }

    /// Whether namespaces can be made here at all: `.enabled(if: Sandbox.isAvailable)`.
    static let isAvailable: Bool =
        (try? ChildProcess(["unshare", namespaceOptions, "true"]).wait().status) == 0

    private static var namespaceOptions: String { geteuid() == 0 ? "-mn" : "-Urmn" }

    private var entryWords: [String] {
        var words = ["nsenter", "--target", "\(keeper)", "--mount", "--net"]
        if geteuid() != 0 { words += ["--user", "--preserve-credentials"] }
        return words + ["--"]
    }

    // MARK: Commands

    /// Starts a command inside. The first word `netns` is the command that was built.
    func start(_ words: [String], input: Int32? = nil, environment: [String: String] = [:]) throws -> ChildProcess {
        var words = words
        if words.first == "netns" { words[0] = Self.command }
        var environment = environment
        if environment["PATH"] == nil {
            let path = currentEnvironment()["PATH"] ?? "/usr/bin:/bin"
            environment["PATH"] = "\(Self.command.dropLast("/netns".count)):\(path):/usr/sbin:/sbin"
        }
        return try ChildProcess(entryWords + words, input: input, environment: environment)
    }

    /// Runs a command inside to its end. The first word `netns` is the command that was built.
    func run(
        _ words: [String], environment: [String: String] = [:], timeout: Duration = .seconds(60)
    ) throws -> CommandResult {
        try start(words, environment: environment).wait(timeout: timeout)
    }

    /// Runs a command line of `netns`, split at blanks: `box.netns("link show v0")`.
    func netns(_ line: String) throws -> CommandResult {
        try run(["netns"] + line.split(separator: " ").map(String.init))
    }

    /// Runs a shell script inside, in which `netns` is the command that was built. It stops at the first failure.
    ///
    /// - Throws: when the script fails, unless `mayFail`.
    @discardableResult
    func shell(_ script: String, mayFail: Bool = false, timeout: Duration = .seconds(60)) throws -> CommandResult {
        let result = try run(["sh", "-e", "-c", script], timeout: timeout)
        guard mayFail || result.status == 0 else {
            throw SandboxFailure("'\(script)' ended with \(result.status): \(result.errors)\(result.output)")
        }
        return result
    }

    // MARK: Comparison

    /// Everything that a command which fails must leave as it was: names, mounts, links with their
    /// addresses, and routes, in this namespace and in every named one.
    func snapshot() throws -> String {
        try shell(
            """
            echo "names:"; ls -la /run/netns 2>/dev/null | tail -n +2 || true
            echo "mounts:"; cut -d' ' -f3- /proc/self/mountinfo
            look() { ip -j -d link show; ip -j -d addr show; ip -j -d route show table all; ip -6 -j -d route show table all; }
            echo "here:"; look
            for name in $(ls /run/netns 2>/dev/null); do
                echo "$name:"
                nsenter --net="/run/netns/$name" sh -c 'ip -j -d link show; ip -j -d addr show' 2>&1 || true
            done
            """
        ).output
    }
}

/// The command beside the test bundle, or the one that NETNS_COMMAND names.
private func commandPath() -> String {
    if let path = currentEnvironment()["NETNS_COMMAND"] { return path }
    let bundle = (try? readSymbolicLink("/proc/self/exe")) ?? ""
    guard let slash = bundle.lastIndex(of: "/") else { return "netns" }
    return String(bundle[..<slash]) + "/netns"
}
