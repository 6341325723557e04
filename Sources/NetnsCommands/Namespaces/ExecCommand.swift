// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// `netns exec`.
struct ExecCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a program in a namespace.",
        usage: "netns exec [<options>] <name> [--] <command> ...",
        discussion: """
            The program sees the namespace's devices in /sys, with everything mounted below /sys \
            kept, and the files of /etc/netns/NAME in place of those in /etc. It takes the place \
            of netns: same process, same terminal, its own exit status. Without a program the \
            user's shell is run. With --all it is run in each namespace in turn.

            Exit status: the program's; 128+N when signal N killed it (with --all); 127 when it is \
            not found, 126 when it can't be run, 125 when netns could not set up the namespace. \
            With --all it is the highest of them.

            EXAMPLES
              netns exec red ip address
              netns exec --dns 10.0.0.53 --user nobody red -- curl http://web/
              netns exec --all -- ping -c1 10.0.0.1
              netns exec docker:web -- ss -tln   (with the programs of the machine)
            """)

    @Flag(help: "Run the program in every named namespace; no name is given then.")
    var all = false

    @Option(help: ArgumentHelp("Start in this directory.", valueName: "directory"), completion: .directory)
    var chdir: String?

    @Option(help: ArgumentHelp("Run as this user: a login name or a number.", valueName: "user"))
    var user: String?

    @Option(
        help: ArgumentHelp("Set a variable of its environment; may be given several times.", valueName: "key=value"))
    var env: [String] = []

    @Option(help: ArgumentHelp("Use this name server; may be given several times.", valueName: "address"))
    var dns: [String] = []

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The namespace, then the program and its arguments.", valueName: "name"),
        completion: .execution)
    var words: [String] = []

    func operation() throws -> any Operation {
        var execution = NamespaceExecution()
        execution.directory = chdir.flatMap { commandLineBytes(of: [$0]).first }.map(FilePath.init(bytes:))
        execution.variables = try zip(env, commandLineBytes(of: env)).map { variable, bytes in
            guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")), sign > 0 else {
                throw CommandFailure.usage("'\(escaped(variable))' is not of the form KEY=VALUE")
            }
            return (Array(bytes[..<sign]), Array(bytes[(sign + 1)...]))
        }
        execution.nameServers = try dns.map { text throws in
            do throws(AddressingError) { return try IPAddress(parsing: text) } catch {
                throw CommandFailure.usage("\(error)")
            }
        }
        if let user {
            guard let account = UserAccount(user) else {
                throw CommandFailure.usage("there is no user '\(escaped(user))'")
            }
            execution.user = account
        }
        var rest = words[...]
        if rest.first == "--" {
            rest = rest.dropFirst()
        } else if let word = rest.first, word.hasPrefix("-") {
            // The parser hands over whatever it does not know: the words may be the program's.
            if word == "-h" || word == "--help" { throw CleanExit.helpRequest(ExecCommand.self) }
            throw CommandFailure.usage(
                "exec: unknown option '\(escaped(word))'",
                hint: ["-n", "--namespace", "--netns"].contains(word)
                    ? "the namespace goes before the program: 'netns exec NAME COMMAND'" : "see 'netns exec --help'")
        }
        if all {
            execution.words = Array(rest)
            guard !execution.words.isEmpty else {
                throw CommandFailure.usage("no program to run is named", hint: "'netns exec --all COMMAND'")
            }
            return execution
        }
        guard let name = rest.popFirst() else {
            throw CommandFailure.usage("no namespace is named", hint: "'netns exec NAME COMMAND'")
        }
        if rest.first == "--" { rest = rest.dropFirst() }
        (execution.name, execution.words) = (name, Array(rest))
        return execution
    }
}

/// Runs a program in a namespace's environment.
struct NamespaceExecution: Operation {
    /// The namespace's name; nil is each that has one.
    var name: String?
    /// The program and its arguments; none is the user's shell.
    var words: [String] = []
    var directory: FilePath?
    /// Bytes, as the kernel has them.
    var variables: [(name: [UInt8], value: [UInt8])] = []
    var nameServers: [IPAddress] = []
    var user: UserAccount?

    /// Runs the program beside this process, and throws its status.
    func run() throws {
        guard let name else { throw ExitCode(try runInAll()) }
        let words = program
        setEnvironment()
        throw ExitCode(run(words, in: try selector(name)))
    }

    /// Ends in the program, or with a status.
    func runLast() throws {
        guard let name else { return try run() }
        throw ExitCode(try replaceProcess(in: selector(name)))
    }

    private func selector(_ name: String) throws(CommandFailure) -> NamespaceSelector {
        do throws(CommandFailure) { return try namespaceSelector(name) } catch {
            guard error.status == ExitStatus.refused else { throw error }
            throw CommandFailure(error.message, hint: error.hint, status: ExitStatus.notStarted)
        }
    }

    private static func failure(_ error: any Error, in namespace: NamespaceSelector) -> CommandFailure {
        (error as? NamespaceError).map { NetnsCommands.failure($0, of: namespace) } ?? CommandFailure(reporting: error)
    }

    /// Turns this process into the program. Returns only when that can't be done.
    private func replaceProcess(in namespace: NamespaceSelector) throws -> Int32 {
        do {
            try enter(namespace)
        } catch {
            var failure = Self.failure(error, in: namespace)
            failure.status = ExitStatus.notStarted
            throw failure
        }
        let words = program
        setEnvironment()
        return try cannotRun(words, LinuxSystem.replaceProcess(with: words))
    }

    /// Runs the program in every named namespace, one after the other, whatever happens in any of them.
    ///
    /// - Returns: the highest status.
    private func runInAll() throws -> Int32 {
        var worst = ExitStatus.done
        let words = program
        setEnvironment()
        for name in try NamespaceDirectory.system.namedNamespaces().map(\.name) {
            try printOutput("\nnetns: \(escaped(name.description))\n")
            worst = max(worst, run(words, in: .name(name), mayHaveGone: true))
        }
        return worst
    }

    private func run(_ words: [String], in namespace: NamespaceSelector, mayHaveGone: Bool = false) -> Int32 {
        do throws(NamespaceError) {
            return try onDisposableThread { () throws(NamespaceError) in
                statusHere(words, in: namespace, mayHaveGone)
            }
        } catch {
            printError(CommandFailure(error).description)
            return ExitStatus.notStarted
        }
    }

    /// Moves the calling thread into the namespace and runs the program from there.
    private func statusHere(_ words: [String], in namespace: NamespaceSelector, _ mayHaveGone: Bool) -> Int32 {
        do {
            try enter(namespace)
            do throws(Errno) { return try runProgram(words).shellStatus } catch { return try cannotRun(words, error) }
        } catch NamespaceError.notFound where mayHaveGone {
            // Deleted since the names were read: there is nothing to run in.
            return ExitStatus.done
        } catch {
            let failure = Self.failure(error, in: namespace)
            printError(failure.description)
            return failure.status == ExitStatus.notFound || failure.status == ExitStatus.notExecutable
                ? failure.status : ExitStatus.notStarted
        }
    }

    /// Moves the calling thread where the program shall run.
    private func enter(_ selector: NamespaceSelector) throws {
        let namespace = try selector.open()
        for warning in try NamespaceEnvironment(selector, nameServers: nameServers).enter(namespace) {
            printError("warning: \(warning)")
        }
        if let user {
            try naming("become user '\(user.name)'") { () throws(Errno) in try becomeUser(user) }
        } else {
            try naming("drop capabilities") { () throws(Errno) in try dropInheritedCapabilities() }
        }
        if let directory {
            try naming("change to '\(escaped(directory.text))'") { () throws(Errno) in
                try changeDirectory(to: directory)
            }
        }
    }

    private func naming(_ operation: String, _ call: () throws(Errno) -> Void) throws {
        do throws(Errno) { try call() } catch { throw CommandFailure("cannot \(operation): \(error.sentence)") }
    }

    private var program: [String] {
        guard words.isEmpty else { return words }
        let shell = user?.shell ?? environmentVariable("SHELL")
        return [shell.flatMap { $0.isEmpty ? nil : $0 } ?? "/bin/sh"]
    }

    /// Gives this process the variables that the program shall have.
    private func setEnvironment() {
        if let user {
            setEnvironmentVariable("HOME", to: user.home)
            setEnvironmentVariable("USER", to: user.name)
            setEnvironmentVariable("LOGNAME", to: user.name)
            setEnvironmentVariable("SHELL", to: user.shell)
        }
        for (name, value) in variables { setEnvironmentVariable(name, to: value) }
    }

    private func cannotRun(_ words: [String], _ reason: Errno) throws -> Int32 {
        let isMissing = reason == .noSuchFileOrDirectory
        let word = words.first ?? ""
        throw CommandFailure(
            "cannot run '\(escaped(word))': \(reason.sentence)",
            hint: isMissing && word.hasPrefix("-") ? "options of exec go before the namespace" : nil,
            status: isMissing ? ExitStatus.notFound : ExitStatus.notExecutable)
    }
}
