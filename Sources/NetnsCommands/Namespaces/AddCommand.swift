// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns add`.
struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "STUB")
}
