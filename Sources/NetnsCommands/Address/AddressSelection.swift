// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Which addresses a listing shows or `flush` deletes, in the words of `address show`.
struct AddressSelection {
    /// Of which links.
    var links = LinkSelection()
    /// Of which family.
    var family: AddressFamily?
    private var scope: RouteScope?
    private var network: IPPrefix?
    private var label: LabelPattern?
    private var origin: UInt8?
    /// Flags that must be set, and that must not.
    private var set: AddressFlags = [], cleared: AddressFlags = []
    /// The words that say so.
    private var flagWords: [(name: String, set: AddressFlags, cleared: AddressFlags)] = []
    /// Whether any word has been said that narrows the choice.
    private(set) var isNarrowed = false

    /// Reads all words.
    init(_ words: inout WordParser, family: AddressFamily?) throws(CommandFailure) {
        self.family = family
        while let word = words.next {
            isNarrowed = true
            if try Self.table.read(&words, into: &self) { continue }
            guard links.device == nil else {
                throw words.unknownWord(among: Self.table.names, after: links.device)
            }
            _ = words.take()
            try links.noteDevice(word, words)
        }
    }

    static let table = WordTable<AddressSelection>(
        LinkSelection.words { whole, body throws(CommandFailure) in try body(&whole.links) } + [
            Word("scope") { words, selection throws(CommandFailure) in
                // Any scope, to ip(8).
                guard !words.take("all") else { return }
                selection.scope = try words.scope()
            },
            Word("to") { words, selection throws(CommandFailure) in
                let network = try words.prefix()
                try selection.narrow(to: network.family, words)
                selection.network = network.network
            },
            Word("label") { words, selection throws(CommandFailure) in
                selection.label = LabelPattern(try words.value("label"))
                try selection.narrow(to: .ipv4, words)
            },
            Word("proto", "protocol") { words, selection throws(CommandFailure) in
                selection.origin = try words.addressProtocol()
            },
            flag("dynamic", cleared: .permanent), flag("permanent", set: .permanent),
            flag("secondary", set: .secondary), flag("temporary", set: .temporary),
            flag("primary", cleared: .secondary), flag("deprecated", set: .deprecated),
            flag("tentative", set: .tentative), flag("dadfailed", set: .dadFailed), flag("home", set: .homeAddress),
            flag("nodad", set: .noDAD), flag("optimistic", set: .optimistic),
            flag("mngtmpaddr", set: .manageTemporary), flag("noprefixroute", set: .noPrefixRoute),
            flag("autojoin", set: .autoJoin), flag("stable-privacy", set: .stablePrivacy),
        ])

    private static func flag(
        _ name: String, set: AddressFlags = [], cleared: AddressFlags = []
    ) -> Word<AddressSelection> {
        Word(name) { words, selection throws(CommandFailure) in
            for other in selection.flagWords
            where !set.isDisjoint(with: other.cleared) || !cleared.isDisjoint(with: other.set) {
                throw words.usage("'\(other.name)' and '\(name)' exclude each other")
            }
            selection.flagWords.append((name, set, cleared))
            selection.set.formUnion(set)
            selection.cleared.formUnion(cleared)
        }
    }

    private mutating func narrow(to family: AddressFamily, _ words: WordParser) throws(CommandFailure) {
        guard self.family == nil || self.family == family else {
            let (own, other) = family == .ipv4 ? (4, 6) : (6, 4)
            throw words.usage(
                "'\(words.current)' is about IPv\(own), and another word or '-\(other)' is about IPv\(other)")
        }
        self.family = family
    }

    // MARK: Choosing

    /// Whether the address is meant, apart from its link.
    func contains(_ address: InterfaceAddress) -> Bool {
        if let family, address.family != family { return false }
        if let scope, address.scope != scope { return false }
        guard address.flags.isSuperset(of: set), address.flags.isDisjoint(with: cleared) else { return false }
        if let network, !network.contains(address.local) { return false }
        if let label, !label.matches(address.label ?? "") { return false }
        if let origin, address.origin != origin { return false }
        return true
    }

    /// Whether a link is shown that has no address at all.
    var showsBareLinks: Bool { family == nil }

    /// All addresses of the links, by the number of the link, in the kernel's order.
    func addresses(
        of links: [Link], _ session: inout RouteSession
    ) throws(CommandFailure) -> IndexTable<[InterfaceAddress]> {
        var filter = AddressFilter(family: family)
        if links.count == 1, self.links.device != nil { filter.index = links.first?.index }
        var addresses = IndexTable<[InterfaceAddress]>()
        try session.ask { (socket) throws(NetlinkError) in
            try socket.forEachAddress(filter, restart: { addresses.removeAll() }) { address in
                addresses[address.index, default: []].append(address)
            }
        }
        return addresses
    }
}

/// A label with the wildcards of glob(7): `eth0:*`.
struct LabelPattern {
    private let pattern: [UInt8]

    init(_ pattern: String) { self.pattern = Array(pattern.utf8) }

    /// Whether the label is one of the pattern's. `*` stands for any text, `?` for one byte.
    func matches(_ label: String) -> Bool {
        let text = Array(label.utf8)
        var (place, position) = (0, 0)
        // The last star, and how far it has been stretched.
        var star: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[position] {
                place += 1
                position += 1
            } else if let last = star {
                star = (last.place, last.position + 1)
                (place, position) = (last.place + 1, last.position + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
