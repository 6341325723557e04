// SPDX-License-Identifier: Apache-2.0

/// Reads the text of a file of a lab.
public typealias SourceReader = (_ path: String) throws -> String

extension LabFile {
    /// Reads the file, and those that it includes, into `source`.
    ///
    /// - Returns: nil where nothing can be made of it; the diagnostics say why.
    static func read(
        path: String, variables: [String: String], reader: SourceReader, into source: inout SourceText,
        _ diagnostics: inout Diagnostics
    ) -> LabFile? {
        let text: String
        do { text = try reader(path) } catch {
            diagnostics.error(.include, "cannot read '\(path)': \(error)", at: nil)
            return nil
        }
        guard let node = tree(text, path: path, [], reader, into: &source, &diagnostics) else {
            if !diagnostics.hasErrors {
                diagnostics.error(.missingKey, "the file is empty: a lab needs at least 'lab' and 'nodes'", at: nil)
            }
            return nil
        }
        guard node.entries != nil else {
            diagnostics.error(.wrongType, "a lab is a map, and this is \(node.kind)", at: node.span)
            return nil
        }
        return LabFile(node, variables: variables, &diagnostics)
    }

    /// The document, with those that it includes below what it says itself.
    private static func tree(
        _ text: String, path: String, _ including: [String], _ reader: SourceReader, into source: inout SourceText,
        _ diagnostics: inout Diagnostics
    ) -> YAMLNode? {
        let number = source.add(path: path, text)
        guard var node = YAMLReader.read(text, file: number, &diagnostics) else { return nil }
        for included in node["include"]?.oneOrMore ?? [] {
            guard let name = included.string("'include'", &diagnostics) else { continue }
            let base = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
            let target = name.value.hasPrefix("/") ? name.value : base + name.value
            guard !including.contains(target), target != path else {
                diagnostics.error(.include, "'\(name.value)' includes itself", at: included.span)
                continue
            }
            do {
                let text = try reader(target)
                if let lower = tree(text, path: target, including + [path], reader, into: &source, &diagnostics) {
                    node = node.over(lower)
                }
            } catch { diagnostics.error(.include, "cannot read '\(target)': \(error)", at: included.span) }
        }
        return node
    }
}
