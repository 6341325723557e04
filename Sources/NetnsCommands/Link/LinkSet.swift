// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

extension LinkCommand {
    /// `netns link set`.
    struct Set: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a link, or all links of a group.",
            discussion: """
                Everything is changed by one request, so that a link can be moved, renamed and set up at once.

                EXAMPLES
                  netns link set v0 up mtu 1400
                  netns link set v0 master br0
                  netns link set v0 netns red name eth0
                  netns link set eth0 netns 4711 -n red
                  netns link set p0 type bridge_slave isolated on
                  netns link set group 7 down
                """)

        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                [dev] DEVICE or group GROUP, then of: up, down, mtu, name, netns, master, vrf, nomaster, address, \
                broadcast, txqueuelen, group, alias, arp, multicast, allmulticast, promisc, addrgenmode, carrier, \
                protodown, protodown_reason REASON on|off, mode, vf NUMBER and what is to be changed of that virtual \
                function, type KIND and the kind's words, type bridge_slave and the port's words.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { LinkSet(namespace: namespace.namespace, words: words) }
    }
}

/// Changes a link, or the links of a group, as the words say.
struct LinkSet: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    var changesLinks: Bool { true }

    func run() throws {
        var parser = WordParser(words, verb: "link set")
        var link = try LinkWords(&parser, for: .set)
        if link.device == nil, link.spec.group == nil { throw parser.usage("the device is missing") }
        guard parser.hasMet(anyBut: link.device == nil ? "group" : "dev") else {
            throw parser.usage("there is nothing to change")
        }
        guard link.peer.isEmpty else { throw parser.usage("a veth keeps its peer: unexpected 'peer'") }
        if link.device == nil, link.name != nil { throw parser.usage("links of a group can't share a name") }
        guard link.device != nil || link.virtualFunctions.isEmpty else {
            throw parser.usage("virtual functions are of one device, not of a group")
        }

        var session = try RouteSession(namespace: namespace, sockets: sockets)
        // With a group and no device the kernel changes all links of the group.
        let present = try link.device.map { device throws(CommandFailure) in try session.device(device) }
        if let present {
            try link.checkChange(of: present, session, parser)
            try checkNewName(of: present, link, session)
        }
        if let options = present?.options {
            link.kindOptions = try link.kindOptions?.added(to: options)
        }
        var request = try LinkRequest(link, &session)
        request.spec.name = link.name
        if let present {
            request.spec.virtualFunctions = try link.virtualFunctions.resolved(of: present, &session)
        }
        let subject = link.device ?? "group \(link.spec.group ?? 0)"
        do throws(CommandFailure) {
            try session.ask { (socket) throws(NetlinkError) in
                try socket.change(index: present?.index ?? 0, displayName: subject, request.spec)
            }
        } catch { throw explained(error, link) }
        withExtendedLifetime(request.held) {}
    }

    /// The kernel moves a link first and renames it then: where the new name is taken, it would be left over
    /// there under the old one.
    private func checkNewName(of present: Link, _ link: LinkWords, _ session: borrowing RouteSession) throws {
        guard link.namespace != nil, let name = link.name else { return }
        var destination = try link.openDestination(otherwise: nil)
        guard destination.hasDevice(.name("\(name)")) else { return }
        throw present.refusal(
            to: "change", session, "there is a link '\(name)'\(destination.place) already (EEXIST)")
    }

    /// Says what is wrong where the kernel does not.
    private func explained(_ failure: CommandFailure, _ link: LinkWords) -> CommandFailure {
        guard var place = try? link.openDestination(otherwise: namespace) else {
            return failure
        }
        var failure = failure
        switch failure.errno {
        case .fileExists:
            guard let name = link.name ?? link.device.flatMap({ InterfaceName(kernel: $0.utf8) }),
                place.hasDevice(.name("\(name)"))
            else { break }
            failure.hint = "there is a link '\(name)'\(place.place) already"
        case .notSupported: failure.hint = link.masterHint(&place)
        default: break
        }
        return failure
    }
}
