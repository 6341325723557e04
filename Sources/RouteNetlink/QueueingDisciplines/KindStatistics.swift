// SPDX-License-Identifier: Apache-2.0

public import Netlink

/// What the kind of a discipline or class counts by itself, `TCA_STATS_APP`.
public enum KindStatistics: Equatable, Sendable {
    case fq(FQStatistics)
    case fqCoDel(FQCoDelStatistics)
    case fqCoDelFlow(FQCoDelFlowStatistics)
    case coDel(CoDelStatistics)
    case red(REDStatistics)
    case cake(CakeStatistics)
    case cakeFlow(CakeFlowStatistics)
    case htbClass(HTBClassStatistics)
    case hfscClass(HFSCClassStatistics)
    /// Of a class of drr: how many bytes it may still send this turn.
    case drrClass(deficit: UInt32)

    /// Reads the payload of the attribute.
    ///
    /// - Returns: nil for a kind of which nothing is known here.
    public static func decode(
        kind: String, isClass: Bool, _ payload: RawSpan
    ) throws(MalformedReply) -> KindStatistics? {
        switch (kind, isClass) {
        case (FQOptions.kind, false): return .fq(try FQStatistics(decoding: payload))
        case (FQCoDelOptions.kind, _):
            // TCA_FQ_CODEL_XSTATS_QDISC, …_CLASS: the structure says which of both it is.
            guard let type: UInt32 = payload.integer(at: 0) else {
                throw MalformedReply("shorter than struct tc_fq_codel_xstats")
            }
            let rest = payload.extracting(droppingFirst: 4)
            return type == 0
                ? .fqCoDel(try FQCoDelStatistics(decoding: rest))
                : .fqCoDelFlow(try FQCoDelFlowStatistics(decoding: rest))
        case (CoDelOptions.kind, false): return .coDel(try CoDelStatistics(decoding: payload))
        case (REDOptions.kind, false): return .red(try REDStatistics(decoding: payload))
        case (CakeOptions.kind, false): return .cake(try CakeStatistics(decoding: payload))
        case (CakeOptions.kind, true): return .cakeFlow(try CakeFlowStatistics(decoding: payload))
        case (HTBOptions.kind, true): return .htbClass(try HTBClassStatistics(decoding: payload))
        case (HFSCOptions.kind, true): return .hfscClass(try HFSCClassStatistics(decoding: payload))
        case ("drr", true):
            guard let deficit: UInt32 = payload.integer(at: 0) else {
                throw MalformedReply("shorter than struct tc_drr_stats")
            }
            return .drrClass(deficit: deficit)
        default: return nil
        }
    }
}

/// Reads the members of a structure one after the other; what is not there any more is nil.
struct StructureReader: ~Escapable {
    private let payload: RawSpan
    private var offset = 0

    @_lifetime(copy payload)
    init(_ payload: RawSpan) { self.payload = payload }

    /// The next member. Members are aligned by what stands before them, as the kernel's structures are laid out.
    mutating func next<Integer: FixedWidthInteger & BitwiseCopyable>() -> Integer? {
        defer { offset += MemoryLayout<Integer>.size }
        return payload.integer(at: offset)
    }

    /// The next member.
    ///
    /// - Throws: when the structure has ended.
    mutating func require<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ structure: StaticString
    ) throws(MalformedReply) -> Integer {
        guard let value: Integer = next() else { throw MalformedReply("shorter than struct \(structure)") }
        return value
    }
}
