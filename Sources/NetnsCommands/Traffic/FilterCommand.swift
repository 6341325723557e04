// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns filter`.
struct FilterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter",
        abstract: "List the filters of devices.",
        discussion: """
            The words are those of 'tc filter show'; GNU options may stand between them. See netns-qdisc(8). \
            'netns impair --both-directions' makes filters; others are made by 'tc filter'.

            EXAMPLES
              netns filter show dev eth0 ingress -n red
            """,
        subcommands: [Show.self],
        defaultSubcommand: Show.self)

    /// `netns filter show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List filters.",
            discussion: """
                EXAMPLES
                  netns filter show dev eth0 ingress -n red
                  netns filter show dev eth0 parent 1: protocol ip --json
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions

        @Argument(
            help: ArgumentHelp(
                "[dev] DEVICE; root, ingress, egress or parent HANDLE; pref NUMBER, protocol PROTOCOL, chain NUMBER.",
                valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { FilterShow(request: options.request, words: words) }
    }
}
