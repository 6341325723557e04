// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The command itself: what `netns --help` shows.
struct Netns: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "netns",
        abstract: "Manage network namespaces, the links between them, and what runs inside.",
        discussion: """
            EXAMPLES
              netns add red blue                    two namespaces, lo up
              netns connect red br0 --create --address 10.0.0.2/24
              netns exec red ping -c1 10.0.0.1
              netns list --long
              netns delete red blue

            'netns VERB' takes what 'ip netns VERB' takes. See netns(8).
            """,
        version: netnsVersion,
        subcommands: [
            AddCommand.self,
            AddressCommand.self,
            AttachCommand.self,
            BatchCommand.self,
            ClassCommand.self,
            CompletionsCommand.self,
            ConnectCommand.self,
            DeleteCommand.self,
            DisconnectCommand.self,
            DoctorCommand.self,
            EnterCommand.self,
            ExecCommand.self,
            FilterCommand.self,
            ForwardingCommand.self,
            IdentifyCommand.self,
            ImpairCommand.self,
            InspectCommand.self,
            LabCommand.self,
            LinkCommand.self,
            ListCommand.self,
            ListIDCommand.self,
            MonitorCommand.self,
            MulticastCommand.self,
            NATCommand.self,
            NeighborCommand.self,
            NextHopCommand.self,
            PIDsCommand.self,
            PruneCommand.self,
            QdiscCommand.self,
            RouteCommand.self,
            RuleCommand.self,
            RunCommand.self,
            SetCommand.self,
            SysctlCommand.self,
            TuntapCommand.self,
            UnshareCommand.self,
            VLANCommand.self,
            WireGuardCommand.self,
        ])
}

/// The version that `netns --version` prints.
let netnsVersion = "0.1.0"

/// `netns --version`.
struct VersionStatement: Operation {
    func run() throws { try printOutput(netnsVersion + "\n") }
}
