// SPDX-License-Identifier: Apache-2.0

internal import Addressing

/// Which interface each end of a link and each member of a segment gets: the one that the file names, the one that
/// it had before, or the first free `ethN` in the order of the file.
struct PortNumbering {
    let segmentsComeFirst: Bool

    /// Where a port is: the link or segment, and its end or member.
    enum Place: Hashable {
        case link(Int, end: Int)
        case segment(Int, member: Int)
    }

    /// Complains of ports that the file names twice.
    func checkExplicit(_ lab: Lab, _ diagnostics: inout Diagnostics) {
        var met: [LabPort: SourceSpan] = [:]
        func check(_ port: LabPort, _ span: SourceSpan) {
            guard let interface = port.interface else { return }
            let name = port.node.map { lab.nodes[$0].name } ?? "host"
            if let first = met[port] {
                diagnostics.error(
                    .portTaken, "the port '\(name):\(interface)' is used twice", at: span,
                    notes: [Diagnostic.Note("first used here", at: first)])
            } else {
                met[port] = span
            }
        }
        for link in lab.links { for end in link.ends { check(end, link.span) } }
        for segment in lab.segments { for member in segment.members { check(member.port, member.span) } }
        for node in lab.nodes {
            for device in node.settings.devices
            where node.settings.devices.count(where: { $0.name.value == device.name.value }) > 1 {
                diagnostics.error(
                    .portTaken, "the device '\(node.name):\(device.name.value)' is declared twice", at: device.name.span
                )
            }
        }
    }

    /// Gives every port its interface.
    ///
    /// - Parameter remembered: the interface that an earlier run chose, by the key of `key(of:in:)`.
    func assign(_ lab: inout Lab, remembered: [String: String]) {
        var taken: [Set<InterfaceName>] = lab.nodes.map { node in Set(node.settings.devices.map(\.name.value)) }
        var open: [Place] = []
        for place in places(of: lab) {
            let port = self[place, lab]
            guard let node = port.node else { continue }
            if let interface = port.interface { taken[node].insert(interface) } else { open.append(place) }
        }
        // What was remembered is taken before anything new is given out.
        var new: [Place] = []
        for place in open {
            guard let node = self[place, lab].node else { continue }
            if let text = remembered[key(of: place, in: lab)], let name = InterfaceName(text),
                taken[node].insert(name).inserted
            {
                set(place, name, &lab)
            } else {
                new.append(place)
            }
        }
        var next = Array(repeating: 0, count: lab.nodes.count)
        for place in new {
            guard let node = self[place, lab].node else { continue }
            while let name = InterfaceName("eth\(next[node])") {
                next[node] += 1
                if taken[node].insert(name).inserted {
                    set(place, name, &lab)
                    break
                }
            }
        }
    }

    /// What a port is remembered by.
    func key(of place: Place, in lab: Lab) -> String {
        switch place {
        case .link(let number, let end): "port\t\(lab.links[number].key)\t\(end)"
        case .segment(let number, let member):
            "port\t\(lab.segments[number].name)\t\(lab.segments[number].members[member].port.node.map { lab.nodes[$0].name } ?? "")"
        }
    }

    /// All ports in the order of the file.
    func places(of lab: Lab) -> [Place] {
        let links = lab.links.indices.flatMap { [Place.link($0, end: 0), .link($0, end: 1)] }
        let segments = lab.segments.indices.flatMap { number in
            lab.segments[number].members.indices.map { Place.segment(number, member: $0) }
        }
        return segmentsComeFirst ? segments + links : links + segments
    }

    subscript(place: Place, lab: Lab) -> LabPort {
        switch place {
        case .link(let number, let end): lab.links[number].ends[end]
        case .segment(let number, let member): lab.segments[number].members[member].port
        }
    }

    private func set(_ place: Place, _ name: InterfaceName, _ lab: inout Lab) {
        switch place {
        case .link(let number, let end): lab.links[number].ends[end].interface = name
        case .segment(let number, let member): lab.segments[number].members[member].port.interface = name
        }
    }
}
