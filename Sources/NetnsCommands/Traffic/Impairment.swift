// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink

/// The device of `netns impair`.
struct ImpairmentTarget {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var device: String
    /// Whether what comes in is meant as well.
    var bothDirections: Bool

    /// The device, and with both directions also the other end if it is a veth, each in its namespace.
    func ends(_ sockets: SharedSockets?) throws -> [ImpairedEnd] {
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        let link = try session.device(device)
        guard bothDirections, link.kind == VethOptions.kind else { return [ImpairedEnd(namespace, link)] }
        guard let peer = link.link else { throw noOtherEnd(session.place) }
        let place = try namespaceOfPeer(of: link, &session)
        var peerSession = try RouteSession(namespace: place, sockets: sockets)
        let other = try peerSession.ask { (socket) throws(NetlinkError) in try socket.link(.index(peer)) }
        guard let other else { throw noOtherEnd(session.place) }
        return [ImpairedEnd(namespace, link), ImpairedEnd(place, other)]
    }

    private func noOtherEnd(_ place: String) -> CommandFailure {
        CommandFailure("cannot find the other end of \(quoted(device))\(place) (ENODEV)")
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

/// Impairs a device, in one direction or both: all or nothing.
struct ImpairmentEdit: SharingOperation {
    var target: ImpairmentTarget
    var impairment: Impairment
    var sockets: SharedSockets?

    // An ifb may come or go.
    var changesLinks: Bool { true }

    func run() throws {
        let ends = try target.ends(sockets)
        let redirection = IngressRedirection(of: ends[0])
        // Neither end of a veth needs one.
        let hasRedirection = ends[0].kind != VethOptions.kind
        for end in ends {
            var session = try session(of: end)
            try end.checkIsFree(&session)
            if hasRedirection, target.bothDirections { try redirection.checkIsFree(&session) }
        }
        var done: [(end: ImpairedEnd, previous: QueueingDiscipline?)] = []
        do {
            for end in ends {
                var session = try session(of: end)
                let previous = try end.impairment(&session)
                try end.set(impairment, &session)
                done.append((end, previous))
            }
            guard hasRedirection else { return }
            var session = try session(of: ends[0])
            if target.bothDirections {
                try redirection.set(impairment, &session)
            } else {
                try redirection.remove(&session)
            }
        } catch {
            for (end, previous) in done {
                var session = try session(of: end)
                // What failed first is what the user must hear of.
                try? end.restore(previous, &session)
            }
            throw error
        }
    }

    private func session(of end: ImpairedEnd) throws -> RouteSession {
        try RouteSession(namespace: end.namespace, sockets: sockets)
    }
}

/// Takes away what `netns impair` has set; nothing else.
struct ImpairmentRemoval: SharingOperation {
    var target: ImpairmentTarget
    var sockets: SharedSockets?

    var changesLinks: Bool { true }

    func run() throws {
        for end in try target.ends(sockets) {
            var session = try RouteSession(namespace: end.namespace, sockets: sockets)
            try end.clear(&session)
            if end.kind != VethOptions.kind { try IngressRedirection(of: end).remove(&session) }
        }
    }
}

/// Shows what `netns impair` has set.
struct ImpairmentShow: SharingOperation {
    var target: ImpairmentTarget
    var json: JSONWriter?
    var sockets: SharedSockets?

    func run() throws {
        var session = try RouteSession(namespace: target.namespace, sockets: sockets)
        let device = ImpairedEnd(target.namespace, try session.device(target.device))
        let outgoing = try device.impairment(&session)
        let ifb = try device.kind == VethOptions.kind ? nil : IngressRedirection(of: device).ifb(&session)
        let incoming = try ifb.flatMap { (end) throws(CommandFailure) in try end.impairment(&session) }
        if var json {
            json.beginArray()
            for (impairment, direction, ifb) in [(outgoing, "egress", nil), (incoming, "ingress", ifb)] {
                guard let impairment else { continue }
                json.object { json in
                    json.member("dev", device.name)
                    json.member("direction", direction)
                    json.member("ifb", ifb?.name)
                    json.member("kind", impairment.kind)
                    json.member("options", object: { impairment.writeOptions(into: &$0) })
                }
            }
            json.endArray()
            return try json.flush()
        }
        try printOutput("\(escaped(device.name)): \(text(of: outgoing))\n")
        guard let ifb, let incoming else { return }
        try printOutput("\(escaped(device.name)) ingress, by \(escaped(ifb.name)): \(text(of: incoming))\n")
    }

    private func text(of impairment: QueueingDiscipline?) -> String {
        guard let text = impairment?.optionsText(details: false) else { return "not impaired" }
        return text.hasSuffix(" ") ? String(text.dropLast()) : text
    }
}
