// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem
public import Netlink
internal import RouteNetlink
internal import SystemPackage

/// A connection as it is, and what was done for it.
public struct ConnectionReport: Equatable, Sendable {
    /// What was asked for.
    public var connection: BridgeConnection
    /// How the namespace was named.
    public var namespace: String
    /// The host end.
    public var hostInterface: InterfaceName
    /// Of the interface.
    public var macAddress: MACAddress, mtu: UInt32
    /// Whether anything had to be done, and whether the bridge was made.
    public var isChanged: Bool, isBridgeNew: Bool
    /// Whether the bridge is down: nothing passes through it.
    public var isBridgeDown: Bool
    /// What the kernel had to say about the steps.
    public var warnings: [KernelWarning]
}

extension ConnectionSite {
    /// Makes a connection, or sees that it is there.
    ///
    /// What is there already must be as asked for, and is left alone; what an earlier run of the same request
    /// left unfinished is finished. When a step fails, all that this call has made is taken back.
    ///
    /// The pair is made in one message, straight into the namespace, and everything inside it in one send.
    ///
    /// - Throws: `ConnectionError`, which says which step failed and what could not be taken back.
    public mutating func connect(_ connection: BridgeConnection) throws(ConnectionError) -> ConnectionReport {
        // One run at a time for each namespace: another that makes the same connection would take what is
        // half-made here for a conflict. Whoever gets no lock goes on without.
        let lock = try? FileLock(exclusiveOn: namespace.descriptor.procPath)
        defer { withExtendedLifetime(lock) {} }
        var undo = ConnectionUndo()
        do throws(ConnectionFault) {
            try checkEnds(connection)
            return try connect(connection, &undo)
        } catch {
            throw ConnectionError(
                operation("connect", connection), error, undoFailures: undo.run(&outside, &inside))
        }
    }

    /// What `connect` would do.
    ///
    /// - Throws: `ConnectionError` where `connect` would refuse before it does anything.
    public mutating func plan(_ connection: BridgeConnection) throws(ConnectionError) -> ConnectionPlan {
        do throws(ConnectionFault) {
            try checkEnds(connection)
            let observed = try step { (site) throws(NamespaceError) in try site.observe(connection) }
            return try connection.plan(observed, names(connection, attempt: 0))
        } catch { throw ConnectionError(operation("connect", connection), error) }
    }

    // MARK: Attempts

    /// What came of one attempt.
    private enum Outcome {
        case done(isChanged: Bool)
        /// Somebody else made or removed something meanwhile: look again. The error counts when that does not help.
        case overtaken(NamespaceError, hint: String? = nil)
        /// The derived name of the host end is another device's.
        case nameTaken(NamespaceError)
    }

    private mutating func connect(
        _ connection: BridgeConnection, _ undo: inout ConnectionUndo
    ) throws(ConnectionFault) -> ConnectionReport {
        var names = names(connection, attempt: 0)
        var takenNames = 0
        var attempt = 0
        while true {
            let observed = try step { (site) throws(NamespaceError) in try site.observe(connection) }
            if connection.mustBeNew, observed.interface != nil, !undo.hasPair {
                throw .conflict(["there is '\(connection.interface)' in '\(selector)' already (EEXIST)"])
            }
            let plan = try connection.plan(observed, names)
            attempt += 1
            switch try step({ (site) throws(NamespaceError) in try site.perform(plan, observed, &undo) }) {
            case .done(let isChanged):
                return ConnectionReport(
                    connection: connection, namespace: names.namespace, hostInterface: plan.hostInterface,
                    macAddress: plan.macAddress, mtu: plan.mtu, isChanged: isChanged,
                    isBridgeNew: undo.hasBridge, isBridgeDown: plan.leavesBridgeDown,
                    warnings: outside.takeWarnings() + inside.takeWarnings())
            case .overtaken(let error, let hint):
                // Dozens of runs at once still leave each a winner per round; a real obstacle stays.
                if attempt >= 5 { throw .step(error, hint: hint) }
            case .nameTaken(let error):
                takenNames += 1
                if takenNames > 8 { throw .step(error) }
                names.hostInterface = connection.hostName(for: selector, namespace.identity, attempt: takenNames)
            }
        }
    }

    private mutating func perform(
        _ plan: ConnectionPlan, _ observed: ConnectionObservation, _ undo: inout ConnectionUndo
    ) throws(NamespaceError) -> Outcome {
        let isChanged = !plan.isEmpty
        var bridge = observed.bridge?.index
        if plan.addsBridge {
            let made: Link?
            do throws(NetlinkError) { made = try outside.addAndReturn(plan.bridgeSpec) } catch {
                guard error.errno == .fileExists else { throw .netlink(error) }
                return .overtaken(.netlink(error))
            }
            guard let made else { return .overtaken(gone("\(plan.connection.bridge)")) }
            undo.note(.bridge(made.index))
            bridge = made.index
        }
        guard let bridge else { return .overtaken(gone("\(plan.connection.bridge)")) }
        if plan.raisesBridge || !plan.bridgeAddresses.isEmpty {
            try prepareBridge(bridge, plan, &undo)
        }
        var interface = observed.interface?.index
        if plan.addsPair {
            let made: Link?
            do throws(NetlinkError) {
                made = try outside.addAndReturn(plan.pairSpec(bridge: bridge, namespace.descriptor.rawValue))
            } catch { return try explain(error, plan, bridge: bridge) }
            guard let made else { return .overtaken(gone("\(plan.hostInterface)")) }
            undo.note(.pair(made.index))
            interface = made.link
        }
        guard let interface, interface > 0 else { return .overtaken(gone("\(plan.connection.interface)")) }
        if let refusal = try prepareInterface(interface, plan, &undo) {
            // Another run of the same request may be at it, too.
            guard refusal.error.errno == .fileExists else { throw .netlink(.kernel(refusal.error)) }
            return .overtaken(
                .netlink(.kernel(refusal.error)),
                hint: refusal.isRoute ? "another device of '\(selector)' has such a default route" : nil)
        }
        if plan.raisesLoopback {
            // Last, since it is the one thing that is not undone: until here nobody needed it.
            try converse(try inside.setUp(index: loopbackIndex, displayName: "lo"))
        }
        if plan.setsPortOptions || plan.record != nil {
            var hostEnd = LinkSpec(name: plan.hostInterface)
            hostEnd.alias = plan.record?.alias
            // Only now: the kernel ignores them in the message that makes the port.
            if plan.setsPortOptions { hostEnd.portOptions = plan.portOptions }
            let request = hostEnd.changeRequest(index: 0, displayName: "\(plan.hostInterface)")
            try converse(try outside.perform([request.erased]))
        }
        return .done(isChanged: isChanged)
    }

    // MARK: Steps

    private mutating func prepareBridge(
        _ index: Int32, _ plan: ConnectionPlan, _ undo: inout ConnectionUndo
    ) throws(NamespaceError) {
        let name = "\(plan.connection.bridge)"
        var steps: [(request: ErasedRequest, reversal: ErasedRequest)] = []
        if plan.raisesBridge { steps.append(raising(index, name)) }
        for prefix in plan.bridgeAddresses { steps.append(adding(prefix, index, name, plan)) }
        let refusals = try converse(try outside.transact(steps.map(\.request)))
        for (step, refusal) in zip(steps, refusals) where refusal == nil && !plan.addsBridge {
            undo.note(.outside(step.reversal))
        }
        // An address that is there now was added by another run at the same moment.
        if let refusal = refusals.compactMap(\.self).first(where: { $0.errno != .fileExists }) {
            throw .netlink(.kernel(refusal))
        }
    }

    /// Sets up all that is inside, in one send.
    ///
    /// - Returns: the first refusal; the others are mostly its consequences.
    private mutating func prepareInterface(
        _ index: Int32, _ plan: ConnectionPlan, _ undo: inout ConnectionUndo
    ) throws(NamespaceError) -> (error: KernelError, isRoute: Bool)? {
        let name = "\(plan.connection.interface)"
        var steps: [(request: ErasedRequest, reversal: ErasedRequest)] = []
        if plan.raisesInterface { steps.append(raising(index, name)) }
        for prefix in plan.addresses { steps.append(adding(prefix, index, name, plan)) }
        let defaultRoutes = steps.count..<steps.count + plan.gateways.count
        for gateway in plan.gateways {
            let route = Route(to: .defaultRoute(gateway.family), via: gateway, device: index)
            steps.append((route.addRequest(device: name).erased, route.deleteRequest(device: name).erased))
        }
        for var route in plan.routes {
            route.outputInterface = index
            steps.append((route.addRequest(device: name).erased, route.deleteRequest(device: name).erased))
        }
        guard !steps.isEmpty else { return nil }
        let refusals = try converse(try inside.transact(steps.map(\.request)))
        for (step, refusal) in zip(steps, refusals) where refusal == nil && !plan.addsPair {
            undo.note(.inside(step.reversal))
        }
        for (position, refusal) in refusals.enumerated() {
            if let refusal { return (refusal, defaultRoutes.contains(position)) }
        }
        return nil
    }

    private func raising(_ index: Int32, _ name: String) -> (request: ErasedRequest, reversal: ErasedRequest) {
        var spec = LinkSpec()
        spec.isUp = true
        let request = spec.changeRequest(index: index, displayName: name).erased
        spec.isUp = false
        return (request, spec.changeRequest(index: index, displayName: name).erased)
    }

    private func adding(
        _ prefix: IPPrefix, _ index: Int32, _ name: String, _ plan: ConnectionPlan
    ) -> (request: ErasedRequest, reversal: ErasedRequest) {
        var address = InterfaceAddress(prefix, index: index)
        if prefix.family == .ipv6, !plan.connection.detectsDuplicates { address.flags = .noDAD }
        return (address.addRequest(displayName: name).erased, address.deleteRequest(displayName: name).erased)
    }

    /// What it means that the pair could not be made.
    private mutating func explain(
        _ error: NetlinkError, _ plan: ConnectionPlan, bridge: Int32
    ) throws(NamespaceError) -> Outcome {
        let isTaken = error.errno == .fileExists
        if isTaken, try converse(try inside.link(.name("\(plan.connection.interface)"))) == nil {
            guard plan.connection.hostInterface == nil else {
                throw .netlink(error)
            }
            return .nameTaken(.netlink(error))
        }
        // The kernel says EINVAL for a master that has gone, as for other things.
        let isBridgeGone = try converse(try outside.link(.index(bridge))) == nil
        guard isTaken || isBridgeGone else { throw .netlink(error) }
        return .overtaken(.netlink(error))
    }

    private func gone(_ name: String) -> NamespaceError {
        .system(operation: "find '\(name)', which was just made", .operationNotSupportedByDevice)
    }

    // MARK: Words

    func operation(_ verb: String, _ connection: BridgeConnection) -> String {
        "\(verb) '\(selector)' \(verb == "connect" ? "to" : "from") '\(connection.bridge)'"
    }

    private func checkEnds(_ connection: BridgeConnection) throws(ConnectionFault) {
        try connection.validate()
        guard !isOneNamespace else { throw .sameNamespace }
    }

    private func names(_ connection: BridgeConnection, attempt: Int) -> ConnectionNames {
        ConnectionNames(
            namespace: "\(selector)",
            hostInterface: connection.hostName(for: selector, namespace.identity, attempt: attempt),
            hostMACAddress: connection.hostMACAddress(for: namespace.identity),
            macAddress: .random(), bridgeMACAddress: .random())
    }

    /// Runs one step and says of a failure that it was one's.
    mutating func step<Value>(
        _ body: (inout ConnectionSite) throws(NamespaceError) -> Value
    ) throws(ConnectionFault) -> Value {
        do throws(NamespaceError) { return try body(&self) } catch { throw .step(error) }
    }
}

extension ConnectionPlan {
    fileprivate var portOptions: BridgePortOptions {
        var options = BridgePortOptions()
        if connection.isHairpin { options.hairpin = true }
        if connection.isIsolated { options.isolated = true }
        return options
    }

    /// The bridge, up, with an address of its own: else it would take that of each port which has a lower
    /// one, and every such change would cut off those who know the old one.
    fileprivate var bridgeSpec: LinkSpec {
        var spec = LinkSpec.bridge(connection.bridge)
        spec.isUp = true
        spec.address = LinkLayerAddress(names.bridgeMACAddress)
        return spec
    }

    /// The pair in one message. The peer is not up in it: the kernel would refuse (ENOTCONN).
    fileprivate func pairSpec(bridge: Int32, _ namespace: Int32) -> LinkSpec {
        var peer = LinkSpec(name: connection.interface)
        peer.mtu = mtu
        peer.address = LinkLayerAddress(macAddress)
        peer.namespace = .descriptor(namespace)
        var spec = LinkSpec.veth(hostInterface, peer: peer)
        spec.isUp = true
        spec.mtu = mtu
        spec.master = bridge
        spec.address = LinkLayerAddress(names.hostMACAddress)
        return spec
    }
}
