// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink

extension LinkCommand {
    /// `netns link delete`.
    struct Delete: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a link, or all links of a group.",
            discussion: """
                With one end of a veth goes the other. Links of a group go in one request, many times
                faster than one by one.

                EXAMPLES
                  netns link delete v0
                  netns link delete eth0 -n red
                  netns link delete group 7
                  netns link delete eth0 target-nsid 5
                """,
            aliases: ["del"])

        @OptionGroup var namespace: NamespaceOption

        @Argument(
            help: ArgumentHelp(
                "[dev] DEVICE [type KIND], or group GROUP; and target-nsid ID.", valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { LinkDelete(namespace: namespace.namespace, words: words) }
    }
}

/// Deletes a link, or the links of a group.
struct LinkDelete: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    var changesLinks: Bool { true }

    func run() throws {
        var parser = WordParser(words, verb: "link delete")
        var target = Target()
        while let word = parser.next {
            if try Target.table.read(&parser, into: &target) { continue }
            guard target.device == nil else { throw parser.unknownWord(among: Target.table.names) }
            _ = parser.take()
            target.device = word
        }
        guard (target.device == nil) != (target.group == nil) else {
            throw parser.usage(
                target.device == nil ? "the device is missing" : "a device and a group exclude each other")
        }
        if target.group == 0 { throw parser.usage("the links of the default group can't be deleted together") }
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        try delete(target, &session)
    }

    private func delete(_ target: Target, _ session: inout RouteSession) throws(CommandFailure) {
        let id = target.namespaceID
        if let group = target.group {
            return try session.ask(namespaceWithID: id) { (socket) throws(NetlinkError) in
                try socket.delete(.group(group), namespaceID: id)
            }
        }
        let name = target.device ?? ""
        let link = try session.device(name, inNamespaceWithID: id)
        if let kind = target.kind, link.kind != kind {
            throw CommandFailure(
                "cannot delete link \(quoted(name))\(session.place): it is of kind "
                    + "\(quoted(link.kind ?? link.hardwareTypeName)), not \(quoted(kind))")
        }
        try session.ask { (socket) throws(NetlinkError) in
            try socket.delete(.name(link.name.description), namespaceID: id)
        }
    }

    private struct Target {
        var device: String?
        var group: UInt32?
        var kind: String?
        /// The namespace of the links, by the id that it has in the one that is asked; nil is that one.
        var namespaceID: Int32?

        static let table = WordTable<Target>([
            Word("dev") { words, target throws(CommandFailure) in
                guard target.device == nil else { throw words.usage("the device is given twice") }
                target.device = try words.value("device")
            },
            Word("group") { words, target throws(CommandFailure) in target.group = try words.linkGroup() },
            Word("type") { words, target throws(CommandFailure) in target.kind = try words.value("kind") },
            Word("target-nsid") { words, target throws(CommandFailure) in
                target.namespaceID = try words.number(0...Int32.max)
            },
        ])
    }
}
