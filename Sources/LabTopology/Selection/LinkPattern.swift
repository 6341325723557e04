// SPDX-License-Identifier: Apache-2.0

/// An end of a link as the file names it: a node, or a device of the machine (`host:eth0`).
struct LinkEnd: Equatable {
    /// nil is the machine itself.
    var node: Int?
    var port: String?
}

/// How the nodes of a link's text are paired.
struct LinkPattern {
    /// The patterns within one set, and those between two.
    static let within = ["ring", "chain", "full", "star"]
    static let between = ["pair", "mesh", "spread"]

    private let name: Located<String>?

    init(_ node: YAMLNode?, _ diagnostics: inout Diagnostics) {
        name = node?.word("'pattern'", Self.within + Self.between, &diagnostics)
    }

    /// The pairs of ends, in order.
    func pairs(
        _ text: Located<String>, in index: NodeIndex, _ diagnostics: inout Diagnostics
    ) -> [(LinkEnd, LinkEnd)] {
        let sides = Self.sides(text)
        let ends = sides.map { resolve($0, in: index, &diagnostics) }
        switch (ends.count, name?.value) {
        case (1, nil):
            diagnostics.error(
                .ambiguousPattern, "a link has two ends, and '\(text.value)' are \(ends[0].count) nodes of one set",
                at: text.span, hint: "write A -- B, or say a pattern: \(list(Self.within))")
            return []
        case (1, let pattern?) where Self.within.contains(pattern):
            return paired(within: ends[0], pattern, &diagnostics)
        case (2, let pattern?) where Self.between.contains(pattern):
            return paired(ends[0], ends[1], pattern, text, &diagnostics)
        case (2, nil):
            if ends[0].count == 1 || ends[1].count == 1 || ends.contains(where: \.isEmpty) {
                return ends[0].flatMap { first in ends[1].map { (first, $0) } }
            }
            diagnostics.error(
                .ambiguousPattern,
                "\(ends[0].count) nodes and \(ends[1].count) nodes can be linked in more than one way", at: text.span,
                hint:
                    "say a pattern: pair (\(ends[0].count == ends[1].count ? "\(ends[0].count) links" : "the counts differ")), "
                    + "mesh (\(ends[0].count * ends[1].count) links) or spread")
            return []
        case (1, let pattern?), (2, let pattern?):
            diagnostics.error(
                .ambiguousPattern,
                "'\(pattern)' is a pattern \(ends.count == 1 ? "between two sets, and this is one" : "within one set, and these are two")",
                at: name?.span, hint: "take \(list(ends.count == 1 ? Self.within : Self.between))")
            return []
        default:
            diagnostics.error(
                .badSelector, "a link has two ends, and '\(text.value)' has \(ends.count)", at: text.span,
                hint: "several links in a row are a chain: [a, b, c] with pattern: chain")
            return []
        }
    }

    /// The texts left and right of ` -- `, with their places.
    private static func sides(_ text: Located<String>) -> [Located<String>] {
        var sides: [Located<String>] = []
        var rest = text.value[...]
        var offset = 0
        while true {
            let separator = rest.firstRange(of: "--")
            let side = rest[..<(separator?.lowerBound ?? rest.endIndex)]
            let leading = side.prefix { $0 == " " }.count
            let trimmed = String(side.dropFirst(leading).reversed().drop { $0 == " " }.reversed())
            sides.append(Located(trimmed, at: text.span.part(at: offset + leading, length: trimmed.count)))
            guard let separator else { return sides }
            offset += side.count + 2
            rest = rest[separator.upperBound...]
        }
    }

    private func resolve(
        _ side: Located<String>, in index: NodeIndex, _ diagnostics: inout Diagnostics
    ) -> [LinkEnd] {
        if side.value.hasPrefix("host:") {
            return [LinkEnd(node: nil, port: String(side.value.dropFirst(5)))]
        }
        return Selector.resolve(side.value, at: side.span, in: index, &diagnostics)
            .map { LinkEnd(node: $0.node, port: $0.port) }
    }

    private func paired(
        within ends: [LinkEnd], _ pattern: String, _ diagnostics: inout Diagnostics
    ) -> [(LinkEnd, LinkEnd)] {
        let count = ends.count
        guard count > 1 else {
            if count == 1 {
                diagnostics.error(.ambiguousPattern, "a \(pattern) needs two nodes at least", at: name?.span)
            }
            return []
        }
        switch pattern {
        case "chain": return (1..<count).map { (ends[$0 - 1], ends[$0]) }
        // Two nodes in a ring would be linked twice.
        case "ring": return (0..<(count == 2 ? 1 : count)).map { (ends[$0], ends[($0 + 1) % count]) }
        case "star": return (1..<count).map { (ends[0], ends[$0]) }
        default: return (0..<count).flatMap { first in ((first + 1)..<count).map { (ends[first], ends[$0]) } }
        }
    }

    private func paired(
        _ left: [LinkEnd], _ right: [LinkEnd], _ pattern: String, _ text: Located<String>,
        _ diagnostics: inout Diagnostics
    ) -> [(LinkEnd, LinkEnd)] {
        guard !left.isEmpty, !right.isEmpty else { return [] }
        switch pattern {
        case "mesh": return left.flatMap { first in right.map { (first, $0) } }
        case "pair":
            guard left.count == right.count else {
                diagnostics.error(
                    .unevenBlocks, "\(left.count) nodes can't be paired with \(right.count)", at: text.span,
                    hint: "the counts must be equal; 'mesh' and 'spread' take different ones")
                return []
            }
            return zip(left, right).map { ($0, $1) }
        default:
            let (few, many) = left.count <= right.count ? (left, right) : (right, left)
            guard many.count % few.count == 0 else {
                diagnostics.error(
                    .unevenBlocks, "\(many.count) nodes cannot be dealt evenly to \(few.count)", at: text.span)
                return []
            }
            let share = many.count / few.count
            return many.indices.map { position in
                let hub = few[position / share]
                return left.count <= right.count ? (hub, many[position]) : (many[position], hub)
            }
        }
    }
}
