// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns address`.
struct AddressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "address", abstract: "STUB")
}
