// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Containers
internal import LinuxSystem
internal import NetworkNamespaces

/// `netns attach`.
struct AttachCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Give a name to the network namespace of a process or a container.",
        discussion: """
            The process is held while its namespace is bound, so that another one with the same \
            number is never mistaken for it. The name keeps the namespace when the container ends; one that \
            is started again has another.

            EXAMPLES
              netns attach web 4711
              netns attach web docker:web
              netns attach web --container web   (whoever runs it)
            """)

    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("The container whose namespace it is.", valueName: "container"), completion: .containers)
    var container: String?

    @Flag(help: "Accept a name that stands for this namespace already.")
    var existOk = false

    @Flag(help: "Take any name that can be a file name, not only [A-Za-z0-9._-].")
    var anyName = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Argument(help: "The name to give.")
    var name: String

    @Argument(help: "The number of a process in the namespace, or a container with its runtime.")
    var pid: String?

    func operation() throws -> any Operation {
        guard (pid == nil) != (container == nil) else {
            throw CommandFailure.usage(
                pid == nil
                    ? "attach: neither a pid nor a container is named"
                    : "attach: '--container' takes the place of the process",
                hint: "'netns attach NAME PID' or 'netns attach NAME --container CONTAINER'")
        }
        var attachment = NamespaceAttachment(name: name, pid: pid ?? "")
        attachment.container = container
        attachment.acceptsExisting = existOk
        attachment.takesAnyName = anyName
        attachment.dryRun = dryRun
        attachment.json = output.writerIfWanted
        return attachment
    }
}

/// Names the network namespace of a process or a container.
struct NamespaceAttachment: Operation {
    var name: String
    /// The number, or a container with its runtime.
    var pid: String
    /// A container that is named without its runtime, perhaps.
    var container: String?
    var acceptsExisting = false
    var takesAnyName = false
    var dryRun = false
    var json: JSONWriter?

    init(name: String, pid: String) { (self.name, self.pid) = (name, pid) }

    func run() throws {
        let name = try newNames([name], anyName: takesAnyName)[0]
        let directory = NamespaceDirectory.system
        let (process, selector) = try process()
        let namespace = try selector.open()
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

    private func process() throws -> (number: Int32, selector: NamespaceSelector) {
        guard let found = try container.map(anyContainer) ?? NetnsCommands.container(pid) else {
            let number = try processNumber(pid)
            return (number, .process(number))
        }
        return (try found.foundProcess().processID, try found.foundSelector())
    }
}
