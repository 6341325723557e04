// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import SystemPackage

/// Runs the process's command line and says how it ended.
///
/// Every failure becomes one line on standard error here and nowhere else.
///
/// - Returns: the exit status.
public func runNetns() -> Int32 {
    let arguments = commandLineWords()
    if arguments.first == ProgramSupervisor.startWord {
        return ProgramSupervisor.startMain(Array(arguments.dropFirst()))
    }
    if arguments.first == ProgramSupervisor.word { return ProgramSupervisor.main(Array(arguments.dropFirst())) }
    if arguments.first == LabHolder.word { return LabHolder.main(Array(arguments.dropFirst())) }
    if let caller = WorldCaller(rawValue: commandLineProgram()), caller != .verb {
        return runWorldProgram(caller, arguments)
    }
    shareOneArena()
    var words: [String] = []
    do {
        if arguments.first == completionLineWord {
            try printOutput(completionLine(Array(arguments.dropFirst())).map { escaped($0) + "\n" }.joined())
            return ExitStatus.done
        }
        words = try normalized(arguments)
        try operation(for: words).runLast()
        return ExitStatus.done
    } catch Errno.brokenPipe {
        // Whoever read the output has read enough.
        return ExitStatus.done
    } catch {
        return report(error, of: verbWords(words))
    }
}

/// What the words ask for, in the parser's order.
func operation(for arguments: [String]) throws -> any Operation {
    if let operation = try directOperation(arguments) { return operation }
    let command = try Netns.parseAsRoot(arguments)
    return try (command as? any OperationCommand)?.operation() ?? ParsedCommand(command: command)
}

/// A command of the parser's, which runs as it is.
private struct ParsedCommand: Operation {
    var command: any ParsableCommand

    func run() throws {
        var command = command
        try command.run()
    }
}

/// The verb as complaints call it: `add`, `link add`; nil when there is none.
func verbWords(_ arguments: [String]) -> String? {
    guard let verb = arguments.first, !verb.hasPrefix("-") else { return nil }
    guard hasSubverbs(verb), arguments.count > 1, !arguments[1].hasPrefix("-") else { return verb }
    return "\(verb) \(arguments[1])"
}

/// Says what a failure of the argument parser, or of a layer below, was.
///
/// - Parameter place: stands in front of it: `FILE:LINE: `.
/// - Returns: the exit status.
func report(_ error: any Error, of verb: String? = nil, at place: String = "") -> Int32 {
    switch error {
    case is CommandFailure, is NamespaceError, is NetlinkError, is KernelError, is Errno:
        let failure = CommandFailure(reporting: error)
        printError(place + failure.description)
        return failure.status
    default: break
    }
    if let end = error as? ExitCode { return end.rawValue }
    let status = Netns.exitCode(for: error)
    if status == .success {
        // Help, version and completion scripts arrive as errors of the parser.
        do { try printOutput(Netns.fullMessage(for: error) + "\n") } catch Errno.brokenPipe {
            return ExitStatus.done
        } catch { return report(error, of: verb, at: place) }
        return ExitStatus.done
    }
    if status == .validationFailure {
        let message = oneLine(Netns.message(for: error))
        let failure = complaint(escaped(message), of: verb)
        printError(place + failure.description)
        return failure.status
    }
    printError(place + CommandFailure(reporting: error).description)
    return ExitStatus.refused
}

/// The first line of what the parser says, and the values of which it lists one a line.
private func oneLine(_ message: String) -> String {
    let lines = message.split(separator: "\n")
    guard let first = lines.first, first.hasSuffix(":") else { return lines.first.map(String.init) ?? message }
    let values = lines.dropFirst().prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
    return values.isEmpty ? String(first) : "\(first) \(values.joined(separator: ", "))"
}

/// The parser's complaint, which is a sentence, in the form of all others.
private func complaint(_ message: String, of verb: String?) -> CommandFailure {
    var words = message[...]
    var hint = "see '\((["netns", verb].compactMap(\.self) + ["--help"]).joined(separator: " "))'"
    let question = "Did you mean '"
    if let start = words.indices.first(where: { words[$0...].hasPrefix(question) }) {
        hint = "did" + words[start...].dropFirst(3)
        words = words[..<start].dropLast()
    }
    if words.last == "." { words = words.dropLast() }
    let place = verb.map { "\($0): " } ?? ""
    return .usage(place + words.prefix(1).lowercased() + words.dropFirst(), hint: hint)
}
