// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import LabTopology
import Testing

@Suite("Pictures of labs")
struct GraphTests {
    /// Two spines, four leaves, and a segment of eight hosts on each of them.
    static let leafSpine = """
        lab: fabric
        groups:
          spine: {forward: true}
          leaf: {forward: true}
        nodes:
          spine1..2: {groups: [spine]}
          leaf1..4: {groups: [leaf]}
          h1..32:
        links:
          - leaf1..4 -- spine1..2: {pattern: mesh}
        segments:
          rack1..4: {members: h1..32, gateway: leaf1..4}
        """

    /// Forty routers in a ring with chords, and a segment across.
    static let forty = """
        lab: forty
        nodes:
          core1..8:
          edge1..16:
          h1..16:
        links:
          - core1..8: {pattern: ring}
          - core1 -- core5
          - core2 -- core6
          - core1..8 -- edge1..16: {pattern: spread}
          - edge1..16 -- h1..16: {pattern: pair}
          - edge1 -- edge3
          - edge6 -- edge9
        """

    private static let texts = [
        triangle, segments, leafSpine, forty,
        "lab: one\nnodes: [a]\n",
        "lab: apart\nnodes:\n  a1..12:\n",
        "lab: twice\nnodes: [a, b]\nlinks: [a -- b, a -- b, a -- b]\n",
        "lab: mesh\nnodes:\n  n1..12:\nlinks:\n  - n1..12: {pattern: full}\n",
        "lab: ring\nnodes:\n  node1..40:\nlinks:\n  - node1..40: {pattern: ring}\n",
        "lab: star\nnodes:\n  hub:\n  h1..39:\nlinks:\n  - hub, h1..39: {pattern: star}\n",
        "lab: machine\nnodes:\n  h1..5:\nsegments:\n  lan: {members: h1..5, host: {nat: true}}\n",
        forty.replacingOccurrences(of: "links:", with: "segments:\n  all: {members: core1..8}\nlinks:"),
    ]

    @Test("Nothing covers another thing, and no line passes through a node", arguments: texts)
    func clear(text: String) throws {
        let graph = LabGraph(try #require(document(text).lab))
        let layout = graph.layout()
        #expect(layout.overlaps(graph) == 0, "\(graph.name)")
        for box in layout.boxes {
            #expect(box.center.x - box.width / 2 >= 0 && box.center.x + box.width / 2 <= layout.width)
            #expect(box.center.y - box.height / 2 >= 0 && box.center.y + box.height / 2 <= layout.height)
        }
    }

    @Test("The same lab is drawn the same")
    func repeatable() throws {
        var detail = LabGraph.Detail()
        (detail.showsPorts, detail.showsAddresses) = (true, true)
        let lab = try #require(document(Self.forty).lab)
        #expect(LabGraph(lab).svg(detail) == LabGraph(lab).svg(detail))
    }

    @Test("A fabric has its rows: spines above leaves above racks above hosts")
    func rows() throws {
        let graph = LabGraph(try #require(document(Self.leafSpine).lab))
        let boxes = graph.layout().boxes
        func heights(_ start: String) -> [Double] {
            graph.vertices.indices.filter { graph.vertices[$0].name.hasPrefix(start) }.map { boxes[$0].center.y }
        }
        #expect(Set(heights("spine")).count == 1)
        #expect(Set(heights("leaf")).count == 1)
        #expect(heights("spine")[0] < heights("leaf")[0])
        #expect(heights("leaf")[0] < heights("rack")[0])
        #expect(heights("h").allSatisfy { $0 > heights("rack")[0] })
    }

    @Test("A host that shares its trunk with others has its own address in the picture")
    func hostAddresses() throws {
        let lab = try #require(document(Self.leafSpine).lab)
        var detail = LabGraph.Detail()
        detail.showsAddresses = true
        let picture = LabGraph(lab).svg(detail)
        for number in 2...9 { #expect(picture.contains(">10.16.0.\(number)/24</text>")) }
    }

    @Test("Every link is in the tree once, and one that closes a circle leads back")
    func tree() throws {
        let graph = LabGraph(try #require(document(triangle).lab))
        #expect(
            graph.text(LabGraph.Detail()) == """
                triangle
                └─ r1
                   ├─ r2
                   │  ├─ ^ r3
                   │  └─ h2
                   ├─ r3
                   │  └─ h3
                   └─ h1

                """)
        var detail = LabGraph.Detail()
        (detail.showsPorts, detail.showsAddresses) = (true, true)
        let lines = graph.text(detail).split(separator: "\n")
        #expect(lines.count == 1 + graph.edges.count + 1)
        #expect(lines[1] == "└─ r1 10.255.0.1/32 fd00:c::1/128")
        #expect(lines[2].contains("eth0 10.0.0.0/31 fd00:a::/127 – eth0 10.0.0.1/31 fd00:a::1/127 – r2"))
    }

    @Test("Dot and Mermaid name every vertex and edge, and quote what is not plain")
    func languages() throws {
        var graph = LabGraph(try #require(document(segments).lab))
        let dot = graph.dot(LabGraph.Detail())
        #expect(dot.split(separator: "\n").count { $0.contains(" -- ") } == graph.edges.count)
        #expect(dot.contains("[label=\"left\", shape=ellipse]"))
        let mermaid = graph.mermaid(LabGraph.Detail())
        #expect(
            mermaid.split(separator: "\n").count { $0.contains("--- ") || $0.contains("-.- ") } == graph.edges.count)
        #expect(mermaid.contains("([\"left\"])"))
        graph.name = "a\"<b"
        #expect(graph.dot(LabGraph.Detail()).hasPrefix("graph \"a\\\"<b\" {"))
        #expect(graph.svg(LabGraph.Detail()).contains("a&quot;&lt;b</text>"))
    }
}
