// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// Replaces the process by a shell that reads what a login shell reads: its own name begins with a dash.
///
/// - Returns: only on failure, why. Source: execv(3).
public func replaceProcess(withLoginShell path: String) -> Errno {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return withCStrings(["-" + name]) { arguments in
        execv(path, arguments)
        return Errno(rawValue: Glibc.errno)
    }
}

/// Takes every variable from the environment of the process. Source: clearenv(3).
public func clearEnvironment() { clearenv() }

/// Replaces the process by a program, looked for along `PATH`.
///
/// - Parameter words: the program and its arguments; at least one.
/// - Returns: only on failure, why. Source: execvp(3).
public func replaceProcess(with words: [String]) -> Errno {
    guard let program = words.first else { return .invalidArgument }
    return withCStrings(words) { arguments in
        execvp(program, arguments)
        return Errno(rawValue: Glibc.errno)
    }
}

/// How a child process ended.
public enum ProcessEnd: Equatable, Sendable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal.
    case killed(signal: Int32)

    /// The status that a shell gives it: 128 and the signal's number for a killed one.
    public var shellStatus: Int32 {
        switch self {
        case .exited(let status): status
        case .killed(let signal): 128 + signal
        }
    }
}

/// Starts a program from the calling thread, whose namespaces, credentials and signal mask it gets, and waits for it.
///
/// - Throws: the `Errno` of posix_spawnp(3), `ENOENT` for a program that is not found.
public func runProgram(_ words: [String]) throws(Errno) -> ProcessEnd {
    var child: pid_t = 0
    do throws(Errno) { child = try spawn(words) } catch {
        guard error == .execFormatError else { throw error }
        // A script without a first line that names its shell: execvp(3) gives it to sh, posix_spawnp(3) does not.
        child = try spawn(["/bin/sh", "-c", #"exec "$@""#, "sh"] + words)
    }
    return try waitForChild(child)
}

private func spawn(_ words: [String]) throws(Errno) -> pid_t {
    guard let program = words.first else { throw .invalidArgument }
    var child: pid_t = 0
    let refusal = withCStrings(words) { posix_spawnp(&child, program, nil, nil, $0, Glibc.environ) }
    guard refusal == 0 else { throw Errno(rawValue: refusal) }
    return child
}

/// A variable of the process's environment; nil when it is not set. Source: getenv(3).
public func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// Sets a variable for this process and the programs that it starts from here on.
///
/// The other variables stay the bytes that they are. No other thread may use the environment meanwhile.
/// Source: setenv(3).
public func setEnvironmentVariable(_ name: String, to value: String) { setenv(name, value, 1) }

/// The same for bytes, which may be no text; none of them is NUL.
public func setEnvironmentVariable(_ name: [UInt8], to value: [UInt8]) {
    (name + [0]).withUnsafeBytes { name in
        (value + [0]).withUnsafeBytes { value in
            let (name, value) = (name.assumingMemoryBound(to: CChar.self), value.assumingMemoryBound(to: CChar.self))
            // A nil base is impossible here: each array holds at least its terminator.
            guard let name = name.baseAddress, let value = value.baseAddress else { return }
            _ = setenv(name, value, 1)
        }
    }
}

/// Calls `body` with the words as a NULL-terminated array of C strings.
///
/// A `String` can't hold bytes that are no UTF-8. Where the words are the last ones of the process's own command
/// line they are taken from there, as they are.
func withCStrings<Result>(
    _ words: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let distance = Int(CommandLine.argc) - words.count
    var pointers: [UnsafeMutablePointer<CChar>?] = words.enumerated().map { position, word in
        guard distance + position >= 0, let original = CommandLine.unsafeArgv[distance + position],
            commandLineWord(original) == word
        else { return strdup(word) }
        return strdup(original)
    }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { buffer in
        // A nil base is impossible here: the array holds at least its terminator.
        guard let base = buffer.baseAddress else { preconditionFailure("an array without storage") }
        return body(base)
    }
}
