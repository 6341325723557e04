// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import NetnsCommands
import RouteNetlink
import Testing

private func bridge(_ words: String) throws -> BridgeOptions? {
    var parser = WordParser(words.split(separator: " ").map(String.init), verb: "link add")
    return try readLinkKind("bridge", &parser)?.resolved(index) as? BridgeOptions
}

private func port(_ words: String) throws -> BridgePortOptions? {
    var parser = WordParser(words.split(separator: " ").map(String.init), verb: "link set")
    return try readPortKind("bridge", &parser).resolved(index) as? BridgePortOptions
}

private func index(_ name: String, _ place: DevicePlace) throws(CommandFailure) -> Int32 {
    guard name == "w0" else { throw CommandFailure("cannot find device '\(name)'") }
    return 6
}

private func name(_ index: Int32) -> String { index == 6 ? "w0" : "if\(index)" }

private func json(_ options: some LinkKindPresentation) throws -> JSON {
    var writer = JSONWriter()
    writer.object { options.writeFields(into: &$0, deviceName: name) }
    return try JSON(String(decoding: writer.bytes, as: UTF8.self))
}

@Suite("Bridges on the command line")
struct BridgePresentationTests {
    private static let words = """
        forward_delay 400 hello_time 150 max_age 1200 ageing_time 12000 stp_state 1 priority 4096 \
        group_fwd_mask 0x4000 group_address 01:80:c2:00:00:0e no_linklocal_learn 1 mcast_snooping 1 \
        mcast_vlan_snooping 0 mcast_router 2 mcast_query_use_ifaddr 1 mcast_querier 1 mcast_hash_elasticity 16 \
        mcast_hash_max 1024 mcast_last_member_count 3 mcast_startup_query_count 4 mcast_last_member_interval 200 \
        mcast_membership_interval 20000 mcast_querier_interval 21000 mcast_query_interval 22000 \
        mcast_query_response_interval 900 mcast_startup_query_interval 3000 mcast_stats_enabled on \
        mcast_igmp_version 3 mcast_mld_version 2 nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1 \
        vlan_filtering off
        """

    /// What the kernel adds for a bridge made so.
    private static func complete() throws -> BridgeOptions {
        var options = try #require(try bridge(words))
        options.identifier = BridgeIdentifier(priority: 4096, address: try MACAddress(parsing: "02:00:00:00:00:0b"))
        options.root = options.identifier
        options.rootPort = 0
        options.rootPathCost = 0
        options.topologyChange = false
        options.topologyChangeDetected = false
        options.helloTimer = ClockTicks(26)
        options.notificationTimer = ClockTicks(0)
        options.topologyChangeTimer = ClockTicks(0)
        options.cleanupTimer = ClockTicks(11_886)
        return options
    }

    @Test("JSON is iproute2's")
    func jsonOfBridge() throws {
        // `ip -j -d link show` of iproute2 6.1 for a bridge with these options, `info_data`.
        let expected = try JSON(
            """
            {"forward_delay":400,"hello_time":150,"max_age":1200,"ageing_time":12000,"stp_state":1,"priority":4096,\
            "vlan_filtering":0,"bridge_id":"1000.2:0:0:0:0:b","root_id":"1000.2:0:0:0:0:b","root_port":0,\
            "root_path_cost":0,"topology_change":0,"topology_change_detected":0,"hello_timer":0.26,"tcn_timer":0.00,\
            "topology_change_timer":0.00,"gc_timer":118.86,"group_fwd_mask":"0x4000",\
            "group_addr":"01:80:c2:00:00:0e","mcast_snooping":1,"no_linklocal_learn":1,"mcast_vlan_snooping":0,\
            "mcast_router":2,"mcast_query_use_ifaddr":1,"mcast_querier":1,"mcast_hash_elasticity":16,\
            "mcast_hash_max":1024,"mcast_last_member_cnt":3,"mcast_startup_query_cnt":4,\
            "mcast_last_member_intvl":200,"mcast_membership_intvl":20000,"mcast_querier_intvl":21000,\
            "mcast_query_intvl":22000,"mcast_query_response_intvl":900,"mcast_startup_query_intvl":3000,\
            "mcast_stats_enabled":1,"mcast_igmp_version":3,"mcast_mld_version":2,"nf_call_iptables":1,\
            "nf_call_ip6tables":1,"nf_call_arptables":1}
            """)
        #expect(try json(Self.complete()) == expected)
    }

    @Test("text is iproute2's")
    func textOfBridge() throws {
        #expect(
            try Self.complete().fieldsText(deviceName: name) == """
                forward_delay 400 hello_time 150 max_age 1200 ageing_time 12000 stp_state 1 priority 4096 \
                vlan_filtering 0 bridge_id 1000.2:0:0:0:0:b designated_root 1000.2:0:0:0:0:b root_port 0 \
                root_path_cost 0 topology_change 0 topology_change_detected 0 hello_timer    0.26 tcn_timer    0.00 \
                topology_change_timer    0.00 gc_timer  118.86 group_fwd_mask 0x4000 group_address 01:80:c2:00:00:0e \
                mcast_snooping 1 no_linklocal_learn 1 mcast_vlan_snooping 0 mcast_router 2 mcast_query_use_ifaddr 1 \
                mcast_querier 1 mcast_hash_elasticity 16 mcast_hash_max 1024 mcast_last_member_count 3 \
                mcast_startup_query_count 4 mcast_last_member_interval 200 mcast_membership_interval 20000 \
                mcast_querier_interval 21000 mcast_query_interval 22000 mcast_query_response_interval 900 \
                mcast_startup_query_interval 3000 mcast_stats_enabled 1 mcast_igmp_version 3 mcast_mld_version 2 \
                nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1 \

                """)
    }

    @Test("every word sets its option")
    func wordsOfBridge() throws {
        let options = try #require(
            try bridge(
                """
                vlan_filtering 1 vlan_protocol 802.1AD vlan_default_pvid 7 vlan_stats_enabled 1 vlan_stats_per_port 0 \
                mst_enabled 1 mdb_offload_fail_notification on fdb_local_vlan_0 0 fdb_max_learned 256 stp_mode user \
                stp_state off fdb_flush group_fwd_mask 8
                """))
        var expected = BridgeOptions()
        expected.vlanFiltering = true
        expected.vlanProtocol = .service
        expected.defaultVLAN = 7
        expected.vlanStatistics = true
        expected.vlanStatisticsPerPort = false
        expected.multipleSpanningTrees = true
        expected.reportsFailedOffload = true
        expected.localAddressesOnVLANZero = false
        expected.maximumLearnedAddresses = 256
        expected.spanningTreeMode = .user
        expected.spanningTree = .off
        expected.flushesAddresses = true
        expected.groupForwardMask = 8
        #expect(options == expected)
        let shown = try json(options)
        #expect(shown["vlan_protocol"] == .string("802.1ad"))
        #expect(shown["stp_mode"] == .string("user"))
        #expect(shown["fdb_local_vlan_0"] == .number("0"))
    }

    @Test(
        "a wrong word or value is a usage error that names it",
        arguments: [
            ("stp_state 2", "bad value of 'stp_state': '2' is not '0', '1', 'off' or 'on'"),
            ("forward_delay", "'forward_delay' lacks its number"),
            ("forward_delay 0x10", "bad value of 'forward_delay': '0x10' is not a decimal number from 0 to 4294967295"),
            ("forward_dely 4", "unknown word 'forward_dely'"),
            ("mcast_router 3", "bad value of 'mcast_router': '3' is not a decimal number from 0 to 2"),
            ("group_address 01:80:c2:00:00", "bad value of 'group_address': "),
            ("group_fwd_mask 0x", "bad value of 'group_fwd_mask': '0x' is not a decimal number, or a hexadecimal"),
            ("group_fwd_mask 0x+1", "bad value of 'group_fwd_mask': "),
            ("group_fwd_mask 0x10000", "bad value of 'group_fwd_mask': "),
            ("bridge_id 1", "unknown word 'bridge_id'"),
            ("hello_timer 1", "unknown word 'hello_timer'"),
            ("max_age 600 max_age 700", "'max_age' is given twice"),
        ])
    func wrong(words: String, message: String) throws {
        do {
            _ = try bridge(words)
            Issue.record("'\(words)' was taken")
        } catch let failure as CommandFailure {
            #expect(failure.message.hasPrefix("link add: \(message)"))
            #expect(failure.status == 2)
            if words.hasPrefix("forward_dely") { #expect(failure.hint == "did you mean 'forward_delay'?") }
        }
    }

    @Test("queriers are an object for each family")
    func queriers() throws {
        // Of a kernel 6.18: the bridge itself asks, and nobody else has yet.
        let payload: [UInt8] =
            [0x20, 0x00, 0x2f, 0x80, 0x08, 0x00, 0x01, 0x00, 192, 0, 2, 1, 0x14, 0x00, 0x05, 0x00]
            + Array(repeating: 0, count: 16)
        let options = try BridgeOptions(decoding: payload.span.bytes)
        #expect(
            try json(options)
                == JSON(
                    """
                    {"mcast_querier_state_ipv4":{"mcast_querier_ipv4_addr":"192.0.2.1"},\
                    "mcast_querier_state_ipv6":{"mcast_querier_ipv6_addr":"::"}}
                    """))
        #expect(
            options.fieldsText(deviceName: name)
                == "mcast_querier_ipv4_addr 192.0.2.1 mcast_querier_ipv6_addr :: ")
    }
}

@Suite("Ports of bridges on the command line")
struct BridgePortPresentationTests {
    private static func complete() throws -> BridgePortOptions {
        var options = try #require(
            try port(
                """
                state listening priority 9 cost 77 guard off hairpin on fastleave on root_block on learning on flood on \
                proxy_arp on proxy_arp_wifi on mcast_router 2 bcast_flood off mcast_flood off mcast_to_unicast on \
                group_fwd_mask 0x4001 neigh_suppress on vlan_tunnel off isolated on locked on backup_port w0
                """))
        options.identifier = 0x2401
        options.number = 1
        options.designatedPort = 9217
        options.designatedCost = 0
        options.designatedBridge = BridgeIdentifier(
            priority: 4096, address: try MACAddress(parsing: "02:00:00:00:00:0b"))
        options.designatedRoot = options.designatedBridge
        options.holdTimer = ClockTicks(0)
        options.messageAgeTimer = ClockTicks(0)
        options.forwardDelayTimer = ClockTicks(276)
        options.topologyChangeAcknowledged = false
        options.configurationPending = false
        options.multicastGroupsLimit = 0
        options.multicastHostsLimit = 512
        return options
    }

    @Test("JSON is iproute2's")
    func jsonOfPort() throws {
        // `ip -j -d link show` of iproute2 6.1 for a port with these options, `info_slave_data`.
        let expected = try JSON(
            """
            {"state":"listening","priority":9,"cost":77,"hairpin":true,"guard":false,"root_block":true,\
            "fastleave":true,"learning":true,"flood":true,"id":"0x2401","no":"0x1","designated_port":9217,\
            "designated_cost":0,"bridge_id":"1000.2:0:0:0:0:b","root_id":"1000.2:0:0:0:0:b","hold_timer":0.00,\
            "message_age_timer":0.00,"forward_delay_timer":2.76,"topology_change_ack":0,"config_pending":0,\
            "proxy_arp":true,"proxy_arp_wifi":true,"multicast_router":2,"mcast_flood":false,"bcast_flood":false,\
            "mcast_to_unicast":true,"neigh_suppress":true,"group_fwd_mask":"0x4001",\
            "group_fwd_mask_str":"stp,lldp","vlan_tunnel":false,"isolated":true,"locked":true,"backup_port":"w0"}
            """)
        #expect(try json(Self.complete()) == expected)
    }

    @Test("text is iproute2's")
    func textOfPort() throws {
        #expect(
            try Self.complete().fieldsText(deviceName: name) == """
                state listening priority 9 cost 77 hairpin on guard off root_block on fastleave on learning on \
                flood on port_id 0x2401 port_no 0x1 designated_port 9217 designated_cost 0 \
                designated_bridge 1000.2:0:0:0:0:b designated_root 1000.2:0:0:0:0:b hold_timer    0.00 \
                message_age_timer    0.00 forward_delay_timer    2.76 topology_change_ack 0 config_pending 0 \
                proxy_arp on proxy_arp_wifi on mcast_router 2 mcast_fast_leave on mcast_flood off bcast_flood off \
                mcast_to_unicast on neigh_suppress on group_fwd_mask 0x4001 group_fwd_mask_str stp,lldp \
                vlan_tunnel off isolated on locked on backup_port w0 \

                """)
    }

    @Test("every word sets its option")
    func wordsOfPort() throws {
        let options = try port(
            """
            state 3 mcast_fast_leave off mab on neigh_vlan_suppress off backup_nhid 10 fdb_flush nobackup_port \
            mcast_max_groups 5 mcast_eht_hosts_limit 100 learning_sync on group_fwd_mask 0
            """)
        var expected = BridgePortOptions()
        expected.state = .forwarding
        expected.fastLeave = false
        expected.macAuthenticationBypass = true
        expected.neighborSuppressionPerVLAN = false
        expected.backupNexthop = 10
        expected.flushesAddresses = true
        expected.backupPort = 0
        expected.multicastGroupsLimit = 5
        expected.multicastHostsLimit = 100
        expected.learningSync = true
        expected.groupForwardMask = 0
        #expect(options == expected)
        #expect(try json(expected)["group_fwd_mask"] == .string("0"))
        #expect(try json(expected)["group_fwd_mask_str"] == .string("0x0"))
        #expect(try json(expected)["mcast_max_groups"] == .number("5"))
    }

    @Test(
        "a wrong word or value is a usage error that names it",
        arguments: [
            ("hairpin 1", "bad value of 'hairpin': '1' is not 'on' or 'off'"),
            ("state 5", "bad value of 'state': '5' is not 'disabled', "),
            ("priority 64", "bad value of 'priority': '64' is not a decimal number from 0 to 63"),
            ("cost 0", "bad value of 'cost': '0' is not a decimal number from 1 to 65535"),
            ("isolate on", "unknown word 'isolate'"),
            ("backup_port", "'backup_port' lacks its device"),
        ])
    func wrong(words: String, message: String) throws {
        do {
            _ = try port(words)
            Issue.record("'\(words)' was taken")
        } catch let failure as CommandFailure {
            #expect(failure.message.hasPrefix("link set: \(message)"))
            #expect(failure.status == 2)
        }
    }

    @Test("a device that is not there is the system's refusal")
    func missingDevice() throws {
        #expect(throws: CommandFailure.self) { try port("backup_port nothing") }
    }

    @Test("a state without a name is shown as its number")
    func strangeState() throws {
        var options = BridgePortOptions()
        options.state = BridgePortState(rawValue: 9)
        #expect(try json(options) == JSON(#"{"state_index":9}"#))
        #expect(options.fieldsText(deviceName: name) == "state (9) ")
    }

    @Test("every known kind has its options or none, and says which it is")
    func knownKinds() {
        for kind in linkKinds {
            guard let options = emptyLinkOptions(of: kind) else { continue }
            #expect(options.kind == kind)
        }
        for kind in portKinds { #expect(emptyPortOptions(of: kind)?.kind == kind) }
    }

    @Test("a kind that is not known has no words")
    func unknownKind() throws {
        var words = WordParser([], verb: "link set")
        #expect(try readLinkKind("nothing", &words) == nil)
        #expect(throws: CommandFailure.self) { _ = try readPortKind("brigde", &words) }
    }
}
