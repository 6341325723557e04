// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns rule`.
struct RuleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule",
        abstract: "Add, delete and list the rules that choose a routing table.",
        discussion: """
            The words are those of 'ip rule'; GNU options may stand between them. See netns-rule(8).

            EXAMPLES
              netns rule add from 10.0.0.0/24 table 100 -n red
              netns rule add fwmark 0x10/0xff table 100 priority 50
              netns rule show -n red
            """,
        subcommands: [Add.self, Delete.self, Flush.self, Show.self],
        defaultSubcommand: Show.self,
        aliases: ["ru"])

    /// What `add` and `delete` take.
    struct Arguments: ParsableArguments {
        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var family: FamilyOptions

        @Argument(
            help: ArgumentHelp(
                """
                Of: not, from PREFIX, to PREFIX, iif DEVICE, oif DEVICE, fwmark MARK[/MASK], tos TOS, dscp \
                DSCP[/MASK], flowlabel LABEL[/MASK], uidrange FIRST-LAST, ipproto PROTOCOL, sport \
                PORT[-PORT|/MASK], dport PORT[-PORT|/MASK], l3mdev, tun_id ID; and of: table TABLE, goto PRIORITY, nop, blackhole, unreachable, prohibit, suppress_prefixlength LENGTH, \
                suppress_ifgroup GROUP, realms REALMS, protocol PROTOCOL, priority NUMBER.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func edit(_ verb: RuleEdit.Verb) -> RuleEdit {
            RuleEdit(verb: verb, namespace: namespace.namespace, family: family.family, words: words)
        }
    }

    /// `netns rule add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a rule.",
            discussion: """
                EXAMPLES
                  netns rule add from 10.0.0.0/24 table 100 -n red
                  netns rule add table main suppress_prefixlength 0 priority 99
                  netns rule add prohibit from 2001:db8::/32 ipproto udp dport 53
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.add) }
    }

    /// `netns rule delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete the first rule that is as described.",
            discussion: """
                EXAMPLES
                  netns rule delete priority 50 -n red
                  netns rule delete from 10.0.0.0/24 table 100
                """,
            aliases: ["del"])

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.delete) }
    }

    /// `netns rule flush`.
    struct Flush: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete many rules.",
            discussion: """
                The words choose as those of 'rule show' do; without any, all rules of the family are
                deleted. Those of priority 0 always stay.

                EXAMPLES
                  netns rule flush table 100 -n red
                  netns rule flush protocol static -6
                """)

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var family: FamilyOptions

        @Argument(help: ArgumentHelp("The words of 'rule show'.", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            RuleFlush(namespace: namespace.namespace, family: family.family, words: words)
        }
    }

    /// `netns rule show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List rules in the order in which the kernel goes through them.",
            discussion: """
                Without a family it is IPv4.

                EXAMPLES
                  netns rule show -n red
                  netns rule show table 100 -6
                  netns rule show from 10.0.0.0/8 --all-namespaces --json
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions
        @OptionGroup var family: FamilyOptions

        @Argument(
            help: ArgumentHelp(
                "The words of 'rule add', each of which must be that of the rule.", valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { RuleShow(request: options.request, family: family.family, words: words) }
    }
}
