// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import LabTopology
import Testing

@Suite("From the file to single nodes, links and addresses")
struct ExpansionTests {
    @Test("The fabric of the proposal has the counts of the proposal")
    func counts() throws {
        let document = document(fabric)
        #expect(document.diagnostics.all.isEmpty)
        let lab = try #require(document.lab)
        #expect(lab.nodes.count == 1044)
        #expect(lab.links.count == 160)
        #expect(lab.segments.count == 40)
        #expect(lab.segments.reduce(0) { $0 + $1.members.count } == 1040)
        #expect(lab.segments[0].members.count == 26)
        #expect(lab.nodes[try #require(lab.segments[1].members[0].port.node)].name == "leaf2")
    }

    @Test("Links take networks in the order of the file, and no address is given twice")
    func addresses() throws {
        let lab = try #require(document(triangle).lab)
        #expect(lab.links.map(\.key) == ["r1--r2", "r2--r3", "r3--r1", "r1--h1", "r2--h2", "r3--h3"])
        #expect(lab.links[0].addresses[0].map(\.description) == ["10.0.0.0/31", "fd00:a::/127"])
        #expect(lab.links[0].addresses[1].map(\.description) == ["10.0.0.1/31", "fd00:a::1/127"])
        let all = lab.links.flatMap(\.addresses).flatMap(\.self).map(\.address)
        #expect(Set(all).count == all.count)
    }

    @Test("A node more renumbers nobody")
    func remembering() throws {
        let first = document(triangle)
        let more = triangle.replacingOccurrences(of: "r1..3 -- h1..3", with: "r1..3 -- h0..2")
            .replacingOccurrences(of: "h1..3:", with: "h0..3:\n  new: {groups: [router]}")
            .replacingOccurrences(of: "links:", with: "links:\n  - new -- r1")
        let second = document(more, remembered: first.memory)
        #expect(second.diagnostics.all.isEmpty)
        let old = try #require(first.lab), new = try #require(second.lab)
        for link in old.links where new.links.contains(where: { $0.key == link.key }) {
            let other = try #require(new.links.first { $0.key == link.key })
            #expect(other.addresses == link.addresses)
            #expect(other.ends.map(\.interface) == link.ends.map(\.interface))
        }
        // Without it the new link, which stands first, would have the first network.
        #expect(try #require(document(more).lab).links[0].addresses[0][0].description == "10.0.0.0/31")
    }

    @Test("Hosts of a segment go out by its gateway, routers by the shortest way")
    func routes() throws {
        let state = try #require(document(segments).desired)
        #expect(
            state.nodes["a1"]?.routes.contains {
                $0.destination.isDefaultRoute && $0.hops[0].gateway == IPAddress("10.1.0.1")
            } == true)
        #expect(state.nodes["gw"]?.routes.isEmpty == true)
        let ring = try #require(document(triangle).desired)
        let route = try #require(ring.nodes["r1"]?.routes.first { $0.destination.description == "10.0.0.8/31" })
        #expect(route.hops == [RouteHop(gateway: IPAddress("10.0.0.1"), device: InterfaceName("eth0"))])
    }

    @Test("Ways of equal cost are side by side")
    func equalCost() throws {
        let square = triangle.replacingOccurrences(of: "r1..3", with: "r1..4").replacingOccurrences(
            of: "h1..3", with: "h1..4")
        let state = try #require(document(square).desired)
        let far = try #require(state.nodes["r1"]?.routes.first { $0.destination.description == "10.255.0.3/32" })
        #expect(far.hops.count == 2)
    }
}

extension String {
    /// Without Foundation.
    func replacingOccurrences(of text: String, with other: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            result += rest[..<range.lowerBound] + other
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
