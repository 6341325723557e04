// SPDX-License-Identifier: Apache-2.0

/// A lab file as it was written: declarations, with ranges and groups not yet resolved.
struct LabFile {
    /// A key that stands for one or many, and its settings.
    struct Declaration {
        var key: Located<String>
        var settings: YAMLNode
    }

    var name: Located<String>
    /// What the namespaces' names begin with.
    var prefix: String
    var defaults: [String: YAMLNode] = [:]
    var groups: [Declaration] = []
    var pools: [Declaration] = []
    var nodes: [Declaration] = []
    var links: [Declaration] = []
    var segments: [Declaration] = []
    /// Whether the segments stand before the links.
    var segmentsComeFirst = false
    var routing = "none"
    var hasHostsFiles = true
    var checks: [YAMLNode] = []
    var scenario: [YAMLNode] = []

    private static let keys = [
        "lab", "prefix", "include", "vars", "defaults", "groups", "pools", "nodes", "links", "segments", "routing",
        "hosts", "checks", "scenario",
    ]
    private static let aliases: KeyValuePairs = [
        "name": "lab", "topology": "nodes", "hosts_file": "hosts", "networks": "segments", "bridges": "segments",
        "switches": "segments", "variables": "vars", "tests": "checks", "edges": "links",
    ]

    /// The longest name of a lab, so that the marks of its links fit into an alternative name (127 bytes).
    static let maximumNameLength = 24

    init?(_ node: YAMLNode, variables overrides: [String: String], _ diagnostics: inout Diagnostics) {
        Variables.check(overrides, in: node, &diagnostics)
        let variables = Variables(node["vars"], overrides: overrides, &diagnostics)
        let root = variables.substituted(node, &diagnostics)
        let map = MapReader(root, "a lab", keys: Self.keys, aliases: Self.aliases, &diagnostics)
        if let value = map.required("lab", &diagnostics), let name = value.string("'lab'", &diagnostics) {
            self.name = name
            if let flaw = nameFlaw(name.value, maximumCount: Self.maximumNameLength) {
                diagnostics.error(flaw.code, "the lab's name '\(name.value)' \(flaw.message)", at: name.span)
            }
        } else {
            name = Located("", at: root.span)
        }
        prefix = "\(name.value)-"
        if let value = map["prefix"] {
            if let text = value.text {
                prefix = text
            } else {
                diagnostics.error(.wrongType, "'prefix' is text, and this is \(value.kind)", at: value.span)
            }
        }
        let defaults = MapReader(
            map["defaults"] ?? YAMLNode(.mapping([]), root.span), "'defaults'", keys: ["node", "link", "segment"],
            &diagnostics)
        for key in ["node", "link", "segment"] { self.defaults[key] = defaults[key] }
        groups = Self.declarations(map["groups"], "'groups'", &diagnostics)
        pools = Self.declarations(map["pools"], "'pools'", &diagnostics)
        nodes = Self.declarations(map["nodes"], "'nodes'", &diagnostics)
        segments = Self.declarations(map["segments"], "'segments'", &diagnostics)
        links = Self.links(map["links"], &diagnostics)
        if let first = map.entry("segments")?.key.span, let second = map.entry("links")?.key.span {
            segmentsComeFirst = first < second
        }
        routing = map["routing"]?.word("'routing'", ["none", "static"], &diagnostics)?.value ?? routing
        hasHostsFiles = (map["hosts"]?.word("'hosts'", ["auto", "none"], &diagnostics)?.value ?? "auto") == "auto"
        checks = map["checks"]?.oneOrMore ?? []
        scenario = map["scenario"]?.oneOrMore ?? []
    }

    /// A map of names to settings, or a list of names.
    private static func declarations(
        _ node: YAMLNode?, _ what: String, _ diagnostics: inout Diagnostics
    ) -> [Declaration] {
        guard let node else { return [] }
        if let values = node.values {
            return values.flatMap { value -> [Declaration] in
                if value.entries != nil { return declarations(value, what, &diagnostics) }
                guard let key = value.string("a name", &diagnostics) else { return [] }
                return [Declaration(key: key, settings: YAMLNode(.mapping([]), value.span))]
            }
        }
        return node.mapEntries(what, &diagnostics).compactMap { entry in
            entry.key.string("a name", &diagnostics).map { Declaration(key: $0, settings: entry.value) }
        }
    }

    /// A list of texts, or of maps with one key each.
    private static func links(_ node: YAMLNode?, _ diagnostics: inout Diagnostics) -> [Declaration] {
        guard let node else { return [] }
        if node.entries != nil { return declarations(node, "'links'", &diagnostics) }
        return node.oneOrMore.compactMap { value in
            if value.text != nil {
                return value.string("a link", &diagnostics)
                    .map { Declaration(key: $0, settings: YAMLNode(.mapping([]), value.span)) }
            }
            guard let entry = value.entries?.first, value.entries?.count == 1,
                let key = entry.key.string("a link", &diagnostics)
            else {
                diagnostics.error(
                    .wrongType, "a link is a text, or a map of one text to its settings", at: value.span,
                    hint: "write  - r1 -- r2: {mtu: 9000}")
                return nil
            }
            return Declaration(key: key, settings: entry.value)
        }
    }
}

/// Why a text can't be the name of a lab, node, segment or group; nil when it can.
func nameFlaw(_ name: String, maximumCount: Int) -> (code: DiagnosticCode, message: String)? {
    if name.isEmpty { return (.badName, "is empty") }
    if name.utf8.count > maximumCount {
        return (.nameTooLong, "has \(name.utf8.count) letters, and may have \(maximumCount)")
    }
    let isPlain = name.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
    if !isPlain {
        let hint = name.contains("[") ? "; a range is written h1..3" : ""
        return (.badName, "has other characters than letters, digits, '-' and '_'\(hint)")
    }
    if name.hasPrefix("-") || name.contains("--") {
        return (.badName, "begins with '-' or has '--', which joins the ends of a link")
    }
    return nil
}
