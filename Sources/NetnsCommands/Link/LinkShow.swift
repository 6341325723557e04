// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import RouteNetlink

extension LinkCommand {
    /// `netns link show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List links.",
            discussion: """
                EXAMPLES
                  netns link show
                  netns link show br0 -n red --details
                  netns link show master br0 --brief
                  netns link show type veth up --json
                  netns link show target-nsid 5
                  netns link show --all-namespaces --json
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions

        @Flag(name: [.customLong("br", withSingleDash: true), .long], help: "Show one short line for each.")
        var brief = false

        @Argument(
            help: ArgumentHelp(
                "[dev] DEVICE, or of: type KIND, master DEVICE, nomaster, vrf DEVICE, group GROUP, up; target-nsid ID.",
                valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { LinkShow(request: options.request, brief: brief, words: words) }
    }
}

/// Shows the links that the words choose.
struct LinkShow: ShowOperation {
    var request: ShowRequest
    var brief = false
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "link show")
        var selection = LinkSelection()
        while let word = parser.next {
            if try LinkSelection.table.read(&parser, into: &selection) { continue }
            guard selection.device == nil else {
                throw parser.unknownWord(among: LinkSelection.table.names, after: selection.device)
            }
            _ = parser.take()
            try selection.noteDevice(word, parser)
        }
        guard selection.namespaceID == nil || !request.allNamespaces else {
            throw parser.usage("'target-nsid' and '--all-namespaces' exclude each other")
        }
        let detail = ListingDetail(details: request.details, statistics: request.statistics)
        try request.showRows(
            { session, world in
                let links = try selection.links(
                    &session, &world, statistics: request.statistics > 0, virtualFunctions: !brief,
                    mayBeMissing: request.allNamespaces)
                if !brief, request.json == nil { world.nameNamespaces(of: links, &session) }
                return links
            },
            json: { json, link, world in
                if brief {
                    json.briefMembers(of: link, .link, world)
                } else {
                    json.members(of: link, .link, world, statistics: request.statistics)
                }
            },
            text: { text, link, world in
                if brief { text.briefLink(link, .link, world) } else { text.link(link, .link, world, detail) }
            })
    }
}

extension TextWriter {
    /// What stands above the rows of a namespace among others; nothing for the caller's own.
    mutating func namespaceHeading(_ name: String?) {
        guard let name else { return }
        write("\nnetns: ")
        write(escaping: name)
        write("\n")
    }
}
