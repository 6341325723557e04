// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// The whole of a small file, such as one of /proc. Source: read(2).
///
/// - Throws: the `Errno` of open(2) or read(2).
public func readFile(_ path: String) throws(Errno) -> [UInt8] {
    try readAll(try OwnedDescriptor(opening: path))
}

/// Everything from the descriptor's position to the end of the file.
public func readAll(_ file: borrowing OwnedDescriptor) throws(Errno) -> [UInt8] {
    let descriptor = file.rawValue
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while true {
        let count = try systemCall { read(descriptor, &chunk, chunk.count) }
        if count == 0 { return contents }
        contents.append(contentsOf: chunk[..<count])
    }
}

/// Writes all bytes to a descriptor, in as many write(2) calls as it takes.
public func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = try systemCall { rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
        rest = rest.dropFirst(count)
    }
}

/// The target of a symbolic link. Source: readlink(2).
public func readSymbolicLink(_ path: String) throws(Errno) -> String {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = try systemCall { readlink(path, &target, target.count) }
    return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
