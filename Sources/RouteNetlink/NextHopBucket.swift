// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// One of the parts among which a resilient group spreads flows (`RTM_NEWNEXTHOPBUCKET`). Source: linux/nexthop.h.
public struct NextHopBucket: Hashable, Sendable {
    /// `NHA_ID`: the group.
    public var group: UInt32
    /// `NHA_RES_BUCKET_INDEX`: which of its parts, from 0.
    public var index: UInt16
    /// `NHA_RES_BUCKET_NH_ID`: the way that its flows go now.
    public var nextHopID: UInt32
    /// `NHA_RES_BUCKET_IDLE_TIME`: for how long it has had no traffic, in hundredths of a second.
    public var idleTime: UInt64
    /// `nh_flags`
    public var flags: RouteFlags

    /// Describes a part.
    public init(group: UInt32, index: UInt16, nextHopID: UInt32, idleTime: UInt64 = 0, flags: RouteFlags = []) {
        self.group = group
        self.index = index
        self.nextHopID = nextHopID
        self.idleTime = idleTime
        self.flags = flags
    }

    /// Reads what follows the `nlmsghdr` of `RTM_NEWNEXTHOPBUCKET`; unknown attributes are skipped.
    ///
    /// - Throws: `MalformedReply` when the message is shorter than it says or an attribute is of the wrong form.
    public init(decoding message: RawSpan) throws(MalformedReply) {
        guard let flags: UInt32 = message.integer(at: 4) else {
            throw MalformedReply("a message of a next hop's bucket is too short")
        }
        let attributes = try Attributes<NextHopMessage>(message.extracting(droppingFirst: MemoryLayout<nhmsg>.size))
        guard let bucket = try attributes.nested(.bucket) else {
            throw MalformedReply("NHA_RES_BUCKET is missing")
        }
        self.init(
            group: try attributes.value(.id) ?? 0, index: try bucket.value(.index) ?? 0,
            nextHopID: try bucket.value(.nextHopID) ?? 0, idleTime: try bucket.value(.idleTime) ?? 0,
            flags: RouteFlags(rawValue: flags))
    }

    /// `RTM_GETNEXTHOPBUCKET` for one part.
    package static func lookUpRequest(group: UInt32, index: UInt16) -> Request<NextHopMessage> {
        let request = Request<NextHopMessage>(
            RTM_GETNEXTHOPBUCKET, header: nhmsg(), operation: "get bucket '\(index)' of next-hop group '\(group)'")
        request.attributes.put(.id, group)
        request.attributes.nest(.bucket) { $0.put(.index, index) }
        return request
    }
}

/// Which parts of resilient groups a dump returns; the kernel filters.
public struct NextHopBucketFilter: Sendable {
    /// Only those of this group; one that is not there is an error (ENOENT).
    public var group: UInt32?
    /// Only those whose flows go this way.
    public var nextHopID: UInt32?
    /// Only those by this device.
    public var device: Int32?
    /// Only those by ports of this device.
    public var master: Int32?

    /// The parts of all groups.
    public init(group: UInt32? = nil, nextHopID: UInt32? = nil, device: Int32? = nil, master: Int32? = nil) {
        self.group = group
        self.nextHopID = nextHopID
        self.device = device
        self.master = master
    }

    package func request() -> Request<NextHopMessage> {
        let request = Request<NextHopMessage>(
            RTM_GETNEXTHOPBUCKET, header: nhmsg(), operation: "list buckets of next-hop groups")
        let writer = request.attributes
        writer.put(.id, ifPresent: group)
        writer.put(.outputInterface, ifPresent: device)
        writer.put(.master, ifPresent: master)
        if let nextHopID { writer.nest(.bucket) { $0.put(.nextHopID, nextHopID) } }
        return request
    }
}

extension RouteSocket {
    /// One part of a resilient group.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is no such group, or no such part of it.
    public mutating func nextHopBucket(group: UInt32, index: UInt16) throws(NetlinkError) -> NextHopBucket {
        try socket.get(NextHopBucket.lookUpRequest(group: group, index: index)) {
            (_, payload) throws(MalformedReply) in
            try NextHopBucket(decoding: payload)
        }
    }

    /// All parts of resilient groups that pass the filter, group by group.
    public mutating func nextHopBuckets(
        _ filter: NextHopBucketFilter = NextHopBucketFilter()
    ) throws(NetlinkError) -> [NextHopBucket] {
        var buckets: [NextHopBucket] = []
        try socket.dump(filter.request(), restart: { buckets.removeAll() }) { (_, payload) throws(MalformedReply) in
            buckets.append(try NextHopBucket(decoding: payload))
        }
        return buckets
    }
}

// MARK: Keys

/// Attributes inside `NHA_RES_BUCKET`.
enum NextHopBucketScope {}

extension AttributeKey where Scope == NextHopMessage, Value == Nest<NextHopBucketScope> {
    static var bucket: Self { Self(NHA_RES_BUCKET, "NHA_RES_BUCKET") }
}
extension AttributeKey where Scope == NextHopBucketScope, Value == UInt16 {
    static var index: Self { Self(NHA_RES_BUCKET_INDEX, "NHA_RES_BUCKET_INDEX") }
}
extension AttributeKey where Scope == NextHopBucketScope, Value == UInt32 {
    static var nextHopID: Self { Self(NHA_RES_BUCKET_NH_ID, "NHA_RES_BUCKET_NH_ID") }
}
extension AttributeKey where Scope == NextHopBucketScope, Value == UInt64 {
    static var idleTime: Self { Self(NHA_RES_BUCKET_IDLE_TIME, "NHA_RES_BUCKET_IDLE_TIME") }
}
