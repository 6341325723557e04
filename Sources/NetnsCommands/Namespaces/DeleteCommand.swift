// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns delete`.
struct DeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "STUB")
}
