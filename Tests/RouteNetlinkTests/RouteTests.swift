// SPDX-License-Identifier: Apache-2.0

import Addressing
import MessageMutation
import Netlink
import RouteNetlink
import Testing

/// RTA_METRICS and RTA_MULTIPATH
private let nests: [UInt16: Message.Nesting] = [8: .attributes, 9: .nextHops]

@Suite struct RouteTests {
    @Test(arguments: routeCaptures + routeQueryCaptures) func requestIsWhatIPSends(_ capture: Capture) throws {
        let expected = Message(capture.bytes, headerSize: 12, nests: nests)
        #expect(Message(try capture.request(), headerSize: 12, nests: nests) == expected)
    }

    @Test(arguments: routeCaptures) func requestReadsBack(_ capture: Capture) throws {
        let payload = capture.bytes.span.bytes.extracting(droppingFirst: 16)
        var again = try #require(try Route(decoding: payload)).addRequest().bytes
        // add, replace, change and append differ in nothing else.
        again.replaceSubrange(6..<8, with: capture.bytes[6..<8])
        #expect(
            Message(again, headerSize: 12, nests: nests) == Message(capture.bytes, headerSize: 12, nests: nests))
    }

    @Test func kernelReports() throws {
        for report in try routeReports() {
            let route = try report.withPayload { try Route(decoding: $0) }
            #expect(route == report.value)
        }
    }

    /// A route that the kernel reported goes back as it came: `ip route restore`, and exact deletion.
    @Test func reportsCanBeSentAgain() throws {
        for report in try routeReports() {
            let bytes = report.value.deleteRequest().bytes
            var again = try #require(try Route(decoding: bytes.span.bytes.extracting(droppingFirst: 16)))
            // What only the kernel says.
            (again.flags, again.cacheInfo) = (report.value.flags, report.value.cacheInfo)
            (again.user, again.mark, again.inputInterface) = (report.value.user, report.value.mark, nil)
            if report.value.nextHopID != nil {
                (again.gateway, again.outputInterface) = (report.value.gateway, report.value.outputInterface)
            }
            for position in again.nextHops.indices {
                again.nextHops[position].flags = report.value.nextHops[position].flags
            }
            #expect(again == report.value)
        }
    }

    @Test func operationsNameTheirObjects() throws {
        var route = Route(to: .defaultRoute(.ipv4), via: IPAddress("10.0.0.1"))
        #expect(route.addRequest().operation == "add route to 'default' via '10.0.0.1'")
        route.table = RouteTable(rawValue: 70_000)
        #expect(
            route.deleteRequest(device: "eth0").operation
                == "delete route to 'default' via '10.0.0.1' on 'eth0' in table '70000'")
        let blackhole = Route(to: try IPPrefix(parsing: "10.0.0.0/8"), type: .blackhole)
        #expect(blackhole.replaceRequest().operation == "replace blackhole route to '10.0.0.0/8'")
    }

    @Test func flagsOfTheKernelAreNotSent() throws {
        var route = Route(to: .defaultRoute(.ipv4), via: IPAddress("10.0.0.1"))
        route.flags = [.dead, .linkDown, .onlink, .routeOffload]
        #expect(route.addRequest().bytes.integer(at: 24, as: UInt32.self) == RouteFlags.onlink.rawValue)
    }

    @Test func weightIsOneMoreThanHops() throws {
        for (weight, hops) in [(1, 0), (256, 255), (0, 0), (1000, 255)] as [(UInt16, UInt8)] {
            let route = Route(to: .defaultRoute(.ipv4), nextHops: [NextHop(device: 1, weight: weight)])
            #expect(route.addRequest().bytes[16 + 12 + 4 + 3] == hops)
        }
    }

    @Test func filterMatches() throws {
        var route = Route(to: .defaultRoute(.ipv4), nextHops: [NextHop(device: 1), NextHop(device: 2)])
        #expect(RouteFilter(family: .ipv4, table: .main, device: 2, origin: .boot).matches(route))
        #expect(!RouteFilter(device: 3).matches(route))
        #expect(!RouteFilter(family: .ipv6).matches(route))
        #expect(!RouteFilter(isCache: true).matches(route))
        route.flags = .cloned
        #expect(RouteFilter(isCache: true).matches(route))
        #expect(!RouteFilter().matches(route))
    }

    @Test func otherFamiliesAreNoRoutes() throws {
        // AF_MPLS, RTNL_FAMILY_IPMR
        for family: UInt8 in [28, 128] {
            let message = [family] + [UInt8](repeating: 0, count: 11)
            #expect(try Route(decoding: message.span.bytes) == nil)
        }
    }

    @Test func viaOfAnotherFamilyIsPassedOver() throws {
        let message = [UInt8](hex: "0210000000000001 00000000 0a0012001c00010203040000")
        #expect(try Route(decoding: message.span.bytes)?.gateway == nil)
    }

    @Test(arguments: [
        "02", "0221000000000000 00000000", "0a00810000000000 00000000 1400020020010db8000000000000000000000002",
        // A gateway of the other family; RTA_VIA with an IPv6 address of four bytes.
        "0200000000000000 00000000 1400050020010db8000000000000000000000002",
        "0200000000000000 00000000 0a0012000a00000000000000",
        // Next hops of length 0, of length 7, and longer than the attribute.
        "0200000000000000 00000000 0c000900000000000a000000", "0200000000000000 00000000 0c000900070000000a000000",
        "0200000000000000 00000000 0c000900100000000a000000",
        // A metric of two bytes.
        "0200000000000000 00000000 0c000800060002000a000000",
    ])
    func malformedReportsThrow(_ hex: String) {
        #expect(throws: MalformedReply.self) { try Route(decoding: [UInt8](hex: hex).span.bytes) }
    }

    @Test func mutatedReportsThrowOrParse() throws {
        for report in try routeReports() {
            mutate(Array(report.bytes.dropFirst(16))) { bytes in
                // What parses must also be fit to be sent and shown.
                guard let route = try? Route(decoding: bytes) else { return }
                _ = route.deleteRequest(device: "v0").bytes
            }
        }
    }
}

@Suite struct RouteTermTests {
    @Test func metrics() {
        var metrics = RouteMetrics()
        #expect(metrics.isEmpty)
        metrics[.mtu] = 1400
        metrics.setLocked(true, .mtu)
        #expect(metrics.isLocked(.mtu) && metrics.lock == 4)
        metrics.setLocked(false, .mtu)
        #expect(!metrics.isLocked(.mtu))
        #expect(!metrics.isLocked(RouteMetrics.Kind(rawValue: .max)))
        #expect(RouteMetrics.Kind.minimumRTO.name == "rto_min")
        #expect(RouteMetrics.Kind.fastOpenNoCookie.name == "fastopen_no_cookie")
    }

    @Test func typesHaveTheirNames() {
        #expect(RouteType(name: "blackhole") == .blackhole)
        #expect(RouteType(name: "11") == .externalResolver)
        #expect(RouteType(name: "256") == nil)
        #expect(RouteType(rawValue: 77).name == "77")
        #expect(RoutePreference(name: "low")?.rawValue == 3)
    }

    @Test func flagNames() {
        #expect(RouteFlags([.linkDown, .dead, .onlink]).names == ["dead", "onlink", "linkdown"])
    }

    @Test func nameFilesOverrideBuiltInNames() {
        let table = NameTable(
            builtIn: [0: "unspec", 4: "static"],
            contents: ["# comment\n4\tfixed # why\n 0x10  lab\nnonsense\n7 a b\n99999999999 big\n\n", "16 lab2\r\n"])
        #expect(table.text(of: 4) == "fixed")
        #expect(table.number(of: "fixed") == 4)
        #expect(table.number(of: "static") == 4)
        #expect(table.text(of: 16) == "lab2")
        #expect(table.number(of: "lab") == 16)
        #expect(table.text(of: 7) == "7")
        #expect(table.number(of: "7") == 7)
        #expect(table.number(of: "+7") == nil)
        #expect(table.number(of: "0x7") == nil)
        #expect(table.number(of: "4294967296") == nil)
        #expect(table.number(of: "") == nil)
        #expect(table.entries.map(\.number) == [0, 4, 16])
    }

    @Test func trafficClassesAreHexadecimal() {
        let table = NameTable(builtIn: [:], hexadecimal: true)
        #expect(table.text(of: 8) == "0x08")
        #expect(table.text(of: 0x110) == "0x110")
        #expect(table.number(of: "0x10") == 16)
    }
}
