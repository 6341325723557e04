// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns exec`.
struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "exec", abstract: "STUB")
}
