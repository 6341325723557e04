// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import NetworkNamespaces

/// `netns add`.
struct AddCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Create named network namespaces.",
        discussion: """
            Each one is bound under /run/netns, as 'ip netns add' does it, with lo up. It stays \
            until 'netns delete', even with no process in it. When one of several can't be made, \
            none is left.

            EXAMPLES
              netns add red
              netns add red blue green
              netns add --exist-ok red
            """)

    @OptionGroup var output: OutputOptions

    @Flag(help: "Accept namespaces that exist already.")
    var existOk = false

    @Flag(name: [.long, .customLong("no-lo")], help: "Leave the loopback device down, as ip does.")
    var noLoopback = false

    @Flag(help: "Take any name that can be a file name, not only [A-Za-z0-9._-].")
    var anyName = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Argument(help: ArgumentHelp("Names of the namespaces to create.", valueName: "name"))
    var names: [String]

    func operation() throws -> any Operation {
        var addition = NamespaceAddition(names: try newNames(names, anyName: anyName))
        addition.acceptsExisting = existOk
        addition.loopbackUp = !noLoopback
        addition.dryRun = dryRun
        addition.json = output.writerIfWanted
        return addition
    }
}

/// Creates namespaces, all or none.
struct NamespaceAddition: Operation {
    var names: [NamespaceName]
    var acceptsExisting = false
    var loopbackUp = true
    var dryRun = false
    var json: JSONWriter?

    init(names: [NamespaceName]) { self.names = names }

    func run() throws { try run(movesCaller: false) }

    func runLast() throws { try run(movesCaller: names.count == 1) }

    private func run(movesCaller: Bool) throws {
        let directory = NamespaceDirectory.system
        var created: [NamespaceName] = []
        do throws(NamespaceError) {
            for name in names {
                if dryRun {
                    if try existsAlready(name, directory) { continue }
                } else {
                    do throws(NamespaceError) {
                        try directory.create(name, loopbackUp: loopbackUp, movesCaller: movesCaller)
                    } catch {
                        guard acceptsExisting, error == .alreadyExists(name) else { throw error }
                        continue
                    }
                }
                created.append(name)
            }
        } catch {
            if !dryRun { try undo(created, directory, because: error) }
            throw CommandFailure(error)
        }
        try show(created)
    }

    private func existsAlready(_ name: NamespaceName, _ directory: NamespaceDirectory) throws(NamespaceError) -> Bool {
        do throws(NamespaceError) { try directory.checkCreation(of: name) } catch {
            guard acceptsExisting, error == .alreadyExists(name) else { throw error }
            return true
        }
        return false
    }

    private func undo(
        _ created: [NamespaceName], _ directory: NamespaceDirectory, because cause: NamespaceError
    ) throws {
        for name in created.reversed() {
            do throws(NamespaceError) { try directory.delete(name) } catch {
                throw CommandFailure("\(cause); and '\(name)', made before, could not be removed again: \(error)")
            }
        }
    }

    private func show(_ created: [NamespaceName]) throws {
        if var json {
            json.array { json in
                for name in created {
                    json.object { json in
                        json.member("name", name.description)
                        guard !dryRun, let namespace = try? NamespaceDirectory.system.open(name) else { return }
                        json.member("inode", namespace.identity.inode)
                    }
                }
            }
            try json.flush()
        } else if dryRun {
            try printOutput(created.map { "would add '\($0)'\n" }.joined())
        }
    }
}
