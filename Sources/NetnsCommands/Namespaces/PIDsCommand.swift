// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns pids`.
struct PIDsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pids", abstract: "STUB")
}
