// SPDX-License-Identifier: Apache-2.0

import KernelGates
import Testing

/// One namespace that has something of everything, as netns and as iproute2 show it, key by key.
@Suite(
    "A whole namespace beside iproute2", .enabled(if: Sandbox.isAvailable, "no namespaces can be made here"),
    .enabled(if: isInstalled("tc"), "tc is not installed"), .enabled(if: isInstalled("bridge"), "bridge is missing"))
struct WholeNamespaceComparisonTests {
    /// Each listing of iproute2, and the one of netns that has all of it.
    static let listings: [(theirs: String, ours: String)] = [
        ("ip -j -d link show", "link show"),
        ("ip -j -d -s link show", "link show -s"),
        ("ip -j -d -s -s link show", "link show -s -s"),
        ("ip -j link show", "link show"),
        ("ip -j -d link show up", "link show up"),
        ("ip -j -d link show master br0", "link show master br0"),
        ("ip -j -d address show", "address show"),
        ("ip -j -d -s address show", "address show -s"),
        ("ip -4 -j -d address show", "address show -4"),
        ("ip -6 -j -d address show", "address show -6"),
        ("ip -j -d route show", "route show"),
        ("ip -j -d route show table all", "route show table all"),
        ("ip -4 -j -d route show table all", "route show table all -4"),
        ("ip -6 -j -d route show table all", "route show table all -6"),
        ("ip -j -d -s route show table all", "route show table all -s"),
        ("ip -j -d rule show", "rule show"),
        ("ip -6 -j -d rule show", "rule show -6"),
        ("ip -j -d neighbor show", "neighbor show"),
        ("ip -j -d -s neighbor show nud all", "neighbor show nud all -s"),
        ("ip -j -d neighbor show proxy", "neighbor show proxy"),
        ("ip -j -d nexthop show", "nexthop show"),
        ("bridge -j -d fdb show", "fdb show"),
        ("bridge -j -d -s fdb show", "fdb show -s"),
        ("bridge -j -d vlan show", "vlan show"),
        ("bridge -j -d -compressvlans vlan show", "vlan show --compressvlans"),
        ("bridge -j -d vlan tunnelshow", "vlan tunnelshow"),
        ("bridge -j -d mdb show", "mdb show"),
        ("bridge -j -d -s mdb show", "mdb show -s"),
        ("tc -j -d qdisc show", "qdisc show"),
        ("tc -j -d -s qdisc show", "qdisc show -s"),
        ("tc -j -d class show dev v0", "class show dev v0"),
        ("tc -j -d -s class show dev v0", "class show dev v0 -s"),
    ]

    @Test("no key is missing, and no value is another", .timeLimit(.minutes(10 * patience)))
    func comparison() throws {
        let lacking = WholeNamespaceScene.kinds(false)
        if !lacking.isEmpty {
            Issue.record("this kernel has no \(lacking.joined(separator: ", "))", severity: .warning)
        }
        let box = try Sandbox()
        try box.shell(WholeNamespaceScene.script, timeout: .seconds(240))
        try expectWhole(box)
        for (theirs, ours) in Self.listings { try compare(box, theirs, ours) }
    }

    /// Compares one listing.
    ///
    /// The network lives meanwhile: counters run, and so do the ages of entries. What netns shows must be what the
    /// other tool showed before or shows after, or a number between. Where entries come or go, it is asked again.
    private func compare(_ box: Sandbox, _ theirs: String, _ ours: String) throws {
        var differences: [ListingDifference] = []
        for _ in 0..<4 {
            let first = try box.shell(theirs, mayFail: true)
            let result = try box.netns("\(ours) --json")
            // A kernel may lack what is asked for as a whole.
            guard first.status == 0 else {
                #expect(first.errors.contains("Operation not supported"), "\(theirs): \(first.errors)")
                return
            }
            let (before, after) = (first.output, try box.shell(theirs).output)
            #expect(result.status == 0 && result.errors == "", "netns \(ours): \(result.errors)")
            let shown = try JSON(result.output)
            guard before.first == "[" else {
                // This tool has no JSON for it, or nothing at all.
                #expect(shown.elements.isEmpty == before.isEmpty, "netns \(ours)")
                #expect(before.isEmpty || isDeliberate(ours, key: ""), "\(theirs) shows text")
                return
            }
            differences = listingDifferences(
                of: shown, before: try rows(before, of: ours), after: try rows(after, of: ours)
            ).filter { !isDeliberate(ours, key: $0.key) }
            if differences.isEmpty { return }
        }
        #expect(differences.map(\.description) == [], "netns \(ours), \(theirs)")
    }

    /// The other tool's rows, without the empty ones where that is meant.
    private func rows(_ output: String, of listing: String) throws -> JSON {
        let document = try JSON(output)
        guard isDeliberate(listing, key: "{}") else { return document }
        return .array(document.elements.filter { $0 != .object([]) })
    }

    private func isDeliberate(_ listing: String, key: String) -> Bool {
        deliberateDifferences.contains { $0.listing == listing.listingName && $0.key == key }
    }

    /// That the namespace has what the comparison is worth.
    private func expectWhole(_ box: Sandbox) throws {
        let links = try JSON(box.shell("ip -j -d link show").output).elements
        let kinds = Set(links.compactMap { $0["linkinfo"]?["info_kind"]?.text })
        #expect(Set(WholeNamespaceScene.kinds(true)).subtracting(kinds) == [])
        let addresses = try JSON(box.shell("ip -j address show dev v0").output).elements.first?["addr_info"]?.elements
        for family in ["inet", "inet6"] {
            let count = (addresses ?? []).count { $0["family"] == .string(family) && $0["scope"] != .string("link") }
            #expect(count >= 3, "\(family)")
        }
        #expect(try JSON(box.shell("ip -j -d route show table all").output).elements.count >= 20)
        for line in ["ip -j rule", "ip -j neighbor", "bridge -j fdb", "bridge -j mdb", "tc -j qdisc"] {
            #expect(try !JSON(box.shell(line).output).elements.isEmpty, "\(line)")
        }
    }

    @Test("netns(8) lists the deliberate differences, and no others")
    func page() throws {
        let explained = try ManualPage("netns").entries.filter { $0.heading == "JSON AND IPROUTE2" }
            .map { $0.names.joined(separator: " ") }
        #expect(explained == deliberateDifferences.map(\.title))
    }

    @Test("what runs with time may be between two looks, and nothing else may differ")
    func rules() throws {
        func check(_ shown: String, _ before: String, _ after: String) throws -> [String] {
            listingDifferences(of: try JSON(shown), before: try JSON(before), after: try JSON(after)).map(\.description)
        }
        #expect(try check(#"[{"a":5,"more":1}]"#, #"[{"a":4}]"#, #"[{"a":6}]"#) == [])
        #expect(try check(#"[{"a":7}]"#, #"[{"a":4}]"#, #"[{"a":6}]"#) == ["[0].a: 7, should be 4"])
        #expect(try check(#"[{"a":"x"}]"#, #"[{"a":"w"}]"#, #"[{"a":"y"}]"#) == [#"[0].a: "x", should be "w""#])
        #expect(try check(#"[{"a":" 251.20"}]"#, #"[{"a":" 251.28"}]"#, #"[{"a":" 251.13"}]"#) == [])
        let pair = #"[{"a":1,"b":1}]"#
        #expect(try check(#"[{"b":1,"a":1}]"#, pair, pair) == ["[0]: order b a, should be a b"])
        #expect(try check("[{}]", #"[{"a":{"b":1}}]"#, #"[{"a":{"b":1}}]"#) == [#"[0].a: missing, should be {"b":1}"#])
        let twice = #"[{"a":1,"a":2}]"#
        #expect(try check(#"[{"a":1}]"#, twice, twice) == ["[0].a: there twice, again as 2"])
        #expect(try check("[1]", "[1,2]", "[1,2]") == [": 1 elements, should be 2"])
    }
}

/// A difference that is meant.
struct DeliberateDifference: Sendable {
    /// What it is called in netns(8).
    var title: String
    /// The listing: `link show`.
    var listing: String
    /// The keys that lead to it, without numbers; `{}` for empty rows, nothing where the other tool shows text.
    /// `#2` is for a key that the other tool writes twice in one object.
    var key: String
}

/// What netns shows otherwise than iproute2, which netns(8) explains under the same titles.
let deliberateDifferences: [DeliberateDifference] = [
    DeliberateDifference(title: "links that are not chosen", listing: "link show", key: "{}"),
    DeliberateDifference(title: "classes", listing: "class show", key: ""),
    DeliberateDifference(title: "encap_dst", listing: "route show", key: "dst#2"),
    DeliberateDifference(title: "peakrate", listing: "qdisc show", key: "options.mpu#2"),
    DeliberateDifference(title: "throttled_times", listing: "qdisc show", key: "throttled#2"),
]

extension String {
    /// The two words of a listing, without what it is asked.
    fileprivate var listingName: String { split(separator: " ").prefix(2).joined(separator: " ") }
}

/// One place at which listings differ.
struct ListingDifference: CustomStringConvertible {
    /// Where it is, with the numbers of elements.
    var path: String
    /// The keys that lead there.
    var key: String
    var complaint: String

    var description: String { "\(path): \(complaint)" }
}

/// Where a document is neither what another tool showed before nor what it showed after, nor a number between.
///
/// Keys beyond those of the other tool are fine; theirs must be there in their order.
func listingDifferences(
    of shown: JSON, before: JSON, after: JSON, at path: String = "", _ key: String = ""
) -> [ListingDifference] {
    func difference(_ complaint: String) -> [ListingDifference] {
        [ListingDifference(path: path, key: key, complaint: complaint)]
    }
    switch (shown, before) {
    case (.object, .object(let members)):
        var found: [ListingDifference] = []
        for (number, member) in members.enumerated() {
            let (place, name) = ("\(path).\(member.key)", key.isEmpty ? member.key : "\(key).\(member.key)")
            guard let value = shown[member.key] else {
                if after[member.key] == nil { continue }
                found.append(
                    ListingDifference(path: place, key: name, complaint: "missing, should be \(member.value)"))
                continue
            }
            guard !members[..<number].contains(where: { $0.key == member.key }) else {
                found.append(
                    ListingDifference(path: place, key: name + "#2", complaint: "there twice, again as \(member.value)")
                )
                continue
            }
            found += listingDifferences(
                of: value, before: member.value, after: after[member.key] ?? member.value, at: place, name)
        }
        var wanted: [String] = []
        for member in members where !wanted.contains(member.key) && shown[member.key] != nil {
            wanted.append(member.key)
        }
        let order = shown.keys.filter(wanted.contains)
        if order != wanted {
            found += difference(
                "order \(order.joined(separator: " ")), should be \(wanted.joined(separator: " "))")
        }
        return found
    case (.array(let elements), .array(let others)):
        guard elements.count == others.count else {
            return difference("\(elements.count) elements, should be \(others.count)")
        }
        let later = after.elements.count == others.count ? after.elements : others
        return elements.indices.flatMap {
            listingDifferences(of: elements[$0], before: others[$0], after: later[$0], at: "\(path)[\($0)]", key)
        }
    default:
        if shown == before || shown == after { return [] }
        if let number = shown.reading, let first = before.reading, let last = after.reading,
            min(first, last) <= number, number <= max(first, last)
        {
            return []
        }
        // Timers of a bridge go round: between two looks they may have begun anew.
        if key.hasSuffix("_timer"), shown.reading != nil, before.reading != nil { return [] }
        return difference("\(shown), should be \(before)")
    }
}

extension JSON {
    /// The number that it is, or that a tool has written as text.
    fileprivate var reading: Double? {
        switch self {
        case .number(let digits): Double(digits)
        case .string(let text): Double(text.drop { $0 == " " })
        default: nil
        }
    }
}
