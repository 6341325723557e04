// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// The alternative name by which a device says whose it is: `lab:NAME/NODE:IFNAME`, of a veth's end with the other
/// end behind `--`, of another device with a digest of what it is behind `#`; of lo `lab:NAME/NODE` alone.
///
/// What bears no such name is never deleted.
struct LabMark: Equatable {
    var lab: String
    var port: PortReference
    /// Of a veth.
    var peer: PortReference?
    /// Of another device.
    var digest: String?

    private static let start = "lab:"

    init(_ lab: String, _ port: PortReference, _ kind: LinkState.Kind) {
        (self.lab, self.port) = (lab, port)
        switch kind {
        case .veth(let peer): self.peer = peer
        case .device(let kind): digest = Self.digest(of: kind)
        case .loopback, .bridge, .present: break
        }
    }

    /// nil when the name is no mark.
    init?(_ name: String) {
        guard name.hasPrefix(Self.start), let slash = name.firstIndex(of: "/") else { return nil }
        lab = String(name[name.index(name.startIndex, offsetBy: Self.start.count)..<slash])
        var rest = name[name.index(after: slash)...]
        if let mark = rest.firstIndex(of: "#") {
            digest = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        let ends = rest.firstRange(of: "--").map { (rest[..<$0.lowerBound], rest[$0.upperBound...]) }
        guard let port = Self.port(ends?.0 ?? rest) else { return nil }
        self.port = port
        if let other = ends?.1 {
            guard let peer = Self.port(other) else { return nil }
            self.peer = peer
        }
    }

    private static func port(_ text: Substring) -> PortReference? {
        guard let colon = text.lastIndex(of: ":") else { return PortReference(String(text), .loopback) }
        // The machine itself is "host:", which ends with a colon.
        guard let interface = InterfaceName(String(text[text.index(after: colon)...])) else {
            return PortReference(String(text), .loopback)
        }
        return PortReference(String(text[..<colon]), interface)
    }

    var text: String {
        var text = "\(Self.start)\(lab)/\(Self.text(port))"
        if let peer { text += "--\(Self.text(peer))" }
        if let digest { text += "#\(digest)" }
        return text
    }

    private static func text(_ port: PortReference) -> String {
        port.interface == .loopback ? port.node : "\(port.node):\(port.interface)"
    }

    static func digest(of kind: DeviceSetting.Kind) -> String {
        hexadecimal(stableHash(of: String(reflecting: kind)), digits: 8)
    }

    /// The mark among a link's alternative names.
    static func of(_ link: Link) -> LabMark? {
        for name in link.alternativeNames { if let mark = LabMark(name) { return mark } }
        return nil
    }
}
