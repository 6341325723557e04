// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink
internal import SystemPackage

/// A next-hop object: a way, or a group of ways, that routes and forwarding entries refer to by its id
/// (`RTM_NEWNEXTHOP`). Sources: linux/nexthop.h, ip-nexthop(8).
public struct NextHopObject: Hashable, Sendable {
    /// `NHA_ID`; 0 in a request lets the kernel choose.
    public var id: UInt32
    /// `nh_family`; nil of a group.
    public var family: AddressFamily?
    /// `nh_scope`: how far the gateway is.
    public var scope: RouteScope = .global
    /// `nh_protocol`: who made it.
    public var origin: RouteProtocol = .unspecified
    /// `nh_flags`
    public var flags: RouteFlags = []
    /// `NHA_GATEWAY`
    public var gateway: IPAddress?
    /// `NHA_OIF`: the device that packets leave by.
    public var outputInterface: Int32?
    /// `NHA_BLACKHOLE`: packets are dropped.
    public var isBlackhole = false
    /// `NHA_FDB`: it is for forwarding entries of VXLAN devices, and has no device of its own.
    public var isForForwarding = false
    /// `NHA_ENCAP_TYPE` and `NHA_ENCAP`: a tunnel.
    public var encapsulation: RouteEncapsulation?
    /// `NHA_GROUP`: the ways of a group; empty of a single way.
    public var members: [Member] = []
    /// `NHA_RES_GROUP`: how a resilient group spreads flows; nil of one that spreads them by hash alone.
    public var resilience: Resilience?

    /// A way of a group: `struct nexthop_grp`.
    public struct Member: Hashable, Sendable {
        /// The way's id.
        public var id: UInt32
        /// How much of the traffic goes this way, 1…256; the kernel's number is one less.
        public var weight: UInt16

        /// One way.
        public init(id: UInt32, weight: UInt16 = 1) {
            self.id = id
            self.weight = weight
        }
    }

    /// A group that keeps flows on their way when it changes: `NHA_RES_GROUP`. Times are in hundredths of a second.
    public struct Resilience: Hashable, Sendable {
        /// `NHA_RES_GROUP_BUCKETS`: among how many parts flows are spread.
        public var buckets: UInt16?
        /// `NHA_RES_GROUP_IDLE_TIMER`: after how long without traffic a part may move to another way.
        public var idleTimer: UInt32?
        /// `NHA_RES_GROUP_UNBALANCED_TIMER`: after how long it moves even with traffic; 0 for never.
        public var unbalancedTimer: UInt32?
        /// `NHA_RES_GROUP_UNBALANCED_TIME`: for how long the parts have been out of balance.
        public var unbalancedTime: UInt64?

        /// The kernel's choices.
        public init(buckets: UInt16? = nil, idleTimer: UInt32? = nil, unbalancedTimer: UInt32? = nil) {
            self.buckets = buckets
            self.idleTimer = idleTimer
            self.unbalancedTimer = unbalancedTimer
        }
    }

    /// One way, of a family.
    public init(id: UInt32, _ family: AddressFamily, via gateway: IPAddress? = nil, device: Int32? = nil) {
        self.id = id
        self.family = family
        self.gateway = gateway
        outputInterface = device
    }

    /// A group of ways.
    public init(id: UInt32, group members: [Member], resilience: Resilience? = nil) {
        self.id = id
        self.members = members
        self.resilience = resilience
    }
}

extension NextHopObject {
    /// Reads what follows the `nlmsghdr` of `RTM_NEWNEXTHOP` or `RTM_DELNEXTHOP`; unknown attributes are skipped.
    ///
    /// - Throws: `MalformedReply` when the message is shorter than it says or an attribute is of the wrong form.
    public init(decoding message: RawSpan) throws(MalformedReply) {
        guard let familyNumber: UInt8 = message.integer(at: 0), let scope: UInt8 = message.integer(at: 1),
            let origin: UInt8 = message.integer(at: 2), let flags: UInt32 = message.integer(at: 4)
        else { throw MalformedReply("a next-hop message is too short") }
        let attributes = try Attributes<NextHopMessage>(message.extracting(droppingFirst: MemoryLayout<nhmsg>.size))
        self.init(id: try attributes.value(.id) ?? 0, group: try attributes.value(.group)?.members ?? [])
        family = AddressFamily(rawValue: familyNumber)
        self.scope = RouteScope(rawValue: scope)
        self.origin = RouteProtocol(rawValue: origin)
        self.flags = RouteFlags(rawValue: flags)
        gateway = try attributes.value(.gateway)
        outputInterface = try attributes.value(.outputInterface)
        isBlackhole = attributes.contains(.blackhole)
        isForForwarding = attributes.contains(.forwarding)
        if let type = try attributes.value(.encapsulationType) {
            encapsulation = RouteEncapsulation(type: type, attributes: try attributes.value(.encapsulation) ?? [])
        }
        if let nest = try attributes.nested(.resilience) {
            var resilience = Resilience(
                buckets: try nest.value(.buckets), idleTimer: try nest.value(.idleTimer),
                unbalancedTimer: try nest.value(.unbalancedTimer))
            resilience.unbalancedTime = try nest.value(.unbalancedTime)
            self.resilience = resilience
        }
    }

    /// `RTM_NEWNEXTHOP` that makes the object; one that is there is an error (EEXIST).
    ///
    /// - Parameter device: how errors call the device.
    public func addRequest(device: String? = nil) -> Request<NextHopMessage> {
        request([.create, .exclusive], "add", device)
    }

    /// `RTM_NEWNEXTHOP` that makes the object or takes the place of the one that is there.
    public func replaceRequest(device: String? = nil) -> Request<NextHopMessage> {
        request([.create, .replace], "replace", device)
    }

    /// `RTM_DELNEXTHOP`. Routes that refer to the object go with it.
    public static func deleteRequest(id: UInt32) -> Request<NextHopMessage> {
        let request = Request<NextHopMessage>(RTM_DELNEXTHOP, header: nhmsg(), operation: "delete next hop '\(id)'")
        request.attributes.put(.id, id)
        return request
    }

    /// `RTM_GETNEXTHOP` for one object.
    package static func lookUpRequest(id: UInt32) -> Request<NextHopMessage> {
        let request = Request<NextHopMessage>(RTM_GETNEXTHOP, header: nhmsg(), operation: "get next hop '\(id)'")
        request.attributes.put(.id, id)
        return request
    }

    private func request(
        _ requestFlags: RequestFlags, _ verb: String, _ device: String?
    ) -> Request<NextHopMessage> {
        var header = nhmsg()
        header.nh_family = family?.rawValue ?? 0
        header.nh_protocol = origin.rawValue
        header.nh_flags = flags.intersection(.settable).rawValue
        var subject = members.isEmpty ? "next hop" : "next-hop group"
        if id != 0 { subject += " '\(id)'" }
        if let gateway { subject += " via '\(gateway)'" }
        if let device { subject += " on '\(device)'" }
        let request = Request<NextHopMessage>(
            RTM_NEWNEXTHOP, flags: requestFlags, header: header, operation: "\(verb) \(subject)")
        let writer = request.attributes
        if id != 0 { writer.put(.id, id) }
        if !members.isEmpty {
            writer.put(.group, NextHopMembers(members))
            if let resilience {
                writer.put(.groupType, UInt16(NEXTHOP_GRP_TYPE_RES))
                writer.nest(.resilience) { nest in
                    nest.put(.buckets, ifPresent: resilience.buckets)
                    nest.put(.idleTimer, ifPresent: resilience.idleTimer)
                    nest.put(.unbalancedTimer, ifPresent: resilience.unbalancedTimer)
                }
            }
        }
        writer.put(.gateway, ifPresent: gateway)
        writer.put(.outputInterface, ifPresent: outputInterface)
        if isBlackhole { writer.put(.blackhole, PresenceFlag()) }
        if isForForwarding { writer.put(.forwarding, PresenceFlag()) }
        if let encapsulation {
            // Unlike RTA_ENCAP, it is refused without NLA_F_NESTED.
            writer.nest(.encapsulationNest) { nest in
                let bytes = encapsulation.attributes.span.bytes
                for offset in stride(from: 0, to: bytes.byteCount, by: 4) {
                    if let word: UInt32 = bytes.integer(at: offset) { nest.append(word) }
                }
            }
            writer.put(.encapsulationType, encapsulation.type)
        }
        return request
    }
}

/// Which next-hop objects a dump returns; the kernel filters.
public struct NextHopFilter: Sendable {
    /// Only this family.
    public var family: AddressFamily?
    /// Only those by this device.
    public var device: Int32?
    /// Only those by ports of this device.
    public var master: Int32?
    /// Only groups.
    public var isGroup: Bool
    /// Only those for forwarding entries.
    public var isForForwarding: Bool

    /// All objects.
    public init(
        family: AddressFamily? = nil, device: Int32? = nil, master: Int32? = nil, isGroup: Bool = false,
        isForForwarding: Bool = false
    ) {
        self.family = family
        self.device = device
        self.master = master
        self.isGroup = isGroup
        self.isForForwarding = isForForwarding
    }

    package func request() -> Request<NextHopMessage> {
        var header = nhmsg()
        header.nh_family = family?.rawValue ?? 0
        let request = Request<NextHopMessage>(RTM_GETNEXTHOP, header: header, operation: "list next hops")
        let writer = request.attributes
        writer.put(.outputInterface, ifPresent: device)
        writer.put(.master, ifPresent: master)
        if isGroup { writer.put(.onlyGroups, PresenceFlag()) }
        if isForForwarding { writer.put(.forwarding, PresenceFlag()) }
        return request
    }
}

extension RouteSocket {
    /// Makes a next-hop object. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter device: how errors call the device.
    /// - Throws: `.kernel` with `EEXIST` when there is one of that id.
    public mutating func addNextHop(_ nextHop: NextHopObject, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(nextHop.addRequest(device: device))
    }

    /// Makes a next-hop object or takes the place of the one that is there. Needs `CAP_NET_ADMIN`.
    public mutating func replaceNextHop(_ nextHop: NextHopObject, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(nextHop.replaceRequest(device: device))
    }

    /// Deletes a next-hop object, and the routes that refer to it. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is none.
    public mutating func deleteNextHop(id: UInt32) throws(NetlinkError) {
        try socket.acknowledge(NextHopObject.deleteRequest(id: id))
    }

    /// Deletes many next-hop objects, packed into few datagrams. Needs `CAP_NET_ADMIN`.
    ///
    /// One that has gone meanwhile counts as deleted.
    ///
    /// - Returns: the refusals.
    public mutating func deleteNextHops(ids: [UInt32]) throws(NetlinkError) -> [KernelError] {
        try socket.transact(ids.map { NextHopObject.deleteRequest(id: $0).erased }).compactMap { refusal in
            refusal?.errno == .noSuchFileOrDirectory ? nil : refusal
        }
    }

    /// The next-hop object of that id.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is none.
    public mutating func nextHop(id: UInt32) throws(NetlinkError) -> NextHopObject {
        try socket.get(NextHopObject.lookUpRequest(id: id)) { (_, payload) throws(MalformedReply) in
            try NextHopObject(decoding: payload)
        }
    }

    /// All next-hop objects that pass the filter, by their ids.
    public mutating func nextHops(_ filter: NextHopFilter = NextHopFilter()) throws(NetlinkError) -> [NextHopObject] {
        var nextHops: [NextHopObject] = []
        try socket.dump(filter.request(), restart: { nextHops.removeAll() }) { (_, payload) throws(MalformedReply) in
            nextHops.append(try NextHopObject(decoding: payload))
        }
        return nextHops
    }
}

// MARK: Keys

/// Attributes that follow `struct nhmsg`: `NHA_…` of linux/nexthop.h.
public enum NextHopMessage {}
/// Attributes inside `NHA_RES_GROUP`.
enum ResilienceScope {}

extension AttributeKey where Scope == NextHopMessage, Value == UInt32 {
    static var id: Self { Self(NHA_ID, "NHA_ID") }
}
extension AttributeKey where Scope == NextHopMessage, Value == Int32 {
    static var outputInterface: Self { Self(NHA_OIF, "NHA_OIF") }
    static var master: Self { Self(NHA_MASTER, "NHA_MASTER") }
}
extension AttributeKey where Scope == NextHopMessage, Value == UInt16 {
    static var groupType: Self { Self(NHA_GROUP_TYPE, "NHA_GROUP_TYPE") }
    static var encapsulationType: Self { Self(NHA_ENCAP_TYPE, "NHA_ENCAP_TYPE") }
}
extension AttributeKey where Scope == NextHopMessage, Value == [UInt8] {
    static var encapsulation: Self { Self(NHA_ENCAP, "NHA_ENCAP") }
}
extension AttributeKey where Scope == NextHopMessage, Value == Nest<NextHopMessage> {
    // What is inside has the scope of the tunnel's kind; it is copied as it is.
    static var encapsulationNest: Self { Self(NHA_ENCAP, "NHA_ENCAP") }
}
extension AttributeKey where Scope == NextHopMessage, Value == IPAddress {
    static var gateway: Self { Self(NHA_GATEWAY, "NHA_GATEWAY") }
}
extension AttributeKey where Scope == NextHopMessage, Value == PresenceFlag {
    static var blackhole: Self { Self(NHA_BLACKHOLE, "NHA_BLACKHOLE") }
    static var onlyGroups: Self { Self(NHA_GROUPS, "NHA_GROUPS") }
    static var forwarding: Self { Self(NHA_FDB, "NHA_FDB") }
}
extension AttributeKey where Scope == NextHopMessage, Value == NextHopMembers {
    static var group: Self { Self(NHA_GROUP, "NHA_GROUP") }
}
extension AttributeKey where Scope == NextHopMessage, Value == Nest<ResilienceScope> {
    static var resilience: Self { Self(NHA_RES_GROUP, "NHA_RES_GROUP") }
}
extension AttributeKey where Scope == ResilienceScope, Value == UInt16 {
    static var buckets: Self { Self(NHA_RES_GROUP_BUCKETS, "NHA_RES_GROUP_BUCKETS") }
}
extension AttributeKey where Scope == ResilienceScope, Value == UInt32 {
    static var idleTimer: Self { Self(NHA_RES_GROUP_IDLE_TIMER, "NHA_RES_GROUP_IDLE_TIMER") }
    static var unbalancedTimer: Self { Self(NHA_RES_GROUP_UNBALANCED_TIMER, "NHA_RES_GROUP_UNBALANCED_TIMER") }
}
extension AttributeKey where Scope == ResilienceScope, Value == UInt64 {
    static var unbalancedTime: Self { Self(NHA_RES_GROUP_UNBALANCED_TIME, "NHA_RES_GROUP_UNBALANCED_TIME") }
}

/// The ways of a group, eight bytes each: `struct nexthop_grp` of id, weight and, since Linux 6.12, the weight's
/// upper byte.
struct NextHopMembers: AttributeValue {
    var members: [NextHopObject.Member]

    init(_ members: [NextHopObject.Member]) { self.members = members }

    init?(attributePayload payload: RawSpan) {
        guard payload.byteCount % 8 == 0 else { return nil }
        members = []
        for offset in stride(from: 0, to: payload.byteCount, by: 8) {
            guard let id: UInt32 = payload.integer(at: offset), let low: UInt8 = payload.integer(at: offset + 4),
                let high: UInt8 = payload.integer(at: offset + 5)
            else { return nil }
            let weight = UInt16(low) | UInt16(high) << 8
            members.append(NextHopObject.Member(id: id, weight: weight == .max ? weight : weight + 1))
        }
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        var bytes: [UInt8] = []
        for member in members {
            withWireBytes(of: member.id) { bytes += $0 }
            let weight = max(member.weight, 1) - 1
            bytes += [UInt8(truncatingIfNeeded: weight), UInt8(truncatingIfNeeded: weight >> 8), 0, 0]
        }
        bytes.withUnsafeBytes(body)
    }
}
