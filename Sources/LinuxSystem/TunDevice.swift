// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// A device whose other end is a program: what `TUNSETIFF` is told. Source: linux/if_tun.h.
public struct TunDeviceFlags: OptionSet, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt16
    /// Takes the kernel's bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `IFF_TUN`: the program reads and writes IP packets.
    public static let tun = TunDeviceFlags(rawValue: 0x1)
    /// `IFF_TAP`: the program reads and writes Ethernet frames.
    public static let tap = TunDeviceFlags(rawValue: 0x2)
    /// `IFF_MULTI_QUEUE`: several descriptors may be attached.
    public static let multiQueue = TunDeviceFlags(rawValue: 0x100)
    /// `IFF_NO_PI`: no header with flags and protocol is put in front.
    public static let noPacketInformation = TunDeviceFlags(rawValue: 0x1000)
    /// `IFF_ONE_QUEUE`: without effect since Linux 3.8.
    public static let oneQueue = TunDeviceFlags(rawValue: 0x2000)
    /// `IFF_VNET_HDR`: a `struct virtio_net_hdr` is put in front.
    public static let virtioHeader = TunDeviceFlags(rawValue: 0x4000)
    /// `IFF_TUN_EXCL`: a device of that name is an error.
    public static let exclusive = TunDeviceFlags(rawValue: 0x8000)
}

/// Makes a device that stays when no program has it open. Needs `CAP_NET_ADMIN`.
///
/// All or nothing: until it is told to stay, the device goes with the descriptor.
///
/// - Parameters:
///   - owner: the user who may attach to it without a capability; `group` likewise.
///   - namespace: an open network namespace, borrowed for the call; nil is the caller's own.
/// - Throws: the `Errno` of open(2), setns(2) or ioctl(2); `EBUSY` or `EINVAL` for a name that is taken.
public func makeTunDevice(
    _ name: String, _ flags: TunDeviceFlags, owner: UInt32?, group: UInt32?, in namespace: Int32?
) throws(Errno) {
    guard let namespace else { return try makeTunDevice(name, flags, owner: owner, group: group) }
    try onDisposableThread { () throws(Errno) in
        try enterNetworkNamespace(rawValue: namespace)
        try makeTunDevice(name, flags, owner: owner, group: group)
    }
}

/// The device belongs to the namespace in which /dev/net/tun is opened.
private func makeTunDevice(
    _ name: String, _ flags: TunDeviceFlags, owner: UInt32?, group: UInt32?
) throws(Errno) {
    let device = try OwnedDescriptor(opening: "/dev/net/tun", flags: O_RDWR)
    let descriptor = device.rawValue
    try systemCall { clinux_tun_attach(descriptor, name, flags.union(.exclusive).rawValue) }
    if let owner { try systemCall { clinux_tun_set_owner(descriptor, owner) } }
    if let group { try systemCall { clinux_tun_set_group(descriptor, group) } }
    try systemCall { clinux_tun_persist(descriptor, 1) }
}

/// Lets a device go that was told to stay: at once, or when the last program lets go of it. Needs `CAP_NET_ADMIN`, or
/// to be its owner.
///
/// - Parameters:
///   - flags: what it was made with. Other ones would be refused, or change it for programs that have it open.
///   - namespace: an open network namespace, borrowed for the call; nil is the caller's own.
/// - Throws: the `Errno` of open(2), setns(2) or ioctl(2); `EBUSY` when a program has it open, unless it has several
///   queues.
public func releaseTunDevice(_ name: String, _ flags: TunDeviceFlags, in namespace: Int32?) throws(Errno) {
    guard let namespace else { return try releaseTunDevice(name, flags) }
    try onDisposableThread { () throws(Errno) in
        try enterNetworkNamespace(rawValue: namespace)
        try releaseTunDevice(name, flags)
    }
}

private func releaseTunDevice(_ name: String, _ flags: TunDeviceFlags) throws(Errno) {
    let device = try OwnedDescriptor(opening: "/dev/net/tun", flags: O_RDWR)
    let descriptor = device.rawValue
    try systemCall { clinux_tun_attach(descriptor, name, flags.subtracting(.exclusive).rawValue) }
    try systemCall { clinux_tun_persist(descriptor, 0) }
}

/// The number of a group by its name, getgrnam(3); nil when there is none.
public func groupID(named name: String) -> UInt32? { getgrnam(name)?.pointee.gr_gid }

/// The name of a user, getpwuid(3); nil for one without.
public func userName(of id: UInt32) -> String? { getpwuid(id).map { String(cString: $0.pointee.pw_name) } }

/// The name of a group, getgrgid(3); nil for one without.
public func groupName(of id: UInt32) -> String? { getgrgid(id).map { String(cString: $0.pointee.gr_name) } }
