// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns fdb`, which is also `netns bridge fdb`.
struct ForwardingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fdb",
        abstract: "Add, delete and list where bridges and VXLAN devices forward frames to.",
        discussion: """
            The words are those of 'bridge fdb', and 'netns bridge fdb' is the same. See netns-bridge(8).

            EXAMPLES
              netns fdb add 02:00:00:00:00:09 dev v0 master static
              netns fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.9
              netns fdb show br br0 -n red
            """,
        subcommands: [
            Add.self,
            Append.self,
            Delete.self,
            Flush.self,
            Get.self,
            Replace.self,
            Show.self,
        ],
        defaultSubcommand: Show.self)

    /// What the verbs that change an entry take.
    struct Arguments: ParsableArguments {
        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                ADDRESS dev DEVICE, and of: self, master, permanent or local, static or temp, dynamic, vlan ID, dst \
                ADDRESS, port PORT, vni ID, src_vni ID, via DEVICE, nhid ID, sticky, extern_learn, router, use.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func edit(_ verb: ForwardingEdit.Verb) -> ForwardingEdit {
            ForwardingEdit(verb: verb, namespace: namespace.namespace, words: words)
        }
    }

    /// `netns fdb add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an entry.",
            discussion: """
                EXAMPLES
                  netns fdb add 02:00:00:00:00:09 dev v0 master static
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.add) }
    }

    /// `netns fdb append`.
    struct Append: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add one more other end to an entry of a VXLAN device.",
            discussion: """
                EXAMPLES
                  netns fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.9
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.append) }
    }

    /// `netns fdb replace`.
    struct Replace: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an entry, or replace the one that is there.",
            discussion: """
                EXAMPLES
                  netns fdb replace 02:00:00:00:00:09 dev v1 master static
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.replace) }
    }

    /// `netns fdb delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete an entry.",
            discussion: """
                EXAMPLES
                  netns fdb delete 02:00:00:00:00:09 dev v0 master
                """,
            aliases: ["del"])

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.delete) }
    }

    /// `netns fdb flush`.
    struct Flush: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete many entries.",
            discussion: """
                EXAMPLES
                  netns fdb flush dev br0 brport v0
                  netns fdb flush dev br0 vlan 10 dynamic -n red
                """)

        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                dev DEVICE, and of: brport DEVICE, vlan ID, self, master, [no]permanent, [no]static, [no]dynamic, \
                [no]added_by_user, [no]extern_learn, [no]sticky, [no]offloaded.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { ForwardingFlush(namespace: namespace.namespace, words: words) }
    }

    /// `netns fdb get`.
    struct Get: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one entry.",
            discussion: """
                EXAMPLES
                  netns fdb get 02:00:00:00:00:09 br br0
                  netns fdb get 02:00:00:00:00:09 dev v0 vlan 10 --json
                """)

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var output: OutputOptions

        @Flag(name: [.short, .long], help: "Show how the entry is used.")
        var statistics: Int

        @Argument(
            help: ArgumentHelp(
                "ADDRESS, br BRIDGE or dev DEVICE, and of: vlan ID, vni ID, self, master, dynamic.",
                valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            var request = ShowRequest(namespace: namespace.namespace)
            request.json = output.writerIfWanted
            request.statistics = statistics
            return ForwardingLookup(request: request, words: words)
        }
    }

    /// `netns fdb show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List entries.",
            discussion: """
                EXAMPLES
                  netns fdb show br br0 state static
                  netns fdb show brport v0 --json
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions

        @Argument(
            help: ArgumentHelp(
                "Of: br BRIDGE, brport DEVICE or dev DEVICE, vlan ID, state STATE, dynamic.", valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { ForwardingShow(request: options.request, words: words) }
    }
}
