// SPDX-License-Identifier: Apache-2.0

/// The address family of a table, `NFPROTO_…`. Source: linux/netfilter.h.
public enum TableFamily: UInt8, Sendable {
    /// IPv4 and IPv6 at once.
    case inet = 1
    /// IPv4.
    case ipv4 = 2
    /// ARP.
    case arp = 3
    /// What comes in at a device.
    case netdev = 5
    /// What a bridge passes on.
    case bridge = 7
    /// IPv6.
    case ipv6 = 10

    /// What nft(8) calls it.
    public var name: String {
        switch self {
        case .inet: "inet"
        case .ipv4: "ip"
        case .arp: "arp"
        case .netdev: "netdev"
        case .bridge: "bridge"
        case .ipv6: "ip6"
        }
    }
}

/// Which table: its family and name.
public struct TableReference: Hashable, Sendable, CustomStringConvertible {
    /// The family.
    public var family: TableFamily
    /// The name, of 255 bytes at most.
    public var name: String
    /// A table.
    public init(_ family: TableFamily, _ name: String) { (self.family, self.name) = (family, name) }
    /// `inet netns`
    public var description: String { "\(family.name) \(name)" }
}

/// A table: where chains and sets are.
public struct Table: Hashable, Sendable {
    /// Which.
    public var reference: TableReference
    /// What nft(8) shows as its comment, of 127 bytes at most. It is kept as the table was made (Linux 5.10).
    public var comment: String?
    /// A table.
    public init(_ reference: TableReference, comment: String? = nil) {
        (self.reference, self.comment) = (reference, comment)
    }
}

/// A chain: a list of rules.
public struct Chain: Hashable, Sendable {
    /// Its name, of 255 bytes at most.
    public var name: String
    /// Where packets come to it by themselves; nil where other rules lead to it.
    public var base: ChainBase?
    /// How many rules are in it and elements and rules lead to it, as the kernel counts; only read.
    public var useCount: UInt32 = 0
    /// A chain.
    public init(_ name: String, base: ChainBase? = nil) { (self.name, self.base) = (name, base) }
}

/// What makes a chain a base chain.
public struct ChainBase: Hashable, Sendable {
    /// The types.
    public enum Kind: String, Sendable { case filter, nat, route }
    /// The hooks of IPv4, IPv6 and bridges, `NF_INET_…`.
    public enum Hook: UInt32, Sendable { case prerouting = 0, input, forward, output, postrouting }
    /// What becomes of a packet at the end: `NF_DROP`, `NF_ACCEPT`.
    public enum Policy: UInt32, Sendable { case drop = 0, accept }

    /// The type.
    public var kind: Kind
    /// The hook.
    public var hook: Hook
    /// The lower the earlier; see `destinationNAT` and `sourceNAT`.
    public var priority: Int32
    /// What becomes of a packet that no rule decides on.
    public var policy: Policy

    /// `NF_IP_PRI_NAT_DST`, which nft(8) calls `dstnat`.
    public static let destinationNAT: Int32 = -100
    /// `NF_IP_PRI_NAT_SRC`, which nft(8) calls `srcnat`.
    public static let sourceNAT: Int32 = 100

    /// What makes a chain a base chain.
    public init(_ kind: Kind, _ hook: Hook, priority: Int32, policy: Policy = .accept) {
        (self.kind, self.hook, self.priority, self.policy) = (kind, hook, priority, policy)
    }
}

/// What becomes of a packet. Source: linux/netfilter.h, `NF_…`; linux/netfilter/nf_tables.h, `NFT_…`.
public enum Verdict: Hashable, Sendable {
    /// It goes on.
    case accept
    /// It goes no further.
    case drop
    /// The next rule sees it.
    case `continue`
    /// What led to this chain goes on.
    case `return`
    /// Another chain sees it, and then the next rule.
    case jump(String)
    /// Another chain sees it.
    case goto(String)

    var code: Int32 {
        switch self {
        case .drop: 0
        case .accept: 1
        case .continue: -1
        case .jump: -3
        case .goto: -4
        case .return: -5
        }
    }

    var chain: String? {
        switch self {
        case .jump(let chain), .goto(let chain): chain
        default: nil
        }
    }

    init?(code: Int32, chain: String?) {
        switch (code, chain) {
        case (0, _): self = .drop
        case (1, _): self = .accept
        case (-1, _): self = .continue
        case (-5, _): self = .return
        case (-3, let chain?): self = .jump(chain)
        case (-4, let chain?): self = .goto(chain)
        default: return nil
        }
    }
}
