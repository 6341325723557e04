// SPDX-License-Identifier: Apache-2.0

import Testing

/// `netns lab capture` on links of the kernel, read back block by block, and by tcpdump.
@Suite(
    .enabled(if: Sandbox.isAvailable, "no namespaces can be made here"),
    .enabled(if: isInstalled("tcpdump"), "tcpdump is not installed"))
struct LabCaptureTests {
    /// A host behind a router that has another one.
    private func lab() throws -> Sandbox {
        let box = try Sandbox()
        try box.shell(
            """
            cat >/run/line.lab.yaml <<END
            lab: line
            hosts: none
            nodes: {h1: , r1: {forward: true}, h2: }
            links:
              - h1 -- r1: {ipv4: 10.0.1.0/24}
              - r1 -- h2: {ipv4: 10.0.2.0/24}
            routing: static
            END
            netns lab up /run/line.lab.yaml
            """)
        return box
    }

    /// Captures while a script runs, until it is interrupted; what it has said at the end.
    private func capture(
        _ box: Sandbox, _ arguments: String, signal: String = "INT", _ script: String
    ) throws -> String {
        try box.shell(
            """
            netns lab capture --output /run/c.pcapng \(arguments) 2>/run/said & capture=$!
            for attempt in $(seq 500); do [ -s /run/c.pcapng ] && break; sleep 0.02; done
            \(script)
            kill -\(signal) $capture
            wait $capture
            cat /run/said
            """
        ).output.split(separator: "\n").last.map(String.init) ?? ""
    }

    private func blocks(_ box: Sandbox) throws -> Pcapng {
        let text = try box.shell("od -An -v -tx1 /run/c.pcapng").output
        return try Pcapng(text.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) })
    }

    private func tcpdump(_ box: Sandbox, _ filter: String) throws -> [String] {
        try box.shell("tcpdump -n -r /run/c.pcapng \(filter) 2>/dev/null").lines
    }

    @Test("Of a link each frame is there once, with which way it went")
    func link() throws {
        let box = try lab()
        let said = try capture(box, "line 'h1 -- r1'", "netns lab exec line h1 -- ping -q -c 2 -i 0.1 10.0.2.2")
        let file = try blocks(box)
        #expect(file.comment == "lab line: h1 -- r1")
        #expect(file.interfaces == [Pcapng.Interface(name: "h1:eth0", description: "to r1:eth0", resolution: 9)])
        let echoes = file.packets.filter(\.isEcho)
        #expect(echoes.map { $0.flags & 3 } == [2, 1, 2, 1])
        #expect(echoes.map(\.echoType) == [8, 0, 8, 0])
        #expect(echoes.allSatisfy { $0.length == 98 && $0.bytes.count == 98 })
        #expect(file.statistics.map(\.dropped) == [0])
        #expect(file.statistics.map(\.received) == [UInt64(file.packets.count)])
        #expect(said == "netns: \(file.packets.count) frames captured, 0 dropped")
        #expect(try tcpdump(box, "icmp").count == 4)
        #expect(try tcpdump(box, "'icmp[0] == 8'").allSatisfy { $0.contains("10.0.1.1 > 10.0.2.2: ICMP echo request") })
    }

    @Test("Of a node all interfaces are there, in the order of time")
    func node() throws {
        let box = try lab()
        _ = try capture(
            box, "line r1", signal: "TERM",
            """
            netns lab exec line h1 -- ping -q -c 20 -i 0.01 10.0.2.2
            netns lab exec line r1 -- ping -q -c 1 127.0.0.1
            """)
        let file = try blocks(box)
        #expect(Set(file.interfaces.map(\.name)) == ["r1:lo", "r1:eth0", "r1:eth1"])
        let numbers = file.interfaces.map(\.name)
        // Each echo comes in on one side and goes out at the other, and so does its answer.
        let steps = file.packets.filter { $0.isEcho && numbers[$0.interface] != "r1:lo" }
        #expect(steps.count == 80)
        let first = steps.prefix(4).map { "\(numbers[$0.interface]) \($0.flags & 3)" }
        #expect(first == ["r1:eth0 1", "r1:eth1 2", "r1:eth1 1", "r1:eth0 2"])
        let times = file.packets.map(\.time)
        #expect(times == times.sorted())
        // Of lo each frame is there once as well.
        #expect(file.packets.filter { $0.isEcho && numbers[$0.interface] == "r1:lo" }.map(\.echoType) == [8, 0])
    }

    /// An ICMP echo request without data, to be sent as it is.
    private static let echo = "4500001c000000004001000a0a0900020a0900010800000000000000"

    /// The kernel takes the tag out of a frame before anybody sees it, whether it has VLAN devices or not.
    @Test("VLAN tags are where they were on the wire", .enabled(if: isInstalled("perl"), "perl is not installed"))
    func tags() throws {
        let box = try lab()
        _ = try capture(
            box, "line r1:eth0",
            """
            index=$(netns lab exec line h1 -- ip -o link show eth0 | cut -d: -f1)
            netns lab exec line h1 -- perl -e '
                socket(S, 17, 3, 0) or die $!;
                $frame = pack("H*", "ffffffffffff020000000001" . "81002005" . "0800" . shift);
                send(S, $frame, 0, pack("SnlSCCa8", 17, 3, shift, 1, 0, 6, "")) or die $!' \(Self.echo) $index
            """)
        let lines = try tcpdump(box, "-e vlan 5 and icmp")
        #expect(lines.count == 1 && lines[0].contains("vlan 5, p 1, ethertype IPv4"), "\(lines)")
        let tag: [UInt8] = [0x81, 0, 0x20, 5, 8, 0]
        let tagged = try blocks(box).packets.filter { $0.bytes.dropFirst(12).starts(with: tag) }
        // 1 is received, and 3 to all.
        #expect(tagged.map(\.flags) == [1 | 3 << 2])
        #expect(tagged.map(\.length) == [46])
    }

    @Test(
        "Interfaces that are not of Ethernet are read by tcpdump as well",
        .enabled(if: isInstalled("perl"), "perl is not installed"))
    func cooked() throws {
        let box = try lab()
        try box.shell(
            """
            netns lab exec line h1 -- ip tuntap add t0 mode tun
            netns lab exec line h1 -- ip link set t0 up
            """)
        _ = try capture(
            box, "line h1:t0",
            """
            netns lab exec line h1 -- perl -e '
                open(T, "+<", "/dev/net/tun") or die $!;
                $request = pack("a16 S x22", "t0", 0x1001);
                ioctl(T, 0x400454ca, $request) or die $!;
                syswrite(T, pack("H*", shift)) or die $!' \(Self.echo)
            """)
        let lines = try tcpdump(box, "icmp")
        #expect(lines.count == 1 && lines[0].contains("10.9.0.2 > 10.9.0.1: ICMP echo request"), "\(lines)")
        #expect(try blocks(box).interfaces.map(\.description) == ["tun"])
    }

    @Test("It ends by itself after so many frames, after a time, and when the lab goes down")
    func ends() throws {
        let box = try lab()
        let counted = try box.shell(
            """
            netns lab exec line h1 -- ping -q -i 0.01 10.0.2.2 >/dev/null & ping=$!
            netns lab capture --count 5 --snaplen 20 line 'r1 -- h1' h2 >/run/c.pcapng
            kill $ping
            """)
        #expect(counted.errors.hasPrefix("netns: 5 frames captured, "))
        let file = try blocks(box)
        #expect(file.packets.count == 5)
        #expect(file.packets.allSatisfy { $0.bytes.count <= 20 && $0.length >= 42 })
        #expect(Set(file.interfaces.map(\.name)).isSuperset(of: ["r1:eth0", "h2:eth0"]))
        #expect(try box.shell("netns lab capture --duration 100ms line h1 >/run/c.pcapng").status == 0)
        let down = try box.shell(
            """
            netns lab capture line h1 'r1 -- h2' >/run/d.pcapng & capture=$!
            for attempt in $(seq 500); do [ -s /run/d.pcapng ] && break; sleep 0.02; done
            netns lab down line
            wait $capture
            """)
        #expect(down.errors.contains("captured, 0 dropped"))
    }

    @Test("It ends quietly when nobody reads any more")
    func closedPipe() throws {
        let box = try lab()
        let result = try box.shell(
            "{ netns lab capture line h1; echo $? >/run/status; } | head -c 4 | od -An -tx1; cat /run/status")
        #expect(result.lines == [" 0a 0d 0d 0a", "0"])
        #expect(result.errors == "")
    }

    @Test("Nothing is written to a terminal", .enabled(if: isInstalled("script"), "script is not installed"))
    func terminal() throws {
        let box = try lab()
        let result = try box.shell("script -qec 'netns lab capture line h1' /dev/null", mayFail: true)
        #expect(result.status == 2)
        #expect(result.lines.count == 1)
        #expect(result.output.contains("a capture is no text, and standard output is a terminal; hint: "))
    }

    @Test("What can't be captured is said in one line, and leaves no file")
    func refusals() throws {
        let box = try lab()
        // Until then links and addresses change by themselves.
        try box.shell(
            """
            for attempt in $(seq 500); do
                up=$(for node in h1 r1 h2; do ip -n line-$node -o link show | grep 'state UP'; done | wc -l)
                new=$(for node in h1 r1 h2; do ip -n line-$node -o addr show tentative; done | wc -l)
                [ "$up $new" = "4 0" ] && break
                sleep 0.02
            done
            """)
        try box.expect([
            Refusal("lab capture line", 2, "target"),
            Refusal("lab capture --output /run/x line h9", 1, "there is no node 'h9'"),
            Refusal("lab capture --output /run/x line h1:eth9", 1, "'h1:eth9'"),
            Refusal(words: ["lab", "capture", "--output", "/run/x", "line", "h1 -- h2"], 1, "no such link"),
            Refusal("lab capture --output /run/x other h1", 1, "there is no lab 'other'"),
            Refusal("lab capture --output /run/x --count 0 line h1", 2, "'--count'"),
            Refusal("lab capture --output /run/x --snaplen 0 line h1", 2, "'--snaplen'"),
            Refusal("lab capture --output /run/x --duration 5 line h1", 2, "no unit"),
            Refusal("lab capture --output /nowhere/x line h1", 1, "'/nowhere/x'"),
        ])
        #expect(try box.shell("ls /run").lines.contains("x") == false)
        try box.shell("netns delete line-h2")
        // What was at the other end goes by itself, sooner or later.
        let missing = try box.netns("lab capture --output /run/x line h2")
        #expect(missing.status == 1 && missing.errors.contains("the node is not up"))
    }
}

/// A capture, read as the specification says it.
private struct Pcapng {
    struct Interface: Equatable {
        var name = "", description = ""
        var resolution: UInt8 = 6
    }
    struct Packet {
        var interface: Int
        var time: UInt64
        var length: Int
        var flags: UInt32 = 0
        var bytes: [UInt8]

        /// Whether it is an ICMP echo or its answer, over IPv4 without options.
        var isEcho: Bool {
            bytes.count > 34 && bytes[12..<14] == [8, 0] && bytes[23] == 1 && [0, 8].contains(bytes[34])
        }
        var echoType: UInt8 { bytes[34] }
    }
    struct Statistics {
        var received: UInt64 = 0, dropped: UInt64 = 0
    }

    var comment = ""
    var interfaces: [Interface] = []
    var packets: [Packet] = []
    var statistics: [Statistics] = []

    init(_ file: [UInt8]) throws {
        var rest = file[...]
        while !rest.isEmpty {
            let type = try Self.number(rest, at: 0, UInt32.self)
            let length = Int(try Self.number(rest, at: 4, UInt32.self))
            try #require(length >= 12 && length.isMultiple(of: 4) && length <= rest.count)
            #expect(try Self.number(rest, at: length - 4, UInt32.self) == UInt32(length))
            try read(type, Array(rest.dropFirst(8).prefix(length - 12)))
            rest = rest.dropFirst(length)
        }
    }

    private mutating func read(_ type: UInt32, _ body: [UInt8]) throws {
        switch type {
        case 0x0a0d_0d0a:
            for (code, value) in try Self.options(body.dropFirst(16)) where code == 1 {
                comment = String(decoding: value, as: UTF8.self)
            }
        case 1:
            var interface = Interface()
            for (code, value) in try Self.options(body.dropFirst(8)) {
                switch code {
                case 2: interface.name = String(decoding: value, as: UTF8.self)
                case 3: interface.description = String(decoding: value, as: UTF8.self)
                case 9: interface.resolution = value.first ?? 6
                default: break
                }
            }
            interfaces.append(interface)
        case 5:
            var own = Statistics()
            for (code, value) in try Self.options(body.dropFirst(12)) {
                if code == 4 { own.received = try Self.number(value[...], at: 0, UInt64.self) }
                if code == 5 { own.dropped = try Self.number(value[...], at: 0, UInt64.self) }
            }
            statistics.append(own)
        case 6:
            let captured = Int(try Self.number(body[...], at: 12, UInt32.self))
            let high = UInt64(try Self.number(body[...], at: 4, UInt32.self))
            var packet = Packet(
                interface: Int(try Self.number(body[...], at: 0, UInt32.self)),
                time: high << 32 | UInt64(try Self.number(body[...], at: 8, UInt32.self)),
                length: Int(try Self.number(body[...], at: 16, UInt32.self)),
                bytes: Array(body.dropFirst(20).prefix(captured)))
            for (code, value) in try Self.options(body.dropFirst(20 + (captured + 3) / 4 * 4)) where code == 2 {
                packet.flags = try Self.number(value[...], at: 0, UInt32.self)
            }
            packets.append(packet)
        default: #expect(type == 4, "a block of an unknown kind")
        }
    }

    private static func options(_ bytes: ArraySlice<UInt8>) throws -> [(UInt16, [UInt8])] {
        var rest = bytes
        var options: [(UInt16, [UInt8])] = []
        while !rest.isEmpty {
            let code = try number(rest, at: 0, UInt16.self)
            let length = Int(try number(rest, at: 2, UInt16.self))
            if code == 0 { break }
            options.append((code, Array(rest.dropFirst(4).prefix(length))))
            rest = rest.dropFirst(4 + (length + 3) / 4 * 4)
        }
        return options
    }

    private static func number<Number: FixedWidthInteger>(
        _ bytes: ArraySlice<UInt8>, at offset: Int, _ type: Number.Type
    ) throws -> Number {
        let part = bytes.dropFirst(offset).prefix(Number.bitWidth / 8)
        try #require(part.count == Number.bitWidth / 8)
        return part.withUnsafeBytes { $0.loadUnaligned(as: type) }
    }
}
