// SPDX-License-Identifier: Apache-2.0

import LabTopology
import Testing

/// Whether netns-lab(5) and the JSON Schema say what the decoder of lab files does.
@Suite
struct LabPageTests {
    private static let page = Result { try ManualPage("netns-lab", section: 5) }

    /// Each map by what the decoder calls it, the headings under which its keys are explained, and its definition in
    /// the schema; nil is the document.
    static let maps: [(map: String, headings: [String], definition: String?)] = [
        ("a lab", ["Labs"], nil),
        ("a pool", ["Pools"], "pool"),
        ("a node", ["Nodes"], "node"),
        ("an interface", ["Interfaces"], "interface"),
        ("a route", ["Routes"], "route"),
        ("a hop", ["Routes"], "hop"),
        ("a bridge", ["Devices"], "bridge"),
        ("a VRF", ["Devices"], "vrf"),
        ("a VLAN", ["Devices"], "vlan"),
        ("a VXLAN", ["Devices"], "vxlan"),
        ("a device", ["Devices"], "device"),
        ("a process", ["Processes"], "processSettings"),
        ("a link", ["Links"], "link"),
        ("a segment", ["Links", "Segments"], "segment"),
        ("a member", ["Segments"], "member"),
        ("'host'", ["Segments"], "hostSettings"),
        ("an impairment", ["Impairments"], "impairment"),
        ("an impairment of one direction", ["Impairments"], "direction"),
        ("a check", ["Checks"], "check"),
        ("an event", ["Scenario"], "event"),
    ]

    @Test("every map of the decoder is asked for its keys")
    func completeness() {
        #expect(Set(LabKeys.byMap.keys) == Set(Self.maps.map(\.map) + ["'defaults'"]))
    }

    @Test("every key of every map is explained", arguments: maps.indices)
    func keys(_ number: Int) throws {
        let (map, headings, _) = Self.maps[number]
        let page = try Self.page.get()
        let explained = Set(headings.flatMap { page.explained(.term, under: $0) })
        let keys = try #require(LabKeys.byMap[map])
        #expect(keys.subtracting(explained) == [], "netns-lab(5) explains no such key of \(map)")
    }

    @Test("every key that is explained exists", arguments: Set(maps.flatMap(\.headings)).sorted())
    func existence(_ heading: String) throws {
        let keys = Self.maps.filter { $0.headings.contains(heading) }
            .reduce(into: Set<String>()) { $0.formUnion(LabKeys.byMap[$1.map] ?? []) }
        #expect(Set(try Self.page.get().explained(.term, under: heading)).subtracting(keys) == [], "\(heading)")
    }

    @Test("every code of a mistake is explained, and every one that is explained exists")
    func codes() throws {
        let explained = try Self.page.get().explained(.term, under: "Errors")
        #expect(Set(explained) == Set(DiagnosticCode.allCases.map(\.rawValue)))
        #expect(explained == explained.sorted())
    }

    @Test("the page has its sections, and refers to pages that exist")
    func sections() throws {
        let page = try Self.page.get()
        for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "FILES", "EXAMPLES", "SEE ALSO"] {
            #expect(page.headings.contains(heading))
        }
        #expect(try Set(page.references).subtracting(ManualPage.names().map { "\($0)(8)" }) == [])
    }

    @Test("examples run as they are written", .enabled(if: Sandbox.isAvailable))
    func examples() throws {
        let examples = try Self.page.get().examples
        #expect(!examples.isEmpty)
        let box = try Sandbox()
        for example in examples { try box.shell(example.commands) }
    }

    // MARK: The schema

    private func schema() throws -> JSON { try JSON(repositoryText("Examples/netns-lab.schema.json")) }

    @Test("the schema has the keys of every map, and no others", arguments: maps.indices)
    func schemaKeys(_ number: Int) throws {
        let (map, _, definition) = Self.maps[number]
        let schema = try schema()
        let object = try #require(definition.map { schema["$defs"]?[$0] } ?? schema)
        var keys = try #require(LabKeys.byMap[map])
        // An impairment's own settings stand beside those of an event.
        if map == "an event" { keys.formUnion(LabKeys.byMap["an impairment"] ?? []) }
        #expect(Set(object["properties"]?.keys ?? []) == keys, "\(map)")
        #expect(object["additionalProperties"] == .bool(false), "\(map)")
    }

    @Test("the schema refers to what it defines, and defines nothing else")
    func schemaReferences() throws {
        let schema = try schema()
        var met: Set<String> = []
        func look(_ value: JSON) {
            for element in value.elements { look(element) }
            for key in value.keys {
                guard let member = value[key] else { continue }
                if key == "$ref", let text = member.text { met.insert(text) } else { look(member) }
            }
        }
        look(schema)
        #expect(met == Set((schema["$defs"]?.keys ?? []).map { "#/$defs/\($0)" }))
    }
}
