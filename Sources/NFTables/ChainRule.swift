// SPDX-License-Identifier: Apache-2.0

/// A rule: expressions that are evaluated in turn until one does not match.
public struct ChainRule: Hashable, Sendable {
    /// The chain that it is in.
    public var chain: String
    /// At most 64.
    public var expressions: [Expression]
    /// What nft(8) shows as its comment, of 127 bytes at most.
    public var comment: String?
    /// A rule.
    public init(chain: String, _ expressions: [Expression], comment: String? = nil) {
        (self.chain, self.expressions, self.comment) = (chain, expressions, comment)
    }
}

/// A register that expressions pass values in, `NFT_REG_…`.
public struct Register: Hashable, Sendable {
    /// The number.
    public let rawValue: UInt32
    /// `NFT_REG_1`, of 16 bytes, of which there are four.
    public static let first = Register(rawValue: 1)
    /// `NFT_REG_VERDICT`
    static let verdict = Register(rawValue: 0)
    /// `NFT_REG32_00` and on, of 4 bytes each: the first four are `first`. Concatenated values are put one behind the
    /// other, each aligned to four bytes.
    public static func word(_ number: Int) -> Register {
        // As nft(8) writes the ones at which one of 16 bytes begins.
        number % 4 == 0 ? Register(rawValue: UInt32(number / 4 + 1)) : Register(rawValue: UInt32(8 + number))
    }
}

/// One expression of a rule. Source: linux/netfilter/nf_tables.h, `NFTA_…`.
public enum Expression: Hashable, Sendable {
    /// Where the bytes of a packet are counted from, `NFT_PAYLOAD_…`.
    public enum PayloadBase: UInt32, Sendable { case linkLayer = 0, network, transport }
    /// What is known of a packet, `NFT_META_…`.
    public enum MetaKey: UInt32, Sendable {
        case mark = 3, inputIndex = 4, outputIndex = 5, inputName = 6, outputName = 7, family = 15, layer4Protocol = 16
    }
    /// What is known of a packet's connection, `NFT_CT_…`.
    public enum ConnectionKey: UInt32, Sendable { case state = 0, direction = 1, status = 2, mark = 3 }
    /// What a lookup of a route is to tell, `NFT_FIB_RESULT_…`.
    public enum RouteResult: UInt32, Sendable { case outputIndex = 1, outputName = 2, addressType = 3 }
    /// Which address of the packet is looked up, `NFTA_FIB_F_…`.
    public enum RouteSubject: UInt32, Sendable { case source = 1, destination = 2 }
    /// `NFT_CMP_…`
    public enum Comparison: UInt32, Sendable { case equal = 0, notEqual, less, lessOrEqual, greater, greaterOrEqual }

    /// Bytes of the packet.
    case payload(PayloadBase, offset: UInt32, length: UInt32, into: Register)
    /// Something about the packet.
    case meta(MetaKey, into: Register)
    /// Something about its connection.
    case connection(ConnectionKey, into: Register)
    /// Where the packet's address leads, by the routes.
    case route(RouteResult, of: RouteSubject, into: Register)
    /// Goes on where a register has, or has not, such bytes.
    case compare(Register, Comparison, [UInt8])
    /// `register & mask ^ flipped`
    case bitwise(Register, into: Register, mask: [UInt8], flipped: [UInt8])
    /// Goes on where a set has, or has not, what is in a register.
    case contained(Register, in: String, isInverted: Bool)
    /// Gets from a map what belongs to a register; goes on where there is something.
    case mapped(Register, in: String, into: Register)
    /// Does what a verdict map says of a register.
    case verdictMapped(Register, in: String)
    /// Puts bytes into a register.
    case immediate([UInt8], into: Register)
    /// Decides.
    case verdict(Verdict)
    /// Counts packets and bytes.
    case counter
    /// Gives the connection the address of the device that it leaves by (`nat` chains of postrouting).
    case masquerade
    /// Leads the connection elsewhere (`nat` chains of prerouting and output).
    case destinationNAT(TableFamily, address: Register, port: Register?)
    /// Gives the connection another source (`nat` chains of postrouting and input).
    case sourceNAT(TableFamily, address: Register, port: Register?)
}
