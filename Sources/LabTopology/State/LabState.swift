// SPDX-License-Identifier: Apache-2.0

public import Addressing

/// The state of a lab: what it shall be, and what it is, are of this one type.
///
/// What is nil is not looked at.
public struct LabState: Equatable, Sendable {
    /// By the node's name; the machine itself is `LabState.host`.
    public var nodes: [String: NodeState] = [:]

    /// Nothing is there.
    public init() {}

    /// The machine itself as a node: no node's name has such a letter.
    public static let host = "host:"
}

/// The state of a node.
public struct NodeState: Equatable, Sendable {
    /// Whether the lab makes and deletes it; if not, it is wired only.
    public var isOwned: Bool
    /// By name. Of a node that is not owned: those of the lab alone.
    public var links: [InterfaceName: LinkState] = [:]
    /// Those of the lab.
    public var routes: Set<RouteState> = []
    /// The networks whose addresses it translates.
    public var masquerades: Set<MasqueradeState> = []
    /// By the key's text.
    public var sysctls: [String: String] = [:]
    /// The files in /etc/netns/NAMESPACE, by name.
    public var files: [String: String] = [:]
    /// The processes that run, by name.
    public var processes: [String: ProcessSetting] = [:]

    /// A node without anything.
    public init(isOwned: Bool) { self.isOwned = isOwned }
}

/// A network that gets the address of the device that its packets leave by.
public struct MasqueradeState: Hashable, Sendable {
    /// The network.
    public var subnet: IPPrefix
    /// The device that leads to it: a segment's bridge; nil where it is not known.
    public var device: InterfaceName?
    /// The segment for which that is: its name.
    public var segment: String
    /// A network.
    public init(_ subnet: IPPrefix, by device: InterfaceName?, segment: String) {
        (self.subnet, self.device, self.segment) = (subnet, device, segment)
    }
}

extension MasqueradeState: Comparable {
    /// By network.
    public static func < (left: Self, right: Self) -> Bool {
        (left.subnet, left.segment) < (right.subnet, right.segment)
    }
}

/// One end of a link: a node's name and the interface.
public struct PortReference: Hashable, Sendable {
    /// The node.
    public var node: String
    /// The interface.
    public var interface: InterfaceName
    /// A port.
    public init(_ node: String, _ interface: InterfaceName) { (self.node, self.interface) = (node, interface) }
}

/// The state of a device.
public struct LinkState: Equatable, Sendable {
    /// What it is.
    public var kind: Kind
    /// Whether it is set up.
    public var isUp = true
    /// In bytes.
    public var mtu: UInt32?
    /// Its hardware address.
    public var macAddress: MACAddress?
    /// The bridge or VRF that it belongs to.
    public var master: InterfaceName?
    /// Without those that the kernel gives by itself.
    public var addresses: Set<IPPrefix> = []
    /// How it harms what it sends.
    public var impairment = LinkImpairment()
    /// Its VLANs as a port of a bridge that filters them.
    public var vlans = PortVLANSetting()

    /// The kinds.
    public enum Kind: Hashable, Sendable {
        /// lo
        case loopback
        /// An end of a veth pair.
        case veth(peer: PortReference)
        /// A bridge.
        case bridge(spanningTree: Bool, filtersVLANs: Bool)
        /// A kind of `DeviceSetting`.
        case device(DeviceSetting.Kind)
        /// A device of the machine, which is neither made nor deleted.
        case present
    }

    /// A device that is up, and no more.
    public init(_ kind: Kind) { self.kind = kind }
}

/// A neighbour that a route leads over.
public struct RouteHop: Hashable, Sendable {
    /// The neighbour; nil for what is on the link itself.
    public var gateway: IPAddress?
    /// The device; nil lets the kernel find it.
    public var device: InterfaceName?
    /// A hop.
    public init(gateway: IPAddress?, device: InterfaceName?) { (self.gateway, self.device) = (gateway, device) }
}

/// A route of the lab.
public struct RouteState: Hashable, Sendable {
    /// Where to.
    public var destination: IPPrefix
    /// `unicast`, `blackhole`, `unreachable`, `prohibit`.
    public var type = "unicast"
    /// Over which neighbours; several share the load.
    public var hops: [RouteHop]
    /// The address that packets of the node itself come from.
    public var source: IPAddress?
    /// The lower the better.
    public var metric: UInt32?
    /// nil is the main table.
    public var table: UInt32?

    /// A route.
    public init(to destination: IPPrefix, hops: [RouteHop], source: IPAddress? = nil) {
        (self.destination, self.hops, self.source) = (destination, hops, source)
    }
}
