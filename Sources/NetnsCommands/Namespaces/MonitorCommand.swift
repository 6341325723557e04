// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns monitor`.
struct MonitorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "monitor", abstract: "STUB")
}
