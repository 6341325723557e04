// SPDX-License-Identifier: Apache-2.0

import Testing

/// What the verbs of addresses and routes must not take.
@Suite(.enabled(if: Sandbox.isAvailable))
struct RouteRefusalTests {
    private static let addresses = [
        Refusal("address add", 2, "address add: the address is missing"),
        Refusal("address add 10.0.0.9/24", 2, "the device is missing: 'dev DEVICE'"),
        Refusal("address add 10.0.0.9/33 dev v0", 2, "'33' is greater than 32"),
        Refusal("address add 10.0.0.9/ dev v0", 2, "the prefix length after '/' is missing"),
        Refusal("address add 10.0.0.256/24 dev v0", 2, "'256' is greater than 255"),
        Refusal("address add 010.0.0.9/24 dev v0", 2, "'010' has a leading zero"),
        Refusal("address add 10.0.0.9/255.255.255.0 dev v0", 2, "the netmask 255.255.255.0 is to be written as /24"),
        Refusal("address add 2001:db8::1/129 dev v0", 2, "'129' is greater than 128"),
        Refusal("address add fe80::1%v0/64 dev v0", 2, "a zone such as '%eth0' has no place here"),
        Refusal("address add 10.0.0.9/24 10.0.0.8/24 dev v0", 2, "the address is given twice"),
        Refusal("address add 10.0.0.9/24 local 10.0.0.8 dev v0", 2, "the address is given twice"),
        Refusal("address add 10.0.0.9/24 dev v0 dev v1", 2, "'dev' is given twice"),
        Refusal("address add 10.0.0.9/24 dev nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
        Refusal("address add 10.0.0.9/24 dev a/b", 2, "address add: 'a/b' can't be the name of a device"),
        Refusal("address add 10.0.0.1/24 dev v0", 1, "cannot add address '10.0.0.1/24' to 'v0': "),
        Refusal("address add 10.0.0.9/24 dev v0 label", 2, "'label' lacks its value"),
        Refusal("address add 10.0.0.9/24 dev v0 label v1:x", 2, "does not begin with the device's name 'v0'"),
        Refusal("address add 10.0.0.9/24 dev v0 label v0:waytoolonglabel", 2, "a label has 1 to 15 bytes"),
        Refusal("address add 2001:db8::9/64 dev v0 label v0:x", 2, "only IPv4 addresses have labels"),
        Refusal("address add 2001:db8::9/64 dev v0 broadcast +", 2, "IPv6 has no broadcast addresses"),
        Refusal("address add 10.0.0.9 peer 2001:db8::1 dev v0", 2, "the addresses are of different families"),
        Refusal("address add 10.0.0.9/24 dev v0 scope 256", 2, "'256' is no scope: a decimal number up to 255"),
        Refusal("address add 10.0.0.9/24 dev v0 valid_lft 0", 2, "'0' is neither 'forever' nor a number of seconds"),
        Refusal("address add 10.0.0.9/24 dev v0 valid_lft never", 2, "'never' is neither 'forever' nor"),
        Refusal(
            "address add 10.0.0.9/24 dev v0 valid_lft 100 preferred_lft 200", 2,
            "'preferred_lft' is greater than 'valid_lft'"),
        Refusal("address add 10.0.0.9/24 dev v0 preferred_lft 4294967296", 2, "from 0 to 4294967295"),
        Refusal("address add 10.0.0.9/24 dev v0 nodad", 2, "only IPv6 addresses take 'nodad'"),
        Refusal("address add 10.0.0.9/24 dev v0 boardcast +", 2, "hint: did you mean 'broadcast'?"),
        Refusal("address add ff02::1/64 dev v0", 1, "(EADDRNOTAVAIL)"),
        Refusal("address delete 10.0.0.77/24 dev v0", 1, "(EADDRNOTAVAIL)"),
        Refusal("address show v0 v1", 2, "unknown word 'v1'"),
        Refusal("address show to 10.0.0.0/8 -6", 2, "'to' is about IPv4, and another word or '-6' is about IPv6"),
        Refusal("address show to 2001:db8::/32 label v0", 2, "'label' is about IPv4, and another word"),
        Refusal("address show primary secondary", 2, "'primary' and 'secondary' exclude each other"),
        Refusal("address show temporary primary", 2, "'temporary' and 'primary' exclude each other"),
        Refusal("address show permanent dynamic", 2, "'permanent' and 'dynamic' exclude each other"),
        Refusal("address flush", 2, "it must be said which addresses to delete"),
        Refusal("address flush dev nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
        Refusal("address frob", 2, "there is no verb 'frob' of 'netns address'"),
    ]

    private static let routes = [
        Refusal("route add", 2, "route add: the destination is missing: a prefix, or 'default'"),
        Refusal("route add default", 2, "route add: the way is missing: 'via ADDRESS' or 'dev DEVICE'"),
        Refusal("route add local 10.9.0.0/16", 2, "the way is missing"),
        Refusal("-6 route append default", 2, "route append: the way is missing"),
        Refusal("route add via 10.0.0.2", 2, "the destination is missing"),
        Refusal("route add default via", 2, "'via' lacks its address"),
        Refusal("route add default via 192.0.2.1", 1, "Nexthop has invalid gateway (ENETUNREACH)"),
        Refusal("route add 2001:db8:9::/48 via 10.0.0.2", 2, "a route of IPv6 can't go via the IPv4 address"),
        Refusal("route add default via inet6 10.0.0.2", 2, "is not an address of the family 'inet6'"),
        Refusal("route add default dev nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
        Refusal("route add default dev a/b", 2, "route add: 'a/b' can't be the name of a device"),
        Refusal("route add 10.9.0.1/16 via 10.0.0.2", 2, "is no destination: the network is '10.9.0.0/16'"),
        Refusal("route add default via 10.0.0.2 via 10.0.0.3", 2, "'via' is given twice"),
        Refusal("route add default default via 10.0.0.2", 2, "the destination is given already"),
        Refusal("route add default via 10.0.0.2 table 0", 2, "there is no table 0"),
        Refusal("route add default via 10.0.0.2 table 4294967296", 2, "'4294967296' is no table"),
        Refusal("route add default via 10.0.0.2 proto 256", 2, "'256' is no protocol"),
        Refusal("route add default via 10.0.0.2 src 10.9.9.9", 1, "Invalid prefsrc address (EINVAL)"),
        Refusal("route add default via 10.0.0.2 mtu lock", 2, "'mtu' lacks its number"),
        Refusal("route add default via 10.0.0.2 hoplimit 256", 2, "'256' is not a decimal number from 0 to 255"),
        Refusal("route add default via 10.0.0.2 rtt 1parsec", 2, "'1parsec' is not a time such as '30ms' or '5s'"),
        Refusal("route add default via 10.0.0.2 pref high", 2, "only routes of IPv6 take 'pref'"),
        Refusal("route add default via 10.0.0.2 realm a/b/c", 2, "'a/b/c' is not a realm"),
        Refusal("route add default nexthop", 2, "'nexthop' lacks its way: 'via ADDRESS' or 'dev DEVICE'"),
        Refusal("route add default nexthop weight 2", 2, "'nexthop' lacks its way"),
        Refusal("route add default nexthop via 10.0.0.2 weight 257", 2, "'257' is not a decimal number from 1 to 256"),
        Refusal("route add default via 10.0.0.2 nexthop via 10.0.0.3", 2, "'nexthop' excludes 'via', 'dev' and 'nhid'"),
        Refusal("route add default nhid 77", 1, "(EINVAL)"),
        Refusal("route add default nhid 5 via 10.0.0.2", 2, "'nhid' excludes 'via' and 'dev'"),
        Refusal("route add blackhole 10.9.0.0/16 via 10.0.0.2", 1, "(EINVAL)"),
        Refusal("route add blackhole blackhole 10.9.0.0/16", 2, "the type of the route is given twice"),
        Refusal("route add blackhole throw 10.9.0.0/16", 2, "the type of the route is given twice"),
        Refusal("route add 10.9.0.0/16 blackhole", 2, "the type 'blackhole' belongs in front of the destination"),
        Refusal("route add bloackhole 10.9.0.0/16", 2, "hint: did you mean 'blackhole'?"),
        Refusal("route add 2001:db8:9::/48 via 2001:db8::2 tos 5", 2, "only routes of IPv4 take 'tos'"),
        Refusal(
            "route add 10.5.0.0/16 via 10.0.0.2", 1, "cannot add route to '10.5.0.0/16' via '10.0.0.2': File exists"),
        Refusal("route add 10.9.0.0/16 via 10.0.0.2 onlin", 2, "hint: did you mean 'onlink'?"),
        Refusal("route add 10.9.0.0/16 -6 via 10.0.0.2", 2, "'-6' and the destination's family exclude each other"),
        Refusal("route delete 10.99.0.0/16", 1, "cannot delete route to '10.99.0.0/16': No such process (ESRCH)"),
        Refusal("route delete 10.5.0.0/16 table 55", 1, "in table '55': FIB table does not exist (ESRCH)"),
        Refusal("route change 10.99.0.0/16 via 10.0.0.2", 1, "(ENOENT)"),
        Refusal("route show table", 2, "'table' lacks its value"),
        Refusal("route show table 555", 1, "cannot list routes: the table does not exist (ENOENT)"),
        Refusal("route show match", 2, "'match' lacks its prefix"),
        Refusal("route show dev a/b", 2, "route show: 'a/b' can't be the name of a device"),
        Refusal("route show 10.0.0.0/8 10.1.0.0/16", 2, "the destination is given twice"),
        Refusal("route show 10.0.0.0/8 to root 10.1.0.0/16", 2, "the destination is given twice"),
        Refusal("route show 10.0.0.0/8 via 2001:db8::2", 2, "the words name addresses of different families"),
        Refusal("route get", 2, "route get: the address is missing"),
        Refusal("route get 10.0.0.0/24", 2, "an address is looked up, not a network"),
        Refusal("route get 10.0.0.9 10.0.0.8", 2, "the address is given twice"),
        Refusal("route get 192.0.2.1", 1, "cannot look up the route to '192.0.2.1': Network is unreachable"),
        Refusal("route get 10.0.0.2 sport 0", 2, "'0' is not a decimal number from 1 to 65535"),
        Refusal("route flush", 2, "it must be said which routes to delete"),
        Refusal("route frob", 2, "there is no verb 'frob' of 'netns route'"),
    ]

    enum Subject: CaseIterable {
        case addresses, routes

        fileprivate var refusals: [Refusal] {
            switch self {
            case .addresses: RouteRefusalTests.addresses
            case .routes: RouteRefusalTests.routes
            }
        }
    }

    @Test(
        "a bad word is refused on one line that says what is wrong, and changes nothing", arguments: Subject.allCases)
    func refusal(of subject: Subject) throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip link add v0 type veth peer name v1
            for link in v0 v1; do ip link set $link addrgenmode none up; done
            ip addr add 10.0.0.1/24 dev v0
            ip addr add 2001:db8::1/64 dev v0 nodad
            ip route add 10.5.0.0/16 via 10.0.0.2
            """)
        try box.expect(subject.refusals)
    }
}
