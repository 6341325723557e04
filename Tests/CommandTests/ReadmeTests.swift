// SPDX-License-Identifier: Apache-2.0

import Testing

/// Whether what the README shows works.
@Suite
struct ReadmeTests {
    /// The text of each block of code in that language, in order.
    private static func blocks(_ language: String, of file: String) throws -> [String] {
        try repositoryText(file).components(between: "\n```\(language)\n", and: "\n```\n")
    }

    @Test("commands run as they are written, in order", .enabled(if: Sandbox.isAvailable))
    func commands() throws {
        let box = try Sandbox()
        let blocks = try Self.blocks("sh", of: "README.md")
        #expect(!blocks.isEmpty)
        for block in blocks {
            for command in block.split(separator: "\n") {
                let result = try box.shell(String(command), mayFail: true)
                #expect(result.status == 0, "\(command)\n\(result.errors)")
            }
        }
        #expect(try box.shell("ls -A /run/netns; ip -br link | wc -l").output == "1\n", "nothing is left over")
    }

    @Test("the library's example is the one that is compiled")
    func library() throws {
        let blocks = try Self.blocks("swift", of: "README.md")
        let source = try repositoryText("Tests/CommandTests/LibraryExample.swift").split(separator: "\n")
        let shown = blocks.flatMap { $0.split(separator: "\n") }
        let imports = source.filter { $0.hasPrefix("import ") }
        let body = source.filter { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
        #expect(shown == imports + body)
    }

    @Test("the table names verbs and options that exist")
    func table() throws {
        let tree = try CommandTree.load()
        let rows = try repositoryText("README.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
        #expect(rows.count > 10)
        for row in rows {
            let cells = row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            #expect(cells.count == 5, "\(row)")
            var verbs: [CommandTree] = []
            for span in cells[2].components(between: "`", and: "`") {
                let line = span.hasPrefix("netns ") ? span : "netns \(span)"
                checkCommand(line[...], tree, "README.md")
                if let verb = line.split(separator: " ").dropFirst().first.flatMap({ tree.verb($0) }) {
                    verbs.append(verb)
                }
            }
            #expect(!verbs.isEmpty, "\(row)")
            let options = verbs.flatMap(\.leaves).reduce(into: CommandTree.commonOptions) { $0.formUnion($1.options) }
            for span in cells[3].components(between: "`", and: "`") where span.hasPrefix("-") {
                #expect(options.contains(String(span.prefix { $0 != "=" })), "README.md: \(span) in \(row)")
            }
        }
    }

    @Test("files that documents name exist", arguments: ["README.md", "CONTRIBUTING.md"])
    func files(_ document: String) throws {
        for span in try repositoryText(document).components(between: "`", and: "`") {
            let path = String(span.prefix { $0 != " " })
            guard ["scripts/", "Sources/", "Tests/", "man/"].contains(where: path.hasPrefix), !path.contains("KIND")
            else {
                continue
            }
            let exists = try ChildProcess(["test", "-e", "\(repository)/\(path)"]).wait().status == 0
            #expect(exists, "\(document): \(path)")
        }
    }
}

extension String {
    /// Every text that stands between two marks.
    fileprivate func components(between start: String, and end: String) -> [String] {
        var components: [String] = []
        var rest = self[...]
        while let from = rest.firstRange(of: start) {
            rest = rest[from.upperBound...]
            guard let to = rest.firstRange(of: end) else { break }
            components.append(String(rest[..<to.lowerBound]))
            rest = rest[to.upperBound...]
        }
        return components
    }
}
