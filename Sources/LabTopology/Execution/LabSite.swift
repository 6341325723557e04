// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
public import NetworkNamespaces
internal import RouteNetlink
public import SystemPackage

/// An open namespace of a node, with the conversation and what is known of its devices.
final class NodeSession {
    let name: String
    let namespace: NetworkNamespace
    var socket: RouteSocket
    /// The index of each device.
    var indexes: [InterfaceName: Int32] = [:]
    /// Whether indexes can be given by us: nobody else makes devices there.
    let isOwned: Bool
    private var nextIndex: Int32 = 1000
    /// The conversation about its rules, once there was something to say. It is closed with all others at the end: the
    /// kernel lets it wait after a removal.
    private var translation: NetworkAddressTranslation?

    init(_ name: String, _ namespace: consuming NetworkNamespace, _ socket: consuming RouteSocket, isOwned: Bool) {
        self.name = name
        self.namespace = namespace
        self.socket = socket
        self.isOwned = isOwned
    }

    /// Reads or changes what is translated.
    func withTranslation<Value>(
        _ body: (inout NetworkAddressTranslation) throws(TranslationError) -> Value
    ) throws(TranslationError) -> Value {
        var conversation: NetworkAddressTranslation
        if let open = translation.take() { conversation = open } else { conversation = try .open(in: namespace) }
        let result: Result<Value, TranslationError>
        do throws(TranslationError) { result = .success(try body(&conversation)) } catch { result = .failure(error) }
        translation = consume conversation
        return try result.get()
    }

    /// Learns the indexes of what is there.
    func learn(_ links: [Link]) {
        for link in links {
            indexes[link.name] = link.index
            if link.index >= nextIndex { nextIndex = link.index + 1 }
        }
    }

    /// The index for a device to be made.
    func newIndex(for name: InterfaceName) -> Int32? {
        guard isOwned else { return nil }
        defer { nextIndex += 1 }
        indexes[name] = nextIndex
        return nextIndex
    }

    /// The index of a device, which is asked for when it is not known.
    func index(of name: InterfaceName) throws(NetlinkError) -> Int32 {
        if let index = indexes[name] { return index }
        guard let link = try socket.link(.name("\(name)")) else {
            throw .meaningless(operation: "find '\(name)'", reason: "there is no such device")
        }
        indexes[name] = link.index
        return link.index
    }
}

/// Where a lab is: the namespaces of its nodes on this machine.
public final class LabSite {
    /// The names.
    public let directory: NamespaceDirectory
    /// The lab's name, which is in its marks.
    public let lab: String
    /// What the names of its namespaces begin with.
    public let prefix: String
    /// The namespaces of nodes that are not the lab's.
    let attachments: [String: Attachment]
    /// Finds the process of a container.
    let resolve: (String) throws -> Int32
    private var sessions: [String: NodeSession] = [:]
    /// Devices of the lab that bear no mark yet, and the marks that they shall bear.
    var unmarked: [(session: NodeSession, link: Link, mark: LabMark)] = []
    /// Where `hosts`, `resolv.conf` and the like are put for the nodes.
    let configuration: String
    /// The files that the nodes had in the last run.
    var earlierFiles: [String: Set<String>] = [:]

    /// A place.
    ///
    /// - Parameter resolve: finds the main process of `docker:NAME` and the like.
    public init(
        lab: String, prefix: String, attachments: [String: Attachment], directory: NamespaceDirectory = .system,
        configuration: String = "/etc/netns", resolve: @escaping (String) throws -> Int32
    ) {
        (self.lab, self.prefix, self.attachments) = (lab, prefix, attachments)
        (self.directory, self.configuration, self.resolve) = (directory, configuration, resolve)
    }

    /// The name of the namespace that the lab makes for a node.
    public func namespaceName(of node: String) throws(NamespaceError) -> NamespaceName {
        try NamespaceName(new: prefix + node)
    }

    /// The name of the files below /etc/netns that programs of a node see; nil for one without any.
    func configurationName(of node: String) -> String? {
        if node == LabState.host { return nil }
        guard let attachment = attachments[node] else { return prefix + node }
        if case .name(let name) = attachment { return name.description }
        return nil
    }

    /// The open namespace of a node; nil when it is not there.
    func session(_ node: String) throws(LabFailure) -> NodeSession? {
        if let session = sessions[node] { return session }
        do {
            let namespace: NetworkNamespace
            let isOwned = node != LabState.host && attachments[node] == nil
            if node == LabState.host {
                namespace = try .current()
            } else if let attachment = attachments[node] {
                namespace = try open(attachment)
            } else {
                let name = try namespaceName(of: node)
                do throws(NamespaceError) { namespace = try directory.open(name) } catch {
                    switch error {
                    case .notFound, .stale: return nil
                    default: throw error
                    }
                }
            }
            let session = NodeSession(node, namespace, try RouteSocket.open(in: namespace.descriptor), isOwned: isOwned)
            sessions[node] = session
            return session
        } catch { throw LabFailure("cannot open the namespace of '\(node)'", error) }
    }

    private func open(_ attachment: Attachment) throws -> NetworkNamespace {
        try selector(of: attachment).open(in: directory)
    }

    /// What an attachment is now: of a container or a file, the process that it names at present.
    func selector(of attachment: Attachment) throws -> NamespaceSelector {
        switch attachment {
        case .name(let name): return .name(name)
        case .process(let process): return .process(process)
        case .container(let container): return .process(try resolve(container))
        case .processFile(let path):
            let text = String(decoding: try readFile(path), as: UTF8.self)
            guard let process = Int32(text.filter { !$0.isWhitespace }) else {
                throw NamespaceError.system(operation: "read a process ID from '\(path)'", .invalidArgument)
            }
            return .process(process)
        }
    }

    /// Marks a namespace of the lab before it can be seen: one without a mark is somebody else's.
    func mark(_ name: NamespaceName, _ inside: inout RouteSocket) throws(NamespaceError) {
        let mark = LabMark(lab, PortReference(String("\(name)".dropFirst(prefix.count)), .loopback), .loopback)
        do throws(NetlinkError) {
            try inside.perform([
                alternativeNamesRequest([mark.text], index: loopbackIndex, displayName: "lo").erased
            ])
        } catch { throw .netlink(error) }
    }

    /// Marks the devices that an earlier run was killed before it could mark.
    func markUnmarked() throws(LabFailure) {
        for (session, link, mark) in unmarked {
            do throws(NetlinkError) {
                try session.socket.perform([
                    alternativeNamesRequest([mark.text], index: link.index, displayName: "\(link.name)").erased
                ])
            } catch { throw LabFailure("cannot mark '\(link.name)' of '\(session.name)'", error) }
        }
        unmarked = []
    }

    func keep(_ session: NodeSession) { sessions[session.name] = session }

    func forget(_ node: String) { sessions[node] = nil }

    func forgetAll() { sessions.removeAll() }

    /// The names that begin as the lab's do, whose lo bears the lab's mark.
    ///
    /// - Returns: the nodes.
    public func markedNodes() throws(LabFailure) -> [String] {
        do {
            var nodes: [String] = []
            for name in try directory.names() {
                guard let namespace = try? directory.open(name), let node = markedNode(of: namespace, lab: lab) else {
                    continue
                }
                nodes.append(node)
            }
            return nodes
        } catch { throw LabFailure("cannot look for the nodes of '\(lab)'", error) }
    }
}

/// The node of a lab that a namespace is, by the mark on its lo; nil when it is none.
func markedNode(of namespace: borrowing NetworkNamespace, lab: String) -> String? {
    guard var socket = try? namespace.openRouteSocket(),
        let loopback = (try? socket.link(.index(loopbackIndex))) ?? nil,
        let mark = LabMark.of(loopback), mark.lab == lab
    else { return nil }
    return mark.port.node
}

/// Something of a lab that could not be done.
public struct LabFailure: Error, CustomStringConvertible {
    /// What was to be done.
    public var operation: String
    /// Why not.
    public var reason: String
    /// The error number, where there is one.
    public var errno: Errno?
    /// The step that failed.
    public var change: LabChange?
    /// What to do about it.
    public var hint: String?
    /// What could not be taken back.
    public var leftOver: [String] = []
    /// Whether it was stopped from outside.
    public var isInterruption = false

    init(_ operation: String, _ error: any Error, change: LabChange? = nil) {
        self.operation = operation
        self.change = change
        switch error {
        case let error as NetlinkError:
            reason = "\(error)"
            errno = error.errno
        case let error as Errno:
            reason = error.sentence
            errno = error
        case let error as TranslationError:
            reason = "\(error)"
            errno = error.errno
            hint = error.hint
        default: reason = "\(error)"
        }
        hint = hint ?? change?.missingFeature(errno)
    }

    init(_ operation: String, reason: String, hint: String? = nil) {
        (self.operation, self.reason, self.hint) = (operation, reason, hint)
    }

    /// One sentence without a full stop.
    public var description: String { "\(operation): \(reason)" }
}
