// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// What bridge(8) 6.1 sends for a command line about options of VLANs, and our request for the same. Device 9 is w0, 10
/// br0.
let vlanOptionCaptures: [Capture] = [
    Capture(
        "bridge vlan set vid 10 dev w0 state 1",
        "2c00000070000500db73056b00000000 0700000009000000 140001800800010040000a000500030001000000"
    ) {
        options(10...10) { $0.state = .listening }.bytes
    },
    Capture(
        "bridge vlan set vid 10-20 dev w0 state forwarding mcast_router 2",
        """
        3c00000070000500db73056b00000000 0700000009000000
        240001800800010040000a00060002001400000005000300030000000500060002000000
        """
    ) {
        options(10...20) { ($0.state, $0.multicastRouter) = (.forwarding, .permanent) }.bytes
    },
    Capture(
        "bridge vlan global set vid 10 dev br0 mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 2",
        """
        4400000070000500db73056b00000000 070000000a000000
        2c000280060001000a000000050003000100000005000f000100000005000400030000000500050002000000
        """
    ) {
        global(10...10) { ($0.snooping, $0.querier, $0.igmpVersion, $0.mldVersion) = (1, 1, 3, 2) }.bytes
    },
    Capture(
        """
        bridge vlan global set vid 10-12 dev br0 mcast_last_member_count 3 mcast_last_member_interval 100 \
        mcast_startup_query_count 2 mcast_startup_query_interval 3125 mcast_membership_interval 26000 \
        mcast_querier_interval 25500 mcast_query_interval 12500 mcast_query_response_interval 1000
        """,
        """
        8400000070000500db73056b00000000 070000000a000000
        6c000280060001000a000000060002000c00000008000600030000000c000800640000000000000008000700020000000c00
        0e00350c0000000000000c000a0090650000000000000c000b009c630000000000000c000c00d4300000000000000c000d00
        e803000000000000
        """
    ) {
        global(10...12) {
            ($0.lastMemberCount, $0.lastMemberInterval) = (3, 100)
            ($0.startupQueryCount, $0.startupQueryInterval) = (2, 3125)
            ($0.membershipInterval, $0.querierInterval) = (26000, 25500)
            ($0.queryInterval, $0.queryResponseInterval) = (12500, 1000)
        }.bytes
    },
    Capture(
        "bridge -d vlan show",
        "2000000072000103db73056b00000000 0700000000000000 0800010000000000"
    ) {
        VLANDump.options.request.dumpBytes
    },
    Capture(
        "bridge -d -s vlan show vid 10",
        "2000000072000103db73056b00000000 0700000000000000 0800010001000000"
    ) {
        VLANDump.statistics.request.dumpBytes
    },
    Capture(
        "bridge vlan global show",
        "2000000072000103db73056b00000000 0700000000000000 0800010002000000"
    ) {
        VLANDump.global.request.dumpBytes
    },
]

/// The same for entries that are deleted many at once, or asked for one by one.
let forwardingQueryCaptures: [Capture] = [
    Capture(
        "bridge fdb flush dev br0",
        "1c0000001d000502db73056b00000000 070000000a00000000000200"
    ) {
        deletion().bytes
    },
    Capture(
        "bridge fdb flush dev w0 master",
        "1c0000001d000502db73056b00000000 070000000900000000000400"
    ) {
        deletion(.master, index: 9).bytes
    },
    Capture(
        "bridge fdb flush dev br0 self master",
        "1c0000001d0005027877056b00000000 070000000a00000000000600"
    ) {
        deletion([.own, .master]).bytes
    },
    Capture(
        "bridge fdb flush dev br0 brport w0 vlan 10 self nopermanent static",
        "340000001d000502db73056b00000000 070000000a00000040000200 0800080009000000060005000a00000006001000c0000000"
    ) {
        deletion { ($0.port, $0.vlan, $0.state, $0.stateMask) = (9, 10, .noARP, [.noARP, .permanent]) }.bytes
    },
    Capture(
        "bridge fdb flush dev br0 permanent nosticky",
        "2c0000001d000502db73056b00000000 070000000a00000080000200 05001100400000000600100080000000"
    ) {
        deletion { ($0.state, $0.stateMask, $0.flagMask) = (.permanent, .permanent, .sticky) }.bytes
    },
    Capture(
        "bridge fdb flush dev br0 dynamic",
        "240000001d000502db73056b00000000 070000000a00000000000200 06001000c0000000"
    ) {
        deletion { $0.stateMask = [.noARP, .permanent] }.bytes
    },
    Capture(
        "bridge fdb flush dev br0 nodynamic added_by_user noextern_learn sticky",
        "2c0000001d000502db73056b00000000 070000000a00000040004300 05001100510000000600100040000000"
    ) {
        deletion([.own, .use, .sticky]) {
            ($0.state, $0.stateMask, $0.flagMask) = (.noARP, .noARP, [.use, .externallyLearned, .sticky])
        }.bytes
    },
    Capture(
        "bridge fdb flush dev br0 offloaded extern_learn noadded_by_user",
        "240000001d000502db73056b00000000 070000000a00000000003200 0500110031000000"
    ) {
        deletion([.own, .offloaded, .externallyLearned]) {
            $0.flagMask = [.offloaded, .externallyLearned, .use]
        }.bytes
    },
    Capture(
        "bridge fdb get 02:00:00:00:00:01 br br0",
        "300000001e000100db73056b00000000 070000000000000000000000 0a0002000200000000010000080009000a000000"
    ) {
        try query { $0.bridge = 10 }.bytes
    },
    Capture(
        "bridge fdb get to 02:00:00:00:00:01 dev w0",
        "280000001e000100db73056b00000000 070000000900000000000000 0a0002000200000000010000"
    ) {
        try query { $0.index = 9 }.bytes
    },
    Capture(
        "bridge fdb get 02:00:00:00:00:01 brport w0 br br0 vlan 10 vni 5 self dynamic",
        """
        400000001e000100db73056b00000000 070000000900000000000200
        0a0002000200000000010000060005000a0000000800070005000000080009000a000000
        """
    ) {
        try query { ($0.index, $0.bridge, $0.vlan, $0.vni, $0.flags) = (9, 10, 10, 5, .own) }.bytes
    },
    Capture(
        "bridge fdb get 02:00:00:00:00:01 dev w0 master",
        "280000001e000100db73056b00000000 070000000900000000000400 0a0002000200000000010000"
    ) {
        try query { ($0.index, $0.flags) = (9, .master) }.bytes
    },
]

private func options(
    _ ids: ClosedRange<UInt16>, _ body: (inout VLANOptionChange) -> Void
) -> Request<VLANMessage> {
    var change = VLANOptionChange(ids, index: 9)
    body(&change)
    return change.request()
}

private func global(
    _ ids: ClosedRange<UInt16>, _ body: (inout GlobalVLANOptions) -> Void
) -> Request<VLANMessage> {
    var options = GlobalVLANOptions(ids, index: 10)
    body(&options)
    return options.request()
}

private func deletion(
    _ flags: NeighborFlags = .own, index: Int32 = 10, _ body: (inout ForwardingDeletion) -> Void = { _ in }
) -> Request<NeighborMessage> {
    var deletion = ForwardingDeletion(index: index, flags: flags)
    body(&deletion)
    return deletion.request()
}

private func query(_ body: (inout ForwardingQuery) -> Void) throws -> Request<NeighborMessage> {
    var query = ForwardingQuery(try LinkLayerAddress(parsing: "02:00:00:00:00:01"))
    body(&query)
    return query.request()
}
