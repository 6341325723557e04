// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

/// What /proc/self/fd says a descriptor is open on; nil when it is not open.
///
/// Other tests run meanwhile and may be given a number that was just closed, so
/// that only the file behind it tells.
private func file(at descriptor: Int32) -> String? { try? readSymbolicLink("/proc/self/fd/\(descriptor)") }

private func closesOnExec(_ descriptor: borrowing OwnedDescriptor) throws -> Bool {
    let rawValue = descriptor.rawValue
    return try systemCall { fcntl(rawValue, F_GETFD) } & FD_CLOEXEC != 0
}

@Suite struct OwnedDescriptorTests {
    @Test func closesAtTheEndOfItsLife() throws {
        let directory = try ScratchDirectory()
        try directory.makeFile(Array("a".utf8))
        let path = "\(directory.path)/a"
        var number: Int32 = -1
        do {
            let descriptor = try OwnedDescriptor(opening: path)
            number = descriptor.rawValue
            #expect(file(at: number) == path)
            #expect(try closesOnExec(descriptor))
        }
        #expect(file(at: number) != path)
    }

    @Test func releaseLeavesItOpen() throws {
        let directory = try ScratchDirectory()
        try directory.makeFile(Array("a".utf8))
        let path = "\(directory.path)/a"
        let number = try OwnedDescriptor(opening: path).release()
        #expect(file(at: number) == path)
        close(number)
    }

    @Test func duplicateOutlivesTheOriginal() throws {
        let directory = try ScratchDirectory()
        try directory.makeFile(Array("a".utf8))
        let path = "\(directory.path)/a"
        func makeDuplicate() throws -> OwnedDescriptor {
            let original = try OwnedDescriptor(opening: path)
            let copy = try original.duplicate()
            #expect(copy.rawValue != original.rawValue)
            return copy
        }
        let copy = try makeDuplicate()
        #expect(file(at: copy.rawValue) == path)
        #expect(try closesOnExec(copy))
    }

    @Test func opensBelowADirectory() throws {
        let directory = try ScratchDirectory()
        try directory.makeFile(Array("a".utf8))
        let parent = try OwnedDescriptor(opening: directory.path, flags: O_DIRECTORY)
        let below = try OwnedDescriptor(opening: "a", below: parent)
        #expect(try below.status().identity == FileStatus(of: "\(directory.path)/a").identity)
        #expect(try below.status().isRegularFile)
        #expect(try parent.status().isDirectory)
        #expect(try closesOnExec(below))
        #expect(throws: Errno.noSuchFileOrDirectory) { _ = try OwnedDescriptor(opening: "b", below: parent) }
    }

    @Test func descriptorsOfTheKernelCloseOnExec() throws {
        #expect(try closesOnExec(try openThreadNetworkNamespace()))
        #expect(try closesOnExec(try ProcessDescriptor(getpid()).networkNamespace()))
    }

    @Test func symbolicLinkIsToldApart() throws {
        let directory = try ScratchDirectory()
        try systemCall { symlink("nowhere", "\(directory.path)/l") }
        #expect(try FileStatus(of: "\(directory.path)/l", followingLinks: false).isSymbolicLink)
        #expect(throws: Errno.noSuchFileOrDirectory) { try FileStatus(of: "\(directory.path)/l") }
        #expect(try readSymbolicLink("\(directory.path)/l") == "nowhere")
    }
}

@Suite struct FileTests {
    @Test func readsAFileOfUnknownSize() throws {
        let status = try readFile("/proc/self/status")
        #expect(String(decoding: status, as: UTF8.self).hasPrefix("Name:"))
    }

    @Test func readsMoreThanOneChunk() throws {
        let directory = try ScratchDirectory()
        let path = "\(directory.path)/a"
        let contents = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        do {
            let file = try OwnedDescriptor(opening: path, flags: O_CREAT | O_WRONLY, mode: 0o600)
            try writeAll(contents, to: file.rawValue)
        }
        #expect(try readFile(path) == contents)
    }

    @Test func errorsOfReading() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try readFile("/proc/self/nothing") }
        #expect(throws: Errno.isDirectory) { try readFile("/proc/self") }
        #expect(throws: Errno.noSuchFileOrDirectory) { try directoryEntries("/proc/self/nothing") }
        #expect(throws: Errno.notDirectory) { try directoryEntries("/proc/self/status") }
    }

    @Test func directoryNamesKeepTheirBytes() throws {
        let directory = try ScratchDirectory()
        let names: [[UInt8]] = [
            [0xff, 0xfe], Array("ä b".utf8), [0x0a], [0x2e, 0x2e, 0x2e], [UInt8](repeating: 0x78, count: 255),
        ]
        for name in names { try directory.makeFile(name) }
        let entries = try directoryEntries(directory.path)
        #expect(Set(entries.map(\.bytes)) == Set(names))
        let strange = try #require(entries.first { $0.bytes == [0xff, 0xfe] })
        #expect(strange.name == "\\xff\\xfe")
        #expect(!strange.isDirectory)
        #expect(!strange.isSymbolicLink)
        let status = try FileStatus(of: "\(directory.path)/ä b")
        #expect(entries.contains { $0.inode == status.inode && $0.name == "ä b" })
    }

    @Test func lockExcludes() throws {
        let directory = try ScratchDirectory()
        // flock(2) without waiting tells whether somebody else holds the lock.
        let other = try OwnedDescriptor(opening: directory.path)
        let rawValue = other.rawValue
        func isFree(_ operation: Int32) -> Bool {
            flock(rawValue, operation | LOCK_NB) == 0 && flock(rawValue, LOCK_UN) == 0
        }
        do {
            let lock = try FileLock(exclusiveOn: directory.path)
            #expect(!isFree(LOCK_EX))
            #expect(!isFree(LOCK_SH))
            _ = consume lock
        }
        #expect(isFree(LOCK_EX))
        do {
            let lock = try FileLock(sharedOn: directory.path)
            let second = try FileLock(sharedOn: directory.path)
            #expect(isFree(LOCK_SH))
            #expect(!isFree(LOCK_EX))
            _ = consume lock
            _ = consume second
        }
        #expect(isFree(LOCK_EX))
        #expect(throws: Errno.noSuchFileOrDirectory) { _ = try FileLock(exclusiveOn: "\(directory.path)/none") }
    }
}

@Suite struct SystemCallTests {
    @Test func interruptedCallsAreRepeated() throws {
        var calls = 0
        let result = try systemCall { () -> Int32 in
            calls += 1
            Glibc.errno = EINTR
            return calls < 3 ? -1 : 7
        }
        #expect(result == 7)
        #expect(calls == 3)
    }

    @Test func errorIsTheOneTheCallLeft() {
        #expect(throws: Errno.badFileDescriptor) { try systemCall { close(-1) } }
    }

    @Test func namesOfErrors() {
        #expect(Errno.fileExists.name == "EEXIST")
        #expect(Errno.fileExists.sentence == "File exists (EEXIST)")
        #expect(Errno(rawValue: 99_999).name == "errno 99999")
    }
}
