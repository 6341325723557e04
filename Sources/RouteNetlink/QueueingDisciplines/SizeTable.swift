// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// What packets count to a discipline, by their size: `TCA_STAB`. Source: linux/pkt_sched.h, tc-stab(8).
public struct SizeTable: Equatable, Sendable {
    /// Bytes that each packet counts more than it has; may be less than 0.
    public var overhead: Int32 = 0
    /// Bytes that each packet counts at least.
    public var minimumPacket: UInt32 = 0
    /// How frames are counted.
    public var linkLayer = LinkLayer.unaware
    /// The largest packet for which the table is made, and how many entries it has; 0 is 2047 bytes and 512.
    public var mtu: UInt32 = 0, entryCount: UInt32 = 0

    /// A table that changes nothing.
    public init() {}

    /// The most entries that the kernel takes.
    public static let maximumEntryCount: UInt32 = 16_384

    init(decoding attributes: borrowing Attributes<SizeTableScope>) throws(MalformedReply) {
        guard let base = attributes.payload(AttributeKey<SizeTableScope, [UInt8]>.base.number),
            let overhead: Int32 = base.integer(at: 4), let linkLayer: UInt32 = base.integer(at: 8),
            let minimumPacket: UInt32 = base.integer(at: 12), let mtu: UInt32 = base.integer(at: 16),
            let entryCount: UInt32 = base.integer(at: 20)
        else { throw MalformedReply("TCA_STAB_BASE is missing or too short") }
        self.overhead = overhead
        self.linkLayer = LinkLayer(rawValue: UInt8(truncatingIfNeeded: linkLayer))
        (self.minimumPacket, self.mtu, self.entryCount) = (minimumPacket, mtu, entryCount)
    }

    func encode(into message: AttributeWriter<TrafficControlMessage>) {
        var base = tc_sizespec()
        base.overhead = overhead
        base.linklayer = UInt32(linkLayer.rawValue)
        base.mpu = minimumPacket
        var entries: [UInt16] = []
        // Without cells and a minimum the overhead says it all.
        if linkLayer == .atm || minimumPacket > 0 {
            base.mtu = mtu == 0 ? 2047 : mtu
            base.tsize = min(entryCount == 0 ? 512 : entryCount, Self.maximumEntryCount)
            base.cell_align = -1
            while base.mtu >> UInt32(base.cell_log) > base.tsize - 1 { base.cell_log += 1 }
            let sizes = (1...UInt64(base.tsize)).map { counted($0 << UInt64(base.cell_log)) }
            while (sizes.last ?? 0) >> UInt64(base.size_log) > UInt64(UInt16.max) { base.size_log += 1 }
            entries = sizes.map { UInt16(truncatingIfNeeded: $0 >> UInt64(base.size_log)) }
        }
        message.nest(.sizeTable, nestedFlag: false) { table in
            table.put(.base, withWireBytes(of: base) { Array($0) })
            if !entries.isEmpty { table.put(.entries, entries.withUnsafeBytes { Array($0) }) }
        }
    }

    private func counted(_ size: UInt64) -> UInt64 {
        let bytes = max(size, UInt64(minimumPacket))
        return linkLayer == .atm ? (bytes + 47) / 48 * 53 : bytes
    }
}

/// Attributes inside `TCA_STAB`: `TCA_STAB_…` of linux/pkt_sched.h.
enum SizeTableScope {}
extension AttributeKey where Scope == TrafficControlMessage, Value == Nest<SizeTableScope> {
    static var sizeTable: Self { Self(TCA_STAB, "TCA_STAB") }
}
extension AttributeKey where Scope == SizeTableScope, Value == [UInt8] {
    fileprivate static var base: Self { Self(TCA_STAB_BASE, "TCA_STAB_BASE") }
    fileprivate static var entries: Self { Self(TCA_STAB_DATA, "TCA_STAB_DATA") }
}
