// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns qdisc`.
struct QdiscCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qdisc",
        abstract: "Add, change, delete and list queueing disciplines of devices.",
        discussion: """
            The words are those of 'tc qdisc'; GNU options may stand between them. See netns-qdisc(8). \
            For delay, loss and a rate alone, 'netns impair' is shorter.

            EXAMPLES
              netns qdisc add dev eth0 root netem delay 20ms 2ms loss 1% -n red
              netns qdisc replace dev eth0 root tbf rate 10mbit burst 10kb latency 50ms
              netns qdisc show dev eth0 -n red -s
            """,
        subcommands: [Add.self, Replace.self, Change.self, Delete.self, Show.self],
        defaultSubcommand: Show.self)

    /// `netns qdisc add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a device a queueing discipline.",
            discussion: """
                EXAMPLES
                  netns qdisc add dev eth0 root netem delay 20ms 2ms distribution normal
                  netns qdisc add dev eth0 root handle 1: htb default 10 -n red
                  netns qdisc add dev eth0 ingress
                """)

        @OptionGroup var arguments: TrafficEditArguments

        func operation() -> any Operation { arguments.qdisc(.add) }
    }

    /// `netns qdisc replace`.
    struct Replace: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a device a queueing discipline in the place of the one that it has.",
            discussion: """
                EXAMPLES
                  netns qdisc replace dev eth0 root tbf rate 10mbit burst 10kb latency 50ms
                """)

        @OptionGroup var arguments: TrafficEditArguments

        func operation() -> any Operation { arguments.qdisc(.replace) }
    }

    /// `netns qdisc change`.
    struct Change: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change the queueing discipline that a device has.",
            discussion: """
                EXAMPLES
                  netns qdisc change dev eth0 root pfifo limit 100
                """,
            aliases: ["chg"])

        @OptionGroup var arguments: TrafficEditArguments

        func operation() -> any Operation { arguments.qdisc(.change) }
    }

    /// `netns qdisc delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a queueing discipline from a device, with all that is below it.",
            discussion: """
                EXAMPLES
                  netns qdisc delete dev eth0 root -n red
                  netns qdisc delete dev eth0 clsact
                """,
            aliases: ["del"])

        @OptionGroup var arguments: TrafficEditArguments

        func operation() -> any Operation { arguments.qdisc(.delete) }
    }

    /// `netns qdisc show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List queueing disciplines.",
            discussion: """
                EXAMPLES
                  netns qdisc show -n red
                  netns qdisc show dev eth0 root -s
                  netns qdisc show --all-namespaces --json
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions

        @Argument(
            help: ArgumentHelp(
                "[dev] DEVICE, root, ingress, clsact, parent HANDLE, handle HANDLE, invisible.", valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { QdiscShow(request: options.request, words: words) }
    }
}
