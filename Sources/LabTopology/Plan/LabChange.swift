// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import NetworkNamespaces

/// One step from a state of a lab to another. Each can be undone.
public enum LabChange: Equatable, Sendable {
    /// A namespace is made, with lo up.
    case addNode(String)
    /// A namespace is deleted with all that is in it.
    case deleteNode(String, NodeState)
    /// A device is made; both ends of a veth at once.
    case addLink(PortReference, LinkState, peer: LinkState?)
    /// A device is deleted; both ends of a veth at once.
    case deleteLink(PortReference, LinkState, peer: LinkState?)
    /// Attributes of a device change.
    case setLink(PortReference, from: LinkAttributes, to: LinkAttributes)
    /// An address is given.
    case addAddress(PortReference, IPPrefix)
    /// An address is taken away.
    case deleteAddress(PortReference, IPPrefix)
    /// A route is made.
    case addRoute(String, RouteState)
    /// A route is deleted.
    case deleteRoute(String, RouteState)
    /// The addresses of a network are translated.
    case addMasquerade(String, MasqueradeState)
    /// The addresses of a network are translated no more.
    case deleteMasquerade(String, MasqueradeState)
    /// A parameter of the kernel changes; nil is what the kernel begins with.
    case setSysctl(String, key: String, from: String?, to: String?)
    /// What a device does to what it sends.
    case setImpairment(PortReference, from: LinkImpairment, to: LinkImpairment)
    /// A file in /etc/netns/NAMESPACE; nil is none.
    case setFile(String, name: String, from: String?, to: String?)
    /// A process is started.
    case startProcess(String, ProcessSetting)
    /// A process is stopped.
    case stopProcess(String, ProcessSetting)
}

/// What of a device can change in place; nil is not touched.
public struct LinkAttributes: Equatable, Sendable {
    /// Whether it is up.
    public var isUp: Bool?
    /// In bytes.
    public var mtu: UInt32?
    /// The hardware address.
    public var macAddress: MACAddress?
    /// The master; `.some(nil)` is none.
    public var master: InterfaceName??
    /// The VLANs of a bridge's port.
    public var vlans: PortVLANSetting?
    /// Whether a bridge has a spanning tree, and filters VLANs.
    public var spanningTree: Bool?, filtersVLANs: Bool?

    /// Nothing changes.
    public init() {}
    /// Whether nothing changes.
    public var isEmpty: Bool { self == LinkAttributes() }
}

extension LabChange {
    /// The node that it is about; of a veth that of the first end.
    public var node: String {
        switch self {
        case .addNode(let node), .deleteNode(let node, _), .addRoute(let node, _), .deleteRoute(let node, _),
            .addMasquerade(let node, _), .deleteMasquerade(let node, _), .setSysctl(let node, _, _, _),
            .setFile(let node, _, _, _), .startProcess(let node, _), .stopProcess(let node, _):
            node
        case .addLink(let port, _, _), .deleteLink(let port, _, _), .setLink(let port, _, _), .addAddress(let port, _),
            .deleteAddress(let port, _), .setImpairment(let port, _, _):
            port.node
        }
    }

    /// The step back.
    public var inverse: LabChange {
        switch self {
        case .addNode(let node): .deleteNode(node, NodeState(isOwned: true))
        case .deleteNode(let node, _): .addNode(node)
        case .addLink(let port, let link, let peer): .deleteLink(port, link, peer: peer)
        case .deleteLink(let port, let link, let peer): .addLink(port, link, peer: peer)
        case .setLink(let port, let from, let to): .setLink(port, from: to, to: from)
        case .addAddress(let port, let address): .deleteAddress(port, address)
        case .deleteAddress(let port, let address): .addAddress(port, address)
        case .addRoute(let node, let route): .deleteRoute(node, route)
        case .deleteRoute(let node, let route): .addRoute(node, route)
        case .addMasquerade(let node, let masquerade): .deleteMasquerade(node, masquerade)
        case .deleteMasquerade(let node, let masquerade): .addMasquerade(node, masquerade)
        case .setSysctl(let node, let key, let from, let to): .setSysctl(node, key: key, from: to, to: from)
        case .setImpairment(let port, let from, let to): .setImpairment(port, from: to, to: from)
        case .setFile(let node, let name, let from, let to): .setFile(node, name: name, from: to, to: from)
        case .startProcess(let node, let process): .stopProcess(node, process)
        case .stopProcess(let node, let process): .startProcess(node, process)
        }
    }

    /// What is done in an order that the kernel takes: what goes first, what comes last.
    var phase: Phase {
        switch self {
        case .stopProcess: .stopping
        case .deleteMasquerade: .unmasquerading
        case .deleteRoute: .unrouting
        case .deleteAddress: .unaddressing
        case .deleteLink: .unlinking
        case .deleteNode: .removing
        case .addNode: .making
        // As long as the namespace is there, it is known whose they are.
        case .setFile(_, _, _, to: nil): .unfiling
        case .setFile: .files
        case .setSysctl(_, let key, _, _): Self.isOfDevice(key) ? .deviceParameters : .parameters
        case .addLink(_, let link, _): link.kind.phase
        case .setLink: .attributes
        case .addAddress: .addressing
        case .addRoute: .routing
        case .addMasquerade: .masquerading
        // As long as the device is there: another may take its name.
        case .setImpairment(_, _, let to) where to.isNone: .unaddressing
        case .setImpairment: .impairing
        case .startProcess: .starting
        }
    }

    /// Whether a parameter is that of one device, which has to be there: `net.ipv4.conf.eth0.rp_filter`.
    static func isOfDevice(_ key: String) -> Bool { device(of: key) != nil }

    /// The device whose parameter it is; nil for those of all, of the default, and of lo.
    static func device(of key: String) -> InterfaceName? {
        guard let key = try? SysctlKey(parsing: key), key.components.count > 4,
            ["conf", "neigh"].contains(key.components[2])
        else { return nil }
        let name = key.components[3]
        return ["all", "default", "lo"].contains(name) ? nil : InterfaceName(name)
    }

    /// In order.
    enum Phase: Int, Comparable, CaseIterable {
        case stopping, unmasquerading, unrouting, unaddressing, unlinking, unfiling, removing
        case making, files, parameters, masters, wires, stacked
        case attributes, deviceParameters, addressing, routing, masquerading, impairing, starting

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }
}

extension LinkState.Kind {
    /// Masters are there before their ports, and what a device stands on before it.
    fileprivate var phase: LabChange.Phase {
        switch self {
        case .bridge, .device(.vrf): .masters
        case .device(.vlan), .device(.vxlan): .stacked
        default: .wires
        }
    }
}
