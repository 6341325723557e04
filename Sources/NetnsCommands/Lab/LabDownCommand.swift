// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology

/// `netns lab down`.
struct LabDownCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Remove all of a lab, and nothing else.",
        discussion: """
            It works without the file, after a crash of 'up', and without the record of the lab: by the marks that \
            all links of a lab bear. What bears none is not touched. It returns when the kernel is done.

            EXAMPLES
              netns lab down triangle
            """,
        aliases: ["destroy"])

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    func run() throws {
        var name = arguments.lab
        var document: LabDocument?
        if arguments.isFile {
            // The name is enough where there is a record: the file may have mistakes by now.
            let read = LabDocument(path: arguments.lab, variables: try arguments.values())
            guard let lab = read.lab, !lab.name.isEmpty else {
                _ = try arguments.document()
                return
            }
            name = lab.name
            document = read
        }
        var lifecycle = LabLifecycle(processes: SupervisedProcesses())
        let progress = LabProgress(verb: "down")
        lifecycle.progress = progress.show
        let result: (plan: LabPlan, failures: [LabFailure])
        do throws(LabFailure) { result = try lifecycle.down(name, document: document) } catch {
            progress.finish()
            throw CommandFailure(error.description, hint: error.hint ?? privilegeHint(error.errno))
        }
        progress.finish()
        if let failure = result.failures.first {
            for other in result.failures.dropFirst() { printError(other.description) }
            throw CommandFailure(failure.description, hint: failure.hint ?? privilegeHint(failure.errno))
        }
        if var json = output.writerIfWanted {
            json.object { json in
                json.member("lab", name)
                json.member("deleted", result.plan.changes.count)
            }
            try json.flush()
        } else {
            try printOutput(result.plan.isEmpty ? "\(name): nothing to do\n" : "\(name): down\n")
        }
    }
}

/// `netns lab list`.
struct LabListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the labs of this machine.",
        discussion: """
            EXAMPLES
              netns lab list
            """,
        aliases: ["ls"])

    @OptionGroup var output: OutputOptions

    func run() throws {
        let records = LabRecords.system.names().compactMap { LabRecords.system.read($0) }
        if var json = output.writerIfWanted {
            json.beginArray()
            for record in records {
                let lab = record.document.lab
                json.object { json in
                    json.member("lab", record.name)
                    json.member("file", record.sources.first?.path)
                    json.member("nodes", lab?.nodes.count ?? 0)
                    json.member("links", lab?.links.count ?? 0)
                    json.member("segments", lab?.segments.count ?? 0)
                }
            }
            json.endArray()
            return try json.flush()
        }
        var table = Table(columns: ["LAB", "NODES", "LINKS", "SEGMENTS", "FILE"], rightAligned: [1, 2, 3])
        for record in records {
            let lab = record.document.lab
            table.add([
                record.name, "\(lab?.nodes.count ?? 0)", "\(lab?.links.count ?? 0)", "\(lab?.segments.count ?? 0)",
                escaped(record.sources.first?.path ?? ""),
            ])
        }
        if !records.isEmpty { try printOutput(table.text) }
    }
}
