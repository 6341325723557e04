// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// What `netns monitor` can tell of.
let monitorWords = RouteObject.Kind.allCases.map(\.rawValue) + ["all"]

/// The kinds of objects that the words name, with the synonyms of ip(8).
func monitoredKinds(_ words: [String]) throws(CommandFailure) -> [RouteObject.Kind] {
    var kinds: [RouteObject.Kind] = []
    for word in words {
        switch word {
        case "all": kinds += RouteObject.Kind.allCases
        case "addr": kinds.append(.address)
        case "neigh", "neighbour": kinds.append(.neighbor)
        default:
            guard let kind = RouteObject.Kind(rawValue: word) else {
                throw .usage(
                    "monitor: there is no object \(quoted(word))",
                    hint: suggestion(for: word, among: monitorWords)
                        ?? "the objects are \(monitorWords.joined(separator: ", "))")
            }
            kinds.append(kind)
        }
    }
    return kinds
}

/// Tells of what is in namespaces, until nobody reads any more.
struct ConfigurationMonitoring: Operation {
    /// What is told of.
    var kinds: [RouteObject.Kind]
    /// The namespaces, as the values of `--namespace`; none is the caller's own.
    var namespaces: [String] = []
    var allNamespaces = false
    var showsSnapshot = false
    var showsTime = false
    var json: JSONWriter?

    init(kinds: [RouteObject.Kind]) { self.kinds = kinds }

    func run() throws {
        raiseDescriptorLimit()
        let output = EventOutput(kinds: kinds, showsTime: showsTime, json: json)
        var worlds = FollowedWorlds()
        var monitor = try NamespaceDirectory.system.monitor(of: kinds, in: try scope())
        while let events = try monitor.next(output: 1) {
            worlds.note(events)
            for event in events {
                if let complaint = complaint(event) { printError(complaint) }
                if showsSnapshot || (event.kind != .present && event.kind != .snapshotDone) {
                    try output.write(event, worlds[event.namespace])
                }
                worlds.forget(event)
            }
        }
    }

    /// The namespaces that are followed. They must exist at the beginning: a name misspelt would never be told of.
    private func scope() throws -> ConfigurationMonitor.Scope {
        if allNamespaces { return .everywhere }
        if namespaces.isEmpty { return .own }
        var selectors: [NamespaceSelector] = []
        for text in namespaces {
            let selector = try namespaceSelector(text)
            do throws(NamespaceError) { _ = try selector.open() } catch { throw CommandFailure(error) }
            if !selectors.contains(selector) { selectors.append(selector) }
        }
        return .selected(selectors)
    }

    /// What is told on standard error as well.
    private func complaint(_ event: ConfigurationEvent) -> String? {
        let place = event.namespace.map { " of namespace \(quoted($0.description))" } ?? ""
        switch (event.kind, event.subject) {
        case (.overflow, _): return "events\(place) were lost because there were too many; what differs follows"
        case (.failure, .error(let error)):
            let failure = CommandFailure(error)
            return "the events\(place) can't be followed: \(failure)"
        default: return nil
        }
    }
}
