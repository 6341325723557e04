// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// What is known of a `tun`, a device whose other end is a program: `IFLA_TUN_…` of linux/if_link.h.
///
/// Netlink shows it only: it is made by `makeTunDevice` of `LinuxSystem`.
public struct TunOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind, for both modes.
    public static let kind = "tun"

    /// `IFLA_TUN_TYPE`
    public var mode: TunMode?
    /// `IFLA_TUN_OWNER`, `IFLA_TUN_GROUP`: who may attach to it without a capability.
    public var owner: UInt32?, group: UInt32?
    /// `IFLA_TUN_PI`: packets have a header with flags and protocol in front.
    public var packetInformation: Bool?
    /// `IFLA_TUN_VNET_HDR`: packets have a `struct virtio_net_hdr` in front.
    public var virtioHeader: Bool?
    /// `IFLA_TUN_MULTI_QUEUE`: several descriptors may be attached.
    public var multiQueue: Bool?
    /// `IFLA_TUN_PERSIST`: it stays when no program has it open.
    public var isPersistent: Bool?
    /// `IFLA_TUN_NUM_QUEUES`, `IFLA_TUN_NUM_DISABLED_QUEUES`: of several, how many are attached or turned off.
    public var queues: UInt32?, disabledQueues: UInt32?

    /// Nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<TunScope>(payload)
        mode = try attributes.value(.mode)
        owner = try attributes.value(.owner)
        group = try attributes.value(.group)
        packetInformation = try attributes.value(.packetInformation)
        virtioHeader = try attributes.value(.virtioHeader)
        multiQueue = try attributes.value(.multiQueue)
        isPersistent = try attributes.value(.isPersistent)
        queues = try attributes.value(.queues)
        disabledQueues = try attributes.value(.disabledQueues)
    }

    /// Puts nothing: the kernel takes none of it.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {}
}

/// What the program reads and writes: `IFF_TUN`, `IFF_TAP` of linux/if_tun.h.
public struct TunMode: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// IP packets.
    public static let tun = TunMode(rawValue: 1)
    /// Ethernet frames.
    public static let tap = TunMode(rawValue: 2)
}

/// Attributes inside `IFLA_INFO_DATA` of a tun: `IFLA_TUN_…` of linux/if_link.h.
private enum TunScope {}
extension AttributeKey where Scope == TunScope, Value == TunMode {
    fileprivate static var mode: Self { Self(IFLA_TUN_TYPE, "IFLA_TUN_TYPE") }
}
extension AttributeKey where Scope == TunScope, Value == UInt32 {
    fileprivate static var owner: Self { Self(IFLA_TUN_OWNER, "IFLA_TUN_OWNER") }
    fileprivate static var group: Self { Self(IFLA_TUN_GROUP, "IFLA_TUN_GROUP") }
    fileprivate static var queues: Self { Self(IFLA_TUN_NUM_QUEUES, "IFLA_TUN_NUM_QUEUES") }
    fileprivate static var disabledQueues: Self { Self(IFLA_TUN_NUM_DISABLED_QUEUES, "IFLA_TUN_NUM_DISABLED_QUEUES") }
}
extension AttributeKey where Scope == TunScope, Value == Bool {
    fileprivate static var packetInformation: Self { Self(IFLA_TUN_PI, "IFLA_TUN_PI") }
    fileprivate static var virtioHeader: Self { Self(IFLA_TUN_VNET_HDR, "IFLA_TUN_VNET_HDR") }
    fileprivate static var multiQueue: Self { Self(IFLA_TUN_MULTI_QUEUE, "IFLA_TUN_MULTI_QUEUE") }
    fileprivate static var isPersistent: Self { Self(IFLA_TUN_PERSIST, "IFLA_TUN_PERSIST") }
}
