// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import NetnsCommands
import RouteNetlink
import Testing

@Suite("Tunnels and bonds on the command line")
struct TunnelPresentationTests {
    @Test(
        "what is sent is what ip sends, and read back it is the same",
        arguments: tunnelCaptures + bondCaptures + otherKindCaptures)
    func sent(_ capture: KindCapture) throws {
        let isPort = capture.line.hasPrefix("bond_slave ")
        let options = try #require(try capture.options())
        #expect(try attributes(of: options, isPort: isPort) == capture.sent)
        guard let read = try decoded(capture) else { return }
        #expect(try attributes(of: read, isPort: isPort) == capture.sent)
    }

    @Test("JSON and text are ip's", arguments: tunnelCaptures + bondCaptures + otherKindCaptures + reports)
    func shown(_ capture: KindCapture) throws {
        guard !capture.sent.isEmpty else { return }
        let options = try #require(try decoded(capture))
        var json = JSONWriter()
        json.object { options.writeFields(into: &$0, deviceName: KindCapture.deviceName) }
        #expect(String(decoding: json.bytes, as: UTF8.self) == capture.json)
        var text = options.fieldsText(deviceName: KindCapture.deviceName)
        if text.last == " " { text.removeLast() }
        #expect(text == capture.text)
    }

    @Test(
        "a hardware address is shown as ip shows it: that of an IP tunnel is an IP address",
        arguments: [
            // ARPHRD_ETHER, TUNNEL, SIT, IPGRE, TUNNEL6, IP6GRE; an unspecified IPv4 address of an IPv6 tunnel.
            (1, "02:00:00:00:00:01", "02:00:00:00:00:01"), (768, "c0:00:02:01", "192.0.2.1"),
            (776, "c0:00:02:01", "192.0.2.1"), (778, "00:00:00:00", "0.0.0.0"),
            (769, "20:01:0d:b8:00:00:00:00:00:00:00:00:00:00:00:09", "2001:db8::9"),
            (823, "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00", "::"), (1, "c0:00:02:01", "c0:00:02:01"),
            (778, "02:00:00:00:00:01", "02:00:00:00:00:01"),
        ] as [(UInt16, String, String)])
    func hardwareAddress(type: UInt16, bytes: String, text: String) throws {
        #expect(linkLayerText(try LinkLayerAddress(parsing: bytes), hardwareType: type) == text)
    }

    @Test("a damaged dump throws or parses", arguments: tunnelCaptures + bondCaptures + otherKindCaptures + reports)
    func damaged(_ capture: KindCapture) throws {
        let empty = try #require(try decoded(capture))
        for length in capture.payload.indices { damage(empty, Array(capture.payload.prefix(length))) }
        for place in capture.payload.indices {
            for value: UInt8 in [0, 1, 3, 5, 0x7f, 0x80, 0xff] {
                var bytes = capture.payload
                bytes[place] ^= value
                damage(empty, bytes)
            }
        }
    }

    private func damage<Options: LinkKindPresentation>(_ like: Options, _ bytes: [UInt8]) {
        _ = (try? Options(decoding: bytes.span.bytes))?.fieldsText(deviceName: KindCapture.deviceName)
    }

    @Test("a change is put on top of what the tunnel has")
    func changes() throws {
        var present = GREOptions()
        present.inputFlags = .key
        present.inputKey = 7
        present.timeToLive = 9
        var words = WordParser(["ttl", "5", "icsum"], verb: "link set")
        let pending = try #require(try readLinkKind("gre", &words, creating: false))
        let changed = try pending.added(to: present).resolved { (_, _) throws(CommandFailure) in 1 } as? GREOptions
        present.timeToLive = 5
        present.inputFlags = [.key, .checksum]
        #expect(changed == present)
    }

    @Test(
        "a wrong word or value is a usage error that names it",
        arguments: [
            ("gre", "remote 2001:db8::1", "bad value of 'remote': '2001:db8::1' is no address of IPv4"),
            ("ip6tnl", "local 192.0.2.1", "bad value of 'local': '192.0.2.1' is no address of IPv6"),
            ("gre", "ttl 256", "bad value of 'ttl': '256' is not a decimal number from 0 to 255"),
            ("gre", "key x", "bad value of 'key': 'x' is not a decimal number"),
            ("gre", "hoplimits 3", "unknown word 'hoplimits'"),
            ("gre", "encap mpls", "bad value of 'encap': 'mpls' is not 'fou', 'gue' or 'none'"),
            ("ip6gre", "flowlabel 0x100000", "bad value of 'flowlabel': a flow label has 20 bits"),
            ("sit", "6rd-prefix 192.0.2.0/24", "bad value of '6rd-prefix': '192.0.2.0/24' is no prefix of IPv6"),
            ("ipip", "mode ip6ip", "bad value of 'mode': 'ip6ip' is not 'ipip'"),
            ("xfrm", "dev w0", "'if_id' is missing"),
            ("geneve", "remote 192.0.2.1", "'id' is missing"),
            ("geneve", "id 16777216", "bad value of 'id': "),
            ("geneve", "id 1 remote 224.0.0.1", "bad value of 'remote': the other end has one address"),
            ("geneve", "id 1 port 9 8", "bad value of 'port': '8' is not a decimal number from 9 to 65535"),
            ("macsec", "address 02:00:00:00:00:01", "'address' lacks the 'port'"),
            ("macsec", "replay on", "'replay on' needs 'window'"),
            ("macsec", "window 5", "'window' has no effect"),
            ("macsec", "icvlen 7", "bad value of 'icvlen': "),
            ("bond", "mode 7", "bad value of 'mode': '7' is not 'balance-rr', "),
            (
                "bond", "arp_ip_target 192.0.2.1,2001:db8::1",
                "bad value of 'arp_ip_target': '2001:db8::1' is no address"
            ),
        ])
    func wrong(kind: String, line: String, message: String) throws {
        var words = WordParser(line.split(separator: " ").map(String.init), verb: "link add")
        do {
            _ = try readLinkKind(kind, &words)
            Issue.record("'\(line)' was taken")
        } catch {
            #expect(error.message.hasPrefix("link add: \(message)"), "\(error.message)")
            #expect(error.status == 2)
        }
    }

    /// What a kernel sends and ip has no words for: read only, or of a form that requests do not have.
    private static let reports: [KindCapture] = [
        KindCapture(
            "bond_slave",
            sent: "01:00 02:00 03:05000000 04:020000000001 05:0000 06:0100 07:3f 08:8500 09:00000000",
            json: #"""
                {"state":"ACTIVE","mii_status":"UP","link_failure_count":5,"perm_hwaddr":"02:00:00:00:00:01",\#
                "queue_id":0,"prio":0,"ad_aggregator_id":1,"ad_actor_oper_port_state":63,\#
                "ad_actor_oper_port_state_str":["active","short_timeout","aggregating","in_sync","collecting",\#
                "distributing"],"ad_partner_oper_port_state":133,\#
                "ad_partner_oper_port_state_str":["active","aggregating","expired"]}
                """#,
            text: """
                state ACTIVE mii_status UP link_failure_count 5 perm_hwaddr 02:00:00:00:00:01 queue_id 0 prio 0 \
                ad_aggregator_id 1 ad_actor_oper_port_state 63 \
                ad_actor_oper_port_state_str <active,short_timeout,aggregating,in_sync,collecting,distributing> \
                ad_partner_oper_port_state 133 ad_partner_oper_port_state_str <active,aggregating,expired>
                """),
        KindCapture(
            "bond_slave", sent: "01:02 02:04", json: #"{"state_index":2,"mii_status_index":4}"#,
            text: "state 2 mii_status 4"),
        KindCapture(
            "bond", sent: "01:04 02:00000000 17:060001000100000006000200020000000a00050002000000000100000000",
            json: #"""
                {"mode":"802.3ad","ad_info":{"aggregator":1,"num_ports":2,"partner_mac":"02:00:00:00:00:01"}}
                """#,
            text: "mode 802.3ad ad_aggregator 1 ad_num_ports 2 ad_partner_mac 02:00:00:00:00:01"),
        KindCapture(
            "amt",
            sent: "01:00000000 02:08dc 03:08dd 04:02000000 05:c0000201 06:c0000203 07:c0000209 08:00000000",
            json: #"""
                {"mode":"gateway","gateway_port":2269,"relay_port":2268,"local":"192.0.2.1","remote":"192.0.2.3",\#
                "discovery":"192.0.2.9","link":"w1","max_tunnels":0}
                """#,
            text: """
                gateway gateway_port 2269 relay_port 2268 local 192.0.2.1 remote 192.0.2.3 discovery 192.0.2.9 dev w1 \
                max_tunnels 0
                """),
        KindCapture(
            "bareudp", sent: "01:19eb 02:8847 03:0000",
            json: #"{"dstport":6635,"ethertype":"mpls_uc","srcportmin":0,"multiproto":false}"#,
            text: "dstport 6635 ethertype mpls_uc srcportmin 0 nomultiproto"),
        KindCapture(
            "hsr", sent: "01:01000000 02:02000000 04:01154e00012d 05:0300 06:01 07:01",
            json: #"""
                {"slave1":"w0","slave2":"w1","seq_nr":3,"supervision_addr":"01:15:4e:00:01:2d","proto":1}
                """#,
            text: "slave1 w0 slave2 w1 sequence 3 supervision 01:15:4e:00:01:2d proto 1"),
        KindCapture(
            "hsr", sent: "02:02000000", json: #"{"slave1":null,"slave2":"w1"}"#, text: "slave1 <none> slave2 w1"),
        KindCapture("geneve", sent: "01:05000000 04:04", json: #"{"id":5,"tos":"0x4"}"#, text: "id 5 tos 0x4"),
        KindCapture(
            "sit", sent: "08:0000 09:05 0b:20010db8000000000000000000000000 0c:00000000 0d:2000 0e:0000",
            json: #"""
                {"remote":"any","local":"any","ttl":0,"pmtudisc":false,"prefix":"2001:db8::","prefixlen":32}
                """#,
            text: "remote any local any ttl inherit nopmtudisc 6rd-prefix 2001:db8::/32"),
    ]
}
