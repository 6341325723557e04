// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns nexthop`.
struct NextHopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nexthop",
        abstract: "Add, replace, delete and list next hops that routes refer to.",
        discussion: """
            The words are those of 'ip nexthop'; GNU options may stand between them. See netns-nexthop(8).

            EXAMPLES
              netns nexthop add id 1 via 10.0.0.2 dev eth0 -n red
              netns nexthop add id 10 group 1,3/2 -n red
              netns route add 10.9.0.0/16 nhid 10 -n red
            """,
        subcommands: [
            Add.self,
            Bucket.self,
            Delete.self,
            Flush.self,
            Get.self,
            Replace.self,
            Show.self,
        ],
        defaultSubcommand: Show.self,
        aliases: ["nh"])

    /// What `add` and `replace` take.
    struct Arguments: ParsableArguments {
        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var family: FamilyOptions

        @Argument(
            help: ArgumentHelp(
                """
                id ID, and of: via ADDRESS, dev DEVICE, onlink, blackhole, fdb, protocol PROTOCOL; or group \
                ID[,WEIGHT][/ID[,WEIGHT]]..., type mpath|resilient, buckets NUMBER, idle_timer SECONDS, \
                unbalanced_timer SECONDS.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func edit(_ verb: NextHopEdit.Verb) -> NextHopEdit {
            NextHopEdit(verb: verb, namespace: namespace.namespace, family: family.family, words: words)
        }
    }

    /// `netns nexthop add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a next hop or a group of them.",
            discussion: """
                EXAMPLES
                  netns nexthop add id 1 via 10.0.0.2 dev eth0 -n red
                  netns nexthop add id 11 group 1/2 type resilient buckets 32 idle_timer 60
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.add) }
    }

    /// `netns nexthop replace`.
    struct Replace: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a next hop, or replace the one of that id.",
            discussion: """
                EXAMPLES
                  netns nexthop replace id 1 via 10.0.0.3 dev eth0
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.replace) }
    }

    /// `netns nexthop delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a next hop, and the routes that refer to it.",
            discussion: """
                EXAMPLES
                  netns nexthop delete id 10 -n red
                """,
            aliases: ["del"])

        @OptionGroup var namespace: NamespaceOption

        @Argument(help: ArgumentHelp("id ID.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { NextHopDeletion(namespace: namespace.namespace, words: words) }
    }

    /// `netns nexthop flush`.
    struct Flush: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete many next hops.",
            discussion: """
                The words choose as those of 'nexthop show' do; without any, all are deleted.

                EXAMPLES
                  netns nexthop flush dev eth0 -n red
                """)

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var family: FamilyOptions

        @Argument(help: ArgumentHelp("The words of 'nexthop show'.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            NextHopFlush(namespace: namespace.namespace, family: family.family, words: words)
        }
    }

    /// `netns nexthop show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List next hops.",
            discussion: """
                EXAMPLES
                  netns nexthop show -n red
                  netns nexthop show groups --json
                  netns nexthop show dev eth0 --all-namespaces
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions
        @OptionGroup var family: FamilyOptions

        @Argument(
            help: ArgumentHelp(
                "Of: id ID, dev DEVICE, master DEVICE, vrf DEVICE, groups, fdb, protocol PROTOCOL.",
                valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { NextHopShow(request: options.request, family: family.family, words: words) }
    }

    /// `netns nexthop get`.
    struct Get: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one next hop.",
            discussion: """
                EXAMPLES
                  netns nexthop get id 10 -n red
                """)

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var output: OutputOptions

        @Flag(name: [.short, .long], help: "Show all details; JSON always has them.")
        var details = false

        @Argument(help: ArgumentHelp("id ID.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            var request = ShowRequest(namespace: namespace.namespace)
            request.json = output.writerIfWanted
            request.details = details
            return NextHopLookup(request: request, words: words)
        }
    }
}
