// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns list`.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "STUB")
}
