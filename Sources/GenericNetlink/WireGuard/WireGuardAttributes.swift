// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import CMnl
internal import LinuxSystem
internal import Netlink

// The attributes of the family `wireguard`. Source: linux/wireguard.h.

/// Attributes of a device.
public enum WireGuardDeviceScope {}
/// The peers of a device, a nest each; the kernel makes nothing of their numbers.
enum WireGuardPeersScope {}
/// Attributes of a peer.
enum WireGuardPeerScope {}
/// The allowed addresses of a peer, a nest each.
enum WireGuardAllowedIPsScope {}
/// Attributes of an allowed address.
enum WireGuardAllowedIPScope {}

extension AttributeKey where Scope == WireGuardDeviceScope, Value == UInt32 {
    static var index: Self { Self(WGDEVICE_A_IFINDEX.rawValue, "WGDEVICE_A_IFINDEX") }
    static var flags: Self { Self(WGDEVICE_A_FLAGS.rawValue, "WGDEVICE_A_FLAGS") }
    static var firewallMark: Self { Self(WGDEVICE_A_FWMARK.rawValue, "WGDEVICE_A_FWMARK") }
}
extension AttributeKey where Scope == WireGuardDeviceScope, Value == String {
    static var name: Self { Self(WGDEVICE_A_IFNAME.rawValue, "WGDEVICE_A_IFNAME") }
}
extension AttributeKey where Scope == WireGuardDeviceScope, Value == WireGuardSecretKey {
    static var privateKey: Self { Self(WGDEVICE_A_PRIVATE_KEY.rawValue, "WGDEVICE_A_PRIVATE_KEY") }
}
extension AttributeKey where Scope == WireGuardDeviceScope, Value == WireGuardPublicKey {
    static var publicKey: Self { Self(WGDEVICE_A_PUBLIC_KEY.rawValue, "WGDEVICE_A_PUBLIC_KEY") }
}
extension AttributeKey where Scope == WireGuardDeviceScope, Value == UInt16 {
    static var listenPort: Self { Self(WGDEVICE_A_LISTEN_PORT.rawValue, "WGDEVICE_A_LISTEN_PORT") }
}
extension AttributeKey where Scope == WireGuardDeviceScope, Value == Nest<WireGuardPeersScope> {
    static var peers: Self { Self(WGDEVICE_A_PEERS.rawValue, "WGDEVICE_A_PEERS") }
}

extension AttributeKey where Scope == WireGuardPeersScope, Value == Nest<WireGuardPeerScope> {
    static var peer: Self { Self(0, "peer") }
}
extension AttributeKey where Scope == WireGuardPeerScope, Value == WireGuardPublicKey {
    static var publicKey: Self { Self(WGPEER_A_PUBLIC_KEY.rawValue, "WGPEER_A_PUBLIC_KEY") }
}
extension AttributeKey where Scope == WireGuardPeerScope, Value == WireGuardSecretKey {
    static var presharedKey: Self { Self(WGPEER_A_PRESHARED_KEY.rawValue, "WGPEER_A_PRESHARED_KEY") }
}
extension AttributeKey where Scope == WireGuardPeerScope, Value == UInt32 {
    static var flags: Self { Self(WGPEER_A_FLAGS.rawValue, "WGPEER_A_FLAGS") }
    static var protocolVersion: Self { Self(WGPEER_A_PROTOCOL_VERSION.rawValue, "WGPEER_A_PROTOCOL_VERSION") }
}
extension AttributeKey where Scope == WireGuardPeerScope, Value == WireGuardEndpoint {
    static var endpoint: Self { Self(WGPEER_A_ENDPOINT.rawValue, "WGPEER_A_ENDPOINT") }
}
extension AttributeKey where Scope == WireGuardPeerScope, Value == UInt16 {
    static var persistentKeepalive: Self {
        Self(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL.rawValue, "WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL")
    }
}
extension AttributeKey where Scope == WireGuardPeerScope, Value == KernelTime {
    static var lastHandshake: Self { Self(WGPEER_A_LAST_HANDSHAKE_TIME.rawValue, "WGPEER_A_LAST_HANDSHAKE_TIME") }
}
extension AttributeKey where Scope == WireGuardPeerScope, Value == UInt64 {
    static var receivedBytes: Self { Self(WGPEER_A_RX_BYTES.rawValue, "WGPEER_A_RX_BYTES") }
    static var sentBytes: Self { Self(WGPEER_A_TX_BYTES.rawValue, "WGPEER_A_TX_BYTES") }
}
extension AttributeKey where Scope == WireGuardPeerScope, Value == Nest<WireGuardAllowedIPsScope> {
    static var allowedIPs: Self { Self(WGPEER_A_ALLOWEDIPS.rawValue, "WGPEER_A_ALLOWEDIPS") }
}

extension AttributeKey where Scope == WireGuardAllowedIPsScope, Value == Nest<WireGuardAllowedIPScope> {
    static var allowedIP: Self { Self(0, "allowed IP") }
}
extension AttributeKey where Scope == WireGuardAllowedIPScope, Value == UInt16 {
    static var family: Self { Self(WGALLOWEDIP_A_FAMILY.rawValue, "WGALLOWEDIP_A_FAMILY") }
}
extension AttributeKey where Scope == WireGuardAllowedIPScope, Value == [UInt8] {
    static var address: Self { Self(WGALLOWEDIP_A_IPADDR.rawValue, "WGALLOWEDIP_A_IPADDR") }
}
extension AttributeKey where Scope == WireGuardAllowedIPScope, Value == UInt8 {
    static var length: Self { Self(WGALLOWEDIP_A_CIDR_MASK.rawValue, "WGALLOWEDIP_A_CIDR_MASK") }
}

/// `struct __kernel_timespec`: seconds since 1970 and nanoseconds, eight bytes each.
struct KernelTime: AttributeValue {
    let time: WallClockTime

    init?(attributePayload payload: RawSpan) {
        guard let seconds: Int64 = payload.integer(at: 0), let nanoseconds: Int64 = payload.integer(at: 8),
            (0..<1_000_000_000).contains(nanoseconds)
        else { return nil }
        time = WallClockTime(seconds: seconds, nanoseconds: Int32(nanoseconds))
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withWireBytes(of: (time.seconds, Int64(time.nanoseconds))) { body($0) }
    }
}

extension IPPrefix {
    /// Reads an allowed address.
    init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<WireGuardAllowedIPScope>(payload)
        guard let bytes = try attributes.value(.address), let length = try attributes.value(.length),
            let address = IPAddress(bytes: bytes), let prefix = IPPrefix(address, length: Int(length))
        else { throw MalformedReply("an allowed address of a peer is incomplete") }
        self = prefix
    }

    func encode(into allowedIPs: AttributeWriter<WireGuardAllowedIPsScope>) {
        allowedIPs.nest(.allowedIP) { writer in
            writer.put(.family, UInt16(family.rawValue))
            writer.put(.address, address.bytes)
            writer.put(.length, UInt8(clamping: length))
        }
    }
}
