// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem

/// The names that iproute2 has for protocols above Ethernet: `ETH_P_…` of linux/if_ether.h.
private let ethernetProtocols: [(name: String, number: UInt16)] = [
    ("ip", 0x0800), ("ipv4", 0x0800), ("ipv6", 0x86dd), ("all", 0x0003), ("arp", 0x0806), ("rarp", 0x8035),
    ("802.1Q", 0x8100), ("802.1ad", 0x88a8), ("mpls_uc", 0x8847), ("mpls_mc", 0x8848), ("teb", 0x6558),
    ("802_3", 0x0001), ("ax25", 0x0002), ("802_2", 0x0004), ("snap", 0x0005), ("ddcmp", 0x0006), ("wan_ppp", 0x0007),
    ("ppp_mp", 0x0008), ("localtalk", 0x0009), ("can", 0x000c), ("ppptalk", 0x0010), ("tr_802_2", 0x0011),
    ("mobitex", 0x0015), ("control", 0x0016), ("irda", 0x0017), ("econet", 0x0018), ("loop", 0x0060),
    ("pup", 0x0200), ("pupat", 0x0201), ("x25", 0x0805), ("bpq", 0x08ff), ("ieeepup", 0x0a00), ("ieeepupat", 0x0a01),
    ("dec", 0x6000), ("dna_dl", 0x6001), ("dna_rc", 0x6002), ("dna_rt", 0x6003), ("lat", 0x6004), ("diag", 0x6005),
    ("cust", 0x6006), ("sca", 0x6007), ("atalk", 0x809b), ("aarp", 0x80f3), ("ipx", 0x8137), ("atmmpoa", 0x884c),
    ("ppp_disc", 0x8863), ("ppp_ses", 0x8864), ("atmfate", 0x8884), ("profinet", 0x8892), ("aoe", 0x88a2),
    ("ethercat", 0x88a4), ("tipc", 0x88ca), ("LLDP", 0x88cc),
]

/// The name of a protocol above Ethernet, or as iproute2 does it `[4660]` for one without.
func ethernetProtocolName(_ number: UInt16) -> String {
    ethernetProtocols.first { $0.number == number }?.name ?? "[\(number)]"
}

extension WordParser {
    /// A protocol above Ethernet: a name, or a number, which may be hexadecimal behind `0x`.
    mutating func ethernetProtocol() throws(CommandFailure) -> UInt16 {
        if let next, let known = ethernetProtocols.first(where: { $0.name.lowercased() == next.lowercased() }) {
            _ = take()
            return known.number
        }
        if next?.first?.isNumber == true { return try mask() }
        let name = try value("protocol")
        throw badValue(
            "\(quoted(name)) is neither a protocol nor its number",
            hint: suggestion(for: name, among: ethernetProtocols.map(\.name)))
    }
}
