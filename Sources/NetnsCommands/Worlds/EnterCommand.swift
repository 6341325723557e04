// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Containers
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// `netns enter`. The parser knows it for its help and its completions; `Entering` reads the line.
struct EnterCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "enter",
        abstract: "Run a program in the namespaces of a process, of all eight kinds.",
        usage: """
            netns enter [<options>] [--] [<command> ...]
            netns enter <container> [<options>] [--] [<command> ...]
            """,
        discussion: """
            Options are those of nsenter(1). FILE is a namespace file, such as /proc/PID/ns/net, instead of the \
            target's; it stands in the option's own word: --net=FILE or -nFILE. Without a program the user's shell \
            is run. Called by a symbolic link of the name nsenter, netns is nsenter.

            A container, such as docker:web, is its first process. In front of everything else it stands for \
            --target; all its namespaces are entered then, and its root directory, unless options say which.

            Exit status: the program's; 127 when it is not found, 126 when it can't be run, 125 when a namespace \
            could not be entered, 2 for a wrong command line.

            EXAMPLES
              netns enter --target 4711 --mount --net -- ip address
              netns enter --target 4711 --all
              netns enter --target red ip address
              netns enter docker:web
              netns enter docker:web --net -- ip address
            """)

    @Option(
        name: [.customShort("t"), .customLong("target")],
        help: ArgumentHelp(
            "The process, by its number, a container, or the name of a network namespace.",
            valueName: "target"),
        completion: .namespaces)
    var target: String?
    @Flag(name: [.customShort("a"), .customLong("all")], help: "Enter all namespaces of the target.")
    var all = false
    @Flag(name: [.customShort("m"), .customLong("mount")], help: "Enter the mount namespace [=FILE].")
    var mount = false
    @Flag(name: [.customShort("u"), .customLong("uts")], help: "Enter the UTS namespace [=FILE].")
    var uts = false
    @Flag(name: [.customShort("i"), .customLong("ipc")], help: "Enter the IPC namespace [=FILE].")
    var ipc = false
    @Flag(name: [.customShort("n"), .customLong("net")], help: "Enter the network namespace [=FILE].")
    var net = false
    @Flag(name: [.customShort("p"), .customLong("pid")], help: "Enter the PID namespace [=FILE].")
    var pid = false
    @Flag(name: [.customShort("U"), .customLong("user")], help: "Enter the user namespace [=FILE].")
    var user = false
    @Flag(name: [.customShort("C"), .customLong("cgroup")], help: "Enter the cgroup namespace [=FILE].")
    var cgroup = false
    @Flag(name: [.customShort("T"), .customLong("time")], help: "Enter the time namespace [=FILE].")
    var time = false
    @OptionGroup var credentials: WorldCredentialOptions
    @Flag(name: .customLong("preserve-credentials"), help: "Stay who one is in a user namespace.")
    var preserveCredentials = false
    @Flag(name: [.customShort("r"), .customLong("root")], help: "Take the target's root directory [=DIR].")
    var root = false
    @Flag(name: [.customShort("w"), .customLong("wd")], help: "Take the target's working directory [=DIR].")
    var wd = false
    @Option(
        name: [.customShort("W"), .customLong("wdns")],
        help: ArgumentHelp("The working directory, as it is called inside.", valueName: "dir"), completion: .directory)
    var wdns: String?
    @Flag(name: [.customShort("e"), .customLong("env")], help: "Take the target's environment.")
    var env = false
    @Flag(name: [.customShort("F"), .customLong("no-fork")], help: "Run no child in the PID namespace.")
    var noFork = false
    @Flag(name: [.customShort("c"), .customLong("join-cgroup")], help: "Move into the target's control group.")
    var joinCgroup = false

    @Argument(help: ArgumentHelp("The program and its arguments.", valueName: "command"), completion: .programs)
    var words: [String] = []

    func operation() throws -> any Operation { throw CleanExit.helpRequest(EnterCommand.self) }
}

/// Runs a program in namespaces that are there.
struct Entering: WorldOperation {
    var caller = WorldCaller.verb
    var entry = NamespaceEntry()
    var credentials = ProgramCredentials()
    /// Whether the program is run in a child where the PID namespace is another.
    var mayFork = true
    var preservesCredentials = false
    var words: [String] = []

    static let options: [WorldOption] =
        worldKinds.map { WorldOption($0.letter, $0.name, .optional) } + [
            WorldOption("a", "all"), WorldOption("t", "target", .required), WorldOption("S", "setuid", .required),
            WorldOption("G", "setgid", .required), WorldOption(nil, "preserve-credentials"),
            WorldOption("r", "root", .optional), WorldOption("w", "wd", .optional),
            WorldOption("W", "wdns", .required), WorldOption("e", "env"), WorldOption("F", "no-fork"),
            WorldOption("c", "join-cgroup"), WorldOption("h", "help"), WorldOption("V", "version"),
        ]

    /// Reads a line.
    init(_ arguments: [String], _ caller: WorldCaller = .verb) throws {
        self.caller = caller
        var arguments = arguments
        if caller == .verb, let word = arguments.first, let target = try Self.found({ try container(word) }) {
            arguments.removeFirst()
            try enter(target)
        }
        let isContainer = entry.target != nil
        let line = try WorldLine(arguments, Self.options)
        words = line.words
        for (name, value) in line.options {
            if let kind = worldKinds.first(where: { $0.name == name })?.kind {
                entry.kinds[kind] = .some(value.flatMap { $0.isEmpty ? nil : worldPath($0) })
                continue
            }
            switch name {
            case "all": entry.all = true
            case "target": try setTarget(value ?? "")
            case "setuid": credentials.user = try worldUser(value ?? "")
            case "setgid": credentials.group = try worldGroup(value ?? "")
            case "preserve-credentials": preservesCredentials = true
            case "root": entry.root = worldPath(value ?? "")
            case "wd": entry.directory = worldPath(value ?? "")
            case "wdns": entry.innerDirectory = worldPath(value ?? "")
            case "env": entry.environment = true
            case "no-fork": mayFork = false
            case "join-cgroup": entry.joinsControlGroup = true
            default: try showWorldHelp(name, EnterCommand.self, caller)
            }
        }
        if case .name = entry.target, entry.kinds.isEmpty { entry.kinds[.network] = .some(nil) }
        if isContainer, entry.kinds.isEmpty, !entry.all {
            entry.all = true
            entry.root = entry.root ?? FilePath("")
        }
        if entry.target == nil {
            if entry.all { throw WorldComplaint.value("no target PID specified for --all") }
            if let (kind, _) = entry.kinds.first(where: { $0.value == nil }) {
                throw WorldComplaint.value("neither filename nor target pid supplied for ns/\(kind.rawValue)")
            }
        }
    }

    /// Takes a container for the target.
    private mutating func enter(_ container: Container) throws {
        let process = try Self.found { try container.foundProcess() }
        entry.target = .process(process.processID)
        entry.targetStart = process.startTime
    }

    /// A container that is not there keeps the program from being started.
    private static func found<Value>(_ look: () throws -> Value) throws -> Value {
        do { return try look() } catch var failure as CommandFailure where failure.status == ExitStatus.refused {
            failure.status = ExitStatus.notStarted
            throw failure
        }
    }

    private mutating func setTarget(_ text: String) throws {
        if caller == .verb, let container = try Self.found({ try container(text) }) { return try enter(container) }
        let target = try target(text)
        if case .name = target, case .container(_, let process) = try Self.found({ try namespaceSelector(text) }) {
            entry.target = .process(process.processID)
            entry.targetStart = process.startTime
            return
        }
        entry.target = target
        entry.targetStart = nil
    }

    private func target(_ text: String) throws -> EntryTarget {
        var digits = text
        if caller == .verb, text.hasPrefix("pid:") { digits = String(text.dropFirst(4)) }
        if !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let number = Int32(digits), number > 0 else {
                throw WorldComplaint.value("failed to parse pid: '\(text)'")
            }
            return .process(number)
        }
        guard caller == .verb else { throw WorldComplaint.value("failed to parse pid: '\(text)'") }
        return .name(try existingName(text))
    }

    func arrive() throws(WorldError) -> ProcessEnd? {
        var credentials = credentials
        if entry.entersUserNamespace, !preservesCredentials {
            credentials.user = credentials.user ?? 0
            credentials.group = credentials.group ?? 0
            credentials.dropGroupsBefore()
        }
        let kinds = try entry.enter()
        if mayFork, kinds.contains(.process) {
            let signals = PassedSignals()
            let child: ForkedProcess?
            do throws(Errno) { child = try ForkedProcess.make() } catch {
                throw WorldError(
                    "cannot fork: \(error.sentence)",
                    hint: error == .noMemory ? "the first process of the PID namespace has ended" : nil)
            }
            if let child {
                do throws(Errno) {
                    let end = try child.standIn(signals)
                    signals.restore()
                    return end
                } catch { throw WorldError("cannot wait for the child: \(error.sentence)") }
            }
            signals.restore()
        }
        try credentials.apply()
        return nil
    }
}

/// The kinds by the names of the options of nsenter(1) and unshare(1).
let worldKinds: [(letter: Character, name: String, kind: NamespaceKind)] = [
    ("m", "mount", .mount), ("u", "uts", .uts), ("i", "ipc", .ipc), ("n", "net", .network), ("p", "pid", .process),
    ("U", "user", .user), ("C", "cgroup", .cgroup), ("T", "time", .time),
]

/// A login name or a number.
func worldUser(_ text: String) throws(WorldComplaint) -> UInt32 {
    guard let account = UserAccount(text) else { throw WorldComplaint.value("failed to parse uid: '\(text)'") }
    return account.userID
}

/// A group's name or a number.
func worldGroup(_ text: String) throws(WorldComplaint) -> UInt32 {
    guard let number = groupNumber(text), number != .max else {
        throw WorldComplaint.value("failed to parse gid: '\(text)'")
    }
    return number
}

/// What `--help` and `--version` do.
func showWorldHelp(_ option: String, _ command: any ParsableCommand.Type, _ caller: WorldCaller) throws {
    if option == "version" {
        try printOutput(caller == .verb ? "\(netnsVersion)\n" : "\(caller.program) from netns \(netnsVersion)\n")
        throw ExitCode(ExitStatus.done)
    }
    guard caller != .verb else { throw CleanExit.helpRequest(command) }
    var text = Netns.helpMessage(for: command)
    for verb in ["netns enter", "netns unshare"] { text.replace(verb, with: caller.program) }
    try printOutput(text + "\n")
    throw ExitCode(ExitStatus.done)
}
