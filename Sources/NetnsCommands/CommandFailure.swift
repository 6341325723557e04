// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// What the exit statuses mean.
enum ExitStatus {
    static let done: Int32 = 0
    /// The kernel or the system said no.
    static let refused: Int32 = 1
    /// The command line is wrong.
    static let usage: Int32 = 2
    /// `exec`: netns itself failed before the program started.
    static let notStarted: Int32 = 125
    /// `exec`: the program was found and could not be run.
    static let notExecutable: Int32 = 126
    /// `exec`: there is no such program.
    static let notFound: Int32 = 127
}

/// A failure in the words that the user sees: one line.
struct CommandFailure: Error, CustomStringConvertible {
    /// What failed and why.
    var message: String
    /// What to do, only where the cause is certain.
    var hint: String?
    /// The exit status.
    var status: Int32
    /// The system's error number, where the failure has one.
    var errno: Errno?

    /// The system refused.
    init(_ message: String, hint: String? = nil, status: Int32 = ExitStatus.refused) {
        self.message = message
        self.hint = hint
        self.status = status
    }

    /// The command line is wrong.
    static func usage(_ message: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(message, hint: hint, status: ExitStatus.usage)
    }

    var description: String { hint.map { "\(message); hint: \($0)" } ?? message }
}
