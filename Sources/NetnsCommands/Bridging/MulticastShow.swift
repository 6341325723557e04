// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Shows the multicast databases of bridges.
struct MulticastShow: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "mdb show")
        let selection = try MulticastSelection(&parser)
        try request.showRows(
            { session, world in
                let device = selection.device
                if request.passesOver(&session, without: [device].compactMap(\.self)) { return [] }
                try world.noteAll(&session)
                let bridge = try device.map { name throws(CommandFailure) in try session.index(of: name) }
                var database = try session.ask { (socket) throws(NetlinkError) in try socket.multicastDatabase() }
                database.entries.removeAll { (bridge ?? $0.bridge) != $0.bridge || !selection.isMeant($0) }
                database.routerPorts.removeAll { (bridge ?? $0.bridge) != $0.bridge }
                return [database]
            },
            json: { json, database, world in
                json.members(of: database, world, details: true, statistics: request.statistics > 0)
            },
            text: { text, database, world in
                text.multicast(database, world, details: request.details, statistics: request.statistics > 0)
            })
    }
}

/// Which entries a listing shows, in the words of `mdb show`.
struct MulticastSelection {
    private(set) var device: String?
    private var vlan: UInt16?

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
    }

    static let table = WordTable<MulticastSelection>([
        Word("dev") { words, selection throws(CommandFailure) in selection.device = try words.deviceName() },
        Word("vid") { words, selection throws(CommandFailure) in selection.vlan = try words.number(1...4094) },
    ])

    func isMeant(_ entry: MulticastEntry) -> Bool { vlan == nil || vlan == entry.vlan }
}

extension JSONWriter {
    /// The two members of `bridge -j -d mdb show`.
    fileprivate mutating func members(
        of database: MulticastDatabase, _ world: LinkWorld, details: Bool, statistics: Bool
    ) {
        key("mdb")
        beginArray()
        for entry in database.entries {
            beginObject()
            entryMembers(of: entry, world, statistics: statistics)
            endObject()
        }
        endArray()
        key("router")
        beginObject()
        var bridges: [Int32] = []
        for port in database.routerPorts where !bridges.contains(port.bridge) { bridges.append(port.bridge) }
        for bridge in bridges {
            key(world.name(of: bridge))
            beginArray()
            for port in database.routerPorts where port.bridge == bridge {
                beginObject()
                routerPortMembers(of: port, world, statistics: statistics)
                endObject()
            }
            endArray()
        }
        endObject()
    }

    /// The members of a port behind which a router is.
    mutating func routerPortMembers(of port: MulticastRouterPort, _ world: LinkWorld, statistics: Bool) {
        member("port", world.name(of: port.port))
        guard statistics else { return }
        member("timer", port.timer.map(timerText))
        member("type", port.typeName)
    }

    private mutating func entryMembers(of entry: MulticastEntry, _ world: LinkWorld, statistics: Bool) {
        member("index", entry.bridge)
        member("dev", world.name(of: entry.bridge))
        member("port", world.name(of: entry.port))
        member("grp", entry.group.description)
        member("src", entry.source?.description)
        member("state", entry.stateName)
        member("filter_mode", entry.modeName)
        if !entry.sources.isEmpty {
            key("source_list")
            beginArray()
            for source in entry.sources {
                beginObject()
                member("address", source.address.description)
                member("timer", timerText(source.timer))
                endObject()
            }
            endArray()
        }
        member("protocol", entry.origin?.name)
        member("flags", entry.flagNames)
        if entry.vlan != 0 { member("vid", entry.vlan) }
        if statistics { member("timer", entry.timer.map(timerText)) }
    }
}

extension TextWriter {
    /// The lines of `bridge mdb show`.
    fileprivate mutating func multicast(
        _ database: MulticastDatabase, _ world: LinkWorld, details: Bool, statistics: Bool
    ) {
        for entry in database.entries {
            write("dev ")
            write(escaping: world.name(of: entry.bridge))
            write(" port ")
            write(escaping: world.name(of: entry.port))
            write(" grp \(entry.group)")
            if let source = entry.source { write(" src \(source)") }
            write(" \(entry.stateName)")
            if details { self.details(of: entry) }
            for name in entry.flagNames { write(" \(name)") }
            if entry.vlan != 0 { write(" vid \(entry.vlan)") }
            if statistics, let timer = entry.timer { write(" \(timerText(timer))") }
            write("\n")
        }
        guard details else { return }
        var bridge: Int32?
        for port in database.routerPorts {
            if port.bridge != bridge {
                if bridge != nil { write("\n") }
                write("router ports on ")
                write(escaping: world.name(of: port.bridge))
                write(": ")
                bridge = port.bridge
            }
            write(escaping: world.name(of: port.port))
            write(" ")
            if statistics {
                if let timer = port.timer { write(timerText(timer) + " ") }
                write(port.typeName.map { "\($0) " } ?? "")
            }
        }
        if bridge != nil { write("\n") }
    }

    private mutating func details(of entry: MulticastEntry) {
        if let mode = entry.modeName { write(" filter_mode \(mode)") }
        if !entry.sources.isEmpty {
            let texts = entry.sources.map { "\($0.address)/\(timerText($0.timer))" }
            write(" source_list \(texts.joined(separator: ","))")
        }
        if let origin = entry.origin { write(" proto \(origin.name) ") }
    }
}

extension MulticastEntry {
    fileprivate var stateName: String { isPermanent ? "permanent" : "temp" }

    fileprivate var modeName: String? { mode.map { $0 == 1 ? "include" : "exclude" } }

    /// The words that bridge(8) shows. Source: linux/if_bridge.h, `MDB_FLAGS_…`.
    fileprivate var flagNames: [String] {
        ["offload", "fast_leave", "added_by_star_ex", "blocked"].enumerated()
            .filter { flags & 1 << UInt8($0.offset) != 0 }.map(\.element)
    }
}

extension MulticastRouterPort {
    /// One of the two words of bridge(8): whether it is temporary, or set as one for good.
    ///
    /// Source: linux/if_bridge.h, `MDB_RTR_TYPE_…`.
    var typeName: String? {
        let temporary = [1, 3]  // MDB_RTR_TYPE_TEMP_QUERY, MDB_RTR_TYPE_TEMP
        return type.map { temporary.contains(Int($0)) ? "temp" : "permanent" }
    }
}

/// Hundredths of a second as bridge(8) aligns them: ` 259.66`.
func timerText(_ hundredths: UInt32) -> String {
    let seconds = "\(hundredths / 100)"
    let rest = hundredths % 100
    return String(repeating: " ", count: max(0, 4 - seconds.count)) + seconds + (rest < 10 ? ".0" : ".") + "\(rest)"
}
