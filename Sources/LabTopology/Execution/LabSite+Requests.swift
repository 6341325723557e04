// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

extension LabSite {
    /// Whether a node's namespace is the lab's.
    func owns(_ node: String) -> Bool { node != LabState.host && attachments[node] == nil }

    // MARK: Devices

    /// What a device shall be when it is made.
    func spec(_ port: PortReference, _ link: LinkState, _ session: NodeSession) throws -> LinkSpec {
        var spec = LinkSpec(name: port.interface)
        spec.mtu = link.mtu
        spec.address = link.macAddress.map { LinkLayerAddress($0) }
        if let master = link.master { spec.master = try session.index(of: master) }
        switch link.kind {
        case .bridge(let spanningTree, let filtersVLANs):
            spec.options = Self.bridgeOptions(spanningTree, filtersVLANs)
        case .device(let kind): try describe(kind, session, in: &spec)
        case .veth, .loopback, .present: break
        }
        return spec
    }

    private static func bridgeOptions(_ spanningTree: Bool?, _ filtersVLANs: Bool?) -> BridgeOptions {
        var options = BridgeOptions()
        if let spanningTree { options.spanningTree = spanningTree ? .kernel : .off }
        // A kernel without VLAN filtering refuses the option, whatever it says.
        if filtersVLANs == true { options.vlanFiltering = true }
        return options
    }

    private func describe(_ kind: DeviceSetting.Kind, _ session: NodeSession, in spec: inout LinkSpec) throws {
        switch kind {
        case .vlan(let parent, let id):
            var options = VlanOptions()
            options.identifier = id
            spec.options = options
            spec.link = try session.index(of: parent)
        case .vxlan(let vni, let local, let remote, let port, let parent):
            var options = VxlanOptions()
            options.identifier = vni
            (options.local, options.remote, options.destinationPort) = (local, remote, port)
            options.link = try parent.map { parent throws(NetlinkError) in try session.index(of: parent) }
            spec.options = options
        case .vrf(let table):
            var options = VrfOptions()
            options.table = table
            spec.options = options
        case .bridge(let spanningTree, let filtersVLANs): spec.options = Self.bridgeOptions(spanningTree, filtersVLANs)
        case .other(let kind, _): spec.kindName = kind
        }
    }

    // MARK: What is done inside a namespace

    /// The requests of a change that concerns one namespace.
    func requests(for change: LabChange, _ session: NodeSession) throws -> [ErasedRequest] {
        switch change {
        case .setLink(let port, let from, let to): return try setRequests(port, from: from, to, session)
        case .addAddress(let port, let prefix):
            var address = InterfaceAddress(prefix, index: try session.index(of: port.interface))
            address.origin = labOrigin
            // Nobody else has it: looking for duplicates would keep it unusable for a second.
            if prefix.family == .ipv6 { address.flags.insert(.noDAD) }
            if prefix.family == .ipv4 { address.broadcast = prefix.broadcast }
            return [address.replaceRequest(displayName: "\(port.interface)").erased]
        case .deleteAddress(let port, let prefix):
            let address = InterfaceAddress(prefix, index: try session.index(of: port.interface))
            return [address.deleteRequest(displayName: "\(port.interface)").erased]
        case .addRoute(_, let route): return [try self.route(route, session).replaceRequest().erased]
        case .deleteRoute(_, let route): return [try self.route(route, session).deleteRequest().erased]
        case .setImpairment(let port, let from, let to): return try impairmentRequests(port, from, to, session)
        default: return []
        }
    }

    private func setRequests(
        _ port: PortReference, from: LinkAttributes, _ to: LinkAttributes, _ session: NodeSession
    ) throws -> [ErasedRequest] {
        let vlans = try vlanRequests(port, from.vlans, to.vlans, session)
        var others = to
        others.vlans = nil
        if others.isEmpty { return vlans }
        var spec = LinkSpec()
        (spec.isUp, spec.mtu) = (to.isUp, to.mtu)
        spec.address = to.macAddress.map { LinkLayerAddress($0) }
        if let master = to.master {
            spec.master = try master.map { master throws(NetlinkError) in try session.index(of: master) } ?? 0
        }
        if to.spanningTree != nil || to.filtersVLANs != nil {
            var options = Self.bridgeOptions(to.spanningTree, nil)
            options.vlanFiltering = to.filtersVLANs
            spec.options = options
        }
        let index = try session.index(of: port.interface)
        return [spec.changeRequest(index: index, displayName: "\(port.interface)").erased] + vlans
    }

    /// What makes the VLANs of a bridge's port others. A port begins with VLAN 1, untagged.
    private func vlanRequests(
        _ port: PortReference, _ from: PortVLANSetting?, _ to: PortVLANSetting?, _ session: NodeSession
    ) throws -> [ErasedRequest] {
        guard let to, let from, to != from else { return [] }
        let index = try session.index(of: port.interface)
        let name = "\(port.interface)"
        let (old, new) = (from.entries, to.entries)
        var requests: [ErasedRequest] = []
        for entry in old where !new.contains(entry) {
            requests.append(VLANChange(.vlan(entry), index: index).deleteRequest(device: name).erased)
        }
        for entry in new where !old.contains(entry) {
            requests.append(VLANChange(.vlan(entry), index: index).addRequest(device: name).erased)
        }
        return requests
    }

    private func route(_ state: RouteState, _ session: NodeSession) throws -> Route {
        let type = RouteType(name: state.type) ?? .unicast
        var route = Route(to: state.destination, type: type)
        if state.hops.count == 1, let hop = state.hops.first {
            route = Route(
                to: state.destination, type: type, via: hop.gateway,
                device: try hop.device.map { device throws(NetlinkError) in try session.index(of: device) })
        } else if state.hops.count > 1 {
            var hops: [NextHop] = []
            for hop in state.hops {
                hops.append(
                    NextHop(
                        via: hop.gateway,
                        device: try hop.device.map { device throws(NetlinkError) in try session.index(of: device) }))
            }
            route = Route(to: state.destination, type: type, nextHops: hops)
        }
        route.origin = RouteProtocol(rawValue: labOrigin)
        route.metric = state.metric
        route.preferredSource = state.source
        if let table = state.table { route.table = RouteTable(rawValue: table) }
        return route
    }

    /// What is asked of the kernel for an impairment in the place of another.
    func impairmentRequests(
        _ port: PortReference, _ from: LinkImpairment, _ to: LinkImpairment, _ session: NodeSession
    ) throws -> [ErasedRequest] {
        let index = try session.index(of: port.interface)
        var spec = QueueingDisciplineSpec(index: index, parent: .root, handle: LinkImpairment.handle)
        let name = "\(port.interface)"
        if to.isNone { return [spec.deleteRequest(displayName: name).erased] }
        spec.options = to.discipline(mtu: 1500, inPlaceOf: from)
        var requests = [spec.replaceRequest(displayName: name).erased]
        // The kernel does not change the kind under a handle.
        if !from.isNone, from.isRateAlone != to.isRateAlone {
            let removal = QueueingDisciplineSpec(index: index, parent: .root, handle: LinkImpairment.handle)
            requests.insert(removal.deleteRequest(displayName: name).erased, at: 0)
        }
        return requests
    }

    // MARK: Files and parameters

    func carryOutFile(_ change: LabChange) throws(LabFailure) {
        guard case .setFile(let node, let name, _, let contents) = change else { return }
        let directory = "\(configuration)/\(prefix)\(node)"
        do throws(Errno) {
            guard let contents else {
                try? removeFile("\(directory)/\(name)")
                // Only when nothing else is in it.
                try? removeDirectory(directory)
                return
            }
            try makeDirectory(configuration)
            try makeDirectory(directory)
            try replaceFile("\(directory)/\(name)", with: Array(contents.utf8))
        } catch { throw LabFailure(change.title, error) }
    }

    func carryOutParameter(_ change: LabChange) throws(LabFailure) {
        guard case .setSysctl(let node, let key, _, let value) = change else { return }
        guard let session = try session(node) else { return }
        do {
            let key = try SysctlKey(parsing: key)
            guard let value = try value ?? initialValue(of: key, session) else { return }
            try session.namespace.carryOut([SysctlRequest(key, value: value)]) { _ in }
        } catch { throw LabFailure(change.title, error) }
    }

    /// What a parameter begins with: in a new namespace, or for a device of the node's namespace.
    private func initialValue(of key: SysctlKey, _ session: NodeSession) throws -> String? {
        var value: String?
        guard LabChange.isOfDevice("\(key)") else {
            try onDisposableThread {
                try unshareThreadNetwork()
                try carryOut([SysctlRequest(key)]) { value = $0.value }
            }
            return value
        }
        let own = SysctlKey(components: key.components.enumerated().map { $0.offset == 3 ? "default" : $0.element })
        try session.namespace.carryOut([SysctlRequest(own)]) { value = $0.value }
        return value
    }
}

extension PortVLANSetting {
    /// The VLANs as the kernel has them.
    fileprivate var entries: [PortVLAN] {
        if isNone { return [PortVLAN(1...1, isPVID: true, isUntagged: true)] }
        let own = untagged.map { [PortVLAN($0...$0, isPVID: true, isUntagged: true)] } ?? []
        return own + tagged.sorted().map { PortVLAN($0...$0) }
    }

    /// What the VLANs of the kernel say.
    init(_ vlans: [PortVLAN]) {
        for vlan in vlans {
            if vlan.isPVID || vlan.isUntagged { untagged = vlan.ids.lowerBound } else { tagged += vlan.ids }
        }
        if untagged == 1, tagged.isEmpty { self = PortVLANSetting() }
    }
}
