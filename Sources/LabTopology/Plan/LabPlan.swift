// SPDX-License-Identifier: Apache-2.0

internal import Addressing

/// What must be done for a lab to be as it shall be. A pure function of two states.
public struct LabPlan: Equatable, Sendable {
    /// In the order in which they can be done.
    public var changes: [LabChange] = []

    /// Whether everything is as it shall be.
    public var isEmpty: Bool { changes.isEmpty }

    /// The way from one state to another.
    public init(from live: LabState, to desired: LabState) {
        for name in live.nodes.keys.sorted() where desired.nodes[name] == nil {
            guard let node = live.nodes[name] else { continue }
            remove(name, node, live)
        }
        for name in desired.nodes.keys.sorted() {
            guard let node = desired.nodes[name] else { continue }
            compare(name, live.nodes[name], node, live, desired)
        }
        // Stable, so that what is said first is done first.
        changes = changes.enumerated().sorted {
            ($0.element.phase, $0.offset) < ($1.element.phase, $1.offset)
        }.map(\.element)
    }

    // MARK: What is no longer wanted

    private mutating func remove(_ name: String, _ node: NodeState, _ live: LabState) {
        for process in node.processes.values.sorted(by: { $0.name < $1.name }) {
            changes.append(.stopProcess(name, process))
        }
        if node.isOwned {
            for (file, contents) in node.files.sorted(by: { $0.key < $1.key }) {
                changes.append(.setFile(name, name: file, from: contents, to: nil))
            }
            changes.append(.deleteNode(name, node))
            return
        }
        for masquerade in node.masquerades.sorted() { changes.append(.deleteMasquerade(name, masquerade)) }
        for route in node.routes.sorted() { changes.append(.deleteRoute(name, route)) }
        for interface in node.links.keys.sorted() { remove(PortReference(name, interface), live) }
    }

    private mutating func remove(_ port: PortReference, _ live: LabState) {
        guard let link = live.link(port), link.kind != .loopback else { return }
        if link.kind == .present {
            var (from, to) = (LinkAttributes(), LinkAttributes())
            (from.master, to.master) = (.some(link.master), .some(nil))
            changes.append(.setLink(port, from: from, to: to))
            return
        }
        var peer: LinkState?
        if case .veth(let other) = link.kind, let state = live.link(other), state.kind == .veth(peer: port) {
            peer = state
            // Both ends are met, and deleted once.
            if other.isBefore(port), !isOfDeletedNode(other) { return }
        }
        if let peer { undress(port, link, peer) } else { undress(port, link, nil) }
        changes.append(.deleteLink(port, link, peer: peer))
    }

    /// Whether the node of a port goes with all its links.
    private func isOfDeletedNode(_ port: PortReference) -> Bool {
        changes.contains { if case .deleteNode(port.node, _) = $0 { true } else { false } }
    }

    /// What was on a link that goes: its undoing gives it back.
    private mutating func undress(_ port: PortReference, _ link: LinkState, _ peer: LinkState?) {
        for address in link.addresses.sorted() { changes.append(.deleteAddress(port, address)) }
        if !link.impairment.isNone {
            changes.append(.setImpairment(port, from: link.impairment, to: LinkImpairment()))
        }
    }

    // MARK: What is wanted

    private mutating func compare(
        _ name: String, _ live: NodeState?, _ node: NodeState, _ all: LabState, _ desired: LabState
    ) {
        let present = live ?? NodeState(isOwned: node.isOwned)
        if live == nil, node.isOwned { changes.append(.addNode(name)) }
        compareProcesses(name, present, node)
        for file in Set(present.files.keys).union(node.files.keys).sorted()
        where present.files[file] != node.files[file] {
            changes.append(.setFile(name, name: file, from: present.files[file], to: node.files[file]))
        }
        for key in node.sysctls.keys.sorted() where present.sysctls[key] != node.sysctls[key] {
            changes.append(.setSysctl(name, key: key, from: present.sysctls[key], to: node.sysctls[key]))
        }
        // What others' namespaces had before is not known.
        if node.isOwned {
            for (key, value) in present.sysctls.sorted(by: { $0.key < $1.key }) where node.sysctls[key] == nil {
                if let device = LabChange.device(of: key), node.links[device] == nil { continue }
                changes.append(.setSysctl(name, key: key, from: value, to: nil))
            }
        }
        for interface in present.links.keys.sorted() where node.links[interface] == nil {
            remove(PortReference(name, interface), all)
        }
        for interface in node.links.keys.sorted() {
            if let link = node.links[interface] { compare(PortReference(name, interface), link, all, desired) }
        }
        for masquerade in present.masquerades.subtracting(node.masquerades).sorted() {
            changes.append(.deleteMasquerade(name, masquerade))
        }
        for masquerade in node.masquerades.subtracting(present.masquerades).sorted() {
            changes.append(.addMasquerade(name, masquerade))
        }
        let kept = present.routes.filter { !$0.leads(over: anew(present, node)) }
        for route in present.routes.subtracting(node.routes.intersection(kept)).sorted() {
            changes.append(.deleteRoute(name, route))
        }
        for route in node.routes.subtracting(kept).sorted() { changes.append(.addRoute(name, route)) }
    }

    /// The devices that are made anew, and take along the routes over them.
    private func anew(_ present: NodeState, _ node: NodeState) -> Set<InterfaceName> {
        Set(
            node.links.compactMap { name, link in
                guard let old = present.links[name], !old.kind.canBecome(link.kind) else { return nil }
                return old.kind == .loopback || old.kind == .present ? nil : name
            })
    }

    private mutating func compareProcesses(_ name: String, _ present: NodeState, _ node: NodeState) {
        // In the order of the file: one may need another that stands before it.
        let names = Set(present.processes.keys).union(node.processes.keys).sorted {
            (node.processes[$0]?.position.number ?? 0, $0) < (node.processes[$1]?.position.number ?? 0, $1)
        }
        for process in names {
            let (old, new) = (present.processes[process], node.processes[process])
            guard old != new else { continue }
            if let old { changes.append(.stopProcess(name, old)) }
            if let new { changes.append(.startProcess(name, new)) }
        }
    }

    private mutating func compare(_ port: PortReference, _ link: LinkState, _ live: LabState, _ desired: LabState) {
        guard let present = live.link(port), present.kind.canBecome(link.kind) else {
            if live.link(port) != nil { remove(port, live) }
            if link.kind == .loopback || link.kind == .present {
                // Made with the namespace, or there before: what is on it is ours.
                let bare = LinkState(link.kind)
                compare(port, bare, link)
                return
            }
            make(port, link, desired)
            return
        }
        compare(port, present, link)
    }

    private mutating func make(_ port: PortReference, _ link: LinkState, _ desired: LabState) {
        var peer: LinkState?
        if case .veth(let other) = link.kind {
            peer = desired.link(other)
            // Both ends are met: the first makes the pair.
            if !other.isBefore(port) { changes.append(.addLink(port, link, peer: peer)) }
        } else {
            changes.append(.addLink(port, link, peer: peer))
        }
        if !link.vlans.isNone {
            var (from, to) = (LinkAttributes(), LinkAttributes())
            (from.vlans, to.vlans) = (PortVLANSetting(), link.vlans)
            changes.append(.setLink(port, from: from, to: to))
        }
        for address in link.addresses.sorted() { changes.append(.addAddress(port, address)) }
        if !link.impairment.isNone {
            changes.append(.setImpairment(port, from: LinkImpairment(), to: link.impairment))
        }
    }

    private mutating func compare(_ port: PortReference, _ present: LinkState, _ link: LinkState) {
        var (from, to) = (LinkAttributes(), LinkAttributes())
        if present.isUp != link.isUp { (from.isUp, to.isUp) = (present.isUp, link.isUp) }
        if let mtu = link.mtu, present.mtu != mtu { (from.mtu, to.mtu) = (present.mtu, mtu) }
        if let mac = link.macAddress, present.macAddress != mac {
            (from.macAddress, to.macAddress) = (present.macAddress, mac)
        }
        if present.master != link.master { (from.master, to.master) = (.some(present.master), .some(link.master)) }
        if present.vlans != link.vlans { (from.vlans, to.vlans) = (present.vlans, link.vlans) }
        if case .bridge(let tree, let filters) = link.kind, case .bridge(let oldTree, let oldFilters) = present.kind {
            if tree != oldTree { (from.spanningTree, to.spanningTree) = (oldTree, tree) }
            if filters != oldFilters { (from.filtersVLANs, to.filtersVLANs) = (oldFilters, filters) }
        }
        if !to.isEmpty { changes.append(.setLink(port, from: from, to: to)) }
        for address in present.addresses.subtracting(link.addresses).sorted() {
            changes.append(.deleteAddress(port, address))
        }
        for address in link.addresses.subtracting(present.addresses).sorted() {
            changes.append(.addAddress(port, address))
        }
        if !present.impairment.isSame(as: link.impairment) {
            changes.append(.setImpairment(port, from: present.impairment, to: link.impairment))
        }
    }
}

extension LabState {
    /// The state of a port.
    func link(_ port: PortReference) -> LinkState? { nodes[port.node]?.links[port.interface] }
}

extension PortReference {
    /// Which of a pair's ends is its first.
    func isBefore(_ other: PortReference) -> Bool { (node, interface) < (other.node, other.interface) }
}

extension LinkState.Kind {
    /// Whether a device of this kind can be made one of the other without being made anew.
    fileprivate func canBecome(_ other: Self) -> Bool {
        switch (self, other) {
        case (.bridge, .bridge): true
        default: self == other
        }
    }
}

extension RouteState: Comparable {
    /// What is on a link first, since the kernel takes no gateway that it can't reach; then by what they lead to.
    public static func < (left: Self, right: Self) -> Bool {
        let (first, second) = (left.needsAnother, right.needsAnother)
        if first != second { return second }
        return (left.destination, left.metric ?? 0, left.table ?? 0, left.type) < (
            right.destination, right.metric ?? 0, right.table ?? 0, right.type
        )
    }

    private var needsAnother: Bool { hops.contains { $0.gateway != nil } }

    /// Whether a hop of it is over one of the devices.
    func leads(over devices: Set<InterfaceName>) -> Bool {
        !devices.isEmpty && hops.contains { hop in hop.device.map(devices.contains) ?? false }
    }
}

extension LinkImpairment {
    /// Whether the kernel would do the same: what is not said is as the kernel sets it.
    func isSame(as desired: LinkImpairment) -> Bool {
        // Where only the state of a file is known, there is no bucket yet.
        if isRateAlone, desired.isRateAlone, burst != desired.burst, burst != nil { return hasBucket(of: desired) }
        var other = self
        // netem has none.
        if desired.burst == nil || !desired.isRateAlone { other.burst = desired.burst }
        if desired.limit == nil { other.limit = nil }
        if desired.seed == nil { other.seed = nil }
        // The table of a distribution can't be read back.
        other.distribution = desired.distribution
        func near(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-6 }
        guard near(other.loss, desired.loss), near(other.duplicate, desired.duplicate),
            near(other.corrupt, desired.corrupt), near(other.reorder, desired.reorder),
            near(other.lossCorrelation, desired.lossCorrelation)
        else { return false }
        (other.loss, other.duplicate, other.corrupt) = (desired.loss, desired.duplicate, desired.corrupt)
        (other.reorder, other.lossCorrelation) = (desired.reorder, desired.lossCorrelation)
        return other == desired
    }
}
