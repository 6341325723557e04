// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

/// Which links a listing shows, in the words of `link show` and `address show`.
struct LinkSelection {
    /// One device, by name.
    var device: String?
    /// The kind, or with `_slave` the kind of the master.
    var kind: String?
    /// The ports of this device.
    var master: String?
    /// Only links without a master.
    var hasNoMaster = false
    /// Only links that are up.
    var isUp = false
    /// The group's number.
    var group: UInt32?
    /// The namespace of the links, by the id that it has in the one that is asked; nil is that one.
    var namespaceID: Int32?

    /// The words, as a part of the table of another verb.
    static func words<Target>(
        of part:
            @escaping @Sendable (
                inout Target, (inout LinkSelection) throws(CommandFailure) -> Void
            ) throws(CommandFailure) -> Void
    ) -> [Word<Target>] {
        entries.map { entry in entry.lifted(part) }
    }

    static let table = WordTable(
        entries + [
            // Of links alone: the kernel lists addresses by an id as well, and changes them here instead of there.
            Word("target-nsid") { words, selection throws(CommandFailure) in
                selection.namespaceID = try words.number(0...Int32.max)
            }
        ])

    private static let entries: [Word<LinkSelection>] = [
        Word("dev") { words, selection throws(CommandFailure) in
            try selection.noteDevice(try words.value("device"), words)
        },
        Word("up") { _, selection throws(CommandFailure) in selection.isUp = true },
        Word("master") { words, selection throws(CommandFailure) in
            try selection.noteMaster(try words.value("device"), words)
        },
        Word("vrf") { words, selection throws(CommandFailure) in
            try selection.noteMaster(try words.value("device"), words)
        },
        Word("nomaster") { words, selection throws(CommandFailure) in
            guard selection.master == nil else { throw words.usage("'master' and 'nomaster' exclude each other") }
            selection.hasNoMaster = true
        },
        Word("type") { words, selection throws(CommandFailure) in selection.kind = try words.value("kind") },
        Word("group") { words, selection throws(CommandFailure) in selection.group = try words.linkGroup() },
    ]

    mutating func noteDevice(_ name: String, _ words: WordParser) throws(CommandFailure) {
        guard device == nil else { throw words.usage("the device is given twice") }
        try words.check(deviceName: name)
        device = name
    }

    private mutating func noteMaster(_ name: String, _ words: WordParser) throws(CommandFailure) {
        guard master == nil else { throw words.usage("the master is given twice") }
        guard !hasNoMaster else { throw words.usage("'nomaster' and '\(words.current)' exclude each other") }
        try words.check(deviceName: name)
        master = name
    }

    // MARK: Looking

    /// The links that are meant.
    ///
    /// - Parameters:
    ///   - world: takes note of what the listing refers to.
    ///   - virtualFunctions: whether those of network cards are wanted.
    ///   - mayBeMissing: whether a device that is not there is no failure.
    func links(
        _ session: inout RouteSession, _ world: inout LinkWorld, statistics: Bool, virtualFunctions: Bool = false,
        mayBeMissing: Bool
    ) throws(CommandFailure) -> [Link] {
        if mayBeMissing {
            for name in [device, master].compactMap(\.self) where !session.hasDevice(.name(name)) { return [] }
        }
        world.namespaceID = namespaceID
        var links: [Link]
        if let device {
            links = [
                try session.device(
                    device, inNamespaceWithID: namespaceID, statistics: statistics, virtualFunctions: virtualFunctions)
            ]
        } else {
            var filter = LinkFilter(statistics: statistics, namespaceID: namespaceID)
            filter.virtualFunctions = virtualFunctions
            if let master { filter.master = try session.device(master, inNamespaceWithID: namespaceID).index }
            if let kind, portKind == nil { filter.kind = kind }
            links = try session.ask(namespaceWithID: namespaceID) { (socket) throws(NetlinkError) in
                try socket.links(filter)
            }
        }
        world.note(links)
        links = links.filter(isMeant)
        // A dump that the kernel did not filter holds everything that its links refer to.
        if device != nil || master != nil || kind != nil { world.complete(for: links, &session) }
        return links
    }

    private var portKind: String? {
        kind.flatMap { $0.hasSuffix("_slave") ? String($0.dropLast("_slave".utf8.count)) : nil }
    }

    private func isMeant(_ link: Link) -> Bool {
        if isUp, !link.flags.contains(.up) { return false }
        if hasNoMaster, link.master != nil { return false }
        if let group, link.group != group { return false }
        if let portKind { return link.portKind == portKind }
        // The kernel passes everything for a kind that it does not know.
        if let kind { return link.kind == kind }
        return true
    }
}
