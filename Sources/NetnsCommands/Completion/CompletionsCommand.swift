// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns completions`.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a completion script for a shell.",
        discussion: """
            Verbs, options, words, and the names of namespaces, devices and programs are completed; \
            devices are those of the namespace that -n names, which takes root.

            EXAMPLES
              eval "$(netns completions bash)"
              netns completions bash > /etc/bash_completion.d/netns
              netns completions zsh > /usr/local/share/zsh/site-functions/_netns
              netns completions fish > ~/.config/fish/completions/netns.fish
            """)

    @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
    var shell: String

    func run() throws {
        guard let shell = CompletionShell(rawValue: shell) else {
            throw CommandFailure.usage(
                "there are no completions for '\(escaped(shell))'", hint: "the shells are bash, zsh and fish")
        }
        try printOutput(fullCompletionScript(for: shell))
    }
}
