// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// The options of an `hsr`, two ports that send everything twice. Sources: IEC 62439-3, linux/if_link.h, ip-link(8).
public struct HSROptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "hsr"

    /// `IFLA_HSR_SLAVE1`, `IFLA_HSR_SLAVE2`: the indices of the two ports; nil for one that has gone.
    public var firstPort: Int32?, secondPort: Int32?
    /// `IFLA_HSR_INTERLINK`: the index of the port to a network without redundancy, since 6.10.
    public var interlink: Int32?
    /// `IFLA_HSR_MULTICAST_SPEC`: the last byte of the address of supervision. It is told, not shown.
    public var supervisionByte: UInt8?
    /// `IFLA_HSR_SUPERVISION_ADDR`: where frames of supervision go. Read only.
    public var supervisionAddress: MACAddress?
    /// `IFLA_HSR_SEQ_NR`: of the next frame. Read only.
    public var sequenceNumber: UInt16?
    /// `IFLA_HSR_VERSION`: of HSR, 0 or 1.
    public var version: UInt8?
    /// `IFLA_HSR_PROTOCOL`: 0 for HSR, a ring; 1 for PRP, two networks.
    public var protocolNumber: UInt8?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<HSRScope>(payload)
        firstPort = try attributes.value(.firstPort)
        secondPort = try attributes.value(.secondPort)
        interlink = try attributes.value(.interlink)
        supervisionByte = try attributes.value(.supervisionByte)
        supervisionAddress = try attributes.value(.supervisionAddress)
        sequenceNumber = try attributes.value(.sequenceNumber)
        version = try attributes.value(.version)
        protocolNumber = try attributes.value(.protocolNumber)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != HSROptions() else { return }
        info.nest(.hsr) { data in
            data.put(.firstPort, ifPresent: firstPort)
            data.put(.secondPort, ifPresent: secondPort)
            data.put(.interlink, ifPresent: interlink)
            data.put(.supervisionByte, ifPresent: supervisionByte)
            data.put(.version, ifPresent: version)
            data.put(.protocolNumber, ifPresent: protocolNumber)
        }
    }
}

/// Attributes inside `IFLA_INFO_DATA` of an hsr: `IFLA_HSR_…` of linux/if_link.h.
private enum HSRScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<HSRScope> {
    fileprivate static var hsr: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == HSRScope, Value == Int32 {
    fileprivate static var firstPort: Self { Self(IFLA_HSR_SLAVE1, "IFLA_HSR_SLAVE1") }
    fileprivate static var secondPort: Self { Self(IFLA_HSR_SLAVE2, "IFLA_HSR_SLAVE2") }
    fileprivate static var interlink: Self { Self(8, "IFLA_HSR_INTERLINK") }
}
extension AttributeKey where Scope == HSRScope, Value == UInt8 {
    fileprivate static var supervisionByte: Self { Self(IFLA_HSR_MULTICAST_SPEC, "IFLA_HSR_MULTICAST_SPEC") }
    fileprivate static var version: Self { Self(IFLA_HSR_VERSION, "IFLA_HSR_VERSION") }
    fileprivate static var protocolNumber: Self { Self(IFLA_HSR_PROTOCOL, "IFLA_HSR_PROTOCOL") }
}
extension AttributeKey where Scope == HSRScope, Value == MACAddress {
    fileprivate static var supervisionAddress: Self { Self(IFLA_HSR_SUPERVISION_ADDR, "IFLA_HSR_SUPERVISION_ADDR") }
}
extension AttributeKey where Scope == HSRScope, Value == UInt16 {
    fileprivate static var sequenceNumber: Self { Self(IFLA_HSR_SEQ_NR, "IFLA_HSR_SEQ_NR") }
}
