// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink

/// `netns mdb`, which is also `netns bridge mdb`.
struct MulticastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mdb",
        abstract: "Add, delete and list the multicast groups that ports of bridges want.",
        discussion: """
            The words are those of 'bridge mdb', and 'netns bridge mdb' is the same. See netns-bridge(8).

            EXAMPLES
              netns mdb add dev br0 port v0 grp 239.1.1.1 permanent
              netns mdb show -n red
            """,
        subcommands: [Add.self, Delete.self, Show.self],
        defaultSubcommand: Show.self)

    /// What `add` and `delete` take.
    struct Arguments: ParsableArguments {
        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                "dev BRIDGE port DEVICE grp ADDRESS, and of: src ADDRESS, permanent, temp, vid ID.",
                valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func edit(_ verb: MulticastEdit.Verb) -> MulticastEdit {
            MulticastEdit(verb: verb, namespace: namespace.namespace, words: words)
        }
    }

    /// `netns mdb add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an entry.",
            discussion: """
                EXAMPLES
                  netns mdb add dev br0 port v0 grp 239.1.1.1 src 10.0.0.9 permanent
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.add) }
    }

    /// `netns mdb delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete an entry.",
            discussion: """
                EXAMPLES
                  netns mdb delete dev br0 port v0 grp 239.1.1.1
                """,
            aliases: ["del"])

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.delete) }
    }

    /// `netns mdb show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List entries, and with details the ports behind which routers are.",
            discussion: """
                EXAMPLES
                  netns mdb show dev br0 --details
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions

        @Argument(help: ArgumentHelp("Of: dev BRIDGE, vid ID.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { MulticastShow(request: options.request, words: words) }
    }
}

/// Adds or deletes an entry of a multicast database.
struct MulticastEdit: SharingOperation {
    enum Verb: String { case add, delete }

    var verb: Verb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "mdb \(verb.rawValue)")
        let words = try MulticastWords(&parser)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        var entry = MulticastEntry(
            words.group, port: try session.index(of: words.port), of: try session.index(of: words.bridge))
        entry.source = words.source
        entry.isPermanent = words.isPermanent ?? false
        entry.vlan = words.vlan ?? 0
        let (port, change) = (words.port, entry)
        try session.change { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addMulticast(change, device: port)
            case .delete: try socket.deleteMulticast(change, device: port)
            }
        }
    }
}

/// What the words of `mdb add` and `mdb delete` say. The devices are not looked up yet.
struct MulticastWords {
    private(set) var bridge = ""
    private(set) var port = ""
    private(set) var group = MulticastEntry.Group.address(.unspecified(.ipv4))
    private(set) var source: IPAddress?
    private(set) var isPermanent: Bool?
    private(set) var vlan: UInt16?
    private var hasGroup = false

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
        guard !bridge.isEmpty else { throw words.usage("the bridge is missing: 'dev BRIDGE'") }
        guard !port.isEmpty else { throw words.usage("the port is missing: 'port DEVICE'") }
        guard hasGroup else { throw words.usage("the group is missing: 'grp ADDRESS'") }
        guard let source else { return }
        guard case .address(let address) = group, address.family == source.family else {
            throw words.usage("'src' is not of the group's family")
        }
    }

    static let table = WordTable<MulticastWords>([
        Word("dev") { words, entry throws(CommandFailure) in entry.bridge = try words.deviceName() },
        Word("port") { words, entry throws(CommandFailure) in entry.port = try words.deviceName() },
        Word("grp") { words, entry throws(CommandFailure) in
            entry.hasGroup = true
            // Six numbers with colons are an Ethernet address; no IPv6 address is written so.
            if let text = words.next, let address = MACAddress(text) {
                _ = words.take()
                entry.group = .linkLayer(address)
            } else {
                entry.group = .address(try words.address())
            }
        },
        Word("src") { words, entry throws(CommandFailure) in entry.source = try words.address() },
        Word("permanent") { words, entry throws(CommandFailure) in try entry.note(isPermanent: true, words) },
        Word("temp") { words, entry throws(CommandFailure) in try entry.note(isPermanent: false, words) },
        Word("vid") { words, entry throws(CommandFailure) in entry.vlan = try words.number(1...4094) },
    ])

    private mutating func note(isPermanent: Bool, _ words: WordParser) throws(CommandFailure) {
        guard self.isPermanent == nil else { throw words.usage("'permanent' and 'temp' exclude each other") }
        self.isPermanent = isPermanent
    }
}
