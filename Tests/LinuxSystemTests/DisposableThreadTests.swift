// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

extension FileStatus {
    /// What stays the same for as long as the file is there; a namespace's times do not.
    var identity: [UInt64] { [device, inode] }
}

/// Whether this process may make network namespaces.
let canMakeNetworkNamespaces = (try? makeNetworkNamespace().status()) != nil

@Suite struct DisposableThreadTests {
    private enum Refusal: Error, Equatable { case because(Int) }

    @Test func givesTheResultBack() {
        let caller = currentThreadID()
        let thread = onDisposableThread { currentThreadID() }
        #expect(thread != caller)
        #expect(thread > 0)
    }

    @Test func runsOnce() {
        var runs = 0
        onDisposableThread { runs += 1 }
        #expect(runs == 1)
    }

    @Test func passesATypedErrorOn() {
        var caught: Refusal?
        do throws(Refusal) {
            try onDisposableThread { () throws(Refusal) in throw .because(7) }
        } catch {
            caught = error
        }
        #expect(caught == .because(7))
    }

    @Test func passesAnUntypedErrorOn() {
        #expect(throws: Refusal.because(1)) { try onDisposableThread { throw Refusal.because(1) } }
    }

    @Test func givesANoncopyableResultBack() throws {
        let opened = try onDisposableThread { () throws(Errno) in try OwnedDescriptor(opening: "/proc/self/status") }
        #expect(try readAll(opened).starts(with: Array("Name:".utf8)))
    }

    @Test func givesNilBack() {
        let nothing = onDisposableThread { () -> Int? in nil }
        #expect(nothing == nil)
    }

    @Test func nests() {
        #expect(onDisposableThread { onDisposableThread { 42 } } == 42)
    }
}

@Suite(.enabled(if: canMakeNetworkNamespaces, "needs CAP_SYS_ADMIN")) struct ThreadNamespaceTests {
    @Test func unshareStaysOnTheThread() throws {
        let before = try openThreadNetworkNamespace().status().identity
        let made = try makeNetworkNamespace()
        #expect(try made.status().identity != before)
        #expect(try openThreadNetworkNamespace().status().identity == before)
        #expect(namespaceKind(made) == CLONE_NEWNET)
        #expect(namespaceOwner(made) == geteuid())
    }

    @Test func enteringTakesTheRightKindOnly() throws {
        let mounts = try OwnedDescriptor(opening: "/proc/thread-self/ns/mnt")
        let error = onDisposableThread { () -> Errno? in
            do throws(Errno) { try enterNetworkNamespace(mounts) } catch { return error }
            return nil
        }
        #expect(error == .invalidArgument)
        #expect(namespaceKind(mounts) == CLONE_NEWNS)
        #expect(namespaceKind(try OwnedDescriptor(opening: "/proc/self/status")) == nil)
        #expect(namespaceKind(try OwnedDescriptor(opening: "/dev/null")) == nil)
    }

    @Test func idsDiffer() throws {
        let first = try makeNetworkNamespace()
        let second = try makeNetworkNamespace()
        // Nil before Linux 6.18.
        if let id = namespaceID(first) { #expect(id != namespaceID(second)) }
    }

    /// Tasks share the threads of the pool: one that came back in another namespace would be seen.
    @Test func twoHundredTasksLeakNothing() async throws {
        let home = try openThreadNetworkNamespace().status().identity
        let others = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<200 {
                group.addTask {
                    let made = try makeNetworkNamespace()
                    let inside = try onDisposableThread { () throws(Errno) in
                        try enterNetworkNamespace(made)
                        return try openThreadNetworkNamespace().status().identity
                    }
                    #expect(try inside == made.status().identity)
                    #expect(try openThreadNetworkNamespace().status().identity == home)
                    return inside
                }
            }
            return try await group.reduce(into: [[UInt64]]()) { $0.append($1) }
        }
        #expect(others.count == 200)
        #expect(!others.contains(home))
    }
}
