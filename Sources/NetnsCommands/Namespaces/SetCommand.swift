// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink

/// `netns set`.
struct SetCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Give a namespace an id (nsid) in the caller's namespace.",
        discussion: """
            An id stays until the namespace dies; the kernel changes none.

            EXAMPLES
              netns set red 7
              netns set red auto
            """)

    @OptionGroup var output: OutputOptions

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Argument(help: "The namespace.", completion: .namespaces)
    var name: String

    @Argument(help: "The id, or 'auto' for one that the kernel chooses.")
    var nsid: String

    func operation() -> any Operation {
        NamespaceIDAssignment(name: name, nsid: nsid, dryRun: dryRun, json: output.writerIfWanted)
    }
}

/// Gives a namespace an nsid.
struct NamespaceIDAssignment: Operation {
    var name: String
    var nsid: String
    var dryRun = false
    var json: JSONWriter?

    func run() throws {
        let name = try existingName(name)
        let id = nsid == "auto" ? nil : try namespaceIDNumber(nsid)
        let namespace = try NamespaceDirectory.system.open(name)
        let descriptor = namespace.descriptor.rawValue
        var socket = try RouteSocket()
        if dryRun {
            try socket.checkNamespaceID(id, forDescriptor: descriptor, displayName: "\(name)")
            return try printOutput("would give '\(escaped(name.description))' the id \(nsid)\n")
        }
        try socket.setNamespaceID(id, ofDescriptor: descriptor, displayName: "\(name)")
        guard var json else { return }
        let given = try socket.namespaceID(ofDescriptor: descriptor)
        json.array {
            $0.object { json in
                json.member("name", name.description)
                json.member("id", given)
            }
        }
        try json.flush()
    }
}
