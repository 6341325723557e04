// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Addressing
internal import NetworkNamespaces

/// What `connect` and `disconnect` have in common: the two ends, and how the outcome is told.
struct WiringOptions: ParsableArguments {
    @OptionGroup var output: OutputOptions

    @Option(
        name: [.customShort("n"), .customLong("namespace"), .customLong("netns")],
        help: ArgumentHelp("The namespace that the bridge is in, if not this one.", valueName: "namespace"),
        completion: .namespaces)
    var bridgeNamespace: String?

    @Option(name: [.short, .long], help: ArgumentHelp("The interface's name in the namespace.", valueName: "name"))
    var interface = "eth0"

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Print a line about what was done.")
    var verbose = false

    @Argument(help: "A name, 'pid:NUMBER', a container or the path of a namespace file.", completion: .namespaces)
    var namespace: String

    @Argument(help: "The bridge.", completion: .bridges)
    var bridge: String

    /// The ends, of which nothing else is said yet.
    func connection() throws(CommandFailure) -> BridgeConnection {
        BridgeConnection(try deviceName("--interface", interface), to: try deviceName("BRIDGE", bridge))
    }

    /// The namespace with the interface.
    func selector() throws(CommandFailure) -> NamespaceSelector { try namespaceSelector(namespace) }

    /// The namespace with the bridge; nil is the caller's own.
    func bridgeSelector() throws(CommandFailure) -> NamespaceSelector? { try bridgeNamespace.map(namespaceSelector) }
}
