// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// Reads the known keys of one map, and reports the others.
struct MapReader {
    private let entries: [YAMLNode.Entry]
    /// The map's own place, for what is missing.
    let span: SourceSpan
    /// What a key of the map is, as in "'patern' is not a link setting".
    let subject: String

    /// Takes a map, or nothing at all for an empty one.
    init(
        _ node: YAMLNode, _ subject: String, keys: [String], aliases: KeyValuePairs<String, String> = [:],
        _ diagnostics: inout Diagnostics
    ) {
        (span, self.subject) = (node.span, subject)
        guard let entries = node.entries else {
            if !node.isNull {
                diagnostics.error(
                    .wrongType, "here stand the settings of \(subject), and this is \(node.kind)", at: node.span)
            }
            self.entries = []
            return
        }
        self.entries = entries
        for entry in entries {
            guard let key = entry.key.text, !keys.contains(key) else { continue }
            let meant = aliases.first { $0.key == key }?.value ?? nearest(to: key, among: keys)
            diagnostics.error(
                .unknownKey, "'\(key)' is not a setting of \(subject)", at: entry.key.span,
                hint: meant.map { "did you mean '\($0)'?" } ?? "the settings are: \(keys.joined(separator: ", "))")
        }
    }

    /// The value of a key.
    subscript(key: String) -> YAMLNode? { entries.first { $0.key.text == key }?.value }

    /// The key and its value.
    func entry(_ key: String) -> YAMLNode.Entry? { entries.first { $0.key.text == key } }

    /// The value, which must be there.
    func required(_ key: String, _ diagnostics: inout Diagnostics) -> YAMLNode? {
        if let value = self[key] { return value }
        diagnostics.error(.missingKey, "\(subject) needs '\(key)'", at: span)
        return nil
    }
}

// MARK: Values

extension YAMLNode {
    /// A text that is not empty.
    func string(_ what: String, _ diagnostics: inout Diagnostics) -> Located<String>? {
        guard let text, !isNull else { return complain("is \(kind)", "a text", what, &diagnostics) }
        return Located(text, at: span)
    }

    /// A truth value.
    func flag(_ what: String, _ diagnostics: inout Diagnostics) -> Bool? {
        if let bool { return bool }
        guard let text else { return complain("is \(kind)", "true or false", what, &diagnostics) }
        let meant = ["yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"][
            text.lowercased()]
        diagnostics.error(
            .wrongType, "\(what) is true or false, and this is '\(text)'", at: span, hint: meant.map { "write \($0)" })
        return nil
    }

    /// A whole number.
    func number<Number: FixedWidthInteger>(
        _ what: String, _ range: ClosedRange<Number>, _ diagnostics: inout Diagnostics
    ) -> Located<Number>? {
        guard let text, !isNull else { return complain("is \(kind)", "a number", what, &diagnostics) }
        guard let value = Int(text) else { return complain("is '\(text)'", "a whole number", what, &diagnostics) }
        guard let number = Number(exactly: value), range.contains(number) else {
            diagnostics.error(
                .badValue, "\(what) is from \(range.lowerBound) to \(range.upperBound), and this is \(text)", at: span)
            return nil
        }
        return Located(number, at: span)
    }

    /// One of some words.
    func word(_ what: String, _ words: [String], _ diagnostics: inout Diagnostics) -> Located<String>? {
        guard let text, !isNull else { return complain("is \(kind)", list(words), what, &diagnostics) }
        guard words.contains(text) else {
            diagnostics.error(
                .badValue, "\(what) is \(list(words)), and this is '\(text)'", at: span,
                hint: suggestion(for: text, among: words))
            return nil
        }
        return Located(text, at: span)
    }

    /// One value, or a list of them.
    var oneOrMore: [YAMLNode] { values ?? (isNull ? [] : [self]) }

    /// A value that its type reads from text.
    func parsed<Value, Failure: Error>(
        _ what: String, _ diagnostics: inout Diagnostics, _ parse: (String) throws(Failure) -> Value
    ) -> Located<Value>? {
        guard let located = string(what, &diagnostics) else { return nil }
        do throws(Failure) { return Located(try parse(located.value), at: span) } catch {
            diagnostics.error(.badValue, "\(what): \(error)", at: span)
            return nil
        }
    }

    private func complain<Value>(
        _ isWhat: String, _ expected: String, _ what: String, _ diagnostics: inout Diagnostics
    ) -> Value? {
        diagnostics.error(.wrongType, "\(what) is \(expected), and this \(isWhat)", at: span)
        return nil
    }
}

/// `a, b or c`
func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return "\(words.dropLast().joined(separator: ", ")) or \(last)"
}
