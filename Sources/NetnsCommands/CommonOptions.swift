// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// How results are shown.
struct OutputOptions: ParsableArguments {
    @Flag(name: [.customShort("j"), .long], help: "Print JSON, with iproute2's keys.")
    var json = false

    @Flag(name: [.customShort("p"), .long], help: "Print JSON over several lines.")
    var pretty = false

    /// A writer in the wanted form.
    func writer() -> JSONWriter { JSONWriter(isPretty: pretty) }

    /// A writer when JSON is wanted.
    var writerIfWanted: JSONWriter? { json ? writer() : nil }
}

/// The namespace that a verb works in: what a `NamespaceSelector` reads.
struct NamespaceOption: ParsableArguments {
    @Option(
        name: [.customShort("n"), .customLong("namespace"), .customLong("netns")],
        help: ArgumentHelp(
            "Work in this network namespace: a name, 'pid:NUMBER', a container or the path of a namespace file.",
            valueName: "namespace"),
        completion: .namespaces)
    var namespace: String?
}
