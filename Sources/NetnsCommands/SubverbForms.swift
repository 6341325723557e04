// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// A verb with its other names.
private typealias Subverb = (name: String, aliases: [String])

/// The verbs of `link`, `address`, `route` and the like, in the order in which ip(8) tries a short form; nil for a
/// verb without any.
///
/// A switch, so that a start makes the list of the verb that is used, and no other.
private func subverbs(of verb: String) -> [Subverb]? {
    let show: Subverb = ("show", ["list", "lst", "ls"])
    let change: Subverb = ("change", ["chg"])
    return switch verb {
    case "address":
        [
            ("add", []),
            change,
            ("replace", []),
            ("delete", []),
            show,
            ("flush", []),
        ]
    case "fdb":
        [
            ("add", []),
            ("append", []),
            ("replace", []),
            ("delete", []),
            show,
            ("flush", []),
            ("get", []),
        ]
    case "filter": [show]
    case "lab":
        [
            ("capture", []),
            ("check", []),
            ("doctor", []),
            ("down", ["destroy"]),
            ("events", []),
            ("exec", []),
            ("export", ["save"]),
            ("fail", []),
            ("graph", ["draw"]),
            ("heal", []),
            ("impair", []),
            ("import", []),
            ("list", ["ls"]),
            ("logs", []),
            ("plan", ["diff"]),
            ("run", []),
            ("shell", []),
            ("status", []),
            ("up", ["apply"]),
            ("validate", []),
        ]
    case "link":
        [
            ("add", []),
            ("set", ["change"]),
            ("delete", []),
            show,
            ("property", []),
            ("altname", []),
        ]
    case "mdb":
        [
            ("add", []),
            ("delete", []),
            show,
        ]
    case "neighbor":
        [
            ("add", []),
            change,
            ("replace", []),
            ("delete", []),
            ("get", []),
            show,
            ("flush", []),
        ]
    case "nexthop":
        [
            ("add", []),
            ("replace", []),
            ("delete", []),
            show,
            ("get", []),
            ("bucket", []),
            ("flush", []),
        ]
    case "qdisc", "class":
        [
            show,
            ("add", []),
            ("delete", []),
            ("replace", []),
            change,
        ]
    case "route":
        [
            show,
            ("get", []),
            ("add", []),
            ("append", []),
            change,
            ("replace", []),
            ("delete", []),
            ("flush", []),
        ]
    case "rule":
        [
            ("add", []),
            ("delete", []),
            show,
            ("flush", []),
        ]
    case "tuntap":
        [
            ("add", []),
            ("delete", []),
            show,
        ]
    case "vlan":
        [
            ("add", []),
            ("delete", []),
            show,
            ("tunnelshow", []),
            ("set", []),
            ("global", []),
        ]
    case "wireguard":
        [
            show,
            ("set", []),
            ("genkey", []),
            ("pubkey", []),
            ("genpsk", []),
        ]
    default: nil
    }
}

/// Whether the verb has verbs of its own.
func hasSubverbs(_ verb: String) -> Bool { subverbs(of: verb) != nil }

/// Puts the verb behind `link`, `address`, `route` and the like in front of the options and writes it out; without one
/// it is `show`. Other arguments are left as they are.
///
/// - Throws: a usage failure for a word that is no verb.
func withSubverb(_ verb: String, _ arguments: [String]) throws(CommandFailure) -> [String] {
    guard let known = subverbs(of: verb) else { return [verb] + arguments }
    var rest = arguments
    var position = 0
    while position < rest.count, rest[position].hasPrefix("-"), rest[position] != "--" {
        switch rest[position] {
        case "-h", "-help", "--help": return [verb, "--help"]
        case "-n", "--namespace", "--netns": position += 2
        default: position += 1
        }
    }
    guard position < rest.count, rest[position] != "--" else {
        return [verb, known.contains { $0.name == "show" } ? "show" : "list"] + rest
    }
    let word = rest.remove(at: position)
    if word == "help" { return [verb, "--help"] }
    return [verb, try subverb(word, known, of: verb)] + rest
}

private func subverb(
    _ word: String, _ known: [Subverb], of verb: String
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
