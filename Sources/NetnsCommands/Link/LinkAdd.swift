// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

extension LinkCommand {
    /// `netns link add`.
    struct Add: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a link.",
            discussion: """
                A veth is made with both its ends, each in a namespace of its own, in one request.

                EXAMPLES
                  netns link add v0 type veth peer name v1
                  netns link add v0 up mtu 1400 type veth peer name eth0 netns red up
                  netns link add v0 type veth peer eth0 address 02:00:5e:00:53:01
                  netns link add br0 up type bridge vlan_filtering 1
                  netns link add link eth0 name m0 type macvlan
                  netns link add link eth0 link-netns red name m1 type macvlan
                """)

        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                [name] NAME, then of: mtu, address, broadcast, txqueuelen, up, master, vrf, link, link-netns, \
                link-netnsid, netns, target-nsid, parentdev, group, alias, index, numtxqueues, numrxqueues, arp, multicast, promisc, addrgenmode, …; then type KIND and the \
                kind's words, such as peer of veth.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { LinkAdd(namespace: namespace.namespace, words: words) }
    }
}

/// Makes a link of what the words say.
struct LinkAdd: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    var changesLinks: Bool { true }

    func run() throws {
        var parser = WordParser(words, verb: "link add")
        let link = try LinkWords(&parser, for: .add)
        guard link.spec.kind != nil else {
            throw parser.usage("the kind is missing", hint: "for example 'type veth' or 'type bridge'")
        }
        let name = try link.nameToMake(parser)
        let peerName = try link.peer.first?.nameToMake(parser)
        try link.checkCreation(name, peerName: peerName, parser)
        if link.spec.kind == TunOptions.kind { return try addTun(link, name, parser) }

        var session = try RouteSession(namespace: namespace, sockets: sockets)
        var request = try LinkRequest(link, peerName: peerName, &session)
        request.spec.name = name
        let explain = { explained($0, link, name: name, peerName: peerName) }
        // What is to be done afterwards, or is open for it, needs the answer.
        if request.held.isEmpty, link.peer.first?.spec.isUp != true {
            try session.change(explaining: explain) { (socket) throws(NetlinkError) in try socket.add(request.spec) }
        } else {
            do throws(CommandFailure) {
                try session.ask { (socket) throws(NetlinkError) in try socket.add(request.spec) }
            } catch { throw explain(error) }
        }
        // The kernel refuses a peer that is up from the start, so it is brought up where it is.
        if link.peer.first?.spec.isUp == true, let peerName { try bringUp(peerName, of: link, &session) }
        withExtendedLifetime(request.held) {}
    }

    private func bringUp(_ peerName: InterfaceName, of link: LinkWords, _ session: inout RouteSession) throws {
        var peerSession = try peerNamespace(of: link)
        do throws(CommandFailure) {
            let index = try peerSession.index(of: peerName.description)
            try peerSession.ask { (socket) throws(NetlinkError) in
                try socket.setUp(index: index, displayName: peerName.description)
            }
        } catch {
            // All or nothing: one end takes the other along.
            try? peerSession.ask { (socket) throws(NetlinkError) in
                try socket.delete(.name(peerName.description))
            }
            throw error
        }
    }

    private func peerNamespace(of link: LinkWords) throws -> RouteSession {
        try link.peer.first?.openDestination(otherwise: namespace)
            ?? RouteSession(namespace: namespace)
    }

    /// Says what is wrong where the kernel does not.
    private func explained(
        _ failure: CommandFailure, _ link: LinkWords, name: InterfaceName?, peerName: InterfaceName?
    ) -> CommandFailure {
        var failure = failure
        switch failure.errno {
        case .fileExists: failure.hint = takenHint(link, name: name, peerName: peerName)
        case .notSupported:
            failure.hint = link.unknownKindHint
            if failure.hint == nil, var place = try? link.openDestination(otherwise: namespace) {
                failure.hint = link.masterHint(&place)
            }
        case .invalidArgument:
            failure.hint = link.lowerHint
            if failure.hint == nil, let id = link.targetNamespaceID {
                failure.hint = "'netns list-id' lists the ids; is there one \(id)?"
            }
        default: break
        }
        return failure
    }

    /// Which of the names is taken, or the number.
    private func takenHint(_ link: LinkWords, name: InterfaceName?, peerName: InterfaceName?) -> String? {
        if var place = try? link.openDestination(otherwise: namespace) {
            if let name, place.hasDevice(.name("\(name)")) {
                return "there is a link '\(name)'\(place.place) already"
            }
            if let index = link.spec.index, place.hasDevice(.index(index)) {
                return "there is a link with the number \(index)\(place.place) already"
            }
        }
        guard let peerName, var place = try? peerNamespace(of: link), place.hasDevice(.name("\(peerName)")) else {
            return nil
        }
        return "the name of the peer is taken: there is a link '\(peerName)'\(place.place) already"
    }
}
