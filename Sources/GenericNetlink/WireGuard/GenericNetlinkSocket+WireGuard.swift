// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

extension GenericNetlinkSocket {
    /// A WireGuard device with its peers. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter displayName: how errors call the device.
    /// - Throws: `.kernel` with `ENOENT` when the kernel has no WireGuard, `ENODEV` without the device, and
    ///   `EOPNOTSUPP` when it is of another kind.
    public mutating func wireGuardDevice(index: Int32, displayName: String) throws(NetlinkError) -> WireGuardDevice {
        let family = try family(named: WG_GENL_NAME)
        let request = WireGuardDevice.request(family: family, index: index, displayName: displayName)
        var device = WireGuardDevice()
        try socket.dump(request, restart: { device = WireGuardDevice() }) { (_, payload) throws(MalformedReply) in
            try device.merge(payload)
        }
        return device
    }

    /// Changes a WireGuard device and its peers. Needs `CAP_NET_ADMIN`.
    ///
    /// What takes several requests is done up to the one that is refused. Within one, too, the kernel
    /// goes from peer to peer and undoes nothing.
    ///
    /// - Parameter displayName: how errors call the device.
    /// - Throws: as ``wireGuardDevice(index:displayName:)``; `EADDRINUSE` for a port that is taken.
    public mutating func configure(
        _ spec: WireGuardSpec, index: Int32, displayName: String
    ) throws(NetlinkError) {
        let family = try family(named: WG_GENL_NAME)
        for request in spec.requests(family: family, index: index, displayName: displayName) {
            try socket.acknowledge(request)
        }
    }
}
