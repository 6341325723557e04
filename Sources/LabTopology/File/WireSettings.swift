// SPDX-License-Identifier: Apache-2.0

public import Addressing

/// What the file says of a link, or of a segment in as far as they are alike.
public struct WireSettings: Sendable {
    /// `pool`; nil takes the built-in one.
    public var pool: Located<String>?
    /// `ipv4`, `ipv6`, or `subnet`: the networks, in place of ones from the pool.
    public var subnets: [Located<IPPrefix>] = []
    /// Families that get no addresses: `ipv4: none`.
    public var unnumbered: Set<AddressFamily> = []
    /// In bytes.
    public var mtu: Located<UInt32>?
    /// Whether it is up.
    public var isUp = true
    /// `impair`
    public var impairment: ImpairmentSetting?
    /// What the way over it costs, for `routing: static`.
    public var cost = 1
    /// `labels`
    public var labels: [(name: String, value: String)] = []

    static let keys = ["pool", "ipv4", "ipv6", "mtu", "up", "impair", "cost", "labels"]
    static let aliases: KeyValuePairs = [
        "impairment": "impair", "netem": "impair", "delay": "impair", "loss": "impair", "rate": "impair",
        "latency": "impair", "bandwidth": "impair", "cidr": "ipv4", "endpoints": "pattern", "metric": "cost",
        "weight": "cost",
    ]

    init(_ map: MapReader, _ diagnostics: inout Diagnostics) {
        pool = map["pool"]?.string("'pool'", &diagnostics)
        for (key, family) in [("ipv4", AddressFamily.ipv4), ("ipv6", .ipv6)] {
            guard let value = map[key] else { continue }
            if value.text == "none" || value.bool == false {
                unnumbered.insert(family)
            } else {
                subnets += value.addresses(family, "'\(key)'", &diagnostics)
            }
        }
        if let value = map["mtu"] { mtu = value.number("'mtu'", 68...65_535, &diagnostics) }
        isUp = map["up"]?.flag("'up'", &diagnostics) ?? true
        impairment = map["impair"].map { ImpairmentSetting($0, &diagnostics) }
        cost = map["cost"]?.number("'cost'", 1...65_535, &diagnostics)?.value ?? 1
        for entry in map["labels"]?.mapEntries("'labels'", &diagnostics) ?? [] {
            if let name = entry.key.text, let value = entry.value.string("a label", &diagnostics) {
                labels.append((name, value.value))
            }
        }
    }
}

/// What the file says of a segment.
public struct SegmentSettings: Sendable {
    /// What it has in common with a link.
    public var wire: WireSettings
    /// `members`, in order.
    var members: [MemberSetting] = []
    /// `gateway`: a selector of nodes.
    var gateway: Located<String>?
    /// `host`: the machine itself on the segment.
    var host: HostSetting?
    /// `uplink`: a device of the machine that becomes a port.
    public var uplink: Located<InterfaceName>?
    /// `stp`, `vlan_filtering`
    public var hasSpanningTree = false, filtersVLANs = false

    /// Members, and the VLANs of their ports.
    struct MemberSetting: Sendable {
        var selector: Located<String>
        var vlans = PortVLANSetting()
    }

    /// The machine's own interface on the segment.
    struct HostSetting: Sendable {
        /// nil is the first free one.
        var address: Located<IPAddress>?
        var translates = false
        var span: SourceSpan
    }

    static let keys = WireSettings.keys + ["subnet", "members", "gateway", "host", "uplink", "stp", "vlan_filtering"]
    static let aliases: KeyValuePairs = [
        "network": "subnet", "subnets": "subnet", "nodes": "members", "ports": "members", "router": "gateway",
        "gateways": "gateway", "impairment": "impair", "netem": "impair", "delay": "impair", "nat": "host",
        "cidr": "subnet",
    ]

    init(_ node: YAMLNode, _ diagnostics: inout Diagnostics) {
        let map = MapReader(node, "a segment", keys: Self.keys, aliases: Self.aliases, &diagnostics)
        wire = WireSettings(map, &diagnostics)
        if let value = map["subnet"] { wire.subnets += value.prefixes("'subnet'", &diagnostics) }
        for value in map["members"]?.oneOrMore ?? [] { members += MemberSetting.read(value, &diagnostics) }
        gateway = map["gateway"]?.string("'gateway'", &diagnostics)
        if let value = map["host"] { host = HostSetting(value, &diagnostics) }
        uplink = map["uplink"]?.interfaceName("'uplink'", &diagnostics)
        hasSpanningTree = map["stp"]?.flag("'stp'", &diagnostics) ?? false
        filtersVLANs = map["vlan_filtering"]?.flag("'vlan_filtering'", &diagnostics) ?? false
        if let member = members.first(where: { !$0.vlans.isNone }), !filtersVLANs {
            if map["vlan_filtering"] == nil {
                filtersVLANs = true
            } else {
                diagnostics.error(
                    .badValue, "a port has VLANs, and 'vlan_filtering' is false", at: member.selector.span)
            }
        }
    }
}

/// The VLANs of a port of a segment that filters them.
public struct PortVLANSetting: Hashable, Sendable {
    /// `vlan`: untagged, and of what comes in untagged.
    public var untagged: UInt16?
    /// `vlans`: tagged.
    public var tagged: [UInt16] = []
    /// Whether the port is left as the kernel makes it.
    public var isNone: Bool { untagged == nil && tagged.isEmpty }

    /// The kernel's own.
    public init() {}
}

extension SegmentSettings.MemberSetting {
    /// A selector, or a map of selectors to settings of their ports.
    static func read(_ node: YAMLNode, _ diagnostics: inout Diagnostics) -> [Self] {
        guard let entries = node.entries else {
            return node.string("a member", &diagnostics).map { [Self(selector: $0)] } ?? []
        }
        return entries.compactMap { entry in
            guard let selector = entry.key.string("a member", &diagnostics) else { return nil }
            var member = Self(selector: selector)
            let map = MapReader(entry.value, "a member", keys: ["vlan", "vlans"], &diagnostics)
            member.vlans.untagged = map["vlan"]?.number("'vlan'", 1...4094, &diagnostics)?.value
            for value in map["vlans"]?.oneOrMore ?? [] {
                guard let text = value.string("'vlans'", &diagnostics) else { continue }
                let ends = text.value.split(separator: "-").map { UInt16($0) ?? 0 }
                guard let first = ends.first, let last = ends.last, ends.count <= 2, 1 <= first, first <= last,
                    last <= 4094
                else {
                    diagnostics.error(
                        .badValue, "'\(text.value)' is no VLAN from 1 to 4094, nor a range of them", at: text.span)
                    continue
                }
                member.vlans.tagged += first...last
            }
            member.vlans.tagged = Array(Set(member.vlans.tagged)).sorted()
            return member
        }
    }
}

extension SegmentSettings.HostSetting {
    fileprivate init?(_ node: YAMLNode, _ diagnostics: inout Diagnostics) {
        span = node.span
        if let flag = node.bool {
            if !flag { return nil }
            return
        }
        let map = MapReader(node, "'host'", keys: ["address", "nat"], aliases: ["ip": "address"], &diagnostics)
        if let value = map["address"], value.text != "first" {
            address = value.parsed("'address'", &diagnostics) { (text) throws(AddressingError) in
                try IPAddress(parsing: text)
            }
        }
        translates = map["nat"]?.flag("'nat'", &diagnostics) ?? false
    }
}
