// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces

/// `netns run`.
struct RunCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a program in namespaces in the background, and look after it.",
        usage: """
            netns run [<options>] <name> ... -- <command> ...
            netns run --stop [--name <process>] <name> ...
            netns run --list [<name> ...]
            """,
        discussion: """
            The program sees what it would see with 'netns exec', leads a session of its own without a terminal, and \
            writes to a log. A process of netns looks after it: it starts it again as --restart says, and ends it, \
            with all that it has started, when it gets SIGTERM itself or '--stop' is used.

            EXAMPLES
              netns run red --ready tcp:80 --restart on-failure -- nginx -g 'daemon off;'
              netns run --list
              netns run --stop red
            """)

    @Option(
        help: ArgumentHelp("What the process is called; the program's name unless it is given.", valueName: "process"))
    var name: String?

    @Option(
        help: ArgumentHelp("Append what it writes to this file.", valueName: "file"), completion: .file())
    var log: String?

    @Option(
        help: ArgumentHelp("Start it again when it ends: never, on-failure or always.", valueName: "policy"),
        completion: .list(RestartPolicy.allCases.map(\.rawValue)))
    var restart = "never"

    @Option(
        help: ArgumentHelp(
            "Wait until it is ready: tcp:PORT, udp:PORT, file:PATH, log:TEXT or exit.", valueName: "sign"))
    var ready: String?

    @Option(help: ArgumentHelp("How long to wait for that.", valueName: "seconds"))
    var within = 30.0

    @Option(
        name: .customLong("pid-file"),
        help: ArgumentHelp("Write the number of the process that looks after it to this file.", valueName: "file"),
        completion: .file())
    var processFile: String?

    @Option(help: ArgumentHelp("Run as this user: a login name or a number.", valueName: "user"))
    var user: String?

    @Option(
        help: ArgumentHelp("Set a variable of its environment; may be given several times.", valueName: "key=value"))
    var env: [String] = []

    @Flag(help: "Stay in front of it, with its terminal and its status.")
    var foreground = false

    @Flag(help: "End what was started by 'run' in the namespaces, or the one of that --name.")
    var stop = false

    @Flag(help: "List what was started by 'run'.")
    var list = false

    @OptionGroup var output: OutputOptions

    @Argument(help: "The namespaces.", completion: .namespaces)
    var names: [String] = []

    /// The program and its arguments: what stands behind `--`, which is rewritten into this option, since the parser
    /// takes no words behind those of a list.
    @Option(name: .customLong(Self.commandOption), parsing: .remaining, help: .hidden)
    var command: [String] = []

    /// The long name of the option that stands for `--`.
    static let commandOption = "command"

    func operation() throws -> any Operation {
        for name in names { _ = try existingName(name) }
        if list || stop {
            guard command.isEmpty, !(list && stop) else {
                throw CommandFailure.usage("run: '--list' and '--stop' take no program, and not each other")
            }
            if list { return ProgramListing(namespaces: names, name: name, json: output.writerIfWanted) }
            guard !names.isEmpty else { throw CommandFailure.usage("run: no namespace is named") }
            return ProgramStop(namespaces: names, name: name)
        }
        guard !names.isEmpty else {
            throw CommandFailure.usage("run: no namespace is named", hint: "'netns run NAME -- COMMAND'")
        }
        guard let word = command.first else {
            throw CommandFailure.usage("run: no program is named", hint: "'netns run NAME -- COMMAND'")
        }
        if output.json { throw CommandFailure.usage("run: '--json' is for '--list'") }
        let own = word.split(separator: "/").last.map(String.init) ?? word
        var program = SupervisedProgram(name: try checked(name ?? own), words: command)
        guard let policy = RestartPolicy(rawValue: restart) else {
            throw CommandFailure.usage(
                "run: '\(escaped(restart))' is no restart policy", hint: "never, on-failure or always")
        }
        guard within >= 0, within <= 86_400 else {
            throw CommandFailure.usage("run: '--within' is a number of seconds, up to a day")
        }
        if let ready {
            do throws(ProgramError) { _ = try ProgramReadiness(parsing: ready) } catch {
                throw CommandFailure.usage("run: \(error.description)", hint: error.hint)
            }
        }
        for variable in env where variable.firstIndex(of: "=") == nil || variable.hasPrefix("=") {
            throw CommandFailure.usage("'\(escaped(variable))' is not of the form KEY=VALUE")
        }
        if let user, UserAccount(user) == nil {
            throw CommandFailure.usage("there is no user '\(escaped(user))'")
        }
        if names.count > 1, foreground || processFile != nil {
            throw CommandFailure.usage("run: '--foreground' and '--pid-file' are for one namespace")
        }
        if foreground, ready != nil { throw CommandFailure.usage("run: '--ready' is for the background") }
        program.restart = policy
        (program.readiness, program.readyWithin) = (ready, .milliseconds(Int64(within * 1000)))
        (program.log, program.processFile, program.user, program.environment) = (log, processFile, user, env)
        program.isTransient = true
        return ProgramRun(namespaces: names, program: program, isForeground: foreground)
    }

    private func checked(_ name: String) throws -> String {
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), name.utf8.count < 200 else {
            throw CommandFailure.usage("'\(escaped(name))' can't be the name of a process: it names a directory")
        }
        return name
    }
}

/// Where `netns run` keeps what it knows: `/run/netns-run/NAMESPACE/PROCESS`.
private enum ProgramRecords {
    static let path = "/run/netns-run"

    static func record(_ namespace: String, _ name: String) -> ProgramRecord {
        ProgramRecord(path: "\(path)/\(namespace)/\(name)")
    }

    static func names(below path: String) -> [String] {
        ((try? directoryEntries(path)) ?? []).filter(\.isDirectory).map(\.name).sorted()
    }

    /// The records of namespaces, or of all; of one name, or of every.
    static func all(in namespaces: [String], named name: String?) -> [(namespace: String, record: ProgramRecord)] {
        (namespaces.isEmpty ? names(below: path) : namespaces).flatMap { namespace in
            names(below: "\(path)/\(namespace)").filter { name == nil || $0 == name }.map { entry in
                (namespace, record(namespace, entry))
            }
        }
    }
}

/// Runs a program in the background, in each of some namespaces or in none.
private struct ProgramRun: Operation {
    var namespaces: [String]
    var program: SupervisedProgram
    var isForeground: Bool

    func run() throws {
        // What runs beside others can't move into a namespace for good.
        if isForeground { throw CommandFailure.usage("run: '--foreground' is not for a batch") }
        countInterrupts()
        var started: [ProgramRecord] = []
        do {
            for namespace in namespaces {
                let record = ProgramRecords.record(namespace, program.name)
                var program = program
                program.namespace = namespace
                let open = try NamespaceDirectory.system.open(try existingName(namespace))
                do throws(ProgramError) { try record.start(program, in: open) } catch {
                    throw failure(error, namespace)
                }
                started.append(record)
            }
        } catch {
            for record in started { try? record.stop() }
            throw error
        }
    }

    func runLast() throws {
        guard isForeground, let namespace = namespaces.first else { return try run() }
        let record = ProgramRecords.record(namespace, program.name)
        let open = try NamespaceDirectory.system.open(try existingName(namespace))
        var program = program
        program.namespace = namespace
        var refusal: ProgramError?
        let status: Int32
        do throws(ProgramError) {
            program = try record.prepare(program)
            if program.log != nil { try program.takeOverOutput() }
            var supervisor = ProgramSupervisor(record, program, isForeground: true)
            status = supervisor.run(in: open) { refusal = $0 }
        } catch { throw failure(error, namespace) }
        try? record.stop()
        if let refusal { throw failure(refusal, namespace) }
        throw ExitCode(status)
    }

    private func failure(_ error: ProgramError, _ namespace: String) -> CommandFailure {
        var failure = CommandFailure(
            "cannot run '\(program.name)' in '\(namespace)': \(error.description)", hint: error.hint)
        if error.isInterruption { failure.status = 128 + SignalNumber.interrupt }
        return failure
    }
}

/// Ends programs in the background.
private struct ProgramStop: Operation {
    var namespaces: [String]
    var name: String?

    func run() throws {
        let records = ProgramRecords.all(in: namespaces, named: name)
        for namespace in namespaces where !records.contains(where: { $0.namespace == namespace }) {
            throw CommandFailure(
                name.map { "'run' has started no '\(escaped($0))' in '\(escaped(namespace))'" }
                    ?? "'run' has started nothing in '\(escaped(namespace))'",
                hint: "'netns run --list' shows what it has started")
        }
        for (_, record) in records {
            do throws(ProgramError) { try record.stop() } catch {
                throw CommandFailure(error.description, hint: error.hint)
            }
        }
    }
}

/// Lists programs in the background.
private struct ProgramListing: Operation {
    var namespaces: [String]
    var name: String?
    var json: JSONWriter?

    func run() throws {
        let records = ProgramRecords.all(in: namespaces, named: name)
        if var json {
            json.beginArray()
            for (namespace, record) in records {
                json.object { json in
                    json.member("netns", namespace)
                    json.program(record)
                }
            }
            json.endArray()
            return try json.flush()
        }
        var table = Table(columns: ["NAMESPACE", "PROCESS", "PID", "STATE", "RESTARTS", "COMMAND"])
        for (namespace, record) in records {
            table.add(
                [namespace] + record.cells
                    + [escaped(record.program.map { $0.words.joined(separator: " ") } ?? "")])
        }
        try printOutput(table.text)
    }
}

extension ProgramRecord {
    /// Name, PID, condition and restarts, for a table.
    var cells: [String] {
        let state = state
        let isRunning = state?.phase == .running && state?.supervisor?.isRunning == true
        return [
            path.split(separator: "/").last.map(String.init) ?? "",
            isRunning ? "\(state?.program?.processID ?? 0)" : "-", condition, "\(state?.restarts ?? 0)",
        ]
    }
}

extension JSONWriter {
    /// The members that tell of a program in the background.
    mutating func program(_ record: ProgramRecord) {
        let (program, state) = (record.program, record.state)
        let isWatched = state?.supervisor?.isRunning == true
        member("process", record.path.split(separator: "/").last.map(String.init))
        member("state", record.condition)
        if isWatched, state?.phase == .running, let process = state?.program { member("pid", process.processID) }
        if isWatched, let process = state?.supervisor { member("supervisor", process.processID) }
        member("restarts", state?.restarts ?? 0)
        member("log", program?.logPath)
        member("command", program?.words ?? [])
    }
}
