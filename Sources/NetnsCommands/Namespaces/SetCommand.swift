// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns set`.
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "set", abstract: "STUB")
}
