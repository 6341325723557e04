// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

extension LabSite {
    /// Opens what is captured at the interfaces that targets of the command line name, each of them once.
    ///
    /// Of a link it is the end that is named first: there both directions are seen. Of a node it is all that its
    /// namespace has. Needs `CAP_NET_RAW` and `CAP_SYS_ADMIN`.
    ///
    /// - Parameters:
    ///   - targets: `A -- B` for links, `A:eth0`, or nodes; with ranges, globs and groups.
    ///   - lab: the lab, which is up.
    public func captureSources(_ targets: [String], of lab: Lab) throws(LabFailure) -> [CaptureSource] {
        var points: [CapturePoint] = []
        for target in targets { points += try lab.capturePoints(target) }
        // A namespace that is held open would outlive the lab.
        defer { forgetAll() }
        var sources: [CaptureSource] = []
        var nodes: [String] = []
        for point in points where !nodes.contains(point.node) { nodes.append(point.node) }
        for node in nodes { sources += try captureSources(points.filter { $0.node == node }, at: node) }
        return sources
    }

    private func captureSources(_ points: [CapturePoint], at node: String) throws(LabFailure) -> [CaptureSource] {
        let shownNode = node == LabState.host ? "host" : node
        guard let session = try session(node) else {
            throw LabFailure(
                "cannot capture at '\(shownNode)'", reason: "the node is not up", hint: "'netns lab up' brings it up")
        }
        let links: [Link]
        do { links = try session.socket.links() } catch {
            throw LabFailure("cannot look at '\(shownNode)'", error)
        }
        for point in points {
            guard let name = point.interface, !links.contains(where: { $0.name.description == name }) else { continue }
            let names = links.map { "\($0.name)" }
            throw LabFailure(
                "cannot capture at '\(shownNode):\(name)'", reason: "there is no such interface",
                hint: suggestion(for: name, among: names) ?? "there are \(names.joined(separator: ", "))")
        }
        let isWhole = points.contains { $0.interface == nil }
        let chosen = links.filter { link in
            isWhole || points.contains { $0.interface == link.name.description }
        }
        let isPresent = presence(of: session)
        do {
            return try session.namespace.run {
                try chosen.sorted { $0.index < $1.index }.map { link in
                    // ARPHRD_ETHER and ARPHRD_LOOPBACK.
                    let isEthernet = link.hardwareType == 1 || link.hardwareType == 772
                    let isLoopback = link.flags.contains(.loopback)
                    return CaptureSource(
                        name: "\(shownNode):\(link.name)", description: Self.captureDescription(of: link),
                        index: link.index, isEthernet: isEthernet, isLoopback: isLoopback,
                        macAddress: link.address.flatMap { MACAddress($0) }?.bytes,
                        socket: try PacketSocket(isEthernet: isEthernet), isPresent: isPresent)
                }
            }
        } catch { throw LabFailure("cannot capture at '\(shownNode)'", error) }
    }

    /// Where a link leads to, else what it is.
    private static func captureDescription(of link: Link) -> String? {
        guard let peer = LabMark.of(link)?.peer else { return link.kind }
        return "to \(peer.node == LabState.host ? "host" : peer.node):\(peer.interface)"
    }

    /// Tells whether a namespace of the lab is still what its name leads to.
    private func presence(of session: NodeSession) -> () -> Bool {
        guard session.isOwned, let name = try? namespaceName(of: session.name) else { return { true } }
        let (path, identity) = (directory.path(of: name), session.namespace.identity)
        return { (try? FileStatus(of: path)).map { NamespaceIdentity(of: $0) == identity } ?? false }
    }
}

/// Where something is captured.
struct CapturePoint: Equatable {
    /// The node's name in the state.
    var node: String
    /// The interface; nil for all.
    var interface: String?
}

extension Lab {
    /// What a target of the command line names.
    func capturePoints(_ text: String) throws(LabFailure) -> [CapturePoint] {
        if text == Self.switchNode, node(named: text) == nil, !segments.isEmpty { return [CapturePoint(node: text)] }
        var index = NodeIndex()
        for node in nodes { index.add(node.name, groups: node.groups) }
        var diagnostics = Diagnostics()
        func ends(_ part: some StringProtocol) -> [SelectedEnd] {
            Selector.resolve(
                String(part), at: SourceSpan(line: 1, column: 1, length: part.count), in: index, &diagnostics)
        }
        var points: [CapturePoint] = []
        if let separator = text.firstRange(of: "--") {
            let left = ends(text[..<separator.lowerBound])
            let right = ends(text[separator.upperBound...])
            for link in links {
                if link.ends[0].isAny(of: left), link.ends[1].isAny(of: right) {
                    points += capturePoint(link.ends[0])
                } else if link.ends[1].isAny(of: left), link.ends[0].isAny(of: right) {
                    points += capturePoint(link.ends[1])
                }
            }
        } else {
            points = ends(text).map { CapturePoint(node: nodes[$0.node].name, interface: $0.port) }
        }
        guard !diagnostics.hasErrors, !points.isEmpty else {
            let first = diagnostics.all.first
            throw LabFailure(
                "cannot find '\(text)'", reason: first?.message ?? "there is no such link", hint: first?.hint)
        }
        return points
    }

    private func capturePoint(_ port: LabPort) -> [CapturePoint] {
        guard let node = port.node, let interface = port.interface else { return [] }
        return [CapturePoint(node: nodes[node].name, interface: "\(interface)")]
    }

    /// How the addresses of the nodes are called.
    public var addressNames: [(address: IPAddress, name: String)] {
        var names: [(address: IPAddress, name: String)] = []
        func add(_ prefixes: [IPPrefix], _ node: Int?) {
            guard let node else { return }
            for prefix in prefixes { names.append((prefix.address, nodes[node].name)) }
        }
        for number in nodes.indices { add(nodes[number].loopbackAddresses, number) }
        for link in links { for end in 0..<2 { add(link.addresses[end], link.ends[end].node) } }
        for segment in segments { for member in segment.members { add(member.addresses, member.port.node) } }
        return names
    }
}

extension LabPort {
    /// Whether it is one of those that were selected.
    fileprivate func isAny(of ends: [SelectedEnd]) -> Bool {
        ends.contains { end in
            end.node == node && (end.port == nil || end.port == interface.map { "\($0)" })
        }
    }
}
