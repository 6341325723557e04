// SPDX-License-Identifier: Apache-2.0

import Addressing
import CMnl
@testable import Netlink
@testable import RouteNetlink
import Testing

/// Whether requests have bytes that are nobody's: of what the stack or the heap held before.
@Suite struct HeaderBytesTests {
    /// One request of each structure that is put, as a header or inside.
    private static let requests: [(name: String, bytes: @Sendable () throws -> [UInt8])] = [
        ("ifaddrmsg", { try address().addRequest(displayName: "v0").bytes }),
        (
            "ifa_cacheinfo",
            {
                try address { $0.lifetimes = AddressLifetimes(preferred: 30, valid: 60) }.addRequest(displayName: "v0")
                    .bytes
            }
        ),
        ("ifinfomsg", { LinkFilter().request().bytes }),
        ("rtmsg", { try route().addRequest().bytes }),
        (
            "rtnexthop",
            { try route { $0.nextHops = [NextHop(device: 1), NextHop(device: 2, weight: 3)] }.addRequest().bytes }
        ),
        ("rta_cacheinfo", { withPayload(of: RouteCacheInfo(expires: 5)) }),
        ("ndmsg", { Neighbor(.v4(.init(10, 0, 0, 1)), index: 3, state: .permanent).addRequest().bytes }),
        ("fib_rule_hdr", { Rule(.ipv6, lookup: RouteTable(rawValue: 1000)).addRequest().bytes }),
        ("nhmsg", { NextHopObject(id: 5, .ipv4, device: 3).addRequest().bytes }),
        ("br_port_msg", { MulticastDatabase.listRequest().bytes }),
    ]

    private static func address(_ change: (inout InterfaceAddress) -> Void = { _ in }) throws -> InterfaceAddress {
        var address = InterfaceAddress(try IPPrefix(parsing: "10.0.0.1/24"), index: 3)
        change(&address)
        return address
    }

    private static func route(_ change: (inout Route) -> Void = { _ in }) throws -> Route {
        var route = Route(to: try IPPrefix(parsing: "10.9.0.0/16"), device: 3)
        change(&route)
        return route
    }

    private static func withPayload(of value: some AttributeValue) -> [UInt8] {
        var bytes: [UInt8] = []
        value.withAttributePayload { bytes = Array($0) }
        return bytes
    }

    @Test(arguments: requests.indices) func sameBytesWhateverWasThereBefore(_ index: Int) throws {
        let (name, bytes) = Self.requests[index]
        let first = try bytes()
        for round in 0..<64 {
            dirty(depth: 8, UInt8(truncatingIfNeeded: 0xa5 ^ round))
            #expect(try bytes() == first, "\(name)")
        }
    }

    @Test func capturedRequestsAreTheSameToo() throws {
        let captures =
            addressCaptures + routeCaptures + routeQueryCaptures + ruleCaptures + neighborCaptures + nextHopCaptures
            + forwardingCaptures + vlanCaptures + multicastCaptures
        for capture in captures {
            let first = try capture.request()
            for round in 0..<4 {
                dirty(depth: 8, UInt8(truncatingIfNeeded: 0xa5 ^ round))
                #expect(try capture.request() == first, "\(capture.command)")
            }
        }
    }

    @Test func structuresWithoutPadding() {
        func isWhole<Structure>(_ structure: Structure) -> Bool {
            fieldByteCount(of: structure) == MemoryLayout<Structure>.size
        }
        #expect(isWhole(ifaddrmsg()) && isWhole(ifinfomsg()) && isWhole(rtmsg()) && isWhole(rtnexthop()))
        #expect(isWhole(rtgenmsg()) && isWhole(ndmsg()) && isWhole(fib_rule_hdr()) && isWhole(nhmsg()))
        #expect(isWhole(tcmsg()) && isWhole(tc_netem_qopt()) && isWhole(tc_tbf_qopt()) && isWhole(tc_htb_opt()))
        #expect(isWhole(genlmsghdr()) && isWhole(rta_cacheinfo()) && isWhole(nda_cacheinfo()))
        #expect(isWhole(UInt8(1)) && isWhole((UInt16(1), UInt16(2))))
        // Three bytes behind the family, which is why there is one in Swift in its place.
        #expect(fieldByteCount(of: br_port_msg()) == 5 && MemoryLayout<br_port_msg>.size == 8)
        #expect(fieldByteCount(of: ifla_vf_guid()) == 12 && MemoryLayout<ifla_vf_guid>.size == 16)
    }

    #if DEBUG
        @Test func structureWithPaddingStopsADebugBuild() async {
            await #expect(processExitsWith: .failure) {
                _ = Request<MulticastMessage>(RTM_GETMDB, header: br_port_msg(), operation: "list multicast groups")
            }
        }
    #endif

    /// Leaves bytes in the stack and the heap where the next calls find them.
    @inline(never)
    private func dirty(depth: Int, _ byte: UInt8) {
        withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { stack in
            stack.initializeMemory(as: UInt8.self, repeating: byte)
            if depth > 0 { dirty(depth: depth - 1, byte) }
            // Read, so that the bytes are written.
            #expect(stack[depth] == byte)
        }
        guard depth == 0 else { return }
        let heap = UnsafeMutableRawPointer.allocate(byteCount: 16_384, alignment: 8)
        heap.initializeMemory(as: UInt8.self, repeating: byte, count: 16_384)
        heap.deallocate()
    }
}
