// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

extension NamespaceMonitor {
    private static let directoryEvents: InotifyEvents = [
        .created, .deleted, .movedFrom, .movedTo, .closedUnwritten, .closedAfterWriting, .selfDeleted, .selfMoved,
    ]
    private static let ancestorEvents: InotifyEvents = [
        .created, .deleted, .movedFrom, .movedTo, .selfDeleted, .selfMoved,
    ]

    /// Sees to it that the directory is watched if it exists, and that its coming and going is.
    ///
    /// - Parameter kind: as what the names in a directory are told that was not watched before.
    mutating func followDirectory(as kind: NamespaceEvent.Kind) throws(NamespaceError) {
        let path = directory.path
        try watchAncestor()
        guard let status = try? FileStatus(of: path), status.isDirectory else { return try leaveDirectory() }
        let identity = NamespaceIdentity(of: status)
        if let watch = directoryWatch {
            if watch.identity == identity { return }
            inotify.end(watch: watch.number)
            directoryWatch = nil
        }
        do throws(Errno) {
            directoryWatch = (try inotify.watch(directory: path, for: Self.directoryEvents), identity)
        } catch {
            switch error {
            // Gone again: the watch above tells when it is back.
            case .noSuchFileOrDirectory, .notDirectory: return try leaveDirectory()
            default: throw .system(operation: "watch '\(path)'", error)
            }
        }
        try compareWithDirectory(as: kind)
    }

    /// Watches the directory above, or the deepest one further up that exists.
    private mutating func watchAncestor() throws(NamespaceError) {
        var path = directory.path
        while let slash = path.lastIndex(of: "/") {
            let parent = slash == path.startIndex ? "/" : String(path[..<slash])
            let component = String(path[path.index(after: slash)...])
            do throws(Errno) {
                let watch = try inotify.watch(directory: parent, for: Self.ancestorEvents)
                if let old = ancestorWatch?.number, old != watch, old != directoryWatch?.number {
                    inotify.end(watch: old)
                }
                ancestorWatch = (watch, component)
                // A directory made meanwhile, before there was a watch to tell of it, is watched instead.
                guard path != directory.path, (try? FileStatus(of: path))?.isDirectory == true else { return }
                path = directory.path
            } catch {
                guard error == .noSuchFileOrDirectory || error == .notDirectory, parent != "/" else {
                    throw .system(operation: "watch '\(parent)'", error)
                }
                path = parent
            }
        }
    }

    /// Tells that all names are gone with the directory.
    private mutating func leaveDirectory() throws(NamespaceError) {
        if let watch = directoryWatch { inotify.end(watch: watch.number) }
        directoryWatch = nil
        candidates.removeAll()
        for name in reported.keys.sorted() { reportDeletion(of: name) }
    }

    /// Compares the directory with what the caller knows, and tells the differences.
    mutating func compareWithDirectory(as kind: NamespaceEvent.Kind) throws(NamespaceError) {
        let entries: [DirectoryEntry]
        do throws(Errno) { entries = try directoryEntries(directory.path) } catch {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return try leaveDirectory() }
            throw .system(operation: "read '\(directory.path)'", error)
        }
        let names = entries.filter { !$0.isDirectory }.compactMap { NamespaceName(bytes: $0.bytes) }.sorted()
        let present = Set(names)
        for name in reported.keys.sorted() where !present.contains(name) { reportDeletion(of: name) }
        for name in candidates.keys where !present.contains(name) { candidates[name] = nil }
        for name in names where reported[name] == nil && candidates[name] == nil {
            candidates[name] = Candidate(changesBefore: mountChanges)
            try lookAtCandidate(name, as: kind)
        }
        try compareWithMounts()
    }
}
