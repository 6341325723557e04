// SPDX-License-Identifier: Apache-2.0

internal import CYaml

/// Composes the one document of a YAML file.
///
/// libyaml parses; what is done here is to keep each place to its end, and to report every
/// duplicate key instead of the first. Source: YAML 1.2.2; the merge key `<<` of YAML 1.1.
struct YAMLReader: ~Copyable {
    private var parser = yaml_parser_t()
    private let file: Int
    private var anchors: [String: YAMLNode] = [:]
    private var nodeCount = 0

    /// An alias of an alias of … makes a document of any size from a few lines.
    private static let maximumNodes = 2_000_000
    private static let maximumDepth = 100

    private init(file: Int) {
        self.file = file
        yaml_parser_initialize(&parser)
    }

    deinit {
        var parser = parser
        yaml_parser_delete(&parser)
    }

    /// Reads the document; nil when there is none, or when its syntax is wrong.
    static func read(_ text: String, file: Int, _ diagnostics: inout Diagnostics) -> YAMLNode? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = YAMLReader(file: file)
            yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&reader.parser, bytes.baseAddress, bytes.count)
            do throws(Diagnostic) { return try reader.document(&diagnostics) } catch {
                diagnostics.add(error)
                return nil
            }
        }
    }

    private mutating func document(_ diagnostics: inout Diagnostics) throws(Diagnostic) -> YAMLNode? {
        while true {
            let event = try next()
            switch event.kind {
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT: continue
            case YAML_STREAM_END_EVENT: return nil
            default:
                let node = try compose(event, depth: 0, &diagnostics)
                _ = try next()  // the document's end
                let end = try next()
                if end.kind == YAML_DOCUMENT_START_EVENT {
                    throw Diagnostic(.syntax, "a second document begins: a lab is one", at: end.span)
                }
                return node
            }
        }
    }

    /// What was parsed, out of libyaml's memory.
    private struct Event {
        var kind: yaml_event_type_t
        var span: SourceSpan
        var text = "", anchor: String?
        var isPlain = false
    }

    private mutating func next() throws(Diagnostic) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        var result = Event(kind: event.type, span: span(event.start_mark, event.end_mark))
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            result.text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            result.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
            result.anchor = scalar.anchor.map { String(cString: $0) }
        case YAML_SEQUENCE_START_EVENT: result.anchor = event.data.sequence_start.anchor.map { String(cString: $0) }
        case YAML_MAPPING_START_EVENT: result.anchor = event.data.mapping_start.anchor.map { String(cString: $0) }
        case YAML_ALIAS_EVENT: result.anchor = event.data.alias.anchor.map { String(cString: $0) }
        default: break
        }
        return result
    }

    private mutating func compose(
        _ event: Event, depth: Int, _ diagnostics: inout Diagnostics
    ) throws(Diagnostic) -> YAMLNode {
        nodeCount += 1
        guard nodeCount <= Self.maximumNodes, depth <= Self.maximumDepth else {
            throw Diagnostic(.syntax, "the document is nested too deeply, or too large", at: event.span)
        }
        let node: YAMLNode
        switch event.kind {
        case YAML_SCALAR_EVENT: node = YAMLNode(.scalar(event.text, isPlain: event.isPlain), event.span)
        case YAML_ALIAS_EVENT:
            let name = event.anchor ?? ""
            guard let target = anchors[name] else {
                throw Diagnostic(.syntax, "the alias '*\(name)' has no anchor before it", at: event.span)
            }
            nodeCount += target.size
            return target
        case YAML_SEQUENCE_START_EVENT:
            var values: [YAMLNode] = []
            var last = try next()
            while last.kind != YAML_SEQUENCE_END_EVENT {
                values.append(try compose(last, depth: depth + 1, &diagnostics))
                last = try next()
            }
            node = YAMLNode(.sequence(values), event.span)
        default:
            var entries: [YAMLNode.Entry] = []
            var last = try next()
            while last.kind != YAML_MAPPING_END_EVENT {
                let key = try compose(last, depth: depth + 1, &diagnostics)
                let value = try compose(try next(), depth: depth + 1, &diagnostics)
                entries.append(YAMLNode.Entry(key: key, value: value))
                last = try next()
            }
            node = YAMLNode(.mapping(checked(entries, &diagnostics)), event.span)
        }
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    /// The entries without duplicates, those of merged maps last: what the map says itself has precedence.
    private func checked(_ entries: [YAMLNode.Entry], _ diagnostics: inout Diagnostics) -> [YAMLNode.Entry] {
        var result: [YAMLNode.Entry] = []
        var places: [String: SourceSpan] = [:]
        var merged: [YAMLNode.Entry] = []
        for entry in entries {
            guard let key = entry.key.text else {
                diagnostics.error(.wrongType, "\(entry.key.kind) can't be a key", at: entry.key.span)
                continue
            }
            if key == "<<", case .scalar(_, isPlain: true) = entry.key.content {
                for map in entry.value.values ?? [entry.value] {
                    if let entries = map.entries {
                        merged += entries
                    } else {
                        diagnostics.error(.wrongType, "'<<' takes a map, and this is \(map.kind)", at: map.span)
                    }
                }
                continue
            }
            if let first = places[key] {
                diagnostics.error(
                    .duplicateKey, "'\(key)' is given twice", at: entry.key.span,
                    notes: [Diagnostic.Note("first given here", at: first)])
                continue
            }
            places[key] = entry.key.span
            result.append(entry)
        }
        for entry in merged {
            guard let key = entry.key.text, places[key] == nil else { continue }
            places[key] = entry.key.span
            result.append(entry)
        }
        return result
    }

    private func span(_ start: yaml_mark_t, _ end: yaml_mark_t) -> SourceSpan {
        SourceSpan(
            file: file, line: start.line + 1, column: start.column + 1,
            length: end.line == start.line ? max(end.column - start.column, 1) : 1)
    }

    private func syntaxError() -> Diagnostic {
        let problem = parser.problem.map { String(cString: $0) } ?? "it can't be read"
        // A reader's error (bytes that are no text) has an offset, and no mark.
        let mark = parser.error == YAML_READER_ERROR ? parser.mark : parser.problem_mark
        var diagnostic = Diagnostic(.syntax, problem, at: span(mark, mark))
        if let context = parser.context,
            parser.context_mark.index != mark.index || parser.context_mark.line != mark.line
        {
            diagnostic.notes = [
                Diagnostic.Note(String(cString: context), at: span(parser.context_mark, parser.context_mark))
            ]
        }
        if problem.contains("cannot start any token") || problem.contains("tab") {
            diagnostic.hint = "YAML is indented with blanks, and text that begins like this is quoted"
        }
        return diagnostic
    }
}

extension YAMLNode {
    /// How many values it holds, itself among them.
    fileprivate var size: Int {
        switch content {
        case .scalar: 1
        case .sequence(let values): values.reduce(1) { $0 + $1.size }
        case .mapping(let entries): entries.reduce(1) { $0 + $1.key.size + $1.value.size }
        }
    }
}
