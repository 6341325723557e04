// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// Replaces the process by a program, looked for along `PATH` of `environment`.
///
/// - Parameters:
///   - words: the program and its arguments; at least one.
///   - environment: `KEY=VALUE` texts.
/// - Returns: only on failure, why. Source: execvpe(3).
public func replaceProcess(with words: [String], environment: [String]) -> Errno {
    guard let program = words.first else { return .invalidArgument }
    return withCStrings(words) { arguments in
        withCStrings(environment) { variables in
            // execvpe() searches the PATH of the caller, not that of the new environment.
            if let path = environment.last(where: { $0.hasPrefix("PATH=") }) {
                setenv("PATH", String(path.dropFirst(5)), 1)
            }
            execvpe(program, arguments, variables)
            return Errno(rawValue: Glibc.errno)
        }
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

/// Starts a program from the calling thread, whose namespaces and credentials it gets, and waits for it.
///
/// - Throws: the `Errno` of posix_spawnp(3), `ENOENT` for a program that is not found.
public func runProgram(_ words: [String], environment: [String]) throws(Errno) -> ProcessEnd {
    guard let program = words.first else { throw .invalidArgument }
    var child: pid_t = 0
    let refusal = withCStrings(words) { arguments in
        withCStrings(environment) { variables in posix_spawnp(&child, program, nil, nil, arguments, variables) }
    }
    guard refusal == 0 else { throw Errno(rawValue: refusal) }
    var status: Int32 = 0
    try systemCall { waitpid(child, &status, 0) }
    return clinux_exited(status) != 0
        ? .exited(clinux_exit_status(status)) : .killed(signal: clinux_termination_signal(status))
}

/// The process's environment as `KEY=VALUE` texts.
public func processEnvironment() -> [String] {
    var variables: [String] = []
    var next = Glibc.environ
    while let text = next.pointee {
        variables.append(String(cString: text))
        next += 1
    }
    return variables
}

/// Calls `body` with a NULL-terminated array of C strings.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { buffer in
        // A nil base is impossible here: the array holds at least its terminator.
        guard let base = buffer.baseAddress else { preconditionFailure("an array without storage") }
        return body(base)
    }
}
