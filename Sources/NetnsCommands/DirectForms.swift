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
        command.output = .direct(json: line.has(.json))
        (command.existOk, command.noLoopback, command.anyName, command.dryRun) = (false, false, false, false)
        command.names = line.words
        return command
    case "delete", "del":
        guard line.takesOnly([.json, .noWait, .all]), line.words.isEmpty == line.has(.all) else { return nil }
        var command = DeleteCommand()
        command.output = .direct(json: line.has(.json))
        (command.all, command.noWait) = (line.has(.all), line.has(.noWait))
        (command.ifUnused, command.ignoreMissing, command.dryRun) = (false, false, false)
        command.names = line.words
        return command
    case "list":
        guard line.takesOnly([.json, .names]), line.words.isEmpty else { return nil }
        var command = ListCommand()
        command.output = .direct(json: line.has(.json))
        (command.long, command.names) = (false, line.has(.names))
        command.ignored = []
        return command
    case "link", "address", "route": return directRoute(verb, &line)
    default: return directQuery(verb, line)
    }
}

/// The shorter verbs, which take words and `--json`.
private func directQuery(_ verb: String, _ line: DirectLine) -> (any ParsableCommand)? {
    guard line.takesOnly([.json]) else { return nil }
    let output = OutputOptions.direct(json: line.has(.json))
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

/// The verbs of links, addresses and routes: words, which the verbs read themselves, and what all of them take.
private func directRoute(_ object: String, _ line: inout DirectLine) -> (any ParsableCommand)? {
    guard let verb = line.takeVerb() else { return nil }
    if verb == "show" { return directShow(object, line) }
    if object == "route" { return directRouteChange(verb, line) }
    guard line.takesOnly([.namespace]) else { return nil }
    return object == "link" ? directLinkChange(verb, line) : directAddressChange(verb, line)
}

private func directLinkChange(_ verb: String, _ line: DirectLine) -> (any ParsableCommand)? {
    switch verb {
    case "add":
        var command = LinkCommand.Add()
        (command.namespace, command.words) = (line.namespaceOption, line.words)
        return command
    case "set":
        var command = LinkCommand.Set()
        (command.namespace, command.words) = (line.namespaceOption, line.words)
        return command
    case "delete":
        var command = LinkCommand.Delete()
        (command.namespace, command.words) = (line.namespaceOption, line.words)
        return command
    default: return nil
    }
}

private func directAddressChange(_ verb: String, _ line: DirectLine) -> (any ParsableCommand)? {
    var arguments = AddressCommand.Arguments()
    (arguments.namespace, arguments.words) = (line.namespaceOption, line.words)
    switch verb {
    case "add":
        var command = AddressCommand.Add()
        command.arguments = arguments
        return command
    case "replace":
        var command = AddressCommand.Replace()
        command.arguments = arguments
        return command
    case "delete":
        var command = AddressCommand.Delete()
        command.arguments = arguments
        return command
    default: return nil
    }
}

private func directRouteChange(_ verb: String, _ line: DirectLine) -> (any ParsableCommand)? {
    guard line.takesOnly([.namespace, .ipv4, .ipv6]), let family = line.family else { return nil }
    var arguments = RouteCommand.Arguments()
    (arguments.namespace, arguments.family, arguments.words) = (line.namespaceOption, family, line.words)
    switch verb {
    case "add":
        var command = RouteCommand.Add()
        command.arguments = arguments
        return command
    case "replace":
        var command = RouteCommand.Replace()
        command.arguments = arguments
        return command
    case "delete":
        var command = RouteCommand.Delete()
        command.arguments = arguments
        return command
    default: return nil
    }
}

private func directShow(_ object: String, _ line: DirectLine) -> (any ParsableCommand)? {
    let common: DirectLine.Option = [.namespace, .json, .allNamespaces, .details, .statistics, .brief]
    guard line.takesOnly(object == "link" ? common : common.union([.ipv4, .ipv6])) else { return nil }
    var options = ShowOptions()
    options.namespace = line.namespaceOption
    options.output = .direct(json: line.has(.json))
    (options.allNamespaces, options.details) = (line.has(.allNamespaces), line.has(.details))
    options.statistics = line.has(.statistics) ? 1 : 0
    switch object {
    case "link":
        var command = LinkCommand.Show()
        (command.options, command.brief, command.words) = (options, line.has(.brief), line.words)
        return command
    case "address":
        guard let family = line.family else { return nil }
        var command = AddressCommand.Show()
        (command.options, command.brief, command.words) = (options, line.has(.brief), line.words)
        command.family = family
        return command
    case "route" where !line.has(.brief):
        guard let family = line.family else { return nil }
        var command = RouteCommand.Show()
        (command.options, command.family, command.words) = (options, family, line.words)
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
    /// The options. A bit mask: sets and dictionaries cost the runtime a search for their keys'
    /// conformances, at every start.
    struct Option: OptionSet {
        let rawValue: UInt16
        static let json = Option(rawValue: 1 << 0)
        static let noWait = Option(rawValue: 1 << 1)
        static let all = Option(rawValue: 1 << 2)
        static let names = Option(rawValue: 1 << 3)
        static let namespace = Option(rawValue: 1 << 4)
        static let allNamespaces = Option(rawValue: 1 << 5)
        static let details = Option(rawValue: 1 << 6)
        static let statistics = Option(rawValue: 1 << 7)
        static let brief = Option(rawValue: 1 << 8)
        static let ipv4 = Option(rawValue: 1 << 9)
        static let ipv6 = Option(rawValue: 1 << 10)

        /// The option that a word stands for; nil for one that is left to the parser.
        init?(spelling: String) {
            switch spelling {
            case "--json", "-j": self = .json
            case "--no-wait": self = .noWait
            case "--all": self = .all
            case "--names": self = .names
            case "-n", "--namespace", "--netns": self = .namespace
            case "--all-namespaces": self = .allNamespaces
            case "-d", "--details": self = .details
            case "-s", "--statistics": self = .statistics
            case "-br", "--brief": self = .brief
            case "-4": self = .ipv4
            case "-6": self = .ipv6
            default: return nil
            }
        }

        init(rawValue: UInt16) { self.rawValue = rawValue }
    }

    private(set) var words: [String] = []
    /// The value of the last `--namespace`.
    private(set) var namespace: String?
    private var options: Option = []
    private var hasOthers = false

    init(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-") else {
                words.append(argument)
                continue
            }
            guard let option = Option(spelling: argument), !options.contains(option) else {
                hasOthers = true
                continue
            }
            options.insert(option)
            guard option == .namespace else { continue }
            namespace = rest.popFirst()
            if namespace?.hasPrefix("-") ?? true { hasOthers = true }
        }
    }

    /// The namespace as the commands take it.
    var namespaceOption: NamespaceOption {
        var option = NamespaceOption()
        option.namespace = namespace
        return option
    }

    /// `-4` or `-6`; nil for both, of which the parser complains.
    var family: FamilyOptions? {
        guard !has(.ipv4) || !has(.ipv6) else { return nil }
        var family = FamilyOptions()
        (family.isIPv4, family.isIPv6) = (has(.ipv4), has(.ipv6))
        return family
    }

    /// Takes the first word, the verb behind `link` and the like.
    mutating func takeVerb() -> String? { words.isEmpty ? nil : words.removeFirst() }

    /// Whether the option is given.
    func has(_ option: Option) -> Bool { options.contains(option) }

    /// Whether no other options are given than these.
    func takesOnly(_ known: Option) -> Bool { !hasOthers && options.isSubset(of: known) }
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
