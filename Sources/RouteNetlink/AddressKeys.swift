// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import CMnl

/// Attributes that follow `struct ifaddrmsg`: `IFA_…` of linux/if_addr.h.
public enum AddressMessage {}

extension AttributeKey where Scope == AddressMessage, Value == IPAddress {
    // On a point-to-point link IFA_ADDRESS is the other end and IFA_LOCAL our own; see `InterfaceAddress`.
    static var address: Self { Self(IFA_ADDRESS, "IFA_ADDRESS") }
    static var local: Self { Self(IFA_LOCAL, "IFA_LOCAL") }
    static var broadcast: Self { Self(IFA_BROADCAST, "IFA_BROADCAST") }
    static var anycast: Self { Self(IFA_ANYCAST, "IFA_ANYCAST") }
}
extension AttributeKey where Scope == AddressMessage, Value == String {
    static var label: Self { Self(IFA_LABEL, "IFA_LABEL") }
}
extension AttributeKey where Scope == AddressMessage, Value == UInt32 {
    static var flags: Self { Self(IFA_FLAGS, "IFA_FLAGS") }
    static var metric: Self { Self(IFA_RT_PRIORITY, "IFA_RT_PRIORITY") }
}
extension AttributeKey where Scope == AddressMessage, Value == Int32 {
    static var targetNamespaceID: Self { Self(IFA_TARGET_NETNSID, "IFA_TARGET_NETNSID") }
}
extension AttributeKey where Scope == AddressMessage, Value == UInt8 {
    static var origin: Self { Self(IFA_PROTO, "IFA_PROTO") }
}
extension AttributeKey where Scope == AddressMessage, Value == AddressCacheInfo {
    static var cacheInfo: Self { Self(IFA_CACHEINFO, "IFA_CACHEINFO") }
}

/// `struct ifa_cacheinfo` as it travels.
struct AddressCacheInfo: AttributeValue {
    var lifetimes: AddressLifetimes
    var created: UInt32 = 0
    var updated: UInt32 = 0

    init(_ lifetimes: AddressLifetimes) { self.lifetimes = lifetimes }

    init?(attributePayload payload: RawSpan) {
        guard let preferred: UInt32 = payload.integer(at: 0), let valid: UInt32 = payload.integer(at: 4),
            let created: UInt32 = payload.integer(at: 8), let updated: UInt32 = payload.integer(at: 12)
        else { return nil }
        lifetimes = AddressLifetimes(preferred: preferred, valid: valid)
        self.created = created
        self.updated = updated
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        let raw = ifa_cacheinfo(
            ifa_prefered: lifetimes.preferred, ifa_valid: lifetimes.valid, cstamp: created, tstamp: updated)
        withWireBytes(of: raw, body)
    }
}

extension Attributes {
    /// The address at `key`, which must be of `family`: the payload's length alone would let the other pass.
    func address(
        _ key: AttributeKey<Scope, IPAddress>, _ family: AddressFamily
    ) throws(MalformedReply) -> IPAddress? {
        guard let address = try value(key) else { return nil }
        guard address.family == family else { throw MalformedReply("\(key.name) is of the other address family") }
        return address
    }
}
