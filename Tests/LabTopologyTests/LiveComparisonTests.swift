// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import LabTopology
import RouteNetlink
import Testing

/// Whether what the kernel tells of a lab that is up is what the file says, so that a second run does nothing.
@Suite("What the kernel tells")
struct LiveComparisonTests {
    @Test("A route of the file has the device that its gateway is on, and its neighbours are in order")
    func routes() throws {
        let text = """
            lab: a
            nodes:
              x: {routes: [{to: 203.0.113.0/24, via: [10.2.0.2, 10.1.0.2]}, {to: default, via: 192.0.2.1}]}
              y:
              z:
            links:
              - x -- y: {ipv4: 10.1.0.0/24}
              - x -- z: {ipv4: 10.2.0.0/24}
            """
        let node = try #require(document(text).desired?.nodes["x"])
        let (first, second) = (try InterfaceName(parsing: "eth0"), try InterfaceName(parsing: "eth1"))
        let hops = node.routes.sorted { $0.destination < $1.destination }.map(\.hops)
        let (near, far) = (try IPAddress(parsing: "10.1.0.2"), try IPAddress(parsing: "10.2.0.2"))
        #expect(
            hops == [
                // Nobody has that gateway: the kernel refuses it.
                [RouteHop(gateway: try IPAddress(parsing: "192.0.2.1"), device: nil)],
                [RouteHop(gateway: near, device: first), RouteHop(gateway: far, device: second)],
            ])
    }

    /// A bucket as the kernel tells it: its size was kept as a time.
    private func told(_ wanted: LinkImpairment) throws -> LinkImpairment {
        var bucket = try #require(wanted.discipline(mtu: 1500) as? TBFOptions)
        bucket.burst -= UInt32(bucket.rate.bytesPerSecond / 16_000_000)
        return LinkImpairment(bucket)
    }

    @Test("A token bucket is the one that was asked for, its burst as well")
    func buckets() throws {
        var wanted = LinkImpairment()
        for (rate, burst) in [(125_000, nil), (1_000_000, 16_384), (1_000_000, 10), (1_250_000_000, nil)]
            as [(UInt64, UInt32?)]
        {
            (wanted.bytesPerSecond, wanted.burst) = (rate, burst)
            let live = try told(wanted)
            #expect(live.isSame(as: wanted), "\(rate), \(burst ?? 0)")
            var other = wanted
            other.burst = 1_000_000_000
            #expect(!live.isSame(as: other))
            other = wanted
            other.bytesPerSecond = rate + 125
            #expect(!live.isSame(as: other))
        }
    }

    @Test("netem is the one that was asked for, though the kernel fills in what was not said")
    func netem() throws {
        var wanted = LinkImpairment()
        (wanted.delay, wanted.loss, wanted.distribution) = (.milliseconds(40), 0.001, "normal")
        (wanted.bytesPerSecond, wanted.burst) = (1_000_000, 16_384)
        #expect(LinkImpairment(wanted.discipline(mtu: 1500)).isSame(as: wanted))
    }
}
