// SPDX-License-Identifier: Apache-2.0

import Addressing
import Netlink
import RouteNetlink

/// What ip(8) 6.1 sends for a command line, and our request for the same. Device 10 is v0.
let addressCaptures: [Capture] = [
    Capture(
        "ip address add 10.0.0.2/24 dev v0",
        "28000000140005061f0e056b00000000 021800000a000000 080002000a000002 080001000a000002"
    ) {
        try address("10.0.0.2/24").addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 10.0.0.3/24 broadcast + dev v0",
        "30000000140005061f0e056b00000000 021800000a000000 080002000a000003 080001000a000003 080004000a0000ff"
    ) {
        try address("10.0.0.3/24") { $0.broadcast = $0.directedBroadcast }.addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 10.0.0.4/24 broadcast 10.0.0.255 dev v0",
        "30000000140005061f0e056b00000000 021800000a000000 080002000a000004 080004000a0000ff 080001000a000004"
    ) {
        try address("10.0.0.4/24") { $0.broadcast = IPAddress("10.0.0.255") }.addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 127.0.0.2/8 dev lo",
        "28000000140005061f0e056b00000000 020800fe01000000 080002007f000002 080001007f000002"
    ) {
        try address("127.0.0.2/8") { $0.index = 1 }.addRequest(displayName: "lo").bytes
    },
    Capture(
        "ip address add 10.1.0.1 peer 10.1.0.2/32 dev v0",
        "28000000140005061f0e056b00000000 022000000a000000 080002000a010001 080001000a010002"
    ) {
        try address("10.1.0.1/32", peer: "10.1.0.2/32").addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 2001:db8::1/64 dev v0 nodad",
        """
        40000000140005061f0e056b00000000 0a4002000a000000 1400020020010db8000000000000000000000001
        1400010020010db8000000000000000000000001
        """
    ) {
        try address("2001:db8::1/64") { $0.flags = .noDAD }.addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 2001:db8::2/64 dev v0 valid_lft 3600 preferred_lft 1800",
        """
        54000000140005061f0e056b00000000 0a4000000a000000 1400020020010db8000000000000000000000002
        1400010020010db8000000000000000000000002 1400060008070000100e00000000000000000000
        """
    ) {
        try address("2001:db8::2/64") { $0.lifetimes = AddressLifetimes(preferred: 1800, valid: 3600) }
            .addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 2001:db8::3/64 dev v0 preferred_lft 0",
        """
        54000000140005061f0e056b00000000 0a4000000a000000 1400020020010db8000000000000000000000003
        1400010020010db8000000000000000000000003 1400060000000000ffffffff0000000000000000
        """
    ) {
        try address("2001:db8::3/64") { $0.lifetimes = AddressLifetimes(preferred: 0) }.addRequest(displayName: "v0")
            .bytes
    },
    Capture(
        "ip address add 10.2.0.1/24 dev v0 label v0:1",
        """
        34000000140005061f0e056b00000000 021800000a000000 080002000a020001 0900030076303a3100000000
        080001000a020001
        """
    ) {
        try address("10.2.0.1/24") { $0.label = "v0:1" }.addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 10.3.0.1/24 dev v0 scope link",
        "28000000140005061f0e056b00000000 021800fd0a000000 080002000a030001 080001000a030001"
    ) {
        try address("10.3.0.1/24") { $0.scope = .link }.addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 10.4.0.1/24 dev v0 metric 50 noprefixroute",
        """
        38000000140005061f0e056b00000000 021800000a000000 080002000a040001 0800090032000000 0800080000020000
        080001000a040001
        """
    ) {
        try address("10.4.0.1/24") { ($0.metric, $0.flags) = (50, .noPrefixRoute) }.addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 2001:db8:1::1/64 dev v0 home mngtmpaddr optimistic",
        """
        48000000140005061f0e056b00000000 0a4000000a000000 1400020020010db8000100000000000000000001
        0800080014010000 1400010020010db8000100000000000000000001
        """
    ) {
        try address("2001:db8:1::1/64") { $0.flags = [.homeAddress, .manageTemporary, .optimistic] }
            .addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 2001:db8:2::1 peer 2001:db8:2::2/128 dev v0",
        """
        40000000140005061f0e056b00000000 0a8000000a000000 1400020020010db8000200000000000000000001
        1400010020010db8000200000000000000000002
        """
    ) {
        try address("2001:db8:2::1/128", peer: "2001:db8:2::2/128").addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 239.1.1.1/32 dev v0 autojoin",
        "30000000140005061f0e056b00000000 022000000a000000 08000200ef010101 0800080000040000 08000100ef010101"
    ) {
        try address("239.1.1.1/32") { $0.flags = .autoJoin }.addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 10.6.0.1/24 dev v0 anycast 10.6.0.9",
        "30000000140005061f0e056b00000000 021800000a000000 080002000a060001 080005000a060009 080001000a060001"
    ) {
        try address("10.6.0.1/24") { $0.anycast = IPAddress("10.6.0.9") }.addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address add 10.7.0.1 dev v0",
        "28000000140005061f0e056b00000000 022000000a000000 080002000a070001 080001000a070001"
    ) {
        try address("10.7.0.1/32").addRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address replace 10.0.0.2/24 dev v0",
        "28000000140005051f0e056b00000000 021800000a000000 080002000a000002 080001000a000002"
    ) {
        try address("10.0.0.2/24").replaceRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address change 2001:db8::2/64 dev v0 valid_lft forever preferred_lft forever",
        """
        54000000140005011f0e056b00000000 0a4000000a000000 1400020020010db8000000000000000000000002
        1400010020010db8000000000000000000000002 14000600ffffffffffffffff0000000000000000
        """
    ) {
        try address("2001:db8::2/64") { $0.lifetimes = AddressLifetimes() }.changeRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address delete 10.0.0.2/24 dev v0",
        "28000000150005001f0e056b00000000 021800000a000000 080002000a000002 080001000a000002"
    ) {
        try address("10.0.0.2/24").deleteRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address delete 2001:db8::2/64 dev v0",
        """
        40000000150005001f0e056b00000000 0a4000000a000000 1400020020010db8000000000000000000000002
        1400010020010db8000000000000000000000002
        """
    ) {
        try address("2001:db8::2/64").deleteRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address delete 10.1.0.1 peer 10.1.0.2/32 dev v0",
        "28000000150005001f0e056b00000000 022000000a000000 080002000a010001 080001000a010002"
    ) {
        try address("10.1.0.1/32", peer: "10.1.0.2/32").deleteRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address delete 10.7.0.1 dev v0",
        "20000000150005001f0e056b00000000 022000000a000000 080002000a070001"
    ) {
        try address("10.7.0.1/32").deleteRequest(displayName: "v0", anyLength: true).bytes
    },
    Capture(
        "ip address delete 10.3.0.1/24 dev v0 scope link",
        "28000000150005001f0e056b00000000 021800fd0a000000 080002000a030001 080001000a030001"
    ) {
        try address("10.3.0.1/24") { $0.scope = .link }.deleteRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address delete 10.2.0.1/24 dev v0 label v0:1",
        """
        34000000150005001f0e056b00000000 021800000a000000 080002000a020001 0900030076303a3100000000
        080001000a020001
        """
    ) {
        try address("10.2.0.1/24") { $0.label = "v0:1" }.deleteRequest(displayName: "v0").bytes
    },
    Capture(
        "ip address show",
        "1800000016000103200e056b00000000 0000000000000000"
    ) {
        AddressFilter().request().dumpBytes
    },
    Capture(
        "ip -4 address show",
        "1800000016000103200e056b00000000 0200000000000000"
    ) {
        AddressFilter(family: .ipv4).request().dumpBytes
    },
    Capture(
        "ip address show dev v0",
        "1800000016000103200e056b00000000 000000000a000000"
    ) {
        AddressFilter(index: 10).request().dumpBytes
    },
]

private func address(
    _ text: String, peer: String? = nil, _ change: (inout InterfaceAddress) -> Void = { _ in }
) throws -> InterfaceAddress {
    var address = InterfaceAddress(
        try IPPrefix(parsing: text), peer: try peer.map { try IPPrefix(parsing: $0) }, index: 10)
    change(&address)
    return address
}
