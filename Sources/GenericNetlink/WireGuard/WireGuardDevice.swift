// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import LinuxSystem
internal import Netlink

/// A link of the kind `wireguard` as the kernel has it. Source: linux/wireguard.h, `WG_CMD_GET_DEVICE`.
public struct WireGuardDevice: Equatable, Sendable {
    /// The kind of the link.
    public static let kind = "wireguard"

    /// The link's number.
    public var index: Int32 = 0
    /// The link's name.
    public var name = ""
    /// The device's own secret; nil until it is given one.
    public var privateKey: WireGuardSecretKey?
    /// What its peers know it by, which follows from the private key.
    public var publicKey: WireGuardPublicKey?
    /// The UDP port on which it listens; 0 before it has chosen one.
    public var listenPort: UInt16 = 0
    /// The mark of the packets that it sends; 0 for none.
    public var firewallMark: UInt32 = 0
    /// The peers, in the kernel's order.
    public var peers: [WireGuardPeer] = []

    /// A device of which nothing has been read yet.
    init() {}

    /// Takes in one message of the dump, which is what follows its `nlmsghdr`.
    ///
    /// What does not fit into one message goes on in the next, which then tells of the device nothing but its peers, and
    /// of a peer that it continues nothing but key and allowed addresses.
    mutating func merge(_ payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<WireGuardDeviceScope>(genericAttributes: payload)
        if let value = try attributes.value(.index) { index = Int32(truncatingIfNeeded: value) }
        if let value = try attributes.value(.name) { name = value }
        if let value = try attributes.value(.privateKey) { privateKey = value.orNil }
        if let value = try attributes.value(.publicKey) { publicKey = value }
        if let value = try attributes.value(.listenPort) { listenPort = value }
        if let value = try attributes.value(.firewallMark) { firewallMark = value }
        try attributes.nested(.peers)?.forEach { (_, payload) throws(MalformedReply) in
            let peer = try WireGuardPeer(decoding: payload)
            if let last = peers.last, last.publicKey == peer.publicKey {
                peers[peers.count - 1].allowedIPs += peer.allowedIPs
            } else {
                peers.append(peer)
            }
        }
    }

    /// `WG_CMD_GET_DEVICE`.
    static func request(
        family: GenericFamily, index: Int32, displayName: String
    ) -> Request<WireGuardDeviceScope> {
        let request = Request<WireGuardDeviceScope>(
            family.id, header: genlmsghdr(wireGuard: WG_CMD_GET_DEVICE),
            operation: "read wireguard device '\(displayName)'")
        request.attributes.put(.index, UInt32(bitPattern: index))
        return request
    }
}

/// A peer as the kernel has it.
public struct WireGuardPeer: Equatable, Sendable {
    /// Who it is.
    public var publicKey: WireGuardPublicKey
    /// The secret that both share beside their keys; nil without one.
    public var presharedKey: WireGuardSecretKey?
    /// Where it was heard last, or is to be reached; nil when that is not known.
    public var endpoint: WireGuardEndpoint?
    /// After how many seconds of silence an empty packet is sent; 0 for never.
    public var persistentKeepalive: UInt16 = 0
    /// When keys were last agreed; nil for never.
    public var lastHandshake: WallClockTime?
    /// How many bytes came from it.
    public var receivedBytes: UInt64 = 0
    /// How many bytes went to it.
    public var sentBytes: UInt64 = 0
    /// The addresses that it may send from, and that are sent to it.
    public var allowedIPs: [IPPrefix] = []
    /// `WGPEER_A_PROTOCOL_VERSION`: 1.
    public var protocolVersion: UInt32?

    init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<WireGuardPeerScope>(payload)
        guard let publicKey = try attributes.value(.publicKey) else { throw MalformedReply("a peer has no key") }
        self.publicKey = publicKey
        presharedKey = try attributes.value(.presharedKey)?.orNil
        endpoint = try attributes.value(.endpoint)
        persistentKeepalive = try attributes.value(.persistentKeepalive) ?? 0
        if let time = try attributes.value(.lastHandshake)?.time, time != WallClockTime(seconds: 0, nanoseconds: 0) {
            lastHandshake = time
        }
        receivedBytes = try attributes.value(.receivedBytes) ?? 0
        sentBytes = try attributes.value(.sentBytes) ?? 0
        protocolVersion = try attributes.value(.protocolVersion)
        try attributes.nested(.allowedIPs)?.forEach { (_, payload) throws(MalformedReply) in
            allowedIPs.append(try IPPrefix(decoding: payload))
        }
    }
}

extension genlmsghdr {
    init(wireGuard command: wg_cmd) {
        self.init(
            cmd: UInt8(truncatingIfNeeded: command.rawValue), version: UInt8(WG_GENL_VERSION), reserved: 0)
    }
}
