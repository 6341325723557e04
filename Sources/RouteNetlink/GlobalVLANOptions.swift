// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Options of VLANs of a whole bridge, which concern multicast: `BRIDGE_VLANDB_GLOBAL_OPTIONS` (Linux 5.15). Intervals
/// are in hundredths of a second. Sources: linux/if_bridge.h, bridge(8).
public struct GlobalVLANOptions: Hashable, Sendable {
    /// The bridge's number.
    public var index: Int32
    /// The VLANs' ids.
    public var ids: ClosedRange<UInt16>
    /// `BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING`: whether the bridge reads what hosts and routers say.
    public var snooping: UInt8?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_QUERIER`: whether it asks itself.
    public var querier: UInt8?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION`
    public var igmpVersion: UInt8?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION`
    public var mldVersion: UInt8?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT`: how often it is asked whether a group has members left.
    public var lastMemberCount: UInt32?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL`: the time between these questions.
    public var lastMemberInterval: UInt64?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT`: how many questions a querier begins with.
    public var startupQueryCount: UInt32?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL`: the time between these.
    public var startupQueryInterval: UInt64?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL`: after what time without an answer a member counts as gone.
    public var membershipInterval: UInt64?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL`: after what time without a question another querier counts as gone.
    public var querierInterval: UInt64?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL`: the time between two questions.
    public var queryInterval: UInt64?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL`: how long hosts may take to answer.
    public var queryResponseInterval: UInt64?
    /// `BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS`: the ports behind which multicast routers are; only read.
    public var routerPorts: [MulticastRouterPort] = []

    /// Nothing yet.
    public init(_ ids: ClosedRange<UInt16>, index: Int32) {
        self.ids = ids
        self.index = index
    }

    /// `RTM_NEWVLAN` that sets the options that are not nil.
    ///
    /// - Parameter device: how errors call the bridge.
    public func request(device: String? = nil) -> Request<VLANMessage> {
        let request = Request<VLANMessage>(
            RTM_NEWVLAN, header: BridgePortHeader(index: index),
            operation: "set global options of \(ids.vlanText) on '\(device ?? "\(index)")'")
        request.attributes.nest(.globalOptions) { writer in
            writer.put(.id, ids.lowerBound)
            if ids.count > 1 { writer.put(.last, ids.upperBound) }
            writer.put(.snooping, ifPresent: snooping)
            writer.put(.querier, ifPresent: querier)
            writer.put(.igmpVersion, ifPresent: igmpVersion)
            writer.put(.mldVersion, ifPresent: mldVersion)
            writer.put(.lastMemberCount, ifPresent: lastMemberCount)
            writer.put(.lastMemberInterval, ifPresent: lastMemberInterval)
            writer.put(.startupQueryCount, ifPresent: startupQueryCount)
            writer.put(.startupQueryInterval, ifPresent: startupQueryInterval)
            writer.put(.membershipInterval, ifPresent: membershipInterval)
            writer.put(.querierInterval, ifPresent: querierInterval)
            writer.put(.queryInterval, ifPresent: queryInterval)
            writer.put(.queryResponseInterval, ifPresent: queryResponseInterval)
        }
        return request
    }

    /// Reads what follows the `nlmsghdr` of `RTM_NEWVLAN`: each VLAN or range of it, unknown attributes skipped.
    ///
    /// - Throws: `MalformedReply` when the message is shorter than it says or an attribute is of the wrong form.
    public static func decode(_ message: RawSpan) throws(MalformedReply) -> [GlobalVLANOptions] {
        let index = try vlanIndex(message)
        var all: [GlobalVLANOptions] = []
        try vlanAttributes(message).forEach { (number, payload) throws(MalformedReply) in
            guard number == UInt16(BRIDGE_VLANDB_GLOBAL_OPTIONS) else { return }
            all.append(try GlobalVLANOptions(decoding: try Attributes<GlobalVLANScope>(payload), bridge: index))
        }
        return all
    }

    private init(
        decoding attributes: borrowing Attributes<GlobalVLANScope>, bridge: Int32
    ) throws(MalformedReply) {
        guard let first = try attributes.value(.id) else {
            throw MalformedReply("options of a VLAN without BRIDGE_VLANDB_GOPTS_ID")
        }
        let last = try attributes.value(.last) ?? first
        guard first <= last else { throw MalformedReply("a range of VLANs ends before it begins") }
        self.init(first...last, index: bridge)
        snooping = try attributes.value(.snooping)
        querier = try attributes.value(.querier)
        igmpVersion = try attributes.value(.igmpVersion)
        mldVersion = try attributes.value(.mldVersion)
        lastMemberCount = try attributes.value(.lastMemberCount)
        lastMemberInterval = try attributes.value(.lastMemberInterval)
        startupQueryCount = try attributes.value(.startupQueryCount)
        startupQueryInterval = try attributes.value(.startupQueryInterval)
        membershipInterval = try attributes.value(.membershipInterval)
        querierInterval = try attributes.value(.querierInterval)
        queryInterval = try attributes.value(.queryInterval)
        queryResponseInterval = try attributes.value(.queryResponseInterval)
        // The list is as in a multicast database, with a nest of its own around it.
        if let nest = try attributes.nested(.routerPorts), let ports = try nest.nested(.routers) {
            routerPorts = try MulticastRouterPort.decode(ports, bridge: bridge)
        }
    }
}

extension RouteSocket {
    /// Sets global options of VLANs. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter device: how errors call the bridge.
    /// - Throws: `.kernel` with `EINVAL` for a device that is no bridge, `ENOENT` when it lacks one of the VLANs.
    public mutating func setGlobalVLANOptions(
        _ options: GlobalVLANOptions, device: String? = nil
    ) throws(NetlinkError) {
        try socket.acknowledge(options.request(device: device))
    }

    /// The options of the VLANs of every bridge (Linux 5.15).
    ///
    /// - Throws: `.kernel` with `EOPNOTSUPP` without `CONFIG_BRIDGE_VLAN_FILTERING`.
    public mutating func globalVLANOptions() throws(NetlinkError) -> [GlobalVLANOptions] {
        var options: [GlobalVLANOptions] = []
        try socket.dump(VLANDump.global.request, restart: { options.removeAll() }) {
            (_, payload) throws(MalformedReply) in
            options += try GlobalVLANOptions.decode(payload)
        }
        return options
    }
}

// MARK: Keys

/// Attributes inside `BRIDGE_VLANDB_GLOBAL_OPTIONS`.
enum GlobalVLANScope {}

extension AttributeKey where Scope == VLANMessage, Value == Nest<GlobalVLANScope> {
    fileprivate static var globalOptions: Self { Self(BRIDGE_VLANDB_GLOBAL_OPTIONS, "BRIDGE_VLANDB_GLOBAL_OPTIONS") }
}
extension AttributeKey where Scope == GlobalVLANScope, Value == UInt16 {
    fileprivate static var id: Self { Self(BRIDGE_VLANDB_GOPTS_ID, "BRIDGE_VLANDB_GOPTS_ID") }
    fileprivate static var last: Self { Self(BRIDGE_VLANDB_GOPTS_RANGE, "BRIDGE_VLANDB_GOPTS_RANGE") }
}
extension AttributeKey where Scope == GlobalVLANScope, Value == UInt8 {
    fileprivate static var snooping: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING, "BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING")
    }
    fileprivate static var querier: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_QUERIER, "BRIDGE_VLANDB_GOPTS_MCAST_QUERIER")
    }
    fileprivate static var igmpVersion: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION, "BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION")
    }
    fileprivate static var mldVersion: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION, "BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION")
    }
}
extension AttributeKey where Scope == GlobalVLANScope, Value == UInt32 {
    fileprivate static var lastMemberCount: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT, "BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT")
    }
    fileprivate static var startupQueryCount: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT, "BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT")
    }
}
extension AttributeKey where Scope == GlobalVLANScope, Value == UInt64 {
    fileprivate static var lastMemberInterval: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL, "BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL")
    }
    fileprivate static var startupQueryInterval: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL, "BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL")
    }
    fileprivate static var membershipInterval: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL, "BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL")
    }
    fileprivate static var querierInterval: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL, "BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL")
    }
    fileprivate static var queryInterval: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL, "BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL")
    }
    fileprivate static var queryResponseInterval: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL, "BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL")
    }
}
extension AttributeKey where Scope == GlobalVLANScope, Value == Nest<MulticastMessage> {
    fileprivate static var routerPorts: Self {
        Self(BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS, "BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS")
    }
}
