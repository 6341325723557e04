// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
public import NetworkNamespaces
internal import SystemPackage

/// Plans labs, brings them up and takes them down.
public struct LabLifecycle {
    /// Where records are kept.
    public var records = LabRecords.system
    /// Where the names of namespaces are.
    public var directory = NamespaceDirectory.system
    /// Where the files of the nodes are.
    public var configuration = "/etc/netns"
    /// Finds the main process of `docker:NAME` and the like.
    public var resolve: (String) throws -> Int32 = { container in
        throw LabFailure("cannot find '\(container)'", reason: "containers of this kind are not known")
    }
    /// Starts and stops processes.
    public var processes: any LabProcesses
    /// Is told how far it is; false stops and takes back.
    public var progress: (_ done: Int, _ total: Int, _ change: LabChange?) -> Bool = { _, _, _ in true }

    /// Whether taking back goes on.
    public var mayTakeBack: () -> Bool = { true }

    /// The labs of this machine.
    public init(processes: any LabProcesses) { self.processes = processes }

    /// Where the lab is.
    public func site(of lab: Lab) -> LabSite {
        var attachments: [String: Attachment] = [:]
        for node in lab.nodes {
            if let attachment = node.settings.attachment { attachments[node.name] = attachment.value }
        }
        return LabSite(
            lab: lab.name, prefix: lab.prefix, attachments: attachments, directory: directory,
            configuration: configuration, resolve: resolve)
    }

    /// What there is and what there shall be of a lab, and the way from one to the other. Nothing is changed.
    public struct Prospect {
        /// Where the lab is.
        public let site: LabSite
        /// What there is.
        public let live: LabState
        /// What there shall be.
        public let desired: LabState
        /// The way.
        public let plan: LabPlan
    }

    /// Looks at what would be done for a lab.
    ///
    /// - Throws: `LabFailure` for what is in the way.
    public func prospect(of document: LabDocument) throws(LabFailure) -> Prospect {
        guard let lab = document.lab, let desired = document.desired else {
            throw LabFailure("cannot plan", reason: "the file has mistakes")
        }
        let site = site(of: lab)
        var wanted = desired
        // What goes is looked at as well: all of it is given back where something fails.
        let recorded = records.read(lab.name)?.document
        if let prefix = recorded?.lab?.prefix, prefix != lab.prefix {
            throw LabFailure(
                "cannot give the namespaces of '\(lab.name)' the prefix '\(lab.prefix)'",
                reason: "it is up with the prefix '\(prefix)'",
                hint: "take it down first: 'netns lab down \(lab.name)'")
        }
        let earlier = recorded?.desired?.nodes ?? [:]
        for (name, node) in earlier where node.isOwned {
            if wanted.nodes[name] == nil {
                wanted.nodes[name] = node
            } else {
                // Parameters that are wanted no more.
                wanted.nodes[name]?.sysctls.merge(node.sysctls) { wanted, _ in wanted }
            }
        }
        site.earlierFiles = earlier.mapValues { Set($0.files.keys) }
        // What is on the machine itself may be from a run of which the record says nothing any more.
        var live = try site.state(for: wanted, and: Array(earlier.keys) + [LabState.host])
        processes.read(into: &live, lab: lab.name)
        return Prospect(site: site, live: live, desired: desired, plan: LabPlan(from: live, to: desired))
    }

    /// Makes the machine as the file says.
    ///
    /// - Returns: what was done.
    /// - Throws: `LabFailure`, after everything of this run was taken back.
    public func up(_ document: LabDocument, variables: [String: String] = [:]) throws(LabFailure) -> LabPlan {
        guard let lab = document.lab else { throw LabFailure("cannot bring it up", reason: "the file has mistakes") }
        return try locked { () throws(LabFailure) in
            let earlier = records.read(lab.name)
            let prospect = try prospectWithoutGhosts(of: document)
            try prospect.site.markUnmarked()
            guard !prospect.plan.isEmpty else { return prospect.plan }
            // Found again from wherever the record is read.
            let here = (try? workingDirectory()) ?? "/"
            let sources = document.source.files.map { file in
                let isWhole = file.path.hasPrefix("/") || file.path == "-"
                return (
                    path: isWhole ? file.path : "\(here)/\(file.path)", text: file.lines.joined(separator: "\n")
                )
            }
            do {
                try records.write(
                    LabRecord(name: lab.name, sources: sources, variables: variables, memory: document.memory))
            } catch { throw LabFailure("cannot write the record of '\(lab.name)'", error) }
            var execution = LabExecution(
                at: prospect.site, processes: processes, progress: progress, mayTakeBack: mayTakeBack)
            do throws(LabFailure) { try execution.run(prospect.plan, from: prospect.live) } catch {
                // What is left over is found again by the record of this run.
                guard error.leftOver.isEmpty else { throw error }
                if let earlier { try? records.write(earlier) } else { records.remove(lab.name) }
                throw error
            }
            return prospect.plan
        }
    }

    /// The same, after processes of nodes were ended that are no more: each keeps a namespace without a name, in which
    /// the other ends of the node's wires still are.
    private func prospectWithoutGhosts(of document: LabDocument) throws(LabFailure) -> Prospect {
        let prospect = try prospect(of: document)
        let live = prospect.live
        let ended = processes.endAll(of: document.lab?.name ?? "") { live.nodes[$0] == nil }
        if let failure = ended.failures.first { throw failure }
        if ended.count == 0 { return prospect }
        try waitForKernel()
        return try self.prospect(of: document)
    }

    private func waitForKernel() throws(LabFailure) {
        do throws(NamespaceError) { try waitForNamespaceCleanup(timeLimit: .seconds(60)) } catch {
            throw LabFailure("cannot wait for the kernel", error)
        }
    }

    /// Removes all of a lab, and only that; waits until the kernel is done.
    ///
    /// - Parameters:
    ///   - name: the lab's name.
    ///   - document: its file, for a lab of which there is no record.
    /// - Returns: what was done, and what could not be.
    public func down(
        _ name: String, document: LabDocument? = nil
    ) throws(LabFailure) -> (plan: LabPlan, failures: [LabFailure]) {
        try locked { () throws(LabFailure) in
            let document = records.read(name)?.document ?? document
            let site: LabSite
            var desired = LabState()
            if let document, let lab = document.lab, document.desired != nil {
                site = self.site(of: lab)
                desired = document.desired ?? desired
            } else {
                site = LabSite(
                    lab: name, prefix: try markedPrefix(of: name), attachments: [:], directory: directory,
                    configuration: configuration, resolve: resolve)
            }
            if desired.nodes[LabState.host] == nil { desired.nodes[LabState.host] = NodeState(isOwned: false) }
            // Somebody else's namespace of the same name is not the lab's to delete.
            let marked = Set(try site.markedNodes())
            for node in desired.nodes.keys where site.owns(node) && !marked.contains(node) { desired.nodes[node] = nil }
            var live = try site.state(for: desired, and: Array(marked))
            processes.read(into: &live, lab: name)
            // What is read because it is wanted need not be the lab's: parameters stay as they are.
            for node in live.nodes.keys { live.nodes[node]?.sysctls = [:] }
            let plan = LabPlan(from: live, to: LabState())
            var execution = LabExecution(at: site, processes: processes, progress: progress)
            // Those of namespaces that are no more are in no state, and so in no plan.
            let failures = execution.runOn(plan) + processes.endAll(of: name) { _ in true }.failures
            site.forgetAll()
            if plan.changes.contains(where: { if case .deleteNode = $0 { true } else { false } }) {
                try waitForKernel()
            }
            removeStaleNames(of: document, at: site)
            if failures.isEmpty { records.remove(name) }
            return (plan, failures)
        }
    }

    /// Removes what a run that was killed has left of the names that it was making or deleting: files on which nothing
    /// is mounted.
    private func removeStaleNames(of document: LabDocument?, at site: LabSite) {
        for node in (document?.desired?.nodes.keys.sorted() ?? []) where site.owns(node) {
            guard let name = try? site.namespaceName(of: node) else { continue }
            switch try? directory.state(of: name) {
            case .stale?, .pending?: _ = try? directory.delete(name)
            default: break
            }
        }
    }

    /// The beginning of the names of a lab's namespaces, from their marks.
    private func markedPrefix(of name: String) throws(LabFailure) -> String {
        do throws(NamespaceError) {
            for entry in try directory.names() {
                guard let namespace = try? directory.open(entry), let node = markedNode(of: namespace, lab: name) else {
                    continue
                }
                let text = entry.description
                if text.hasSuffix(node) { return String(text.dropLast(node.count)) }
            }
        } catch { throw LabFailure("cannot look for the nodes of '\(name)'", error) }
        return "\(name)-"
    }

    /// One run at a time: another would take what is half-made here for its own.
    private func locked<Value>(_ body: () throws(LabFailure) -> Value) throws(LabFailure) -> Value {
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    private func lock() throws(LabFailure) -> FileLock {
        do throws(Errno) { try makeDirectory(records.path) } catch {
            throw LabFailure("cannot make '\(records.path)'", error)
        }
        do throws(Errno) { return try FileLock(exclusiveOn: records.path) } catch {
            throw LabFailure(
                "cannot lock '\(records.path)'", reason: "another run holds it", hint: "wait until it has ended")
        }
    }
}
