// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns disconnect`.
struct DisconnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "disconnect", abstract: "STUB")
}
