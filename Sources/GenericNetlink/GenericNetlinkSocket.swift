// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import LinuxSystem
public import Netlink
internal import SystemPackage

/// The NETLINK_GENERIC conversation with one network namespace.
///
/// It speaks to the namespace in which it was opened, from whatever thread it is used.
/// Source: Documentation/userspace-api/netlink/intro.rst of the kernel.
public struct GenericNetlinkSocket: ~Copyable {
    /// The socket below, for requests of one's own.
    public var socket: NetlinkSocket
    /// The families that have been asked for.
    private var families: [GenericFamily] = []

    /// Opens a socket in the calling thread's network namespace.
    public init() throws(NetlinkError) { socket = try NetlinkSocket(.generic) }

    /// Takes over an open socket of the family `generic`.
    public init(_ socket: consuming NetlinkSocket) { self.socket = socket }

    /// Opens a socket in the network namespace at `namespace`. Needs `CAP_SYS_ADMIN` over it.
    public static func open(in namespace: borrowing OwnedDescriptor) throws(NetlinkError) -> GenericNetlinkSocket {
        GenericNetlinkSocket(try NetlinkSocket.open(.generic, in: namespace))
    }

    /// What the kernel had to say about the requests that it carried out since the last call.
    public mutating func takeWarnings() -> [KernelWarning] { socket.takeWarnings() }

    /// The family of that name. The kernel is asked once; it loads the module that has the family.
    ///
    /// - Throws: `.kernel` with `ENOENT` when the kernel has none of that name.
    public mutating func family(named name: String) throws(NetlinkError) -> GenericFamily {
        if let known = families.first(where: { $0.name == name }) { return known }
        let family = try socket.get(GenericFamily.request(name)) { (_, payload) throws(MalformedReply) in
            try GenericFamily(decoding: payload)
        }
        families.append(family)
        return family
    }
}

/// A family of generic netlink: its messages have a type that the kernel gives out when the family comes.
public struct GenericFamily: Equatable, Sendable {
    /// `CTRL_ATTR_FAMILY_NAME`: `wireguard`.
    public var name: String
    /// `CTRL_ATTR_FAMILY_ID`: the type of its messages.
    public var id: UInt16
    /// `CTRL_ATTR_VERSION`: the version of its protocol.
    public var version: UInt32

    /// Describes a family.
    public init(name: String, id: UInt16, version: UInt32) {
        (self.name, self.id, self.version) = (name, id, version)
    }

    /// Reads `CTRL_CMD_NEWFAMILY`: what follows its `nlmsghdr`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<ControlScope>(genericAttributes: payload)
        guard let name = try attributes.value(.familyName), let id = try attributes.value(.familyID) else {
            throw MalformedReply("a family of generic netlink has no name or no id")
        }
        self.init(name: name, id: id, version: try attributes.value(.version) ?? 0)
    }

    /// `CTRL_CMD_GETFAMILY`.
    static func request(_ name: String) -> Request<ControlScope> {
        let request = Request<ControlScope>(
            GENL_ID_CTRL, header: genlmsghdr(cmd: UInt8(CTRL_CMD_GETFAMILY), version: 2, reserved: 0),
            operation: "find the generic netlink family '\(name)'")
        request.attributes.put(.familyName, name)
        return request
    }
}

extension Attributes {
    /// Takes what follows the `nlmsghdr` of a generic message: `struct genlmsghdr` and the attributes.
    @_lifetime(copy payload)
    init(genericAttributes payload: RawSpan) throws(MalformedReply) {
        let headerSize = MemoryLayout<genlmsghdr>.size
        guard payload.byteCount >= headerSize else { throw MalformedReply("a generic message is too short") }
        try self.init(payload.extracting(droppingFirst: headerSize))
    }
}

/// Attributes of `nlctrl`, the family of the families. Source: linux/genetlink.h.
enum ControlScope {}

extension AttributeKey where Scope == ControlScope, Value == String {
    fileprivate static var familyName: Self { Self(CTRL_ATTR_FAMILY_NAME, "CTRL_ATTR_FAMILY_NAME") }
}
extension AttributeKey where Scope == ControlScope, Value == UInt16 {
    fileprivate static var familyID: Self { Self(CTRL_ATTR_FAMILY_ID, "CTRL_ATTR_FAMILY_ID") }
}
extension AttributeKey where Scope == ControlScope, Value == UInt32 {
    fileprivate static var version: Self { Self(CTRL_ATTR_VERSION, "CTRL_ATTR_VERSION") }
}
