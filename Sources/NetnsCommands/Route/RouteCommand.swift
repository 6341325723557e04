// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns route`.
struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "route", abstract: "STUB")
}
