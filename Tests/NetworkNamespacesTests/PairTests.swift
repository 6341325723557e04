// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
@testable import NetworkNamespaces
import RouteNetlink
import SystemPackage
import Testing

@Suite struct PairTests {
    @Test("only links of a pair have a peer to be placed")
    func noPair() throws {
        let own = try NetworkNamespace.open(path: "/proc/self/ns/net")
        var socket = try RouteSocket()
        let bridge = LinkSpec.bridge(try InterfaceName(parsing: "never-made"))
        let error = NetlinkError.meaningless(
            operation: "place the peer of link 'never-made'", reason: "a link of kind 'bridge' has none")
        #expect(throws: error) { try socket.add(bridge, peerIn: own) }
        #expect("\(error)" == "cannot place the peer of link 'never-made': a link of kind 'bridge' has none")
    }
}
