// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns connect`.
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "connect", abstract: "STUB")
}
