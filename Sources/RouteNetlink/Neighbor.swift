// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// An entry of the neighbour tables, ARP's and NDP's, as the kernel reports it and as it is asked to make it
/// (`RTM_NEWNEIGH`). Sources: linux/neighbour.h, rtnetlink(7), ip-neighbour(8).
public struct Neighbor: Hashable, Sendable {
    /// `ndm_ifindex`: the device by which it is reached.
    public var index: Int32
    /// `NDA_DST`: the neighbour's address.
    public var address: IPAddress
    /// `NDA_LLADDR`: the address on the link.
    public var linkLayerAddress: LinkLayerAddress?
    /// `ndm_state`: what is known of it.
    public var state: NeighborState
    /// `ndm_flags` and `NDA_FLAGS_EXT`
    public var flags: NeighborFlags = []
    /// `NDA_PROTOCOL`: who made the entry.
    public var origin: RouteProtocol?
    /// `NDA_CACHEINFO`: how the entry is used.
    public var usage: NeighborUsage?
    /// `NDA_PROBES`: how often the neighbour was asked for in vain.
    public var probes: UInt32?

    /// An entry to be made, permanent unless said.
    public init(_ address: IPAddress, index: Int32, state: NeighborState = .permanent) {
        self.address = address
        self.index = index
        self.state = state
    }

    /// The family of the neighbour's address.
    public var family: AddressFamily { address.family }
}

/// What is known of a neighbour: `NUD_…` of linux/neighbour.h. An entry has one of these, or none.
public struct NeighborState: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt16
    /// Takes the kernel's bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `NUD_INCOMPLETE`: it is being asked for.
    public static let incomplete = NeighborState(rawValue: 0x01)
    /// `NUD_REACHABLE`: it answered a short while ago.
    public static let reachable = NeighborState(rawValue: 0x02)
    /// `NUD_STALE`: used as it is; to be confirmed when a packet goes there.
    public static let stale = NeighborState(rawValue: 0x04)
    /// `NUD_DELAY`: a packet went there, and a confirmation is waited for.
    public static let delay = NeighborState(rawValue: 0x08)
    /// `NUD_PROBE`: it is asked to confirm.
    public static let probe = NeighborState(rawValue: 0x10)
    /// `NUD_FAILED`: it did not answer.
    public static let failed = NeighborState(rawValue: 0x20)
    /// `NUD_NOARP`: there is nothing to ask on this link.
    public static let noARP = NeighborState(rawValue: 0x40)
    /// `NUD_PERMANENT`: set by an administrator; never asked, never removed.
    public static let permanent = NeighborState(rawValue: 0x80)

    /// The states by the words of ip(8), in its order.
    public static let named: [(name: String, value: NeighborState)] = [
        ("incomplete", .incomplete), ("reachable", .reachable), ("stale", .stale), ("delay", .delay),
        ("probe", .probe), ("failed", .failed), ("noarp", .noARP), ("permanent", .permanent),
    ]

    /// The words that ip(8) shows, in its order.
    public var names: [String] { Self.named.filter { contains($0.value) }.map { $0.name.uppercased() } }
}

/// The flags of a neighbour or of a bridge's forwarding entry: `NTF_…` of linux/neighbour.h, and above the
/// eighth bit `NTF_EXT_…`.
public struct NeighborFlags: OptionSet, Hashable, Sendable {
    /// `ndm_flags` in the low eight bits, `NDA_FLAGS_EXT` above.
    public let rawValue: UInt64
    /// Takes bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// `NTF_USE`: in a request, the entry is looked up as if a packet went there.
    public static let use = NeighborFlags(rawValue: 1 << 0)
    /// `NTF_SELF`: the entry is the device's own.
    public static let own = NeighborFlags(rawValue: 1 << 1)
    /// `NTF_MASTER`: the entry is the bridge's of which the device is a port.
    public static let master = NeighborFlags(rawValue: 1 << 2)
    /// `NTF_PROXY`: this host answers for the address.
    public static let proxy = NeighborFlags(rawValue: 1 << 3)
    /// `NTF_EXT_LEARNED`: a program of the control plane learned it.
    public static let externallyLearned = NeighborFlags(rawValue: 1 << 4)
    /// `NTF_OFFLOADED`: hardware has it.
    public static let offloaded = NeighborFlags(rawValue: 1 << 5)
    /// `NTF_STICKY`: a forwarding entry that does not move to another port.
    public static let sticky = NeighborFlags(rawValue: 1 << 6)
    /// `NTF_ROUTER`: it is a router.
    public static let router = NeighborFlags(rawValue: 1 << 7)
    /// `NTF_EXT_MANAGED`: the kernel keeps it resolved.
    public static let managed = NeighborFlags(rawValue: 1 << 8)
    /// `NTF_EXT_LOCKED`: learned on a locked port, for which it opens nothing.
    public static let locked = NeighborFlags(rawValue: 1 << 9)

    /// `ndm_flags`
    var header: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
    /// `NDA_FLAGS_EXT`, where it says anything.
    var extended: UInt32? {
        let bits = UInt32(truncatingIfNeeded: rawValue >> 8)
        return bits == 0 ? nil : bits
    }

    init(header: UInt8, extended: UInt32?) { rawValue = UInt64(header) | UInt64(extended ?? 0) << 8 }
}

/// How an entry is used: `struct nda_cacheinfo` of linux/neighbour.h. Times are in hundredths of a second ago.
public struct NeighborUsage: Hashable, Sendable, AttributeValue {
    /// When the neighbour last answered.
    public var confirmed: UInt32
    /// When the entry was last used.
    public var used: UInt32
    /// When it was last changed.
    public var updated: UInt32
    /// How many hold it, beside the table.
    public var references: UInt32

    /// Zero, unless said.
    public init(confirmed: UInt32 = 0, used: UInt32 = 0, updated: UInt32 = 0, references: UInt32 = 0) {
        self.confirmed = confirmed
        self.used = used
        self.updated = updated
        self.references = references
    }

    /// Reads `struct nda_cacheinfo`; nil when it is too short.
    public init?(attributePayload payload: RawSpan) {
        guard let confirmed: UInt32 = payload.integer(at: 0), let used: UInt32 = payload.integer(at: 4),
            let updated: UInt32 = payload.integer(at: 8), let references: UInt32 = payload.integer(at: 12)
        else { return nil }
        self.init(confirmed: confirmed, used: used, updated: updated, references: references)
    }

    /// Calls `body` with `struct nda_cacheinfo`.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        [confirmed, used, updated, references].withUnsafeBytes(body)
    }
}

extension Neighbor {
    /// Reads what follows the `nlmsghdr` of `RTM_NEWNEIGH` or `RTM_DELNEIGH`; unknown attributes are skipped.
    ///
    /// - Returns: nil for an entry of another family than IP, such as a bridge's.
    /// - Throws: `MalformedReply` when the message is shorter than it says or lacks the address.
    public init?(decoding message: RawSpan) throws(MalformedReply) {
        let header = try NeighborHeader(decoding: message)
        guard let family = AddressFamily(rawValue: header.family) else { return nil }
        let attributes = try Attributes<NeighborMessage>(message.extracting(droppingFirst: NeighborHeader.size))
        guard let address = try attributes.address(.address, family) else {
            throw MalformedReply("a neighbour without NDA_DST")
        }
        self.init(address, index: header.index, state: header.state)
        // A device without addresses of its own has an empty one.
        if let payload = attributes.payload(AttributeKey<NeighborMessage, LinkLayerAddress>.linkLayerAddress.number),
            payload.byteCount > 0
        {
            linkLayerAddress = try attributes.value(.linkLayerAddress)
        }
        flags = NeighborFlags(header: header.flags, extended: try attributes.value(.extendedFlags))
        origin = try attributes.value(.origin).map(RouteProtocol.init)
        usage = try attributes.value(.usage)
        probes = try attributes.value(.probes)
    }
}

/// `struct ndmsg`
struct NeighborHeader {
    static var size: Int { MemoryLayout<ndmsg>.size }
    var family: UInt8
    var index: Int32
    var state: NeighborState
    var flags: UInt8

    init(decoding message: RawSpan) throws(MalformedReply) {
        guard let family: UInt8 = message.integer(at: 0), let index: Int32 = message.integer(at: 4),
            let state: UInt16 = message.integer(at: 8), let flags: UInt8 = message.integer(at: 10),
            message.byteCount >= Self.size
        else { throw MalformedReply("a neighbour message is too short") }
        self.family = family
        self.index = index
        self.state = NeighborState(rawValue: state)
        self.flags = flags
    }
}
