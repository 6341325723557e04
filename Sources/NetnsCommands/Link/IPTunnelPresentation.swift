// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension IPTunnelOptions: LinkKindPresentation {
    static var fields: [OptionField<Self>] {
        let head = [OptionField<Self>.external, mode] + OptionField.endpoints + [.lifetime]
        let middle = Variant.family == .ipv4 ? ip4Fields : OptionField.ip6Fields
        return head + middle + [.mark] + OptionField.encapsulation
    }

    static var isChangedAsWhole: Bool { true }

    var forCreation: Self {
        var options = self
        options.setDefaults()
        options.carried = .any
        options.lower = 0
        if Self.isSIT { options.isISATAP = false }
        return options
    }

    private static var isSIT: Bool { kind == SITOptions.kind }

    /// `mode`; what is shown has no word in front.
    private static var mode: OptionField<Self> {
        let names: [(name: String, value: CarriedProtocol)] =
            switch (Variant.family, isSIT) {
            case (.ipv6, _): [("ip6ip6", .ipv6), ("ipip6", .ipv4), ("any", .any)]
            case (_, true): [("ip6ip", .ipv6), ("ipip", .ipv4), ("mplsip", .mpls), ("any", .any)]
            default: [("ipip", .ipv4), ("mplsip", .mpls), ("any", .any)]
            }
        // As ip(8) reads them as well.
        let synonyms: [(name: String, value: CarriedProtocol)] =
            Variant.family == .ipv6
            ? [("ipv6/ipv6", .ipv6), ("ip/ipv6", .ipv4), ("any/ipv6", .any)]
            : [("ipv4/ipv4", .ipv4), ("ip4ip4", .ipv4), ("mpls/ipv4", .mpls), ("any/ipv4", .any)]
                + (isSIT ? [("ipv6/ipv4", .ipv6)] : [])
        @Sendable func name(_ options: Self) -> String? {
            options.carried.flatMap { carried in names.first { $0.value == carried }?.name }
        }
        return OptionField(
            word: Word("mode") { words, target throws(CommandFailure) in
                target.options.carried = try words.choice(names + synonyms)
            },
            writeJSON: { options, json, _ in json.member("proto", name(options)) },
            writeText: { options, text, _ in if let name = name(options) { text += "\(name) " } })
    }

    private static var ip4Fields: [OptionField<Self>] {
        let discovery: [OptionField<Self>] = [
            .typeOfService,
            OptionField(
                word: Word("pmtudisc") { _, target in target.options.pathMTUDiscovery = true },
                writeJSON: { options, json, _ in json.member("pmtudisc", options.pathMTUDiscovery ?? false) },
                writeText: { options, text, _ in
                    text += options.pathMTUDiscovery == true ? "pmtudisc " : "nopmtudisc "
                }),
            .command("nopmtudisc") { $0.pathMTUDiscovery = false },
        ]
        return isSIT ? discovery + [isatap, rapidDeployment, relay, reset] : discovery
    }

    // MARK: What only a sit has

    private static var isatap: OptionField<Self> {
        OptionField(
            word: Word("isatap") { _, target in target.options.isISATAP = true },
            writeJSON: { options, json, _ in if options.isISATAP == true { json.member("isatap", true) } },
            writeText: { options, text, _ in if options.isISATAP == true { text += "isatap " } })
    }

    private static var rapidDeployment: OptionField<Self> {
        OptionField(
            word: Word("6rd-prefix") { words, target throws(CommandFailure) in
                target.options.rapidDeploymentPrefix = try words.prefix(of: .ipv6)
            },
            writeJSON: { options, json, _ in
                guard let prefix = options.rapidDeploymentPrefix, prefix.length > 0 else { return }
                json.member("prefix", prefix.address.description)
                json.member("prefixlen", prefix.length)
                guard let relay = options.rapidDeploymentRelayPrefix, relay.length > 0 else { return }
                json.member("relay_prefix", relay.address.description)
                json.member("relay_prefixlen", relay.length)
            },
            writeText: { options, text, _ in
                guard let prefix = options.rapidDeploymentPrefix, prefix.length > 0 else { return }
                text += "6rd-prefix \(prefix) "
                guard let relay = options.rapidDeploymentRelayPrefix, relay.length > 0 else { return }
                text += "6rd-relay_prefix \(relay) "
            })
    }

    private static var relay: OptionField<Self> {
        OptionField(
            word: Word("6rd-relay_prefix") { words, target throws(CommandFailure) in
                target.options.rapidDeploymentRelayPrefix = try words.prefix(of: .ipv4)
            })
    }

    /// Back to 6to4, RFC 3056, which is what the kernel begins with.
    private static var reset: OptionField<Self> {
        .command("6rd-reset") {
            $0.rapidDeploymentPrefix = IPPrefix(IPAddress(bytes: [0x20, 0x02] + Array(repeating: 0, count: 14)), 16)
            $0.rapidDeploymentRelayPrefix = IPPrefix(.unspecified(.ipv4), length: 0)
        }
    }
}

extension IPPrefix {
    fileprivate init?(_ address: IPAddress?, _ length: Int) {
        guard let address else { return nil }
        self.init(address, length: length)
    }
}

extension WordParser {
    /// A prefix of the family.
    fileprivate mutating func prefix(of family: AddressFamily) throws(CommandFailure) -> IPPrefix {
        let prefix = try prefix()
        guard prefix.family == family else {
            throw badValue("'\(prefix)' is no prefix of \(family == .ipv4 ? "IPv4" : "IPv6")")
        }
        return prefix
    }
}
