// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import LabTopology
@testable import LinuxSystem
import Testing

/// Bytes as hex digits; what follows a `#` up to the line's end is a note.
private func bytes(_ text: String) -> [UInt8] {
    let digits = text.split(separator: "\n").flatMap { $0.prefix { $0 != "#" } }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// On a machine of the other byte order all of this would be reversed.
@Suite("Captures")
struct CaptureTests {
    @Test("A section begins with its comment and what wrote it")
    func section() {
        var writer = PcapngWriter()
        writer.addSection(comment: "c1", system: nil, application: "netns")
        #expect(
            writer.take()
                == bytes(
                    """
                    0a0d0d0a 34000000            # Section Header Block, 52 bytes
                    4d3c2b1a 0100 0000           # byte order, version 1.0
                    ffffffffffffffff             # length unknown
                    0100 0200 6331 0000          # opt_comment
                    0400 0500 6e65746e73 000000  # shb_userappl
                    00000000 34000000
                    """))
        #expect(writer.bytes.isEmpty)
    }

    @Test("An interface has its name, where it leads to, and nanoseconds")
    func interface() {
        var writer = PcapngWriter()
        writer.add(
            PcapngWriter.Interface(
                name: "r1:eth0", description: "to r2:eth0", macAddress: [2, 0, 0, 0, 0, 1], linkType: .ethernet,
                snapLength: 262_144))
        #expect(
            writer.take()
                == bytes(
                    """
                    01000000 48000000                         # Interface Description Block, 72 bytes
                    0100 0000 00000400                        # Ethernet, snaplen
                    0200 0700 72313a65746830 00               # if_name
                    0300 0a00 746f2072323a65746830 0000       # if_description
                    0600 0600 020000000001 0000               # if_MACaddr
                    0900 0100 09 000000                       # if_tsresol
                    00000000 48000000
                    """))
    }

    @Test("Addresses have names")
    func names() throws {
        var writer = PcapngWriter()
        writer.add(names: [(try #require(IPAddress("10.0.0.1")), "r1"), (try #require(IPAddress("fe80::1")), "r2")])
        #expect(
            writer.take()
                == bytes(
                    """
                    04000000 34000000                                       # Name Resolution Block, 52 bytes
                    0100 0700 0a000001 723100 00                            # nrb_record_ipv4
                    0200 1300 fe800000000000000000000000000001 723200 00    # nrb_record_ipv6
                    00000000 34000000
                    """))
        writer.add(names: [])
        #expect(writer.bytes.isEmpty)
    }

    @Test("A frame has its time, its length, and which way it went")
    func packet() {
        var writer = PcapngWriter()
        [UInt8]([1, 2, 3, 4, 5]).withUnsafeBytes {
            writer.addPacket(
                interface: 1, time: 0x1122_3344_5566_7788, length: 60, flags: PacketKind.outgoing.packetFlags, $0)
        }
        #expect(
            writer.take()
                == bytes(
                    """
                    06000000 34000000            # Enhanced Packet Block, 52 bytes
                    01000000 44332211 88776655   # interface, time
                    05000000 3c000000            # captured, length
                    0102030405 000000
                    0200 0400 02000000           # epb_flags
                    00000000 34000000
                    """))
    }

    @Test("What was received and dropped is told at the end")
    func statistics() {
        var writer = PcapngWriter()
        writer.add(PcapngWriter.Statistics(start: 1, end: 1 << 32 | 2, received: 7, dropped: 3), ofInterface: 1)
        #expect(
            writer.take()
                == bytes(
                    """
                    05000000 4c000000                 # Interface Statistics Block, 76 bytes
                    01000000 01000000 02000000        # interface, time
                    0200 0800 00000000 01000000       # isb_starttime
                    0300 0800 01000000 02000000       # isb_endtime
                    0400 0800 0700000000000000        # isb_ifrecv
                    0500 0800 0300000000000000        # isb_ifdrop
                    00000000 4c000000
                    """))
    }

    @Test("An option is never longer than its length can say")
    func longOption() throws {
        var writer = PcapngWriter()
        writer.addSection(comment: String(repeating: "😀", count: 20_000), system: nil, application: nil)
        let written = writer.take()
        #expect(written.count == 24 + 4 + 64_000 + 4 + 4)
        #expect(written[26..<28] == [0x00, 0xfa])
    }

    @Test("Frames of several interfaces are brought into the order of time")
    func order() {
        var queue = FrameQueue()
        func add(_ time: UInt64, _ interface: Int) {
            [UInt8](repeating: UInt8(time), count: 4).withUnsafeBytes {
                queue.add(PacketFrame(time: time, length: 4, kind: .host, bytes: $0), ofInterface: interface)
            }
        }
        func times(_ taken: (bytes: [UInt8], count: Int)) -> [UInt8] {
            stride(from: 0, to: taken.bytes.count, by: 48).map { taken.bytes[$0 + 28] }
        }
        for time in [1, 4, 6] { add(UInt64(time), 0) }
        for time in [2, 3, 7] { add(UInt64(time), 1) }
        #expect(queue.latest == 7)
        #expect(times(queue.take(upTo: 4, atMost: 3)) == [1, 2, 3])
        #expect(times(queue.take(upTo: 4, atMost: 3)) == [4])
        add(5, 1)
        #expect(times(queue.take(upTo: .max, atMost: .max)) == [5, 6, 7])
        #expect(queue.isEmpty)
    }

    @Test("Targets are ends of links, interfaces and nodes")
    func targets() throws {
        let lab = try #require(document(triangle).lab)
        func points(_ text: String) throws -> [String] {
            try lab.capturePoints(text).map { point in point.node + (point.interface.map { ":\($0)" } ?? "") }
        }
        #expect(try points("r1 -- r2") == ["r1:eth0"])
        #expect(try points("r2--r1") == ["r2:eth0"])
        #expect(try points("r1 -- h*") == ["r1:eth2"])
        #expect(try points("r1..2") == ["r1", "r2"])
        #expect(try points("r1:eth1,h1") == ["r1:eth1", "h1"])
        for wrong in ["r1 -- h2", "r9", "", "--", "r1..2:eth0"] {
            #expect(throws: LabFailure.self) { try lab.capturePoints(wrong) }
        }
        #expect(lab.addressNames.contains { $0.name == "r1" })
        #expect(try #require(document(segments).lab).capturePoints(Lab.switchNode).map(\.node) == ["switch"])
    }

    @Test("Times have units")
    func times() throws {
        #expect(try Duration(labText: "500ms") == .milliseconds(500))
        #expect(try Duration(labText: "2m") == .seconds(120))
        for wrong in ["", "5", "x", "3 weeks", "25h"] {
            #expect(throws: LabFailure.self) { try Duration(labText: wrong) }
        }
    }
}
