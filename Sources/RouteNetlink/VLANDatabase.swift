// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// How much has passed through a VLAN: `BRIDGE_VLANDB_ENTRY_STATS`.
public struct VLANStatistics: Hashable, Sendable {
    /// What came in.
    public var receivedBytes: UInt64 = 0
    /// What came in.
    public var receivedPackets: UInt64 = 0
    /// What went out.
    public var sentBytes: UInt64 = 0
    /// What went out.
    public var sentPackets: UInt64 = 0

    /// Nothing yet.
    public init() {}
}

/// A change of the options of VLANs that a port or a bridge has: `RTM_NEWVLAN` (Linux 5.6). Sources:
/// linux/if_bridge.h, bridge(8).
public struct VLANOptionChange: Hashable, Sendable {
    /// The device's number.
    public var index: Int32
    /// The VLANs' ids.
    public var ids: ClosedRange<UInt16>
    /// `BRIDGE_VLANDB_ENTRY_STATE`: what passes in the VLAN.
    public var state: BridgePortState?
    /// `BRIDGE_VLANDB_ENTRY_MCAST_ROUTER`: whether there are multicast routers (Linux 5.15).
    public var multicastRouter: MulticastRouter?

    /// Nothing yet.
    public init(_ ids: ClosedRange<UInt16>, index: Int32) {
        self.ids = ids
        self.index = index
    }

    /// The request.
    ///
    /// - Parameter device: how errors call the device.
    public func request(device: String? = nil) -> Request<VLANMessage> {
        let request = Request<VLANMessage>(
            RTM_NEWVLAN, header: BridgePortHeader(index: index),
            operation: "set options of \(ids.vlanText) on '\(device ?? "\(index)")'")
        request.attributes.nest(.entry) { writer in
            writer.put(.info, VLANInfo(flags: UInt16(BRIDGE_VLAN_INFO_ONLY_OPTS), id: ids.lowerBound))
            if ids.count > 1 { writer.put(.last, ids.upperBound) }
            writer.put(.state, ifPresent: state)
            writer.put(.multicastRouter, ifPresent: multicastRouter)
        }
        return request
    }
}

// MARK: Reading

/// What a dump of the VLANs tells beside their ids.
public enum VLANDump: Sendable {
    /// Options of ports, VLANs that are alike as one range.
    case options
    /// Options and statistics of ports, VLAN by VLAN.
    case statistics
    /// Options of whole bridges.
    case global

    package var request: Request<VLANMessage> {
        let flags: Int32 =
            switch self {
            case .options: 0
            case .statistics: BRIDGE_VLANDB_DUMPF_STATS
            case .global: BRIDGE_VLANDB_DUMPF_GLOBAL
            }
        let request = Request<VLANMessage>(
            RTM_GETVLAN, header: BridgePortHeader(), operation: "list \(self == .global ? "options of " : "")VLANs")
        request.attributes.put(.dumpFlags, UInt32(bitPattern: flags))
        return request
    }
}

extension PortVLANs {
    /// Reads what follows the `nlmsghdr` of `RTM_NEWVLAN`; global options and unknown attributes are skipped.
    ///
    /// - Throws: `MalformedReply` when the message is shorter than it says or an attribute is of the wrong form.
    public init(decodingDatabase message: RawSpan) throws(MalformedReply) {
        let (index, attributes) = (try vlanIndex(message), try vlanAttributes(message))
        self.init(index: index)
        var vlans: [PortVLAN] = []
        try attributes.forEach { (number, payload) throws(MalformedReply) in
            guard number == UInt16(BRIDGE_VLANDB_ENTRY) else { return }
            vlans.append(try PortVLAN(decodingEntry: try Attributes<VLANEntryScope>(payload)))
        }
        self.vlans = vlans
    }
}

/// The number of the device that `struct br_vlan_msg` tells.
func vlanIndex(_ message: RawSpan) throws(MalformedReply) -> Int32 {
    guard let index: Int32 = message.integer(at: 4) else { throw MalformedReply("a message of VLANs is too short") }
    return index
}

/// What follows `struct br_vlan_msg`.
@_lifetime(copy message)
func vlanAttributes(_ message: RawSpan) throws(MalformedReply) -> Attributes<VLANMessage> {
    try Attributes<VLANMessage>(message.extracting(droppingFirst: MemoryLayout<br_vlan_msg>.size))
}

extension PortVLAN {
    fileprivate init(decodingEntry entry: borrowing Attributes<VLANEntryScope>) throws(MalformedReply) {
        guard let info = try entry.value(.info) else { throw MalformedReply("a VLAN without BRIDGE_VLANDB_ENTRY_INFO") }
        let last = try entry.value(.last) ?? info.id
        guard info.id <= last else { throw MalformedReply("a range of VLANs ends before it begins") }
        self.init(
            info.id...last, isPVID: info.flags & UInt16(BRIDGE_VLAN_INFO_PVID) != 0,
            isUntagged: info.flags & UInt16(BRIDGE_VLAN_INFO_UNTAGGED) != 0)
        state = try entry.value(.state)
        multicastRouter = try entry.value(.multicastRouter)
        guard let counters = try entry.nested(.statistics) else { return }
        var statistics = VLANStatistics()
        statistics.receivedBytes = try counters.value(.receivedBytes) ?? 0
        statistics.receivedPackets = try counters.value(.receivedPackets) ?? 0
        statistics.sentBytes = try counters.value(.sentBytes) ?? 0
        statistics.sentPackets = try counters.value(.sentPackets) ?? 0
        self.statistics = statistics
    }
}

extension ClosedRange<UInt16> {
    /// How errors call these VLANs.
    var vlanText: String { count == 1 ? "VLAN '\(lowerBound)'" : "VLANs '\(lowerBound)-\(upperBound)'" }
}

extension RouteSocket {
    /// Changes options of VLANs of a port or a bridge. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter device: how errors call the device.
    /// - Throws: `.kernel` with `ENOENT` when it lacks one of the VLANs.
    public mutating func setVLANOptions(_ change: VLANOptionChange, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(change.request(device: device))
    }

    /// The VLANs of every bridge and every port with their options (Linux 5.6).
    ///
    /// - Parameter statistics: whether their statistics come with them; then there are no ranges.
    /// - Throws: `.kernel` with `EOPNOTSUPP` without `CONFIG_BRIDGE_VLAN_FILTERING`.
    public mutating func portVLANOptions(statistics: Bool = false) throws(NetlinkError) -> [PortVLANs] {
        var ports: [PortVLANs] = []
        let dump = statistics ? VLANDump.statistics : .options
        try socket.dump(dump.request, restart: { ports.removeAll() }) { (_, payload) throws(MalformedReply) in
            let port = try PortVLANs(decodingDatabase: payload)
            // A port with many comes in several messages.
            if ports.last?.index == port.index {
                ports[ports.count - 1].vlans += port.vlans
            } else {
                ports.append(port)
            }
        }
        return ports
    }
}

// MARK: Keys

/// Attributes that follow `struct br_vlan_msg`: `BRIDGE_VLANDB_…` of linux/if_bridge.h.
public enum VLANMessage {}
enum VLANEntryScope {}
enum VLANStatisticsScope {}

extension AttributeKey where Scope == VLANMessage, Value == UInt32 {
    /// In a dump's request only, where the numbers mean other things.
    fileprivate static var dumpFlags: Self { Self(BRIDGE_VLANDB_DUMP_FLAGS, "BRIDGE_VLANDB_DUMP_FLAGS") }
}
extension AttributeKey where Scope == VLANMessage, Value == Nest<VLANEntryScope> {
    fileprivate static var entry: Self { Self(BRIDGE_VLANDB_ENTRY, "BRIDGE_VLANDB_ENTRY") }
}
extension AttributeKey where Scope == VLANEntryScope, Value == VLANInfo {
    fileprivate static var info: Self { Self(BRIDGE_VLANDB_ENTRY_INFO, "BRIDGE_VLANDB_ENTRY_INFO") }
}
extension AttributeKey where Scope == VLANEntryScope, Value == UInt16 {
    fileprivate static var last: Self { Self(BRIDGE_VLANDB_ENTRY_RANGE, "BRIDGE_VLANDB_ENTRY_RANGE") }
}
extension AttributeKey where Scope == VLANEntryScope, Value == BridgePortState {
    fileprivate static var state: Self { Self(BRIDGE_VLANDB_ENTRY_STATE, "BRIDGE_VLANDB_ENTRY_STATE") }
}
extension AttributeKey where Scope == VLANEntryScope, Value == MulticastRouter {
    fileprivate static var multicastRouter: Self {
        Self(BRIDGE_VLANDB_ENTRY_MCAST_ROUTER, "BRIDGE_VLANDB_ENTRY_MCAST_ROUTER")
    }
}
extension AttributeKey where Scope == VLANEntryScope, Value == Nest<VLANStatisticsScope> {
    fileprivate static var statistics: Self { Self(BRIDGE_VLANDB_ENTRY_STATS, "BRIDGE_VLANDB_ENTRY_STATS") }
}
extension AttributeKey where Scope == VLANStatisticsScope, Value == UInt64 {
    fileprivate static var receivedBytes: Self { Self(BRIDGE_VLANDB_STATS_RX_BYTES, "BRIDGE_VLANDB_STATS_RX_BYTES") }
    fileprivate static var receivedPackets: Self {
        Self(BRIDGE_VLANDB_STATS_RX_PACKETS, "BRIDGE_VLANDB_STATS_RX_PACKETS")
    }
    fileprivate static var sentBytes: Self { Self(BRIDGE_VLANDB_STATS_TX_BYTES, "BRIDGE_VLANDB_STATS_TX_BYTES") }
    fileprivate static var sentPackets: Self {
        Self(BRIDGE_VLANDB_STATS_TX_PACKETS, "BRIDGE_VLANDB_STATS_TX_PACKETS")
    }
}
