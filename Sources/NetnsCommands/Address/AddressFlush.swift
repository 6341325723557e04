// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Netlink
internal import RouteNetlink

extension AddressCommand {
    /// `netns address flush`.
    struct Flush: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take many addresses away.",
            discussion: """
                The words choose as those of 'address show' do; without any, nothing is deleted.

                EXAMPLES
                  netns address flush dev eth0 -n red
                  netns address flush dev eth0 scope global -4
                  netns address flush to 10.0.0.0/8
                """)

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var family: FamilyOptions

        @Argument(
            help: ArgumentHelp(
                "[dev] DEVICE, or of the other words of 'address show'.", valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func run() throws {
            var parser = WordParser(words, verb: "address flush")
            let selection = try AddressSelection(&parser, family: family.family)
            guard selection.isNarrowed else { throw parser.usage("it must be said which addresses to delete") }
            var session = try RouteSession(namespace: namespace.namespace)
            var world = LinkWorld()
            let links = try selection.links.links(&session, &world, statistics: false, mayBeMissing: false)
            let addresses = try selection.addresses(of: links, &session)
            let chosen = links.flatMap { addresses[$0.index] ?? [] }.filter(selection.contains)
            let refusals = try session.ask { (socket) throws(NetlinkError) in
                try socket.deleteAddresses(chosen) { world.name(of: $0.index) }
            }
            try conclude(refusals.map { session.failure(.kernel($0)) })
        }
    }
}
