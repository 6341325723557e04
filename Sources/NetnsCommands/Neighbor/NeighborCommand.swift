// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns neighbor`.
struct NeighborCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbor",
        abstract: "Add, change, delete and list the neighbours that ARP and NDP know.",
        discussion: """
            The words are those of 'ip neighbour'; GNU options may stand between them. See netns-neighbor(8).

            EXAMPLES
              netns neighbor add 10.0.0.9 lladdr 02:00:00:00:00:09 dev eth0 -n red
              netns neighbor show dev eth0 -n red
              netns neighbor flush dev eth0 -n red
            """,
        subcommands: [
            Add.self, Replace.self, Change.self, Delete.self, Flush.self, Show.self, Get.self,
        ],
        defaultSubcommand: Show.self,
        aliases: ["n", "ne", "neigh", "neighbour"])

    /// What the verbs that change an entry take.
    struct Arguments: ParsableArguments {
        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                [proxy] ADDRESS dev DEVICE, and of: lladdr ADDRESS, nud STATE, router, use, managed, extern_learn, \
                protocol PROTOCOL.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func edit(_ verb: NeighborEdit.Verb) -> NeighborEdit {
            NeighborEdit(verb: verb, namespace: namespace.namespace, words: words)
        }
    }

    /// `netns neighbor add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an entry.",
            discussion: """
                EXAMPLES
                  netns neighbor add 10.0.0.9 lladdr 02:00:00:00:00:09 dev eth0 -n red
                  netns neighbor add proxy 10.0.0.7 dev eth0
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.add) }
    }

    /// `netns neighbor replace`.
    struct Replace: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an entry, or change the one that is there.",
            discussion: """
                EXAMPLES
                  netns neighbor replace 10.0.0.9 lladdr 02:00:00:00:00:0a dev eth0 nud stale
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.replace) }
    }

    /// `netns neighbor change`.
    struct Change: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change an entry that is there.",
            discussion: """
                EXAMPLES
                  netns neighbor change 10.0.0.9 lladdr 02:00:00:00:00:0b dev eth0
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.change) }
    }

    /// `netns neighbor delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete an entry.",
            discussion: """
                EXAMPLES
                  netns neighbor delete 10.0.0.9 dev eth0 -n red
                """,
            aliases: ["del"])

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.delete) }
    }

    /// `netns neighbor flush`.
    struct Flush: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete many entries.",
            discussion: """
                The words choose as those of 'neighbor show' do; without any, nothing is deleted. Entries
                that are permanent or need no asking stay, unless their state is named.

                EXAMPLES
                  netns neighbor flush dev eth0 -n red
                  netns neighbor flush nud failed
                """)

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var family: FamilyOptions

        @Argument(help: ArgumentHelp("The words of 'neighbor show'.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            NeighborFlush(namespace: namespace.namespace, family: family.family, words: words)
        }
    }

    /// `netns neighbor show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List neighbours.",
            discussion: """
                Entries that need no asking, such as those of multicast addresses, take 'nud all'.

                EXAMPLES
                  netns neighbor show -n red
                  netns neighbor show dev eth0 nud reachable --statistics
                  netns neighbor show proxy --all-namespaces --json
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions
        @OptionGroup var family: FamilyOptions

        @Argument(
            help: ArgumentHelp(
                """
                Of: [to] PREFIX, dev DEVICE, nud STATE|all, proxy, unused, master DEVICE, vrf DEVICE, nomaster, \
                protocol PROTOCOL.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            NeighborShow(request: options.request, family: family.family, words: words)
        }
    }

    /// `netns neighbor get`.
    struct Get: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one entry.",
            discussion: """
                EXAMPLES
                  netns neighbor get 10.0.0.9 dev eth0 -n red
                """)

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var output: OutputOptions

        @Flag(name: [.short, .long], help: "Show how the entry is used.")
        var statistics: Int

        @Argument(help: ArgumentHelp("[proxy] ADDRESS dev DEVICE.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            var request = ShowRequest(namespace: namespace.namespace)
            request.json = output.writerIfWanted
            request.statistics = statistics
            return NeighborLookup(request: request, words: words)
        }
    }
}
