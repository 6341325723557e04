// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Containers
internal import LinuxSystem
internal import NetworkNamespaces

/// `netns identify`.
struct IdentifyCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "identify",
        abstract: "Print the names of a process's network namespace.",
        discussion: """
            All names are printed, one a line; an empty line when there is none, as with ip.

            EXAMPLES
              netns identify 4711
              netns identify docker:web
              netns identify            (of the calling process)
            """)

    @OptionGroup var output: OutputOptions

    @Argument(help: "The number of a process, or a container with its runtime; by default netns itself.")
    var pid: String?

    func operation() -> any Operation { NamespaceIdentification(pid: pid, json: output.writerIfWanted) }
}

/// Shows the names of a process's namespace.
struct NamespaceIdentification: Operation {
    /// The process's number, or a container; nil is the caller.
    var pid: String?
    var json: JSONWriter?

    func run() throws {
        let process = try pid.map(process)
        let names: [NamespaceName]
        do throws(NamespaceError) {
            let identity: NamespaceIdentity
            if let process {
                identity = try NetworkNamespace.ofProcess(process).identity
            } else {
                identity = try NetworkNamespace.current().identity
            }
            names = try NamespaceDirectory.system.names(of: identity)
        } catch { throw CommandFailure(error) }
        guard var json else {
            let lines = names.isEmpty ? [""] : names.map { escaped($0.description) }
            return try printOutput(lines.map { $0 + "\n" }.joined())
        }
        json.array { json in
            for name in names { json.object { $0.member("name", name.description) } }
        }
        try json.flush()
    }

    private func process(_ text: String) throws -> Int32 {
        try container(text)?.foundProcess().processID ?? processNumber(text)
    }
}
