// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// By what the lab's addresses and routes are known: `ifa_proto`, `rtm_protocol`. "N" in ASCII.
let labOrigin: UInt8 = 0x4e

extension LabSite {
    /// What is there of a lab.
    ///
    /// - Parameters:
    ///   - desired: what it shall be: of parameters and files only those are read that are named in it, and what is
    ///     wanted counts as the lab's whoever has made it.
    ///   - nodes: further nodes to look at: those of an earlier run.
    public func state(for desired: LabState, and nodes: [String] = []) throws(LabFailure) -> LabState {
        var state = LabState()
        unmarked = []
        for node in Set(desired.nodes.keys).union(nodes).sorted() {
            guard let session = try session(node) else { continue }
            do {
                if let live = try self.state(of: session, desired.nodes[node]) { state.nodes[node] = live }
            } catch let failure as LabFailure { throw failure } catch {
                throw LabFailure("cannot look at '\(node)'", error)
            }
        }
        return state
    }

    /// nil where nothing of the lab is, and nothing had to be.
    private func state(of session: NodeSession, _ desired: NodeState?) throws -> NodeState? {
        var state = NodeState(isOwned: session.isOwned)
        let links = try session.socket.links()
        session.learn(links)
        let names = Dictionary(links.map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
        let loopbackMark = links.first { $0.index == loopbackIndex }.flatMap { LabMark.of($0) }
        if session.isOwned, loopbackMark?.lab != lab {
            throw LabFailure(
                "cannot take the namespace '\(prefix)\(session.name)' for a node of '\(lab)'",
                reason: loopbackMark.map { "it belongs to the lab '\($0.lab)'" } ?? "somebody else has made it",
                hint: "choose another 'prefix', or delete it with 'netns delete \(prefix)\(session.name)'")
        }
        for link in links {
            if let wanted = desired?.links[link.name], wanted.kind != .present, wanted.kind != .loopback,
                LabMark.of(link)?.lab != lab, !isHalfMade(link, session, wanted)
            {
                throw LabFailure(
                    "cannot make '\(link.name)' of '\(session.name)'",
                    reason: "there is a device of that name that is not the lab's",
                    hint: "give the lab's device another name")
            }
            guard let own = linkState(link, session, desired?.links[link.name], names) else { continue }
            state.links[link.name] = own
        }
        try readAddresses(&state, session, desired, names)
        try readImpairments(&state, session, names)
        if state.links.values.contains(where: { if case .bridge(_, true) = $0.kind { true } else { false } }) {
            try readVLANs(&state, session, names)
        }
        try readRoutes(&state, session, names)
        try readMasquerades(&state, session, desired)
        try readParameters(&state, session, desired)
        if session.isOwned { readFiles(&state, session.name, desired) }
        return state == NodeState(isOwned: false) ? nil : state
    }

    private func linkState(
        _ link: Link, _ session: NodeSession, _ desired: LinkState?, _ names: [Int32: InterfaceName]
    ) -> LinkState? {
        let mark = LabMark.of(link)
        let kind: LinkState.Kind
        if link.flags.contains(.loopback) {
            guard session.isOwned || desired != nil else { return nil }
            kind = .loopback
        } else if desired?.kind == .present {
            kind = .present
        } else if isHalfMade(link, session, desired) {
            kind = desired?.kind ?? .device(.other(kind: link.kind ?? "", options: []))
            unmarked.append((session, link, LabMark(lab, PortReference(session.name, link.name), kind)))
        } else {
            guard let mark, mark.lab == lab, mark.port == PortReference(session.name, link.name) else { return nil }
            if let peer = mark.peer {
                kind = .veth(peer: peer)
            } else if let options = link.options as? BridgeOptions, mark.digest == nil {
                kind = .bridge(
                    spanningTree: options.spanningTree.map { $0 != .off } ?? false,
                    filtersVLANs: options.vlanFiltering ?? false)
            } else if case .device(let wanted) = desired?.kind, mark.digest == LabMark.digest(of: wanted) {
                kind = .device(wanted)
            } else {
                kind = .device(.other(kind: link.kind ?? "", options: [mark.digest ?? ""]))
            }
        }
        var state = LinkState(kind)
        state.isUp = link.flags.contains(.up)
        if kind != .loopback, kind != .present {
            state.mtu = link.mtu
            state.macAddress = link.address.flatMap { MACAddress($0) }
        }
        state.master = link.master.flatMap { names[$0] }
        if kind == .present, state.master != desired?.master { state.master = nil }
        return state
    }

    /// Whether this lab has made a device and was killed before it was marked: it has the address that is derived for
    /// it, which it got when it was made.
    private func isHalfMade(_ link: Link, _ session: NodeSession, _ desired: LinkState?) -> Bool {
        guard LabMark.of(link) == nil, let address = link.address.flatMap({ MACAddress($0) }) else { return false }
        return address == .derived(lab, PortReference(session.name, link.name))
            || (session.isOwned && desired?.macAddress == address)
    }

    private func readAddresses(
        _ state: inout NodeState, _ session: NodeSession, _ desired: NodeState?, _ names: [Int32: InterfaceName]
    ) throws {
        for address in try session.socket.addresses() {
            guard let name = names[address.index], state.links[name] != nil, let prefix = address.prefix else {
                continue
            }
            guard address.origin == labOrigin || desired?.links[name]?.addresses.contains(prefix) == true else {
                continue
            }
            state.links[name]?.addresses.insert(prefix)
        }
    }

    private func readImpairments(
        _ state: inout NodeState, _ session: NodeSession, _ names: [Int32: InterfaceName]
    ) throws {
        for discipline in try session.socket.queueingDisciplines() where discipline.parent == .root {
            guard let name = names[discipline.index], state.links[name] != nil,
                discipline.handle == LinkImpairment.handle, let options = discipline.options
            else { continue }
            state.links[name]?.impairment = LinkImpairment(options)
        }
    }

    /// The VLANs of the ports of bridges that filter them.
    private func readVLANs(
        _ state: inout NodeState, _ session: NodeSession, _ names: [Int32: InterfaceName]
    ) throws {
        for port in try session.socket.portVLANs() {
            guard let name = names[port.index], let master = state.links[name]?.master,
                case .bridge(_, true) = state.links[master]?.kind
            else { continue }
            state.links[name]?.vlans = PortVLANSetting(port.vlans)
        }
    }

    private func readRoutes(
        _ state: inout NodeState, _ session: NodeSession, _ names: [Int32: InterfaceName]
    ) throws {
        var filter = RouteFilter()
        filter.origin = RouteProtocol(rawValue: labOrigin)
        for route in try session.socket.routes(filter) where route.origin.rawValue == labOrigin {
            let own = RouteState(route, names)
            // In a namespace of others there may be routes of other labs: those over this lab's devices are its own.
            guard session.isOwned || own.hops.contains(where: { $0.device.map { state.links[$0] != nil } ?? false })
            else {
                continue
            }
            state.routes.insert(own)
        }
    }

    private func readParameters(_ state: inout NodeState, _ session: NodeSession, _ desired: NodeState?) throws {
        guard let desired, !desired.sysctls.isEmpty else { return }
        var values: [String: String] = [:]
        let requests = try desired.sysctls.keys.sorted().map { SysctlRequest(try SysctlKey(parsing: $0)) }
        do throws(SysctlError) {
            try session.namespace.carryOut(requests) { values["\($0.key)"] = $0.value }
        } catch {
            // One that is not there yet, such as that of a device to be made.
            guard case .notFound = error else { throw error }
            for request in requests {
                try? session.namespace.carryOut([request]) { values["\($0.key)"] = $0.value }
            }
        }
        for (key, value) in desired.sysctls {
            // Several numbers are separated by tabs when they are read.
            if let live = values[key] {
                let isSame = live.split(whereSeparator: \.isWhitespace) == value.split(whereSeparator: \.isWhitespace)
                state.sysctls[key] = isSame ? value : live
            }
        }
    }

    /// The lab's files: those that it shall have, had in its last run, or bear its mark, and what a run that was
    /// killed left of them. Others are somebody's own.
    private func readFiles(_ state: inout NodeState, _ node: String, _ desired: NodeState?) {
        let directory = "\(configuration)/\(prefix)\(node)"
        for entry in (try? directoryEntries(directory)) ?? [] where !entry.isDirectory {
            guard let bytes = try? readFile("\(directory)/\(entry.name)") else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            let name = targetOfUnfinishedFile(entry.name) ?? entry.name
            let isKnown = desired?.files[name] != nil || earlierFiles[node]?.contains(name) == true
            if isKnown || text.hasPrefix(labFileMark(lab)) { state.files[entry.name] = text }
        }
    }
}

extension RouteState {
    /// A route as the kernel has it, with the names of devices.
    init(_ route: Route, _ names: [Int32: InterfaceName]) {
        var hops = route.nextHops.map {
            RouteHop(gateway: $0.gateway, device: $0.outputInterface.flatMap { names[$0] })
        }
        if hops.isEmpty, route.gateway != nil || (route.outputInterface != nil && route.type == .unicast) {
            hops = [RouteHop(gateway: route.gateway, device: route.outputInterface.flatMap { names[$0] })]
        }
        self.init(to: route.destination, hops: hops.sorted(), source: route.preferredSource)
        type = route.type.name
        // What the kernel takes where none is given: `IP6_RT_PRIO_USER`.
        metric = route.family == .ipv6 && route.metric == 1024 ? nil : route.metric == 0 ? nil : route.metric
        table = route.table == .main ? nil : route.table.rawValue
    }
}

extension RouteHop: Comparable {
    /// By device, then gateway.
    public static func < (left: Self, right: Self) -> Bool {
        let first = (left.device?.description ?? "", left.gateway?.description ?? "")
        return first < (right.device?.description ?? "", right.gateway?.description ?? "")
    }
}
