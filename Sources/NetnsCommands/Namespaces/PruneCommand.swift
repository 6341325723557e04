// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns prune`.
struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "prune", abstract: "STUB")
}
