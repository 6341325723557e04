// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem

/// `netns lab exec`.
struct LabExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a program in a node, or in all.",
        usage: "netns lab exec [--all] <lab> [<node>] [--] <command> ...",
        discussion: """
            The program is run as by 'netns exec', with its exit statuses; with '--all' it is run in one node after \
            the other, and the highest status is returned.

            EXAMPLES
              netns lab exec triangle h1 -- ping -c1 h2
              netns lab exec --all triangle -- ip route
            """)

    @OptionGroup var arguments: LabArguments

    @Flag(help: "Run the program in every node; no node is named then.")
    var all = false

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The node, then the program and its arguments.", valueName: "node"))
    var words: [String] = []

    func run() throws {
        var rest = words[...]
        if all {
            if rest.first == "--" { rest = rest.dropFirst() }
            guard !rest.isEmpty else { throw CommandFailure.usage("no program to run is named") }
            guard let lab = try arguments.document().lab else { return }
            var worst = ExitStatus.done
            for node in lab.nodes where node.settings.attachment == nil {
                try printOutput("\n\(node.name):\n")
                let end = runInNode(lab.namespaceName(of: node.name), Array(rest))
                worst = max(worst, end?.shellStatus ?? ExitStatus.notStarted)
            }
            throw ExitCode(worst)
        }
        guard let node = rest.popFirst(), node != "--" else {
            throw CommandFailure.usage("no node is named", hint: "'netns lab exec LAB NODE COMMAND'")
        }
        if rest.first == "--" { rest = rest.dropFirst() }
        try arguments.enter(node, Array(rest))
    }
}

/// `netns lab shell`.
struct LabShellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "Open a shell in a node.",
        discussion: """
            EXAMPLES
              netns lab shell triangle h1
            """)

    @OptionGroup var arguments: LabArguments

    @Argument(help: "The node.")
    var node: String

    func run() throws { try arguments.enter(node, []) }
}

extension LabArguments {
    /// Turns this process into a program in a node.
    fileprivate func enter(_ node: String, _ words: [String]) throws {
        let document = try document()
        guard let lab = document.lab else { return }
        guard let found = lab.node(named: node) else {
            if node == Lab.switchNode, !lab.segments.isEmpty {
                return try execution(lab.namespaceName(of: node), words).runLast()
            }
            let names = lab.nodes.map(\.name)
            throw CommandFailure(
                "there is no node '\(escaped(node))' in '\(lab.name)'",
                hint: suggestion(for: node, among: names), status: ExitStatus.notStarted)
        }
        guard found.settings.attachment == nil else {
            throw CommandFailure(
                "'\(node)' is attached: its namespace has no name", hint: "enter it with the tool that made it",
                status: ExitStatus.notStarted)
        }
        try execution(lab.namespaceName(of: node), words).runLast()
    }

    private func execution(_ namespace: String, _ words: [String]) -> NamespaceExecution {
        var execution = NamespaceExecution()
        (execution.name, execution.words) = (namespace, words)
        return execution
    }
}
