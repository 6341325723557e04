// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink

/// `netns list-id`.
struct ListIDCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "list-id",
        abstract: "List the namespace ids (nsids) that a namespace has given.",
        discussion: """
            An id belongs to the namespace that gave it: without 'target-nsid' it is the caller's. \
            The words and the output are those of 'ip netns list-id'.

            EXAMPLES
              netns list-id
              netns list-id nsid 7
              netns list-id target-nsid 0
            """)

    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("[target-nsid N] [nsid N]", valueName: "selector"))
    var words: [String] = []

    func operation() -> any Operation { NamespaceIDListing(words: words, json: output.writerIfWanted) }
}

/// Shows nsids.
struct NamespaceIDListing: Operation {
    var words: [String]
    var json: JSONWriter?

    func run() throws {
        var (target, wanted): (Int32?, Int32?) = (nil, nil)
        var rest = words[...]
        while let word = rest.popFirst() {
            guard ["nsid", "target-nsid"].contains(word) else {
                throw CommandFailure.usage(
                    "list-id: unknown word '\(escaped(word))'",
                    hint: suggestion(for: word, among: ["nsid", "target-nsid"])
                        ?? "it takes 'target-nsid N' and 'nsid N'")
            }
            guard let value = rest.popFirst() else { throw CommandFailure.usage("list-id: '\(word)' lacks its number") }
            let number = try namespaceIDNumber(value)
            if word == "nsid" { wanted = number } else { target = number }
        }
        var socket = try RouteSocket()
        let ids: [NamespaceID]
        if let wanted {
            ids = [try socket.namespaceID(.id(wanted), target: target)]
        } else {
            ids = try socket.namespaceIDs(target: target)
        }
        try show(ids, isTarget: target != nil)
    }

    private func show(_ ids: [NamespaceID], isTarget: Bool) throws {
        var names: [Int32: NamespaceName] = [:]
        if !ids.isEmpty {
            for namespace in try NamespaceDirectory.system.namedNamespaces(withIDs: true) {
                // The first name wins where several stand for one namespace.
                if let id = namespace.id, names[id] == nil { names[id] = namespace.name }
            }
        }
        if var json {
            json.array { json in
                for id in ids {
                    json.object { json in
                        json.member("nsid", id.id)
                        if isTarget { json.member("current-nsid", id.currentID) }
                        json.member("name", ownID(id, isTarget).flatMap { names[$0]?.description })
                    }
                }
            }
            return try json.flush()
        }
        var text = ""
        for id in ids {
            text += "nsid \(id.id.map(String.init) ?? "unassigned") "
            if isTarget { text += "current-nsid \(id.currentID.map(String.init) ?? "unassigned") " }
            if let name = ownID(id, isTarget).flatMap({ names[$0] }) {
                text += "(iproute2 netns name: \(escaped(name.description)))"
            }
            text += "\n"
        }
        try printOutput(text)
    }

    /// The id by which the caller's own namespace knows it.
    private func ownID(_ id: NamespaceID, _ isTarget: Bool) -> Int32? { isTarget ? id.currentID : id.id }
}
