// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import RouteNetlink

/// What is done to a queueing discipline or a class.
enum TrafficVerb: String { case add, replace, change, delete }

/// What the verbs that change a discipline or a class take.
struct TrafficEditArguments: ParsableArguments {
    @OptionGroup var namespace: NamespaceOption

    @Argument(
        help: ArgumentHelp(
            """
            dev DEVICE; root, parent HANDLE, handle HANDLE or classid HANDLE; then KIND and the kind's words, \
            which netns-qdisc(8) lists.
            """, valueName: "word"),
        completion: .grammar)
    var words: [String] = []

    func qdisc(_ verb: TrafficVerb) -> QdiscEdit {
        QdiscEdit(verb: verb, namespace: namespace.namespace, words: words)
    }

    func trafficClass(_ verb: TrafficVerb) -> ClassEdit {
        ClassEdit(verb: verb, namespace: namespace.namespace, words: words)
    }
}

extension WordParser {
    /// Notes the place of a discipline or class, of which there is one.
    func place(_ place: TrafficHandle, in parent: inout TrafficHandle?) throws(CommandFailure) {
        guard parent == nil else { throw usage("the place is given twice, by '\(current)' again") }
        parent = place
    }
}
