// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns link`.
struct LinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Make, change, delete and list links.",
        discussion: """
            The words are those of 'ip link'; GNU options may stand between them. See netns-link(8).

            EXAMPLES
              netns link add v0 type veth peer name eth0 netns red
              netns link add br0 type bridge stp_state 1
              netns link set v0 master br0 up
              netns link set eth0 up -n red
              netns link show --all-namespaces
            """,
        subcommands: [Add.self, Set.self, Delete.self, Show.self, Property.self],
        defaultSubcommand: Show.self,
        aliases: ["l"])
}
