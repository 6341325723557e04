// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// The whole of a small file, such as one of /proc. Source: read(2).
///
/// - Throws: the `Errno` of open(2) or read(2).
public func readFile(_ path: some SystemPath) throws(Errno) -> [UInt8] {
    try readAll(try OwnedDescriptor(opening: path))
}

/// Everything from the descriptor's position to the end of the file.
public func readAll(_ file: borrowing OwnedDescriptor) throws(Errno) -> [UInt8] {
    try readAll(file.rawValue, atMost: .max)
}

/// What there is from the descriptor's position to the end of the file, or `limit` bytes of it.
public func readAll(_ descriptor: Int32, atMost limit: Int) throws(Errno) -> [UInt8] {
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(limit, 1 << 14))
    while contents.count < limit {
        let wanted = min(limit - contents.count, chunk.count)
        let count = try systemCall { read(descriptor, &chunk, wanted) }
        if count == 0 { break }
        contents.append(contentsOf: chunk[..<count])
    }
    return contents
}

/// What can be read at once; nothing at the end of the file. Source: read(2).
public func readSome(from descriptor: Int32, atMost count: Int) throws(Errno) -> [UInt8] {
    var chunk = [UInt8](repeating: 0, count: count)
    let got = try systemCall { read(descriptor, &chunk, chunk.count) }
    return Array(chunk[..<got])
}

/// Writes all bytes to a descriptor, in as many write(2) calls as it takes.
public func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = try systemCall { rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
        rest = rest.dropFirst(count)
    }
}

/// The target of a symbolic link; bytes that are no UTF-8 are written `\xff`. Source: readlink(2).
public func readSymbolicLink(_ path: some SystemPath) throws(Errno) -> String {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = try systemCall { path.withSystemPath { readlink($0, &target, target.count) } }
    return String(escaping: target[..<count].map { UInt8(bitPattern: $0) })
}

/// A number that the kernel tells of an open file; nil when it does not. Source: proc_pid_fdinfo(5).
///
/// - Parameters:
///   - label: such as `ino:`, which is told since Linux 5.14.
///   - process: a directory below /proc: `self`, `thread-self` or a PID.
public func descriptorNumber(_ label: String, of process: String, descriptor: Int32) -> UInt64? {
    guard let bytes = try? readFile("/proc/\(process)/fdinfo/\(descriptor)") else { return nil }
    let fields = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard let position = fields.firstIndex(of: label[...]), position + 1 < fields.count else { return nil }
    return UInt64(fields[position + 1])
}

/// Makes a directory; one that is there already is fine. Source: mkdir(2).
///
/// - Throws: `ENOTDIR` when something else is there.
public func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(Errno) {
    do throws(Errno) { try systemCall { mkdir(path, mode) } } catch {
        guard error == .fileExists else { throw error }
        guard try FileStatus(of: path).isDirectory else { throw .notDirectory }
    }
}

/// Makes an empty file that no one may open, and that must not be there yet.
///
/// Source: open(2), `O_CREAT | O_EXCL`: a symbolic link in its place is refused too.
public func makePlaceholder(_ path: some SystemPath) throws(Errno) {
    _ = try OwnedDescriptor(opening: path, flags: O_RDONLY | O_CREAT | O_EXCL)
}

/// Removes a name from the file system. Source: unlink(2).
public func removeFile(_ path: some SystemPath) throws(Errno) {
    try systemCall { path.withSystemPath { unlink($0) } }
}

/// Stops the calling thread for a while. Source: nanosleep(2).
public func sleep(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var wait = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var rest = timespec()
    while nanosleep(&wait, &rest) == -1, Glibc.errno == EINTR { wait = rest }
}

/// open(2) flags for a file that is there and gets other contents.
public let openForWriting: Int32 = O_WRONLY

/// open(2) flags for a file to be made and written.
public let createForWriting: Int32 = O_WRONLY | O_CREAT | O_EXCL

/// open(2) flags for a file to be written from its beginning, whether it is there or not.
public let replaceForWriting: Int32 = O_WRONLY | O_CREAT | O_TRUNC

/// Removes an empty directory. Source: rmdir(2).
public func removeDirectory(_ path: some SystemPath) throws(Errno) {
    try systemCall { path.withSystemPath { rmdir($0) } }
}

/// Writes to a file that is there, in one write(2): files of the kernel take no less.
public func writeText(_ text: String, to path: some SystemPath) throws(Errno) {
    let file = try OwnedDescriptor(opening: path, flags: O_WRONLY)
    try writeAll(Array(text.utf8), to: file.rawValue)
}

/// The value of a parameter of the kernel, such as `user.max_net_namespaces`, with blanks between several numbers; nil
/// when there is none of that name. Source: proc_sys(5).
public func kernelParameter(_ name: String) -> String? {
    let path = "/proc/sys/" + name.split(separator: ".").joined(separator: "/")
    return (try? readFile(path)).map { bytes in
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// Puts a file in the place of another of that name, whole or not at all. Source: rename(2).
///
/// - Parameters:
///   - mode: of the new file, but for the umask.
///   - new: the file that is written first and then gets the name; nil takes one that no other process writes to.
///   - isSynchronized: whether the bytes are on the disk before the name is. Source: fsync(2).
public func replaceFile(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644, through new: String? = nil, isSynchronized: Bool = false
) throws(Errno) {
    let new = new ?? "\(path).\(getpid())~"
    try? removeFile(new)
    do throws(Errno) {
        let file = try OwnedDescriptor(opening: new, flags: createForWriting, mode: mode)
        try writeAll(bytes, to: file.rawValue)
        let rawValue = file.rawValue
        if isSynchronized { try systemCall { fsync(rawValue) } }
        try systemCall { rename(new, path) }
    } catch {
        try? removeFile(new)
        throw error
    }
}

/// The name of the file that `replaceFile` was killed at while it wrote this one; nil for a name of another form.
public func targetOfUnfinishedFile(_ name: String) -> String? {
    guard name.hasSuffix("~"), let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
    let digits = name[name.index(after: dot)...].dropLast()
    return digits.isEmpty || !digits.allSatisfy(\.isNumber) ? nil : String(name[..<dot])
}

/// Whether a descriptor is of a terminal. Source: isatty(3).
public func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
