// SPDX-License-Identifier: Apache-2.0

import KernelGates
import LinuxSystem
import Netlink
import RouteNetlink
import SystemPackage
import Testing

/// Whether this process may make network namespaces.
private let canMakeNamespaces = (try? makeNetworkNamespace().rawValue) != nil

@Suite(
    "Queueing disciplines in a kernel",
    .enabled(if: canMakeNamespaces, "network namespaces cannot be made here: run scripts/test"))
struct QueueingDisciplineKernelTests {
    /// Gives lo of a fresh namespace the discipline, and returns what the kernel then shows at the root.
    private func made(_ options: any QueueingDisciplineOptions) throws -> QueueingDiscipline {
        var socket = try RouteSocket.open(in: try makeNetworkNamespace())
        var spec = QueueingDisciplineSpec(index: 1, parent: .root, handle: TrafficHandle(1))
        spec.options = options
        try socket.addQueueingDiscipline(spec, displayName: "lo")
        return try #require(try socket.queueingDisciplines(index: 1).first { $0.parent == .root })
    }

    @Test("tbf", .enabled(if: kernelHas(queueingDiscipline: "tbf"), "this kernel has no tbf"))
    func tbf() throws {
        var options = TBFOptions(bytesPerSecond: 1_250_000, burst: 10_000, limit: 100_000)
        options.peakRate = RateSpecification(bytesPerSecond: 2_500_000)
        options.peakBurst = 2000
        let shown = try #require(try made(options).options as? TBFOptions)
        #expect(shown.rate.bytesPerSecond == 1_250_000 && shown.burst == 10_000 && shown.limit == 100_000)
        #expect(shown.peakRate?.bytesPerSecond == 2_500_000 && shown.peakBurst == 2000)
        let wide = TBFOptions(bytesPerSecond: 5_000_000_000, burst: 1_000_000, limit: 2_000_000)
        #expect((try made(wide).options as? TBFOptions)?.rate.bytesPerSecond == 5_000_000_000)
    }

    @Test("htb and its classes", .enabled(if: kernelHas(queueingDiscipline: "htb"), "this kernel has no htb"))
    func htb() throws {
        var socket = try RouteSocket.open(in: try makeNetworkNamespace())
        var spec = QueueingDisciplineSpec(index: 1, parent: .root, handle: TrafficHandle(1))
        var options = HTBOptions()
        options.defaultClass = 0x10
        spec.options = options
        try socket.addQueueingDiscipline(spec, displayName: "lo")
        var htb = HTBClass(bytesPerSecond: 5_000_000_000)
        htb.rate.bytesPerSecond = 125_000
        htb.priority = 3
        htb.quantum = 3000
        htb.burst = 15_000
        let handle = TrafficHandle(1, 0x10)
        let add = TrafficClassSpec(index: 1, parent: TrafficHandle(1), handle: handle, htb: htb)
        try socket.addTrafficClass(add, displayName: "lo")
        let shown = try #require(try socket.trafficClasses(index: 1).first)
        #expect(shown.handle == handle && shown.parent == .root)
        #expect(shown.htb?.rate.bytesPerSecond == 125_000 && shown.htb?.ceiling.bytesPerSecond == 5_000_000_000)
        #expect(shown.htb?.priority == 3 && shown.htb?.quantum == 3000 && shown.htb?.burst == 15_000)
        #expect(throws: NetlinkError.self) { try socket.addTrafficClass(add, displayName: "lo") }
        try socket.deleteTrafficClass(TrafficClassSpec(index: 1, handle: handle), displayName: "lo")
        #expect(try socket.trafficClasses(index: 1).isEmpty)
    }

    @Test("netem", .enabled(if: kernelHas(queueingDiscipline: "netem"), "this kernel has no netem"))
    func netem() throws {
        var options = NetemOptions()
        options.delay = .milliseconds(20)
        options.jitter = .milliseconds(2)
        options.distribution = DelayDistribution(computing: "normal")
        options.loss = .burst(
            p: Probability(0.01), r: Probability(0.1), lossInBad: Probability(0.7), lossInGood: Probability(0.001))
        options.rate = NetemOptions.Rate(bytesPerSecond: 5_000_000_000)
        let shown = try #require(try made(options).options as? NetemOptions)
        #expect(shown.delay == options.delay && shown.jitter == options.jitter && shown.loss == options.loss)
        #expect(shown.rate == options.rate)
    }

    @Test("fifo", arguments: [FIFOOptions(.packets, limit: 7), FIFOOptions(.bytes, limit: 7000)])
    func fifo(_ options: FIFOOptions) throws {
        #expect(try made(options).options as? FIFOOptions == options)
    }

    @Test("a discipline that is there is refused, replaced, changed and deleted")
    func life() throws {
        var socket = try RouteSocket.open(in: try makeNetworkNamespace())
        var spec = QueueingDisciplineSpec(index: 1, parent: .root, handle: TrafficHandle(1))
        spec.options = FIFOOptions(.packets, limit: 7)
        try socket.addQueueingDiscipline(spec, displayName: "lo")
        let error = #expect(throws: NetlinkError.self) { try socket.addQueueingDiscipline(spec, displayName: "lo") }
        #expect(error?.errno == .fileExists)
        #expect("\(try #require(error))".hasPrefix("cannot add qdisc 'pfifo' at the root of 'lo': "))
        spec.options = FIFOOptions(.packets, limit: 8)
        try socket.changeQueueingDiscipline(spec, displayName: "lo")
        #expect((try socket.queueingDisciplines(index: 1).first?.options as? FIFOOptions)?.limit == 8)
        spec.handle = TrafficHandle(2)
        spec.options = FIFOOptions(.bytes, limit: 9)
        try socket.replaceQueueingDiscipline(spec, displayName: "lo")
        #expect(try socket.queueingDisciplines(index: 1).first?.kind == "bfifo")
        let root = QueueingDisciplineSpec(index: 1, parent: .root)
        try socket.deleteQueueingDiscipline(root, displayName: "lo")
        #expect(throws: NetlinkError.self) { try socket.deleteQueueingDiscipline(root, displayName: "lo") }
    }
}
