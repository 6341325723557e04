// SPDX-License-Identifier: Apache-2.0

import LinuxSystem

/// Where the sources of this test are checked out.
let repository = String(#filePath.dropLast("/Tests/CommandTests/ManualPage.swift".count))

/// The text of a file of the repository.
func repositoryText(_ path: String) throws -> String {
    String(decoding: try readFile("\(repository)/\(path)"), as: UTF8.self)
}

/// A page of `man/`, as far as tests look into it. Source: mdoc(7).
struct ManualPage: Sendable {
    /// `netns-link`
    let name: String
    /// The lines of each section, by its heading.
    private(set) var sections: [String: [String]] = [:]
    /// The headings of the sections, in order.
    private(set) var headings: [String] = []
    /// Every option that the page names, with its dashes.
    private(set) var options: Set<String> = []
    /// Every word that is to be typed as it is.
    private(set) var words: Set<String> = []
    /// The pages that it refers to: `ip-link(8)`.
    private(set) var references: [String] = []
    /// The entries of lists that explain options or words, in order.
    private(set) var entries: [Entry] = []
    /// The blocks of commands under EXAMPLES.
    private(set) var examples: [Example] = []

    /// An entry of a list: `.It Fl j , -json`, `.It Cm mtu Ar bytes` or `.It Li stale-name`.
    struct Entry: Sendable {
        /// Under which heading of either level it stands.
        var heading: String
        var kind: Kind
        /// What it explains.
        var names: [String]
        /// The verbs in parentheses at its beginning, for which alone it is.
        var verbs: [String] = []

        enum Kind { case option, word, term }
    }

    /// A literal block, and why it can't be run where that is so: the comment `.\" Not run by the tests: …` before it.
    struct Example: Sendable {
        var commands: String
        var obstacle: String?
    }

    /// The names of all pages of section 8.
    static func names() throws -> [String] {
        try directoryEntries("\(repository)/man").map(\.name).filter { $0.hasSuffix(".8") }.map {
            String($0.dropLast(2))
        }
        .sorted()
    }

    init(_ name: String, section number: Int = 8) throws {
        self.name = name
        var heading = "", section = "", obstacle: String?
        var block: [String]?
        for line in try repositoryText("man/\(name).\(number)").split(separator: "\n", omittingEmptySubsequences: false)
        {
            let line = String(line)
            if line.hasPrefix(".Sh ") {
                section = String(line.dropFirst(4))
                heading = section
                headings.append(section)
            }
            if line.hasPrefix(".Ss ") { heading = String(line.dropFirst(4)) }
            sections[section, default: []].append(line)
            if line.hasPrefix(".Bd -literal") { block = [] }
            if line == ".Ed" {
                if section == "EXAMPLES", let block {
                    examples.append(Example(commands: block.joined(separator: "\n"), obstacle: obstacle))
                }
                (block, obstacle) = (nil, nil)
            }
            if block != nil, !line.hasPrefix(".Bd") { block?.append(unescaped(line)) }
            if line.hasPrefix(".\\\" Not run by the tests: ") { obstacle = String(line.dropFirst(26)) }
            if line.hasPrefix("."), !line.hasPrefix(".\\\"") { read(line, under: heading) }
        }
    }

    /// What the entries under a heading explain, of one kind.
    func explained(_ kind: Entry.Kind, under heading: String) -> [String] {
        entries.filter { $0.heading == heading && $0.kind == kind }.flatMap(\.names)
    }

    private mutating func read(_ line: String, under heading: String) {
        let line = MacroLine(line)
        options.formUnion(line.arguments("Fl").map { "-" + $0 })
        words.formUnion(line.arguments("Cm"))
        let reference = line.arguments("Xr")
        if reference.count == 2 { references.append("\(reference[0])(\(reference[1]))") }
        switch line.macros.prefix(2) {
        case ["It", "Fl"]:
            entries.append(Entry(heading: heading, kind: .option, names: line.arguments("Fl").map { "-" + $0 }))
        case ["It", "Cm"], ["It", "Oo"]:
            // Behind the word's value stand the values that it takes, as words of their own.
            entries.append(Entry(heading: heading, kind: .word, names: line.headWords))
        case ["It", "Li"]: entries.append(Entry(heading: heading, kind: .term, names: line.arguments("Li")))
        case ["Pq", "Cm"] where !entries.isEmpty && entries[entries.count - 1].verbs.isEmpty:
            entries[entries.count - 1].verbs = line.arguments("Cm")
        default: break
        }
    }
}

/// A line that begins with a macro, taken apart.
private struct MacroLine {
    /// The macros in order; each has the arguments up to the next.
    private(set) var macros: [String] = []
    private var parts: [[String]] = []

    private static let known: Set<String> = [
        "Ar", "Bd", "Bl", "Bq", "Brq", "Bro", "Brc", "Cm", "Dd", "Dq", "Dt", "Dv", "Ed", "El", "Em", "Er", "Ev", "Fl",
        "Ic", "It", "Li", "Nd", "Nm", "No", "Ns", "Oc", "Oo", "Op", "Os", "Pa", "Pc", "Po", "Pp", "Pq", "Ql", "Qq",
        "Sh", "Sm", "Sq", "Ss", "Sx", "Sy", "Va", "Xr",
    ]

    init(_ line: String) {
        for token in line.dropFirst().split(separator: " ").map({ unescaped(String($0)) }) {
            if Self.known.contains(token) {
                macros.append(token)
                parts.append([])
            } else if !parts.isEmpty, ![",", "|", ".", ";", ":", "(", ")"].contains(token) {
                parts[parts.count - 1].append(token)
            }
        }
    }

    /// The arguments of every use of a macro.
    func arguments(_ macro: String) -> [String] {
        zip(macros, parts).filter { $0.0 == macro }.flatMap { $0.1 }
    }

    /// The words of an entry, without the literal values that they take: `arp` and `promisc` of
    /// `.It Cm arp , promisc Cm on | off`.
    var headWords: [String] {
        guard let position = macros.firstIndex(of: "Cm") else { return [] }
        return parts[position]
    }
}

/// The text that roff(7) shows for escapes.
private func unescaped(_ text: String) -> String {
    var text = text
    for (escape, meaning) in [("\\&", ""), ("\\-", "-"), ("\\e", "\\"), ("\\(aq", "'")] {
        while let range = text.firstRange(of: escape) { text.replaceSubrange(range, with: meaning) }
    }
    return text
}
