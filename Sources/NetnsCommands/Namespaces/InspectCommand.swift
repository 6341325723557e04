// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// `netns inspect`.
struct InspectCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show namespaces of all kinds, and who is in them.",
        discussion: """
            All namespaces of the machine as lsns shows them, those of one process, or one namespace with \
            all that keeps it alive. What is held by a mount, a thread, an open descriptor or another \
            namespace alone is found as well.

            EXAMPLES
              netns inspect
              netns inspect --type net --type mnt
              netns inspect --tree=owner
              netns inspect 1
              netns inspect --json | jq '.namespaces[] | select(.nprocs == 0)'
            """,
        aliases: ["lsns"])

    @OptionGroup var output: OutputOptions

    @Option(
        name: [.short, .long], help: "Show this kind only; may be given several times.",
        completion: .list(NamespaceKindWord.allValueStrings))
    var type: [NamespaceKindWord] = []

    @Option(
        name: [.customShort("T"), .long],
        help: ArgumentHelp("Show what belongs to what; '--tree' alone goes by processes.", valueName: "relation"))
    var tree: NamespaceRelation?

    @Flag(help: "Look for mounts in all mount namespaces, not just the own one.")
    var allMounts = false

    @Argument(
        help: "A process's number, the name of a network namespace, a namespace's file or its inode.",
        completion: .namespaces)
    var target: String?

    func operation() -> any Operation {
        var inspection = NamespaceInspection(target: target, json: output.writerIfWanted)
        if !type.isEmpty { inspection.kinds = Set(type.map(\.kind)) }
        inspection.relation = tree
        inspection.seesAllMounts = allMounts
        return inspection
    }

    /// Gives `--tree`, whose value may be left out, the one that it stands for.
    static func withRelation(_ words: ArraySlice<String>) -> ArraySlice<String> {
        words.map { word in
            if word == "--tree" || word == "-T" { return "--tree=\(NamespaceRelation.process.rawValue)" }
            return word.hasPrefix("-T") ? "--tree=\(word.dropFirst(word.hasPrefix("-T=") ? 3 : 2))" : word
        }[...]
    }
}

/// A kind as it is typed.
struct NamespaceKindWord: ExpressibleByArgument {
    var kind: NamespaceKind

    init?(argument: String) {
        guard let kind = NamespaceKind(rawValue: argument) else { return nil }
        self.kind = kind
    }

    static var allValueStrings: [String] { NamespaceKind.allCases.map(\.rawValue) }
}

extension NamespaceRelation: ExpressibleByArgument {}

/// Shows namespaces of all kinds.
struct NamespaceInspection: Operation {
    /// What is asked about; nil is the machine.
    var target: String?
    var json: JSONWriter?
    var kinds = Set(NamespaceKind.allCases)
    /// What a tree is drawn by; nil draws none.
    var relation: NamespaceRelation?
    var seesAllMounts = false

    private enum Target {
        case machine
        case process(Int32)
        case namespace(inode: UInt64)
    }

    func run() throws {
        // Looked at before the scan: what is wrong with it takes no time to say.
        let subject = try self.subject()
        let scan: NamespaceScan
        do throws(NamespaceError) {
            scan = try NamespaceScan(describing: kinds, foreignMounts: seesAllMounts)
        } catch { throw CommandFailure(error) }
        var shown: [ScannedNamespace]
        var isOne = false
        switch subject {
        case .machine: shown = scan.namespaces
        case .process(let process): shown = scan.namespaces(of: process)
        case .namespace(let inode):
            guard let namespace = scan[inode] else { throw CommandFailure("there is no namespace \(inode) in sight") }
            shown = [namespace]
            isOne = true
        }
        shown.removeAll { !kinds.contains($0.kind) }
        let tree = NamespaceTree(of: shown, by: relation, in: scan)
        if var json {
            var users = UserNames()
            json.object { json in
                json.member(
                    "namespaces",
                    array: { json in
                        write(tree.roots, of: tree, withProcesses: isOne, to: &json, &users)
                    })
                if scan.unreadable > 0 { json.member("unreadable", scan.unreadable) }
            }
            return try json.flush()
        }
        try printOutput(table(tree).text + (isOne ? shown.map(holderLines).joined() : ""))
        if scan.unreadable > 0, !isOne {
            let (processes, pronoun) =
                scan.unreadable == 1 ? ("1 process is", "it") : ("\(scan.unreadable) processes are", "them")
            printError("\(processes) left out: to look into \(pronoun) takes CAP_SYS_PTRACE")
        }
    }

    /// What the word stands for. An inode is larger than any number of a process.
    private func subject() throws -> Target {
        guard let target else { return .machine }
        if let number = UInt64(target), target.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let process = Int32(exactly: number) else { return .namespace(inode: number) }
            return .process(try readable(process))
        }
        switch try namespaceSelector(target) {
        case .process(let process): return .process(try readable(process))
        case .container(_, let process): return .process(try readable(process.processID))
        case .name(let name): return .namespace(inode: try named(name).inode)
        case .path(let path): return .namespace(inode: try identity(ofFile: path).inode)
        }
    }

    private func named(_ name: NamespaceName) throws -> NamespaceIdentity {
        do throws(NamespaceError) { return try NamespaceDirectory.system.open(name).identity } catch {
            throw CommandFailure(error)
        }
    }

    private func identity(ofFile path: FilePath) throws -> NamespaceIdentity {
        do throws(NamespaceError) { return try namespaceIdentity(ofFile: path) } catch {
            // That error speaks of the network ones.
            if case .notANamespace(let text) = error { throw CommandFailure("\(quoted(text)) is not a namespace") }
            throw CommandFailure(error)
        }
    }

    /// The process, if the caller may look into it.
    private func readable(_ process: Int32) throws -> Int32 {
        do throws(Errno) {
            _ = try ProcessTable().namespaces(of: process)
            return process
        } catch {
            if error == .noSuchFileOrDirectory || error == .noSuchProcess {
                throw CommandFailure(NamespaceError.noSuchProcess(process))
            }
            throw CommandFailure(
                "cannot look at the namespaces of process \(process): \(error.sentence)",
                hint: "to look into that process takes CAP_SYS_PTRACE" + (isSuperuser() ? "" : ": run as root"))
        }
    }

    private func holderLines(_ namespace: ScannedNamespace) -> String {
        var lines = (namespace.processes.map { .process($0) } + namespace.otherHolders).map(\.line)
        lines += namespace.foreignMounts.map { "mount \(escaped($0.path)) seen by process \($0.process)" }
        lines += namespace.dependents.map { "namespace \($0)" }
        return lines.isEmpty ? "" : "\n" + lines.map { $0 + "\n" }.joined()
    }
}

/// The names of users, each looked up once.
struct UserNames {
    private var names: [UInt32: String] = [:]

    /// The name, or the number of a user without one.
    mutating func name(of user: UInt32) -> String {
        if let name = names[user] { return name }
        let name = userName(of: user) ?? String(user)
        names[user] = name
        return name
    }
}
