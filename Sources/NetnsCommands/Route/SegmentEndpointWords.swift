// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension WordParser {
    /// What `encap seg6local` does with packets: `action` and its words.
    mutating func segmentEndpoint() throws(CommandFailure) -> TunnelWords {
        guard take("action") else { throw usage("'encap seg6local' lacks its 'action ACTION'") }
        let action = try choice(
            SegmentEndpoint.Action.names.compactMap { name in
                SegmentEndpoint.Action(name: name).map { (name: name, value: $0) }
            })
        guard action != .program else { throw usage("'End.BPF' is shown only: its program can't be loaded here") }
        var words = SegmentEndpointWords(endpoint: SegmentEndpoint(action))
        while next != nil, try segmentEndpointWords.read(&self, into: &words) {}
        try check(words)
        // The packet's own destination, which the kernel puts in.
        if action == .insertion { words.endpoint.segments.append(.unspecified(.ipv6)) }
        return TunnelWords(
            tunnel: .segmentEndpoint(words.endpoint), inputDevice: words.inputDevice, outputDevice: words.outputDevice)
    }

    /// Refuses an action without what it works with: of that the kernel says nothing but EINVAL.
    private func check(_ words: SegmentEndpointWords) throws(CommandFailure) {
        let endpoint = words.endpoint
        let hasTable = endpoint.table != nil
        let missing: String? =
            switch endpoint.action.name {
            case "End.X" where endpoint.ipv6Gateway == nil, "End.DX6" where endpoint.ipv6Gateway == nil: "nh6 ADDRESS"
            case "End.DX4" where endpoint.ipv4Gateway == nil: "nh4 ADDRESS"
            case "End.T" where !hasTable: "table TABLE"
            case "End.DX2" where words.outputDevice == nil: "oif DEVICE"
            case "End.DT6" where !hasTable && endpoint.deviceTable == nil: "table TABLE' or 'vrftable TABLE"
            case "End.DT4" where endpoint.deviceTable == nil, "End.DT46" where endpoint.deviceTable == nil:
                "vrftable TABLE"
            case "End.B6" where endpoint.segments.isEmpty, "End.B6.Encaps" where endpoint.segments.isEmpty:
                "srh segs ADDRESS,..."
            default: nil
            }
        if let missing { throw usage("'\(endpoint.action.name)' lacks its '\(missing)'") }
        if endpoint.blockLength != nil || endpoint.nodeLength != nil, !endpoint.flavors.contains(.nextCompressed) {
            throw usage("only 'flavors next-csid' takes 'lblen' and 'nflen'")
        }
    }
}

/// What the words of `encap seg6local` say.
struct SegmentEndpointWords {
    var endpoint: SegmentEndpoint
    var inputDevice: String?, outputDevice: String?
}

/// The words of `encap seg6local`, behind its action.
let segmentEndpointWords = WordTable<SegmentEndpointWords>([
    Word("count") { _, words throws(CommandFailure) in words.endpoint.counters = SegmentEndpoint.Counters() },
    Word("flavors") { parser, words throws(CommandFailure) in
        let text = try parser.value("flavors")
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let flavor = SegmentEndpoint.Flavors.named.first(where: { $0.name == part }) else {
                let names = SegmentEndpoint.Flavors.named.map(\.name)
                throw parser.badValue("\(quoted(text)) is not \(alternatives(names)), or several with ',' between them")
            }
            words.endpoint.flavors.insert(flavor.value)
        }
    },
    Word("iif") { parser, words throws(CommandFailure) in words.inputDevice = try parser.deviceName() },
    Word("lblen") { parser, words throws(CommandFailure) in words.endpoint.blockLength = try parser.number(1...128) },
    Word("nflen") { parser, words throws(CommandFailure) in words.endpoint.nodeLength = try parser.number(1...128) },
    Word("nh4") { parser, words throws(CommandFailure) in
        words.endpoint.ipv4Gateway = try parser.address(of: .ipv4)
    },
    Word("nh6") { parser, words throws(CommandFailure) in
        words.endpoint.ipv6Gateway = try parser.address(of: .ipv6)
    },
    Word("oif") { parser, words throws(CommandFailure) in words.outputDevice = try parser.deviceName() },
    Word("srh") { parser, words throws(CommandFailure) in
        guard parser.take("segs") else { throw parser.usage("'srh' lacks its 'segs ADDRESS,...'") }
        words.endpoint.segments = try parser.segments()
        if parser.take("hmac") { words.endpoint.hmacKeyID = try parser.mask() }
    },
    Word("table") { parser, words throws(CommandFailure) in words.endpoint.table = try parser.routeTable() },
    Word("vrftable") { parser, words throws(CommandFailure) in
        words.endpoint.deviceTable = try parser.routeTable()
    },
])
