// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem

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
        var document = try arguments.document(forgets: renumber, json: json)
        do throws(LabFailure) { try document.checkKernel() } catch { throw document.commandFailure(error) }
        if document.diagnostics.hasErrors { try arguments.show(document.diagnostics, of: document, json) }
        raiseDescriptorLimit()
        countInterrupts()
        var lifecycle = LabLifecycle(processes: SupervisedProcesses())
        let progress = LabProgress(verb: "up")
        lifecycle.progress = { done, total, change in
            _ = progress.show(done: done, total: total, change: change)
            return interruptCount() == 0
        }
        lifecycle.mayTakeBack = { interruptCount() < 2 }
        do throws(LabFailure) {
            let plan = try lifecycle.up(document, variables: try arguments.givenValues())
            progress.finish()
            if let json { try show(plan, document, json) } else { try say(plan, document) }
        } catch {
            progress.finish()
            var failure = document.commandFailure(error)
            if error.isInterruption {
                failure.status = 128 + 2
                failure.message =
                    error.leftOver.isEmpty
                    ? "interrupted: everything is as before" : "interrupted twice: stopped where it was"
                failure.hint = error.leftOver.isEmpty ? nil : "'netns lab down \(document.lab?.name ?? "")' cleans up"
            }
            throw failure
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
