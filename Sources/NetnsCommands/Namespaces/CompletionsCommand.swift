// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns completions`.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "completions", abstract: "STUB")
}
