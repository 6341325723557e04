// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns tuntap`.
struct TuntapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tuntap",
        abstract: "Make, delete and list devices whose other end is a program.",
        discussion: """
            The words are those of 'ip tuntap'; GNU options may stand between them. See netns-link-tunnels(8).

            EXAMPLES
              netns tuntap add t0 mode tap user nobody
              netns tuntap show --details
              netns tuntap delete t0
            """,
        subcommands: [Add.self, Delete.self, Show.self],
        defaultSubcommand: Show.self,
        aliases: ["tap"])

    /// `netns tuntap add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a device that stays when no program has it open.",
            discussion: """
                EXAMPLES
                  netns tuntap add t0 mode tun
                  netns tuntap add dev t0 mode tap user nobody vnet_hdr -n red
                  netns tuntap add mode tap
                """)

        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                [dev] DEVICE, without which the kernel counts up a name; mode tun|tap, and of: user USER, group \
                GROUP, pi, vnet_hdr, multi_queue, one_queue.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { TuntapAdd(namespace: namespace.namespace, words: words) }
    }

    /// `netns tuntap delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a device go: at once, or with the last program that has it open.",
            discussion: """
                EXAMPLES
                  netns tuntap delete t0
                  netns tuntap delete dev t0 mode tap -n red
                """,
            aliases: ["del"])

        @OptionGroup var namespace: NamespaceOption

        @Argument(help: ArgumentHelp("[dev] DEVICE [mode tun|tap].", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { TuntapDelete(namespace: namespace.namespace, words: words) }
    }

    /// `netns tuntap show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List devices, with --details also the programs that have them open.",
            discussion: """
                EXAMPLES
                  netns tuntap show
                  netns tuntap show mode tap -n red --details
                  netns tuntap show --all-namespaces --json
                """,
            aliases: ["list", "lst", "ls"])

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var output: OutputOptions

        @Flag(help: "Show every namespace that has a name, after the caller's own.")
        var allNamespaces = false

        @Flag(name: [.short, .long], help: "Show the programs that have the devices open.")
        var details = false

        @Argument(help: ArgumentHelp("[dev] DEVICE, mode tun|tap.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            var request = ShowRequest(namespace: namespace.namespace)
            request.allNamespaces = allNamespaces
            request.details = details
            request.json = output.writerIfWanted
            return TuntapShow(request: request, words: words)
        }
    }
}
