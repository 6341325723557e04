// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// /proc, read for many processes at a time: by short paths relative to one descriptor, with one buffer for all.
///
/// Source: proc(5), namespaces(7).
public struct ProcessTable: ~Copyable {
    private let root: OwnedDescriptor
    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: Self.bufferSize, alignment: 16)
    private static let bufferSize = 1 << 15

    /// Opens /proc.
    public init() throws(Errno) { root = try OwnedDescriptor(opening: "/proc", flags: O_DIRECTORY) }

    deinit { buffer.deallocate() }

    /// The numbers of all processes, ascending.
    public func processIDs() -> [Int32] {
        var numbers: [Int32] = []
        lseek(root.rawValue, 0, SEEK_SET)
        forEachNumber(in: root.rawValue) { numbers.append($0) }
        return numbers.sorted()
    }

    /// The inode of each of a process's namespaces, in the order of `NamespaceKind.allCases`; zero for one that it
    /// has left, as a zombie has, or that the kernel lacks.
    ///
    /// - Parameter thread: one of the process's threads, instead of its first.
    /// - Throws: `EACCES` for a process that the caller may not look into (ptrace access); `ENOENT` when it has ended.
    public func namespaces(of process: Int32, thread: Int32? = nil) throws(Errno) -> [UInt64] {
        let path = thread.map { "\(process)/task/\($0)/ns" } ?? "\(process)/ns"
        let directory = try OwnedDescriptor(opening: path, below: root, flags: O_PATH | O_DIRECTORY)
        var inodes: [UInt64] = []
        inodes.reserveCapacity(NamespaceKind.allCases.count)
        for kind in NamespaceKind.allCases {
            let descriptor = directory.rawValue
            let length = readlinkat(
                descriptor, kind.fileName, buffer.assumingMemoryBound(to: CChar.self), Self.bufferSize)
            if length > 0 {
                inodes.append(namespaceInode(inLink: UnsafeRawBufferPointer(start: buffer, count: length)) ?? 0)
            } else {
                let number = Glibc.errno
                // A zombie has left most of its namespaces; a kind may be younger than the kernel.
                guard number == ENOENT || number == ESRCH else { throw Errno(rawValue: number) }
                inodes.append(0)
            }
        }
        return inodes
    }

    /// The user whose process it is: the owner of its directory; nil when it has ended.
    public func user(of process: Int32) -> UInt32? {
        var status = stat()
        guard fstatat(root.rawValue, "\(process)", &status, 0) == 0 else { return nil }
        return status.st_uid
    }

    /// The numbers of a process's threads but the first.
    public func furtherThreads(of process: Int32) -> [Int32] {
        var status = stat()
        // `.`, `..` and one for each thread.
        guard fstatat(root.rawValue, "\(process)/task", &status, 0) == 0, status.st_nlink > 3,
            let directory = try? OwnedDescriptor(opening: "\(process)/task", below: root, flags: O_DIRECTORY)
        else { return [] }
        var threads: [Int32] = []
        forEachNumber(in: directory.rawValue) { if $0 != process { threads.append($0) } }
        return threads
    }

    /// The descriptors of a process that are of a file on one device, with that file's inode.
    ///
    /// No file system is asked anything (`AT_STATX_DONT_SYNC`): one on a network may not answer.
    /// Empty for a process that the caller may not look into.
    public func descriptors(of process: Int32, on device: UInt64) -> [(number: Int32, inode: UInt64)] {
        guard let directory = try? OwnedDescriptor(opening: "\(process)/fd", below: root, flags: O_DIRECTORY)
        else { return [] }
        var numbers: [Int32] = []
        forEachNumber(in: directory.rawValue) { numbers.append($0) }
        var found: [(number: Int32, inode: UInt64)] = []
        var status = statx()
        for number in numbers {
            guard
                statx(
                    directory.rawValue, "\(number)", Int32(AT_STATX_DONT_SYNC) | AT_NO_AUTOMOUNT, UInt32(STATX_INO),
                    &status) == 0,
                gnu_dev_makedev(status.stx_dev_major, status.stx_dev_minor) == device
            else { continue }
            found.append((number, status.stx_ino))
        }
        return found
    }

    /// A file of /proc, opened by its path there, such as `1/ns/net`.
    public func open(_ path: String) throws(Errno) -> OwnedDescriptor {
        try OwnedDescriptor(opening: path, below: root)
    }

    /// The number of the process that started it, or that has it now; nil when it has ended.
    public func parent(of process: Int32) -> Int32? {
        // The program's name stands in parentheses and may hold anything, parentheses too.
        guard let bytes = contents(of: "\(process)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(end + 1)...].split(separator: 0x20, maxSplits: 2)
        return fields.count > 1 ? Int32(String(decoding: fields[1], as: UTF8.self)) : nil
    }

    /// The command line with blanks between its words, or the program's name where there is none, as with the
    /// kernel's own threads; nil when it has ended.
    public func command(of process: Int32) -> String? {
        guard var bytes = contents(of: "\(process)/cmdline") else { return nil }
        while bytes.last == 0 { bytes.removeLast() }
        if !bytes.isEmpty { return String(escaping: bytes.map { $0 == 0 ? 0x20 : $0 }) }
        guard let name = contents(of: "\(process)/comm") else { return nil }
        return String(escaping: Array(name.prefix { $0 != 0x0a }))
    }

    private func contents(of path: String) -> [UInt8]? {
        guard let file = try? open(path) else { return nil }
        var contents: [UInt8] = []
        while true {
            let count = read(file.rawValue, buffer, Self.bufferSize)
            guard count > 0 else { return count == 0 ? contents : nil }
            contents.append(contentsOf: UnsafeRawBufferPointer(start: buffer, count: count))
            if count < Self.bufferSize { return contents }
        }
    }

    /// Passes the names of a directory that are decimal numbers. Source: getdents(2).
    private func forEachNumber(in directory: Int32, _ body: (Int32) -> Void) {
        while true {
            let length = getdents64(directory, buffer, Self.bufferSize)
            guard length > 0 else { return }
            var start = 0
            // struct linux_dirent64: inode and offset, 8 bytes each, the record's length, 2, its type, 1, the name.
            while start + 19 < length {
                let size = Int(buffer.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self))
                guard size > 19 else { return }
                let name = UnsafeRawBufferPointer(start: buffer + start + 19, count: min(size, length - start) - 19)
                if let number = decimal(name) { body(number) }
                start += size
            }
        }
    }
}

/// The number that a name is, up to its NUL; nil when it is none.
private func decimal(_ name: UnsafeRawBufferPointer) -> Int32? {
    var number: Int32?
    for byte in name {
        if byte == 0 { break }
        guard (0x30...0x39).contains(byte) else { return nil }
        let (tens, isTooLarge) = (number ?? 0).multipliedReportingOverflow(by: 10)
        guard !isTooLarge, tens <= Int32.max - 9 else { return nil }
        number = tens + Int32(byte - 0x30)
    }
    return number
}

/// The inode in the target of a link such as `net:[4026531833]`; nil for one of another form.
func namespaceInode(inLink target: UnsafeRawBufferPointer) -> UInt64? {
    guard target.last == UInt8(ascii: "]"), let bracket = target.lastIndex(of: UInt8(ascii: "[")), bracket > 1,
        target[bracket - 1] == UInt8(ascii: ":")
    else { return nil }
    var inode: UInt64 = 0
    guard bracket + 1 < target.count - 1 else { return nil }
    for byte in target[(bracket + 1)..<(target.count - 1)] {
        guard (0x30...0x39).contains(byte), inode < UInt64.max / 10 - 9 else { return nil }
        inode = inode * 10 + UInt64(byte - 0x30)
    }
    return inode
}

extension NamespaceKind {
    /// The name of its file, as C takes it.
    fileprivate var fileName: UnsafePointer<CChar> {
        let name: StaticString =
            switch self {
            case .cgroup: "cgroup"
            case .ipc: "ipc"
            case .mount: "mnt"
            case .network: "net"
            case .process: "pid"
            case .time: "time"
            case .user: "user"
            case .uts: "uts"
            }
        return UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
