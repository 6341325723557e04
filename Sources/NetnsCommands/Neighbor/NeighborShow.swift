// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Shows the neighbours that the words choose.
struct NeighborShow: ShowOperation {
    var request: ShowRequest
    var family: AddressFamily?
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "neighbor show")
        // All but those that need no asking: hosts have many, of multicast addresses.
        let selection = try NeighborSelection(&parser, family: family, states: [.noARP], isListed: false)
        let showsDevice = selection.device == nil
        try request.showRows(
            { session, world in
                if request.passesOver(&session, without: selection.devices) { return [] }
                try world.noteAll(&session)
                return try selection.neighbors(&session)
            },
            json: { json, neighbor, world in
                json.members(of: neighbor, world, showsDevice: showsDevice, statistics: request.statistics > 0)
            },
            text: { text, neighbor, world in
                text.neighbor(neighbor, world, showsDevice: showsDevice, statistics: request.statistics > 0)
            })
    }
}

/// Deletes the neighbours that the words choose.
struct NeighborFlush: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var family: AddressFamily?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "neighbor flush")
        guard !parser.isAtEnd else { throw parser.usage("it must be said which neighbours to delete") }
        // As in ip(8), 'all' is for whoever means it.
        let all = parser.take("all")
        if all { try parser.expectEnd() }
        let selection = try NeighborSelection(
            &parser, family: family, states: [.noARP, .permanent], isListed: false)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        var world = LinkWorld()
        try world.noteAll(&session)
        let chosen = try selection.neighbors(&session)
        let refusals = try session.ask { (socket) throws(NetlinkError) in
            try socket.deleteNeighbors(chosen) { world.name(of: $0.index) }
        }
        try conclude(refusals.map { session.failure(.kernel($0)) })
    }
}

/// Which neighbours a listing shows or `flush` deletes, in the words of `neighbor show`.
struct NeighborSelection {
    private(set) var device: String?
    private var master: String?
    private var hasNoMaster = false
    private var network: IPPrefix?
    private var isProxy = false
    private var isUnused = false
    private var origin: RouteProtocol?
    private var family: AddressFamily?
    /// The states that are shown or, unless they were listed, those that are not.
    private var states: NeighborState, isListed: Bool
    /// Whether entries without a state are shown.
    private var hasStateless: Bool

    /// The devices that the words name.
    var devices: [String] { [device, master].compactMap(\.self) }

    /// Reads all words.
    ///
    /// - Parameters:
    ///   - family: what `-4` or `-6` says.
    ///   - states: which states are left out unless the words name any.
    init(
        _ words: inout WordParser, family: AddressFamily?, states: NeighborState, isListed: Bool
    ) throws(CommandFailure) {
        self.family = family
        self.states = states
        self.isListed = isListed
        hasStateless = states.contains(.permanent)
        while let word = words.next {
            if try Self.table.read(&words, into: &self) { continue }
            guard word.utf8.contains(where: { (0x30...0x3a).contains($0) }) else {
                throw words.unknownWord(among: Self.table.names)
            }
            try readNetwork(&words)
        }
    }

    static let table = WordTable<NeighborSelection>([
        Word("to") { words, selection throws(CommandFailure) in try selection.readNetwork(&words) },
        Word("dev") { words, selection throws(CommandFailure) in selection.device = try words.deviceName() },
        Word("nud", "state", mayRepeat: true) { words, selection throws(CommandFailure) in
            if words.take("all") {
                (selection.states, selection.isListed, selection.hasStateless) = ([], false, true)
                return
            }
            let state = try words.choice(NeighborState.named + [("none", NeighborState()), ("all", NeighborState())])
            if !selection.isListed {
                (selection.states, selection.isListed, selection.hasStateless) = ([], true, false)
            }
            selection.states.formUnion(state)
            if state.isEmpty { selection.hasStateless = true }
        },
        Word("proxy") { _, selection throws(CommandFailure) in selection.isProxy = true },
        Word("unused") { _, selection throws(CommandFailure) in selection.isUnused = true },
        Word("master", "vrf") { words, selection throws(CommandFailure) in
            guard !selection.hasNoMaster else {
                throw words.usage("'nomaster' and '\(words.current)' exclude each other")
            }
            selection.master = try words.deviceName()
        },
        Word("nomaster") { words, selection throws(CommandFailure) in
            guard selection.master == nil else { throw words.usage("'master' and 'nomaster' exclude each other") }
            selection.hasNoMaster = true
        },
        Word("protocol", "proto") { words, selection throws(CommandFailure) in
            selection.origin = try words.routeProtocol()
        },
    ])

    private mutating func readNetwork(_ words: inout WordParser) throws(CommandFailure) {
        guard network == nil else { throw words.usage("the network is given twice") }
        let text = try words.value("prefix")
        let prefix: IPPrefix
        do throws(AddressingError) { prefix = try IPPrefix(parsing: text, bareAddress: .host) } catch {
            throw words.usage("\(error)")
        }
        guard family == nil || family == prefix.family else {
            throw words.usage("'\(text)' is not of the family of '-4' or '-6'")
        }
        family = prefix.family
        network = prefix.network
    }

    /// The entries that are meant.
    func neighbors(_ session: inout RouteSession) throws(CommandFailure) -> [Neighbor] {
        var filter = NeighborFilter(family: family, isProxy: isProxy)
        filter.index = try device.map { name throws(CommandFailure) in try session.index(of: name) }
        filter.master = try master.map { name throws(CommandFailure) in try session.index(of: name) }
        if hasNoMaster { filter.master = -1 }
        return try session.ask { (socket) throws(NetlinkError) in try socket.neighbors(filter) }.filter(isMeant)
    }

    private func isMeant(_ neighbor: Neighbor) -> Bool {
        if let network, !network.contains(neighbor.address) { return false }
        if let origin, neighbor.origin != origin { return false }
        if isUnused, let usage = neighbor.usage, usage.references > 0 { return false }
        // As in ip(8): what a program has learned is shown whatever its state is.
        if isProxy || neighbor.flags.contains(.externallyLearned) { return true }
        if neighbor.state.isEmpty { return hasStateless }
        return neighbor.state.isDisjoint(with: states) != isListed
    }
}

extension JSONWriter {
    /// The members of a neighbour, with the keys of `ip -j -s neighbour show`.
    mutating func members(
        of neighbor: Neighbor, _ world: LinkWorld, showsDevice: Bool = true, statistics: Bool
    ) {
        member("dst", neighbor.address.description)
        if showsDevice { member("dev", world.name(of: neighbor.index)) }
        member("lladdr", neighbor.linkLayerAddress.map { world.text(of: $0, on: neighbor.index) })
        for name in neighbor.flags.neighborNames { null(name) }
        if statistics, let usage = neighbor.usage {
            if usage.references != 0 { member("refcnt", usage.references) }
            member("used", usage.used / 100)
            member("confirmed", usage.confirmed / 100)
            member("updated", usage.updated / 100)
        }
        if statistics { member("probes", neighbor.probes) }
        if !neighbor.state.isEmpty { member("state", neighbor.state.names) }
        member("protocol", neighbor.origin?.name)
    }
}

extension TextWriter {
    /// A neighbour as `ip neighbour show` prints it.
    mutating func neighbor(
        _ neighbor: Neighbor, _ world: LinkWorld, showsDevice: Bool = true, statistics: Bool
    ) {
        neighbor.address.append(to: &bytes)
        write(" ")
        if showsDevice { word("dev", world.name(of: neighbor.index)) }
        word("lladdr", neighbor.linkLayerAddress.map { world.text(of: $0, on: neighbor.index) })
        for name in neighbor.flags.neighborNames { write("\(name) ") }
        if statistics, let usage = neighbor.usage {
            if usage.references != 0 { write(" ref \(usage.references)") }
            write(" used \(usage.used / 100)/\(usage.confirmed / 100)/\(usage.updated / 100)")
        }
        if statistics { word("probes", neighbor.probes) }
        for name in neighbor.state.names { write("\(name) ") }
        word("proto", neighbor.origin?.name)
        write("\n")
    }
}

extension NeighborFlags {
    /// The words that ip(8) shows of a neighbour, in its order.
    fileprivate var neighborNames: [String] {
        let terms: [(NeighborFlags, String)] = [
            (.router, "router"), (.proxy, "proxy"), (.managed, "managed"), (.externallyLearned, "extern_learn"),
            (.offloaded, "offload"),
        ]
        return terms.filter { contains($0.0) }.map(\.1)
    }
}
