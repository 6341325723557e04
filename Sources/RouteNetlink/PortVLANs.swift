// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import CMnl
public import Netlink

/// The VLANs of one port of a bridge, or of the bridge itself: `IFLA_AF_SPEC` of a link of the family `AF_BRIDGE`.
/// Sources: linux/if_bridge.h, bridge(8).
public struct PortVLANs: Hashable, Sendable {
    /// The device's number.
    public var index: Int32
    /// The VLANs, in the kernel's order.
    public var vlans: [PortVLAN] = []
    /// The tunnels that carry them.
    public var tunnels: [VLANTunnel] = []

    /// A device without any.
    public init(index: Int32) { self.index = index }
}

/// One VLAN of a port, or a range of them that are alike: `IFLA_BRIDGE_VLAN_INFO`.
public struct PortVLAN: Hashable, Sendable {
    /// The ids, 1…4094.
    public var ids: ClosedRange<UInt16>
    /// `BRIDGE_VLAN_INFO_PVID`: untagged frames that come in belong to it.
    public var isPVID: Bool
    /// `BRIDGE_VLAN_INFO_UNTAGGED`: its frames go out untagged.
    public var isUntagged: Bool
    /// What passes in it; nil unless it was asked for, as are the next two.
    public var state: BridgePortState?
    /// Whether there are multicast routers in it.
    public var multicastRouter: MulticastRouter?
    /// How much has passed.
    public var statistics: VLANStatistics?

    /// Tagged, unless said.
    public init(_ ids: ClosedRange<UInt16>, isPVID: Bool = false, isUntagged: Bool = false) {
        self.ids = ids
        self.isPVID = isPVID
        self.isUntagged = isUntagged
    }
}

/// VLANs that travel with the network identifiers of a tunnel: `IFLA_BRIDGE_VLAN_TUNNEL_INFO`.
public struct VLANTunnel: Hashable, Sendable {
    /// The VLANs' ids.
    public var ids: ClosedRange<UInt16>
    /// The network identifiers, one for each.
    public var tunnelIDs: ClosedRange<UInt32>

    /// As many network identifiers as VLANs.
    public init(_ ids: ClosedRange<UInt16>, tunnelIDs: ClosedRange<UInt32>) {
        self.ids = ids
        self.tunnelIDs = tunnelIDs
    }
}

/// A change of the VLANs of a port: `RTM_SETLINK` and `RTM_DELLINK` of the family `AF_BRIDGE`.
public struct VLANChange: Hashable, Sendable {
    /// The device's number.
    public var index: Int32
    /// `BRIDGE_FLAGS_SELF`: of the device itself, which is a bridge or forwards by itself.
    public var isOwn = false
    /// `BRIDGE_FLAGS_MASTER`: of the bridge of which it is a port; so it is when neither is said.
    public var isMasters = false
    /// What is added or deleted.
    public var content: Content

    /// VLANs, or the tunnels that carry them.
    public enum Content: Hashable, Sendable {
        case vlan(PortVLAN)
        case tunnel(VLANTunnel)
    }

    /// A change of a device.
    public init(_ content: Content, index: Int32) {
        self.content = content
        self.index = index
    }

    /// `RTM_SETLINK` that adds.
    ///
    /// - Parameter device: how errors call the device.
    public func addRequest(device: String? = nil) -> Request<LinkScope> {
        request(RTM_SETLINK, "add \(subject) to", device)
    }

    /// `RTM_DELLINK` that deletes.
    public func deleteRequest(device: String? = nil) -> Request<LinkScope> {
        request(RTM_DELLINK, "delete \(subject) from", device)
    }

    private var subject: String {
        let ids =
            switch content {
            case .vlan(let vlan): vlan.ids
            case .tunnel(let tunnel): tunnel.ids
            }
        if case .tunnel = content { return "the tunnel of \(ids.vlanText)" }
        return ids.vlanText
    }

    private func request(_ messageType: Int, _ operation: String, _ device: String?) -> Request<LinkScope> {
        var header = ifinfomsg()
        header.ifi_family = ForwardingEntry.family
        header.ifi_index = index
        let request = Request<LinkScope>(
            messageType, header: header, operation: "\(operation) '\(device ?? "\(index)")'")
        request.attributes.nest(.bridging, nestedFlag: false) { writer in
            let flags = (isMasters ? BRIDGE_FLAGS_MASTER : 0) | (isOwn ? BRIDGE_FLAGS_SELF : 0)
            if flags != 0 { writer.put(.flags, UInt16(flags)) }
            switch content {
            case .vlan(let vlan): vlan.encode(into: writer)
            case .tunnel(let tunnel): tunnel.encode(into: writer)
            }
        }
        return request
    }
}

extension PortVLAN {
    fileprivate func encode(into writer: AttributeWriter<BridgingScope>) {
        let flags =
            (isPVID ? UInt16(BRIDGE_VLAN_INFO_PVID) : 0) | (isUntagged ? UInt16(BRIDGE_VLAN_INFO_UNTAGGED) : 0)
        for (id, range) in ids.ends { writer.put(.vlan, VLANInfo(flags: flags | range, id: id)) }
    }
}

extension VLANTunnel {
    fileprivate func encode(into writer: AttributeWriter<BridgingScope>) {
        for (end, range) in ids.ends {
            writer.nest(.tunnel, nestedFlag: false) { nest in
                nest.put(.id, range == UInt16(BRIDGE_VLAN_INFO_RANGE_END) ? tunnelIDs.upperBound : tunnelIDs.lowerBound)
                nest.put(.vlan, end)
                nest.put(.flags, range)
            }
        }
    }
}

extension ClosedRange<UInt16> {
    /// The ends with the flags by which the kernel knows them; one without when the range is of one.
    fileprivate var ends: [(id: UInt16, flag: UInt16)] {
        guard count > 1 else { return [(lowerBound, 0)] }
        return [
            (lowerBound, UInt16(BRIDGE_VLAN_INFO_RANGE_BEGIN)), (upperBound, UInt16(BRIDGE_VLAN_INFO_RANGE_END)),
        ]
    }
}

// MARK: Reading

extension PortVLANs {
    /// Reads what follows the `nlmsghdr` of `RTM_NEWLINK` of the family `AF_BRIDGE`.
    ///
    /// - Returns: nil for a link of another family.
    /// - Throws: `MalformedReply` when the message is shorter than it says or an attribute is of the wrong form.
    public init?(decoding message: RawSpan) throws(MalformedReply) {
        guard let family: UInt8 = message.integer(at: 0), let index: Int32 = message.integer(at: 4),
            message.byteCount >= MemoryLayout<ifinfomsg>.size
        else { throw MalformedReply("a link message is too short") }
        guard family == ForwardingEntry.family else { return nil }
        self.init(index: index)
        let attributes = try Attributes<LinkScope>(message.extracting(droppingFirst: MemoryLayout<ifinfomsg>.size))
        guard let nest = try attributes.nested(.bridging) else { return }
        var first: UInt16?
        var tunnel: (vlan: UInt16, id: UInt32)?
        try nest.forEach { (number, payload) throws(MalformedReply) in
            switch number {
            case UInt16(IFLA_BRIDGE_VLAN_INFO): try note(vlan: payload, &first)
            case UInt16(IFLA_BRIDGE_VLAN_TUNNEL_INFO): try note(tunnel: payload, &tunnel)
            default: break
            }
        }
    }

    private mutating func note(vlan payload: RawSpan, _ first: inout UInt16?) throws(MalformedReply) {
        guard let info = VLANInfo(attributePayload: payload) else {
            throw MalformedReply("IFLA_BRIDGE_VLAN_INFO has an unexpected form")
        }
        guard info.flags & UInt16(BRIDGE_VLAN_INFO_RANGE_BEGIN) == 0 else {
            first = info.id
            return
        }
        let begin = first ?? info.id
        first = nil
        guard begin <= info.id else { throw MalformedReply("a range of VLANs ends before it begins") }
        vlans.append(
            PortVLAN(
                begin...info.id, isPVID: info.flags & UInt16(BRIDGE_VLAN_INFO_PVID) != 0,
                isUntagged: info.flags & UInt16(BRIDGE_VLAN_INFO_UNTAGGED) != 0))
    }

    private mutating func note(
        tunnel payload: RawSpan, _ first: inout (vlan: UInt16, id: UInt32)?
    ) throws(MalformedReply) {
        let attributes = try Attributes<VLANTunnelScope>(payload)
        guard let id = try attributes.value(.id), let vlan = try attributes.value(.vlan) else {
            throw MalformedReply("IFLA_BRIDGE_VLAN_TUNNEL_INFO has an unexpected form")
        }
        guard (try attributes.value(.flags) ?? 0) & UInt16(BRIDGE_VLAN_INFO_RANGE_BEGIN) == 0 else {
            first = (vlan, id)
            return
        }
        let begin = first ?? (vlan, id)
        first = nil
        guard begin.vlan <= vlan, begin.id <= id else {
            throw MalformedReply("a range of VLAN tunnels ends before it begins")
        }
        tunnels.append(VLANTunnel(begin.vlan...vlan, tunnelIDs: begin.id...id))
    }

    /// `RTM_GETLINK` of the family `AF_BRIDGE`.
    ///
    /// - Parameter inRanges: whether VLANs that are alike come as one range.
    package static func listRequest(inRanges: Bool) -> Request<LinkScope> {
        var header = ifinfomsg()
        header.ifi_family = ForwardingEntry.family
        let request = Request<LinkScope>(RTM_GETLINK, header: header, operation: "list VLANs")
        request.attributes.put(
            .filterMask, UInt32(inRanges ? RTEXT_FILTER_BRVLAN_COMPRESSED : RTEXT_FILTER_BRVLAN))
        return request
    }
}

extension RouteSocket {
    /// Adds VLANs to a port or a bridge. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter device: how errors call the device.
    /// - Throws: `.kernel` with `EOPNOTSUPP` for a device that is no port, and without `CONFIG_BRIDGE_VLAN_FILTERING`.
    public mutating func addVLANs(_ change: VLANChange, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(change.addRequest(device: device))
    }

    /// Deletes VLANs of a port or a bridge; those that it does not have are passed over. Needs `CAP_NET_ADMIN`.
    public mutating func deleteVLANs(_ change: VLANChange, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(change.deleteRequest(device: device))
    }

    /// The VLANs of every bridge and every port.
    ///
    /// - Parameter inRanges: whether VLANs that are alike come as one range.
    public mutating func portVLANs(inRanges: Bool = true) throws(NetlinkError) -> [PortVLANs] {
        var ports: [PortVLANs] = []
        try socket.dump(PortVLANs.listRequest(inRanges: inRanges), restart: { ports.removeAll() }) {
            (_, payload) throws(MalformedReply) in
            if let port = try PortVLANs(decoding: payload) { ports.append(port) }
        }
        return ports
    }
}

// MARK: Keys

/// Attributes inside `IFLA_AF_SPEC` of the family `AF_BRIDGE`: `IFLA_BRIDGE_…` of linux/if_bridge.h.
public enum BridgingScope {}
/// Attributes inside `IFLA_BRIDGE_VLAN_TUNNEL_INFO`.
enum VLANTunnelScope {}

extension AttributeKey where Scope == LinkScope, Value == Nest<BridgingScope> {
    static var bridging: Self { Self(IFLA_AF_SPEC, "IFLA_AF_SPEC") }
}
extension AttributeKey where Scope == BridgingScope, Value == UInt16 {
    static var flags: Self { Self(IFLA_BRIDGE_FLAGS, "IFLA_BRIDGE_FLAGS") }
}
extension AttributeKey where Scope == BridgingScope, Value == VLANInfo {
    static var vlan: Self { Self(IFLA_BRIDGE_VLAN_INFO, "IFLA_BRIDGE_VLAN_INFO") }
}
extension AttributeKey where Scope == BridgingScope, Value == Nest<VLANTunnelScope> {
    static var tunnel: Self { Self(IFLA_BRIDGE_VLAN_TUNNEL_INFO, "IFLA_BRIDGE_VLAN_TUNNEL_INFO") }
}
extension AttributeKey where Scope == VLANTunnelScope, Value == UInt32 {
    static var id: Self { Self(IFLA_BRIDGE_VLAN_TUNNEL_ID, "IFLA_BRIDGE_VLAN_TUNNEL_ID") }
}
extension AttributeKey where Scope == VLANTunnelScope, Value == UInt16 {
    static var vlan: Self { Self(IFLA_BRIDGE_VLAN_TUNNEL_VID, "IFLA_BRIDGE_VLAN_TUNNEL_VID") }
    static var flags: Self { Self(IFLA_BRIDGE_VLAN_TUNNEL_FLAGS, "IFLA_BRIDGE_VLAN_TUNNEL_FLAGS") }
}

/// `struct bridge_vlan_info`
struct VLANInfo: AttributeValue {
    var flags: UInt16
    var id: UInt16

    init(flags: UInt16, id: UInt16) {
        self.flags = flags
        self.id = id
    }

    init?(attributePayload payload: RawSpan) {
        guard let flags: UInt16 = payload.integer(at: 0), let id: UInt16 = payload.integer(at: 2) else { return nil }
        self.init(flags: flags, id: id)
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) { [flags, id].withUnsafeBytes(body) }
}
