// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension AMTOptions: LinkKindPresentation {
    private static let modes: [(name: String, value: AMTMode)] = [("gateway", .gateway), ("relay", .relay)]

    static let fields: [OptionField<AMTOptions>] = [
        OptionField(
            word: Word("mode") { words, target throws(CommandFailure) in
                target.options.mode = try words.choice(modes)
            },
            writeJSON: { options, json, _ in json.member("mode", options.mode.map(name(of:))) },
            // The name alone.
            writeText: { options, text, _ in if let mode = options.mode { text += "\(name(of: mode)) " } }),
        OptionField("gateway_port", \.gatewayPort, .number(1...UInt16.max)),
        OptionField("relay_port", \.relayPort, .number(1...UInt16.max)),
        OptionField("local", \.local, .ipv4Address),
        .shown("remote", \.remote, .ipv4Address),
        OptionField("discovery", \.discovery, .ipv4Address),
        .device("link", label: "dev", \.lower, in: .request),
        OptionField("max_tunnels", \.maximumTunnels, .number),
    ]

    private static func name(of mode: AMTMode) -> String {
        modes.first { $0.value == mode }?.name ?? String(mode.rawValue)
    }
}

extension OptionForm where Value == IPAddress {
    /// An address of IPv4, the only ones of which the kernel takes note here.
    fileprivate static var ipv4Address: Self {
        Self(
            read: { words throws(CommandFailure) in try words.address(of: .ipv4) },
            string: { $0.description })
    }
}
