// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink
internal import SystemPackage

extension Rule {
    /// `RTM_NEWRULE` that makes the rule; one that is the same in all is an error (EEXIST).
    public func addRequest() -> Request<RuleMessage> { request(RTM_NEWRULE, [.create, .exclusive], "add") }

    /// `RTM_DELRULE` for the first rule that has all of this one; see `init(matching:)` for wildcards.
    public func deleteRequest() -> Request<RuleMessage> { request(RTM_DELRULE, [], "delete") }

    /// `rule of priority '10' from '10.0.0.0/8'`: how errors call the rule.
    var subject: String {
        var text = family == .ipv6 ? "IPv6 rule" : "rule"
        if let priority { text += " of priority '\(priority)'" }
        if let source { text += " from '\(source.isDefaultRoute ? "all" : source.routeText)'" }
        if let destination { text += " to '\(destination.isDefaultRoute ? "all" : destination.routeText)'" }
        return text
    }

    private func request(
        _ messageType: Int, _ requestFlags: RequestFlags, _ verb: String
    ) -> Request<RuleMessage> {
        let request = Request<RuleMessage>(
            messageType, flags: requestFlags, header: header, operation: "\(verb) \(subject)")
        let writer = request.attributes
        writer.put(.priority, ifPresent: priority)
        if let source, source.length > 0 { writer.put(.source, source.address) }
        if let destination, destination.length > 0 { writer.put(.destination, destination.address) }
        writer.put(.dscp, ifPresent: dscp)
        writer.put(.dscpMask, ifPresent: dscpMask)
        if let flowLabel {
            // The kernel takes both or none.
            writer.put(.flowLabel, NetworkOrder(flowLabel))
            writer.put(.flowLabelMask, NetworkOrder(flowLabelMask ?? Self.wholeFlowLabel))
        }
        writer.put(.mark, ifPresent: mark)
        writer.put(.markMask, ifPresent: markMask)
        writer.put(.inputInterface, ifPresent: inputInterface)
        writer.put(.outputInterface, ifPresent: outputInterface)
        writer.put(.users, ifPresent: users.map(RangeValue.init))
        writer.put(.ipProtocol, ifPresent: ipProtocol)
        writer.put(.sourcePorts, ifPresent: sourcePorts.map(RangeValue.init))
        writer.put(.destinationPorts, ifPresent: destinationPorts.map(RangeValue.init))
        writer.put(.sourcePortMask, ifPresent: sourcePortMask)
        writer.put(.destinationPortMask, ifPresent: destinationPortMask)
        writer.put(.tunnelID, ifPresent: tunnelID.map(NetworkOrder.init))
        if usesDeviceTable { writer.put(.deviceTable, 1) }
        if table.rawValue > UInt32(UInt8.max) { writer.put(.table, table.rawValue) }
        writer.put(.target, ifPresent: target)
        writer.put(.suppressedPrefixLength, ifPresent: suppressedPrefixLength)
        writer.put(.suppressedGroup, ifPresent: suppressedGroup)
        writer.put(.realms, ifPresent: realms)
        writer.put(.origin, ifPresent: origin?.rawValue)
        return request
    }

    private var header: fib_rule_hdr {
        var header = fib_rule_hdr()
        header.family = family.rawValue
        header.dst_len = UInt8(clamping: destination?.length ?? 0)
        header.src_len = UInt8(clamping: source?.length ?? 0)
        header.tos = tos
        // Either here or, when it needs more bits, in FRA_TABLE.
        header.table = UInt8(exactly: table.rawValue) ?? 0
        header.action = action.rawValue
        header.flags = isInverted ? UInt32(FIB_RULE_INVERT) : 0
        return header
    }

    /// `RTM_GETRULE` for the rules of a family, or of all.
    package static func listRequest(_ family: AddressFamily?) -> Request<RuleMessage> {
        var header = fib_rule_hdr()
        header.family = family?.rawValue ?? 0
        return Request<RuleMessage>(RTM_GETRULE, header: header, operation: "list rules")
    }
}

extension RouteSocket {
    /// Makes a rule. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `EEXIST` when there is one that is the same in all.
    public mutating func addRule(_ rule: Rule) throws(NetlinkError) {
        try socket.acknowledge(rule.addRequest())
    }

    /// Deletes the first rule that has all of `rule`, which may have wildcards. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is none.
    public mutating func deleteRule(_ rule: Rule) throws(NetlinkError) {
        try socket.acknowledge(rule.deleteRequest())
    }

    /// Deletes many rules, packed into few datagrams. Needs `CAP_NET_ADMIN`.
    ///
    /// One that has gone meanwhile counts as deleted.
    ///
    /// - Returns: the refusals.
    public mutating func deleteRules(_ rules: [Rule]) throws(NetlinkError) -> [KernelError] {
        try socket.transact(rules.map { $0.deleteRequest().erased }).compactMap { refusal in
            refusal?.errno == .noSuchFileOrDirectory ? nil : refusal
        }
    }

    /// The rules of a family, or of both, in the order in which the kernel goes through them.
    public mutating func rules(_ family: AddressFamily? = nil) throws(NetlinkError) -> [Rule] {
        var rules: [Rule] = []
        try socket.dump(Rule.listRequest(family), restart: { rules.removeAll() }) {
            (_, payload) throws(MalformedReply) in
            if let rule = try Rule(decoding: payload), family == nil || rule.family == family { rules.append(rule) }
        }
        return rules
    }
}
