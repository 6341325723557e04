// SPDX-License-Identifier: Apache-2.0

import Testing

/// What the verbs of links must not take.
@Suite(.enabled(if: Sandbox.isAvailable))
struct LinkRefusalTests {
    private static let words = [
        Refusal("link add", 2, "link add: the kind is missing; hint: for example 'type veth'"),
        Refusal("link add v9 type", 2, "link add: 'type' lacks its kind"),
        Refusal("link add v9 type nosuch", 1, "cannot add nosuch 'v9': Unknown device type (EOPNOTSUPP)"),
        Refusal("link add v9 type bridg", 1, "Unknown device type (EOPNOTSUPP); hint: did you mean 'bridge'?"),
        Refusal("link add v9 type nosuch id 5", 2, "the options of the kind 'nosuch' are not known: unexpected 'id'"),
        Refusal("link add v9 type bridge_slave", 2, "'bridge_slave' is a kind of port, not of link"),
        Refusal("link add v9 type macvlan", 1, "(EINVAL); hint: a macvlan stands on another link: 'link DEVICE'"),
        Refusal("link add v9 type veth per name v8", 2, "unknown word 'per'; hint: did you mean 'peer'?"),
        Refusal("link add v9 type veth peer up", 2, "a peer that is to be up needs a name"),
        Refusal("link add v9 type veth peer name v8 type veth", 2, "unexpected 'type'"),
        Refusal("link add v9 up down type veth", 2, "'up' and 'down' exclude each other"),
        Refusal("link add v9 mtu 1500 mtu 1400 type veth", 2, "'mtu' is given twice"),
        Refusal("link add v9 v8 type veth", 2, "unknown word 'v8'"),
        Refusal("link set", 2, "link set: the device is missing"),
        Refusal("link set v0", 2, "there is nothing to change"),
        Refusal("link set v0 mtuu 1400", 2, "unknown word 'mtuu'; hint: did you mean 'mtu'?"),
        Refusal("link set v0 index 7", 2, "unknown word 'index'"),
        Refusal("link set v0 up up", 2, "'up' is given twice"),
        Refusal("link set dev v0 dev v1 up", 2, "'dev' is given twice"),
        Refusal("link set v0 master br0 nomaster", 2, "'master' and 'nomaster' exclude each other"),
        Refusal("link set v0 nomaster master br0", 2, "'nomaster' and 'master' exclude each other"),
        Refusal("link set v0 type veth peer name x", 2, "unexpected 'peer'"),
        Refusal("link set group 7 name x", 2, "links of a group can't share a name"),
        Refusal("link delete", 2, "link delete: the device is missing"),
        Refusal("link delete v0 v1", 2, "unknown word 'v1'"),
        Refusal("link delete v0 group 7", 2, "a device and a group exclude each other"),
        Refusal("link delete group 0", 2, "the links of the default group can't be deleted together"),
        Refusal("link property", 2, "'add' or 'delete' is missing"),
        Refusal("link property frob dev v0 altname x", 2, "unknown word 'frob'"),
        Refusal("link property add dev v0 altname", 2, "'altname' lacks its name"),
        Refusal("link show dev v0 dev v1", 2, "'dev' is given twice"),
        Refusal("link show nomaster master br0", 2, "'nomaster' and 'master' exclude each other"),
        Refusal("link show master br0 nomaster", 2, "'master' and 'nomaster' exclude each other"),
        Refusal("link frob", 2, "there is no verb 'frob' of 'netns link'"),
    ]

    private static let values = [
        Refusal("link add v9 type bridge stp_state 2", 2, "bad value of 'stp_state': '2' is not '0', '1'"),
        Refusal("link add v9 type bridge stp_state", 2, "'stp_state' lacks its value"),
        Refusal("link add v9 type bridge priority 65536", 2, "'65536' is not a decimal number from 0 to 65535"),
        Refusal("link add v9 type bridge nosuch 5", 2, "unknown word 'nosuch'"),
        Refusal("link add v9 type bridge stp_state 1 stp_state 0", 2, "'stp_state' is given twice"),
        Refusal("link add v9 type bridge vlan_protocol 802.1x", 2, "hint: did you mean '802.1Q'?"),
        Refusal("link add v9 type bridge group_address 02:00", 2, "it has 2 pairs, not six"),
        Refusal("link add v9 mtu type veth", 2, "bad value of 'mtu': 'type' is not a decimal number"),
        Refusal("link add v9 mtu 0x500 type veth", 2, "'0x500' is not a decimal number"),
        Refusal("link add v9 mtu 67 type veth", 2, "the MTU of a veth is from 68 to 65535, not 67"),
        Refusal("link add v9 type veth peer name v8 mtu 65536", 2, "the MTU of a veth is from 68 to 65535, not 65536"),
        Refusal("link add v9 mtu 67 type bridge", 1, "mtu less than device minimum (EINVAL)"),
        Refusal("link add v9 numtxqueues 4097 type veth", 2, "'4097' is not a decimal number from 1 to 4096"),
        Refusal("link add v9 index 0 type veth", 2, "'0' is not a decimal number from 1 to 2147483647"),
        Refusal("link add v9 group nosuch type veth", 2, "'nosuch' is no group"),
        Refusal("link add v9 arp maybe type veth", 2, "'maybe' is not 'on' or 'off'"),
        Refusal("link add v9 address 02:00 type veth", 2, "the hardware address '02:00' has 2 bytes, not 6"),
        Refusal("link add v9 address 01:00:5e:00:00:01 type veth", 2, "it is a group's"),
        Refusal("link add v9 address 00:00:00:00:00:00 type bridge", 2, "it is zero"),
        Refusal("link set v0 mtu", 2, "'mtu' lacks its number"),
        Refusal("link set v0 mtu 65536", 1, "mtu greater than device maximum (EINVAL)"),
        Refusal("link set v0 address 02:00", 2, "has 2 bytes, that of 'v0' has 6"),
        Refusal("link set v0 group", 2, "'group' lacks its value"),
        Refusal("link set v0 mode slow", 2, "'slow' is not 'default' or 'dormant'"),
        Refusal("link set p0 type bridge_slave cost 0", 2, "'0' is not a decimal number from 1 to 65535"),
        Refusal("link set p0 type bridge_slave priority 64", 2, "'64' is not a decimal number from 0 to 63"),
        Refusal("link set p0 type bridge_slave nosuch 4", 2, "unknown word 'nosuch'"),
        Refusal("link set p0 type nosuch_slave cost 5", 2, "'nosuch_slave' is no kind of port"),
    ]

    private static let objects = [
        Refusal(
            "link add averylonginterfacename type veth", 2, "link add: 'averylonginterfacename' is not a device name"),
        Refusal("link add v/9 type veth", 2, "link add: 'v/9' can't be the name of a device"),
        Refusal("link add . type veth", 2, "link add: '.' is not a device name"),
        Refusal("link add v9 name v8 type veth", 2, "link add: the name of the link is given twice: 'v9' and 'v8'"),
        Refusal("link add v9 type veth peer name v9", 2, "a link and its peer in the same namespace can't both be"),
        Refusal("link add v0 type veth", 1, "(EEXIST); hint: there is a link 'v0' already"),
        Refusal("link add v9 type veth peer name v0", 1, "(EEXIST); hint: the name of the peer is taken"),
        Refusal("link add v9 type veth peer name lo netns red", 1, "there is a link 'lo' in namespace 'red' already"),
        Refusal("link add v9 index 1 type veth", 1, "(EEXIST); hint: there is a link with the number 1 already"),
        Refusal("link add v9 master nosuch type veth", 1, "cannot find device 'nosuch' (ENODEV)"),
        Refusal("link add v9 master a/b type veth", 2, "link add: 'a/b' can't be the name of a device"),
        Refusal("link add v9 master v0 type veth", 1, "(EOPNOTSUPP); hint: 'v0' takes no ports"),
        Refusal("link add v9 link nosuch type macvlan", 1, "cannot find device 'nosuch' (ENODEV)"),
        Refusal("link add v9 netns nosuch type veth", 1, "there is no namespace 'nosuch' (ENOENT)"),
        Refusal("link set nosuch up", 1, "cannot find device 'nosuch' (ENODEV)"),
        Refusal("link set v00 up", 1, "cannot find device 'v00' (ENODEV); hint: did you mean 'v0'?"),
        Refusal("link set v0 name lo", 1, "(EEXIST); hint: there is a link 'lo' already"),
        Refusal(
            "link set v0 netns red name lo", 1, "link 'v0': there is a link 'lo' in namespace 'red' already (EEXIST)"),
        Refusal("link set v0 master lo", 1, "(EOPNOTSUPP); hint: 'lo' takes no ports"),
        Refusal("link set lo netns red", 1, "(EINVAL)"),
        Refusal("link set v0 type bridge", 1, "cannot change link 'v0': it is of kind 'veth', not 'bridge'"),
        Refusal("link set lo type veth", 1, "cannot change link 'lo': it is of kind 'loopback', not 'veth'"),
        Refusal("link set v0 type bridge_slave isolated on", 1, "cannot change link 'v0': it is no port of a bridge"),
        Refusal("link set p0 type bridge_slave backup_port nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
        Refusal("link delete nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
        Refusal("link delete lo", 1, "cannot delete link 'lo': Operation not supported (EOPNOTSUPP)"),
        Refusal("link delete v0 type bridge", 1, "it is of kind 'veth', not 'bridge'"),
        Refusal("link delete group 77", 1, "cannot delete the links of group 77: No such device (ENODEV)"),
        Refusal("link property add v0 altname v1", 1, "(EEXIST)"),
        Refusal("link property add v0 altname a/b", 2, "link property: 'a/b' can't be the name of a device"),
        Refusal(words: ["link", "property", "add", "v0", "altname", "a b"], 2, "link property: 'a b' can't be"),
        Refusal("link property delete v0 altname nosuch", 1, "(ENOENT)"),
        Refusal("link show nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
        Refusal("link show a/b", 2, "link show: 'a/b' can't be the name of a device"),
        Refusal("link show master nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
    ]

    enum Subject: CaseIterable {
        case words, values, objects

        fileprivate var refusals: [Refusal] {
            switch self {
            case .words: LinkRefusalTests.words
            case .values: LinkRefusalTests.values
            case .objects: LinkRefusalTests.objects
            }
        }
    }

    @Test(
        "a bad word is refused on one line that says what is wrong, and changes nothing", arguments: Subject.allCases)
    func refusal(of subject: Subject) throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red
            ip link add v0 type veth peer name v1
            ip link add br0 type bridge
            ip link add p0 type veth peer name p1
            ip link set p0 master br0
            """)
        try box.expect(subject.refusals)
    }
}
