// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// Rewrites what people are used to from ip(8) into the order that the parser takes: options in
/// front of the verb go behind it, and a verb may be cut short as long as it is clear.
///
/// - Throws: a usage failure for a word that is no verb, with the verb that was probably meant.
func normalized(_ arguments: [String]) throws -> [String] {
    // What completion scripts ask for is in the parser's order.
    if arguments.first == "---completion" { return arguments }
    var leading: [String] = []
    var rest = arguments[...]
    while let word = rest.first, word.hasPrefix("-"), word != "--" {
        rest = rest.dropFirst()
        switch word {
        case "-h", "-help", "--help", "--version", "--experimental-dump-help":
            return [word == "-help" ? "--help" : word]
        case "-V", "-Version": return ["--version"]
        case "-n", "-netns", "--netns", "--namespace", "-net", "-family", "--family", "-f":
            guard let value = rest.popFirst() else {
                throw CommandFailure.usage("option '\(word)' needs a value")
            }
            let isFamily = word.hasSuffix("family") || word == "-f"
            leading += isFamily ? [family(value) ?? "\(word)=\(value)"] : ["--namespace", value]
        case _ where isColour(word): break
        default: leading.append(gnuForm(word))
        }
    }
    var word = rest.popFirst() ?? "list"
    if word == "bridge" {
        // What is a command of its own elsewhere: its objects are verbs here.
        guard let object = rest.popFirst(), ["fdb", "vlan", "mdb"].contains(object) else {
            throw CommandFailure.usage("'bridge' lacks its object: 'fdb', 'vlan' or 'mdb'")
        }
        word = object
    }
    if word == "help" {
        guard let verb = rest.popFirst() else { return ["--help"] }
        return ["help", verb.hasPrefix("-") ? verb : try fullVerb(verb)] + rest
    }
    let verb = try fullVerb(word)
    if namespaceVerbs.contains(verb) { leading.removeAll { withoutEffectOnNamespaces.contains($0) } }
    if verb == "run", let mark = rest.firstIndex(of: "--") { rest[mark] = "--\(RunCommand.commandOption)" }
    if verb == "inspect" { rest = InspectCommand.withRelation(rest) }
    return try withSubverb(verb, leading + rest)
}

/// Whether ip takes the option for its colours, which are never shown here: `alias ip='ip -c'` is common.
private func isColour(_ word: String) -> Bool {
    let name = word.prefix { $0 != "=" }
    return name == "-c" || name == "-color" || name == "--color"
}

private func family(_ value: String) -> String? { ["inet": "-4", "inet6": "-6", "mpls": "-M"][value] }

/// The GNU spelling of one of ip's global options.
private func gnuForm(_ word: String) -> String {
    switch word {
    case "-j", "-json": "--json"
    case "-p", "-pretty": "--pretty"
    case "-d", "-details": "--details"
    case "-s", "-stats", "-statistics", "--stats": "--statistics"
    case "-br", "-brief": "--brief"
    case "-a", "-all": "--all"
    case "-o", "-oneline": "--oneline"
    default: word
    }
}

/// Options that ip takes in front of 'netns' and makes nothing of.
private let withoutEffectOnNamespaces = [
    "--details", "--statistics", "--brief", "--oneline", "-N", "-Numeric", "-4", "-6",
]

/// The verbs of 'ip netns'.
private let namespaceVerbs = [
    "add",
    "attach",
    "delete",
    "exec",
    "identify",
    "list",
    "list-id",
    "monitor",
    "pids",
    "set",
]

/// All verbs and their short forms, one a line, sorted: the order means nothing.
private let verbs: [(name: String, aliases: [String])] = [
    ("add", []),
    ("address", ["a", "addr"]),
    ("attach", []),
    ("batch", []),
    ("class", []),
    ("completions", []),
    ("connect", []),
    ("delete", ["del"]),
    ("disconnect", []),
    ("doctor", []),
    ("enter", []),
    ("exec", []),
    ("fdb", []),
    ("filter", []),
    ("identify", []),
    ("impair", []),
    ("inspect", ["lsns"]),
    ("lab", []),
    ("link", ["l"]),
    ("list", ["ls", "lst", "show"]),
    ("list-id", []),
    ("mdb", []),
    ("monitor", []),
    ("nat", []),
    ("neighbor", ["n", "ne", "neigh", "neighbour"]),
    ("nexthop", ["nh"]),
    ("pids", []),
    ("prune", []),
    ("qdisc", []),
    ("route", ["r", "ro"]),
    ("rule", ["ru"]),
    ("run", []),
    ("set", []),
    ("sysctl", []),
    ("tuntap", ["tap"]),
    ("unshare", []),
    ("vlan", []),
    ("wireguard", ["wg"]),
]

/// What other tools call the verbs.
private let wordsOfOthers = [
    "create": "add",
    "destroy": "delete",
    "new": "add",
    "nsenter": "enter",
    "remove": "delete",
    "rm": "delete",
]

private func fullVerb(_ word: String) throws -> String {
    if let exact = verbs.first(where: { $0.name == word || $0.aliases.contains(word) }) { return exact.name }
    let candidates = verbs.filter { !word.isEmpty && $0.name.hasPrefix(word) }
    if candidates.count == 1 { return candidates[0].name }
    // What 'ip netns' has keeps its short forms, whatever verbs there are beside it.
    let inherited = candidates.filter { namespaceVerbs.contains($0.name) }
    if inherited.count == 1 { return inherited[0].name }
    if candidates.count > 1 {
        let list = candidates.map { "'\($0.name)'" }.joined(separator: " or ")
        throw CommandFailure.usage("'\(escaped(word))' could be \(list)")
    }
    throw CommandFailure.usage(
        "there is no verb '\(escaped(word))'",
        hint: wordsOfOthers[word].map { "did you mean '\($0)'?" }
            ?? suggestion(for: word, among: verbs.map(\.name)) ?? "'netns --help' lists them")
}
