// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// Carries out the changes of a plan, and takes back what it has done when one fails.
///
/// What concerns one namespace is sent packed, a request for each step, each acknowledged apart.
public struct LabExecution: ~Copyable {
    let site: LabSite
    /// What was done, in order.
    private(set) var done: [LabChange] = []
    /// How many steps there are in all.
    private var total = 0
    /// Parameters of new nodes, which are set while their namespaces are made.
    private var earlyParameters: [String: [LabChange]] = [:]
    /// Whether failures are gathered instead of thrown: when something is taken back.
    private var goesOn = false
    private var failures: [LabFailure] = []
    /// Starts and stops processes.
    let processes: any LabProcesses
    /// Whether taking back goes on.
    private let mayTakeBack: () -> Bool
    /// Is told how far it is, and says whether to go on.
    private let progress: (_ done: Int, _ total: Int, _ change: LabChange?) -> Bool

    /// - Parameters:
    ///   - progress: is called after each packet of steps; false stops and takes back.
    ///   - mayTakeBack: false stops even that.
    public init(
        at site: LabSite, processes: any LabProcesses,
        progress: @escaping (_ done: Int, _ total: Int, _ change: LabChange?) -> Bool = { _, _, _ in true },
        mayTakeBack: @escaping () -> Bool = { true }
    ) {
        (self.site, self.processes, self.progress, self.mayTakeBack) = (site, processes, progress, mayTakeBack)
    }

    /// Does everything, or nothing.
    ///
    /// - Parameter live: what there was before, where that is known: a node that was deleted gets all back that was in
    ///   it.
    /// - Throws: the first failure, after what was done is taken back; what could not be is in `leftOver`.
    public mutating func run(_ plan: LabPlan, from live: LabState? = nil) throws(LabFailure) {
        total = plan.changes.count
        do throws(LabFailure) { try carryOut(plan.changes) } catch {
            var failure = error
            failure.leftOver = takeBack(to: live).map(\.description)
            throw failure
        }
    }

    /// Does what can be done, whatever fails.
    ///
    /// - Returns: what failed.
    public mutating func runOn(_ plan: LabPlan) -> [LabFailure] {
        total = plan.changes.count
        goesOn = true
        do throws(LabFailure) { try carryOut(plan.changes) } catch { failures.append(error) }
        return failures
    }

    /// Takes back what was done, the last first.
    private mutating func takeBack(to live: LabState?) -> [LabFailure] {
        if let live {
            var reached = live
            for change in done { reached.apply(change) }
            let mayTakeBack = mayTakeBack
            var execution = LabExecution(at: site, processes: processes, progress: { _, _, _ in mayTakeBack() })
            return execution.runOn(LabPlan(from: reached, to: live))
        }
        // The inverse of each phase is a phase of its own, later ones first.
        var state = LabPlan(changes: done.reversed().map(\.inverse))
        let made = Set(done.compactMap { if case .addNode(let node) = $0 { node } else { nil } })
        // What is in a namespace that goes, goes with it.
        state.changes.removeAll { change in
            guard made.contains(change.node) else { return false }
            switch change {
            case .deleteNode, .setFile, .stopProcess: return false
            case .deleteLink(_, let link, _):
                if case .veth(let peer) = link.kind { return made.contains(peer.node) || peer.node != LabState.host }
                return true
            default: return true
            }
        }
        let mayTakeBack = mayTakeBack
        var execution = LabExecution(at: site, processes: processes, progress: { _, _, _ in mayTakeBack() })
        return execution.runOn(state)
    }

    // MARK: In order

    private mutating func carryOut(_ changes: [LabChange]) throws(LabFailure) {
        for change in changes {
            if case .setSysctl(let node, let key, _, _) = change, !LabChange.isOfDevice(key) {
                earlyParameters[node, default: []].append(change)
            }
        }
        var start = changes.startIndex
        while start < changes.endIndex {
            let stage = changes[start].stage
            let end = changes[start...].firstIndex { $0.stage != stage } ?? changes.endIndex
            try carryOut(stage, Array(changes[start..<end]))
            start = end
        }
    }

    private mutating func carryOut(_ stage: LabChange.Stage, _ changes: [LabChange]) throws(LabFailure) {
        switch stage {
        case .nodes: try makeNodes(changes)
        case .removal: try removeNodes(changes)
        case .files:
            for change in changes { try step(change) { site throws(LabFailure) in try site.carryOutFile(change) } }
        case .parameters:
            for change in changes where !done.contains(parameter: change) {
                try step(change) { site throws(LabFailure) in try site.carryOutParameter(change) }
            }
        case .links: try makeLinks(changes)
        case .masquerading: try masquerade(changes)
        case .inside: try carryOutInside(changes)
        case .processes:
            for change in changes {
                let processes = processes
                try step(change) { site throws(LabFailure) in try processes.carryOut(change, at: site) }
            }
        }
    }

    private mutating func step(
        _ change: LabChange, _ body: (LabSite) throws(LabFailure) -> Void
    ) throws(LabFailure) {
        do throws(LabFailure) {
            try body(site)
            try note(change)
        } catch { try fail(error, change) }
    }

    private mutating func note(_ change: LabChange) throws(LabFailure) {
        done.append(change)
        if !progress(done.count, total, change) {
            var failure = LabFailure("cannot go on", reason: "it was interrupted")
            failure.isInterruption = true
            throw failure
        }
    }

    private mutating func fail(_ failure: LabFailure, _ change: LabChange) throws(LabFailure) {
        var failure = failure
        if failure.change == nil { failure.change = change }
        guard goesOn else { throw failure }
        failures.append(failure)
    }

    // MARK: Nodes

    private mutating func makeNodes(_ changes: [LabChange]) throws(LabFailure) {
        let nodes = changes.map(\.node)
        var made = 0
        do {
            let names = try nodes.map { try site.namespaceName(of: $0) }
            try site.directory.create(handing: names, preparing: site.mark) {
                (namespace, socket) throws(NamespaceError) in
                let node = nodes[made]
                let session = NodeSession(node, namespace, socket, isOwned: true)
                session.indexes[.loopback] = loopbackIndex
                site.keep(session)
                made += 1
                done.append(.addNode(node))
                // Nobody else can have a lab's addresses: looking for duplicates of the link-local ones (RFC 4862,
                // section 5.4) would keep them unusable for a second. A kernel without IPv6 lacks the key.
                if let key = try? SysctlKey(parsing: "net.ipv6.conf.default.accept_dad") {
                    try? NetworkNamespaces.carryOut([SysctlRequest(key, value: "0")]) { _ in }
                }
                // This thread is inside: no other has to go there for them.
                for change in earlyParameters[node] ?? [] {
                    guard case .setSysctl(_, let key, _, let value?) = change, let key = try? SysctlKey(parsing: key),
                        (try? NetworkNamespaces.carryOut([SysctlRequest(key, value: value)], { _ in })) != nil
                    else { continue }
                    done.append(change)
                }
                if !progress(done.count, total, .addNode(node)) {
                    throw .system(operation: "go on", .interrupted)
                }
            }
        } catch {
            let failed = min(made, nodes.count - 1)
            var failure = LabFailure("cannot make the node '\(nodes[failed])'", error)
            if case .system(_, .interrupted) = error as? NamespaceError { failure.isInterruption = true }
            try fail(failure, changes[failed])
        }
    }

    private mutating func removeNodes(_ changes: [LabChange]) throws(LabFailure) {
        var options = DeletionOptions()
        options.waits = false
        for change in changes {
            site.forget(change.node)
            try step(change) { site throws(LabFailure) in
                do throws(NamespaceError) {
                    try site.directory.delete(try site.namespaceName(of: change.node), options)
                } catch {
                    // Somebody else was faster.
                    if case .notFound = error { return }
                    throw LabFailure("cannot delete the node '\(change.node)'", error)
                }
            }
        }
    }

    // MARK: Translation

    /// Everything that one node translates, or does no more, at once.
    private mutating func masquerade(_ changes: [LabChange]) throws(LabFailure) {
        for (node, own) in changes.byNode {
            do throws(LabFailure) { try site.carryOutMasquerades(own, of: node) } catch {
                try fail(error, error.change ?? own[0])
                continue
            }
            for change in own { try note(change) }
        }
    }

    // MARK: Devices

    /// The largest number of requests sent at once.
    private static let packetSize = 256

    private mutating func makeLinks(_ changes: [LabChange]) throws(LabFailure) {
        var batch = LinkBatch(site: site)
        for change in changes {
            do throws(LabFailure) {
                if batch.mustBeSent(before: change) || batch.count >= Self.packetSize { try flush(&batch) }
                try batch.add(change)
            } catch { try fail(error, change) }
        }
        try flush(&batch)
    }

    private mutating func flush(_ batch: inout LinkBatch) throws(LabFailure) {
        for (change, failure) in try batch.send() {
            if let failure { try fail(failure, change) } else { try note(change) }
        }
    }

    /// All that is done inside one namespace, node by node.
    private mutating func carryOutInside(_ changes: [LabChange]) throws(LabFailure) {
        for (node, own) in changes.byNode {
            guard let session = try site.session(node) else {
                // What was on it has gone with it.
                if goesOn { continue }
                throw LabFailure("cannot change '\(node)'", reason: "its namespace is gone")
            }
            var start = 0
            while start < own.count {
                var requests: [ErasedRequest] = []
                var owners: [Int] = []
                while start < own.count, requests.count < Self.packetSize {
                    do {
                        let new = try site.requests(for: own[start], session)
                        requests += new
                        owners += Array(repeating: start, count: new.count)
                    } catch { try fail(LabFailure(own[start].title, error), own[start]) }
                    start += 1
                }
                try send(requests, owners, own, session)
            }
        }
    }

    private mutating func send(
        _ requests: [ErasedRequest], _ owners: [Int], _ changes: [LabChange], _ session: NodeSession
    ) throws(LabFailure) {
        guard !requests.isEmpty else { return }
        let answers: [KernelError?]
        do throws(NetlinkError) { answers = try session.socket.transact(requests) } catch {
            throw LabFailure("cannot change '\(session.name)'", error, change: owners.first.map { changes[$0] })
        }
        var refusals: [Int: KernelError] = [:]
        for (owner, answer) in zip(owners, answers) {
            if let answer, refusals[owner] == nil { refusals[owner] = answer }
        }
        var firstFailure: LabFailure?
        for owner in Set(owners).sorted() {
            if let refusal = refusals[owner] {
                putBack(changes[owner], session)
                // What is gone need not be taken away.
                if goesOn, changes[owner].isRemoval { continue }
                let failure = LabFailure(changes[owner].title, NetlinkError.kernel(refusal), change: changes[owner])
                if goesOn { failures.append(failure) } else if firstFailure == nil { firstFailure = failure }
            } else {
                done.append(changes[owner])
            }
        }
        if let firstFailure { throw firstFailure }
        if !progress(done.count, total, owners.last.map { changes[$0] }) {
            var failure = LabFailure("cannot go on", reason: "it was interrupted")
            failure.isInterruption = true
            throw failure
        }
    }
}

extension LabExecution {
    /// Sets an impairment again that was taken away for one that the kernel has refused.
    private func putBack(_ change: LabChange, _ session: NodeSession) {
        guard case .setImpairment(let port, let from, let to) = change, !from.isNone, !to.isNone,
            let requests = try? site.impairmentRequests(port, LinkImpairment(), from, session)
        else { return }
        _ = try? session.socket.transact(requests)
    }
}

extension LabPlan {
    /// These changes, in the order of their phases.
    init(changes: [LabChange]) {
        self.changes = changes.enumerated().sorted { ($0.element.phase, $0.offset) < ($1.element.phase, $1.offset) }
            .map(\.element)
    }
}

extension [LabChange] {
    /// Those of each node together, in the order in which the nodes come first.
    fileprivate var byNode: [(node: String, changes: [LabChange])] {
        var numbers: [String: Int] = [:]
        var groups: [(node: String, changes: [LabChange])] = []
        for change in self {
            if let number = numbers[change.node] {
                groups[number].changes.append(change)
            } else {
                numbers[change.node] = groups.count
                groups.append((change.node, [change]))
            }
        }
        return groups
    }

    /// Whether a parameter was set while its node was made: they are the last of what was done.
    fileprivate func contains(parameter change: LabChange) -> Bool {
        contains { if case .setSysctl = $0 { $0 == change } else { false } }
    }
}

extension LabChange {
    /// What is carried out together.
    enum Stage { case processes, masquerading, inside, links, removal, nodes, files, parameters }

    var stage: Stage {
        switch phase {
        case .stopping, .starting: .processes
        case .unmasquerading, .masquerading: .masquerading
        case .unrouting, .unaddressing, .attributes, .addressing, .routing, .impairing: .inside
        case .unlinking, .masters, .wires, .stacked: .links
        case .removing: .removal
        case .making: .nodes
        case .unfiling, .files: .files
        case .parameters, .deviceParameters: .parameters
        }
    }

    fileprivate var isRemoval: Bool {
        switch self {
        case .deleteLink, .deleteAddress, .deleteRoute: true
        case .setImpairment(_, _, let to): to.isNone
        default: false
        }
    }

    /// What is done, as an error says it.
    var title: String {
        func at(_ port: PortReference) -> String { "'\(port.interface)' of '\(port.node)'" }
        switch self {
        case .addNode(let node): return "cannot make the node '\(node)'"
        case .deleteNode(let node, _): return "cannot delete the node '\(node)'"
        case .addLink(let port, _, _): return "cannot make \(at(port))"
        case .deleteLink(let port, _, _): return "cannot delete \(at(port))"
        case .setLink(let port, _, _): return "cannot change \(at(port))"
        case .addAddress(let port, let address): return "cannot give \(address) to \(at(port))"
        case .deleteAddress(let port, let address): return "cannot take \(address) from \(at(port))"
        case .addRoute(let node, let route): return "cannot add the route to \(route.destination) in '\(node)'"
        case .deleteRoute(let node, let route): return "cannot delete the route to \(route.destination) in '\(node)'"
        case .addMasquerade(_, let masquerade): return "cannot translate the addresses of \(masquerade.subnet)"
        case .deleteMasquerade(_, let masquerade):
            return "cannot end the translation of \(masquerade.subnet)"
        case .setSysctl(let node, let key, _, _): return "cannot set '\(key)' in '\(node)'"
        case .setImpairment(let port, _, _): return "cannot impair \(at(port))"
        case .setFile(let node, let name, _, _): return "cannot write the file '\(name)' of '\(node)'"
        case .startProcess(let node, let process): return "cannot start '\(process.name)' in '\(node)'"
        case .stopProcess(let node, let process): return "cannot stop '\(process.name)' in '\(node)'"
        }
    }
}

extension LabChange {
    /// What the kernel lacks, where its refusal says so.
    func missingFeature(_ errno: Errno?) -> String? {
        switch (self, errno) {
        case (.addLink(_, let link, _), .notSupported?):
            guard case .bridge(_, filtersVLANs: true) = link.kind else { return nil }
            return "this kernel's bridges do not tell VLANs apart (CONFIG_BRIDGE_VLAN_FILTERING)"
        case (.setImpairment(_, _, let to), .noSuchFileOrDirectory?):
            let kind = to.isRateAlone ? "tbf" : "netem"
            return "this kernel has no \(kind) (CONFIG_NET_SCH_\(kind.uppercased()))"
        default: return nil
        }
    }
}
