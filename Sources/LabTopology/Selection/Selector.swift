// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// The nodes of a lab as selectors know them.
struct NodeIndex {
    private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]
    private(set) var groups: [String: [Int]] = [:]

    mutating func add(_ name: String, groups: [String]) {
        numbers[name] = names.count
        for group in groups { self.groups[group, default: []].append(names.count) }
        names.append(name)
    }

    /// The names of groups that have no node yet must be known as well.
    mutating func declare(group: String) { groups[group, default: []] += [] }

    func number(of name: String) -> Int? { numbers[name] }
}

/// A node that a selector chose, with the port that it named.
struct SelectedEnd: Equatable {
    /// Its number in the lab.
    var node: Int
    /// `a:eth3`
    var port: String?
}

/// Which nodes are meant: names, ranges, braces, globs (`leaf*`), groups (`.router`), several with commas or blanks
/// between.
enum Selector {
    /// The nodes in the order in which they are named.
    ///
    /// - Parameter span: the selector's place; complaints point at the part of it that is wrong.
    static func resolve(
        _ text: String, at span: SourceSpan, in index: NodeIndex, _ diagnostics: inout Diagnostics
    ) -> [SelectedEnd] {
        var ends: [SelectedEnd] = []
        for (term, offset) in terms(text) {
            let place = span.part(at: offset, length: term.count)
            let port = port(of: term)
            let pattern = port.map { String(term.dropLast($0.count + 1)) } ?? term
            guard let nodes = nodes(pattern, at: place, in: index, &diagnostics) else { continue }
            if let port, nodes.count > 1 {
                diagnostics.error(
                    .badSelector, "':\(port)' is a port of one node, and '\(pattern)' are \(nodes.count)", at: place)
                continue
            }
            ends += nodes.map { SelectedEnd(node: $0, port: port) }
        }
        if ends.isEmpty, terms(text).isEmpty {
            diagnostics.error(.badSelector, "here stand nodes, and there is nothing", at: span)
        }
        return ends
    }

    /// The parts between commas and blanks that are not in braces, each with where it begins.
    static func terms(_ text: String) -> [(text: String, offset: Int)] {
        var terms: [(text: String, offset: Int)] = []
        var depth = 0
        var current = ""
        var start = 0
        for (offset, character) in text.enumerated() {
            if character == "{" { depth += 1 } else if character == "}" { depth -= 1 }
            if depth <= 0, character == "," || character == " " {
                if !current.isEmpty { terms.append((current, start)) }
                current = ""
                continue
            }
            if current.isEmpty { start = offset }
            current.append(character)
        }
        if !current.isEmpty { terms.append((current, start)) }
        return terms
    }

    private static func port(of term: String) -> String? {
        term.lastIndex(of: ":").map { String(term[term.index(after: $0)...]) }
    }

    private static func nodes(
        _ pattern: String, at span: SourceSpan, in index: NodeIndex, _ diagnostics: inout Diagnostics
    ) -> [Int]? {
        if pattern.hasPrefix(".") {
            let group = String(pattern.dropFirst())
            if let nodes = index.groups[group] { return nodes }
            diagnostics.error(
                .unknownName, "there is no group '\(group)'", at: span,
                hint: suggestion(for: group, among: index.groups.keys.sorted()))
            return nil
        }
        if pattern.contains("*") || pattern.contains("?") {
            let glob = Array(pattern)
            let nodes = index.names.indices.filter { matches(glob[...], Array(index.names[$0])[...]) }
            if nodes.isEmpty { diagnostics.error(.unknownName, "no node is called '\(pattern)'", at: span) }
            return nodes.isEmpty ? nil : nodes
        }
        let names: [NamePattern.Name]
        do throws(NamePattern.Flaw) { names = try NamePattern.expand(pattern) } catch {
            diagnostics.error(
                .badSelector, error.message, at: span.part(at: error.offset, length: pattern.count - error.offset))
            return nil
        }
        let nodes = names.map { index.number(of: $0.text) }
        if let missing = nodes.firstIndex(of: nil) {
            let name = names[missing].text
            let count = nodes.count { $0 == nil }
            diagnostics.error(
                .unknownName,
                "there is no node '\(name)'" + (count > 1 ? ", and \(count - 1) more of '\(pattern)'" : ""),
                at: span, hint: suggestion(for: name, among: index.names.prefix(2000)))
            return nil
        }
        return nodes.compactMap(\.self)
    }

    private static func matches(_ glob: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        guard let first = glob.first else { return name.isEmpty }
        if first == "*" {
            return matches(glob.dropFirst(), name) || (!name.isEmpty && matches(glob, name.dropFirst()))
        }
        guard let letter = name.first, first == "?" || first == letter else { return false }
        return matches(glob.dropFirst(), name.dropFirst())
    }
}
