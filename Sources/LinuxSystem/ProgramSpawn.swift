// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// A descriptor that a program gets, under a number of its own.
public struct PassedDescriptor: Sendable {
    /// The number here, and there.
    public var source: Int32, target: Int32
    /// `source` here is `target` there.
    public init(_ source: Int32, as target: Int32) { (self.source, self.target) = (source, target) }
}

/// Starts a program from the calling thread, whose namespaces and credentials it gets, and does not wait for it.
///
/// It has no signal blocked, handled or ignored, and no descriptors but 0, 1, 2 and those that are passed. This
/// process is never copied: it is one step from here to the program. Source: posix_spawn(3).
///
/// - Parameters:
///   - path: the program's file.
///   - words: its name and arguments.
///   - descriptors: what it gets; their targets follow one another up to the highest.
///   - newSession: whether it leads a session of its own, without a terminal.
/// - Returns: the number of the child, which the caller has to reap.
public func spawnProgram(
    _ path: String, _ words: [String], descriptors: [PassedDescriptor] = [], newSession: Bool
) throws(Errno) -> Int32 {
    // Copies far above all targets: none is overwritten before it is passed on.
    let lowest = (descriptors.map(\.target).max() ?? 2) + 1
    var copies: [Int32] = []
    defer { for copy in copies { close(copy) } }
    for descriptor in descriptors {
        copies.append(try systemCall { Glibc.fcntl(descriptor.source, F_DUPFD_CLOEXEC, lowest) })
    }
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    for (descriptor, copy) in zip(descriptors, copies) {
        posix_spawn_file_actions_adddup2(&actions, copy, descriptor.target)
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, max(lowest, 3))
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let session: Int32 = newSession ? 0x80 : 0  // POSIX_SPAWN_SETSID
    posix_spawnattr_setflags(
        &attributes, Int16(session | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)))
    var child: pid_t = 0
    let refusal = withCStrings(words) { posix_spawn(&child, path, &actions, &attributes, $0, Glibc.environ) }
    guard refusal == 0 else { throw Errno(rawValue: refusal) }
    return child
}

/// Runs a program and returns what it has written on standard output and standard error. Source: memfd_create(2).
///
/// - Parameters:
///   - path: the program's file.
///   - words: its name and arguments.
public func captureProgram(_ path: String, _ words: [String]) throws(Errno) -> (end: ProcessEnd, output: [UInt8]) {
    let file = OwnedDescriptor(owning: try systemCall { clinux_memory_file("output") })
    let child = try spawnProgram(
        path, words,
        descriptors: [PassedDescriptor(0, as: 0)] + [1, 2].map { PassedDescriptor(file.rawValue, as: $0) },
        newSession: false)
    let end = try waitForChild(child)
    try systemCall { lseek(file.rawValue, 0, SEEK_SET) }
    return (end, try readAll(file))
}

/// A pipe that no exec passes on. Source: pipe2(2).
///
/// - Returns: its two ends, which the caller closes.
public func makePipe() throws(Errno) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    try systemCall { pipe2(&ends, O_CLOEXEC) }
    return (ends[0], ends[1])
}

/// Lets exec close a descriptor that was passed to this process. Source: fcntl(2), `FD_CLOEXEC`.
public func closeOnExecution(_ descriptor: Int32) { _ = Glibc.fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

/// Makes a descriptor stand for another open file. Source: dup2(2).
public func replaceDescriptor(_ target: Int32, with source: Int32) throws(Errno) {
    try systemCall { dup2(source, target) }
}

/// open(2) flags for a log: what is written goes to its end.
public let appendToLog: Int32 = O_WRONLY | O_CREAT | O_APPEND

/// open(2) flags for reading and writing something that is there.
public let openForReadingAndWriting: Int32 = O_RDWR

/// The working directory of this process. Source: getcwd(3).
public func workingDirectory() throws(Errno) -> String {
    var room = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&room, room.count) != nil else { throw Errno(rawValue: Glibc.errno) }
    return String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Removes a directory with all that is in it; a symbolic link is removed itself, and never followed.
public func removeTree(_ path: String) {
    for entry in (try? directoryEntries(path)) ?? [] {
        let inner = "\(path)/\(entry.name)"
        if entry.isDirectory { removeTree(inner) } else { try? removeFile(inner) }
    }
    try? removeDirectory(path)
}
