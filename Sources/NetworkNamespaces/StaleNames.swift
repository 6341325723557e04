// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// What became of one thing that `NamespaceDirectory.prune` looked at.
public struct PruneResult: Sendable {
    /// The kinds of things; the raw values are those of `netns prune --json`.
    public enum Kind: String, Sendable {
        /// An empty file, such as namespaces are mounted on, on which none is mounted.
        case staleName = "stale-name"
        /// A symbolic link to a path at which there is nothing.
        case danglingLink = "dangling-link"
        /// Further mounts of a namespace over its own name.
        case surplusMount = "surplus-mount"
        /// What is no name of a namespace, and is never touched.
        case foreignFile = "foreign-file"
    }

    /// What was done.
    public enum Outcome: Sendable, Equatable {
        /// It is removed.
        case removed
        /// It would be removed, if this were not a dry run.
        case wouldRemove
        /// It stays, for this reason.
        case leftAlone(String)
        /// It could not be removed.
        case failed(NamespaceError)
    }

    /// The name.
    public var name: NamespaceName
    /// What it is.
    public var kind: Kind
    /// How many mounts, of a surplus mount; otherwise 1.
    public var count = 1
    /// What was done.
    public var outcome: Outcome
}

extension NamespaceDirectory {
    /// Removes what is left of namespaces that are gone: stale names, dangling symbolic links, and
    /// surplus mounts of one namespace on its own name.
    ///
    /// All is done under the directory's lock. Names in the making, namespaces, and files of any other
    /// kind are left alone, and so is a name that stands for a namespace in another mount namespace:
    /// removing the file would unmount it there. Needs write access to the directory, and
    /// `CAP_SYS_ADMIN` for surplus mounts.
    ///
    /// - Parameter dryRun: whether nothing is to be removed.
    /// - Returns: what was found, namespaces in order and names in the making apart, sorted by name.
    /// - Throws: `.system` when the directory can't be read or locked; nothing is removed then.
    public func prune(dryRun: Bool = false) throws(NamespaceError) -> [PruneResult] {
        guard (try? FileStatus(of: path)) != nil else { return [] }
        let lock = try attempt(
            "lock '\(path)'", try dryRun ? FileLock(sharedOn: path) : FileLock(exclusiveOn: path))
        defer { withExtendedLifetime(lock) {} }
        let entries = try attempt("read '\(path)'", try directoryEntries(path))
        var pruning = try Pruning(self, dryRun: dryRun)
        return entries.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.compactMap { pruning.prune($0) }
    }

    /// The directory's path without symbolic links.
    func resolvedPath() throws(NamespaceError) -> FilePath {
        let descriptor = try attempt("look at '\(path)'", try OwnedDescriptor(opening: path, flags: pathOnly))
        let resolved = try attempt("look at '\(path)'", try readSymbolicLink(descriptor.procPath))
        withExtendedLifetime(descriptor) {}
        return FilePath(bytes: [UInt8](unescaping: resolved))
    }
}

/// One pass over a locked directory.
private struct Pruning {
    let directory: NamespaceDirectory
    let resolved: FilePath
    let dryRun: Bool
    /// Looked up when the first stale name turns up.
    private var elsewhere: [MountPlace: ProcessReference]?

    init(_ directory: NamespaceDirectory, dryRun: Bool) throws(NamespaceError) {
        self.directory = directory
        self.dryRun = dryRun
        resolved = try directory.resolvedPath()
    }

    mutating func prune(_ entry: DirectoryEntry) -> PruneResult? {
        guard let name = NamespaceName(bytes: entry.bytes) else { return nil }
        switch directory.condition(of: name) {
        case .stale: return pruneStale(name)
        case .danglingLink:
            return PruneResult(name: name, kind: .danglingLink, outcome: remove(name) { $0.isDanglingLink })
        case .namespace:
            // Behind a symbolic link are somebody else's mounts.
            return entry.isSymbolicLink ? nil : pruneMounts(of: name)
        case .otherLink(let target):
            let reason = "a link to '\(target)', which is no network namespace"
            return PruneResult(name: name, kind: .foreignFile, outcome: .leftAlone(reason))
        case .foreign(let what): return PruneResult(name: name, kind: .foreignFile, outcome: .leftAlone(what))
        case .pending, nil: return nil
        }
    }

    private mutating func pruneStale(_ name: NamespaceName) -> PruneResult {
        let elsewhere = elsewhere ?? namespaceMountsElsewhere()
        self.elsewhere = elsewhere
        var result = PruneResult(name: name, kind: .staleName, outcome: .removed)
        let place = ((try? mountTable()).map(MountTree.init)?.place(of: resolved))?.appending(name)
        if let process = place.flatMap({ elsewhere[$0] }) {
            result.outcome = .leftAlone("a namespace in the mount namespace of process \(process)")
        } else if place == nil, !elsewhere.isEmpty {
            result.outcome = .leftAlone("the mount table does not tell whether it is a namespace elsewhere")
        } else {
            result.outcome = remove(name) { $0 == .stale }
        }
        return result
    }

    /// Removes the file of a name that is still what it was.
    private func remove(_ name: NamespaceName, if isStill: (NameCondition) -> Bool) -> PruneResult.Outcome {
        if dryRun { return .wouldRemove }
        guard let condition = directory.condition(of: name), isStill(condition) else {
            return .leftAlone("it has changed meanwhile")
        }
        let path = directory.path(of: name)
        do throws(Errno) { try removeFile(path) } catch {
            switch error {
            case .noSuchFileOrDirectory: return .removed
            // Something is mounted on it now.
            case .resourceBusy: return .leftAlone("it has changed meanwhile")
            default: return .failed(.system(operation: "remove '\(path.text)'", error))
            }
        }
        return .removed
    }

    // MARK: Mounts

    /// Takes off all but one of the mounts that are stacked on a name.
    private func pruneMounts(of name: NamespaceName) -> PruneResult? {
        guard let first = surplus(on: name), first.count > 0 else { return nil }
        var result = PruneResult(
            name: name, kind: .surplusMount, count: first.count, outcome: dryRun ? .wouldRemove : .removed)
        if let reason = first.obstacle {
            result.outcome = .leftAlone(reason)
            return result
        }
        if dryRun { return result }
        var rest = first
        while rest.count > 0, rest.obstacle == nil {
            do throws(Errno) { try detachMount(directory.path(of: name)) } catch {
                result.outcome = .failed(.system(operation: "unmount '\(directory.path(of: name).text)'", error))
                return result
            }
            // One unmount may take several away: those that it reaches by propagation.
            guard let next = surplus(on: name), next.count < rest.count else { break }
            rest = next
        }
        return result
    }

    private struct Surplus {
        var count: Int
        /// Why they must stay; nil when they may go.
        var obstacle: String?
    }

    private func surplus(on name: NamespaceName) -> Surplus? {
        guard let tree = (try? mountTable()).map(MountTree.init), let base = tree.mount(for: resolved) else {
            return nil
        }
        let stack = tree.stack(on: resolved.appending(name: name.bytes), over: base)
        guard let lowest = stack.first else { return nil }
        guard stack.allSatisfy({ $0.root == lowest.root }) else {
            return Surplus(
                count: stack.count - 1, obstacle: "different namespaces are mounted on it, one over the other")
        }
        // An unmount reaches what is mounted on each peer: nothing else may be there.
        let reached = stack.dropLast().flatMap { tree.peers(of: $0) }.flatMap { tree.children(of: $0) }
        let isHarmless = reached.allSatisfy { $0.root == lowest.root && $0.type == lowest.type }
        return Surplus(
            count: stack.count - 1, obstacle: isHarmless ? nil : "to unmount them would unmount another namespace")
    }
}

extension NameCondition {
    fileprivate var isDanglingLink: Bool {
        if case .danglingLink = self { true } else { false }
    }
}
