// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// What a WireGuard device is to be; what is nil stays as it is. Source: linux/wireguard.h, `WG_CMD_SET_DEVICE`.
public struct WireGuardSpec: Equatable, Sendable {
    /// The device's own secret; `.absent` takes it away.
    public var privateKey: WireGuardSecretKey?
    /// The UDP port on which to listen; 0 for one that the kernel chooses when the link goes up.
    public var listenPort: UInt16?
    /// The mark of the packets that it sends, by which they can be routed; 0 for none.
    public var firewallMark: UInt32?
    /// `WGDEVICE_F_REPLACE_PEERS`: whether all peers that are there go first.
    public var replacesPeers = false
    /// The peers to add, change or remove; the others stay.
    public var peers: [WireGuardPeerSpec] = []

    /// Changes nothing yet.
    public init() {}
}

/// What a peer is to be; what is nil stays as it is.
public struct WireGuardPeerSpec: Equatable, Sendable {
    /// Who it is. One that is not there is added, unless `isUpdateOnly`.
    public var publicKey: WireGuardPublicKey
    /// `WGPEER_F_REMOVE_ME`: whether it is to go; everything else is void then.
    public var isRemoved = false
    /// `WGPEER_F_UPDATE_ONLY`: whether nothing happens where it is not there.
    public var isUpdateOnly = false
    /// A secret that both share beside their keys; `.absent` takes it away.
    public var presharedKey: WireGuardSecretKey?
    /// Where it is reached.
    public var endpoint: WireGuardEndpoint?
    /// After how many seconds of silence an empty packet is sent; 0 for never.
    public var persistentKeepalive: UInt16?
    /// `WGPEER_F_REPLACE_ALLOWEDIPS`: whether the allowed addresses that are there go first.
    public var replacesAllowedIPs = false
    /// Addresses that it may send from, and that are sent to it. One that another peer has is taken from that.
    public var allowedIPs: [IPPrefix] = []

    /// Changes nothing yet but that the peer is there.
    public init(_ publicKey: WireGuardPublicKey) { self.publicKey = publicKey }
}

extension WireGuardSpec {
    /// `WG_CMD_SET_DEVICE`, in as many requests as it takes, to be sent in this order.
    ///
    /// What has been replaced by one request is added to by those after it.
    ///
    /// - Parameter displayName: how errors call the device.
    public func requests(
        family: GenericFamily, index: Int32, displayName: String
    ) -> [Request<WireGuardDeviceScope>] {
        var requests: [Request<WireGuardDeviceScope>] = []
        var rest = peers[...]
        /// How many allowed addresses of the first of the rest have their place already.
        var placed = 0
        repeat {
            let request = Request<WireGuardDeviceScope>(
                family.id, header: genlmsghdr(wireGuard: WG_CMD_SET_DEVICE),
                operation: "configure wireguard device '\(displayName)'")
            let writer = request.attributes
            writer.put(.index, UInt32(bitPattern: index))
            if requests.isEmpty { encodeProperties(into: writer) }
            if !rest.isEmpty {
                writer.nest(.peers) { writer in
                    while let peer = rest.first, writer.remaining >= WireGuardPeerSpec.leastRoom {
                        placed = peer.encode(into: writer, from: placed)
                        guard placed == peer.sentAllowedIPs.count else { break }
                        placed = 0
                        rest.removeFirst()
                    }
                }
            }
            requests.append(request)
        } while !rest.isEmpty
        return requests
    }

    private func encodeProperties(into writer: AttributeWriter<WireGuardDeviceScope>) {
        if replacesPeers { writer.put(.flags, WGDEVICE_F_REPLACE_PEERS.rawValue) }
        writer.put(.privateKey, ifPresent: privateKey)
        writer.put(.listenPort, ifPresent: listenPort)
        writer.put(.firewallMark, ifPresent: firewallMark)
    }
}

extension WireGuardPeerSpec {
    /// What an allowed address of IPv6 takes of a message: three attributes in a nest.
    private static let allowedIPRoom = 4 + 8 + 20 + 8
    /// What a peer takes with both keys, flags, an endpoint of IPv6, an interval and one allowed address.
    fileprivate static let leastRoom = 4 + 36 + 36 + 8 + 32 + 8 + 4 + allowedIPRoom

    fileprivate var sentAllowedIPs: [IPPrefix] { isRemoved ? [] : allowedIPs }

    /// Puts the peer.
    ///
    /// - Parameter placed: how many of its allowed addresses earlier requests have; they have the rest as well then.
    /// - Returns: how many have their place now.
    fileprivate func encode(into peers: AttributeWriter<WireGuardPeersScope>, from placed: Int) -> Int {
        var placed = placed
        peers.nest(.peer) { peer in
            peer.put(.publicKey, publicKey)
            let flags = flags(isContinued: placed > 0)
            if flags != 0 { peer.put(.flags, flags) }
            guard !isRemoved else { return }
            if placed == 0 {
                peer.put(.presharedKey, ifPresent: presharedKey)
                peer.put(.endpoint, ifPresent: endpoint)
                peer.put(.persistentKeepalive, ifPresent: persistentKeepalive)
            }
            guard placed < allowedIPs.count else { return }
            peer.nest(.allowedIPs) { writer in
                while placed < allowedIPs.count, writer.remaining >= Self.allowedIPRoom {
                    allowedIPs[placed].encode(into: writer)
                    placed += 1
                }
            }
        }
        return placed
    }

    private func flags(isContinued: Bool) -> UInt32 {
        var flags: UInt32 = 0
        if isRemoved { flags |= WGPEER_F_REMOVE_ME.rawValue }
        if isUpdateOnly { flags |= WGPEER_F_UPDATE_ONLY.rawValue }
        // A second time it would remove what the first message has added.
        if replacesAllowedIPs, !isRemoved, !isContinued { flags |= WGPEER_F_REPLACE_ALLOWEDIPS.rawValue }
        return flags
    }
}
