// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

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
        subcommands: [
            Add.self,
            Delete.self,
            Global.self,
            Set.self,
            Show.self,
            TunnelShow.self,
        ],
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

        func edit(_ verb: VLANEdit.Verb) -> VLANEdit {
            VLANEdit(verb: verb, namespace: namespace.namespace, words: words)
        }
    }

    /// What the verbs that list take.
    struct ShowArguments: ParsableArguments {
        @OptionGroup var options: ShowOptions

        @Flag(name: .customLong("compressvlans"), help: "Show VLANs that are alike as one range.")
        var inRanges = false

        @Argument(help: ArgumentHelp("Of: dev DEVICE, vid ID.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func show(_ listing: VLANShow.Listing) -> VLANShow {
            VLANShow(request: options.request, listing: listing, inRanges: inRanges, words: words)
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

        func operation() -> any Operation { arguments.edit(.add) }
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

        func operation() -> any Operation { arguments.edit(.delete) }
    }

    /// `netns vlan set`.
    struct Set: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change options of VLANs that a port or a bridge has.",
            discussion: """
                EXAMPLES
                  netns vlan set vid 10 dev v0 state blocking
                  netns vlan set vid 100-199 dev v0 mcast_router 2
                """)

        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                "vid ID[-ID] dev DEVICE, and of: state STATE, mcast_router 0|1|2.", valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { VLANOptionEdit(namespace: namespace.namespace, words: words) }
    }

    /// `netns vlan global`.
    struct Global: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show or change options of VLANs of whole bridges, which concern multicast.",
            discussion: """
                Without 'set' they are listed. Intervals are in hundredths of a second.

                EXAMPLES
                  netns vlan global show dev br0
                  netns vlan global set vid 10 dev br0 mcast_querier 1
                """)

        @OptionGroup var options: ShowOptions

        @Argument(
            help: ArgumentHelp(
                """
                [show] and of: dev BRIDGE, vid ID; or set vid ID[-ID] dev BRIDGE, and of: mcast_snooping 0|1, \
                mcast_querier 0|1, mcast_igmp_version 2|3, mcast_mld_version 1|2, mcast_last_member_count NUMBER, \
                mcast_last_member_interval TIME, mcast_startup_query_count NUMBER, mcast_startup_query_interval TIME, \
                mcast_membership_interval TIME, mcast_querier_interval TIME, mcast_query_interval TIME, \
                mcast_query_response_interval TIME.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() throws -> any Operation {
            guard words.first == "set" else {
                let isShow = words.first.map { ["show", "list", "ls"].contains($0) } ?? false
                return GlobalVLANShow(request: options.request, words: isShow ? Array(words.dropFirst()) : words)
            }
            guard !options.allNamespaces else {
                throw CommandFailure.usage("vlan global set: '--all-namespaces' is for listings")
            }
            return GlobalVLANEdit(namespace: options.namespace.namespace, words: Array(words.dropFirst()))
        }
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

        func operation() -> any Operation { arguments.show(.vlans) }
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

        func operation() -> any Operation { arguments.show(.tunnels) }
    }
}
