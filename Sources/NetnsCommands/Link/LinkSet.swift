// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink

extension LinkCommand {
    /// `netns link set`.
    struct Set: ParsableCommand {
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
                [dev] DEVICE or group GROUP, then of: up, down, mtu, name, netns, master, nomaster, address, \
                broadcast, txqueuelen, group, alias, arp, multicast, allmulticast, promisc, addrgenmode, carrier, \
                protodown, mode, type KIND and the kind's words, type bridge_slave and the port's words.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func run() throws {
            var parser = WordParser(words, verb: "link set")
            let link = try LinkWords(&parser, for: .set)
            if link.device == nil, link.spec.group == nil { throw parser.usage("the device is missing") }
            guard parser.hasMet(anyBut: link.device == nil ? "group" : "dev") else {
                throw parser.usage("there is nothing to change")
            }
            guard link.peer.isEmpty else { throw parser.usage("a veth keeps its peer: unexpected 'peer'") }

            var session = try RouteSession(namespace: namespace.namespace)
            // With a group and no device the kernel changes all links of the group.
            let present = try link.device.map { device throws(CommandFailure) in try session.device(device) }
            if let address = link.spec.address, let old = present?.address, address.count != old.count {
                throw parser.usage(
                    "the hardware address '\(address)' has \(address.count) bytes, that of '\(link.device ?? "")' "
                        + "has \(old.count)")
            }
            var request = try LinkRequest(link, &session)
            request.spec.name = link.name
            let subject = link.device ?? "group \(link.spec.group ?? 0)"
            try session.ask { (socket) throws(NetlinkError) in
                try socket.change(index: present?.index ?? 0, displayName: subject, request.spec)
            }
            withExtendedLifetime(request.held) {}
        }
    }
}
