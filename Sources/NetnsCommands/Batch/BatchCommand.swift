// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns batch`.
struct BatchCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Carry out many command lines in one process.",
        discussion: """
            Each line is one of netns, without the word 'netns'; a line of 'ip -batch' will do. It ends with \
            the first line that fails. With --keep-going it goes on, and changes that follow each other in \
            one namespace are sent together.

            EXAMPLES
              netns batch lab.netns
              printf 'add red\\nlink set lo mtu 1400 -n red\\n' | netns batch
            """)

    @Flag(help: "Go on behind a line that fails; the exit status is the highest.")
    var keepGoing = false

    @Option(
        name: [.customShort("n"), .customLong("namespace"), .customLong("netns")],
        help: ArgumentHelp("Work in this network namespace where a line names none.", valueName: "name"),
        completion: .namespaces)
    var namespace: String?

    @Argument(help: "The file with the lines; '-' is the standard input.", completion: .file())
    var file = "-"

    func operation() -> any Operation {
        BatchExecution(file: file, namespace: namespace, keepsGoing: keepGoing)
    }
}

/// Carries out the lines of a file.
struct BatchExecution: Operation {
    /// The file's name; `-` is the standard input.
    var file = "-"
    /// The namespace of lines that name none.
    var namespace: String?
    /// Whether a line that fails does not end it.
    var keepsGoing = false

    func run() throws {
        var batch = try Batch(file: file, keepsGoing: keepsGoing)
        batch.namespace = namespace
        throw ExitCode(try batch.run())
    }
}
