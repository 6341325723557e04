// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// A pair of links that BPF programs connect, `IFLA_INFO_DATA` with `IFLA_NETKIT_…`; Linux 6.7.
///
/// Source: Documentation/netlink/specs/rt-link.yaml of the kernel.
public struct NetkitOptions: LinkKindOptions {
    /// The kernel's name of the kind.
    public static let kind = "netkit"

    /// `IFLA_NETKIT_PEER_INFO`: the other end; nil lets the kernel choose its name in the same namespace.
    public var peer: LinkSpec?
    /// `IFLA_NETKIT_MODE`: of both ends; l3, unless said.
    public var mode: NetkitMode?
    /// `IFLA_NETKIT_PRIMARY`: whether this end has the programs of both. Read only.
    public var isPrimary: Bool?
    /// `IFLA_NETKIT_POLICY`, `IFLA_NETKIT_PEER_POLICY`: what happens without a program; the peer's is write only.
    public var policy: NetkitPolicy?, peerPolicy: NetkitPolicy?
    /// `IFLA_NETKIT_SCRUB`, `IFLA_NETKIT_PEER_SCRUB`, Linux 6.13: what a packet loses on its way; the peer's is write only.
    public var scrub: NetkitScrub?, peerScrub: NetkitScrub?
    /// `IFLA_NETKIT_HEADROOM`, `IFLA_NETKIT_TAILROOM`, Linux 6.14: room around packets, in bytes.
    public var headroom: UInt16?, tailroom: UInt16?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<NetkitScope>(payload)
        mode = try attributes.value(.mode)
        isPrimary = try attributes.value(.primary)
        policy = try attributes.value(.policy)
        scrub = try attributes.value(.scrub)
        headroom = try attributes.value(.headroom)
        tailroom = try attributes.value(.tailroom)
    }

    /// Puts `IFLA_INFO_DATA`.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        info.nest(.netkit) { data in
            data.put(.mode, ifPresent: mode)
            data.put(.policy, ifPresent: policy)
            data.put(.peerPolicy, ifPresent: peerPolicy)
            data.put(.scrub, ifPresent: scrub)
            data.put(.peerScrub, ifPresent: peerScrub)
            data.put(.headroom, ifPresent: headroom)
            data.put(.tailroom, ifPresent: tailroom)
            if let peer { data.put(.peer, peer: peer) }
        }
    }
}

/// What a netkit carries: `NETKIT_L2`, `NETKIT_L3`.
public struct NetkitMode: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Frames, with hardware addresses.
    public static let layer2 = NetkitMode(rawValue: 0)
    /// IP packets.
    public static let layer3 = NetkitMode(rawValue: 1)
}

/// What a netkit does with packets without a program: `NETKIT_PASS`, `NETKIT_DROP`.
public struct NetkitPolicy: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// They go to the other end.
    public static let forward = NetkitPolicy(rawValue: 0)
    /// They are dropped.
    public static let blackhole = NetkitPolicy(rawValue: 2)
}

/// What a packet loses in a netkit: `NETKIT_SCRUB_…`.
public struct NetkitScrub: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Nothing.
    public static let none = NetkitScrub(rawValue: 0)
    /// Its mark and its priority, between namespaces.
    public static let `default` = NetkitScrub(rawValue: 1)
}

/// Attributes inside `IFLA_INFO_DATA` of a netkit. The headers of Linux 6.1 do not have them.
/// Source: include/uapi/linux/if_link.h of Linux 6.18.
private enum NetkitScope {}

extension AttributeKey where Scope == LinkInfoScope, Value == Nest<NetkitScope> {
    fileprivate static var netkit: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == NetkitScope, Value == Nest<LinkScope> {
    fileprivate static var peer: Self { Self(1, "IFLA_NETKIT_PEER_INFO") }
}
extension AttributeKey where Scope == NetkitScope, Value == Bool {
    fileprivate static var primary: Self { Self(2, "IFLA_NETKIT_PRIMARY") }
}
extension AttributeKey where Scope == NetkitScope, Value == NetkitPolicy {
    fileprivate static var policy: Self { Self(3, "IFLA_NETKIT_POLICY") }
    fileprivate static var peerPolicy: Self { Self(4, "IFLA_NETKIT_PEER_POLICY") }
}
extension AttributeKey where Scope == NetkitScope, Value == NetkitMode {
    fileprivate static var mode: Self { Self(5, "IFLA_NETKIT_MODE") }
}
extension AttributeKey where Scope == NetkitScope, Value == NetkitScrub {
    fileprivate static var scrub: Self { Self(6, "IFLA_NETKIT_SCRUB") }
    fileprivate static var peerScrub: Self { Self(7, "IFLA_NETKIT_PEER_SCRUB") }
}
extension AttributeKey where Scope == NetkitScope, Value == UInt16 {
    fileprivate static var headroom: Self { Self(8, "IFLA_NETKIT_HEADROOM") }
    fileprivate static var tailroom: Self { Self(9, "IFLA_NETKIT_TAILROOM") }
}
