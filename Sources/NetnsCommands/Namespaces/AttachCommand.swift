// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns attach`.
struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "attach", abstract: "STUB")
}
