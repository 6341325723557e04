// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink

extension LinkCommand {
    /// `netns link property`.
    struct Property: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a link further names, or take them away.",
            discussion: """
                EXAMPLES
                  netns link property add dev v0 altname uplink-to-the-lab
                  netns link property delete dev v0 altname uplink-to-the-lab
                """,
            aliases: ["altname"])

        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp("add or delete, [dev] DEVICE, altname NAME …", valueName: "word"), completion: .grammar)
        var words: [String] = []

        func run() throws {
            var parser = WordParser(words, verb: "link property")
            let isRemoval = try Self.readVerb(&parser)
            _ = parser.take("dev")
            guard let device = parser.take() else { throw parser.usage("the device is missing") }
            try parser.check(deviceName: device)
            var names: [String] = []
            while let word = parser.take() {
                // The word may stand before each of the names.
                if word == "altname", names.isEmpty || parser.next != nil { continue }
                try Self.check(word, parser)
                names.append(word)
            }
            guard !names.isEmpty else { throw parser.usage("'altname' lacks its name") }
            var session = try RouteSession(namespace: namespace.namespace)
            let index = try session.index(of: device)
            let request = alternativeNamesRequest(names, index: index, displayName: device, remove: isRemoval)
            try session.ask { (socket) throws(NetlinkError) in try socket.perform([request.erased]) }
        }

        private static func readVerb(_ parser: inout WordParser) throws(CommandFailure) -> Bool {
            switch parser.next {
            case "add", "a": _ = parser.take()
            case "delete", "del", "d":
                _ = parser.take()
                return true
            case nil: throw parser.usage("'add' or 'delete' is missing")
            default: throw parser.unknownWord(among: ["add", "delete"])
            }
            return false
        }

        /// Refuses what the kernel's `dev_alloc_name`-like rules refuse for alternative names. Source: `ALTIFNAMSIZ`.
        private static func check(_ name: String, _ parser: WordParser) throws(CommandFailure) {
            try parser.check(deviceName: name)
            guard
                name.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7f })
            else {
                throw parser.usage(
                    "\(quoted(name)) can't be an alternative name: it holds blanks or control characters")
            }
        }
    }
}
