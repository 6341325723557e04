// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// A tunnel, in words. Devices are not looked up yet.
struct TunnelWords {
    var tunnel: RouteTunnel
    /// The devices of a segment's endpoint.
    var inputDevice: String?, outputDevice: String?

    /// The tunnel with the numbers of its devices, as a route has it.
    func encapsulation(_ session: inout RouteSession) throws(CommandFailure) -> RouteEncapsulation {
        guard case .segmentEndpoint(var endpoint) = tunnel else { return tunnel.encapsulation }
        if let inputDevice { endpoint.inputInterface = try session.index(of: inputDevice) }
        if let outputDevice { endpoint.outputInterface = try session.index(of: outputDevice) }
        return RouteTunnel.segmentEndpoint(endpoint).encapsulation
    }
}

extension WordParser {
    /// A tunnel: its kind and the words of that kind, up to one that is not of it.
    mutating func routeTunnel() throws(CommandFailure) -> TunnelWords {
        let kind = try choice([("mpls", 0), ("ip", 1), ("ip6", 2), ("seg6", 3), ("seg6local", 4)])
        let outer = beginScope()
        defer { endScope(outer) }
        switch kind {
        case 0: return TunnelWords(tunnel: .mpls(try mplsTunnel()))
        case 1: return TunnelWords(tunnel: .ip(try ipRouteTunnel(.ipv4)))
        case 2: return TunnelWords(tunnel: .ip(try ipRouteTunnel(.ipv6)))
        case 3: return TunnelWords(tunnel: .segmentRouting(try segmentRouting()))
        default: return try segmentEndpoint()
        }
    }

    private mutating func mplsTunnel() throws(CommandFailure) -> MPLSTunnel {
        MPLSTunnel(labels: try labelStack(), ttl: take("ttl") ? try number(1...255) : nil)
    }

    /// MPLS labels, the outermost first: `100/200`.
    mutating func labelStack() throws(CommandFailure) -> [UInt32] {
        let text = try value("labels")
        var labels: [UInt32] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard let label: UInt32 = decimal(part), label < 1 << 20 else {
                throw badValue(
                    "\(quoted(text)) is not a label up to 1048575, or several with '/' between them")
            }
            labels.append(label)
        }
        return labels
    }

    private mutating func ipRouteTunnel(_ family: AddressFamily) throws(CommandFailure)
        -> IPRouteTunnel
    {
        var tunnel = IPRouteTunnel(family)
        while next != nil, try routeTunnelWords.read(&self, into: &tunnel) {}
        let name = family == .ipv4 ? "ip" : "ip6"
        guard tunnel.destination != nil else { throw usage("'encap \(name)' lacks its 'dst ADDRESS'") }
        for address in [tunnel.source, tunnel.destination].compactMap(\.self)
        where address.family != family {
            throw usage("'\(address)' is not of the family of 'encap \(name)'")
        }
        return tunnel
    }

    private mutating func segmentRouting() throws(CommandFailure) -> SegmentRouting {
        var path = SegmentWords()
        while next != nil, try segmentRoutingWords.read(&self, into: &path) {}
        guard let mode = path.mode else { throw usage("'encap seg6' lacks its 'mode MODE'") }
        guard !path.segments.isEmpty else { throw usage("'encap seg6' lacks its 'segs ADDRESS,...'") }
        // The packet's own destination, which the kernel puts in.
        if mode == .inline { path.segments.append(.unspecified(.ipv6)) }
        return SegmentRouting(mode, segments: path.segments, hmacKeyID: path.hmacKeyID)
    }
}

extension WordParser {
    /// The routers of a path, with commas between them.
    mutating func segments() throws(CommandFailure) -> [IPAddress] {
        let text = try value("segments")
        var segments: [IPAddress] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let address = IPAddress(String(part)), address.family == .ipv6 else {
                throw badValue("\(quoted(text)) is not an address of IPv6, or several with ',' between them")
            }
            segments.append(address)
        }
        guard segments.count <= 100 else { throw badValue("a path has at most 100 segments") }
        return segments
    }
}

/// The words of `encap ip` and `encap ip6`.
let routeTunnelWords = WordTable<IPRouteTunnel>([
    Word("id") { words, tunnel throws(CommandFailure) in tunnel.id = try words.number() },
    Word("dst", "remote") { words, tunnel throws(CommandFailure) in
        tunnel.destination = try words.address()
    },
    Word("src") { words, tunnel throws(CommandFailure) in tunnel.source = try words.address() },
    Word("ttl", "hoplimit") { words, tunnel throws(CommandFailure) in
        tunnel.hopLimit = try words.number()
    },
    Word("tos", "tc", "dsfield") { words, tunnel throws(CommandFailure) in
        tunnel.trafficClass = try words.trafficClass()
    },
    Word("key") { _, tunnel throws(CommandFailure) in tunnel.flags.insert(.key) },
    Word("csum") { _, tunnel throws(CommandFailure) in tunnel.flags.insert(.checksum) },
    Word("seq") { _, tunnel throws(CommandFailure) in tunnel.flags.insert(.sequence) },
])

/// What the words of `encap seg6` say.
struct SegmentWords {
    var mode: SegmentRouting.Mode?
    var segments: [IPAddress] = []
    var hmacKeyID: UInt32?
}

/// The words of `encap seg6`.
let segmentRoutingWords = WordTable<SegmentWords>([
    Word("mode") { words, path throws(CommandFailure) in
        path.mode = try words.choice(SegmentRouting.Mode.named)
    },
    Word("segs") { words, path throws(CommandFailure) in
        path.segments = try words.segments()
    },
    Word("hmac") { words, path throws(CommandFailure) in path.hmacKeyID = try words.mask() },
])
