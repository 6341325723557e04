// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension Link {
    /// The flags as ip(8) shows them. `M-DOWN` says that the link below, or the peer, is down.
    func flagNames(_ world: LinkWorld) -> [String] {
        var names = flags.names
        if let link, link != 0, linkNamespaceID == nil, let lower = world.neighbor(link), !lower.isUp {
            names.append("M-DOWN")
        }
        return names
    }

    /// `UP`, `DOWN`, …; a state that this version does not know is shown by its number.
    var stateName: String? {
        operationalState.map { OperationalState(rawValue: $0)?.name ?? "\($0)" }
    }

    /// `DEFAULT` or `DORMANT`, in which mode the operational state is set.
    var linkModeName: String? {
        linkMode.map { $0 == 0 ? "DEFAULT" : $0 == 1 ? "DORMANT" : "\($0)" }
    }

    /// The group's name or number.
    var groupName: String? { group.map { NameTable.groups.text(of: $0) } }

    /// `ether`, `loopback`, …
    var hardwareTypeName: String {
        switch hardwareType {
        case 1: "ether"
        case 772: "loopback"
        default: hardwareTypeNames.first { $0.number == hardwareType }?.name ?? "[\(hardwareType)]"
        }
    }

    /// How the link makes its IPv6 link-local address.
    var addressGenerationModeName: String? {
        addressGenerationMode.map { AddressGenerationMode(rawValue: $0)?.name ?? "\($0)" }
    }

    /// The protocols that keep the link down, by their names or numbers.
    var protocolDownReasonNames: [String] {
        guard let reasons = protocolDownReasons, reasons != 0 else { return [] }
        return (0..<UInt32(UInt32.bitWidth)).filter { reasons >> $0 & 1 == 1 }.map {
            NameTable.protocolDownReasons.text(of: $0)
        }
    }

    /// Why an event was sent; nil for an event of no certain cause, and in a listing.
    var eventName: String? {
        guard let event, event != 0 else { return nil }
        return event < UInt32(linkEventNames.count) ? linkEventNames[Int(event)] : "\(event)"
    }

    /// A hardware address; of IP tunnels it is an IP address and shown as one.
    func text(of address: LinkLayerAddress) -> String { linkLayerText(address, hardwareType: hardwareType) }

    /// The permanent address, where it is not the present one.
    var differingPermanentAddress: LinkLayerAddress? { permanentAddress == address ? nil : permanentAddress }
}

/// A hardware address of a device of that type; of IP tunnels it is an IP address and shown as one.
func linkLayerText(_ address: LinkLayerAddress, hardwareType: UInt16) -> String {
    switch hardwareType {
    // ARPHRD_TUNNEL, SIT, IPGRE; ARPHRD_TUNNEL6, IP6GRE
    case 768, 776, 778, 769, 823: IPAddress(bytes: address.bytes)?.description ?? address.description
    default: address.description
    }
}

/// The names of `IFLA_EVENT_…` of linux/if_link.h, in the words of ip(8).
private let linkEventNames = [
    "NONE", "REBOOT", "FEATURE CHANGE", "BONDING FAILOVER", "NOTIFY PEERS", "RESEND IGMP", "BONDING OPTION",
]

/// Two digits for each byte.
func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The names of hardware types. Source: linux/if_arp.h, `ARPHRD_…`, in the words of ip(8).
private let hardwareTypeNames: [(number: UInt16, name: String)] = [
    (0, "netrom"), (1, "ether"), (2, "eether"), (3, "ax25"), (4, "pronet"), (5, "chaos"), (6, "ieee802"), (7, "arcnet"),
    (8, "atalk"),
    (15, "dlci"), (19, "atm"), (23, "metricom"), (24, "ieee1394"), (27, "eui64"), (32, "infiniband"), (256, "slip"),
    (257, "cslip"),
    (258, "slip6"), (259, "cslip6"), (260, "rsrvd"), (264, "adapt"), (270, "rose"), (271, "x25"), (272, "hwx25"),
    (280, "can"),
    (512, "ppp"), (513, "hdlc"), (516, "lapb"), (517, "ddcmp"), (518, "rawhdlc"), (768, "ipip"), (769, "tunnel6"),
    (770, "frad"),
    (771, "skip"), (772, "loopback"), (773, "ltalk"), (774, "fddi"), (775, "bif"), (776, "sit"), (777, "ip/ddp"),
    (778, "gre"),
    (779, "pimreg"), (780, "hippi"), (781, "ash"), (782, "econet"), (783, "irda"), (784, "fcpp"), (785, "fcal"),
    (786, "fcpl"),
    (787, "fcfb0"), (788, "fcfb1"), (789, "fcfb2"), (790, "fcfb3"), (791, "fcfb4"), (792, "fcfb5"), (793, "fcfb6"),
    (794, "fcfb7"),
    (795, "fcfb8"), (796, "fcfb9"), (797, "fcfb10"), (798, "fcfb11"), (799, "fcfb12"), (800, "tr"), (801, "ieee802.11"),
    (802, "ieee802.11/prism"), (803, "ieee802.11/radiotap"), (804, "ieee802.15.4"), (805, "ieee802.15.4/monitor"),
    (820, "phonet"), (821, "phonet_pipe"), (822, "caif"), (823, "gre6"), (824, "netlink"), (825, "6lowpan"),
    (0xfffe, "none"),
    (0xffff, "void"),
]
