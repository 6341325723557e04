// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem

/// Makes of the declarations of a file every single node, link and segment.
struct LabExpansion {
    let file: LabFile
    var lab: Lab
    var index = NodeIndex()
    /// The groups' settings by name, and their places.
    private var groups: [String: LabFile.Declaration] = [:]
    /// How many links there are between two nodes, by their names.
    private var linkCounts: [String: Int] = [:]

    /// The longest name of a node; see `LabFile.maximumNameLength`.
    static let maximumNodeNameLength = 32

    init(_ file: LabFile) {
        self.file = file
        lab = Lab(name: file.name.value, prefix: file.prefix)
        lab.hasHostsFiles = file.hasHostsFiles
        lab.computesRoutes = file.routing == "static"
    }

    /// Expands everything but addresses, which depend on what is remembered.
    mutating func run(_ diagnostics: inout Diagnostics) -> Lab {
        readGroups(&diagnostics)
        lab.pools = AddressPool.builtIn
        for declaration in file.pools { readPool(declaration, &diagnostics) }
        for declaration in file.nodes { expandNode(declaration, &diagnostics) }
        // Links of nodes that could not be read would be reported as well.
        for declaration in file.links { expandLink(declaration, &diagnostics) }
        for declaration in file.segments { expandSegment(declaration, &diagnostics) }
        let ports = PortNumbering(segmentsComeFirst: file.segmentsComeFirst)
        ports.checkExplicit(lab, &diagnostics)
        readChecks(&diagnostics)
        readScenario(&diagnostics)
        return lab
    }

    // MARK: Groups and nodes

    private mutating func readGroups(_ diagnostics: inout Diagnostics) {
        if let defaults = file.defaults["node"] { _ = NodeSettings(defaults, &diagnostics) }
        for group in file.groups {
            if let flaw = nameFlaw(group.key.value, maximumCount: Self.maximumNodeNameLength) {
                diagnostics.error(
                    flaw.code, "the group's name '\(group.key.value)' \(flaw.message)", at: group.key.span)
            }
            groups[group.key.value] = group
            index.declare(group: group.key.value)
            // One that no node is in would never be looked at.
            if !group.settings.hasTemplates { _ = NodeSettings(group.settings, &diagnostics) }
        }
    }

    private mutating func expandNode(_ declaration: LabFile.Declaration, _ diagnostics: inout Diagnostics) {
        guard let names = expand(declaration.key, &diagnostics) else { return }
        var inGroups: [String] = []
        for value in declaration.settings["groups"]?.oneOrMore ?? [] {
            guard let group = value.string("a group", &diagnostics) else { continue }
            if groups[group.value] != nil {
                inGroups.append(group.value)
            } else {
                diagnostics.error(
                    .unknownName, "there is no group '\(group.value)'", at: group.span,
                    hint: suggestion(for: group.value, among: file.groups.map(\.key.value))
                        ?? "groups are declared under 'groups'")
            }
        }
        var merged = file.defaults["node"] ?? YAMLNode(.mapping([]), declaration.settings.span)
        for group in inGroups { if let settings = groups[group]?.settings { merged = settings.over(merged) } }
        merged = declaration.settings.over(merged)
        let isTemplate = merged.hasTemplates
        // Read once for all: what differs by the number is read for each.
        let shared = isTemplate ? nil : NodeSettings(merged, &diagnostics)
        for (position, name) in names.enumerated() {
            if let flaw = nameFlaw(name.text, maximumCount: Self.maximumNodeNameLength) {
                diagnostics.error(flaw.code, "the node's name '\(name.text)' \(flaw.message)", at: declaration.key.span)
                break
            }
            if let first = index.number(of: name.text) {
                diagnostics.error(
                    .duplicateNode, "the node '\(name.text)' is declared twice", at: declaration.key.span,
                    notes: [Diagnostic.Note("first declared here", at: lab.nodes[first].span)])
                continue
            }
            let settings =
                shared
                ?? NodeSettings(
                    merged.filled(NumberTemplate(number: name.number, position: position + 1), &diagnostics),
                    &diagnostics)
            if settings.attachment != nil, names.count > 1, !isTemplate {
                diagnostics.error(
                    .badValue, "\(names.count) nodes can't be attached to one namespace", at: settings.attachment?.span)
            }
            index.add(name.text, groups: inGroups)
            lab.nodes.append(
                LabNode(name: name.text, groups: inGroups, settings: settings, span: declaration.key.span))
        }
    }

    /// The names that a key stands for.
    func expand(_ key: Located<String>, _ diagnostics: inout Diagnostics) -> [NamePattern.Name]? {
        do throws(NamePattern.Flaw) { return try NamePattern.expand(key.value) } catch {
            diagnostics.error(
                .badSelector, error.message,
                at: key.span.part(at: error.offset, length: key.value.count - error.offset))
            return nil
        }
    }

    // MARK: Pools

    private mutating func readPool(_ declaration: LabFile.Declaration, _ diagnostics: inout Diagnostics) {
        let name = declaration.key.value
        let map = MapReader(
            declaration.settings, "a pool", keys: ["ipv4", "ipv6", "each"],
            aliases: ["size": "each", "length": "each"],
            &diagnostics)
        let builtIn = AddressPool.builtIn[name] ?? AddressPool.builtIn["lan"]
        var pool = AddressPool([], lengths: builtIn?.lengths ?? [:])
        for (key, family) in [("ipv4", AddressFamily.ipv4), ("ipv6", .ipv6)] {
            pool.prefixes += map[key]?.addresses(family, "'\(key)'", &diagnostics).map(\.value.network) ?? []
        }
        if pool.prefixes.isEmpty {
            diagnostics.error(.missingKey, "a pool needs 'ipv4' or 'ipv6'", at: declaration.key.span)
        }
        for value in map["each"]?.oneOrMore ?? [] {
            guard let length = value.number("'each'", 1...128, &diagnostics)?.value else { continue }
            // With two numbers the second is of IPv6; alone it is of the family that it can be of.
            let isSecond = map["each"]?.values?.dropFirst().first?.span == value.span
            let family: AddressFamily =
                isSecond || length > 32 || pool.prefixes.allSatisfy { $0.family == .ipv6 } ? .ipv6 : .ipv4
            pool.lengths[family] = length
            if let whole = pool.prefixes.first(where: { $0.family == family }),
                length < whole.length || length > family.bitCount
            {
                diagnostics.error(
                    .badValue, "no /\(length) fits into \(whole)", at: value.span)
            }
        }
        lab.pools[name] = pool
    }

    // MARK: Links

    private mutating func expandLink(_ declaration: LabFile.Declaration, _ diagnostics: inout Diagnostics) {
        let merged = declaration.settings.over(
            file.defaults["link"] ?? YAMLNode(.mapping([]), declaration.settings.span))
        let map = MapReader(
            merged, "a link", keys: WireSettings.keys + ["pattern"], aliases: WireSettings.aliases, &diagnostics)
        let settings = WireSettings(map, &diagnostics)
        checkPool(settings.pool, &diagnostics)
        let pattern = LinkPattern(map["pattern"], &diagnostics)
        let pairs = pattern.pairs(declaration.key, in: index, &diagnostics)
        if pairs.count > 1, let subnet = settings.subnets.first {
            diagnostics.error(
                .badValue, "\(pairs.count) links can't share the network \(subnet.value)", at: subnet.span,
                hint: "give them a pool, or make them a segment")
        }
        for pair in pairs {
            guard let first = port(pair.0, at: declaration.key.span, &diagnostics),
                let second = port(pair.1, at: declaration.key.span, &diagnostics)
            else { continue }
            if first.node == second.node {
                diagnostics.error(
                    .selfLink, "'\(name(of: first))' is linked with itself", at: declaration.key.span)
                continue
            }
            let ends = "\(name(of: first))--\(name(of: second))"
            let count = linkCounts[ends, default: 0] + 1
            linkCounts[ends] = count
            lab.links.append(
                LabLink(
                    ends: [first, second], settings: settings, key: count == 1 ? ends : "\(ends)#\(count)",
                    span: declaration.key.span))
        }
    }

    func name(of port: LabPort) -> String {
        port.node.map { lab.nodes[$0].name } ?? "host:\(port.interface.map(\.description) ?? "")"
    }

    private func port(_ end: LinkEnd, at span: SourceSpan, _ diagnostics: inout Diagnostics) -> LabPort? {
        guard let text = end.port else { return LabPort(node: end.node) }
        do throws(AddressingError) {
            return LabPort(node: end.node, interface: try InterfaceName(parsing: text))
        } catch {
            diagnostics.error(
                text.utf8.count > InterfaceName.maximumCount ? .nameTooLong : .badName, "\(error)", at: span)
            return nil
        }
    }

    func checkPool(_ pool: Located<String>?, _ diagnostics: inout Diagnostics) {
        guard let pool, lab.pools[pool.value] == nil else { return }
        diagnostics.error(
            .unknownName, "there is no pool '\(pool.value)'", at: pool.span,
            hint: suggestion(for: pool.value, among: lab.pools.keys.sorted()) ?? "pools are declared under 'pools'")
    }
}

extension AddressPool {
    /// What links, segments and loopbacks take where nothing else is said (RFC 1918, RFC 4193).
    static let builtIn: [String: AddressPool] = [
        "p2p": AddressPool(prefixes(0x0a00_0000, 12, 0xfd00_000a), lengths: [.ipv4: 31, .ipv6: 127]),
        "lan": AddressPool(prefixes(0x0a10_0000, 12, 0xfd00_000b), lengths: [.ipv4: 24, .ipv6: 64]),
        "loopback": AddressPool(prefixes(0x0aff_0000, 16, 0xfd00_000c), lengths: [.ipv4: 32, .ipv6: 128]),
    ]

    private static func prefixes(_ ipv4: UInt32, _ length: Int, _ ipv6: UInt32) -> [IPPrefix] {
        [
            IPPrefix(.v4(IPv4Address(ipv4)), length: length),
            IPPrefix(.v6(IPv6Address(UInt128(ipv6) << 96)), length: 48),
        ].compactMap(\.self)
    }
}
