// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// One namespace that a `ConfigurationMonitor` follows. It stays alive as long as this does, through the socket.
final class FollowedNamespace {
    /// How it was named; nil is the caller's own.
    let selector: NamespaceSelector?
    private let kinds: [RouteObject.Kind]
    private var socket: RouteSocket
    /// The names of the namespaces that have ids here, as far as they were asked for.
    private var namesOfIDs: [Int32: NamespaceName] = [:]
    private var lastNamed: NamespaceName?
    private var state = RouteState()
    /// Whether events were lost, so that the state must be read.
    private(set) var isBehind = true
    /// Whether the queue may hold events older than the state, which has been read since.
    private var isSettling = false
    /// Whether the kernel may have dropped IPv4 routes, of which it tells nothing when their link goes down.
    private(set) var mayHaveLostRoutes = false

    /// How much the kernel keeps for the monitor when it is busy: some ten thousand events. It is a limit; an
    /// empty queue takes nothing.
    private static let queueBytes: Int32 = 16 << 20
    /// More datagrams than a queue holds.
    private static let wholeQueue = 1 << 17

    /// Begins to listen in the caller's own namespace.
    init(ownWith kinds: [RouteObject.Kind]) throws(NamespaceError) {
        (selector, self.kinds) = (nil, kinds)
        socket = try converse(try RouteSocket(receiveBufferBytes: Self.queueBytes))
        try converse(try socket.join(kinds))
    }

    /// Begins to listen in a namespace. Needs `CAP_SYS_ADMIN` over it.
    init(
        _ selector: NamespaceSelector, _ namespace: borrowing NetworkNamespace, kinds: [RouteObject.Kind]
    ) throws(NamespaceError) {
        (self.selector, self.kinds) = (selector, kinds)
        do throws(NetlinkError) {
            socket = try RouteSocket.open(in: namespace.descriptor, receiveBufferBytes: Self.queueBytes)
            try socket.join(kinds)
        } catch { throw .netlink(error) }
    }

    /// What can be read when there are events.
    var descriptor: Int32 { socket.socket.descriptor }

    // MARK: Events

    /// Takes the events that have arrived.
    ///
    /// - Parameter limit: after how many to stop; when some were lost, all are taken.
    func takeEvents(limit: Int, into events: inout [ConfigurationEvent]) throws(NamespaceError) {
        var limit = limit
        while true {
            do throws(NetlinkError) {
                let isEmpty = try socket.takeRouteEvents(limit: limit) { take($0, into: &events) }
                if isEmpty { isSettling = false }
                return
            } catch {
                switch error {
                case .overflow, .malformed:
                    if !isBehind { events.append(ConfigurationEvent(.overflow, selector)) }
                    isBehind = true
                    // The kernel goes on to drop events until the queue is empty.
                    limit = Self.wholeQueue
                default: throw .netlink(error)
                }
            }
        }
    }

    private func take(_ event: RouteEvent, into events: inout [ConfigurationEvent]) {
        if case .link(let link) = event.object, kinds.contains(.route) {
            let wasUp = state.link(link.index)?.flags.contains(.up) ?? false
            if wasUp, event.isDeletion || !link.flags.contains(.up) { mayHaveLostRoutes = true }
        }
        guard let change = state.apply(event, isOld: isSettling || isBehind) else { return }
        events.append(ConfigurationEvent(change, in: selector))
    }

    // MARK: Ids

    /// The name of the namespace that has an id here, if it has one.
    ///
    /// The kernel tells the id of a namespace, and not the other way round: names are tried until one has it.
    ///
    /// - Parameter names: all names, in the order in which they came.
    func name(ofID id: Int32, among names: [NamespaceName], in directory: NamespaceDirectory) -> NamespaceName? {
        if let known = namesOfIDs[id] { return known }
        guard var socket = try? openDumpSocket() else { return nil }
        // Mostly it is the one that came behind the last one: who makes many gives them their ids in the same order.
        let start = lastNamed.flatMap(names.lastIndex).map { $0 + 1 } ?? 0
        for name in names[start...] + names[..<start] {
            guard let namespace = try? NetworkNamespace.open(path: directory.path(of: name)),
                (try? socket.namespaceID(ofDescriptor: namespace.descriptor.rawValue)) == id
            else { continue }
            namesOfIDs[id] = name
            lastNamed = name
            return name
        }
        return nil
    }

    /// The name that was found, once: the id is free.
    func forgetName(ofID id: Int32) -> NamespaceName? { namesOfIDs.removeValue(forKey: id) }

    // MARK: Dumps

    /// Reads the state and tells what differs from what was told: at the beginning everything.
    ///
    /// - Returns: false when it changes too fast to be read: try again later.
    func catchUp(into events: inout [ConfigurationEvent]) throws(NamespaceError) -> Bool {
        // First, so that what happens while the state is read comes behind it.
        try takeEvents(limit: Self.wholeQueue, into: &events)
        let isRead = try read { (socket) throws(NetlinkError) in
            var changes: [RouteChange] = []
            for kind in self.kinds { changes += self.state.update(kind, to: try socket.objects(kind)) }
            return changes
        } into: {
            events.append($0)
        }
        guard isRead else { return false }
        (isBehind, mayHaveLostRoutes, isSettling) = (false, false, true)
        try takeEvents(limit: Self.wholeQueue, into: &events)
        return true
    }

    /// Tells which IPv4 routes have gone with their links.
    func findLostRoutes(into events: inout [ConfigurationEvent]) throws(NamespaceError) -> Bool {
        let isRead = try read { (socket) throws(NetlinkError) in
            self.state.update(.route, family: .ipv4, to: try socket.objects(.route, family: .ipv4))
        } into: {
            events.append($0)
        }
        guard isRead else { return false }
        (mayHaveLostRoutes, isSettling) = (false, true)
        try takeEvents(limit: Self.wholeQueue, into: &events)
        return true
    }

    /// Hands a socket for dumps to `body`; false when the tables changed all the time.
    private func read(
        _ body: (inout RouteSocket) throws(NetlinkError) -> [RouteChange],
        into tell: (ConfigurationEvent) -> Void
    ) throws(NamespaceError) -> Bool {
        do throws(NetlinkError) {
            var dumps = try openDumpSocket()
            let changes = try body(&dumps)
            // What depends on others goes before them, and comes behind them.
            let (gone, rest) = (changes.filter { $0.kind == .delete }, changes.filter { $0.kind != .delete })
            for change in gone.reversed() + rest { tell(ConfigurationEvent(change, in: selector)) }
            return true
        } catch {
            switch error {
            case .dumpInterrupted, .overflow: return false
            default: throw .netlink(error)
            }
        }
    }

    /// A socket of its own: what arrives at one during a dump is lost.
    private func openDumpSocket() throws(NetlinkError) -> RouteSocket {
        if selector == nil { return try RouteSocket() }
        return try RouteSocket.open(in: try socket.socket.openNamespace())
    }
}
