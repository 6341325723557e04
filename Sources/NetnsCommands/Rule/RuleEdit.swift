// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Adds or deletes a rule.
struct RuleEdit: SharingOperation {
    enum Verb: String { case add, delete }

    var verb: Verb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var family: AddressFamily?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "rule \(verb.rawValue)")
        guard !parser.isAtEnd else { throw parser.usage("it must be said which packets the rule is for") }
        let words = try RuleWords(&parser)
        // Everything is known and checked before the kernel is asked.
        let rule = try words.rule(parser, family: family, isDeletion: verb == .delete)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        try session.change { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addRule(rule)
            case .delete: try socket.deleteRule(rule)
            }
        }
    }
}

/// Deletes the rules that the words choose.
struct RuleFlush: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var family: AddressFamily?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "rule flush")
        let words = try RuleWords(&parser)
        let family = try words.family(parser, self.family)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        let refusals = try session.ask { (socket) throws(NetlinkError) in
            // As in ip(8): without the rules of priority 0, which the kernel makes, not even this host is reached.
            let rules = try socket.rules(family).filter { $0.priority != 0 && words.choose($0) }
            return try socket.deleteRules(rules)
        }
        try conclude(refusals.map { session.failure(.kernel($0)) })
    }
}
