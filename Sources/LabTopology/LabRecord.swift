// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// What is kept of a lab that is up: its files, and what was chosen for it.
///
/// Written before the kernel is touched. The kernel's state is the truth; this is for going on without the file.
public struct LabRecord: Sendable {
    /// The lab's name.
    public var name: String
    /// The files: the one that was named first.
    public var sources: [(path: String, text: String)]
    /// Values that were given for variables.
    public var variables: [String: String]
    /// What was chosen.
    public var memory: LabMemory

    /// A record.
    public init(
        name: String, sources: [(path: String, text: String)], variables: [String: String], memory: LabMemory
    ) {
        (self.name, self.sources, self.variables, self.memory) = (name, sources, variables, memory)
    }

    /// The lab as it was read then.
    public var document: LabDocument {
        let memory = memory
        return LabDocument(
            path: sources.first?.path ?? "", variables: variables, remembered: { _ in memory },
            reader: { path in
                guard let source = sources.first(where: { $0.path == path }) else { throw Errno.noSuchFileOrDirectory }
                return source.text
            })
    }
}

/// Where the records of labs are: `/run/netns-lab`.
public struct LabRecords: Sendable {
    /// The directory.
    public let path: String

    /// The directory of this machine.
    public static let system = LabRecords(path: "/run/netns-lab")

    /// Records below a directory.
    public init(path: String) { self.path = path }

    /// The directory of one lab.
    public func directory(of name: String) -> String { "\(path)/\(name)" }

    /// The names of the labs of which there is a record.
    public func names() -> [String] {
        ((try? directoryEntries(path)) ?? []).filter { $0.isDirectory && !$0.name.hasPrefix(".") }.map(\.name).sorted()
    }

    /// The record of a lab; nil when there is none, or none that can be read.
    public func read(_ name: String) -> LabRecord? {
        let directory = directory(of: name)
        func text(_ file: String) -> String? {
            (try? readFile("\(directory)/\(file)")).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let list = text("files") else { return nil }
        var record = LabRecord(name: name, sources: [], variables: [:], memory: LabMemory())
        for line in list.split(separator: "\n") {
            let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3 else { continue }
            if fields[0] == "variable" { record.variables[fields[1]] = fields[2] }
            if fields[0] == "source", let text = text("source.\(fields[1])") {
                record.sources.append((fields[2], text))
            }
        }
        record.memory = LabMemory(parsing: text("memory") ?? "")
        return record.sources.isEmpty ? nil : record
    }

    /// Writes a record; each file of it whole or not at all, the list of them last.
    ///
    /// - Throws: `Errno`.
    public func write(_ record: LabRecord) throws {
        let directory = directory(of: record.name)
        try makeDirectory(path)
        try makeDirectory(directory)
        try replaceFile("\(directory)/memory", with: Array(record.memory.text.utf8))
        var list = ""
        for (number, source) in record.sources.enumerated() {
            try replaceFile("\(directory)/source.\(number)", with: Array(source.text.utf8))
            list += "source\t\(number)\t\(source.path)\n"
        }
        for (name, value) in record.variables.sorted(by: { $0.key < $1.key }) {
            list += "variable\t\(name)\t\(value)\n"
        }
        try replaceFile("\(directory)/files", with: Array(list.utf8))
    }

    /// Removes the record of a lab.
    public func remove(_ name: String) {
        removeTree(directory(of: name))
        try? removeDirectory(path)
    }
}
