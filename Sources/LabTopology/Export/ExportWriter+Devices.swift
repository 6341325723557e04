// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

extension ExportWriter {
    /// Writes the devices of a node: ends of links under `interfaces`, the rest under its kind.
    mutating func writeDevices(of namespace: LiveNamespace, into node: inout LabFileDraft.Node) {
        var interfaces: [DraftValue.Entry] = []
        var byKind: [(key: String, entries: [DraftValue.Entry])] = [
            ("bridges", []), ("vrfs", []), ("vlans", []), ("vxlans", []), ("devices", []),
        ]
        for link in namespace.links {
            let name = "\(link.name)"
            guard isOurs(link, in: namespace) else {
                if namespace.attachedNode != nil { continue }
                draft.remark("\(namespace.name): the device '\(name)', which is not the lab's")
                continue
            }
            if link.flags.contains(.loopback) {
                if !link.flags.contains(.up), namespace.attachedNode == nil {
                    interfaces.append(
                        DraftValue.Entry(key: name, value: .map([DraftValue.Entry(key: "up", value: .flag(false))])))
                }
                continue
            }
            remarkMore(of: link, in: namespace)
            if link.kind == "veth" {
                if let flaw = flaw(ofPair: link, in: namespace) {
                    draft.remark("\(namespace.name): the veth '\(name)': \(flaw)")
                } else {
                    let settings = settings(
                        of: link, in: namespace, mtu: usualMTU(of: link, in: namespace),
                        address: usualAddress(of: link, in: namespace))
                    if !settings.isEmpty { interfaces.append(DraftValue.Entry(key: name, value: .map(settings))) }
                }
                continue
            }
            guard let (key, settings) = device(link, in: namespace) else { continue }
            if namespace.impairment(of: link) != nil {
                draft.remark("\(namespace.name): the impairment of '\(name)', which is no end of a link")
            }
            for position in byKind.indices where byKind[position].key == key {
                byKind[position].entries.append(DraftValue.Entry(key: name, value: .map(settings)))
            }
        }
        if !interfaces.isEmpty { node.set("interfaces", .map(interfaces)) }
        for kind in byKind where !kind.entries.isEmpty { node.set(kind.key, .map(kind.entries)) }
    }

    /// What any device can have.
    private mutating func settings(
        of link: Link, in namespace: LiveNamespace, mtu: UInt32?, address: MACAddress?
    ) -> [DraftValue.Entry] {
        var result: [DraftValue.Entry] = []
        let addresses = addresses(of: link, in: namespace)
        for (key, family) in [("ipv4", AddressFamily.ipv4), ("ipv6", .ipv6)] {
            if let value = DraftValue.oneOrMore(addresses.filter { $0.family == family }.map(\.description)) {
                result.append(DraftValue.Entry(key: key, value: value))
            }
        }
        if let mac = link.address.flatMap({ MACAddress($0) }), mac != address, mac.isAssignable {
            result.append(DraftValue.Entry("mac", "\(mac)"))
        }
        if let own = link.mtu, own != mtu, own <= 65_535 {
            result.append(DraftValue.Entry(key: "mtu", value: .number(Int(own))))
        }
        if !link.flags.contains(.up) { result.append(DraftValue.Entry(key: "up", value: .flag(false))) }
        return result
    }

    /// The key under which a device stands, and its settings; nil when it can't be said.
    private mutating func device(
        _ link: Link, in namespace: LiveNamespace
    ) -> (key: String, settings: [DraftValue.Entry])? {
        func entry(_ key: String, _ value: DraftValue) -> DraftValue.Entry { DraftValue.Entry(key: key, value: value) }
        let ports = namespace.links.filter { $0.master == link.index && isOurs($0, in: namespace) }
            .map { DraftValue.text("\($0.name)") }
        let parent = namespace.link(link.link)
        var own: [DraftValue.Entry] = []
        var usual: UInt32? = 1500
        var usualAddress: MACAddress?
        let key: String
        switch link.options {
        case let bridge as BridgeOptions:
            key = "bridges"
            if bridge.spanningTree.map({ $0 != .off }) == true { own.append(entry("stp", .flag(true))) }
            if bridge.vlanFiltering == true {
                own.append(entry("vlan_filtering", .flag(true)))
                draft.remark("\(namespace.name): the VLANs of the ports of '\(link.name)'")
            }
            if !ports.isEmpty { own.append(entry("interfaces", .list(ports))) }
        case let vrf as VrfOptions:
            key = "vrfs"
            own.append(entry("table", .number(Int(vrf.table ?? 0))))
            if !ports.isEmpty { own.append(entry("interfaces", .list(ports))) }
            usual = link.mtu
        case let vlan as VlanOptions where link.linkNamespaceID == nil && parent != nil:
            key = "vlans"
            own.append(entry("link", .text(parent.map { "\($0.name)" } ?? "")))
            own.append(entry("id", .number(Int(vlan.identifier ?? 0))))
            if let proto = vlan.protocol, proto != .customer {
                draft.remark("\(namespace.name): the protocol of the VLAN '\(link.name)'")
            }
            usual = parent?.mtu
            usualAddress = parent?.address.flatMap { MACAddress($0) }
        case let vxlan as VxlanOptions:
            key = "vxlans"
            own.append(entry("vni", .number(Int(vxlan.identifier ?? 0))))
            if let local = vxlan.local, !local.isUnspecified { own.append(entry("local", .text("\(local)"))) }
            if let remote = vxlan.remote, !remote.isUnspecified { own.append(entry("remote", .text("\(remote)"))) }
            if let port = vxlan.destinationPort, port != 4789 { own.append(entry("port", .number(Int(port)))) }
            if let index = vxlan.link, index != 0, let name = namespace.names[index] {
                own.append(entry("link", .text("\(name)")))
            }
            usual = nil
        default:
            if let setting = recordedDevice(link.name, of: namespace.node),
                case .other(let kind, let options) = setting.kind
            {
                key = "devices"
                own.append(entry("kind", .text(kind)))
                if !options.isEmpty { own.append(entry("options", .list(options.map { .text($0) }))) }
                if !setting.members.isEmpty {
                    own.append(entry("interfaces", .list(setting.members.map { .text("\($0.value)") })))
                }
            } else if let kind = link.kind, ["dummy", "ifb", "nlmon"].contains(kind) {
                key = "devices"
                own.append(entry("kind", .text(kind)))
            } else {
                draft.remark(
                    "\(namespace.name): the \(link.kind.map { "\($0) device" } ?? "hardware device") '\(link.name)'")
                return nil
            }
        }
        return (key, own + settings(of: link, in: namespace, mtu: usual, address: usualAddress))
    }

    private mutating func remarkMore(of link: Link, in namespace: LiveNamespace) {
        if let alias = link.alias { draft.remark("\(namespace.name): the alias '\(alias)' of '\(link.name)'") }
        if let group = link.group, group != 0 { draft.remark("\(namespace.name): the group of '\(link.name)'") }
        guard let root = namespace.disciplines.first(where: { $0.index == link.index && $0.parent == .root }),
            !["noqueue", "netem", "tbf", "mq", "pfifo_fast", "fq_codel", "pfifo"].contains(root.kind)
        else { return }
        draft.remark("\(namespace.name): the queueing discipline '\(root.kind)' of '\(link.name)'")
    }

    // MARK: Parameters

    /// The parameters that differ from those of a namespace that nobody has touched, and whether it forwards.
    func parameters(of namespace: LiveNamespace) -> (parameters: [DraftValue.Entry], forwards: Bool) {
        guard let values = try? LabTopology.parameters(of: namespace.namespace) else { return ([], false) }
        let forwards =
            values["net.ipv4.ip_forward"] == "1" && values["net.ipv6.conf.all.forwarding"] ?? "1" == "1"
        var result: [DraftValue.Entry] = []
        for key in values.keys.sorted() {
            guard let value = values[key], isWorthSaying(key, value, values, forwards) else { continue }
            result.append(DraftValue.Entry(key, value))
        }
        return (result, forwards)
    }

    private func isWorthSaying(
        _ key: String, _ value: String, _ values: [String: String], _ forwards: Bool
    ) -> Bool {
        let parts = key.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 5, parts[1] == "ipv4" || parts[1] == "ipv6", parts[2] == "conf" || parts[2] == "neigh" {
            let name = parts[4]
            // One file with another name, and what follows from it.
            if name == "forwarding" {
                if parts[1] == "ipv4", parts[3] == "all" { return false }
                if parts[3] != "all", value == values["net.\(parts[1]).conf.all.forwarding"] { return false }
                return !(forwards && parts[3] == "all") && value != baseline[key]
            }
            if forwards, name == "accept_redirects", value == "0" { return false }
            if name == "mtu" || name == "mc_forwarding" || name == "stable_secret" { return false }
            // What labs do themselves.
            if lab != nil, key == "net.ipv6.conf.default.accept_dad", value == "0" { return false }
            if parts[3] == "all" || parts[3] == "default" || parts[3] == "lo" {
                return value != baseline[key] && (parts[3] != "lo" || value != values[defaultKey(parts)])
                    && isSettable(key)
            }
            // What the kernel sets by itself for some kinds of device.
            if ["accept_dad", "use_tempaddr", "autoconf", "rtr_solicits"].contains(name), value != "1" { return false }
            guard let usual = values[defaultKey(parts)] else { return false }
            return value != usual
        }
        if key == "net.ipv4.ip_forward" { return !forwards && value != baseline[key] }
        return baseline[key] != nil && value != baseline[key] && isSettable(key)
    }

    private func defaultKey(_ parts: [String]) -> String { "net.\(parts[1]).\(parts[2]).default.\(parts[4])" }

    /// Not what the kernel only shows.
    private func isSettable(_ key: String) -> Bool {
        let path = "/proc/sys/" + key.split(separator: ".").joined(separator: "/")
        guard let status = try? FileStatus(of: path) else { return true }
        return status.mode & 0o222 != 0
    }
}

extension RouteState {
    /// As the file says it.
    var draft: [DraftValue.Entry] {
        let hasGateway = hops.contains { $0.gateway != nil }
        var result = [
            DraftValue.Entry("to", destination.isDefaultRoute && hasGateway ? "default" : "\(destination)")
        ]
        if type != "unicast" { result.append(DraftValue.Entry("type", type)) }
        if hops.count == 1 {
            if let gateway = hops[0].gateway { result.append(DraftValue.Entry("via", "\(gateway)")) }
            if let device = hops[0].device { result.append(DraftValue.Entry("dev", "\(device)")) }
        } else if !hops.isEmpty {
            let list = hops.map { hop in
                var entries: [DraftValue.Entry] = []
                if let gateway = hop.gateway { entries.append(DraftValue.Entry("via", "\(gateway)")) }
                if let device = hop.device { entries.append(DraftValue.Entry("dev", "\(device)")) }
                return DraftValue.map(entries)
            }
            result.append(DraftValue.Entry(key: "hops", value: .list(list)))
        }
        if let source { result.append(DraftValue.Entry("src", "\(source)")) }
        if let metric { result.append(DraftValue.Entry(key: "metric", value: .number(Int(metric)))) }
        if let table { result.append(DraftValue.Entry(key: "table", value: .number(Int(table)))) }
        return result
    }
}

extension PortVLANSetting {
    /// As the file says it.
    var draft: [DraftValue.Entry] {
        var result: [DraftValue.Entry] = []
        if let untagged { result.append(DraftValue.Entry(key: "vlan", value: .number(Int(untagged)))) }
        if let value = DraftValue.oneOrMore(tagged.map { "\($0)" }) {
            result.append(DraftValue.Entry(key: "vlans", value: value))
        }
        return result
    }
}

extension ProcessSetting {
    /// As the file says it.
    var draft: [DraftValue.Entry] {
        var result = [
            DraftValue.Entry("name", name),
            DraftValue.Entry(key: "cmd", value: .list(command.map { .text($0) })),
        ]
        if let readiness {
            result.append(DraftValue.Entry("ready", readiness))
            result.append(DraftValue.Entry("within", DraftValue.time(readyWithin)))
        }
        if restart != "never" { result.append(DraftValue.Entry("restart", restart)) }
        if !environment.isEmpty {
            let entries = environment.map { variable in
                let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return DraftValue.Entry(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            }
            result.append(DraftValue.Entry(key: "env", value: .map(entries)))
        }
        if let user { result.append(DraftValue.Entry("user", user)) }
        if let log { result.append(DraftValue.Entry("log", log)) }
        return result
    }
}

extension DraftValue {
    /// `5ms`
    static func time(_ duration: Duration) -> String {
        let nanoseconds = duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
        for (unit, size) in [("s", Int64(1_000_000_000)), ("ms", 1_000_000), ("us", 1000)]
        where nanoseconds % size == 0 {
            return "\(nanoseconds / size)\(unit)"
        }
        return "\(nanoseconds)ns"
    }

    /// `10mbit`
    static func rate(_ bytesPerSecond: UInt64) -> String { labRateText(bytesPerSecond) }

    /// `0.1%`
    static func percentage(_ share: Double) -> String {
        // Finer than the kernel's 32 bits.
        let value = (share * 1e12).rounded() / 1e10
        return value == value.rounded() ? "\(Int(value))%" : "\(value)%"
    }

    /// Both directions as the file says them; nil where nothing is impaired.
    static func impairment(_ forward: LinkImpairment?, _ reverse: LinkImpairment?) -> DraftValue? {
        let (first, second) = (forward?.draft ?? [], reverse?.draft ?? [])
        if first.isEmpty, second.isEmpty { return nil }
        if forward == reverse { return .map(first) }
        var entries: [Entry] = []
        if !first.isEmpty { entries.append(Entry(key: "forward", value: .map(first))) }
        if !second.isEmpty { entries.append(Entry(key: "reverse", value: .map(second))) }
        return .map(entries)
    }
}

extension LinkImpairment {
    /// As the file says it.
    fileprivate var draft: [DraftValue.Entry] {
        var result: [DraftValue.Entry] = []
        if delay > .zero { result.append(DraftValue.Entry("delay", DraftValue.time(delay))) }
        if jitter > .zero { result.append(DraftValue.Entry("jitter", DraftValue.time(jitter))) }
        for (key, share) in [
            ("loss", loss), ("loss_correlation", lossCorrelation), ("duplicate", duplicate), ("corrupt", corrupt),
            ("reorder", reorder),
        ] where share > 0 {
            result.append(DraftValue.Entry(key, DraftValue.percentage(share)))
        }
        if let bytesPerSecond { result.append(DraftValue.Entry("rate", DraftValue.rate(bytesPerSecond))) }
        if let burst { result.append(DraftValue.Entry("burst", "\(burst)b")) }
        if let limit { result.append(DraftValue.Entry(key: "limit", value: .number(Int(limit)))) }
        // Not the seed: the kernel chooses one where none is given, which can't be told from one that was.
        return result
    }
}
