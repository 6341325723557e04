// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// The device of `netns impair`.
struct ImpairmentTarget {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var device: String
    /// Whether the other end is meant as well.
    var bothDirections: Bool

    /// The handle by which qdiscs of this command are known from others: "ne" in ASCII.
    static let handle = TrafficHandle(0x6e65)

    /// The device, and with both directions also the other end of the veth, each in its namespace.
    func ends() throws -> [ImpairedEnd] {
        var session = try RouteSession(namespace: namespace)
        let link = try session.device(device)
        guard bothDirections else { return [ImpairedEnd(namespace, link)] }
        guard link.kind == VethOptions.kind, let peer = link.link else {
            throw CommandFailure(
                "cannot impair both directions of \(quoted(device))\(session.place): it is not a veth",
                hint: "impair the device that sends to it")
        }
        let place = try namespaceOfPeer(of: link, &session)
        var peerSession = try RouteSession(namespace: place)
        let other = try peerSession.ask { (socket) throws(NetlinkError) in try socket.link(.index(peer)) }
        guard let other else {
            throw CommandFailure("cannot find the other end of \(quoted(device))\(session.place) (ENODEV)")
        }
        return [ImpairedEnd(namespace, link), ImpairedEnd(place, other)]
    }

    /// Where the other end is; nil is the caller's own namespace.
    private func namespaceOfPeer(of link: Link, _ session: inout RouteSession) throws -> String? {
        guard let id = link.linkNamespaceID else { return namespace }
        var world = LinkWorld()
        world.nameNamespaces(of: [link], &session)
        if let name = world.namespaceName(id) { return name }
        let own = try NetworkNamespace.current()
        let descriptor = own.descriptor.rawValue
        let ownID = try session.ask { (socket) throws(NetlinkError) in
            try socket.namespaceID(ofDescriptor: descriptor)
        }
        guard ownID == id else {
            throw CommandFailure(
                "cannot impair both directions of \(quoted(device))\(session.place): "
                    + "the other end is in a namespace without a name",
                hint: "'netns attach' gives it one")
        }
        return nil
    }
}

/// One device whose sending is impaired.
struct ImpairedEnd {
    let namespace: String?
    let index: Int32
    let name: String
    let mtu: UInt32

    init(_ namespace: String?, _ link: Link) {
        self.namespace = namespace
        (index, name, mtu) = (link.index, link.name.description, link.mtu ?? 1500)
    }

    /// The qdisc at the root.
    func root(_ session: inout RouteSession) throws(CommandFailure) -> QueueingDiscipline? {
        try session.ask { (socket) throws(NetlinkError) in try socket.queueingDisciplines(index: index) }
            .first { $0.parent == .root }
    }

    /// The qdisc of this command, if there is one.
    func impairment(_ session: inout RouteSession) throws(CommandFailure) -> QueueingDiscipline? {
        try root(&session).flatMap { $0.handle == ImpairmentTarget.handle ? $0 : nil }
    }

    /// Refuses a device to which somebody else has given a qdisc.
    func checkIsFree(_ session: inout RouteSession) throws(CommandFailure) {
        guard let root = try root(&session), root.handle != .unspecified, root.handle != ImpairmentTarget.handle else {
            return
        }
        throw CommandFailure(
            "cannot impair \(quoted(name))\(session.place): it has the qdisc \(quoted(root.kind)) '\(root.handle)'",
            hint: "'netns qdisc delete dev \(name) root' takes it away")
    }

    /// Takes the qdisc of this command away, if there is one.
    func clear(_ session: inout RouteSession) throws(CommandFailure) {
        guard try impairment(&session) != nil else { return }
        let spec = QueueingDisciplineSpec(index: index, parent: .root, handle: ImpairmentTarget.handle)
        try session.ask { (socket) throws(NetlinkError) in
            try socket.deleteQueueingDiscipline(spec, displayName: name)
        }
    }

    /// Sets the qdisc of this command.
    func set(_ impairment: Impairment, _ session: inout RouteSession) throws(CommandFailure) {
        do throws(CommandFailure) { try replace(with: impairment.netem, &session) } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            guard let rate = impairment.soleRate else {
                var failure = error
                failure.hint = "this kernel has no netem, without which only '--rate' alone can be had"
                throw failure
            }
            try replace(with: Impairment.bucket(bytesPerSecond: rate, mtu: mtu), &session)
        }
    }

    private func replace(
        with options: any QueueingDisciplineOptions, _ session: inout RouteSession
    ) throws(CommandFailure) {
        // The kernel does not change the kind under a handle.
        if let present = try self.impairment(&session), present.kind != options.kind { try clear(&session) }
        var spec = QueueingDisciplineSpec(index: index, parent: .root, handle: ImpairmentTarget.handle)
        spec.options = options
        try session.ask { (socket) throws(NetlinkError) in
            try socket.replaceQueueingDiscipline(spec, displayName: name)
        }
    }
}

/// Impairs a device, or both ends of a veth: both or none.
struct ImpairmentEdit: Operation {
    var target: ImpairmentTarget
    var impairment: Impairment

    func run() throws {
        let ends = try target.ends()
        for end in ends {
            var session = try RouteSession(namespace: end.namespace)
            try end.checkIsFree(&session)
        }
        for (position, end) in ends.enumerated() {
            var session = try RouteSession(namespace: end.namespace)
            do throws(CommandFailure) { try end.set(impairment, &session) } catch {
                for done in ends[..<position] {
                    var session = try RouteSession(namespace: done.namespace)
                    try done.clear(&session)
                }
                throw error
            }
        }
    }
}

/// Takes away what `netns impair` has set; nothing else.
struct ImpairmentRemoval: Operation {
    var target: ImpairmentTarget

    func run() throws {
        for end in try target.ends() {
            var session = try RouteSession(namespace: end.namespace)
            try end.clear(&session)
        }
    }
}

/// Shows what `netns impair` has set.
struct ImpairmentShow: Operation {
    var target: ImpairmentTarget
    var json: JSONWriter?

    func run() throws {
        var session = try RouteSession(namespace: target.namespace)
        let end = ImpairedEnd(target.namespace, try session.device(target.device))
        let impairment = try end.impairment(&session)
        if var json {
            json.beginArray()
            if let impairment {
                json.object { json in
                    json.member("dev", end.name)
                    json.member("kind", impairment.kind)
                    json.member("options", object: { impairment.writeOptions(into: &$0) })
                }
            }
            json.endArray()
            try json.flush()
        } else {
            let text = impairment.map { $0.optionsText(details: false) } ?? "not impaired"
            try printOutput("\(escaped(end.name)): \(text.hasSuffix(" ") ? String(text.dropLast()) : text)\n")
        }
    }
}
