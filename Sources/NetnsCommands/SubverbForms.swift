// SPDX-License-Identifier: Apache-2.0

/// The verbs of links, addresses, routes and the like with their other names, in the order in which ip(8) tries a short form.
private let subverbs: [(verb: String, known: [(name: String, aliases: [String])])] = [
    (
        "link",
        [
            ("add", []), ("set", ["change"]), ("delete", []), ("show", ["list", "lst", "ls"]), ("property", []),
            ("altname", []),
        ]
    ),
    (
        "address",
        [
            ("add", []), ("change", ["chg"]), ("replace", []), ("delete", []), ("show", ["list", "lst", "ls"]),
            ("flush", []),
        ]
    ),
    (
        "route",
        [
            ("show", ["list", "lst", "ls"]), ("get", []), ("add", []), ("append", []), ("change", ["chg"]),
            ("replace", []), ("delete", []), ("flush", []),
        ]
    ),
    ("rule", [("add", []), ("delete", []), ("show", ["list", "lst", "ls"]), ("flush", [])]),
    (
        "neighbor",
        [
            ("add", []), ("change", ["chg"]), ("replace", []), ("delete", []), ("get", []),
            ("show", ["list", "lst", "ls"]), ("flush", []),
        ]
    ),
    (
        "nexthop",
        [
            ("add", []), ("replace", []), ("delete", []), ("show", ["list", "lst", "ls"]), ("get", []),
            ("flush", []),
        ]
    ),
    (
        "fdb",
        [("add", []), ("append", []), ("replace", []), ("delete", []), ("show", ["list", "lst", "ls"])]
    ),
    ("vlan", [("add", []), ("delete", []), ("show", ["list", "lst", "ls"]), ("tunnelshow", [])]),
    ("mdb", [("add", []), ("delete", []), ("show", ["list", "lst", "ls"])]),
    ("qdisc", trafficVerbs), ("class", trafficVerbs),
    ("wireguard", [("show", ["list", "lst", "ls"]), ("set", [])]),
]

private let trafficVerbs: [(name: String, aliases: [String])] = [
    ("show", ["list", "lst", "ls"]), ("add", []), ("delete", []), ("replace", []), ("change", ["chg"]),
]

/// Whether the verb has verbs of its own.
func hasSubverbs(_ verb: String) -> Bool { subverbs.contains { $0.verb == verb } }

/// Puts the verb behind `link`, `address`, `route` and the like in front of the options and writes it out; without one
/// it is `show`. Other arguments are left as they are.
///
/// - Throws: a usage failure for a word that is no verb.
func withSubverb(_ verb: String, _ arguments: [String]) throws(CommandFailure) -> [String] {
    guard let known = subverbs.first(where: { $0.verb == verb })?.known else { return [verb] + arguments }
    var rest = arguments
    var position = 0
    while position < rest.count, rest[position].hasPrefix("-"), rest[position] != "--" {
        switch rest[position] {
        case "-h", "-help", "--help": return [verb, "--help"]
        case "-n", "--namespace", "--netns": position += 2
        default: position += 1
        }
    }
    guard position < rest.count, rest[position] != "--" else { return [verb, "show"] + rest }
    let word = rest.remove(at: position)
    if word == "help" { return [verb, "--help"] }
    return [verb, try subverb(word, known, of: verb)] + rest
}

private func subverb(
    _ word: String, _ known: [(name: String, aliases: [String])], of verb: String
) throws(CommandFailure) -> String {
    for (name, aliases) in known where name == word || aliases.contains(word) { return name }
    for (name, aliases) in known where !word.isEmpty && ([name] + aliases).contains(where: { $0.hasPrefix(word) }) {
        return name
    }
    let names = known.map(\.name)
    throw .usage(
        "there is no verb '\(escaped(word))' of 'netns \(verb)'",
        hint: suggestion(for: word, among: names) ?? "the verbs are \(names.joined(separator: ", "))")
}
