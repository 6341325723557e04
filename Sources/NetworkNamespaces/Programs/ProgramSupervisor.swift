// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// The process that looks after a program: it starts it, starts it again, and ends it when it is asked to.
///
/// It is this executable, started anew with `---supervise` and the path of a `ProgramRecord`. The program is started
/// by one more step, `---start`, which becomes it: so it ends with its supervisor, whatever happens to that one.
public struct ProgramSupervisor {
    /// How long a program may take to heed `SIGTERM` before it is killed.
    public static let patience: Duration = .seconds(5)
    /// The first word of a supervisor's command line. Nobody can mean it as an option.
    public static let word = "---supervise"
    /// The first word of the step that becomes the program.
    public static let startWord = "---start"

    /// The descriptors that a supervisor is started with, behind the three of all programs.
    static let namespaceDescriptor: Int32 = 3, reportDescriptor: Int32 = 4
    /// Where a start tells why it failed.
    static let failureDescriptor: Int32 = 3

    private let record: ProgramRecord
    private let program: SupervisedProgram
    private let isForeground: Bool
    private var state = ProgramState()

    /// - Parameter isForeground: whether the program keeps the terminal, and `SIGINT` ends it.
    public init(_ record: ProgramRecord, _ program: SupervisedProgram, isForeground: Bool) {
        (self.record, self.program, self.isForeground) = (record, program, isForeground)
    }

    /// Ends a supervisor, and its program with it; one that does not heed `SIGTERM` is killed.
    ///
    /// - Returns: whether it has ended.
    static func end(_ supervisor: ProcessIdentity) throws(ProgramError) -> Bool {
        guard let process = supervisor.open() else { return true }
        do throws(Errno) {
            try process.send(signal: SignalNumber.terminate)
            if try process.waitForEnd(timeout: patience + .seconds(5)) { return true }
            try process.send(signal: SignalNumber.kill)
            return try process.waitForEnd(timeout: .seconds(5))
        } catch {
            if error == .noSuchProcess { return true }
            throw ProgramError(
                "cannot end process \(supervisor.processID), which looks after it: \(error.sentence)")
        }
    }

    /// What a process is that was started with `---supervise` and these words behind it.
    ///
    /// - Returns: its exit status.
    public static func main(_ words: [String]) -> Int32 {
        guard let path = words.first, let program = ProgramRecord(path: path).program else { return 125 }
        let report = OwnedDescriptor(owning: reportDescriptor)
        closeOnExecution(reportDescriptor)
        let namespace: NetworkNamespace
        do throws(NamespaceError) {
            namespace = try NetworkNamespace(OwnedDescriptor(owning: namespaceDescriptor), shownAs: "of '\(path)'")
        } catch {
            try? writeAll(Array(error.description.utf8), to: report.rawValue)
            return 125
        }
        var supervisor = ProgramSupervisor(ProgramRecord(path: path), program, isForeground: false)
        var pending: OwnedDescriptor? = report
        return supervisor.run(in: namespace) { failure in
            guard let report = pending.take() else { return }
            try? writeAll(Array((failure?.description ?? Self.readyReport).utf8), to: report.rawValue)
        }
    }

    /// What a supervisor reports when the program was started.
    static let readyReport = "started"

    /// Looks after the program until it has ended for good, or shall end.
    ///
    /// The calling thread, which must be the only one, moves into the namespace for good.
    ///
    /// - Parameter report: is told once that the program was started, or why not.
    /// - Returns: the exit status: the program's.
    public mutating func run(
        in namespace: consuming NetworkNamespace, report: (ProgramError?) -> Void
    ) -> Int32 {
        let signals = AwaitedSignals([
            SignalNumber.terminate, SignalNumber.interrupt, SignalNumber.quit, SignalNumber.hangUp,
            SignalNumber.user1, SignalNumber.user2, SignalNumber.child,
        ])
        ignoreBrokenPipes()
        adoptOrphans()
        state.supervisor = ProcessIdentity(of: currentProcessID())
        state.network = namespace.identity.inode
        state.leadsSession = !isForeground
        do throws(ProgramError) {
            try enter(namespace)
            try writeProcessFile()
            try start()
        } catch {
            removeProcessFile()
            report(error)
            return 125
        }
        // The name may be deleted: what is mounted there is not held any more.
        Self.close(namespace)
        report(nil)
        var delay = Self.shortestDelay
        while true {
            let startTime = ContinuousClock.now
            guard let end = waitForEnd(signals) else { return stopped() }
            state.end = end
            guard restarts(after: end) else { return ended(end) }
            // One that ran for a while does not pay for failures of long ago.
            if ContinuousClock.now - startTime > Self.longestDelay { delay = Self.shortestDelay }
            state.phase = .waiting
            note()
            let limit = ContinuousClock.now + delay
            while ContinuousClock.now < limit {
                if let number = signals.next(timeout: limit - .now), isRequestToEnd(number) { return stopped() }
            }
            delay = min(delay * 2, Self.longestDelay)
            state.restarts += 1
            do throws(ProgramError) { try start() } catch {
                say(error.description)
                state.end = .exited(125)
                // The next turn of the loop finds no children, and takes this for the end.
                note()
            }
        }
    }

    private static let shortestDelay: Duration = .milliseconds(100), longestDelay: Duration = .seconds(10)

    // MARK: Beginning

    private func enter(_ namespace: borrowing NetworkNamespace) throws(ProgramError) {
        do throws(NamespaceError) {
            guard let name = program.namespace else {
                return try attempt("enter its network namespace", try enterNetworkNamespace(namespace.descriptor))
            }
            let environment = NamespaceEnvironment(name: try NamespaceName(existing: name))
            for warning in try environment.enter(namespace) { say("warning: \(warning)") }
        } catch { throw ProgramError(error.description, hint: error.hint) }
    }

    private mutating func start() throws(ProgramError) {
        let ends: (reading: Int32, writing: Int32)
        let child: Int32
        do throws(Errno) { ends = try makePipe() } catch { throw ProgramError("cannot make a pipe: \(error.sentence)") }
        let reading = OwnedDescriptor(owning: ends.reading)
        do throws(Errno) {
            let writing = OwnedDescriptor(owning: ends.writing)
            child = try spawnProgram(
                "/proc/self/exe", ["netns", Self.startWord, record.path, "\(currentProcessID())"],
                descriptors: [PassedDescriptor(writing.rawValue, as: Self.failureDescriptor)],
                newSession: !isForeground)
        } catch { throw ProgramError("cannot start a process: \(error.sentence)") }
        state.program = ProcessIdentity(of: child)
        let failure = (try? readAll(reading)) ?? []
        guard failure.isEmpty else {
            _ = try? waitForChild(child)
            throw ProgramError(String(decoding: failure, as: UTF8.self))
        }
        state.phase = .running
        note()
    }

    private func writeProcessFile() throws(ProgramError) {
        guard let file = program.processFile else { return }
        do throws(Errno) { try replaceFile(file, with: Array("\(currentProcessID())\n".utf8)) } catch {
            throw ProgramError("cannot write '\(file)': \(error.sentence)")
        }
    }

    private func removeProcessFile() {
        if let file = program.processFile { try? removeFile(file) }
    }

    // MARK: While it runs

    /// Waits for the program and all that it has left behind.
    ///
    /// - Returns: how it ended; nil when it shall end.
    private func waitForEnd(_ signals: AwaitedSignals) -> ProcessEnd? {
        var end: ProcessEnd?
        while true {
            do throws(Errno) {
                while let child = try reapChild() {
                    guard child.processID == state.program?.processID else { continue }
                    end = child.end
                    // One that ends well may have gone into the background; what a failed one leaves is in the way.
                    if child.end.isFailure { endAll(areToldAlready: false) }
                }
            } catch { return end ?? state.end ?? .exited(125) }
            guard let number = signals.next(timeout: nil) else { continue }
            if isRequestToEnd(number) { return nil }
            if number != SignalNumber.child, end == nil, let process = state.program?.processID {
                signalChild(process, number)
            }
        }
    }

    private func isRequestToEnd(_ number: Int32) -> Bool {
        switch number {
        case SignalNumber.terminate: true
        // A terminal sends them to all of its processes.
        case SignalNumber.interrupt, SignalNumber.quit, SignalNumber.hangUp: isForeground
        default: false
        }
    }

    private func restarts(after end: ProcessEnd) -> Bool {
        switch program.restart {
        case .never: false
        case .onFailure: end.isFailure
        case .always: true
        }
    }

    // MARK: The end

    private mutating func stopped() -> Int32 {
        let number = SignalNumber.terminate
        if let process = state.program?.processID, state.phase == .running {
            if isForeground { signalChild(process, number) } else { signalGroup(process, number) }
        }
        endAll(areToldAlready: true)
        state.phase = .stopped
        note()
        removeProcessFile()
        if program.isTransient { record.remove() }
        return 128 + number
    }

    private mutating func ended(_ end: ProcessEnd) -> Int32 {
        state.phase = .ended
        note()
        removeProcessFile()
        return end.shellStatus
    }

    /// Ends all descendants: with `SIGTERM`, and with `SIGKILL` when they have not heeded it.
    ///
    /// - Parameter areToldAlready: whether the program's own processes have got their `SIGTERM`: for some a second one
    ///   means something else.
    private func endAll(areToldAlready: Bool) {
        // A second request to end is none of these: it waits until they have ended.
        let signals = AwaitedSignals([SignalNumber.child])
        let limit = ContinuousClock.now + Self.patience
        var isFirst = true
        while true {
            do throws(Errno) { while try reapChild() != nil {} } catch { return }
            let isLate = ContinuousClock.now >= limit
            if isFirst || isLate { tellChildren(isLate ? SignalNumber.kill : SignalNumber.terminate, areToldAlready) }
            isFirst = false
            _ = signals.next(timeout: isLate ? .milliseconds(20) : min(.milliseconds(200), limit - .now))
        }
    }

    /// Signals the children; what they leave behind become children when they end.
    private func tellChildren(_ number: Int32, _ areToldAlready: Bool) {
        let (own, leader) = (currentProcessID(), state.program?.processID)
        for child in ProcessStatus.all() where child.parent == own && !child.isZombie {
            let isTold = isForeground ? child.processID == leader : child.group == leader
            if number == SignalNumber.kill || !areToldAlready || !isTold { signalChild(child.processID, number) }
        }
    }

    private static func close(_ namespace: consuming NetworkNamespace) {}

    private func note() { try? record.write(state) }

    private func say(_ text: String) { try? writeAll(Array("netns: \(text)\n".utf8), to: 2) }
}
