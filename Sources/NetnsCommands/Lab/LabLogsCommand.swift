// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import NetworkNamespaces

/// `netns lab logs`.
struct LabLogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what the processes of a lab have written.",
        discussion: """
            The lines of several processes stand behind NODE/PROCESS and a bar.

            EXAMPLES
              netns lab logs fabric
              netns lab logs fabric leaf1/bgpd --follow
            """)

    @OptionGroup var arguments: LabArguments

    @Flag(name: [.customShort("f"), .long], help: "Go on with what they write, until it is interrupted.")
    var follow = false

    @Argument(help: ArgumentHelp("A node, or one process of it.", valueName: "node[/process]"))
    var place: String?

    func run() throws {
        let document = try arguments.document()
        guard let lab = document.lab else { return }
        var logs = try chosen(lab)
        let isNamed = logs.count > 1
        while true {
            for position in logs.indices { try logs[position].printNew(isNamed: isNamed, isLast: !follow) }
            guard follow else { return }
            sleep(.milliseconds(200))
        }
    }

    /// The logs that are meant.
    private func chosen(_ lab: Lab) throws -> [ProcessLog] {
        let all = SupervisedProcesses().entries(of: lab.name)
        let parts = (place ?? "").split(separator: "/", maxSplits: 1).map(String.init)
        if let node = parts.first, lab.node(named: node) == nil {
            throw CommandFailure(
                "there is no node '\(escaped(node))' in '\(lab.name)'",
                hint: suggestion(for: node, among: lab.nodes.map(\.name)))
        }
        let chosen = all.filter { entry in
            (parts.isEmpty || entry.node == parts[0]) && (parts.count < 2 || entry.name == parts[1])
        }
        guard !chosen.isEmpty else {
            let names = all.map { "\($0.node)/\($0.name)" }
            throw CommandFailure(
                place.map { "'\(escaped($0))' has no log" } ?? "'\(lab.name)' has no processes",
                hint: names.isEmpty ? nil : "these have: \(names.joined(separator: ", "))")
        }
        return chosen.compactMap { entry in
            entry.record.program.map { ProcessLog(name: "\(entry.node)/\(entry.name)", path: $0.logPath) }
        }
    }
}

/// A log, as far as it was shown.
private struct ProcessLog {
    var name: String
    var path: String
    private var shown = 0
    /// The beginning of a line that has not ended yet.
    private var rest: [UInt8] = []

    init(name: String, path: String) { (self.name, self.path) = (name, path) }

    /// Prints what has been written since.
    ///
    /// - Parameter isLast: whether a line that has not ended is shown too.
    mutating func printNew(isNamed: Bool, isLast: Bool) throws {
        guard let size = (try? FileStatus(of: path))?.size else { return }
        // Somebody has emptied it, or it is another one.
        if size < shown { (shown, rest) = (0, []) }
        guard size > shown || isLast else { return }
        let bytes = (try? readFile(path)) ?? []
        let new = bytes.dropFirst(shown)
        shown = bytes.count
        guard isNamed else { return try writeAll(Array(new), to: 1) }
        var lines = (rest + new).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = lines.popLast().map(Array.init) ?? []
        if isLast, !rest.isEmpty { lines.append(rest[...]) }
        var text: [UInt8] = []
        for line in lines { text += Array("\(name) | ".utf8) + line + [UInt8(ascii: "\n")] }
        try writeAll(text, to: 1)
    }
}
