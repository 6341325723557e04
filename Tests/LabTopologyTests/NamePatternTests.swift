// SPDX-License-Identifier: Apache-2.0

@testable import LabTopology
import Testing

@Suite("Name patterns")
struct NamePatternTests {
    @Test(
        "Names, ranges, padding, braces",
        arguments: [
            ("h1", ["h1"]), ("h1..3", ["h1", "h2", "h3"]), ("h08..10", ["h08", "h09", "h10"]),
            ("pod{1..2}-leaf{1..2}", ["pod1-leaf1", "pod1-leaf2", "pod2-leaf1", "pod2-leaf2"]),
            ("{left,right}-r", ["left-r", "right-r"]), ("a10..11", ["a10", "a11"]),
        ])
    func expands(pattern: String, names: [String]) throws {
        #expect(try NamePattern.expand(pattern).map(\.text) == names)
    }

    @Test("What is no pattern", arguments: ["h3..1", "h{1", "h}", "h{x}", "h1..999999"])
    func refuses(pattern: String) {
        #expect(throws: NamePattern.Flaw.self) { try NamePattern.expand(pattern) }
    }

    @Test(
        "Numbers are put in",
        arguments: [
            ("10.0.{i/250}.{i%250+1}/16", "10.0.1.51/16"), ("{n*2}", "14"), ("{(n+1)*2}", "16"),
            ("plain {x}", "plain {x}"),
        ])
    func fills(template: String, text: String) throws {
        #expect(try NumberTemplate(number: 7, position: 300).fill(template) == text)
    }
}
