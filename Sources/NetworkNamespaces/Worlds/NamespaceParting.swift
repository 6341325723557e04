// SPDX-License-Identifier: Apache-2.0

internal import Addressing
public import LinuxSystem
internal import Netlink
internal import RouteNetlink
public import SystemPackage

/// Where a new namespace is kept when no process is in it.
public enum NamespaceKeep: Sendable {
    /// A file that is there, on which it is mounted.
    case file(FilePath)
    /// A name below /run/netns, for a network namespace; lo is brought up.
    case name(NamespaceName)
}

/// What the users and groups of a new user namespace may do with setgroups(2).
public enum GroupSetting: String, Sendable {
    /// Source: user_namespaces(7), /proc/PID/setgroups.
    case allow, deny
}

/// New namespaces for a process, and what is prepared in them before a program runs: unshare(1).
public struct NamespaceParting: Sendable {
    /// The kinds of which there are new ones, and where each is kept; nil is nowhere.
    public var kinds: [NamespaceKind: NamespaceKeep?] = [:]
    /// Whether the program is run in a child, the first of a new PID namespace.
    public var forks = false
    /// The signal that the child gets when this process ends.
    public var childSignal: Int32?
    /// Where a proc file system of the new PID namespace is mounted.
    public var proc: String?
    /// What is mapped into a new user namespace.
    public var users = IdentityMap(), groups = IdentityMap()
    /// What is allowed of setgroups(2) there.
    public var setgroups: GroupSetting?
    /// How mount events travel into the new mount namespace; nil leaves that as it is.
    public var propagation: MountPropagation? = .private
    /// How far the clocks of a new time namespace are ahead, in seconds.
    public var monotonicOffset: Int64?, boottimeOffset: Int64?
    /// The root directory and the working directory.
    public var root: FilePath?, directory: FilePath?
    /// Who the program runs as.
    public var credentials = ProgramCredentials()

    /// Nothing yet.
    public init() {}

    /// Whether all runs in this process.
    private var isChildWanted: Bool { forks || childSignal != nil }

    /// Moves the process into new namespaces and prepares them; with `forks` the child that returns from it.
    ///
    /// For a process with one thread. What is kept is kept when it returns.
    ///
    /// - Parameter report: tells a failure of the child, which can't throw it to anybody.
    /// - Returns: nil where the program is to be run: in this process or in its child. Otherwise how the child ended.
    /// - Throws: `WorldError` that names what was refused, with the capability or sysctl(8) that is missing.
    public func part(report: (WorldError) -> Int32) throws(WorldError) -> ProcessEnd? {
        let identity = EffectiveIdentity.current
        let here: ProcessDescriptor? = childSignal == nil ? nil : try? ProcessDescriptor(currentProcessID())
        var helper = try startHelper(identity.userID, identity.groupID, report)
        let isNewUser = kinds.keys.contains(.user)
        try unshare()
        if isNewUser { try helper?.ask(.maps) }
        try setClocks()
        try writeOwnMaps(identity.userID, identity.groupID)
        if kinds[.network].flatMap(\.self).map(\.isName) == true { try bringLoopbackUp() }
        guard isChildWanted else {
            try helper?.ask(.keeps)
            helper?.end()
            try prepare()
            return nil
        }
        return try runChild(&helper, here, report)
    }

    /// What `part` ends with in the child: it prepares what only it can, and goes on to the program.
    private func runChild(
        _ helper: inout PartingHelper?, _ here: consuming ProcessDescriptor?, _ report: (WorldError) -> Int32
    ) throws(WorldError) -> ProcessEnd? {
        let gate: (reading: Int32, writing: Int32)
        gate = try attempting("make a pipe") { () throws(Errno) in try makePipe() }
        let reading = OwnedDescriptor(owning: gate.reading)
        let writing = OwnedDescriptor(owning: gate.writing)
        let signals = PassedSignals()
        guard let child = try attempting("fork", { () throws(Errno) in try ForkedProcess.make() }) else {
            signals.restore()
            _ = consume writing
            // Nothing runs before what is kept is kept.
            guard (try? readSome(from: reading.rawValue, atMost: 1)) == [1] else { ForkedProcess.end(1) }
            do throws(WorldError) {
                try prepare()
                // A change of the user would undo it.
                if let childSignal, let here, !endWithParent(here, by: childSignal) { ForkedProcess.end(1) }
            } catch { ForkedProcess.end(report(error)) }
            return nil
        }
        do throws(WorldError) {
            try helper?.ask(.keeps)
            helper?.end()
            try? writeAll([1], to: writing.rawValue)
        } catch {
            _ = consume writing
            signals.restore()
            _ = try? child.wait()
            throw error
        }
        let end = try attempting("wait for the child") { () throws(Errno) in try child.standIn(signals) }
        signals.restore()
        return end
    }

    // MARK: Steps

    private func unshare() throws(WorldError) {
        let kinds = NamespaceKind.allCases.filter(self.kinds.keys.contains)
        guard !kinds.isEmpty else { return }
        do throws(Errno) { try unshareNamespaces(kinds) } catch {
            let names = kinds.map(\.title).joined(separator: ", ")
            let noun = kinds.count == 1 ? "a \(names) namespace" : "namespaces (\(names))"
            throw WorldError("make \(noun)", error, hint: requirement(kinds, error))
        }
    }

    private func requirement(_ kinds: [NamespaceKind], _ error: Errno) -> String? {
        switch error {
        case .notPermitted where !kinds.contains(.user):
            return "it takes CAP_SYS_ADMIN, or a user namespace of its own (--user, --map-root-user)"
        case .notPermitted:
            for (name, bad) in [
                ("kernel.unprivileged_userns_clone", "0"), ("kernel.apparmor_restrict_unprivileged_userns", "1"),
            ] where kernelParameter(name) == bad {
                return "sysctl \(name) is \(bad): user namespaces take CAP_SYS_ADMIN"
            }
            return "a process whose root directory was changed, or which a filter holds, may make no user namespace"
        case .noSpace:
            for kind in kinds where kernelParameter(kind.limit) == "0" {
                return "sysctl \(kind.limit) is 0"
            }
            return "a limit is reached: \(kinds.map(\.limit).joined(separator: ", ")),"
                + " or 32 levels of user or PID namespaces"
        case .invalidArgument: return "the kernel lacks one of these kinds, or this process has more than one thread"
        default: return nil
        }
    }

    private func setClocks() throws(WorldError) {
        for (clock, offset) in [("monotonic", monotonicOffset), ("boottime", boottimeOffset)] {
            guard let offset else { continue }
            try write("\(clock) \(offset) 0", to: "/proc/self/timens_offsets", takes: "CAP_SYS_TIME")
        }
    }

    /// Maps the caller, which takes nobody's help.
    private func writeOwnMaps(_ user: UInt32, _ group: UInt32) throws(WorldError) {
        let deniesByItself = groups.own != nil && !groups.needsOthers
        // Once the groups are mapped it is too late. The helper, where there is one for them, has done both.
        if let setting = setgroups ?? (deniesByItself ? .deny : nil), !groups.needsOthers {
            try write(setting.rawValue, to: "/proc/self/setgroups", takes: "CAP_SYS_ADMIN in a new user namespace")
        }
        if users.own != nil, !users.needsOthers {
            try IdentityClass.user.write(users.lines(caller: user), of: "self")
        }
        if deniesByItself { try IdentityClass.group.write(groups.lines(caller: group), of: "self") }
    }

    private func write(_ text: String, to path: String, takes capability: String) throws(WorldError) {
        try attempting("write '\(text)' to '\(path)'", takes: capability) { () throws(Errno) in
            try writeText(text, to: path)
        }
    }

    private func bringLoopbackUp() throws(WorldError) {
        do throws(NamespaceError) {
            var inside = try converse(try RouteSocket())
            try converse(try inside.setUp(index: loopbackIndex, displayName: "lo"))
        } catch { throw WorldError(error) }
    }

    /// Mounts and directories, as the program shall find them.
    private func prepare() throws(WorldError) {
        if kinds.keys.contains(.mount), let propagation {
            try attempting("change the propagation of '/'", takes: "CAP_SYS_ADMIN") { () throws(Errno) in
                try setPropagation(propagation, of: "/", recursive: true)
            }
        }
        if let root {
            try attempting("make '\(root.text)' the root directory", takes: "CAP_SYS_CHROOT") { () throws(Errno) in
                try changeRoot(to: try OwnedDescriptor(opening: root))
            }
        }
        if let directory {
            try attempting("change to '\(directory.text)'") { () throws(Errno) in
                try changeDirectory(to: directory)
            }
        }
        if let proc {
            if root == nil {
                // Otherwise the outside would see the new one too.
                try attempting("make '\(proc)' a private mount") { () throws(Errno) in
                    try setPropagation(.private, of: proc, recursive: true)
                }
            }
            try attempting(
                "mount proc on '\(proc)'",
                takes: "CAP_SYS_ADMIN, a PID namespace of its own, and a /proc that nothing covers"
            ) { () throws(Errno) in
                try mountFileSystem("proc", source: "proc", at: proc, flags: noSetUserMount)
            }
        }
        try credentials.apply()
    }

    // MARK: The helper

    /// Starts the process that stays outside where something is to be done from there.
    private func startHelper(
        _ user: UInt32, _ group: UInt32, _ report: (WorldError) -> Int32
    ) throws(WorldError) -> PartingHelper? {
        let keeps = NamespaceKind.allCases.compactMap { kind in
            kinds[kind].flatMap(\.self).map { (kind: kind, keep: $0) }
        }
        guard !keeps.isEmpty || users.needsOthers || groups.needsOthers else { return nil }
        var maps: [(IdentityClass, [IdentityRange])] = []
        for (kind, map, caller) in [(IdentityClass.user, users, user), (.group, groups, group)] where map.needsOthers {
            let range = map.usesSubordinate ? try kind.subordinateRange(of: user) : nil
            maps.append((kind, map.lines(caller: caller, subordinate: range)))
        }
        let setting = groups.needsOthers ? setgroups : nil
        let owner = currentProcessID()
        return try PartingHelper { step throws(WorldError) in
            switch step {
            case .maps:
                if let setting {
                    try write(setting.rawValue, to: "/proc/\(owner)/setgroups", takes: "CAP_SYS_ADMIN")
                }
                for (kind, lines) in maps {
                    try PartingHelper.inChild(report) { () throws(WorldError) in
                        try kind.write(lines, of: "\(owner)", mayReplace: true)
                    }
                }
            case .keeps:
                for (kind, keep) in keeps { try store(kind, keep, of: owner) }
            }
        } report: {
            report($0)
        }
    }

    /// Mounts a namespace of a process where it is kept.
    private func store(_ kind: NamespaceKind, _ keep: NamespaceKeep, of owner: Int32) throws(WorldError) {
        let source = "/proc/\(owner)/ns/\(kind.fileForChildren)"
        switch keep {
        case .file(let path):
            do throws(Errno) { try bindMount(source, at: path) } catch {
                let hint: String? =
                    switch error {
                    case .notPermitted: "it takes CAP_SYS_ADMIN in the caller's user namespace"
                    case .noSuchFileOrDirectory where (try? FileStatus(of: path)) == nil: "the file has to be there"
                    case .noSuchFileOrDirectory where kind == .process: "a PID namespace begins with a child: --fork"
                    case .invalidArgument where kind == .mount:
                        "a mount namespace can only be kept on a mount that is private: "
                            + "'mount --bind --make-private DIRECTORY DIRECTORY'"
                    default: nil
                    }
                throw WorldError("keep the \(kind.title) namespace on '\(path.text)'", error, hint: hint)
            }
        case .name(let name):
            do throws(NamespaceError) {
                try NamespaceDirectory.system.attach(try .open(path: FilePath(source)), as: name)
            } catch { throw WorldError(error) }
        }
    }
}

extension NamespaceKeep {
    var isName: Bool {
        if case .name = self { true } else { false }
    }
}
