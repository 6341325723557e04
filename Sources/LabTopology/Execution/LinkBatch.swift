// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// Devices to be made or deleted through one socket, sent in one packet; then what their other ends need.
struct LinkBatch {
    let site: LabSite
    private var session: NodeSession?
    private var requests: [ErasedRequest] = []
    private var owners: [Int] = []
    private var changes: [LabChange] = []
    /// The devices among them whose index is not known before they are there.
    private var pending: Set<InterfaceName> = []
    /// What the ends in other namespaces need, which can only be given once they are there.
    private var others: [OtherEnd] = []
    /// Veth pairs to be deleted: changes, and the indexes of their ends here.
    private var leavingPairs: [(owner: Int, index: Int32)] = []

    /// An end that is made together with another one. The kernel refuses to set it up in the same message (ENOTCONN).
    private struct OtherEnd {
        var owner: Int
        var session: NodeSession
        var port: PortReference
        var mark: LabMark
        var isUp: Bool
        /// Of its own namespace, where the message that makes it can't say it.
        var master: InterfaceName?
    }

    init(site: LabSite) { self.site = site }

    var count: Int { requests.count + leavingPairs.count }

    /// The port from whose namespace the request goes out: a port of a bridge is made where the bridge is, and else
    /// it is a namespace of the lab's, where indexes can be given.
    private static func sender(of change: LabChange, _ site: LabSite) -> (port: PortReference, isSwapped: Bool) {
        switch change {
        case .addLink(let port, let link, let peer?), .deleteLink(let port, let link, let peer?):
            guard case .veth(let other) = link.kind else { return (port, false) }
            if peer.master != nil { return (other, true) }
            if link.master != nil { return (port, false) }
            return site.owns(port.node) ? (port, false) : (other, true)
        case .addLink(let port, _, _), .deleteLink(let port, _, _): return (port, false)
        default: return (PortReference(change.node, .loopback), false)
        }
    }

    /// Whether what was gathered is of another namespace, or must be there before.
    func mustBeSent(before change: LabChange) -> Bool {
        guard let session else { return false }
        let (port, isSwapped) = Self.sender(of: change, site)
        guard port.node == session.name else { return true }
        guard !pending.isEmpty, case .addLink(_, let link, let peer) = change else { return false }
        let own = isSwapped ? peer ?? link : link
        return ([own.master] + own.kind.parents).contains { $0.map(pending.contains) ?? false }
    }

    mutating func add(_ change: LabChange) throws(LabFailure) {
        let (port, isSwapped) = Self.sender(of: change, site)
        guard let session = try site.session(port.node) else {
            if case .deleteLink = change { return }
            throw LabFailure(change.title, reason: "the namespace of '\(port.node)' is gone", hint: nil)
        }
        self.session = session
        let owner = changes.count
        changes.append(change)
        do {
            switch change {
            case .addLink(_, let link, let peer):
                let (own, other) = isSwapped ? (peer ?? link, link) : (link, peer)
                try addLink(port, own, other, session, owner)
            case .deleteLink(_, let link, _) where link.kind.isPair:
                session.indexes[port.interface] = nil
                // What is gone already need not be deleted.
                if let link = try session.socket.link(.name("\(port.interface)")) {
                    leavingPairs.append((owner, link.index))
                }
            default:
                session.indexes[port.interface] = nil
                append(deleteLinkRequest(.name("\(port.interface)")).erased, owner)
            }
        } catch let failure as LabFailure { throw failure } catch {
            throw LabFailure(change.title, error, change: change)
        }
    }

    private mutating func append(_ request: ErasedRequest, _ owner: Int) {
        requests.append(request)
        owners.append(owner)
    }

    private mutating func addLink(
        _ port: PortReference, _ link: LinkState, _ peer: LinkState?, _ session: NodeSession, _ owner: Int
    ) throws {
        var spec = try site.spec(port, link, session)
        spec.index = session.newIndex(for: port.interface)
        spec.isUp = link.isUp
        if case .veth(let other) = link.kind {
            guard let peer, let far = try site.session(other.node) else {
                throw LabFailure(
                    "cannot make '\(port.interface)' of '\(port.node)'",
                    reason: "the namespace of '\(other.node)' is gone")
            }
            var peerSpec = try site.spec(other, peer, far)
            peerSpec.options = nil
            // Only heeded where the outer end has one, too.
            peerSpec.index = spec.index == nil ? nil : far.newIndex(for: other.interface)
            peerSpec.master = nil
            peerSpec.namespace = .descriptor(far.namespace.descriptor.rawValue)
            spec.options = VethOptions(peer: peerSpec)
            others.append(
                OtherEnd(
                    owner: owner, session: far, port: other, mark: LabMark(site.lab, other, peer.kind), isUp: peer.isUp,
                    master: peer.master))
        }
        append(spec.addRequest().erased, owner)
        let mark = LabMark(site.lab, port, link.kind).text
        if let index = spec.index {
            append(alternativeNamesRequest([mark], index: index, displayName: "\(port.interface)").erased, owner)
        } else {
            pending.insert(port.interface)
            others.append(
                OtherEnd(
                    owner: owner, session: session, port: port, mark: LabMark(site.lab, port, link.kind), isUp: false))
        }
    }

    /// Sends everything.
    ///
    /// - Returns: each change with its failure, if it failed.
    mutating func send() throws(LabFailure) -> [(LabChange, LabFailure?)] {
        defer { self = LinkBatch(site: site) }
        guard let session, !changes.isEmpty else { return [] }
        var failures: [Int: LabFailure] = [:]
        do throws(NetlinkError) {
            try deletePairs(session, &failures)
            let answers = try session.socket.transact(requests)
            for (owner, answer) in zip(owners, answers) {
                guard let answer, failures[owner] == nil else { continue }
                // What is gone already need not be deleted.
                if case .deleteLink = changes[owner], answer.errno == .operationNotSupportedByDevice { continue }
                failures[owner] = LabFailure(changes[owner].title, NetlinkError.kernel(answer), change: changes[owner])
            }
        } catch { throw LabFailure("cannot make devices in '\(session.name)'", error, change: changes.first) }
        sendOthers(&failures)
        return changes.enumerated().map { ($0.element, failures[$0.offset]) }
    }

    /// Deletes the pairs all at once, as a group: the kernel waits for its readers after each message that deletes
    /// something, 20 ms and more.
    private func deletePairs(_ session: NodeSession, _ failures: inout [Int: LabFailure]) throws(NetlinkError) {
        guard !leavingPairs.isEmpty else { return }
        // Nobody else has their devices in a group of this number.
        let group = UInt32.random(in: 1 << 24...UInt32(Int32.max))
        let joining = leavingPairs.map { pair in
            var spec = LinkSpec()
            spec.group = group
            return spec.changeRequest(index: pair.index, displayName: "\(pair.index)").erased
        }
        let answers = try session.socket.transact(joining + [deleteLinkRequest(.group(group)).erased])
        let refusal = answers.last ?? nil
        for (pair, answer) in zip(leavingPairs, answers) {
            guard let answer = answer ?? refusal, answer.errno != .operationNotSupportedByDevice else { continue }
            failures[pair.owner] = LabFailure(
                changes[pair.owner].title, NetlinkError.kernel(answer), change: changes[pair.owner])
        }
    }

    /// The other ends' marks and state, packed for each namespace.
    private func sendOthers(_ failures: inout [Int: LabFailure]) {
        var order: [String] = []
        var bySession: [String: [OtherEnd]] = [:]
        for end in others where failures[end.owner] == nil {
            if bySession[end.session.name] == nil { order.append(end.session.name) }
            bySession[end.session.name, default: []].append(end)
        }
        for name in order {
            let ends = bySession[name] ?? []
            do throws(NetlinkError) { try send(ends, &failures) } catch {
                for end in ends {
                    failures[end.owner] = LabFailure(changes[end.owner].title, error, change: changes[end.owner])
                }
            }
        }
    }

    private func send(_ ends: [OtherEnd], _ failures: inout [Int: LabFailure]) throws(NetlinkError) {
        guard let session = ends.first?.session else { return }
        var requests: [ErasedRequest] = []
        var owners: [Int] = []
        for end in ends {
            let index = try session.index(of: end.port.interface)
            let name = "\(end.port.interface)"
            requests.append(alternativeNamesRequest([end.mark.text], index: index, displayName: name).erased)
            owners.append(end.owner)
            guard end.isUp || end.master != nil else { continue }
            var up = LinkSpec()
            if end.isUp { up.isUp = true }
            if let master = end.master { up.master = try session.index(of: master) }
            requests.append(up.changeRequest(index: index, displayName: name).erased)
            owners.append(end.owner)
        }
        for (owner, answer) in zip(owners, try session.socket.transact(requests)) {
            guard let answer else { continue }
            failures[owner] = LabFailure(changes[owner].title, NetlinkError.kernel(answer), change: changes[owner])
        }
    }
}

extension LinkState.Kind {
    fileprivate var isPair: Bool { if case .veth = self { true } else { false } }

    /// The devices that one of the kind stands on.
    fileprivate var parents: [InterfaceName?] {
        switch self {
        case .device(.vlan(let parent, _)): [parent]
        case .device(.vxlan(_, _, _, _, let parent)): [parent]
        default: []
        }
    }
}
