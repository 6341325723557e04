// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import CMnl
internal import Netlink

/// Attributes that follow `struct rtmsg`, and those of one next hop: `RTA_…` of linux/rtnetlink.h.
public enum RouteMessage {}
/// Attributes inside `RTA_METRICS`: `RTAX_…`.
enum RouteMetricsNest {}

extension AttributeKey where Scope == RouteMessage, Value == IPAddress {
    static var destination: Self { Self(RTA_DST.rawValue, "RTA_DST") }
    static var source: Self { Self(RTA_SRC.rawValue, "RTA_SRC") }
    static var gateway: Self { Self(RTA_GATEWAY.rawValue, "RTA_GATEWAY") }
    static var preferredSource: Self { Self(RTA_PREFSRC.rawValue, "RTA_PREFSRC") }
}
extension AttributeKey where Scope == RouteMessage, Value == Int32 {
    static var inputInterface: Self { Self(RTA_IIF.rawValue, "RTA_IIF") }
    static var outputInterface: Self { Self(RTA_OIF.rawValue, "RTA_OIF") }
}
extension AttributeKey where Scope == RouteMessage, Value == UInt32 {
    static var metric: Self { Self(RTA_PRIORITY.rawValue, "RTA_PRIORITY") }
    static var realms: Self { Self(RTA_FLOW.rawValue, "RTA_FLOW") }
    static var table: Self { Self(RTA_TABLE.rawValue, "RTA_TABLE") }
    static var mark: Self { Self(RTA_MARK.rawValue, "RTA_MARK") }
    static var expires: Self { Self(RTA_EXPIRES.rawValue, "RTA_EXPIRES") }
    static var user: Self { Self(RTA_UID.rawValue, "RTA_UID") }
    static var nextHopID: Self { Self(RTA_NH_ID.rawValue, "RTA_NH_ID") }
}
extension AttributeKey where Scope == RouteMessage, Value == UInt16 {
    static var encapsulationType: Self { Self(RTA_ENCAP_TYPE.rawValue, "RTA_ENCAP_TYPE") }
}
extension AttributeKey where Scope == RouteMessage, Value == NetworkOrder<UInt16> {
    static var sourcePort: Self { Self(RTA_SPORT.rawValue, "RTA_SPORT") }
    static var destinationPort: Self { Self(RTA_DPORT.rawValue, "RTA_DPORT") }
}
extension AttributeKey where Scope == RouteMessage, Value == UInt8 {
    static var preference: Self { Self(RTA_PREF.rawValue, "RTA_PREF") }
    static var ttlPropagation: Self { Self(RTA_TTL_PROPAGATE.rawValue, "RTA_TTL_PROPAGATE") }
    static var ipProtocol: Self { Self(RTA_IP_PROTO.rawValue, "RTA_IP_PROTO") }
}
extension AttributeKey where Scope == RouteMessage, Value == [UInt8] {
    static var encapsulation: Self { Self(RTA_ENCAP.rawValue, "RTA_ENCAP") }
}
extension AttributeKey where Scope == RouteMessage, Value == RouteCacheInfo {
    static var cacheInfo: Self { Self(RTA_CACHEINFO.rawValue, "RTA_CACHEINFO") }
}
extension AttributeKey where Scope == RouteMessage, Value == ViaAddress {
    static var via: Self { Self(RTA_VIA.rawValue, "RTA_VIA") }
}
extension AttributeKey where Scope == RouteMessage, Value == Nest<RouteMetricsNest> {
    static var pathMetrics: Self { Self(RTA_METRICS.rawValue, "RTA_METRICS") }
}
extension AttributeKey where Scope == RouteMessage, Value == Nest<RouteMessage> {
    // Not attributes but structures come first in it; see `NextHop`.
    static var multipath: Self { Self(RTA_MULTIPATH.rawValue, "RTA_MULTIPATH") }
}
extension AttributeKey where Scope == RouteMetricsNest, Value == UInt32 {
    static var lock: Self { Self(RTAX_LOCK, "RTAX_LOCK") }
}
extension AttributeKey where Scope == RouteMetricsNest, Value == [UInt8] {
    // Sent without a NUL, as ip(8) does; the kernel copies it as text of that length.
    static var congestionControl: Self { Self(RTAX_CC_ALGO, "RTAX_CC_ALGO") }
}

/// `struct rtvia`: a gateway of another family than the route's.
struct ViaAddress: AttributeValue {
    /// Nil for a family other than IP.
    var address: IPAddress?

    init(_ address: IPAddress) { self.address = address }

    init?(attributePayload payload: RawSpan) {
        guard let number: UInt16 = payload.integer(at: 0) else { return nil }
        guard let family = UInt8(exactly: number).flatMap(AddressFamily.init(rawValue:)) else { return }
        guard let address = IPAddress(attributePayload: payload.extracting(droppingFirst: 2)),
            address.family == family
        else { return nil }
        self.address = address
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        guard let address else { return }
        let family = withWireBytes(of: UInt16(address.family.rawValue)) { Array($0) }
        (family + address.bytes).withUnsafeBytes(body)
    }
}
