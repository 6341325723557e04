// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

/// Deletes the forwarding entries that the words choose, which the kernel does in one go.
struct ForwardingFlush: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "fdb flush")
        let words = try ForwardingFlushWords(&parser)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        var deletion = words.deletion
        deletion.index = try session.index(of: words.device)
        if let port = words.port { deletion.port = try session.index(of: port) }
        let change = deletion
        try session.change { (socket) throws(NetlinkError) in
            try socket.flushForwarding(change, device: words.device)
        }
    }
}

/// What the words of `fdb flush` say. The devices are not looked up yet.
struct ForwardingFlushWords {
    private(set) var device = ""
    private(set) var port: String?
    /// What to delete, but for the devices.
    private(set) var deletion = ForwardingDeletion(index: 0, flags: [])
    /// What an entry must be, and what it must not be, by the words that said it.
    private var conditions: [(name: String, set: NeighborState, clear: NeighborState)] = []

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
        guard !device.isEmpty else { throw words.usage("the device is missing: 'dev DEVICE'") }
        // As in bridge(8): the device's own, unless it is said whose.
        if deletion.flags.isDisjoint(with: [.own, .master]) { deletion.flags.insert(.own) }
    }

    static let table = WordTable<ForwardingFlushWords>(
        [
            Word("dev") { words, flush throws(CommandFailure) in flush.device = try words.deviceName() },
            Word("brport") { words, flush throws(CommandFailure) in flush.port = try words.deviceName() },
            Word("vlan") { words, flush throws(CommandFailure) in
                flush.deletion.vlan = try words.number(1...4094)
            },
            Word("self") { _, flush throws(CommandFailure) in flush.deletion.flags.insert(.own) },
            Word("master") { _, flush throws(CommandFailure) in flush.deletion.flags.insert(.master) },
            condition("permanent", set: .permanent), condition("nopermanent", clear: .permanent),
            condition("static", set: .noARP, clear: .permanent), condition("nostatic", clear: .noARP),
            condition("dynamic", clear: [.noARP, .permanent]), condition("nodynamic", set: .noARP),
        ] + flag("added_by_user", .use) + flag("extern_learn", .externallyLearned) + flag("sticky", .sticky)
            + flag("offloaded", .offloaded))

    private static func condition(
        _ name: String, set: NeighborState = [], clear: NeighborState = []
    ) -> Word<ForwardingFlushWords> {
        Word(names: [name]) { words, flush throws(CommandFailure) in
            for earlier in flush.conditions {
                guard earlier.set.isDisjoint(with: clear), earlier.clear.isDisjoint(with: set) else {
                    throw words.usage("'\(earlier.name)' and '\(name)' exclude each other")
                }
            }
            flush.conditions.append((name, set, clear))
            flush.deletion.state.formUnion(set)
            flush.deletion.stateMask.formUnion(set.union(clear))
        }
    }

    /// The word that wants the flag, and the one that does not.
    private static func flag(_ name: String, _ flag: NeighborFlags) -> [Word<ForwardingFlushWords>] {
        [true, false].map { isSet in
            Word(names: [isSet ? name : "no\(name)"]) { words, flush throws(CommandFailure) in
                guard flush.deletion.flagMask.isDisjoint(with: flag) else {
                    throw words.usage("'\(name)' and 'no\(name)' exclude each other")
                }
                flush.deletion.flagMask.insert(flag)
                if isSet { flush.deletion.flags.insert(flag) }
            }
        }
    }
}
