// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

extension ProgramSupervisor {
    /// What a process is that was started with `---start` and these words behind it: it becomes the program.
    ///
    /// - Returns: only on failure; its exit status, after the reason was told.
    public static func startMain(_ words: [String]) -> Int32 {
        closeOnExecution(failureDescriptor)
        guard words.count == 2, let parent = Int32(words[1]) else { return 125 }
        let record = ProgramRecord(path: words[0])
        guard let program = record.program else { return 125 }
        var failure: String
        do throws(ProgramError) {
            try setEnvironment(of: program, record)
            try becomeOwner(of: program)
            // After the change of user, which would undo it.
            guard endWithParent(parent) else { return 125 }
            let word = program.words.first ?? ""
            failure = "cannot run '\(word)': \(replaceProcess(with: program.words).sentence)"
        } catch { failure = error.description }
        try? writeAll(Array(failure.utf8), to: failureDescriptor)
        return 127
    }

    private static func setEnvironment(of program: SupervisedProgram, _ record: ProgramRecord) throws(ProgramError) {
        for variable in program.environment {
            guard let sign = variable.firstIndex(of: "="), sign > variable.startIndex else {
                throw ProgramError("'\(variable)' is not of the form NAME=VALUE")
            }
            setEnvironmentVariable(String(variable[..<sign]), to: String(variable[variable.index(after: sign)...]))
        }
        setEnvironmentVariable(ProgramRecord.variable, to: record.path)
    }

    private static func becomeOwner(of program: SupervisedProgram) throws(ProgramError) {
        guard let user = program.user else {
            do throws(Errno) { return try dropInheritedCapabilities() } catch {
                throw ProgramError("cannot drop capabilities: \(error.sentence)")
            }
        }
        guard let account = UserAccount(user) else { throw ProgramError("there is no user '\(user)'") }
        let variables = [
            ("HOME", account.home), ("USER", account.name), ("LOGNAME", account.name), ("SHELL", account.shell),
        ]
        for (name, value) in variables where !program.environment.contains(where: { $0.hasPrefix("\(name)=") }) {
            setEnvironmentVariable(name, to: value)
        }
        do throws(Errno) { try becomeUser(account) } catch {
            throw ProgramError("cannot become the user '\(user)': \(error.sentence)")
        }
    }
}

extension ProgramRecord {
    /// Starts a program in a namespace, with a supervisor of its own, and waits until it is ready.
    ///
    /// A program of the same record that nobody looks after any more is ended before. When it is not ready in its
    /// time it is ended, and nothing is left but the log.
    ///
    /// - Parameter executable: the program that takes `---supervise` and `---start`: `netns`.
    /// - Throws: `ProgramError`, with the end of the log when the program has failed.
    public func start(
        _ program: SupervisedProgram, in namespace: borrowing NetworkNamespace, executable: String = "/proc/self/exe"
    ) throws(ProgramError) {
        let readiness = try program.readiness.map { text throws(ProgramError) in try ProgramReadiness(parsing: text) }
        let program = try prepare(program)
        let start = (try? FileStatus(of: program.logPath))?.size ?? 0
        do throws(ProgramError) {
            try launch(program, in: namespace, executable)
            if let readiness { try wait(for: readiness, program.readyWithin, logStart: start) }
        } catch {
            var failure = error
            if !failure.isInterruption, let tail = logTail(from: start) {
                failure.description += "; its log ends with: \(tail)"
            }
            try? stop(keepsRecord: !program.isTransient)
            forgetState()
            throw failure
        }
    }

    /// Makes room for a program: its record is written, and no other of that record runs.
    ///
    /// - Returns: the program with the path of its log.
    public func prepare(_ program: SupervisedProgram) throws(ProgramError) -> SupervisedProgram {
        var program = program
        do throws(Errno) {
            try makeDirectories()
            if let log = program.log {
                program.logPath = log.hasPrefix("/") ? log : "\(try workingDirectory())/\(log)"
            } else {
                program.logPath = ownLog
            }
            if let file = program.processFile, !file.hasPrefix("/") {
                program.processFile = "\(try workingDirectory())/\(file)"
            }
        } catch { throw ProgramError("cannot make '\(path)': \(error.sentence)") }
        if state?.supervisor?.isRunning == true {
            throw ProgramError("'\(program.name)' runs already: process \(state?.supervisor?.processID ?? 0)")
        }
        try stop(keepsRecord: true)
        forgetState()
        do throws(Errno) { try write(program) } catch {
            throw ProgramError("cannot write '\(path)': \(error.sentence)")
        }
        return program
    }

    private func makeDirectories() throws(Errno) {
        for attempt in 1... {
            var made = ""
            do throws(Errno) {
                for part in path.split(separator: "/") {
                    made += "/\(part)"
                    try makeDirectory(made)
                }
                return
            } catch {
                // Whoever removed the last other record below it has taken an empty directory along.
                guard error == .noSuchFileOrDirectory, attempt < 5 else { throw error }
            }
        }
    }

    private func launch(
        _ program: SupervisedProgram, in namespace: borrowing NetworkNamespace, _ executable: String
    ) throws(ProgramError) {
        let child: Int32
        let ends: (reading: Int32, writing: Int32)
        do throws(Errno) { ends = try makePipe() } catch { throw ProgramError("cannot make a pipe: \(error.sentence)") }
        let reading = OwnedDescriptor(owning: ends.reading)
        do throws(Errno) {
            let writing = OwnedDescriptor(owning: ends.writing)
            let log = try program.openLog()
            let input = try OwnedDescriptor(opening: "/dev/null")
            child = try spawnProgram(
                executable, ["netns", ProgramSupervisor.word, path],
                descriptors: [
                    PassedDescriptor(input.rawValue, as: 0), PassedDescriptor(log.rawValue, as: 1),
                    PassedDescriptor(log.rawValue, as: 2),
                    PassedDescriptor(namespace.descriptor.rawValue, as: ProgramSupervisor.namespaceDescriptor),
                    PassedDescriptor(writing.rawValue, as: ProgramSupervisor.reportDescriptor),
                ],
                newSession: true)
        } catch { throw ProgramError("cannot start it, with its log in '\(program.logPath)': \(error.sentence)") }
        let report = String(decoding: (try? readAll(reading)) ?? [], as: UTF8.self)
        guard report == ProgramSupervisor.readyReport else {
            _ = try? waitForChild(child)
            throw ProgramError(report.isEmpty ? "its supervisor has ended before it was started" : report)
        }
    }
}

extension SupervisedProgram {
    /// Opens the log for what is written to its end.
    func openLog() throws(Errno) -> OwnedDescriptor {
        try OwnedDescriptor(opening: logPath, flags: appendToLog, mode: 0o644)
    }

    /// Lets this process, and what it starts, write to the log.
    public func takeOverOutput() throws(ProgramError) {
        do throws(Errno) {
            let log = try openLog()
            for descriptor in [Int32(1), 2] { try replaceDescriptor(descriptor, with: log.rawValue) }
        } catch { throw ProgramError("cannot open the log '\(logPath)': \(error.sentence)") }
    }
}
