// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns route`.
struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Add, change, delete, look up and list routes.",
        discussion: """
            The words are those of 'ip route'; GNU options may stand between them. See netns-route(8).

            EXAMPLES
              netns route add default via 10.0.0.1 -n red
              netns route add blackhole 10.9.0.0/16 table 100
              netns route show table all -n red
              netns route get 10.0.0.1 -n red
            """,
        subcommands: [
            Add.self, Append.self, Replace.self, Change.self, Delete.self, Flush.self, Show.self, Get.self,
        ],
        defaultSubcommand: Show.self,
        aliases: ["r", "ro"])

    /// What the verbs that change a route take.
    struct Arguments: ParsableArguments {
        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var family: FamilyOptions
        @OptionGroup var mpls: MPLSOption

        @Argument(
            help: ArgumentHelp(
                """
                [TYPE] PREFIX or default, and of: via [inet6] ADDRESS, dev DEVICE, src ADDRESS, metric NUMBER, \
                table TABLE, proto PROTOCOL, scope SCOPE, onlink, nexthop via ADDRESS dev DEVICE weight NUMBER, \
                nhid ID, tos TOS, pref low|medium|high, expires SECONDS, realms REALMS, from PREFIX, vrf \
                DEVICE, encap KIND ..., ttl-propagate enabled|disabled, mtu [lock] \
                BYTES, advmss, window, rtt, rttvar, rto_min, ssthresh, cwnd, initcwnd, initrwnd, reordering, \
                hoplimit, quickack, features ecn, congctl, fastopen_no_cookie.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func edit(_ verb: RouteEdit.Verb) -> any Operation {
            if mpls.isMPLS { return MPLSRouteEdit(verb: verb, namespace: namespace.namespace, words: words) }
            return RouteEdit(verb: verb, namespace: namespace.namespace, family: family.family, words: words)
        }
    }

    /// `netns route add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a route.",
            discussion: """
                EXAMPLES
                  netns route add default via 10.0.0.1 -n red
                  netns route add 10.2.0.0/16 nexthop via 10.0.0.2 nexthop dev v1 weight 2
                  netns route add unreachable 10.3.0.0/16 metric 9
                  netns route add -M 100 as 200 via inet 10.0.0.2 dev v1
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.add) }
    }

    /// `netns route append`.
    struct Append: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a route behind those to the same destination.",
            discussion: """
                For IPv6 the route that is there gets one more way.

                EXAMPLES
                  netns route append 10.2.0.0/16 via 10.0.0.3
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.append) }
    }

    /// `netns route replace`.
    struct Replace: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a route, or change the one to the same destination.",
            discussion: """
                EXAMPLES
                  netns route replace default via 10.0.0.254
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.replace) }
    }

    /// `netns route change`.
    struct Change: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change the route to a destination.",
            discussion: """
                EXAMPLES
                  netns route change default via 10.0.0.254 mtu 1400
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.change) }
    }

    /// `netns route delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete the first route that is as described.",
            discussion: """
                EXAMPLES
                  netns route delete default -n red
                  netns route delete 10.2.0.0/16 via 10.0.0.2 table 100
                """,
            aliases: ["del"])

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.delete) }
    }
}
