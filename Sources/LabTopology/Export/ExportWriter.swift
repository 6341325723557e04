// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import NetworkNamespaces
internal import RouteNetlink

/// Makes a lab file of what was found.
struct ExportWriter {
    private(set) var namespaces: [LiveNamespace]
    let machine: LiveNamespace
    let configuration: String
    /// The lab that all namespaces belong to.
    let lab: String?
    /// The lab as it was brought up, where that is known: what can't be read is taken from it.
    private let recorded: Lab?
    /// The parameters of a namespace that nobody has touched.
    var baseline: [String: String] = [:]
    var draft: LabFileDraft
    /// The other end of each veth, by namespace and index.
    private var peers: [Place: LivePort] = [:]

    private struct Place: Hashable {
        var namespace: String
        var index: Int32
    }

    init(
        _ namespaces: [LiveNamespace], _ machine: LiveNamespace, name: String?, configuration: String,
        records: LabRecords
    ) {
        (self.namespaces, self.machine, self.configuration) = (namespaces, machine, configuration)
        let first = namespaces.first { $0.mark != nil }
        var found: String?
        var prefix = ""
        var recorded: Lab?
        if let first, let mark = first.mark, first.name.hasSuffix(mark.port.node) {
            prefix = String(first.name.dropLast(mark.port.node.count))
            recorded = records.read(mark.lab)?.document.lab
            for namespace in namespaces where namespace.mark == nil {
                namespace.attachedNode = recorded?.nodeAttached(to: namespace.name)
            }
            let isWhole = namespaces.allSatisfy { namespace in
                namespace.attachedNode != nil
                    || namespace.mark.map { $0.lab == mark.lab && namespace.name == prefix + $0.port.node } ?? false
            }
            if isWhole { found = mark.lab }
        }
        lab = found
        self.recorded = found == nil ? nil : recorded
        draft = LabFileDraft(title: "Written by 'netns lab export'.", name: name ?? found ?? "exported")
        draft.prefix = prefix == "\(draft.name)-" ? nil : prefix
        draft.isNumbered = false
        draft.hasHostsFiles = false
        guard found != nil else { return }
        for namespace in namespaces {
            namespace.node = namespace.mark?.port.node ?? namespace.attachedNode ?? namespace.name
        }
    }

    mutating func write() -> LabFileDraft {
        checkNames()
        findPeers()
        var bridges: [(place: LiveNamespace, bridge: Link)] = []
        for namespace in [machine] + namespaces where isHub(namespace) {
            for link in namespace.links where link.kind == "bridge" && isOurs(link, in: namespace) {
                bridges.append((namespace, link))
            }
        }
        for namespace in namespaces where !isHub(namespace) { writeNode(namespace) }
        for namespace in namespaces where !isHub(namespace) { writeLinks(of: namespace) }
        for bridge in bridges { writeSegment(bridge.bridge, at: bridge.place) }
        return draft
    }

    // MARK: Who is who

    /// Whether a namespace holds bridges that the file calls segments.
    func isHub(_ namespace: LiveNamespace) -> Bool {
        namespace === machine || (lab != nil && namespace.node == Lab.switchNode)
    }

    private mutating func checkNames() {
        namespaces.removeAll { namespace in
            guard let flaw = nameFlaw(namespace.node, maximumCount: LabExpansion.maximumNodeNameLength) else {
                return false
            }
            draft.remark("\(namespace.name): the namespace's name \(flaw.message)")
            return true
        }
    }

    /// Whether a device is to be in the file: of a lab, only what is the lab's.
    func isOurs(_ link: Link, in namespace: LiveNamespace) -> Bool {
        if let lab { return LabMark.of(link)?.lab == lab || link.flags.contains(.loopback) }
        return true
    }

    private mutating func findPeers() {
        let all = namespaces + [machine]
        for namespace in all {
            var byID: [Int32: LiveNamespace] = [:]
            for other in all where other !== namespace {
                if let id = (try? namespace.socket.namespaceID(ofDescriptor: other.namespace.descriptor.rawValue))
                    ?? nil,
                    id >= 0
                {
                    byID[id] = other
                }
            }
            for link in namespace.links where link.kind == "veth" {
                let place = Place(namespace: namespace.name, index: link.index)
                let other = link.linkNamespaceID.map { byID[$0] } ?? namespace
                if let other, let peer = other.link(link.link) {
                    peers[place] = LivePort(namespace: other, link: peer)
                }
            }
        }
    }

    func peer(of link: Link, in namespace: LiveNamespace) -> LivePort? {
        peers[Place(namespace: namespace.name, index: link.index)]
    }

    /// Whether a port is one of a segment's.
    private func isSegmentPort(_ port: LivePort) -> Bool {
        isHub(port.namespace) && port.namespace.link(port.link.master)?.kind == "bridge"
    }

    // MARK: Nodes

    private mutating func writeNode(_ namespace: LiveNamespace) {
        var node = LabFileDraft.Node(namespace.node)
        if lab != nil, namespace.attachedNode != nil { return writeAttached(namespace, node) }
        let (parameters, forwards) = parameters(of: namespace)
        if forwards { node.set("forward", .flag(true)) }
        if let loopback = namespace.links.first(where: { $0.flags.contains(.loopback) }) {
            node.set("loopback", .oneOrMore(addresses(of: loopback, in: namespace).map(\.description)))
        }
        writeDevices(of: namespace, into: &node)
        let routes = routes(of: namespace)
        if !routes.isEmpty { node.set("routes", .list(routes)) }
        if !parameters.isEmpty { node.set("sysctls", .map(parameters)) }
        let files = files(of: namespace)
        if !files.isEmpty { node.set("files", .map(files)) }
        if let processes = recorded?.node(named: namespace.node)?.settings.processes, !processes.isEmpty {
            node.set("run", .list(processes.map { .map($0.draft) }))
        }
        remarkRest(of: namespace)
        draft.nodes.append(node)
    }

    /// A node that the lab has wired and not made: what else is in it is not the lab's.
    private mutating func writeAttached(_ namespace: LiveNamespace, _ node: LabFileDraft.Node) {
        var node = node
        node.set("attach", .text("netns:\(namespace.name)"))
        let settings = recorded?.node(named: namespace.node)?.settings
        writeDevices(of: namespace, into: &node)
        let routes = routes(of: namespace)
        if !routes.isEmpty { node.set("routes", .list(routes)) }
        let parameters = settings?.sysctls.map { DraftValue.Entry("\($0.value.key)", $0.value.value ?? "") } ?? []
        if settings?.forwards == true { node.set("forward", .flag(true)) }
        if !parameters.isEmpty { node.set("sysctls", .map(parameters)) }
        if let processes = settings?.processes, !processes.isEmpty {
            node.set("run", .list(processes.map { .map($0.draft) }))
        }
        draft.nodes.append(node)
    }

    /// Addresses that somebody has given, in the order of the kernel.
    mutating func addresses(of link: Link, in namespace: LiveNamespace) -> [IPPrefix] {
        var result: [IPPrefix] = []
        for address in namespace.addresses where address.index == link.index {
            // `IFAPROT_KERNEL_LO`, `_RA` and `_LL`, from Linux 5.18; before that what they look like.
            if let origin = address.origin, (1...3).contains(origin) { continue }
            guard let prefix = address.prefix else { continue }
            if link.flags.contains(.loopback), prefix.description == "127.0.0.1/8" || prefix.description == "::1/128" {
                continue
            }
            if address.family == .ipv6, prefix.address.isLinkLocal, address.origin ?? 0 == 0,
                prefix.length == 64, isDerived(prefix.address, from: link)
            {
                continue
            }
            let place = "\(namespace.name): the address \(prefix) of '\(link.name)'"
            if address.peer != nil {
                draft.remark("\(place) has another end")
            } else if !address.flags.contains(.permanent) {
                draft.remark("\(place) has a lifetime")
            } else {
                if let label = address.label, label != "\(link.name)" { draft.remark("\(place): its label '\(label)'") }
                result.append(prefix)
            }
        }
        return result
    }

    /// Whether an address of IPv6 is made of the hardware address: EUI-64 of RFC 4291, appendix A.
    private func isDerived(_ address: IPAddress, from link: Link) -> Bool {
        guard let mac = link.address?.bytes, mac.count == 6 else { return false }
        let identifier = [mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]]
        return Array(address.bytes.suffix(8)) == identifier
    }

    private mutating func routes(of namespace: LiveNamespace) -> [DraftValue] {
        var result: [DraftValue] = []
        for route in namespace.routes {
            if route.origin == .kernel || route.table == .local || route.flags.contains(.cloned) { continue }
            let state = RouteState(route, namespace.names)
            let place = "\(namespace.name): the route to \(route.destination)"
            if lab != nil, route.origin.rawValue != labOrigin {
                if namespace.attachedNode != nil { continue }
                draft.remark("\(place), which is not the lab's")
                continue
            }
            if let flaw = flaw(of: route) {
                draft.remark("\(place): \(flaw)")
                continue
            }
            result.append(.map(state.draft))
        }
        return result
    }

    /// Why a route can't be said; nil when it can.
    private func flaw(of route: Route) -> String? {
        if route.origin == .redirect || route.origin == .routerAdvertisement { return "it was learned" }
        if !["unicast", "blackhole", "unreachable", "prohibit"].contains(route.type.name) {
            return "its type is \(route.type.name)"
        }
        let gateways = [route.gateway].compactMap(\.self) + route.nextHops.compactMap(\.gateway)
        if gateways.contains(where: { $0.family != route.family }) { return "its gateway is of the other family" }
        if route.nextHopID != nil { return "it uses a next-hop object" }
        if route.encapsulation != nil || route.nextHops.contains(where: { $0.encapsulation != nil }) {
            return "it goes through a tunnel"
        }
        if route.flags.contains(.onlink) || route.nextHops.contains(where: { $0.flags.contains(.onlink) }) {
            return "its gateway is taken for one on the link"
        }
        if route.nextHops.contains(where: { $0.weight != 1 }) { return "its ways have weights" }
        if route.pathMetrics != nil { return "it has metrics of the path" }
        if route.tos != 0 || route.source != nil { return "it is for some packets only" }
        return nil
    }

    private func files(of namespace: LiveNamespace) -> [DraftValue.Entry] {
        let directory = "\(configuration)/\(namespace.name)"
        let entries = ((try? directoryEntries(directory)) ?? []).filter { !$0.isDirectory && !$0.isSymbolicLink }
        return entries.map(\.name).sorted().compactMap { name in
            guard let bytes = try? readFile("\(directory)/\(name)") else { return nil }
            return DraftValue.Entry(name, String(decoding: bytes, as: UTF8.self))
        }
    }

    private mutating func remarkRest(of namespace: LiveNamespace) {
        for rule in namespace.rules {
            // What every namespace has, and what comes with the first VRF.
            if rule.usesDeviceTable || [0, 32766, 32767].contains(rule.priority ?? 0) { continue }
            draft.remark("\(namespace.name): the rule of priority \(rule.priority ?? 0)")
        }
        for neighbor in namespace.neighbors where neighbor.state.contains(.permanent) {
            guard let device = namespace.names[neighbor.index], !neighbor.address.isMulticast else { continue }
            draft.remark("\(namespace.name): the neighbour \(neighbor.address) of '\(device)'")
        }
    }

    // MARK: Links and segments

    private mutating func writeLinks(of namespace: LiveNamespace) {
        for link in namespace.links where link.kind == "veth" && isOurs(link, in: namespace) {
            guard let peer = peer(of: link, in: namespace) else { continue }
            // Each pair once; what is wrong with it was said where its device was written.
            if peer.namespace === namespace || isSegmentPort(peer) { continue }
            if !isHub(peer.namespace), (peer.namespace.node, peer.link.index) < (namespace.node, link.index) {
                continue
            }
            let ends = [LivePort(namespace: namespace, link: link), peer].map { port in
                port.namespace === machine ? "host:\(port.link.name)" : "\(port.namespace.node):\(port.link.name)"
            }
            if peer.namespace === machine {
                for address in addresses(of: peer.link, in: machine) {
                    draft.remark("the address \(address) of the machine's '\(peer.link.name)'")
                }
            }
            var wire = LabFileDraft.Wire(ends.joined(separator: " -- "))
            let forward = namespace.impairment(of: link), reverse = peer.namespace.impairment(of: peer.link)
            wire.set("impair", DraftValue.impairment(forward, reverse))
            draft.links.append(wire)
        }
    }

    private mutating func writeSegment(_ bridge: Link, at place: LiveNamespace) {
        var members: [(inner: LivePort, outer: Link)] = []
        var uplink: InterfaceName?
        var others: [InterfaceName] = []
        for port in place.links where port.master == bridge.index {
            if port.kind == "veth", let inner = peer(of: port, in: place), !isHub(inner.namespace),
                isOurs(inner.link, in: inner.namespace)
            {
                members.append((inner, port))
            } else if port.kind == nil, uplink == nil, place === machine {
                uplink = port.name
            } else {
                others.append(port.name)
            }
        }
        // A bridge of the machine that leads to none of the namespaces is none of ours.
        guard !members.isEmpty || place !== machine else { return }
        for name in others { draft.remark("the port '\(name)' of the bridge '\(bridge.name)'") }
        let text = "\(bridge.name)"
        if let flaw = nameFlaw(text, maximumCount: LabExpansion.maximumNodeNameLength) {
            draft.remark("the bridge '\(text)': its name \(flaw.message)")
            return
        }
        var segment = LabFileDraft.Wire(text)
        let own = place === machine ? addresses(of: bridge, in: place) : []
        for (key, family) in [("ipv4", AddressFamily.ipv4), ("ipv6", .ipv6)] {
            let first = own.first { $0.family == family }
            segment.set(key, .text(first.map { "\($0.network)" } ?? "none"))
            for further in own where further.family == family && further != first {
                draft.remark("the address \(further) of the bridge '\(bridge.name)'")
            }
        }
        let filters = (bridge.options as? BridgeOptions)?.vlanFiltering == true
        let list = members.map { member in
            let port = "\(member.inner.namespace.node):\(member.inner.link.name)"
            guard filters, let vlans = place.portVLANs[member.outer.index], !vlans.isNone else {
                return DraftValue.text(port)
            }
            return .map([DraftValue.Entry(key: port, value: .map(vlans.draft))])
        }
        segment.set("members", .list(list))
        if bridge.mtu != 1500 { segment.set("mtu", bridge.mtu.map { .number(Int($0)) }) }
        if let options = bridge.options as? BridgeOptions {
            if options.spanningTree.map({ $0 != .off }) == true { segment.set("stp", .flag(true)) }
            if filters { segment.set("vlan_filtering", .flag(true)) }
        }
        if place === machine {
            var host: [DraftValue.Entry] = []
            if let address = own.first?.address { host.append(DraftValue.Entry("address", "\(address)")) }
            if recorded?.segments.contains(where: { $0.bridge == bridge.name && $0.translates }) == true {
                host.append(DraftValue.Entry(key: "nat", value: .flag(true)))
            }
            segment.set("host", host.isEmpty ? .flag(true) : .map(host))
            segment.set("uplink", uplink.map { .text("\($0)") })
            if lab == nil {
                draft.remark("the machine's ports of the bridge '\(bridge.name)' get other names")
            }
        }
        let impairments = members.map { member in
            DraftValue.impairment(
                member.inner.namespace.impairment(of: member.inner.link), place.impairment(of: member.outer))
        }
        if let first = impairments.first {
            if impairments.allSatisfy({ $0?.flow == first?.flow }) {
                segment.set("impair", first)
            } else {
                draft.remark("the impairments of the ports of the bridge '\(bridge.name)', which differ")
            }
        }
        draft.segments.append(segment)
    }

    /// The settings of a device that were recorded for it.
    func recordedDevice(_ name: InterfaceName, of node: String) -> DeviceSetting? {
        recorded?.node(named: node)?.settings.devices.first { $0.name.value == name }
    }

    /// The MTU that a veth's end has when nothing is said.
    func usualMTU(of link: Link, in namespace: LiveNamespace) -> UInt32 {
        if let peer = peer(of: link, in: namespace), isSegmentPort(peer) {
            return peer.namespace.link(peer.link.master)?.mtu ?? 1500
        }
        return 1500
    }

    /// The hardware address that a device of a lab of this name would have.
    func usualAddress(of link: Link, in namespace: LiveNamespace) -> MACAddress? {
        .derived(draft.name, PortReference(namespace.node, link.name))
    }

    /// Whether a pair can be said: why not, else nil.
    func flaw(ofPair link: Link, in namespace: LiveNamespace) -> String? {
        guard let peer = peer(of: link, in: namespace) else { return "its other end is in another namespace" }
        if peer.namespace === namespace { return "both its ends are here" }
        if "\(link.name)".contains("--") || "\(peer.link.name)".contains("--") { return "its name has '--'" }
        if peer.namespace === machine, let master = peer.link.master, !isSegmentPort(peer) {
            return "its other end belongs to '\(machine.names[master].map { "\($0)" } ?? "")'"
        }
        return nil
    }
}

extension Lab {
    /// The node that is the namespace of a name, without being made by the lab.
    fileprivate func nodeAttached(to name: String) -> String? {
        nodes.first { node in
            if case .name(let attached) = node.settings.attachment?.value { "\(attached)" == name } else { false }
        }?.name
    }
}
