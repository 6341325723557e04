// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem

/// What a `NamespaceMonitor` has to tell.
public struct NamespaceEvent: Sendable, Equatable {
    /// The kinds of events; the raw values are what `netns monitor` prints.
    public enum Kind: String, Sendable {
        /// The name was there when the monitor began.
        case present
        /// All that were there have been told; what follows is change.
        case snapshotDone = "snapshot-done"
        /// The name has come to stand for a network namespace.
        case add
        /// The name does not stand for that namespace any more.
        case delete
        /// The kernel had more events than its queue holds, and some are lost. The events that
        /// follow lead to the present state all the same.
        case overflow
    }

    /// What happened.
    public var kind: Kind
    /// The name; nil for `snapshotDone` and `overflow`.
    public var name: NamespaceName?
    /// Which namespace; nil for one that was gone before it could be looked at.
    public var identity: NamespaceIdentity?
    /// Its 64-bit id, which is never reused; nil before Linux 6.18.
    public var id: UInt64?
    /// When the monitor noticed.
    public var time: WallClockTime

    init(_ kind: Kind, _ name: NamespaceName? = nil, _ sighting: NamespaceSighting? = nil) {
        self.kind = kind
        self.name = name
        identity = sighting?.identity
        id = sighting?.id
        time = .now
    }
}

/// Which namespace was seen behind a name.
struct NamespaceSighting: Equatable {
    var identity: NamespaceIdentity
    var id: UInt64?
}
