// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// A master whose ports route by a table of their own, `IFLA_VRF_TABLE`.
///
/// Source: Documentation/networking/vrf.rst of the kernel.
public struct VrfOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "vrf"

    /// `IFLA_VRF_TABLE`: the number of the table; a new link needs it, and keeps it.
    public var table: UInt32?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        table = try Attributes<VrfScope>(payload).value(.table)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard let table else { return }
        info.nest(.vrf) { $0.put(.table, table) }
    }
}

/// What a port knows of its VRF, `IFLA_VRF_PORT_TABLE`. Read only.
public struct VrfPortOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the master's kind.
    public static let kind = VrfOptions.kind

    /// The table of the VRF.
    public var table: UInt32?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_SLAVE_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        table = try Attributes<VrfPortScope>(payload).value(.table)
    }

    /// Puts nothing: the port has its table from the VRF.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {}
}

/// Attributes inside `IFLA_INFO_DATA` of a vrf.
private enum VrfScope {}
/// Attributes inside `IFLA_INFO_SLAVE_DATA` of its ports.
private enum VrfPortScope {}

extension AttributeKey where Scope == LinkInfoScope, Value == Nest<VrfScope> {
    fileprivate static var vrf: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == VrfScope, Value == UInt32 {
    fileprivate static var table: Self { Self(IFLA_VRF_TABLE, "IFLA_VRF_TABLE") }
}
extension AttributeKey where Scope == VrfPortScope, Value == UInt32 {
    fileprivate static var table: Self { Self(IFLA_VRF_PORT_TABLE, "IFLA_VRF_PORT_TABLE") }
}
