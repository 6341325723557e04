// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

// The parser builds its tables by reflection, which takes longer than most verbs do. The command
// lines that scripts run by the thousand are read here, without it, into the same commands. Whatever
// is not plainly one of them (an option not listed, a request for help, a mistake) is left to the
// parser, which alone words complaints: so nothing is decided twice.

/// The command that a line in a common form stands for, ready to run; nil for any other line.
///
/// - Parameter arguments: the words behind the program's name, in the parser's order.
func directCommand(_ arguments: [String]) -> (any ParsableCommand)? {
    guard let verb = arguments.first else { return nil }
    var line = DirectLine(arguments.dropFirst())
    switch verb {
    case "exec": return directExec(Array(arguments.dropFirst()))
    case "add":
        guard line.takesOnly([.json]), !line.words.isEmpty else { return nil }
        var command = AddCommand()
        command.output = .direct(json: line.json)
        (command.existOk, command.noLoopback, command.anyName, command.dryRun) = (false, false, false, false)
        command.names = line.words
        return command
    case "delete", "del":
        guard line.takesOnly([.json, .noWait, .all]), line.words.isEmpty == line.all else { return nil }
        var command = DeleteCommand()
        command.output = .direct(json: line.json)
        (command.all, command.noWait) = (line.all, line.noWait)
        (command.ifUnused, command.ignoreMissing, command.dryRun) = (false, false, false)
        command.names = line.words
        return command
    case "list":
        guard line.takesOnly([.json, .names]), line.words.isEmpty else { return nil }
        var command = ListCommand()
        command.output = .direct(json: line.json)
        (command.long, command.names) = (false, line.names)
        command.ignored = []
        return command
    default: return directQuery(verb, &line)
    }
}

/// The shorter verbs, which take words and `--json`.
private func directQuery(_ verb: String, _ line: inout DirectLine) -> (any ParsableCommand)? {
    guard line.takesOnly([.json]) else { return nil }
    let output = OutputOptions.direct(json: line.json)
    switch (verb, line.words.count) {
    case ("attach", 2):
        var command = AttachCommand()
        command.output = output
        (command.existOk, command.anyName, command.dryRun) = (false, false, false)
        (command.name, command.pid) = (line.words[0], line.words[1])
        return command
    case ("set", 2):
        var command = SetCommand()
        command.output = output
        command.dryRun = false
        (command.name, command.nsid) = (line.words[0], line.words[1])
        return command
    case ("identify", 0...1):
        var command = IdentifyCommand()
        command.output = output
        command.pid = line.words.first
        return command
    case ("pids", 1):
        var command = PIDsCommand()
        command.output = output
        command.holders = false
        command.name = line.words[0]
        return command
    case ("list-id", _):
        var command = ListIDCommand()
        command.output = output
        command.words = line.words
        return command
    default: return nil
    }
}

/// `exec NAME [--] COMMAND…`: everything behind the name is the program's.
private func directExec(_ words: [String]) -> (any ParsableCommand)? {
    guard let name = words.first, !name.hasPrefix("-") else { return nil }
    var command = ExecCommand()
    command.all = false
    (command.chdir, command.user) = (nil, nil)
    (command.env, command.dns) = ([], [])
    command.words = words
    return command
}

/// The words and the few options of a line, told apart.
struct DirectLine {
    enum Option { case json, noWait, all, names }

    var words: [String] = []
    var json = false, noWait = false, all = false, names = false
    private var options: Set<Option> = []
    private var hasOthers = false

    init(_ arguments: ArraySlice<String>) {
        for argument in arguments {
            switch argument {
            case "--json", "-j": (json, options) = (true, options.union([.json]))
            case "--no-wait": (noWait, options) = (true, options.union([.noWait]))
            case "--all": (all, options) = (true, options.union([.all]))
            case "--names": (names, options) = (true, options.union([.names]))
            case _ where argument.hasPrefix("-"): hasOthers = true
            default: words.append(argument)
            }
        }
    }

    /// Whether no other options are given than these.
    func takesOnly(_ known: Set<Option>) -> Bool { !hasOthers && options.isSubset(of: known) }
}

extension OutputOptions {
    /// Options that were read without the parser. Assigning is what gives them a value: the
    /// memberwise initializer would only set defaults for a parser to come.
    static func direct(json: Bool, pretty: Bool = false) -> OutputOptions {
        var options = OutputOptions()
        (options.json, options.pretty) = (json, pretty)
        return options
    }
}
