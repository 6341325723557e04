// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import NetworkNamespaces

extension Lab {
    /// The place in the file that asked for what a change is about; nil when nothing did.
    public func span(of change: LabChange) -> SourceSpan? {
        switch change {
        case .addLink(let port, let link, _), .deleteLink(let port, let link, _):
            if case .veth(let peer) = link.kind { return span(of: port) ?? span(of: peer) }
            return span(of: port)
        case .setLink(let port, _, _), .addAddress(let port, _), .deleteAddress(let port, _),
            .setImpairment(let port, _, _):
            return span(of: port) ?? node(named: port.node)?.span
        case .addRoute(let node, let route):
            return self.node(named: node).flatMap { node in
                node.settings.routes.first { $0.destination == route.destination }?.span ?? node.span
            }
        case .addMasquerade(_, let masquerade), .deleteMasquerade(_, let masquerade):
            return segments.first { $0.name == masquerade.segment }.map { $0.settings.host?.span ?? $0.span }
        case .setSysctl(let node, let key, _, _):
            return self.node(named: node).flatMap { node in
                node.settings.sysctls.first { "\($0.value.key)" == key }?.span ?? node.span
            }
        default: return node(named: change.node)?.span
        }
    }

    /// Where a port comes from: a link, a segment or a device.
    func span(of port: PortReference) -> SourceSpan? {
        let number = nodes.firstIndex { $0.name == port.node }
        if let number {
            if let link = links.first(where: { $0.ends.contains(LabPort(node: number, interface: port.interface)) }) {
                return link.span
            }
            for segment in segments {
                if let member = segment.members.first(where: {
                    $0.port == LabPort(node: number, interface: port.interface)
                }) {
                    return member.span
                }
            }
            return nodes[number].settings.devices.first { $0.name.value == port.interface }?.name.span
        }
        if let segment = segments.first(where: { $0.bridge == port.interface }) { return segment.span }
        return links.first { $0.ends.contains(LabPort(node: nil, interface: port.interface)) }?.span
    }
}
