// SPDX-License-Identifier: Apache-2.0

internal import Addressing

/// What no kernel would take, or nobody can mean, in a lab whose addresses are assigned.
struct LabChecks {
    let lab: Lab

    init(_ lab: Lab) { self.lab = lab }

    func run(_ diagnostics: inout Diagnostics) {
        checkNames(&diagnostics)
        checkMTU(&diagnostics)
        checkRoutes(&diagnostics)
        checkDevices(&diagnostics)
        for node in lab.nodes {
            if let attachment = node.settings.attachment,
                !node.settings.files.isEmpty || !node.settings.nameServers.isEmpty
            {
                diagnostics.error(
                    .unsupported, "'\(node.name)' is attached: its files are not the lab's", at: attachment.span,
                    hint: "leave out 'files' and 'dns'")
            }
            if let attachment = node.settings.attachment, case .container = attachment.value {
                diagnostics.error(
                    .unsupported, "containers can't be found by name yet", at: attachment.span,
                    hint: "attach pid:N, pid-file:PATH or netns:NAME")
            }
        }
    }

    private func checkNames(_ diagnostics: inout Diagnostics) {
        let longest = 255 - lab.prefix.utf8.count
        for node in lab.nodes where node.name.utf8.count > longest {
            diagnostics.error(
                .nameTooLong, "the namespace '\(lab.prefix)\(node.name)' has too long a name", at: node.span)
        }
        if lab.prefix.utf8.contains(UInt8(ascii: "/")) || lab.prefix.hasPrefix(".") {
            diagnostics.error(.badName, "'\(lab.prefix)' can't be the beginning of a namespace's name", at: nil)
        }
        if !lab.segments.isEmpty, let node = lab.node(named: Lab.switchNode) {
            diagnostics.error(
                .badName, "'\(Lab.switchNode)' is the name of the node that holds the bridges of the segments",
                at: node.span,
                hint: "choose another name")
        }
        if lab.nodes.isEmpty { diagnostics.error(.missingKey, "a lab needs 'nodes'", at: nil) }
    }

    private func checkMTU(_ diagnostics: inout Diagnostics) {
        func check(_ mtu: Located<UInt32>?, _ addresses: [IPPrefix]) {
            guard let mtu, mtu.value < 1280, addresses.contains(where: { $0.family == .ipv6 }) else { return }
            diagnostics.error(
                .badValue, "IPv6 needs an MTU of 1280 at least (RFC 8200, section 5), and this is \(mtu.value)",
                at: mtu.span,
                hint: "add 'ipv6: none', or make it larger")
        }
        for link in lab.links { check(link.settings.mtu, link.addresses.flatMap(\.self)) }
        for segment in lab.segments { check(segment.settings.wire.mtu, segment.subnets) }
    }

    private func checkRoutes(_ diagnostics: inout Diagnostics) {
        for node in lab.nodes {
            var defaults: [AddressFamily: SourceSpan] = [:]
            for route in node.settings.routes where route.destination.isDefaultRoute && route.table == nil {
                let family = route.destination.family
                if let first = defaults[family], route.metric == nil {
                    diagnostics.error(
                        .twoDefaults, "'\(node.name)' has two default routes", at: route.span,
                        hint: "give one of them a 'metric', or both gateways to one: via: [A, B]",
                        notes: [Diagnostic.Note("the first is here", at: first)])
                } else {
                    defaults[family] = route.span
                }
            }
        }
    }

    private func checkDevices(_ diagnostics: inout Diagnostics) {
        for (number, node) in lab.nodes.enumerated() where !node.settings.devices.isEmpty {
            var known = Set(node.settings.devices.map(\.name.value))
            for link in lab.links {
                for end in link.ends where end.node == number { if let name = end.interface { known.insert(name) } }
            }
            for segment in lab.segments {
                for member in segment.members where member.port.node == number {
                    if let name = member.port.interface { known.insert(name) }
                }
            }
            for device in node.settings.devices {
                for member in device.members where !known.contains(member.value) {
                    diagnostics.error(
                        .unknownName, "'\(node.name)' has no interface '\(member.value)'", at: member.span,
                        hint: "it has \(known.sorted().map { "\($0)" }.joined(separator: ", "))")
                }
                let parent: InterfaceName? =
                    switch device.kind {
                    case .vlan(let parent, _): parent
                    case .vxlan(_, _, _, _, let parent): parent
                    default: nil
                    }
                if let parent, !known.contains(parent) {
                    diagnostics.error(
                        .unknownName, "'\(node.name)' has no interface '\(parent)' for '\(device.name.value)'",
                        at: device.name.span)
                }
            }
        }
    }
}
