// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// What the kernel says of a filter in `TCA_OPTIONS`, as far as kinds have it in common, and the words of `u32` and the
/// program of `bpf`. Source: linux/pkt_cls.h.
public struct TrafficFilterOptions: Equatable, Sendable {
    /// The class that packets go to, `TCA_…_CLASSID`.
    public var classID: TrafficHandle?
    /// `TCA_…_FLAGS`: whether hardware does it.
    public var hardware: TrafficFilterHardware?
    /// What becomes of packets, in order.
    public var actions: [TrafficAction] = []
    /// Of u32 where the handle is that of a table: how many buckets it has.
    public var divisor: UInt32?
    /// Of u32: the table and bucket that the filter is in.
    public var table: UInt32?
    /// Of u32: the words that a packet must hold.
    public var selector: U32Selector?
    /// Of bpf.
    public var program: BPFClassifierProgram?

    init(decoding payload: RawSpan, kind: String) throws(MalformedReply) {
        let attributes = try Attributes<FilterOptions>(payload)
        guard let numbers = Numbers(kind: kind) else { return }
        classID = try attributes.value(Key<UInt32>(numbers.classID, "TCA_…_CLASSID")).map(TrafficHandle.init)
        if let number = numbers.flags {
            hardware = try attributes.value(Key<UInt32>(number, "TCA_…_FLAGS")).map(TrafficFilterHardware.init)
        }
        let list = Key<Nest<TrafficActionList>>(numbers.actions, "TCA_…_ACT")
        actions = try attributes.nested(list)?.actions() ?? []
        switch kind {
        case U32Classifier.kind:
            divisor = try attributes.value(.divisor)
            table = try attributes.value(.table)
            if let words = attributes.payload(AttributeKey<FilterOptions, [UInt8]>.selector.number) {
                selector = try U32Selector(decoding: words)
            }
        case "bpf": program = try BPFClassifierProgram(attributes)
        default: break
        }
    }

    private typealias Key<Value> = AttributeKey<FilterOptions, Value>

    /// The same options have other numbers in each kind.
    private struct Numbers {
        var classID: Int, actions: Int, flags: Int?

        init?(kind: String) {
            switch kind {
            case MatchAllClassifier.kind:
                (classID, actions, flags) = (
                    Int(TCA_MATCHALL_CLASSID), Int(TCA_MATCHALL_ACT), Int(TCA_MATCHALL_FLAGS)
                )
            case U32Classifier.kind:
                (classID, actions, flags) = (Int(TCA_U32_CLASSID), Int(TCA_U32_ACT), Int(TCA_U32_FLAGS))
            case "flower":
                (classID, actions, flags) = (Int(TCA_FLOWER_CLASSID), Int(TCA_FLOWER_ACT), Int(TCA_FLOWER_FLAGS))
            case "bpf": (classID, actions, flags) = (Int(TCA_BPF_CLASSID), Int(TCA_BPF_ACT), Int(TCA_BPF_FLAGS_GEN))
            case "basic": (classID, actions, flags) = (Int(TCA_BASIC_CLASSID), Int(TCA_BASIC_ACT), nil)
            default: return nil
            }
        }
    }
}

/// Whether a filter is done by hardware: `TCA_CLS_FLAGS_…` of linux/pkt_cls.h.
public struct TrafficFilterHardware: OptionSet, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt32
    /// Takes the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Hardware shall not do it.
    public static let skipsHardware = TrafficFilterHardware(rawValue: 1 << 0)
    /// The kernel itself shall not do it.
    public static let skipsSoftware = TrafficFilterHardware(rawValue: 1 << 1)
    /// Hardware does it.
    public static let isInHardware = TrafficFilterHardware(rawValue: 1 << 2)
    /// Hardware does not do it.
    public static let isNotInHardware = TrafficFilterHardware(rawValue: 1 << 3)
}

/// The words of 32 bits that a packet must hold for `u32`, `struct tc_u32_sel`.
public struct U32Selector: Equatable, Sendable {
    /// Whether no other filter is tried past the words.
    public var isTerminal: Bool
    /// The words.
    public var keys: [U32Classifier.Key]

    init(decoding payload: RawSpan) throws(MalformedReply) {
        guard let flags: UInt8 = payload.integer(at: 0), let count: UInt8 = payload.integer(at: 2) else {
            throw MalformedReply("TCA_U32_SEL is too short")
        }
        isTerminal = flags & UInt8(TC_U32_TERMINAL) != 0
        keys = []
        for position in 0..<Int(count) {
            let start = 16 + 16 * position
            guard let mask: UInt32 = payload.integer(at: start), let value: UInt32 = payload.integer(at: start + 4),
                let offset: Int32 = payload.integer(at: start + 8)
            else { throw MalformedReply("TCA_U32_SEL is too short") }
            keys.append(
                U32Classifier.Key(mask: UInt32(bigEndian: mask), value: UInt32(bigEndian: value), offset: offset))
        }
    }
}

/// The program of a `bpf` filter.
public struct BPFClassifierProgram: Equatable, Sendable {
    /// `TCA_BPF_NAME`
    public var name: String?
    /// `TCA_BPF_FLAG_ACT_DIRECT`: what it returns is what becomes of the packet.
    public var isDirectAction: Bool
    /// `TCA_BPF_OPS`: the instructions of a classic program.
    public var instructions: [Instruction]

    /// `struct sock_filter` of linux/filter.h.
    public struct Instruction: Equatable, Sendable {
        /// What is done, how far to jump when it is true or false, and a value.
        public var code: UInt16, jumpTrue: UInt8, jumpFalse: UInt8, value: UInt32
    }

    fileprivate init(_ attributes: borrowing Attributes<FilterOptions>) throws(MalformedReply) {
        name = try attributes.value(.programName)
        isDirectAction = try (attributes.value(.programFlags) ?? 0) & UInt32(TCA_BPF_FLAG_ACT_DIRECT) != 0
        instructions = []
        guard let code = attributes.payload(AttributeKey<FilterOptions, [UInt8]>.instructions.number) else { return }
        for start in stride(from: 0, to: code.byteCount, by: 8) {
            guard let operation: UInt16 = code.integer(at: start), let jumpTrue: UInt8 = code.integer(at: start + 2),
                let jumpFalse: UInt8 = code.integer(at: start + 3), let value: UInt32 = code.integer(at: start + 4)
            else { throw MalformedReply("TCA_BPF_OPS ends within an instruction") }
            instructions.append(
                Instruction(code: operation, jumpTrue: jumpTrue, jumpFalse: jumpFalse, value: value))
        }
    }
}

/// Attributes inside `TCA_OPTIONS` of any kind of filter.
private enum FilterOptions {}
extension AttributeKey where Scope == FilterOptions, Value == UInt32 {
    fileprivate static var divisor: Self { Self(TCA_U32_DIVISOR, "TCA_U32_DIVISOR") }
    fileprivate static var table: Self { Self(TCA_U32_HASH, "TCA_U32_HASH") }
    fileprivate static var programFlags: Self { Self(TCA_BPF_FLAGS, "TCA_BPF_FLAGS") }
}
extension AttributeKey where Scope == FilterOptions, Value == String {
    fileprivate static var programName: Self { Self(TCA_BPF_NAME, "TCA_BPF_NAME") }
}
extension AttributeKey where Scope == FilterOptions, Value == [UInt8] {
    fileprivate static var selector: Self { Self(TCA_U32_SEL, "TCA_U32_SEL") }
    fileprivate static var instructions: Self { Self(TCA_BPF_OPS, "TCA_BPF_OPS") }
}
