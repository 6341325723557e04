// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Where a filter stands among those of a device. Source: linux/pkt_sched.h, tc(8).
public struct TrafficFilterPlace: Equatable, Sendable {
    /// The device's index.
    public var index: Int32
    /// The discipline or class whose packets it sees.
    public var parent: TrafficHandle
    /// Filters of a lower number come first; with 0 the kernel chooses one.
    public var priority: UInt16
    /// The kind of packets, `ETH_P_…`.
    public var protocolNumber: UInt16

    /// `ETH_P_ALL`: packets of every kind.
    public static let everyProtocol: UInt16 = 3

    /// A place for packets of every kind.
    public init(
        index: Int32, parent: TrafficHandle, priority: UInt16 = 0,
        protocolNumber: UInt16 = TrafficFilterPlace.everyProtocol
    ) {
        (self.index, self.parent, self.priority) = (index, parent, priority)
        self.protocolNumber = protocolNumber
    }

    /// `struct tcmsg`, whose `tcm_info` has the priority and, in network order, the protocol.
    fileprivate func header(handle: UInt32 = 0) -> tcmsg {
        var header = tcmsg()
        header.tcm_ifindex = index
        header.tcm_handle = handle
        header.tcm_parent = parent.rawValue
        header.tcm_info = UInt32(priority) << 16 | UInt32(protocolNumber.bigEndian)
        return header
    }
}

/// Which packets a filter catches, and what becomes of them: the options of one kind, `TCA_OPTIONS`.
public protocol TrafficClassifier: Sendable {
    /// The kind as the kernel calls it, `TCA_KIND`.
    static var kind: String { get }

    /// Puts `TCA_OPTIONS`.
    func encode(into message: AttributeWriter<TrafficControlMessage>)
}

/// What a filter shall be.
public struct TrafficFilterSpec: Sendable {
    /// Where it stands.
    public var place: TrafficFilterPlace
    /// What it catches.
    public var classifier: any TrafficClassifier
    /// Its own handle, in the numbers of its kind; 0 lets the kernel choose.
    public var handle: UInt32 = 0

    /// A filter whose handle the kernel chooses.
    public init(_ place: TrafficFilterPlace, _ classifier: any TrafficClassifier) {
        (self.place, self.classifier) = (place, classifier)
    }

    /// `RTM_NEWTFILTER` that makes the filter; one that is there is an error (EEXIST).
    ///
    /// - Parameter displayName: how errors call the device.
    public func addRequest(displayName: String) -> Request<TrafficControlMessage> {
        let kind = type(of: classifier).kind
        let request = Request<TrafficControlMessage>(
            RTM_NEWTFILTER, flags: [.create, .exclusive], header: place.header(handle: handle),
            operation: "add filter '\(kind)' at '\(place.parent)' of '\(displayName)'")
        request.attributes.put(.kind, kind)
        classifier.encode(into: request.attributes)
        return request
    }
}

extension TrafficFilterPlace {
    /// `RTM_DELTFILTER` for the filters of this priority and protocol; with the priority 0 for all of the parent.
    ///
    /// - Parameter displayName: how errors call the device.
    public func deleteRequest(displayName: String) -> Request<TrafficControlMessage> {
        Request<TrafficControlMessage>(
            RTM_DELTFILTER, header: header(), operation: "delete filters at '\(parent)' of '\(displayName)'")
    }

    /// `RTM_GETTFILTER` for the filters of a discipline or class.
    func listRequest() -> Request<TrafficControlMessage> {
        Request<TrafficControlMessage>(RTM_GETTFILTER, header: header(), operation: "list filters")
    }
}

/// A filter of a device, as the kernel reports it with `RTM_NEWTFILTER`. Source: tc(8).
public struct TrafficFilter: Equatable, Sendable {
    /// Where it stands.
    public var place: TrafficFilterPlace
    /// Its own handle, in the numbers of its kind; 0 for what only heads the filters of a priority.
    public var handle: UInt32
    /// `TCA_KIND`
    public var kind: String
    /// `TCA_CHAIN`
    public var chain: UInt32
    /// `TCA_OPTIONS`; nil for what only heads the filters of a priority.
    public var options: TrafficFilterOptions?

    /// The devices that packets are sent to, in the order of the actions.
    public var mirrorings: [MirroredAction] { options?.actions.compactMap(\.mirroring) ?? [] }

    /// Reads what follows `nlmsghdr`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let report = try TrafficControlReport(payload)
        place = TrafficFilterPlace(
            index: report.header.index, parent: report.header.parent,
            priority: UInt16(truncatingIfNeeded: report.header.info >> 16),
            protocolNumber: UInt16(bigEndian: UInt16(truncatingIfNeeded: report.header.info)))
        handle = report.header.handle.rawValue
        kind = report.kind
        chain = try report.attributes.value(.chain) ?? 0
        if let payload = report.options { options = try TrafficFilterOptions(decoding: payload, kind: kind) }
    }
}

extension AttributeKey where Scope == TrafficControlMessage, Value == UInt32 {
    fileprivate static var chain: Self { Self(TCA_CHAIN, "TCA_CHAIN") }
}

extension RouteSocket {
    /// Gives a discipline or class a filter. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter displayName: how errors call the device.
    /// - Throws: `.kernel` with `ENOENT` for a kind of filter or action that the kernel lacks, `EINVAL` where the
    ///   parent is missing.
    public mutating func addTrafficFilter(_ filter: TrafficFilterSpec, displayName: String) throws(NetlinkError) {
        try socket.acknowledge(filter.addRequest(displayName: displayName))
    }

    /// Deletes the filters of a priority and protocol. Needs `CAP_NET_ADMIN`.
    public mutating func deleteTrafficFilters(
        at place: TrafficFilterPlace, displayName: String
    ) throws(NetlinkError) {
        try socket.acknowledge(place.deleteRequest(displayName: displayName))
    }

    /// The filters of a discipline or class; none where that is missing.
    public mutating func trafficFilters(
        index: Int32, parent: TrafficHandle
    ) throws(NetlinkError) -> [TrafficFilter] {
        var filters: [TrafficFilter] = []
        // With a protocol the kernel sends those of it only.
        let place = TrafficFilterPlace(index: index, parent: parent, protocolNumber: 0)
        try socket.dump(place.listRequest(), restart: { filters.removeAll() }) { (_, payload) throws(MalformedReply) in
            filters.append(try TrafficFilter(decoding: payload))
        }
        return filters
    }
}
