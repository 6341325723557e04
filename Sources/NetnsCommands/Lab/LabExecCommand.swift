// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology

/// `netns lab exec`.
struct LabExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a program in a node.",
        usage: "netns lab exec <lab> <node> [--] <command> ...",
        discussion: """
            The program is run as by 'netns exec', with its exit statuses.

            EXAMPLES
              netns lab exec triangle h1 -- ping -c1 h2
            """)

    @OptionGroup var arguments: LabArguments

    @Argument(help: "The node.")
    var node: String

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The program and its arguments.", valueName: "command"))
    var words: [String] = []

    func run() throws {
        let document = try arguments.document()
        guard let lab = document.lab else { return }
        guard lab.node(named: node) != nil || node == Lab.switchNode else {
            throw CommandFailure(
                "there is no node '\(escaped(node))' in '\(lab.name)'", status: ExitStatus.notStarted)
        }
        var execution = NamespaceExecution()
        execution.name = lab.namespaceName(of: node)
        execution.words = words.first == "--" ? Array(words.dropFirst()) : words
        try execution.runLast()
    }
}
