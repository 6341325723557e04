// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `netns wireguard`.
struct WireGuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wireguard",
        abstract: "Set and show the keys and peers of WireGuard devices.",
        discussion: """
            The words are those of wg(8). 'netns link add' makes the devices. See netns-wireguard(8).

            EXAMPLES
              netns wireguard genkey >red.key
              netns link add wg0 type wireguard -n red
              netns wireguard set wg0 private-key red.key listen-port 51820 -n red
              netns wireguard show -n red
            """,
        subcommands: [Show.self, Set.self, GenerateKey.self, PublicKey.self, GeneratePresharedKey.self],
        defaultSubcommand: Show.self,
        aliases: ["wg"])

    /// `netns wireguard show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show devices and their peers.",
            discussion: """
                EXAMPLES
                  netns wireguard show -n red
                  netns wireguard show wg0 --show-keys --json
                  netns wireguard show --all-namespaces
                """,
            aliases: ["list", "ls"])

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var output: OutputOptions

        @Flag(help: "Show every namespace that has a name, after the caller's own.")
        var allNamespaces = false

        @Flag(help: "Show private and preshared keys, in place of '(hidden)'.")
        var showKeys = false

        @Argument(
            help: ArgumentHelp("The device; all of the namespace without it.", valueName: "device"),
            completion: .grammar)
        var device: String?

        func operation() -> any Operation {
            WireGuardShow(
                namespace: namespace.namespace, allNamespaces: allNamespaces, device: device, showsKeys: showKeys,
                json: output.writerIfWanted)
        }
    }

    /// `netns wireguard genkey`.
    struct GenerateKey: OperationCommand {
        static let configuration = CommandConfiguration(
            commandName: "genkey",
            abstract: "Make a private key.",
            discussion: """
                EXAMPLES
                  netns wireguard genkey >red.key
                """)

        func operation() -> any Operation { WireGuardKeyOutput(kind: .privateKey) }
    }

    /// `netns wireguard pubkey`.
    struct PublicKey: OperationCommand {
        static let configuration = CommandConfiguration(
            commandName: "pubkey",
            abstract: "Tell the public key that belongs to the private key on standard input.",
            discussion: """
                EXAMPLES
                  netns wireguard pubkey <red.key
                """)

        func operation() -> any Operation { WireGuardKeyOutput(kind: .publicKey) }
    }

    /// `netns wireguard genpsk`.
    struct GeneratePresharedKey: OperationCommand {
        static let configuration = CommandConfiguration(
            commandName: "genpsk",
            abstract: "Make a key for two peers to share.",
            discussion: """
                EXAMPLES
                  netns wireguard genpsk >shared.key
                """)

        func operation() -> any Operation { WireGuardKeyOutput(kind: .presharedKey) }
    }

    /// `netns wireguard set`.
    struct Set: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a device and its peers.",
            discussion: """
                EXAMPLES
                  netns wireguard set wg0 private-key red.key listen-port 51820
                  netns wireguard set wg0 peer KEY allowed-ips 10.0.0.0/24
                  netns wireguard set wg0 peer KEY remove -n red
                """)

        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                DEVICE, and of: private-key FILE, listen-port PORT, fwmark NUMBER, and for each peer: peer KEY, and \
                of: remove, preshared-key FILE, endpoint HOST:PORT, persistent-keepalive SECONDS, allowed-ips \
                PREFIX,….
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            WireGuardChange(namespace: namespace.namespace, words: words)
        }
    }
}
