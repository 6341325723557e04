// SPDX-License-Identifier: Apache-2.0

/// `{n}` and `{i}` in texts of a ranged item: the number in the name, and its position from 1, which may be
/// reckoned with: `10.0.{i/250}.{i%250+1}/16`.
struct NumberTemplate {
    let number: Int
    let position: Int

    struct Flaw: Error { var message: String }

    /// Whether anything would be replaced.
    static func isTemplate(_ text: String) -> Bool { text.contains("{n") || text.contains("{i") || text.contains("{(") }

    /// The text with all expressions replaced.
    func fill(_ text: String) throws(Flaw) -> String {
        guard Self.isTemplate(text) else { return text }
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { throw Flaw(message: "'{' is not closed") }
            let expression = rest[rest.index(after: open)..<close]
            let first = expression.first
            if first == "n" || first == "i" || first == "(" {
                result += String(try value(of: expression))
            } else {
                result += rest[open...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private func value(of expression: Substring) throws(Flaw) -> Int {
        var tokens = Array(expression.filter { $0 != " " })[...]
        let value = try sum(&tokens)
        guard tokens.isEmpty else { throw Flaw(message: "'{\(expression)}' is no expression of n and i") }
        return value
    }

    private func sum(_ tokens: inout ArraySlice<Character>) throws(Flaw) -> Int {
        var value = try product(&tokens)
        while let sign = tokens.first, sign == "+" || sign == "-" {
            tokens.removeFirst()
            let other = try product(&tokens)
            let (result, overflows) =
                sign == "+" ? value.addingReportingOverflow(other) : value.subtractingReportingOverflow(other)
            guard !overflows else { throw Flaw(message: "the number is too large") }
            value = result
        }
        return value
    }

    private func product(_ tokens: inout ArraySlice<Character>) throws(Flaw) -> Int {
        var value = try term(&tokens)
        while let sign = tokens.first, sign == "*" || sign == "/" || sign == "%" {
            tokens.removeFirst()
            let other = try term(&tokens)
            guard sign == "*" || other != 0 else { throw Flaw(message: "it divides by zero") }
            let (result, overflows) =
                switch sign {
                case "*": value.multipliedReportingOverflow(by: other)
                case "/": value.dividedReportingOverflow(by: other)
                default: value.remainderReportingOverflow(dividingBy: other)
                }
            guard !overflows else { throw Flaw(message: "the number is too large") }
            value = result
        }
        return value
    }

    private func term(_ tokens: inout ArraySlice<Character>) throws(Flaw) -> Int {
        guard let first = tokens.popFirst() else { throw Flaw(message: "the expression ends too early") }
        if first == "n" { return number }
        if first == "i" { return position }
        if first == "(" {
            let value = try sum(&tokens)
            guard tokens.popFirst() == ")" else { throw Flaw(message: "'(' is not closed") }
            return value
        }
        var digits = String(first)
        while let next = tokens.first, next.isASCII, next.isNumber { digits.append(tokens.removeFirst()) }
        guard let value = Int(digits) else { throw Flaw(message: "'\(digits)' is neither n, i nor a number") }
        return value
    }
}

extension YAMLNode {
    /// The same with all templates filled in, keys as well.
    func filled(_ template: NumberTemplate, _ diagnostics: inout Diagnostics) -> YAMLNode {
        switch content {
        case .scalar(let text, let isPlain):
            guard NumberTemplate.isTemplate(text) else { return self }
            do throws(NumberTemplate.Flaw) {
                return YAMLNode(.scalar(try template.fill(text), isPlain: isPlain), span)
            } catch {
                diagnostics.error(.badValue, error.message, at: span)
                return self
            }
        case .sequence(let values):
            return YAMLNode(.sequence(values.map { $0.filled(template, &diagnostics) }), span)
        case .mapping(let entries):
            return YAMLNode(
                .mapping(
                    entries.map {
                        YAMLNode.Entry(
                            key: $0.key.filled(template, &diagnostics), value: $0.value.filled(template, &diagnostics))
                    }), span)
        }
    }

    /// Whether any text of it is a template.
    var hasTemplates: Bool {
        switch content {
        case .scalar(let text, _): NumberTemplate.isTemplate(text)
        case .sequence(let values): values.contains { $0.hasTemplates }
        case .mapping(let entries): entries.contains { $0.key.hasTemplates || $0.value.hasTemplates }
        }
    }

    /// What this says over what `lower` says: lists are appended, maps merged.
    func over(_ lower: YAMLNode) -> YAMLNode {
        if isNull { return lower }
        if let own = values, let other = lower.values { return YAMLNode(.sequence(other + own), span) }
        guard let own = entries, let other = lower.entries else { return self }
        var result = own
        for entry in other {
            if let index = result.firstIndex(where: { $0.key.text == entry.key.text }) {
                result[index].value = result[index].value.over(entry.value)
            } else {
                result.append(entry)
            }
        }
        return YAMLNode(.mapping(result), span)
    }
}
