// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import NetworkNamespaces

/// `netns lab export`.
struct LabExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a lab file from namespaces as they are, whoever has made them.",
        discussion: """
            A name is that of a namespace, or of a lab for all of its namespaces. What the file can't say stands in \
            it as comments, and is told on standard error.

            EXAMPLES
              netns lab export red blue --name wired --output wired.lab.yaml
              netns lab export triangle
            """,
        aliases: ["save"])

    @Flag(name: [.short, .long], help: "Take all named namespaces.")
    var all = false

    @Option(
        name: [.customLong("name")],
        help: ArgumentHelp("The name of the lab; without it that of the lab, or 'exported'.", valueName: "lab"))
    var labName: String?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"), completion: .file())
    var file: String?

    @Argument(
        help: ArgumentHelp("Namespaces, or labs.", valueName: "name"), completion: .namespaces)
    var names: [String] = []

    func run() throws {
        guard all != !names.isEmpty else {
            throw CommandFailure.usage(all ? "--all takes no names" : "name namespaces or labs, or say --all")
        }
        let place = try OutputPlace(file ?? "-")
        try enterRootlessLab()
        let export = LabExport()
        var chosen: [NamespaceName] = []
        do throws(NamespaceError) {
            if all { chosen = try export.directory.names() }
            for name in names {
                for namespace in try namespaces(name, export) where !chosen.contains(namespace) {
                    chosen.append(namespace)
                }
            }
        } catch { throw CommandFailure(error) }
        let draft: LabFileDraft
        do throws(LabFailure) { draft = try export.draft(of: chosen, as: labName) } catch {
            throw CommandFailure(error.description, hint: error.hint ?? privilegeHint(error.errno))
        }
        for remark in draft.remarks { printError("not in the file: \(remark)") }
        try writeResult(Array(draft.text.utf8), to: file, at: place.path)
    }

    /// A rootless lab is named alone: nothing else is where it is.
    private func enterRootlessLab() throws(CommandFailure) {
        guard names.count == 1, let holder = LabHolders.own.find(names[0], thorough: !canAdministerSystem()) else {
            return
        }
        do throws(LabFailure) { try holder.enter() } catch {
            throw CommandFailure(error.description, hint: error.hint)
        }
    }

    /// A namespace of that name goes before a lab.
    private func namespaces(_ name: String, _ export: LabExport) throws(NamespaceError) -> [NamespaceName] {
        let own = try NamespaceName(existing: name)
        if !(try export.directory.names().contains(own)), let nodes = try? export.namespaces(ofLab: name),
            !nodes.isEmpty
        {
            return nodes
        }
        return [own]
    }
}
