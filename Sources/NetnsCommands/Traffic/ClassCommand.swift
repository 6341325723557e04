// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns class`.
struct ClassCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "class",
        abstract: "Add, change, delete and list the classes of queueing disciplines.",
        discussion: """
            The words are those of 'tc class'; GNU options may stand between them. See netns-qdisc(8).

            EXAMPLES
              netns class add dev eth0 parent 1: classid 1:10 htb rate 1mbit -n red
              netns class show dev eth0 -n red -s
            """,
        subcommands: [Add.self, Replace.self, Change.self, Delete.self, Show.self],
        defaultSubcommand: Show.self)

    /// `netns class add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a class.",
            discussion: """
                EXAMPLES
                  netns class add dev eth0 parent 1: classid 1:10 htb rate 1mbit ceil 2mbit
                """)

        @OptionGroup var arguments: TrafficEditArguments

        func operation() -> any Operation { arguments.trafficClass(.add) }
    }

    /// `netns class replace`.
    struct Replace: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a class, or change the one that is there.",
            discussion: """
                EXAMPLES
                  netns class replace dev eth0 parent 1: classid 1:10 htb rate 3mbit
                """)

        @OptionGroup var arguments: TrafficEditArguments

        func operation() -> any Operation { arguments.trafficClass(.replace) }
    }

    /// `netns class change`.
    struct Change: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a class.",
            discussion: """
                EXAMPLES
                  netns class change dev eth0 classid 1:10 htb rate 3mbit
                """,
            aliases: ["chg"])

        @OptionGroup var arguments: TrafficEditArguments

        func operation() -> any Operation { arguments.trafficClass(.change) }
    }

    /// `netns class delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a class.",
            discussion: """
                EXAMPLES
                  netns class delete dev eth0 classid 1:10 -n red
                """,
            aliases: ["del"])

        @OptionGroup var arguments: TrafficEditArguments

        func operation() -> any Operation { arguments.trafficClass(.delete) }
    }

    /// `netns class show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the classes of a device.",
            discussion: """
                EXAMPLES
                  netns class show dev eth0 -n red
                  netns class show dev eth0 parent 1: -s --json
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions

        @Argument(
            help: ArgumentHelp("[dev] DEVICE, root, parent HANDLE, classid HANDLE.", valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { ClassShow(request: options.request, words: words) }
    }
}
