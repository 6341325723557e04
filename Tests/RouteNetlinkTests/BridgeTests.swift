// SPDX-License-Identifier: Apache-2.0

import Addressing
import CMnl
import MessageMutation
import Netlink
import RouteNetlink
import Testing

/// Bytes written as pairs of hexadecimal digits; white space between them is for the reader.
private func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.filter { !$0.isWhitespace }.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The payload of an attribute of `IFLA_LINKINFO` in a request of ours.
private func linkInfo(_ number: Int, of spec: LinkSpec) throws -> [UInt8]? {
    let message = spec.addRequest().bytes
    let attributes = try Attributes<LinkScope>(message.span.bytes.extracting(droppingFirst: 16 + 16))
    guard let payload = attributes.payload(UInt16(IFLA_LINKINFO)) else { return nil }
    let info = try Attributes<LinkInfoScope>(payload)
    guard let payload = info.payload(UInt16(number)) else { return nil }
    return payload.bytes
}

private func data(_ options: BridgeOptions) throws -> [UInt8]? {
    try linkInfo(IFLA_INFO_DATA, of: .bridge(try InterfaceName(parsing: "br0"), options))
}

private func data(_ options: BridgePortOptions) throws -> [UInt8]? {
    var spec = LinkSpec()
    spec.portOptions = options
    return try linkInfo(IFLA_INFO_SLAVE_DATA, of: spec)
}

/// Options as ip(8) is told them, and what it then sends in the nest.
struct Sent<Options>: Sendable, CustomTestStringConvertible {
    var words: String
    var hexadecimal: String
    var set: @Sendable (inout Options) -> Void

    init(_ words: String, _ hexadecimal: String, _ set: @escaping @Sendable (inout Options) -> Void) {
        self.words = words
        self.hexadecimal = hexadecimal
        self.set = set
    }

    var testDescription: String { words }
}

@Suite("Options of a bridge")
struct BridgeTests {
    /// `ip link add br0 type bridge …` of iproute2 6.1, as strace shows it.
    static let sent: [Sent<BridgeOptions>] = [
        Sent("forward_delay 400", "0800 0100 90010000") { $0.forwardDelay = ClockTicks(400) },
        Sent("hello_time 150", "0800 0200 96000000") { $0.helloTime = ClockTicks(.milliseconds(1500)) },
        Sent("max_age 1200", "0800 0300 b0040000") { $0.maximumAge = ClockTicks(.seconds(12)) },
        Sent("ageing_time 12000", "0800 0400 e02e0000") { $0.ageingTime = ClockTicks(.seconds(120)) },
        Sent("stp_state 1", "0800 0500 01000000") { $0.spanningTree = .kernel },
        Sent("priority 4096", "0600 0600 0010 0000") { $0.priority = 4096 },
        Sent("group_fwd_mask 0x4000", "0600 0900 0040 0000") { $0.groupForwardMask = 0x4000 },
        Sent("group_address 01:80:c2:00:00:0e", "0a00 1400 0180c200000e 0000") {
            $0.groupAddress = MACAddress("01:80:c2:00:00:0e")
        },
        Sent("no_linklocal_learn 1", "0c00 2e00 01000000 01000000") { $0.ignoresLinkLocalSources = true },
        Sent("no_linklocal_learn 0", "0c00 2e00 00000000 01000000") { $0.ignoresLinkLocalSources = false },
        Sent("mcast_vlan_snooping 1", "0c00 2e00 02000000 02000000") { $0.multicastSnoopingPerVLAN = true },
        Sent("no_linklocal_learn 1 mcast_vlan_snooping 0", "0c00 2e00 01000000 03000000") {
            $0.ignoresLinkLocalSources = true
            $0.multicastSnoopingPerVLAN = false
        },
        Sent("vlan_filtering 1", "0500 0700 01 000000") { $0.vlanFiltering = true },
        Sent("vlan_protocol 802.1ad", "0600 0800 88a8 0000") { $0.vlanProtocol = .service },
        Sent("vlan_protocol 802.1Q", "0600 0800 8100 0000") { $0.vlanProtocol = .customer },
        Sent("vlan_default_pvid 7", "0600 2700 0700 0000") { $0.defaultVLAN = 7 },
        Sent("vlan_stats_enabled 1", "0500 2900 01 000000") { $0.vlanStatistics = true },
        Sent("vlan_stats_per_port 1", "0500 2d00 01 000000") { $0.vlanStatisticsPerPort = true },
        Sent("mcast_snooping 0", "0500 1700 00 000000") { $0.multicastSnooping = false },
        Sent("mcast_router 2", "0500 1600 02 000000") { $0.multicastRouter = .permanent },
        Sent("mcast_query_use_ifaddr 1", "0500 1800 01 000000") { $0.queriesFromOwnAddress = true },
        Sent("mcast_querier 1", "0500 1900 01 000000") { $0.multicastQuerier = true },
        Sent("mcast_hash_elasticity 8", "0800 1a00 08000000") { $0.multicastHashElasticity = 8 },
        Sent("mcast_hash_max 1024", "0800 1b00 00040000") { $0.multicastHashMaximum = 1024 },
        Sent("mcast_last_member_count 3", "0800 1c00 03000000") { $0.lastMemberCount = 3 },
        Sent("mcast_startup_query_count 4", "0800 1d00 04000000") { $0.startupQueryCount = 4 },
        Sent("mcast_last_member_interval 200", "0c00 1e00 c800000000000000") {
            $0.lastMemberInterval = ClockTicks(.seconds(2))
        },
        Sent("mcast_membership_interval 20000", "0c00 1f00 204e000000000000") {
            $0.membershipInterval = ClockTicks(.seconds(200))
        },
        Sent("mcast_querier_interval 21000", "0c00 2000 0852000000000000") {
            $0.querierInterval = ClockTicks(.seconds(210))
        },
        Sent("mcast_query_interval 22000", "0c00 2100 f055000000000000") {
            $0.queryInterval = ClockTicks(.seconds(220))
        },
        Sent("mcast_query_response_interval 900", "0c00 2200 8403000000000000") {
            $0.queryResponseInterval = ClockTicks(.seconds(9))
        },
        Sent("mcast_startup_query_interval 3000", "0c00 2300 b80b000000000000") {
            $0.startupQueryInterval = ClockTicks(.seconds(30))
        },
        Sent("mcast_stats_enabled 1", "0500 2a00 01 000000") { $0.multicastStatistics = true },
        Sent("mcast_igmp_version 3", "0500 2b00 03 000000") { $0.igmpVersion = 3 },
        Sent("mcast_mld_version 2", "0500 2c00 02 000000") { $0.mldVersion = 2 },
        Sent("nf_call_iptables 1", "0500 2400 01 000000") { $0.callsIPTables = true },
        Sent("nf_call_ip6tables 1", "0500 2500 01 000000") { $0.callsIP6Tables = true },
        Sent("nf_call_arptables 1", "0500 2600 01 000000") { $0.callsARPTables = true },
        Sent("fdb_flush", "0400 1500") { $0.flushesAddresses = true },
    ]

    /// Younger than iproute2 6.1; a kernel 6.18 took these bytes and showed the values, but for the last two:
    /// it has no VLANs and no `IFLA_BR_STP_MODE`.
    static let younger: [Sent<BridgeOptions>] = [
        Sent("fdb_max_learned 256", "0800 3100 00010000") { $0.maximumLearnedAddresses = 256 },
        Sent("mdb_offload_fail_notification 1", "0c00 2e00 08000000 08000000") { $0.reportsFailedOffload = true },
        Sent("mst_enabled 1", "0c00 2e00 04000000 04000000") { $0.multipleSpanningTrees = true },
        Sent("fdb_local_vlan_0 1", "0c00 2e00 10000000 10000000") { $0.localAddressesOnVLANZero = true },
        Sent("stp_mode user", "0800 3200 01000000") { $0.spanningTreeMode = .user },
    ]

    @Test("one option is sent as ip sends it", arguments: sent + younger)
    func one(_ option: Sent<BridgeOptions>) throws {
        var options = BridgeOptions()
        option.set(&options)
        #expect(try data(options) == bytes(option.hexadecimal))
        if !options.flushesAddresses {
            #expect(try BridgeOptions(decoding: bytes(option.hexadecimal).span.bytes) == options)
        }
    }

    @Test("all options go into one message, each once")
    func all() throws {
        var options = BridgeOptions()
        for option in Self.sent + Self.younger { option.set(&options) }
        let sent = try #require(try data(options))
        var numbers: [UInt16] = []
        try Attributes<LinkInfoScope>(sent.span.bytes).forEach { number, _ in numbers.append(number) }
        #expect(numbers.count == 37 && Set(numbers).count == 37)
        options.flushesAddresses = false
        #expect(try BridgeOptions(decoding: sent.span.bytes) == options)
    }

    @Test("without options nothing but the kind is sent")
    func none() throws { #expect(try data(BridgeOptions()) == nil) }

    @Test("a whole request is ip's, but for the NUL behind the kind and the flag of nests")
    func wholeRequest() throws {
        var options = BridgeOptions()
        options.forwardDelay = ClockTicks(400)
        let request = LinkSpec.bridge(try InterfaceName(parsing: "br0"), options).addRequest()
        #expect(
            request.bytes
                == bytes(
                    """
                    44000000 1000 0106 00000000 00000000
                    00000000 00000000 00000000 00000000
                    0800 0300 62723000
                    1c00 1280 0b00 0100 62726964676500 00
                    0c00 0280 0800 0100 90010000
                    """))
    }

    /// `IFLA_INFO_DATA` of a kernel 6.18 after everything above was set that it has.
    private static let dump = bytes(
        """
        0c001000 1a00000000000000 0c001100 0000000000000000 0c001200 0000000000000000 0c001300 6e2e000000000000
        08000100 90010000 08000200 96000000 08000300 b0040000 08000400 e02e0000 08000500 01000000 06000600 00100000
        05000700 00000000 06000900 00400000 0c000b00 100002000000000b 0c000a00 100002000000000b 06000c00 00000000
        08000d00 00000000 05000e00 00000000 05000f00 00000000 0a001400 0180c200000e0000
        0c002e00 09000000 1f000000 08003000 00000000 08003100 00010000 05001600 02000000 05001700 01000000
        05001800 01000000 05001900 01000000 05002a00 01000000 08001a00 10000000 08001b00 00040000 08001c00 03000000
        08001d00 04000000 05002b00 03000000
        20002f80 08000100 c0000201 14000500 00000000000000000000000000000000
        05002c00 02000000 0c001e00 c800000000000000 0c001f00 204e000000000000 0c002000 0852000000000000
        0c002100 f055000000000000 0c002200 8403000000000000 0c002300 b80b000000000000
        05002400 01000000 05002500 01000000 05002600 01000000
        """)

    @Test("what the kernel shows is what was set")
    func decode() throws {
        let options = try BridgeOptions(decoding: Self.dump.span.bytes)
        var expected = BridgeOptions()
        let absent = [
            "vlan_", "stp_mode", "fdb_flush", "fdb_local_vlan_0 1", "mst_", "mcast_vlan_", "no_linklocal_learn 0",
        ]
        for option in Self.sent + Self.younger where !absent.contains(where: option.words.hasPrefix) {
            option.set(&expected)
        }
        expected.multicastSnooping = true
        expected.multicastHashElasticity = 16
        expected.vlanFiltering = false
        expected.multicastSnoopingPerVLAN = false
        expected.multipleSpanningTrees = false
        expected.localAddressesOnVLANZero = false
        expected.learnedAddresses = 0
        let address = try MACAddress(parsing: "02:00:00:00:00:0b")
        expected.identifier = BridgeIdentifier(priority: 4096, address: address)
        expected.root = expected.identifier
        expected.rootPort = 0
        expected.rootPathCost = 0
        expected.topologyChange = false
        expected.topologyChangeDetected = false
        expected.helloTimer = ClockTicks(26)
        expected.notificationTimer = ClockTicks(0)
        expected.topologyChangeTimer = ClockTicks(0)
        expected.cleanupTimer = ClockTicks(11_886)
        expected.multicastQueriers = options.multicastQueriers
        #expect(options == expected)
        #expect(options.multicastQueriers?.ipv4Address == IPAddress("192.0.2.1"))
        #expect(options.multicastQueriers?.ipv6Address == IPAddress("::"))
        #expect(options.multicastQueriers?.ipv4Port == nil)
        #expect(options.identifier?.description == "1000.02:00:00:00:00:0b")
    }

    @Test("a damaged dump throws or parses")
    func mutations() {
        mutate(Self.dump) { _ = try BridgeOptions(decoding: $0.span.bytes) }
    }
}

@Suite("Options of a bridge's port")
struct BridgePortTests {
    /// `ip link set v0 type bridge_slave …` of iproute2 6.1, as strace shows it.
    static let sent: [Sent<BridgePortOptions>] = [
        Sent("fdb_flush", "0400 1800") { $0.flushesAddresses = true },
        Sent("state 2", "0500 0100 02 000000") { $0.state = .learning },
        Sent("priority 9", "0600 0200 0900 0000") { $0.priority = 9 },
        Sent("cost 77", "0800 0300 4d000000") { $0.cost = 77 },
        Sent("guard on", "0500 0500 01 000000") { $0.bpduGuard = true },
        Sent("hairpin on", "0500 0400 01 000000") { $0.hairpin = true },
        Sent("fastleave on", "0500 0700 01 000000") { $0.fastLeave = true },
        Sent("root_block on", "0500 0600 01 000000") { $0.rootBlock = true },
        Sent("learning off", "0500 0800 00 000000") { $0.learning = false },
        Sent("flood off", "0500 0900 00 000000") { $0.unicastFlood = false },
        Sent("proxy_arp on", "0500 0a00 01 000000") { $0.proxyARP = true },
        Sent("proxy_arp_wifi on", "0500 0c00 01 000000") { $0.proxyARPWiFi = true },
        Sent("mcast_router 2", "0500 1900 02 000000") { $0.multicastRouter = .permanent },
        Sent("bcast_flood off", "0500 1e00 00 000000") { $0.broadcastFlood = false },
        Sent("mcast_flood off", "0500 1b00 00 000000") { $0.multicastFlood = false },
        Sent("mcast_to_unicast on", "0500 1c00 01 000000") { $0.multicastToUnicast = true },
        Sent("group_fwd_mask 0x4001", "0600 1f00 0140 0000") { $0.groupForwardMask = 0x4001 },
        Sent("neigh_suppress on", "0500 2000 01 000000") { $0.neighborSuppression = true },
        Sent("vlan_tunnel on", "0500 1d00 01 000000") { $0.vlanTunnel = true },
        Sent("isolated on", "0500 2100 01 000000") { $0.isolated = true },
        Sent("locked on", "0500 2700 01 000000") { $0.locked = true },
        Sent("backup_port w0", "0800 2200 06000000") { $0.backupPort = 6 },
        Sent("nobackup_port", "0800 2200 00000000") { $0.backupPort = 0 },
    ]

    /// Younger than iproute2 6.1; a kernel 6.18 took these bytes and showed the values. The last one is
    /// for drivers.
    static let younger: [Sent<BridgePortOptions>] = [
        Sent("mab on", "0500 2800 01 000000") { $0.macAuthenticationBypass = true },
        Sent("mcast_max_groups 5", "0800 2a00 05000000") { $0.multicastGroupsLimit = 5 },
        Sent("neigh_vlan_suppress on", "0500 2b00 01 000000") { $0.neighborSuppressionPerVLAN = true },
        Sent("backup_nhid 10", "0800 2c00 0a000000") { $0.backupNexthop = 10 },
        Sent("mcast_eht_hosts_limit 100", "0800 2500 64000000") { $0.multicastHostsLimit = 100 },
        Sent("learning_sync on", "0500 0b00 01 000000") { $0.learningSync = true },
    ]

    @Test("one option is sent as ip sends it", arguments: sent + younger)
    func one(_ option: Sent<BridgePortOptions>) throws {
        var options = BridgePortOptions()
        option.set(&options)
        #expect(try data(options) == bytes(option.hexadecimal))
        if !options.flushesAddresses {
            #expect(try BridgePortOptions(decoding: bytes(option.hexadecimal).span.bytes) == options)
        }
    }

    @Test("all options go into one message, each once")
    func all() throws {
        var options = BridgePortOptions()
        for option in Self.sent + Self.younger { option.set(&options) }
        let sent = try #require(try data(options))
        var numbers: [UInt16] = []
        try Attributes<LinkInfoScope>(sent.span.bytes).forEach { number, _ in numbers.append(number) }
        #expect(numbers.count == 28 && Set(numbers).count == 28)
        options.flushesAddresses = false
        #expect(try BridgePortOptions(decoding: sent.span.bytes) == options)
    }

    /// `IFLA_INFO_SLAVE_DATA` of a kernel 6.18 after most of the above was set; STP is on.
    private static let dump = bytes(
        """
        05000100 01000000 06000200 09000000 08000300 4d000000 05000400 01000000 05000500 00000000 05000600 01000000
        05000700 01000000 05001c00 01000000 05000800 01000000 05000900 01000000 05001b00 00000000 05001e00 00000000
        05000a00 01000000 05000c00 01000000 0c000d00 100002000000000b 0c000e00 100002000000000b 06000f00 01240000
        06001000 00000000 06001100 01240000 06001200 01000000 05001300 00000000 05001400 00000000 05001d00 00000000
        06001f00 01400000 05002000 01000000 05002300 00000000 05002400 00000000 05002100 01000000 05002700 01000000
        05002800 01000000 05002b00 01000000 0c001500 0000000000000000 0c001600 1401000000000000
        0c001700 0000000000000000 05001900 02000000 08002500 64000000 08002600 00000000 08002900 00000000
        08002a00 05000000 08002200 06000000 08002c00 0a000000
        """)

    @Test("what the kernel shows is what was set")
    func decode() throws {
        let options = try BridgePortOptions(decoding: Self.dump.span.bytes)
        var expected = BridgePortOptions()
        let absent = ["fdb_flush", "nobackup_port", "learning_sync"]
        for option in Self.sent + Self.younger where !absent.contains(where: option.words.hasPrefix) {
            option.set(&expected)
        }
        expected.state = .listening
        expected.bpduGuard = false
        expected.learning = true
        expected.unicastFlood = true
        expected.vlanTunnel = false
        expected.identifier = 0x2401
        expected.number = 1
        expected.designatedBridge = BridgeIdentifier(
            priority: 4096, address: try MACAddress(parsing: "02:00:00:00:00:0b"))
        expected.designatedRoot = expected.designatedBridge
        expected.designatedPort = 0x2401
        expected.designatedCost = 0
        expected.topologyChangeAcknowledged = false
        expected.configurationPending = false
        expected.messageAgeTimer = ClockTicks(0)
        expected.forwardDelayTimer = ClockTicks(276)
        expected.holdTimer = ClockTicks(0)
        expected.multicastHosts = 0
        expected.multicastGroups = 0
        expected.mrpRingOpen = false
        expected.mrpInterconnectOpen = false
        #expect(options == expected)
        #expect(options.forwardDelayTimer?.duration == .milliseconds(2760))
    }

    @Test("a damaged dump throws or parses")
    func mutations() {
        mutate(Self.dump) { _ = try BridgePortOptions(decoding: $0.span.bytes) }
    }
}

@Suite("Values of bridges")
struct BridgeValueTests {
    @Test("ticks are hundredths of a second")
    func ticks() {
        #expect(ClockTicks<UInt32>(1500).duration == .seconds(15))
        #expect(ClockTicks<UInt32>(.milliseconds(19)).rawValue == 1)
        #expect(ClockTicks<UInt32>(.seconds(-1)).rawValue == 0)
        #expect(ClockTicks<UInt32>(.seconds(Int64.max)).rawValue == .max)
        #expect(ClockTicks<UInt64>(UInt64.max).duration > .seconds(Int64.max / 100))
    }

    @Test("a priority of few digits is padded")
    func identifier() throws {
        let address = try MACAddress(parsing: "02:00:00:00:00:01")
        #expect(BridgeIdentifier(priority: 0, address: address).description == "0000.02:00:00:00:00:01")
        #expect(BridgeIdentifier(priority: 0xf000, address: address).description == "f000.02:00:00:00:00:01")
    }
}

/// Calls `body` with every prefix of `message` and with every byte changed in several ways; it may throw, not trap.
private func mutate(_ message: [UInt8], _ body: ([UInt8]) throws -> Void) {
    for count in 0..<message.count { try? body(Array(message.prefix(count))) }
    for index in message.indices {
        for change: UInt8 in [0x01, 0x02, 0x04, 0x80, 0xff] {
            var copy = message
            copy[index] ^= change
            try? body(copy)
        }
    }
}
