// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

extension NamespaceDirectory {
    /// Looks at the machine. What can't be read counts as in order.
    func readSetup() -> Setup {
        var setup = Setup()
        setup.directory = readDirectory()
        setup.mounts = (try? mountTable()) ?? []
        setup.mountsOfInit = try? mountTable(of: "1")
        setup.privileges = readPrivileges()
        setup.configuration = readConfiguration()
        setup.kernel = readKernel()
        setup.namelessPorts = readNamelessPorts()
        guard setup.directory.kind != .missing, setup.directory.kind != .other else { return setup }
        readNames(into: &setup)
        setup.lockHolders = longLockHolders()
        return setup
    }

    private func readDirectory() -> Setup.Directory {
        var directory = Setup.Directory()
        directory.path = path
        directory.resolvedPath = (try? resolvedPath()) ?? FilePath(path)
        guard let own = try? FileStatus(of: path, followingLinks: false) else {
            directory.kind = .missing
            return directory
        }
        if own.isSymbolicLink { directory.kind = .link(target: (try? readSymbolicLink(path)) ?? "?") }
        guard let status = try? FileStatus(of: path), status.isDirectory else {
            directory.kind = .other
            return directory
        }
        directory.owner = status.owner
        directory.mode = status.mode
        return directory
    }

    // MARK: Names

    private func readNames(into setup: inout Setup) {
        var elsewhere: [MountPlace: ProcessReference]?
        let place = MountTree(setup.mounts).place(of: setup.directory.resolvedPath)
        let entries = ((try? directoryEntries(path)) ?? []).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        for entry in entries {
            guard let name = NamespaceName(bytes: entry.bytes), let condition = condition(of: name) else { continue }
            var observed = Setup.Name(name: name, condition: condition)
            if condition == .stale {
                let places = elsewhere ?? namespaceMountsElsewhere()
                elsewhere = places
                observed.isNamespaceFor = place.flatMap { places[$0.appending(name)] }
            }
            setup.names.append(observed)
            if case .namespace = condition, !entry.isSymbolicLink, loopbackIsDown(in: name) {
                setup.namesWithLoopbackDown.append(name)
            }
        }
    }

    /// Ports whose namespace has neither the name that they tell of nor another one.
    private func readNamelessPorts() -> [RecordedPort] {
        guard var socket = try? RouteSocket(), let ports = try? socket.recordedPorts(), !ports.isEmpty,
            let namespaces = try? namedNamespaces(withIDs: true)
        else { return [] }
        return ports.filter { port in
            // A container has no name here: `docker:web`.
            guard !port.record.namespace.contains(":"),
                case .name(let name) = try? NamespaceSelector(parsing: port.record.namespace)
            else { return false }
            return !namespaces.contains { $0.name == name || port.namespaceID != nil && $0.id == port.namespaceID }
        }
    }

    private func loopbackIsDown(in name: NamespaceName) -> Bool {
        guard let namespace = try? NetworkNamespace.open(path: path(of: name)),
            var socket = try? namespace.openRouteSocket(),
            let loopback = try? socket.link(.index(loopbackIndex))
        else { return false }
        return !loopback.flags.contains(.up)
    }

    /// Who holds the directory's lock over a whole second; nil when it is free once.
    private func longLockHolders() -> [ProcessReference]? {
        let deadline = ContinuousClock.now + .seconds(1)
        while true {
            guard let isHeld = try? isLocked(path), isHeld else { return nil }
            if ContinuousClock.now >= deadline { break }
            sleep(.milliseconds(20))
        }
        guard let status = try? FileStatus(of: path), let locks = try? readFile("/proc/locks") else { return [] }
        return lockHolders(of: status, in: String(decoding: locks, as: UTF8.self)).map { ProcessReference($0) }
    }

    // MARK: The kernel

    private func readKernel() -> Setup.Kernel {
        var kernel = Setup.Kernel()
        kernel.namespaceLimit = number(in: "/proc/sys/user/max_net_namespaces")
        kernel.receiveBufferLimit = number(in: "/proc/sys/net/core/rmem_max")
        kernel.missingFeatures = KernelFeature.allCases.filter { !$0.isPresent }
        kernel.filtersBridges = number(in: "/proc/sys/net/bridge/bridge-nf-call-iptables") == 1
        if kernel.filtersBridges { kernel.forwardPolicy = .read() }
        var seen = Set(processCounts().keys)
        for name in (try? names()) ?? [] {
            if case .namespace(let identity) = condition(of: name) { seen.insert(identity) }
        }
        kernel.namespacesInUse = seen.count
        return kernel
    }
}

/// The processes that hold a flock(2) lock on a file, by the text of /proc/locks. Source: proc_locks(5).
///
/// Processes of other pid namespaces are not listed there.
func lockHolders(of file: FileStatus, in locks: String) -> [Int32] {
    let (major, minor) = file.deviceNumbers
    func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return digits.count < 2 ? "0\(digits)" : digits
    }
    let identity = "\(hexadecimal(major)):\(hexadecimal(minor)):\(file.inode)"
    return locks.split(separator: "\n").compactMap { line in
        // "1: FLOCK  ADVISORY  WRITE 1234 00:19:1045 0 EOF"; those who wait have "->" behind the number.
        let fields = line.split(separator: " ")
        guard fields.count >= 6, fields[1] == "FLOCK", fields[5] == identity else { return nil }
        return Int32(fields[4])
    }
}

/// The number that a file of /proc/sys holds.
private func number(in path: String) -> Int? {
    (try? readFile(path)).flatMap { Int(String(decoding: $0.prefix { $0 != 0x0a }, as: UTF8.self)) }
}

// MARK: Privileges

private func readPrivileges() -> Setup.Privileges {
    var privileges = Setup.Privileges()
    let status = String(decoding: (try? readFile("/proc/thread-self/status")) ?? [], as: UTF8.self)
    for line in status.split(separator: "\n") {
        let fields = line.split(whereSeparator: \.isWhitespace)
        guard fields.count >= 2 else { continue }
        switch fields[0] {
        // Real, effective, saved, and file system user.
        case "Uid:": privileges.userID = fields.count > 2 ? UInt32(fields[2]) ?? 0 : 0
        case "CapEff:": privileges.effectiveCapabilities = UInt64(fields[1], radix: 16) ?? .max
        default: break
        }
    }
    let map = String(decoding: (try? readFile("/proc/self/uid_map")) ?? [], as: UTF8.self)
    let fields = map.split(whereSeparator: \.isWhitespace)
    privileges.isInInitialUserNamespace = fields.isEmpty || fields.elementsEqual(["0", "0", "4294967295"])
    privileges.container = containerKind()
    return privileges
}

/// What kind of container this is. Source: the container interface of systemd; docker and podman leave a file.
private func containerKind() -> String? {
    for path in ["/run/systemd/container", "/run/host/container-manager"] {
        guard let text = try? readFile(path) else { continue }
        let kind = String(decoding: text.prefix { $0 > 0x20 }, as: UTF8.self)
        if !kind.isEmpty { return kind }
    }
    if (try? FileStatus(of: "/run/.containerenv")) != nil { return "podman" }
    if (try? FileStatus(of: "/.dockerenv")) != nil { return "docker" }
    return nil
}

// MARK: Configuration

private func readConfiguration() -> Setup.Configuration {
    var configuration = Setup.Configuration()
    let entries = ((try? directoryEntries(configuration.path)) ?? []).sorted { $0.name < $1.name }
    for entry in entries {
        let path = FilePath(configuration.path).appending(name: entry.bytes)
        guard let files = try? directoryEntries(path) else { continue }
        configuration.directories.append(
            Setup.Configuration.Directory(
                name: entry.name,
                entries: files.sorted { $0.name < $1.name }.map { file in
                    // A link that leads nowhere can be covered all the same.
                    let target = FilePath("/etc").appending(name: file.bytes)
                    let hasTarget = (try? FileStatus(of: target, followingLinks: false)) != nil
                    return Setup.Configuration.Entry(name: file.name, hasTarget: hasTarget)
                },
                hostSources: (try? readFile(path.appending("nsswitch.conf"))).map { hostSources(inSwitch: $0) }))
    }
    configuration.resolverLink = try? readSymbolicLink("/etc/resolv.conf")
    if let text = try? readFile("/etc/nsswitch.conf") { configuration.hostSources = hostSources(inSwitch: text) }
    configuration.runsResolved = (try? FileStatus(of: "/run/systemd/resolve/io.systemd.Resolve")) != nil
    configuration.runsNSCD = (try? FileStatus(of: "/run/nscd/socket")) != nil
    return configuration
}

/// The sources that the `hosts` line of an nsswitch.conf names, in order. Source: nsswitch.conf(5).
func hostSources(inSwitch text: [UInt8]) -> [String] {
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
        let fields = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
        guard let first = fields.first, first == "hosts:" || first.hasPrefix("hosts:") else { continue }
        let words = [first.dropFirst("hosts:".count)] + fields.dropFirst()
        // What stands in brackets says when to go on to the next source.
        return words.filter { !$0.isEmpty && !$0.hasPrefix("[") && !$0.hasSuffix("]") }.map(String.init)
    }
    return []
}
