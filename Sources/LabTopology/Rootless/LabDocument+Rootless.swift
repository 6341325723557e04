// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension LabDocument {
    /// Adds an error for everything that no rootless lab can have: what is outside of its namespaces, in which the caller
    /// must be.
    public mutating func checkRootless() {
        guard let lab, !diagnostics.hasErrors else { return }
        for node in lab.nodes {
            guard let attachment = node.settings.attachment else { continue }
            // A name is one of the lab's own /run/netns.
            if case .name = attachment.value { continue }
            reportOutside("'\(node.name)' can't be attached to a rootless lab", attachment.span)
        }
        for uplink in lab.segments.compactMap(\.settings.uplink) where !isThere(uplink.value) {
            reportOutside("the device '\(uplink.value)' is not in a rootless lab", uplink.span)
        }
    }

    private mutating func reportOutside(_ message: String, _ span: SourceSpan) {
        report(
            Diagnostic(
                .unsupported, message, at: span,
                hint: "it is outside of the lab's user namespace; as root 'up' makes a lab that reaches it"))
    }

    private func isThere(_ name: InterfaceName) -> Bool {
        guard var socket = try? RouteSocket(), let link = try? socket.link(.name("\(name)")) else { return false }
        return link.index > 0
    }
}
