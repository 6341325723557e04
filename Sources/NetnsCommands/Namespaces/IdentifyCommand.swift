// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns identify`.
struct IdentifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "identify", abstract: "STUB")
}
