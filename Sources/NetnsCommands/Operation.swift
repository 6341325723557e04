// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// A verb with all that a command line said of it, ready to run.
///
/// The parser's commands make these and run them. So does `directOperation`, without the parser.
protocol Operation {
    func run() throws

    /// Runs as the last that the program does, for which there may be a shorter way.
    func runLast() throws
}

extension Operation {
    func runLast() throws { try run() }
}

/// A command of the parser's that says what it would run.
protocol OperationCommand: ParsableCommand {
    func operation() throws -> any Operation
}

extension OperationCommand {
    func run() throws { try operation().runLast() }
}

/// An operation that can use the sockets of others.
protocol SharingOperation: Operation {
    /// The sockets of the batch; nil opens one for this operation alone.
    var sockets: SharedSockets? { get set }
    /// Whether names and numbers of links may be others afterwards.
    var changesLinks: Bool { get }
}

extension SharingOperation {
    var changesLinks: Bool { false }
}

/// An operation that lists, as a request says.
protocol ShowOperation: SharingOperation {
    var request: ShowRequest { get set }
}

extension ShowOperation {
    var sockets: SharedSockets? {
        get { request.sockets }
        set { request.sockets = newValue }
    }
}
