// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Netlink
internal import RouteNetlink

/// `netns vlan`, which is also `netns bridge vlan`.
struct VLANCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vlan",
        abstract: "Add, delete and list the VLANs of bridges and their ports.",
        discussion: """
            The words are those of 'bridge vlan', and 'netns bridge vlan' is the same. See netns-bridge(8).

            EXAMPLES
              netns vlan add vid 10 dev v0 pvid untagged
              netns vlan add vid 100-199 dev v0
              netns vlan show -n red
            """,
        subcommands: [Add.self, Delete.self, Show.self, TunnelShow.self],
        defaultSubcommand: Show.self)

    /// What `add` and `delete` take.
    struct Arguments: ParsableArguments {
        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                vid ID[-ID] dev DEVICE, and of: pvid, untagged, self, master, tunnel_info id ID[-ID].
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func edit(isDeletion: Bool) -> VLANEdit {
            VLANEdit(isDeletion: isDeletion, namespace: namespace.namespace, words: words)
        }
    }

    /// What the verbs that list take.
    struct ShowArguments: ParsableArguments {
        @OptionGroup var options: ShowOptions

        @Flag(name: .customLong("compressvlans"), help: "Show VLANs that are alike as one range.")
        var inRanges = false

        @Argument(help: ArgumentHelp("Of: dev DEVICE, vid ID.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func show(tunnels: Bool) -> VLANShow {
            VLANShow(request: options.request, showsTunnels: tunnels, inRanges: inRanges, words: words)
        }
    }

    /// `netns vlan add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add VLANs to a port or a bridge.",
            discussion: """
                EXAMPLES
                  netns vlan add vid 10 dev v0 pvid untagged
                  netns vlan add vid 5 dev br0 self
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(isDeletion: false) }
    }

    /// `netns vlan delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete VLANs of a port or a bridge.",
            discussion: """
                EXAMPLES
                  netns vlan delete vid 100-199 dev v0
                """,
            aliases: ["del"])

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(isDeletion: true) }
    }

    /// `netns vlan show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List VLANs, port by port.",
            discussion: """
                EXAMPLES
                  netns vlan show dev v0
                  netns vlan show vid 10 --compressvlans --json
                """,
            aliases: ["list", "ls"])

        @OptionGroup var arguments: ShowArguments

        func operation() -> any Operation { arguments.show(tunnels: false) }
    }

    /// `netns vlan tunnelshow`.
    struct TunnelShow: OperationCommand {
        static let configuration = CommandConfiguration(
            commandName: "tunnelshow",
            abstract: "List the tunnels that carry VLANs, port by port.",
            discussion: """
                EXAMPLES
                  netns vlan tunnelshow dev vx0
                """)

        @OptionGroup var arguments: ShowArguments

        func operation() -> any Operation { arguments.show(tunnels: true) }
    }
}

/// Adds VLANs to a port or a bridge, or deletes them.
struct VLANEdit: Operation {
    var isDeletion: Bool
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "vlan \(isDeletion ? "delete" : "add")")
        let words = try VLANWords(&parser)
        var change = try words.change(parser)
        let device = words.device
        var session = try RouteSession(namespace: namespace)
        change.index = try session.index(of: device)
        try session.ask { (socket) throws(NetlinkError) in
            if isDeletion {
                try socket.deleteVLANs(change, device: device)
            } else {
                try socket.addVLANs(change, device: device)
            }
        }
    }
}

/// What the words of `vlan add` and `vlan delete` say. The device is not looked up yet.
struct VLANWords {
    private var ids: ClosedRange<UInt16>?
    private(set) var device = ""
    private var isPVID = false, isUntagged = false
    private var isOwn = false, isMasters = false
    private var tunnelIDs: ClosedRange<UInt32>?

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
        guard !device.isEmpty else { throw words.usage("the device is missing: 'dev DEVICE'") }
    }

    static let table = WordTable<VLANWords>([
        Word("vid") { words, vlan throws(CommandFailure) in vlan.ids = try words.range(1...4094) },
        Word("dev") { words, vlan throws(CommandFailure) in vlan.device = try words.deviceName() },
        Word("pvid") { _, vlan throws(CommandFailure) in vlan.isPVID = true },
        Word("untagged") { _, vlan throws(CommandFailure) in vlan.isUntagged = true },
        Word("self") { _, vlan throws(CommandFailure) in vlan.isOwn = true },
        Word("master") { _, vlan throws(CommandFailure) in vlan.isMasters = true },
        Word("tunnel_info") { words, vlan throws(CommandFailure) in
            guard words.take("id") else { throw words.usage("'tunnel_info' lacks its 'id ID'") }
            vlan.tunnelIDs = try words.range(0...0xff_ffff)
        },
    ])

    /// The change, but for its device.
    func change(_ words: WordParser) throws(CommandFailure) -> VLANChange {
        guard let ids else { throw words.usage("the VLAN is missing: 'vid ID'") }
        if isPVID, ids.count > 1 { throw words.usage("'pvid' is for one VLAN, not for a range") }
        var change = VLANChange(.vlan(PortVLAN(ids, isPVID: isPVID, isUntagged: isUntagged)), index: 0)
        if let tunnelIDs {
            guard !isPVID, !isUntagged else {
                throw words.usage("'tunnel_info' excludes 'pvid' and 'untagged'")
            }
            guard tunnelIDs.count == ids.count else {
                throw words.usage("'tunnel_info id' and 'vid' are ranges of different lengths")
            }
            change.content = .tunnel(VLANTunnel(ids, tunnelIDs: tunnelIDs))
        }
        change.isOwn = isOwn
        change.isMasters = isMasters
        return change
    }
}
