// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// What bridge(8) 6.1 sends for a command line, and our request for the same. Device 11 is w0, 12 br0.
let vlanCaptures: [Capture] = [
    Capture(
        "bridge vlan add vid 10 dev w0",
        "2c000000130005002c4d056b00000000 070000000b0000000000000000000000 0c001a000800020000000a00"
    ) {
        change(PortVLAN(10...10)).addRequest().bytes
    },
    Capture(
        "bridge vlan add vid 10 dev w0 pvid untagged",
        "2c000000130005002c4d056b00000000 070000000b0000000000000000000000 0c001a000800020006000a00"
    ) {
        change(PortVLAN(10...10, isPVID: true, isUntagged: true)).addRequest().bytes
    },
    Capture(
        "bridge vlan add vid 30-40 dev w0 untagged master",
        """
        3c000000130005002d4d056b00000000 070000000b0000000000000000000000
        1c001a000600000001000000080002000c001e000800020014002800
        """
    ) {
        change(PortVLAN(30...40, isUntagged: true)) { $0.isMasters = true }.addRequest().bytes
    },
    Capture(
        "bridge vlan add vid 5 dev br0 self",
        "34000000130005002d4d056b00000000 070000000c0000000000000000000000 14001a0006000000020000000800020000000500"
    ) {
        change(PortVLAN(5...5), index: 12) { $0.isOwn = true }.addRequest().bytes
    },
    Capture(
        "bridge vlan add vid 10 dev w0 self master",
        "34000000130005002d4d056b00000000 070000000b0000000000000000000000 14001a0006000000030000000800020000000a00"
    ) {
        change(PortVLAN(10...10)) { ($0.isOwn, $0.isMasters) = (true, true) }.addRequest().bytes
    },
    Capture(
        "bridge vlan add vid 10 dev w0 tunnel_info id 1000",
        """
        40000000130005002d4d056b00000000 070000000b0000000000000000000000
        20001a001c00030008000100e8030000060002000a0000000600030000000000
        """
    ) {
        VLANChange(.tunnel(VLANTunnel(10...10, tunnelIDs: 1000...1000)), index: 11).addRequest().bytes
    },
    Capture(
        "bridge vlan add vid 10-12 dev w0 tunnel_info id 1000-1002",
        """
        5c000000130005002d4d056b00000000 070000000b0000000000000000000000
        3c001a001c00030008000100e8030000060002000a00000006000300080000001c00030008000100ea030000060002000c000000
        0600030010000000
        """
    ) {
        VLANChange(.tunnel(VLANTunnel(10...12, tunnelIDs: 1000...1002)), index: 11).addRequest().bytes
    },
    Capture(
        "bridge vlan del vid 10 dev w0",
        "2c000000110005002d4d056b00000000 070000000b0000000000000000000000 0c001a000800020000000a00"
    ) {
        change(PortVLAN(10...10)).deleteRequest().bytes
    },
    Capture(
        "bridge vlan del vid 10-12 dev w0 tunnel_info id 1000-1002",
        """
        5c000000110005002d4d056b00000000 070000000b0000000000000000000000
        3c001a001c00030008000100e8030000060002000a00000006000300080000001c00030008000100ea030000060002000c000000
        0600030010000000
        """
    ) {
        VLANChange(.tunnel(VLANTunnel(10...12, tunnelIDs: 1000...1002)), index: 11).deleteRequest().bytes
    },
    Capture(
        "bridge vlan show",
        "28000000120001032d4d056b00000000 07000000000000000000000000000000 08001d0002000000"
    ) {
        PortVLANs.listRequest(inRanges: false).dumpBytes
    },
    Capture(
        "bridge -compressvlans vlan show",
        "28000000120001032d4d056b00000000 07000000000000000000000000000000 08001d0004000000"
    ) {
        PortVLANs.listRequest(inRanges: true).dumpBytes
    },
]

/// The same for multicast groups.
let multicastCaptures: [Capture] = [
    Capture(
        "bridge mdb add dev br0 port w0 grp 239.1.1.1",
        """
        38000000540005062e4d056b00000000 070000000c000000
        200001000b00000000000000ef01010100000000000000000000000008000000
        """
    ) {
        try group("239.1.1.1").addRequest().bytes
    },
    Capture(
        "bridge mdb add dev br0 port w0 grp 239.1.1.2 permanent vid 5",
        """
        38000000540005062e4d056b00000000 070000000c000000
        200001000b00000001000500ef01010200000000000000000000000008000000
        """
    ) {
        try group("239.1.1.2") { ($0.isPermanent, $0.vlan) = (true, 5) }.addRequest().bytes
    },
    Capture(
        "bridge mdb add dev br0 port w0 grp ff02::5 temp",
        """
        38000000540005062e4d056b00000000 070000000c000000
        200001000b00000000000000ff02000000000000000000000000000586dd0000
        """
    ) {
        try group("ff02::5").addRequest().bytes
    },
    Capture(
        "bridge mdb add dev br0 port w0 grp 239.1.1.3 src 10.0.0.7",
        """
        44000000540005062f4d056b00000000 070000000c000000
        200001000b00000000000000ef01010300000000000000000000000008000000 0c000280080001000a000007
        """
    ) {
        try group("239.1.1.3") { $0.source = IPAddress("10.0.0.7") }.addRequest().bytes
    },
    Capture(
        "bridge mdb add dev br0 port w0 grp 01:00:5e:00:00:09 permanent",
        """
        38000000540005062f4d056b00000000 070000000c000000
        200001000b0000000100000001005e0000090000000000000000000000000000
        """
    ) {
        try ethernetGroup().addRequest().bytes
    },
    Capture(
        "bridge mdb del dev br0 port w0 grp 239.1.1.1",
        """
        38000000550005002f4d056b00000000 070000000c000000
        200001000b00000000000000ef01010100000000000000000000000008000000
        """
    ) {
        try group("239.1.1.1").deleteRequest().bytes
    },
]

private func change(
    _ vlan: PortVLAN, index: Int32 = 11, _ body: (inout VLANChange) -> Void = { _ in }
) -> VLANChange {
    var change = VLANChange(.vlan(vlan), index: index)
    body(&change)
    return change
}

private func group(
    _ address: String, _ body: (inout MulticastEntry) -> Void = { _ in }
) throws -> MulticastEntry {
    var entry = MulticastEntry(.address(try IPAddress(parsing: address)), port: 11, of: 12)
    body(&entry)
    return entry
}

private func ethernetGroup() throws -> MulticastEntry {
    var entry = MulticastEntry(.linkLayer(try MACAddress(parsing: "01:00:5e:00:00:09")), port: 11, of: 12)
    entry.isPermanent = true
    return entry
}
