// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import Netlink

/// A number that has names for some of its values; kernels may add values, so none is refused on reading.
extension AttributeValue where Self: RawRepresentable, Self.RawValue: AttributeValue {
    /// Reads the payload; nil when it is too short.
    public init?(attributePayload payload: RawSpan) {
        guard let number = RawValue(attributePayload: payload) else { return nil }
        self.init(rawValue: number)
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        rawValue.withAttributePayload(body)
    }
}

/// A time as a bridge counts it: in ticks of `clock_t`, hundredths of a second (`USER_HZ`).
public struct ClockTicks<Count: FixedWidthInteger & UnsignedInteger & AttributeValue & Sendable>:
    RawRepresentable, AttributeValue, Hashable, Sendable
{
    /// The number of ticks.
    public var rawValue: Count
    /// Takes a number of ticks.
    public init(rawValue: Count) { self.rawValue = rawValue }
    /// Takes a number of ticks.
    public init(_ count: Count) { rawValue = count }

    /// The whole ticks of a duration; as few or as many as there can be for one out of range.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        rawValue = Count(clamping: Int128(seconds) * 100 + Int128(attoseconds / 10_000_000_000_000_000))
    }

    /// The time as a duration; beyond 2⁶³ seconds there is none, and ticks of 64 bits stay far below.
    public var duration: Duration {
        Duration(
            secondsComponent: Int64(clamping: rawValue / 100),
            attosecondsComponent: Int64(rawValue % 100) * 10_000_000_000_000_000)
    }
}

/// A bridge as the spanning tree protocol knows it: `struct ifla_bridge_id` of linux/if_link.h, IEEE 802.1D 9.2.5.
///
/// The lower one wins: first by priority, then by address.
public struct BridgeIdentifier: AttributeValue, Hashable, Sendable {
    /// What the administrator sets; the lowest bridge becomes the root.
    public var priority: UInt16
    /// The bridge's MAC address.
    public var address: MACAddress

    /// Composes an identifier.
    public init(priority: UInt16, address: MACAddress) {
        self.priority = priority
        self.address = address
    }

    /// Reads the payload; nil unless it has eight bytes.
    public init?(attributePayload payload: RawSpan) {
        guard let priority: UInt16 = payload.integer(at: 0), payload.byteCount >= 8,
            let address = MACAddress(attributePayload: payload.extracting(2..<8))
        else { return nil }
        self.init(priority: UInt16(bigEndian: priority), address: address)
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        ([UInt8(priority >> 8), UInt8(priority & 0xff)] + address.bytes).withUnsafeBytes(body)
    }
}

extension BridgeIdentifier: CustomStringConvertible {
    /// The priority in four hexadecimal digits, a full stop, and the address: `8000.02:00:00:00:00:01`.
    public var description: String {
        let digits = String(priority, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits + ".\(address)"
    }
}

/// Who runs the spanning tree protocol on a bridge, `IFLA_BR_STP_STATE`. Source: net/bridge/br_private.h.
public struct SpanningTreeState: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Nobody: every port forwards.
    public static let off = SpanningTreeState(rawValue: 0)
    /// The kernel. As a request: somebody, of whom the kernel then decides.
    public static let kernel = SpanningTreeState(rawValue: 1)
    /// A daemon that `/sbin/bridge-stp` has started, or that `SpanningTreeMode.user` announced.
    public static let user = SpanningTreeState(rawValue: 2)
}

/// Who shall run the spanning tree protocol once it is on: `IFLA_BR_STP_MODE`, of kernels younger than 6.18.
public struct SpanningTreeMode: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt32
    /// Takes the kernel's number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `/sbin/bridge-stp` decides in the initial namespace; elsewhere it is the kernel.
    public static let automatic = SpanningTreeMode(rawValue: 0)
    /// A daemon of one's own, in any namespace; nothing is called.
    public static let user = SpanningTreeMode(rawValue: 1)
    /// The kernel; nothing is called.
    public static let kernel = SpanningTreeMode(rawValue: 2)
}

/// What a port does by the spanning tree protocol: `BR_STATE_…` of linux/if_bridge.h.
public struct BridgePortState: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Nothing passes: the port is down or has no carrier.
    public static let disabled = BridgePortState(rawValue: 0)
    /// Only the protocol's own messages are read.
    public static let listening = BridgePortState(rawValue: 1)
    /// Addresses are learned, nothing is forwarded yet.
    public static let learning = BridgePortState(rawValue: 2)
    /// Everything passes.
    public static let forwarding = BridgePortState(rawValue: 3)
    /// Nothing passes, to break a loop.
    public static let blocking = BridgePortState(rawValue: 4)
}

/// Whether there are multicast routers: `MDB_RTR_TYPE_…` of linux/if_bridge.h, for a bridge or a port.
public struct MulticastRouter: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// None, whatever is heard.
    public static let disabled = MulticastRouter(rawValue: 0)
    /// As queries are heard.
    public static let automatic = MulticastRouter(rawValue: 1)
    /// Always.
    public static let permanent = MulticastRouter(rawValue: 2)
    /// Ports only: for some time from now on, with or without queries.
    public static let temporary = MulticastRouter(rawValue: 3)
}

/// The Ethernet type of a VLAN tag. Source: linux/if_ether.h, `ETH_P_8021Q` and `ETH_P_8021AD`.
public struct VLANProtocol: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The Ethernet type.
    public var rawValue: UInt16
    /// Takes an Ethernet type.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A customer's tag, IEEE 802.1Q.
    public static let customer = VLANProtocol(rawValue: 0x8100)
    /// A provider's outer tag, IEEE 802.1ad.
    public static let service = VLANProtocol(rawValue: 0x88a8)

    /// Reads two bytes in network order; nil when there are fewer.
    public init?(attributePayload payload: RawSpan) {
        guard let number = NetworkOrder<UInt16>(attributePayload: payload) else { return nil }
        rawValue = number.value
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        NetworkOrder(rawValue).withAttributePayload(body)
    }
}

/// The querier that a snooping bridge has elected, one of each family: `IFLA_BR_MCAST_QUERIER_STATE`.
///
/// Read only, of kernels since 5.15.
public struct MulticastQueriers: Hashable, Sendable {
    /// `BRIDGE_QUERIER_IP_ADDRESS`, `BRIDGE_QUERIER_IPV6_ADDRESS`: zero while the bridge itself asks.
    public var ipv4Address: IPAddress?, ipv6Address: IPAddress?
    /// `BRIDGE_QUERIER_IP_PORT`, `…_IPV6_PORT`: the index of the port behind which it is.
    public var ipv4Port: Int32?, ipv6Port: Int32?
    /// `BRIDGE_QUERIER_IP_OTHER_TIMER`, `…_IPV6_OTHER_TIMER`: when it counts as gone.
    public var ipv4Timer: ClockTicks<UInt64>?, ipv6Timer: ClockTicks<UInt64>?

    /// Reads the nest.
    init(decoding attributes: borrowing Attributes<BridgeQuerierScope>) throws(MalformedReply) {
        ipv4Address = try attributes.value(.ipv4Address)
        ipv4Port = try attributes.value(.ipv4Port)
        ipv4Timer = try attributes.value(.ipv4Timer)
        ipv6Address = try attributes.value(.ipv6Address)
        ipv6Port = try attributes.value(.ipv6Port)
        ipv6Timer = try attributes.value(.ipv6Timer)
    }
}
