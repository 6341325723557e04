// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// What a queueing discipline shall be.
public struct QueueingDisciplineSpec: Sendable {
    /// The device's index.
    public var index: Int32
    /// Where it queues; nil finds one by its handle alone.
    public var parent: TrafficHandle?
    /// Its own handle; nil lets the kernel choose.
    public var handle: TrafficHandle?
    /// The kind and its options; see `kindName` for a kind without a type of its own.
    public var options: (any QueueingDisciplineOptions)?
    /// `TCA_KIND` of a kind that has no options here.
    public var kindName: String?
    /// What packets count, if that is not their size.
    public var sizeTable: SizeTable?
    /// The filters that `ingress` and `clsact` share with other disciplines, by their number from 1.
    public var ingressBlock: UInt32?, egressBlock: UInt32?

    /// A discipline of which nothing is said yet.
    public init(index: Int32, parent: TrafficHandle? = nil, handle: TrafficHandle? = nil) {
        (self.index, self.parent, self.handle) = (index, parent, handle)
    }

    /// The kind that is asked for, if any.
    public var kind: String? { options?.kind ?? kindName }

    /// `RTM_NEWQDISC` that makes the discipline; one that is there is an error (EEXIST).
    ///
    /// - Parameter displayName: how errors call the device.
    public func addRequest(displayName: String) -> Request<TrafficControlMessage> {
        request(RTM_NEWQDISC, [.create, .exclusive], "add", displayName)
    }

    /// `RTM_NEWQDISC` that makes the discipline, or puts it in the place of the one that is there. One of the
    /// same kind and handle is changed, so that what is not said stays as it was.
    public func replaceRequest(displayName: String) -> Request<TrafficControlMessage> {
        request(RTM_NEWQDISC, [.create, .replace], "replace", displayName)
    }

    /// `RTM_NEWQDISC` that changes the discipline that is there.
    public func changeRequest(displayName: String) -> Request<TrafficControlMessage> {
        request(RTM_NEWQDISC, [], "change", displayName)
    }

    /// `RTM_DELQDISC`. What the kernel made by default can't be deleted (ENOENT).
    public func deleteRequest(displayName: String) -> Request<TrafficControlMessage> {
        request(RTM_DELQDISC, [], "delete", displayName)
    }

    private func request(
        _ type: some BinaryInteger, _ flags: RequestFlags, _ verb: String, _ displayName: String
    ) -> Request<TrafficControlMessage> {
        let place =
            switch parent {
            case .root: "the root of '\(displayName)'"
            case .ingress: "the ingress of '\(displayName)'"
            case let parent?: "'\(parent)' of '\(displayName)'"
            case nil: handle.map { "'\($0)' of '\(displayName)'" } ?? "'\(displayName)'"
            }
        let kind = kind.map { "qdisc '\($0)'" } ?? "qdisc"
        let request = Request<TrafficControlMessage>(
            type, flags: flags, header: trafficControlHeader(index: index, handle: handle, parent: parent),
            operation: "\(verb) \(kind) at \(place)")
        request.attributes.put(.kind, ifPresent: self.kind)
        options?.encode(into: request.attributes)
        request.attributes.put(.ingressBlock, ifPresent: ingressBlock)
        request.attributes.put(.egressBlock, ifPresent: egressBlock)
        sizeTable?.encode(into: request.attributes)
        return request
    }
}

/// What a class shall be.
public struct TrafficClassSpec: Sendable {
    /// The device's index.
    public var index: Int32
    /// The class above, or the discipline; nil where the class is known by its handle.
    public var parent: TrafficHandle?
    /// Its own handle; nil lets the kernel choose.
    public var handle: TrafficHandle?
    /// The options of a class of htb, the only kind whose classes can be made here.
    public var htb: HTBClass?

    /// A class of which nothing is said yet.
    public init(index: Int32, parent: TrafficHandle? = nil, handle: TrafficHandle? = nil, htb: HTBClass? = nil) {
        (self.index, self.parent, self.handle, self.htb) = (index, parent, handle, htb)
    }

    /// `RTM_NEWTCLASS` that makes the class; one that is there is an error (EEXIST).
    ///
    /// - Parameter displayName: how errors call the device.
    public func addRequest(displayName: String) -> Request<TrafficControlMessage> {
        request(RTM_NEWTCLASS, [.create, .exclusive], "add", displayName)
    }

    /// `RTM_NEWTCLASS` that makes the class or changes the one that is there.
    public func replaceRequest(displayName: String) -> Request<TrafficControlMessage> {
        request(RTM_NEWTCLASS, .create, "replace", displayName)
    }

    /// `RTM_NEWTCLASS` that changes the class that is there.
    public func changeRequest(displayName: String) -> Request<TrafficControlMessage> {
        request(RTM_NEWTCLASS, [], "change", displayName)
    }

    /// `RTM_DELTCLASS`. One that has classes below it is in use (EBUSY).
    public func deleteRequest(displayName: String) -> Request<TrafficControlMessage> {
        request(RTM_DELTCLASS, [], "delete", displayName)
    }

    private func request(
        _ type: some BinaryInteger, _ flags: RequestFlags, _ verb: String, _ displayName: String
    ) -> Request<TrafficControlMessage> {
        let name = (handle ?? parent).map { " '\($0)'" } ?? ""
        let request = Request<TrafficControlMessage>(
            type, flags: flags, header: trafficControlHeader(index: index, handle: handle, parent: parent),
            operation: "\(verb) class\(name) of '\(displayName)'")
        if let htb {
            request.attributes.put(.kind, HTBOptions.kind)
            htb.encode(into: request.attributes)
        }
        return request
    }
}

/// `RTM_GETQDISC` for the disciplines of a device, or with nil of all.
func listQueueingDisciplinesRequest(index: Int32?, invisible: Bool) -> Request<TrafficControlMessage> {
    let request = Request<TrafficControlMessage>(
        RTM_GETQDISC, header: trafficControlHeader(index: index ?? 0, handle: nil, parent: nil),
        operation: "list qdiscs")
    if invisible { request.attributes.put(.showsInvisible, PresenceFlag()) }
    return request
}

/// `RTM_GETTCLASS` for the classes of a device, or only of the discipline that `parent` belongs to.
func listTrafficClassesRequest(index: Int32, parent: TrafficHandle?) -> Request<TrafficControlMessage> {
    Request<TrafficControlMessage>(
        RTM_GETTCLASS, header: trafficControlHeader(index: index, handle: nil, parent: parent),
        operation: "list classes")
}

private func trafficControlHeader(index: Int32, handle: TrafficHandle?, parent: TrafficHandle?) -> tcmsg {
    var header = tcmsg()
    header.tcm_ifindex = index
    header.tcm_handle = (handle ?? .unspecified).rawValue
    header.tcm_parent = (parent ?? .unspecified).rawValue
    return header
}
