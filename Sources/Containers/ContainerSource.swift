// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// One place that tells of a runtime's containers: a socket or a directory.
protocol ContainerSource: Sendable {
    /// Whose containers they are.
    var runtime: ContainerRuntime { get }
    /// How messages call the place.
    var place: String { get }
    /// Whether there is such a place at all.
    var isPresent: Bool { get }
    /// All that run.
    func runningContainers() throws(ContainerFault) -> [Container]
    /// Those of that name or id, or whose id begins so; also such as do not run, where the place tells of these.
    func containers(named name: String, scope: String?) throws(ContainerFault) -> [Container]
}

extension ContainerSource {
    func fault(_ reason: String) -> ContainerFault { ContainerFault(runtime: runtime, place: place, reason: reason) }
}

/// A directory with something for each container.
protocol ContainerDirectory: ContainerSource {
    /// The directory.
    var path: FilePath { get }
    /// All that the directory tells of.
    func containers() throws(ContainerFault) -> [Container]
}

extension ContainerDirectory {
    var place: String { path.text }

    var isPresent: Bool { (try? FileStatus(of: path)) != nil }

    func runningContainers() throws(ContainerFault) -> [Container] { try containers().filter { $0.process != nil } }

    func containers(named name: String, scope: String?) throws(ContainerFault) -> [Container] {
        let candidates = try containers().filter { scope == nil || $0.scope == scope }
        let exact = candidates.filter { $0.name == name || $0.id == name }
        guard exact.isEmpty, isBeginningOfID(name) else { return exact }
        return candidates.filter { isBeginningOfID($0.id) && $0.id.hasPrefix(name) }
    }

    /// The names in a directory, sorted; none when it is not there (any more).
    func entries(of directory: FilePath) throws(ContainerFault) -> [DirectoryEntry] {
        do throws(Errno) {
            return try directoryEntries(directory).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        } catch {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return [] }
            throw fault(error.sentence)
        }
    }
}

/// Whether it looks like an id that the runtime has drawn: names that people give are not cut short.
private func isBeginningOfID(_ text: String) -> Bool {
    text.utf8.count >= 4
        && text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
}
