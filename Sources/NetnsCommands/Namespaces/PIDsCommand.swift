// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// `netns pids`.
struct PIDsCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "pids",
        abstract: "List the processes in a namespace.",
        discussion: """
            One number a line, as with ip. With --holders everything that keeps the namespace alive \
            is listed: processes, single threads, open descriptors, mounts outside /run/netns and \
            other names.

            EXAMPLES
              netns pids red
              netns pids --holders red
              kill $(netns pids red)
            """)

    @OptionGroup var output: OutputOptions

    @Flag(help: "List everything that keeps the namespace alive.")
    var holders = false

    @Argument(help: "The namespace.", completion: .namespaces)
    var name: String

    func operation() -> any Operation {
        NamespaceProcesses(name: name, showsHolders: holders, json: output.writerIfWanted)
    }
}

/// Shows the processes in a namespace, or all that keeps it alive.
struct NamespaceProcesses: Operation {
    var name: String
    var showsHolders = false
    var json: JSONWriter?

    func run() throws {
        let selector = try namespaceSelector(name)
        let directory = NamespaceDirectory.system
        let identity: NamespaceIdentity
        do throws(NamespaceError) { identity = try selector.open().identity } catch {
            throw failure(error, of: selector)
        }
        var own: NamespaceName?
        if case .name(let name) = selector { own = name }
        let found: [NamespaceHolder] =
            showsHolders
            ? holders(of: identity, in: directory, except: own)
            : processes(in: identity).map { .process($0) }
        guard var json else {
            return try printOutput(found.map { "\(showsHolders ? $0.line : $0.number)\n" }.joined())
        }
        json.array { json in
            for holder in found { json.object { holder.write(to: &$0, withKind: showsHolders) } }
        }
        try json.flush()
    }
}

extension NamespaceHolder {
    fileprivate var number: String {
        if case .process(let process) = self { "\(process)" } else { line }
    }

    /// What it is, and the program's name: `process 4711 sleep`.
    var line: String {
        switch self {
        case .process(let process): "process \(process) \(escaped(commandName(process) ?? ""))"
        case .thread(let process, let thread):
            "thread \(thread) of process \(process) \(escaped(commandName(process) ?? ""))"
        case .descriptor(let process, let number):
            "descriptor \(number) of process \(process) \(escaped(commandName(process) ?? ""))"
        case .mount(let path): "mount \(escaped(path))"
        case .name(let name): "name \(escaped(name.description))"
        }
    }

    /// Writes its members into an object.
    func write(to json: inout JSONWriter, withKind: Bool) {
        switch self {
        case .process(let process):
            if withKind { json.member("kind", "process") }
            json.member("pid", process)
            json.member("command", commandName(process))
        case .thread(let process, let thread):
            json.member("kind", "thread")
            json.member("pid", process)
            json.member("tid", thread)
            json.member("command", commandName(process))
        case .descriptor(let process, let number):
            json.member("kind", "descriptor")
            json.member("pid", process)
            json.member("fd", number)
            json.member("command", commandName(process))
        case .mount(let path):
            json.member("kind", "mount")
            json.member("path", path)
        case .name(let name):
            json.member("kind", "name")
            json.member("name", name.description)
        }
    }
}

/// The name of a process's program, as ps shows it; nil when it has ended. Source: proc_pid_comm(5).
private func commandName(_ process: Int32) -> String? {
    guard let bytes = try? readFile("/proc/\(process)/comm") else { return nil }
    return String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
}
