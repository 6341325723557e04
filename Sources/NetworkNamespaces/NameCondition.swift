// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// What a file in a directory of names is, told more finely than by `EntryState`.
public enum NameCondition: Sendable, Equatable {
    /// A network namespace.
    case namespace(NamespaceIdentity)
    /// An empty file on which a namespace is about to be mounted.
    case pending
    /// An empty file, such as namespaces are mounted on, on which none is mounted.
    case stale
    /// A symbolic link to a path at which there is nothing.
    case danglingLink(target: String)
    /// A symbolic link to something that is no network namespace.
    case otherLink(target: String)
    /// Anything else; the text says what: `a directory`.
    case foreign(String)
}

extension NamespaceDirectory {
    /// What is at a name at this moment, without waiting for one in the making; nil for nothing.
    public func condition(of name: NamespaceName) -> NameCondition? {
        let path = path(of: name)
        var description = ""
        for _ in 0..<3 {
            if let namespace = try? NetworkNamespace.open(path: path) { return .namespace(namespace.identity) }
            guard let status = try? FileStatus(of: path, followingLinks: false) else { return nil }
            if status.isSymbolicLink { return link(at: path) }
            // A file from the future is as good as one of now: the clock may have been set.
            if status.isPlaceholder { return status.age < 1 ? .pending : .stale }
            // Mounted between the two looks, or no name at all.
            description = kind(of: status, at: path)
        }
        return .foreign(description)
    }

    private func link(at path: FilePath) -> NameCondition {
        let target = (try? readSymbolicLink(path)) ?? "?"
        do throws(Errno) { _ = try FileStatus(of: path) } catch {
            if error == .noSuchFileOrDirectory { return .danglingLink(target: target) }
        }
        return .otherLink(target: target)
    }

    private func kind(of status: FileStatus, at path: FilePath) -> String {
        if status.isDirectory { return "a directory" }
        guard let file = try? OwnedDescriptor(opening: path, flags: pathOnly), let magic = try? file.fileSystemMagic()
        else { return "a file" }
        if isNamespaceFileSystem(magic) { return "a namespace of another kind" }
        guard status.isRegularFile else { return "a special file" }
        return "a file of \(status.size) \(status.size == 1 ? "byte" : "bytes")"
    }
}

/// A process, named where its namespaces matter.
public struct ProcessReference: Hashable, Sendable, CustomStringConvertible {
    /// Its number.
    public var processID: Int32
    /// Its command name, at most 15 bytes; empty when it is gone. Source: proc_pid_comm(5).
    public var command: String

    /// Looks up the command name.
    init(_ processID: Int32) {
        let text = (try? readFile("/proc/\(processID)/comm")) ?? []
        self.init(processID, String(decoding: text.prefix { $0 != 0x0a }, as: UTF8.self))
    }

    /// A process by its number and command name.
    init(_ processID: Int32, _ command: String) {
        self.processID = processID
        self.command = command
    }

    /// The number, and the command name in brackets.
    public var description: String { command.isEmpty ? "\(processID)" : "\(processID) (\(command))" }
}

/// The namespace files mounted in mount namespaces other than the caller's, by the place that each
/// covers, with a process that sees it.
///
/// A name that is stale here may be a live namespace there, since mounts do not reach every mount
/// namespace. Those without a process, and of processes that the caller may not look into, are not seen.
func namespaceMountsElsewhere() -> [MountPlace: ProcessReference] {
    guard let own = try? readSymbolicLink("/proc/thread-self/ns/mnt") else { return [:] }
    var seen: Set<String> = [own]
    var places: [MountPlace: ProcessReference] = [:]
    for process in processIDs() {
        for thread in numericEntries("/proc/\(process)/task") {
            let directory = "\(process)/task/\(thread)"
            guard let namespace = try? readSymbolicLink("/proc/\(directory)/ns/mnt"), seen.insert(namespace).inserted,
                let table = try? mountTable(of: directory)
            else { continue }
            let tree = MountTree(table)
            for entry in table where entry.isNetworkNamespace {
                guard let place = tree.placeCovered(by: entry), places[place] == nil else { continue }
                places[place] = ProcessReference(process)
            }
        }
    }
    return places
}
