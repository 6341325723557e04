// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import NetworkNamespaces

/// `netns attach`.
struct AttachCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Give a name to the network namespace of a process.",
        discussion: """
            The process is held while its namespace is bound, so that another one with the same \
            number is never mistaken for it.

            EXAMPLES
              netns attach web 4711
              netns attach web "$(docker inspect -f '{{.State.Pid}}' web)"
            """)

    @OptionGroup var output: OutputOptions

    @Flag(help: "Accept a name that stands for this namespace already.")
    var existOk = false

    @Flag(help: "Take any name that can be a file name, not only [A-Za-z0-9._-].")
    var anyName = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Argument(help: "The name to give.")
    var name: String

    @Argument(help: "The number of a process in the namespace.")
    var pid: String

    func operation() -> any Operation {
        var attachment = NamespaceAttachment(name: name, pid: pid)
        attachment.acceptsExisting = existOk
        attachment.takesAnyName = anyName
        attachment.dryRun = dryRun
        attachment.json = output.writerIfWanted
        return attachment
    }
}

/// Names the network namespace of a process.
struct NamespaceAttachment: Operation {
    var name: String
    var pid: String
    var acceptsExisting = false
    var takesAnyName = false
    var dryRun = false
    var json: JSONWriter?

    init(name: String, pid: String) { (self.name, self.pid) = (name, pid) }

    func run() throws {
        let name = try newNames([name], anyName: takesAnyName)[0]
        let process = try processNumber(pid)
        let directory = NamespaceDirectory.system
        let namespace = try NetworkNamespace.ofProcess(process)
        if let existing = try? directory.open(name) {
            guard acceptsExisting, existing.identity == namespace.identity else {
                throw NamespaceError.alreadyExists(name)
            }
        } else if dryRun {
            try directory.checkCreation(of: name)
            if json == nil {
                try printOutput("would attach '\(name)' to the network namespace of process \(process)\n")
            }
        } else {
            try directory.attach(namespace, as: name)
        }
        guard var json else { return }
        json.array {
            $0.object { json in
                json.member("name", name.description)
                json.member("inode", namespace.identity.inode)
                json.member("pid", process)
            }
        }
        try json.flush()
    }
}
