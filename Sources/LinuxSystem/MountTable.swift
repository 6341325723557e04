// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// One line of /proc/PID/mountinfo. Source: proc_pid_mountinfo(5).
public struct MountEntry: Sendable, Equatable {
    /// The mount's id, and that of the mount it sits on.
    public var id: Int, parent: Int
    /// The mounted file system, as `major:minor`.
    public var device: String
    /// The path inside the mounted file system; `net:[4026532000]` for a namespace.
    public var root: FilePath
    /// Where it is mounted, seen from the reader's root.
    public var target: FilePath
    /// Per-mount options, for example `rw,nosuid`.
    public var options: String
    /// Optional fields such as `shared:12` and `master:3`.
    public var propagation: [String]
    /// The file system's type, for example `nsfs`.
    public var type: String
    /// The mounted source, for example `/dev/sda1`.
    public var source: String

    /// Parses a line; nil when it is not of the documented form.
    public init?(parsing line: Substring) {
        self.init(parsing: Array(line.utf8)[...])
    }

    /// Parses bytes: a blank and what follows it can be one `Character`, and a source can be empty.
    fileprivate init?(parsing line: ArraySlice<UInt8>) {
        let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard let separator = fields.indices.dropFirst(6).first(where: { fields[$0] == [0x2d] }),
            fields.count >= separator + 3, let id = Int(text(fields[0])), let parent = Int(text(fields[1]))
        else { return nil }
        self.id = id
        self.parent = parent
        device = text(fields[2])
        root = FilePath(bytes: unescape(fields[3]))
        target = FilePath(bytes: unescape(fields[4]))
        options = text(fields[5])
        propagation = fields[6..<separator].map(text)
        type = text(fields[separator + 1])
        source = String(escaping: unescape(fields[separator + 2]))
    }

    /// Whether mount events of this mount reach its peers.
    public var isShared: Bool { propagation.contains { $0.hasPrefix("shared:") } }
    /// Whether it only receives the events of another mount.
    public var isSlave: Bool { propagation.contains { $0.hasPrefix("master:") } }
    /// The number of the group of mounts that share their events; nil when it shares none.
    public var peerGroup: Int? { groupNumber("shared:") }
    /// The number of the group whose events it only receives.
    public var masterGroup: Int? { groupNumber("master:") }

    private func groupNumber(_ field: String) -> Int? {
        propagation.first { $0.hasPrefix(field) }.flatMap { Int($0.dropFirst(field.count)) }
    }

    /// Whether a network namespace is mounted.
    public var isNetworkNamespace: Bool { type == "nsfs" && root.string.hasPrefix("net:[") }

    /// Whether the mount is read-only.
    public var isReadOnly: Bool { options.split(separator: ",").contains("ro") }
}

/// The mounts that a process sees, in the order they were made.
///
/// - Parameter process: a directory below /proc: `self`, `thread-self` or a PID.
/// - Throws: the `Errno` of reading /proc.
public func mountTable(of process: String = "thread-self") throws(Errno) -> [MountEntry] {
    mountEntries(in: try readFile("/proc/\(process)/mountinfo"))
}

/// The mounts at `directory` and below it, in the order they were made.
///
/// Lines of other mounts are not taken apart: a machine with a thousand names has as many of them.
public func mountTable(of process: String = "thread-self", at directory: String) throws(Errno) -> [MountEntry] {
    let wanted = Array(directory.utf8)
    return try readFile("/proc/\(process)/mountinfo").split(separator: 0x0a).compactMap { line in
        var rest = line
        // Four fields stand before the target: the mount's id, its parent's, the device and the root.
        for _ in 0..<4 {
            guard let blank = rest.firstIndex(of: 0x20) else { return nil }
            rest = rest[(blank + 1)...]
        }
        guard rest.starts(with: wanted), let end = rest.dropFirst(wanted.count).first, end == 0x20 || end == 0x2f
        else { return nil }
        return MountEntry(parsing: line)
    }
}

/// The namespaces among the mounts that a process sees, in the order they were made.
///
/// - Parameters:
///   - process: a directory below /proc: `self`, `thread-self` or a PID.
///   - wanted: told the inode, whether the mount is of interest; the lines of others are not taken apart.
/// - Throws: the `Errno` of reading /proc.
public func namespaceMounts(
    of process: String = "thread-self", where wanted: (_ inode: UInt64) -> Bool = { _ in true }
) throws(Errno) -> [NamespaceMount] {
    namespaceMounts(in: try readFile("/proc/\(process)/mountinfo"), where: wanted)
}

/// A namespace that is mounted somewhere.
public struct NamespaceMount: Sendable, Equatable {
    /// Its kind.
    public var kind: NamespaceKind
    /// Its inode.
    public var inode: UInt64
    /// Where it is mounted, seen from the reader's root.
    public var target: FilePath
}

/// The namespaces in a mountinfo file.
func namespaceMounts(in table: [UInt8], where wanted: (_ inode: UInt64) -> Bool) -> [NamespaceMount] {
    table.withUnsafeBytes { table in
        var mounts: [NamespaceMount] = []
        var start = 0
        while start < table.count {
            let end = table[start...].firstIndex(of: 0x0a) ?? table.count
            defer { start = end + 1 }
            // Three fields stand before the root: the mount's id, its parent's and the device.
            var root = start
            for _ in 0..<3 { root = (table[root..<end].firstIndex(of: 0x20) ?? end - 1) + 1 }
            guard root < end, table[root] != UInt8(ascii: "/"),
                let blank = table[root..<end].firstIndex(of: 0x20),
                let inode = namespaceInode(inLink: UnsafeRawBufferPointer(rebasing: table[root..<blank])),
                wanted(inode),
                let entry = MountEntry(parsing: Array(table[start..<end])[...]), entry.type == "nsfs",
                let kind = NamespaceKind(rawValue: String(entry.root.string.prefix { $0 != ":" }))
            else { continue }
            mounts.append(NamespaceMount(kind: kind, inode: inode, target: entry.target))
        }
        return mounts
    }
}

/// The mount that a path leads to, as a process sees it; nil when it can't be told.
///
/// The kernel is asked which one it is, so that one which is hidden by others is never mistaken for it.
/// Source: proc_pid_fdinfo(5), `mnt_id`.
///
/// - Parameter process: a directory below /proc: `self`, `thread-self` or a PID.
public func mountEntry(for path: String, of process: String = "thread-self") -> MountEntry? {
    guard let file = try? OwnedDescriptor(opening: "/proc/\(process)/root\(path)", flags: pathOnly),
        let id = descriptorNumber("mnt_id:", of: "thread-self", descriptor: file.rawValue),
        let table = try? readFile("/proc/\(process)/mountinfo")
    else { return nil }
    let beginning = Array("\(id) ".utf8)
    return table.split(separator: 0x0a).first { $0.starts(with: beginning) }.flatMap { MountEntry(parsing: $0) }
}

/// The entries of a whole mountinfo file.
func mountEntries(in table: [UInt8]) -> [MountEntry] {
    table.split(separator: 0x0a).compactMap { MountEntry(parsing: $0) }
}

/// Undoes the octal escapes (`\040` for a blank) of mountinfo.
private func unescape(_ field: ArraySlice<UInt8>) -> [UInt8] {
    guard field.contains(0x5c) else { return Array(field) }
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
        let digits = rest.prefix(3)
        guard byte == 0x5c, digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) else {
            bytes.append(byte)
            continue
        }
        bytes.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }))
        rest = rest.dropFirst(3)
    }
    return bytes
}

private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
