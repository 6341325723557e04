// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem

/// What a command wants of the namespaces that a lab is in.
enum LabEntry {
    /// The file alone.
    case none
    /// The file, and what was chosen for it. The process stays where it is.
    case recorded
    /// To work with a lab that is up.
    case existing
    /// To see what would be done: in namespaces that nobody else sees, where there are none yet.
    case prospective
}

extension LabArguments {
    /// Moves this process into the namespaces of the lab, where it is a rootless one of the caller's.
    ///
    /// All that is done after that is done there, as it is done on the machine for any other lab.
    ///
    /// - Parameter isRootless: whether `--rootless` was given. Who can't change the machine means it in any case.
    func enter(_ entry: LabEntry, rootless isRootless: Bool = false) throws {
        if entry == .none || entry == .recorded { return }
        let isRootless = isRootless || !canAdministerSystem()
        do throws(LabFailure) {
            if let holder = try ownHolder(thorough: isRootless) { return try holder.enter() }
            if entry == .prospective, isRootless, isFile { try LabHolders.enterEmptyNamespaces() }
        } catch { throw CommandFailure(error.description, hint: error.hint) }
    }

    /// Moves this process into the namespaces of a lab that shall be up, which are made where it shall be rootless.
    ///
    /// - Parameter check: finds what is wrong with the file, before anything is made for it.
    /// - Returns: the process that holds them; nil for a lab of the machine.
    func enterNew(
        rootless isRootless: Bool, check: () throws -> LabDocument
    ) throws -> (holder: LabHolder, isNew: Bool)? {
        let mustBeRootless = isRootless || !canAdministerSystem()
        do throws(LabFailure) {
            if let holder = try ownHolder(thorough: mustBeRootless) {
                try holder.enter()
                return (holder, false)
            }
        } catch { throw CommandFailure(error.description, hint: error.hint) }
        guard mustBeRootless, isFile else { return nil }
        guard let name = try check().lab?.name else { return nil }
        if canAdministerSystem(), LabRecords.system.read(name) != nil {
            throw CommandFailure(
                "the lab '\(name)' is up, and not rootless", hint: "'netns lab down \(name)' takes it down")
        }
        do throws(LabFailure) {
            let started = try LabHolders.own.start(name)
            try started.holder.enter()
            return started
        } catch { throw CommandFailure(error.description, hint: error.hint) }
    }

    /// The holder of the lab that is meant.
    ///
    /// - Parameter thorough: whether processes are looked through where there is no file.
    func ownHolder(thorough: Bool) throws(LabFailure) -> LabHolder? {
        let holders = LabHolders.own
        guard thorough || holders.hasFiles else { return nil }
        guard let name = labName() else { return nil }
        return holders.find(name, thorough: thorough)
    }

    /// Where the lab's record is, as seen from here.
    func records(_ entry: LabEntry) -> LabRecords {
        guard entry == .recorded, let holder = try? ownHolder(thorough: !canAdministerSystem()) else { return .system }
        return holder.records
    }

    /// The lab's name: what is given, or what the file says; nil for a file that does not say it.
    func labName() -> String? {
        guard isFile else { return lab }
        return LabDocument.name(path: lab, variables: (try? values()) ?? [:])
    }
}
