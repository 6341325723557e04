// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
public import RouteNetlink

/// What a `ConfigurationMonitor` has to tell.
public struct ConfigurationEvent: Sendable {
    /// The kinds of events; the raw values are what `netns monitor` prints.
    public enum Kind: String, Sendable {
        /// It was there when the monitor began.
        case present
        /// All that was there has been told; what follows is change.
        case snapshotDone = "snapshot-done"
        /// It has come.
        case add
        /// It is not as it was.
        case change
        /// It has gone.
        case delete
        /// The kernel had more events than its queue holds, and some are lost. The events that
        /// follow lead to the present state all the same.
        case overflow
        /// A namespace can't be followed, or no longer.
        case failure
    }

    /// What the event is about.
    public enum Subject: Sendable {
        /// A name and, unless it was gone before it could be looked at, its namespace.
        case name(NamespaceName, NamespaceIdentity?, id: UInt64?)
        /// A part of a namespace's configuration.
        case object(RouteObject)
        /// Why a namespace is not followed.
        case error(NamespaceError)
    }

    /// What happened.
    public var kind: Kind
    /// The namespace as it is followed; nil for the caller's own, and for what is about the directory of names.
    public var namespace: NamespaceSelector?
    /// To what; nil for `snapshotDone` and `overflow`.
    public var subject: Subject?
    /// Of an id of a namespace, the name of that namespace, if it has one.
    public var nameOfID: NamespaceName?
    /// When the monitor noticed.
    public var time: WallClockTime

    init(_ kind: Kind, _ namespace: NamespaceSelector? = nil, _ subject: Subject? = nil) {
        self.kind = kind
        self.namespace = namespace
        self.subject = subject
        time = .now
    }

    init(_ change: RouteChange, in namespace: NamespaceSelector?) {
        let kind: Kind =
            switch change.kind {
            case .add: .add
            case .change: .change
            case .delete: .delete
            }
        self.init(kind, namespace, .object(change.object))
    }
}
