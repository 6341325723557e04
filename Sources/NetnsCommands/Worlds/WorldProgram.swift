// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// By which name `enter` or `unshare` was called, which settles statuses and some meanings.
enum WorldCaller: String {
    /// `netns enter`, `netns unshare`.
    case verb
    /// A symbolic link of the name: as util-linux has it.
    case nsenter, unshare

    /// The status when nothing was run.
    var refusalStatus: Int32 { self == .verb ? ExitStatus.notStarted : ExitStatus.refused }
    /// What stands in front of a complaint.
    var program: String { self == .verb ? "netns" : rawValue }
}

/// What takes the process into namespaces and turns it into a program there.
protocol WorldOperation: Operation {
    var caller: WorldCaller { get }
    /// The program and its arguments; none is the user's shell.
    var words: [String] { get }

    /// Takes the process there.
    ///
    /// - Returns: nil where the program is to be run; how a child ended in which it was.
    func arrive() throws(WorldError) -> ProcessEnd?
}

extension WorldOperation {
    func run() throws {
        // What runs beside others can't move into a namespace for good.
        throw CommandFailure.usage("'enter' and 'unshare' are not for a batch", hint: "'exec' is")
    }

    func runLast() throws {
        let end: ProcessEnd?
        do throws(WorldError) { end = try arrive() } catch {
            if let status = error.toldStatus { throw ExitCode(status == 0 ? caller.refusalStatus : status) }
            throw failure(error)
        }
        if let end { throw ExitCode(endAsOther(end)) }
        throw runProgram()
    }

    func failure(_ error: WorldError) -> CommandFailure {
        CommandFailure(error.description, hint: error.hint, status: caller.refusalStatus)
    }

    /// Tells a failure in a process that has no other way to.
    func report(_ error: WorldError) -> Int32 {
        if let status = error.toldStatus { return status }
        let failure = failure(error)
        printError(failure.description, of: caller.program)
        return failure.status
    }

    /// Becomes the program; returns only on failure.
    func runProgram() -> CommandFailure {
        let reason: Errno
        var name = words.first ?? ""
        if words.isEmpty {
            name = environmentVariable("SHELL").flatMap { $0.isEmpty ? nil : $0 } ?? "/bin/sh"
            reason = replaceProcess(withLoginShell: name)
        } else {
            reason = replaceProcess(with: words)
        }
        return CommandFailure(
            "cannot run '\(escaped(name))': \(reason.sentence)",
            status: reason == .noSuchFileOrDirectory ? ExitStatus.notFound : ExitStatus.notExecutable)
    }
}

/// Runs the line of a program that was called by a name of util-linux.
///
/// - Returns: its status, when it has not become another program.
func runWorldProgram(_ caller: WorldCaller, _ arguments: [String]) -> Int32 {
    do {
        let operation: any WorldOperation =
            caller == .nsenter ? try Entering(arguments, caller) : try Parting(arguments, caller)
        try operation.runLast()
        return ExitStatus.done
    } catch let complaint as WorldComplaint {
        printError(complaint.message, of: caller.program)
        if complaint.isAboutSyntax {
            try? writeAll(Array("Try '\(caller.program) --help' for more information.\n".utf8), to: 2)
        }
        return ExitStatus.refused
    } catch let end as ExitCode {
        return end.rawValue
    } catch {
        let failure = CommandFailure(reporting: error)
        printError(failure.description, of: caller.program)
        return failure.status
    }
}

/// Reads the line of `enter` or `unshare`.
func worldOperation(_ verb: String, _ arguments: [String]) throws -> any Operation {
    do {
        return verb == "enter" ? try Entering(arguments) : try Parting(arguments)
    } catch let complaint as WorldComplaint {
        throw CommandFailure.usage("\(verb): \(escaped(complaint.message))", hint: "see 'netns \(verb) --help'")
    }
}

/// A file or directory of a command line.
func worldPath(_ text: String) -> FilePath { FilePath(bytes: [UInt8](unescaping: text)) }
