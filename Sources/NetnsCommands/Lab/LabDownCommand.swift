// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem

/// `netns lab down`.
struct LabDownCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Remove all of a lab, and nothing else.",
        discussion: """
            It works without the file, after a crash of 'up', and without the record of the lab: by the marks that \
            all links of a lab bear. What bears none is not touched. It returns when the kernel is done.

            A name that no lab has is an error; the file of a lab that is not up is none.

            EXAMPLES
              netns lab down triangle
              netns lab down --if-exists triangle
            """,
        aliases: ["destroy"])

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    @Flag(help: "Do nothing, and say nothing, when there is no such lab.")
    var ifExists = false

    func run() throws {
        let holder: LabHolder?
        do throws(LabFailure) { holder = try arguments.ownHolder(thorough: true) } catch {
            throw CommandFailure(error.description, hint: error.hint)
        }
        guard let holder else { return try takeDownOnMachine() }
        // Its file can't be seen from inside. Who is killed from here on finds the holder among the processes.
        LabHolders.own.forget(holder.lab, of: holder.process)
        // Whatever fails in there, all of it goes with the process that holds it.
        let deleted = (try? holder.enter()).flatMap { try? takeDown(holder.lab, nil).plan.changes.count }
        do throws(LabFailure) { try holder.end() } catch {
            throw CommandFailure(error.description, hint: error.hint)
        }
        try report(holder.lab, deleted: deleted ?? 0, isDown: true)
    }

    private func takeDownOnMachine() throws {
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
        if LabHolders.own.hasRemains(of: name, thorough: !canAdministerSystem()) {
            do throws(LabFailure) { try LabHolders.own.endRemains(of: name) } catch {
                throw CommandFailure(error.description, hint: error.hint)
            }
            // Who can't change the machine has no other lab of that name.
            if !canAdministerSystem() { return try report(name, deleted: 0, isDown: true) }
        }
        let isKnown = (try? FileStatus(of: LabRecords.system.directory(of: name))) != nil
        if !isKnown, !canAdministerSystem() { return try reportNone(name) }
        let result: (plan: LabPlan, failures: [LabFailure])
        do throws(LabFailure) { result = try takeDown(name, document) } catch {
            throw CommandFailure(error.description, hint: error.hint ?? privilegeHint(error.errno))
        }
        if let failure = result.failures.first {
            for other in result.failures.dropFirst() { printError(other.description) }
            throw CommandFailure(failure.description, hint: failure.hint ?? privilegeHint(failure.errno))
        }
        if !isKnown, result.plan.isEmpty { return try reportNone(name) }
        try report(name, deleted: result.plan.changes.count, isDown: !result.plan.isEmpty)
    }

    /// A file says which lab is meant, be it up or not; a name that no lab has is a mistake.
    private func reportNone(_ name: String) throws {
        if ifExists { return }
        if !arguments.isFile { throw arguments.noSuchLab() }
        try report(name, deleted: 0, isDown: false)
    }

    private func takeDown(
        _ name: String, _ document: LabDocument?
    ) throws(LabFailure) -> (plan: LabPlan, failures: [LabFailure]) {
        var lifecycle = LabLifecycle(processes: SupervisedProcesses())
        let progress = LabProgress(verb: "down")
        lifecycle.progress = progress.show
        defer { progress.finish() }
        return try lifecycle.down(name, document: document)
    }

    private func report(_ name: String, deleted: Int, isDown: Bool) throws {
        if var json = output.writerIfWanted {
            json.object { json in
                json.member("lab", name)
                json.member("deleted", deleted)
            }
            try json.flush()
        } else {
            try printOutput(isDown ? "\(name): down\n" : "\(name): nothing to do\n")
        }
    }
}

/// `netns lab list`.
struct LabListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the labs of this machine, and your rootless ones.",
        discussion: """
            EXAMPLES
              netns lab list
            """,
        aliases: ["ls"])

    @OptionGroup var output: OutputOptions

    func run() throws {
        // In a rootless lab its own record is there twice: for the machine, and by its holder.
        var labs =
            LabHolders.isInside
            ? [] : LabRecords.system.names().compactMap { LabRecords.system.read($0) }.map(Listed.init)
        labs += LabHolders.own.all().map { Listed($0) }
        labs.sort { $0.name < $1.name }
        if var json = output.writerIfWanted {
            json.beginArray()
            for listed in labs {
                let lab = listed.record?.document.lab
                json.object { json in
                    json.member("lab", listed.name)
                    json.member("file", listed.record?.sources.first?.path)
                    json.member("nodes", lab?.nodes.count ?? 0)
                    json.member("links", lab?.links.count ?? 0)
                    json.member("segments", lab?.segments.count ?? 0)
                    json.member("rootless", listed.holder != nil)
                    if let holder = listed.holder { json.member("holder", holder.process.processID) }
                }
            }
            json.endArray()
            return try json.flush()
        }
        var table = Table(
            columns: ["LAB", "NODES", "LINKS", "SEGMENTS", "HOLDER", "FILE"], rightAligned: [1, 2, 3, 4])
        for listed in labs {
            let lab = listed.record?.document.lab
            table.add([
                listed.name, "\(lab?.nodes.count ?? 0)", "\(lab?.links.count ?? 0)", "\(lab?.segments.count ?? 0)",
                listed.holder.map { "\($0.process.processID)" } ?? "-",
                escaped(listed.record?.sources.first?.path ?? ""),
            ])
        }
        if !labs.isEmpty { try printOutput(table.text) }
    }

    /// A lab of the machine, or a rootless one, of which there may be no record yet.
    private struct Listed {
        var name: String
        var record: LabRecord?
        var holder: LabHolder?

        init(_ record: LabRecord) { (name, self.record) = (record.name, record) }

        init(_ holder: LabHolder) {
            (name, record, self.holder) = (holder.lab, holder.records.read(holder.lab), holder)
        }
    }
}
