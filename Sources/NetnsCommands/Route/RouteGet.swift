// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink

extension RouteCommand {
    /// `netns route get`.
    struct Get: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask the kernel what it does with a packet.",
            discussion: """
                EXAMPLES
                  netns route get 10.0.0.1 -n red
                  netns route get 192.0.2.1 from 10.0.0.2 iif eth0
                  netns route get 10.0.0.1 fibmatch --json
                """)

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var output: OutputOptions
        @OptionGroup var family: FamilyOptions
        @OptionGroup var mpls: MPLSOption

        @Flag(name: [.short, .long], help: "Show all details; JSON always has them.")
        var details = false

        @Flag(name: [.short, .long], help: "Show how the entry of the cache is used.")
        var statistics: Int

        @Argument(
            help: ArgumentHelp(
                """
                [to] ADDRESS, and of: from ADDRESS, iif DEVICE, oif DEVICE, vrf DEVICE, mark NUMBER, tos TOS, \
                uid NUMBER, ipproto PROTOCOL, sport PORT, dport PORT, fibmatch, notify.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            var request = ShowRequest(namespace: namespace.namespace)
            request.json = output.writerIfWanted
            request.details = details
            request.statistics = statistics
            return mpls.isMPLS
                ? MPLSRouteLookup(request: request, words: words)
                : RouteGet(request: request, family: family.family, words: words)
        }
    }
}

/// Asks the kernel for a route.
struct RouteGet: ShowOperation {
    var request: ShowRequest
    var family: AddressFamily?
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "route get")
        let words = try LookupWords(&parser)
        var lookup = try words.lookup(parser, family: family)
        var session = try RouteSession(namespace: request.namespace, sockets: request.sockets)
        if let device = words.inputDevice { lookup.inputInterface = try session.index(of: device) }
        if let device = words.outputDevice { lookup.outputInterface = try session.index(of: device) }
        if let vrf = words.vrf {
            // The table isn't asked for: this only makes sure that the device is one.
            _ = try session.table(ofVRF: vrf)
            lookup.outputInterface = try session.index(of: vrf)
        }
        let route = try session.ask { (socket) throws(NetlinkError) in try socket.lookUpRoute(lookup) }
        var world = LinkWorld()
        for index in [route.outputInterface, route.inputInterface] + route.nextHops.map(\.outputInterface) {
            if let index { world.lookUp(index, &session) }
        }
        if route.nextHopID != nil { world.noteNextHops(&session) }
        for index in route.encapsulation?.devices ?? [] { world.lookUp(index, &session) }
        if var json = request.json {
            json.beginArray()
            json.beginObject()
            json.members(of: route, world, showsTable: true, request.statistics)
            json.endObject()
            json.endArray()
            try json.flush()
        } else {
            var text = TextWriter()
            text.route(route, world, RouteForm(details: request.details, statistics: request.statistics))
            try text.flush()
        }
    }
}

/// The words of `route get`. Devices are not looked up yet.
struct LookupWords {
    var destination: IPPrefix?
    var source: IPAddress?
    var inputDevice: String?, outputDevice: String?
    var tos: UInt8 = 0
    var mark: UInt32?, user: UInt32?
    var ipProtocol: UInt8?
    var sourcePort: UInt16?, destinationPort: UInt16?
    var wantsTableEntry = false
    var vrf: String?
    var wantsNotification = false

    init(_ words: inout WordParser) throws(CommandFailure) {
        while let word = words.next {
            if try Self.table.read(&words, into: &self) { continue }
            guard word.utf8.contains(where: { (0x30...0x3a).contains($0) }) else {
                throw words.unknownWord(among: Self.table.names)
            }
            try readDestination(&words)
        }
        guard destination != nil else { throw words.usage("the address is missing") }
    }

    private mutating func readDestination(_ words: inout WordParser) throws(CommandFailure) {
        guard destination == nil else { throw words.usage("the address is given twice") }
        let text = try words.value("address")
        do throws(AddressingError) { destination = try IPPrefix(parsing: text, bareAddress: .host) } catch {
            throw words.usage("\(error)")
        }
    }

    static let table = WordTable<LookupWords>([
        Word("to") { words, lookup throws(CommandFailure) in try lookup.readDestination(&words) },
        Word("from") { words, lookup throws(CommandFailure) in lookup.source = try words.address() },
        Word("iif") { words, lookup throws(CommandFailure) in lookup.inputDevice = try words.deviceName() },
        Word("oif", "dev") { words, lookup throws(CommandFailure) in
            lookup.outputDevice = try words.deviceName()
        },
        Word("mark") { words, lookup throws(CommandFailure) in lookup.mark = try words.mask() },
        Word("tos", "dsfield") { words, lookup throws(CommandFailure) in lookup.tos = try words.trafficClass() },
        Word("uid") { words, lookup throws(CommandFailure) in lookup.user = try words.number() },
        Word("ipproto") { words, lookup throws(CommandFailure) in lookup.ipProtocol = try words.ipProtocol() },
        Word("sport") { words, lookup throws(CommandFailure) in lookup.sourcePort = try words.number(1...65535) },
        Word("dport") { words, lookup throws(CommandFailure) in lookup.destinationPort = try words.number(1...65535) },
        Word("vrf") { words, lookup throws(CommandFailure) in lookup.vrf = try words.deviceName() },
        Word("notify") { _, lookup throws(CommandFailure) in lookup.wantsNotification = true },
        Word("fibmatch") { _, lookup throws(CommandFailure) in lookup.wantsTableEntry = true },
    ])

    func lookup(_ words: WordParser, family: AddressFamily?) throws(CommandFailure) -> RouteLookup {
        guard let destination, destination.isHost else {
            throw words.usage("an address is looked up, not a network")
        }
        guard family ?? destination.family == destination.family,
            source?.family ?? destination.family == destination.family
        else { throw words.usage("the addresses are of different families, or not of that of '-4' or '-6'") }
        guard vrf == nil || outputDevice == nil else { throw words.usage("'vrf' and 'oif' exclude each other") }
        var lookup = RouteLookup(to: destination.address)
        lookup.wantsNotification = wantsNotification
        lookup.source = source
        lookup.tos = tos
        lookup.mark = mark
        lookup.user = user
        lookup.ipProtocol = ipProtocol
        lookup.sourcePort = sourcePort
        lookup.destinationPort = destinationPort
        lookup.wantsTableEntry = wantsTableEntry
        return lookup
    }
}
