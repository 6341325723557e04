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

            Who is not root gets a rootless lab: in a user namespace, with names, a network and processes that only \
            'netns lab' finds.

            EXAMPLES
              netns lab up triangle.lab.yaml
              netns lab up --rootless triangle.lab.yaml
            """,
        aliases: ["apply"])

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    @Flag(help: "Choose addresses and interfaces anew instead of keeping those of the last run.")
    var renumber = false

    @Flag(help: "Bring it up in namespaces of your own, for which nobody has to be root.")
    var rootless = false

    func run() throws {
        let entry = try arguments.enterNew(rootless: rootless) { try arguments.document(entry: .none, json: writer) }
        var isKept = entry?.isNew != true
        // What was begun for this run goes with it.
        defer {
            if !isKept, let holder = entry?.holder {
                try? holder.end()
                LabHolders.own.forget(holder.lab)
            }
        }
        try bringUp(in: entry?.holder, isKept: &isKept)
    }

    private var writer: JSONWriter? { output.writerIfWanted }

    /// - Parameter isKept: becomes true where something is up in the end.
    private func bringUp(in holder: LabHolder?, isKept: inout Bool) throws {
        var document = try arguments.document(forgets: renumber, entry: .none, json: writer)
        if LabHolders.isInside { document.checkRootless() }
        do throws(LabFailure) { try document.checkKernel() } catch { throw document.commandFailure(error) }
        if document.diagnostics.hasErrors { try arguments.show(document.diagnostics, of: document, writer) }
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
            isKept = true
            progress.finish()
            if let json = writer { try show(plan, document, json) } else { try say(plan, document, holder) }
        } catch {
            if !error.leftOver.isEmpty { isKept = true }
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

    private func say(_ plan: LabPlan, _ document: LabDocument, _ holder: LabHolder?) throws(LabFailure) {
        let name = document.lab?.name ?? ""
        let place = holder.map { ", rootless (process \($0.process.processID) holds it)" } ?? ""
        let text = plan.isEmpty ? "\(name): nothing to do\n" : "\(name): up, \(plan.summary)\(place)\n"
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
