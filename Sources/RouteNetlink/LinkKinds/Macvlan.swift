// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// A link with an address of its own on the link below, `IFLA_INFO_DATA` with `IFLA_MACVLAN_…`; a macvtap
/// is the same with a character device to it.
///
/// Sources: linux/if_link.h, ip-link(8).
public struct MacvlanOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the first of the two kinds.
    public static let kind = "macvlan"
    /// The kernel's name of the kind with a character device.
    public static let tapKind = "macvtap"

    /// `macvlan` or `macvtap`.
    public let kind: String
    /// `IFLA_MACVLAN_MODE`: vepa, unless said.
    public var mode: MacvlanMode?
    /// `IFLA_MACVLAN_FLAGS`
    public var flags: MacvlanFlags?
    /// `IFLA_MACVLAN_MACADDR_DATA`: of whom a link of mode `source` receives. Read only.
    public var sources: [MACAddress] = []
    /// `IFLA_MACVLAN_MACADDR_COUNT`: how many there are. Read only.
    public var sourceCount: UInt32?
    /// `IFLA_MACVLAN_MACADDR_MODE` with its addresses: a change of the sources. Write only.
    public var sourceChange: MacvlanSourceChange?
    /// `IFLA_MACVLAN_BC_QUEUE_LEN`: how many broadcasts wait at most; the link below has the greatest of all asked for.
    public var broadcastQueueLength: UInt32?
    /// `IFLA_MACVLAN_BC_QUEUE_LEN_USED`: what that is. Read only.
    public var usedBroadcastQueueLength: UInt32?
    /// `IFLA_MACVLAN_BC_CUTOFF`, since 6.4: up to how many receivers get a multicast at once and not through the
    /// queue; -1 for any number. Left out by the kernel where it is 1.
    public var broadcastCutoff: Int32?

    /// Options of which nothing is said yet.
    public init(kind: String = Self.kind) { self.kind = kind }

    /// Reads `IFLA_INFO_DATA` of a macvlan.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        try self.init(decoding: payload, kind: Self.kind)
    }

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan, kind: String) throws(MalformedReply) {
        self.init(kind: kind)
        let attributes = try Attributes<MacvlanScope>(payload)
        mode = try attributes.value(.mode)
        flags = try attributes.value(.flags)
        sourceCount = try attributes.value(.sourceCount)
        broadcastQueueLength = try attributes.value(.broadcastQueueLength)
        usedBroadcastQueueLength = try attributes.value(.usedBroadcastQueueLength)
        broadcastCutoff = try attributes.value(.broadcastCutoff)
        guard let list = try attributes.nested(.sources) else { return }
        var sources: [MACAddress] = []
        try list.forEach { (_, payload) throws(MalformedReply) in
            guard let address = MACAddress(attributePayload: payload) else {
                throw MalformedReply("IFLA_MACVLAN_MACADDR has an unexpected form")
            }
            sources.append(address)
        }
        self.sources = sources
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != MacvlanOptions(kind: kind) else { return }
        info.nest(.macvlan) { data in
            data.put(.mode, ifPresent: mode)
            data.put(.flags, ifPresent: flags)
            data.put(.broadcastQueueLength, ifPresent: broadcastQueueLength)
            data.put(.broadcastCutoff, ifPresent: broadcastCutoff)
            switch sourceChange {
            case .add(let address):
                data.put(.sourceChange, 0)
                data.put(.source, address)
            case .remove(let address):
                data.put(.sourceChange, 1)
                data.put(.source, address)
            case .removeAll: data.put(.sourceChange, 2)
            case .replace(let addresses):
                data.put(.sourceChange, 3)
                data.nest(.sources) { for address in addresses { $0.put(.source, address) } }
            case nil: break
            }
        }
    }
}

/// Whom a macvlan hears: `MACVLAN_MODE_…` of linux/if_link.h.
public struct MacvlanMode: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Nobody on the same link below.
    public static let `private` = MacvlanMode(rawValue: 1)
    /// Others only by way of a switch outside that reflects their frames.
    public static let vepa = MacvlanMode(rawValue: 2)
    /// Others directly.
    public static let bridge = MacvlanMode(rawValue: 4)
    /// It is the only one, and takes the link below over.
    public static let passthru = MacvlanMode(rawValue: 8)
    /// Those on its list.
    public static let source = MacvlanMode(rawValue: 16)
}

/// `MACVLAN_FLAG_…` of linux/if_link.h.
public struct MacvlanFlags: OptionSet, Hashable, Sendable {
    /// The bits as the kernel numbers them.
    public let rawValue: UInt16
    /// Takes bits of the kernel's.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `MACVLAN_FLAG_NOPROMISC`: the link below is not made promiscuous for mode `passthru`.
    public static let noPromiscuity = MacvlanFlags(rawValue: 1 << 0)
    /// `MACVLAN_FLAG_NODST`: what a link of mode `source` took goes to nobody else.
    public static let noDestination = MacvlanFlags(rawValue: 1 << 1)
}

/// A change of the addresses of which a macvlan of mode `source` receives: `MACVLAN_MACADDR_…`.
public enum MacvlanSourceChange: Equatable, Sendable {
    /// One more, or one less.
    case add(MACAddress), remove(MACAddress)
    /// These and no others.
    case replace([MACAddress])
    /// None.
    case removeAll
}

// MARK: Attributes

/// Attributes inside `IFLA_INFO_DATA` of a macvlan, and inside `IFLA_MACVLAN_MACADDR_DATA`.
private enum MacvlanScope {}

extension MacvlanFlags: AttributeValue {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<MacvlanScope> {
    fileprivate static var macvlan: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == MacvlanScope, Value == MacvlanMode {
    fileprivate static var mode: Self { Self(IFLA_MACVLAN_MODE, "IFLA_MACVLAN_MODE") }
}
extension AttributeKey where Scope == MacvlanScope, Value == MacvlanFlags {
    fileprivate static var flags: Self { Self(IFLA_MACVLAN_FLAGS, "IFLA_MACVLAN_FLAGS") }
}
extension AttributeKey where Scope == MacvlanScope, Value == MACAddress {
    fileprivate static var source: Self { Self(IFLA_MACVLAN_MACADDR, "IFLA_MACVLAN_MACADDR") }
}
extension AttributeKey where Scope == MacvlanScope, Value == Nest<MacvlanScope> {
    fileprivate static var sources: Self { Self(IFLA_MACVLAN_MACADDR_DATA, "IFLA_MACVLAN_MACADDR_DATA") }
}
extension AttributeKey where Scope == MacvlanScope, Value == UInt32 {
    fileprivate static var sourceChange: Self { Self(IFLA_MACVLAN_MACADDR_MODE, "IFLA_MACVLAN_MACADDR_MODE") }
    fileprivate static var sourceCount: Self { Self(IFLA_MACVLAN_MACADDR_COUNT, "IFLA_MACVLAN_MACADDR_COUNT") }
    fileprivate static var broadcastQueueLength: Self { Self(IFLA_MACVLAN_BC_QUEUE_LEN, "IFLA_MACVLAN_BC_QUEUE_LEN") }
    fileprivate static var usedBroadcastQueueLength: Self {
        Self(IFLA_MACVLAN_BC_QUEUE_LEN_USED, "IFLA_MACVLAN_BC_QUEUE_LEN_USED")
    }
}
extension AttributeKey where Scope == MacvlanScope, Value == Int32 {
    // Linux 6.4. Source: include/uapi/linux/if_link.h of Linux 6.18.
    fileprivate static var broadcastCutoff: Self { Self(9, "IFLA_MACVLAN_BC_CUTOFF") }
}
