// SPDX-License-Identifier: Apache-2.0

internal import Addressing

/// Writes the blocks of a capture, in this machine's byte order. Source: draft-ietf-opsawg-pcapng.
///
/// The blocks gather in `bytes`, from where they are taken.
struct PcapngWriter {
    /// What was written and not taken yet.
    private(set) var bytes: [UInt8] = []

    /// What a frame begins with. Source: https://www.tcpdump.org/linktypes.html.
    enum LinkType: UInt16 {
        /// A header of Ethernet.
        case ethernet = 1
        /// LINKTYPE_LINUX_SLL2
        case cooked = 276
    }

    /// What is told of an interface.
    struct Interface {
        var name: String
        var description: String?
        /// Six bytes.
        var macAddress: [UInt8]?
        var linkType: LinkType
        /// How many bytes of each frame there are at most.
        var snapLength: UInt32
    }

    /// What is told of an interface at the end.
    struct Statistics {
        /// In nanoseconds since 1970.
        var start: UInt64, end: UInt64
        var received: UInt64, dropped: UInt64
    }

    /// Takes what was written.
    mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// A block that was written elsewhere.
    mutating func add(block: ArraySlice<UInt8>) { bytes.append(contentsOf: block) }

    /// The Section Header Block, with which it all begins.
    mutating func addSection(comment: String?, system: String?, application: String?) {
        block(0x0a0d_0d0a) { writer in
            writer.append(UInt32(0x1a2b_3c4d))
            writer.append(UInt16(1))
            writer.append(UInt16(0))
            // How long it will be is not known.
            writer.append(UInt64.max)
            writer.option(1, comment)
            writer.option(3, system)
            writer.option(4, application)
            if comment != nil || system != nil || application != nil { writer.endOptions() }
        }
    }

    /// An Interface Description Block: the first is of interface 0, and so on.
    mutating func add(_ interface: Interface) {
        block(1) { writer in
            writer.append(interface.linkType.rawValue)
            writer.append(UInt16(0))
            writer.append(interface.snapLength)
            writer.option(2, interface.name)
            writer.option(3, interface.description)
            if let address = interface.macAddress, address.count == 6 { writer.option(6, address) }
            // Times are in 10 to the -9 seconds.
            writer.option(9, [9])
            writer.endOptions()
        }
    }

    /// A Name Resolution Block: how addresses are called.
    mutating func add(names: [(address: IPAddress, name: String)]) {
        guard !names.isEmpty else { return }
        block(4) { writer in
            for (address, name) in names {
                let bytes = address.bytes
                writer.option(bytes.count == 4 ? 1 : 2, bytes + Array(name.utf8) + [0])
            }
            writer.endOptions()
        }
    }

    /// An Enhanced Packet Block.
    ///
    /// - Parameters:
    ///   - time: in nanoseconds since 1970.
    ///   - length: of the frame on the wire.
    ///   - flags: the bits of `epb_flags`.
    mutating func addPacket(
        interface: UInt32, time: UInt64, length: UInt32, flags: UInt32, _ frame: UnsafeRawBufferPointer
    ) {
        // In three pieces: of no other block there are so many.
        let padding = (4 - frame.count % 4) % 4
        let total = UInt32(8 + 20 + frame.count + padding + 12 + 4)
        let head = (
            UInt32(6), total, interface, UInt32(time >> 32), UInt32(truncatingIfNeeded: time), UInt32(frame.count),
            length
        )
        withUnsafeBytes(of: head) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: frame)
        for _ in 0..<padding { bytes.append(0) }
        // `epb_flags`, then the end of the options.
        let tail = (UInt16(2), UInt16(4), flags, UInt32(0), total)
        withUnsafeBytes(of: tail) { bytes.append(contentsOf: $0) }
    }

    /// An Interface Statistics Block.
    mutating func add(_ statistics: Statistics, ofInterface interface: UInt32) {
        block(5) { writer in
            writer.append(interface)
            writer.appendTime(statistics.end)
            for (code, time) in [(UInt16(2), statistics.start), (3, statistics.end)] {
                writer.append(code)
                writer.append(UInt16(8))
                writer.appendTime(time)
            }
            for (code, count) in [(UInt16(4), statistics.received), (5, statistics.dropped)] {
                writer.append(code)
                writer.append(UInt16(8))
                writer.append(count)
            }
            writer.endOptions()
        }
    }

    // MARK: Parts

    /// Writes the type and the length around a block.
    private mutating func block(_ type: UInt32, _ body: (inout PcapngWriter) -> Void) {
        let start = bytes.count
        append(type)
        append(UInt32(0))
        body(&self)
        let length = UInt32(bytes.count - start + 4)
        append(length)
        withUnsafeBytes(of: length) { for (offset, byte) in $0.enumerated() { bytes[start + 4 + offset] = byte } }
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    }

    /// The upper half stands first in either byte order.
    private mutating func appendTime(_ time: UInt64) {
        append(UInt32(time >> 32))
        append(UInt32(truncatingIfNeeded: time))
    }

    /// All blocks are of whole 32-bit words, so that this one's begin was at one as well.
    private mutating func pad() { while !bytes.count.isMultiple(of: 4) { bytes.append(0) } }

    private mutating func option(_ code: UInt16, _ value: [UInt8]) {
        append(code)
        append(UInt16(value.count))
        bytes.append(contentsOf: value)
        pad()
    }

    private mutating func option(_ code: UInt16, _ text: String?) {
        guard let text else { return }
        // An option has 65,535 bytes at most, and a scalar four.
        option(code, Array(String(String.UnicodeScalarView(text.unicodeScalars.prefix(16_000))).utf8))
    }

    private mutating func endOptions() { append(UInt32(0)) }
}
