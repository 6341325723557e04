// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns completions`.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a completion script for a shell.",
        discussion: """
            EXAMPLES
              netns completions bash > /etc/bash_completion.d/netns
              netns completions fish > ~/.config/fish/completions/netns.fish
            """)

    @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
    var shell: String

    func run() throws {
        guard let shell = CompletionShell(rawValue: shell) else {
            throw CommandFailure.usage("there are no completions for '\(escaped(shell))'", hint: "bash, zsh or fish")
        }
        try printOutput(Netns.completionScript(for: shell) + "\n")
    }
}
