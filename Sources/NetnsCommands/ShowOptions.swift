// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// What the `show` verbs of links, addresses and routes have in common.
struct ShowOptions: ParsableArguments {
    @OptionGroup var namespace: NamespaceOption
    @OptionGroup var output: OutputOptions

    @Flag(help: "Show every namespace that has a name, after the caller's own.")
    var allNamespaces = false

    @Flag(name: [.short, .long], help: "Show all details; JSON always has them.")
    var details = false

    @Flag(name: [.short, .long], help: "Show counters; twice for the causes of errors.")
    var statistics: Int

    @Flag(name: [.customShort("o"), .long], help: "Show each record on one line, its line ends as '\\'.")
    var oneline = false

    /// What is asked for.
    var request: ShowRequest {
        var request = ShowRequest(namespace: namespace.namespace)
        request.allNamespaces = allNamespaces
        request.details = details
        request.statistics = statistics
        request.isOneLine = oneline
        request.json = output.writerIfWanted
        return request
    }
}
