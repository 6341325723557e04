// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import SystemPackage

/// Runs one command line and says how it ended.
///
/// Every failure becomes one line on standard error here and nowhere else.
///
/// - Parameter arguments: the words behind the program's name.
/// - Returns: the exit status.
public func runNetns(_ arguments: [String]) -> Int32 {
    do {
        var command = try Netns.parseAsRoot(arguments)
        try command.run()
        return ExitStatus.done
    } catch let failure as CommandFailure {
        printError(failure.description)
        return failure.status
    } catch {
        return report(error)
    }
}

/// Says what a failure of the argument parser, or of a layer below, was.
private func report(_ error: any Error) -> Int32 {
    let status = Netns.exitCode(for: error)
    if status == .success {
        // Help, version and completion scripts arrive as errors of the parser.
        try? printOutput(Netns.fullMessage(for: error) + "\n")
        return ExitStatus.done
    }
    if error is ExitCode { return status.rawValue }
    if status == .validationFailure {
        let message = Netns.message(for: error).split(separator: "\n").first.map(String.init) ?? "\(error)"
        printError("\(message); see 'netns --help'")
        return ExitStatus.usage
    }
    printError("\(error)")
    return ExitStatus.refused
}
