// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// The conversation of one command with one namespace, which every complaint names.
struct RouteSession: ~Copyable {
    private let open: OpenSocket
    private let sockets: SharedSockets?
    /// How the namespace was named; nil is the caller's own.
    let namespace: String?

    /// Opens the namespace that the value of `--namespace` means, or the caller's own.
    ///
    /// - Parameter sockets: where an open socket is found, and left for the next.
    init(namespace: String?, sockets: SharedSockets? = nil) throws {
        self.namespace = namespace
        self.sockets = sockets
        open = try sockets?.socket(of: namespace) ?? OpenSocket(namespace: namespace)
    }

    /// Takes over a socket of the namespace of that name.
    init(_ socket: consuming RouteSocket, namespace: String?) {
        open = OpenSocket(socket)
        sockets = nil
        self.namespace = namespace
    }

    /// ` in namespace 'red'`, or nothing.
    var place: String { namespace.map { " in namespace \(quoted($0))" } ?? "" }

    /// Uses the socket. A refusal is told with the namespace; so is what the kernel says of a request that
    /// it carries out, on standard error.
    mutating func ask<Value>(
        _ body: (inout RouteSocket) throws(NetlinkError) -> Value
    ) throws(CommandFailure) -> Value {
        defer { for warning in open.socket.takeWarnings() { printError(text(of: warning)) } }
        do throws(NetlinkError) { return try body(&open.socket) } catch { throw failure(error) }
    }

    /// The same for a change on which nothing else depends: in a batch it may be held back, to be sent with others.
    ///
    /// - Parameter explanation: says what is wrong where the kernel does not, now or when the refusal arrives.
    mutating func change(
        explaining explanation: ((CommandFailure) -> CommandFailure)? = nil,
        _ body: (inout RouteSocket) throws(NetlinkError) -> Void
    ) throws(CommandFailure) {
        let mark = sockets?.markOfHeldBack
        open.socket.socket.holdBack(mark: mark)
        defer { open.socket.socket.holdBack(mark: nil) }
        if let mark, let explanation { open.explain(mark: mark, explanation) }
        do throws(CommandFailure) { try ask(body) } catch { throw explanation?(error) ?? error }
    }

    /// The socket of generic netlink in the same namespace.
    func genericSocket() throws(CommandFailure) -> OpenGenericSocket {
        do throws(NetlinkError) { return try open.genericSocket(isOwn: namespace == nil) } catch {
            throw failure(error)
        }
    }

    /// A refusal in the user's words.
    func failure(_ error: NetlinkError) -> CommandFailure {
        guard case .kernel(var refusal) = error else { return CommandFailure(error) }
        refusal.operation += place
        return CommandFailure(.kernel(refusal))
    }

    /// A warning in the user's words.
    func text(of warning: KernelWarning) -> String {
        var warning = warning
        warning.operation += place
        return "warning: \(warning)"
    }

    // MARK: Devices

    /// The device of that name or alternative name.
    mutating func device(
        _ name: String, statistics: Bool = false, virtualFunctions: Bool = false
    ) throws(CommandFailure) -> Link {
        try checkDeviceName(name)
        if !statistics, !virtualFunctions, let known = open.devices.first(where: { $0.name == name })?.link {
            return known
        }
        let found = try ask { (socket) throws(NetlinkError) in
            try socket.link(.name(name), statistics: statistics, virtualFunctions: virtualFunctions)
        }
        if let found {
            if sockets != nil { open.devices.append((name, found)) }
            return found
        }
        let links = (try? open.socket.links()) ?? []
        let names = links.flatMap { [$0.name.description] + $0.alternativeNames }
        throw CommandFailure(
            "cannot find device \(quoted(name))\(place) (ENODEV)", hint: suggestion(for: name, among: names))
    }

    /// The device of that name in another namespace, which has that id here; nil is the session's own.
    mutating func device(
        _ name: String, inNamespaceWithID id: Int32?, statistics: Bool = false, virtualFunctions: Bool = false
    ) throws(CommandFailure) -> Link {
        guard let id else { return try device(name, statistics: statistics, virtualFunctions: virtualFunctions) }
        try checkDeviceName(name)
        let found = try ask(namespaceWithID: id) { (socket) throws(NetlinkError) in
            try socket.link(
                .name(name), statistics: statistics, virtualFunctions: virtualFunctions, namespaceID: id)
        }
        guard let found else {
            throw CommandFailure("cannot find device \(quoted(name)) in the namespace with the id \(id) (ENODEV)")
        }
        return found
    }

    /// Asks for what is in the namespace that has that id here; nil is the session's own.
    mutating func ask<Value>(
        namespaceWithID id: Int32?, _ body: (inout RouteSocket) throws(NetlinkError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(CommandFailure) { return try ask(body) } catch {
            guard let id, error.errno == .invalidArgument else { throw error }
            throw CommandFailure("no namespace has the id \(id)\(place) (EINVAL)", hint: "'netns list-id' lists them")
        }
    }

    /// The number of the device of that name or alternative name.
    mutating func index(of name: String) throws(CommandFailure) -> Int32 { try device(name).index }

    /// The table of the VRF of that name.
    mutating func table(ofVRF name: String) throws(CommandFailure) -> RouteTable {
        guard let table = (try device(name).options as? VrfOptions)?.table else {
            throw CommandFailure("\(quoted(name))\(place) is no VRF", hint: "'netns link show type vrf' lists them")
        }
        return RouteTable(rawValue: table)
    }

    /// Whether there is such a device.
    mutating func hasDevice(_ selector: LinkSelector) -> Bool { ((try? open.socket.link(selector)) ?? nil) != nil }
}

/// Refuses what can't be the name or the alternative name of any device. Source: `ALTIFNAMSIZ` of linux/if.h.
func checkDeviceName(_ name: String) throws(CommandFailure) {
    let limit = 127
    guard !name.isEmpty, name.utf8.count <= limit, !name.utf8.contains(UInt8(ascii: "/")) else {
        throw .usage(
            "\(quoted(name)) can't be the name of a device: a name has 1 to \(InterfaceName.maximumCount) bytes, "
                + "an alternative name up to \(limit), and no '/'")
    }
}
