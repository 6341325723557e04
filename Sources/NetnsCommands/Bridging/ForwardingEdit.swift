// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Adds, changes or deletes a forwarding entry.
struct ForwardingEdit: SharingOperation {
    enum Verb: String { case add, append, replace, delete }

    var verb: Verb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "fdb \(verb.rawValue)")
        let words = try ForwardingWords(&parser)
        // Everything but the devices' numbers is known and checked before the kernel is asked.
        var entry = try words.entry(parser)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        let device = words.device
        entry.index = try session.index(of: device)
        if let output = words.outputDevice { entry.outputInterface = try session.index(of: output) }
        try session.change { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addForwarding(entry, device: device)
            case .append: try socket.appendForwarding(entry, device: device)
            case .replace: try socket.replaceForwarding(entry, device: device)
            case .delete: try socket.deleteForwarding(entry, device: device)
            }
        }
    }
}

/// What the words of `fdb add` and its like say. The devices are not looked up yet.
struct ForwardingWords {
    private var address: MACAddress?
    private(set) var device = ""
    private(set) var outputDevice: String?
    private var flags: NeighborFlags = []
    private var state: (name: String, value: NeighborState)?
    private var vlan: UInt16?
    private var destination: IPAddress?
    private var port: UInt16?
    private var vni: UInt32?, sourceVNI: UInt32?, nextHopID: UInt32?

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while let word = words.next {
            if try Self.table.read(&words, into: &self) { continue }
            // A misspelt word is no address, which has colons.
            guard word.utf8.contains(UInt8(ascii: ":")) else { throw words.unknownWord(among: Self.table.names) }
            try readAddress(&words)
        }
        guard !device.isEmpty else { throw words.usage("the device is missing: 'dev DEVICE'") }
    }

    static let table = WordTable<ForwardingWords>([
        Word("to", "lladdr") { words, entry throws(CommandFailure) in try entry.readAddress(&words) },
        Word("dev") { words, entry throws(CommandFailure) in entry.device = try words.deviceName() },
        Word("self") { _, entry throws(CommandFailure) in entry.flags.insert(.own) },
        Word("master") { _, entry throws(CommandFailure) in entry.flags.insert(.master) },
        Word("permanent", "local") { words, entry throws(CommandFailure) in
            try entry.note([.permanent, .noARP], words)
        },
        Word("static", "temp") { words, entry throws(CommandFailure) in
            try entry.note([.noARP, .reachable], words)
        },
        Word("dynamic") { words, entry throws(CommandFailure) in try entry.note(.reachable, words) },
        Word("vlan") { words, entry throws(CommandFailure) in entry.vlan = try words.number(1...4094) },
        Word("dst") { words, entry throws(CommandFailure) in entry.destination = try words.address() },
        Word("port") { words, entry throws(CommandFailure) in entry.port = try words.number(1...65535) },
        Word("vni") { words, entry throws(CommandFailure) in entry.vni = try words.number(0...0xff_ffff) },
        Word("src_vni") { words, entry throws(CommandFailure) in entry.sourceVNI = try words.number(0...0xff_ffff) },
        Word("via") { words, entry throws(CommandFailure) in entry.outputDevice = try words.deviceName() },
        Word("nhid") { words, entry throws(CommandFailure) in entry.nextHopID = try words.number(1...UInt32.max) },
        Word("sticky") { _, entry throws(CommandFailure) in entry.flags.insert(.sticky) },
        Word("extern_learn") { _, entry throws(CommandFailure) in entry.flags.insert(.externallyLearned) },
        Word("router") { _, entry throws(CommandFailure) in entry.flags.insert(.router) },
        Word("use") { _, entry throws(CommandFailure) in entry.flags.insert(.use) },
    ])

    private mutating func readAddress(_ words: inout WordParser) throws(CommandFailure) {
        guard address == nil else { throw words.usage("the address is given twice") }
        let text = try words.value("address")
        do throws(AddressingError) { address = try MACAddress(parsing: text) } catch { throw words.usage("\(error)") }
    }

    private mutating func note(_ state: NeighborState, _ words: WordParser) throws(CommandFailure) {
        if let earlier = self.state {
            throw words.usage("'\(earlier.name)' and '\(words.current)' exclude each other")
        }
        self.state = (words.current, state)
    }

    /// The entry, but for its devices.
    func entry(_ words: WordParser) throws(CommandFailure) -> ForwardingEntry {
        guard let address else { throw words.usage("the address is missing") }
        guard nextHopID == nil || (destination == nil && port == nil && vni == nil && outputDevice == nil) else {
            throw words.usage("'nhid' excludes 'dst', 'port', 'vni' and 'via'")
        }
        var flags = flags
        // As in bridge(8): the device's own, unless it is said whose.
        if flags.isDisjoint(with: [.own, .master]) { flags.insert(.own) }
        var entry = ForwardingEntry(LinkLayerAddress(address), index: 0, flags: flags)
        if let state { entry.state = state.value }
        entry.vlan = vlan
        entry.destination = destination
        entry.port = port
        entry.vni = vni
        entry.sourceVNI = sourceVNI
        entry.nextHopID = nextHopID
        return entry
    }
}
