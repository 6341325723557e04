// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology

/// `netns lab import`.
struct LabImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a lab file of a topology of another tool.",
        discussion: """
            What maps is mapped; what does not stands in the file as comments, and is told on standard error. Nothing \
            is run, and nothing of the machine is looked at.

            EXAMPLES
              netns lab import Abilene.graphml --output abilene.lab.yaml
              netns lab import topo.clab.yml
            """)

    /// The languages that are read.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case graphml, gml, containerlab, mininet
    }

    @Option(
        help: ArgumentHelp(
            "graphml, gml, containerlab or mininet (MiniEdit's .mn, or a script); without it as the file looks.",
            valueName: "format"))
    var format: Format?

    @Option(
        name: [.customLong("name")],
        help: ArgumentHelp("The name of the lab; without it that of the topology.", valueName: "lab"))
    var labName: String?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"), completion: .file())
    var file: String?

    @Argument(help: ArgumentHelp("The topology; '-' is standard input.", valueName: "topology"), completion: .file())
    var topology: String

    func run() throws {
        let text: String
        do { text = try readSourceFile(topology) } catch {
            throw CommandFailure("cannot read '\(escaped(topology))': \(error)")
        }
        guard
            let format = format.flatMap({ LabImport.Format(rawValue: $0.rawValue) })
                ?? LabImport.format(of: text, path: topology)
        else {
            throw CommandFailure(
                "'\(escaped(topology))' looks like no topology that is known",
                hint: "say --format graphml, gml, containerlab or mininet", status: LabExitStatus.badFile)
        }
        let draft: LabFileDraft
        do throws(LabFailure) {
            draft = try LabImport.draft(of: text, path: topology, format: format, as: labName)
        } catch { throw CommandFailure(error.description, hint: error.hint, status: LabExitStatus.badFile) }
        for remark in draft.remarks { printError("not in the file: \(remark)") }
        try writeResult(Array(draft.text.utf8), to: file)
    }
}
