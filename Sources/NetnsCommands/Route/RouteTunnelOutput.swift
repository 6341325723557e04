// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension JSONWriter {
    /// The members of a tunnel, with the keys of `ip -j route show`.
    ///
    /// - Parameter taken: keys that the object has for something else, where ip(8) writes them twice: here they get
    ///   `encap_` in front.
    mutating func encapsulationMembers(_ encapsulation: RouteEncapsulation?, taken: [String] = []) {
        guard let encapsulation else { return }
        member("encap", encapsulation.name)
        func key(_ name: String) -> String { taken.contains(name) ? "encap_\(name)" : name }
        switch RouteTunnel(encapsulation) {
        case .mpls(let tunnel):
            member(key("dst"), tunnel.labelText)
            member(key("ttl"), tunnel.ttl)
        case .ip(let tunnel):
            member(key("id"), tunnel.id)
            member(key("src"), tunnel.source?.description)
            member(key("dst"), tunnel.destination?.description)
            member(key(tunnel.family == .ipv4 ? "ttl" : "hoplimit"), tunnel.hopLimit)
            member(key(tunnel.family == .ipv4 ? "tos" : "tc"), tunnel.trafficClass)
            for name in tunnel.flagNames { member(key(name), true) }
        case .segmentRouting(let path):
            member(key("mode"), path.modeName)
            member(key("segs"), path.segments.map(\.description))
            member(key("hmac"), path.hmacKeyID.map { "0x" + String($0, radix: 16) })
        case nil: break
        }
    }
}

extension TextWriter {
    /// A tunnel as `ip route show` prints it, with a blank in front as well.
    mutating func encapsulation(_ encapsulation: RouteEncapsulation?) {
        guard let encapsulation else { return }
        write(" encap \(encapsulation.name) ")
        switch RouteTunnel(encapsulation) {
        case .mpls(let tunnel):
            write(" \(tunnel.labelText) ")
            word("ttl", tunnel.ttl)
        case .ip(let tunnel):
            word("id", tunnel.id)
            word("src", tunnel.source?.description)
            word("dst", tunnel.destination?.description)
            word(tunnel.family == .ipv4 ? "ttl" : "hoplimit", tunnel.hopLimit)
            word(tunnel.family == .ipv4 ? "tos" : "tc", tunnel.trafficClass)
            for name in tunnel.flagNames { write("\(name) ") }
        case .segmentRouting(let path):
            word("mode", path.modeName)
            write("segs \(path.segments.count) [ ")
            for segment in path.segments { write("\(segment) ") }
            write("] ")
            word("hmac", path.hmacKeyID.map { String($0, radix: 16) })
        case nil: break
        }
    }
}

extension MPLSTunnel {
    /// `100/200`
    fileprivate var labelText: String { labels.map { "\($0)" }.joined(separator: "/") }
}

extension IPRouteTunnel {
    fileprivate var flagNames: [String] {
        [(Flags.key, "key"), (.checksum, "csum"), (.sequence, "seq")].filter { flags.contains($0.0) }
            .map(\.1)
    }
}

extension SegmentRouting {
    fileprivate var modeName: String {
        Mode.named.first { $0.value == mode }?.name ?? "\(mode.rawValue)"
    }
}
