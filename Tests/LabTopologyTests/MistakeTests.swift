// SPDX-License-Identifier: Apache-2.0

@testable import LabTopology
import Testing

@Suite("Mistakes of lab files")
struct MistakeTests {
    @Test("a value for a variable that there is not is a mistake; one for '${name}' alone is not")
    func unknownOverrides() {
        func codes(_ text: String, _ overrides: [String: String]) -> [DiagnosticCode] {
            LabDocument(path: "t.lab.yaml", variables: overrides, reader: { _ in text }).diagnostics.all.map(\.code)
        }
        let file = "lab: a\nvars: {rate: 1mbit}\nnodes: ['x${n}']"
        #expect(codes(file, ["n": "1", "rate": "2mbit"]) == [])
        #expect(codes(file, ["n": "1", "Rate": "2mbit"]) == [.unknownVariable])
        #expect(codes("lab: a\nnodes: [b]", ["a": "1"]) == [.unknownVariable])
    }

    @Test("ends of a link with addresses in no network together are told of")
    func apart() {
        func warnings(_ first: String, _ second: String) -> [String] {
            document(
                """
                lab: a
                nodes:
                  x: {interfaces: {eth0: {ipv4: \(first)}}}
                  y: {interfaces: {eth0: {ipv4: \(second)}}}
                links: [x -- y]
                """
            ).diagnostics.all.map { "\($0.span?.line ?? 0) \($0.severity.rawValue) \($0.message)" }
        }
        #expect(warnings("10.0.0.1/24", "10.0.0.2/24") == [])
        #expect(warnings("10.0.0.1/24", "10.0.0.2/16") == [])
        #expect(warnings("10.0.0.1/32", "10.0.1.1/32") == [])
        #expect(
            warnings("10.0.0.1/24", "10.0.1.1/24") == [
                "5 warning the ends of this link have 10.0.0.1/24 and 10.0.1.1/24, which are in no network together"
            ])
    }

    @Test("All of them are reported at once, each where it is")
    func all() {
        let text = """
            lab: fabric
            groups:
              router: {forward: yes, loopback: auto}
            nodes:
              leaf1..40: {groups: [router]}
              spine1..4: {groups: [ruter]}
              h1..10:
            links:
              - leaf1..40 -- spine1..4: {patern: mesh, pool: core}
              - h1 -- h2: {impair: {delay: 10}}
            segments:
              rack1..48: {members: h1..10}
            """
        let found = document(text).diagnostics.sorted.map {
            "\($0.span?.line ?? 0):\($0.span?.column ?? 0) \($0.code.rawValue)"
        }
        #expect(
            found == [
                "3:21 wrong-type", "6:24 unknown-name", "9:5 ambiguous-pattern", "9:30 unknown-key",
                "9:50 unknown-name",
                "10:32 bad-unit", "12:24 uneven-blocks",
            ])
    }

    static let broken: [(text: String, code: DiagnosticCode, line: Int, column: Int)] = [
        ("lab: a\nnodes: {x: {forwrad: true}}", .unknownKey, 2, 13),
        ("lab: a\nlab: b\nnodes: [x]", .duplicateKey, 2, 1),
        ("lab: a\nnodes: {x: [}", .syntax, 2, 13),
        ("nodes: [x]", .missingKey, 1, 1),
        ("lab: a\nnodes: {h3..1: {}}", .badSelector, 2, 10),
        ("lab: a\nnodes: [x, x]", .duplicateNode, 2, 12),
        ("lab: a/b\nnodes: [x]", .badName, 1, 6),
        ("lab: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nnodes: [x]", .nameTooLong, 1, 6),
        ("lab: a\nnodes: [x, y]\nlinks: [x -- z]", .unknownName, 3, 14),
        ("lab: a\nnodes: [x, y]\nlinks: [x -- x]", .selfLink, 3, 9),
        ("lab: a\nnodes: [x, y]\nlinks: ['x:eth0 -- y', 'x:eth0 -- y']", .portTaken, 3, 24),
        ("lab: a\nnodes: [x, y]\nlinks: ['x:averylongnameindeed -- y']", .nameTooLong, 3, 9),
        ("lab: a\nnodes: [x, y]\nlinks:\n  - x -- y: {ipv4: 10.0.0.1/24}", .badValue, 4, 20),
        ("lab: a\nnodes: [x, y]\nlinks:\n  - x -- y: {ipv4: 10.0.0.0/32}", .poolExhausted, 4, 5),
        ("lab: a\nnodes: [x, y]\nlinks:\n  - x -- y: {mtu: 20}", .badValue, 4, 19),
        ("lab: a\nnodes: [x, y]\nlinks:\n  - x -- y: {mtu: 600}", .badValue, 4, 19),
        ("lab: a\nnodes: [x, y]\nlinks:\n  - x -- y: {impair: {loss: 1}}", .badUnit, 4, 29),
        ("lab: a\nnodes: [x, y]\nlinks:\n  - x -- y: {impair: {rate: 10mb}}", .badUnit, 4, 29),
        ("lab: a\nnodes: [x, y]\nlinks:\n  - x -- y: {impair: {loss: 200%}}", .badValue, 4, 29),
        ("lab: a\nnodes: [x, y]\nlinks:\n  - x -- y: {pool: nope}", .unknownName, 4, 20),
        ("lab: a\nnodes: [x, y, z]\nlinks:\n  - x, y -- z, x", .ambiguousPattern, 4, 5),
        ("lab: a\nnodes: [x, y, z]\nlinks:\n  - x, y: {}", .ambiguousPattern, 4, 5),
        ("lab: a\nnodes: [x, y, z]\nlinks:\n  - x, y -- z: {pattern: pair}", .unevenBlocks, 4, 5),
        ("lab: a\nnodes: [h1..5]\nsegments:\n  s1..2: {members: h1..5}", .unevenBlocks, 4, 20),
        ("lab: a\nnodes: [h1..1100]\nsegments:\n  s: {members: h1..1100}", .tooManyPorts, 4, 16),
        (
            "lab: a\nnodes: [x, y]\nsegments:\n  s: {members: [x, y], subnet: 10.0.0.0/31, host: true}", .poolExhausted,
            4, 32
        ),
        (
            "lab: a\nnodes: [x, y]\nsegments:\n  s: {members: [x], subnet: 10.0.0.0/24}\n  t: {members: [y], subnet: 10.0.0.128/25}",
            .overlappingSubnets, 5, 29
        ),
        ("lab: a\nnodes: [x, y]\nsegments:\n  s: {members: [x, x]}", .portTaken, 4, 20),
        ("lab: a\nnodes: [x, switch]\nsegments:\n  s: {members: [x]}", .badName, 2, 12),
        (
            "lab: a\nnodes: {x: {routes: [{to: default, via: 10.0.0.1}, {to: default, via: 10.0.0.2}]}}", .twoDefaults,
            2, 57
        ),
        ("lab: a\nnodes: {x: {routes: [{to: 10.0.0.0/8}]}}", .missingKey, 2, 27),
        ("lab: a\nnodes: {x: {sysctls: {kernel.x: 1}}}", .badValue, 2, 23),
        ("lab: a\nnodes: {x: {interfaces: {eth0: {ipv4: 10.0.0.300/24}}}}", .badValue, 2, 39),
        ("lab: a\nnodes: {x: {interfaces: {eth7: {ipv4: 10.0.0.1/24}}}}", .unknownName, 2, 26),
        ("lab: a\nnodes: {x: {attach: web}}", .badValue, 2, 21),
        ("lab: a\nnodes: {x: {vlans: {v: {link: eth0}}}}", .missingKey, 2, 24),
        ("lab: a\nnodes: {x: {run: [{name: p}]}}", .missingKey, 2, 19),
        ("lab: a\nvars: {m: 1}\nnodes: ['x${n}']", .unknownVariable, 3, 9),
        ("lab: a\nnodes: [x]\nchecks: [{from: x, to: 'tcp:x'}]", .badValue, 3, 24),
        ("lab: a\nnodes: [x]\nchecks: [{reach: y}]", .unknownName, 3, 18),
        ("lab: a\nnodes: [x, y]\nscenario: [{at: 5, fail: x -- y}]", .badUnit, 3, 17),
        ("lab: a\nnodes: [x, y]\nlinks: [x -- y]\nscenario: [{at: 5s}]", .missingKey, 4, 12),
        ("lab: a\npools: {p: {each: 24}}\nnodes: [x]", .missingKey, 2, 9),
        (
            "lab: a\npools: {lan: {ipv4: 10.0.0.0/30, each: 30}}\nnodes: [a, b]\nsegments: {s1..2: {members: a..b}}",
            .unknownName, 4, 29
        ),
        ("lab: a\nnodes: 7", .wrongType, 2, 8),
        ("lab: a\nnodes: {x: {devices: {d: {kind: dummy, options: numtxqueues 2}}}}", .unsupported, 2, 49),
        ("- a\n- b", .wrongType, 1, 1),
        ("lab: a\nnodes: &n [*m]", .syntax, 2, 12),
    ]

    @Test("Each has its code, line and column", arguments: broken.indices)
    func mistake(_ number: Int) {
        let (text, code, line, column) = Self.broken[number]
        let document = document(text)
        let found = document.diagnostics.sorted
        #expect(
            found.contains { $0.code == code && $0.span?.line == line && $0.span?.column == column },
            "\(text)\n\(document.diagnostics.text(in: document.source))")
        #expect(document.desired == nil)
    }

    @Test("Nothing that a file says brings the reader down")
    func mutations() {
        for text in [triangle, segments, fabric] {
            let bytes = Array(text.utf8)
            for position in stride(from: 0, to: bytes.count, by: 3) {
                var changed = bytes
                changed[position] = [UInt8(ascii: "{"), UInt8(ascii: ":"), 0xff, UInt8(ascii: "9")][position % 4]
                _ = document(String(decoding: changed, as: UTF8.self)).desired
                _ = document(String(decoding: bytes[..<position], as: UTF8.self)).desired
            }
        }
    }
}
