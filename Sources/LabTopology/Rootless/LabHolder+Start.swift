// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

extension LabHolders {
    /// Starts the holder of a lab and waits until it has the namespaces; one that is there already is taken.
    ///
    /// What is left of an earlier one that was killed is ended before.
    ///
    /// - Parameter executable: the program that takes `---hold`: `netns`.
    /// - Throws: `LabFailure`, which names the setting of the machine that is in the way.
    public func start(
        _ lab: String, executable: String = "/proc/self/exe"
    ) throws(LabFailure) -> (holder: LabHolder, isNew: Bool) {
        let directory = try lockDirectory()
        if let holder = find(lab) { return (holder, false) }
        try LabHolder.endProcesses(of: lab, but: nil)
        var conversation: HolderConversation
        do throws(Errno) {
            conversation = try .begin(executable, lab, "\(directory.path)/\(lab)", directory.lock.descriptor)
        } catch { throw LabFailure("cannot start a process for the lab '\(lab)'", error) }
        do throws(LabFailure) { try conversation.hold() } catch {
            // One that was killed has left its file; the lock is held.
            try? removeFile("\(directory.path)/\(lab)")
            try? removeDirectory(directory.path)
            throw error
        }
        guard let holder = find(lab) else {
            throw LabFailure("cannot hold the lab '\(lab)'", reason: "the process for it has ended at once")
        }
        return (holder, true)
    }
}

/// What is said between a holder that begins and the process that has started it.
///
/// The holder writes lines: `mapping` when it waits to be told who is who in its user namespace, then `ready` or
/// `failed` with the reason. It is answered one letter.
private struct HolderConversation: ~Copyable {
    /// The descriptors that a holder is started with, behind the three of all programs. The lock is the starter's, and
    /// outlives it: who gets it after that finds the holder ready, or gone.
    static let report: Int32 = 3, lock: Int32 = 4, answer: Int32 = 5

    /// Who is who: all of the starter's users, the starter as root and a range of its own, or the starter as root alone.
    enum Map: UInt8 {
        case isDone = 0x64
        case usersAreLeft = 0x75
        case isLeft = 0x6c
    }

    private let child: Int32
    private let reports: OwnedDescriptor, answers: OwnedDescriptor
    private var received: [UInt8] = []

    private init(child: Int32, reports: consuming OwnedDescriptor, answers: consuming OwnedDescriptor) {
        self.child = child
        self.reports = reports
        self.answers = answers
    }

    /// Starts a holder.
    static func begin(
        _ executable: String, _ lab: String, _ record: String, _ lock: Int32
    ) throws(Errno) -> HolderConversation {
        let (reading, writing) = try makePipe()
        let reports = OwnedDescriptor(owning: reading)
        let report = OwnedDescriptor(owning: writing)
        let (answered, answering) = try makePipe()
        let answer = OwnedDescriptor(owning: answered)
        let answers = OwnedDescriptor(owning: answering)
        let nothing = try OwnedDescriptor(opening: "/dev/null", flags: openForReadingAndWriting)
        let child = try spawnProgram(
            executable, ["netns", LabHolder.word, lab, record],
            descriptors: (0...2).map { PassedDescriptor(nothing.rawValue, as: $0) } + [
                PassedDescriptor(report.rawValue, as: Self.report), PassedDescriptor(lock, as: Self.lock),
                PassedDescriptor(answer.rawValue, as: Self.answer),
            ], newSession: true)
        return HolderConversation(child: child, reports: reports, answers: answers)
    }

    /// Waits until it holds.
    mutating func hold() throws(LabFailure) {
        while let line = nextLine() {
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            switch words[0] {
            case "mapping": try? writeAll([UserMapping.map(child).rawValue], to: answers.rawValue)
            case "ready": return
            default:
                _ = try? waitForChild(child)
                throw LabFailure(
                    words.count > 1 ? words[1] : line, reason: words.count > 2 ? words[2] : "",
                    hint: words.count > 3 && !words[3].isEmpty ? words[3] : nil)
            }
        }
        _ = try? waitForChild(child)
        throw LabFailure("cannot hold the lab", reason: "the process for it has ended at once")
    }

    private mutating func nextLine() -> String? {
        while true {
            if let end = received.firstIndex(of: 0x0a) {
                defer { received.removeFirst(end + 1) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            guard let more = try? readSome(from: reports.rawValue, atMost: 4096), !more.isEmpty else { return nil }
            received += more
        }
    }
}

/// Who is who in a user namespace.
private enum UserMapping {
    /// Maps as many users and groups as the caller may.
    ///
    /// Root has all of its own. Anybody else is root there, and has the numbers from 1 on for what /etc/subuid and
    /// /etc/subgid give, where newuidmap(1) and newgidmap(1) are installed.
    static func map(_ child: Int32) -> HolderConversation.Map {
        let caller = EffectiveIdentity.current
        if caller.userID == 0, (try? mapAllUsers(into: child)) != nil { return .isDone }
        guard let users = range(in: "/etc/subuid", caller.userID), let groups = range(in: "/etc/subgid", caller.userID),
            let userTool = program("newuidmap"), let groupTool = program("newgidmap"),
            run(groupTool, ["newgidmap", "\(child)", "0", "\(caller.groupID)", "1"] + groups)
        else { return .isLeft }
        return run(userTool, ["newuidmap", "\(child)", "0", "\(caller.userID)", "1"] + users) ? .isDone : .usersAreLeft
    }

    /// The first range of a user: from 1 on there.
    private static func range(in file: String, _ userID: UInt32) -> [String]? {
        guard let range = try? subordinateRange(in: file, of: userID) else { return nil }
        return ["1", "\(range.first)", "\(range.count)"]
    }

    private static func program(_ name: String) -> String? {
        (environmentVariable("PATH") ?? "/usr/bin").split(separator: ":").map { "\($0)/\(name)" }
            .first { (try? FileStatus(of: $0))?.isRegularFile == true }
    }

    /// Without a word: where it is refused there is another way.
    private static func run(_ program: String, _ words: [String]) -> Bool {
        guard let nothing = try? OwnedDescriptor(opening: "/dev/null", flags: openForReadingAndWriting),
            let child = try? spawnProgram(
                program, words, descriptors: (0...2).map { PassedDescriptor(nothing.rawValue, as: $0) },
                newSession: false)
        else { return false }
        return (try? waitForChild(child)) == .exited(0)
    }
}

extension LabHolder {
    /// What a process is that was started with `---hold` and these words behind it: it waits until it shall end, and
    /// ends all of the lab's processes then.
    ///
    /// - Returns: its exit status.
    public static func main(_ words: [String]) -> Int32 {
        ignoreBrokenPipes()
        guard words.count == 2, let own = ProcessIdentity(of: currentProcessID()) else { return 125 }
        let (lab, record) = (words[0], words[1])
        let signals = AwaitedSignals([
            SignalNumber.terminate, SignalNumber.interrupt, SignalNumber.quit, SignalNumber.hangUp,
        ])
        try? changeDirectory(to: "/")
        guard begin(lab, own, record) else { return 125 }
        // The terminal is not its own: only who means it ends it.
        while signals.next(timeout: nil) != SignalNumber.terminate {}
        try? endProcesses(of: lab, but: nil)
        LabHolders(directories: [directory(of: record)]).forget(lab, of: own)
        return 0
    }

    /// Makes the namespaces, and tells whoever has started it.
    private static func begin(_ lab: String, _ own: ProcessIdentity, _ record: String) -> Bool {
        let report = OwnedDescriptor(owning: HolderConversation.report)
        let lock = OwnedDescriptor(owning: HolderConversation.lock)
        let answer = OwnedDescriptor(owning: HolderConversation.answer)
        defer { withExtendedLifetime(lock) {} }
        do throws(LabFailure) {
            // Before there is anything that somebody would have to find.
            try told("write '\(record)'") { () throws(Errno) in
                try replaceFile(
                    record, with: Array("process \(own.processID)\nstart \(own.startTime)\n".utf8), mode: 0o600)
            }
            try RootlessNamespaces.make(for: lab) { caller throws(LabFailure) in
                var map: HolderConversation.Map?
                try told("hear who is who in '\(lab)'") { () throws(Errno) in
                    try writeAll(Array("mapping\n".utf8), to: report.rawValue)
                    map = try readSome(from: answer.rawValue, atMost: 1).first.flatMap { .init(rawValue: $0) }
                }
                guard let map else {
                    throw LabFailure("cannot hold the lab '\(lab)'", reason: "who has started it has ended")
                }
                if map != .isDone { try RootlessNamespaces.mapCaller(caller, groupsAreMapped: map == .usersAreLeft) }
            }
            try told("hold the lab '\(lab)'") { () throws(Errno) in
                try writeAll(Array("ready\n".utf8), to: report.rawValue)
            }
            return true
        } catch {
            try? removeFile(record)
            // The lock is held: nobody is about to write there.
            try? removeDirectory(directory(of: record))
            let line = ["failed", error.operation, error.reason, error.hint ?? ""].joined(separator: "\t")
            try? writeAll(Array("\(line)\n".utf8), to: report.rawValue)
            return false
        }
    }

    private static func directory(of record: String) -> String {
        String(record[..<(record.lastIndex(of: "/") ?? record.endIndex)])
    }

    private static func told(_ action: String, _ body: () throws(Errno) -> Void) throws(LabFailure) {
        do throws(Errno) { try body() } catch { throw LabFailure("cannot \(action)", error) }
    }
}
