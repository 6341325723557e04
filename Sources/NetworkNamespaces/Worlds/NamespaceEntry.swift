// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
public import SystemPackage

/// Whose world is entered.
public enum EntryTarget: Sendable {
    /// A process.
    case process(Int32)
    /// A named network namespace, which has no other kinds.
    case name(NamespaceName)
}

/// Which namespaces a process goes into, and what of their world it takes over beside them: nsenter(1).
public struct NamespaceEntry: Sendable {
    /// Where what is not given by a file comes from.
    public var target: EntryTarget?
    /// When the target was started, where it is known by more than its number: `ProcessIdentity`.
    public var targetStart: UInt64?
    /// The kinds to be entered, with a file of the namespace; nil is the target's.
    public var kinds: [NamespaceKind: FilePath?] = [:]
    /// Whether every kind is entered.
    public var all = false
    /// The root directory; an empty path is the target's.
    public var root: FilePath?
    /// The working directory as the caller sees it; an empty path is the target's.
    public var directory: FilePath?
    /// The working directory as the namespaces' world has it.
    public var innerDirectory: FilePath?
    /// Whether the environment becomes the target's.
    public var environment = false
    /// Whether the process moves into the target's control group.
    public var joinsControlGroup = false

    /// Nothing yet.
    public init() {}

    /// Moves the process into the namespaces, directories, environment and control group.
    ///
    /// Everything is opened before the first step is taken. For a process with one thread; what the PID kind changes
    /// is for its children. A process as target is held meanwhile, so that none of it is ever a successor's.
    ///
    /// - Returns: the kinds that were entered.
    /// - Throws: `WorldError` that names what was refused and the capability it takes.
    public func enter() throws(WorldError) -> Set<NamespaceKind> {
        let process = try openProcess()
        let files = try openNamespaces()
        // Its end is at -1; a descriptor of 0 is standard input, and taken by then.
        var (rootDirectory, workingDirectory) = (-1 as Int32, -1 as Int32)
        defer {
            for descriptor in [rootDirectory, workingDirectory] where descriptor >= 0 {
                _ = OwnedDescriptor(owning: descriptor)
            }
            for file in files { _ = OwnedDescriptor(owning: file.descriptor) }
        }
        if let root { rootDirectory = try openDirectory(root, "root") }
        if let directory { workingDirectory = try openDirectory(directory, "cwd") }
        let variables = environment ? try readEnvironment() : []
        let controlGroup = joinsControlGroup ? try openControlGroup().release() : -1
        defer { if controlGroup >= 0 { _ = OwnedDescriptor(owning: controlGroup) } }
        if let process, !process.isAlive { throw WorldError("process \(process.processID) has ended meanwhile") }

        if controlGroup >= 0 {
            try attempting("join the control group of the target", takes: "write access to its cgroup.procs") {
                () throws(Errno) in try writeAll(Array("0".utf8), to: controlGroup)
            }
        }
        try enter(files)
        // A new root leaves the working directory where it is.
        if root != nil, directory == nil, innerDirectory == nil { workingDirectory = try openDirectory(".", "cwd") }
        if rootDirectory >= 0 {
            let directory = OwnedDescriptor(owning: rootDirectory)
            rootDirectory = -1
            try attempting("make \(called(root, "root")) the root directory", takes: "CAP_SYS_CHROOT") {
                () throws(Errno) in try changeRoot(to: directory)
            }
        }
        if let innerDirectory { workingDirectory = try openDirectory(innerDirectory, "cwd") }
        if workingDirectory >= 0 {
            let directory = OwnedDescriptor(owning: workingDirectory)
            workingDirectory = -1
            try attempting("change to \(called(self.directory ?? innerDirectory ?? ".", "cwd"))") {
                () throws(Errno) in try changeDirectory(toDescriptor: directory.rawValue)
            }
        }
        if environment {
            clearEnvironment()
            for (name, value) in variables { setEnvironmentVariable(name, to: value) }
        }
        return Set(files.map(\.kind))
    }

    /// Whether a user namespace is among those that are entered.
    public var entersUserNamespace: Bool {
        guard !kinds.keys.contains(.user) else { return true }
        guard all, case .process = target else { return false }
        return !isOwn(.user)
    }

    // MARK: Opening

    /// A namespace to be entered.
    private struct NamespaceFile {
        var kind: NamespaceKind
        var descriptor: Int32
        /// What a sentence calls it.
        var title: String
        /// Whether it is no loss when it can't be entered: the caller is there.
        var isOptional = false
    }

    private func openProcess() throws(WorldError) -> ProcessDescriptor? {
        guard case .process(let number) = target else { return nil }
        do throws(Errno) {
            let process = try ProcessDescriptor(number)
            // Looked at after it was opened: the one that is held is the one that was meant.
            if let targetStart, ProcessIdentity(of: number)?.startTime != targetStart { throw .noSuchProcess }
            return process
        } catch {
            // The others: the number of a thread, which nsenter takes; and a kernel without pidfds.
            guard error == .noSuchProcess else { return nil }
            throw WorldError("there is no process \(number) (ESRCH)")
        }
    }

    private func processNumber(for what: String) throws(WorldError) -> Int32 {
        guard case .process(let number) = target else {
            throw WorldError(
                "\(what) takes a process as the target",
                hint: target == nil ? "--target PID names it" : "a name of /run/netns stands for a network namespace")
        }
        return number
    }

    private func openNamespaces() throws(WorldError) -> [NamespaceFile] {
        var files: [NamespaceFile] = []
        do throws(WorldError) {
            for kind in NamespaceKind.allCases {
                if let file = kinds[kind] {
                    files.append(try open(kind, file))
                } else if all, try isWanted(kind) {
                    var file = try open(kind, nil)
                    file.isOptional = isOwn(kind)
                    files.append(file)
                }
            }
        } catch {
            for file in files { _ = OwnedDescriptor(owning: file.descriptor) }
            throw error
        }
        return files
    }

    /// The kinds that `--all` means: those that the kernel has, without the user namespace in which the caller is, which
    /// nobody can enter again.
    private func isWanted(_ kind: NamespaceKind) throws(WorldError) -> Bool {
        switch target {
        case .name: kind == .network
        case .process:
            (try? FileStatus(of: "/proc/self/ns/\(kind.rawValue)")) != nil && (kind != .user || !isOwn(kind))
        case nil: throw WorldError("--all takes a target", hint: "--target PID names it")
        }
    }

    /// Whether the caller is in the target's namespace already.
    private func isOwn(_ kind: NamespaceKind) -> Bool {
        guard case .process(let number) = target, let own = try? FileStatus(of: "/proc/self/ns/\(kind.rawValue)"),
            let other = try? FileStatus(of: "/proc/\(number)/ns/\(kind.rawValue)")
        else { return false }
        return own.device == other.device && own.inode == other.inode
    }

    private func open(_ kind: NamespaceKind, _ file: FilePath?) throws(WorldError) -> NamespaceFile {
        if let file {
            let descriptor = try attempting("open '\(file.text)'") { () throws(Errno) in
                try OwnedDescriptor(opening: file)
            }
            return NamespaceFile(
                kind: kind, descriptor: descriptor.release(), title: "\(kind.title) namespace '\(file.text)'")
        }
        if case .name(let name) = target, kind == .network {
            do throws(NamespaceError) {
                let namespace = try NamespaceDirectory.system.open(name)
                let descriptor = try attempt("hold '\(name)'", try namespace.descriptor.duplicate())
                return NamespaceFile(
                    kind: kind, descriptor: descriptor.release(), title: "network namespace '\(name)'")
            } catch { throw WorldError(error) }
        }
        let number = try processNumber(for: "the \(kind.title) namespace")
        do throws(Errno) {
            let descriptor = try OwnedDescriptor(opening: "/proc/\(number)/ns/\(kind.rawValue)")
            return NamespaceFile(
                kind: kind, descriptor: descriptor.release(), title: "\(kind.title) namespace of process \(number)")
        } catch { throw outOfReach(number, "open its \(kind.title) namespace", error) }
    }

    private func outOfReach(_ number: Int32, _ operation: String, _ error: Errno) -> WorldError {
        if error == .noSuchFileOrDirectory, (try? FileStatus(of: "/proc/\(number)")) == nil {
            return WorldError("there is no process \(number) (ESRCH)")
        }
        let isHidden = error == .permissionDenied || error == .notPermitted
        return WorldError(
            "reach process \(number) to \(operation)", error,
            hint: isHidden ? "it takes CAP_SYS_PTRACE in the process's user namespace" : nil)
    }

    private func called(_ path: FilePath?, _ link: String) -> String {
        guard let path, path.isEmpty else { return "'\(path?.text ?? ".")'" }
        return link == "root" ? "the target's root directory" : "the target's working directory"
    }

    private func openDirectory(_ path: FilePath, _ link: String) throws(WorldError) -> Int32 {
        guard path.isEmpty else {
            return try attempting("open '\(path.text)'") { () throws(Errno) in
                try OwnedDescriptor(opening: path).release()
            }
        }
        let number = try processNumber(for: called(path, link))
        do throws(Errno) { return try OwnedDescriptor(opening: "/proc/\(number)/\(link)").release() } catch {
            throw outOfReach(number, "open its \(link == "root" ? "root" : "working") directory", error)
        }
    }

    private func readEnvironment() throws(WorldError) -> [(name: [UInt8], value: [UInt8])] {
        let number = try processNumber(for: "its environment")
        let bytes: [UInt8]
        do throws(Errno) { bytes = try readFile("/proc/\(number)/environ") } catch {
            throw outOfReach(number, "read its environment", error)
        }
        return bytes.split(separator: 0).compactMap { variable in
            guard let sign = variable.firstIndex(of: UInt8(ascii: "=")), sign > variable.startIndex else { return nil }
            return (Array(variable[..<sign]), Array(variable[(sign + 1)...]))
        }
    }

    /// The file that moves a process into the target's control group of the unified hierarchy. Source: cgroups(7).
    private func openControlGroup() throws(WorldError) -> OwnedDescriptor {
        let number = try processNumber(for: "its control group")
        let text = String(decoding: (try? readFile("/proc/\(number)/cgroup")) ?? [], as: UTF8.self)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::") }) else {
            throw WorldError("process \(number) is in no control group of the unified hierarchy (version 2)")
        }
        let group = line.dropFirst(3) == "/" ? "" : String(line.dropFirst(3))
        // Where both versions are mounted, version 2 has a directory of its own.
        let places = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].map { "\($0)\(group)/cgroup.procs" }
        let place = places.first { (try? FileStatus(of: $0)) != nil } ?? places[0]
        return try attempting("open '\(place)'", takes: "write access to it") { () throws(Errno) in
            try OwnedDescriptor(opening: place, flags: openForWriting)
        }
    }

    // MARK: Entering

    /// Enters the namespaces.
    ///
    /// The user namespace comes last for a caller who may enter the others as they are, and loses power by it; and
    /// first for one who gets from it the power to enter the others. So each of the others is tried, then the user
    /// namespace is entered, then those are that were refused.
    private func enter(_ files: [NamespaceFile]) throws(WorldError) {
        var refused: [NamespaceFile] = []
        for file in files where file.kind != .user {
            do throws(Errno) { try enterNamespace(rawValue: file.descriptor, file.kind) } catch {
                refused.append(file)
            }
        }
        for file in files.filter({ $0.kind == .user }) + refused {
            do throws(Errno) { try enterNamespace(rawValue: file.descriptor, file.kind) } catch {
                if file.isOptional { continue }
                throw WorldError("enter the \(file.title)", error, hint: requirement(file, error))
            }
        }
    }

    private func requirement(_ file: NamespaceFile, _ error: Errno) -> String? {
        switch (error, file.kind) {
        case (.notPermitted, .user): return "it takes CAP_SYS_ADMIN in that user namespace"
        case (.notPermitted, _):
            let own = file.kind == .mount ? "CAP_SYS_CHROOT and CAP_SYS_ADMIN" : "CAP_SYS_ADMIN"
            return "it takes \(own) in the user namespace that owns it"
        case (.invalidArgument, _):
            let descriptor = file.descriptor
            let kind = namespaceKind(rawValue: descriptor).flatMap(NamespaceKind.init(flag:))
            guard let kind else { return "that is no namespace" }
            if kind != file.kind { return "that is a namespace of the \(kind.title) kind" }
            return kind == .user ? "the caller is in that user namespace already" : nil
        default: return nil
        }
    }
}
