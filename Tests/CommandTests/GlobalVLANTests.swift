// SPDX-License-Identifier: Apache-2.0

@testable import NetnsCommands
import RouteNetlink
import Testing

@Suite("Options of VLANs of whole bridges")
struct GlobalVLANTests {
    /// What a kernel 6.1 sends for VLAN 20 of the bridge 6, without its nlmsghdr.
    private static let report = """
        0700000006000000
        8c0002800600010014000000050003000100000005000400030000000800060003000000080007000200000005000f00010000000c000800
        96000000000000000c000a0090650000000000000c000b009c630000000000000c000c00d4300000000000000c000d00e8030000000000000c00
        0e00340c00000000000005000500010000000600120000000000
        """

    private static func vlans() throws -> [GlobalVLANOptions] {
        let digits = report.compactMap(\.hexDigitValue)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        return try GlobalVLANOptions.decode(bytes.span.bytes)
    }

    @Test("JSON is bridge's, with and without counters", arguments: [false, true])
    func json(statistics: Bool) throws {
        var json = JSONWriter()
        let vlans = try Self.vlans()
        json.object { $0.members(of: vlans, LinkWorld(), statistics: statistics) }
        #expect(
            String(decoding: json.bytes, as: UTF8.self) == """
                {"ifname":"if6","vlans":[{"vlan":20,"mcast_snooping":1,"mcast_querier":1,"mcast_igmp_version":3,\
                "mcast_mld_version":1,"mcast_last_member_count":3,"mcast_last_member_interval":150,\
                "mcast_startup_query_count":2,"mcast_startup_query_interval":3124,"mcast_membership_interval":26000,\
                "mcast_querier_interval":25500,"mcast_query_interval":12500,"mcast_query_response_interval":1000}]}
                """)
    }

    @Test("text is bridge's, and a bridge is named once")
    func text() throws {
        var text = TextWriter()
        text.lines(of: try Self.vlans() + Self.vlans(), LinkWorld(), statistics: false)
        let options = """
            mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 1 mcast_last_member_count 3 \
            mcast_last_member_interval 150 mcast_startup_query_count 2 mcast_startup_query_interval 3124 \
            mcast_membership_interval 26000 mcast_querier_interval 25500 mcast_query_interval 12500 \
            mcast_query_response_interval 1000
            """
        let blanks = String(repeating: " ", count: 18)
        #expect(
            String(decoding: text.bytes, as: UTF8.self)
                == "if6               20\n\(blanks)  \(options) \n\(blanks)20\n\(blanks)  \(options) \n")
    }
}
