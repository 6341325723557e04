// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Catches packets by words of 32 bits that they hold, `u32`. Source: linux/pkt_cls.h, tc-u32(8).
public struct U32Classifier: TrafficClassifier, Equatable {
    /// The kind as the kernel calls it.
    public static let kind = "u32"

    /// A word that a packet must hold.
    public struct Key: Equatable, Sendable {
        /// The bits that count, and what they must be, as numbers.
        public var mask: UInt32, value: UInt32
        /// Where the word is, in bytes behind the beginning of the network header.
        public var offset: Int32

        /// Takes bits, their value and their place.
        public init(mask: UInt32, value: UInt32, offset: Int32 = 0) {
            (self.mask, self.value, self.offset) = (mask, value, offset)
        }

        /// No bit counts.
        public static let any = Key(mask: 0, value: 0)
    }

    /// The words, all of which a packet must hold; 128 at most.
    public var keys: [Key]
    /// What becomes of packets, in order.
    public var actions: [MirroredAction]

    /// Takes the words, and what becomes of packets.
    public init(_ keys: [Key], _ actions: [MirroredAction]) { (self.keys, self.actions) = (keys, actions) }

    /// Puts `TCA_OPTIONS`.
    public func encode(into message: AttributeWriter<TrafficControlMessage>) {
        message.nest(.u32, nestedFlag: false) { data in
            data.nest(.actions, nestedFlag: false) { $0.put(actions) }
            data.put(.selector, selector)
        }
    }

    /// `struct tc_u32_sel`, which ends in a list that Swift can't fill: 16 bytes, and 16 for each key.
    private var selector: [UInt8] {
        // Past the keys no other filter is tried.
        var bytes: [UInt8] = [UInt8(TC_U32_TERMINAL), 0, UInt8(clamping: keys.count), 0]
        bytes += [UInt8](repeating: 0, count: 12)
        for key in keys {
            let words = [key.mask.bigEndian, key.value.bigEndian, UInt32(bitPattern: key.offset), 0]
            words.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}

/// Attributes inside `TCA_OPTIONS` of u32: `TCA_U32_…` of linux/pkt_cls.h.
private enum U32Scope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<U32Scope> {
    fileprivate static var u32: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == U32Scope, Value == Nest<TrafficActionList> {
    fileprivate static var actions: Self { Self(TCA_U32_ACT, "TCA_U32_ACT") }
}
extension AttributeKey where Scope == U32Scope, Value == [UInt8] {
    fileprivate static var selector: Self { Self(TCA_U32_SEL, "TCA_U32_SEL") }
}
