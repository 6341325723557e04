// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import NFTables

/// How the table `inet netns` is laid out: whoever comes or goes, only elements do, and no chain grows.
///
/// One part masquerades, one publishes ports; each is made when it is first needed. As nft(8) shows it:
///
///     chain postrouting {
///         type nat hook postrouting priority srcnat
///         ip saddr @masquerade4 ip daddr != @masquerade4 ip saddr . oifname != @inside4 ip daddr != 224.0.0.0/4
///             counter masquerade
///         …the same of ip6
///     }
///     chain prerouting { type nat hook prerouting priority dstnat; fib daddr type local jump publish }
///     chain output { type nat hook output priority -100; fib daddr type local jump publish }
///     chain publish {
///         dnat ip to ip daddr . meta l4proto . th dport map @address-ports4
///         dnat ip to meta l4proto . th dport map @ports4
///         …the same of ip6
///     }
///     chain hairpin {
///         type nat hook postrouting priority srcnat - 10
///         ct status dnat ip saddr @published4 ip daddr @published4 masquerade
///         ct status dnat ip saddr 127.0.0.0/8 ip daddr @published4 masquerade
///         …the first of ip6
///     }
enum TranslationTable {
    static let reference = TableReference(.inet, "netns")

    /// A chain with its rules.
    struct ChainLayout {
        var chain: Chain
        var rules: [ChainRule]
        /// How often rules of other chains lead to it.
        var jumps = 0
        /// What the kernel counts when all is there.
        var useCount: UInt32 { UInt32(rules.count + jumps) }
    }

    /// What is needed for one purpose.
    struct Part {
        var sets: [NamedSet]
        /// Those that rules of others lead to come first.
        var chains: [ChainLayout]
    }

    static func masqueraded(_ family: AddressFamily) -> NamedSet {
        NamedSet(family == .ipv4 ? "masquerade4" : "masquerade6", key: [family.addressType], isInterval: true)
    }
    static func inside(_ family: AddressFamily) -> NamedSet {
        NamedSet(
            family == .ipv4 ? "inside4" : "inside6", key: [family.addressType, .interfaceName], isInterval: true)
    }
    static func published(_ family: AddressFamily) -> NamedSet {
        NamedSet(family == .ipv4 ? "published4" : "published6", key: [family.addressType], isInterval: true)
    }
    static func ports(_ family: AddressFamily) -> NamedSet {
        NamedSet(
            family == .ipv4 ? "ports4" : "ports6", key: [.layer4Protocol, .port],
            content: .values([family.addressType, .port]))
    }
    static func addressPorts(_ family: AddressFamily) -> NamedSet {
        NamedSet(
            family == .ipv4 ? "address-ports4" : "address-ports6", key: [family.addressType, .layer4Protocol, .port],
            content: .values([family.addressType, .port]))
    }

    static var masquerading: Part {
        Part(
            sets: AddressFamily.allCases.flatMap { [masqueraded($0), inside($0)] },
            chains: [
                ChainLayout(
                    chain: Chain(
                        "postrouting", base: ChainBase(.nat, .postrouting, priority: ChainBase.sourceNAT)),
                    rules: AddressFamily.allCases.map { family in
                        ChainRule(
                            chain: "postrouting",
                            family.matches + [
                                family.source, .contained(.first, in: masqueraded(family).name, isInverted: false),
                                family.destination, .contained(.first, in: masqueraded(family).name, isInverted: true),
                                family.source, .meta(.outputName, into: .word(family == .ipv4 ? 1 : 4)),
                                .contained(.first, in: inside(family).name, isInverted: true),
                            ] + family.isNoMulticast + [.counter, .masquerade])
                    })
            ])
    }

    static var publishing: Part {
        let families = AddressFamily.allCases
        func leads(_ chain: String, _ hook: ChainBase.Hook) -> ChainLayout {
            ChainLayout(
                chain: Chain(chain, base: ChainBase(.nat, hook, priority: ChainBase.destinationNAT)),
                rules: [
                    ChainRule(
                        chain: chain,
                        [
                            .route(.addressType, of: .destination, into: .first),
                            // RTN_LOCAL
                            .compare(.first, .equal, machineOrder(2)), .verdict(.jump("publish")),
                        ])
                ])
        }
        return Part(
            sets: families.flatMap { [published($0), ports($0), addressPorts($0)] },
            chains: [
                ChainLayout(
                    chain: Chain("publish"), rules: families.flatMap { [addressRule($0), portRule($0)] }, jumps: 2),
                leads("prerouting", .prerouting), leads("output", .output),
                ChainLayout(
                    chain: Chain(
                        "hairpin", base: ChainBase(.nat, .postrouting, priority: ChainBase.sourceNAT - 10)),
                    rules: families.map(hairpinRule) + [loopbackRule]),
            ])
    }

    // MARK: Rules

    /// The port of the transport's header that all of TCP, UDP and SCTP have at the same place.
    private static func destinationPort(into register: Register) -> Expression {
        .payload(.transport, offset: 2, length: 2, into: register)
    }

    private static func addressRule(_ family: AddressFamily) -> ChainRule {
        let words = family == .ipv4 ? 1 : 4
        return ChainRule(
            chain: "publish",
            family.matches + [
                family.destination, .meta(.layer4Protocol, into: .word(words)),
                destinationPort(into: .word(words + 1)),
                .mapped(.first, in: addressPorts(family).name, into: .first),
                .destinationNAT(family == .ipv4 ? .ipv4 : .ipv6, address: .first, port: .word(words)),
            ])
    }

    private static func portRule(_ family: AddressFamily) -> ChainRule {
        let words = family == .ipv4 ? 1 : 4
        return ChainRule(
            chain: "publish",
            // The key has no address that would tell the families apart.
            family.matches + [
                .meta(.layer4Protocol, into: .first), destinationPort(into: .word(1)),
                .mapped(.first, in: ports(family).name, into: .first),
                .destinationNAT(family == .ipv4 ? .ipv4 : .ipv6, address: .first, port: .word(words)),
            ])
    }

    /// The connection was led elsewhere: IPS_DST_NAT.
    private static var isTranslated: [Expression] {
        [
            .connection(.status, into: .first),
            .bitwise(.first, into: .first, mask: machineOrder(0x20), flipped: machineOrder(0)),
            .compare(.first, .notEqual, machineOrder(0)),
        ]
    }

    private static func hairpinRule(_ family: AddressFamily) -> ChainRule {
        ChainRule(
            chain: "hairpin",
            isTranslated + family.matches + [
                family.source, .contained(.first, in: published(family).name, isInverted: false),
                family.destination, .contained(.first, in: published(family).name, isInverted: false), .masquerade,
            ])
    }

    private static var loopbackRule: ChainRule {
        ChainRule(
            chain: "hairpin",
            isTranslated + AddressFamily.ipv4.matches + [
                .payload(.network, offset: 12, length: 1, into: .first), .compare(.first, .equal, [127]),
                AddressFamily.ipv4.destination,
                .contained(.first, in: published(.ipv4).name, isInverted: false), .masquerade,
            ])
    }

    private static func machineOrder(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

    // MARK: Elements

    /// The element that says by which device a network is reached.
    static func element(_ subnet: IPPrefix, by device: InterfaceName, owner: String?) -> SetElement {
        let name = Array("\(device)".utf8)
        return .range(
            prefix: subnet.address.bytes, length: subnet.length,
            and: [name + [UInt8](repeating: 0, count: max(0, 16 - name.count))], comment: owner)
    }

    /// The device that an element names for the network that begins at an address.
    static func device(_ element: SetElement, of subnet: IPPrefix) -> InterfaceName? {
        let length = subnet.family.byteCount
        guard element.key.count == length + 16, element.key.prefix(length).elementsEqual(subnet.network.address.bytes)
        else { return nil }
        return InterfaceName(kernel: element.key.dropFirst(length).prefix { $0 != 0 })
    }

    /// The element that says which port leads where.
    static func element(_ port: PublishedPort, owner: String) -> (set: String, element: SetElement) {
        let number = { (port: UInt16) in withUnsafeBytes(of: port.bigEndian) { Array($0) } }
        let family = port.target.family
        let key = [[port.transport.rawValue], number(port.hostPort)]
        let value = [port.target.bytes, number(port.targetPort)]
        guard let address = port.hostAddress else {
            return (ports(family).name, SetElement(key: key, value: value, comment: owner))
        }
        return (addressPorts(family).name, SetElement(key: [address.bytes] + key, value: value, comment: owner))
    }

    /// What an element of one of the maps says; nil when it is none of ours.
    static func port(_ element: SetElement, _ family: AddressFamily, hasAddress: Bool) -> PublishedPort? {
        let length = family.byteCount
        var key = element.key[...]
        var address: IPAddress?
        if hasAddress {
            address = IPAddress(bytes: key.prefix(length))
            key = key.dropFirst(length)
        }
        guard key.count >= 6, let transport = PublishedPort.Transport(rawValue: key[key.startIndex]),
            case .value(let value)? = element.content, value.count >= length + 2,
            let target = IPAddress(bytes: value.prefix(length))
        else { return nil }
        func number(_ bytes: ArraySlice<UInt8>) -> UInt16 { bytes.prefix(2).reduce(0) { $0 << 8 | UInt16($1) } }
        return PublishedPort(
            transport, hostAddress: address, hostPort: number(key.dropFirst(4)), to: target,
            port: number(value.dropFirst(length)), in: IPPrefix(host: target))
    }
}

extension IPPrefix {
    /// The prefix as elements of a set of ranges.
    func elements(owner: String?) -> [SetElement] {
        SetElement.range(prefix: address.bytes, length: length, comment: owner)
    }
}

extension AddressFamily {
    fileprivate var addressType: ElementType { self == .ipv4 ? .ipv4Address : .ipv6Address }

    /// The packet is of this family: NFPROTO_IPV4, NFPROTO_IPV6.
    fileprivate var matches: [Expression] {
        [.meta(.family, into: .first), .compare(.first, .equal, [self == .ipv4 ? 2 : 10])]
    }

    /// The source address.
    fileprivate var source: Expression {
        self == .ipv4
            ? .payload(.network, offset: 12, length: 4, into: .first)
            : .payload(.network, offset: 8, length: 16, into: .first)
    }

    /// The destination address.
    fileprivate var destination: Expression {
        self == .ipv4
            ? .payload(.network, offset: 16, length: 4, into: .first)
            : .payload(.network, offset: 24, length: 16, into: .first)
    }

    /// The destination is not in 224.0.0.0/4, or in ff00::/8.
    fileprivate var isNoMulticast: [Expression] {
        self == .ipv4
            ? [
                .payload(.network, offset: 16, length: 4, into: .first),
                .bitwise(.first, into: .first, mask: [0xf0, 0, 0, 0], flipped: [0, 0, 0, 0]),
                .compare(.first, .notEqual, [0xe0, 0, 0, 0]),
            ]
            : [.payload(.network, offset: 24, length: 1, into: .first), .compare(.first, .notEqual, [0xff])]
    }
}
