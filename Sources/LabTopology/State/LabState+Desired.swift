// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import NetworkNamespaces

extension LabState {
    /// What a lab shall be, once its addresses are assigned.
    public init(of lab: Lab) {
        for node in lab.nodes { nodes[node.name] = NodeState(of: node, in: lab.name) }
        for link in lab.links { add(link, of: lab) }
        if lab.segments.contains(where: { !$0.isOnHost }) {
            var hub = NodeState(isOwned: true)
            hub.links[.loopback] = LinkState(.loopback)
            nodes[Lab.switchNode] = hub
        }
        for segment in lab.segments { add(segment, of: lab) }
        // After all links: settings of an interface hold whatever it is an end of.
        for node in lab.nodes { addDevices(of: node) }
        addRoutes(of: lab)
        addMasquerades(of: lab)
        if lab.hasHostsFiles { addHostsFiles(of: lab) }
    }

    /// The name of a port as a node of the state.
    private func name(_ port: LabPort, _ lab: Lab) -> String { port.node.map { lab.nodes[$0].name } ?? LabState.host }

    private mutating func insert(_ link: LinkState, _ name: InterfaceName, at node: String) {
        nodes[node, default: NodeState(isOwned: false)].links[name] = link
    }

    private mutating func add(_ link: LabLink, of lab: Lab) {
        guard let first = link.ends[0].interface, let second = link.ends[1].interface else { return }
        let ports = [
            PortReference(name(link.ends[0], lab), first), PortReference(name(link.ends[1], lab), second),
        ]
        for end in 0..<2 {
            var state = LinkState(.veth(peer: ports[1 - end]))
            state.mtu = link.settings.mtu?.value ?? 1500
            state.isUp = link.settings.isUp
            state.macAddress = .derived(lab.name, ports[end])
            state.addresses = Set(link.addresses[end])
            if let impairment = link.settings.impairment {
                state.impairment = end == 0 ? impairment.forward : impairment.reverse
            }
            insert(state, ports[end].interface, at: ports[end].node)
        }
    }

    private mutating func add(_ segment: LabSegment, of lab: Lab) {
        // A bridge that the machine is on, or a device of the machine is a port of, is the machine's.
        let place = segment.isOnHost ? LabState.host : Lab.switchNode
        var bridge = LinkState(
            .bridge(
                spanningTree: segment.settings.hasSpanningTree, filtersVLANs: segment.settings.filtersVLANs))
        bridge.macAddress = .derived(lab.name, PortReference(place, segment.bridge))
        bridge.mtu = segment.settings.wire.mtu?.value ?? 1500
        bridge.addresses = Set(segment.hostAddresses)
        insert(bridge, segment.bridge, at: place)
        if let uplink = segment.settings.uplink?.value {
            var state = LinkState(.present)
            state.master = segment.bridge
            insert(state, uplink, at: LabState.host)
        }
        for member in segment.members {
            guard let interface = member.port.interface, let node = member.port.node else { continue }
            let inner = PortReference(lab.nodes[node].name, interface)
            let outer = PortReference(place, .portName(lab: segment.isOnHost ? lab.name : nil, inner))
            var state = LinkState(.veth(peer: outer))
            state.mtu = segment.settings.wire.mtu?.value ?? 1500
            state.isUp = segment.settings.wire.isUp
            state.macAddress = .derived(lab.name, inner)
            state.addresses = Set(member.addresses)
            // Forward is from the node into the segment.
            state.impairment = segment.settings.wire.impairment?.forward ?? LinkImpairment()
            insert(state, interface, at: inner.node)
            var port = LinkState(.veth(peer: inner))
            port.mtu = state.mtu
            port.macAddress = .derived(lab.name, outer)
            port.master = segment.bridge
            port.impairment = segment.settings.wire.impairment?.reverse ?? LinkImpairment()
            port.vlans = member.vlans
            insert(port, outer.interface, at: place)
        }
    }

    private mutating func addDevices(of node: LabNode) {
        for setting in node.settings.devices {
            var state = LinkState(setting.kind.stateKind)
            state.isUp = setting.isUp
            state.mtu = setting.mtu
            state.macAddress = setting.macAddress
            state.addresses = Set(setting.addresses.map(\.value))
            insert(state, setting.name.value, at: node.name)
        }
        for setting in node.settings.devices {
            for member in setting.members {
                nodes[node.name]?.links[member.value]?.master = setting.name.value
            }
        }
        for setting in node.settings.interfaces {
            guard var state = nodes[node.name]?.links[setting.name.value] else { continue }
            if let mtu = setting.mtu { state.mtu = mtu }
            if let mac = setting.macAddress { state.macAddress = mac }
            if let isUp = setting.isUp { state.isUp = isUp }
            state.addresses.formUnion(setting.addresses.map(\.value))
            nodes[node.name]?.links[setting.name.value] = state
        }
    }

    private mutating func addRoutes(of lab: Lab) {
        for node in lab.nodes {
            let routes = node.settings.routes.map { RouteState($0, at: nodes[node.name]) }
            nodes[node.name]?.routes.formUnion(routes)
        }
        guard lab.computesRoutes else { return }
        for family in AddressFamily.allCases {
            let computation = RouteComputation(lab, family)
            for (number, node) in lab.nodes.enumerated() {
                let own = Set(node.settings.routes.map(\.destination))
                for route in computation.routes(of: number) where !own.contains(route.destination) {
                    nodes[node.name]?.routes.insert(route)
                }
            }
            if lab.segments.contains(where: \.translates) {
                for route in computation.routes(of: nil) { nodes[LabState.host]?.routes.insert(route) }
            }
        }
    }

    /// The machine translates for the networks of a segment, and for what lies behind it by routes that were computed.
    private mutating func addMasquerades(of lab: Lab) {
        var networks: [MasqueradeState] = []
        let routes = (nodes[LabState.host]?.routes ?? []).sorted()
        for segment in lab.segments where segment.translates {
            let behind = routes.filter { $0.hops.contains { $0.device == segment.bridge } }.map(\.destination)
            networks += (segment.subnets.map(\.network) + behind).filter { !$0.isDefaultRoute }.map {
                MasqueradeState($0, by: segment.bridge, segment: segment.name)
            }
        }
        // Each address once: larger networks come first, and of equal ones that of the first segment.
        for network in networks.enumerated().sorted(by: {
            ($0.element.subnet.length, $0.offset) < ($1.element.subnet.length, $1.offset)
        }).map(\.element) {
            let known = nodes[LabState.host]?.masquerades ?? []
            guard !known.contains(where: { $0.subnet.contains(network.subnet) }) else { continue }
            nodes[LabState.host, default: NodeState(isOwned: false)].masquerades.insert(network)
        }
    }

    /// Every node knows each other one by name.
    private mutating func addHostsFiles(of lab: Lab) {
        var lines = "\(labFileMark(lab.name))127.0.0.1 localhost\n::1 localhost\n"
        var addresses: [[IPPrefix]] = lab.nodes.map(\.loopbackAddresses)
        for link in lab.links {
            for end in 0..<2 { if let node = link.ends[end].node { addresses[node] += link.addresses[end] } }
        }
        for segment in lab.segments {
            for member in segment.members { if let node = member.port.node { addresses[node] += member.addresses } }
        }
        for (number, node) in lab.nodes.enumerated() {
            for family in AddressFamily.allCases {
                if let address = addresses[number].first(where: { $0.family == family }) {
                    lines += "\(address.address) \(node.name)\n"
                }
            }
        }
        for node in lab.nodes where node.settings.attachment == nil {
            if nodes[node.name]?.files["hosts"] == nil { nodes[node.name]?.files["hosts"] = lines }
        }
    }
}

extension NodeState {
    /// A node without the ends of its links.
    fileprivate init(of node: LabNode, in lab: String) {
        self.init(isOwned: node.settings.attachment == nil)
        if isOwned || !node.loopbackAddresses.isEmpty {
            var loopback = LinkState(.loopback)
            loopback.addresses = Set(node.loopbackAddresses)
            links[.loopback] = loopback
        }
        if node.settings.forwards {
            sysctls["net.ipv4.ip_forward"] = "1"
            sysctls["net.ipv6.conf.all.forwarding"] = "1"
        }
        for setting in node.settings.sysctls { sysctls["\(setting.value.key)"] = setting.value.value ?? "" }
        for file in node.settings.files { files[file.name.value] = file.contents }
        if !node.settings.nameServers.isEmpty {
            files["resolv.conf"] =
                labFileMark(lab) + node.settings.nameServers.map { "nameserver \($0)\n" }.joined()
        }
        for (number, process) in node.settings.processes.enumerated() {
            processes[process.name] = process
            processes[process.name]?.position.number = number
        }
    }
}

extension DeviceSetting.Kind {
    /// A bridge of a node is what a bridge of a segment is.
    fileprivate var stateKind: LinkState.Kind {
        if case .bridge(let spanningTree, let filtersVLANs) = self {
            return .bridge(spanningTree: spanningTree, filtersVLANs: filtersVLANs)
        }
        return .device(self)
    }
}

extension RouteState {
    fileprivate init(_ setting: RouteSetting, at node: NodeState?) {
        // As the kernel tells them: in order, each with the device that its gateway is on.
        var hops =
            setting.gateways.isEmpty
            ? (setting.device.map { [RouteHop(gateway: nil, device: $0)] } ?? [])
            : setting.gateways.map { RouteHop(gateway: $0, device: setting.device ?? node?.device(towards: $0)) }
        if !setting.hops.isEmpty { hops = setting.hops }
        self.init(to: setting.destination, hops: hops.sorted(), source: setting.source)
        (type, metric, table) = (setting.type, setting.metric, setting.table)
    }
}

extension NodeState {
    /// The device that an address is on; nil where none has it, or several.
    fileprivate func device(towards address: IPAddress) -> InterfaceName? {
        let devices = links.filter { $0.value.addresses.contains { $0.contains(address) } }
        return devices.count == 1 ? devices.first?.key : nil
    }
}

extension LabSegment {
    /// Whether the bridge is in the machine's own namespace.
    public var isOnHost: Bool { hasHost || settings.uplink != nil }
}

extension InterfaceName {
    /// The bridge's side of a node's interface: `h1-eth0` where that fits, else a digest.
    ///
    /// - Parameter lab: the lab's name where other labs have ports in the same namespace.
    static func portName(lab: String?, _ port: PortReference) -> InterfaceName {
        let text = "\(port.node)-\(port.interface)"
        if lab == nil, let whole = InterfaceName(text) { return whole }
        return portName(lab: lab, text)
    }

    private static func portName(lab: String?, _ text: String) -> InterfaceName {
        let digest = hexadecimal(stableHash(of: "\(lab ?? "")/\(text)"), digits: 12)
        // "nl" and twelve digits always are a name.
        return InterfaceName(kernel: "nl\(digest)".utf8) ?? .loopback
    }
}

extension MACAddress {
    /// The same on every run: locally administered (IEEE 802, section 8), from the lab, the node and the port.
    static func derived(_ lab: String, _ port: PortReference) -> MACAddress? {
        let hash = stableHash(of: "\(lab)/\(port.node)/\(port.interface)")
        let bytes = (0..<6).map { UInt8(truncatingIfNeeded: hash >> UInt64(8 * $0)) }
        return MACAddress(bytes: [bytes[0] & 0xfc | 0x02] + bytes[1...])
    }
}

/// The first line of the files that a lab makes up, by which they are known as its own.
func labFileMark(_ lab: String) -> String { "# netns lab \(lab)\n" }
