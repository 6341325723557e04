// SPDX-License-Identifier: Apache-2.0

import Glibc
import LinuxSystem
import SystemPackage
import TestFiles
import Testing

@testable import NetworkNamespaces

/// Symbolic links to the test's own namespace stand in for names: they need no privilege.
@Suite struct NamespaceMonitorTests {
    private let root: TemporaryDirectory
    private var directory: NamespaceDirectory { NamespaceDirectory(path: root.path + "/netns") }

    init() throws {
        root = try TemporaryDirectory()
    }

    @Test("names come and go in order; junk, directories and other links are passed over")
    func changes() throws {
        try makeDirectory(directory.path)
        var monitor = try directory.monitor()
        try link("red")
        try makeFile("\(directory.path)/junk", "text")
        try makeDirectory(directory.path + "/folder")
        try link("etc", to: "/etc")
        try link("nowhere", to: "/nonexistent")
        try makePlaceholder(directory.path + "/stale")
        #expect(try texts(&monitor) == ["add red"])
        try link("blue")
        for name in ["junk", "etc", "stale", "nowhere"] { try remove(name) }
        try makePlaceholder(directory.path + "/brief")
        try remove("brief")
        #expect(try texts(&monitor) == ["add blue"])
        for name in ["red", "blue"] { try remove(name) }
        #expect(try texts(&monitor) == ["delete red", "delete blue"])
    }

    @Test("an event says which namespace it is about, and when")
    func identity() throws {
        try makeDirectory(directory.path)
        var monitor = try directory.monitor()
        try link("red")
        let own = try NetworkNamespace.open(path: "/proc/self/ns/net")
        for kind in [NamespaceEvent.Kind.add, .delete] {
            let event = try #require(try monitor.next(timeout: .seconds(5)))
            #expect(event.kind == kind)
            #expect(event.identity == own.identity)
            #expect(event.id == own.id)
            #expect(event.time.seconds >= WallClockTime.now.seconds - 5)
            if kind == .add { try remove("red") }
        }
        #expect(try texts(&monitor) == [])
    }

    @Test("the snapshot is told before the changes, sorted")
    func snapshot() throws {
        try makeDirectory(directory.path)
        for name in ["red", "blue"] { try link(name) }
        try makeFile("\(directory.path)/junk", "")
        var monitor = try directory.monitor(snapshot: true)
        try link("green")
        #expect(try texts(&monitor) == ["present blue", "present red", "snapshot-done", "add green"])
        var quiet = try directory.monitor()
        try remove("red")
        #expect(try texts(&quiet) == ["delete red"])
    }

    @Test("renames are told as a deletion and an addition")
    func renames() throws {
        try makeDirectory(directory.path)
        try link("red")
        var monitor = try directory.monitor()
        try rename("red", to: "blue")
        #expect(try texts(&monitor) == ["delete red", "add blue"])
        try rename("blue", to: "../gone")
        #expect(try texts(&monitor) == ["delete blue"])
        try rename("../gone", to: "back")
        #expect(try texts(&monitor) == ["add back"])
        // Onto a name of the same namespace: for that name nothing changes.
        try link("new")
        try rename("new", to: "back")
        #expect(try texts(&monitor).filter { $0.hasSuffix("back") } == [])
    }

    @Test("a directory that does not exist yet, is removed, and comes back")
    func missingDirectory() throws {
        let deep = NamespaceDirectory(path: root.path + "/run/lower/netns")
        var monitor = try deep.monitor(snapshot: true)
        #expect(try texts(&monitor) == ["snapshot-done"])
        for round in 1...2 {
            for path in [root.path + "/run", root.path + "/run/lower", deep.path] { try makeDirectory(path) }
            try makeLink(deep.path + "/red")
            #expect(try texts(&monitor) == ["add red"], "round \(round)")
            try removeFile(deep.path + "/red")
            for path in [deep.path, root.path + "/run/lower", root.path + "/run"] { #expect(rmdir(path) == 0) }
            #expect(try texts(&monitor) == ["delete red"], "round \(round)")
        }
    }

    @Test("a directory that is exchanged for another")
    func exchangedDirectory() throws {
        try makeDirectory(directory.path)
        for name in ["red", "blue"] { try link(name) }
        var monitor = try directory.monitor()
        try makeDirectory(root.path + "/other")
        for name in ["blue", "green"] { try makeLink(root.path + "/other/" + name) }
        #expect(Glibc.rename(directory.path, root.path + "/old") == 0)
        #expect(Glibc.rename(root.path + "/other", directory.path) == 0)
        #expect(try texts(&monitor) == ["delete red", "add green"])
        try link("white")
        try makeLink(root.path + "/old/black")
        #expect(try texts(&monitor) == ["add white"])
        #expect(Glibc.rename(directory.path, root.path + "/away") == 0)
        #expect(try texts(&monitor) == ["delete blue", "delete green", "delete white"])
    }

    @Test("after lost events the present state is told")
    func overflow() throws {
        try makeDirectory(directory.path)
        for name in ["kept", "lost"] { try link(name) }
        var monitor = try directory.monitor()
        let text = String(decoding: try readFile("/proc/sys/fs/inotify/max_queued_events"), as: UTF8.self)
        let limit = Int(text.prefix { $0.isNumber }) ?? 16384
        // Different names in turn: the kernel merges equal events in a row.
        for _ in 0...(limit / 4) {
            for name in ["a", "b"] { try link(name) }
            for name in ["a", "b"] { try remove(name) }
        }
        try remove("lost")
        try link("new")
        let told = try texts(&monitor)
        #expect(told == ["overflow", "delete lost", "add new"])
    }

    @Test("waiting ends when the time runs out, and when nobody reads the output")
    func endOfWaiting() throws {
        try makeDirectory(directory.path)
        var monitor = try directory.monitor()
        let start = ContinuousClock.now
        #expect(try monitor.next(timeout: .milliseconds(50)) == nil)
        #expect(ContinuousClock.now - start >= .milliseconds(50))
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let output = OwnedDescriptor(owning: ends[1])
        close(ends[0])
        #expect(try monitor.next(output: output.rawValue) == nil)
    }

    // MARK: Support

    /// The events until nothing happens for a while.
    private func texts(_ monitor: inout NamespaceMonitor, pause: Duration = .milliseconds(150)) throws -> [String] {
        var texts: [String] = []
        while let event = try monitor.next(timeout: pause) {
            texts.append(([event.kind.rawValue] + [event.name?.description].compactMap(\.self)).joined(separator: " "))
        }
        return texts
    }

    private func link(_ name: String, to target: String = "/proc/self/ns/net") throws {
        try makeLink("\(directory.path)/\(name)", to: target)
    }

    private func remove(_ name: String) throws { try removeFile("\(directory.path)/\(name)") }

    private func rename(_ name: String, to other: String) throws {
        try systemCall { Glibc.rename("\(directory.path)/\(name)", "\(directory.path)/\(other)") }
    }
}
