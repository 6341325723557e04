// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import NetworkNamespaces

/// `netns delete`.
struct DeleteCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete named network namespaces.",
        discussion: """
            When the command returns, the virtual links of the namespace are gone together with \
            their peers elsewhere, physical ones are back in the initial namespace, and all names \
            are free. A namespace that a process still uses loses only its name.

            EXAMPLES
              netns delete red blue
              netns delete --all
              netns delete --if-unused red
              netns delete --ignore-missing red
            """,
        aliases: ["del"])

    @OptionGroup var output: OutputOptions

    @Flag(help: "Delete every name under /run/netns that stands for a namespace.")
    var all = false

    @Flag(help: "Leave a namespace alone that processes, descriptors, mounts or other names keep in use.")
    var ifUnused = false

    @Flag(help: "Accept names that do not exist.")
    var ignoreMissing = false

    @Flag(help: "Return at once, as ip does; the kernel removes links later.")
    var noWait = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Argument(help: ArgumentHelp("Names of the namespaces to delete.", valueName: "name"), completion: .namespaces)
    var names: [String] = []

    func operation() throws -> any Operation {
        guard all != !names.isEmpty else {
            throw CommandFailure.usage(
                all ? "--all takes no names" : "no namespace is named", hint: "'netns delete NAME…' or '--all'")
        }
        var deletion = try NamespaceDeletion(names, all: all, waits: !noWait, json: output.writerIfWanted)
        deletion.options.onlyIfUnused = ifUnused
        if ignoreMissing { deletion.ignoresMissing = true }
        deletion.options.isDry = dryRun
        return deletion
    }
}

/// Deletes namespaces; one that fails does not keep the others.
struct NamespaceDeletion: Operation {
    var names: [NamespaceName]
    var options = DeletionOptions()
    var ignoresMissing = false
    var json: JSONWriter?

    /// - Parameter all: whether everything goes that has a name; `names` is empty then.
    init(_ names: [String], all: Bool, waits: Bool, json: JSONWriter?) throws {
        if all {
            let directory = NamespaceDirectory.system
            self.names = try directory.names().filter { (try? directory.state(of: $0)) == .ok }
        } else {
            self.names = try names.map(existingName)
        }
        options.waits = waits
        ignoresMissing = all
        self.json = json
    }

    func run() throws {
        var deleted: [NamespaceName] = []
        var failures: [CommandFailure] = []
        NamespaceDirectory.system.delete(names, options) { name, outcome in
            switch outcome {
            case .success(let users):
                deleted.append(name)
                guard !users.isEmpty else { break }
                printError(
                    "warning: '\(name)' was the last name of a namespace that lives on, in use by "
                        + summary(of: users))
            case .failure(.notFound(name)) where ignoresMissing: break
            case .failure(let error): failures.append(CommandFailure(error))
            }
        }
        if var json {
            json.array { json in
                for name in deleted { json.object { $0.member("name", name.description) } }
            }
            try json.flush()
        } else if options.isDry {
            try printOutput(deleted.map { "would delete '\(escaped($0.description))'\n" }.joined())
        }
        for failure in failures.dropLast() { printError(failure.description) }
        if let failure = failures.last { throw failure }
    }
}
