// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology

/// `netns lab up`, alias `apply`.
struct LabUpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Make the machine as the file says: all of it, or nothing.",
        discussion: """
            What is as it shall be is left alone: a second run does nothing, and a changed file changes only what \
            differs. When a step fails everything of this run is taken back.

            EXAMPLES
              netns lab up triangle.lab.yaml
            """,
        aliases: ["apply"])

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    @Flag(help: "Choose addresses and interfaces anew instead of keeping those of the last run.")
    var renumber = false

    func run() throws {
        let json = output.writerIfWanted
        let document = try arguments.document(forgets: renumber, json: json)
        var lifecycle = LabLifecycle(processes: NoProcesses())
        let progress = LabProgress(verb: "up")
        lifecycle.progress = progress.show
        do throws(LabFailure) {
            let plan = try lifecycle.up(document, variables: try arguments.givenValues())
            progress.finish()
            if let json { try show(plan, document, json) } else { try say(plan, document) }
        } catch {
            progress.finish()
            throw document.commandFailure(error)
        }
    }

    private func say(_ plan: LabPlan, _ document: LabDocument) throws(LabFailure) {
        let name = document.lab?.name ?? ""
        let text = plan.isEmpty ? "\(name): nothing to do\n" : "\(name): up, \(plan.summary)\n"
        try? printOutput(text)
    }

    private func show(_ plan: LabPlan, _ document: LabDocument, _ json: JSONWriter) throws(LabFailure) {
        var json = json
        json.plan(plan, document)
        try? json.flush()
    }
}

extension LabArguments {
    fileprivate func givenValues() throws(LabFailure) -> [String: String] { (try? values()) ?? [:] }
}
