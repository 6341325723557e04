// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Tells of names that come and go in a directory of network namespaces, whoever makes them.
///
/// A name is told of once a namespace is mounted on it, and its end only if its beginning was:
/// half-made names, junk files and stale names are passed over. Each name's events alternate,
/// `add` or `present`, `delete`, `add`, whatever was missed. The directory may be missing, may
/// be removed and come back.
///
///     var monitor = try NamespaceDirectory.system.monitor()
///     while let event = try monitor.next() { print(event.kind, event.name ?? "") }
///
/// `next` blocks; run it on a thread of its own to make a stream of it. No capability is needed.
///
/// Two sources are put together, for neither is enough: inotify(7) tells in order which files
/// come and go, and the mount table tells that something was mounted, but not what.
public struct NamespaceMonitor: ~Copyable {
    let directory: NamespaceDirectory
    let inotify: Inotify
    private let mounts: MountChanges

    /// The watch on the directory, and which directory it is on; nil while there is none.
    var directoryWatch: (number: Int32, identity: NamespaceIdentity)?
    /// The watch on the deepest directory above that exists, and the name below it that matters.
    var ancestorWatch: (number: Int32, component: String)?

    /// What inotify has told and was not dealt with yet.
    var queue: ArraySlice<QueuedEvent> = []
    /// What the caller has not taken yet.
    var ready: ArraySlice<NamespaceEvent> = []
    /// The names that the caller knows to be there.
    var reported: [NamespaceName: NamespaceSighting] = [:]
    /// Names that the caller knows and on which nothing is mounted any more, until when they may
    /// be removed: an unmounted name is about to be deleted, or is stale.
    var fading: [NamespaceName: ContinuousClock.Instant] = [:]
    /// Files on which a namespace may yet be mounted.
    var candidates: [NamespaceName: Candidate] = [:]

    /// How often the mount table was seen to have changed.
    var mountChanges = 0
    /// `mountChanges` before the latest look at it, and before the one before that.
    private var countBeforeLook = 0
    /// When the names that were reported are compared with the mounts; nil when nothing changed.
    private var comparisonDue: ContinuousClock.Instant?

    /// How long to put off the comparison, so that a burst of mounts costs one.
    private static let comparisonDelay = Duration.milliseconds(20)
    /// How long a name without a mount may take to be mounted or to be removed.
    static let patience = Duration.seconds(1)

    fileprivate init(_ directory: NamespaceDirectory, _ inotify: consuming Inotify, _ mounts: consuming MountChanges) {
        self.directory = directory
        self.inotify = inotify
        self.mounts = mounts
    }

    /// Waits for the next event.
    ///
    /// - Parameters:
    ///   - timeout: the longest wait; nil waits for ever.
    ///   - output: a borrowed descriptor that the events are written to: the wait ends when its other
    ///     end is closed.
    /// - Returns: nil when the time ran out or the output was closed.
    public mutating func next(
        timeout: Duration? = nil, output: Int32? = nil
    ) throws(NamespaceError) -> NamespaceEvent? {
        guard case .event(let event) = try next(timeout: timeout, output: output, beside: nil) else { return nil }
        return event
    }

    /// What ended a wait.
    enum Awakening {
        case event(NamespaceEvent)
        case otherReady, outputClosed, timedOut
    }

    /// Waits for the next event or, beside it, for another condition.
    mutating func next(
        timeout: Duration?, output: Int32?, beside other: PollItem?
    ) throws(NamespaceError) -> Awakening {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        while true {
            if let event = ready.popFirst() { return .event(event) }
            try fill()
            try workOff()
            if !ready.isEmpty { continue }
            let now = ContinuousClock.now
            if let deadline, deadline <= now { return .timedOut }
            let until = [deadline, nextLook()].compactMap(\.self).min()
            var items = [PollItem(inotify.rawValue, .readable)]
            // While the comparison is due anyway, only a name in the making needs to hear of mounts.
            let hearsMounts = comparisonDue == nil || candidates.values.contains { $0.nextLook != nil }
            if hearsMounts { items.append(mounts.pollItem) }
            if let output { items.append(PollItem(output, .closed)) }
            if let other { items.append(other) }
            let met = try attempt("watch '\(directory.path)'", try wait(for: items, timeout: until.map { $0 - now }))
            if hearsMounts, met.contains(1) { noteMountChange() }
            let outputPosition = hearsMounts ? 2 : 1
            if output != nil, met.contains(outputPosition) { return .outputClosed }
            if other != nil, met.contains(items.count - 1) { return .otherReady }
        }
    }

    // MARK: Taking in

    /// An event and how often the mount table had changed before it, at least.
    struct QueuedEvent {
        var event: InotifyEvent
        var mountChanges: Int
    }

    /// Takes in all that has happened so far.
    mutating func fill() throws(NamespaceError) {
        // What is read now came after the latest reading. The look at the mounts that followed that
        // reading may have taken in a mount that belongs to an event of now.
        let base = countBeforeLook
        let events = try attempt("watch '\(directory.path)'", try inotify.readEvents())
        queue += events.map { QueuedEvent(event: $0, mountChanges: base) }
        countBeforeLook = mountChanges
        if try attempt("watch the mount table", try mounts.take()) { noteMountChange() }
    }

    private mutating func noteMountChange() {
        mountChanges += 1
        if comparisonDue == nil { comparisonDue = .now + Self.comparisonDelay }
    }

    /// Deals with the queue, then looks at the names whose time has come.
    private mutating func workOff() throws(NamespaceError) {
        while let event = queue.popFirst() { try handle(event) }
        try lookAtCandidates()
        if let due = comparisonDue, due <= .now {
            comparisonDue = nil
            // Another file system may cover the directory now.
            try followDirectory(as: .add)
            try compareWithMounts()
        }
        for (name, limit) in fading where limit <= .now {
            fading[name] = nil
            reportDeletion(of: name)
            candidates[name] = Candidate(changesBefore: mountChanges)
        }
    }

    /// When something must be looked at though nothing happens.
    private func nextLook() -> ContinuousClock.Instant? {
        let looks = candidates.values.compactMap(\.nextLook) + fading.values
        return (looks + [comparisonDue].compactMap(\.self)).min()
    }

    // MARK: Telling

    mutating func reportAddition(
        of name: NamespaceName, _ sighting: NamespaceSighting, as kind: NamespaceEvent.Kind = .add
    ) {
        reported[name] = sighting
        ready.append(NamespaceEvent(kind, name, sighting))
    }

    mutating func reportDeletion(of name: NamespaceName) {
        fading[name] = nil
        guard let sighting = reported.removeValue(forKey: name) else { return }
        ready.append(NamespaceEvent(.delete, name, sighting))
    }
}

extension NamespaceDirectory {
    /// Begins to watch; what happens from here on is told.
    ///
    /// The directory need not exist.
    ///
    /// - Parameter snapshot: whether the names that are there now are told first, as `present`, and
    ///   then `snapshotDone`.
    /// - Throws: `.system` when the kernel has no more room for watches (`EMFILE`, `ENOSPC`).
    public func monitor(snapshot: Bool = false) throws(NamespaceError) -> NamespaceMonitor {
        let inotify = try attempt("watch '\(path)'", try Inotify())
        let mounts = try attempt("watch the mount table", try MountChanges())
        var monitor = NamespaceMonitor(self, inotify, mounts)
        try monitor.followDirectory(as: .present)
        if snapshot {
            monitor.ready.append(NamespaceEvent(.snapshotDone))
        } else {
            monitor.ready.removeAll()
        }
        return monitor
    }
}
