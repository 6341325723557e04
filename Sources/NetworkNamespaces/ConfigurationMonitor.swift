// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import Netlink
public import RouteNetlink
internal import SystemPackage

/// Tells of links, addresses, routes and the like as they come, change and go, in one namespace or in many.
///
/// Namespaces are followed by their names: one that gets a name is followed from then on, and what is in it already is
/// told as added; one that loses its name is let go at once, so that it can end. What ends with a namespace is not
/// told piece by piece. Where the kernel's queue overflows, that is told, the state is read, and what differs from
/// what was told follows: added up, the events always lead to the present state.
///
///     var monitor = try NamespaceDirectory.system.monitor(of: [.link], in: .everywhere)
///     while let events = try monitor.next() { for event in events { … } }
///
/// One thread waits for all of it: a socket in each namespace, and a `NamespaceMonitor`. To follow another namespace
/// than the caller's takes `CAP_SYS_ADMIN` over it. A process's namespace, or that of a file, is followed whatever
/// becomes of the process and the file, and lives as long as the monitor.
public struct ConfigurationMonitor: ~Copyable {
    /// Which namespaces are followed.
    public enum Scope: Sendable {
        /// The caller's own.
        case own
        /// Those with these names, whenever they exist, and those of these processes and files.
        case selected([NamespaceSelector])
        /// The caller's own and every one that has a name.
        case everywhere

        fileprivate func contains(_ name: NamespaceName) -> Bool {
            switch self {
            case .own: false
            case .selected(let selectors): selectors.contains(.name(name))
            case .everywhere: true
            }
        }
    }

    private let scope: Scope
    private let kinds: [RouteObject.Kind]
    private let sockets: Epoll
    private var names: NamespaceMonitor
    private var followed: [UInt64: FollowedNamespace] = [:]
    private var tokens: [NamespaceName: UInt64] = [:]
    private var lastToken: UInt64 = 0
    /// All names that there are, in the order in which they came.
    private var allNames: [NamespaceName] = []
    /// Those whose state is to be read.
    private var unread: Set<UInt64> = []
    private var ready: [ConfigurationEvent] = []
    private var isInSnapshot = true

    /// How many events of one namespace are taken before the others have their turn.
    private static let turn = 256
    /// How long to wait before a state is read once more that changed all the time.
    private static let pause = Duration.milliseconds(20)

    fileprivate init(
        _ scope: Scope, _ kinds: [RouteObject.Kind], _ names: consuming NamespaceMonitor, _ sockets: consuming Epoll
    ) {
        self.scope = scope
        self.kinds = kinds
        self.sockets = sockets
        self.names = names
    }

    /// Waits for the next events.
    ///
    /// - Parameters:
    ///   - output: a borrowed descriptor that the events are written to: the wait ends when its other end is closed.
    ///   - limit: how long to wait at most; nil is for ever.
    /// - Returns: nil when the output was closed; none when the time was over.
    public mutating func next(
        output: Int32? = nil, timeout limit: Duration? = nil
    ) throws(NamespaceError) -> [ConfigurationEvent]? {
        let end = limit.map { ContinuousClock.now + $0 }
        while true {
            // A name that goes lets its namespace go: that never waits for events.
            while case .event(let event) = try names.next(timeout: .zero, output: nil, beside: nil) { handle(event) }
            if ready.isEmpty { try takeEvents() }
            if !ready.isEmpty {
                nameIDs()
                defer { ready.removeAll() }
                return ready
            }
            let rest = end.map { max(.zero, $0 - .now) }
            if rest == .zero { return [] }
            let timeout = unread.isEmpty ? rest : min(Self.pause, rest ?? Self.pause)
            switch try names.next(timeout: timeout, output: output, beside: sockets.pollItem) {
            case .event(let event): handle(event)
            case .outputClosed: return nil
            case .otherReady, .timedOut: break
            }
        }
    }

    /// Notes with ids of namespaces whose they are.
    private mutating func nameIDs() {
        for position in ready.indices {
            guard case .object(.namespaceID(let object)) = ready[position].subject, let id = object.id,
                let namespace = follower(of: ready[position].namespace)
            else { continue }
            ready[position].nameOfID =
                ready[position].kind == .delete
                ? namespace.forgetName(ofID: id)
                : namespace.name(ofID: id, among: allNames, in: names.directory)
        }
    }

    private func follower(of selector: NamespaceSelector?) -> FollowedNamespace? {
        if case .name(let name) = selector { return tokens[name].flatMap { followed[$0] } }
        return followed.values.first { $0.selector == selector }
    }

    private mutating func takeEvents() throws(NamespaceError) {
        for token in try attempt("wait for many sockets", try sockets.ready()) {
            attend(token) { (namespace, events) throws(NamespaceError) in
                try namespace.takeEvents(limit: Self.turn, into: &events)
                return !namespace.isBehind && !namespace.mayHaveLostRoutes
            }
        }
        for token in unread.sorted() {
            attend(token) { (namespace, events) throws(NamespaceError) in
                namespace.isBehind
                    ? try namespace.catchUp(into: &events) : try namespace.findLostRoutes(into: &events)
            }
        }
    }

    /// Does something for a namespace; one that can't be followed any longer is let go.
    ///
    /// - Parameter body: returns whether the state need not be read.
    private mutating func attend(
        _ token: UInt64,
        _ body: (FollowedNamespace, inout [ConfigurationEvent]) throws(NamespaceError) -> Bool
    ) {
        guard let namespace = followed[token] else { return }
        do throws(NamespaceError) {
            if try body(namespace, &ready) { unread.remove(token) } else { unread.insert(token) }
        } catch {
            letGo(token)
            ready.append(ConfigurationEvent(.failure, namespace.selector, .error(error)))
        }
    }

    // MARK: Names

    private mutating func handle(_ event: NamespaceEvent) {
        switch event.kind {
        case .snapshotDone:
            isInSnapshot = false
            ready.append(ConfigurationEvent(.snapshotDone))
        case .overflow: if case .own = scope {} else { ready.append(ConfigurationEvent(.overflow)) }
        case .present, .add:
            guard let name = event.name else { return }
            allNames.append(name)
            if scope.contains(name) { add(name, event) }
        case .delete:
            guard let name = event.name else { return }
            if let position = allNames.lastIndex(of: name) { allNames.remove(at: position) }
            if scope.contains(name) { delete(name, event) }
        }
    }

    private mutating func add(_ name: NamespaceName, _ event: NamespaceEvent) {
        ready.append(
            ConfigurationEvent(
                event.kind == .present ? .present : .add, .name(name), .name(name, event.identity, id: event.id)))
        do throws(NamespaceError) {
            let namespace = try NetworkNamespace.open(path: names.directory.path(of: name))
            // Another one by now has an event of its own.
            guard namespace.identity == event.identity else { return }
            try follow(try FollowedNamespace(.name(name), namespace, kinds: kinds))
        } catch {
            // Gone already.
            if case .notANamespace = error { return }
            if error.errno == .noSuchFileOrDirectory { return }
            ready.append(ConfigurationEvent(.failure, .name(name), .error(error)))
        }
    }

    private mutating func delete(_ name: NamespaceName, _ event: NamespaceEvent) {
        if let token = tokens[name] {
            // What happened before it lost its name.
            attend(token) { (namespace, events) throws(NamespaceError) in
                try namespace.takeEvents(limit: .max, into: &events)
                return true
            }
            letGo(token)
        }
        ready.append(ConfigurationEvent(.delete, .name(name), .name(name, event.identity, id: event.id)))
    }

    fileprivate mutating func follow(_ namespace: FollowedNamespace) throws(NamespaceError) {
        lastToken += 1
        let token = lastToken
        try attempt("wait for many sockets", try sockets.add(namespace.descriptor, token: token))
        followed[token] = namespace
        if case .name(let name) = namespace.selector { tokens[name] = token }
        let start = ready.count
        attend(token) { (namespace, events) throws(NamespaceError) in try namespace.catchUp(into: &events) }
        if isInSnapshot {
            for position in ready.indices[start...] where ready[position].kind == .add {
                ready[position].kind = .present
            }
        }
    }

    /// Closes the socket, which kept the namespace alive.
    private mutating func letGo(_ token: UInt64) {
        guard let namespace = followed.removeValue(forKey: token) else { return }
        unread.remove(token)
        if case .name(let name) = namespace.selector { tokens[name] = nil }
    }
}

extension NamespaceDirectory {
    /// Begins to follow what is in namespaces.
    ///
    /// What there is comes first, as `present`, and then `snapshotDone`.
    ///
    /// - Parameter kinds: what is told. Links are always told: without them, nobody could say what the others belong to.
    public func monitor(
        of kinds: [RouteObject.Kind], in scope: ConfigurationMonitor.Scope
    ) throws(NamespaceError) -> ConfigurationMonitor {
        let kinds = RouteObject.Kind.allCases.filter { $0 == .link || kinds.contains($0) }
        let sockets = try attempt("wait for many sockets", try Epoll())
        var monitor = ConfigurationMonitor(scope, kinds, try self.monitor(snapshot: true), sockets)
        if case .selected(let selectors) = scope {
            for selector in selectors {
                if case .name = selector { continue }
                try monitor.follow(try FollowedNamespace(selector, try selector.open(in: self), kinds: kinds))
            }
            return monitor
        }
        try monitor.follow(try FollowedNamespace(ownWith: kinds))
        return monitor
    }
}
