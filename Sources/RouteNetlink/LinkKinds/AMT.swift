// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// Which end of the tunnel a device is. Source: linux/amt.h.
public struct AMTMode: RawRepresentable, Sendable, Equatable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// The mode with this number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Sends what hosts want to hear, and hands them what comes back.
    public static let gateway = AMTMode(rawValue: AMT_MODE_GATEWAY.rawValue)
    /// Sends multicast to those who want it.
    public static let relay = AMTMode(rawValue: AMT_MODE_RELAY.rawValue)
}

/// The options of an `amt`, an automatic multicast tunnel. Sources: RFC 7450, linux/amt.h.
public struct AMTOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "amt"

    /// `IFLA_AMT_MODE`
    public var mode: AMTMode?
    /// `IFLA_AMT_RELAY_PORT`, `IFLA_AMT_GATEWAY_PORT`: of UDP.
    public var relayPort: UInt16?, gatewayPort: UInt16?
    /// `IFLA_AMT_LINK`: the index of the device below.
    public var lower: Int32?
    /// `IFLA_AMT_LOCAL_IP`: this end.
    public var local: IPAddress?
    /// `IFLA_AMT_REMOTE_IP`: the relay that a gateway has found. Read only.
    public var remote: IPAddress?
    /// `IFLA_AMT_DISCOVERY_IP`: where a gateway asks for a relay.
    public var discovery: IPAddress?
    /// `IFLA_AMT_MAX_TUNNELS`: how many gateways a relay serves.
    public var maximumTunnels: UInt32?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<AMTScope>(payload)
        mode = try attributes.value(.mode).map(AMTMode.init)
        relayPort = try attributes.value(.relayPort)?.value
        gatewayPort = try attributes.value(.gatewayPort)?.value
        lower = try attributes.value(.lower)
        local = try attributes.value(.local)
        remote = try attributes.value(.remote)
        discovery = try attributes.value(.discovery)
        maximumTunnels = try attributes.value(.maximumTunnels)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != AMTOptions() else { return }
        info.nest(.amt) { data in
            data.put(.mode, ifPresent: mode?.rawValue)
            data.put(.relayPort, ifPresent: relayPort.map(NetworkOrder.init))
            data.put(.gatewayPort, ifPresent: gatewayPort.map(NetworkOrder.init))
            data.put(.lower, ifPresent: lower)
            data.put(.local, ifPresent: local)
            data.put(.discovery, ifPresent: discovery)
            data.put(.maximumTunnels, ifPresent: maximumTunnels)
        }
    }
}

/// Attributes inside `IFLA_INFO_DATA` of an amt: `IFLA_AMT_…` of linux/amt.h.
private enum AMTScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<AMTScope> {
    fileprivate static var amt: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == AMTScope, Value == UInt32 {
    fileprivate static var mode: Self { Self(IFLA_AMT_MODE, "IFLA_AMT_MODE") }
    fileprivate static var maximumTunnels: Self { Self(IFLA_AMT_MAX_TUNNELS, "IFLA_AMT_MAX_TUNNELS") }
}
extension AttributeKey where Scope == AMTScope, Value == NetworkOrder<UInt16> {
    fileprivate static var relayPort: Self { Self(IFLA_AMT_RELAY_PORT, "IFLA_AMT_RELAY_PORT") }
    fileprivate static var gatewayPort: Self { Self(IFLA_AMT_GATEWAY_PORT, "IFLA_AMT_GATEWAY_PORT") }
}
extension AttributeKey where Scope == AMTScope, Value == Int32 {
    fileprivate static var lower: Self { Self(IFLA_AMT_LINK, "IFLA_AMT_LINK") }
}
extension AttributeKey where Scope == AMTScope, Value == IPAddress {
    fileprivate static var local: Self { Self(IFLA_AMT_LOCAL_IP, "IFLA_AMT_LOCAL_IP") }
    fileprivate static var remote: Self { Self(IFLA_AMT_REMOTE_IP, "IFLA_AMT_REMOTE_IP") }
    fileprivate static var discovery: Self { Self(IFLA_AMT_DISCOVERY_IP, "IFLA_AMT_DISCOVERY_IP") }
}
