// SPDX-License-Identifier: Apache-2.0

internal import Addressing

// The parser builds its tables by reflection, which takes longer than most verbs do. The command
// lines that scripts run by the thousand are read here, without it, into the same operations. Whatever
// is not plainly one of them (an option not listed, a request for help, a mistake) is left to the
// parser, which alone words complaints: so nothing is decided twice.

/// What a line in a common form asks for, ready to run; nil for any other line.
///
/// - Parameter arguments: the words behind the program's name, in the parser's order.
func directOperation(_ arguments: [String]) throws -> (any Operation)? {
    guard let verb = arguments.first else { return nil }
    var line = DirectLine(arguments.dropFirst(), takesNegative: ["class", "link", "qdisc"].contains(verb))
    switch verb {
    case "--version": return arguments.count == 1 ? VersionStatement() : nil
    case "batch":
        guard line.takesOnly([.namespace, .keepGoing]), line.words.count <= 1 else { return nil }
        return BatchExecution(
            file: line.words.first ?? "-", namespace: line.namespace, keepsGoing: line.has(.keepGoing))
    case "enter", "unshare": return try worldOperation(verb, Array(arguments.dropFirst()))
    case "exec": return directExec(arguments.dropFirst())
    case "add":
        guard line.takesOnly([.json, .noLoopback]), !line.words.isEmpty else { return nil }
        var addition = NamespaceAddition(names: try newNames(line.words, anyName: false))
        addition.loopbackUp = !line.has(.noLoopback)
        addition.json = line.json
        return addition
    case "delete", "del":
        guard line.takesOnly([.json, .noWait, .all]), line.words.isEmpty == line.has(.all) else { return nil }
        return try NamespaceDeletion(line.words, all: line.has(.all), waits: !line.has(.noWait), json: line.json)
    case "list":
        guard line.takesOnly([.json, .names, .namespace]), line.words.isEmpty else { return nil }
        return NamespaceListing(observer: line.namespace, namesOnly: line.has(.names), json: line.json)
    case "sysctl":
        guard line.takesOnly([.json, .namespace]), !line.words.isEmpty else { return nil }
        return SysctlOperation(namespace: line.namespace, words: line.words, json: line.json)
    case "address", "class", "fdb", "filter", "link", "mdb", "neighbor", "nexthop", "qdisc", "route", "rule", "vlan":
        return directRoute(verb, &line)
    default: return directQuery(verb, line)
    }
}

/// The shorter verbs, which take words and `--json`.
private func directQuery(_ verb: String, _ line: DirectLine) -> (any Operation)? {
    guard line.takesOnly([.json]) else { return nil }
    let words = line.words
    switch (verb, words.count) {
    case ("attach", 2):
        var attachment = NamespaceAttachment(name: words[0], pid: words[1])
        attachment.json = line.json
        return attachment
    case ("set", 2): return NamespaceIDAssignment(name: words[0], nsid: words[1], json: line.json)
    case ("identify", 0...1): return NamespaceIdentification(pid: words.first, json: line.json)
    case ("inspect", 0...1): return NamespaceInspection(target: words.first, json: line.json)
    case ("pids", 1): return NamespaceProcesses(name: words[0], json: line.json)
    case ("list-id", _): return NamespaceIDListing(words: words, json: line.json)
    default: return nil
    }
}

/// The verbs of links, addresses, routes and the like: words, which the verbs read themselves, and what all of them
/// take.
private func directRoute(_ object: String, _ line: inout DirectLine) -> (any Operation)? {
    guard let verb = line.takeVerb() else { return nil }
    if verb == "show" { return directShow(object, line) }
    if verb == "get" { return directLookup(object, line) }
    let hasFamily = object == "route" || object == "rule" || object == "nexthop" && verb != "delete"
    guard line.takesOnly(hasFamily ? [.namespace, .ipv4, .ipv6] : [.namespace]), line.hasOneFamily else { return nil }
    return directEdit(object, verb, line) ?? directBridgeEdit(object, verb, line)
}

private func directEdit(_ object: String, _ verb: String, _ line: DirectLine) -> (any Operation)? {
    let (namespace, family, words) = (line.namespace, line.family, line.words)
    switch (object, verb) {
    case ("address", _):
        return AddressEdit.Verb(rawValue: verb).map { AddressEdit(verb: $0, namespace: namespace, words: words) }
    case ("class", _):
        return TrafficVerb(rawValue: verb).map { ClassEdit(verb: $0, namespace: namespace, words: words) }
    case ("link", "add"): return LinkAdd(namespace: namespace, words: words)
    case ("link", "delete"): return LinkDelete(namespace: namespace, words: words)
    case ("link", "set"): return LinkSet(namespace: namespace, words: words)
    case ("neighbor", _):
        return NeighborEdit.Verb(rawValue: verb).map { NeighborEdit(verb: $0, namespace: namespace, words: words) }
    case ("nexthop", "delete"): return NextHopDeletion(namespace: namespace, words: words)
    case ("nexthop", _):
        return NextHopEdit.Verb(rawValue: verb).map {
            NextHopEdit(verb: $0, namespace: namespace, family: family, words: words)
        }
    case ("qdisc", _):
        return TrafficVerb(rawValue: verb).map { QdiscEdit(verb: $0, namespace: namespace, words: words) }
    case ("route", _):
        return RouteEdit.Verb(rawValue: verb).map {
            RouteEdit(verb: $0, namespace: namespace, family: family, words: words)
        }
    case ("rule", _):
        return RuleEdit.Verb(rawValue: verb).map {
            RuleEdit(verb: $0, namespace: namespace, family: family, words: words)
        }
    default: return nil
    }
}

private func directBridgeEdit(_ object: String, _ verb: String, _ line: DirectLine) -> (any Operation)? {
    let (namespace, words) = (line.namespace, line.words)
    switch object {
    case "fdb":
        return ForwardingEdit.Verb(rawValue: verb).map { ForwardingEdit(verb: $0, namespace: namespace, words: words) }
    case "mdb":
        return MulticastEdit.Verb(rawValue: verb).map { MulticastEdit(verb: $0, namespace: namespace, words: words) }
    case "vlan":
        return VLANEdit.Verb(rawValue: verb).map { VLANEdit(verb: $0, namespace: namespace, words: words) }
    default: return nil
    }
}

private func directShow(_ object: String, _ line: DirectLine) -> (any Operation)? {
    let common: DirectLine.Option = [
        .namespace, .json, .allNamespaces, .details, .statistics, .brief, .oneLine,
    ]
    let hasFamily = ["address", "neighbor", "nexthop", "route", "rule"].contains(object)
    guard line.takesOnly(hasFamily ? common.union([.ipv4, .ipv6]) : common), line.hasOneFamily else { return nil }
    var request = ShowRequest(namespace: line.namespace)
    request.allNamespaces = line.has(.allNamespaces)
    request.details = line.has(.details)
    request.statistics = line.has(.statistics) ? 1 : 0
    request.isOneLine = line.has(.oneLine)
    request.json = line.json
    let (brief, family, words) = (line.has(.brief), line.family, line.words)
    switch object {
    case "address": return AddressShow(request: request, family: family, brief: brief, words: words)
    case "link": return LinkShow(request: request, brief: brief, words: words)
    // The others have no short form.
    case _ where brief: return nil
    case "class": return ClassShow(request: request, words: words)
    case "filter": return FilterShow(request: request, words: words)
    case "fdb": return ForwardingShow(request: request, words: words)
    case "mdb": return MulticastShow(request: request, words: words)
    case "neighbor": return NeighborShow(request: request, family: family, words: words)
    case "nexthop": return NextHopShow(request: request, family: family, words: words)
    case "qdisc": return QdiscShow(request: request, words: words)
    case "route": return RouteShow(request: request, family: family, words: words)
    case "rule": return RuleShow(request: request, family: family, words: words)
    case "vlan": return VLANShow(request: request, listing: .vlans, inRanges: false, words: words)
    default: return nil
    }
}

/// Questions for one object.
private func directLookup(_ object: String, _ line: DirectLine) -> (any Operation)? {
    let common: DirectLine.Option = [.namespace, .json, .statistics]
    let more: DirectLine.Option =
        switch object {
        case "route": [.ipv4, .ipv6, .details]
        default: []
        }
    guard line.takesOnly(common.union(more)), line.hasOneFamily else { return nil }
    var request = ShowRequest(namespace: line.namespace)
    request.details = line.has(.details)
    request.statistics = line.has(.statistics) ? 1 : 0
    request.json = line.json
    return switch object {
    case "fdb": ForwardingLookup(request: request, words: line.words)
    case "neighbor": NeighborLookup(request: request, words: line.words)
    case "route": RouteGet(request: request, family: line.family, words: line.words)
    default: nil
    }
}

/// `exec NAME [--] COMMAND…`: everything behind the name is the program's.
private func directExec(_ words: ArraySlice<String>) -> (any Operation)? {
    guard let name = words.first, !name.hasPrefix("-") else { return nil }
    var execution = NamespaceExecution()
    execution.name = name
    let program = words.dropFirst()
    execution.words = Array(program.first == "--" ? program.dropFirst() : program)
    return execution
}

/// Whether what looks like an option is the number behind one of the words that take those below zero.
private func isNegativeValue(_ argument: String, of word: String?) -> Bool {
    guard let word, ["bclim", "overhead"].contains(word) else { return false }
    return argument.utf8.count > 1
        && argument.utf8.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
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
        static let noLoopback = Option(rawValue: 1 << 11)
        static let oneLine = Option(rawValue: 1 << 12)
        static let keepGoing = Option(rawValue: 1 << 13)

        /// The option that a word stands for; nil for one that is left to the parser.
        init?(spelling: String) {
            switch spelling {
            case "--json", "-j": self = .json
            case "--no-wait": self = .noWait
            case "--all": self = .all
            case "--keep-going": self = .keepGoing
            case "--no-loopback": self = .noLoopback
            case "--names": self = .names
            case "-n", "--namespace", "--netns": self = .namespace
            case "--all-namespaces": self = .allNamespaces
            case "-d", "--details": self = .details
            case "-s", "--statistics": self = .statistics
            case "-br", "--brief": self = .brief
            case "-o", "--oneline": self = .oneLine
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

    /// - Parameter takesNegative: whether the verb has words whose number may be less than zero; `-4` and `-6` are
    ///   families elsewhere.
    init(_ arguments: ArraySlice<String>, takesNegative: Bool = false) {
        var rest = arguments
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-"), !takesNegative || !isNegativeValue(argument, of: words.last) else {
                words.append(argument)
                continue
            }
            if argument.hasPrefix("--namespace=") {
                rest = ["--namespace", String(argument.dropFirst("--namespace=".count))] + rest
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

    /// Where JSON is written, if it is wanted.
    var json: JSONWriter? { has(.json) ? JSONWriter(isPretty: false) : nil }

    /// The family that is asked for; nil is both.
    var family: AddressFamily? { has(.ipv4) ? .ipv4 : has(.ipv6) ? .ipv6 : nil }

    /// False for `-4 -6`, of which the parser complains.
    var hasOneFamily: Bool { !has(.ipv4) || !has(.ipv6) }

    /// Takes the first word, the verb behind `link` and the like.
    mutating func takeVerb() -> String? { words.isEmpty ? nil : words.removeFirst() }

    /// Whether the option is given.
    func has(_ option: Option) -> Bool { options.contains(option) }

    /// Whether no other options are given than these.
    func takesOnly(_ known: Option) -> Bool { !hasOthers && options.isSubset(of: known) }
}
