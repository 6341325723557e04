// SPDX-License-Identifier: Apache-2.0

/// A value of a YAML document, with its place in the file.
struct YAMLNode: Sendable {
    /// A key of a mapping and its value.
    struct Entry: Sendable {
        var key: YAMLNode
        var value: YAMLNode
    }

    /// What it is.
    indirect enum Content: Sendable {
        /// Text; plain is what stands without quotes, and may mean a number, a truth value or nothing.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    var content: Content
    var span: SourceSpan

    init(_ content: Content, _ span: SourceSpan) { (self.content, self.span) = (content, span) }

    /// The text of a scalar; nil for the rest.
    var text: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// The entries of a mapping; nil for the rest.
    var entries: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// The values of a sequence; nil for the rest.
    var values: [YAMLNode]? {
        guard case .sequence(let values) = content else { return nil }
        return values
    }

    /// Whether it is YAML's null (YAML 1.2, section 10.3.2): nothing, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The truth value of YAML 1.2: `yes` and `on` are text.
    var bool: Bool? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: return nil
        }
    }

    /// How a complaint calls the kind.
    var kind: String {
        switch content {
        case .scalar where isNull: "nothing"
        case .scalar: bool != nil ? "a truth value" : "text"
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }

    /// The value of a key.
    subscript(key: String) -> YAMLNode? { entries?.first { $0.key.text == key }?.value }
}
