// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

extension LinkCommand {
    /// `netns link add`.
    struct Add: ParsableCommand {
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
                """)

        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                """
                [name] NAME, then of: mtu, address, broadcast, txqueuelen, up, master, link, netns, group, alias, \
                index, numtxqueues, numrxqueues, arp, multicast, promisc, addrgenmode, …; then type KIND and the \
                kind's words, such as peer of veth.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func run() throws {
            var parser = WordParser(words, verb: "link add")
            let link = try LinkWords(&parser, for: .add)
            guard link.spec.kind != nil else {
                throw parser.usage("the kind is missing", hint: "for example 'type veth' or 'type bridge'")
            }
            let name = try link.nameToMake()
            let peerName = try link.peer.first?.nameToMake()
            if link.peer.first?.spec.isUp == true, peerName == nil {
                throw parser.usage("a peer that is to be up needs a name")
            }

            try checkHardwareAddresses(link, parser)

            var session = try RouteSession(namespace: namespace.namespace)
            var request = try LinkRequest(link, &session)
            request.spec.name = name
            var errno: Errno?
            do throws(CommandFailure) {
                try session.ask { (socket) throws(NetlinkError) in
                    do throws(NetlinkError) { try socket.add(request.spec) } catch {
                        errno = error.errno
                        throw error
                    }
                }
            } catch {
                throw errno == .fileExists ? explained(error, link, name: name, peerName: peerName) : error
            }
            // The kernel refuses a peer that is up from the start, so it is brought up where it is.
            if link.peer.first?.spec.isUp == true, let peerName { try bringUp(peerName, of: link, &session) }
            withExtendedLifetime(request.held) {}
        }

        /// The kernel refuses another form, and does not say why.
        private func checkHardwareAddresses(_ link: LinkWords, _ parser: WordParser) throws(CommandFailure) {
            guard [VethOptions.kind, BridgeOptions.kind].contains(link.spec.kind) else { return }
            for address in [link.spec.address, link.peer.first?.spec.address] {
                guard let address else { continue }
                guard let address = MACAddress(address) else {
                    throw parser.usage("the hardware address '\(address)' has \(address.count) bytes, not 6")
                }
                guard address.isAssignable else {
                    throw parser.usage(
                        "no link can have the hardware address '\(address)': it is \(address == .zero ? "zero" : "a group's")"
                    )
                }
            }
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
            try link.peer.first?.openDestination(otherwise: namespace.namespace)
                ?? RouteSession(namespace: namespace.namespace)
        }

        /// Says which of the names is taken: the kernel does not.
        private func explained(
            _ failure: CommandFailure, _ link: LinkWords, name: InterfaceName?, peerName: InterfaceName?
        ) -> CommandFailure {
            var failure = failure
            if let name, var place = try? link.openDestination(otherwise: namespace.namespace),
                place.hasDevice(name.description)
            {
                failure.hint = "there is a link '\(name)'\(place.place) already"
            } else if let peerName, var place = try? peerNamespace(of: link), place.hasDevice(peerName.description) {
                failure.hint = "the name of the peer is taken: there is a link '\(peerName)'\(place.place) already"
            }
            return failure
        }
    }
}
