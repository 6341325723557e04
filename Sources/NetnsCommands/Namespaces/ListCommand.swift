// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// `netns list`.
struct ListCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the named network namespaces.",
        discussion: """
            The text and the JSON are those of 'ip netns list', sorted. With --long, what is no \
            namespace is listed too, with its state: ok, pending (in the making), stale (nothing \
            is mounted on it), dangling (a link that leads to no namespace), foreign (no name at all).

            EXAMPLES
              netns list
              netns list --long
              netns list --names | xargs -n1 netns link show -n
              netns list --long --json | jq '.[] | select(.processes == 0)'
              netns list --containers
            """,
        aliases: ["ls", "lst", "show"])

    @OptionGroup var output: OutputOptions

    @Option(
        name: [.customShort("n"), .customLong("namespace"), .customLong("netns")],
        help: ArgumentHelp("Show the ids that this namespace has given.", valueName: "name"),
        completion: .namespaces)
    var namespace: String?

    @Flag(name: [.short, .long], help: "Show state, inode, id, nsid, processes, links, addresses and owner.")
    var long = false

    @Flag(help: "Print the names alone.")
    var names = false

    @Flag(help: "List the containers that run, with their processes, namespaces, addresses and bridges.")
    var containers = false

    // ip ignores words behind 'list'; a script may hold some.
    @Argument(help: .hidden)
    var ignored: [String] = []

    func operation() throws -> any Operation {
        if containers {
            guard !long, !names, namespace == nil else {
                throw CommandFailure.usage("list: '--containers' stands for itself, with '--json' alone")
            }
            return ContainerListing(json: output.writerIfWanted)
        }
        var listing = NamespaceListing()
        listing.observer = namespace
        listing.isLong = long
        listing.namesOnly = names
        listing.json = output.writerIfWanted
        return listing
    }
}

/// Shows the names under /run/netns.
struct NamespaceListing: Operation {
    /// The namespace whose ids are shown; nil is the caller's own.
    var observer: String?
    var isLong = false
    var namesOnly = false
    var json: JSONWriter?

    func run() throws {
        if isLong { return try showLong() }
        let names = try named()
        if var json {
            json.array { json in
                for namespace in names {
                    json.object { json in
                        json.member("name", namespace.name.description)
                        json.member("id", namespace.id)
                    }
                }
            }
            return try json.flush()
        }
        var text: [UInt8] = []
        for namespace in names {
            text.append(contentsOf: escaped(namespace.name.description).utf8)
            if let id = namespace.id { text.append(contentsOf: " (id: \(id))".utf8) }
            text.append(0x0a)
        }
        try writeAll(text, to: 1)
    }

    private func named() throws -> [NamedNamespace] {
        let directory = NamespaceDirectory.system
        guard let observer, !namesOnly else { return try directory.namedNamespaces(withIDs: !namesOnly) }
        var socket = try openNamespace(observer).openRouteSocket(shownAs: observer)
        return try directory.namedNamespaces(withIDsOf: &socket)
    }

    private func showLong() throws {
        let entries: [NamespaceDetails]
        do throws(NamespaceError) { entries = try NamespaceDirectory.system.details() } catch {
            throw CommandFailure(error)
        }
        if var json {
            json.array { json in
                for entry in entries { json.object { entry.write(to: &$0) } }
            }
            return try json.flush()
        }
        guard !entries.isEmpty else { return }
        var table = Table(
            columns: ["NAME", "STATE", "NSID", "INODE", "PROCESSES", "LINKS", "ADDRESSES", "OWNER"],
            rightAligned: [2, 3, 4, 5])
        for entry in entries {
            table.add([
                escaped(entry.name.description), entry.state.rawValue, entry.namespaceID.map(String.init) ?? "-",
                entry.inode.map(String.init) ?? "-", entry.processes.map(String.init) ?? "-",
                entry.links.map(String.init) ?? "-",
                entry.addresses.isEmpty ? "-" : entry.addresses.joined(separator: ","),
                entry.owner.map(String.init) ?? "-",
            ])
        }
        try printOutput(table.text)
    }
}

extension NamespaceDetails {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("name", name.description)
        json.member("path", path.text)
        json.member("state", state.rawValue)
        json.member("id", namespaceID)
        json.member("inode", inode)
        json.member("id64", id)
        guard state == .ok else { return }
        json.member("processes", processes)
        json.member("links", links)
        json.member("addresses", addresses)
        json.member("owner", owner)
    }
}
