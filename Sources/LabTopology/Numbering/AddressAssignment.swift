// SPDX-License-Identifier: Apache-2.0

internal import Addressing

/// Gives networks and addresses to everything in a lab that has none of its own.
///
/// What was remembered is kept, then what is new takes the first that is free, in the order of the file.
struct AddressAssignment {
    var lab: Lab
    let remembered: LabMemory
    /// What this run chose, for the next one.
    private(set) var memory = LabMemory()
    private var networks = PrefixSet()
    /// Where to look for a free network next, by pool and family.
    private var cursors: [Cursor: UInt128] = [:]
    private var exhausted: Set<Cursor> = []

    private struct Cursor: Hashable {
        var pool: String, family: AddressFamily
    }

    init(_ lab: Lab, remembered: LabMemory) { (self.lab, self.remembered) = (lab, remembered) }

    mutating func run(segmentsComeFirst: Bool, _ diagnostics: inout Diagnostics) {
        let numbering = PortNumbering(segmentsComeFirst: segmentsComeFirst)
        numbering.assign(&lab, remembered: remembered.values)
        for place in numbering.places(of: lab) {
            guard numbering[place, lab].node != nil, let interface = numbering[place, lab].interface else { continue }
            memory.values[numbering.key(of: place, in: lab)] = "\(interface)"
        }
        reserve(&diagnostics)
        assignLoopbacks(&diagnostics)
        let links = { (self: inout Self, diagnostics: inout Diagnostics) in
            for number in self.lab.links.indices { self.assignLink(number, &diagnostics) }
        }
        let segments = { (self: inout Self, diagnostics: inout Diagnostics) in
            for number in self.lab.segments.indices { self.assignSegment(number, &diagnostics) }
        }
        if segmentsComeFirst {
            segments(&self, &diagnostics)
            links(&self, &diagnostics)
        } else {
            links(&self, &diagnostics)
            segments(&self, &diagnostics)
        }
        checkAddresses(&diagnostics)
    }

    // MARK: What is fixed

    /// Takes the networks that the file names, then those that are remembered.
    private mutating func reserve(_ diagnostics: inout Diagnostics) {
        func take(_ subnets: [Located<IPPrefix>]) {
            for subnet in subnets {
                if subnet.value.hasHostBits, subnet.value.family.bitCount - subnet.value.length > 1 {
                    diagnostics.error(
                        .badValue, "\(subnet.value) is a host, and here stands its network", at: subnet.span,
                        hint: "write \(subnet.value.network)")
                    continue
                }
                if let other = networks.insert(subnet.value, at: subnet.span), other.span != subnet.span {
                    diagnostics.error(
                        .overlappingSubnets, "\(subnet.value) overlaps \(other.prefix)", at: subnet.span,
                        notes: [Diagnostic.Note("\(other.prefix) is taken here", at: other.span)])
                }
            }
        }
        for link in lab.links { take(link.settings.subnets) }
        for segment in lab.segments { take(segment.settings.wire.subnets) }
        for (number, node) in lab.nodes.enumerated() {
            for setting in node.settings.interfaces { reserveNetworks(of: setting, node: number) }
        }
        for link in lab.links { recall(link.key, link.settings, at: link.span) }
        for segment in lab.segments { recall(segment.name, segment.settings.wire, at: segment.span) }
        for node in lab.nodes where node.settings.loopback == .automatic {
            recall("lo \(node.name)", nil, at: node.span)
        }
    }

    /// The networks of addresses that the file names: the pools must keep clear of them.
    private mutating func reserveNetworks(of setting: InterfaceSettings, node: Int) {
        for address in setting.addresses where !address.value.isHost {
            _ = networks.insert(address.value, at: address.span)
        }
    }

    private mutating func recall(_ key: String, _ settings: WireSettings?, at span: SourceSpan) {
        if let settings, !settings.subnets.isEmpty { return }
        let poolName = settings == nil ? "loopback" : settings?.pool?.value ?? (key.contains("--") ? "p2p" : "lan")
        guard let pool = lab.pools[poolName] else { return }
        for family in AddressFamily.allCases {
            let key = "net\t\(key)\t\(family.digit)"
            guard let text = remembered.values[key], let prefix = try? IPPrefix(parsing: text),
                pool.lengths[family] == prefix.length, pool.prefixes.contains(where: { $0.contains(prefix) }),
                networks.insert(prefix, at: span) == nil
            else { continue }
            memory.values[key] = text
        }
    }

    // MARK: From the pools

    /// The remembered network, or the next free one; nil when there is none.
    private mutating func network(
        for key: String, pool name: String, _ family: AddressFamily, at span: SourceSpan,
        _ diagnostics: inout Diagnostics
    ) -> IPPrefix? {
        let memoryKey = "net\t\(key)\t\(family.digit)"
        if let text = memory.values[memoryKey] { return try? IPPrefix(parsing: text) }
        guard let pool = lab.pools[name], let length = pool.lengths[family] else { return nil }
        let cursor = Cursor(pool: name, family: family)
        // A loopback of all zero host bits looks like a network.
        var next = cursors[cursor] ?? (name == "loopback" ? 1 : 0)
        defer { cursors[cursor] = next }
        for whole in pool.prefixes where whole.family == family {
            while let subnet = whole.subnet(next, length: length) {
                next += 1
                if networks.insert(subnet, at: span) == nil {
                    memory.values[memoryKey] = "\(subnet)"
                    return subnet
                }
            }
            if exhausted.insert(cursor).inserted {
                diagnostics.error(
                    .poolExhausted, "the pool '\(name)' has no /\(length) left of \(whole)", at: span,
                    hint: "make the pool larger, or its networks smaller with 'each'")
            }
        }
        return nil
    }

    private mutating func assignLoopbacks(_ diagnostics: inout Diagnostics) {
        for number in lab.nodes.indices where lab.nodes[number].settings.loopback == .automatic {
            let node = lab.nodes[number]
            var addresses: [IPPrefix] = []
            for family in AddressFamily.allCases {
                if let prefix = network(for: "lo \(node.name)", pool: "loopback", family, at: node.span, &diagnostics) {
                    addresses.append(prefix)
                }
            }
            lab.nodes[number].settings.loopback = .addresses(addresses)
        }
    }

    private func explicit(_ port: LabPort, _ family: AddressFamily) -> [IPPrefix] {
        guard let node = port.node, let interface = port.interface else { return [] }
        return lab.nodes[node].settings.interfaces
            .filter { $0.name.value == interface }.flatMap(\.addresses).map(\.value)
            .filter { $0.family == family }
    }

    private mutating func assignLink(_ number: Int, _ diagnostics: inout Diagnostics) {
        let link = lab.links[number]
        for family in AddressFamily.allCases {
            let own = link.ends.map { explicit($0, family) }
            if own.allSatisfy({ !$0.isEmpty }) || link.settings.unnumbered.contains(family) {
                for end in 0..<2 { lab.links[number].addresses[end] += own[end] }
                continue
            }
            var subnet = link.settings.subnets.first { $0.value.family == family }?.value
            // One end's address tells the network of the other.
            if subnet == nil { subnet = own.joined().first { !$0.isHost }?.network }
            if subnet == nil, link.settings.subnets.isEmpty, own.allSatisfy(\.isEmpty) {
                subnet = network(
                    for: link.key, pool: link.settings.pool?.value ?? "p2p", family,
                    at: link.settings.pool?.span ?? link.span,
                    &diagnostics)
            }
            guard let subnet else {
                for end in 0..<2 { lab.links[number].addresses[end] += own[end] }
                continue
            }
            var taken = Set(own.joined().map(\.address))
            for end in 0..<2 {
                guard own[end].isEmpty else {
                    lab.links[number].addresses[end] += own[end]
                    continue
                }
                var hostNumber: UInt128 = UInt128(end) + 1
                while let host = subnet.host(hostNumber), !taken.insert(host).inserted { hostNumber += 1 }
                guard let host = subnet.host(hostNumber), let address = IPPrefix(host, length: subnet.length) else {
                    diagnostics.error(
                        .poolExhausted, "\(subnet) has no room for both ends of a link", at: link.span)
                    break
                }
                lab.links[number].addresses[end].append(address)
            }
        }
    }

    private mutating func assignSegment(_ number: Int, _ diagnostics: inout Diagnostics) {
        let wire = lab.segments[number].settings.wire
        for family in AddressFamily.allCases where !wire.unnumbered.contains(family) {
            var subnet = wire.subnets.first { $0.value.family == family }?.value
            if subnet == nil, wire.subnets.isEmpty {
                subnet = network(
                    for: lab.segments[number].name, pool: wire.pool?.value ?? "lan", family,
                    at: wire.pool?.span ?? lab.segments[number].span, &diagnostics)
            }
            guard let subnet else { continue }
            lab.segments[number].subnets.append(subnet)
            assignHosts(of: number, in: subnet, &diagnostics)
        }
        for member in lab.segments[number].members.indices {
            let port = lab.segments[number].members[member].port
            for family in AddressFamily.allCases {
                let own = explicit(port, family)
                let present = lab.segments[number].members[member].addresses
                lab.segments[number].members[member].addresses += own.filter { !present.contains($0) }
            }
        }
    }

    /// The addresses of a segment's ports: of the machine and the gateways first.
    private mutating func assignHosts(of number: Int, in subnet: IPPrefix, _ diagnostics: inout Diagnostics) {
        let segment = lab.segments[number]
        let family = subnet.family
        var taken: Set<IPAddress> = []
        for member in segment.members { for address in explicit(member.port, family) { taken.insert(address.address) } }
        let fixedHost = segment.settings.host?.address
        if let fixedHost, fixedHost.value.family == family {
            if subnet.hostNumber(of: fixedHost.value) == nil {
                diagnostics.error(
                    .addressOutside, "\(fixedHost.value) is no host of \(subnet)", at: fixedHost.span)
            }
            taken.insert(fixedHost.value)
        }
        var next: UInt128 = 1
        func free() -> IPPrefix? {
            while let host = subnet.host(next) {
                next += 1
                if taken.insert(host).inserted { return IPPrefix(host, length: subnet.length) }
            }
            return nil
        }
        if segment.hasHost {
            let address =
                fixedHost?.value.family == family
                ? fixedHost.flatMap { IPPrefix($0.value, length: subnet.length) } : free()
            if let address { lab.segments[number].hostAddresses.append(address) }
        }
        let order = segment.gateways + segment.members.indices.filter { !segment.gateways.contains($0) }
        var open: [Int] = []
        for member in order where explicit(segment.members[member].port, family).isEmpty {
            if let text = remembered.values[memoryKey(segment, member, family)], let address = IPAddress(text),
                subnet.hostNumber(of: address) != nil, taken.insert(address).inserted,
                let prefix = IPPrefix(address, length: subnet.length)
            {
                give(prefix, segment, number, member)
            } else {
                open.append(member)
            }
        }
        for member in open {
            guard let prefix = free() else {
                diagnostics.error(
                    .poolExhausted,
                    "\(subnet) has \(subnet.hostCount) addresses, and '\(segment.name)' has \(segment.members.count) ports",
                    at: segment.settings.wire.subnets.first { $0.value == subnet }?.span ?? segment.span,
                    hint: "take a shorter prefix")
                return
            }
            give(prefix, segment, number, member)
        }
    }

    private func memoryKey(_ segment: LabSegment, _ member: Int, _ family: AddressFamily) -> String {
        let port = segment.members[member].port
        let node = port.node.map { lab.nodes[$0].name } ?? ""
        return "host\t\(segment.name)\t\(node)\t\(port.interface.map { "\($0)" } ?? "")\t\(family.digit)"
    }

    private mutating func give(_ prefix: IPPrefix, _ segment: LabSegment, _ number: Int, _ member: Int) {
        lab.segments[number].members[member].addresses.append(prefix)
        memory.values[memoryKey(segment, member, prefix.family)] = "\(prefix.address)"
    }

    // MARK: What can't be

    /// For each node the first of those that it is joined with, directly or over others.
    private func islands() -> [Int] {
        var first = Array(lab.nodes.indices)
        func root(_ node: Int) -> Int {
            var node = node
            while first[node] != node { node = first[node] }
            return node
        }
        func join(_ ports: [LabPort]) {
            let nodes = ports.compactMap(\.node)
            guard let start = nodes.first else { return }
            for node in nodes.dropFirst() {
                let (one, other) = (root(start), root(node))
                first[max(one, other)] = min(one, other)
            }
        }
        for link in lab.links { join(link.ends) }
        for segment in lab.segments { join(segment.members.map(\.port)) }
        return lab.nodes.indices.map(root)
    }

    private func checkAddresses(_ diagnostics: inout Diagnostics) {
        // Nodes that nothing joins may have the same addresses.
        let islands = islands()
        var met: [Int: [IPAddress: SourceSpan]] = [:]
        for (number, node) in lab.nodes.enumerated() {
            let island = islands[number]
            for setting in node.settings.interfaces {
                for address in setting.addresses where !address.value.address.isLinkLocal {
                    if let first = met[island]?[address.value.address] {
                        diagnostics.error(
                            .addressTaken, "\(address.value.address) is given twice", at: address.span,
                            notes: [Diagnostic.Note("first given here", at: first)])
                    } else {
                        met[island, default: [:]][address.value.address] = address.span
                    }
                }
            }
        }
        for segment in lab.segments where !segment.settings.wire.subnets.isEmpty {
            for member in segment.members {
                guard let node = member.port.node, let interface = member.port.interface else { continue }
                for address in lab.nodes[node].settings.interfaces.filter({ $0.name.value == interface }).flatMap(
                    \.addresses)
                where segment.subnets.contains(where: { $0.family == address.value.family })
                    && !segment.subnets.contains(where: { $0.contains(address.value.address) })
                {
                    diagnostics.error(
                        .addressOutside, "\(address.value) is not in the network of '\(segment.name)'",
                        at: address.span,
                        notes: segment.settings.wire.subnets.map {
                            Diagnostic.Note("\($0.value) is given here", at: $0.span)
                        })
                }
            }
        }
        for node in lab.nodes { checkInterfaces(node, &diagnostics) }
        for link in lab.links { checkMeeting(link, &diagnostics) }
    }

    /// Ends of a link of which neither has an address in the other's network.
    private func checkMeeting(_ link: LabLink, _ diagnostics: inout Diagnostics) {
        for family in AddressFamily.allCases {
            let ends = link.addresses.map { end in
                end.filter { $0.family == family && !$0.isHost && !$0.address.isLinkLocal }
            }
            guard ends.count == 2, let one = ends[0].first, let other = ends[1].first,
                !ends[0].contains(where: { left in
                    ends[1].contains { left.contains($0.address) || $0.contains(left.address) }
                })
            else { continue }
            diagnostics.warning(
                .addressOutside, "the ends of this link have \(one) and \(other), which are in no network together",
                at: link.span)
        }
    }

    /// Settings of an interface that no link and no segment gives to the node.
    private func checkInterfaces(_ node: LabNode, _ diagnostics: inout Diagnostics) {
        guard !node.settings.interfaces.isEmpty, node.settings.attachment == nil,
            let number = lab.nodes.firstIndex(where: { $0.name == node.name })
        else { return }
        var known = lab.links.flatMap(\.ends).filter { $0.node == number }.compactMap(\.interface)
        known += lab.segments.flatMap(\.members).map(\.port).filter { $0.node == number }.compactMap(\.interface)
        known += node.settings.devices.map(\.name.value)
        for setting in node.settings.interfaces
        where !known.contains(setting.name.value) && "\(setting.name.value)" != "lo" {
            diagnostics.error(
                .unknownName, "'\(node.name)' has no interface '\(setting.name.value)'", at: setting.name.span,
                hint: known.isEmpty
                    ? "no link and no segment has it" : "it has \(known.map { "\($0)" }.joined(separator: ", "))")
        }
    }
}

extension AddressFamily {
    /// 4 or 6.
    var digit: Int { self == .ipv4 ? 4 : 6 }
}
