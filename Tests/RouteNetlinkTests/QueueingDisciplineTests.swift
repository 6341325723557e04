// SPDX-License-Identifier: Apache-2.0

import MessageMutation
import Netlink
import RouteNetlink
import Testing

@Suite("Queueing disciplines")
struct QueueingDisciplineTests {
    @Test("handles are read and written in hexadecimal")
    func handles() {
        let cases: [(String, TrafficHandle)] = [
            ("1:", TrafficHandle(1)), ("1:10", TrafficHandle(1, 0x10)), ("ffff:fff1", .ingress),
            (":2", TrafficHandle(0, 2)),
            ("root", .root), ("none", .unspecified), ("8001:", TrafficHandle(0x8001)),
        ]
        for (text, handle) in cases {
            #expect(TrafficHandle(parsing: text) == handle)
            #expect(handle.description == text)
        }
        #expect(TrafficHandle(parsing: "1:A") == TrafficHandle(1, 10))
        for text in ["", ":", "1", "10000:", "1:10000", "1:1:1", "+1:", "-1:", "g:", "1: ", "0x1:", "Root"] {
            #expect(TrafficHandle(parsing: text) == nil, "\(text)")
        }
    }

    @Test("likelihoods are parts of 2³²−1")
    func probabilities() {
        #expect(Probability(0.01).rawValue == 0x028f_5c29)
        #expect(Probability(0.25).rawValue == 0x4000_0000)
        #expect(Probability(1) == .always)
        #expect(Probability(-1) == .never)
        #expect(Probability(7) == .always)
        #expect(Probability(0.7).opposite.rawValue == 0x4ccc_cccd)
    }

    /// The spec in the message of each, and what it is after having been sent and read.
    private static func roundTrip<Options: QueueingDisciplineOptions>(_ options: Options) throws -> Options {
        var spec = QueueingDisciplineSpec(index: 2, parent: .root, handle: TrafficHandle(1))
        spec.options = options
        let bytes = spec.addRequest(displayName: "v0").bytes
        let read = try QueueingDiscipline(decoding: bytes.span.bytes.extracting(droppingFirst: 16))
        #expect(read.index == 2)
        #expect(read.parent == .root)
        #expect(read.handle == TrafficHandle(1))
        #expect(read.kind == options.kind)
        return try #require(read.options as? Options)
    }

    @Test("netem is read as it is written")
    func netem() throws {
        var options = NetemOptions()
        options.limit = 500
        options.delay = .milliseconds(20)
        options.jitter = .seconds(300)
        options.correlation = NetemOptions.Correlation()
        options.correlation?.delay = Probability(0.25)
        options.loss = .random(Probability(0.01))
        options.duplication = Probability(0.02)
        options.corruption = NetemOptions.Correlated(Probability(0.03), correlation: Probability(0.5))
        options.reordering = NetemOptions.Correlated(Probability(0.04))
        options.gap = 5
        options.marksCongestion = true
        var rate = NetemOptions.Rate(bytesPerSecond: 5_000_000_000)
        (rate.packetOverhead, rate.cellSize, rate.cellOverhead) = (-14, 53, -5)
        options.rate = rate
        var slot = NetemOptions.Slot(.between(.microseconds(800), .milliseconds(1)))
        (slot.packets, slot.bytes) = (32, 2048)
        options.slot = slot
        options.seed = 7
        #expect(try Self.roundTrip(options) == options)
        options.loss = .state(
            p13: Probability(0.01), p31: Probability(0.02), p32: Probability(0.03), p23: Probability(0.04),
            p14: Probability(0.05))
        options.slot = NetemOptions.Slot(.varying(.microseconds(800), jitter: .microseconds(100)))
        #expect(try Self.roundTrip(options) == options)
        options.loss = .burst(
            p: Probability(0.01), r: Probability(0.1), lossInBad: Probability(0.7), lossInGood: Probability(0.001))
        #expect(try Self.roundTrip(options) == options)
    }

    @Test("tbf and htb are read as they are written, at rates beyond 32 bits too")
    func buckets() throws {
        var bucket = TBFOptions(bytesPerSecond: 125_000, burst: 10_240, limit: 20_480)
        bucket.rate.overhead = 4
        bucket.rate.minimumPacket = 64
        bucket.rate.linkLayer = .atm
        #expect(try Self.roundTrip(bucket) == bucket)
        #expect(bucket.latency == .microseconds(81_920))
        bucket.peakRate = RateSpecification(bytesPerSecond: 250_000)
        bucket.peakBurst = 1540
        #expect(try Self.roundTrip(bucket) == bucket)
        let wide = TBFOptions(bytesPerSecond: 5_000_000_000, burst: 1 << 20, limit: 1 << 26)
        #expect(try Self.roundTrip(wide).rate == wide.rate)

        var options = HTBOptions()
        options.defaultClass = 0x10
        options.rateToQuantum = 20
        options.directQueueLength = 100
        options.isOffloaded = true
        #expect(try Self.roundTrip(options) == options)
    }

    @Test("fq, fq_codel, cake and the simple ones are read as they are written")
    func queues() throws {
        var fair = FQOptions()
        (fair.limit, fair.flowLimit, fair.pacing, fair.bucketsLog) = (5000, 50, false, 9)
        (fair.horizon, fair.dropsBeyondHorizon) = (5_000_000, true)
        #expect(try Self.roundTrip(fair) == fair)
        (fair.defaultRate, fair.offloadHorizon, fair.weights) = (125_000, 2000, [3, 2, 1])
        fair.bands = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
        #expect(try Self.roundTrip(fair) == fair)
        var plain = CoDelOptions()
        (plain.limit, plain.target, plain.interval, plain.marksCongestion) = (100, 4000, 50_000, true)
        #expect(try Self.roundTrip(plain) == plain)
        var turns = SFQOptions()
        (turns.quantum, turns.perturbation, turns.limit, turns.divisor, turns.dropsHead) = (3000, 10, 100, 512, true)
        #expect(try Self.roundTrip(turns) == turns)
        var short = FQCoDelOptions()
        (short.limit, short.target, short.marksCongestion, short.congestionSelector) = (1000, 5000, false, 1)
        #expect(try Self.roundTrip(short) == short)
        var cake = CakeOptions()
        (cake.bandwidth, cake.priorities, cake.isolation, cake.overhead) = (2_500_000, .bestEffort, .dualSource, -4)
        (cake.isRaw, cake.framing, cake.acknowledgements) = (true, .ptm, .aggressive)
        #expect(try Self.roundTrip(cake) == cake)
        #expect(try Self.roundTrip(FIFOOptions(.packets, limit: 5)) == FIFOOptions(.packets, limit: 5))
        #expect(try Self.roundTrip(FIFOOptions(.bytes, limit: 5)) == FIFOOptions(.bytes, limit: 5))
        var priorities = PriorityOptions()
        priorities.bands = 4
        priorities.map[3] = 3
        #expect(try Self.roundTrip(priorities) == priorities)
    }

    @Test("tables of sizes and blocks are read as they are written")
    func surroundings() throws {
        var table = SizeTable()
        (table.overhead, table.minimumPacket, table.linkLayer) = (-4, 64, .atm)
        (table.mtu, table.entryCount) = (65_536, 16)
        var spec = QueueingDisciplineSpec(index: 2, parent: .ingress, handle: TrafficHandle(0xffff))
        (spec.kindName, spec.sizeTable, spec.ingressBlock, spec.egressBlock) = ("clsact", table, 22, 23)
        let bytes = spec.addRequest(displayName: "v0").bytes
        let read = try QueueingDiscipline(decoding: bytes.span.bytes.extracting(droppingFirst: 16))
        #expect(read.sizeTable == table && read.ingressBlock == 22 && read.egressBlock == 23)
        // For an overhead alone no table is made.
        (table.minimumPacket, table.linkLayer) = (0, .ethernet)
        spec.sizeTable = table
        #expect(spec.addRequest(displayName: "v0").bytes.count < 100)
    }

    // MARK: What kernels send

    /// `RTM_NEWQDISC` of a kernel 6.18, of `noqueue`, `tbf`, `clsact`, `htb` and `pfifo`.
    private static let dumps: [String: [UInt8]] = [
        "noqueue": Array(
            hex: """
                9400000024000200a247056b44680000 000000000100000000000000ffffffff02000000 0c0001006e6f717565756500
                05000c0000000000 3000070014000100 00000000000000000000000000000000 1800030000000000000000000000000000
                00000000000000 2c000300 0000000000000000000000000000000000000000000000000000000000000000000000000000
                0000
                """),
        "tbf": Array(
            hex: """
                8c00000024000200a247056b44680000 000000000200000000000200ffffffff03000000 0800010074626600
                2c00020028000100 000100000000000048e80100 000100000000000090d00300 1437000000881300a0860100
                05000c0000000000 300007001400010005000000000000000200000000000000 180003000300000004000000050000000600000007000000
                """),
        "clsact": Array(
            hex: """
                3400000024000200a247056b44680000 00000000020000000000fffff1ffffff01000000 0b000100636c736163740000
                04000200
                """),
        "htb": Array(
            hex: """
                5400000024000200a247056b44680000 000000000300000000000100ffffffff03000000 0800010068746200
                24000200 18000200110003000a000000100000000000000000000000 08000500e8030000 05000c0000000000
                """),
        "pfifo": Array(
            hex: """
                3800000024000200a247056b44680000 0000000003000000000020001000010001000000 0a000100706669666f000000
                0800020005000000
                """),
    ]

    private static func discipline(_ kind: String) throws -> QueueingDiscipline {
        let bytes = try #require(dumps[kind])
        return try QueueingDiscipline(decoding: bytes.span.bytes.extracting(droppingFirst: 16))
    }

    @Test("the kernel's dump is understood")
    func dump() throws {
        let none = try Self.discipline("noqueue")
        #expect(none.kind == "noqueue" && none.parent == .root && none.handle == .unspecified && none.references == 2)
        #expect(none.options == nil)
        #expect(none.statistics?.hasSent == true && none.statistics?.hasQueue == true && none.statistics?.bytes == 0)

        let bucket = try Self.discipline("tbf")
        let options = try #require(bucket.options as? TBFOptions)
        #expect(options.rate.bytesPerSecond == 125_000 && options.burst == 10_240 && options.limit == 14_100)
        #expect(options.peakRate?.bytesPerSecond == 250_000 && options.peakBurst == 1600)
        #expect(options.rate.linkLayer == .ethernet && options.latency == .microseconds(50_000))
        #expect(bucket.statistics?.bytes == 5 && bucket.statistics?.packets == 2)
        #expect(bucket.statistics?.queueLength == 3 && bucket.statistics?.backlog == 4)
        #expect(bucket.statistics?.drops == 5 && bucket.statistics?.requeues == 6)
        #expect(bucket.statistics?.overlimits == 7)

        #expect(try Self.discipline("clsact").parent == .ingress)
        let tree = try #require(try Self.discipline("htb").options as? HTBOptions)
        #expect(tree.version == 0x30011 && tree.defaultClass == 0x10 && tree.directQueueLength == 1000)
        let leaf = try Self.discipline("pfifo")
        #expect(
            leaf.parent == TrafficHandle(1, 0x10) && leaf.options as? FIFOOptions == FIFOOptions(.packets, limit: 5))
    }

    /// `RTM_NEWTCLASS` of a kernel 6.18.
    private static let classDump = Array(
        hex: """
            b000000028000200a247056b4f680000 00000000030000001000010001000100 00002000 0800010068746200 40000200
            30000100 000100000000000048e80100 0001000000000000ffffffff 400d030000000000 d4300000 00000000 03000000
            0c00070000f2052a01000000 48000700 1400010000000000000000000000000000000000
            180003000000000000000000000000000000000000000000 1800040001000000020000000300000040 0d0300 00000080
            """)

    @Test("a class of htb is understood")
    func htbClass() throws {
        let read = try TrafficClass(decoding: Self.classDump.span.bytes.extracting(droppingFirst: 16))
        #expect(read.handle == TrafficHandle(1, 0x10) && read.parent == TrafficHandle(1, 1))
        #expect(read.leaf == TrafficHandle(0x20) && read.kind == "htb")
        let options = try #require(read.htb)
        #expect(options.rate.bytesPerSecond == 125_000 && options.ceiling.bytesPerSecond == 5_000_000_000)
        #expect(options.burst == 1600 && options.quantum == 12_500 && options.priority == 3)
        let statistics = try #require(read.htbStatistics)
        #expect(statistics.lent == 1 && statistics.borrowed == 2 && statistics.giants == 3)
        #expect(statistics.tokens == 200_000 && statistics.ceilingTokens == .min)
    }

    @Test("damaged messages throw or parse")
    func mutations() throws {
        for bytes in Self.dumps.values {
            mutate(Array(bytes.dropFirst(16))) { _ = try? QueueingDiscipline(decoding: $0) }
        }
        mutate(Array(Self.classDump.dropFirst(16))) { _ = try? TrafficClass(decoding: $0) }
        var netem = NetemOptions()
        netem.loss = .state(p13: .never, p31: .always, p32: .never, p23: .always, p14: .never)
        netem.rate = NetemOptions.Rate(bytesPerSecond: .max)
        netem.delay = .seconds(Int64.max)
        netem.correlation = NetemOptions.Correlation()
        netem.slot = NetemOptions.Slot(.between(.zero, .zero))
        var spec = QueueingDisciplineSpec(index: 1, parent: .root)
        spec.options = netem
        let bytes = spec.addRequest(displayName: "v0").bytes
        mutate(Array(bytes.dropFirst(16))) { _ = try? QueueingDiscipline(decoding: $0) }
    }

    // MARK: Tables

    @Test(
        "a table of delays is read from text, or computed with the mean 0",
        arguments: ["normal", "pareto", "paretonormal", "uniform"])
    func distributions(_ name: String) throws {
        let table = try #require(DelayDistribution(computing: name))
        #expect(table.entries.count == 4096)
        let mean = table.entries.reduce(0.0) { $0 + Double($1) } / Double(table.entries.count)
        // The longest of a long tail do not fit.
        #expect(abs(mean) < Double(DelayDistribution.scale) / 20, "\(mean)")
        #expect(table.entries == table.entries.sorted())
        #expect(DelayDistribution(computing: "nosuch") == nil)
        #expect(DelayDistribution(parsing: "# a comment\n -1 2\n\n32767\n")?.entries == [-1, 2, 32_767])
        for text in ["", "# nothing", "1 x", "40000", "1.5"] { #expect(DelayDistribution(parsing: text) == nil) }
    }

    @Test("the computed normal distribution has the standard deviation 1")
    func normal() throws {
        let table = try #require(DelayDistribution(computing: "normal"))
        let squares = table.entries.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(table.entries.count)
        #expect(abs(squares.squareRoot() - Double(DelayDistribution.scale)) < 50)
    }
}
