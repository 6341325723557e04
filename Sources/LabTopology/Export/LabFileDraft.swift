// SPDX-License-Identifier: Apache-2.0

/// A lab file that is being written.
public struct LabFileDraft: Sendable {
    /// A node.
    struct Node: Sendable {
        var name: String
        var settings: [DraftValue.Entry] = []

        init(_ name: String) { self.name = name }

        mutating func set(_ key: String, _ value: DraftValue?) {
            if let value { settings.append(DraftValue.Entry(key: key, value: value)) }
        }
    }

    /// A link or a segment, by its text.
    struct Wire: Sendable {
        var text: String
        var settings: [DraftValue.Entry] = []

        init(_ text: String) { self.text = text }

        mutating func set(_ key: String, _ value: DraftValue?) {
            if let value { settings.append(DraftValue.Entry(key: key, value: value)) }
        }
    }

    /// What stands on top, as comments.
    var title: String
    /// What could not be said in the file, in the order in which it was met.
    public private(set) var remarks: [String] = []
    var name: String
    /// nil is the lab's name and a hyphen.
    var prefix: String?
    /// Whether links have addresses only where they are said.
    var isNumbered = true
    var hasHostsFiles = true
    var routing: String?
    var nodes: [Node] = []
    var links: [Wire] = []
    var segments: [Wire] = []

    init(title: String, name: String) { (self.title, self.name) = (title, name) }

    mutating func remark(_ text: String) {
        if !remarks.contains(text) { remarks.append(text) }
    }

    /// The file.
    public var text: String {
        var text = "# \(DraftValue.plain(title))\n"
        if !remarks.isEmpty {
            text += "# What is not in it:\n"
            for remark in remarks { text += "#   \(DraftValue.plain(remark))\n" }
        }
        text += "lab: \(DraftValue.quoted(name))\n"
        if let prefix { text += "prefix: \(DraftValue.quoted(prefix))\n" }
        if let routing { text += "routing: \(routing)\n" }
        if !hasHostsFiles { text += "hosts: none\n" }
        if !isNumbered, !links.isEmpty { text += "defaults:\n  link: {ipv4: none, ipv6: none}\n" }
        text += "nodes:\(nodes.isEmpty ? " {}" : "")\n"
        for node in nodes {
            text += "  \(DraftValue.quoted(node.name)):\n"
            for entry in node.settings { text += entry.block(indent: 4) }
        }
        if !links.isEmpty {
            text += "links:\n"
            for link in links {
                text += "  - \(DraftValue.quoted(link.text))"
                text += link.settings.isEmpty ? "\n" : ": \(DraftValue.map(link.settings).flow)\n"
            }
        }
        if !segments.isEmpty {
            text += "segments:\n"
            for segment in segments {
                text += "  \(DraftValue.quoted(segment.text)):\n"
                for entry in segment.settings { text += entry.block(indent: 4) }
            }
        }
        return text
    }
}

/// A value of a file that is being written.
indirect enum DraftValue: Sendable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([DraftValue])
    case map([Entry])

    struct Entry: Sendable {
        var key: String
        var value: DraftValue

        init(key: String, value: DraftValue) { (self.key, self.value) = (key, value) }

        init(_ key: String, _ text: String) { self.init(key: key, value: .text(text)) }

        /// Over several lines where it holds maps, else on one.
        func block(indent: Int) -> String {
            let start = "\(String(repeating: " ", count: indent))\(DraftValue.quoted(key)):"
            switch value {
            case .map(let entries) where entries.contains(where: { $0.value.isCompound }) || entries.count > 3:
                return "\(start)\n" + entries.map { $0.block(indent: indent + 2) }.joined()
            case .list(let values) where values.contains(where: \.isCompound):
                let blanks = String(repeating: " ", count: indent + 2)
                return "\(start)\n" + values.map { "\(blanks)- \($0.flow)\n" }.joined()
            default: return "\(start) \(value.flow)\n"
            }
        }
    }

    private var isCompound: Bool {
        switch self {
        case .map: true
        case .text, .number, .flag, .list: false
        }
    }

    /// On one line.
    var flow: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): "\(number)"
        case .flag(let flag): flag ? "true" : "false"
        case .list(let values): "[\(values.map(\.flow).joined(separator: ", "))]"
        case .map(let entries):
            "{\(entries.map { "\(Self.quoted($0.key)): \($0.value.flow)" }.joined(separator: ", "))}"
        }
    }

    /// One text, or a list of several; nil for none.
    static func oneOrMore(_ texts: [String]) -> DraftValue? {
        if texts.isEmpty { return nil }
        return texts.count == 1 ? .text(texts[0]) : .list(texts.map { .text($0) })
    }

    /// The text, in quotes where it would mean something else without.
    static func quoted(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"),
                    UInt8(ascii: "-"), UInt8(ascii: "%"):
                    true
                default: false
                }
            } && text.utf8.first.map { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "%") } ?? false
        let isWord = ["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased())
        if isPlain, !isWord { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                result += "\\x" + hexadecimal(UInt64(scalar.value), digits: 2)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// On one line of a comment.
    fileprivate static func plain(_ text: String) -> String {
        String(text.map { $0.isNewline || ($0.asciiValue ?? 0x20) < 0x20 || $0 == "\u{7f}" ? "?" : $0 })
    }
}
