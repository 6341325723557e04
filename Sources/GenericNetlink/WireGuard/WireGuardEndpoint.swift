// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import Glibc
public import Netlink

/// Where a peer is reached: an address and a UDP port.
public struct WireGuardEndpoint: Hashable, Sendable {
    /// The address.
    public var address: IPAddress
    /// The UDP port.
    public var port: UInt16
    /// The device, by its index, through which a link-local address of IPv6 is reached; 0 for any other address.
    public var zone: UInt32

    /// Describes an endpoint.
    public init(_ address: IPAddress, port: UInt16, zone: UInt32 = 0) {
        (self.address, self.port, self.zone) = (address, port, zone)
    }
}

extension WireGuardEndpoint: CustomStringConvertible {
    /// `192.0.2.1:51820`, `[2001:db8::1]:51820` or, with the zone's number, `[fe80::1%2]:51820`.
    public var description: String { text(zone: String(zone)) }

    /// The same with the zone's name.
    public func text(zone name: String) -> String {
        guard address.family == .ipv6 else { return "\(address):\(port)" }
        return zone == 0 ? "[\(address)]:\(port)" : "[\(address)%\(name)]:\(port)"
    }
}

/// `struct sockaddr_in` or `struct sockaddr_in6`: the family, the port and the address in network order.
///
/// Source: ip(7), ipv6(7).
extension WireGuardEndpoint: AttributeValue {
    /// Reads the payload; nil when it is too short or of another family.
    public init?(attributePayload payload: RawSpan) {
        guard let family: UInt16 = payload.integer(at: 0), let port: UInt16 = payload.integer(at: 2) else { return nil }
        switch Int32(family) {
        case AF_INET:
            guard payload.byteCount >= MemoryLayout<sockaddr_in>.size,
                let address = IPv4Address(bytes: payload.extracting(4..<8).bytes)
            else { return nil }
            self.init(.v4(address), port: UInt16(bigEndian: port))
        case AF_INET6:
            guard payload.byteCount >= MemoryLayout<sockaddr_in6>.size,
                let address = IPv6Address(bytes: payload.extracting(8..<24).bytes),
                let zone: UInt32 = payload.integer(at: 24)
            else { return nil }
            self.init(.v6(address), port: UInt16(bigEndian: port), zone: zone)
        default: return nil
        }
    }

    /// Calls `body` with the structure.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        var bytes: [UInt8] = []
        func append(_ integer: some FixedWidthInteger & BitwiseCopyable) {
            withWireBytes(of: integer) { bytes.append(contentsOf: $0) }
        }
        append(UInt16(address.family.rawValue))
        append(port.bigEndian)
        switch address {
        case .v4(let address):
            bytes += address.bytes
            append(UInt64(0))
        case .v6(let address):
            append(UInt32(0))
            bytes += address.bytes
            append(zone)
        }
        bytes.withAttributePayload(body)
    }
}
