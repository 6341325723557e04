// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
internal import SystemPackage

/// The rootless labs of the calling user.
///
/// Each has a file that names its holder, in `netns-lab` below `$XDG_RUNTIME_DIR`, or below `/run/user/UID`; where
/// there is neither, in `/tmp/netns-lab-UID`, which nobody else may look into. Where the file is lost, the holder is
/// found among the processes.
public struct LabHolders: Sendable {
    /// The directories, the one for new files first.
    let directories: [String]

    /// Those of the caller.
    public static var own: LabHolders {
        let user = EffectiveIdentity.current.userID
        let bases = [environmentVariable("XDG_RUNTIME_DIR") ?? "", "/run/user/\(user)"]
        var directories: [String] = []
        for base in bases where base.hasPrefix("/") {
            // After su(1) it may be another user's.
            guard let status = try? FileStatus(of: base), status.isDirectory, status.owner == user,
                status.mode & 0o022 == 0
            else { continue }
            let directory = "\(base)/netns-lab"
            if !directories.contains(directory) { directories.append(directory) }
        }
        return LabHolders(directories: directories + ["/tmp/netns-lab-\(user)"])
    }

    /// Whether files tell of any.
    public var hasFiles: Bool { !files().isEmpty }

    private func files() -> [String] {
        directories.filter(isPrivate).flatMap { directory in
            ((try? directoryEntries(directory)) ?? []).map(\.name).filter(isName).map { "\(directory)/\($0)" }
        }
    }

    /// All of them, by name.
    public func all() -> [LabHolder] {
        var found: [String: LabHolder] = [:]
        for file in files() {
            if let holder = read(file), holder.isHolding { found[holder.lab] = found[holder.lab] ?? holder }
        }
        for holder in running() { found[holder.lab] = found[holder.lab] ?? holder }
        return found.values.sorted { $0.lab < $1.lab }
    }

    /// That of a lab; nil when there is none.
    ///
    /// - Parameter thorough: whether processes are looked through where there is no file.
    public func find(_ lab: String, thorough: Bool = true) -> LabHolder? {
        guard isName(lab) else { return nil }
        for directory in directories where isPrivate(directory) {
            if let holder = read("\(directory)/\(lab)"), holder.isHolding { return holder }
        }
        return thorough ? running().first { $0.lab == lab } : nil
    }

    /// Moves the calling process, which must have one thread only, into namespaces as a rootless lab has them.
    ///
    /// They are empty, and gone when it has ended: for looking at what would be done.
    public static func enterEmptyNamespaces() throws(LabFailure) {
        let place = try? workingDirectory()
        try RootlessNamespaces.make(for: nil)
        // What was covered is below now.
        if let place { try? changeDirectory(to: place) }
    }

    /// Whether the calling process is in the namespaces of a rootless lab.
    public static var isInside: Bool { (try? FileStatus(of: RootlessNamespaces.mark)) != nil }

    /// Forgets a lab of which no process lives any more.
    ///
    /// - Parameter last: its holder, which is about to end.
    public func forget(_ lab: String, of last: ProcessIdentity? = nil) {
        guard isName(lab) else { return }
        for directory in directories where isPrivate(directory) {
            guard let lock = try? FileLock(exclusiveOn: directory) else { continue }
            let file = "\(directory)/\(lab)"
            if let holder = read(file), holder.process == last || !holder.process.isRunning { try? removeFile(file) }
            try? removeDirectory(directory)
            withExtendedLifetime(lock) {}
        }
    }

    /// Whether there are processes, or a file, of a lab whose holder is no more.
    ///
    /// - Parameter thorough: whether processes are looked through where there is no file.
    public func hasRemains(of lab: String, thorough: Bool) -> Bool {
        guard isName(lab) else { return false }
        let hasFile = directories.contains { isPrivate($0) && (try? FileStatus(of: "\($0)/\(lab)")) != nil }
        return hasFile || thorough && !LabHolder.processes(of: lab).isEmpty
    }

    /// Ends what is left of a lab whose holder is no more.
    public func endRemains(of lab: String) throws(LabFailure) {
        try LabHolder.endProcesses(of: lab, but: nil)
        forget(lab)
    }

    // MARK: Files

    /// A lab's name can't lead out of the directory, and no file that is being written has one.
    private func isName(_ name: String) -> Bool { nameFlaw(name, maximumCount: LabFile.maximumNameLength) == nil }

    /// Whether a directory is the caller's, and nobody else may write to it, or read it.
    private func isPrivate(_ directory: String) -> Bool {
        guard let status = try? FileStatus(of: directory, followingLinks: false) else { return false }
        return status.isDirectory && status.owner == EffectiveIdentity.current.userID && status.mode & 0o077 == 0
    }

    private func read(_ file: String) -> LabHolder? {
        guard let bytes = try? readFile(file) else { return nil }
        let fields = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard fields.count == 4, fields[0] == "process", let process = Int32(fields[1]), fields[2] == "start",
            let start = UInt64(fields[3])
        else { return nil }
        return LabHolder(
            lab: String(file[(file.lastIndex(of: "/").map(file.index(after:)) ?? file.startIndex)...]),
            process: ProcessIdentity(processID: process, startTime: start), record: file)
    }

    /// Those that say so themselves, by their command lines, and have the namespaces.
    private func running() -> [LabHolder] {
        let user = EffectiveIdentity.current.userID
        return ProcessStatus.all(startedWith: LabHolder.word).compactMap { status, words in
            guard words.count == 2, isName(words[0]),
                (try? FileStatus(of: "/proc/\(status.processID)"))?.owner == user
            else { return nil }
            let identity = ProcessIdentity(processID: status.processID, startTime: status.startTime)
            let holder = LabHolder(lab: words[0], process: identity, record: nil)
            return holder.isHolding ? holder : nil
        }
    }

    /// Makes the directory for new files, and locks it.
    func lockDirectory() throws(LabFailure) -> LockedDirectory {
        let directory = directories[0]
        for _ in 0..<100 {
            do throws(Errno) { try makeDirectory(directory, mode: 0o700) } catch {
                throw LabFailure("cannot make '\(directory)'", error)
            }
            guard isPrivate(directory) else {
                throw LabFailure(
                    "cannot use '\(directory)'", reason: "it is not only yours",
                    hint: "remove it, or set XDG_RUNTIME_DIR to a directory of your own")
            }
            do throws(Errno) {
                let lock = try FileLock(exclusiveOn: directory)
                // Whoever held the lock may have removed it.
                if try FileStatus(ofDescriptor: lock.descriptor).inode == FileStatus(of: directory).inode {
                    return LockedDirectory(path: directory, lock: lock)
                }
            } catch {
                guard error == .noSuchFileOrDirectory else {
                    throw LabFailure(
                        "cannot lock '\(directory)'", reason: "another run holds it", hint: "wait until it has ended")
                }
            }
        }
        throw LabFailure("cannot make '\(directory)'", reason: "it is removed all the time")
    }
}

/// A directory in which nobody else starts a holder.
struct LockedDirectory: ~Copyable {
    let path: String
    let lock: FileLock
}
