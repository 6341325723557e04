// SPDX-License-Identifier: Apache-2.0

extension Diagnostic {
    /// As compilers say it: `file:line:column: error[code]: …`, the line, and a caret below the place.
    public func text(in source: SourceText) -> String {
        var text = ""
        if let span {
            text += "\(place(span, source)): "
        } else if let file = source.files.first {
            text += "\(file.path): "
        }
        text += "\(severity.rawValue)[\(code.rawValue)]: \(message)\n"
        if let span { append(span, hint, source, to: &text) } else if let hint { text += "   \(hint)\n" }
        for note in notes {
            if let span, note.span.file != span.file { text += "  \(place(note.span, source)):\n" }
            append(note.span, "note: \(note.message)", source, to: &text)
        }
        return text
    }

    private func place(_ span: SourceSpan, _ source: SourceText) -> String {
        let path = source.files.indices.contains(span.file) ? source.files[span.file].path : "?"
        return "\(path):\(span.line):\(span.column)"
    }

    private func append(_ span: SourceSpan, _ label: String?, _ source: SourceText, to text: inout String) {
        guard let line = source.line(of: span) else { return }
        let number = String(span.line)
        let indent = String(repeating: " ", count: max(5 - number.count, 0))
        // Control characters would move the caret, or the reader's cursor.
        let shown = String(line.map { $0 == "\t" ? " " : $0.isShown ? $0 : "?" })
        text += "\(indent)\(number) | \(shown)\n"
        let room = max(shown.count - span.column + 1, 1)
        let carets = String(repeating: "^", count: min(max(span.length, 1), room))
        let blank = String(repeating: " ", count: max(span.column - 1, 0))
        text += "\(String(repeating: " ", count: max(number.count, 5))) | \(blank)\(carets)"
        if let label { text += " \(label)" }
        text += "\n"
    }
}

extension Character {
    fileprivate var isShown: Bool {
        unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
        }
    }
}

extension Diagnostics {
    /// All of them, and a last line that counts.
    public func text(in source: SourceText) -> String {
        var text = ""
        for diagnostic in sorted { text += diagnostic.text(in: source) }
        let errors = all.count { $0.severity == .error }
        if errors > 0 { text += "\(errors) error\(errors == 1 ? "" : "s"), nothing was changed\n" }
        return text
    }
}
