// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
internal import RouteNetlink
public import SystemPackage

/// Every namespace of the machine that the caller can find, in one pass over /proc.
///
/// A namespace is found by what keeps it alive: a process or one of its threads, an open descriptor, a mount, or
/// another namespace that it owns or is the parent of. Processes that the caller may not look into (ptrace access) are
/// passed over and counted; so, of course, are those that end meanwhile, without being counted.
/// Needs no capability for the caller's own processes, and `CAP_SYS_PTRACE` for those of others.
public struct NamespaceScan: Sendable {
    /// The namespaces, by inode.
    public private(set) var namespaces: [ScannedNamespace] = []
    /// How many processes could not be looked into.
    public private(set) var unreadable = 0

    private var positions: [UInt64: Int] = [:]
    private let device: UInt64

    /// Scans the machine.
    ///
    /// - Parameters:
    ///   - kinds: whose processes are described, and to which nsids are told. The others are found all the same.
    ///   - foreignMounts: whether the mounts of all mount namespaces are searched, of which each may hold thousands.
    ///   - directory: whose mounts count as names.
    /// - Throws: `.system` when /proc can't be read.
    public init(
        describing kinds: Set<NamespaceKind> = Set(NamespaceKind.allCases), foreignMounts: Bool = false,
        in directory: NamespaceDirectory = .system
    ) throws(NamespaceError) {
        let table = try attempt("open /proc", try ProcessTable())
        device = try attempt("look at the own namespaces", try table.open("thread-self/ns/user").status()).device
        var readable: [(process: Int32, inodes: [UInt64])] = []
        for process in table.processIDs() {
            do throws(Errno) {
                let inodes = try table.namespaces(of: process)
                add(process: process, in: inodes)
                readable.append((process, inodes))
            } catch { if error == .permissionDenied || error == .notPermitted { unreadable += 1 } }
        }
        for (process, inodes) in readable { addThreads(of: process, outside: inodes, table) }
        addMounts(namesIn: directory.path)
        for (process, _) in readable { addDescriptors(of: process, table) }
        if foreignMounts { addForeignMounts() }
        relate(table, nsids: kinds.contains(.network))
        describe(kinds, table)
        namespaces.sort { $0.inode < $1.inode }
        positions = Dictionary(uniqueKeysWithValues: namespaces.enumerated().map { ($1.inode, $0) })
    }

    /// The namespace with an inode; nil for one that was not found.
    public subscript(inode: UInt64) -> ScannedNamespace? { positions[inode].map { namespaces[$0] } }

    /// The namespaces that a process's main thread is in.
    public func namespaces(of process: Int32) -> [ScannedNamespace] {
        namespaces.filter { $0.processes.contains(process) }
    }

    // MARK: What is found

    private mutating func position(of inode: UInt64, _ kind: @autoclosure () -> NamespaceKind?) -> Int? {
        if let position = positions[inode] { return position }
        guard let kind = kind() else { return nil }
        positions[inode] = namespaces.count
        namespaces.append(ScannedNamespace(kind, NamespaceIdentity(device: device, inode: inode)))
        return namespaces.count - 1
    }

    private mutating func add(process: Int32, in inodes: [UInt64]) {
        for (kind, inode) in zip(NamespaceKind.allCases, inodes) where inode != 0 {
            guard let position = position(of: inode, kind) else { continue }
            namespaces[position].processes.append(process)
        }
    }

    /// Threads that have left their process's namespaces, or go on after its first thread has ended.
    private mutating func addThreads(of process: Int32, outside own: [UInt64], _ table: borrowing ProcessTable) {
        for thread in table.furtherThreads(of: process) {
            guard let inodes = try? table.namespaces(of: process, thread: thread), inodes != own else { continue }
            for (index, kind) in NamespaceKind.allCases.enumerated() where inodes[index] != own[index] {
                guard inodes[index] != 0, let position = position(of: inodes[index], kind) else { continue }
                namespaces[position].otherHolders.append(.thread(process: process, thread: thread))
            }
        }
    }

    private mutating func addDescriptors(of process: Int32, _ table: borrowing ProcessTable) {
        for (number, inode) in table.descriptors(of: process, on: device) {
            let path = "\(process)/fd/\(number)"
            guard let position = position(of: inode, kind(ofFile: path, table)) else { continue }
            namespaces[position].otherHolders.append(.descriptor(process: process, number: number))
        }
    }

    private mutating func addMounts(namesIn directory: String) {
        for mount in (try? namespaceMounts()) ?? [] {
            guard let position = position(of: mount.inode, mount.kind) else { continue }
            let path = mount.target.text
            // A directory of shared mounts may be mounted on itself: one name is two mounts then.
            guard !namespaces[position].mounts.contains(path) else { continue }
            namespaces[position].mounts.append(path)
            let name = path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : ""
            if mount.kind == .network, let name = try? NamespaceName(existing: name) {
                namespaces[position].otherHolders.append(.name(name))
            } else {
                namespaces[position].otherHolders.append(.mount(path))
            }
        }
    }

    private mutating func addForeignMounts() {
        let viewers = namespaces.filter { $0.kind == .mount }.compactMap(\.processes.first)
        for viewer in viewers {
            let mounts = try? namespaceMounts(of: String(viewer)) { inode in
                // Those that are held otherwise are known, and there may be many of them in each.
                positions[inode].map { !namespaces[$0].foreignMounts.isEmpty } ?? true
            }
            for mount in mounts ?? [] {
                guard let position = position(of: mount.inode, mount.kind) else { continue }
                namespaces[position].foreignMounts.append(ForeignMount(process: viewer, path: mount.target.text))
            }
        }
    }

    // MARK: How they are related

    private mutating func relate(_ table: borrowing ProcessTable, nsids: Bool) {
        var socket = nsids ? try? RouteSocket() : nil
        // More are found on the way; these have been looked at then.
        for position in 0..<namespaces.count {
            guard let descriptor = open(namespaces[position], table) else { continue }
            relate(position, descriptor)
            guard namespaces[position].kind == .network, socket != nil else { continue }
            namespaces[position].namespaceID = (try? socket?.namespaceID(ofDescriptor: descriptor.rawValue)) ?? nil
        }
        for position in namespaces.indices {
            let (inode, owner, parent) = (
                namespaces[position].inode, namespaces[position].owner, namespaces[position].parent
            )
            if namespaces[position].kind != .user {
                namespaces[position].ownerUser = owner.flatMap { positions[$0] }.flatMap { namespaces[$0].ownerUser }
            }
            for related in Set([owner, parent]) {
                guard let related, let other = positions[related] else { continue }
                namespaces[other].dependents.append(inode)
            }
        }
    }

    private mutating func relate(_ position: Int, _ descriptor: borrowing OwnedDescriptor) {
        let kind = namespaces[position].kind
        if let owner = try? openOwningUserNamespace(descriptor) {
            let inode = add(related: owner, .user)
            namespaces[position].owner = inode
            if kind == .user { namespaces[position].parent = inode }
        }
        if kind == .process, let parent = try? openParentNamespace(descriptor) {
            namespaces[position].parent = add(related: parent, kind)
        }
        if kind == .user { namespaces[position].ownerUser = userNamespaceMaker(descriptor) }
    }

    /// One that another refers to; when nothing else has led to it, all that it refers to is looked at as well.
    private mutating func add(related descriptor: borrowing OwnedDescriptor, _ kind: NamespaceKind) -> UInt64? {
        guard let inode = try? descriptor.status().inode else { return nil }
        let known = namespaces.count
        guard let position = position(of: inode, kind) else { return nil }
        if position == known { relate(position, descriptor) }
        return inode
    }

    /// Opens a namespace by what holds it; nil when that has gone meanwhile.
    private func open(_ namespace: ScannedNamespace, _ table: borrowing ProcessTable) -> OwnedDescriptor? {
        if let process = namespace.processes.first,
            let descriptor = open("/proc/\(process)/ns/\(namespace.kind.rawValue)", namespace.inode)
        {
            return descriptor
        }
        for holder in namespace.otherHolders {
            let path: String? =
                switch holder {
                case .thread(let process, let thread): "/proc/\(process)/task/\(thread)/ns/\(namespace.kind.rawValue)"
                case .descriptor(let process, let number): "/proc/\(process)/fd/\(number)"
                case .process, .mount, .name: nil
                }
            if let path, let descriptor = open(path, namespace.inode) { return descriptor }
        }
        let paths = namespace.mounts + namespace.foreignMounts.map { "/proc/\($0.process)/root\($0.path)" }
        for path in paths {
            // What is mounted there now may be anything, such as a device.
            guard
                let place = try? OwnedDescriptor(opening: FilePath(bytes: [UInt8](unescaping: path)), flags: pathOnly),
                (try? place.status()).map({ NamespaceIdentity(of: $0) }) == namespace.identity
            else { continue }
            if let descriptor = open(place.procPath, namespace.inode) { return descriptor }
        }
        return nil
    }

    private func open(_ path: String, _ inode: UInt64) -> OwnedDescriptor? {
        guard let descriptor = try? OwnedDescriptor(opening: path),
            (try? descriptor.status()).map({ NamespaceIdentity(of: $0) })
                == NamespaceIdentity(device: device, inode: inode)
        else { return nil }
        return descriptor
    }

    // MARK: Who is inside

    private mutating func describe(_ kinds: Set<NamespaceKind>, _ table: borrowing ProcessTable) {
        var seen: [Int32: ScannedProcess] = [:]
        for position in namespaces.indices where kinds.contains(namespaces[position].kind) {
            guard let number = namespaces[position].processes.first else { continue }
            if seen[number] == nil {
                seen[number] = ScannedProcess(
                    processID: number, parent: table.parent(of: number) ?? 0, user: table.user(of: number) ?? 0,
                    command: table.command(of: number) ?? "")
            }
            namespaces[position].lowestProcess = seen[number]
        }
    }
}

/// Which namespace a file is, of any kind. A symbolic link is followed, and no device, pipe or socket is touched.
///
/// - Throws: `.system` when there is no such file, `.notANamespace` when it is something else.
public func namespaceIdentity(ofFile path: FilePath) throws(NamespaceError) -> NamespaceIdentity {
    let place = try attempt("open '\(path.text)'", try OwnedDescriptor(opening: path, flags: pathOnly))
    guard let magic = try? place.fileSystemMagic(), isNamespaceFileSystem(magic) else {
        throw .notANamespace(path.text)
    }
    return NamespaceIdentity(of: try attempt("look at '\(path.text)'", try place.status()))
}

private func kind(ofFile path: String, _ table: borrowing ProcessTable) -> NamespaceKind? {
    guard let descriptor = try? table.open(path) else { return nil }
    return namespaceKind(descriptor).flatMap { NamespaceKind(flag: $0) }
}
