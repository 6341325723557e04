// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns address`.
struct AddressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "address",
        abstract: "Add, change, delete and list the addresses of devices.",
        discussion: """
            The words are those of 'ip address'; GNU options may stand between them. See netns-address(8).

            EXAMPLES
              netns address add 10.0.0.2/24 dev eth0 -n red
              netns address show dev eth0 -n red
              netns address flush dev eth0 -n red
            """,
        subcommands: [Add.self, Replace.self, Change.self, Delete.self, Flush.self, Show.self],
        defaultSubcommand: Show.self,
        aliases: ["a", "addr"])

    /// What `add`, `replace`, `change` and `delete` take.
    struct Arguments: ParsableArguments {
        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                ADDRESS/LENGTH dev DEVICE, and of: peer ADDRESS, broadcast ADDRESS or + or -, label LABEL, scope \
                SCOPE, metric NUMBER, valid_lft SECONDS, preferred_lft SECONDS, nodad, home, mngtmpaddr, \
                noprefixroute, autojoin, optimistic, anycast ADDRESS, proto PROTOCOL.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func edit(_ verb: AddressEdit.Verb) -> AddressEdit {
            AddressEdit(verb: verb, namespace: namespace.namespace, words: words)
        }
    }

    /// `netns address add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a device an address.",
            discussion: """
                EXAMPLES
                  netns address add 10.0.0.2/24 broadcast + dev eth0 -n red
                  netns address add 2001:db8::2/64 dev eth0 nodad
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.add) }
    }

    /// `netns address replace`.
    struct Replace: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a device an address, or change the one that it has.",
            discussion: """
                EXAMPLES
                  netns address replace 10.0.0.2/24 dev eth0 valid_lft 600 preferred_lft 300
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.replace) }
    }

    /// `netns address change`.
    struct Change: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change an address that a device has.",
            discussion: """
                EXAMPLES
                  netns address change 2001:db8::2/64 dev eth0 preferred_lft 0
                """)

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.change) }
    }

    /// `netns address delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an address from a device.",
            discussion: """
                An IPv4 address without a length is deleted whatever its length is.

                EXAMPLES
                  netns address delete 10.0.0.2/24 dev eth0 -n red
                """,
            aliases: ["del"])

        @OptionGroup var arguments: Arguments

        func operation() -> any Operation { arguments.edit(.delete) }
    }
}
