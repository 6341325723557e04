// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import LabTopology
import Testing

@Suite("Plans")
struct PlanTests {
    static let texts = [
        triangle, segments, fabric,
        triangle.replacingOccurrences(of: "ring", with: "chain"),
        triangle.replacingOccurrences(of: "r1..3", with: "r1..5").replacingOccurrences(of: "h1..3", with: "h1..5"),
        triangle.replacingOccurrences(of: "{pattern: ring}", with: "{pattern: ring, mtu: 9000, impair: {rate: 1mbit}}"),
        segments.replacingOccurrences(of: "a1..3", with: "a1..4").replacingOccurrences(of: "office", with: "office"),
        segments.replacingOccurrences(of: "mtu: 1400", with: "host: {address: first}"),
        segments.replacingOccurrences(of: "mtu: 1400", with: "host: {nat: true}"),
        "lab: x\nnodes: [a]\n",
        "lab: y\nnodes: [a, b]\nsegments: {s: {members: [{a: {vlan: 10}}, {b: {vlans: [10, 20-25]}}]}}\n",
    ]

    private func states() throws -> [LabState] {
        try [LabState()] + Self.texts.map { try #require(document($0).desired) }
    }

    private func applied(_ changes: [LabChange], to state: LabState) -> LabState {
        var state = state
        for change in changes { state.apply(change) }
        return state
    }

    @Test("A plan leads from any state to any other, and back")
    func leads() throws {
        let states = try states()
        for from in states {
            for to in states {
                let plan = LabPlan(from: from, to: to)
                let reached = applied(plan.changes, to: from)
                #expect(reached == to)
                #expect(LabPlan(from: reached, to: to).isEmpty)
            }
        }
    }

    @Test("Between equal states there is nothing to do")
    func empty() throws {
        for state in try states() { #expect(LabPlan(from: state, to: state).isEmpty) }
    }

    @Test("One change of the file is one change of the plan")
    func small() throws {
        let old = try #require(document(segments).desired)
        let new = try #require(document(segments.replacingOccurrences(of: "ttl: 32", with: "ttl: 33")).desired)
        #expect(
            LabPlan(from: old, to: new).changes == [
                .setSysctl("b1", key: "net.ipv4.ip_default_ttl", from: "32", to: "33"),
                .setSysctl("b2", key: "net.ipv4.ip_default_ttl", from: "32", to: "33"),
            ])
    }

    @Test("Parameters of a device are set once it is there, others before there is any")
    func parameters() throws {
        let text = """
            lab: p
            nodes:
              a: {sysctls: {net.ipv4.conf.eth0.rp_filter: 2, net.ipv4.conf.all.rp_filter: 2}}
              b:
            links: [a -- b]
            """
        let changes = LabPlan(from: LabState(), to: try #require(document(text).desired)).changes
        let positions = ["net.ipv4.conf.all.rp_filter", "net.ipv4.conf.eth0.rp_filter"].compactMap { key in
            changes.firstIndex { if case .setSysctl(_, key, _, _) = $0 { true } else { false } }
        }
        let link = try #require(changes.firstIndex { if case .addLink = $0 { true } else { false } })
        #expect(positions.count == 2 && positions[0] < link && link < positions[1])
    }

    @Test("A device that is made anew gets the routes over it again")
    func routesOfNewDevice() throws {
        func state(_ host: Bool) throws -> LabState {
            let text = """
                lab: p
                nodes:
                  a: {routes: [{to: 10.9.0.0/16, via: 10.1.0.9}]}
                segments: {s: {subnet: 10.1.0.0/24, members: a, host: \(host)}}
                """
            return try #require(document(text).desired)
        }
        let (old, new) = (try state(true), try state(false))
        let routes = try #require(old.nodes["a"]?.routes)
        #expect(!routes.isEmpty && routes == new.nodes["a"]?.routes)
        let added = LabPlan(from: old, to: new).changes.filter {
            if case .addRoute("a", _) = $0 { true } else { false }
        }
        #expect(added.count == routes.count)
    }

    @Test("Processes are started in the order of the file")
    func processOrder() throws {
        let text = """
            lab: p
            nodes:
              a: {run: [{name: zebra, cmd: [zebra]}, {name: ospfd, cmd: [ospfd]}, {name: bgpd, cmd: [bgpd]}]}
            """
        let state = try #require(document(text).desired)
        let names = LabPlan(from: LabState(), to: state).changes.compactMap { change in
            if case .startProcess(_, let process) = change { process.name } else { nil }
        }
        #expect(names == ["zebra", "ospfd", "bgpd"])
        let turned = try #require(document(text.replacingOccurrences(of: "zebra", with: "xebra")).desired)
        #expect(LabPlan(from: turned, to: state).changes.count == 2)
    }

    @Test("A route of the file gets the device whose network its neighbour is in")
    func device() throws {
        let text = "lab: p\nnodes: {a: {routes: [{to: 10.9.0.0/16, via: 10.0.0.1}]}, b: {}}\nlinks: [a -- b]\n"
        let route = try #require(document(text).desired?.nodes["a"]?.routes.first)
        #expect(route.hops == [RouteHop(gateway: IPAddress("10.0.0.1"), device: InterfaceName("eth0"))])
    }

    @Test("Marks are read back as they were")
    func marks() throws {
        let eth0 = try InterfaceName(parsing: "eth0")
        for (port, kind) in [
            (PortReference("r1", eth0), LinkState.Kind.veth(peer: PortReference("r2", eth0))),
            (PortReference(LabState.host, eth0), .veth(peer: PortReference("r2", eth0))),
            (PortReference("r2", eth0), .veth(peer: PortReference(LabState.host, eth0))),
            (PortReference("r1", .loopback), .loopback),
            (PortReference("switch", eth0), .bridge(spanningTree: false, filtersVLANs: false)),
            (PortReference("r1", eth0), .device(.vrf(table: 7))),
        ] {
            let mark = LabMark("lab", port, kind)
            #expect(LabMark(mark.text) == mark)
            #expect(mark.text.utf8.count <= 127)
        }
        #expect(LabMark("eth0") == nil)
    }
}
