// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
public import NetworkNamespaces
internal import SystemPackage

/// The processes of labs, each with a supervisor, and with a record below that of its lab:
/// `/run/netns-lab/LAB/processes/NODE/PROCESS`.
public struct SupervisedProcesses: LabProcesses {
    /// Where the records of labs are.
    public var records: LabRecords

    /// The processes of the labs of these records.
    public init(records: LabRecords = .system) { self.records = records }

    /// A process of a lab that there is a record of.
    public struct Entry: Sendable {
        /// The node and the process.
        public var node: String, name: String
        /// What is known of it.
        public var record: ProgramRecord
    }

    /// All processes of a lab that there are records of, by node and name.
    public func entries(of lab: String) -> [Entry] {
        let root = directory(of: lab)
        var entries: [Entry] = []
        for node in subdirectories(root) {
            for name in subdirectories("\(root)/\(node)") {
                entries.append(Entry(node: node, name: name, record: record(lab, node, name)))
            }
        }
        return entries
    }

    private func subdirectories(_ path: String) -> [String] {
        ((try? directoryEntries(path)) ?? []).filter(\.isDirectory).map(\.name).sorted()
    }

    private func directory(of lab: String) -> String { "\(records.directory(of: lab))/processes" }

    private func record(_ lab: String, _ node: String, _ name: String) -> ProgramRecord {
        ProgramRecord(path: "\(directory(of: lab))/\(node)/\(name)")
    }

    // MARK: LabProcesses

    /// Starts a process and waits until it is ready, or ends one; needs `CAP_SYS_ADMIN`.
    public func carryOut(_ change: LabChange, at site: LabSite) throws(LabFailure) {
        switch change {
        case .startProcess(let node, let setting):
            guard let session = try site.session(node) else {
                throw LabFailure(change.title, reason: "its namespace is gone")
            }
            var program = SupervisedProgram(setting)
            program.namespace = site.configurationName(of: node)
            let record = record(site.lab, node, setting.name)
            try attempt(change) { () throws(ProgramError) in
                // One of a namespace that is no more, or of which the supervisor was killed.
                try record.stop(keepsRecord: true)
                try record.start(program, in: session.namespace)
            }
        case .stopProcess(let node, let setting):
            let record = record(site.lab, node, setting.name)
            try attempt(change) { () throws(ProgramError) in try record.stop() }
        default: break
        }
    }

    private func attempt(_ change: LabChange, _ body: () throws(ProgramError) -> Void) throws(LabFailure) {
        do throws(ProgramError) { try body() } catch {
            var failure = LabFailure(change.title, reason: error.description, hint: error.hint)
            failure.isInterruption = error.isInterruption
            throw failure
        }
    }

    /// Adds those that are in order, and what is left of others, which has to be ended.
    public func read(into state: inout LabState, lab: String) {
        for entry in entries(of: lab) where state.nodes[entry.node] != nil {
            if entry.record.isInOrder, let program = entry.record.program {
                state.nodes[entry.node]?.processes[entry.name] = ProcessSetting(program)
            } else if !entry.record.orphans().isEmpty {
                // It is not as anybody asked for, and has to be ended.
                let rest = ProcessSetting(name: entry.name, command: [])
                state.nodes[entry.node]?.processes[entry.name] = rest
            }
        }
    }

    /// Ends processes by their records, whatever has become of their namespaces.
    public func endAll(
        of lab: String, where isMeant: (_ node: String) -> Bool
    ) -> (count: Int, failures: [LabFailure]) {
        var result: (count: Int, failures: [LabFailure]) = (0, [])
        for entry in entries(of: lab) where isMeant(entry.node) && entry.record.hasProcesses {
            do throws(ProgramError) {
                try entry.record.stop()
                result.count += 1
            } catch {
                result.failures.append(
                    LabFailure("cannot stop '\(entry.name)' in '\(entry.node)'", reason: error.description))
            }
        }
        // Those without a record are in no state: nobody else would end them, in whichever node.
        let directory = directory(of: lab)
        for supervisor in LostSupervisor.all(below: directory) {
            let parts = supervisor.path.dropFirst(directory.count + 1).split(separator: "/").map(String.init)
            guard parts.count == 2 else { continue }
            do throws(ProgramError) {
                try supervisor.end()
                result.count += 1
            } catch {
                result.failures.append(
                    LabFailure("cannot stop '\(parts[1])' in '\(parts[0])'", reason: error.description))
            }
        }
        return result
    }
}

extension SupervisedProgram {
    fileprivate init(_ setting: ProcessSetting) {
        self.init(name: setting.name, words: setting.command)
        environment = setting.environment
        user = setting.user
        restart = RestartPolicy(rawValue: setting.restart) ?? .never
        readiness = setting.readiness
        readyWithin = setting.readyWithin
        log = setting.log
    }
}

extension ProcessSetting {
    fileprivate init(_ program: SupervisedProgram) {
        self.init(name: program.name, command: program.words)
        environment = program.environment
        user = program.user
        restart = program.restart.rawValue
        readiness = program.readiness
        readyWithin = program.readyWithin
        log = program.log
    }
}
