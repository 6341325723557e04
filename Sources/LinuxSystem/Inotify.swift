// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// What can happen to a directory and to the files in it. Source: inotify(7).
public struct InotifyEvents: OptionSet, Sendable {
    /// The `IN_…` bits.
    public let rawValue: UInt32
    /// Takes the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    private init(_ number: Int32) { rawValue = UInt32(bitPattern: number) }

    /// A file, directory or link was made.
    public static let created = InotifyEvents(IN_CREATE)
    /// A file, directory or link was removed.
    public static let deleted = InotifyEvents(IN_DELETE)
    /// Something was renamed to a name elsewhere, or to another one here.
    public static let movedFrom = InotifyEvents(IN_MOVED_FROM)
    /// Something was renamed to a name here.
    public static let movedTo = InotifyEvents(IN_MOVED_TO)
    /// A file that was open for writing was closed.
    public static let closedAfterWriting = InotifyEvents(IN_CLOSE_WRITE)
    /// A file that was open for reading only, or the directory itself, was closed.
    public static let closedUnwritten = InotifyEvents(IN_CLOSE_NOWRITE)
    /// The watched directory itself is gone.
    public static let selfDeleted = InotifyEvents(IN_DELETE_SELF)
    /// The watched directory itself was renamed.
    public static let selfMoved = InotifyEvents(IN_MOVE_SELF)

    /// Reported only: the subject is a directory.
    public static let isDirectory = InotifyEvents(IN_ISDIR)
    /// Reported only: the watch has ended.
    public static let ignored = InotifyEvents(IN_IGNORED)
    /// Reported only: events were lost.
    public static let overflow = InotifyEvents(IN_Q_OVERFLOW)
}

/// One event of a watched directory.
public struct InotifyEvent: Sendable, Equatable {
    /// Which watch it belongs to; -1 for `overflow`.
    public var watch: Int32
    /// What happened.
    public var events: InotifyEvents
    /// The name in the directory; empty when the event is about the directory itself.
    public var nameBytes: [UInt8]

    /// An event as the kernel reports it.
    public init(watch: Int32, events: InotifyEvents, nameBytes: [UInt8]) {
        self.watch = watch
        self.events = events
        self.nameBytes = nameBytes
    }
}

/// A queue of events from watched directories. Source: inotify(7).
public struct Inotify: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    /// Makes a queue without watches.
    ///
    /// - Throws: `EMFILE` beyond `fs.inotify.max_user_instances`.
    public init() throws(Errno) {
        let flags = Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)
        descriptor = OwnedDescriptor(owning: try systemCall { inotify_init1(flags) })
    }

    /// The queue's descriptor: readable when there are events.
    public var rawValue: Int32 { descriptor.rawValue }

    /// Watches the directory at `path`, and follows it when it is renamed.
    ///
    /// A directory that is watched already keeps its watch, which changes to the new `events`.
    ///
    /// - Returns: the number that its events carry.
    /// - Throws: `ENOENT`; `ENOTDIR`; `ENOSPC` beyond `fs.inotify.max_user_watches`.
    public borrowing func watch(directory path: String, for events: InotifyEvents) throws(Errno) -> Int32 {
        let rawValue = descriptor.rawValue
        let mask = events.rawValue | UInt32(bitPattern: IN_ONLYDIR)
        return try systemCall { inotify_add_watch(rawValue, path, mask) }
    }

    /// Ends a watch; events that it has left are still in the queue, and `ignored` follows them.
    public borrowing func end(watch: Int32) {
        // It may have ended by itself.
        _ = inotify_rm_watch(descriptor.rawValue, watch)
    }

    /// Takes all events out of the queue, without waiting for any.
    public borrowing func readEvents() throws(Errno) -> [InotifyEvent] {
        let rawValue = descriptor.rawValue
        var events: [InotifyEvent] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count: Int
            do throws(Errno) { count = try systemCall { read(rawValue, &chunk, chunk.count) } } catch {
                if error == .resourceTemporarilyUnavailable { return events }
                throw error
            }
            events += inotifyEvents(in: chunk[..<count])
        }
    }
}

/// Parses what read(2) returns: `struct inotify_event` with the name, padded with NULs, behind each.
func inotifyEvents(in bytes: ArraySlice<UInt8>) -> [InotifyEvent] {
    let headerLength = MemoryLayout<inotify_event>.size
    var events: [InotifyEvent] = []
    var rest = bytes
    while rest.count >= headerLength {
        let header = rest.withUnsafeBytes { $0.loadUnaligned(as: inotify_event.self) }
        let name = rest.dropFirst(headerLength).prefix(Int(header.len))
        events.append(
            InotifyEvent(
                watch: header.wd, events: InotifyEvents(rawValue: header.mask),
                nameBytes: Array(name.prefix { $0 != 0 })))
        rest = rest.dropFirst(headerLength + Int(header.len))
    }
    return events
}
