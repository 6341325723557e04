// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import RouteNetlink

/// What the host end of a connection says of it in its alias (`IFLA_IFALIAS`): `netns: red eth0 br0`.
///
/// People find the other end by it in `ip link`. It is written last: a host end without one is of a run
/// that was killed.
public struct ConnectionRecord: Hashable, Sendable {
    /// What the namespace was called.
    public var namespace: String
    /// The interface in the namespace.
    public var interface: InterfaceName
    /// The bridge.
    public var bridge: InterfaceName

    private static let mark = "netns: "
    /// `IFALIASZ` of linux/if.h counts the NUL.
    private static let maximumLength = 255

    /// Describes a connection.
    public init(namespace: String, interface: InterfaceName, bridge: InterfaceName) {
        self.namespace = namespace
        self.interface = interface
        self.bridge = bridge
    }

    /// Reads an alias; nil when it is not of this form.
    public init?(parsing alias: String) {
        guard alias.hasPrefix(Self.mark) else { return nil }
        // A namespace that another tool made may have blanks in its name; devices never do.
        let words = alias.dropFirst(Self.mark.count).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 3, let bridge = InterfaceName(String(words[words.count - 1])),
            let interface = InterfaceName(String(words[words.count - 2]))
        else { return nil }
        self.init(
            namespace: words.dropLast(2).joined(separator: " "), interface: interface, bridge: bridge)
    }

    /// The alias, in which a long name of the namespace is cut short and control characters are replaced.
    public var alias: String {
        let rest = " \(interface) \(bridge)"
        var shown = ""
        var room = Self.maximumLength - Self.mark.utf8.count - rest.utf8.count
        for scalar in namespace.unicodeScalars {
            let scalar = scalar.properties.generalCategory == .control ? "?" : scalar
            room -= String(scalar).utf8.count
            guard room >= 0 else { break }
            shown.unicodeScalars.append(scalar)
        }
        return Self.mark + shown + rest
    }
}

extension BridgeConnection {
    /// The name of the host end: the one that is asked for, or `ve-red-x2kq7c`, which is always the same for the
    /// same interface of the same namespace.
    ///
    /// The beginning of the namespace's name is for people, the rest for uniqueness.
    ///
    /// - Parameter attempt: counts up when a name turns out to be taken.
    package func hostName(
        for selector: NamespaceSelector, _ identity: NamespaceIdentity, attempt: Int = 0
    ) -> InterfaceName {
        if let hostInterface { return hostInterface }
        var hash = StableHash()
        hash.combine(identity)
        hash.combine("\(interface)")
        if attempt > 0 { hash.combine("\(attempt)") }
        // '.' would be a '/' in the names of sysctl(8), where these devices have a directory.
        let stem = selector.stem.utf8.filter { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        var bytes = Array("ve-".utf8)
        if !stem.isEmpty { bytes += stem.prefix(5) + [UInt8(ascii: "-")] }
        bytes += hash.letters(6)
        guard let name = InterfaceName(kernel: bytes) else { preconditionFailure("no name has \(bytes.count) bytes") }
        return name
    }

    /// The hardware address of the host end: `fe` and a digest of all that the connection shall be.
    ///
    /// It is set in the message that makes the pair, so that an interface which a killed run left unfinished
    /// is known to be of the same request, and may be finished. `fe` is no manufacturer's, and above those:
    /// a bridge takes the lowest address of its ports for its own, and must not take this one.
    package func hostMACAddress(for identity: NamespaceIdentity) -> MACAddress {
        var hash = StableHash()
        hash.combine(identity)
        hash.combine("\(interface) \(bridge) \(hostInterface.map { "\($0)" } ?? "")")
        hash.combine("\(mtu ?? 0) \(macAddress.map { "\($0)" } ?? "")")
        hash.combine(addresses.sorted().map { "\($0)" }.joined(separator: " "))
        hash.combine(gateways.sorted().map { "\($0)" }.joined(separator: " "))
        for route in routes { hash.combine("\(route.destination) \(route.gateway.map { "\($0)" } ?? "")") }
        if isHairpin { hash.combine("hairpin") }
        if isIsolated { hash.combine("isolated") }
        return MACAddress(first: 0xfe, hash.value)
    }
}

extension MACAddress {
    /// An address that nobody else has, as good as surely: locally administered, of a single device.
    static func random() -> MACAddress {
        MACAddress(first: 0x02, UInt64.random(in: UInt64.min...UInt64.max))
    }

    /// The first byte, and the lower 40 bits of a number.
    fileprivate init(first: UInt8, _ rest: UInt64) {
        let bytes = [first] + (0..<5).map { UInt8(truncatingIfNeeded: rest >> (8 * $0)) }
        guard let address = MACAddress(bytes: bytes) else { preconditionFailure("a MAC address has six bytes") }
        self = address
    }
}

/// A hash that is the same in every run: `Hasher` is seeded. FNV-1a with the finalizer of MurmurHash3.
private struct StableHash {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func combine(_ text: String) {
        // A separator, so that "a" and "bc" differ from "ab" and "c".
        for byte in Array(text.utf8) + [0xff] {
            state ^= UInt64(byte)
            state &*= 0x100_0000_01b3
        }
    }

    mutating func combine(_ identity: NamespaceIdentity) { combine("\(identity.device):\(identity.inode)") }

    var value: UInt64 {
        var value = state
        value ^= value >> 33
        value &*= 0xff51_afd7_ed55_8ccd
        value ^= value >> 33
        value &*= 0xc4ce_b9fe_1a85_ec53
        return value ^ value >> 33
    }

    /// Five bits a letter.
    func letters(_ count: Int) -> [UInt8] {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        return (0..<count).map { alphabet[Int(value >> (5 * $0) & 31)] }
    }
}
