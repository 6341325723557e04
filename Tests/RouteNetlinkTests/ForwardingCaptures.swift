// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// What bridge(8) 6.1 sends for a command line, and our request for the same. Device 10 is v0, 11 w0, 12 br0, 13 vx0.
let forwardingCaptures: [Capture] = [
    Capture(
        "bridge fdb add 02:00:00:00:00:0a dev w0 master",
        "280000001c000506294d056b00000000 070000000b000000c0000400 0a00020002000000000a0000"
    ) {
        try entry(0x0a, flags: .master).addRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:0b dev w0 master static",
        "280000001c000506294d056b00000000 070000000b00000042000400 0a00020002000000000b0000"
    ) {
        try entry(0x0b, [.noARP, .reachable], flags: .master).addRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:0c dev w0 master dynamic sticky",
        "280000001c0005062a4d056b00000000 070000000b00000002004400 0a00020002000000000c0000"
    ) {
        try entry(0x0c, .reachable, flags: [.master, .sticky]).addRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:0d dev w0",
        "280000001c0005062a4d056b00000000 070000000b000000c0000200 0a00020002000000000d0000"
    ) {
        try entry(0x0d).addRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:0e dev w0 master extern_learn",
        "280000001c0005062a4d056b00000000 070000000b000000c0001400 0a00020002000000000e0000"
    ) {
        try entry(0x0e, flags: [.master, .externallyLearned]).addRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:0f dev w0 master vlan 5",
        "300000001c0005062a4d056b00000000 070000000b000000c0000400 0a00020002000000000f0000 0600050005000000"
    ) {
        try entry(0x0f, flags: .master) { $0.vlan = 5 }.addRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:10 dev vx0 dst 10.0.0.9",
        "300000001c0005062a4d056b00000000 070000000d000000c0000200 0a0002000200000000100000 080001000a000009"
    ) {
        try entry(0x10, index: 13) { $0.destination = IPAddress("10.0.0.9") }.addRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:11 dev vx0 dst 10.0.0.9 vni 200 port 4790 via v0 src_vni 100",
        """
        500000001c0005062a4d056b00000000 070000000d000000c0000200 0a0002000200000000110000 080001000a000009
        0600060012b60000 08000700c8000000 08000b0064000000 080008000a000000
        """
    ) {
        try entry(0x11, index: 13) {
            ($0.destination, $0.vni, $0.port) = (IPAddress("10.0.0.9"), 200, 4790);
            ($0.outputInterface, $0.sourceVNI) = (10, 100)
        }.addRequest().bytes
    },
    Capture(
        "bridge fdb append 02:00:00:00:00:10 dev vx0 dst 10.0.0.10",
        "300000001c00050c2a4d056b00000000 070000000d000000c0000200 0a0002000200000000100000 080001000a00000a"
    ) {
        try entry(0x10, index: 13) { $0.destination = IPAddress("10.0.0.10") }.appendRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:12 dev vx0 dst 2001:db8::9",
        """
        3c0000001c0005062a4d056b00000000 070000000d000000c0000200 0a0002000200000000120000
        1400010020010db8000000000000000000000009
        """
    ) {
        try entry(0x12, index: 13) { $0.destination = IPAddress("2001:db8::9") }.addRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:13 dev vx0 nhid 22",
        "300000001c0005062a4d056b00000000 070000000d000000c0000200 0a0002000200000000130000 08000d0016000000"
    ) {
        try entry(0x13, index: 13) { $0.nextHopID = 22 }.addRequest().bytes
    },
    Capture(
        "bridge fdb replace 02:00:00:00:00:0a dev w0 master temp",
        "280000001c0005052b4d056b00000000 070000000b00000042000400 0a00020002000000000a0000"
    ) {
        try entry(0x0a, [.noARP, .reachable], flags: .master).replaceRequest().bytes
    },
    Capture(
        "bridge fdb add 02:00:00:00:00:1b dev vx0 dst 10.0.0.9 router use",
        "300000001c0005062b4d056b00000000 070000000d000000c0008300 0a00020002000000001b0000 080001000a000009"
    ) {
        try entry(0x1b, flags: [.own, .router, .use], index: 13) { $0.destination = IPAddress("10.0.0.9") }.addRequest()
            .bytes
    },
    Capture(
        "bridge fdb del 02:00:00:00:00:0a dev w0 master",
        "280000001d0005002b4d056b00000000 070000000b000000c0000400 0a00020002000000000a0000"
    ) {
        try entry(0x0a, flags: .master).deleteRequest().bytes
    },
    Capture(
        "bridge fdb show",
        "1c0000001e0001032b4d056b00000000 070000000000000000000000"
    ) {
        ForwardingFilter().request().dumpBytes
    },
    Capture(
        "bridge fdb show br br0",
        "240000001e0001032b4d056b00000000 070000000000000000000000 080009000c000000"
    ) {
        ForwardingFilter(bridge: 12).request().dumpBytes
    },
    Capture(
        "bridge fdb show br br0 brport w0",
        "240000001e0001032b4d056b00000000 070000000b00000000000000 080009000c000000"
    ) {
        ForwardingFilter(index: 11, bridge: 12).request().dumpBytes
    },
]

/// - Parameter last: the last byte of 02:00:00:00:00:00.
private func entry(
    _ last: UInt8, _ state: NeighborState = [.permanent, .noARP], flags: NeighborFlags = .own, index: Int32 = 11,
    _ change: (inout ForwardingEntry) -> Void = { _ in }
) throws -> ForwardingEntry {
    let address = try LinkLayerAddress(parsing: "02:00:00:00:00:\(last < 16 ? "0" : "")\(String(last, radix: 16))")
    var entry = ForwardingEntry(address, index: index, state: state, flags: flags)
    change(&entry)
    return entry
}
