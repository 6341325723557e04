// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// `vars:` of a lab, put in where `${name}` and `${env:NAME:-default}` stand.
struct Variables {
    private var values: [String: String] = [:]

    /// Reads the map; a variable may use those before it.
    init(_ node: YAMLNode?, overrides: [String: String], _ diagnostics: inout Diagnostics) {
        values = overrides
        guard let node else { return }
        guard let entries = node.entries else {
            if !node.isNull {
                diagnostics.error(.wrongType, "'vars' is a map, and this is \(node.kind)", at: node.span)
            }
            return
        }
        for entry in entries {
            guard let name = entry.key.text, overrides[name] == nil,
                let value = substituted(entry.value, &diagnostics).string("the variable '\(name)'", &diagnostics)
            else { continue }
            values[name] = value.value
        }
    }

    /// Complains of values that were given for variables that there are not.
    ///
    /// - Parameters:
    ///   - overrides: the values of `--set`.
    ///   - file: the whole file.
    static func check(_ overrides: [String: String], in file: YAMLNode, _ diagnostics: inout Diagnostics) {
        let declared = file["vars"]?.entries?.compactMap(\.key.text) ?? []
        for name in overrides.keys.sorted() where !declared.contains(name) && !uses(file, "${\(name)}") {
            diagnostics.error(
                .unknownVariable, "there is no variable '\(name)' to set", at: file["vars"]?.span ?? file.span,
                hint: suggestion(for: name, among: declared) ?? "variables are given in 'vars'")
        }
    }

    private static func uses(_ node: YAMLNode, _ text: String) -> Bool {
        switch node.content {
        case .scalar(let value, _): value.contains(text)
        case .sequence(let values): values.contains { uses($0, text) }
        case .mapping(let entries): entries.contains { uses($0.key, text) || uses($0.value, text) }
        }
    }

    /// The same with all variables put in.
    func substituted(_ node: YAMLNode, _ diagnostics: inout Diagnostics) -> YAMLNode {
        switch node.content {
        case .scalar(let text, let isPlain):
            guard text.contains("${") else { return node }
            return YAMLNode(.scalar(substituted(text, at: node.span, &diagnostics), isPlain: isPlain), node.span)
        case .sequence(let values):
            return YAMLNode(.sequence(values.map { substituted($0, &diagnostics) }), node.span)
        case .mapping(let entries):
            return YAMLNode(
                .mapping(
                    entries.map {
                        YAMLNode.Entry(
                            key: substituted($0.key, &diagnostics), value: substituted($0.value, &diagnostics))
                    }), node.span)
        }
    }

    private func substituted(_ text: String, at span: SourceSpan, _ diagnostics: inout Diagnostics) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "${") {
            result += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else {
                diagnostics.error(.syntax, "'${' is not closed", at: span)
                return text
            }
            let name = String(rest[open.upperBound..<close])
            if let value = value(of: name) {
                result += value
            } else {
                diagnostics.error(
                    .unknownVariable, "there is no variable '\(name)'", at: span,
                    hint: suggestion(for: name, among: values.keys.sorted())
                        ?? "it is given in 'vars', or with a default: ${env:NAME:-default}")
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private func value(of name: String) -> String? {
        guard name.hasPrefix("env:") else { return values[name] }
        let words = name.dropFirst(4)
        let parts = words.firstRange(of: ":-").map { (words[..<$0.lowerBound], words[$0.upperBound...]) }
        if let value = environmentVariable(String(parts?.0 ?? words)), !value.isEmpty || parts == nil { return value }
        return parts.map { String($0.1) }
    }
}
