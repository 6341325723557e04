// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// What a lab needs of the kernel beyond what every kernel with namespaces has.
public enum LabFeature: Hashable, Sendable {
    /// A kind of link.
    case linkKind(String)
    /// A queueing discipline.
    case discipline(String)
    /// Bridges that filter VLANs.
    case vlanFiltering
    /// Translation of addresses.
    case addressTranslation

    /// What is missing, and the option of the kernel that brings it.
    public var text: String {
        switch self {
        case .linkKind(let kind): "links of the kind '\(kind)'" + (Self.options[kind].map { " (\($0))" } ?? "")
        case .discipline(let kind): "the qdisc '\(kind)'" + (Self.options[kind].map { " (\($0))" } ?? "")
        case .vlanFiltering: "bridges that filter VLANs (CONFIG_BRIDGE_VLAN_FILTERING)"
        case .addressTranslation: "nf_tables with masquerading (CONFIG_NF_TABLES, CONFIG_NFT_NAT, CONFIG_NFT_MASQ)"
        }
    }

    private static let options: KeyValuePairs = [
        "netem": "CONFIG_NET_SCH_NETEM", "tbf": "CONFIG_NET_SCH_TBF", "veth": "CONFIG_VETH", "bridge": "CONFIG_BRIDGE",
        "vlan": "CONFIG_VLAN_8021Q", "vxlan": "CONFIG_VXLAN", "vrf": "CONFIG_NET_VRF", "dummy": "CONFIG_DUMMY",
        "bond": "CONFIG_BONDING", "macvlan": "CONFIG_MACVLAN", "ipvlan": "CONFIG_IPVLAN",
        "wireguard": "CONFIG_WIREGUARD",
    ]
}

extension KeyValuePairs where Key == String, Value == String {
    fileprivate subscript(key: String) -> String? { first { $0.key == key }?.value }
}

extension Lab {
    /// What the lab needs of the kernel, each with the place that needs it.
    public var neededFeatures: [Located<LabFeature>] {
        var features: [Located<LabFeature>] = []
        func need(_ feature: LabFeature, _ span: SourceSpan) {
            if !features.contains(where: { $0.value == feature && $0.span == span }) {
                features.append(Located(feature, at: span))
            }
        }
        func need(_ setting: ImpairmentSetting?, _ span: SourceSpan) {
            guard let setting else { return }
            for one in [setting.forward, setting.reverse] where !one.isNone {
                need(.discipline(one.isRateAlone ? "tbf" : "netem"), span)
            }
        }
        if !links.isEmpty || !segments.isEmpty { need(.linkKind("veth"), links.first?.span ?? segments[0].span) }
        for link in links { need(link.settings.impairment, link.span) }
        for segment in segments {
            need(.linkKind("bridge"), segment.span)
            need(segment.settings.wire.impairment, segment.span)
            if segment.settings.filtersVLANs { need(.vlanFiltering, segment.span) }
            if segment.translates { need(.addressTranslation, segment.settings.host?.span ?? segment.span) }
        }
        for node in nodes {
            for device in node.settings.devices {
                switch device.kind {
                case .vlan: need(.linkKind("vlan"), device.name.span)
                case .vxlan: need(.linkKind("vxlan"), device.name.span)
                case .vrf: need(.linkKind("vrf"), device.name.span)
                case .bridge(_, let filters):
                    need(.linkKind("bridge"), device.name.span)
                    if filters { need(.vlanFiltering, device.name.span) }
                case .other(let kind, _): need(.linkKind(kind), device.name.span)
                }
            }
        }
        return features
    }
}

/// Asks the kernel for what a lab needs, in a namespace of its own that nobody sees.
public struct KernelSupport: ~Copyable {
    private var socket: RouteSocket
    private var known: [LabFeature: Bool] = [:]

    /// Needs `CAP_SYS_ADMIN`.
    public init() throws(LabFailure) {
        do {
            // The namespace lives for as long as the socket.
            socket = try NetworkNamespace.make().openRouteSocket()
        } catch { throw LabFailure("cannot ask the kernel what it has", error) }
    }

    /// Whether the kernel has it; a module that can be loaded is.
    public mutating func has(_ feature: LabFeature) -> Bool {
        if let answer = known[feature] { return answer }
        let answer: Bool
        switch feature {
        case .linkKind(let kind): answer = hasLinkKind(kind)
        case .discipline(let kind): answer = hasDiscipline(kind)
        case .vlanFiltering: answer = filtersVLANs()
        case .addressTranslation: answer = translates()
        }
        known[feature] = answer
        return answer
    }

    private mutating func hasLinkKind(_ kind: String) -> Bool {
        var spec = LinkSpec()
        spec.kindName = kind
        do throws(NetlinkError) { try socket.add(spec) } catch {
            // A kind that wants options says so; one that is not there is not supported.
            return error.errno != .notSupported
        }
        return true
    }

    private mutating func hasDiscipline(_ kind: String) -> Bool {
        var spec = QueueingDisciplineSpec(index: loopbackIndex, parent: .root)
        spec.options =
            kind == "netem" ? NetemOptions() : TBFOptions(bytesPerSecond: 1_000_000, burst: 10_000, limit: 10_000)
        do throws(NetlinkError) { try socket.replaceQueueingDiscipline(spec, displayName: "lo") } catch {
            return error.errno != .noSuchFileOrDirectory
        }
        return true
    }

    /// Translates for a network of RFC 5737.
    private borrowing func translates() -> Bool {
        guard let descriptor = try? socket.socket.openNamespace(),
            let namespace = try? NetworkNamespace(descriptor, shownAs: "probe"),
            var translation = try? NetworkAddressTranslation.open(in: namespace),
            let subnet = IPPrefix("192.0.2.0/24")
        else { return false }
        return (try? translation.masquerade(subnet, by: .loopback, owner: "probe")) != nil
    }

    private mutating func filtersVLANs() -> Bool {
        var options = BridgeOptions()
        options.vlanFiltering = true
        guard let name = InterfaceName("probe") else { return false }
        do throws(NetlinkError) { try socket.add(.bridge(name, options)) } catch { return false }
        // Without it the option is passed over.
        let link = (try? socket.link(.name("probe"))) ?? nil
        return (link?.options as? BridgeOptions)?.vlanFiltering == true
    }
}

extension LabDocument {
    /// Adds an error for everything that the lab needs and this kernel lacks.
    public mutating func checkKernel() throws(LabFailure) {
        guard let lab, !diagnostics.hasErrors else { return }
        var support = try KernelSupport()
        for feature in lab.neededFeatures where !support.has(feature.value) {
            report(
                Diagnostic(
                    .missingKernelFeature, "this kernel lacks \(feature.value.text)", at: feature.span,
                    hint: "'netns lab doctor' lists what is missing"))
        }
    }
}
