// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import NetworkNamespaces

/// `netns prune`.
struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove what is left of network namespaces that are gone.",
        discussion: """
            Under /run/netns these are removed: stale names, which are empty files on which no \
            namespace is mounted; symbolic links to nothing; further mounts of a namespace over its \
            own name. One line tells of each. Namespaces and names in the making are never touched, \
            nor is a name that stands for a namespace in another mount namespace. Files of any other \
            kind are listed as left alone.

            EXAMPLES
              netns prune --dry-run
              netns prune
              netns prune --json | jq -r '.[] | select(.outcome == "removed").name'
            """)

    @OptionGroup var output: OutputOptions

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    func run() throws {
        let results: [PruneResult]
        do throws(NamespaceError) { results = try NamespaceDirectory.system.prune(dryRun: dryRun) } catch {
            throw CommandFailure(error)
        }
        if output.json {
            var json = output.writer()
            json.array { json in
                for result in results { json.object { result.write(to: &$0) } }
            }
            try json.flush()
        } else {
            try printOutput(results.compactMap(\.line).map { "\($0)\n" }.joined())
        }
        let failures = results.compactMap(\.failure).map { CommandFailure($0) }
        for failure in failures.dropLast() { printError(failure.description) }
        if let failure = failures.last { throw failure }
    }
}

extension PruneResult {
    /// Why it could not be removed.
    fileprivate var failure: NamespaceError? {
        if case .failed(let error) = outcome { error } else { nil }
    }

    /// What is said of it; nil for a failure, which goes to standard error.
    fileprivate var line: String? {
        switch outcome {
        case .removed: "removed \(subject)"
        case .wouldRemove: "would remove \(subject)"
        case .leftAlone(let reason): "left alone \(subject): \(escaped(reason))"
        case .failed: nil
        }
    }

    private var subject: String {
        let name = "'\(escaped(name.description))'"
        return switch kind {
        case .staleName: "stale name \(name)"
        case .danglingLink: "dangling link \(name)"
        case .surplusMount: "\(count) surplus \(count == 1 ? "mount" : "mounts") of \(name)"
        case .foreignFile: name
        }
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.member("name", name.description)
        json.member("kind", kind.rawValue)
        if kind == .surplusMount { json.member("mounts", count) }
        switch outcome {
        case .removed: json.member("outcome", "removed")
        case .wouldRemove: json.member("outcome", "would-remove")
        case .leftAlone(let reason):
            json.member("outcome", "left-alone")
            json.member("reason", reason)
        case .failed(let error):
            json.member("outcome", "failed")
            json.member("reason", error.description)
        }
    }
}
