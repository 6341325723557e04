// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Adds, changes or deletes an entry of the neighbour tables.
struct NeighborEdit: SharingOperation {
    enum Verb: String { case add, replace, change, delete }

    var verb: Verb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "neighbor \(verb.rawValue)")
        let words = try NeighborWords(&parser, NeighborWords.table)
        let device = words.device
        var neighbor = words.neighbor
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        neighbor.index = try session.index(of: device)
        try session.change { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addNeighbor(neighbor, device: device)
            case .replace: try socket.replaceNeighbor(neighbor, device: device)
            case .change: try socket.changeNeighbor(neighbor, device: device)
            case .delete: try socket.deleteNeighbor(neighbor, device: device)
            }
        }
    }
}

/// Shows one entry of the neighbour tables.
struct NeighborLookup: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "neighbor get")
        let words = try NeighborWords(&parser, NeighborWords.lookupTable)
        try request.showRows(
            { session, world in
                var neighbor = words.neighbor
                neighbor.index = try session.index(of: words.device)
                world.lookUp(neighbor.index, &session)
                return [
                    try session.ask { (socket) throws(NetlinkError) in
                        try socket.neighbor(neighbor, device: words.device)
                    }
                ]
            },
            json: { $0.members(of: $1, $2, statistics: request.statistics > 0) },
            text: { $0.neighbor($1, $2, statistics: request.statistics > 0) })
    }
}

/// What the words of `neighbor add` and its like say. The device is not looked up yet.
struct NeighborWords {
    private var address: IPAddress?
    private(set) var device = ""
    private var linkLayerAddress: LinkLayerAddress?
    private var state: NeighborState?
    private var flags: NeighborFlags = []
    private var origin: RouteProtocol?

    /// Reads all words.
    init(_ words: inout WordParser, _ table: WordTable<NeighborWords>) throws(CommandFailure) {
        while let word = words.next {
            if try table.read(&words, into: &self) { continue }
            // A misspelt word is no address; an address has digits, or a colon.
            guard word.utf8.contains(where: { (0x30...0x3a).contains($0) }) else {
                throw words.unknownWord(among: table.names)
            }
            try readAddress(&words)
        }
        guard address != nil else { throw words.usage("the address is missing") }
        guard !device.isEmpty else { throw words.usage("the device is missing: 'dev DEVICE'") }
    }

    static let table = WordTable<NeighborWords>(
        places + [
            Word("lladdr") { words, neighbor throws(CommandFailure) in
                neighbor.linkLayerAddress = try words.linkLayerAddress()
            },
            Word("nud", "state") { words, neighbor throws(CommandFailure) in
                neighbor.state = try words.choice(NeighborState.named + [("none", NeighborState())])
            },
            Word("router") { _, neighbor throws(CommandFailure) in neighbor.flags.insert(.router) },
            Word("use") { _, neighbor throws(CommandFailure) in neighbor.flags.insert(.use) },
            Word("managed") { _, neighbor throws(CommandFailure) in neighbor.flags.insert(.managed) },
            Word("extern_learn") { _, neighbor throws(CommandFailure) in
                neighbor.flags.insert(.externallyLearned)
            },
            Word("protocol", "proto") { words, neighbor throws(CommandFailure) in
                neighbor.origin = try words.routeProtocol()
            },
        ])

    /// The words of `neighbor get`.
    static let lookupTable = WordTable<NeighborWords>(places)

    private static let places: [Word<NeighborWords>] = [
        Word("to") { words, neighbor throws(CommandFailure) in try neighbor.readAddress(&words) },
        Word("proxy") { words, neighbor throws(CommandFailure) in
            neighbor.flags.insert(.proxy)
            try neighbor.readAddress(&words)
        },
        Word("dev") { words, neighbor throws(CommandFailure) in neighbor.device = try words.deviceName() },
    ]

    private mutating func readAddress(_ words: inout WordParser) throws(CommandFailure) {
        guard address == nil else { throw words.usage("the address is given twice") }
        let text = try words.value("address")
        do throws(AddressingError) { address = try IPAddress(parsing: text) } catch { throw words.usage("\(error)") }
    }

    /// The entry, but for its device, with the state that `ip neighbour` gives it unless told.
    var neighbor: Neighbor {
        let state = state ?? (flags.contains(.managed) ? [] : .permanent)
        // `init` has made sure that there is an address.
        var neighbor = Neighbor(address ?? .unspecified(.ipv4), index: 0, state: state)
        neighbor.linkLayerAddress = linkLayerAddress
        neighbor.flags = flags
        neighbor.origin = origin
        return neighbor
    }
}
