// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Shows one forwarding entry.
struct ForwardingLookup: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "fdb get")
        let words = try ForwardingLookupWords(&parser)
        try request.showRows(
            { session, world in
                let entry = try words.entry(&session)
                for device in [entry.index, entry.master, entry.outputInterface].compactMap(\.self) {
                    world.lookUp(device, &session)
                }
                return words.showsPermanent || !entry.state.contains(.permanent) ? [entry] : []
            },
            json: { json, entry, world in
                json.members(of: entry, world, showsDevice: true, statistics: request.statistics > 0)
            },
            text: { text, entry, world in
                text.forwarding(entry, world, showsDevice: true, statistics: request.statistics > 0)
            })
    }
}

/// What the words of `fdb get` say. The devices are not looked up yet.
struct ForwardingLookupWords {
    private var address: LinkLayerAddress?
    private var device: String?, bridge: String?
    private var flags: NeighborFlags = []
    private var vlan: UInt16?
    private var vni: UInt32?
    /// Whether an address of this host is shown.
    private(set) var showsPermanent = true

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while let word = words.next {
            if try Self.table.read(&words, into: &self) { continue }
            // A misspelt word is no address, which has colons.
            guard word.utf8.contains(UInt8(ascii: ":")) else { throw words.unknownWord(among: Self.table.names) }
            try readAddress(&words)
        }
        guard address != nil else { throw words.usage(Self.lacksAddress) }
        guard device != nil || bridge != nil else {
            throw words.usage("the device is missing: 'dev DEVICE', or 'br BRIDGE'")
        }
        // The kernel takes one or the other.
        guard device == nil || bridge == nil else { throw words.usage("'br' and 'dev' exclude each other") }
    }

    static let table = WordTable<ForwardingLookupWords>([
        Word("to", "lladdr") { words, query throws(CommandFailure) in try query.readAddress(&words) },
        Word("br") { words, query throws(CommandFailure) in query.bridge = try words.deviceName() },
        Word("brport", "dev") { words, query throws(CommandFailure) in query.device = try words.deviceName() },
        Word("vlan") { words, query throws(CommandFailure) in query.vlan = try words.number(1...4094) },
        Word("vni") { words, query throws(CommandFailure) in query.vni = try words.number(0...0xff_ffff) },
        Word("self") { _, query throws(CommandFailure) in query.flags.insert(.own) },
        Word("master") { _, query throws(CommandFailure) in query.flags.insert(.master) },
        Word("dynamic") { _, query throws(CommandFailure) in query.showsPermanent = false },
    ])

    private static let lacksAddress = "the address is missing"

    private mutating func readAddress(_ words: inout WordParser) throws(CommandFailure) {
        guard address == nil else { throw words.usage("the address is given twice") }
        let text = try words.value("address")
        do throws(AddressingError) { address = LinkLayerAddress(try MACAddress(parsing: text)) } catch {
            throw words.usage("\(error)")
        }
    }

    /// Asks the kernel for the entry.
    func entry(_ session: inout RouteSession) throws(CommandFailure) -> ForwardingEntry {
        guard let address else { throw .usage("fdb get: \(Self.lacksAddress)") }
        var query = ForwardingQuery(address)
        query.index = try device.map { name throws(CommandFailure) in try session.index(of: name) }
        query.bridge = try bridge.map { name throws(CommandFailure) in try session.index(of: name) }
        query.flags = flags
        query.vlan = vlan
        query.vni = vni
        let (wanted, name) = (query, device ?? bridge)
        return try session.ask { (socket) throws(NetlinkError) in
            try socket.forwardingEntry(wanted, device: name)
        }
    }
}
