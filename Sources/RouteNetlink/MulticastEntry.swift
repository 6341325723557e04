// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// An entry of a bridge's multicast database: a group and a port that wants it (`RTM_NEWMDB`).
/// Sources: linux/if_bridge.h, bridge(8).
public struct MulticastEntry: Hashable, Sendable {
    /// The bridge's number.
    public var bridge: Int32
    /// The port's number; the bridge's own for this host.
    public var port: Int32
    /// The group.
    public var group: Group
    /// Only what this address sends.
    public var source: IPAddress?
    /// The VLAN in which it counts; 0 without one.
    public var vlan: UInt16 = 0
    /// `MDB_PERMANENT`: it stays; others go when nobody asks for them any more.
    public var isPermanent = false
    /// `MDB_FLAGS_…`
    public var flags: UInt8 = 0
    /// `MDBA_MDB_EATTR_TIMER`: hundredths of a second until it goes.
    public var timer: UInt32?
    /// `MDBA_MDB_EATTR_RTPROT`: who made it.
    public var origin: RouteProtocol?
    /// `MDBA_MDB_EATTR_GROUP_MODE`: whether `sources` are those wanted (1), or those not wanted (0).
    public var mode: UInt8?
    /// `MDBA_MDB_EATTR_SRC_LIST`: sources, and the hundredths of a second for which each is remembered.
    public var sources: [Source] = []

    /// What is sent to.
    public enum Group: Hashable, Sendable, CustomStringConvertible {
        case address(IPAddress)
        case linkLayer(MACAddress)

        /// The address.
        public var description: String {
            switch self {
            case .address(let address): address.description
            case .linkLayer(let address): address.description
            }
        }
    }

    /// A source of a group.
    public struct Source: Hashable, Sendable {
        /// Its address.
        public var address: IPAddress
        /// Hundredths of a second.
        public var timer: UInt32
    }

    /// An entry to be made: temporary, unless said.
    public init(_ group: Group, port: Int32, of bridge: Int32) {
        self.group = group
        self.port = port
        self.bridge = bridge
    }
}

/// A port of a bridge behind which a multicast router is: `MDBA_ROUTER_PORT`.
public struct MulticastRouterPort: Hashable, Sendable {
    /// The bridge's number.
    public var bridge: Int32
    /// The port's number.
    public var port: Int32
    /// `MDBA_ROUTER_PATTR_TIMER`: hundredths of a second until it is forgotten.
    public var timer: UInt32?
    /// `MDBA_ROUTER_PATTR_TYPE`: `MDB_RTR_TYPE_…`
    public var type: UInt8?
}

extension MulticastEntry {
    /// `RTM_NEWMDB` that makes the entry; one that is there is an error (EEXIST).
    ///
    /// - Parameter device: how errors call the port.
    public func addRequest(device: String? = nil) -> Request<MulticastMessage> {
        request(RTM_NEWMDB, [.create, .exclusive], "add", device)
    }

    /// `RTM_DELMDB`.
    public func deleteRequest(device: String? = nil) -> Request<MulticastMessage> {
        request(RTM_DELMDB, [], "delete", device)
    }

    private func request(
        _ messageType: Int, _ requestFlags: RequestFlags, _ verb: String, _ device: String?
    ) -> Request<MulticastMessage> {
        let header = BridgePortHeader(index: bridge)
        let request = Request<MulticastMessage>(
            messageType, flags: requestFlags, header: header,
            operation: "\(verb) multicast group '\(group)' on '\(device ?? "\(port)")'")
        request.attributes.put(.entry, MulticastEntryHeader(self))
        if let source { request.attributes.nest(.entryAttributes) { $0.put(.source, source) } }
        return request
    }
}

/// The multicast databases of bridges.
public struct MulticastDatabase: Sendable {
    /// All entries, bridge by bridge, in the kernel's order.
    public var entries: [MulticastEntry] = []
    /// All ports behind which routers are.
    public var routerPorts: [MulticastRouterPort] = []

    /// Nothing yet.
    public init() {}

    /// Adds what follows the `nlmsghdr` of `RTM_NEWMDB`; unknown attributes are skipped.
    ///
    /// - Throws: `MalformedReply` when the message is shorter than it says or an attribute is of the wrong form.
    public mutating func add(decoding message: RawSpan) throws(MalformedReply) {
        guard let index: Int32 = message.integer(at: 4) else {
            throw MalformedReply("a message of a multicast database is too short")
        }
        let attributes = try Attributes<MulticastMessage>(
            message.extracting(droppingFirst: MemoryLayout<br_port_msg>.size))
        if let list = try attributes.nested(.database) {
            try list.forEach { (number, payload) throws(MalformedReply) in
                guard number == UInt16(MDBA_MDB_ENTRY) else { return }
                try Attributes<MulticastEntryScope>(payload).forEach { (number, payload) throws(MalformedReply) in
                    guard number == UInt16(MDBA_MDB_ENTRY_INFO) else { return }
                    entries.append(try MulticastEntry(decoding: payload, bridge: index))
                }
            }
        }
        if let list = try attributes.nested(.routers) {
            routerPorts += try MulticastRouterPort.decode(list, bridge: index)
        }
    }

    /// `RTM_GETMDB`
    package static func listRequest() -> Request<MulticastMessage> {
        Request<MulticastMessage>(RTM_GETMDB, header: BridgePortHeader(), operation: "list multicast groups")
    }
}

extension MulticastEntry {
    fileprivate init(decoding payload: RawSpan, bridge: Int32) throws(MalformedReply) {
        guard let header = MulticastEntryHeader(attributePayload: payload) else {
            throw MalformedReply("MDBA_MDB_ENTRY_INFO has an unexpected form")
        }
        self.init(header.group, port: header.port, of: bridge)
        isPermanent = header.isPermanent
        flags = header.flags
        vlan = header.vlan
        let attributes = try Attributes<MulticastInfoScope>(
            payload.extracting(droppingFirst: MulticastEntryHeader.size))
        timer = try attributes.value(.timer)
        mode = try attributes.value(.mode)
        source = try attributes.value(.source)
        origin = try attributes.value(.origin).map(RouteProtocol.init)
        guard let list = try attributes.nested(.sources) else { return }
        try list.forEach { (number, payload) throws(MalformedReply) in
            guard number == UInt16(MDBA_MDB_SRCLIST_ENTRY) else { return }
            let source = try Attributes<MulticastSourceScope>(payload)
            if let address = try source.value(.address) {
                sources.append(Source(address: address, timer: try source.value(.timer) ?? 0))
            }
        }
    }
}

extension RouteSocket {
    /// Makes an entry. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter device: how errors call the port.
    /// - Throws: `.kernel` with `EEXIST` when there is one, `EINVAL` for a port of another bridge.
    public mutating func addMulticast(_ entry: MulticastEntry, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(entry.addRequest(device: device))
    }

    /// Deletes an entry. Needs `CAP_NET_ADMIN`.
    public mutating func deleteMulticast(_ entry: MulticastEntry, device: String? = nil) throws(NetlinkError) {
        try socket.acknowledge(entry.deleteRequest(device: device))
    }

    /// The multicast databases of all bridges.
    public mutating func multicastDatabase() throws(NetlinkError) -> MulticastDatabase {
        var database = MulticastDatabase()
        try socket.dump(MulticastDatabase.listRequest(), restart: { database = MulticastDatabase() }) {
            (_, payload) throws(MalformedReply) in
            try database.add(decoding: payload)
        }
        return database
    }
}

extension MulticastRouterPort {
    /// Reads a list of `MDBA_ROUTER_PORT`.
    static func decode(
        _ list: borrowing Attributes<MulticastRouterScope>, bridge: Int32
    ) throws(MalformedReply) -> [MulticastRouterPort] {
        var ports: [MulticastRouterPort] = []
        try list.forEach { (number, payload) throws(MalformedReply) in
            guard number == UInt16(MDBA_ROUTER_PORT) else { return }
            guard let port: Int32 = payload.integer(at: 0) else {
                throw MalformedReply("MDBA_ROUTER_PORT has an unexpected form")
            }
            let details = try Attributes<MulticastRouterScope>(payload.extracting(droppingFirst: 4))
            ports.append(
                MulticastRouterPort(
                    bridge: bridge, port: port, timer: try details.value(.timer), type: try details.value(.type)))
        }
        return ports
    }
}

/// `struct br_port_msg`, and `struct br_vlan_msg`, which is alike, with the padding spelt out: Swift leaves that of a C
/// structure as it was in memory.
struct BridgePortHeader: BitwiseCopyable {
    var family = ForwardingEntry.family
    var padding: (UInt8, UInt8, UInt8) = (0, 0, 0)
    var index: Int32 = 0
}

// MARK: Keys

/// Attributes that follow `struct br_port_msg`: `MDBA_…` of linux/if_bridge.h.
public enum MulticastMessage {}
enum MulticastEntryScope {}
enum MulticastInfoScope {}
enum MulticastSourcesScope {}
enum MulticastSourceScope {}
enum MulticastRouterScope {}
/// Attributes inside `MDBA_SET_ENTRY_ATTRS`.
enum MulticastAdditionScope {}

extension AttributeKey where Scope == MulticastMessage, Value == MulticastEntryHeader {
    static var entry: Self { Self(MDBA_SET_ENTRY, "MDBA_SET_ENTRY") }
}
extension AttributeKey where Scope == MulticastMessage, Value == Nest<MulticastAdditionScope> {
    static var entryAttributes: Self { Self(MDBA_SET_ENTRY_ATTRS, "MDBA_SET_ENTRY_ATTRS") }
}
extension AttributeKey where Scope == MulticastMessage, Value == Nest<MulticastEntryScope> {
    static var database: Self { Self(MDBA_MDB, "MDBA_MDB") }
}
extension AttributeKey where Scope == MulticastMessage, Value == Nest<MulticastRouterScope> {
    static var routers: Self { Self(MDBA_ROUTER, "MDBA_ROUTER") }
}
extension AttributeKey where Scope == MulticastAdditionScope, Value == IPAddress {
    static var source: Self { Self(MDBE_ATTR_SOURCE, "MDBE_ATTR_SOURCE") }
}
extension AttributeKey where Scope == MulticastInfoScope, Value == UInt32 {
    static var timer: Self { Self(MDBA_MDB_EATTR_TIMER, "MDBA_MDB_EATTR_TIMER") }
}
extension AttributeKey where Scope == MulticastInfoScope, Value == UInt8 {
    static var mode: Self { Self(MDBA_MDB_EATTR_GROUP_MODE, "MDBA_MDB_EATTR_GROUP_MODE") }
    static var origin: Self { Self(MDBA_MDB_EATTR_RTPROT, "MDBA_MDB_EATTR_RTPROT") }
}
extension AttributeKey where Scope == MulticastInfoScope, Value == IPAddress {
    static var source: Self { Self(MDBA_MDB_EATTR_SOURCE, "MDBA_MDB_EATTR_SOURCE") }
}
extension AttributeKey where Scope == MulticastInfoScope, Value == Nest<MulticastSourcesScope> {
    static var sources: Self { Self(MDBA_MDB_EATTR_SRC_LIST, "MDBA_MDB_EATTR_SRC_LIST") }
}
extension AttributeKey where Scope == MulticastSourceScope, Value == IPAddress {
    static var address: Self { Self(MDBA_MDB_SRCATTR_ADDRESS, "MDBA_MDB_SRCATTR_ADDRESS") }
}
extension AttributeKey where Scope == MulticastSourceScope, Value == UInt32 {
    static var timer: Self { Self(MDBA_MDB_SRCATTR_TIMER, "MDBA_MDB_SRCATTR_TIMER") }
}
extension AttributeKey where Scope == MulticastRouterScope, Value == UInt32 {
    static var timer: Self { Self(MDBA_ROUTER_PATTR_TIMER, "MDBA_ROUTER_PATTR_TIMER") }
}
extension AttributeKey where Scope == MulticastRouterScope, Value == UInt8 {
    static var type: Self { Self(MDBA_ROUTER_PATTR_TYPE, "MDBA_ROUTER_PATTR_TYPE") }
}

/// `struct br_mdb_entry`: port, state, flags, VLAN, sixteen bytes of address and its protocol, and two of padding.
struct MulticastEntryHeader: AttributeValue {
    static var size: Int { 28 }

    var port: Int32
    var isPermanent: Bool
    var flags: UInt8
    var vlan: UInt16
    var group: MulticastEntry.Group

    init(_ entry: MulticastEntry) {
        port = entry.port
        isPermanent = entry.isPermanent
        flags = entry.flags
        vlan = entry.vlan
        group = entry.group
    }

    init?(attributePayload payload: RawSpan) {
        guard payload.byteCount >= Self.size, let port: Int32 = payload.integer(at: 0),
            let state: UInt8 = payload.integer(at: 4), let flags: UInt8 = payload.integer(at: 5),
            let vlan: UInt16 = payload.integer(at: 6), let ethertype: UInt16 = payload.integer(at: 24)
        else { return nil }
        self.port = port
        isPermanent = state == UInt8(MDB_PERMANENT)
        self.flags = flags
        self.vlan = vlan
        let count =
            switch UInt16(bigEndian: ethertype) {
            case Self.ipv4: 4
            case Self.ipv6: 16
            default: 6
            }
        let bytes = payload.extracting(8..<8 + count).bytes
        if let address = IPAddress(bytes: bytes), count != 6 {
            group = .address(address)
        } else if let address = MACAddress(bytes: bytes) {
            group = .linkLayer(address)
        } else {
            return nil
        }
    }

    func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        var bytes = withWireBytes(of: port) { Array($0) }
        bytes += [isPermanent ? UInt8(MDB_PERMANENT) : UInt8(MDB_TEMPORARY), flags]
        withWireBytes(of: vlan) { bytes += $0 }
        let (address, ethertype): ([UInt8], UInt16) =
            switch group {
            case .address(let address): (address.bytes, address.family == .ipv4 ? Self.ipv4 : Self.ipv6)
            case .linkLayer(let address): (LinkLayerAddress(address).bytes, 0)
            }
        bytes += address + [UInt8](repeating: 0, count: 16 - address.count)
        withWireBytes(of: ethertype.bigEndian) { bytes += $0 }
        bytes += [0, 0]
        bytes.withUnsafeBytes(body)
    }

    /// `ETH_P_IP` and `ETH_P_IPV6`
    private static var ipv4: UInt16 { 0x0800 }
    private static var ipv6: UInt16 { 0x86dd }
}
