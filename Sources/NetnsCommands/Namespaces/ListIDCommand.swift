// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns list-id`.
struct ListIDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list-id", abstract: "STUB")
}
