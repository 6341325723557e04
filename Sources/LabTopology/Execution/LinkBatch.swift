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
    /// Marks of the ends in other namespaces, which can only be given once they are there.
    private var marks: [(owner: Int, session: NodeSession, port: PortReference, mark: LabMark)] = []

    init(site: LabSite) { self.site = site }

    var count: Int { requests.count }

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

    /// Whether what was gathered is of another namespace.
    func mustBeSent(before change: LabChange) throws(LabFailure) -> Bool {
        guard let session else { return false }
        return Self.sender(of: change, site).port.node != session.name
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
            default:
                session.indexes[port.interface] = nil
                append(deleteLinkRequest(.name("\(port.interface)")).erased, owner)
            }
        } catch let failure as LabFailure { throw failure } catch { throw LabFailure(change.title, error, change: change) }
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
                throw LabFailure("cannot make '\(port.interface)' of '\(port.node)'", reason: "the namespace of '\(other.node)' is gone")
            }
            var peerSpec = try site.spec(other, peer, far)
            peerSpec.options = nil
            // Only heeded where the outer end has one, too.
            peerSpec.index = spec.index == nil ? nil : far.newIndex(for: other.interface)
            peerSpec.master = nil
            peerSpec.namespace = .descriptor(far.namespace.descriptor.rawValue)
            spec.options = VethOptions(peer: peerSpec)
            marks.append((owner, far, other, LabMark(site.lab, other, peer.kind)))
        }
        append(spec.addRequest().erased, owner)
        let mark = LabMark(site.lab, port, link.kind).text
        if let index = spec.index {
            append(alternativeNamesRequest([mark], index: index, displayName: "\(port.interface)").erased, owner)
        } else {
            marks.append((owner, session, port, LabMark(site.lab, port, link.kind)))
        }
    }

    /// Sends everything.
    ///
    /// - Returns: each change with its failure, if it failed.
    mutating func send() throws(LabFailure) -> [(LabChange, LabFailure?)] {
        defer { self = LinkBatch(site: site) }
        guard let session, !requests.isEmpty else { return [] }
        var failures: [Int: LabFailure] = [:]
        do throws(NetlinkError) {
            let answers = try session.socket.transact(requests)
            for (owner, answer) in zip(owners, answers) {
                guard let answer, failures[owner] == nil else { continue }
                // What is gone already need not be deleted.
                if case .deleteLink = changes[owner], answer.errno == .operationNotSupportedByDevice { continue }
                failures[owner] = LabFailure(changes[owner].title, NetlinkError.kernel(answer), change: changes[owner])
            }
        } catch { throw LabFailure("cannot make devices in '\(session.name)'", error, change: changes.first) }
        sendMarks(&failures)
        return changes.enumerated().map { ($0.element, failures[$0.offset]) }
    }

    /// The other ends' marks, packed for each namespace.
    private func sendMarks(_ failures: inout [Int: LabFailure]) {
        var order: [String] = []
        var bySession: [String: [Int]] = [:]
        for (position, mark) in marks.enumerated() where failures[mark.owner] == nil {
            if bySession[mark.session.name] == nil { order.append(mark.session.name) }
            bySession[mark.session.name, default: []].append(position)
        }
        for name in order {
            let positions = bySession[name] ?? []
            guard let session = positions.first.map({ marks[$0].session }) else { continue }
            do throws(NetlinkError) {
                var requests: [ErasedRequest] = []
                for position in positions {
                    let (_, _, port, mark) = marks[position]
                    let index = try session.index(of: port.interface)
                    requests.append(
                        alternativeNamesRequest([mark.text], index: index, displayName: "\(port.interface)").erased)
                }
                for (position, answer) in zip(positions, try session.socket.transact(requests)) {
                    guard let answer else { continue }
                    let owner = marks[position].owner
                    failures[owner] = LabFailure(changes[owner].title, NetlinkError.kernel(answer), change: changes[owner])
                }
            } catch {
                for position in positions {
                    let owner = marks[position].owner
                    failures[owner] = LabFailure(changes[owner].title, error, change: changes[owner])
                }
            }
        }
    }
}
