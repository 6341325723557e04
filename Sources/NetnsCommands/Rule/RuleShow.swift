// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Shows the rules that the words choose.
struct RuleShow: ShowOperation {
    var request: ShowRequest
    var family: AddressFamily?
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "rule show")
        let words = try RuleWords(&parser)
        let family = try words.family(parser, self.family)
        try request.showRows(
            { session, _ in
                try session.ask { (socket) throws(NetlinkError) in try socket.rules(family) }.filter(words.choose)
            },
            json: { json, rule, _ in json.members(of: rule) },
            text: { text, rule, _ in text.rule(rule, details: request.details) })
    }
}

extension JSONWriter {
    /// The members of a rule, with the keys of `ip -j -d rule show`.
    mutating func members(of rule: Rule) {
        member("priority", rule.priority ?? 0)
        if rule.isInverted { null("not") }
        selectorMembers(of: rule)
        if rule.table != .unspecified {
            member("table", rule.table.name)
            member("suppress_prefixlen", rule.suppressedPrefixLength)
            member("suppress_ifgroup", rule.suppressedGroup.map(NameTable.groups.text(of:)))
        } else if rule.usesDeviceTable {
            null("l3mdev")
        }
        if let realms = rule.realms {
            if realms >> 16 != 0 { member("flow_from", NameTable.realms.text(of: realms >> 16)) }
            member("flow_to", NameTable.realms.text(of: realms & 0xffff))
        }
        switch rule.action {
        case .lookup: break
        case .goto:
            member("goto", rule.target ?? 0)
            if rule.isUnresolved { null("unresolved") }
        case .nop: null("nop")
        // What kernels before 2.6 did, and none does since.
        case RuleAction(rawValue: RouteType.nat.rawValue): null("masquerade")
        default: member("action", rule.action.name)
        }
        member("protocol", rule.origin?.name)
    }

    private mutating func selectorMembers(of rule: Rule) {
        prefixMembers(rule.source ?? .defaultRoute(rule.family), "src")
        if let destination = rule.destination { prefixMembers(destination, "dst") }
        if rule.tos != 0 { member("tos", NameTable.trafficClasses.text(of: UInt32(rule.tos))) }
        if rule.hasMark {
            member("fwmark", hexadecimal(rule.mark ?? 0))
            if let mask = rule.markMask, mask != .max { member("fwmask", hexadecimal(mask)) }
        }
        member("iif", rule.inputInterface?.description)
        if rule.isInputDetached { null("iif_detached") }
        member("oif", rule.outputInterface?.description)
        if rule.isOutputDetached { null("oif_detached") }
        if rule.usesDeviceTable, rule.table != .unspecified { null("l3mdev") }
        member("uid_start", rule.users?.lowerBound)
        member("uid_end", rule.users?.upperBound)
        member("ipproto", rule.ipProtocol.map(ipProtocolText))
        portMembers(rule.sourcePorts, rule.sourcePortMask, "sport")
        portMembers(rule.destinationPorts, rule.destinationPortMask, "dport")
        member("tun_id", rule.tunnelID)
        member("dscp", rule.dscp.map(dscpText))
        member("dscp_mask", rule.dscpMask.map { hexadecimal(UInt32($0)) })
        if let label = rule.flowLabel {
            member("flowlabel", hexadecimal(label))
            member("flowlabel_mask", hexadecimal(rule.flowLabelMask ?? 0xfffff))
        }
    }

    private mutating func prefixMembers(_ prefix: IPPrefix, _ name: String) {
        member(name, prefix.isDefaultRoute ? "all" : prefix.address.description)
        if !prefix.isDefaultRoute, !prefix.isHost { member("\(name)len", prefix.length) }
    }

    private mutating func portMembers(_ ports: ClosedRange<UInt16>?, _ mask: UInt16?, _ name: String) {
        guard let ports else { return }
        if ports.count == 1 {
            member(name, ports.lowerBound)
            member("\(name)_mask", mask.map { hexadecimal(UInt32($0)) })
            return
        }
        member("\(name)_start", ports.lowerBound)
        member("\(name)_end", ports.upperBound)
    }
}

extension TextWriter {
    /// A rule as `ip rule show` prints it.
    mutating func rule(_ rule: Rule, details: Bool) {
        write(rule.priority ?? 0)
        write(":\t")
        if rule.isInverted { write("not ") }
        selectors(rule)
        if rule.table != .unspecified {
            field("lookup", rule.table.name)
            field("suppress_prefixlength", rule.suppressedPrefixLength.map { "\($0)" })
            field("suppress_ifgroup", rule.suppressedGroup.map(NameTable.groups.text(of:)))
        } else if rule.usesDeviceTable {
            write(" lookup [l3mdev-table]")
        }
        if let realms = rule.realms {
            write(" realms ")
            if realms >> 16 != 0 { write(escaping: "\(NameTable.realms.text(of: realms >> 16))/") }
            write(escaping: NameTable.realms.text(of: realms & 0xffff))
        }
        switch rule.action {
        case .lookup: break
        case .goto:
            field("goto", rule.target.map { "\($0)" } ?? "none")
            if rule.isUnresolved { write(" [unresolved]") }
        case RuleAction(rawValue: RouteType.nat.rawValue): write(" masquerade")
        default: write(" \(rule.action.name)")
        }
        if let origin = rule.origin, details || (origin != .unspecified && origin != .kernel) {
            field("proto", origin.name)
        }
        write("\n")
    }

    private mutating func selectors(_ rule: Rule) {
        write("from ")
        allOrPrefix(rule.source ?? .defaultRoute(rule.family))
        if let destination = rule.destination {
            write(" to ")
            allOrPrefix(destination)
        }
        if rule.tos != 0 { field("tos", NameTable.trafficClasses.text(of: UInt32(rule.tos))) }
        if rule.hasMark {
            let mask = rule.markMask.flatMap { $0 == .max ? nil : "/\(hexadecimal($0))" } ?? ""
            field("fwmark", hexadecimal(rule.mark ?? 0) + mask)
        }
        field("iif", rule.inputInterface?.description)
        if rule.isInputDetached { write(" [detached]") }
        field("oif", rule.outputInterface?.description)
        if rule.isOutputDetached { write(" [detached]") }
        if rule.usesDeviceTable, rule.table != .unspecified { write(" l3mdev") }
        field("uidrange", rule.users.map { "\($0.lowerBound)-\($0.upperBound)" })
        field("ipproto", rule.ipProtocol.map(ipProtocolText))
        field("sport", rule.sourcePorts.map { portText($0, rule.sourcePortMask) })
        field("dport", rule.destinationPorts.map { portText($0, rule.destinationPortMask) })
        field("tun_id", rule.tunnelID.map { "\($0)" })
        field("dscp", rule.dscp.map { maskedText(UInt32($0), rule.dscpMask.map(UInt32.init)) ?? dscpText($0) })
        field("flowlabel", rule.flowLabel.map { maskedText($0, rule.flowLabelMask) ?? hexadecimal($0) })
    }

    /// A blank, a word and its value, if there is one.
    private mutating func field(_ word: String, _ value: String?) {
        guard let value else { return }
        write(" \(word) ")
        write(escaping: value)
    }

    private mutating func allOrPrefix(_ prefix: IPPrefix) {
        if prefix.isDefaultRoute { write("all") } else { prefix.appendRouteText(to: &bytes) }
    }
}

extension Rule {
    /// Whether the mark is a selector.
    fileprivate var hasMark: Bool { mark != nil || markMask != nil }
}

/// `0x10/0xff`; nil without a mask.
private func maskedText(_ value: UInt32, _ mask: UInt32?) -> String? {
    mask.map { "\(hexadecimal(value))/\(hexadecimal($0))" }
}

private func portText(_ ports: ClosedRange<UInt16>, _ mask: UInt16?) -> String {
    if let mask, let text = maskedText(UInt32(ports.lowerBound), UInt32(mask)) { return text }
    return ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
}

/// A protocol by its name in /etc/protocols, or as ip(8) shows one without.
private func ipProtocolText(_ number: UInt8) -> String {
    NameTable.ipProtocols.name(of: UInt32(number)) ?? "ipproto-\(number)"
}

/// A DSCP by its name in /etc/iproute2/rt_dsfield, which has the whole byte, or in hexadecimal.
private func dscpText(_ dscp: UInt8) -> String {
    if dscp != 0, let name = NameTable.trafficClasses.name(of: UInt32(dscp) << 2) { return name }
    return "0x" + (dscp < 16 ? "0" : "") + String(dscp, radix: 16)
}

/// `0x1f`, and 0 without a prefix, as printf(3) has it with `%#x`.
private func hexadecimal(_ number: UInt32) -> String { number == 0 ? "0" : "0x" + String(number, radix: 16) }
