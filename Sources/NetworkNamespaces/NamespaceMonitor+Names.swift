// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// A file in the directory on which a namespace may yet be mounted.
struct Candidate {
    /// How often the mount table had changed, at least, before the file was there.
    private(set) var changesBefore: Int
    /// How often it had changed before the latest look.
    private var changesBeforeLook: Int
    /// Whether the file was opened and closed as those are that namespaces get mounted on.
    var wasMadeAsPlaceholder = false
    /// When to look again without being told to; nil once it has been given up to wait for.
    var nextLook: ContinuousClock.Instant?
    private var pause = Duration.milliseconds(1)
    private let limit = ContinuousClock.now + NamespaceMonitor.patience

    init(changesBefore: Int) {
        self.changesBefore = changesBefore
        changesBeforeLook = changesBefore
    }

    /// Whether it should be looked at.
    func isDue(at now: ContinuousClock.Instant, mountChanges: Int) -> Bool {
        mountChanges > changesBeforeLook || nextLook.map { $0 <= now } ?? false
    }

    /// Puts off the next look, each time for twice as long, after one before which the mount table
    /// had changed `mountChanges` times and that found nothing mounted.
    mutating func putOff(mountChanges: Int) {
        changesBeforeLook = mountChanges
        let next = ContinuousClock.now + pause
        nextLook = next < limit ? next : nil
        pause *= 2
        // A mount while the file was young may have been on it, and gone before the look. What was
        // mounted while it was stale is no sign of anything.
        if nextLook == nil { changesBefore = mountChanges }
    }
}

extension NamespaceMonitor {
    // MARK: Events

    mutating func handle(_ queued: QueuedEvent) throws(NamespaceError) {
        let event = queued.event
        if event.events.contains(.overflow) {
            ready.append(NamespaceEvent(.overflow))
            try followDirectory(as: .add)
            try compareWithDirectory(as: .add)
        } else if event.watch == directoryWatch?.number {
            if event.events.contains(.ignored) { directoryWatch = nil }
            guard event.events.isDisjoint(with: [.ignored, .selfDeleted, .selfMoved]) else {
                return try followDirectory(as: .add)
            }
            guard let name = NamespaceName(bytes: event.nameBytes) else { return }
            try handle(event.events, name, queued.mountChanges)
        } else if event.watch == ancestorWatch?.number {
            guard
                !event.events.isDisjoint(with: [.ignored, .selfDeleted, .selfMoved])
                    || event.nameBytes.elementsEqual(ancestorWatch?.component.utf8 ?? "".utf8)
            else { return }
            if event.events.contains(.ignored) { ancestorWatch = nil }
            try followDirectory(as: .add)
        }
    }

    private mutating func handle(
        _ events: InotifyEvents, _ name: NamespaceName, _ mountChanges: Int
    ) throws(NamespaceError) {
        if !events.isDisjoint(with: [.deleted, .movedFrom]) {
            settleRemoval(of: name)
        } else if !events.isDisjoint(with: [.created, .movedTo]), !events.contains(.isDirectory) {
            if let known = reported[name] {
                // Told of already when the directory was read, or replaced by a rename.
                guard sighting(of: name) != known else { return }
                guard try !isSuperseded(name) else { return }
                reportDeletion(of: name)
            }
            candidates[name] = Candidate(changesBefore: mountChanges)
            try lookAtCandidate(name)
        } else if events.contains(.closedUnwritten) {
            candidates[name]?.wasMadeAsPlaceholder = true
        } else if events.contains(.closedAfterWriting) {
            candidates[name]?.wasMadeAsPlaceholder = false
        }
    }

    /// Deals with a name whose file is gone.
    private mutating func settleRemoval(of name: NamespaceName) {
        if reported[name] != nil { return reportDeletion(of: name) }
        guard let candidate = candidates.removeValue(forKey: name) else { return }
        // It came and went between two looks. A file made to be mounted on, with a mount made
        // meanwhile, was a namespace.
        guard candidate.wasMadeAsPlaceholder, mountChanges > candidate.changesBefore else { return }
        ready.append(NamespaceEvent(.add, name))
        ready.append(NamespaceEvent(.delete, name))
    }

    // MARK: Looking

    /// Looks at the names in the making whose time has come, or at all of them after a mount.
    mutating func lookAtCandidates() throws(NamespaceError) {
        let now = ContinuousClock.now
        for (name, candidate) in candidates.sorted(by: { $0.key < $1.key }) {
            if candidate.isDue(at: now, mountChanges: mountChanges) { try lookAtCandidate(name) }
        }
    }

    mutating func lookAtCandidate(_ name: NamespaceName, as kind: NamespaceEvent.Kind = .add) throws(NamespaceError) {
        let changes = mountChanges
        guard let sighting = sighting(of: name) else {
            guard (try? FileStatus(of: directory.path(of: name), followingLinks: false)) != nil else {
                // Its removal is in the queue, and is judged by what was known before.
                candidates[name]?.nextLook = nil
                return
            }
            candidates[name]?.putOff(mountChanges: changes)
            return
        }
        guard try !isSuperseded(name) else { return }
        candidates[name] = nil
        reportAddition(of: name, sighting, as: kind)
    }

    /// The namespace behind a name at this moment.
    private func sighting(of name: NamespaceName) -> NamespaceSighting? {
        guard let namespace = try? NetworkNamespace.open(path: directory.path(of: name)) else { return nil }
        return NamespaceSighting(identity: namespace.identity, id: namespace.id)
    }

    /// Whether what was just seen of a name may be what it stood for after an event that is not
    /// dealt with yet: then that event is to be dealt with first.
    private mutating func isSuperseded(_ name: NamespaceName) throws(NamespaceError) -> Bool {
        try fill()
        let about: InotifyEvents = [.created, .deleted, .movedFrom, .movedTo]
        return queue.contains { queued in
            let event = queued.event
            if event.events.contains(.overflow) { return true }
            guard event.watch == directoryWatch?.number else { return false }
            return !event.events.isDisjoint(with: about) && event.nameBytes.elementsEqual(name.bytes)
        }
    }

    /// Finds names that the caller knows and that lost their mount or got another one: of that
    /// inotify tells nothing.
    mutating func compareWithMounts() throws(NamespaceError) {
        for (name, known) in reported.sorted(by: { $0.key < $1.key }) {
            let path = directory.path(of: name)
            guard let status = try? FileStatus(of: path) else {
                // Removed, which is in the queue; or a link to something that is gone.
                if (try? FileStatus(of: path, followingLinks: false)) != nil { letFade(name) }
                continue
            }
            if NamespaceIdentity(of: status) == known.identity {
                fading[name] = nil
            } else if let sighting = sighting(of: name) {
                guard sighting != known, try !isSuperseded(name) else { continue }
                reportDeletion(of: name)
                reportAddition(of: name, sighting)
            } else {
                letFade(name)
            }
        }
    }

    private mutating func letFade(_ name: NamespaceName) {
        if fading[name] == nil { fading[name] = .now + Self.patience }
    }
}
