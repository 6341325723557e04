// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension JSONWriter {
    /// The members of a tunnel, with the keys of `ip -j route show`.
    ///
    /// - Parameter taken: keys that the object has for something else, where ip(8) writes them twice: here they get
    ///   `encap_` in front.
    mutating func encapsulationMembers(
        _ encapsulation: RouteEncapsulation?, _ world: LinkWorld, taken: [String] = [], statistics: Bool = false
    ) {
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
        case .segmentEndpoint(let endpoint):
            member(key("action"), endpoint.action.name)
            if !endpoint.segments.isEmpty {
                self.key(key("srh"))
                object {
                    $0.member("segs", endpoint.segments.map(\.description))
                    $0.member("hmac", endpoint.hmacKeyID.map { "0x" + String($0, radix: 16) })
                }
            }
            member(key("table"), endpoint.table?.name)
            member(key("vrftable"), endpoint.deviceTable?.name)
            member(key("nh4"), endpoint.ipv4Gateway?.description)
            member(key("nh6"), endpoint.ipv6Gateway?.description)
            member(key("iif"), endpoint.inputInterface.map(world.name(of:)))
            member(key("oif"), endpoint.outputInterface.map(world.name(of:)))
            member(key("endpoint"), endpoint.programName)
            if statistics, let counters = endpoint.counters {
                self.key(key("stats64"))
                object {
                    $0.member("packets", counters.packets)
                    $0.member("bytes", counters.bytes)
                    $0.member("errors", counters.errors)
                }
            }
            if !endpoint.flavors.isEmpty { member(key("flavors"), endpoint.flavorNames) }
            member(key("lblen"), endpoint.blockLength)
            member(key("nflen"), endpoint.nodeLength)
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
    mutating func encapsulation(
        _ encapsulation: RouteEncapsulation?, _ world: LinkWorld, statistics: Bool = false
    ) {
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
        case .segmentEndpoint(let endpoint): segmentEndpoint(endpoint, world, statistics)
        case .segmentRouting(let path):
            word("mode", path.modeName)
            segments(path.segments, path.hmacKeyID)
        case nil: break
        }
    }

    private mutating func segments(_ segments: [IPAddress], _ hmacKeyID: UInt32?) {
        write("segs \(segments.count) [ ")
        for segment in segments { write("\(segment) ") }
        write("] ")
        word("hmac", hmacKeyID.map { String($0, radix: 16, uppercase: true) })
    }

    private mutating func segmentEndpoint(_ endpoint: SegmentEndpoint, _ world: LinkWorld, _ statistics: Bool) {
        word("action", endpoint.action.name)
        if !endpoint.segments.isEmpty { segments(endpoint.segments, endpoint.hmacKeyID) }
        word("table", endpoint.table?.name)
        word("vrftable", endpoint.deviceTable?.name)
        word("nh4", endpoint.ipv4Gateway?.description)
        word("nh6", endpoint.ipv6Gateway?.description)
        word("iif", endpoint.inputInterface.map(world.name(of:)))
        word("oif", endpoint.outputInterface.map(world.name(of:)))
        word("endpoint", endpoint.programName)
        if statistics, let counters = endpoint.counters {
            word("packets", counters.packets)
            word("bytes", counters.bytes)
            word("errors", counters.errors)
        }
        if !endpoint.flavors.isEmpty { word("flavors", endpoint.flavorNames.joined(separator: ",")) }
        word("lblen", endpoint.blockLength)
        word("nflen", endpoint.nodeLength)
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

extension SegmentEndpoint {
    fileprivate var flavorNames: [String] { Flavors.named.filter { flavors.contains($0.value) }.map(\.name) }
}

extension RouteEncapsulation {
    /// The devices that it names.
    var devices: [Int32] {
        guard case .segmentEndpoint(let endpoint) = RouteTunnel(self) else { return [] }
        return [endpoint.inputInterface, endpoint.outputInterface].compactMap(\.self)
    }
}

extension SegmentRouting {
    fileprivate var modeName: String {
        Mode.named.first { $0.value == mode }?.name ?? "\(mode.rawValue)"
    }
}
