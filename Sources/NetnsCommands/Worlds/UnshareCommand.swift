// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// `netns unshare`. The parser knows it for its help and its completions; `Parting` reads the line.
struct UnshareCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "unshare",
        abstract: "Run a program in new namespaces, of all eight kinds.",
        usage: "netns unshare [<options>] [--] [<command> ...]",
        discussion: """
            Options are those of unshare(1). FILE is a file on which the new namespace is mounted, so that it stays; \
            it stands in the option's own word: --net=FILE. --net=NAME, without a slash, makes it a \
            named network namespace, with lo up. Without a program the user's shell is run. Called by a symbolic \
            link of the name unshare, netns is unshare.

            Exit status: the program's; 127 when it is not found, 126 when it can't be run, 125 when a namespace \
            could not be made, 2 for a wrong command line.

            EXAMPLES
              netns unshare --map-root-user --net ip address
              netns unshare --net=red -- ping -c1 127.0.0.1
              netns unshare --pid --fork --kill-child --mount-proc ps aux
            """)

    @Flag(name: [.customShort("m"), .customLong("mount")], help: "A new mount namespace [=FILE].")
    var mount = false
    @Flag(name: [.customShort("u"), .customLong("uts")], help: "A new UTS namespace [=FILE].")
    var uts = false
    @Flag(name: [.customShort("i"), .customLong("ipc")], help: "A new IPC namespace [=FILE].")
    var ipc = false
    @Flag(name: [.customShort("n"), .customLong("net")], help: "A new network namespace [=FILE or =NAME].")
    var net = false
    @Flag(name: [.customShort("p"), .customLong("pid")], help: "A new PID namespace [=FILE].")
    var pid = false
    @Flag(name: [.customShort("U"), .customLong("user")], help: "A new user namespace [=FILE].")
    var user = false
    @Flag(name: [.customShort("C"), .customLong("cgroup")], help: "A new cgroup namespace [=FILE].")
    var cgroup = false
    @Flag(name: [.customShort("T"), .customLong("time")], help: "A new time namespace [=FILE].")
    var time = false
    @Flag(name: [.customShort("f"), .customLong("fork")], help: "Run the program in a child.")
    var fork = false
    @Flag(
        name: .customLong("kill-child"), help: "Kill the child when this process ends [=SIGNAL]; implies --fork.")
    var killChild = false
    @Flag(name: .customLong("mount-proc"), help: "Mount /proc [=DIR] first; implies --mount.")
    var mountProc = false
    @Flag(name: [.customShort("r"), .customLong("map-root-user")], help: "Be root in a new user namespace.")
    var mapRootUser = false
    @Flag(name: [.customShort("c"), .customLong("map-current-user")], help: "Stay who one is in a new user namespace.")
    var mapCurrentUser = false
    @Option(name: .customLong("map-user"), help: ArgumentHelp("Be this user there.", valueName: "user"))
    var mapUser: String?
    @Option(name: .customLong("map-group"), help: ArgumentHelp("Be in this group there.", valueName: "group"))
    var mapGroup: String?
    @Option(
        name: .customLong("map-users"),
        help: ArgumentHelp("Map a range of users: 'auto' is that of /etc/subuid.", valueName: "outer,inner,count"))
    var mapUsers: [String] = []
    @Option(
        name: .customLong("map-groups"),
        help: ArgumentHelp("Map a range of groups: 'auto' is that of /etc/subgid.", valueName: "outer,inner,count"))
    var mapGroups: [String] = []
    @Flag(name: .customLong("map-auto"), help: "--map-users=auto --map-groups=auto.")
    var mapAuto = false
    @Option(
        name: .customLong("propagation"),
        help: ArgumentHelp("How mount events travel to a new mount namespace; private.", valueName: "mode"),
        completion: .list(["private", "shared", "slave", "unchanged"]))
    var propagation: String?
    @Option(
        name: .customLong("setgroups"),
        help: ArgumentHelp("Allow or deny setgroups(2) in a new user namespace.", valueName: "mode"),
        completion: .list(["allow", "deny"]))
    var setgroups: String?
    @Flag(name: .customLong("keep-caps"), help: "Let the program keep what a new user namespace allows.")
    var keepCaps = false
    @Option(
        name: [.customShort("R"), .customLong("root")], help: ArgumentHelp("The root directory.", valueName: "dir"),
        completion: .directory)
    var root: String?
    @Option(
        name: [.customShort("w"), .customLong("wd")], help: ArgumentHelp("The working directory.", valueName: "dir"),
        completion: .directory)
    var wd: String?
    @OptionGroup var credentials: WorldCredentialOptions
    @Option(
        name: .customLong("monotonic"),
        help: ArgumentHelp("Put the monotonic clock of a new time namespace ahead.", valueName: "seconds"))
    var monotonic: String?
    @Option(
        name: .customLong("boottime"),
        help: ArgumentHelp("Put the time since boot of a new time namespace ahead.", valueName: "seconds"))
    var boottime: String?

    @Argument(help: ArgumentHelp("The program and its arguments.", valueName: "command"), completion: .programs)
    var words: [String] = []

    func operation() throws -> any Operation { throw CleanExit.helpRequest(UnshareCommand.self) }
}

/// Runs a program in new namespaces.
struct Parting: WorldOperation {
    var caller = WorldCaller.verb
    var parting = NamespaceParting()
    var words: [String] = []

    static let options: [WorldOption] =
        worldKinds.map { WorldOption($0.letter, $0.name, .optionalToName) } + [
            WorldOption("f", "fork"), WorldOption(nil, "kill-child", .optional),
            WorldOption(nil, "mount-proc", .optional), WorldOption("r", "map-root-user"),
            WorldOption("c", "map-current-user"), WorldOption(nil, "map-user", .required),
            WorldOption(nil, "map-group", .required), WorldOption(nil, "map-users", .required),
            WorldOption(nil, "map-groups", .required), WorldOption(nil, "map-auto"),
            WorldOption(nil, "propagation", .required), WorldOption(nil, "setgroups", .required),
            WorldOption(nil, "keep-caps"), WorldOption("R", "root", .required), WorldOption("w", "wd", .required),
            WorldOption("S", "setuid", .required), WorldOption("G", "setgid", .required),
            WorldOption(nil, "monotonic", .required), WorldOption(nil, "boottime", .required),
            WorldOption("h", "help"), WorldOption("V", "version"),
        ]

    /// Reads a line.
    init(_ arguments: [String], _ caller: WorldCaller = .verb) throws {
        self.caller = caller
        let line = try WorldLine(arguments, Self.options)
        words = line.words
        for (name, value) in line.options {
            if let kind = worldKinds.first(where: { $0.name == name })?.kind {
                parting.kinds[kind] = .some(try value.flatMap { try $0.isEmpty ? nil : keep($0, kind) })
            } else {
                try take(name, value ?? "")
            }
        }
        try check()
    }

    private func keep(_ text: String, _ kind: NamespaceKind) throws -> NamespaceKeep {
        guard caller == .verb, kind == .network, !text.contains("/") else { return .file(worldPath(text)) }
        do throws(NamespaceError) { return .name(try NamespaceName(new: text)) } catch {
            throw CommandFailure.usage(error.description)
        }
    }

    private mutating func take(_ name: String, _ value: String) throws {
        switch name {
        case "fork": parting.forks = true
        case "kill-child":
            guard let number = signalNumber(value.isEmpty ? "KILL" : value) else {
                throw WorldComplaint.value("unknown signal: \(value)")
            }
            parting.childSignal = number
        case "mount-proc":
            parting.proc = value.isEmpty ? "/proc" : value
            if !parting.kinds.keys.contains(.mount) { parting.kinds[.mount] = .some(nil) }
        case "map-root-user": mapSelf(0, 0)
        case "map-current-user":
            let own = EffectiveIdentity.current
            mapSelf(own.userID, own.groupID)
        case "map-user": mapSelf(try worldUser(value), nil)
        case "map-group": mapSelf(nil, try worldGroup(value))
        case "map-users": try addRange(value, to: \.users)
        case "map-groups": try addRange(value, to: \.groups)
        case "map-auto":
            try addRange("auto", to: \.users)
            try addRange("auto", to: \.groups)
        case "propagation": parting.propagation = try propagation(value)
        case "setgroups":
            guard let setting = GroupSetting(rawValue: value) else {
                throw WorldComplaint.value("unsupported --setgroups argument '\(value)'")
            }
            parting.setgroups = setting
        case "keep-caps": parting.credentials.keepsCapabilities = true
        case "root": parting.root = worldPath(value)
        case "wd": parting.directory = worldPath(value)
        case "setuid": parting.credentials.user = try worldUser(value)
        case "setgid": parting.credentials.group = try worldGroup(value)
        case "monotonic": parting.monotonicOffset = try seconds(value, name)
        case "boottime": parting.boottimeOffset = try seconds(value, name)
        default: try showWorldHelp(name, UnshareCommand.self, caller)
        }
    }

    private mutating func needUserNamespace() {
        if !parting.kinds.keys.contains(.user) { parting.kinds[.user] = .some(nil) }
    }

    private mutating func mapSelf(_ user: UInt32?, _ group: UInt32?) {
        needUserNamespace()
        parting.users.own = user ?? parting.users.own
        parting.groups.own = group ?? parting.groups.own
    }

    /// `OUTER,INNER,COUNT`, or in the newer order `INNER:OUTER:COUNT`.
    private mutating func addRange(
        _ text: String, to map: WritableKeyPath<NamespaceParting, IdentityMap>
    ) throws(WorldComplaint) {
        needUserNamespace()
        if text == "auto" || text == "subids" {
            parting[keyPath: map].usesSubordinate = true
            return
        }
        let isNewer = text.contains(":")
        let fields = text.split(separator: isNewer ? ":" : ",", omittingEmptySubsequences: false)
        guard fields.count == 3 else {
            throw WorldComplaint.value("mapping '\(text)' contains only \(fields.count) elements")
        }
        let numbers = fields.compactMap { UInt32($0) }
        guard numbers.count == 3, numbers[2] > 0,
            numbers.prefix(2).allSatisfy({ UInt64($0) + UInt64(numbers[2]) <= UInt64(UInt32.max) })
        else { throw WorldComplaint.value("failed to parse the mapping '\(text)'") }
        let (outer, inner) = isNewer ? (numbers[1], numbers[0]) : (numbers[0], numbers[1])
        parting[keyPath: map].ranges.append(IdentityRange(inner: inner, outer: outer, count: numbers[2]))
    }

    private func propagation(_ text: String) throws(WorldComplaint) -> MountPropagation? {
        switch text {
        case "private": .private
        case "shared": .shared
        case "slave": .slave
        case "unchanged": nil
        default: throw WorldComplaint.value("unsupported propagation mode: \(text)")
        }
    }

    private func seconds(_ text: String, _ clock: String) throws(WorldComplaint) -> Int64 {
        guard let number = Int64(text) else {
            throw WorldComplaint.value("failed to parse \(clock) offset: '\(text)'")
        }
        return number
    }

    private func check() throws(WorldComplaint) {
        if parting.setgroups == .allow, parting.groups.own != nil, !parting.groups.needsOthers {
            throw WorldComplaint.value("options --setgroups=allow and --map-group are mutually exclusive")
        }
        if parting.monotonicOffset != nil || parting.boottimeOffset != nil, !parting.kinds.keys.contains(.time) {
            throw WorldComplaint.value(
                "options --monotonic and --boottime require unsharing of a time namespace (--time)")
        }
    }

    func arrive() throws(WorldError) -> ProcessEnd? { try parting.part { report($0) } }
}
