// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
internal import SystemPackage

/// The process that keeps the namespaces of a rootless lab.
///
/// It has made them, does nothing but wait, and takes them along when it ends. It is this executable, started anew with
/// `---hold`, the lab's name, and the path of its record.
public struct LabHolder: Sendable, Equatable {
    /// The first word of its command line. Nobody can mean it as an option.
    public static let word = "---hold"
    /// How long processes may take to heed `SIGTERM` before they are killed.
    static let patience: Duration = .seconds(5)

    /// The lab's name.
    public let lab: String
    /// The process.
    public let process: ProcessIdentity
    /// Where it is written down; nil when that is lost.
    public let record: String?

    /// The records of labs that it keeps: that of its own, or none yet. They can be read from outside.
    public var records: LabRecords { LabRecords(path: "/proc/\(process.processID)/root\(LabRecords.system.path)") }

    /// Whether the process lives, and has the namespaces of the lab.
    var isHolding: Bool { process.isRunning && Self.isMarked(process.processID, lab) }

    /// Moves the calling process, which must have one thread only, into the lab's namespaces for good.
    ///
    /// It keeps its working directory.
    public func enter() throws(LabFailure) {
        let action = "cannot enter the namespaces of '\(lab)'"
        guard let descriptor = process.open() else {
            throw LabFailure(action, reason: "process \(process.processID), which holds them, has ended")
        }
        let place = try? workingDirectory()
        let directory = try? OwnedDescriptor(opening: ".", flags: pathOnly)
        do throws(Errno) { try descriptor.enterNamespaces() } catch {
            throw LabFailure(
                action, reason: error.sentence,
                hint: error == .invalidArgument ? "it takes Linux 5.8 or later" : nil)
        }
        guard let directory else { return }
        // By its path where that leads to the same directory: programs ask for it.
        if let place, (try? changeDirectory(to: place)) != nil,
            (try? FileStatus(of: "."))?.inode == (try? directory.status())?.inode
        {
            return
        }
        try? changeDirectory(toDescriptor: directory.rawValue)
    }

    /// Ends all processes of the lab but the caller, and the holder; its namespaces go with the last of them.
    ///
    /// It works from inside as well as from outside.
    public func end() throws(LabFailure) {
        try Self.endProcesses(of: lab, but: process.processID)
        if let descriptor = process.open() {
            // Killed: at a request to end it would end the caller, too.
            try? descriptor.send(signal: SignalNumber.kill)
            _ = try? descriptor.waitForEnd(timeout: Self.patience)
        }
        guard !process.isRunning else {
            throw LabFailure("cannot end process \(process.processID)", reason: "which holds the lab '\(lab)'")
        }
    }

    // MARK: Processes

    /// Whether a process sees the `/run` of a lab. Nobody else can have made it: such a lab has a user namespace.
    static func isMarked(_ processID: Int32, _ lab: String) -> Bool {
        guard let bytes = try? readFile("/proc/\(processID)/root\(RootlessNamespaces.mark)") else { return false }
        return !lab.isEmpty && bytes.elementsEqual(lab.utf8)
    }

    /// The processes of the caller's lab of a name, the caller apart: those that see its `/run`, and whatever is in their user namespaces.
    static func processes(of lab: String) -> [ProcessIdentity] {
        let all = ProcessStatus.all().filter { !$0.isZombie && $0.processID != currentProcessID() }
        var namespaces: Set<UInt64> = []
        for status in all where isMarked(status.processID, lab) {
            // Root sees those of other users as well.
            guard let place = try? OwnedDescriptor(opening: "/proc/\(status.processID)/ns/user"),
                userNamespaceMaker(place) == EffectiveIdentity.current.userID, let inode = try? place.status().inode
            else { continue }
            namespaces.insert(inode)
        }
        guard !namespaces.isEmpty else { return [] }
        return all.filter { status in namespaces.contains { isInUserNamespace(status.processID, $0) } }
            .map { ProcessIdentity(processID: $0.processID, startTime: $0.startTime) }
    }

    /// Ends the processes of a lab but one, also when the holder is no more.
    static func endProcesses(of lab: String, but spared: Int32?) throws(LabFailure) {
        let start = ContinuousClock.now
        var told: [ProcessIdentity] = []
        while true {
            // What they start meanwhile is told, too.
            let rest = processes(of: lab).filter { $0.processID != spared }
            if rest.isEmpty { return }
            let elapsed = ContinuousClock.now - start
            guard elapsed < patience * 2 else {
                throw LabFailure("cannot end process \(rest[0].processID)", reason: "which is of the lab '\(lab)'")
            }
            for one in rest where elapsed > patience || !told.contains(one) {
                try? one.open()?.send(signal: elapsed > patience ? SignalNumber.kill : SignalNumber.terminate)
            }
            told = rest
            sleep(.milliseconds(10))
        }
    }
}
