// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import SystemPackage

/// `netns lab graph`.
struct LabGraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Draw a lab: nodes, segments as hubs, and the links between them.",
        discussion: """
            Without a format it is a tree for the terminal. Pictures need no other program. A segment is in round \
            brackets, the machine itself in square ones; '^' leads back to what is shown above.

            EXAMPLES
              netns lab graph triangle --ports
              netns lab graph triangle.lab.yaml --format svg --output triangle.svg
            """,
        aliases: ["draw"])

    /// The languages of a picture.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, dot, mermaid, svg, json
    }

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("What to write: text, dot, mermaid, svg or json.", valueName: "format"))
    var format = Format.text

    @Flag(help: "Show the names of interfaces.")
    var ports = false

    @Flag(help: "Show addresses.")
    var addresses = false

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"), completion: .file())
    var file: String?

    func run() throws {
        let isJSON = format == .json || output.json
        let document = try arguments.document(entry: .recorded, json: isJSON ? output.writer() : nil)
        guard let lab = document.lab else { return }
        let graph = LabGraph(lab)
        var detail = LabGraph.Detail()
        (detail.showsPorts, detail.showsAddresses) = (ports, addresses)
        let bytes: [UInt8]
        if isJSON {
            var json = output.writer()
            json.graph(graph)
            bytes = json.bytes + [UInt8(ascii: "\n")]
        } else {
            let text =
                switch format {
                case .text, .json: graph.text(detail)
                case .dot: graph.dot(detail)
                case .mermaid: graph.mermaid(detail)
                case .svg: graph.svg(detail)
                }
            bytes = Array(text.utf8)
        }
        try writeResult(bytes, to: file)
    }
}

/// Writes to a file, whole or not at all, or to standard output.
///
/// - Parameter path: where the file is, when that is not what it is called.
func writeResult(_ bytes: [UInt8], to file: String?, at path: String? = nil) throws {
    guard let file, file != "-" else { return try writeAll(bytes, to: 1) }
    do throws(Errno) { try replaceFile(path ?? file, with: bytes) } catch {
        throw CommandFailure("cannot write '\(escaped(file))': \(error)")
    }
}

extension JSONWriter {
    /// Vertices and edges; both ends of an edge by name.
    mutating func graph(_ graph: LabGraph) {
        object { json in
            json.member("lab", graph.name)
            json.member(
                "nodes",
                array: { json in
                    for vertex in graph.vertices {
                        json.object { json in
                            json.member("name", vertex.name)
                            json.member("kind", vertex.kind.rawValue)
                            if !vertex.groups.isEmpty { json.member("groups", vertex.groups) }
                            if !vertex.addresses.isEmpty {
                                json.member("addresses", vertex.addresses.map(\.description))
                            }
                        }
                    }
                })
            json.member(
                "links",
                array: { json in
                    for edge in graph.edges {
                        json.object { json in
                            json.member("impaired", edge.isImpaired)
                            json.member(
                                "ends",
                                array: { json in
                                    for end in [edge.first, edge.second] {
                                        json.object { json in
                                            json.member("node", graph.vertices[end.vertex].name)
                                            json.member("kind", graph.vertices[end.vertex].kind.rawValue)
                                            json.member("interface", end.interface?.description)
                                            if !end.addresses.isEmpty {
                                                json.member("addresses", end.addresses.map(\.description))
                                            }
                                        }
                                    }
                                })
                        }
                    }
                })
        }
    }
}
