// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// The options of a `bareudp`, which carries packets of one protocol in UDP. Sources: linux/if_link.h, ip-link(8).
public struct BareUDPOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "bareudp"

    /// `IFLA_BAREUDP_PORT`: the port of UDP.
    public var port: UInt16?
    /// `IFLA_BAREUDP_ETHERTYPE`: the protocol that is carried.
    public var protocolNumber: UInt16?
    /// `IFLA_BAREUDP_SRCPORT_MIN`: the lowest source port.
    public var minimumSourcePort: UInt16?
    /// `IFLA_BAREUDP_MULTIPROTO_MODE`: IPv6 beside IPv4, multicast MPLS beside unicast.
    public var isMultiprotocol = false

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<BareUDPScope>(payload)
        port = try attributes.value(.port)?.value
        protocolNumber = try attributes.value(.protocolNumber)?.value
        minimumSourcePort = try attributes.value(.minimumSourcePort)
        isMultiprotocol = attributes.contains(.multiprotocol)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != BareUDPOptions() else { return }
        info.nest(.bareUDP) { data in
            data.put(.port, ifPresent: port.map(NetworkOrder.init))
            data.put(.protocolNumber, ifPresent: protocolNumber.map(NetworkOrder.init))
            data.put(.minimumSourcePort, ifPresent: minimumSourcePort)
            if isMultiprotocol { data.put(.multiprotocol, PresenceFlag()) }
        }
    }
}

/// Attributes inside `IFLA_INFO_DATA` of a bareudp: `IFLA_BAREUDP_…` of linux/if_link.h.
private enum BareUDPScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<BareUDPScope> {
    fileprivate static var bareUDP: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == BareUDPScope, Value == NetworkOrder<UInt16> {
    fileprivate static var port: Self { Self(IFLA_BAREUDP_PORT, "IFLA_BAREUDP_PORT") }
    fileprivate static var protocolNumber: Self { Self(IFLA_BAREUDP_ETHERTYPE, "IFLA_BAREUDP_ETHERTYPE") }
}
extension AttributeKey where Scope == BareUDPScope, Value == UInt16 {
    // Alone of the three it is in the machine's own order.
    fileprivate static var minimumSourcePort: Self { Self(IFLA_BAREUDP_SRCPORT_MIN, "IFLA_BAREUDP_SRCPORT_MIN") }
}
extension AttributeKey where Scope == BareUDPScope, Value == PresenceFlag {
    fileprivate static var multiprotocol: Self {
        Self(IFLA_BAREUDP_MULTIPROTO_MODE, "IFLA_BAREUDP_MULTIPROTO_MODE")
    }
}
