// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem

extension LabExpansion {
    /// `BR_MAX_PORTS` of net/bridge/br_private.h, less port 0.
    static let maximumPorts = 1023

    mutating func expandSegment(_ declaration: LabFile.Declaration, _ diagnostics: inout Diagnostics) {
        guard let names = expand(declaration.key, &diagnostics) else { return }
        let merged = declaration.settings.over(
            file.defaults["segment"] ?? YAMLNode(.mapping([]), declaration.settings.span))
        let isTemplate = merged.hasTemplates
        let shared = isTemplate ? nil : SegmentSettings(merged, &diagnostics)
        var dealt: Dealt?
        if let shared { dealt = deal(shared, to: names.count, at: declaration, &diagnostics) }
        for (position, name) in names.enumerated() {
            if let flaw = nameFlaw(name.text, maximumCount: Self.maximumNodeNameLength) {
                diagnostics.error(
                    flaw.code, "the segment's name '\(name.text)' \(flaw.message)", at: declaration.key.span)
                break
            }
            if let first = lab.segments.first(where: { $0.name == name.text }) {
                diagnostics.error(
                    .duplicateSegment, "the segment '\(name.text)' is declared twice", at: declaration.key.span,
                    notes: [Diagnostic.Note("first declared here", at: first.span)])
                continue
            }
            let template = NumberTemplate(number: name.number, position: position + 1)
            let settings = shared ?? SegmentSettings(merged.filled(template, &diagnostics), &diagnostics)
            let own = dealt ?? deal(settings, to: 1, at: declaration, &diagnostics)
            let block = dealt == nil ? 0 : position
            guard own.members.indices.contains(block), let bridge = deviceName(for: name.text) else { continue }
            var segment = LabSegment(name: name.text, settings: settings, bridge: bridge, span: declaration.key.span)
            segment.hasHost = settings.host != nil
            segment.translates = settings.host?.translates ?? false
            segment.members = own.members[block]
            addGateways(own.gateways[block], settings.gateway, to: &segment, &diagnostics)
            check(segment, count: names.count, &diagnostics)
            lab.segments.append(segment)
        }
    }

    /// The members and gateways of each of the segments of one declaration.
    private struct Dealt {
        var members: [[LabSegment.Member]]
        var gateways: [[SelectedEnd]]
    }

    private func deal(
        _ settings: SegmentSettings, to count: Int, at declaration: LabFile.Declaration,
        _ diagnostics: inout Diagnostics
    ) -> Dealt {
        var result = Dealt(
            members: Array(repeating: [], count: count), gateways: Array(repeating: [], count: count))
        for member in settings.members {
            let blocks = blocks(of: member.selector, count, declaration, "members", &diagnostics)
            for (position, block) in blocks.enumerated() {
                for end in block {
                    guard let port = memberPort(end, at: member.selector.span, &diagnostics) else { continue }
                    result.members[position].append(
                        LabSegment.Member(port: port, vlans: member.vlans, span: member.selector.span))
                }
            }
        }
        if let gateway = settings.gateway {
            for (position, block) in blocks(of: gateway, count, declaration, "gateways", &diagnostics).enumerated() {
                result.gateways[position] = block
            }
        }
        return result
    }

    /// A ranged value in equal consecutive blocks; a single node is in each of them.
    private func blocks(
        of selector: Located<String>, _ count: Int, _ declaration: LabFile.Declaration, _ what: String,
        _ diagnostics: inout Diagnostics
    ) -> [[SelectedEnd]] {
        let ends = Selector.resolve(selector.value, at: selector.span, in: index, &diagnostics)
        guard count > 1, ends.count > 1 else { return Array(repeating: ends, count: count) }
        guard ends.count % count == 0 else {
            let share = ends.count / count
            let rest = ends.count - share * count
            diagnostics.error(
                .unevenBlocks,
                "\(ends.count) \(what) cannot be dealt evenly to \(count) segments"
                    + (share > 0 ? " (\(share) each leaves \(rest))" : ""), at: selector.span,
                notes: [Diagnostic.Note("\(count) segments are declared here", at: declaration.key.span)])
            return Array(repeating: [], count: count)
        }
        let share = ends.count / count
        return (0..<count).map { Array(ends[($0 * share)..<(($0 + 1) * share)]) }
    }

    private func memberPort(
        _ end: SelectedEnd, at span: SourceSpan, _ diagnostics: inout Diagnostics
    ) -> LabPort? {
        guard let text = end.port else { return LabPort(node: end.node) }
        do throws(AddressingError) {
            return LabPort(node: end.node, interface: try InterfaceName(parsing: text))
        } catch {
            diagnostics.error(
                text.utf8.count > InterfaceName.maximumCount ? .nameTooLong : .badName, "\(error)", at: span)
            return nil
        }
    }

    /// A gateway that is no member yet becomes one, before the others.
    private func addGateways(
        _ ends: [SelectedEnd], _ selector: Located<String>?, to segment: inout LabSegment,
        _ diagnostics: inout Diagnostics
    ) {
        var added = 0
        for end in ends {
            if let position = segment.members.firstIndex(where: { $0.port.node == end.node }) {
                segment.gateways.append(position)
                continue
            }
            guard let span = selector?.span, let port = memberPort(end, at: span, &diagnostics) else { continue }
            segment.members.insert(
                LabSegment.Member(port: port, vlans: PortVLANSetting(), span: span), at: added)
            segment.gateways = segment.gateways.map { $0 >= added ? $0 + 1 : $0 } + [added]
            added += 1
        }
    }

    private func check(_ segment: LabSegment, count: Int, _ diagnostics: inout Diagnostics) {
        checkPool(segment.settings.wire.pool, &diagnostics)
        let ports = segment.members.count + (segment.hasHost ? 1 : 0) + (segment.settings.uplink == nil ? 0 : 1)
        if ports > Self.maximumPorts {
            diagnostics.error(
                .tooManyPorts,
                "the segment '\(segment.name)' has \(ports) ports, and a bridge has \(Self.maximumPorts) at most",
                at: segment.settings.members.first?.selector.span ?? segment.span,
                hint: "make it several segments with a gateway between them")
        }
        if count > 1, let subnet = segment.settings.wire.subnets.first, !file.hasTemplates(segment.span) {
            diagnostics.error(
                .overlappingSubnets, "\(count) segments can't share the network \(subnet.value)", at: subnet.span,
                hint: "give them a pool, or use {i} in the network")
        }
        var met: [Int: SourceSpan] = [:]
        for member in segment.members {
            guard let node = member.port.node, member.port.interface == nil else { continue }
            if let first = met[node] {
                diagnostics.error(
                    .portTaken, "'\(lab.nodes[node].name)' is a member of '\(segment.name)' twice", at: member.span,
                    hint: "name the ports, as in '\(lab.nodes[node].name):eth1', where that is meant",
                    notes: [Diagnostic.Note("first here", at: first)])
            } else {
                met[node] = member.span
            }
        }
    }

    /// A device's name for something with a longer one: it is kept where it fits.
    func deviceName(for name: String) -> InterfaceName? {
        if let whole = InterfaceName(name) { return whole }
        return InterfaceName("\(name.prefix(6))-\(hexadecimal(stableHash(of: name), digits: 8))")
    }
}

extension LabFile {
    /// Whether the declaration at a place has templates in its settings.
    fileprivate func hasTemplates(_ span: SourceSpan) -> Bool {
        segments.first { $0.key.span == span }?.settings.hasTemplates ?? false
    }
}

/// FNV-1a over the text: the same on every run and machine.
func stableHash(of text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

/// The lowest digits.
func hexadecimal(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(digits - text.count, 0)) + text.suffix(digits)
}
