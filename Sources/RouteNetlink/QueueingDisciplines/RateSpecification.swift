// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// How the frames of the layer below are counted, `TC_LINKLAYER_…` of linux/pkt_sched.h.
public struct LinkLayer: RawRepresentable, Equatable, Sendable {
    /// The kernel's number.
    public let rawValue: UInt8
    /// Takes a number of the kernel's.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Kernels before 3.11 do not say.
    public static let unaware = LinkLayer(rawValue: 0)
    /// As they are.
    public static let ethernet = LinkLayer(rawValue: 1)
    /// In cells of 53 bytes for each 48, as on ADSL.
    public static let atm = LinkLayer(rawValue: 2)
}

/// A rate and how packets count against it: `struct tc_ratespec` and its table. Source: linux/pkt_sched.h.
public struct RateSpecification: Equatable, Sendable {
    /// In bytes a second.
    public var bytesPerSecond: UInt64
    /// Bytes that each packet counts more than it has.
    public var overhead: UInt16 = 0
    /// Bytes that each packet counts at least.
    public var minimumPacket: UInt16 = 0
    /// How frames are counted.
    public var linkLayer = LinkLayer.ethernet
    /// The granularity of the table for old kernels: a step has 2 to this power bytes.
    public var cellLog: UInt8 = 3

    /// A rate without more.
    public init(bytesPerSecond: UInt64) { self.bytesPerSecond = bytesPerSecond }

    static let size = MemoryLayout<tc_ratespec>.size

    /// The largest packet that the table is made for when nothing is said.
    static let tableMTU: UInt32 = 2047

    /// The least granularity at which the table's 256 steps reach `mtu` bytes.
    public static func cellLog(mtu: UInt32) -> UInt8 {
        var log: UInt8 = 0
        while (mtu == 0 ? tableMTU : mtu) >> UInt32(log) > 255 { log += 1 }
        return log
    }

    init?(_ payload: RawSpan, at offset: Int) {
        guard let cellLog: UInt8 = payload.integer(at: offset), let linkLayer: UInt8 = payload.integer(at: offset + 1),
            let overhead: UInt16 = payload.integer(at: offset + 2),
            let minimumPacket: UInt16 = payload.integer(at: offset + 6),
            let rate: UInt32 = payload.integer(at: offset + 8)
        else { return nil }
        bytesPerSecond = UInt64(rate)
        self.cellLog = cellLog
        // TC_LINKLAYER_MASK: the kernel keeps other things above.
        self.linkLayer = LinkLayer(rawValue: linkLayer & 0x0f)
        self.overhead = overhead
        self.minimumPacket = minimumPacket
    }

    var structure: tc_ratespec {
        tc_ratespec(
            cell_log: cellLog, linklayer: linkLayer.rawValue, overhead: overhead, cell_align: -1, mpu: minimumPacket,
            rate: legacyRate(bytesPerSecond))
    }

    /// What of the rate does not fit into the structure.
    var wideRate: UInt64? { bytesPerSecond > UInt64(UInt32.max) ? bytesPerSecond : nil }

    /// How long packets of each size take, for kernels before 3.8, in steps of `cellLog`.
    var table: [UInt8] {
        var table: [UInt8] = []
        table.reserveCapacity(1024)
        for step in 1...256 {
            let bytes = max(UInt64(step) << UInt64(cellLog), UInt64(minimumPacket))
            let counted = linkLayer == .atm ? (bytes + 47) / 48 * 53 : bytes
            withWireBytes(of: ticks(counted)) { table.append(contentsOf: $0) }
        }
        return table
    }

    /// How long so many bytes take, in ticks of packet schedulers.
    ///
    /// - Parameter isWide: whether the rate counts beyond 32 bits, which tc(8) does only for htb.
    func ticks(_ bytes: UInt64, isWide: Bool = false) -> UInt32 {
        let rate = isWide ? Double(bytesPerSecond) : Double(legacyRate(bytesPerSecond))
        guard rate > 0 else { return 0 }
        // In this order, for the last digit to be that of tc(8).
        return Duration.microseconds(Int64(min(1_000_000 * (Double(bytes) / rate), 1e15))).schedulerTicks
    }

    /// How many bytes go in so many ticks, to the microsecond, as tc(8) counts them.
    func bytes(_ ticks: UInt32) -> UInt32 {
        let microseconds = Double(Duration(schedulerTicks: ticks).wholeMicroseconds)
        return UInt32(min(Double(bytesPerSecond) * microseconds / 1_000_000, Double(UInt32.max)))
    }
}
