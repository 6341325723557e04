// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// What ip(8) 6.1 sends for a command line, and our request for the same. Device 10 is v0, device 12 br0.
let neighborCaptures: [Capture] = [
    Capture(
        "ip neigh add 10.0.0.5 lladdr 02:00:00:00:00:05 dev v0",
        "300000001c000506bf45056b00000000 020000000a00000080000000 080001000a000005 0a0002000200000000050000"
    ) {
        try neighbor("10.0.0.5", lladdr: 5).addRequest().bytes
    },
    Capture(
        "ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev v0 nud stale router",
        "300000001c000506bf45056b00000000 020000000a00000004008000 080001000a000007 0a0002000200000000070000"
    ) {
        try neighbor("10.0.0.7", lladdr: 7, .stale, flags: .router).addRequest().bytes
    },
    Capture(
        "ip neigh add 2001:db8::5 lladdr 02:00:00:00:00:05 dev v0 router extern_learn",
        """
        3c0000001c000506bf45056b00000000 0a0000000a00000080009000 1400010020010db8000000000000000000000005
        0a0002000200000000050000
        """
    ) {
        try neighbor("2001:db8::5", lladdr: 5, flags: [.router, .externallyLearned]).addRequest().bytes
    },
    Capture(
        "ip neigh add 10.0.0.8 dev v0 use",
        "240000001c000506bf45056b00000000 020000000a00000080000100 080001000a000008"
    ) {
        try neighbor("10.0.0.8", flags: .use).addRequest().bytes
    },
    Capture(
        "ip neigh add 10.0.0.9 dev v0 managed",
        "2c0000001c000506bf45056b00000000 020000000a00000000000000 080001000a000009 08000f0001000000"
    ) {
        try neighbor("10.0.0.9", [], flags: .managed).addRequest().bytes
    },
    Capture(
        "ip neigh add 10.0.0.11 dev v0 nud failed",
        "240000001c000506bf45056b00000000 020000000a00000020000000 080001000a00000b"
    ) {
        try neighbor("10.0.0.11", .failed).addRequest().bytes
    },
    Capture(
        "ip neigh add proxy 10.0.0.12 dev v0",
        "240000001c000506bf45056b00000000 020000000a00000080000800 080001000a00000c"
    ) {
        try neighbor("10.0.0.12", flags: .proxy).addRequest().bytes
    },
    Capture(
        "ip neigh add proxy 2001:db8::12 dev v0 protocol static",
        """
        380000001c000506bf45056b00000000 0a0000000a00000080000800 05000c0004000000
        1400010020010db8000000000000000000000012
        """
    ) {
        try neighbor("2001:db8::12", flags: .proxy, by: .static).addRequest().bytes
    },
    Capture(
        "ip neigh replace 10.0.0.5 lladdr 02:00:00:00:00:55 dev v0 nud delay",
        "300000001c000505bf45056b00000000 020000000a00000008000000 080001000a000005 0a0002000200000000550000"
    ) {
        try neighbor("10.0.0.5", lladdr: 0x55, .delay).replaceRequest().bytes
    },
    Capture(
        "ip neigh change 10.0.0.5 lladdr 02:00:00:00:00:56 dev v0 nud probe",
        "300000001c000501bf45056b00000000 020000000a00000010000000 080001000a000005 0a0002000200000000560000"
    ) {
        try neighbor("10.0.0.5", lladdr: 0x56, .probe).changeRequest().bytes
    },
    Capture(
        "ip neigh del 10.0.0.6 dev v0",
        "240000001d000500bf45056b00000000 020000000a00000080000000 080001000a000006"
    ) {
        try neighbor("10.0.0.6").deleteRequest().bytes
    },
    Capture(
        "ip neigh del proxy 10.0.0.12 dev v0",
        "240000001d000500bf45056b00000000 020000000a00000080000800 080001000a00000c"
    ) {
        try neighbor("10.0.0.12", flags: .proxy).deleteRequest().bytes
    },
    Capture(
        "ip neigh get 10.0.0.5 dev v0",
        "240000001e000100be45056b00000000 020000000a00000000000000 080001000a000005"
    ) {
        try neighbor("10.0.0.5").lookUpRequest().bytes
    },
    Capture(
        "ip neigh get proxy 2001:db8::12 dev v0",
        "300000001e000100be45056b00000000 0a0000000a00000000000800 1400010020010db8000000000000000000000012"
    ) {
        try neighbor("2001:db8::12", flags: .proxy).lookUpRequest().bytes
    },
    Capture(
        "ip neigh show",
        "1c0000001e000103bf45056b00000000 000000000000000000000000"
    ) {
        NeighborFilter().request().dumpBytes
    },
    Capture(
        "ip -6 neigh show dev v0",
        "240000001e000103bf45056b00000000 0a0000000000000000000000 080008000a000000"
    ) {
        NeighborFilter(family: .ipv6, index: 10).request().dumpBytes
    },
    Capture(
        "ip neigh show proxy",
        "1c0000001e000103bf45056b00000000 000000000000000000000800"
    ) {
        NeighborFilter(isProxy: true).request().dumpBytes
    },
    Capture(
        "ip neigh show nomaster",
        "240000001e000103c045056b00000000 000000000000000000000000 08000900ffffffff"
    ) {
        NeighborFilter(master: -1).request().dumpBytes
    },
    Capture(
        "ip neigh show master br0",
        "240000001e000103c045056b00000000 000000000000000000000000 080009000c000000"
    ) {
        NeighborFilter(master: 12).request().dumpBytes
    },
]

/// - Parameter lladdr: the last byte of 02:00:00:00:00:00.
private func neighbor(
    _ address: String, lladdr: UInt8? = nil, _ state: NeighborState = .permanent, flags: NeighborFlags = [],
    by origin: RouteProtocol? = nil
) throws -> Neighbor {
    var neighbor = Neighbor(try IPAddress(parsing: address), index: 10, state: state)
    neighbor.linkLayerAddress = lladdr.flatMap { LinkLayerAddress(bytes: [2, 0, 0, 0, 0, $0]) }
    neighbor.flags = flags
    neighbor.origin = origin
    return neighbor
}
