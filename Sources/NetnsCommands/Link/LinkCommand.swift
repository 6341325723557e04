// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns link`.
struct LinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "link", abstract: "STUB")
}
