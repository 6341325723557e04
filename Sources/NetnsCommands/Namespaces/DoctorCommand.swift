// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "doctor", abstract: "STUB")
}
