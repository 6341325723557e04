// SPDX-License-Identifier: Apache-2.0

package import Addressing
package import RouteNetlink

/// The device that has the bridge's name.
package struct ObservedBridge: Equatable, Sendable {
    package var index: Int32
    /// Nil for hardware and the like.
    package var kind: String? = "bridge"
    package var isUp = true
    package var mtu: UInt32 = 1500
    /// Looked at only where the connection says something of them.
    package var addresses: [IPPrefix] = []

    package init(index: Int32) { self.index = index }
}

/// The host end of the interface's pair.
package struct ObservedHostEnd: Equatable, Sendable {
    package var index: Int32
    package var name: InterfaceName
    package var isUp = true
    /// The bridge or other master that it is a port of.
    package var master: Int32?
    package var masterName: InterfaceName?
    package var macAddress: MACAddress?
    package var alias: String?
    package var isHairpin = false, isIsolated = false

    package init(index: Int32, name: InterfaceName) {
        self.index = index
        self.name = name
    }
}

/// The device in the namespace that has the interface's name.
package struct ObservedInterface: Equatable, Sendable {
    package var index: Int32
    package var kind: String? = "veth"
    package var isUp = true
    package var mtu: UInt32 = 1500
    package var macAddress: MACAddress?
    package var addresses: [IPPrefix] = []
    /// Where the default routes by this device go.
    package var gateways: [IPAddress] = []
    /// All routes by this device; looked at only where the connection has some.
    package var routes: [Route] = []
    /// Nil when it has none, or none in the bridge's namespace.
    package var hostEnd: ObservedHostEnd?

    package init(index: Int32) { self.index = index }
}

/// What is there of a connection.
package struct ConnectionObservation: Equatable, Sendable {
    package var bridge: ObservedBridge?
    package var interface: ObservedInterface?

    package init(bridge: ObservedBridge? = nil, interface: ObservedInterface? = nil) {
        self.bridge = bridge
        self.interface = interface
    }
}

/// What a connection is called and drawn for one namespace.
package struct ConnectionNames: Equatable, Sendable {
    /// How messages and the record call the namespace.
    package var namespace: String
    package var hostInterface: InterfaceName
    /// The host end's hardware address: `hostMACAddress(for:)`.
    package var hostMACAddress: MACAddress
    /// Hardware addresses for an interface and a bridge that are made.
    package var macAddress: MACAddress, bridgeMACAddress: MACAddress

    package init(
        namespace: String, hostInterface: InterfaceName, hostMACAddress: MACAddress, macAddress: MACAddress,
        bridgeMACAddress: MACAddress
    ) {
        self.namespace = namespace
        self.hostInterface = hostInterface
        self.hostMACAddress = hostMACAddress
        self.macAddress = macAddress
        self.bridgeMACAddress = bridgeMACAddress
    }
}

extension BridgeConnection {
    /// What is left to do. Nothing is touched: the same observation gives the same plan.
    ///
    /// - Throws: `.noBridge`, `.notABridge`; `.conflict` with every difference between what is there and what is
    ///   asked for, unless a run of the same request was killed before it was done.
    package func plan(
        _ observed: ConnectionObservation, _ names: ConnectionNames
    ) throws(ConnectionFault) -> ConnectionPlan {
        var plan = ConnectionPlan(self, names, mtu: mtu ?? observed.bridge?.mtu ?? 1500)
        var differences = try planBridge(observed.bridge, &plan)
        if let interface = observed.interface {
            let changes = planChanges(of: interface, bridge: observed.bridge, &plan)
            if !changes.isEmpty {
                differences.insert(
                    "'\(self.interface)' in '\(names.namespace)' differs: \(changes.joined(separator: ", "))", at: 0)
            }
        } else {
            plan.addsPair = true
            plan.raisesInterface = true
            plan.addresses = addresses
            plan.gateways = gateways
            plan.routes = routes
            plan.setsPortOptions = isHairpin || isIsolated
        }
        guard differences.isEmpty else {
            let isOfBridge = observed.interface?.hostEnd?.master.map { $0 == observed.bridge?.index } ?? false
            let option = "\(interface)" == "eth0" ? "" : " --interface \(interface)"
            throw .conflict(
                differences,
                hint: isOfBridge ? "'netns disconnect \(names.namespace) \(bridge)\(option)' removes it" : nil)
        }
        if plan.addsPair || isUnfinished(observed.interface, names) {
            plan.raisesLoopback = true
            plan.record = ConnectionRecord(
                namespace: recordedName ?? names.namespace, interface: interface, bridge: bridge)
        }
        return plan
    }

    private func planBridge(
        _ observed: ObservedBridge?, _ plan: inout ConnectionPlan
    ) throws(ConnectionFault) -> [String] {
        guard let observed else {
            guard createsBridge else { throw .noBridge(bridge, hint: "--create makes it") }
            plan.addsBridge = true
            plan.bridgeAddresses = bridgeAddresses
            return []
        }
        guard observed.kind == "bridge" else { throw .notABridge(bridge, kind: observed.kind) }
        plan.raisesBridge = createsBridge && !observed.isUp
        plan.leavesBridgeDown = !createsBridge && !observed.isUp
        var differences: [String] = []
        for prefix in bridgeAddresses where !observed.addresses.contains(prefix) {
            if let other = observed.addresses.first(where: { $0.address == prefix.address }) {
                differences.append("the bridge '\(bridge)' has the address \(other), not \(prefix)")
            } else {
                plan.bridgeAddresses.append(prefix)
            }
        }
        return differences
    }

    /// An interface that is there is never changed, with one exception: what is missing of an unfinished one.
    ///
    /// - Returns: the differences.
    private func planChanges(
        of observed: ObservedInterface, bridge observedBridge: ObservedBridge?, _ plan: inout ConnectionPlan
    ) -> [String] {
        guard observed.kind == "veth" else {
            return ["it is \(observed.kind.map(withArticle) ?? "a device of its own"), not a veth"]
        }
        guard let hostEnd = observed.hostEnd else { return ["its other end is not in the bridge's namespace"] }
        plan.adopt(observed, hostEnd)
        var differences: [String] = []
        if hostEnd.master == nil || hostEnd.master != observedBridge?.index {
            let port = hostEnd.masterName.map { "a port of '\($0)'" } ?? "no port of a bridge"
            differences.append("its host end '\(hostEnd.name)' is \(port)")
        }
        if let hostInterface, hostInterface != hostEnd.name {
            differences.append("its host end is '\(hostEnd.name)', not '\(hostInterface)'")
        }
        if let mtu, mtu != observed.mtu { differences.append("its MTU is \(observed.mtu), not \(mtu)") }
        if let macAddress, macAddress != observed.macAddress {
            let other = observed.macAddress.map { "\($0)" } ?? "none"
            differences.append("its MAC address is \(other), not \(macAddress)")
        }
        let missing = addresses.filter { !observed.addresses.contains($0) }
        let missingGateways = gateways.filter { !observed.gateways.contains($0) }
        let missingRoutes = routes.filter { route in
            !observed.routes.contains { $0.destination == route.destination && $0.gateway == route.gateway }
        }
        if isUnfinished(observed, plan.names) {
            plan.raisesInterface = !observed.isUp
            plan.addresses = missing
            plan.gateways = missingGateways
            plan.routes = missingRoutes
            plan.setsPortOptions = isHairpin && !hostEnd.isHairpin || isIsolated && !hostEnd.isIsolated
            return differences
        }
        if !observed.isUp { differences.append("it is down") }
        if !hostEnd.isUp { differences.append("its host end '\(hostEnd.name)' is down") }
        differences += missing.map { prefix in
            let others = observed.addresses.filter { $0.family == prefix.family && !$0.address.isLinkLocal }
            let found = others.isEmpty ? "" : " and has \(others.map { "\($0)" }.joined(separator: " and "))"
            return "it lacks the address \(prefix)\(found)"
        }
        differences += missingGateways.map { gateway in
            let other = observed.gateways.first { $0.family == gateway.family }.map { " and has one via \($0)" } ?? ""
            return "it lacks the default route via \(gateway)\(other)"
        }
        differences += missingRoutes.map { "it lacks the route to \($0.destination.routeText)" }
        if isHairpin, !hostEnd.isHairpin { differences.append("'\(hostEnd.name)' is not in hairpin mode") }
        if isIsolated != hostEnd.isIsolated {
            differences.append("'\(hostEnd.name)' is \(hostEnd.isIsolated ? "" : "not ")isolated")
        }
        return differences
    }

    /// Whether the interface was made by a run of this very request that did not get to its end: the pair is
    /// made with a digest of the request, and the record is written last.
    private func isUnfinished(_ observed: ObservedInterface?, _ names: ConnectionNames) -> Bool {
        guard let hostEnd = observed?.hostEnd else { return false }
        return (hostEnd.alias ?? "").isEmpty && hostEnd.macAddress == names.hostMACAddress
    }
}
