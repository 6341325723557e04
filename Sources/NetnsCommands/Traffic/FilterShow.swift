// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

/// Which filters a listing shows.
struct FilterSelection {
    var device: String?
    /// The discipline or class whose packets they see; nil is the one at the root.
    var parent: TrafficHandle?
    var priority: UInt16?
    var protocolNumber: UInt16?
    var chain: UInt32?

    static let table = WordTable<FilterSelection>([
        Word("dev") { words, target throws(CommandFailure) in target.device = try words.deviceName() },
        Word("root") { words, target throws(CommandFailure) in try words.place(.root, in: &target.parent) },
        Word("ingress") { words, target throws(CommandFailure) in
            try words.place(.ingressFilters, in: &target.parent)
        },
        Word("egress") { words, target throws(CommandFailure) in try words.place(.egressFilters, in: &target.parent) },
        Word("parent") { words, target throws(CommandFailure) in
            try words.place(try words.handle(), in: &target.parent)
        },
        Word("pref", "prio", "preference", "priority") { words, target throws(CommandFailure) in
            target.priority = try words.number(1...UInt16.max)
        },
        Word("protocol") { words, target throws(CommandFailure) in
            target.protocolNumber = try words.ethernetProtocol()
        },
        Word("chain") { words, target throws(CommandFailure) in target.chain = try words.number() },
    ])

    func contains(_ filter: TrafficFilter) -> Bool {
        (priority ?? filter.place.priority) == filter.place.priority
            && (protocolNumber ?? filter.place.protocolNumber) == filter.place.protocolNumber
            && (chain ?? filter.chain) == filter.chain
    }
}

/// Shows the filters of a device.
struct FilterShow: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "filter show")
        var selection = FilterSelection()
        while let word = parser.next {
            if try FilterSelection.table.read(&parser, into: &selection) { continue }
            guard selection.device == nil else {
                throw parser.unknownWord(among: FilterSelection.table.names, after: selection.device)
            }
            _ = parser.take()
            try parser.check(deviceName: word)
            selection.device = word
        }
        // The kernel lists the filters of one device at a time.
        guard selection.device != nil else { throw parser.usage("the device is missing: 'dev DEVICE'") }
        try request.showRows(
            { session, world in try filters(selection, &session, &world) },
            json: { json, filter, world in filter.writeMembers(into: &json, selection, world) },
            text: { text, filter, world in text.write(filter.text(selection, world)) })
    }

    private func filters(
        _ selection: FilterSelection, _ session: inout RouteSession, _ world: inout LinkWorld
    ) throws -> [TrafficFilter] {
        guard let device = selection.device else { return [] }
        if request.passesOver(&session, without: [device]) { return [] }
        let index = try session.index(of: device)
        let parent = selection.parent ?? .unspecified
        let filters = try session.ask { (socket) throws(NetlinkError) in
            try socket.trafficFilters(index: index, parent: parent)
        }.filter(selection.contains)
        for mirroring in filters.flatMap(\.mirrorings) { world.lookUp(mirroring.index, &session) }
        return filters
    }
}
