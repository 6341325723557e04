// SPDX-License-Identifier: Apache-2.0

internal import GenericNetlink
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink

/// A socket, and what is known of its namespace.
final class OpenSocket {
    var socket: RouteSocket
    /// Devices that were asked for, by the name that was used.
    var devices: [(name: String, link: Link)] = []
    private var generic: OpenGenericSocket?
    /// What is wrong with changes that are held back, should they be refused.
    private var explanations: [(mark: Int, explanation: (CommandFailure) -> CommandFailure)] = []

    init(_ socket: consuming RouteSocket) { self.socket = socket }

    /// Opens the namespace that the value of `--namespace` means, or the caller's own.
    convenience init(namespace: String?) throws {
        guard let namespace else {
            self.init(try RouteSocket())
            return
        }
        self.init(try openNamespace(namespace).openRouteSocket(shownAs: namespace))
    }

    /// Takes note of what to say should the change with this mark be refused.
    func explain(mark: Int, _ explanation: @escaping (CommandFailure) -> CommandFailure) {
        explanations.append((mark, explanation))
    }

    /// The refusals since the last call, with their marks.
    func takeRefusals(in namespace: String?) -> [(mark: Int, failure: CommandFailure)] {
        let refusals = socket.socket.takeRefusals().map { refusal in
            var error = refusal.error
            if let namespace { error.operation += " in namespace '\(namespace)'" }
            let failure = CommandFailure(.kernel(error))
            let explanation = explanations.first { $0.mark == refusal.mark }?.explanation
            return (refusal.mark, explanation?(failure) ?? failure)
        }
        if !socket.socket.holdsRequests { explanations.removeAll() }
        return refusals
    }

    /// The socket of generic netlink in the same namespace, opened at the first call.
    ///
    /// - Parameter isOwn: whether the namespace is the caller's own, which nothing has to be entered for.
    func genericSocket(isOwn: Bool) throws(NetlinkError) -> OpenGenericSocket {
        if let generic { return generic }
        let opened = OpenGenericSocket(
            isOwn ? try GenericNetlinkSocket() : try GenericNetlinkSocket.open(in: try socket.socket.openNamespace()))
        generic = opened
        return opened
    }
}

/// A socket of generic netlink, which stays open as long as the other one of its namespace.
final class OpenGenericSocket {
    var socket: GenericNetlinkSocket

    init(_ socket: consuming GenericNetlinkSocket) { self.socket = socket }
}

/// The sockets of a batch, which stay open from one line to the next.
final class SharedSockets {
    private struct Entry {
        var namespace: String?
        var identity: NamespaceIdentity?
        var open: OpenSocket
    }

    /// A change that was held back and then refused.
    struct Refusal {
        var line: Int
        var failure: CommandFailure
    }

    /// The line that is being carried out.
    var line = 0
    private let holdsBack: Bool
    private var entries: [Entry] = []
    private var refusals: [Refusal] = []
    /// A file of lines may name any number of namespaces; descriptors are few.
    private static let mostOpen = 256

    /// - Parameter holdsBack: whether changes of one namespace may be sent together. A refusal is known only
    ///   after that, when later lines have been carried out.
    init(holdsBack: Bool) { self.holdsBack = holdsBack }

    /// What requests are marked with that may be held back.
    var markOfHeldBack: Int? { holdsBack ? line : nil }

    /// The socket of a namespace. What is held back for others is sent before it is used.
    func socket(of namespace: String?) throws -> OpenSocket {
        guard let namespace else { return try entry(nil, nil) { try OpenSocket(namespace: nil) } }
        // The name may stand for another namespace than before.
        let opened = try namespaceSelector(namespace).open()
        return try entry(namespace, opened.identity) { OpenSocket(try opened.openRouteSocket(shownAs: namespace)) }
    }

    private func entry(
        _ namespace: String?, _ identity: NamespaceIdentity?, _ open: () throws -> OpenSocket
    ) throws -> OpenSocket {
        var found: OpenSocket?
        for entry in entries {
            if entry.namespace == namespace, entry.identity == identity {
                found = entry.open
            } else {
                try settle(entry)
            }
        }
        if let found { return found }
        if entries.count == Self.mostOpen { entries.removeFirst() }
        let socket = try open()
        entries.append(Entry(namespace: namespace, identity: identity, open: socket))
        return socket
    }

    /// Closes all sockets, when what is held back has been sent: an open one keeps its namespace alive.
    func close() throws(CommandFailure) {
        defer { entries.removeAll() }
        for entry in entries { try settle(entry) }
    }

    /// Forgets what is known of devices, since links change.
    func forgetDevices() {
        for entry in entries { entry.open.devices.removeAll() }
    }

    /// The refusals since the last call, in the order of the lines.
    func takeRefusals() -> [Refusal] {
        for entry in entries { collect(entry) }
        guard !refusals.isEmpty else { return [] }
        defer { refusals.removeAll() }
        return refusals.sorted { $0.line < $1.line }
    }

    private func settle(_ entry: Entry) throws(CommandFailure) {
        do throws(NetlinkError) { try entry.open.socket.socket.settle() } catch { throw CommandFailure(error) }
        collect(entry)
    }

    private func collect(_ entry: Entry) {
        for (line, failure) in entry.open.takeRefusals(in: entry.namespace) {
            refusals.append(Refusal(line: line, failure: failure))
        }
    }
}
