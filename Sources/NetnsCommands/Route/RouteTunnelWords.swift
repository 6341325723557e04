// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension WordParser {
    /// A tunnel: its kind and the words of that kind, up to one that is not of it.
    mutating func routeTunnel() throws(CommandFailure) -> RouteTunnel {
        let kind = try choice([("mpls", 0), ("ip", 1), ("ip6", 2), ("seg6", 3)])
        let outer = beginScope()
        defer { endScope(outer) }
        switch kind {
        case 0: return .mpls(try mplsTunnel())
        case 1: return .ip(try ipRouteTunnel(.ipv4))
        case 2: return .ip(try ipRouteTunnel(.ipv6))
        default: return .segmentRouting(try segmentRouting())
        }
    }

    private mutating func mplsTunnel() throws(CommandFailure) -> MPLSTunnel {
        let text = try value("labels")
        var labels: [UInt32] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard let label: UInt32 = decimal(part), label < 1 << 20 else {
                throw badValue(
                    "\(quoted(text)) is not a label up to 1048575, or several with '/' between them")
            }
            labels.append(label)
        }
        return MPLSTunnel(labels: labels, ttl: take("ttl") ? try number(1...255) : nil)
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
        let text = try words.value("segments")
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let address = IPAddress(String(part)), address.family == .ipv6 else {
                throw words.badValue(
                    "\(quoted(text)) is not an address of IPv6, or several with ',' between them")
            }
            path.segments.append(address)
        }
        guard path.segments.count <= 100 else {
            throw words.badValue("a path has at most 100 segments")
        }
    },
    Word("hmac") { words, path throws(CommandFailure) in path.hmacKeyID = try words.mask() },
])
